//! One file on its way: how far it is (atomics that anyone may sample) and how it ended.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::Cancel;
use crate::text::Sentence;

/// Unique in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TransferId(u64);

/// Which way the bytes go, seen from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To a peer that asked for it.
    Upload,
    /// From a server.
    Download,
}

/// How the peers talk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// HTTP/1.x.
    Http,
    /// The lecture notes' protocol: a name, then bytes until the close.
    Raw,
}

/// What a transfer is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// In the queue, behind others.
    Waiting,
    /// Looking up, dialling or asking; no byte of the body has come yet.
    Connecting,
    /// Bytes flow.
    Moving,
    /// Cut off; it will try again by itself. [`Transfer::interruption`] says why and when.
    Interrupted,
    /// Every byte is here; whether they are the right ones is being found out.
    Checking,
    /// Over; [`Transfer::outcome`] says how.
    Ended,
}

/// How a transfer ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every byte was sent.
    Sent,
    /// Every byte arrived and the file, or every file of the folder, has its final name.
    Saved(Saved),
    /// A folder arrived but for some files.
    Incomplete(Incomplete),
    /// By the user, or because of what the sentence says. What arrived is kept: the same request
    /// goes on from there.
    Paused(Option<Sentence>),
    /// The user ended it.
    Cancelled,
    /// What went wrong and what to do. [`Transfer::is_kept`] says whether anything is left to go
    /// on from.
    Failed(Sentence),
}

/// How sure it is that what was saved is what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Checked {
    /// The length was not known: a raw server does not say it.
    Nothing,
    /// The length is right.
    Length,
    /// The SHA-256 is the one that the server told (RFC 9530).
    Digest,
}

/// A download that arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// Where the file or folder is now.
    pub path: PathBuf,
    /// What was checked; of a folder's files, the least.
    pub checked: Checked,
    /// It was there already and nothing was fetched.
    pub skipped: bool,
    /// What the user should know, such as another name than the one asked for.
    pub notes: Vec<Sentence>,
}

/// A folder of which some files did not arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incomplete {
    /// Where the folder is now.
    pub path: PathBuf,
    /// How many files did not arrive.
    pub failed: u64,
    /// The first of those.
    pub examples: Vec<FailedFile>,
}

/// A file of a folder that did not arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedFile {
    /// Its name from the folder on, `/` between parts.
    pub name: String,
    /// Why.
    pub why: Sentence,
}

/// How many files of a folder there are and how far they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Files {
    /// Those that are here.
    pub done: u64,
    /// Those that were found so far.
    pub total: u64,
    /// Those that did not arrive.
    pub failed: u64,
    /// Whether all of the folder was looked through, so that `total` is final.
    pub is_counted: bool,
}

/// One file on its way. Shared between the worker that moves it and whoever shows it.
#[derive(Debug)]
pub struct Transfer {
    id: TransferId,
    direction: Direction,
    name: String,
    peer: String,
    created: Instant,
    cancel: Cancel,
    stage: AtomicU8,
    dialect: AtomicU8,
    done: AtomicU64,
    moved: AtomicU64,
    total: AtomicU64,
    pausing: AtomicBool,
    kept: AtomicBool,
    more: Mutex<More>,
    /// What it is a file of; counts its bytes, too.
    folder: Option<Arc<Transfer>>,
    /// When bytes began to flow, and when it ended.
    moving_since: OnceLock<Instant>,
    end: OnceLock<(Instant, Outcome)>,
}

/// What changes seldom.
#[derive(Debug, Default)]
struct More {
    interruption: Option<Interruption>,
    files: Option<Files>,
}

/// Why a transfer waits, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interruption {
    /// What happened.
    pub why: Sentence,
    /// When it tries again.
    pub until: Instant,
}

/// Stands for "not known" in `total`: no file is this long.
const UNKNOWN: u64 = u64::MAX;

impl Transfer {
    /// A transfer of `name` that waits for its turn. `peer` is the host as the user knows it.
    pub fn new(
        direction: Direction,
        name: impl Into<String>,
        peer: impl Into<String>,
        cancel: Cancel,
    ) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self {
            id: TransferId(NEXT.fetch_add(1, Ordering::Relaxed)),
            direction,
            name: name.into(),
            peer: peer.into(),
            created: Instant::now(),
            cancel,
            stage: AtomicU8::new(0),
            dialect: AtomicU8::new(0),
            done: AtomicU64::new(0),
            moved: AtomicU64::new(0),
            pausing: AtomicBool::new(false),
            kept: AtomicBool::new(false),
            more: Mutex::default(),
            folder: None,
            total: AtomicU64::new(UNKNOWN),
            moving_since: OnceLock::new(),
            end: OnceLock::new(),
        }
    }

    /// That of one file of `folder`, with the same switch.
    pub fn of_file(folder: &Arc<Self>, name: impl Into<String>) -> Self {
        Self {
            folder: Some(Arc::clone(folder)),
            ..Self::new(folder.direction, name, &folder.peer, folder.cancel.clone())
        }
    }

    /// Its number.
    pub fn id(&self) -> TransferId {
        self.id
    }

    /// Which way the bytes go.
    pub fn direction(&self) -> Direction {
        self.direction
    }

    /// The file's name as it was asked for.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The host at the other end.
    pub fn peer(&self) -> &str {
        &self.peer
    }

    /// Its switch.
    pub fn cancel(&self) -> &Cancel {
        &self.cancel
    }

    /// What it is doing.
    pub fn stage(&self) -> Stage {
        if self.end.get().is_some() {
            return Stage::Ended;
        }
        match self.stage.load(Ordering::Acquire) {
            0 => Stage::Waiting,
            1 => Stage::Connecting,
            2 => Stage::Moving,
            3 => Stage::Interrupted,
            _ => Stage::Checking,
        }
    }

    /// It has its turn.
    pub fn connecting(&self) {
        self.stage.store(1, Ordering::Release);
    }

    /// Bytes flow from now on; `total` of them where that is known.
    pub fn moving(&self, dialect: Dialect, total: Option<u64>) {
        self.dialect.store(1 + dialect as u8, Ordering::Relaxed);
        self.set_total(total);
        let _ = self.moving_since.set(Instant::now());
        self.stage.store(2, Ordering::Release);
    }

    /// It is cut off and waits before it tries again.
    pub fn interrupted(&self, why: Sentence, until: Instant) {
        self.more().interruption = Some(Interruption { why, until });
        self.stage.store(3, Ordering::Release);
    }

    /// Why it waits, in [`Stage::Interrupted`].
    pub fn interruption(&self) -> Option<Interruption> {
        match self.stage() {
            Stage::Interrupted => self.more().interruption.clone(),
            _ => None,
        }
    }

    /// Every byte is here and is being checked.
    pub fn checking(&self) {
        self.stage.store(4, Ordering::Release);
    }

    /// End it and keep what has arrived; its outcome will be [`Outcome::Paused`].
    pub fn pause(&self) {
        self.pausing.store(true, Ordering::Release);
        self.cancel.cancel();
    }

    /// Whether its cancel is a pause.
    pub fn is_pausing(&self) -> bool {
        let folder = self.folder.as_ref();
        self.pausing.load(Ordering::Acquire) || folder.is_some_and(|folder| folder.is_pausing())
    }

    /// Whether a part of it is on the disk, from which the same request goes on.
    pub fn is_kept(&self) -> bool {
        self.kept.load(Ordering::Acquire)
    }

    /// A part of it is (no longer) on the disk.
    pub fn keep(&self, kept: bool) {
        self.kept.store(kept, Ordering::Release);
    }

    /// Of a folder: its files.
    pub fn files(&self) -> Option<Files> {
        self.more().files
    }

    /// It is a folder, and its files have come so far.
    pub fn set_files(&self, files: Files) {
        self.more().files = Some(files);
    }

    fn more(&self) -> MutexGuard<'_, More> {
        // Whole values are stored.
        self.more.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How the peers talk, once that is known.
    pub fn dialect(&self) -> Option<Dialect> {
        match self.dialect.load(Ordering::Relaxed) {
            0 => None,
            1 => Some(Dialect::Http),
            _ => Some(Dialect::Raw),
        }
    }

    /// `count` more bytes have gone through.
    pub fn advance(&self, count: u64) {
        self.done.fetch_add(count, Ordering::Relaxed);
        self.moved.fetch_add(count, Ordering::Relaxed);
        if let Some(folder) = &self.folder {
            folder.advance(count);
        }
    }

    /// `count` bytes were here already.
    pub fn skip(&self, count: u64) {
        self.done.fetch_add(count, Ordering::Relaxed);
    }

    /// From now on `done` bytes are here: some were already, or it starts anew.
    pub fn set_done(&self, done: u64) {
        let before = self.done.swap(done, Ordering::Relaxed);
        if let Some(folder) = &self.folder {
            // What it lost is added as a complement: the sum is right.
            folder.skip(done.wrapping_sub(before));
        }
    }

    /// Bytes that moved since its creation; without those that were here before, with those that
    /// came to nothing.
    pub fn moved(&self) -> u64 {
        self.moved.load(Ordering::Relaxed)
    }

    /// From now on this many bytes are known to be the whole.
    pub fn set_total(&self, total: Option<u64>) {
        self.total
            .store(total.unwrap_or(UNKNOWN), Ordering::Relaxed);
    }

    /// Bytes that are through.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// Bytes in all, where known.
    pub fn total(&self) -> Option<u64> {
        match self.total.load(Ordering::Relaxed) {
            UNKNOWN => None,
            total => Some(total),
        }
    }

    /// How far it is, from 0 to 1, where the total is known.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "a fraction for a bar"
    )]
    pub fn fraction(&self) -> Option<f32> {
        match self.total()? {
            0 => Some(1.0),
            total => Some((self.done() as f64 / total as f64).min(1.0) as f32),
        }
    }

    /// It is over. Only the first end counts.
    pub fn end(&self, outcome: Outcome) {
        let _ = self.end.set((Instant::now(), outcome));
    }

    /// How it ended, once it has.
    pub fn outcome(&self) -> Option<&Outcome> {
        self.end.get().map(|(_, outcome)| outcome)
    }

    /// How long bytes have been flowing, or did flow; from its creation if none ever did.
    pub fn elapsed(&self) -> Duration {
        let since = self.moving_since.get().unwrap_or(&self.created);
        let until = self.end.get().map_or_else(Instant::now, |(at, _)| *at);
        until.saturating_duration_since(*since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_end_counts() {
        let transfer = Transfer::new(Direction::Upload, "a", "host", Cancel::new());
        assert_eq!(transfer.stage(), Stage::Waiting);
        transfer.moving(Dialect::Raw, Some(10));
        transfer.advance(5);
        assert_eq!(
            (transfer.stage(), transfer.fraction()),
            (Stage::Moving, Some(0.5))
        );
        transfer.end(Outcome::Cancelled);
        transfer.end(Outcome::Sent);
        assert_eq!(
            (transfer.stage(), transfer.outcome()),
            (Stage::Ended, Some(&Outcome::Cancelled))
        );
    }

    #[test]
    fn a_files_bytes_are_its_folders_too() {
        let folder = Transfer::new(Direction::Download, "d", "host", Cancel::new());
        let folder = Arc::new(folder);
        let files = ["a", "b"].map(|name| Transfer::of_file(&folder, name));
        files[0].set_done(100);
        files[0].advance(5);
        files[1].advance(20);
        assert_eq!((folder.done(), folder.moved()), (125, 25));
        files[0].set_done(0);
        assert_eq!((folder.done(), folder.moved()), (20, 25));
        folder.pause();
        assert!(files[1].is_pausing() && files[1].cancel().is_cancelled());
    }

    #[test]
    fn an_unknown_total_has_no_fraction() {
        let transfer = Transfer::new(Direction::Download, "a", "host", Cancel::new());
        transfer.moving(Dialect::Raw, None);
        assert_eq!((transfer.total(), transfer.fraction()), (None, None));
    }
}

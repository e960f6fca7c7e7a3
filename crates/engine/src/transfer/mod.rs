//! One file on its way: how far it is (atomics that anyone may sample) and how it ended.

mod meter;
mod note;
mod outcome;
mod reporter;

pub use note::Note;
pub use outcome::{Checked, FailedFile, Incomplete, Outcome, Saved};
pub use reporter::Reporter;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use parking_lot::{Mutex, MutexGuard};
use serde::{Deserialize, Serialize};

use crate::error::ClientError;
use crate::transport::{CancelToken, Notify};

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
pub enum Protocol {
    /// HTTP/1.x.
    Http,
    /// The lecture notes' protocol: a name, then bytes until the close.
    Raw,
}

/// What a transfer is doing.
///
/// `Queued -> Connecting -> Moving -> Verifying -> Ended`, with `BackingOff` after `Connecting` or `Moving`, which leads
/// back to `Queued` or `Connecting`. Each may be followed by `Ended`, which nothing follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransferState {
    /// In the queue, behind others: it has not started, or waits for its next turn.
    Queued,
    /// Looking up, connecting or asking; no byte of the body has come yet.
    Connecting,
    /// Bytes flow.
    Moving,
    /// Interrupted; it will try again by itself.
    BackingOff(Interruption),
    /// Every byte is here and is being verified.
    Verifying,
    /// Over; [`Transfer::outcome`] says how.
    Ended,
}

impl TransferState {
    /// It was interrupted, and will try again by itself.
    pub fn is_backing_off(&self) -> bool {
        matches!(self, Self::BackingOff(_))
    }
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
    cancel: CancelToken,
    retry_now: Notify,
    state: Mutex<TransferState>,
    protocol: AtomicU8,
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
    files: Option<Files>,
    nearest: Option<String>,
    place: Option<PathBuf>,
}

/// Why a transfer waits, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interruption {
    /// What happened.
    pub why: ClientError,
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
        cancel: CancelToken,
    ) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self {
            id: TransferId(NEXT.fetch_add(1, Ordering::Relaxed)),
            direction,
            name: name.into(),
            peer: peer.into(),
            created: Instant::now(),
            cancel,
            retry_now: Notify::default(),
            state: Mutex::new(TransferState::Queued),
            protocol: AtomicU8::new(0),
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

    /// Whether it is one file of a folder.
    pub fn is_of_folder(&self) -> bool {
        self.folder.is_some()
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
    pub fn cancel(&self) -> &CancelToken {
        &self.cancel
    }

    /// Ends each backoff of it.
    pub(crate) fn retry_now(&self) -> &Notify {
        &self.retry_now
    }

    /// What it is doing.
    pub fn state(&self) -> TransferState {
        if self.end.get().is_some() {
            return TransferState::Ended;
        }
        self.state.lock().clone()
    }

    /// It does this from now on. How it ends is told by [`Transfer::end`].
    pub fn set_state(&self, state: TransferState) {
        if state == TransferState::Moving {
            let _ = self.moving_since.set(Instant::now());
        }
        *self.state.lock() = state;
    }

    /// Bytes flow from now on; `total` of them where that is known.
    pub fn start(&self, protocol: Protocol, total: Option<u64>) {
        self.protocol.store(1 + protocol as u8, Ordering::Relaxed);
        self.set_total(total);
        self.set_state(TransferState::Moving);
    }

    /// It was interrupted and tries again at `until`.
    pub fn back_off(&self, why: ClientError, until: Instant) {
        self.set_state(TransferState::BackingOff(Interruption { why, until }));
    }

    /// Why it waits, in [`TransferState::BackingOff`].
    pub fn interruption(&self) -> Option<Interruption> {
        match self.state() {
            TransferState::BackingOff(interruption) => Some(interruption),
            _ => None,
        }
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

    /// Where it failed because there is no such file: the name there that looks most like it, whole, as
    /// it would be asked for.
    pub fn nearest(&self) -> Option<String> {
        self.more().nearest.clone()
    }

    /// The server has `nearest` instead.
    pub fn set_nearest(&self, nearest: Option<String>) {
        self.more().nearest = nearest;
    }

    /// Of a folder: where its files go, once that is known.
    pub fn place(&self) -> Option<PathBuf> {
        self.more().place.clone()
    }

    /// It is a folder, and its files go there.
    pub fn set_place(&self, place: PathBuf) {
        self.more().place = Some(place);
    }

    fn more(&self) -> MutexGuard<'_, More> {
        self.more.lock()
    }

    /// How the peers talk, once that is known.
    pub fn protocol(&self) -> Option<Protocol> {
        match self.protocol.load(Ordering::Relaxed) {
            0 => None,
            1 => Some(Protocol::Http),
            _ => Some(Protocol::Raw),
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

    /// Until the peer itself has said how long it is, it is this many bytes.
    pub fn expect(&self, total: u64) {
        let order = Ordering::Relaxed;
        let _ = self.total.compare_exchange(UNKNOWN, total, order, order);
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
mod tests;

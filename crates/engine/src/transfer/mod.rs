//! The progress of one file (atomics that any thread may sample) and its outcome.

mod meter;
mod note;
mod notes;
mod outcome;
mod reporter;
mod state;
mod traces;

pub use note::Note;
pub use outcome::{Checked, FailedFile, Incomplete, Outcome, Saved};
pub use reporter::Reporter;
pub use state::{Interruption, TransferState};

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use self::traces::Traces;
use crate::error::ClientError;
use crate::identity::Protection;
use crate::transport::{CancelToken, Notify};

/// Unique in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TransferId(u64);

/// The direction of a transfer, seen from this computer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To a client that requested it.
    Upload,
    /// From a server.
    Download,
}

/// The protocol of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// HTTP/1.x.
    Http,
    /// The lecture notes' protocol: a name, then bytes until the connection closes.
    Raw,
}

/// The progress of a folder, in files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Files {
    /// Files that have arrived.
    pub done: u64,
    /// Files found so far.
    pub total: u64,
    /// Files that failed.
    pub failed: u64,
    /// Whether the whole folder has been walked, so that `total` is final.
    pub is_counted: bool,
}

/// One file being transferred. Shared between the worker and its observers.
#[derive(Debug)]
pub struct Transfer {
    id: TransferId,
    direction: Direction,
    name: String,
    peer: String,
    called: Option<String>,
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
    details: Mutex<Details>,
    traces: Mutex<Traces>,
    /// The folder that this file belongs to; its byte counts include this file's.
    folder: Option<Arc<Transfer>>,
    /// When the first byte moved, and when the transfer ended.
    moving_since: OnceLock<Instant>,
    end: OnceLock<(Instant, Outcome)>,
}

/// Fields that change rarely.
#[derive(Debug, Default)]
struct Details {
    files: Option<Files>,
    nearest: Option<String>,
    place: Option<PathBuf>,
    notes: Vec<Note>,
    protection: Option<Protection>,
}

/// `total` when the length is unknown: no file is this long.
const UNKNOWN: u64 = u64::MAX;

impl Transfer {
    /// A queued transfer of `name`. `peer` is the host as the user knows it.
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
            called: None,
            created: Instant::now(),
            cancel,
            retry_now: Notify::default(),
            state: Mutex::new(TransferState::Queued),
            protocol: AtomicU8::new(0),
            done: AtomicU64::new(0),
            moved: AtomicU64::new(0),
            pausing: AtomicBool::new(false),
            kept: AtomicBool::new(false),
            details: Mutex::default(),
            traces: Mutex::default(),
            folder: None,
            total: AtomicU64::new(UNKNOWN),
            moving_since: OnceLock::new(),
            end: OnceLock::new(),
        }
    }

    /// A transfer of one file of `folder`, with the folder's cancel token.
    pub fn of_file(folder: &Arc<Self>, name: impl Into<String>) -> Self {
        Self {
            folder: Some(Arc::clone(folder)),
            ..Self::new(folder.direction, name, &folder.peer, folder.cancel.clone())
        }
    }

    /// Whether it is a file of a folder.
    pub fn is_of_folder(&self) -> bool {
        self.folder.is_some()
    }

    /// The unique id.
    pub fn id(&self) -> TransferId {
        self.id
    }

    /// The direction.
    pub fn direction(&self) -> Direction {
        self.direction
    }

    /// The name of the file as requested.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The host of the peer.
    pub fn peer(&self) -> &str {
        &self.peer
    }

    /// The same transfer, whose peer calls itself this, if anything.
    #[must_use]
    pub fn called(self, called: Option<String>) -> Self {
        Self { called, ..self }
    }

    /// What the peer calls itself, printable, or else its host; a name is never a proof of anything.
    pub fn peer_name(&self) -> &str {
        self.called.as_ref().unwrap_or(&self.peer)
    }

    /// The cancel token.
    pub fn cancel(&self) -> &CancelToken {
        &self.cancel
    }

    /// Ends a backoff early.
    pub(crate) fn retry_now(&self) -> &Notify {
        &self.retry_now
    }

    /// The current state.
    pub fn state(&self) -> TransferState {
        if self.end.get().is_some() {
            return TransferState::Ended;
        }
        self.state.lock().clone()
    }

    /// Sets the state. Use [`Transfer::end`] for the final one.
    pub fn set_state(&self, state: TransferState) {
        if state == TransferState::Moving {
            let _ = self.moving_since.set(Instant::now());
        }
        *self.state.lock() = state;
    }

    /// Marks the start of the body, `total` bytes if known.
    pub fn start(&self, protocol: Protocol, total: Option<u64>) {
        self.protocol.store(1 + protocol as u8, Ordering::Relaxed);
        self.set_total(total);
        self.set_state(TransferState::Moving);
    }

    /// Records an interruption; the next attempt is at `until`.
    pub fn back_off(&self, why: ClientError, until: Instant) {
        self.set_state(TransferState::BackingOff(Interruption { why, until }));
    }

    /// The interruption, while in [`TransferState::BackingOff`].
    pub fn interruption(&self) -> Option<Interruption> {
        match self.state() {
            TransferState::BackingOff(interruption) => Some(interruption),
            _ => None,
        }
    }

    /// Stops the transfer and keeps the partial file; its outcome will be [`Outcome::Paused`].
    pub fn pause(&self) {
        self.pausing.store(true, Ordering::Release);
        self.cancel.cancel();
    }

    /// Whether the cancellation is a pause.
    pub fn is_pausing(&self) -> bool {
        let folder = self.folder.as_ref();
        self.pausing.load(Ordering::Acquire) || folder.is_some_and(|folder| folder.is_pausing())
    }

    /// Whether a partial file is on disk, from which the same request resumes.
    pub fn is_kept(&self) -> bool {
        self.kept.load(Ordering::Acquire)
    }

    /// Sets whether a partial file is on disk.
    pub fn keep(&self, kept: bool) {
        self.kept.store(kept, Ordering::Release);
    }

    /// The progress in files, for a folder.
    pub fn files(&self) -> Option<Files> {
        self.details.lock().files
    }

    /// Marks it as a folder and sets its progress.
    pub fn set_files(&self, files: Files) {
        self.details.lock().files = Some(files);
    }

    /// After `NoSuchFile`: the most similar name on the server, as a full path that can be requested.
    pub fn nearest(&self) -> Option<String> {
        self.details.lock().nearest.clone()
    }

    /// Sets the name to suggest instead.
    pub fn set_nearest(&self, nearest: Option<String>) {
        self.details.lock().nearest = nearest;
    }

    /// The folder that its files are stored in, for a folder, once known.
    pub fn place(&self) -> Option<PathBuf> {
        self.details.lock().place.clone()
    }

    /// Marks it as a folder and sets where its files are stored.
    pub fn set_place(&self, place: PathBuf) {
        self.details.lock().place = Some(place);
    }

    /// What protects the latest connection of a download, or of what is sent to a share; none before there is one.
    pub fn protection(&self) -> Option<Protection> {
        self.details.lock().protection
    }

    /// Sets what protects the connection, also that of its folder.
    pub(crate) fn set_protection(&self, protection: Protection) {
        self.details.lock().protection = Some(protection);
        if let Some(folder) = &self.folder {
            folder.set_protection(protection);
        }
    }

    /// The protocol, once it is known.
    pub fn protocol(&self) -> Option<Protocol> {
        match self.protocol.load(Ordering::Relaxed) {
            0 => None,
            1 => Some(Protocol::Http),
            _ => Some(Protocol::Raw),
        }
    }

    /// Counts `count` more bytes as transferred.
    pub fn advance(&self, count: u64) {
        self.done.fetch_add(count, Ordering::Relaxed);
        self.moved.fetch_add(count, Ordering::Relaxed);
        if let Some(folder) = &self.folder {
            folder.advance(count);
        }
    }

    /// Counts `count` bytes that were present before.
    pub fn skip(&self, count: u64) {
        self.done.fetch_add(count, Ordering::Relaxed);
    }

    /// Sets the bytes that are present: a resumed download has some, a restarted one none.
    pub fn set_done(&self, done: u64) {
        let before = self.done.swap(done, Ordering::Relaxed);
        if let Some(folder) = &self.folder {
            // Added as a two's complement, so that the folder's sum may decrease.
            folder.skip(done.wrapping_sub(before));
        }
    }

    /// Bytes transferred since its creation: excludes bytes that were present before, includes those that were
    /// discarded.
    pub fn moved(&self) -> u64 {
        self.moved.load(Ordering::Relaxed)
    }

    /// Sets the total length in bytes.
    pub fn set_total(&self, total: Option<u64>) {
        self.total
            .store(total.unwrap_or(UNKNOWN), Ordering::Relaxed);
    }

    /// Sets the expected length in bytes, which counts until the peer states one.
    pub fn expect(&self, total: u64) {
        let order = Ordering::Relaxed;
        let _ = self.total.compare_exchange(UNKNOWN, total, order, order);
    }

    /// Bytes that are done.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// The total length in bytes, if known.
    pub fn total(&self) -> Option<u64> {
        match self.total.load(Ordering::Relaxed) {
            UNKNOWN => None,
            total => Some(total),
        }
    }

    /// The completed fraction, from 0 to 1, if the total is known.
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

    /// Ends the transfer. Only the first outcome counts.
    pub fn end(&self, outcome: Outcome) {
        if self.end.get().is_none() {
            self.sample_at_end();
        }
        let _ = self.end.set((Instant::now(), outcome));
    }

    /// The outcome, once it has ended.
    pub fn outcome(&self) -> Option<&Outcome> {
        self.end.get().map(|(_, outcome)| outcome)
    }

    /// The time since the first byte, or since its creation if there was none, until now or the end.
    pub fn elapsed(&self) -> Duration {
        let since = self.moving_since.get().unwrap_or(&self.created);
        let until = self.end.get().map_or_else(Instant::now, |(at, _)| *at);
        until.saturating_duration_since(*since)
    }
}

#[cfg(test)]
mod tests;

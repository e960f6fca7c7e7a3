//! A row of the transfer list: a transfer and its measurements.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::password;
use super::rate_history::RateHistory;
use crate::format::{self, printable};
use landline_engine::client::{Recipient, Request, SendRequest};
use landline_engine::error::{ClientError, Failure, PasswordError, SendError, StoreError};
use landline_engine::transfer::{Direction, Outcome, Transfer, TransferId, TransferState};

/// The averaging window of a rate: steady enough to read, short enough to notice a stall.
const SMOOTHING_SECS: f64 = 3.0;
/// After this long without a byte, no rate is shown.
const NO_RATE_AFTER: Duration = Duration::from_secs(3);
/// Below this rate, in bytes per second, no time left is shown.
const MIN_RATE: f64 = 1.0;
/// A longer time left is not shown.
const MAX_TIME_LEFT: Duration = Duration::from_hours(100);
/// After this long without a byte, the computer may sleep.
const IDLE_AFTER: Duration = Duration::from_mins(5);

/// A transfer and its measurements. A download that is resumed after it ended is a new transfer in
/// the same row.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct Row {
    /// Stays the same for the life of the row, whichever transfer it shows.
    pub key: TransferId,
    /// The current transfer.
    pub transfer: Arc<Transfer>,
    /// Bytes per second, once there are two measurements.
    pub rate: Option<f64>,
    /// The request that retries the download, if this side started it.
    pub request: Option<Request>,
    /// Whether the server received it: its sender asked, and nothing can be done about it here.
    pub is_received: bool,
    /// What this side sends to a share.
    pub delivery: Option<SendRequest>,
    /// Whether the list of failed files is expanded.
    pub unfolded: bool,
    /// When it was first requested, in seconds since 1970.
    pub added: u64,
    /// When its end was noticed, in seconds since 1970.
    pub ended: Option<u64>,
    /// The rate during the last minute.
    pub rate_history: RateHistory,
    /// The height in points with a hash of what it depends on: cached by the UI, so that unchanged
    /// rows need no new layout.
    pub height: Option<(f32, u64)>,
    /// Its place among the ended rows: a later one has a higher number.
    pub order: i64,
    /// Whether the part's journal may be from a version that did not authenticate journals.
    pub has_bare_record: bool,
    /// Whether the current transfer has been interrupted, so that it goes on by itself.
    pub has_waited: bool,
    /// Whether it was a folder before the last retry.
    was_folder: bool,
    measured: Option<(Instant, u64)>,
    /// The byte count at the last measurement.
    moved: u64,
    /// When the last bytes arrived.
    progressed: Option<Instant>,
}

impl Row {
    pub(crate) fn new(transfer: Arc<Transfer>, request: Option<Request>) -> Self {
        Self {
            key: transfer.id(),
            transfer,
            rate: None,
            request,
            is_received: false,
            delivery: None,
            unfolded: false,
            order: 0,
            has_bare_record: false,
            added: unix_time(),
            ended: None,
            rate_history: RateHistory::default(),
            height: None,
            has_waited: false,
            was_folder: false,
            measured: None,
            moved: 0,
            progressed: None,
        }
    }

    /// Replaces the transfer with its continuation.
    pub(crate) fn continue_with(&mut self, transfer: Arc<Transfer>) {
        self.was_folder = self.is_folder();
        self.transfer = transfer;
        self.ended = None;
        self.has_waited = false;
        self.unfolded = false;
        self.rate_history = RateHistory::default();
        self.height = None;
        self.moved = 0;
        self.progressed = None;
        self.reset_rate();
    }

    /// The name to show: as it was requested, unless it was saved under another.
    pub(crate) fn name(&self) -> Cow<'_, str> {
        let text = self.delivery.as_ref().and_then(|of| of.text.as_ref());
        if let Some(text) = text {
            return Cow::Owned(crate::t!("text-named", text = beginning(text)));
        }
        if let Some(delivery) = self.delivery.as_ref().filter(|of| of.paths.len() > 1) {
            let last = |path: &PathBuf| {
                let name = path.file_name().unwrap_or(path.as_os_str());
                printable(&name.to_string_lossy(), false)
            };
            return Cow::Owned(format::list(delivery.paths.iter().map(last)));
        }
        let asked = self.transfer.name();
        let Some(Outcome::Saved(saved)) = self.transfer.outcome() else {
            return Cow::Borrowed(asked);
        };
        let last = asked.trim_end_matches('/').rsplit('/').next();
        match saved.path.file_name() {
            Some(stored) if last != Some(&stored.to_string_lossy()) => stored.to_string_lossy(),
            _ => Cow::Borrowed(asked),
        }
    }

    /// Whether it is known to consist of several files.
    pub(crate) fn is_folder(&self) -> bool {
        let transfer = &self.transfer;
        self.was_folder || transfer.files().is_some() || transfer.name().ends_with('/')
    }

    /// Whether it is still on its way.
    pub(crate) fn is_active(&self) -> bool {
        self.transfer.outcome().is_none()
    }

    /// Whether another computer asked for it, not this side.
    pub(crate) fn is_served(&self) -> bool {
        self.is_received
            || self.transfer.direction() == Direction::Upload && self.delivery.is_none()
    }

    /// Whether it has ended for good and needs no attention: nothing can be done about what others asked for.
    pub(crate) fn is_finished(&self) -> bool {
        !self.is_active() && !self.is_unfinished() && (self.is_served() || !self.is_failed())
    }

    /// Whether it was ended by an error, or something is missing.
    pub(crate) fn is_failed(&self) -> bool {
        !self.is_interrupted_upload()
            && matches!(
                self.transfer.outcome(),
                Some(Outcome::Failed(_) | Outcome::Incomplete(_) | Outcome::Paused(Some(_)))
            )
    }

    /// Whether it is an upload that the client ended early.
    pub(crate) fn is_interrupted_upload(&self) -> bool {
        let hung_up = Failure::Send(SendError::HungUp);
        matches!(self.transfer.outcome(), Some(Outcome::Failed(why)) if *why == hung_up)
    }

    /// Whether another computer asked for it and ended it early: it may go on later, as another transfer.
    pub(crate) fn is_interrupted(&self) -> bool {
        let is_left = |why: &Failure| {
            matches!(
                why,
                Failure::Fetch(ClientError::Cut { .. } | ClientError::Stalled { .. })
            )
        };
        self.is_interrupted_upload()
            || self.is_received
                && matches!(self.transfer.outcome(), Some(Outcome::Failed(why)) if is_left(why))
    }

    /// Whether it ended early with a part that can be resumed.
    pub(crate) fn is_unfinished(&self) -> bool {
        self.request.is_some()
            && match self.transfer.outcome() {
                Some(Outcome::Paused(_) | Outcome::Incomplete(_)) => true,
                Some(Outcome::Failed(_)) => self.transfer.is_kept(),
                Some(Outcome::Sent | Outcome::Saved(_) | Outcome::Cancelled) | None => false,
            }
    }

    /// Whether it is paused until the user resumes it.
    pub(crate) fn is_paused(&self) -> bool {
        self.request.is_some() && matches!(self.transfer.outcome(), Some(Outcome::Paused(_)))
    }

    /// The folder that it could not be saved to, because it does not exist.
    pub(crate) fn missing_folder(&self) -> Option<&Path> {
        missing_folder(&self.transfer)
    }

    /// Whether it uses the same part as `request`.
    pub(crate) fn shares_part(&self, request: &Request) -> bool {
        let own = self.request.as_ref();
        own.is_some_and(|own| own.shares_part(request))
    }

    /// The host and the port that this side asks or sends to.
    pub(crate) fn peer(&self) -> Option<(&str, u16)> {
        match (&self.request, &self.delivery) {
            (Some(request), _) => Some((&request.host, request.port)),
            (None, Some(delivery)) => Some((&delivery.host, delivery.port)),
            (None, None) => None,
        }
    }

    /// The error that it ended with.
    pub(crate) fn error(&self) -> Option<&ClientError> {
        match self.transfer.outcome()? {
            Outcome::Paused(Some(why)) | Outcome::Failed(Failure::Fetch(why)) => Some(why),
            _ => None,
        }
    }

    /// Why it was not let in, if a password may help.
    pub(crate) fn password_error(&self) -> Option<&PasswordError> {
        match self.transfer.outcome()? {
            Outcome::Incomplete(incomplete) => {
                let mut failed = incomplete.examples.iter();
                failed.find_map(|file| password::of_error(&file.why))
            }
            _ => self.error().and_then(password::of_error),
        }
    }

    /// Whether that password is the PIN of a LocalSend device.
    pub(crate) fn wants_pin(&self) -> bool {
        let to = self.delivery.as_ref().map(|of| of.to);
        self.wants_password() && to == Some(Recipient::LocalSend)
    }

    /// Whether it goes on with a password.
    pub(crate) fn wants_password(&self) -> bool {
        self.peer().is_some() && self.password_error().is_some()
    }

    /// Until when the computer should stay awake for it: while bytes or the final verification may
    /// still come.
    pub(crate) fn busy_until(&self, now: Instant) -> Option<Instant> {
        match self.transfer.state() {
            TransferState::Preparing
            | TransferState::Connecting
            | TransferState::Asking
            | TransferState::Moving
            | TransferState::BackingOff(_)
            | TransferState::Verifying => Some(self.progressed.unwrap_or(now) + IDLE_AFTER),
            TransferState::Queued | TransferState::Ended => None,
        }
    }

    /// Updates the rate.
    pub(crate) fn measure(&mut self, now: Instant) {
        // Set at once, so that a transfer that never starts is given up, too.
        let mut progressed = *self.progressed.get_or_insert(now);
        let moved = self.transfer.moved();
        self.has_waited |= self.transfer.state().is_backing_off();
        if self.transfer.state() != TransferState::Queued {
            self.rate_history.note(now, moved);
        }
        if self.moved != moved {
            self.moved = moved;
            self.progressed = Some(now);
            progressed = now;
        }
        if self.transfer.state() != TransferState::Moving {
            self.reset_rate();
            return;
        }
        if now.saturating_duration_since(progressed) >= NO_RATE_AFTER {
            self.rate = None;
            self.measured = Some((now, moved));
            return;
        }
        if let Some((then, before)) = self.measured {
            let secs = now.saturating_duration_since(then).as_secs_f64();
            if secs <= 0.0 {
                return;
            }
            #[expect(clippy::cast_precision_loss, reason = "a rate for a person")]
            let current = moved.saturating_sub(before) as f64 / secs;
            let weight = 1.0 - (-secs / SMOOTHING_SECS).exp();
            self.rate = match self.rate {
                Some(rate) => Some(rate + (current - rate) * weight),
                // No byte yet, so no rate.
                None => Some(current).filter(|current| *current > 0.0),
            };
        }
        self.measured = Some((now, moved));
    }

    /// Resets the rate: the next measurement is the first.
    fn reset_rate(&mut self) {
        self.rate = None;
        self.measured = None;
    }

    /// Records the time of the end; returns whether it is new.
    pub(crate) fn note_end(&mut self) -> bool {
        let is_news = self.ended.is_none() && !self.is_active();
        if is_news {
            self.ended = Some(unix_time());
            self.height = None;
        }
        is_news
    }

    /// The total size in bytes; `None` while a folder is still being listed.
    pub(crate) fn total(&self) -> Option<u64> {
        let files = self.transfer.files();
        let is_counted = files.is_none_or(|files| files.is_counted);
        self.transfer.total().filter(|_| is_counted)
    }

    /// The progress from 0 to 1, if the total is known.
    pub(crate) fn fraction(&self) -> Option<f32> {
        self.total().and_then(|_| self.transfer.fraction())
    }

    /// The estimated time left at the current rate.
    pub(crate) fn time_left(&self) -> Option<Duration> {
        time_left(self.total()?.checked_sub(self.transfer.done())?, self.rate?)
    }
}

/// How long `left` bytes take at `rate` bytes per second, unless the estimate is useless.
pub(super) fn time_left(left: u64, rate: f64) -> Option<Duration> {
    if rate < MIN_RATE {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "a time for a person")]
    let secs = left as f64 / rate;
    let time = Duration::try_from_secs_f64(secs).ok()?;
    (time <= MAX_TIME_LEFT).then_some(time)
}

/// The beginning of a text, in one line.
fn beginning(text: &str) -> String {
    const CHARS: usize = 60;

    let line = printable(text.trim(), false);
    if line.chars().count() <= CHARS {
        return line;
    }
    line.chars().take(CHARS).chain(['…']).collect()
}

/// Seconds since 1970; 0 if the clock is set to an earlier time.
fn unix_time() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}

/// The folder that a download could not be saved to, because it does not exist.
pub(crate) fn missing_folder(transfer: &Transfer) -> Option<&Path> {
    match transfer.outcome()? {
        Outcome::Paused(Some(why)) | Outcome::Failed(Failure::Fetch(why)) => match why {
            ClientError::Store(StoreError::FolderMissing { folder }) => Some(folder),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests;

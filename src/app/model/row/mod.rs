//! A transfer and what was measured of it.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::rate_history::RateHistory;
use landline_engine::client::{IfExists, Request, Target};
use landline_engine::transfer::{Outcome, Transfer, TransferId, TransferState};

/// A rate is the average of about this long: steady enough to read, quick enough to notice a stall.
const SMOOTHING_SECS: f64 = 3.0;
/// After this long without a byte there is no rate to tell.
const STILL: Duration = Duration::from_secs(3);
/// Below this many bytes per second nothing sensible can be said about the time left.
const STALLED: f64 = 1.0;
/// Nobody waits longer than this; a longer time left is not shown.
const LONGEST_LEFT: Duration = Duration::from_hours(100);
/// After this long without a byte nobody expects the next one any moment: a computer may sleep.
const GIVEN_UP: Duration = Duration::from_mins(5);

/// A transfer and what was measured of it. A download that goes on after an end is a new transfer
/// in the same row.
#[derive(Debug)]
pub(crate) struct Row {
    /// The same for as long as the row is there.
    pub key: TransferId,
    /// How far it is and how it ended.
    pub transfer: Arc<Transfer>,
    /// Bytes per second, once there are two measurements.
    pub rate: Option<f64>,
    /// What to do to try it again, where this end started it.
    pub request: Option<Request>,
    /// Whether the files that did not arrive are shown.
    pub unfolded: bool,
    /// When it was first asked for, in seconds since 1970.
    pub added: u64,
    /// When it ended, in seconds since 1970, once it was seen that it has.
    pub ended: Option<u64>,
    /// How fast it was in the last minute.
    pub pace: RateHistory,
    /// How high it is drawn, in points, and a number for what that depends on: the drawing's own
    /// note, so that it need not lay out again what has not changed.
    pub height: Option<(f32, u64)>,
    /// The record of its part may be from a version that did not authenticate records.
    pub has_bare_record: bool,
    /// It was a folder before it was tried again.
    was_folder: bool,
    measured: Option<(Instant, u64)>,
    /// Bytes that had come when it was looked at last.
    moved: u64,
    /// When bytes came last.
    progressed: Option<Instant>,
}

impl Row {
    pub(crate) fn new(transfer: Arc<Transfer>, request: Option<Request>) -> Self {
        Self {
            key: transfer.id(),
            transfer,
            rate: None,
            request,
            unfolded: false,
            has_bare_record: false,
            added: unix_time(),
            ended: None,
            pace: RateHistory::default(),
            height: None,
            was_folder: false,
            measured: None,
            moved: 0,
            progressed: None,
        }
    }

    /// Show `transfer` from now on, which goes on with the same.
    pub(crate) fn go_on(&mut self, transfer: Arc<Transfer>) {
        self.was_folder = self.is_folder();
        self.request = self.again();
        self.transfer = transfer;
        self.ended = None;
        self.unfolded = false;
        self.pace = RateHistory::default();
        self.height = None;
        self.moved = 0;
        self.progressed = None;
        self.rest();
    }

    /// What it is called: as it was asked for, unless it has another name here.
    pub(crate) fn name(&self) -> Cow<'_, str> {
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

    /// Whether it is known to be about more than one file.
    pub(crate) fn is_folder(&self) -> bool {
        let transfer = &self.transfer;
        self.was_folder || transfer.files().is_some() || transfer.name().ends_with('/')
    }

    /// What to ask for to try it again. Into the folder that was cancelled where files of it are
    /// there already, and only for the others.
    pub(crate) fn again(&self) -> Option<Request> {
        let request = self.request.clone()?;
        Some(match self.left_in() {
            Some(folder) => Request {
                target: Target::File(folder),
                // Of what is replaced, the older may have the same size and date.
                exists: match request.exists {
                    IfExists::Keep => IfExists::Skip,
                    exists => exists,
                },
                ..request
            },
            None => request,
        })
    }

    /// Of a folder that was cancelled: where the files are that had arrived.
    pub(crate) fn left_in(&self) -> Option<PathBuf> {
        let transfer = &self.transfer;
        let has_files = transfer.files().is_some_and(|files| files.done > 0);
        if has_files && matches!(transfer.outcome(), Some(Outcome::Cancelled)) {
            transfer.place()
        } else {
            None
        }
    }

    /// Whether it is still on its way.
    pub(crate) fn is_active(&self) -> bool {
        self.transfer.outcome().is_none()
    }

    /// Whether it is over, and nobody has to look at it again.
    pub(crate) fn is_finished(&self) -> bool {
        matches!(
            self.transfer.outcome(),
            Some(Outcome::Sent | Outcome::Saved(_) | Outcome::Cancelled)
        )
    }

    /// Whether it ended before all was there, and what is there is kept: it can go on.
    pub(crate) fn is_unfinished(&self) -> bool {
        self.request.is_some()
            && match self.transfer.outcome() {
                Some(Outcome::Paused(_) | Outcome::Incomplete(_)) => true,
                Some(Outcome::Failed(_)) => self.transfer.is_kept(),
                Some(Outcome::Sent | Outcome::Saved(_) | Outcome::Cancelled) | None => false,
            }
    }

    /// Whether it rests until the user lets it go on.
    pub(crate) fn is_paused(&self) -> bool {
        self.request.is_some() && matches!(self.transfer.outcome(), Some(Outcome::Paused(_)))
    }

    /// Whether it goes on from the same part as `request`.
    pub(crate) fn shares_part(&self, request: &Request) -> bool {
        let own = self.request.as_ref();
        own.is_some_and(|own| own.shares_part(request))
    }

    /// Until when the next byte, or the last word about them, may come any moment, so that the computer
    /// should stay awake.
    pub(crate) fn busy_until(&self, now: Instant) -> Option<Instant> {
        match self.transfer.state() {
            TransferState::Connecting
            | TransferState::Moving
            | TransferState::BackingOff(_)
            | TransferState::Verifying => Some(self.progressed.unwrap_or(now) + GIVEN_UP),
            TransferState::Queued | TransferState::Ended => None,
        }
    }

    /// Note how far it is.
    pub(crate) fn measure(&mut self, now: Instant) {
        // Never without a first moment: what never began is given up, too.
        let mut progressed = *self.progressed.get_or_insert(now);
        let moved = self.transfer.moved();
        if self.transfer.state() != TransferState::Queued {
            self.pace.note(now, moved);
        }
        if self.moved != moved {
            self.moved = moved;
            self.progressed = Some(now);
            progressed = now;
        }
        if self.transfer.state() != TransferState::Moving {
            self.rest();
            return;
        }
        if now.saturating_duration_since(progressed) >= STILL {
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
                // Nothing came yet: that is no rate.
                None => Some(current).filter(|current| *current > 0.0),
            };
        }
        self.measured = Some((now, moved));
    }

    /// Nothing moves: the next measurement is the first.
    fn rest(&mut self) {
        self.rate = None;
        self.measured = None;
    }

    /// Note when it ended; whether that is news.
    pub(crate) fn note_end(&mut self) -> bool {
        let is_news = self.ended.is_none() && !self.is_active();
        if is_news {
            self.ended = Some(unix_time());
            self.height = None;
        }
        is_news
    }

    /// Bytes in all. While a folder is still being looked through, that is not known.
    pub(crate) fn total(&self) -> Option<u64> {
        let files = self.transfer.files();
        let is_counted = files.is_none_or(|files| files.is_counted);
        self.transfer.total().filter(|_| is_counted)
    }

    /// How far it is, from 0 to 1, where the total is known.
    pub(crate) fn fraction(&self) -> Option<f32> {
        self.total().and_then(|_| self.transfer.fraction())
    }

    /// How long the rest will take at the present rate.
    pub(crate) fn time_left(&self) -> Option<Duration> {
        time_left(self.total()?.checked_sub(self.transfer.done())?, self.rate?)
    }
}

/// How long `left` bytes take at `rate` bytes per second, where that can be said.
pub(super) fn time_left(left: u64, rate: f64) -> Option<Duration> {
    if rate < STALLED {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "a time for a person")]
    let secs = left as f64 / rate;
    let time = Duration::try_from_secs_f64(secs).ok()?;
    (time <= LONGEST_LEFT).then_some(time)
}

/// Seconds since 1970; 0 where the clock is set to a time before.
fn unix_time() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests;

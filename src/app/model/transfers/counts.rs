//! The number of rows in each state.

use std::time::Duration;

use super::SAMPLE_EVERY;
use crate::app::model::row::Row;
use landline_engine::transfer::TransferState;

/// Queued transfers only show a countdown in seconds.
pub(super) const WAITING_EVERY: Duration = Duration::from_secs(1);

/// The number of rows in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Active.
    pub active: usize,
    /// Queued.
    pub waiting: usize,
    /// Interrupted; waiting for the next automatic retry.
    pub interrupted: usize,
    /// Paused by the user.
    pub paused: usize,
    /// Ended by an error, or incomplete.
    pub failed: usize,
    /// Paused by the user or by an error: what *Resume all* resumes.
    pub resumable: usize,
}

impl Counts {
    /// Adds an active or resumable row.
    pub(super) fn add(&mut self, row: &Row) {
        match row.transfer.state() {
            _ if row.ended.is_some() => {
                let (is_paused, is_failed) = (row.is_paused(), row.is_failed());
                self.resumable += usize::from(is_paused);
                self.paused += usize::from(is_paused && !is_failed);
                self.failed += usize::from(is_failed);
            }
            TransferState::Queued => self.waiting += 1,
            TransferState::BackingOff(_) => self.interrupted += 1,
            // Counted once its end has been noticed.
            TransferState::Preparing
            | TransferState::Connecting
            | TransferState::Asking
            | TransferState::Moving
            | TransferState::Verifying
            | TransferState::Ended => self.active += 1,
        }
    }

    /// The interval between samples, if anything is active.
    pub(super) fn sample_interval(self) -> Option<Duration> {
        if self.active > 0 {
            Some(SAMPLE_EVERY)
        } else {
            (self.waiting + self.interrupted > 0).then_some(WAITING_EVERY)
        }
    }
}

//! The totals of all active transfers: progress, rate and time left.

use std::time::Duration;

use super::row;
use super::row::Row;
use landline_engine::transfer::Outcome;

/// Incomplete progress is never rounded up to 100%.
const ALMOST: f64 = 0.9999;

/// The transfers that were completed since the list was last idle. They stay in the sum until it is
/// idle again.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    completed: usize,
    /// Bytes of the completed transfers.
    bytes: u64,
}

/// The sum of the active transfers and those completed in the same batch. Failed, cancelled and
/// paused transfers count neither as done nor towards the total.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Totals {
    /// The number of completed transfers.
    pub over: usize,
    /// The number of all transfers.
    pub count: usize,
    /// Bytes transferred: of the transfers that `total` includes, or of all while no size is known.
    pub done: u64,
    /// Total bytes of the transfers whose size is known; `None` if none is known.
    pub total: Option<u64>,
    /// Bytes per second, if any transfer is moving.
    pub rate: Option<f64>,
    /// The number of active transfers without a known size.
    unknown: usize,
    /// Remaining bytes of the transfers whose size is known.
    left: u64,
}

impl Batch {
    /// Adds a transfer that ended, if it was completed.
    pub(crate) fn end(&mut self, row: &Row) {
        if is_completed(row) {
            self.completed += 1;
            self.bytes = self.bytes.saturating_add(row.transfer.done());
        }
    }

    /// Starts a new batch, because nothing is active any more.
    pub(crate) fn finish(&mut self) {
        *self = Self::default();
    }

    /// Sums the batch and `rows`, which are not in it yet.
    pub(crate) fn sum<'a>(&self, rows: impl Iterator<Item = &'a Row>) -> Totals {
        let mut sum = Totals {
            over: self.completed,
            count: self.completed,
            ..Totals::default()
        };
        let mut of_unknown = 0_u64;
        for row in rows.filter(|row| row.is_active() || is_completed(row)) {
            of_unknown = of_unknown.saturating_add(sum.add(row));
        }
        match &mut sum.total {
            Some(total) => {
                *total = total.saturating_add(self.bytes);
                sum.done = sum.done.saturating_add(self.bytes);
            }
            None => sum.done = self.bytes.saturating_add(of_unknown),
        }
        sum
    }
}

/// Whether all of its bytes were transferred.
fn is_completed(row: &Row) -> bool {
    matches!(
        row.transfer.outcome(),
        Some(Outcome::Sent | Outcome::Saved(_))
    )
}

impl Totals {
    /// Adds an active or just completed transfer. Returns its bytes if its size is unknown.
    fn add(&mut self, row: &Row) -> u64 {
        let done = row.transfer.done();
        self.count += 1;
        let is_over = is_completed(row);
        self.over += usize::from(is_over);
        if let Some(rate) = row.rate.filter(|_| !is_over) {
            self.rate = Some(self.rate.unwrap_or(0.0) + rate);
        }
        let total = if is_over { Some(done) } else { row.total() };
        let Some(total) = total else {
            self.unknown += 1;
            return done;
        };
        // A file that grew has more bytes than announced.
        let done = done.min(total);
        self.done = self.done.saturating_add(done);
        self.left = self.left.saturating_add(total - done);
        self.total = Some(self.total.unwrap_or(0).saturating_add(total));
        0
    }

    /// The progress from 0 to 1, if known: 1 only if everything is complete.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "a fraction for a bar"
    )]
    pub(crate) fn fraction(&self) -> Option<f32> {
        let total = self.total.filter(|total| *total > 0)?;
        if self.done == total && self.unknown == 0 {
            return Some(1.0);
        }
        Some((self.done as f64 / total as f64).min(ALMOST) as f32)
    }

    /// The progress in percent, rounded down.
    pub(crate) fn percent(&self) -> Option<u8> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from 0 to 100"
        )]
        let percent = |fraction: f32| (fraction * 100.0 + 0.001) as u8;
        self.fraction().map(percent)
    }

    /// The estimated time left at the current rate, if all sizes are known.
    pub(crate) fn time_left(&self) -> Option<Duration> {
        let rate = self.rate.filter(|_| self.unknown == 0)?;
        row::time_left(self.left, rate)
    }
}

#[cfg(test)]
mod tests;

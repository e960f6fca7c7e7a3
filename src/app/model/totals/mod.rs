//! Everything that is on its way as one: how far it is, how fast, and when it will be over.

use std::time::Duration;

use super::row;
use super::row::Row;
use landline_engine::transfer::Outcome;

/// What is not all is never shown as all, however it is rounded.
const ALMOST: f64 = 0.9999;

/// What was completed since the list was idle last. It stays in the sum until the list is idle again.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    completed: usize,
    /// Bytes of the completed transfers.
    bytes: u64,
}

/// The sum of what is on its way and of what was completed in the same batch. Failed, cancelled and paused
/// transfers count neither as done nor towards the total.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Totals {
    /// How many are completed.
    pub over: usize,
    /// Of how many.
    pub count: usize,
    /// Bytes that are through: of the transfers that `total` counts, or of all while no size is known.
    pub done: u64,
    /// Bytes in all of the transfers whose size is known; `None` while that of none on its way is.
    pub total: Option<u64>,
    /// Bytes per second, while any moves.
    pub rate: Option<f64>,
    /// How many transfers on their way have no known size.
    unknown: usize,
    /// Bytes that are still to come of the transfers whose size is known.
    left: u64,
}

impl Batch {
    /// Count a transfer that ended, if it was completed.
    pub(crate) fn end(&mut self, row: &Row) {
        if is_completed(row) {
            self.completed += 1;
            self.bytes = self.bytes.saturating_add(row.transfer.done());
        }
    }

    /// Start a new batch: nothing is on its way any more.
    pub(crate) fn finish(&mut self) {
        *self = Self::default();
    }

    /// Add up the batch and `rows`, which are not in it yet.
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

/// Whether all of it is through.
fn is_completed(row: &Row) -> bool {
    matches!(
        row.transfer.outcome(),
        Some(Outcome::Sent | Outcome::Saved(_))
    )
}

impl Totals {
    /// Count a transfer that is on its way or just completed. Returns its bytes if its size is unknown.
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
        // A file that grew has more bytes than were announced.
        let done = done.min(total);
        self.done = self.done.saturating_add(done);
        self.left = self.left.saturating_add(total - done);
        self.total = Some(self.total.unwrap_or(0).saturating_add(total));
        0
    }

    /// How far it is, from 0 to 1, where that can be told: 1 only when all is there.
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

    /// The same in percent, rounded down.
    pub(crate) fn percent(&self) -> Option<u8> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from 0 to 100"
        )]
        let percent = |fraction: f32| (fraction * 100.0 + 0.001) as u8;
        self.fraction().map(percent)
    }

    /// How long the rest will take at the present rate, where all of the rest is known.
    pub(crate) fn time_left(&self) -> Option<Duration> {
        let rate = self.rate.filter(|_| self.unknown == 0)?;
        row::time_left(self.left, rate)
    }
}

#[cfg(test)]
mod tests;

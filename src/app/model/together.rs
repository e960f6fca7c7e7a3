//! Everything that is on its way as one: how far it is, how fast, and when it will be over.

use std::time::Duration;

use super::row::{self, Row};
use crate::net::Outcome;

/// What is not all is never shown as all, however it is rounded.
const ALMOST: f32 = 0.9999;

/// What was on its way at any time since nothing was. What is over stays in the sum, and what the user
/// holds back, so that the bar of all goes back only where there is more to do.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// The rows that are of it bear this number.
    number: u64,
    /// How many of them are over, and below the others by now.
    over: usize,
    /// What of those is here.
    bytes: u64,
    /// The bar counts pieces, because it would have to go back to count bytes.
    in_pieces: bool,
    last: Option<Together>,
}

/// The sum of a batch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Together {
    /// How many are over, whichever way.
    pub over: usize,
    /// Of how many.
    pub count: usize,
    /// Bytes that are through.
    pub done: u64,
    /// Bytes in all, where every one of them is known.
    pub total: Option<u64>,
    /// Bytes per second, while any moves.
    pub rate: Option<f64>,
    /// How far it is, from 0 to 1: by bytes where the total is known, by pieces where not.
    pub fraction: f32,
    /// Bytes that are still to come of what is on its way, where that is known.
    left: Option<u64>,
}

impl Batch {
    /// This one is on its way.
    pub(crate) fn join(&self, row: &mut Row) {
        row.batch = Some(self.number);
    }

    fn has(&self, row: &Row) -> bool {
        row.batch == Some(self.number)
    }

    /// This one is over and went down.
    pub(crate) fn end(&mut self, row: &Row) {
        if self.has(row) {
            self.over += 1;
            self.bytes = self.bytes.saturating_add(row.transfer.done());
        }
    }

    /// This one was down, and is tried again.
    pub(crate) fn take_back(&mut self, row: &Row) {
        if self.has(row) {
            self.over = self.over.saturating_sub(1);
            self.bytes = self.bytes.saturating_sub(row.transfer.done());
        }
    }

    /// Nothing is on its way any more.
    pub(crate) fn finish(&mut self) {
        *self = Self {
            number: self.number + 1,
            ..Self::default()
        };
    }

    /// What it comes to, with those among `rows` that are of it.
    pub(crate) fn sum<'a>(&mut self, rows: impl Iterator<Item = &'a Row>) -> Together {
        let mut sum = Together {
            over: self.over,
            count: self.over,
            done: self.bytes,
            total: Some(self.bytes),
            rate: None,
            fraction: 0.0,
            left: Some(0),
        };
        let mut parts = 0.0;
        for row in rows.filter(|row| self.has(row)) {
            sum.add(row, &mut parts);
        }
        self.set_fraction(&mut sum, parts);
        self.last = Some(sum);
        sum
    }

    /// With more to do than before the bar may go back, and never else.
    fn set_fraction(&mut self, sum: &mut Together, parts: f32) {
        let open = |sum: &Together| sum.count - sum.over;
        let before = self
            .last
            .filter(|last| sum.count <= last.count && open(sum) <= open(last));
        let least = before.map_or(0.0, |last| last.fraction);
        let bytes = sum.by_bytes();
        self.in_pieces = match bytes {
            None => true,
            Some(bytes) => before.is_some() && self.in_pieces && bytes < least,
        };
        let fraction = bytes.filter(|_| !self.in_pieces);
        let fraction = fraction.unwrap_or_else(|| sum.by_pieces(parts));
        sum.fraction = fraction.max(least);
    }
}

impl Together {
    /// With one more, which is not down yet; `parts` are what there is of those that are not over.
    fn add(&mut self, row: &Row, parts: &mut f32) {
        let done = row.transfer.done();
        self.count += 1;
        self.done = self.done.saturating_add(done);
        let is_over = match row.transfer.outcome() {
            None | Some(Outcome::Paused(None)) => false,
            Some(_) => true,
        };
        // Nothing more comes of what is over, for now.
        let total = if is_over { Some(done) } else { row.total() };
        let totals = self.total.zip(total);
        self.total = totals.map(|(sum, one)| sum.saturating_add(one));
        if is_over {
            self.over += 1;
            return;
        }
        let fraction = total.and_then(|_| row.transfer.fraction());
        *parts += fraction.unwrap_or(0.0);
        if row.is_active() {
            let left = self.left.zip(total);
            self.left = left.map(|(sum, one)| sum.saturating_add(one.saturating_sub(done)));
            if let Some(rate) = row.rate {
                self.rate = Some(self.rate.unwrap_or(0.0) + rate);
            }
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "a fraction for a bar"
    )]
    fn by_bytes(&self) -> Option<f32> {
        match self.total? {
            0 => None,
            total if self.done >= total => Some(1.0),
            total => Some(((self.done as f64 / total as f64) as f32).min(ALMOST)),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a fraction for a bar")]
    fn by_pieces(&self, parts: f32) -> f32 {
        ((self.over as f32 + parts) / self.count.max(1) as f32).min(1.0)
    }

    /// How far it is in percent, where there is anything to tell it by. 100 only when all is there.
    pub(crate) fn percent(&self) -> Option<u8> {
        let is_known = match self.total {
            Some(total) => total > 0,
            None => self.count > 1,
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from 0 to 100"
        )]
        let percent = (self.fraction * 100.0 + 0.001) as u8;
        is_known.then_some(percent)
    }

    /// How long the rest will take at the present rate.
    pub(crate) fn time_left(&self) -> Option<Duration> {
        row::time_left(self.left?, self.rate?)
    }
}

#[cfg(test)]
mod tests;

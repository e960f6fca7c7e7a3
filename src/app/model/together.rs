//! Everything that is on its way as one: how far it is, how fast, and when it will be over.

use std::time::Duration;

use super::row::{self, Row};

/// What has arrived since nothing was on its way. It stays in the sum, so that the bar of all does not
/// go back when one of them is done.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    over: usize,
    bytes: u64,
}

/// The sum of a batch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Together {
    /// How many are done.
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
}

impl Batch {
    /// One more is done.
    pub(crate) fn add(&mut self, row: &Row) {
        self.over += 1;
        self.bytes = self.bytes.saturating_add(row.transfer.done());
    }

    /// Together with what is on its way among `rows`.
    pub(crate) fn with<'a>(&self, rows: impl Iterator<Item = &'a Row>) -> Together {
        let mut sum = Together {
            over: self.over,
            count: self.over,
            done: self.bytes,
            total: Some(self.bytes),
            rate: None,
            fraction: 0.0,
        };
        let mut fractions = 0.0;
        for row in rows.filter(|row| row.is_active()) {
            sum.count += 1;
            sum.done = sum.done.saturating_add(row.transfer.done());
            let totals = sum.total.zip(row.total());
            sum.total = totals.map(|(sum, one)| sum.saturating_add(one));
            fractions += row.fraction().unwrap_or(0.0);
            if let Some(rate) = row.rate {
                sum.rate = Some(sum.rate.unwrap_or(0.0) + rate);
            }
        }
        sum.fraction = sum.fraction(fractions);
        sum
    }
}

impl Together {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "a fraction for a bar"
    )]
    fn fraction(&self, fractions: f32) -> f32 {
        let fraction = match self.total {
            Some(total) if total > 0 => (self.done as f64 / total as f64) as f32,
            _ => (self.over as f32 + fractions) / self.count.max(1) as f32,
        };
        fraction.min(1.0)
    }

    /// How long the rest will take at the present rate.
    pub(crate) fn time_left(&self) -> Option<Duration> {
        row::time_left(self.total?.checked_sub(self.done)?, self.rate?)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Instant;

    use super::*;
    use crate::app::model::transfers::Transfers;
    use crate::net::{Cancel, Dialect, Direction, Outcome, Transfer};

    fn add(transfers: &mut Transfers, total: Option<u64>) -> Arc<Transfer> {
        let one = Transfer::new(Direction::Upload, "film.mkv", "box", Cancel::new());
        let one = Arc::new(one);
        if total.is_some() {
            one.moving(Dialect::Http, total);
        }
        transfers.add(Arc::clone(&one), None);
        one
    }

    #[test]
    fn what_is_done_stays_in_the_sum_until_all_is() {
        let (mut transfers, now) = (Transfers::default(), Instant::now());
        assert_eq!(transfers.together(), None);
        let (small, large) = (
            add(&mut transfers, Some(100)),
            add(&mut transfers, Some(900)),
        );
        transfers.sample(now);
        small.advance(100);
        large.advance(100);
        transfers.sample(now + Duration::from_secs(1));
        let both = transfers.together().unwrap();
        assert_eq!((both.over, both.count), (0, 2));
        assert_eq!((both.done, both.total), (200, Some(1_000)));
        assert!((both.fraction - 0.2).abs() < f32::EPSILON);
        assert_eq!(both.time_left(), Some(Duration::from_secs(4)));
        small.end(Outcome::Sent);
        transfers.sample(now);
        let rest = transfers.together().unwrap();
        assert_eq!((rest.over, rest.count, rest.done), (1, 2, 200));
        assert_eq!(rest.total, Some(1_000));
        large.end(Outcome::Sent);
        transfers.sample(now);
        assert_eq!(transfers.together(), None);
        // The next begins from nothing.
        add(&mut transfers, Some(5));
        assert_eq!(transfers.together().unwrap().count, 1);
    }

    #[test]
    fn without_every_total_it_counts_pieces() {
        let mut transfers = Transfers::default();
        add(&mut transfers, Some(100)).advance(50);
        add(&mut transfers, None);
        let sum = transfers.together().unwrap();
        assert_eq!((sum.done, sum.total, sum.time_left()), (50, None, None));
        assert!((sum.fraction - 0.25).abs() < f32::EPSILON);
    }

    #[test]
    fn what_came_to_nothing_is_not_in_the_sum() {
        let mut transfers = Transfers::default();
        add(&mut transfers, Some(100)).end(Outcome::Cancelled);
        add(&mut transfers, Some(100)).end(Outcome::Paused(None));
        add(&mut transfers, Some(100));
        transfers.sample(Instant::now());
        let sum = transfers.together().unwrap();
        assert_eq!((sum.over, sum.count, sum.total), (0, 1, Some(100)));
    }
}

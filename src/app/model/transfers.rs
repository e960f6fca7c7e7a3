//! The rows of transfers: what moves first, then what ended, newest first.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::client::Request;
use crate::net::{Stage, Transfer, TransferId};

/// How many ended transfers stay in the list; the oldest go first.
pub(crate) const ENDED_KEPT: usize = 500;
/// People read ten numbers a second at most.
const SAMPLE_EVERY: Duration = Duration::from_millis(100);
/// A rate is the average of about this long: steady enough to read, quick enough to notice a stall.
const SMOOTHING_SECS: f64 = 3.0;
/// After this long without a byte there is no rate to tell.
const STILL: Duration = Duration::from_secs(3);
/// Below this many bytes per second nothing sensible can be said about the time left.
const STALLED: f64 = 1.0;
/// Nobody waits longer than this; a longer time left is not shown.
const LONGEST_LEFT: Duration = Duration::from_hours(100);

/// A transfer and what was measured of it.
#[derive(Debug)]
pub(crate) struct Row {
    /// How far it is and how it ended.
    pub transfer: Arc<Transfer>,
    /// Bytes per second, once there are two measurements.
    pub rate: Option<f64>,
    /// What to do to try it again, where this end started it.
    pub request: Option<Request>,
    measured: Option<(Instant, u64)>,
    /// When bytes came last.
    progressed: Option<Instant>,
}

impl Row {
    fn new(transfer: Arc<Transfer>, request: Option<Request>) -> Self {
        Self {
            transfer,
            rate: None,
            request,
            measured: None,
            progressed: None,
        }
    }

    fn measure(&mut self, now: Instant) {
        if self.transfer.stage() != Stage::Moving {
            return;
        }
        let done = self.transfer.done();
        if self.measured.is_none_or(|(_, before)| before != done) {
            self.progressed = Some(now);
        }
        let still = self
            .progressed
            .is_some_and(|then| now.saturating_duration_since(then) >= STILL);
        if still {
            self.rate = None;
            self.measured = Some((now, done));
            return;
        }
        if let Some((then, before)) = self.measured {
            let secs = now.saturating_duration_since(then).as_secs_f64();
            if secs <= 0.0 {
                return;
            }
            #[expect(clippy::cast_precision_loss, reason = "a rate for a person")]
            let current = done.saturating_sub(before) as f64 / secs;
            let weight = 1.0 - (-secs / SMOOTHING_SECS).exp();
            self.rate = Some(match self.rate {
                Some(rate) => rate + (current - rate) * weight,
                None => current,
            });
        }
        self.measured = Some((now, done));
    }

    /// How long the rest will take at the present rate.
    pub(crate) fn time_left(&self) -> Option<Duration> {
        let left = self.transfer.total()?.checked_sub(self.transfer.done())?;
        let rate = self.rate.filter(|rate| *rate >= STALLED)?;
        #[expect(clippy::cast_precision_loss, reason = "a time for a person")]
        let secs = left as f64 / rate;
        Duration::try_from_secs_f64(secs)
            .ok()
            .filter(|left| *left <= LONGEST_LEFT)
    }
}

/// All rows of one tab.
#[derive(Debug, Default)]
pub(crate) struct Transfers {
    active: Vec<Row>,
    ended: VecDeque<Row>,
    sampled: Option<Instant>,
}

impl Transfers {
    /// Show a transfer; one that is shown already stays where it is.
    pub(crate) fn add(&mut self, transfer: Arc<Transfer>, request: Option<Request>) {
        if self.get(transfer.id()).is_some() {
            return;
        }
        let row = Row::new(transfer, request);
        if row.transfer.outcome().is_some() {
            self.keep(row);
        } else {
            self.active.push(row);
        }
    }

    /// Move what ended behind what moves, and measure the rest if it is time to. Whether anything
    /// is still on its way.
    pub(crate) fn sample(&mut self, now: Instant) -> bool {
        let due = self
            .sampled
            .is_none_or(|then| now.saturating_duration_since(then) >= SAMPLE_EVERY);
        if due {
            self.sampled = Some(now);
            for row in &mut self.active {
                row.measure(now);
            }
        }
        let ended = self
            .active
            .extract_if(.., |row| row.transfer.outcome().is_some());
        for row in ended.collect::<Vec<_>>() {
            self.keep(row);
        }
        !self.active.is_empty()
    }

    fn keep(&mut self, row: Row) {
        if self.ended.len() == ENDED_KEPT {
            self.ended.pop_back();
        }
        self.ended.push_front(row);
    }

    /// All rows in the order in which they are shown.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &Row> {
        self.active.iter().chain(&self.ended)
    }

    /// One of them.
    pub(crate) fn get(&self, id: TransferId) -> Option<&Transfer> {
        self.rows()
            .map(|row| &*row.transfer)
            .find(|transfer| transfer.id() == id)
    }

    /// How many are on their way.
    pub(crate) fn active(&self) -> usize {
        self.active.len()
    }

    /// Nothing to show.
    pub(crate) fn is_empty(&self) -> bool {
        self.active.is_empty() && self.ended.is_empty()
    }

    /// Bytes per second of all together, while any moves.
    pub(crate) fn rate(&self) -> Option<f64> {
        self.active
            .iter()
            .filter_map(|row| row.rate)
            .reduce(|sum, rate| sum + rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::{Cancel, Dialect, Direction, Outcome};

    fn transfer(total: Option<u64>) -> Arc<Transfer> {
        let transfer = Transfer::new(Direction::Upload, "film.mkv", "192.168.1.9", Cancel::new());
        transfer.moving(Dialect::Http, total);
        Arc::new(transfer)
    }

    /// Samples every 100 ms with `step` more bytes each time.
    fn run(transfers: &mut Transfers, transfer: &Transfer, from: Instant, steps: u32, step: u64) {
        for number in 0..steps {
            transfers.sample(from + number * SAMPLE_EVERY);
            transfer.advance(step);
        }
    }

    #[test]
    fn a_steady_stream_has_a_steady_rate_and_a_time_left() {
        let (mut transfers, transfer) = (Transfers::default(), transfer(Some(100_000)));
        transfers.add(Arc::clone(&transfer), None);
        run(&mut transfers, &transfer, Instant::now(), 11, 1_000);
        let row = transfers.rows().next().unwrap();
        assert!((row.rate.unwrap() - 10_000.0).abs() < 1.0);
        // 89,000 bytes are left.
        assert_eq!(row.time_left().unwrap().as_millis(), 8_900);
    }

    #[test]
    fn a_stall_takes_the_rate_and_the_time_left_away() {
        let (mut transfers, transfer) = (Transfers::default(), transfer(Some(100_000)));
        transfers.add(Arc::clone(&transfer), None);
        let start = Instant::now();
        run(&mut transfers, &transfer, start, 11, 1_000);
        let later = start + Duration::from_secs(2);
        run(&mut transfers, &transfer, later, 50, 0);
        let row = transfers.rows().next().unwrap();
        assert_eq!((row.rate, row.time_left()), (None, None));
    }

    #[test]
    fn no_total_no_time_left() {
        let (mut transfers, transfer) = (Transfers::default(), transfer(None));
        transfers.add(Arc::clone(&transfer), None);
        run(&mut transfers, &transfer, Instant::now(), 5, 1_000);
        assert_eq!(transfers.rows().next().unwrap().time_left(), None);
    }

    #[test]
    fn samples_that_come_too_soon_do_not_count() {
        let (mut transfers, transfer) = (Transfers::default(), transfer(Some(10)));
        transfers.add(Arc::clone(&transfer), None);
        let now = Instant::now();
        transfers.sample(now);
        transfer.advance(10);
        transfers.sample(now + Duration::from_millis(1));
        assert_eq!(transfers.rows().next().unwrap().rate, None);
    }

    #[test]
    fn what_ended_moves_down_even_if_nobody_said_so() {
        let mut transfers = Transfers::default();
        let (first, second) = (transfer(None), transfer(None));
        transfers.add(Arc::clone(&first), None);
        transfers.add(Arc::clone(&second), None);
        transfers.add(Arc::clone(&first), None);
        first.end(Outcome::Sent);
        assert!(transfers.sample(Instant::now()));
        let order: Vec<_> = transfers.rows().map(|row| row.transfer.id()).collect();
        assert_eq!(order, [second.id(), first.id()]);
        second.end(Outcome::Cancelled);
        assert!(!transfers.sample(Instant::now()));
    }

    #[test]
    fn ended_rows_are_bounded() {
        let mut transfers = Transfers::default();
        for _ in 0..ENDED_KEPT + 10 {
            let transfer = transfer(None);
            transfer.end(Outcome::Sent);
            transfers.add(transfer, None);
        }
        assert_eq!(transfers.rows().count(), ENDED_KEPT);
    }
}

//! The rows of transfers: first what moves and what can go on, each where it is; then what is over,
//! newest first.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::row::Row;
use crate::client::Request;
use crate::net::{Stage, Transfer, TransferId};

/// How many transfers that are over stay in the list; the oldest go first.
pub(crate) const ENDED_KEPT: usize = 500;
/// People read ten numbers a second at most.
const SAMPLE_EVERY: Duration = Duration::from_millis(100);
/// What only waits counts seconds.
const WAITING_EVERY: Duration = Duration::from_secs(1);

/// All rows of one tab.
#[derive(Debug, Default)]
pub(crate) struct Transfers {
    /// What is on its way, and what can go on.
    open: Vec<Row>,
    ended: VecDeque<Row>,
    sampled: Option<Instant>,
    changes: u64,
}

impl Transfers {
    /// Show a transfer; one that is shown already stays where it is.
    pub(crate) fn add(&mut self, transfer: Arc<Transfer>, request: Option<Request>) {
        if self.get(transfer.id()).is_none() {
            self.insert(Row::new(transfer, request));
        }
    }

    /// Show rows of an earlier time below all others, in this order.
    pub(crate) fn restore(&mut self, rows: impl IntoIterator<Item = Row>) {
        for row in rows {
            if row.is_unfinished() {
                self.open.push(row);
            } else if self.ended.len() < ENDED_KEPT {
                self.ended.push_back(row);
            }
        }
    }

    /// Show `transfer` in the row that showed the transfer `before`, which it goes on with.
    pub(crate) fn go_on(&mut self, before: TransferId, transfer: Arc<Transfer>) {
        let is_it = |row: &Row| row.transfer.id() == before;
        if let Some(row) = self.open.iter_mut().find(|row| is_it(row)) {
            row.go_on(transfer);
            self.changes += 1;
        } else if let Some(at) = self.ended.iter().position(is_it)
            && let Some(mut row) = self.ended.remove(at)
        {
            row.go_on(transfer);
            self.insert(row);
        }
    }

    /// Behind what is on its way, and before what rests.
    fn insert(&mut self, mut row: Row) {
        self.changes += 1;
        if row.note_end() && !row.is_unfinished() {
            self.keep(row);
        } else {
            let last = self.open.iter().rposition(Row::is_active);
            self.open.insert(last.map_or(0, |last| last + 1), row);
        }
    }

    fn keep(&mut self, row: Row) {
        if self.ended.len() == ENDED_KEPT {
            self.ended.pop_back();
        }
        self.ended.push_front(row);
    }

    /// Move what is over below what is not, and measure what moves if it is time to. When to look
    /// again, if anything is on its way.
    pub(crate) fn sample(&mut self, now: Instant) -> Option<Duration> {
        let due = self
            .sampled
            .is_none_or(|then| now.saturating_duration_since(then) >= SAMPLE_EVERY);
        if due {
            self.sampled = Some(now);
            for row in self.open.iter_mut().filter(|row| row.is_active()) {
                row.measure(now);
            }
        }
        for row in &mut self.open {
            self.changes += u64::from(row.note_end());
        }
        // Only what was just noted: what ends now is for the next time.
        let is_over = |row: &mut Row| row.ended.is_some() && !row.is_unfinished();
        let over: Vec<_> = self.open.extract_if(.., is_over).collect();
        for row in over {
            self.keep(row);
        }
        let active = self.open.iter().filter(|row| row.is_active());
        active.map(|row| pace(row.transfer.stage())).min()
    }

    /// Take a row out of the list that is not on its way. What it asked for, if no other row needs
    /// the same part.
    pub(crate) fn remove(&mut self, id: TransferId) -> Option<Request> {
        let is_it = |row: &Row| row.transfer.id() == id && !row.is_active();
        let row = if let Some(at) = self.open.iter().position(is_it) {
            self.open.remove(at)
        } else {
            let at = self.ended.iter().position(is_it)?;
            self.ended.remove(at)?
        };
        self.changes += 1;
        row.request.filter(|request| !self.is_open(request))
    }

    /// Take out what is over and needs nothing any more.
    pub(crate) fn clear_ended(&mut self) {
        self.changes += 1;
        self.ended.retain(|row| !row.is_finished());
    }

    /// Whether anything is over that needs nothing any more.
    pub(crate) fn has_ended(&self) -> bool {
        self.ended.iter().any(Row::is_finished)
    }

    /// Whether the same is on its way.
    pub(crate) fn is_active(&self, request: &Request) -> bool {
        self.open.iter().any(|row| {
            let same = |own: &Request| own.shares_part(request);
            row.is_active() && row.request.as_ref().is_some_and(same)
        })
    }

    /// All rows in the order in which they are shown.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &Row> {
        self.open.iter().chain(&self.ended)
    }

    /// The same, to change how they are shown.
    pub(crate) fn rows_mut(&mut self) -> impl Iterator<Item = &mut Row> {
        self.open.iter_mut().chain(&mut self.ended)
    }

    /// The row that shows this transfer.
    pub(crate) fn get(&self, id: TransferId) -> Option<&Row> {
        self.rows().find(|row| row.transfer.id() == id)
    }

    /// The row that can go on from the part of this request.
    pub(crate) fn unfinished_mut(&mut self, request: &Request) -> Option<&mut Row> {
        let mut open = self.open.iter_mut();
        open.find(|row| row.is_unfinished() && row.shares_part(request))
    }

    /// Whether a row that is on its way or can go on needs the part of this request.
    pub(crate) fn is_open(&self, request: &Request) -> bool {
        let mut open = self.open.iter();
        open.any(|row| row.shares_part(request))
    }

    /// How many are on their way, and how many wait for their turn.
    pub(crate) fn active(&self) -> (usize, usize) {
        let stages = self.open.iter().map(|row| row.transfer.stage());
        stages.fold((0, 0), |(active, waiting), stage| match stage {
            Stage::Waiting => (active, waiting + 1),
            Stage::Ended => (active, waiting),
            _ => (active + 1, waiting),
        })
    }

    /// Whether a byte may come any moment.
    pub(crate) fn is_busy(&self, now: Instant) -> bool {
        self.open.iter().any(|row| row.is_busy(now))
    }

    /// Nothing to show.
    pub(crate) fn is_empty(&self) -> bool {
        self.open.is_empty() && self.ended.is_empty()
    }

    /// Bytes per second of all together, while any moves.
    pub(crate) fn rate(&self) -> Option<f64> {
        self.open
            .iter()
            .filter(|row| row.is_active())
            .filter_map(|row| row.rate)
            .reduce(|sum, rate| sum + rate)
    }

    /// Grows when a row came, ended, went on or went: something else than how far it is.
    pub(crate) fn changes(&self) -> u64 {
        self.changes
    }
}

/// How often a transfer should be looked at.
fn pace(stage: Stage) -> Duration {
    match stage {
        Stage::Waiting | Stage::Interrupted => WAITING_EVERY,
        Stage::Connecting | Stage::Moving | Stage::Checking | Stage::Ended => SAMPLE_EVERY,
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::client::{Exists, Target};
    use crate::net::{Cancel, Dialect, Direction, Outcome};
    use crate::sentence;

    fn transfer() -> Arc<Transfer> {
        let transfer = Transfer::new(Direction::Download, "film.mkv", "box", Cancel::new());
        transfer.moving(Dialect::Http, None);
        Arc::new(transfer)
    }

    fn request(name: &str) -> Request {
        Request {
            host: "box".to_owned(),
            port: 8080,
            name: name.to_owned(),
            target: Target::Folder(PathBuf::from("/tmp")),
            dialect: None,
            exists: Exists::Keep,
        }
    }

    fn order(transfers: &Transfers) -> Vec<TransferId> {
        transfers.rows().map(|row| row.transfer.id()).collect()
    }

    #[test]
    fn samples_that_come_too_soon_do_not_count() {
        let (mut transfers, transfer) = (Transfers::default(), transfer());
        transfers.add(Arc::clone(&transfer), None);
        let now = Instant::now();
        transfers.sample(now);
        transfer.advance(10);
        transfers.sample(now + Duration::from_millis(1));
        assert_eq!(transfers.rows().next().unwrap().rate, None);
        transfers.sample(now + SAMPLE_EVERY);
        assert!(transfers.rate().is_some());
    }

    #[test]
    fn what_ended_moves_down_even_if_nobody_said_so() {
        let mut transfers = Transfers::default();
        let (first, second) = (transfer(), transfer());
        transfers.add(Arc::clone(&first), None);
        transfers.add(Arc::clone(&second), None);
        transfers.add(Arc::clone(&first), None);
        first.end(Outcome::Sent);
        assert_eq!(transfers.sample(Instant::now()), Some(SAMPLE_EVERY));
        assert_eq!(order(&transfers), [second.id(), first.id()]);
        second.end(Outcome::Cancelled);
        assert_eq!(transfers.sample(Instant::now()), None);
    }

    #[test]
    fn what_can_go_on_keeps_its_place_and_goes_on_there() {
        let mut transfers = Transfers::default();
        let all = [transfer(), transfer(), transfer()];
        for (number, one) in all.iter().enumerate() {
            let request = request(&number.to_string());
            transfers.add(Arc::clone(one), Some(request));
        }
        all[0].end(Outcome::Paused(None));
        all[1].keep(true);
        all[1].end(Outcome::Failed(sentence!("no-name")));
        transfers.sample(Instant::now());
        assert_eq!(order(&transfers), all.each_ref().map(|one| one.id()));
        let found = transfers.unfinished_mut(&request("1")).unwrap();
        let (key, again) = (found.key, transfer());
        transfers.go_on(all[1].id(), Arc::clone(&again));
        assert_eq!(order(&transfers), [all[0].id(), again.id(), all[2].id()]);
        assert_eq!(transfers.get(again.id()).unwrap().key, key);
        assert!(transfers.unfinished_mut(&request("1")).is_none());
        assert!(transfers.is_open(&request("1")));
    }

    #[test]
    fn a_row_is_known_by_its_part() {
        let (mut transfers, paused) = (Transfers::default(), transfer());
        transfers.add(Arc::clone(&paused), Some(request("x")));
        paused.end(Outcome::Paused(None));
        transfers.sample(Instant::now());
        let same = Request {
            host: "BOX".to_owned(),
            exists: Exists::Overwrite,
            ..request("x")
        };
        assert!(transfers.is_open(&same));
        assert!(transfers.unfinished_mut(&same).is_some());
        let other = Request {
            port: 8081,
            ..request("x")
        };
        assert!(!transfers.is_open(&other));
        assert!(transfers.unfinished_mut(&other).is_none());
    }

    #[test]
    fn what_is_over_goes_on_behind_what_moves_and_before_what_rests() {
        let mut transfers = Transfers::default();
        let [moving, paused, gone] = [transfer(), transfer(), transfer()];
        for one in [&moving, &paused, &gone] {
            transfers.add(Arc::clone(one), Some(request("x")));
        }
        paused.end(Outcome::Paused(None));
        gone.end(Outcome::Cancelled);
        transfers.sample(Instant::now());
        assert!(transfers.has_ended());
        let again = transfer();
        transfers.go_on(gone.id(), Arc::clone(&again));
        assert_eq!(order(&transfers), [moving.id(), again.id(), paused.id()]);
        assert!(!transfers.has_ended());
    }

    #[test]
    fn clearing_leaves_what_can_go_on_and_what_failed() {
        let mut transfers = Transfers::default();
        let outcomes = [
            Outcome::Sent,
            Outcome::Cancelled,
            Outcome::Failed(sentence!("no-name")),
            Outcome::Paused(None),
        ];
        let [.., failed, paused] = outcomes.map(|outcome| {
            let one = transfer();
            transfers.add(Arc::clone(&one), Some(request("x")));
            one.end(outcome);
            one.id()
        });
        transfers.sample(Instant::now());
        let before = transfers.changes();
        transfers.clear_ended();
        assert_eq!(order(&transfers), [paused, failed]);
        // Another row goes on from the same part.
        assert!(transfers.remove(failed).is_none());
        assert!(transfers.remove(paused).is_some());
        assert!(transfers.is_empty() && transfers.changes() > before);
    }

    #[test]
    fn removing_a_row_spares_the_part_of_another() {
        let mut transfers = Transfers::default();
        let [stale, moving, paused] = [transfer(), transfer(), transfer()];
        let skip = Request {
            host: "Box".to_owned(),
            exists: Exists::Skip,
            ..request("x")
        };
        for (one, request) in [
            (&stale, request("x")),
            (&moving, skip.clone()),
            (&paused, request("y")),
        ] {
            transfers.add(Arc::clone(one), Some(request));
        }
        stale.end(Outcome::Paused(None));
        paused.end(Outcome::Paused(None));
        assert_eq!(transfers.remove(moving.id()), None);
        assert_eq!(transfers.remove(stale.id()), None);
        assert_eq!(order(&transfers).len(), 2);
        assert_eq!(transfers.remove(paused.id()), Some(request("y")));
        moving.end(Outcome::Paused(None));
        assert_eq!(transfers.remove(moving.id()), Some(skip));
        assert!(transfers.is_empty());
    }

    #[test]
    fn what_only_waits_is_looked_at_once_a_second() {
        let mut transfers = Transfers::default();
        let one = transfer();
        transfers.add(Arc::clone(&one), None);
        one.interrupted(sentence!("no-name"), Instant::now());
        assert_eq!(transfers.sample(Instant::now()), Some(WAITING_EVERY));
        assert_eq!(transfers.active(), (1, 0));
    }

    #[test]
    fn ended_rows_are_bounded() {
        let mut transfers = Transfers::default();
        for _ in 0..ENDED_KEPT + 10 {
            let transfer = transfer();
            transfer.end(Outcome::Sent);
            transfers.add(transfer, None);
        }
        assert_eq!(transfers.rows().count(), ENDED_KEPT);
    }
}

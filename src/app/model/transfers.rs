//! The rows of transfers: first what moves and what can go on, each where it is; then what is over,
//! newest first.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::row::Row;
use super::together::{Batch, Together};
use crate::client::Request;
use crate::net::{Direction, Outcome, Stage, Transfer, TransferId};

/// How many transfers that are over stay in the list; the oldest go first.
pub(crate) const ENDED_KEPT: usize = 10_000;
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
    /// Downloads that nobody was told of yet that they are over.
    untold: Vec<Arc<Transfer>>,
    /// The transfers of all rows.
    known: HashSet<TransferId>,
    batch: Batch,
    /// The key of the row that the user asked for last and has not seen yet.
    wanted: Option<TransferId>,
    sampled: Option<Instant>,
    changes: u64,
}

/// How many rows are in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// They move, or are about to.
    pub active: usize,
    /// They wait for their turn.
    pub waiting: usize,
    /// They were cut off and try again by themselves.
    pub interrupted: usize,
    /// They rest until the user wants them.
    pub paused: usize,
}

impl Transfers {
    /// Show a transfer; one that is shown already stays where it is.
    pub(crate) fn add(&mut self, transfer: Arc<Transfer>, request: Option<Request>) {
        if !self.known.contains(&transfer.id()) {
            let row = Row::new(transfer, request);
            // What others fetch from here comes by itself, and must not move the list.
            self.wanted = row.request.is_some().then_some(row.key).or(self.wanted);
            self.insert(row);
        }
    }

    /// Show rows of an earlier time below all others, in this order.
    pub(crate) fn restore(&mut self, rows: impl IntoIterator<Item = Row>) {
        for row in rows {
            let id = row.transfer.id();
            if row.is_unfinished() {
                self.open.push(row);
            } else if self.ended.len() < ENDED_KEPT {
                self.ended.push_back(row);
            } else {
                continue;
            }
            self.known.insert(id);
        }
    }

    /// Show `transfer` in the row that showed the transfer `before`, which it goes on with.
    pub(crate) fn go_on(&mut self, before: TransferId, transfer: Arc<Transfer>) {
        let is_it = |row: &Row| row.transfer.id() == before;
        if let Some(row) = self.open.iter_mut().find(|row| is_it(row)) {
            self.known.remove(&before);
            self.known.insert(transfer.id());
            self.wanted = Some(row.key);
            row.go_on(transfer);
            self.changes += 1;
        } else if let Some(at) = self.ended.iter().position(is_it)
            && let Some(mut row) = self.ended.remove(at)
        {
            self.known.remove(&before);
            self.wanted = Some(row.key);
            row.go_on(transfer);
            self.insert(row);
        }
    }

    /// Behind what is on its way, and before what rests.
    fn insert(&mut self, mut row: Row) {
        self.changes += 1;
        self.known.insert(row.transfer.id());
        if note_end(&mut row, &mut self.untold) && !row.is_unfinished() {
            self.keep(row);
        } else {
            let last = self.open.iter().rposition(Row::is_active);
            self.open.insert(last.map_or(0, |last| last + 1), row);
        }
    }

    fn keep(&mut self, row: Row) {
        if self.ended.len() == ENDED_KEPT
            && let Some(oldest) = self.ended.pop_back()
        {
            self.known.remove(&oldest.transfer.id());
        }
        if matches!(
            row.transfer.outcome(),
            Some(Outcome::Saved(_) | Outcome::Sent)
        ) {
            self.batch.add(&row);
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
            self.changes += u64::from(note_end(row, &mut self.untold));
        }
        // Only what was just noted: what ends now is for the next time.
        let is_over = |row: &mut Row| row.ended.is_some() && !row.is_unfinished();
        let over: Vec<_> = self.open.extract_if(.., is_over).collect();
        for row in over {
            self.keep(row);
        }
        let active = self.open.iter().filter(|row| row.is_active());
        let again = active.map(|row| pace(row.transfer.stage())).min();
        if again.is_none() {
            self.batch = Batch::default();
        }
        again
    }

    /// The downloads that were seen to be over since this was asked last.
    pub(crate) fn take_untold(&mut self) -> Vec<Arc<Transfer>> {
        std::mem::take(&mut self.untold)
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
        self.known.remove(&row.transfer.id());
        let has_part = row.is_unfinished();
        row.request
            .filter(|request| has_part && !self.is_open(request))
    }

    /// Take out what is over and needs nothing any more.
    pub(crate) fn clear_ended(&mut self) {
        self.changes += 1;
        let known = &mut self.known;
        self.ended.retain(|row| {
            let stays = !row.is_finished();
            if !stays {
                known.remove(&row.transfer.id());
            }
            stays
        });
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

    /// The rows of what is on its way.
    pub(crate) fn moving(&self) -> impl Iterator<Item = &Row> {
        self.open.iter().filter(|row| row.is_active())
    }

    /// The row at `index` in that order.
    pub(crate) fn row_mut(&mut self, index: usize) -> Option<&mut Row> {
        match index.checked_sub(self.open.len()) {
            None => self.open.get_mut(index),
            Some(index) => self.ended.get_mut(index),
        }
    }

    /// The key of the row that the user asked for last, once: it is to be seen.
    pub(crate) fn take_wanted(&mut self) -> Option<TransferId> {
        self.wanted.take()
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

    /// What the rows are called that are on their way or can go on, folders without a slash.
    pub(crate) fn open_names(&self) -> HashSet<String> {
        let names = self.open.iter().map(|row| row.transfer.name());
        names
            .map(|name| name.trim_end_matches('/').to_owned())
            .collect()
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

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.open.len() + self.ended.len()
    }

    /// Nothing to show.
    pub(crate) fn is_empty(&self) -> bool {
        self.open.is_empty() && self.ended.is_empty()
    }

    /// How many rows are in which state, of those that are not over.
    pub(crate) fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for row in &self.open {
            match row.transfer.stage() {
                Stage::Waiting => counts.waiting += 1,
                Stage::Interrupted => counts.interrupted += 1,
                Stage::Connecting | Stage::Moving | Stage::Checking => counts.active += 1,
                Stage::Ended => counts.paused += usize::from(row.is_paused()),
            }
        }
        counts
    }

    /// Everything on its way as one, with what is done of the same batch.
    pub(crate) fn together(&self) -> Option<Together> {
        let is_any = self.open.iter().any(Row::is_active);
        is_any.then(|| self.batch.with(self.open.iter()))
    }

    /// What can be paused: first what waits, so that nothing begins while the rest is paused.
    pub(crate) fn pausable(&self) -> Vec<TransferId> {
        let is_waiting = |row: &&Row| row.transfer.stage() == Stage::Waiting;
        let active = || self.open.iter().filter(|row| row.is_active());
        let rest = active().filter(|row| !is_waiting(row));
        let all = active().filter(is_waiting).chain(rest);
        all.map(|row| row.transfer.id()).collect()
    }

    /// What is paused, in the order in which it is shown.
    pub(crate) fn resumable(&self) -> Vec<TransferId> {
        let paused = self.open.iter().filter(|row| row.is_paused());
        paused.map(|row| row.transfer.id()).collect()
    }

    /// Grows when a row came, ended, went on or went: something else than how far it is.
    pub(crate) fn changes(&self) -> u64 {
        self.changes
    }
}

/// Note when a row ended, and what is to be told of it; whether that is news.
fn note_end(row: &mut Row, untold: &mut Vec<Arc<Transfer>>) -> bool {
    let is_news = row.note_end();
    if is_news && row.transfer.direction() == Direction::Download {
        untold.push(Arc::clone(&row.transfer));
    }
    is_news
}

/// How often a transfer should be looked at.
fn pace(stage: Stage) -> Duration {
    match stage {
        Stage::Waiting | Stage::Interrupted => WAITING_EVERY,
        Stage::Connecting | Stage::Moving | Stage::Checking | Stage::Ended => SAMPLE_EVERY,
    }
}

#[cfg(test)]
mod tests;

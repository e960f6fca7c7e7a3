//! The rows of transfers: first what moves and what can go on, each where it is; then what is over,
//! newest first.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::row::Row;
use crate::client::Request;
use crate::net::{Direction, Stage, Transfer, TransferId};

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
    /// Downloads that nobody was told of yet that they are over.
    untold: Vec<Arc<Transfer>>,
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
        if note_end(&mut row, &mut self.untold) && !row.is_unfinished() {
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
            self.changes += u64::from(note_end(row, &mut self.untold));
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

    /// The rows of what is on its way.
    pub(crate) fn moving(&self) -> impl Iterator<Item = &Row> {
        self.open.iter().filter(|row| row.is_active())
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

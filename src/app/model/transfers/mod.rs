//! The rows of transfers: first what moves and what can go on, each where it is; then what is over,
//! newest first.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::row::Row;
use super::totals::{Batch, Totals};
use landline_engine::client::Request;
use landline_engine::transfer::{Direction, Transfer, TransferId, TransferState};

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
    /// The key of the first row that the user asked for and has not seen yet.
    wanted: Option<TransferId>,
    sampled: Option<Instant>,
    changes: u64,
    /// How it was when it was sampled last.
    seen: Seen,
}

/// What is asked for in every frame, and would mean a walk over all rows each time.
#[derive(Debug, Default)]
struct Seen {
    counts: Counts,
    together: Option<Totals>,
    busy_until: Option<Instant>,
    has_ended: bool,
    /// As many changes there had been.
    changes: Option<u64>,
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

impl Counts {
    fn add(&mut self, row: &Row) {
        match row.transfer.state() {
            _ if row.ended.is_some() => self.paused += usize::from(row.is_paused()),
            TransferState::Queued => self.waiting += 1,
            TransferState::BackingOff(_) => self.interrupted += 1,
            // What just ended is seen the next time.
            TransferState::Connecting
            | TransferState::Moving
            | TransferState::Verifying
            | TransferState::Ended => self.active += 1,
        }
    }

    /// How often to look at what is on its way, if anything is.
    fn pace(self) -> Option<Duration> {
        if self.active > 0 {
            Some(SAMPLE_EVERY)
        } else {
            (self.waiting + self.interrupted > 0).then_some(WAITING_EVERY)
        }
    }
}

impl Transfers {
    /// Show a transfer; one that is shown already stays where it is.
    pub(crate) fn add(&mut self, transfer: Arc<Transfer>, request: Option<Request>) {
        self.add_all([(transfer, request)]);
    }

    /// Show transfers, one below the other.
    pub(crate) fn add_all(
        &mut self,
        all: impl IntoIterator<Item = (Arc<Transfer>, Option<Request>)>,
    ) {
        let mut rows = Vec::new();
        for (transfer, request) in all {
            if self.known.contains(&transfer.id()) {
                continue;
            }
            let row = Row::new(transfer, request);
            if row.request.is_some() {
                // What others fetch from here comes by itself, and must not move the list.
                self.wanted.get_or_insert(row.key);
            }
            rows.extend(self.took_in(row));
        }
        let at = self.place();
        self.open.splice(at..at, rows);
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
        let at = self
            .ended
            .iter()
            .position(|row| row.transfer.id() == before);
        if let Some(mut row) = at.and_then(|at| self.ended.remove(at)) {
            self.known.remove(&before);
            self.wanted.get_or_insert(row.key);
            row.go_on(transfer);
            let row = self.took_in(row);
            let at = self.place();
            self.open.splice(at..at, row);
        } else {
            let mut transfer = Some(transfer);
            self.go_on_where(|row| transfer.take_if(|_| row.transfer.id() == before));
        }
    }

    /// Each row that can go on shows from now on what `again` makes of it, if anything, and stays where
    /// it is.
    pub(crate) fn go_on_where(&mut self, mut again: impl FnMut(&mut Row) -> Option<Arc<Transfer>>) {
        for row in &mut self.open {
            let before = row.transfer.id();
            if let Some(transfer) = again(row) {
                self.known.remove(&before);
                self.known.insert(transfer.id());
                row.go_on(transfer);
                self.changes += 1;
            }
        }
    }

    /// Bring the row with this key into view.
    pub(crate) fn want(&mut self, key: TransferId) {
        self.wanted.get_or_insert(key);
    }

    /// A row is on its way, or was: as it goes to the open ones, unless it is over.
    fn took_in(&mut self, mut row: Row) -> Option<Row> {
        self.changes += 1;
        self.known.insert(row.transfer.id());
        if note_end(&mut row, &mut self.untold) && !row.is_unfinished() {
            self.keep(row);
            None
        } else {
            Some(row)
        }
    }

    /// Where rows go that come: behind what is on its way, and before what rests.
    fn place(&self) -> usize {
        let last = self.open.iter().rposition(Row::is_active);
        last.map_or(0, |last| last + 1)
    }

    fn keep(&mut self, row: Row) {
        if self.ended.len() == ENDED_KEPT
            && let Some(oldest) = self.ended.pop_back()
        {
            self.known.remove(&oldest.transfer.id());
        }
        self.batch.end(&row);
        self.ended.push_front(row);
    }

    /// Move what is over below what is not, and measure what moves if it is time to. When to look
    /// again, if anything is on its way.
    pub(crate) fn sample(&mut self, now: Instant) -> Option<Duration> {
        let due = self
            .sampled
            .is_none_or(|then| now.saturating_duration_since(then) >= SAMPLE_EVERY);
        let mut counts = Counts::default();
        let mut is_any_over = false;
        for row in &mut self.open {
            self.changes += u64::from(note_end(row, &mut self.untold));
            is_any_over |= is_over(row);
            counts.add(row);
        }
        if is_any_over {
            let over: Vec<_> = self.open.extract_if(.., |row| is_over(row)).collect();
            for row in over {
                self.keep(row);
            }
        }
        if due {
            self.sampled = Some(now);
            for row in self.open.iter_mut().filter(|row| row.is_active()) {
                row.measure(now);
            }
        }
        if due || self.seen.changes != Some(self.changes) || self.seen.counts != counts {
            self.see(counts, now);
        }
        counts.pace()
    }

    /// Note what comes of all rows together.
    fn see(&mut self, counts: Counts, now: Instant) {
        let seen = &mut self.seen;
        if seen.changes != Some(self.changes) {
            seen.has_ended = self.ended.iter().any(Row::is_finished);
        }
        seen.changes = Some(self.changes);
        seen.counts = counts;
        let busy = self.open.iter().filter_map(|row| row.busy_until(now));
        seen.busy_until = busy.max();
        seen.together = if counts.pace().is_some() {
            Some(self.batch.sum(self.open.iter()))
        } else {
            self.batch.finish();
            None
        };
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
        self.seen.has_ended
    }

    /// All rows in the order in which they are shown.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &Row> {
        self.open.iter().chain(&self.ended)
    }

    /// The same, to change how they are shown.
    pub(crate) fn rows_mut(&mut self) -> impl Iterator<Item = &mut Row> {
        self.open.iter_mut().chain(&mut self.ended)
    }

    /// The rows of what is on its way, and of what can go on.
    pub(crate) fn open(&self) -> &[Row] {
        &self.open
    }

    /// The row at `index` in that order.
    pub(crate) fn row_mut(&mut self, index: usize) -> Option<&mut Row> {
        match index.checked_sub(self.open.len()) {
            None => self.open.get_mut(index),
            Some(index) => self.ended.get_mut(index),
        }
    }

    /// The key of the first row that the user asked for since this was asked last: it is to be seen.
    pub(crate) fn take_wanted(&mut self) -> Option<TransferId> {
        self.wanted.take()
    }

    /// The row that shows this transfer.
    pub(crate) fn get(&self, id: TransferId) -> Option<&Row> {
        self.rows().find(|row| row.transfer.id() == id)
    }

    /// Whether a row that is on its way or can go on needs the part of this request.
    fn is_open(&self, request: &Request) -> bool {
        self.open.iter().any(|row| row.shares_part(request))
    }

    /// How many are on their way, and how many wait for their turn.
    pub(crate) fn active(&self) -> (usize, usize) {
        let counts = self.seen.counts;
        (counts.active + counts.interrupted, counts.waiting)
    }

    /// Whether a byte may come any moment.
    pub(crate) fn is_busy(&self, now: Instant) -> bool {
        self.seen.busy_until.is_some_and(|until| now < until)
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
        self.seen.counts
    }

    /// Everything on its way as one, with what is done of the same batch.
    pub(crate) fn together(&self) -> Option<Totals> {
        self.seen.together
    }

    /// What can be paused: first what waits, so that nothing begins while the rest is paused.
    pub(crate) fn pausable(&self) -> Vec<TransferId> {
        let is_waiting = |row: &&Row| row.transfer.state() == TransferState::Queued;
        let active = || self.open.iter().filter(|row| row.is_active());
        let rest = active().filter(|row| !is_waiting(row));
        let all = active().filter(is_waiting).chain(rest);
        all.map(|row| row.transfer.id()).collect()
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

/// Whether it was seen to be over. What ends now is for the next time.
fn is_over(row: &Row) -> bool {
    row.ended.is_some() && !row.is_unfinished()
}

#[cfg(test)]
mod tests;

//! The rows of a transfer list: active and resumable transfers in a fixed order, then ended ones.

mod counts;
mod deliveries;
mod ended;
mod removed;

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use self::ended::Ended;
use self::removed::Removed;
use super::row::Row;
use super::totals::{Batch, Totals};
use landline_engine::client::Request;
use landline_engine::transfer::{Direction, Transfer, TransferId, TransferState};

pub(crate) use self::counts::Counts;

/// The number of ended transfers that stay in the list; the oldest are dropped.
pub(crate) const ENDED_KEPT: usize = 10_000;
/// People read at most ten numbers per second.
const SAMPLE_EVERY: Duration = Duration::from_millis(100);

/// A row to scroll to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// Its key.
    pub key: TransferId,
    /// Whether the list stays there, even if the row has ended.
    pub stays: bool,
}

/// All rows of one tab.
#[derive(Debug, Default)]
pub(crate) struct Transfers {
    /// Active and resumable transfers.
    open: Vec<Row>,
    ended: Ended,
    removed: Removed,
    /// Downloads whose end has not been reported yet.
    unreported: Vec<Arc<Transfer>>,
    /// The transfers of all rows.
    known: HashSet<TransferId>,
    batch: Batch,
    /// The first row that the user asked for and that has not been scrolled to yet.
    wanted: Option<Wanted>,
    /// The row whose line was closed by keyboard, and which gets the focus back.
    returned: Option<TransferId>,
    sampled: Option<Instant>,
    changes: u64,
    /// Cached results of the last sample.
    cache: Cache,
}

/// Values that every frame needs, cached because each would take a pass over all rows.
#[derive(Debug, Default)]
struct Cache {
    counts: Counts,
    totals: Option<Totals>,
    busy_until: Option<Instant>,
    has_ended: bool,
    has_deliveries: bool,
    /// The change counter at that time.
    changes: Option<u64>,
}

impl Transfers {
    /// Adds a transfer, for tests.
    #[cfg(test)]
    pub(crate) fn add(&mut self, transfer: Arc<Transfer>, request: Option<Request>) {
        self.add_all([(transfer, request)]);
    }

    /// Adds a transfer that another computer asked the server for; an existing row stays in place.
    pub(crate) fn add_served(&mut self, transfer: Arc<Transfer>) {
        if self.known.contains(&transfer.id()) {
            return;
        }
        let mut row = Row::new(transfer, None);
        row.is_received = row.transfer.direction() == Direction::Download;
        let row = self.insert_open(row);
        let at = self.place();
        self.open.splice(at..at, row);
    }

    /// Adds transfers in this order; existing rows stay in place.
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
                // Uploads start by themselves and must not scroll the list.
                self.want(row.key);
            }
            rows.extend(self.insert_open(row));
        }
        let at = self.place();
        self.open.splice(at..at, rows);
    }

    /// Appends rows of an earlier run, in this order.
    pub(crate) fn restore(&mut self, rows: impl IntoIterator<Item = Row>) {
        for row in rows {
            let id = row.transfer.id();
            if row.is_unfinished() {
                self.open.push(row);
            } else if !self.ended.push_oldest(row) {
                continue;
            }
            self.known.insert(id);
        }
    }

    /// Replaces the transfer `before` in its row with its continuation.
    pub(crate) fn continue_with(&mut self, before: TransferId, transfer: Arc<Transfer>) {
        if let Some(mut row) = self.ended.remove(before) {
            self.known.remove(&before);
            self.want(row.key);
            row.continue_with(transfer);
            let row = self.insert_open(row);
            let at = self.place();
            self.open.splice(at..at, row);
        } else {
            let mut transfer = Some(transfer);
            self.resume_where(|row| transfer.take_if(|_| row.transfer.id() == before));
        }
    }

    /// Replaces the transfers of the resumable rows for which `again` returns one; the rows stay in
    /// place.
    pub(crate) fn resume_where(
        &mut self,
        mut again: impl FnMut(&mut Row) -> Option<Arc<Transfer>>,
    ) {
        for row in &mut self.open {
            let before = row.transfer.id();
            if let Some(transfer) = again(row) {
                self.known.remove(&before);
                self.known.insert(transfer.id());
                row.continue_with(transfer);
                self.changes += 1;
            }
        }
    }

    /// Scrolls to the row with this key.
    pub(crate) fn want(&mut self, key: TransferId) {
        let stays = false;
        self.wanted.get_or_insert(Wanted { key, stays });
    }

    /// Adds a row to the open ones, or returns it if it has ended for good.
    fn insert_open(&mut self, mut row: Row) -> Option<Row> {
        self.changes += 1;
        self.known.insert(row.transfer.id());
        if let Some(request) = &row.request {
            self.removed.keep(request);
        }
        for interrupted in self.ended.take_interrupted(&row) {
            self.known.remove(&interrupted.transfer.id());
        }
        if note_end(&mut row, &mut self.unreported) && !row.is_unfinished() {
            self.push_ended(row);
            None
        } else {
            Some(row)
        }
    }

    /// Where new rows are inserted: after the active ones and before the paused ones.
    fn place(&self) -> usize {
        let last = self.open.iter().rposition(Row::is_active);
        last.map_or(0, |last| last + 1)
    }

    fn push_ended(&mut self, row: Row) {
        self.batch.end(&row);
        for replaced in self.ended.push(row) {
            self.known.remove(&replaced.transfer.id());
        }
    }

    /// Moves ended rows below the others, and measures the active ones if it is time. Returns when
    /// to sample again, if anything is active.
    pub(crate) fn sample(&mut self, now: Instant) -> Option<Duration> {
        let due = self
            .sampled
            .is_none_or(|then| now.saturating_duration_since(then) >= SAMPLE_EVERY);
        let mut saved = self.removed.take_saved();
        self.open.append(&mut saved);
        let mut counts = Counts::default();
        let mut is_any_over = false;
        for row in &mut self.open {
            self.changes += u64::from(note_end(row, &mut self.unreported));
            is_any_over |= is_over(row);
            counts.add(row);
        }
        if is_any_over {
            let over: Vec<_> = self.open.extract_if(.., |row| is_over(row)).collect();
            for row in over {
                self.push_ended(row);
            }
        }
        counts.failed += self.ended.failures();
        if due {
            self.sampled = Some(now);
            for row in self.open.iter_mut().filter(|row| row.is_active()) {
                row.measure(now);
            }
        }
        if due || self.cache.changes != Some(self.changes) || self.cache.counts != counts {
            self.update_cache(counts, now);
        }
        counts.sample_interval()
    }

    /// Caches the totals of all rows.
    fn update_cache(&mut self, counts: Counts, now: Instant) {
        if self.cache.changes != Some(self.changes) {
            self.cache.has_ended = self.ended.can_clear();
            let has_deliveries = self.rows().any(|row| row.delivery.is_some());
            self.cache.has_deliveries = has_deliveries;
        }
        let cache = &mut self.cache;
        cache.changes = Some(self.changes);
        cache.counts = counts;
        let busy = self.open.iter().filter_map(|row| row.busy_until(now));
        cache.busy_until = busy.max();
        cache.totals = if counts.sample_interval().is_some() {
            Some(self.batch.sum(self.open.iter()))
        } else {
            self.batch.finish();
            None
        };
    }

    /// Downloads whose end was noticed since the last call.
    pub(crate) fn take_unreported(&mut self) -> Vec<Arc<Transfer>> {
        std::mem::take(&mut self.unreported)
    }

    /// Whether there are ended rows that need no attention.
    pub(crate) fn has_ended(&self) -> bool {
        self.cache.has_ended
    }

    /// All rows in display order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &Row> {
        self.open.iter().chain(self.ended.iter())
    }

    /// The same, mutable.
    pub(crate) fn rows_mut(&mut self) -> impl Iterator<Item = &mut Row> {
        self.open.iter_mut().chain(self.ended.iter_mut())
    }

    /// The rows that are active or can be resumed.
    pub(crate) fn open(&self) -> &[Row] {
        &self.open
    }

    /// The row at `index` in display order.
    pub(crate) fn row_mut(&mut self, index: usize) -> Option<&mut Row> {
        match index.checked_sub(self.open.len()) {
            None => self.open.get_mut(index),
            Some(index) => self.ended.get_mut(index),
        }
    }

    /// Scrolls to the first failure.
    pub(crate) fn want_failure(&mut self) {
        let failure = self.rows().find(|row| row.is_failed());
        let key = failure.map(|row| row.key);
        self.wanted = key.map(|key| Wanted { key, stays: true });
    }

    /// The row to scroll to: the first that the user asked for since the last call.
    pub(crate) fn take_wanted(&mut self) -> Option<Wanted> {
        self.wanted.take()
    }

    /// The user returns to the row with this key by keyboard.
    pub(crate) fn returned(&mut self, key: TransferId) {
        self.want(key);
        self.returned = Some(key);
    }

    /// The row to focus since the last call.
    pub(crate) fn take_returned(&mut self) -> Option<TransferId> {
        self.returned.take()
    }

    /// The row of this transfer.
    pub(crate) fn get(&self, id: TransferId) -> Option<&Row> {
        self.rows().find(|row| row.transfer.id() == id)
    }

    /// The downloads that could not be saved, because `folder` does not exist; the oldest first.
    pub(crate) fn lacking(&self, folder: &Path) -> Vec<TransferId> {
        let lacking = |row: &&Row| row.missing_folder() == Some(folder);
        let rows = self.rows().filter(lacking);
        let mut ids: Vec<_> = rows.map(|row| row.transfer.id()).collect();
        ids.reverse();
        ids
    }

    /// Whether an active or resumable row uses the part of this request.
    fn is_open(&self, request: &Request) -> bool {
        self.open.iter().any(|row| row.shares_part(request))
    }

    /// The number of active and of queued transfers.
    pub(crate) fn active(&self) -> (usize, usize) {
        let counts = self.cache.counts;
        (counts.active + counts.interrupted, counts.waiting)
    }

    /// Whether bytes may arrive at any time.
    pub(crate) fn is_busy(&self, now: Instant) -> bool {
        self.cache.busy_until.is_some_and(|until| now < until)
    }

    /// The number of rows.
    pub(crate) fn len(&self) -> usize {
        self.open.len() + self.ended.len()
    }

    /// Whether there are no rows.
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of open rows in each state.
    pub(crate) fn counts(&self) -> Counts {
        self.cache.counts
    }

    /// The totals of the active transfers and the completed ones of the same batch.
    pub(crate) fn totals(&self) -> Option<Totals> {
        self.cache.totals
    }

    /// Transfers that can be paused: queued ones first, so that none starts while the others are
    /// being paused.
    pub(crate) fn pausable(&self) -> Vec<TransferId> {
        let is_waiting = |row: &&Row| row.transfer.state() == TransferState::Queued;
        // What is sent to a share can only be cancelled.
        let is_pausable = |row: &&Row| row.is_active() && row.delivery.is_none();
        let active = || self.open.iter().filter(is_pausable);
        let rest = active().filter(|row| !is_waiting(row));
        let all = active().filter(is_waiting).chain(rest);
        all.map(|row| row.transfer.id()).collect()
    }

    /// The paused downloads.
    pub(crate) fn paused(&self) -> Vec<TransferId> {
        let paused = self.open.iter().filter(|row| row.is_paused());
        paused.map(|row| row.transfer.id()).collect()
    }

    /// Counts rows added, ended, resumed or removed; unaffected by progress.
    pub(crate) fn changes(&self) -> u64 {
        self.changes
    }
}

/// Records the end of a row and queues it for reporting; returns whether it is new.
fn note_end(row: &mut Row, unreported: &mut Vec<Arc<Transfer>>) -> bool {
    let is_news = row.note_end();
    if is_news && row.transfer.direction() == Direction::Download {
        unreported.push(Arc::clone(&row.transfer));
    }
    is_news
}

/// Whether its end was noticed. One that ends right now is for the next sample.
fn is_over(row: &Row) -> bool {
    row.ended.is_some() && !row.is_unfinished()
}

#[cfg(test)]
mod tests;

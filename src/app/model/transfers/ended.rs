//! The rows that have ended for good: failures first, so that they stay in sight, then the others,
//! each newest first.

use std::collections::VecDeque;

use super::ENDED_KEPT;
use crate::app::model::row::Row;
use landline_engine::transfer::TransferId;

/// How many rows are searched for earlier parts of the same upload. A client that resumes later
/// gets a second row.
const SEARCHED: usize = 100;

/// Ended rows.
#[derive(Debug, Default)]
pub(super) struct Ended {
    failed: VecDeque<Row>,
    finished: VecDeque<Row>,
    /// The number of rows added so far.
    added: i64,
}

impl Ended {
    /// Adds the newest row. Returns those that it replaces: the oldest, but no failure as long as
    /// there is another; and interrupted uploads of the same file.
    pub(super) fn push(&mut self, mut row: Row) -> Vec<Row> {
        let mut replaced: Vec<_> = self.take_interrupted(&row).collect();
        // More than one if restored rows have come back.
        while self.len() >= ENDED_KEPT {
            let oldest = self.finished.pop_back();
            replaced.extend(oldest.or_else(|| self.failed.pop_back()));
        }
        self.added += 1;
        row.order = self.added;
        self.list(&row).push_front(row);
        replaced
    }

    /// Adds the oldest row, if there is space.
    pub(super) fn push_oldest(&mut self, mut row: Row) -> bool {
        if self.len() >= ENDED_KEPT {
            return false;
        }
        let oldest = [&self.failed, &self.finished].map(|list| list.back().map(|row| row.order));
        row.order = oldest.into_iter().flatten().min().unwrap_or_default() - 1;
        self.list(&row).push_back(row);
        true
    }

    /// Returns rows to their former places.
    pub(super) fn restore(&mut self, rows: Vec<Row>) {
        for row in rows {
            self.list(&row).push_back(row);
        }
        for list in [&mut self.failed, &mut self.finished] {
            list.make_contiguous()
                .sort_by_key(|row| std::cmp::Reverse(row.order));
        }
    }

    fn list(&mut self, row: &Row) -> &mut VecDeque<Row> {
        if row.is_failed() {
            &mut self.failed
        } else {
            &mut self.finished
        }
    }

    /// Takes the rows of transfers of the same file with the same client that the client interrupted:
    /// `row` continues them. One that fetches a file over several connections, or pauses now and
    /// then, would otherwise leave a row each time.
    pub(super) fn take_interrupted(&mut self, row: &Row) -> impl Iterator<Item = Row> {
        let mut found = Vec::new();
        if row.is_served() {
            // What was received in part is a failure.
            for list in [&mut self.failed, &mut self.finished] {
                found.extend(take_interrupted(list, row));
            }
        }
        found.into_iter()
    }

    /// Removes the row of this transfer.
    pub(super) fn remove(&mut self, id: TransferId) -> Option<Row> {
        for list in [&mut self.failed, &mut self.finished] {
            if let Some(at) = list.iter().position(|row| row.transfer.id() == id) {
                return list.remove(at);
            }
        }
        None
    }

    /// Removes the rows that need no attention.
    pub(super) fn clear(&mut self) -> Vec<Row> {
        let mut cleared = Vec::from(std::mem::take(&mut self.finished));
        let (finished, failed) = std::mem::take(&mut self.failed)
            .into_iter()
            .partition::<Vec<_>, _>(Row::is_finished);
        self.failed = failed.into();
        cleared.extend(finished);
        cleared
    }

    /// Whether [`Ended::clear`] would remove any.
    pub(super) fn can_clear(&self) -> bool {
        // Failures are either all of the server or all of the client.
        !self.finished.is_empty() || self.failed.front().is_some_and(Row::is_finished)
    }

    /// The number of failures.
    pub(super) fn failures(&self) -> usize {
        self.failed.len()
    }

    pub(super) fn len(&self) -> usize {
        self.failed.len() + self.finished.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Row> {
        self.failed.iter().chain(&self.finished)
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Row> {
        self.failed.iter_mut().chain(&mut self.finished)
    }

    pub(super) fn get_mut(&mut self, index: usize) -> Option<&mut Row> {
        match index.checked_sub(self.failed.len()) {
            None => self.failed.get_mut(index),
            Some(index) => self.finished.get_mut(index),
        }
    }
}

/// Takes those rows from one of the lists.
fn take_interrupted(list: &mut VecDeque<Row>, row: &Row) -> Vec<Row> {
    let is_same = |other: &Row| {
        let (one, other) = (&row.transfer, &other.transfer);
        let (name, peer) = (one.name() == other.name(), one.peer() == other.peer());
        name && peer && one.direction() == other.direction()
    };
    let first = list.iter().take(SEARCHED).enumerate();
    let found: Vec<_> = first
        .filter(|(_, other)| other.is_interrupted() && is_same(other))
        .map(|(index, _)| index)
        .collect();
    // From the back, so that the other indices remain valid.
    let take = |index| list.remove(index);
    found.into_iter().rev().filter_map(take).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use landline_engine::error::{ClientError, Failure, SendError};
    use landline_engine::transfer::{Direction, Outcome, Transfer};
    use landline_engine::transport::CancelToken;

    fn row(direction: Direction, name: &str, outcome: Outcome) -> Row {
        let one = Transfer::new(direction, name, "192.168.1.9", CancelToken::new());
        one.end(outcome);
        let mut row = Row::new(Arc::new(one), None);
        row.note_end();
        row
    }

    fn failed(name: &str) -> Row {
        let why = Failure::Fetch(ClientError::NoName);
        row(Direction::Download, name, Outcome::Failed(why))
    }

    fn sent(name: &str) -> Row {
        row(Direction::Upload, name, Outcome::Sent)
    }

    fn hung_up(name: &str) -> Row {
        let why = Failure::Send(SendError::HungUp);
        row(Direction::Upload, name, Outcome::Failed(why))
    }

    fn names(ended: &Ended) -> Vec<&str> {
        ended.iter().map(|row| row.transfer.name()).collect()
    }

    #[test]
    fn failures_stay_on_top_and_are_the_last_to_be_dropped() {
        let mut ended = Ended::default();
        ended.push(failed("lost"));
        ended.push(sent("a"));
        ended.push(failed("broken"));
        ended.push(sent("b"));
        assert_eq!(names(&ended), ["broken", "lost", "b", "a"]);
        assert_eq!(ended.failures(), 2);
        for number in 0..ENDED_KEPT {
            ended.push(sent(&number.to_string()));
        }
        assert_eq!(ended.len(), ENDED_KEPT);
        assert_eq!(names(&ended)[..2], ["broken", "lost"]);
        let oldest = ended.iter().last().map(|row| row.transfer.name());
        assert_eq!(oldest, Some("2"));
        for _ in 0..ENDED_KEPT {
            ended.push(failed("x"));
        }
        assert_eq!((ended.len(), ended.failures()), (ENDED_KEPT, ENDED_KEPT));
        assert!(names(&ended).iter().all(|name| *name == "x"));
    }

    #[test]
    fn an_interrupted_upload_that_is_continued_stays_one_row() {
        let mut ended = Ended::default();
        // Three connections for one file, and one for another.
        for name in ["film", "film", "notes", "film"] {
            ended.push(hung_up(name));
        }
        assert_eq!(names(&ended), ["film", "notes"]);
        assert_eq!(ended.failures(), 0);
        // The client goes on.
        let next = row(Direction::Upload, "film", Outcome::Sent);
        assert_eq!(ended.take_interrupted(&next).count(), 1);
        ended.push(next);
        assert_eq!(names(&ended), ["film", "notes"]);
        assert_eq!(ended.take_interrupted(&sent("film")).count(), 0);
        // Another client's row is its own.
        let peer = "192.168.1.8";
        let other = Transfer::new(Direction::Upload, "notes", peer, CancelToken::new());
        let other = Row::new(Arc::new(other), None);
        assert_eq!(ended.take_interrupted(&other).count(), 0);
    }

    #[test]
    fn what_was_received_in_part_is_a_failure_until_it_is_continued() {
        let received = |outcome| {
            let mut row = row(Direction::Download, "film", outcome);
            row.is_received = true;
            row
        };
        let cut = ClientError::Cut {
            host: "192.168.1.9".to_owned(),
            name: "film".to_owned(),
            arrived: 5,
        };
        let mut ended = Ended::default();
        ended.push(received(Outcome::Failed(Failure::Fetch(cut))));
        assert_eq!((ended.failures(), ended.can_clear()), (1, true));
        // The same file, but in the other direction.
        ended.push(sent("film"));
        assert_eq!(ended.failures(), 1);
        ended.push(received(Outcome::Cancelled));
        assert_eq!((ended.failures(), ended.len()), (0, 2));
    }

    #[test]
    fn all_ended_uploads_and_no_failed_downloads_are_cleared() {
        let mut ended = Ended::default();
        let stalled = || {
            let why = Failure::Send(SendError::Stalled { secs: 30 });
            row(Direction::Upload, "stalled", Outcome::Failed(why))
        };
        ended.push(stalled());
        assert!(ended.can_clear());
        ended.push(hung_up("film"));
        assert_eq!(ended.clear().len(), 2);
        ended.push(failed("lost"));
        assert!(!ended.can_clear());
        assert!(ended.clear().is_empty());
        assert_eq!(names(&ended), ["lost"]);
    }
}

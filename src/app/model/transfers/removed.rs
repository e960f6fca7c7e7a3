//! Rows that the user has removed. *Undo* brings them back as long as their parts have not been
//! deleted; until then they are saved with the others, so that no part outlives its row.

use super::{Transfers, Wanted};
use crate::app::model::row::Row;
use landline_engine::client::Request;
use landline_engine::transfer::{Outcome, TransferId};

/// The removed rows.
#[derive(Debug, Default)]
pub(super) struct Removed {
    /// What *Undo* brings back, in the order of removal.
    rows: Vec<Gone>,
    /// The requests whose parts are being deleted.
    discarding: Vec<Request>,
    /// Transfers of rows that were brought back and are to be resumed.
    resuming: Vec<TransferId>,
}

/// A removed row.
#[derive(Debug)]
struct Gone {
    row: Row,
    /// Its index among the open rows; `None` if it had ended.
    at: Option<usize>,
    /// Whether it was active, so that it is resumed once it is back in the list.
    is_active: bool,
}

impl Gone {
    /// Whether it was saved before it could be paused: its file is there.
    fn is_saved(&self) -> bool {
        let outcome = self.row.transfer.outcome();
        self.row.ended.is_none() && matches!(outcome, Some(Outcome::Saved(_)))
    }
}

impl Removed {
    /// Takes the rows that were saved before they could be paused.
    pub(super) fn take_saved(&mut self) -> Vec<Row> {
        let saved = self.rows.extract_if(.., |gone| gone.is_saved());
        saved.map(|gone| gone.row).collect()
    }

    /// The part of `request` is needed again.
    pub(super) fn keep(&mut self, request: &Request) {
        self.discarding.retain(|other| !other.shares_part(request));
    }
}

impl Transfers {
    /// Removes a row for now. Returns whether its transfer is active and has to be paused.
    pub(crate) fn remove(&mut self, id: TransferId) -> bool {
        let at = self.open.iter().position(|row| row.transfer.id() == id);
        let row = match at {
            Some(at) => Some(self.open.remove(at)),
            None => self.ended.remove(id),
        };
        let Some(row) = row else {
            return false;
        };
        self.changes += 1;
        // One that was just brought back may be about to be resumed.
        let resuming = &mut self.removed.resuming;
        let is_active = row.is_active() || resuming.contains(&id);
        resuming.retain(|other| *other != id);
        self.removed.rows.push(Gone { row, at, is_active });
        is_active
    }

    /// Removes the ended rows that need no attention, for now.
    pub(crate) fn clear_ended(&mut self) {
        self.changes += 1;
        let cleared = self.ended.clear().into_iter();
        let cleared = cleared.map(|row| Gone {
            row,
            at: None,
            is_active: false,
        });
        self.removed.rows.extend(cleared);
    }

    /// Brings the removed rows back to their places.
    pub(crate) fn undo(&mut self) {
        self.changes += 1;
        let mut ended = Vec::new();
        while let Some(Gone { row, at, is_active }) = self.removed.rows.pop() {
            let Some(at) = at else {
                ended.push(row);
                continue;
            };
            // A new download may continue its part.
            let is_taken = row.request.as_ref().is_some_and(|own| self.is_open(own));
            if is_active && !is_taken {
                self.removed.resuming.push(row.transfer.id());
            }
            let (key, stays) = (row.key, !is_active);
            self.wanted = Some(Wanted { key, stays });
            self.open.insert(at.min(self.open.len()), row);
        }
        self.ended.restore(ended);
    }

    /// Rows that were brought back and can be resumed; those that have yet to be paused are for a
    /// later call.
    pub(crate) fn take_resuming(&mut self) -> Vec<TransferId> {
        let all = std::mem::take(&mut self.removed.resuming);
        let row = |id: &TransferId| self.open.iter().find(|row| row.transfer.id() == *id);
        // Asked once, because a transfer may end meanwhile.
        let (active, mut ended): (Vec<_>, Vec<_>) = all
            .into_iter()
            .partition(|id| row(id).is_some_and(Row::is_active));
        ended.retain(|id| row(id).is_some_and(Row::is_paused));
        self.removed.resuming = active;
        ended
    }

    /// The rows that *Undo* brings back.
    pub(crate) fn removed(&self) -> impl ExactSizeIterator<Item = &Row> {
        self.removed.rows.iter().map(|gone| &gone.row)
    }

    /// Gives the removed rows up. Returns the requests whose parts have to be deleted; the rows
    /// whose transfers are about to end are for the next call.
    pub(crate) fn take_removed(&mut self) -> Vec<Request> {
        let is_over = |gone: &mut Gone| !gone.row.is_active() && !gone.is_saved();
        let over: Vec<_> = self.removed.rows.extract_if(.., is_over).collect();
        self.changes += u64::from(!over.is_empty());
        let parts = over.into_iter().filter_map(|gone| self.part(gone.row));
        let parts: Vec<_> = parts.collect();
        self.removed.discarding.extend_from_slice(&parts);
        parts
    }

    /// The same when the program is about to exit. The parts of those whose transfers have yet to
    /// end are deleted when it runs again.
    pub(crate) fn close_removed(&mut self) -> Vec<Request> {
        let parts = self.take_removed();
        let rest = self.removed.rows.drain(..);
        let rest = rest.filter_map(|gone| gone.row.request);
        self.removed.discarding.extend(rest);
        parts
    }

    /// Removes an inactive row for good. Returns its request if its part has to be deleted.
    pub(crate) fn replace(&mut self, id: TransferId) -> Option<Request> {
        if self.get(id)?.is_active() {
            return None;
        }
        self.remove(id);
        let gone = self.removed.rows.pop()?;
        self.part(gone.row)
    }

    /// Forgets an ended row. Returns its request if it has a part that no other row needs.
    fn part(&mut self, row: Row) -> Option<Request> {
        self.known.remove(&row.transfer.id());
        let has_part = row.is_unfinished();
        row.request
            .filter(|request| has_part && !self.is_open(request))
    }

    /// Requests whose parts are being deleted; saved, so that none is forgotten.
    pub(crate) fn discarding(&self) -> &[Request] {
        &self.removed.discarding
    }

    /// Adds requests whose parts an earlier run had yet to delete.
    pub(crate) fn restore_discarding(&mut self, requests: Vec<Request>) {
        let is_free = |request: &Request| !self.is_open(request);
        let requests: Vec<_> = requests.into_iter().filter(is_free).collect();
        self.removed.discarding.extend(requests);
    }

    /// The parts of these requests were deleted.
    pub(crate) fn discarded(&mut self, requests: &[Request]) {
        self.changes += 1;
        let discarding = &mut self.removed.discarding;
        discarding.retain(|request| !requests.contains(request));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Instant;

    use super::*;
    use crate::app::model::{add, request};
    use landline_engine::error::{ClientError, Failure};
    use landline_engine::transfer::{Checked, Saved, Transfer};

    fn saved() -> Outcome {
        Outcome::Saved(Saved {
            path: "/home/bo/a".into(),
            checked: Checked::Digest,
            skipped: false,
            notes: Vec::new(),
        })
    }

    fn names(transfers: &mut Transfers) -> Vec<String> {
        transfers.sample(Instant::now());
        let names = transfers.rows().map(|row| row.transfer.name().to_owned());
        names.collect()
    }

    /// Three active downloads, a paused one, a failed one and three saved ones.
    fn transfers() -> (Transfers, Vec<Arc<Transfer>>) {
        let mut transfers = Transfers::default();
        let all = ["a", "b", "c", "paused", "failed", "x", "y", "z"];
        let all: Vec<_> = all.map(|name| add(&mut transfers, name)).into();
        all[3].end(Outcome::Paused(None));
        all[4].end(Outcome::Failed(Failure::Fetch(ClientError::NoName)));
        for one in &all[5..] {
            one.end(saved());
            transfers.sample(Instant::now());
        }
        (transfers, all)
    }

    #[test]
    fn removed_rows_come_back_to_their_places() {
        let (mut transfers, all) = transfers();
        let before = names(&mut transfers);
        assert_eq!(before, ["a", "b", "c", "paused", "failed", "z", "y", "x"]);
        for removed in [&[1, 0, 3][..], &[2], &[6, 4, 7], &[0, 1, 2, 3, 4, 5, 6, 7]] {
            for index in removed {
                let id = all[*index].id();
                assert_eq!(transfers.remove(id), *index < 3);
            }
            assert_eq!(names(&mut transfers).len(), all.len() - removed.len());
            assert_eq!(transfers.removed().len(), removed.len());
            transfers.undo();
            assert_eq!(names(&mut transfers), before, "{removed:?}");
            assert!(transfers.get(all[0].id()).is_some_and(Row::is_active));
        }
        transfers.clear_ended();
        let left = ["a", "b", "c", "paused", "failed"];
        assert_eq!(names(&mut transfers), left);
        transfers.undo();
        assert_eq!(names(&mut transfers), before);
    }

    #[test]
    fn what_was_active_is_resumed_once_it_is_paused() {
        let (mut transfers, all) = transfers();
        for index in [0, 1, 3] {
            transfers.remove(all[index].id());
        }
        transfers.undo();
        // The list goes on with the active rows afterwards.
        assert!(transfers.take_wanted().is_some_and(|wanted| !wanted.stays));
        assert!(transfers.take_resuming().is_empty());
        all[0].end(Outcome::Paused(None));
        // It could not be paused in time.
        all[1].end(saved());
        transfers.sample(Instant::now());
        assert_eq!(transfers.take_resuming(), [all[0].id()]);
        // Once: it is not resumed again when the user pauses it.
        assert!(transfers.take_resuming().is_empty());
    }

    #[test]
    fn what_is_removed_before_it_was_resumed_is_still_resumed() {
        let (mut transfers, all) = transfers();
        let id = all[0].id();
        transfers.remove(id);
        transfers.undo();
        all[0].end(Outcome::Paused(None));
        transfers.remove(id);
        assert!(transfers.take_resuming().is_empty());
        transfers.undo();
        assert_eq!(transfers.take_resuming(), [id]);
    }

    #[test]
    fn parts_are_deleted_once_the_downloads_have_ended() {
        let (mut transfers, all) = transfers();
        for index in [0, 3, 4, 5] {
            transfers.remove(all[index].id());
        }
        assert_eq!(transfers.take_removed(), [request("paused")]);
        assert_eq!(transfers.removed().len(), 1);
        assert!(transfers.take_removed().is_empty());
        all[0].end(Outcome::Paused(None));
        assert_eq!(transfers.take_removed(), [request("a")]);
        let parts = [request("paused"), request("a")];
        assert_eq!(transfers.discarding(), parts);
        transfers.discarded(&parts[..1]);
        assert_eq!(transfers.discarding(), [request("a")]);
        // It is wanted again, and must not be deleted by the next start.
        add(&mut transfers, "a");
        assert!(transfers.discarding().is_empty());
        transfers.undo();
        assert_eq!(names(&mut transfers), ["b", "c", "a", "z", "y"]);
    }

    #[test]
    fn a_part_that_another_row_needs_is_kept() {
        let (mut transfers, all) = transfers();
        // Downloaded again while the removed row can be brought back.
        transfers.remove(all[0].id());
        all[0].end(Outcome::Paused(None));
        let again = add(&mut transfers, "a");
        assert!(transfers.take_removed().is_empty());
        let [one, other] = [&again, &all[1]].map(|one| one.id());
        transfers.remove(one);
        let same = add(&mut transfers, "a");
        transfers.remove(other);
        transfers.undo();
        // They cannot both write to it.
        for one in [&again, &same, &all[1]] {
            one.end(Outcome::Paused(None));
        }
        assert_eq!(transfers.take_resuming(), [other]);
        // Both are gone, so their part goes, too.
        for one in [one, same.id()] {
            transfers.remove(one);
        }
        assert_eq!(transfers.take_removed(), [request("a"), request("a")]);
    }

    #[test]
    fn a_download_that_was_saved_meanwhile_stays() {
        let (mut transfers, all) = transfers();
        transfers.remove(all[0].id());
        transfers.remove(all[7].id());
        transfers.take_unreported();
        all[0].end(saved());
        // Nor is it forgotten if the offer to bring it back ends before it is noticed.
        transfers.take_removed();
        assert_eq!(names(&mut transfers)[4..], ["a", "y", "x"]);
        assert_eq!(transfers.removed().len(), 0);
        let reported: Vec<_> = transfers.take_unreported();
        assert_eq!(reported[0].id(), all[0].id());
    }

    #[test]
    fn a_closed_program_leaves_no_part_behind() {
        let (mut transfers, all) = transfers();
        for index in [0, 3] {
            transfers.remove(all[index].id());
        }
        assert_eq!(transfers.close_removed(), [request("paused")]);
        // The other is still being paused.
        let both = [request("paused"), request("a")];
        assert_eq!(transfers.discarding(), both);
        let mut next = Transfers::default();
        let wanted = add(&mut next, "a");
        wanted.end(Outcome::Paused(None));
        next.restore_discarding(both.into());
        assert_eq!(next.discarding(), [request("paused")]);
    }
}

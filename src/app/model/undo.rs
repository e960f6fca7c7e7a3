//! The offer to bring back what was removed from the lists.

use std::time::{Duration, Instant};

use super::Model;
use super::transfers::Transfers;
use crate::format::printable;
use crate::sentence;
use crate::text::Sentence;

/// How long the offer stays after the last removal or interaction: time to notice the mistake.
pub(crate) const UNDO: Duration = Duration::from_secs(8);

/// The offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Undo {
    /// What was removed.
    pub what: Sentence,
    /// When the offer ends.
    pub until: Instant,
}

impl Model {
    /// Offers to bring back what was removed. Several removals in a row are one offer.
    pub(crate) fn offer_undo(&mut self, now: Instant) {
        self.undo = self.what_was_removed().map(|what| Undo {
            what,
            until: now + UNDO,
        });
    }

    /// Restarts the timer of the offer, because the user interacts with it.
    pub(crate) fn stay_undoable(&mut self, now: Instant) {
        if let Some(undo) = &mut self.undo {
            undo.until = now + UNDO;
        }
    }

    /// Brings back what was removed.
    pub(crate) fn undo(&mut self) {
        self.undo = None;
        self.server.transfers.undo();
        self.client.transfers.undo();
    }

    /// Ends the offer when its time is over, or if nothing is left to bring back. Returns whether
    /// there is none.
    pub(crate) fn expire_undo(&mut self, now: Instant) -> bool {
        let is_over = |undo: &Undo| now >= undo.until || self.removed_count() == 0;
        if self.undo.as_ref().is_some_and(is_over) {
            self.undo = None;
        }
        self.undo.is_none()
    }

    fn lists(&self) -> [&Transfers; 2] {
        [&self.client.transfers, &self.server.transfers]
    }

    fn removed_count(&self) -> usize {
        self.lists().iter().map(|list| list.removed().len()).sum()
    }

    fn what_was_removed(&self) -> Option<Sentence> {
        let removed = || self.lists().into_iter().flat_map(Transfers::removed);
        let first = removed().next()?;
        let count = self.removed_count();
        let is_cancel = removed().all(|row| row.is_active() || row.is_unfinished());
        let name = || printable(&first.name(), false);
        let kept = first.transfer.files().map_or(0, |files| files.done);
        Some(match (count, is_cancel) {
            (1, true) if kept > 0 => {
                sentence!("folder-cancelled", name = name(), count = kept)
            }
            (1, true) => sentence!("download-cancelled", name = name()),
            (1, false) => sentence!("row-removed", name = name()),
            (count, true) => sentence!("downloads-cancelled", count = count),
            (count, false) => sentence!("rows-removed", count = count),
        })
    }
}

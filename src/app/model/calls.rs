//! The calls of a tab, and what its page shows instead of the cards.

use std::sync::Arc;

use super::Model;
use super::call::{View, words};
use landline_engine::call::encoding::Encoding;
use landline_engine::call::{Call, CallId, EntryKind};
use landline_engine::transfer::TransferId;

/// More calls than anyone reads; the oldest that is over goes first.
const KEPT: usize = 256;

/// What fills the page of a tab instead of its cards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opened {
    /// The TCP connection of the transfer in the row with this key.
    Line(TransferId),
    /// A call.
    Call(CallId),
}

/// The row of a call.
#[derive(Debug)]
pub(crate) struct CallRow {
    /// The call.
    pub call: Arc<Call>,
    /// What its row shows.
    pub summary: Summary,
    /// What the summary was made from: the version of the call, and the encoding.
    of: Option<(u64, Encoding)>,
    /// The number of the first entry that is not in the summary.
    next: u64,
}

/// What the row of a call shows of its conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    /// The last piece.
    pub last: Option<String>,
    /// Pieces in both directions.
    pub pieces: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// The calls of a tab, newest first.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    rows: Vec<CallRow>,
    /// The call whose page was closed by keyboard: its row gets the focus.
    pub returned: Option<CallId>,
    /// The page that is open, or was last.
    view: Option<View>,
    /// What was being typed on other pages.
    drafts: Vec<(CallId, String)>,
}

impl Calls {
    /// Adds a call.
    pub(crate) fn add(&mut self, call: Arc<Call>) {
        if self.get(call.id()).is_some() {
            return;
        }
        let row = CallRow {
            call,
            summary: Summary::default(),
            of: None,
            next: 0,
        };
        self.rows.insert(0, row);
        // The engine limits how many are connected.
        if self.rows.len() > KEPT
            && let Some(ended) = self.rows.iter().rposition(|row| row.call.state().is_over())
        {
            self.remove_at(ended);
        }
    }

    /// The call with this id.
    pub(crate) fn get(&self, id: CallId) -> Option<&Arc<Call>> {
        let row = self.rows.iter().find(|row| row.call.id() == id);
        row.map(|row| &row.call)
    }

    /// All, newest first.
    pub(crate) fn all(&self) -> impl ExactSizeIterator<Item = &Arc<Call>> {
        self.rows.iter().map(|row| &row.call)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The row at `index`, with a summary in this encoding.
    pub(crate) fn row(&mut self, index: usize, encoding: Encoding) -> Option<&CallRow> {
        let row = self.rows.get_mut(index)?;
        row.refresh(encoding);
        Some(row)
    }

    /// The newest call that is not over.
    pub(crate) fn first_open(&self) -> Option<CallId> {
        let mut open = self.all().filter(|call| !call.state().is_over());
        open.next().map(|call| call.id())
    }

    /// The number of calls that are not over.
    pub(crate) fn open(&self) -> usize {
        let calls = self.rows.iter();
        calls.filter(|row| !row.call.state().is_over()).count()
    }

    /// Removes a call; one that is not over is reset.
    pub(crate) fn remove(&mut self, id: CallId) {
        if let Some(index) = self.rows.iter().position(|row| row.call.id() == id) {
            self.remove_at(index);
        }
    }

    /// Removes the calls that are over.
    pub(crate) fn clear_ended(&mut self) {
        self.rows.retain(|row| !row.call.state().is_over());
    }

    fn remove_at(&mut self, index: usize) {
        let row = self.rows.remove(index);
        if !row.call.state().is_over() {
            row.call.reset();
        }
        self.drafts.retain(|(id, _)| *id != row.call.id());
        self.view.take_if(|view| view.id() == row.call.id());
    }

    /// The page of the call with this id.
    pub(crate) fn view(&mut self, id: CallId) -> Option<&mut View> {
        let call = Arc::clone(self.get(id)?);
        if self.view.as_ref().is_none_or(|view| view.id() != id) {
            if let Some(before) = self.view.take().filter(|view| !view.draft.is_empty()) {
                self.drafts.push((before.id(), before.draft));
            }
            let known = self.drafts.iter().position(|(of, _)| *of == id);
            let draft = known.map(|at| self.drafts.swap_remove(at).1);
            self.view = Some(View::new(call, draft.unwrap_or_default()));
        }
        self.view.as_mut()
    }

    /// The tab is not shown: nothing watches a connection.
    pub(crate) fn rest(&mut self) {
        if let Some(view) = &mut self.view {
            view.rest();
        }
    }

    /// Forgets the page of the call that was open, but for what was being typed: nothing watches its connection any
    /// more.
    pub(crate) fn close_view(&mut self) {
        if let Some(view) = self.view.take().filter(|view| !view.draft.is_empty()) {
            self.drafts.push((view.id(), view.draft));
        }
    }
}

impl Model {
    /// Takes no samples of connections until one is drawn again: the window is hidden, and draws nothing that would end
    /// them.
    pub(crate) fn stop_watching(&mut self) {
        self.line.release();
        self.server.calls.rest();
        self.client.calls.rest();
    }
}

impl CallRow {
    /// Adds what has happened since the last time; from the beginning if the encoding has changed.
    fn refresh(&mut self, encoding: Encoding) {
        let of = (self.call.version(), encoding);
        if self.of == Some(of) {
            return;
        }
        if self.of.is_none_or(|(_, old)| old != encoding) {
            (self.summary, self.next) = (Summary::default(), 0);
        }
        let (entries, next) = self.call.entries_since(self.next);
        (self.of, self.next) = (Some(of), next);
        let sum = &mut self.summary;
        for entry in &entries {
            if let EntryKind::Sent { bytes, .. } | EntryKind::Received { bytes } = &entry.kind {
                sum.pieces += 1;
                sum.bytes += bytes.len() as u64;
            }
        }
        if let Some(last) = words::last(&entries, encoding) {
            sum.last = Some(last);
        }
    }
}

//! The calls of a tab, and what its page shows instead of the cards.

use std::sync::Arc;

use landline_engine::call::{Call, CallId};
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

/// The calls of a tab, newest first.
#[derive(Debug, Default)]
pub(crate) struct Calls(Vec<Arc<Call>>);

impl Calls {
    /// Adds a call.
    pub(crate) fn add(&mut self, call: Arc<Call>) {
        if self.get(call.id()).is_some() {
            return;
        }
        self.0.insert(0, call);
        self.0.truncate(KEPT);
    }

    /// The call with this id.
    pub(crate) fn get(&self, id: CallId) -> Option<&Arc<Call>> {
        self.0.iter().find(|call| call.id() == id)
    }

    /// All, newest first.
    pub(crate) fn all(&self) -> &[Arc<Call>] {
        &self.0
    }
}

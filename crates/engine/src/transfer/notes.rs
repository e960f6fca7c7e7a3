//! Warnings about files that were sent to a share.

use super::{Note, Transfer};

impl Transfer {
    /// Warnings about files that were sent. Those about a download are in its outcome.
    pub fn notes(&self) -> Vec<Note> {
        self.details.lock().notes.clone()
    }

    /// Sets the warnings about files that were sent.
    pub(crate) fn set_notes(&self, notes: Vec<Note>) {
        self.details.lock().notes = notes;
    }
}

//! The connections of a transfer.

use std::sync::Arc;

use super::Transfer;
use crate::transport::trace::{AT_END_LEAST, Trace};

/// The connections kept of one transfer: a folder's download has eight at a time, and a new one for each interruption.
const MAX: usize = 32;

/// The connections that a transfer has used, oldest first.
#[derive(Debug, Default)]
pub(super) struct Traces(Vec<Arc<Trace>>);

impl Traces {
    fn add(&mut self, trace: &Arc<Trace>) {
        if self.0.last().is_some_and(|last| Arc::ptr_eq(last, trace)) {
            return;
        }
        self.0.retain(|other| !Arc::ptr_eq(other, trace));
        if self.0.len() == MAX {
            // One that is over, and with the fewest bytes; otherwise the oldest.
            let passed = |trace: &Trace| trace.sent().bytes + trace.received().bytes;
            let least = (0..MAX).min_by_key(|&i| (!self.0[i].is_closed(), passed(&self.0[i])));
            self.0.remove(least.unwrap_or(0));
        }
        self.0.push(Arc::clone(trace));
    }
}

impl Transfer {
    /// Adds a connection, which is the current one from now on.
    pub(crate) fn attach(&self, trace: &Arc<Trace>) {
        self.traces.lock().add(trace);
        if let Some(folder) = &self.folder {
            folder.attach(trace);
        }
    }

    /// The connections that it has used, oldest first; the last is the current one. At most 32 are kept.
    pub fn traces(&self) -> Vec<Arc<Trace>> {
        self.traces.lock().0.clone()
    }

    /// Takes a last sample of the current connection after much was moved. Not for each file of a folder: many share a
    /// connection.
    pub(super) fn sample_at_end(&self) {
        if self.moved() > AT_END_LEAST
            && !self.is_of_folder()
            && let Some(trace) = self.trace()
        {
            trace.sample_at_end();
        }
    }

    /// The current connection.
    pub(crate) fn trace(&self) -> Option<Arc<Trace>> {
        self.traces.lock().0.last().cloned()
    }
}

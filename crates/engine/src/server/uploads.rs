//! Uploads that were reported as started, so that each has been reported as ended when the server stops.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::transfer::{Transfer, TransferId};

/// Whoever removes an upload reports its end.
#[derive(Debug)]
pub(super) struct Uploads(Mutex<Option<HashMap<TransferId, Arc<Transfer>>>>);

impl Default for Uploads {
    fn default() -> Self {
        Self(Mutex::new(Some(HashMap::new())))
    }
}

impl Uploads {
    /// Adds an upload; false after [`Uploads::close`].
    pub fn add(&self, transfer: &Arc<Transfer>) -> bool {
        let mut running = self.0.lock();
        let running = running.as_mut();
        running.is_some_and(|running| {
            running.insert(transfer.id(), Arc::clone(transfer));
            true
        })
    }

    /// Removes an upload; false if [`Uploads::close`] has done so.
    pub fn remove(&self, transfer: &Transfer) -> bool {
        let mut running = self.0.lock();
        running
            .as_mut()
            .is_some_and(|running| running.remove(&transfer.id()).is_some())
    }

    /// Accepts no more uploads and returns the unfinished ones.
    pub fn close(&self) -> impl Iterator<Item = Arc<Transfer>> {
        let running = self.0.lock().take();
        running.into_iter().flatten().map(|(_, transfer)| transfer)
    }
}

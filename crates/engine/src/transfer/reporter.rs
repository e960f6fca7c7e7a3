//! How a worker reports events to its owner.

use std::fmt;
use std::sync::Arc;

/// A callback that accepts events from any thread. It must not block, because transfers call it.
pub struct Reporter<E>(Arc<dyn Fn(E) + Send + Sync>);

impl<E> Reporter<E> {
    /// Wraps `take`, which must return at once.
    pub fn new(take: impl Fn(E) + Send + Sync + 'static) -> Self {
        Self(Arc::new(take))
    }

    /// Reports `event`.
    pub fn report(&self, event: E) {
        (self.0)(event);
    }
}

impl<E: Send + 'static> From<crossbeam_channel::Sender<E>> for Reporter<E> {
    /// Sends events to a channel. A full one drops them: final states are in the [`Transfer`](super::Transfer)
    /// too, and a slow reader must not slow down a transfer.
    fn from(sender: crossbeam_channel::Sender<E>) -> Self {
        Self::new(move |event| {
            if sender.try_send(event).is_err() {
                log::debug!("nobody took an event in time");
            }
        })
    }
}

impl<E> Clone for Reporter<E> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<E> fmt::Debug for Reporter<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reporter")
    }
}

//! How a worker tells its owner what happened.

use std::fmt;
use std::sync::Arc;

/// Takes events from any thread. Whoever makes one decides where they go; a call must not block,
/// because transfers make it.
pub struct Reporter<E>(Arc<dyn Fn(E) + Send + Sync>);

impl<E> Reporter<E> {
    /// Events go to `take`, which must return at once.
    pub fn new(take: impl Fn(E) + Send + Sync + 'static) -> Self {
        Self(Arc::new(take))
    }

    /// Tell that `event` happened.
    pub fn report(&self, event: E) {
        (self.0)(event);
    }
}

impl<E: Send + 'static> From<crossbeam_channel::Sender<E>> for Reporter<E> {
    /// Events go to a channel. A full one drops them: final states are in the
    /// [`Transfer`](super::Transfer) too, and a slow reader must not slow a transfer.
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

//! A condition variable whose waits can be one arm of a `select!`.

use std::convert::Infallible;

use crossbeam_channel::{Receiver, Sender, bounded};
use parking_lot::Mutex;

/// A channel that never carries a message: it is closed when something happens, so that any number of
/// threads can wait for that in a `select!`.
pub type Signal = Receiver<Infallible>;

/// Wakes all threads that wait for a change of something they share.
///
/// A waiter first calls [`Notify::listen`], then looks whether what it waits for is there already, and only then
/// waits for the signal: no notification is lost. Without a waiter, [`Notify::notify_all`] costs an uncontended lock.
#[derive(Debug, Default)]
pub struct Notify(Mutex<Option<(Sender<Infallible>, Signal)>>);

impl Notify {
    /// The signal that the next [`Notify::notify_all`] closes.
    pub fn listen(&self) -> Signal {
        let mut channel = self.0.lock();
        let (_, signal) = channel.get_or_insert_with(|| bounded(0));
        signal.clone()
    }

    /// Wake everyone who listens now.
    pub fn notify_all(&self) {
        let channel = self.0.lock().take();
        drop(channel);
    }
}

#[cfg(test)]
mod tests {
    use crossbeam_channel::TryRecvError;

    use super::*;

    #[test]
    fn a_notification_reaches_those_that_listened_before_it() {
        let notify = Notify::default();
        let before = [notify.listen(), notify.listen()];
        notify.notify_all();
        let after = notify.listen();
        for signal in before {
            assert_eq!(signal.try_recv(), Err(TryRecvError::Disconnected));
        }
        assert_eq!(after.try_recv(), Err(TryRecvError::Empty));
    }
}

//! One switch that ends a piece of work wherever it is blocked.

use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

/// Cloned into whoever may cancel and whoever must notice. Cancelling shuts the attached sockets
/// down: a blocked read returns 0, so workers look at [`CancelToken::is_cancelled`] after every end of
/// file.
#[derive(Clone, Debug, Default)]
pub struct CancelToken(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    cancelled: AtomicBool,
    state: Mutex<State>,
    rung: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Weak, so that a finished connection is closed by its own thread and not kept open here.
    sockets: Vec<(Weak<TcpStream>, Shutdown)>,
    wakes: u64,
}

impl CancelToken {
    /// A switch that nobody has used yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// End the work. Returns at once; calling it again changes nothing.
    pub fn cancel(&self) {
        let state = self.state();
        self.0.cancelled.store(true, Ordering::Release);
        for (socket, how) in &state.sockets {
            if let Some(socket) = socket.upgrade() {
                // Fails only when the peer is gone already, which is what is wanted.
                let _ = socket.shutdown(*how);
            }
        }
        drop(state);
        self.0.rung.notify_all();
    }

    /// Whether the work should end.
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::Acquire)
    }

    /// Let a later (or earlier) cancel shut `socket` down: both sides, or only the reading one where
    /// the end of the other would tell the peer that it has everything ([`Outgoing`](super::Outgoing)
    /// notices a cancel by itself).
    pub fn attach(&self, socket: &Arc<TcpStream>, how: Shutdown) {
        let mut state = self.state();
        state.sockets.retain(|(known, _)| known.strong_count() > 0);
        state.sockets.push((Arc::downgrade(socket), how));
        // Under the lock: either this sees the flag or `cancel` sees the socket.
        if self.is_cancelled() {
            let _ = socket.shutdown(how);
        }
    }

    /// Wait for at most `time`; true as soon as the work is cancelled.
    pub fn wait(&self, time: Duration) -> bool {
        let state = self.state();
        let _ = self
            .0
            .rung
            .wait_timeout_while(state, time, |_| !self.is_cancelled());
        self.is_cancelled()
    }

    /// How often [`CancelToken::wake`] was called. Taken before anyone is told of a [`CancelToken::rest`], it makes
    /// sure that no wake is lost.
    pub fn wakes(&self) -> u64 {
        self.state().wakes
    }

    /// End every [`CancelToken::rest`] that goes on now; the work itself goes on.
    pub fn wake(&self) {
        self.state().wakes += 1;
        self.0.rung.notify_all();
    }

    /// Wait for at most `time`, or until there are more [wakes](Cancel::wakes) than `wakes`; true as soon
    /// as the work is cancelled.
    pub fn rest(&self, time: Duration, wakes: u64) -> bool {
        let state = self.state();
        let _ = self.0.rung.wait_timeout_while(state, time, |state| {
            state.wakes == wakes && !self.is_cancelled()
        });
        self.is_cancelled()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A list of weak pointers and a number cannot be left half changed.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    fn pair() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let one = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        (one, listener.accept().unwrap().0)
    }

    #[test]
    fn a_blocked_read_ends() {
        let (reader, _writer) = pair();
        let reader = Arc::new(reader);
        let cancel = CancelToken::new();
        cancel.attach(&reader, Shutdown::Read);
        let worker = thread::spawn(move || (&*reader).read(&mut [0; 8]).unwrap());
        cancel.cancel();
        assert_eq!(worker.join().unwrap(), 0);
        assert!(cancel.is_cancelled());
    }

    #[test]
    fn a_socket_attached_too_late_is_shut_down_at_once() {
        let (reader, _writer) = pair();
        let reader = Arc::new(reader);
        let cancel = CancelToken::new();
        cancel.cancel();
        cancel.attach(&reader, Shutdown::Read);
        assert_eq!((&*reader).read(&mut [0; 8]).unwrap(), 0);
    }

    #[test]
    fn waiting_ends_with_the_cancel() {
        let cancel = CancelToken::new();
        assert!(!cancel.wait(Duration::from_millis(1)));
        let other = cancel.clone();
        let worker = thread::spawn(move || other.wait(Duration::from_mins(1)));
        cancel.cancel();
        assert!(worker.join().unwrap());
    }

    #[test]
    fn a_rest_ends_with_a_wake_that_came_since() {
        const LONG: Duration = Duration::from_mins(1);
        let cancel = CancelToken::new();
        let wakes = cancel.wakes();
        cancel.wake();
        assert!(!cancel.rest(LONG, wakes));
        let wakes = cancel.wakes();
        assert!(!cancel.rest(Duration::from_millis(1), wakes));
        let other = cancel.clone();
        let worker = thread::spawn(move || other.rest(LONG, wakes));
        cancel.wake();
        assert!(!worker.join().unwrap());
        let other = cancel.clone();
        let wakes = cancel.wakes();
        let worker = thread::spawn(move || other.rest(LONG, wakes));
        cancel.cancel();
        assert!(worker.join().unwrap());
    }
}

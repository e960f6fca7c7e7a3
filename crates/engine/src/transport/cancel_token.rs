//! Cancels a piece of work wherever it is blocked.

use std::convert::Infallible;
use std::net::Shutdown;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};

use crossbeam_channel::{Sender, bounded, select};
use parking_lot::Mutex;
use std::time::Duration;

use super::{Signal, Stream};

/// Cloned into whoever may cancel and whoever must notice. There are three ways to notice: hot loops look at
/// [`CancelToken::is_cancelled`], waits put [`CancelToken::cancelled`] into their `select!`, and attached streams are
/// shut down. A read that is ended so returns 0: look at `is_cancelled` after every end of file.
#[derive(Clone, Debug, Default)]
pub struct CancelToken(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    is_cancelled: AtomicBool,
    cancelled: Signal,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// Closes `cancelled` when it is dropped.
    not_yet: Option<Sender<Infallible>>,
    /// Weak, so that a finished connection is closed by its own thread and not kept open here.
    streams: Vec<(Weak<Stream>, Shutdown)>,
}

impl Default for Inner {
    fn default() -> Self {
        let (not_yet, cancelled) = bounded(0);
        Self {
            is_cancelled: AtomicBool::new(false),
            cancelled,
            state: Mutex::new(State {
                not_yet: Some(not_yet),
                streams: Vec::new(),
            }),
        }
    }
}

impl CancelToken {
    /// A token that nobody has cancelled yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// End the work. Returns at once; calling it again changes nothing.
    pub fn cancel(&self) {
        let mut state = self.0.state.lock();
        self.0.is_cancelled.store(true, Ordering::Release);
        state.not_yet = None;
        for (stream, how) in &state.streams {
            if let Some(stream) = stream.upgrade() {
                // Fails only when the peer is gone already, which is what is wanted.
                let _ = stream.shutdown(*how);
            }
        }
    }

    /// Whether the work should end.
    pub fn is_cancelled(&self) -> bool {
        self.0.is_cancelled.load(Ordering::Acquire)
    }

    /// Closed when the work is cancelled: for a `select!`.
    pub fn cancelled(&self) -> &Signal {
        &self.0.cancelled
    }

    /// Let a later (or earlier) cancel shut `stream` down: both sides, or only the reading one where
    /// the end of the other would tell the peer that it has everything ([`Outgoing`](super::Outgoing)
    /// notices a cancel by itself).
    pub(crate) fn attach(&self, stream: &Arc<Stream>, how: Shutdown) {
        let mut state = self.0.state.lock();
        state.streams.retain(|(known, _)| known.strong_count() > 0);
        state.streams.push((Arc::downgrade(stream), how));
        // Under the lock: either this sees the flag or `cancel` sees the stream.
        if self.is_cancelled() {
            let _ = stream.shutdown(how);
        }
    }

    /// Wait for at most `time`; true as soon as the work is cancelled.
    #[expect(clippy::disallowed_methods, reason = "waiting is what it is for")]
    pub fn wait(&self, time: Duration) -> bool {
        select! {
            recv(self.cancelled()) -> _ => true,
            default(time) => self.is_cancelled(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::net::{TcpListener, TcpStream};
    use std::thread;

    use super::*;

    fn pair() -> (Stream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let one = Stream::connect(&address, Duration::from_secs(10), |_| {}).unwrap();
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
    fn a_stream_attached_too_late_is_shut_down_at_once() {
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
}

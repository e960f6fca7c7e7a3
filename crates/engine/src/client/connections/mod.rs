//! Tracks this client's connections to each server. Some servers handle one connection at a time, and wait for
//! the next request on it until it is closed (RFC 9112 section 9.3 lets both sides keep it open): then one of
//! our idle connections keeps the server from answering all others.
//!
//! So a connection that waits for its first byte causes the idle ones to be closed. If the response arrives
//! right after another connection was closed, the server is limited to one connection at a time for a while. A
//! server that responds on several at once is never limited.

use std::collections::VecDeque;
use std::net::Shutdown;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use crossbeam_channel::select;
use parking_lot::Mutex;

use super::connection::FetchError;
use crate::error::ClientError;
use crate::transport::{CancelToken, Notify, Stream};

/// How long a connection waits for its first byte before idle ones are closed, and the interval between further
/// attempts. With a server that is merely slow, only idle connections are lost.
pub(super) const STARVES_AFTER: Duration = Duration::from_secs(1);

/// A response that arrives this soon after another connection was closed must have waited for that. Some
/// servers need a while to list a folder.
const SOON: Duration = Duration::from_millis(300);

/// How long a server is limited to one connection before it is tested again, in case it was only slow at the
/// wrong moment.
const ONE_AT_A_TIME: Duration = Duration::from_mins(1);

/// More servers than anyone downloads from in one session.
const MAX_SERVERS: usize = 256;

/// The connections of a client.
#[derive(Debug, Default)]
pub(super) struct Connections(Mutex<Vec<Arc<Server>>>);

#[derive(Debug)]
struct Server {
    host: String,
    port: u16,
    since: Instant,
    /// When bytes were last received on any connection, in milliseconds since `since`.
    received: AtomicU64,
    state: Mutex<State>,
    /// Notified when a connection is closed or may be opened.
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    open: Vec<Open>,
    /// Ids waiting to open a connection, oldest first.
    queue: VecDeque<u64>,
    next: u64,
    /// Whether it responds on several connections at once.
    is_concurrent: bool,
    one_at_a_time_until: Option<Instant>,
    last_closed: Option<Instant>,
}

#[derive(Debug)]
struct Open {
    id: u64,
    stream: Weak<Stream>,
    /// Whether it got a response and the server keeps it open for another request.
    is_persistent: bool,
    /// Whether no request is in flight.
    is_idle: bool,
    /// Whether it has waited long for its first byte.
    is_starving: bool,
}

/// The registration of one connection, removed on drop.
#[derive(Debug)]
pub(super) struct Slot {
    server: Arc<Server>,
    id: u64,
}

impl Connections {
    /// Registers a connection to `host`. If the server is limited to one, waits until all others are closed and
    /// earlier callers have had their turn.
    ///
    /// # Errors
    /// Cancelled, or nothing was received from the server for `patience`.
    pub(super) fn open(
        &self,
        host: &str,
        port: u16,
        cancel: &CancelToken,
        patience: Duration,
    ) -> Result<Slot, FetchError> {
        let server = self.server(host, port);
        let mut state = server.state.lock();
        let id = state.next;
        state.next += 1;
        let began = Instant::now();
        state.queue.push_back(id);
        loop {
            let changed = server.changed.listen();
            let now = Instant::now();
            if state.is_full(now) {
                state.close_idle(now);
            }
            if state.queue.front() == Some(&id) && !state.is_full(now) {
                break;
            }
            let left = server.silence_left(began, patience);
            if cancel.is_cancelled() || left.is_zero() {
                state.queue.retain(|&waiting| waiting != id);
                drop(state);
                server.changed.notify_all();
                return Err(if cancel.is_cancelled() {
                    FetchError::Cancelled
                } else {
                    let host = host.to_owned();
                    ClientError::NoAnswer { host, port }.into()
                });
            }
            let until = state.one_at_a_time_until.filter(|&until| until > now);
            let left = until.map_or(left, |until| left.min(until - now));
            drop(state);
            select! {
                recv(changed) -> _ => {}
                recv(cancel.cancelled()) -> _ => {}
                default(left) => {}
            }
            state = server.state.lock();
        }
        state.queue.pop_front();
        state.open.push(Open {
            id,
            stream: Weak::new(),
            is_persistent: false,
            is_idle: false,
            is_starving: false,
        });
        drop(state);
        server.changed.notify_all();
        Ok(Slot { server, id })
    }

    /// Whether bytes have been received from `host` within `time`.
    pub(super) fn is_moving(&self, host: &str, port: u16, time: Duration) -> bool {
        self.server(host, port).last_received().elapsed() < time
    }

    fn server(&self, host: &str, port: u16) -> Arc<Server> {
        let mut servers = self.0.lock();
        let is_it =
            |server: &&Arc<Server>| server.port == port && server.host.eq_ignore_ascii_case(host);
        if let Some(server) = servers.iter().find(is_it) {
            return Arc::clone(server);
        }
        if servers.len() >= MAX_SERVERS {
            // A server with connections has other references.
            servers.retain(|server| Arc::strong_count(server) > 1);
        }
        let server = Arc::new(Server {
            host: host.to_owned(),
            port,
            since: Instant::now(),
            received: AtomicU64::new(0),
            state: Mutex::default(),
            changed: Notify::default(),
        });
        servers.push(Arc::clone(&server));
        server
    }
}

impl Slot {
    /// Sets the stream once the connection is established.
    pub(super) fn connected(&self, stream: &Arc<Stream>) {
        self.with(|open| open.stream = Arc::downgrade(stream));
    }

    /// The connection is not to be closed from here, whatever happens: it carries no requests.
    pub(super) fn detach(&self) {
        self.with(|open| open.stream = Weak::new());
    }

    /// It has waited for its first byte for [`STARVES_AFTER`], once more.
    pub(super) fn starving(&self) {
        self.server.state.lock().starving(self.id, Instant::now());
        self.server.changed.notify_all();
    }

    /// Bytes were received.
    pub(super) fn received(&self) {
        let millis = u64::try_from(self.server.since.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.server.received.store(millis, Ordering::Relaxed);
    }

    /// The head of a response was received; `is_persistent` if the connection is persistent.
    pub(super) fn responded(&self, is_persistent: bool) {
        self.server
            .state
            .lock()
            .responded(self.id, is_persistent, Instant::now());
        self.server.changed.notify_all();
    }

    /// The response is complete. Returns whether the connection may stay open: others may be waiting for it to
    /// close.
    pub(super) fn idle(&self) -> bool {
        let may_stay = self.server.state.lock().idle(self.id, Instant::now());
        self.server.changed.notify_all();
        may_stay
    }

    /// Marks it as in use; false if it has been closed in the meantime.
    pub(super) fn reuse(&self) -> bool {
        self.with(|open| open.is_idle = false)
    }

    /// Calls `act`; false if the connection is no longer registered.
    fn with(&self, act: impl FnOnce(&mut Open)) -> bool {
        let mut state = self.server.state.lock();
        state
            .open
            .iter_mut()
            .find(|open| open.id == self.id)
            .map(act)
            .is_some()
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.server
            .state
            .lock()
            .close(|open| open.id == self.id, Instant::now());
        self.server.changed.notify_all();
    }
}

impl Server {
    /// What is left of `patience`, which started when bytes were last received, or at `began`.
    fn silence_left(&self, began: Instant, patience: Duration) -> Duration {
        patience.saturating_sub(began.max(self.last_received()).elapsed())
    }

    /// When bytes were last received, or the server was first used.
    fn last_received(&self) -> Instant {
        self.since + Duration::from_millis(self.received.load(Ordering::Relaxed))
    }
}

impl State {
    fn is_one_at_a_time(&self, now: Instant) -> bool {
        !self.is_concurrent && self.one_at_a_time_until.is_some_and(|until| now < until)
    }

    fn is_full(&self, now: Instant) -> bool {
        self.is_one_at_a_time(now) && !self.open.is_empty()
    }

    fn starving(&mut self, id: u64, now: Instant) {
        if let Some(open) = self.open.iter_mut().find(|open| open.id == id) {
            open.is_starving = true;
        }
        self.close_idle(now);
    }

    fn responded(&mut self, id: u64, is_persistent: bool, now: Instant) {
        let is_busy = |open: &Open| open.id != id && open.is_persistent && !open.is_idle;
        if self.open.iter().any(is_busy) {
            self.is_concurrent = true;
        }
        let is_soon = self
            .last_closed
            .is_some_and(|at| now.duration_since(at) < SOON);
        let Some(open) = self.open.iter_mut().find(|open| open.id == id) else {
            return;
        };
        if open.is_starving && is_soon && !self.is_concurrent {
            self.one_at_a_time_until = Some(now + ONE_AT_A_TIME);
        }
        (open.is_persistent, open.is_starving) = (is_persistent, false);
    }

    fn idle(&mut self, id: u64, now: Instant) -> bool {
        let has_waiters = self.open.iter().any(|open| open.is_starving)
            || self.is_one_at_a_time(now) && (!self.queue.is_empty() || self.open.len() > 1);
        let Some(open) = self.open.iter_mut().find(|open| open.id == id) else {
            return false;
        };
        open.is_idle = true;
        !has_waiters || self.is_concurrent
    }

    fn close_idle(&mut self, now: Instant) {
        self.close(|open| open.is_idle, now);
    }

    fn close(&mut self, which: impl Fn(&Open) -> bool, now: Instant) {
        for open in self.open.extract_if(.., |open| which(open)) {
            self.last_closed = Some(now);
            if let Some(stream) = open.stream.upgrade() {
                // Fails only if it is closed already.
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
    }
}

#[cfg(test)]
mod tests;

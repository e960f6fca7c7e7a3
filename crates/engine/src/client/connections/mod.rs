//! Our own connections to each server. Some servers serve one connection at a time, and wait for the next
//! request on it until it is closed (RFC 9112 section 9.3 lets both sides keep it open): an idle
//! connection of ours then keeps the server from answering all the others.
//!
//! So a connection that waits for its first byte makes the idle ones close. Where the answer comes as soon
//! as another connection is closed, the server is asked over one connection at a time for a while. One
//! that answers on several at once is left alone.

use std::collections::VecDeque;
use std::net::Shutdown;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use crossbeam_channel::select;

use super::connection::FetchError;
use crate::error::ClientError;
use crate::transport::{CancelToken, Notify, Stream};

/// How long a new connection waits for its first byte before idle ones are closed for it, and between one
/// time and the next. A server that is merely slow loses only what nobody used.
pub(super) const STARVES_AFTER: Duration = Duration::from_secs(1);

/// An answer that comes so soon after another connection was closed has waited for that. Some servers
/// need a while to list a folder.
const SOON: Duration = Duration::from_millis(300);

/// How long a server is asked over one connection at a time before that is found out anew. A server that
/// was slow at the wrong moment is not held back for longer.
const ONE_AT_A_TIME: Duration = Duration::from_mins(1);

/// More servers than anyone downloads from in one sitting.
const MAX_SERVERS: usize = 256;

/// Those of one client.
#[derive(Debug, Default)]
pub(super) struct Connections(Mutex<Vec<Arc<Server>>>);

#[derive(Debug)]
struct Server {
    host: String,
    port: u16,
    since: Instant,
    /// When bytes last came on any connection, in milliseconds since `since`.
    moved: AtomicU64,
    state: Mutex<State>,
    /// Something was closed, or more may be opened.
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    open: Vec<Open>,
    /// Who waits to open one, in the order of asking.
    queue: VecDeque<u64>,
    next: u64,
    /// It answers on several at once.
    is_concurrent: bool,
    one_at_a_time_until: Option<Instant>,
    last_closed: Option<Instant>,
}

#[derive(Debug)]
struct Open {
    id: u64,
    stream: Weak<Stream>,
    /// It was answered, and the server waits for the next request on it.
    is_kept: bool,
    /// No request is on its way.
    is_idle: bool,
    /// It has waited for its first byte for long.
    starves: bool,
}

/// One connection's place among the others, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Slot {
    server: Arc<Server>,
    id: u64,
}

impl Connections {
    /// A place for a connection to `host`. Where the server takes one at a time, waits until all the others
    /// are closed and those that asked before have had theirs.
    ///
    /// # Errors
    /// Cancelled, or nothing has come from the server for `patience`.
    pub(super) fn open(
        &self,
        host: &str,
        port: u16,
        cancel: &CancelToken,
        patience: Duration,
    ) -> Result<Slot, FetchError> {
        let server = self.server(host, port);
        let mut state = server.state();
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
            state = server.state();
        }
        state.queue.pop_front();
        state.open.push(Open {
            id,
            stream: Weak::new(),
            is_kept: false,
            is_idle: false,
            starves: false,
        });
        drop(state);
        server.changed.notify_all();
        Ok(Slot { server, id })
    }

    /// Whether bytes have come from `host` within `time`.
    pub(super) fn is_moving(&self, host: &str, port: u16, time: Duration) -> bool {
        self.server(host, port).last_moved().elapsed() < time
    }

    fn server(&self, host: &str, port: u16) -> Arc<Server> {
        let mut servers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_it =
            |server: &&Arc<Server>| server.port == port && server.host.eq_ignore_ascii_case(host);
        if let Some(server) = servers.iter().find(is_it) {
            return Arc::clone(server);
        }
        if servers.len() >= MAX_SERVERS {
            // Nobody else holds one without connections.
            servers.retain(|server| Arc::strong_count(server) > 1);
        }
        let server = Arc::new(Server {
            host: host.to_owned(),
            port,
            since: Instant::now(),
            moved: AtomicU64::new(0),
            state: Mutex::default(),
            changed: Notify::default(),
        });
        servers.push(Arc::clone(&server));
        server
    }
}

impl Slot {
    /// The connection is made.
    pub(super) fn connected(&self, stream: &Arc<Stream>) {
        self.with(|open| open.stream = Arc::downgrade(stream));
    }

    /// It has waited for its first byte for [`STARVES_AFTER`], again.
    pub(super) fn starves(&self) {
        self.server.state().starves(self.id, Instant::now());
        self.server.changed.notify_all();
    }

    /// Bytes have come.
    pub(super) fn moves(&self) {
        let millis = u64::try_from(self.server.since.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.server.moved.store(millis, Ordering::Relaxed);
    }

    /// The head of an answer is here, and `is_kept` if another request may follow.
    pub(super) fn answered(&self, is_kept: bool) {
        self.server
            .state()
            .answered(self.id, is_kept, Instant::now());
        self.server.changed.notify_all();
    }

    /// All of the answer is here. Whether the connection may stay open: others may wait for its end.
    pub(super) fn rests(&self) -> bool {
        let may_stay = self.server.state().rests(self.id, Instant::now());
        self.server.changed.notify_all();
        may_stay
    }

    /// It is used again; false if it was closed meanwhile.
    pub(super) fn resumes(&self) -> bool {
        self.with(|open| open.is_idle = false)
    }

    /// False where it is not among the open ones any more.
    fn with(&self, act: impl FnOnce(&mut Open)) -> bool {
        let mut state = self.server.state();
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
            .state()
            .close(|open| open.id == self.id, Instant::now());
        self.server.changed.notify_all();
    }
}

impl Server {
    /// What is left of `patience`, all of which began when bytes last came, or at `began`.
    fn silence_left(&self, began: Instant, patience: Duration) -> Duration {
        patience.saturating_sub(began.max(self.last_moved()).elapsed())
    }

    /// When bytes last came, or it was first asked for.
    fn last_moved(&self) -> Instant {
        self.since + Duration::from_millis(self.moved.load(Ordering::Relaxed))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Lists and numbers, each changed in one step.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn is_one_at_a_time(&self, now: Instant) -> bool {
        !self.is_concurrent && self.one_at_a_time_until.is_some_and(|until| now < until)
    }

    fn is_full(&self, now: Instant) -> bool {
        self.is_one_at_a_time(now) && !self.open.is_empty()
    }

    fn starves(&mut self, id: u64, now: Instant) {
        if let Some(open) = self.open.iter_mut().find(|open| open.id == id) {
            open.starves = true;
        }
        self.close_idle(now);
    }

    fn answered(&mut self, id: u64, is_kept: bool, now: Instant) {
        let is_busy = |open: &Open| open.id != id && open.is_kept && !open.is_idle;
        if self.open.iter().any(is_busy) {
            self.is_concurrent = true;
        }
        let is_soon = self
            .last_closed
            .is_some_and(|at| now.duration_since(at) < SOON);
        let Some(open) = self.open.iter_mut().find(|open| open.id == id) else {
            return;
        };
        if open.starves && is_soon && !self.is_concurrent {
            self.one_at_a_time_until = Some(now + ONE_AT_A_TIME);
        }
        (open.is_kept, open.starves) = (is_kept, false);
    }

    fn rests(&mut self, id: u64, now: Instant) -> bool {
        let is_waited_for = self.open.iter().any(|open| open.starves)
            || self.is_one_at_a_time(now) && (!self.queue.is_empty() || self.open.len() > 1);
        let Some(open) = self.open.iter_mut().find(|open| open.id == id) else {
            return false;
        };
        open.is_idle = true;
        !is_waited_for || self.is_concurrent
    }

    fn close_idle(&mut self, now: Instant) {
        self.close(|open| open.is_idle, now);
    }

    fn close(&mut self, which: impl Fn(&Open) -> bool, now: Instant) {
        for open in self.open.extract_if(.., |open| which(open)) {
            self.last_closed = Some(now);
            if let Some(stream) = open.stream.upgrade() {
                // Fails only where it is closed already.
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
    }
}

#[cfg(test)]
mod tests;

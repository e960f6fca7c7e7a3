//! The part of a call that its handles share with whatever reads from its connection: a thread at the client, the
//! reactor at the server. Nothing here waits, except [`outgoing`](super::outgoing) on a thread of its own.

use std::io::{self, ErrorKind, Write as _};
use std::net::Shutdown;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::{Mutex, MutexGuard};

use super::entry::{Budget, Entries, Entry, EntryKind};
use super::outgoing::{self, Queue};
use super::{CallId, CallState, QUEUE_MAX_LEN};
use crate::error::ClientError;
use crate::transfer::Reporter;
use crate::transport::trace::{Role, Trace};
use crate::transport::{CancelToken, Notify, Stream, is_timeout};

/// Which end of a call this side is, and what follows from that.
#[derive(Debug)]
pub(crate) enum Kind {
    /// It called.
    Client,
    /// A server was called.
    Caller {
        /// Whether the call goes on after the first answer.
        keeps_open: Arc<AtomicBool>,
        /// What all callers together may keep in memory.
        budget: Budget,
    },
}

/// See the top of the file.
#[derive(Debug)]
pub(crate) struct Conversation {
    pub(super) id: CallId,
    pub(super) host: String,
    pub(super) port: u16,
    kind: Kind,
    began: Instant,
    reporter: Reporter<CallId>,
    version: AtomicU64,
    /// A change was reported, and nobody has looked at it.
    is_reported: AtomicBool,
    trace: Mutex<Option<Arc<Trace>>>,
    state: Mutex<State>,
    /// The queue has become shorter, or the call is over.
    pub(super) drained: Notify,
    /// Cancelled when the call ends before it is connected. Not later: that would send a FIN before a RST.
    connecting: CancelToken,
}

#[derive(Debug)]
pub(super) struct State {
    entries: Entries,
    /// While it is connected.
    pub(super) stream: Option<Arc<Stream>>,
    over: Option<CallState>,
    pub(super) queue: Queue,
    /// The FIN follows once the queue is empty.
    wants_fin: bool,
    has_sent_fin: bool,
    hangs_up: bool,
    has_peer_fin: bool,
    /// Why a write failed. What had arrived before can still be read.
    write_error: Option<io::Error>,
    repeating: Option<CancelToken>,
    /// All handles were dropped.
    is_let_go: bool,
    /// The owner of a server took part.
    is_by_hand: bool,
    /// When something last happened.
    active: Instant,
}

/// What came of a read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// So many bytes.
    Bytes(usize),
    /// Nothing has come.
    Nothing,
    /// The peer's FIN: nothing more will come.
    Fin,
    /// The call is over; the stream is to be dropped.
    Over,
}

impl Conversation {
    pub(crate) fn new(
        kind: Kind,
        host: String,
        port: u16,
        began: Instant,
        reporter: Reporter<CallId>,
    ) -> Arc<Self> {
        let budget = match &kind {
            Kind::Client => None,
            Kind::Caller { budget, .. } => Some(budget.clone()),
        };
        Arc::new(Self {
            id: CallId::next(),
            host,
            port,
            kind,
            began,
            reporter,
            version: AtomicU64::new(0),
            is_reported: AtomicBool::new(false),
            trace: Mutex::default(),
            state: Mutex::new(State {
                entries: Entries::within(budget),
                stream: None,
                over: None,
                queue: Queue::default(),
                wants_fin: false,
                has_sent_fin: false,
                hangs_up: false,
                has_peer_fin: false,
                write_error: None,
                repeating: None,
                is_let_go: false,
                is_by_hand: false,
                active: began,
            }),
            drained: Notify::default(),
            connecting: CancelToken::new(),
        })
    }

    pub(super) fn role(&self) -> Role {
        match self.kind {
            Kind::Client => Role::Client,
            Kind::Caller { .. } => Role::Server,
        }
    }

    /// Cancelled when the call ends before it is connected.
    pub(crate) fn connecting(&self) -> &CancelToken {
        &self.connecting
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }

    /// Says that something has changed. To be called without the lock. Reports nothing as long as nobody has looked at
    /// the report before, so that a flood costs its owner no more than looking does.
    pub(super) fn changed(&self) {
        self.version.fetch_add(1, Ordering::AcqRel);
        if !self.is_reported.swap(true, Ordering::AcqRel) {
            self.reporter.report(self.id);
        }
    }

    /// Locks the state for an observer, who hears of the next change again.
    fn observe(&self) -> MutexGuard<'_, State> {
        // Before the look: what changes after it is reported.
        self.is_reported.store(false, Ordering::Release);
        self.state.lock()
    }

    pub(super) fn version(&self) -> u64 {
        self.is_reported.store(false, Ordering::Release);
        self.version.load(Ordering::Acquire)
    }

    pub(super) fn trace(&self) -> Option<Arc<Trace>> {
        self.trace.lock().clone()
    }

    pub(super) fn state(&self) -> CallState {
        let state = self.observe();
        if let Some(over) = &state.over {
            over.clone()
        } else if state.hangs_up {
            CallState::HangingUp
        } else if state.stream.is_none() {
            CallState::Connecting
        } else {
            CallState::Open {
                sends: !state.wants_fin,
                receives: !state.has_peer_fin,
            }
        }
    }

    pub(super) fn entries(&self) -> Vec<Entry> {
        self.observe().entries.all()
    }

    pub(super) fn entries_since(&self, number: u64) -> (Vec<Entry>, u64) {
        let state = self.observe();
        (state.entries.since(number), state.entries.next_number())
    }

    /// Sets the trace, while it connects and once it is connected.
    pub(crate) fn set_trace(&self, trace: &Arc<Trace>) {
        *self.trace.lock() = Some(Arc::clone(trace));
        self.changed();
    }

    /// It is connected, after so long. What was queued meanwhile is sent.
    pub(crate) fn connected(self: &Arc<Self>, stream: &Arc<Stream>, after: Option<Duration>) {
        if let Some(trace) = stream.trace() {
            *self.trace.lock() = Some(Arc::clone(trace));
        }
        let mut state = self.lock();
        if state.over.is_none() {
            state.stream = Some(Arc::clone(stream));
            let at = match self.kind {
                Kind::Client => Instant::now(),
                // A server learns of a connection that is there, and knows only later that it is a call.
                Kind::Caller { .. } => self.began,
            };
            self.push_at(&mut state, at, EntryKind::Connected(after));
            self.flush(&mut state);
        }
        drop(state);
        self.changed();
    }

    fn push(&self, state: &mut State, kind: EntryKind) {
        self.push_at(state, Instant::now(), kind);
    }

    fn push_at(&self, state: &mut State, at: Instant, kind: EntryKind) {
        state.active = at.max(state.active);
        let at = at.saturating_duration_since(self.began);
        state.entries.push(Entry { at, kind });
    }

    /// Records a piece that was read then.
    pub(crate) fn received(&self, bytes: &[u8], at: Instant) {
        let bytes = bytes.into();
        self.push_at(&mut self.lock(), at, EntryKind::Received { bytes });
        self.changed();
    }

    /// Records the result of a read into `buffer`.
    pub(crate) fn heard(&self, read: &io::Result<usize>, buffer: &[u8]) -> Heard {
        let mut state = self.lock();
        if state.over.is_some() {
            return Heard::Over;
        }
        let heard = match read {
            Ok(0) => self.peer_fin(&mut state),
            Ok(len) => {
                let bytes = buffer[..*len].into();
                self.push(&mut state, EntryKind::Received { bytes });
                Heard::Bytes(*len)
            }
            Err(e) if e.kind() == ErrorKind::Interrupted || is_timeout(e) => return Heard::Nothing,
            Err(e) => self.broke(&mut state, e),
        };
        drop(state);
        self.changed();
        heard
    }

    /// What a read of 0 bytes means.
    fn peer_fin(&self, state: &mut State) -> Heard {
        if let Some(error) = state.write_error.take() {
            // After a reset that a write has reported, a read returns nothing.
            return self.broke(state, &error);
        }
        if !state.has_peer_fin {
            state.has_peer_fin = true;
            self.push(state, EntryKind::PeerFin);
        }
        if state.has_sent_fin {
            self.end(state, CallState::Ended);
            return Heard::Over;
        }
        Heard::Fin
    }

    /// After the peer's FIN: whether the connection has broken since. `error` is its pending one.
    pub(crate) fn check(&self, error: io::Result<Option<io::Error>>) -> Heard {
        let mut state = self.lock();
        if state.over.is_some() {
            return Heard::Over;
        }
        let error = match error {
            Ok(error) => error.or_else(|| state.write_error.take()),
            Err(e) => Some(e),
        };
        let Some(error) = error else {
            return Heard::Nothing;
        };
        let heard = self.broke(&mut state, &error);
        drop(state);
        self.changed();
        heard
    }

    fn broke(&self, state: &mut State, error: &io::Error) -> Heard {
        let host = self.host.clone();
        let error = match error.kind() {
            ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => {
                self.push(state, EntryKind::PeerReset);
                ClientError::CallReset { host }
            }
            _ => {
                let reason = error.to_string();
                let error = ClientError::CallBroken { host, reason };
                self.push(state, EntryKind::Failed(error.clone()));
                error
            }
        };
        self.end(state, CallState::Failed(error));
        Heard::Over
    }

    /// It could not connect.
    pub(crate) fn failed(&self, error: ClientError) {
        let mut state = self.lock();
        if state.over.is_none() {
            self.push(&mut state, EntryKind::Failed(error.clone()));
            self.end(&mut state, CallState::Failed(error));
        }
        drop(state);
        self.changed();
    }

    /// Something failed that does not end the call.
    pub(super) fn note(&self, error: ClientError) {
        self.push(&mut self.lock(), EntryKind::Failed(error));
        self.changed();
    }

    /// Sends what the owner typed.
    pub(super) fn send_by_hand(self: &Arc<Self>, bytes: Vec<u8>) {
        self.lock().is_by_hand = true;
        if self.send(bytes, false) {
            self.answered();
        }
    }

    /// Sends a piece; whether it was sent or queued.
    pub(crate) fn send(self: &Arc<Self>, bytes: Vec<u8>, is_automatic: bool) -> bool {
        let mut state = self.lock();
        if bytes.is_empty() || state.wants_fin || state.over.is_some() {
            return false;
        }
        let fits = state.queue.len() + bytes.len() <= QUEUE_MAX_LEN;
        if fits {
            let end = state.queue.add(bytes.clone());
            let bytes = bytes.into();
            let sent = EntryKind::Sent {
                bytes,
                end,
                is_automatic,
            };
            self.push(&mut state, sent);
            self.flush(&mut state);
        } else {
            let full = ClientError::CallQueueFull {
                max_len: QUEUE_MAX_LEN,
            };
            self.push(&mut state, EntryKind::Failed(full));
        }
        drop(state);
        self.changed();
        fits
    }

    pub(super) fn send_file(self: &Arc<Self>, path: PathBuf) {
        let mut state = self.lock();
        if state.wants_fin || state.over.is_some() {
            return;
        }
        state.is_by_hand = true;
        let number = state.entries.next_number();
        state.queue.add_file(path, number);
        self.flush(&mut state);
        drop(state);
        self.answered();
    }

    /// The file that was queued at entry `number` has a length.
    pub(super) fn file_begins(&self, state: &mut State, number: u64, name: String, len: u64) {
        let end = state.queue.grow(len);
        // What was queued behind it comes later by its length.
        for entry in state.entries.since_mut(number) {
            if let EntryKind::Sent { end, .. } | EntryKind::File { end, .. } = &mut entry.kind {
                *end += len;
            }
        }
        self.push(state, EntryKind::File { name, len, end });
    }

    /// Sends what can be sent now; a thread of its own waits for the rest.
    fn flush(self: &Arc<Self>, state: &mut State) {
        let Some(stream) = state.stream.clone() else {
            return;
        };
        if !state.queue.has_writer {
            while let Some(bytes) = state.queue.next_bytes() {
                match (&*stream).write(bytes) {
                    Ok(written) => state.queue.advance(written),
                    Err(e) if e.kind() == ErrorKind::Interrupted => {}
                    Err(e) if is_timeout(&e) => break,
                    Err(e) => {
                        self.write_failed(state, e);
                        return;
                    }
                }
            }
            if !state.queue.is_empty() {
                outgoing::start_writer(self, state, stream);
                return;
            }
        }
        self.finish_sending(state);
    }

    /// What cannot be sent is dropped. The reader ends the call, after what had arrived before.
    pub(super) fn write_failed(&self, state: &mut State, error: io::Error) {
        log::debug!("{}: writing: {error}", self.host);
        state.queue.clear();
        state.write_error.get_or_insert(error);
    }

    /// Sends the FIN, if that is wanted and nothing comes before it.
    pub(super) fn finish_sending(&self, state: &mut State) {
        if !state.wants_fin || state.has_sent_fin || !state.queue.is_empty() {
            return;
        }
        let Some(stream) = state.stream.clone() else {
            return;
        };
        if let Err(e) = stream.shutdown(Shutdown::Write) {
            // It is broken; the next read says so.
            log::debug!("{}: hanging up: {e}", self.host);
            return;
        }
        state.has_sent_fin = true;
        self.push(state, EntryKind::OwnFin);
        if state.has_peer_fin {
            self.end(state, CallState::Ended);
        }
    }

    /// An answer was given: a server that does not keep calls open hangs up.
    pub(crate) fn answered(self: &Arc<Self>) {
        if let Kind::Caller { keeps_open, .. } = &self.kind
            && !keeps_open.load(Ordering::Relaxed)
        {
            self.close(true, false);
        }
    }

    pub(super) fn stop_sending(self: &Arc<Self>) {
        self.close(false, true);
    }

    pub(super) fn hang_up(self: &Arc<Self>) {
        let state = self.lock();
        if state.wants_fin || state.stream.is_none() {
            drop(state);
            self.close_at_once();
        } else {
            drop(state);
            self.close(true, true);
        }
    }

    /// Hangs up for a server: nobody asked for it by hand.
    pub(crate) fn hang_up_by_itself(self: &Arc<Self>) {
        self.close(true, false);
    }

    fn close(self: &Arc<Self>, hangs_up: bool, is_by_hand: bool) {
        let mut state = self.lock();
        if state.over.is_some() {
            return;
        }
        state.is_by_hand |= is_by_hand;
        state.hangs_up |= hangs_up;
        state.wants_fin = true;
        state.stop_repeating();
        self.flush(&mut state);
        drop(state);
        self.changed();
    }

    /// Closes the connection without waiting for the other side.
    pub(crate) fn close_at_once(&self) {
        let mut state = self.lock();
        if state.over.is_some() {
            return;
        }
        if let Some(stream) = state.stream.clone() {
            if !state.queue.is_empty() {
                // A FIN would say that this is all.
                stream.abort();
                self.push(&mut state, EntryKind::OwnReset);
            } else if !state.has_sent_fin {
                self.push(&mut state, EntryKind::OwnFin);
            }
        }
        self.end(&mut state, CallState::Ended);
        drop(state);
        self.changed();
    }

    pub(crate) fn reset(&self) {
        let mut state = self.lock();
        if state.over.is_some() {
            return;
        }
        let over = if let Some(stream) = state.stream.clone() {
            stream.abort();
            self.push(&mut state, EntryKind::OwnReset);
            CallState::Reset
        } else {
            CallState::Ended
        };
        self.end(&mut state, over);
        drop(state);
        self.changed();
    }

    /// A server waited for so long, in vain.
    pub(crate) fn give_up(&self, after: Duration) {
        self.failed(ClientError::CallIdle {
            host: self.host.clone(),
            secs: after.as_secs(),
        });
    }

    /// See [`CallState::Withdrawn`].
    pub(crate) fn withdraw(&self) {
        let mut state = self.lock();
        // The connection goes on.
        state.stream = None;
        if state.over.is_none() {
            self.end(&mut state, CallState::Withdrawn);
        }
        drop(state);
        self.changed();
    }

    fn end(&self, state: &mut State, over: CallState) {
        state.over = Some(over);
        state.queue.clear();
        state.stop_repeating();
        if let Some(stream) = state.stream.take() {
            // Wakes whoever reads, who drops the last reference: that closes the socket. Sends nothing.
            let _ = stream.shutdown(Shutdown::Read);
        } else {
            self.connecting.cancel();
        }
        self.drained.notify_all();
    }

    pub(crate) fn is_over(&self) -> bool {
        self.lock().over.is_some()
    }

    /// Whether this side has not hung up.
    pub(crate) fn may_send(&self) -> bool {
        let state = self.lock();
        state.over.is_none() && !state.wants_fin
    }

    /// When something last happened, and whether the owner of the server took part.
    pub(crate) fn activity(&self) -> (Instant, bool) {
        let state = self.lock();
        (state.active, state.is_by_hand)
    }

    /// Whether the owner could still answer.
    pub(crate) fn has_owner(&self) -> bool {
        !self.lock().is_let_go
    }

    /// How many bytes wait to be sent.
    pub(crate) fn queued(&self) -> usize {
        self.lock().queue.len()
    }

    /// What is closed when fewer bytes wait to be sent than now.
    pub(crate) fn drained(&self) -> crate::transport::Signal {
        self.drained.listen()
    }

    /// The last handle was dropped.
    pub(super) fn let_go(&self) {
        self.lock().is_let_go = true;
        if matches!(self.kind, Kind::Client) {
            self.close_at_once();
        }
    }

    pub(super) fn set_repeating(&self, token: Option<CancelToken>) {
        let mut state = self.lock();
        state.stop_repeating();
        if state.over.is_none() && !state.wants_fin {
            state.repeating = token;
        } else if let Some(token) = token {
            token.cancel();
        }
        drop(state);
        self.changed();
    }

    pub(super) fn is_repeating(&self) -> bool {
        self.observe().repeating.is_some()
    }
}

impl State {
    pub(super) fn is_over(&self) -> bool {
        self.over.is_some()
    }

    fn stop_repeating(&mut self) {
        if let Some(token) = self.repeating.take() {
            token.cancel();
        }
    }
}

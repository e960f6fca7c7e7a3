//! The part of a call that its handles share with whatever reads from its connection: a thread at the client, the
//! reactor at the server. Nothing here waits, except [`outgoing`](super::outgoing) on a thread of its own.

mod ending;
mod receiving;
mod sending;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::{Mutex, MutexGuard};

use super::entry::{Budget, Entries, Entry, EntryKind};
use super::outgoing::Queue;
use super::{CallId, CallState};
use crate::error::ClientError;
use crate::transfer::Reporter;
use crate::transport::trace::{Role, Trace};
use crate::transport::{CancelToken, Notify, Stream};

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
    pub(in crate::call) id: CallId,
    pub(in crate::call) host: String,
    pub(in crate::call) port: u16,
    kind: Kind,
    began: Instant,
    reporter: Reporter<CallId>,
    version: AtomicU64,
    /// A change was reported, and nobody has looked at it.
    is_reported: AtomicBool,
    trace: Mutex<Option<Arc<Trace>>>,
    state: Mutex<State>,
    /// The queue has become shorter, or the call is over.
    pub(in crate::call) drained: Notify,
    /// Cancelled when the call ends before it is connected. Not later: that would send a FIN before a RST.
    connecting: CancelToken,
}

#[derive(Debug)]
pub(in crate::call) struct State {
    entries: Entries,
    /// While it is connected.
    pub(in crate::call) stream: Option<Arc<Stream>>,
    over: Option<CallState>,
    pub(in crate::call) queue: Queue,
    fin: Fin,
    hangs_up: bool,
    has_peer_fin: bool,
    /// Why a write failed. What had arrived before can still be read.
    write_error: Option<io::Error>,
    repeating: Option<CancelToken>,
    owner: Owner,
    /// See [`Conversation::leave_to_owner`].
    is_left_to_owner: bool,
    /// When something last happened that lets a caller stay.
    active: Instant,
}

/// How far this side has stopped sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fin {
    /// It sends.
    No,
    /// The FIN follows once the queue is empty.
    Wanted,
    /// The FIN was sent.
    Sent,
}

/// Whoever has the handles of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    /// It has not done anything.
    Watches,
    /// It sent something, or stopped sending.
    TookPart,
    /// All handles were dropped.
    Gone,
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
                fin: Fin::No,
                hangs_up: false,
                has_peer_fin: false,
                write_error: None,
                repeating: None,
                owner: Owner::Watches,
                is_left_to_owner: false,
                active: began,
            }),
            drained: Notify::default(),
            connecting: CancelToken::new(),
        })
    }

    pub(in crate::call) fn role(&self) -> Role {
        match self.kind {
            Kind::Client => Role::Client,
            Kind::Caller { .. } => Role::Server,
        }
    }

    /// Cancelled when the call ends before it is connected.
    pub(crate) fn connecting(&self) -> &CancelToken {
        &self.connecting
    }

    pub(in crate::call) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }

    /// Says that something has changed. To be called without the lock. Reports nothing as long as nobody has looked at
    /// the report before, so that a flood costs its owner no more than looking does.
    pub(in crate::call) fn changed(&self) {
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

    pub(in crate::call) fn version(&self) -> u64 {
        self.is_reported.store(false, Ordering::Release);
        self.version.load(Ordering::Acquire)
    }

    pub(in crate::call) fn trace(&self) -> Option<Arc<Trace>> {
        self.trace.lock().clone()
    }

    pub(in crate::call) fn state(&self) -> CallState {
        let state = self.observe();
        if let Some(over) = &state.over {
            over.clone()
        } else if state.hangs_up {
            CallState::HangingUp
        } else if state.stream.is_none() {
            CallState::Connecting
        } else {
            CallState::Open {
                sends: state.fin == Fin::No,
                receives: !state.has_peer_fin,
            }
        }
    }

    pub(in crate::call) fn entries(&self) -> Vec<Entry> {
        self.observe().entries.all()
    }

    pub(in crate::call) fn entries_since(&self, number: u64) -> (Vec<Entry>, u64) {
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
        // Whoever sends on after this side's FIN could stay for ever otherwise.
        if state.fin != Fin::Sent || !matches!(kind, EntryKind::Received { .. }) {
            state.active = at.max(state.active);
        }
        let at = at.saturating_duration_since(self.began);
        state.entries.push(Entry { at, kind });
    }

    /// Something failed that does not end the call.
    pub(in crate::call) fn note(&self, error: ClientError) {
        self.push(&mut self.lock(), EntryKind::Failed(error));
        self.changed();
    }

    pub(crate) fn is_over(&self) -> bool {
        self.lock().over.is_some()
    }

    /// Whether this side has not hung up.
    pub(crate) fn may_send(&self) -> bool {
        let state = self.lock();
        state.over.is_none() && state.fin == Fin::No
    }

    /// When something last happened, and whether the owner of the server took part.
    pub(crate) fn activity(&self) -> (Instant, bool) {
        let state = self.lock();
        (state.active, state.owner == Owner::TookPart)
    }

    pub(in crate::call) fn set_repeating(&self, token: Option<CancelToken>) {
        let mut state = self.lock();
        state.stop_repeating();
        if state.over.is_none() && state.fin == Fin::No {
            state.repeating = token;
        } else if let Some(token) = token {
            token.cancel();
        }
        drop(state);
        self.changed();
    }

    pub(in crate::call) fn is_repeating(&self) -> bool {
        self.observe().repeating.is_some()
    }
}

impl State {
    pub(in crate::call) fn is_over(&self) -> bool {
        self.over.is_some()
    }

    fn stop_repeating(&mut self) {
        if let Some(token) = self.repeating.take() {
            token.cancel();
        }
    }
}

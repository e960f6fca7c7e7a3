//! The recorded history of a TCP connection: what happened and when, how many bytes passed, what was waited for, and,
//! while somebody looks, samples of the system's figures.
//!
//! Events are recorded where they happen, so that the history of a connection too short for a sample is true as well.

mod inferred;
mod sample;
mod sampler;
mod waits;
#[cfg(all(test, target_os = "linux"))]
mod walk;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::sys;
use super::tcp::TcpState;

pub use self::inferred::States;
pub use self::sample::Sample;
pub use self::sampler::Watch;
pub(crate) use self::waits::Body;
pub use self::waits::{Pauses, Run, WaitFor, Waits};

/// Samples kept: one minute of four a second.
pub const SAMPLES_KEPT: usize = 240;

/// A sample is taken at the end if more bytes than these were moved. Fewer are over after the first round trips, of which
/// there is little to say.
pub(crate) const AT_END_LEAST: u64 = 64 * 1024;

/// Which end of a connection this side is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It connected (RFC 9293 calls this an active open).
    Client,
    /// It accepted (a passive open).
    Server,
}

/// Something that happened to a connection, seen from this side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TraceEvent {
    /// `connect` was called: the SYN was sent.
    Connecting,
    /// `connect` succeeded: SYN+ACK was received and acknowledged.
    Connected,
    /// `connect` failed.
    ConnectFailed,
    /// `accept` returned the connection; the system completed the handshake before that.
    Accepted,
    /// This side's FIN was sent, or queued behind unsent data.
    FinSent,
    /// The peer's FIN was read.
    FinReceived,
    /// This side reset the connection.
    ResetSent,
    /// The peer reset the connection.
    ResetReceived,
    /// The system gave the connection up, because nothing was acknowledged for too long (RFC 9293 section 3.8.3).
    TimedOut,
    /// The socket was closed: what comes is the system's business.
    Closed,
}

/// The history of one connection. Shared between the stream that records it, the transfers on it, and observers.
#[derive(Debug)]
pub struct Trace {
    role: Role,
    local: SocketAddr,
    peer: SocketAddr,
    /// The interface on which the peer's address is meant, if that is link-local; else 0.
    scope: u32,
    started: Instant,
    events: Mutex<Vec<(Duration, TraceEvent)>>,
    samples: Mutex<std::collections::VecDeque<Sample>>,
    sent: Bytes,
    received: Bytes,
    waits: waits::WaitClock,
    is_closed: AtomicBool,
    line_speed: OnceLock<Option<u64>>,
}

/// Bytes that passed in one direction. Times are in nanoseconds since the trace started; 0 is none.
#[derive(Debug, Default)]
struct Bytes {
    count: AtomicU64,
    first: AtomicU64,
    last: AtomicU64,
}

/// The bytes of the program that passed in one direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// How many.
    pub bytes: u64,
    /// When the first did, since the trace started.
    pub first: Option<Duration>,
    /// When the last did, since the trace started.
    pub last: Option<Duration>,
}

impl Trace {
    /// A connection that this side began to open at `started`.
    pub(crate) fn connecting(started: Instant, local: SocketAddr, peer: SocketAddr) -> Arc<Self> {
        let trace = Self::new(Role::Client, local, peer, started);
        trace.record_at(Duration::ZERO, TraceEvent::Connecting);
        Arc::new(trace)
    }

    /// A connection that was accepted just now.
    pub(crate) fn accepted(local: SocketAddr, peer: SocketAddr) -> Arc<Self> {
        let trace = Self::new(Role::Server, local, peer, Instant::now());
        trace.record_at(Duration::ZERO, TraceEvent::Accepted);
        Arc::new(trace)
    }

    fn new(role: Role, local: SocketAddr, peer: SocketAddr, started: Instant) -> Self {
        let canonical =
            |address: SocketAddr| SocketAddr::new(address.ip().to_canonical(), address.port());
        let scope = match peer {
            SocketAddr::V6(v6) => v6.scope_id(),
            SocketAddr::V4(_) => 0,
        };
        Self {
            role,
            scope,
            local: canonical(local),
            peer: canonical(peer),
            started,
            events: Mutex::default(),
            samples: Mutex::default(),
            sent: Bytes::default(),
            received: Bytes::default(),
            waits: waits::WaitClock::default(),
            is_closed: AtomicBool::new(false),
            line_speed: OnceLock::new(),
        }
    }

    /// Which end this side is.
    pub fn role(&self) -> Role {
        self.role
    }

    /// The address and port of this side.
    pub fn local(&self) -> SocketAddr {
        self.local
    }

    /// The address and port of the other side.
    pub fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// The peer's address as it is needed to connect there: with its scope, if it is link-local (RFC 4007).
    pub(crate) fn reachable_peer(&self) -> SocketAddr {
        let mut peer = self.peer;
        if let SocketAddr::V6(v6) = &mut peer {
            v6.set_scope_id(self.scope);
        }
        peer
    }

    /// When it was opened or accepted; all other times are relative to this.
    pub fn started(&self) -> Instant {
        self.started
    }

    /// Everything that happened, oldest first.
    pub fn events(&self) -> Vec<(Duration, TraceEvent)> {
        self.events.lock().clone()
    }

    /// When `event` happened, if it did.
    pub fn at(&self, event: TraceEvent) -> Option<Duration> {
        let events = self.events.lock();
        events
            .iter()
            .find(|(_, of)| *of == event)
            .map(|(at, _)| *at)
    }

    /// The bytes that this side's program has sent.
    pub fn sent(&self) -> Passed {
        self.sent.passed()
    }

    /// The bytes that this side's program has received.
    pub fn received(&self) -> Passed {
        self.received.passed()
    }

    /// The samples of the last minute, oldest first.
    pub fn samples(&self) -> Vec<Sample> {
        self.samples.lock().iter().cloned().collect()
    }

    /// The last sample.
    pub fn last_sample(&self) -> Option<Sample> {
        self.samples.lock().back().cloned()
    }

    /// The speed of this side's network interface in bits per second, known once it was looked at, where the system says
    /// so.
    pub fn line_speed(&self) -> Option<u64> {
        self.line_speed.get().copied().flatten()
    }

    /// Whether the socket has been closed.
    pub fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Acquire)
    }

    /// Takes four samples a second until the returned value is dropped, also after the connection was closed, as
    /// long as the system knows it.
    pub fn watch(self: &Arc<Self>) -> Watch {
        sampler::watch(self)
    }

    /// Takes a sample now. Blocks for a few system calls.
    pub fn sample_now(&self) {
        self.look_up_line_speed();
        sampler::sample([self]);
    }

    /// Takes a sample at the end of a transfer or of the connection, so that whoever looks later sees the figures. Only
    /// where much was moved and nobody looked just now: it takes as long as answering two small requests.
    pub(crate) fn sample_at_end(&self) {
        let is_large = self.sent.passed().bytes + self.received.passed().bytes > AT_END_LEAST;
        let is_old = |last: Sample| self.started.elapsed() > last.at + sampler::PERIOD;
        if is_large && self.last_sample().is_none_or(is_old) {
            sampler::sample([self]);
        }
    }

    fn look_up_line_speed(&self) {
        self.line_speed
            .get_or_init(|| sys::line_speed(self.local.ip()));
    }

    /// Records `event`, which happened just now. Each kind counts once.
    pub(crate) fn record(&self, event: TraceEvent) {
        self.record_at(self.started.elapsed(), event);
    }

    fn record_at(&self, at: Duration, event: TraceEvent) {
        let mut events = self.events.lock();
        if events.iter().all(|(_, of)| *of != event) {
            events.push((at, event));
        }
        drop(events);
        if event == TraceEvent::Closed {
            self.is_closed.store(true, Ordering::Release);
        }
    }

    /// Counts bytes that were sent just now.
    pub(crate) fn count_sent(&self, bytes: usize) {
        self.sent.add(bytes, self.started);
    }

    /// Counts bytes that were received just now.
    pub(crate) fn count_received(&self, bytes: usize) {
        self.received.add(bytes, self.started);
    }

    fn push(&self, sample: Sample) {
        let mut samples = self.samples.lock();
        // Two threads may have looked at the same time. After the last sample there is no other.
        if samples
            .back()
            .is_some_and(|last| last.at >= sample.at || last.state == TcpState::Closed)
        {
            return;
        }
        if samples.len() == SAMPLES_KEPT {
            samples.pop_front();
        }
        if samples.is_empty() {
            // Of thousands of finished transfers, only the last sample is kept.
            samples.reserve_exact(1);
        }
        samples.push_back(sample);
    }
}

impl Bytes {
    fn add(&self, bytes: usize, started: Instant) {
        let now = nanos(started.elapsed()).max(1);
        if self.count.fetch_add(bytes as u64, Ordering::Relaxed) == 0 {
            self.first.store(now, Ordering::Relaxed);
        }
        self.last.store(now, Ordering::Relaxed);
    }

    fn passed(&self) -> Passed {
        let at = |of: &AtomicU64| Some(of.load(Ordering::Relaxed)).filter(|&at| at > 0);
        Passed {
            bytes: self.count.load(Ordering::Relaxed),
            first: at(&self.first).map(Duration::from_nanos),
            last: at(&self.last).map(Duration::from_nanos),
        }
    }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

//! What is known of a connection at a moment: the input of its diagram, without locks and clocks.

use std::time::Duration;

use super::diagram::Side;
use landline_engine::transport::tcp::{TcpInfo, TcpState};
use landline_engine::transport::trace::{Passed, Role, Sample, Trace, TraceEvent};

/// What is known of a connection.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// Which end this computer is.
    pub role: Role,
    /// The time since it was opened or accepted.
    pub now: Duration,
    /// What happened, oldest first.
    pub events: Vec<(Duration, TraceEvent)>,
    /// The bytes that this side has sent.
    pub sent: Passed,
    /// The bytes that it has received.
    pub received: Passed,
    /// The states that the system listed, oldest first, without repetitions: of this side, and of the other one if it
    /// is on this computer.
    pub observed: Vec<(TcpState, Option<TcpState>)>,
    /// Whether the last of them is current.
    pub is_current: bool,
    /// How much of 2 MSL is left, at this side and at the other one.
    pub time_wait_left: [Option<Duration>; 2],
    /// The last figures of the system.
    pub info: Option<TcpInfo>,
    /// Bytes on this computer that were sent and not acknowledged, in the last sample.
    pub send_queue: Option<u32>,
    /// Whether the socket has been closed.
    pub is_closed: bool,
    /// The side that usually hangs up first.
    pub expects: Side,
    /// The messages of a call, oldest first: they are drawn instead of one band for all data.
    pub messages: Vec<Message>,
}

/// A message of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    /// When it was sent or received, since the connection was opened or accepted.
    pub at: Duration,
    /// Who sent it.
    pub from: Side,
    /// Its length.
    pub bytes: u64,
    /// Whether it is known to have been acknowledged.
    pub is_acked: bool,
}

impl Seen {
    /// What `trace` knows now.
    pub(crate) fn of(trace: &Trace, expects: Side) -> Self {
        // Samples come four times a second.
        const FRESH: Duration = Duration::from_secs(1);
        let samples = trace.samples();
        let now = trace.started().elapsed();
        let last = samples.last();
        let last_known = samples.iter().rev().find(|sample| sample.info.is_some());
        let age = |sample: &Sample| now.saturating_sub(sample.at);
        let mut observed: Vec<_> = samples
            .iter()
            .map(|sample| (sample.state, sample.peer_state))
            .collect();
        observed.dedup();
        let left = |left: Option<Duration>| {
            let age = last.map(age).unwrap_or_default();
            left.map(|left| left.saturating_sub(age))
        };
        Self {
            role: trace.role(),
            now,
            events: trace.events(),
            sent: trace.sent(),
            received: trace.received(),
            observed,
            is_current: last.is_some_and(|sample| age(sample) < FRESH),
            time_wait_left: [
                left(last.and_then(|sample| sample.time_wait_left)),
                left(last.and_then(|sample| sample.peer_time_wait_left)),
            ],
            info: last_known.and_then(|sample| sample.info),
            send_queue: last_known.and_then(|sample| sample.send_queue),
            is_closed: trace.is_closed(),
            expects,
            messages: Vec::new(),
        }
    }

    /// When `event` happened, if it did.
    pub(super) fn at(&self, event: TraceEvent) -> Option<Duration> {
        let found = self.events.iter().find(|(_, of)| *of == event);
        found.map(|(at, _)| *at)
    }

    /// Whether the system listed this side in `state`.
    pub(super) fn has_been(&self, state: TcpState) -> bool {
        self.observed.iter().any(|(own, _)| *own == state)
    }

    /// Whether the system listed the other side in `state`.
    pub(super) fn has_peer_been(&self, state: TcpState) -> bool {
        self.observed.iter().any(|(_, peer)| *peer == Some(state))
    }

    /// The last states that the system listed, if they are current: a connection that is gone stays so.
    pub(super) fn current(&self) -> Option<(TcpState, Option<TcpState>)> {
        let last = self.observed.last().copied();
        last.filter(|(own, _)| self.is_current || *own == TcpState::Closed && self.is_closed)
    }

    /// Whether the connection was opened.
    pub(crate) fn is_open(&self) -> bool {
        let opens = [TraceEvent::Connected, TraceEvent::Accepted];
        opens.iter().any(|event| self.at(*event).is_some())
    }

    /// Whether more than a second has passed since `at`.
    pub(super) fn is_old(&self, at: Duration) -> bool {
        self.now.saturating_sub(at) > Duration::from_secs(1)
    }

    /// Who reset the connection, and when.
    pub(super) fn reset(&self) -> Option<(Side, Duration)> {
        let by = |event, side| self.at(event).map(|at| (side, at));
        by(TraceEvent::ResetSent, Side::Own).or_else(|| by(TraceEvent::ResetReceived, Side::Peer))
    }
}

//! Where the time of a finished connection went.

use std::time::Duration;

use super::seen::Seen;
use landline_engine::transport::trace::{Role, TraceEvent};

/// A part of the time of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// From the SYN to the answer.
    Connecting,
    /// Until the first byte of the request arrived, at a server.
    Request,
    /// Until the other side began to send, at a client; until this side did, at a server.
    FirstByte,
    /// From the first byte to the last.
    Data,
    /// From the last byte to the end.
    HangingUp,
}

/// The parts of the time of a connection that is over, in order; none if it is not, or no data came.
pub(crate) fn parts(seen: &Seen) -> Vec<(Part, Duration)> {
    let client = seen.role == Role::Client;
    let (request, data) = if client == (seen.received.bytes >= seen.sent.bytes) {
        // The usual case: who connects asks, and gets more than it sent.
        let passed = [seen.sent, seen.received];
        if client {
            (passed[0], passed[1])
        } else {
            (passed[1], passed[0])
        }
    } else if client {
        (seen.received, seen.sent)
    } else {
        (seen.sent, seen.received)
    };
    let ends = [
        TraceEvent::FinSent,
        TraceEvent::FinReceived,
        TraceEvent::ResetSent,
        TraceEvent::ResetReceived,
    ];
    let (Some(first), Some(last)) = (data.first, data.last) else {
        return Vec::new();
    };
    let Some(end) = ends.iter().filter_map(|event| seen.at(*event)).max() else {
        return Vec::new();
    };
    let opened = seen.at(TraceEvent::Connected);
    let mut from = Duration::ZERO;
    let mut parts = Vec::new();
    let mut until = |part, to: Option<Duration>| {
        if let Some(to) = to {
            parts.push((part, to.saturating_sub(from)));
            from = from.max(to);
        }
    };
    if client {
        until(Part::Connecting, opened);
    } else {
        until(Part::Request, request.first.filter(|at| *at <= first));
    }
    until(Part::FirstByte, Some(first));
    until(Part::Data, Some(last));
    until(Part::HangingUp, Some(end));
    parts
}

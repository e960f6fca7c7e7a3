//! What limits a transfer, derived from the system's figures and from what the transfer waited for.
//!
//! The sender's system knows most: for which part of the time the receive window or the send buffer was full, and what
//! was lost. A receiver only knows what it waited for itself; where that does not tell the server from the network, the
//! verdict is [`Verdict::Elsewhere`] and not a guess.

mod download;
mod line_rate;
mod span;
#[cfg(test)]
mod tests;
mod upload;

use std::sync::Arc;
use std::time::Duration;

use self::span::Span;
use crate::transfer::{Direction, Transfer};
use crate::transport::trace::{Sample, Trace, TraceEvent};

/// What limited a transfer. All shares are from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// There is too little to tell yet.
    Measuring,
    /// It was over before anything could be told.
    TooShort,
    /// Nothing: it is as fast as the line.
    FullSpeed {
        /// The speed of the line in bits per second, if it is known.
        line: Option<u64>,
    },
    /// The receiver: its receive window was full for this share of the time.
    Receiver {
        /// Of the time.
        full: f64,
        /// How large the window is, in bytes, if it is small even when it is empty.
        small: Option<u32>,
    },
    /// The receive window of this computer, which is too small for the round-trip time.
    OwnWindow {
        /// How large it is, in bytes.
        window: u32,
    },
    /// This computer's disk, which was waited for during this share of the time.
    Disk {
        /// Of the time.
        waited: f64,
        /// For reading or writing.
        access: Access,
    },
    /// The program or device on this computer that takes the bytes, which was waited for.
    Output {
        /// Of the time.
        waited: f64,
    },
    /// Computing the SHA-256 on this computer.
    Hasher {
        /// Of the time.
        waited: f64,
    },
    /// Landline itself, or this computer's processor: for this share of the time there was nothing to send, or what
    /// arrived was not taken.
    Program {
        /// Of the time.
        idle: f64,
        /// Which of the two.
        part: Part,
    },
    /// The send buffer of this computer.
    SendBuffer {
        /// For which share of the time it was full.
        full: f64,
    },
    /// Loss on the network.
    Loss {
        /// Of the segments.
        share: f64,
        /// What shows it.
        evidence: Evidence,
    },
    /// The network's speed.
    Network {
        /// The round-trip times now and at best, if a queue has built up in the network.
        queue: Option<(Duration, Duration)>,
    },
    /// The server, which sends with pauses.
    Server {
        /// For which share of the time this side waited for it.
        waited: f64,
    },
    /// Nothing passes any more.
    Stalled {
        /// For how long.
        time: Duration,
        /// What does not happen.
        what: Stall,
    },
    /// The other side or the network is too slow; which of them cannot be told from here.
    Elsewhere {
        /// For which share of the time this side waited.
        waited: f64,
    },
    /// The pauses between many small files, in which nothing is on its way.
    Requests {
        /// Of the time.
        share: f64,
    },
    /// The connection was reset before all had passed.
    Reset {
        /// Whether by this side.
        is_own: bool,
    },
}

/// What a disk does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It reads.
    Read,
    /// It writes.
    Write,
}

/// What shows that segments were lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// They were retransmitted, which the sender knows.
    Retransmitted,
    /// Others arrived out of order, which the receiver sees. The share is of those: not as many were lost.
    OutOfOrder,
}

/// What does not happen any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stall {
    /// The receiver reads nothing: its window is full.
    Reading,
    /// Nothing is acknowledged.
    Acknowledging,
    /// Nothing arrives.
    Sending,
}

/// The part of a connection that a [`Verdict`] is about, in the direction of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The sender: its disk, program or send buffer.
    Sender,
    /// The network between.
    Network,
    /// The receiver: its disk, program or receive window.
    Receiver,
}

/// How a verdict is to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As a fact.
    Neutral,
    /// All is well.
    Good,
    /// The connection was cut.
    Error,
}

impl Verdict {
    /// The limiting part, if it is known.
    pub fn part(&self) -> Option<Part> {
        match self {
            Self::FullSpeed { .. } | Self::Loss { .. } | Self::Network { .. } => {
                Some(Part::Network)
            }
            Self::Receiver { .. }
            | Self::OwnWindow { .. }
            | Self::Output { .. }
            | Self::Hasher { .. } => Some(Part::Receiver),
            Self::Disk { access, .. } => Some(match access {
                Access::Read => Part::Sender,
                Access::Write => Part::Receiver,
            }),
            Self::Program { part, .. } => Some(*part),
            Self::SendBuffer { .. } | Self::Server { .. } => Some(Part::Sender),
            Self::Stalled { what, .. } => match what {
                Stall::Reading => Some(Part::Receiver),
                Stall::Acknowledging | Stall::Sending => None,
            },
            Self::Measuring
            | Self::TooShort
            | Self::Elsewhere { .. }
            | Self::Requests { .. }
            | Self::Reset { .. } => None,
        }
    }

    /// How it is to be shown.
    pub fn tone(&self) -> Tone {
        match self {
            Self::FullSpeed { .. } => Tone::Good,
            Self::Reset { is_own: false } => Tone::Error,
            _ => Tone::Neutral,
        }
    }
}

/// A verdict, and what it is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Finding {
    /// What limited the transfer.
    pub verdict: Verdict,
    /// The time that it is about.
    pub time: Duration,
    /// Whether that is all of the time, and not the last of it.
    pub is_whole: bool,
    /// Whether this side sends.
    pub is_upload: bool,
    /// The mean rate in that time, in bytes per second.
    pub rate: f64,
    /// Segments that were retransmitted in that time; for a download, those that arrived out of order. `None` where the
    /// system does not say.
    pub lost: Option<u32>,
}

/// What is known of a connection beside its samples.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances {
    /// The direction of the data.
    pub direction: Direction,
    /// When the first body in question began, since the trace started.
    pub since: Duration,
    /// Until when: now, or when the last body ended.
    pub until: Duration,
    /// Whether that has ended.
    pub is_over: bool,
    /// Whether all of it has passed.
    pub is_complete: bool,
    /// Whether a reset of the connection came from this side, if there was one.
    pub is_own_reset: Option<bool>,
    /// The speed of this side's network interface in bits per second, if it is known.
    pub line: Option<u64>,
    /// Whether both ends are on this computer.
    pub is_loopback: bool,
    /// When bytes last passed in the direction of the data.
    pub last_byte: Option<Duration>,
}

impl Circumstances {
    /// The usual line of which `rate` bytes per second are nearly all, where there is a line between the ends.
    fn usual_line(&self, rate: f64) -> Option<u64> {
        let has_line = !self.is_loopback;
        line_rate::usual(rate).filter(|_| has_line)
    }

    /// What follows from `rate`, in bytes per second, and the length of `span` alone, in either direction.
    fn by_rate(&self, span: &Span<'_>, rate: f64) -> Option<Verdict> {
        if span.is_short() {
            return Some(match self.usual_line(rate) {
                _ if !self.is_over => Verdict::Measuring,
                Some(line) => Verdict::FullSpeed { line: Some(line) },
                None => Verdict::TooShort,
            });
        }
        let line = self.line.filter(|&line| line_rate::is_full(rate, line))?;
        Some(Verdict::FullSpeed { line: Some(line) })
    }
}

/// How far back a verdict looks while a transfer runs.
const RECENT: Duration = Duration::from_secs(10);

/// What limited `trace` over the last ten seconds, or, when that was all or it is over, all of the time. `direction` is
/// that of the data. Does not block.
pub fn of_trace(trace: &Trace, direction: Direction) -> Finding {
    let run = trace.run();
    let now = trace.started().elapsed();
    let has = |event| trace.at(event).is_some();
    let is_own_reset = if has(TraceEvent::ResetReceived) {
        Some(false)
    } else {
        has(TraceEvent::ResetSent).then_some(true)
    };
    let passed = match direction {
        Direction::Upload => trace.sent(),
        Direction::Download => trace.received(),
    };
    let circumstances = Circumstances {
        direction,
        since: run.since,
        until: run.until.unwrap_or(now),
        is_over: run.until.is_some() || trace.is_closed(),
        is_complete: run.is_complete,
        is_own_reset,
        line: trace.line_speed(),
        is_loopback: trace.peer().ip() == trace.local().ip() || trace.peer().ip().is_loopback(),
        last_byte: passed.last,
    };
    let mut samples = trace.samples();
    samples.push(last_look(trace, &samples, now));
    of_samples(&samples, &circumstances)
}

/// What limited the busiest connection of `transfer`; `None` if it has none.
pub fn of_transfer(transfer: &Transfer) -> Option<Finding> {
    let direction = transfer.direction();
    let bytes = |trace: &Trace| match direction {
        Direction::Upload => trace.sent().bytes,
        Direction::Download => trace.received().bytes,
    };
    let traces = transfer.traces();
    // A folder has several at a time; of the others, the last is the current one. One that carried no body tells nothing.
    let carried = |trace: &&Arc<Trace>| trace.waits().active > Duration::ZERO;
    let busiest = if transfer.files().is_some() {
        traces.iter().max_by_key(|trace| bytes(trace))
    } else {
        traces.iter().rfind(carried).or(traces.last())
    };
    busiest.map(|trace| of_trace(trace, direction))
}

/// A sample with what Landline itself counts, which it knows also where the system was not asked.
fn last_look(trace: &Trace, samples: &[Sample], now: Duration) -> Sample {
    let last = samples.last();
    Sample {
        at: now,
        state: trace.states().own,
        peer_state: None,
        receive_queue: last.and_then(|last| last.receive_queue),
        send_queue: last.and_then(|last| last.send_queue),
        time_wait_left: None,
        peer_time_wait_left: None,
        info: None,
        sent: trace.sent().bytes,
        received: trace.received().bytes,
        waits: trace.waits(),
    }
}

/// What limited a connection with these samples, oldest first.
pub fn of_samples(samples: &[Sample], circumstances: &Circumstances) -> Finding {
    let span = Span::of(samples, circumstances);
    let limit = match circumstances.direction {
        Direction::Upload => upload::verdict(&span, circumstances),
        Direction::Download => download::verdict(&span, circumstances),
    };
    let verdict = match (circumstances.is_own_reset, limit) {
        _ if circumstances.is_complete => limit,
        (Some(false), _) => Verdict::Reset { is_own: false },
        // Why it was slow says more than that it was given up or cancelled.
        (Some(true), Verdict::Measuring | Verdict::TooShort) => Verdict::Reset { is_own: true },
        _ => limit,
    };
    Finding {
        verdict,
        time: span.elapsed,
        is_whole: span.is_whole,
        is_upload: circumstances.direction == Direction::Upload,
        rate: span.rate(circumstances.direction),
        lost: span.lost(circumstances.direction),
    }
}

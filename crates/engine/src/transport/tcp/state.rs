//! The states of a TCP connection.

use std::fmt;

/// A state of a TCP connection (RFC 9293 section 3.3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TcpState {
    /// There is no connection.
    Closed,
    /// Waits for connections.
    Listen,
    /// The SYN was sent; the answer is awaited.
    SynSent,
    /// A SYN was received and answered; the ACK is awaited.
    SynReceived,
    /// Open in both directions.
    Established,
    /// This side has hung up; its FIN is not acknowledged.
    FinWait1,
    /// This side has hung up and the peer knows, but has not hung up itself.
    FinWait2,
    /// The peer has hung up; this side has not.
    CloseWait,
    /// Both have hung up at once; this side's FIN is not acknowledged.
    Closing,
    /// The peer hung up first and this side has followed; its FIN is not acknowledged.
    LastAck,
    /// Both have hung up; the port is kept for 2 MSL.
    TimeWait,
}

impl TcpState {
    /// All eleven, in the order of RFC 9293.
    pub const ALL: [Self; 11] = [
        Self::Listen,
        Self::SynSent,
        Self::SynReceived,
        Self::Established,
        Self::FinWait1,
        Self::FinWait2,
        Self::CloseWait,
        Self::Closing,
        Self::LastAck,
        Self::TimeWait,
        Self::Closed,
    ];

    /// The name in the spelling that is common in textbooks: `SYN-RCVD` where the RFC says `SYN-RECEIVED`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Closed => "CLOSED",
            Self::Listen => "LISTEN",
            Self::SynSent => "SYN-SENT",
            Self::SynReceived => "SYN-RCVD",
            Self::Established => "ESTABLISHED",
            Self::FinWait1 => "FIN-WAIT-1",
            Self::FinWait2 => "FIN-WAIT-2",
            Self::CloseWait => "CLOSE-WAIT",
            Self::Closing => "CLOSING",
            Self::LastAck => "LAST-ACK",
            Self::TimeWait => "TIME-WAIT",
        }
    }
}

impl fmt::Display for TcpState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

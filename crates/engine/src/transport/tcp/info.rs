//! The figures that the system keeps for a connection.

use std::time::Duration;

/// The figures of a connection, as `TCP_INFO` gives them. All counts are since the connection was opened. What a system
/// does not report is `None`, never 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TcpInfo {
    /// The smoothed round-trip time.
    pub rtt: Option<Duration>,
    /// The shortest round-trip time seen.
    pub min_rtt: Option<Duration>,
    /// The round-trip time as a receiver estimates it.
    pub receive_rtt: Option<Duration>,
    /// Bytes sent, each counted again when it is retransmitted.
    pub bytes_sent: Option<u64>,
    /// Bytes that the peer has acknowledged.
    pub bytes_acked: Option<u64>,
    /// Bytes received in order.
    pub bytes_received: Option<u64>,
    /// Bytes retransmitted.
    pub bytes_retransmitted: Option<u64>,
    /// Segments with data sent, retransmissions included.
    pub segments_sent: Option<u32>,
    /// Segments with data received.
    pub segments_received: Option<u32>,
    /// Segments retransmitted.
    pub retransmitted: Option<u32>,
    /// Segments sent and not yet acknowledged.
    pub in_flight: Option<u32>,
    /// Segments that arrived out of order.
    pub out_of_order: Option<u32>,
    /// Bytes queued that have not been sent for the first time.
    pub unsent: Option<u32>,
    /// The receive window that the peer advertises, in bytes.
    pub peer_window: Option<u32>,
    /// The receive window that this side advertises, in bytes.
    pub own_window: Option<u32>,
    /// The congestion window, in segments.
    pub congestion_window: Option<u32>,
    /// The maximum segment size for sending, in bytes.
    pub segment_size: Option<u32>,
    /// The maximum segment size seen from the peer, in bytes.
    pub peer_segment_size: Option<u32>,
    /// The most recent delivery rate, in bytes per second.
    pub delivery_rate: Option<u64>,
    /// Whether the sending program, not the network, limited the last measurement of `delivery_rate`.
    pub is_app_limited: Option<bool>,
    /// The time with unacknowledged or unsent data; includes the two limited times.
    pub busy: Option<Duration>,
    /// The part of `busy` in which the peer's receive window was full.
    pub window_limited: Option<Duration>,
    /// The part of `busy` in which the send buffer was too small.
    pub buffer_limited: Option<Duration>,
    /// How long ago data last arrived.
    pub since_received: Option<Duration>,
    /// How long ago data was last sent.
    pub since_sent: Option<Duration>,
}

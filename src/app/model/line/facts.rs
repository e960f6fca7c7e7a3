//! The facts about a connection that are listed beside its diagram. What the system does not report is left out.

use std::time::Duration;

use super::data::is_window_full;
use super::diagram::{Diagram, HungUp, Side};
use super::seen::Seen;
use landline_engine::transport::tcp::TcpState;
use landline_engine::transport::trace::Role;

/// A fact about a connection.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fact {
    /// Of this side.
    State(TcpState),
    /// The round-trip time and its minimum.
    RoundTrip(Duration, Option<Duration>),
    /// Bytes sent, and how many of them are acknowledged and are on their way, if known.
    Sent {
        /// Sent by the program.
        bytes: u64,
        /// Acknowledged, and sent but not acknowledged.
        acked: Option<(u64, u64)>,
    },
    /// Bytes received.
    Received(u64),
    /// Segments retransmitted, and of how many.
    Retransmitted(u64, Option<u64>),
    /// Segments that arrived out of order.
    OutOfOrder(u64),
    /// The receive window of the side that receives the data, in bytes, and whether it is full.
    Window {
        /// Whose.
        of: Side,
        /// In bytes.
        bytes: u64,
        /// Whether no segment fits, while that is known.
        is_full: Option<bool>,
    },
    /// In segments.
    CongestionWindow(u64),
    /// In bytes.
    SegmentSize(u64),
    /// In bytes per second.
    DeliveryRate(u64),
    /// The port of this side.
    OwnPort(u16),
    /// Who hung up first.
    HungUp(HungUp),
}

/// The facts of a connection whose data comes `from` a side; `has_plots` leaves out what the plots show.
pub(crate) fn facts(
    seen: &Seen,
    diagram: &Diagram,
    from: Side,
    own_port: u16,
    has_plots: bool,
) -> Vec<Fact> {
    let info = seen.info.unwrap_or_default();
    let is_sender = from == Side::Own;
    let mut facts = vec![Fact::State(diagram.own.0)];
    let own_port = Some(own_port).filter(|port| seen.role == Role::Client && *port > 0);
    if !seen.is_open() {
        let again = info.retransmitted.filter(|again| *again > 0);
        facts.extend(again.map(|again| Fact::Retransmitted(again.into(), None)));
        facts.extend(own_port.map(Fact::OwnPort));
        return facts;
    }
    let rtt = info.rtt.or(info.receive_rtt).filter(|rtt| !rtt.is_zero());
    facts.extend(rtt.map(|rtt| Fact::RoundTrip(rtt, info.min_rtt.filter(|min| !min.is_zero()))));
    if is_sender {
        // What the program has written and the system not yet sent is not on its way.
        let queue = seen
            .send_queue
            .filter(|_| seen.info.is_some() && !seen.is_closed);
        // The ACK of a FIN confirms everything before it.
        let is_fin_acked = matches!(
            diagram.own.0,
            TcpState::FinWait2 | TcpState::TimeWait | TcpState::Closing
        );
        let queue = queue.or(is_fin_acked.then_some(0));
        let acked = queue.map(|queue| {
            let flying = queue.saturating_sub(info.unsent.unwrap_or_default());
            (
                seen.sent.bytes.saturating_sub(queue.into()),
                u64::from(flying),
            )
        });
        facts.push(Fact::Sent {
            bytes: seen.sent.bytes,
            acked,
        });
        let sent = info.segments_sent.map(u64::from);
        let again = info.retransmitted.map(u64::from);
        facts.extend(again.map(|again| Fact::Retransmitted(again, sent)));
    } else {
        facts.push(Fact::Received(seen.received.bytes));
        let count = info.out_of_order.map(u64::from);
        facts.extend(count.map(Fact::OutOfOrder));
    }
    let window = if is_sender {
        // Of the last sample, which says nothing once it is over.
        info.peer_window.filter(|_| !seen.is_closed)
    } else {
        info.own_window
    };
    facts.extend(window.map(|bytes| Fact::Window {
        of: from.other(),
        bytes: bytes.into(),
        is_full: (!seen.is_closed).then(|| is_window_full(seen, from)),
    }));
    let size = if is_sender {
        info.segment_size
    } else {
        info.peer_segment_size
    };
    if is_sender {
        let window = info.congestion_window.filter(|_| !seen.is_closed);
        facts.extend(window.map(|window| Fact::CongestionWindow(window.into())));
    }
    let size = size.filter(|size| *size > 0);
    facts.extend(size.map(|size| Fact::SegmentSize(size.into())));
    if is_sender && !has_plots {
        let rate = info.delivery_rate.filter(|rate| *rate > 0);
        facts.extend(rate.map(Fact::DeliveryRate));
    }
    facts.extend(own_port.map(Fact::OwnPort));
    facts.extend(diagram.hung_up.map(Fact::HungUp));
    facts
}

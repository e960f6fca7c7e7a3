//! The states of both sides at a time, as far as the events of this side tell.

use std::time::Duration;

use super::{Role, Trace, TraceEvent};
use crate::transport::tcp::TcpState;

/// The states of both sides of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct States {
    /// Of this side.
    pub own: TcpState,
    /// Of the other side.
    pub peer: TcpState,
    /// Whether the system listed this side's state; otherwise it follows from the events.
    pub is_own_observed: bool,
    /// The same for the other side, which is only listed if it is on this computer.
    pub is_peer_observed: bool,
}

impl Trace {
    /// The current states: what the system listed within the last second, else what follows from the events.
    pub fn states(&self) -> States {
        /// An older sample does not tell the current state.
        const FRESH: Duration = Duration::from_secs(1);
        let mut states = self.inferred_states();
        let now = self.started().elapsed();
        if let Some(sample) = self.last_sample()
            && now.saturating_sub(sample.at) < FRESH
        {
            states.own = sample.state;
            states.is_own_observed = true;
            if let Some(peer) = sample.peer_state {
                states.peer = peer;
                states.is_peer_observed = true;
            }
        }
        states
    }

    /// The states that follow from the events. A close whose end cannot be known counts as complete.
    fn inferred_states(&self) -> States {
        use TcpState::{
            CloseWait, Closed, Established, FinWait2, LastAck, SynReceived, SynSent, TimeWait,
        };
        let events = self.events();
        let position = |event| events.iter().position(|(_, of)| *of == event);
        let has = |event| position(event).is_some();
        let (own, peer) = if has(TraceEvent::ResetSent) || has(TraceEvent::ResetReceived) {
            (Closed, Closed)
        } else if !has(TraceEvent::Connected) && !has(TraceEvent::Accepted) {
            if has(TraceEvent::ConnectFailed) {
                (Closed, Closed)
            } else if self.role() == Role::Client {
                (SynSent, TcpState::Listen)
            } else {
                (SynReceived, SynSent)
            }
        } else {
            match (
                position(TraceEvent::FinSent),
                position(TraceEvent::FinReceived),
            ) {
                (None, None) => (Established, Established),
                (Some(_), None) => (FinWait2, CloseWait),
                (None, Some(_)) => (CloseWait, FinWait2),
                (Some(ours), Some(theirs)) if ours < theirs => (TimeWait, Closed),
                (Some(_), Some(_)) => (LastAck, TimeWait),
            }
        };
        States {
            own,
            peer,
            is_own_observed: false,
            is_peer_observed: false,
        }
    }
}

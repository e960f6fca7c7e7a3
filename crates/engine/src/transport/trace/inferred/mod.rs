//! The states of both sides at a time: what the system lists, and what follows from the events of this side where it
//! lists nothing (any more).

#[cfg(test)]
mod tests;

use std::time::Duration;

use super::{Role, Sample, Trace, TraceEvent};
use crate::transport::tcp::TIME_WAIT;
use crate::transport::tcp::TcpState::{
    self, CloseWait, Closed, Closing, Established, FinWait1, FinWait2, LastAck, Listen,
    SynReceived, SynSent, TimeWait,
};

/// An older sample does not tell the current state.
const FRESH: Duration = Duration::from_secs(1);

/// 2 MSL with the MSL of RFC 9293 section 3.4.1, at which TIME-WAIT has ended wherever it takes as long as it may.
const LONGEST_TIME_WAIT: Duration = Duration::from_mins(4);

/// The states of both sides of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct States {
    /// Of this side.
    pub own: TcpState,
    /// Of the other side.
    pub peer: TcpState,
    /// Whether the system listed this side's state, or that there is none any more; otherwise it follows from the events.
    pub is_own_observed: bool,
    /// The same for the other side, which is only listed if it is on this computer.
    pub is_peer_observed: bool,
    /// How much of 2 MSL is left, if this side is in TIME-WAIT and that is known.
    pub own_time_wait_left: Option<Duration>,
    /// The same for the other side; if it is another computer, it counts as one with the same system.
    pub peer_time_wait_left: Option<Duration>,
}

impl Trace {
    /// The current states: what the system listed within the last second, else what follows from the events. A close whose
    /// end cannot be known counts as complete.
    pub fn states(&self) -> States {
        let now = self.started().elapsed();
        let events = self.events();
        let samples = self.samples.lock();
        states(self.role(), &events, &*samples, now)
    }
}

/// The states at `now`. `events` and `samples` are ordered by their times.
fn states<'a>(
    role: Role,
    events: &'a [(Duration, TraceEvent)],
    samples: impl IntoIterator<Item = &'a Sample>,
    now: Duration,
) -> States {
    let history = History::new(role, events, samples);
    let fresh = history.last.filter(|last| {
        let is_newest = events.last().is_none_or(|(at, _)| *at <= last.at);
        is_newest && now.saturating_sub(last.at) < FRESH
    });
    let (own, is_own_observed) = match (history.last, fresh) {
        // A connection that is gone does not come back.
        (Some(last), _) if last.state == Closed => (State::of(Closed), true),
        (_, Some(last)) => (
            State::listed(last.state, last.at, last.time_wait_left),
            true,
        ),
        _ => (history.own(), false),
    };
    let (peer, is_peer_observed) = match (history.last, fresh) {
        (Some(last), _)
            if history.is_peer_local && last.state == Closed && last.peer_state.is_none() =>
        {
            (State::of(Closed), true)
        }
        (_, Some(last)) if history.is_peer_local => {
            let name = last.peer_state.unwrap_or(Closed);
            (State::listed(name, last.at, last.peer_time_wait_left), true)
        }
        _ => (history.peer(own), false),
    };
    let ((own, own_time_wait_left), (peer, peer_time_wait_left)) = (own.at(now), peer.at(now));
    States {
        own,
        peer,
        is_own_observed,
        is_peer_observed,
        own_time_wait_left,
        peer_time_wait_left,
    }
}

/// A state, which may end by itself.
#[derive(Clone, Copy)]
struct State {
    name: TcpState,
    /// When it becomes CLOSED.
    ends: Option<Duration>,
    /// Whether that is the time of a system that is known.
    is_end_known: bool,
}

impl State {
    fn of(name: TcpState) -> Self {
        Self {
            name,
            ends: None,
            is_end_known: false,
        }
    }

    /// As the system listed it at `at`.
    fn listed(name: TcpState, at: Duration, left: Option<Duration>) -> Self {
        Self {
            name,
            ends: left.map(|left| at + left),
            is_end_known: true,
        }
    }

    fn time_wait_since(at: Duration) -> Self {
        Self {
            name: TimeWait,
            ends: Some(at + TIME_WAIT.unwrap_or(LONGEST_TIME_WAIT)),
            is_end_known: TIME_WAIT.is_some(),
        }
    }

    /// The state at `now`, and how much of it is left, if that is known.
    fn at(self, now: Duration) -> (TcpState, Option<Duration>) {
        match self.ends {
            Some(ends) if ends <= now => (Closed, None),
            Some(ends) if self.is_end_known => (self.name, ends.checked_sub(now)),
            _ => (self.name, None),
        }
    }
}

/// What the events and all samples together say.
struct History<'a> {
    role: Role,
    events: &'a [(Duration, TraceEvent)],
    last: Option<&'a Sample>,
    /// TIME-WAIT of this side as the system listed it last.
    own_time_wait: Option<State>,
    peer_time_wait: Option<State>,
    /// The peer's FIN came first, although it may have been read late or never.
    is_peer_first: bool,
    /// Both have hung up at once.
    is_simultaneous: bool,
    /// The other side is on this computer.
    is_peer_local: bool,
}

impl<'a> History<'a> {
    fn new(
        role: Role,
        events: &'a [(Duration, TraceEvent)],
        samples: impl IntoIterator<Item = &'a Sample>,
    ) -> Self {
        let mut history = Self {
            role,
            events,
            last: None,
            own_time_wait: None,
            peer_time_wait: None,
            is_peer_first: false,
            is_simultaneous: false,
            is_peer_local: false,
        };
        let theirs = history.when(TraceEvent::FinReceived);
        let ours = history.when(TraceEvent::FinSent);
        history.is_peer_first = theirs.is_some_and(|theirs| ours.is_none_or(|ours| theirs < ours));
        for sample in samples {
            let listed = |left: Option<Duration>| {
                left.map(|left| State::listed(TimeWait, sample.at, Some(left)))
            };
            history.last = Some(sample);
            history.is_peer_first |= matches!(sample.state, CloseWait | LastAck);
            history.is_simultaneous |= sample.state == Closing;
            history.is_peer_local |= sample.peer_state.is_some();
            history.own_time_wait = listed(sample.time_wait_left).or(history.own_time_wait);
            history.peer_time_wait = listed(sample.peer_time_wait_left).or(history.peer_time_wait);
        }
        history
    }

    /// The place of `event` among all, with its time.
    fn when(&self, event: TraceEvent) -> Option<(usize, Duration)> {
        let place = self.events.iter().position(|(_, of)| *of == event)?;
        Some((place, self.events[place].0))
    }

    fn has(&self, event: TraceEvent) -> bool {
        self.when(event).is_some()
    }

    fn is_reset(&self) -> bool {
        self.has(TraceEvent::ResetSent) || self.has(TraceEvent::ResetReceived)
    }

    fn is_opened(&self) -> bool {
        self.has(TraceEvent::Connected) || self.has(TraceEvent::Accepted)
    }

    /// The time of the last FIN or, if the peer's was never read, of the close.
    fn end(&self) -> Duration {
        let ends = [
            TraceEvent::FinSent,
            TraceEvent::FinReceived,
            TraceEvent::Closed,
        ];
        let last = if self.has(TraceEvent::FinReceived) {
            &ends[..2]
        } else {
            &ends
        };
        let times = last.iter().filter_map(|&event| self.when(event));
        times.map(|(_, at)| at).max().unwrap_or_default()
    }

    fn own(&self) -> State {
        let (is_ours, is_theirs) = (
            self.has(TraceEvent::FinSent),
            self.has(TraceEvent::FinReceived),
        );
        if self.is_reset() || self.has(TraceEvent::TimedOut) {
            return State::of(Closed);
        }
        if !self.is_opened() {
            return State::of(match self.role {
                _ if self.has(TraceEvent::ConnectFailed) => Closed,
                Role::Client => SynSent,
                Role::Server => SynReceived,
            });
        }
        if let Some(time_wait) = self.own_time_wait {
            return time_wait;
        }
        match (is_ours, is_theirs || self.is_peer_first) {
            (false, false) => State::of(Established),
            (false, true) => State::of(CloseWait),
            // LAST-ACK is over as soon as the peer has heard of it.
            (true, true) if self.is_peer_first => State::of(Closed),
            (true, true) => State::time_wait_since(self.end()),
            // Nobody reads the peer's FIN any more.
            (true, false) if self.has(TraceEvent::Closed) => State::time_wait_since(self.end()),
            (true, false) => State::of(FinWait2),
        }
    }

    /// What follows from the state of this side.
    fn peer(&self, own: State) -> State {
        if self.is_reset() {
            return State::of(Closed);
        }
        if let Some(time_wait) = self.peer_time_wait {
            return time_wait;
        }
        let name = match own.name {
            SynSent => Listen,
            SynReceived => SynSent,
            // Its FIN is on its way, or behind data.
            Established | FinWait1 => Established,
            FinWait2 => CloseWait,
            CloseWait | LastAck => FinWait2,
            Closing => Closing,
            TimeWait if self.is_simultaneous => return own,
            Closed if self.is_opened() && self.is_peer_first => {
                return State::time_wait_since(self.end());
            }
            TimeWait | Closed | Listen => Closed,
        };
        State::of(name)
    }
}

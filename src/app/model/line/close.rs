//! How far a connection is closed, and the part of the diagram that shows it.

use std::time::Duration;

use super::diagram::{Fate, Heading, HungUp, Label, Segment, Side, Step, Tense, What};
use super::seen::Seen;
use landline_engine::transport::tcp::TcpState;
use landline_engine::transport::trace::TraceEvent;

/// Linux keeps TIME-WAIT for 60 s (`TCP_TIMEWAIT_LEN`), and only Linux tells how much is left.
const TIME_WAIT: Duration = Duration::from_mins(1);
/// The longest 2 MSL of any system (RFC 9293 section 3.4.2).
const LONGEST_TIME_WAIT: Duration = Duration::from_mins(4);

/// The steps of a close, in this order; each includes those before it.
mod level {
    /// The first FIN was sent.
    pub(super) const FIRST_FIN: u8 = 1;
    /// It was acknowledged. If both sides hang up at once: the second FIN was sent.
    pub(super) const HALF: u8 = 2;
    /// The second FIN was sent. If both sides hang up at once: one was acknowledged.
    pub(super) const SECOND_FIN: u8 = 3;
    /// All is acknowledged.
    pub(super) const BOTH: u8 = 4;
    /// TIME-WAIT is over.
    pub(super) const OVER: u8 = 5;
}

/// How far a connection is closed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Close {
    /// Who hung up first, or is expected to.
    first: Side,
    /// Whether the FINs crossed.
    is_both: bool,
    /// See [`level`]; 0 is open.
    level: u8,
    /// Nobody looks at the rest of it.
    is_dead: bool,
    is_reset: bool,
}

impl Close {
    pub(super) fn of(seen: &Seen) -> Self {
        use TcpState::{CloseWait, Closing, FinWait1, FinWait2, LastAck, TimeWait};
        let own_fin = seen.at(TraceEvent::FinSent);
        let peer_fin = seen.at(TraceEvent::FinReceived);
        let own_been = |states: &[TcpState]| states.iter().any(|state| seen.has_been(*state));
        let peer_been = |states: &[TcpState]| states.iter().any(|state| seen.has_peer_been(*state));
        let is_both = own_been(&[Closing]) || peer_been(&[Closing]);
        let first = if is_both || own_been(&[FinWait1, FinWait2, TimeWait]) {
            Side::Own
        } else if own_been(&[CloseWait, LastAck]) || peer_been(&[FinWait1, FinWait2, TimeWait]) {
            Side::Peer
        } else {
            match (own_fin, peer_fin) {
                (Some(own), Some(peer)) if own <= peer => Side::Own,
                (Some(_), None) => Side::Own,
                (_, Some(_)) => Side::Peer,
                (None, None) => seen.expects,
            }
        };
        let of_state = |side: Side, state: TcpState| match (side == first, state) {
            (true, FinWait1) => level::FIRST_FIN,
            (_, Closing) | (true, FinWait2) | (false, CloseWait) => level::HALF,
            (false, LastAck) => level::SECOND_FIN,
            (_, TimeWait) => level::BOTH,
            _ => 0,
        };
        let of_event = |side: Side, at: Option<Duration>| match (at, side == first) {
            (None, _) => 0,
            // This side's program knows that it has hung up, but not that the other side has heard it.
            (Some(_), true) if side == Side::Own => level::FIRST_FIN,
            (Some(_), true) => level::HALF,
            (Some(_), false) if side == Side::Own => level::SECOND_FIN,
            (Some(_), false) if is_both => level::HALF,
            (Some(_), false) => level::BOTH,
        };
        let observed = seen.observed.iter().map(|(own, peer)| {
            let peer = peer.map_or(0, |peer| of_state(Side::Peer, peer));
            of_state(Side::Own, *own).max(peer)
        });
        let mut level = observed.max().unwrap_or_default();
        level = level.max(of_event(Side::Own, own_fin));
        level = level.max(of_event(Side::Peer, peer_fin));
        let current = seen.current();
        let is_gone = current.is_some_and(|(own, _)| own == TcpState::Closed);
        let is_reset = seen.reset().is_some();
        if let Some(at) = own_fin.filter(|at| seen.is_old(*at) && !is_reset) {
            if level == level::FIRST_FIN && current.is_none() && !seen.is_closed {
                level = level::HALF;
            }
            if level == level::SECOND_FIN && is_gone {
                level = level::BOTH;
            }
            let left = seen.time_wait_left[0];
            let passed = seen.now.saturating_sub(peer_fin.unwrap_or(at));
            let is_passed = match left {
                Some(left) => left.is_zero(),
                None => passed > LONGEST_TIME_WAIT,
            };
            if level == level::BOTH && first == Side::Own && (is_gone || is_passed) {
                level = level::OVER;
            }
        }
        let closed = seen.at(TraceEvent::Closed);
        let is_unknown = match current {
            Some((own, _)) => own == TcpState::Closed,
            None => closed.is_some_and(|at| seen.is_old(at)),
        };
        Self {
            first,
            is_both,
            level,
            is_dead: level < level::BOTH && seen.is_closed && is_unknown,
            is_reset,
        }
    }

    /// When the first FIN was sent or received, if it was.
    pub(super) fn first_fin(self, seen: &Seen) -> Option<Duration> {
        let event = match self.first {
            Side::Own => TraceEvent::FinSent,
            Side::Peer => TraceEvent::FinReceived,
        };
        seen.at(event).filter(|_| self.level > 0)
    }

    /// Whether it has not begun.
    pub(super) fn is_open(self) -> bool {
        self.level == 0 && !self.is_reset && !self.is_dead
    }

    /// Adds the first FIN and its ACK.
    pub(super) fn add_first(self, seen: &Seen, steps: &mut Vec<Step>) {
        use TcpState::{CloseWait, Closing, FinWait1, FinWait2};
        if self.is_reset && self.level == 0 {
            return;
        }
        let heading = Heading::Close {
            has_begun: self.level > 0 || self.is_dead,
        };
        let tense = if self.is_open() {
            Tense::Future
        } else {
            Tense::Past
        };
        steps.push(Step::new(What::Heading(heading), tense, None));
        let (first, other) = (self.first, self.first.other());
        if self.is_both {
            let fin =
                Segment::arriving(first, Label::Fin('u', None), Some(FinWait1), Some(Closing));
            let mut crossing =
                Segment::arriving(other, Label::Fin('w', None), Some(FinWait1), Some(Closing));
            crossing.crosses = true;
            self.push(level::FIRST_FIN, fin, seen.at(TraceEvent::FinSent), steps);
            self.push(
                level::HALF,
                crossing,
                seen.at(TraceEvent::FinReceived),
                steps,
            );
            return;
        }
        let fin = Segment::arriving(
            first,
            Label::Fin('u', None),
            Some(FinWait1),
            Some(CloseWait),
        );
        let ack = Segment::arriving(other, Label::Ack(Some('u')), None, Some(FinWait2));
        self.push(level::FIRST_FIN, fin, self.first_fin(seen), steps);
        self.push(level::HALF, ack, None, steps);
    }

    /// Adds the second FIN, its ACK and TIME-WAIT.
    pub(super) fn add_second(self, seen: &Seen, steps: &mut Vec<Step>) {
        use TcpState::{Closed, LastAck, TimeWait};
        if self.is_reset && self.level < level::SECOND_FIN {
            return;
        }
        let (first, other) = (self.first, self.first.other());
        if self.is_both {
            let ack = Segment::arriving(first, Label::Ack(Some('w')), None, Some(TimeWait));
            let mut crossing =
                Segment::arriving(other, Label::Ack(Some('u')), None, Some(TimeWait));
            crossing.crosses = true;
            self.push(level::SECOND_FIN, ack, None, steps);
            self.push(level::BOTH, crossing, None, steps);
        } else {
            let fin = Segment::arriving(
                other,
                Label::Fin('w', Some('u')),
                Some(LastAck),
                Some(TimeWait),
            );
            let ack = Segment::arriving(first, Label::Ack(Some('w')), None, Some(Closed));
            let at = match other {
                Side::Own => seen.at(TraceEvent::FinSent),
                Side::Peer => seen.at(TraceEvent::FinReceived),
            };
            self.push(level::SECOND_FIN, fin, at, steps);
            self.push(level::BOTH, ack, None, steps);
        }
        if self.is_dead || self.is_reset {
            return;
        }
        let [own, peer] = seen.time_wait_left;
        let left = if first == Side::Own { own } else { peer };
        let tense = match self.level {
            level::BOTH => Tense::Now,
            level::OVER => Tense::Past,
            _ => Tense::Future,
        };
        let left = left.filter(|_| self.level == level::BOTH);
        let wait = What::TimeWait {
            side: first,
            left: left.map(|left| (left.min(TIME_WAIT), TIME_WAIT)),
        };
        let at = Some(seen.now).filter(|_| tense == Tense::Now && first == Side::Own);
        steps.push(Step::new(wait, tense, at));
        let end = What::Enter {
            side: first,
            state: Closed,
        };
        let tense = match self.level {
            level::OVER => Tense::Past,
            _ => Tense::Future,
        };
        steps.push(Step::new(end, tense, None));
    }

    /// Adds the reset.
    pub(super) fn add_reset(seen: &Seen, steps: &mut Vec<Step>) {
        let Some((by, at)) = seen.reset() else { return };
        let closed = Some(TcpState::Closed);
        let reset = Segment {
            from: by,
            label: Label::Rst { answers_syn: false },
            sender: closed,
            receiver: closed,
            fate: Fate::Resets,
            crosses: false,
        };
        let heading = What::Heading(Heading::Reset);
        steps.push(Step::new(heading, Tense::Past, None));
        steps.push(Step::new(What::Segment(reset), Tense::Past, Some(at)));
    }

    /// The states of this side and of the other one, each with whether the system listed it; and whether the
    /// connection is over at this side.
    pub(super) fn states(self, seen: &Seen, is_open: bool) -> ((TcpState, bool), (TcpState, bool)) {
        use TcpState::{
            CloseWait, Closed, Closing, Established, FinWait1, FinWait2, LastAck, Listen, SynSent,
            TimeWait,
        };
        let of = |side: Side| match (self.level, side == self.first) {
            _ if self.is_reset => Closed,
            _ if !is_open && seen.at(TraceEvent::ConnectFailed).is_some() => Closed,
            _ if !is_open && side == Side::Own => SynSent,
            _ if !is_open => Listen,
            _ if self.is_dead => Closed,
            (0, _) => Established,
            (level::FIRST_FIN, _) if self.is_both => FinWait1,
            (level::HALF | level::SECOND_FIN, _) if self.is_both => Closing,
            (level::BOTH, _) if self.is_both => TimeWait,
            (level::FIRST_FIN, true) => FinWait1,
            (level::FIRST_FIN, false) => Established,
            (level::HALF, true) => FinWait2,
            (level::HALF, false) => CloseWait,
            (level::SECOND_FIN, true) => FinWait2,
            (level::SECOND_FIN, false) => LastAck,
            (level::BOTH, true) => TimeWait,
            _ => Closed,
        };
        let (own, peer) = (of(Side::Own), of(Side::Peer));
        match seen.current() {
            Some((listed, listed_peer)) if !self.is_reset => {
                // The other end was on this computer, and the system has forgotten it.
                let is_gone = seen.observed.iter().any(|(_, peer)| peer.is_some());
                let listed_peer = listed_peer.or(is_gone.then_some(Closed));
                (
                    (listed, true),
                    (listed_peer.unwrap_or(peer), listed_peer.is_some()),
                )
            }
            _ => ((own, false), (peer, false)),
        }
    }

    /// Who hung up first.
    pub(super) fn hung_up(self, seen: &Seen) -> Option<HungUp> {
        if let Some((by, _)) = seen.reset() {
            return Some(HungUp::Reset(by));
        }
        match self.level {
            0 => None,
            _ if self.is_both => Some(HungUp::Both),
            // The system has forgotten it within 2 MSL: it was not this side that hung up first, or it was reset.
            _ if self.is_dead && self.first == Side::Own && seen.current().is_some() => None,
            _ => Some(HungUp::First(self.first)),
        }
    }

    /// The values of u and w, as far as they are known.
    pub(super) fn letters(self, seen: &Seen) -> (Option<u64>, Option<u64>) {
        let of = |side: Side| {
            let (event, passed) = match side {
                Side::Own => (TraceEvent::FinSent, seen.sent),
                Side::Peer => (TraceEvent::FinReceived, seen.received),
            };
            seen.at(event).map(|_| passed.bytes + 1)
        };
        (of(self.first), of(self.first.other()))
    }

    fn push(self, level: u8, mut segment: Segment, at: Option<Duration>, steps: &mut Vec<Step>) {
        let tense = if self.level >= level {
            Tense::Past
        } else if self.is_reset {
            return;
        } else if self.is_dead {
            segment.fate = Fate::NotSeen;
            Tense::Past
        } else {
            Tense::Future
        };
        let at = at.filter(|_| tense == Tense::Past);
        steps.push(Step::new(What::Segment(segment), tense, at));
    }
}

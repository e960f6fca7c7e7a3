//! The sequence diagram of a TCP connection as data, from top to bottom.
//!
//! One widget draws it (`ui/line/diagram.rs`): wide, with the lecture notes' sequence letters and with times, or
//! compact, with the states as chips on the lifelines, as beside a call. [`Diagram::of`] derives it from what is known
//! of a connection ([`Seen`]); a call puts its messages into [`Seen::messages`], and they become arrows with the gaps
//! in time between them instead of one band for all data.

use std::time::Duration;

use super::seen::Seen;
use super::{close, data};
use landline_engine::transport::tcp::TcpState;
use landline_engine::transport::trace::{Role, TraceEvent};

/// One of the two ends, seen from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// This computer, at the left.
    Own,
    /// The other end.
    Peer,
}

impl Side {
    /// The opposite end.
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Own => Self::Peer,
            Self::Peer => Self::Own,
        }
    }
}

/// Where a step is in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tense {
    /// It has happened.
    Past,
    /// It is happening.
    Now,
    /// It is still to come.
    Future,
}

/// A sequence diagram.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Diagram {
    /// Which end this computer is.
    pub role: Role,
    /// What is drawn, from top to bottom.
    pub steps: Vec<Step>,
    /// What has to be said about it.
    pub notes: Vec<Note>,
    /// Who hung up first, if anyone did and it is known.
    pub hung_up: Option<HungUp>,
    /// The state of this side, and whether the system listed it.
    pub own: (TcpState, bool),
    /// The same for the other side.
    pub peer: (TcpState, bool),
}

/// Who hung up first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HungUp {
    /// One side.
    First(Side),
    /// Both at once: their FINs crossed.
    Both,
    /// One side reset the connection.
    Reset(Side),
}

/// One line of the diagram.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Step {
    /// What is drawn.
    pub what: What,
    /// When, compared with now.
    pub tense: Tense,
    /// When it happened at this end, since the connection was opened or accepted, if that was measured.
    pub at: Option<Duration>,
}

/// What a step draws.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum What {
    /// The states in which the lifelines begin, from top to bottom.
    Begin {
        /// Of this side.
        own: &'static [TcpState],
        /// Of the other side.
        peer: &'static [TcpState],
    },
    /// The title of a part.
    Heading(Heading),
    /// An arrow.
    Segment(Segment),
    /// A band for all data of one direction.
    Data(Data),
    /// Time in which nothing happened, where it matters.
    Gap(Duration),
    /// Messages that are not shown.
    Omitted(usize),
    /// The line between what is past and what is to come.
    Now,
    /// TIME-WAIT: how much is left of 2 MSL at this side, and how long that is in all, if the system says so.
    TimeWait {
        /// Whose.
        side: Side,
        /// What is left, and of how much.
        left: Option<(Duration, Duration)>,
    },
    /// A side enters a state without a segment, when a timer expires.
    Enter {
        /// Which side.
        side: Side,
        /// Its new state.
        state: TcpState,
    },
}

/// The title of a part, with the lecture notes' question about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heading {
    /// The three-way handshake.
    Open,
    /// The connection is not open: it was refused, or nothing answered.
    NotOpened,
    /// The four-way close; has it begun?
    Close {
        /// Whether one side has hung up.
        has_begun: bool,
    },
    /// The connection was reset.
    Reset,
}

/// An arrow from one lifeline to the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    /// Who sent it.
    pub from: Side,
    /// What is written on it.
    pub label: Label,
    /// The state that its sender enters with it.
    pub sender: Option<TcpState>,
    /// The state that its receiver enters with it.
    pub receiver: Option<TcpState>,
    /// What became of it.
    pub fate: Fate,
    /// Whether it was sent at the same time as the segment before it, so that the two cross.
    pub crosses: bool,
}

/// What became of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It arrived, or will.
    Arrives,
    /// It was lost on the way.
    Lost,
    /// Nobody here knows whether it was sent.
    NotSeen,
    /// It ended the connection.
    Resets,
}

/// What is written on an arrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    /// SYN seq=x.
    Syn,
    /// SYN+ACK seq=y ack=x+1.
    SynAck,
    /// An ACK of what has this letter; of data without one.
    Ack(Option<char>),
    /// A FIN with this letter, which acknowledges the other one.
    Fin(char, Option<char>),
    /// A RST; an answer to a SYN acknowledges it.
    Rst {
        /// Whether it answers a SYN.
        answers_syn: bool,
    },
    /// An ACK that leaves no space in the window.
    WindowFull,
    /// Data, with an ACK if it answers other data.
    Bytes {
        /// How many.
        count: u64,
        /// Whether it acknowledges the data before it.
        acks: bool,
    },
    /// Segments whose ACK did not come: how many.
    Unacknowledged(u64),
    /// The same, sent again.
    SentAgain,
}

/// All data that went in one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Data {
    /// Who sent it.
    pub from: Side,
    /// How many bytes.
    pub bytes: u64,
    /// How many segments, if the system counts them.
    pub segments: Option<u64>,
    /// How many of them were retransmitted, if the system says so.
    pub retransmitted: Option<u64>,
}

/// Something that has to be said about a diagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Note {
    /// The other side's states follow from what this side sent and received.
    PeerInferred,
    /// The states of both sides follow from what Landline did: the system did not list the connection.
    BothInferred,
    /// The system completed the handshake before this side knew: there are no times for it.
    HandshakeUntimed,
    /// The letters stand for relative sequence numbers; the first and the second FIN's, as far as they are known.
    Letters {
        /// The bytes that the side that hung up first had sent, plus 1.
        u: Option<u64>,
        /// The same for the other side.
        w: Option<u64>,
    },
    /// After the socket was closed, nobody looked.
    EndNotSeen,
}

impl Diagram {
    /// The diagram of a connection.
    pub(crate) fn of(seen: &Seen) -> Self {
        let mut steps = vec![Step::past(begin(seen))];
        let close = close::Close::of(seen);
        let is_open = open(seen, &mut steps);
        if is_open {
            data::add(seen, close, &mut steps);
        }
        let is_reset = seen.reset().is_some();
        if is_reset && is_open {
            close::Close::add_reset(seen, &mut steps);
        }
        let (own, peer) = close.states(seen, is_open);
        if own.0 != TcpState::Closed && own.0 != TcpState::TimeWait {
            let at = steps.iter().position(|step| step.tense == Tense::Future);
            let now = Step::new(What::Now, Tense::Now, Some(seen.now));
            steps.insert(at.unwrap_or(steps.len()), now);
        }
        Self {
            role: seen.role,
            notes: notes(seen, close, own.1, peer.1, &steps),
            hung_up: close.hung_up(seen),
            steps,
            own,
            peer,
        }
    }
}

impl Segment {
    /// One that arrives, and the states that follow at both ends.
    pub(super) fn arriving(
        from: Side,
        label: Label,
        sender: Option<TcpState>,
        receiver: Option<TcpState>,
    ) -> Self {
        Self {
            from,
            label,
            sender,
            receiver,
            fate: Fate::Arrives,
            crosses: false,
        }
    }
}

fn begin(seen: &Seen) -> What {
    const ACTIVE: &[TcpState] = &[TcpState::Closed];
    const PASSIVE: &[TcpState] = &[TcpState::Closed, TcpState::Listen];
    let is_refused = !seen.is_open() && seen.reset().is_some();
    match seen.role {
        // Nothing listened where the SYN was answered with a RST.
        Role::Client if is_refused => What::Begin {
            own: ACTIVE,
            peer: ACTIVE,
        },
        Role::Client => What::Begin {
            own: ACTIVE,
            peer: PASSIVE,
        },
        Role::Server => What::Begin {
            own: PASSIVE,
            peer: ACTIVE,
        },
    }
}

/// Adds the handshake; returns whether it is complete.
fn open(seen: &Seen, steps: &mut Vec<Step>) -> bool {
    use TcpState::{Closed, Established, SynReceived, SynSent};
    let client = match seen.role {
        Role::Client => Side::Own,
        Role::Server => Side::Peer,
    };
    let began = seen.at(TraceEvent::Connecting);
    let opened = seen
        .at(TraceEvent::Connected)
        .or_else(|| seen.at(TraceEvent::Accepted));
    let failed = seen.at(TraceEvent::ConnectFailed);
    let is_open = opened.is_some();
    let heading = if failed.is_some() && !is_open {
        Heading::NotOpened
    } else {
        Heading::Open
    };
    steps.push(Step::past(What::Heading(heading)));
    let mut syn = Segment::arriving(client, Label::Syn, Some(SynSent), Some(SynReceived));
    if let Some(failed) = failed.filter(|_| !is_open) {
        syn.receiver = None;
        if seen.at(TraceEvent::ResetReceived).is_some() {
            steps.push(Step::new(What::Segment(syn), Tense::Past, began));
            let refusal = Segment {
                fate: Fate::Resets,
                ..Segment::arriving(
                    Side::Peer,
                    Label::Rst { answers_syn: true },
                    None,
                    Some(Closed),
                )
            };
            steps.push(Step::new(What::Segment(refusal), Tense::Past, Some(failed)));
        } else {
            syn.fate = Fate::Lost;
            steps.push(Step::new(What::Segment(syn), Tense::Past, began));
            let enter = What::Enter {
                side: Side::Own,
                state: Closed,
            };
            steps.push(Step::new(enter, Tense::Past, Some(failed)));
        }
        return false;
    }
    // Whether the SYN has arrived is not known before its answer is here, but shows if the peer is on this computer.
    let has_arrived = is_open || seen.has_peer_been(SynReceived);
    if !has_arrived {
        syn.receiver = None;
    }
    steps.push(Step::new(What::Segment(syn), Tense::Past, began));
    let tense = if is_open { Tense::Past } else { Tense::Future };
    let first = if has_arrived { None } else { Some(SynReceived) };
    let answer = Segment::arriving(client.other(), Label::SynAck, first, Some(Established));
    let answered = opened.filter(|_| client == Side::Own);
    steps.push(Step::new(What::Segment(answer), tense, answered));
    let last = Segment::arriving(client, Label::Ack(Some('y')), None, Some(Established));
    let accepted = opened.filter(|_| client == Side::Peer);
    steps.push(Step::new(What::Segment(last), tense, accepted));
    is_open
}

fn notes(
    seen: &Seen,
    close: close::Close,
    is_own_observed: bool,
    is_peer_observed: bool,
    steps: &[Step],
) -> Vec<Note> {
    let mut notes = Vec::new();
    if seen.role == Role::Server {
        notes.push(Note::HandshakeUntimed);
    }
    let is_not_seen = |step: &Step| matches!(&step.what, What::Segment(Segment { fate, .. }) if *fate == Fate::NotSeen);
    if steps.iter().any(is_not_seen) {
        notes.push(Note::EndNotSeen);
    }
    if !is_own_observed && seen.observed.is_empty() {
        notes.push(Note::BothInferred);
    } else if !is_peer_observed {
        notes.push(Note::PeerInferred);
    }
    if seen.is_open() {
        let (u, w) = close.letters(seen);
        notes.push(Note::Letters { u, w });
    }
    notes
}

impl Step {
    /// A step.
    pub(super) fn new(what: What, tense: Tense, at: Option<Duration>) -> Self {
        Self { what, tense, at }
    }

    fn past(what: What) -> Self {
        Self::new(what, Tense::Past, None)
    }
}

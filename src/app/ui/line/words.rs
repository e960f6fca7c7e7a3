//! The words of a diagram: of states, arrows, titles and notes.

use std::time::Duration;

use crate::app::model::line::{Diagram, Fate, Heading, Label, Note, Segment, Side, Step, What};
use crate::text::{Language, language};
use crate::{format, t};
use landline_engine::transport::tcp::TcpState;
use landline_engine::transport::trace::Role;

/// What the lecture notes call a state.
pub(crate) fn state(state: TcpState) -> String {
    match state {
        TcpState::Closed => t!("state-closed"),
        TcpState::Listen => t!("state-listen"),
        TcpState::SynSent => t!("state-syn-sent"),
        TcpState::SynReceived => t!("state-syn-received"),
        TcpState::Established => t!("state-established"),
        TcpState::FinWait1 => t!("state-fin-wait-1"),
        TcpState::FinWait2 => t!("state-fin-wait-2"),
        TcpState::CloseWait => t!("state-close-wait"),
        TcpState::Closing => t!("state-closing"),
        TcpState::LastAck => t!("state-last-ack"),
        TcpState::TimeWait => t!("state-time-wait"),
    }
}

/// The lecture notes' word to show with the name of a state, which is English.
pub(crate) fn word(of: TcpState) -> Option<String> {
    (language() == Language::Chinese).then(|| state(of))
}

/// What is written on an arrow; `compact` without sequence numbers.
pub(crate) fn label(label: Label, compact: bool) -> String {
    match (label, compact) {
        (Label::Syn, true) => "SYN".to_owned(),
        (Label::Syn, false) => "SYN seq=x".to_owned(),
        (Label::SynAck, true) => "SYN+ACK".to_owned(),
        (Label::SynAck, false) => "SYN+ACK seq=y ack=x+1".to_owned(),
        (Label::Ack(Some(of)), false) => format!("ACK ack={of}+1"),
        (Label::Ack(_), _) => "ACK".to_owned(),
        (Label::Fin(_, _), true) => "FIN".to_owned(),
        (Label::Fin(letter, None), false) => format!("FIN seq={letter}"),
        (Label::Fin(letter, Some(of)), false) => format!("FIN seq={letter} ack={of}+1"),
        (Label::Rst { answers_syn: true }, false) => "RST+ACK ack=x+1".to_owned(),
        (Label::Rst { .. }, _) => "RST".to_owned(),
        (Label::WindowFull, _) => t!("ack-window-full"),
        (Label::Bytes { count, acks: false }, _) => t!("segment-bytes", count = count),
        (Label::Bytes { count, acks: true }, _) => t!("segment-bytes-ack", count = count),
        (Label::Unacknowledged(count), _) => t!("segment-unacknowledged", count = count),
        (Label::SentAgain, _) => t!("segment-again"),
    }
}

/// The title of a part; of a close that has not begun in a compact diagram, what would begin it.
pub(crate) fn heading(heading: Heading, compact: Option<Side>) -> String {
    match (heading, compact) {
        (Heading::Open, _) => t!("heading-open"),
        (Heading::NotOpened, _) => t!("heading-not-opened"),
        (Heading::Close { has_begun: true }, _) => t!("heading-close"),
        (Heading::Close { .. }, None) => t!("heading-close-to-come"),
        (Heading::Close { .. }, Some(Side::Own)) => t!("when-you-hang-up"),
        (Heading::Close { .. }, Some(Side::Peer)) => t!("when-peer-hangs-up"),
        (Heading::Reset, _) => t!("heading-reset"),
    }
}

/// The same for less space.
pub(crate) fn short_heading(heading: Heading) -> String {
    match heading {
        Heading::Open => t!("heading-open-short"),
        Heading::Close { has_begun: true } => t!("heading-close-short"),
        Heading::Close { .. } => t!("heading-close-to-come-short"),
        Heading::NotOpened | Heading::Reset => self::heading(heading, None),
    }
}

/// The lecture notes' question about a part, with its answer.
pub(crate) fn question(heading: Heading) -> (String, String) {
    match heading {
        Heading::Open => (t!("why-third-ack"), t!("why-third-ack-answer")),
        Heading::NotOpened => (t!("why-not-opened"), t!("why-not-opened-answer")),
        Heading::Close { .. } => (t!("why-four-steps"), t!("why-four-steps-answer")),
        Heading::Reset => (t!("what-is-a-reset"), t!("what-is-a-reset-answer")),
    }
}

/// `0.4 ms`, `17.0 ms`, `1.8 s`, `2:05`: the time of an event.
pub(crate) fn time(time: Duration) -> String {
    let millis = time.as_secs_f64() * 1000.0;
    if time.is_zero() {
        "0 ms".to_owned()
    } else if millis < 0.095 {
        format!("{millis:.2} ms")
    } else if millis < 100.0 {
        format!("{millis:.1} ms")
    } else if millis < 1000.0 {
        format!("{millis:.0} ms")
    } else if millis < 60_000.0 {
        format!("{:.1} s", millis / 1000.0)
    } else {
        format::duration(time)
    }
}

/// A note below the diagram.
pub(crate) fn note(note: Note, role: Role) -> String {
    match (note, role) {
        (Note::PeerInferred, Role::Client) => t!("note-server-inferred"),
        (Note::PeerInferred, Role::Server) => t!("note-client-inferred"),
        (Note::BothInferred, _) => t!("note-both-inferred"),
        (Note::HandshakeUntimed, _) => t!("note-handshake-untimed"),
        (Note::EndNotSeen, _) => t!("note-end-not-seen"),
        (
            Note::Letters {
                u: Some(u),
                w: Some(w),
            },
            _,
        ) => {
            t!("note-letters-both", u = u, w = w)
        }
        (
            Note::Letters {
                u: Some(u),
                w: None,
            },
            _,
        ) => t!("note-letters-first", u = u),
        (
            Note::Letters {
                u: None,
                w: Some(w),
            },
            _,
        ) => t!("note-letters-second", w = w),
        (Note::Letters { u: None, w: None }, _) => t!("note-letters"),
    }
}

/// The whole diagram for a screen reader, a line for each step.
pub(crate) fn spoken(diagram: &Diagram, peer: &str) -> String {
    let mut lines = Vec::new();
    for step in &diagram.steps {
        let line = spoken_step(step, peer);
        if line.is_empty() {
            continue;
        }
        let line = match step.at {
            Some(at) => t!("spoken-at", time = time(at), what = line),
            None => line,
        };
        lines.push(match step.tense {
            crate::app::model::line::Tense::Future => t!("spoken-to-come", what = line),
            _ => line,
        });
    }
    lines.join("\n")
}

fn spoken_step(step: &Step, peer: &str) -> String {
    let who = |side: Side| match side {
        Side::Own => t!("this-computer"),
        Side::Peer => peer.to_owned(),
    };
    match &step.what {
        What::Heading(of) => heading(*of, None),
        What::Segment(segment) => spoken_segment(segment, &who),
        What::Data(data) => t!(
            "spoken-data",
            from = who(data.from),
            size = format::bytes(data.bytes)
        ),
        What::Enter { side, state } => {
            t!("spoken-enters", who = who(*side), state = state.name())
        }
        What::Gap(gap) => t!("later", time = time(*gap)),
        What::Omitted(count) => t!("messages-omitted", count = *count),
        What::Now => t!("now"),
        What::TimeWait {
            left: Some((left, _)),
            ..
        } => t!("time-wait-left", secs = left.as_secs()),
        What::TimeWait { .. } => t!("two-msl"),
        What::Begin { .. } => String::new(),
    }
}

fn spoken_segment(segment: &Segment, who: &dyn Fn(Side) -> String) -> String {
    let (from, to) = (who(segment.from), who(segment.from.other()));
    let label = label(segment.label, false);
    let mut line = match segment.fate {
        Fate::NotSeen => t!("spoken-not-seen", what = label, from = from),
        _ => t!("spoken-segment", what = label, from = from),
    };
    for (who, state) in [(who(segment.from), segment.sender), (to, segment.receiver)] {
        if let Some(state) = state {
            line = t!(
                "spoken-two",
                first = line,
                second = t!("spoken-enters", who = who, state = state.name())
            );
        }
    }
    line
}

/// `0.4 ms` or `0.4 毫秒`: a time in a list, with the unit in the language.
pub(super) fn long_time(time: Duration) -> String {
    if time < Duration::from_secs(1) {
        super::facts::millis(time)
    } else if time < Duration::from_mins(1) {
        t!("took-secs", secs = format!("{:.1}", time.as_secs_f64()))
    } else {
        format::duration(time)
    }
}

/// `90%`, of a share from 0 to 1.
pub(super) fn share(share: f32) -> String {
    crate::text::verdict::share(share.into())
}

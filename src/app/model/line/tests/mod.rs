//! Diagrams of connections in every state, as text.

mod closing;
mod figures;
mod opening;

use std::time::Duration;

use super::*;
use landline_engine::transport::tcp::TcpState;
use landline_engine::transport::trace::{Passed, Role, TraceEvent};

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// What is known of a connection with these events, at `now`.
fn seen(role: Role, now: u64, events: &[(u64, TraceEvent)]) -> Seen {
    Seen {
        role,
        now: ms(now),
        events: events.iter().map(|(at, of)| (ms(*at), *of)).collect(),
        sent: Passed::default(),
        received: Passed::default(),
        observed: Vec::new(),
        is_current: false,
        time_wait_left: [None, None],
        info: None,
        send_queue: None,
        is_closed: events.iter().any(|(_, of)| *of == TraceEvent::Closed),
        expects: match role {
            Role::Client => Side::Own,
            Role::Server => Side::Peer,
        },
        messages: Vec::new(),
    }
}

fn passed(bytes: u64, first: u64, last: u64) -> Passed {
    Passed {
        bytes,
        first: Some(ms(first)),
        last: Some(ms(last)),
    }
}

fn observed(own: TcpState) -> (TcpState, Option<TcpState>) {
    (own, None)
}

/// The steps as lines: what is still to come after `?`, what is happening after `>`.
fn lines(seen: &Seen) -> Vec<String> {
    Diagram::of(seen).steps.iter().map(line).collect()
}

fn line(step: &Step) -> String {
    let mark = match step.tense {
        Tense::Past => "",
        Tense::Now => "> ",
        Tense::Future => "? ",
    };
    let what = match &step.what {
        What::Begin { own, peer } => {
            let names = |states: &[TcpState]| {
                let names: Vec<_> = states.iter().map(|state| state.name()).collect();
                names.join(" ")
            };
            format!("{} | {}", names(own), names(peer))
        }
        What::Heading(heading) => format!("{heading:?}"),
        What::Segment(segment) => arrow(segment),
        What::Data(data) => format!("data of {:?}: {}", data.from, data.bytes),
        What::Gap(gap) => format!("{} ms later", gap.as_millis()),
        What::Omitted(count) => format!("{count} before"),
        What::Now => "now".to_owned(),
        What::TimeWait { side, left } => match left {
            Some((left, of)) => format!("{side:?} waits {} of {} s", left.as_secs(), of.as_secs()),
            None => format!("{side:?} waits"),
        },
        What::Enter { side, state } => format!("{side:?} {state}"),
    };
    match step.at {
        Some(at) => format!("{mark}{what} @{}", at.as_millis()),
        None => format!("{mark}{what}"),
    }
}

fn arrow(segment: &Segment) -> String {
    let label = match segment.label {
        Label::Syn => "SYN".to_owned(),
        Label::SynAck => "SYN+ACK".to_owned(),
        Label::Ack(of) => format!("ACK {}", of.map_or(String::new(), |of| of.to_string())),
        Label::Fin(letter, None) => format!("FIN {letter}"),
        Label::Fin(letter, Some(of)) => format!("FIN {letter} ACK {of}"),
        Label::Rst { .. } => "RST".to_owned(),
        Label::WindowFull => "full".to_owned(),
        Label::Bytes { count, acks } => format!("{count}{}", if acks { " ACK" } else { "" }),
        Label::Unacknowledged(count) => format!("{count} lost"),
        Label::SentAgain => "again".to_owned(),
    };
    let state = |state: Option<TcpState>| state.map_or("", TcpState::name);
    let (left, right, way) = match segment.from {
        Side::Own => (state(segment.sender), state(segment.receiver), "->"),
        Side::Peer => (state(segment.receiver), state(segment.sender), "<-"),
    };
    let fate = match segment.fate {
        Fate::Arrives => "",
        Fate::Lost => " lost",
        Fate::NotSeen => " unseen",
        Fate::Resets => " reset",
    };
    let crossing = if segment.crosses { " crossing" } else { "" };
    format!("{left} {way} {label}{fate}{crossing} {right}")
}

/// The lines after the handshake.
fn after_handshake(seen: &Seen) -> Vec<String> {
    let mut lines = lines(seen);
    lines.drain(..5);
    lines
}

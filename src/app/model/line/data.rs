//! The part of the diagram between the handshake and the end: bands or messages, and the close around them.

use std::time::Duration;

use super::close::Close;
use super::diagram::{Data, Fate, Label, Segment, Side, Step, Tense, What};
use super::seen::{Message, Seen};
use landline_engine::transport::trace::Passed;

/// More messages would not fit; older ones are counted.
const MESSAGES: usize = 8;
/// A shorter pause between two messages is not shown.
const GAP: Duration = Duration::from_secs(1);
/// An ACK waits at least this long for data to travel with (RFC 1122 section 4.2.3.2 allows up to 500 ms; systems wait
/// 40 ms and more).
const DELAYED_ACK: Duration = Duration::from_millis(40);

/// Adds the data and the close.
pub(super) fn add(seen: &Seen, close: Close, steps: &mut Vec<Step>) {
    let fin = close.first_fin(seen);
    let is_before = |at: Option<Duration>| fin.zip(at).is_none_or(|(fin, at)| at <= fin);
    if seen.messages.is_empty() {
        let (minor, main) = bands(seen);
        let before = [minor, main].map(|band| is_before(band.1.first));
        let add = |is_before, steps: &mut Vec<Step>| {
            // In the order of their first bytes.
            let mut all = [(minor, before[0], false), (main, before[1], true)];
            if main.1.first < minor.1.first {
                all.reverse();
            }
            for ((from, passed), before, is_main) in all {
                if before != is_before || passed.bytes == 0 {
                } else if is_main {
                    band(seen, close, (from, passed), steps);
                } else {
                    steps.push(request(from, passed));
                }
            }
        };
        add(true, steps);
        close.add_first(seen, steps);
        add(false, steps);
        close.add_second(seen, steps);
        return;
    }
    let begin = seen.messages.len().saturating_sub(MESSAGES);
    if begin > 0 {
        steps.push(Step::new(What::Omitted(begin), Tense::Past, None));
    }
    let shown = &seen.messages[begin..];
    let middle = shown.partition_point(|message| is_before(Some(message.at)));
    let (before, after) = shown.split_at(middle);
    messages(before, steps);
    close.add_first(seen, steps);
    messages(after, steps);
    close.add_second(seen, steps);
}

/// The direction with fewer bytes, and the other one.
fn bands(seen: &Seen) -> ((Side, Passed), (Side, Passed)) {
    let (sent, received) = ((Side::Own, seen.sent), (Side::Peer, seen.received));
    if seen.sent.bytes > seen.received.bytes {
        (received, sent)
    } else {
        (sent, received)
    }
}

fn arrow(from: Side, label: Label) -> Segment {
    Segment {
        from,
        label,
        sender: None,
        receiver: None,
        fate: Fate::Arrives,
        crosses: false,
    }
}

/// The smaller amount: a request, or a file's name.
fn request(from: Side, passed: Passed) -> Step {
    let label = Label::Bytes {
        count: passed.bytes,
        acks: false,
    };
    Step::new(What::Segment(arrow(from, label)), Tense::Past, passed.first)
}

fn band(seen: &Seen, close: Close, (from, passed): (Side, Passed), steps: &mut Vec<Step>) {
    let info = seen.info.unwrap_or_default();
    let is_own = from == Side::Own;
    let count = |count: Option<u32>| count.map(u64::from);
    let data = Data {
        from,
        bytes: passed.bytes,
        segments: count(if is_own {
            info.segments_sent
        } else {
            info.segments_received
        }),
        // Only a sender knows.
        retransmitted: count(info.retransmitted.filter(|_| is_own)),
    };
    let tense = if close.is_open() {
        Tense::Now
    } else {
        Tense::Past
    };
    steps.push(Step::new(What::Data(data), tense, passed.first));
    if let Some(again) = data.retransmitted.filter(|again| *again > 0) {
        let mut lost = arrow(from, Label::Unacknowledged(again));
        lost.fate = Fate::Lost;
        steps.push(Step::new(What::Segment(lost), tense, None));
        let again = arrow(from, Label::SentAgain);
        steps.push(Step::new(What::Segment(again), tense, None));
    }
    let last = passed.last.filter(|last| Some(*last) != passed.first);
    let last = last.filter(|_| tense == Tense::Past);
    let ack = arrow(from.other(), Label::Ack(None));
    steps.push(Step::new(What::Segment(ack), tense, last));
    if tense == Tense::Now && is_window_full(seen, from) {
        let full = arrow(from.other(), Label::WindowFull);
        steps.push(Step::new(What::Segment(full), tense, None));
    }
}

/// Whether there is no space for another segment in the window of the receiver.
pub(super) fn is_window_full(seen: &Seen, from: Side) -> bool {
    let Some(info) = &seen.info else { return false };
    let of = |window: Option<u32>, used: u32, segment: Option<u32>| {
        let segment = segment.unwrap_or(0).max(1);
        window.is_some_and(|window| window.saturating_sub(used) < segment)
    };
    match from {
        Side::Own => {
            let queue = seen.send_queue.unwrap_or_default();
            let sent = queue.saturating_sub(info.unsent.unwrap_or_default());
            of(info.peer_window, sent, info.segment_size)
        }
        Side::Peer => of(info.own_window, 0, info.peer_segment_size),
    }
}

fn messages(all: &[Message], steps: &mut Vec<Step>) {
    let mut before: Option<&Message> = None;
    for (index, message) in all.iter().enumerate() {
        let since = before.map(|before| message.at.saturating_sub(before.at));
        if let Some(gap) = since.filter(|gap| *gap >= GAP) {
            steps.push(Step::new(What::Gap(gap), Tense::Past, None));
        }
        let is_reply = |message: &Message, before: &Message, since| {
            message.from != before.from && since < DELAYED_ACK
        };
        let acks = before
            .zip(since)
            .is_some_and(|(before, since)| is_reply(message, before, since));
        let label = Label::Bytes {
            count: message.bytes,
            acks,
        };
        let segment = What::Segment(arrow(message.from, label));
        steps.push(Step::new(segment, Tense::Past, Some(message.at)));
        let next = all.get(index + 1);
        let is_answered =
            next.is_some_and(|next| is_reply(next, message, next.at.saturating_sub(message.at)));
        if message.is_acked && !is_answered {
            let ack = arrow(message.from.other(), Label::Ack(None));
            steps.push(Step::new(What::Segment(ack), Tense::Past, None));
        }
        before = Some(message);
    }
}

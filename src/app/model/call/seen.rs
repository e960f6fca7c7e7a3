//! What is known of the connection of a call, for its sequence diagram.

use std::time::Duration;

use crate::app::model::line::{Message, Seen, Side};
use landline_engine::call::{Call, Entry, EntryKind};
use landline_engine::transport::trace::{Role, TraceEvent};

/// What is known of the connection of `call` now; `None` until there is one.
pub(super) fn seen(call: &Call, entries: &[Entry], acknowledged: u64) -> Option<Seen> {
    let trace = call.trace()?;
    let expects = match call.role() {
        Role::Client => Side::Own,
        Role::Server => Side::Peer,
    };
    let mut seen = Seen::of(&trace, expects);
    // The call may have begun earlier than its connection, by the time of a look-up.
    let began = entries.iter().find_map(|entry| match entry.kind {
        EntryKind::Connected(_) => Some(entry.at),
        _ => None,
    });
    let opened = [TraceEvent::Connected, TraceEvent::Accepted];
    let opened = opened.into_iter().find_map(|event| trace.at(event));
    let earlier = began
        .zip(opened)
        .map_or(Duration::ZERO, |(call, line)| call.saturating_sub(line));
    seen.messages = entries
        .iter()
        .filter_map(|entry| {
            let at = entry.at.saturating_sub(earlier);
            match &entry.kind {
                EntryKind::Sent { bytes, end, .. } => Some(Message {
                    at,
                    from: Side::Own,
                    bytes: bytes.len() as u64,
                    is_acked: *end <= acknowledged,
                }),
                EntryKind::Received { bytes } => Some(Message {
                    at,
                    from: Side::Peer,
                    bytes: bytes.len() as u64,
                    // The system acknowledges what it delivers, at the latest with the next segment.
                    is_acked: true,
                }),
                EntryKind::File { len, end, .. } => Some(Message {
                    at,
                    from: Side::Own,
                    bytes: *len,
                    is_acked: *end <= acknowledged,
                }),
                _ => None,
            }
        })
        .collect();
    Some(seen)
}

//! What a call shows in words.

use std::time::Duration;

use super::item::{Side, side};
use crate::t;
use crate::text::Describe as _;
use landline_engine::call::encoding::Encoding;
use landline_engine::call::{Call, CallState, Entry, EntryKind, hex};
use landline_engine::printable::printable;

/// The bytes of a piece that are shown; the file that it is saved to has all of them.
pub(crate) const MOST_SHOWN: usize = 4096;

/// `0:03.120`.
pub(crate) fn clock(at: Duration) -> String {
    let secs = at.as_secs();
    let (minutes, secs, millis) = (secs / 60, secs % 60, at.subsec_millis());
    format!("{minutes}:{secs:02}.{millis:03}")
}

/// `0.4 ms`, `12 ms`, `3.1 s`: a time that is worth a fraction of a millisecond.
pub(crate) fn fine(time: Duration) -> String {
    match time.as_micros() {
        micros @ 0..10_000 => {
            let tenths = micros.div_ceil(100);
            t!(
                "call-millis",
                millis = format!("{}.{}", tenths / 10, tenths % 10)
            )
        }
        _ => crate::format::duration(time),
    }
}

/// The content of a piece.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Content {
    /// The bytes in hexadecimal, if that was chosen or they are not text.
    pub hex: Option<String>,
    /// The text, with replacement characters if it is none.
    pub text: String,
    /// How many more bytes there are.
    pub more: u64,
}

/// The content of the piece of `bytes`. What a stranger sent must not control the window.
pub(crate) fn content(bytes: &[u8], as_hex: bool, encoding: Encoding) -> Content {
    let shown = &bytes[..bytes.len().min(MOST_SHOWN)];
    let more = (bytes.len() - shown.len()) as u64;
    let exact = exact(shown, encoding).filter(|text| is_plain(text));
    // The end of what is shown may be half a character.
    let is_text = exact.is_some() || more > 0 && is_text_but_for_its_end(shown, encoding);
    let text = exact.unwrap_or_else(|| encoding.decode(shown));
    let text = printable(&text.replace("\r\n", "\n"), true);
    Content {
        hex: (as_hex || !is_text).then(|| hex::format(shown)),
        text,
        more,
    }
}

/// `bytes` as text, if they are text of this encoding.
pub(super) fn exact(bytes: &[u8], encoding: Encoding) -> Option<String> {
    Some(encoding.decode(bytes)).filter(|text| !text.contains(char::REPLACEMENT_CHARACTER))
}

/// Whether it contains no control characters but line breaks and tabs.
fn is_plain(text: &str) -> bool {
    text.chars()
        .all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'))
}

fn is_text_but_for_its_end(bytes: &[u8], encoding: Encoding) -> bool {
    (1..4).any(|cut| {
        let text = bytes
            .len()
            .checked_sub(cut)
            .and_then(|len| exact(&bytes[..len], encoding));
        text.is_some_and(|text| is_plain(&text))
    })
}

/// The bytes of a piece.
pub(crate) fn bytes(entry: &Entry) -> &[u8] {
    match &entry.kind {
        EntryKind::Sent { bytes, .. } | EntryKind::Received { bytes } => bytes,
        _ => &[],
    }
}

/// What happened, for everything that is not a piece.
pub(crate) fn event(entry: &Entry, can_send: bool) -> String {
    match &entry.kind {
        EntryKind::Connected(Some(took)) => t!("call-connected-in", time = fine(*took)),
        EntryKind::Connected(None) => t!("call-accepted"),
        EntryKind::OwnFin => t!("call-own-fin"),
        EntryKind::PeerFin if can_send => t!("call-peer-fin-can-send"),
        EntryKind::PeerFin => t!("call-peer-fin"),
        EntryKind::OwnReset => t!("call-own-reset"),
        EntryKind::PeerReset => t!("call-peer-reset"),
        EntryKind::File { name, len, .. } => {
            t!("call-file", name = name, size = crate::format::bytes(*len))
        }
        EntryKind::Failed(why) => why.sentence().title(),
        EntryKind::Dropped { count } => t!("call-dropped", count = *count),
        EntryKind::Sent { .. } | EntryKind::Received { .. } => String::new(),
    }
}

/// When a piece, or the first of several, passed, its size, and what became of it: the line below its bubble.
pub(crate) fn below(entries: &[Entry], before: Option<&Entry>, acknowledged: u64) -> String {
    let Some(first) = entries.first() else {
        return String::new();
    };
    let count: usize = entries.iter().map(|entry| bytes(entry).len()).sum();
    let mut parts = vec![clock(first.at)];
    if entries.len() > 1 {
        parts.push(t!("call-pieces", count = entries.len()));
    }
    parts.push(t!("call-bytes", count = count));
    match entries.last().map(|last| &last.kind) {
        Some(EntryKind::Sent {
            end, is_automatic, ..
        }) => {
            if *is_automatic {
                parts.push(t!("call-automatic"));
            }
            if *end <= acknowledged {
                parts.push(t!("call-arrived"));
            }
        }
        Some(EntryKind::Received { .. }) => {
            let asked = before.filter(|before| side(before) == Some(Side::Own));
            if let Some(asked) = asked {
                let later = first.at.saturating_sub(asked.at);
                parts.push(t!("call-later", time = fine(later)));
            }
        }
        _ => {}
    }
    parts.join(" · ")
}

/// The state of a call in a word or two, for its row.
pub(crate) fn state(state: &CallState) -> String {
    match state {
        CallState::Connecting => t!("call-connecting"),
        CallState::Open {
            sends: true,
            receives: true,
        } => t!("call-open"),
        CallState::Open { .. } => t!("call-half-closed"),
        CallState::HangingUp => t!("call-hangs-up"),
        CallState::Ended | CallState::Withdrawn => t!("call-ended"),
        CallState::Reset => t!("call-was-reset"),
        CallState::Failed(_) => t!("failed"),
    }
}

/// The other side of a call.
pub(crate) fn peer(call: &Call) -> String {
    let host = printable(call.host(), false);
    t!("call-peer", host = host, port = call.port())
}

/// The last piece of a conversation in one line.
pub(crate) fn last(entries: &[Entry], encoding: Encoding) -> Option<String> {
    /// Nobody reads more in a row.
    const MOST: usize = 200;
    let last = entries.iter().rev().find(|entry| side(entry).is_some())?;
    let bytes = bytes(last);
    let content = content(&bytes[..bytes.len().min(MOST)], false, encoding);
    let text = content.hex.unwrap_or(content.text);
    Some(printable(text.trim_end(), false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_text_unless_they_are_not() {
        let of = |bytes: &[u8]| content(bytes, false, Encoding::Utf8);
        assert_eq!(of("好\r\n".as_bytes()).text, "好\n");
        assert_eq!(of("好".as_bytes()).hex, None);
        assert_eq!(of(b"\0\x01").hex.as_deref(), Some("00 01"));
        assert_eq!(of(&"好".as_bytes()[..2]).hex.as_deref(), Some("E5 A5"));
        // Right-to-left override.
        assert_eq!(of("a\u{202e}b".as_bytes()).text, "a b");
        let long = of("好".repeat(3000).as_bytes());
        assert_eq!((long.hex, long.more), (None, 9000 - 4096));
        let both = content(b"ab", true, Encoding::Gbk);
        assert_eq!((both.hex.as_deref(), &*both.text), (Some("61 62"), "ab"));
    }

    #[test]
    fn times_are_precise() {
        assert_eq!(clock(Duration::from_micros(63_120_900)), "1:03.120");
        assert_eq!(fine(Duration::from_micros(410)), "0.5 ms");
        assert_eq!(fine(Duration::from_millis(12)), "12 ms");
    }
}

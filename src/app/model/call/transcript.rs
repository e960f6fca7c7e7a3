//! A conversation as a text file.

use std::fmt::Write as _;

use super::item::{Side, side};
use super::words;
use crate::t;
use landline_engine::call::encoding::Encoding;
use landline_engine::call::{Call, Entry, hex};
use landline_engine::printable::printable;

/// The whole conversation, one line for each piece and event, in the current language. Bytes that are no text of the
/// encoding are in hexadecimal.
pub(crate) fn transcript(call: &Call, entries: &[Entry], encoding: Encoding) -> String {
    let peer = words::peer(call);
    let mut text = peer.clone();
    text.push('\n');
    for entry in entries {
        let at = words::clock(entry.at);
        let who = match side(entry) {
            None => {
                let what = words::event(entry, false);
                _ = writeln!(text, "{at} --- {what}");
                continue;
            }
            Some(Side::Own) => t!("you"),
            Some(Side::Peer) => peer.clone(),
        };
        let bytes = words::bytes(entry);
        let is_plain = |text: &String| text.chars().all(|c| !c.is_control() || c == '\t');
        let whole = words::exact(bytes, encoding);
        let line = whole
            .as_ref()
            .map(|text| text.strip_suffix('\n').unwrap_or(text))
            .map(|text| text.strip_suffix('\r').unwrap_or(text).to_owned())
            .filter(is_plain);
        let what = match line {
            Some(line) => printable(&line, false),
            None => hex::format(bytes),
        };
        let count = t!("call-bytes", count = bytes.len());
        _ = writeln!(text, "{at} {who} ({count}): {what}");
    }
    text
}

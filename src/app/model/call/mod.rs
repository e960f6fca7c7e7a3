//! The page of a call: its conversation, and what is being typed. Without egui.

mod item;
mod seen;
mod transcript;
pub(crate) mod words;

use std::sync::Arc;
use std::time::Duration;

use landline_engine::call::hex::HexError;
use landline_engine::call::{Call, CallId, CallState, Entry, INTERVAL_MIN, hex};
use landline_engine::client::halfwidth;
use landline_engine::transport::tcp::TcpState;
use landline_engine::transport::trace::{Sample, TraceEvent, Watch};

pub(crate) use self::item::{Item, Side, side};
pub(crate) use self::transcript::transcript;
use crate::app::model::line::Diagram;
use crate::sentence;
use crate::settings::Talk;
use crate::text::Sentence;

/// The longest time between two repetitions: a day.
const INTERVAL_MAX: Duration = Duration::from_hours(24);

/// The page of a call.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a wish of its own")]
pub(crate) struct View {
    /// The call.
    pub call: Arc<Call>,
    /// What is being typed.
    pub draft: String,
    /// What is wrong with that.
    pub wrong: Option<Sentence>,
    /// Whether what is sent goes to all calls of the tab.
    pub sends_to_all: bool,
    /// Whether the field for repeating is shown.
    pub repeats: bool,
    /// The time between two repetitions as it was typed, in milliseconds.
    pub interval: String,
    /// Whether the field wants the keyboard focus.
    pub wants_keyboard: bool,
    /// Whether to scroll to the end.
    pub wants_end: bool,
    entries: Vec<Entry>,
    items: Vec<Item>,
    /// What the entries and items were taken from: the version, and whether pieces are joined.
    of: Option<(u64, bool)>,
    watch: Option<Watch>,
}

impl View {
    /// The page of `call`, with `draft` in its field.
    pub(crate) fn new(call: Arc<Call>, draft: String) -> Self {
        Self {
            call,
            draft,
            wrong: None,
            sends_to_all: false,
            repeats: false,
            interval: "1000".to_owned(),
            wants_keyboard: true,
            wants_end: true,
            entries: Vec::new(),
            items: Vec::new(),
            of: None,
            watch: None,
        }
    }

    /// The id of the call.
    pub(crate) fn id(&self) -> CallId {
        self.call.id()
    }

    /// Takes what has happened since the last time.
    pub(crate) fn refresh(&mut self, joins: bool) {
        let of = Some((self.call.version(), joins));
        if self.of != of {
            self.entries = self.call.entries();
            let before = std::mem::take(&mut self.items);
            self.items = item::items(&self.entries, joins, before);
            self.of = of;
        }
        if self.watch.is_none() {
            self.watch = self.call.trace().map(|trace| trace.watch());
        }
    }

    /// Does not watch the connection until the next [`View::refresh`].
    pub(crate) fn rest(&mut self) {
        self.watch = None;
    }

    /// Everything that happened, oldest first.
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The rows of the conversation, to be measured, with the entries that they show.
    pub(crate) fn items_mut(&mut self) -> (&mut [Item], &[Entry]) {
        (&mut self.items, &self.entries)
    }

    /// How much of what was sent has arrived: the count of bytes that the other side's system has acknowledged.
    pub(crate) fn acknowledged(&self) -> u64 {
        let Some(trace) = self.call.trace() else {
            return 0;
        };
        // What a connection that broke had queued is gone, and did not arrive.
        let breaks = [
            TraceEvent::ResetReceived,
            TraceEvent::ResetSent,
            TraceEvent::TimedOut,
        ];
        let is_broken = breaks.into_iter().any(|event| trace.at(event).is_some());
        let sample = if is_broken {
            let was_open = |sample: &Sample| sample.state != TcpState::Closed;
            trace.samples().into_iter().rfind(was_open)
        } else {
            trace.last_sample()
        };
        sample.map_or(0, |sample| {
            // Where the system does not say, nothing is known to have arrived.
            let queue = sample.send_queue.map_or(sample.sent, u64::from);
            sample.sent.saturating_sub(queue)
        })
    }

    /// The sequence diagram of its connection, once there is one.
    pub(crate) fn diagram(&self) -> Option<Diagram> {
        let seen = seen::seen(&self.call, &self.entries, self.acknowledged())?;
        Some(Diagram::of(&seen))
    }

    /// Whether this side can send.
    pub(crate) fn can_send(&self) -> bool {
        matches!(self.call.state(), CallState::Open { sends: true, .. })
    }

    /// The bytes that are being typed. If they are none, says why, and remembers it.
    pub(crate) fn typed(&mut self, talk: Talk) -> Option<Vec<u8>> {
        let typed = typed(&self.draft, talk);
        self.wrong = typed.as_ref().err().cloned();
        typed.ok()
    }

    /// The time between two repetitions. If it is none, says why, and remembers it.
    pub(crate) fn interval(&mut self) -> Option<Duration> {
        let plain: String = self.interval.chars().map(halfwidth).collect();
        let interval = plain.trim().parse().ok().map(Duration::from_millis);
        let interval = interval.filter(|of| (INTERVAL_MIN..=INTERVAL_MAX).contains(of));
        if interval.is_none() {
            let least = u64::try_from(INTERVAL_MIN.as_millis()).unwrap_or_default();
            self.wrong = Some(sentence!("call-bad-interval", least = least));
        }
        interval
    }
}

/// The bytes of `draft`.
///
/// # Errors
/// It is not hex, or the encoding lacks one of its characters.
fn typed(draft: &str, talk: Talk) -> Result<Vec<u8>, Sentence> {
    let mut bytes = if talk.hex {
        hex::parse(draft).map_err(not_hex)?
    } else {
        talk.encoding
            .encode(draft)
            .map_err(|c| sentence!("call-not-in-gbk", character = c.to_string()))?
    };
    if talk.line_feed {
        bytes.push(b'\n');
    }
    Ok(bytes)
}

/// What is wrong with hex.
pub(crate) fn not_hex(why: HexError) -> Sentence {
    match why {
        HexError::NotADigit(c) => sentence!("call-not-hex", character = c.to_string()),
        HexError::HalfByte(c) => sentence!("call-half-hex", digit = c.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use landline_engine::call::encoding::Encoding;

    #[test]
    fn what_is_typed_becomes_bytes() {
        let talk = |hex, encoding, line_feed| Talk {
            hex,
            encoding,
            line_feed,
            ..Talk::default()
        };
        let (utf8, gbk) = (Encoding::Utf8, Encoding::Gbk);
        for (draft, talk, bytes) in [
            ("are u ok?", talk(false, utf8, false), &b"are u ok?"[..]),
            ("好", talk(false, utf8, true), b"\xe5\xa5\xbd\n"),
            ("好", talk(false, gbk, true), b"\xba\xc3\n"),
            ("0d 0A", talk(true, gbk, false), b"\r\n"),
        ] {
            assert_eq!(typed(draft, talk).unwrap(), bytes);
        }
        for (draft, talk, key) in [
            ("0g", talk(true, utf8, false), "call-not-hex"),
            ("012", talk(true, utf8, true), "call-half-hex"),
            ("a😀", talk(false, gbk, false), "call-not-in-gbk"),
        ] {
            assert_eq!(typed(draft, talk).unwrap_err().key(), key);
        }
    }
}

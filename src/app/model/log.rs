//! The log of the Server tab.

use std::collections::VecDeque;
use std::fmt;

use crate::format::printable;
use crate::t;
use crate::text::Sentence;

/// Enough for an afternoon; the oldest are dropped.
pub(crate) const LINES_KEPT: usize = 2_000;

/// A log entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// The time of day: `12:03:22`.
    pub at: String,
    /// The peer's address, if a peer caused it.
    pub peer: Option<String>,
    /// The text.
    pub what: What,
}

/// The text of a log entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// A message of Landline.
    Said(Sentence),
    /// A peer's message, verbatim.
    Message(String),
    /// The text of a LocalSend device.
    Text {
        /// What it calls itself.
        from: String,
        /// The text.
        text: String,
    },
}

impl Line {
    /// The text after the time and the peer's address.
    pub(crate) fn words(&self) -> String {
        match &self.what {
            What::Said(what) => what.to_string(),
            What::Message(text) => {
                let peer = self.peer.as_deref().unwrap_or_default();
                t!("message-line", peer = peer, text = text)
            }
            What::Text { from, text } => {
                let text = printable(text, false);
                t!("text-line", who = from, text = text)
            }
        }
    }

    /// The peer's address, unless the text begins with it.
    pub(crate) fn address(&self) -> Option<&str> {
        match self.what {
            What::Said(_) | What::Text { .. } => self.peer.as_deref(),
            What::Message(_) => None,
        }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.at)?;
        if let Some(address) = self.address() {
            write!(f, "{address} ")?;
        }
        f.write_str(&self.words())
    }
}

/// The latest lines, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Log {
    lines: VecDeque<Line>,
    /// Whether the list is expanded.
    pub expanded: bool,
    /// Whether to scroll to the log, because the user asked for it.
    pub wanted: bool,
}

impl Log {
    /// Appends a line.
    pub(crate) fn add(&mut self, line: Line) {
        if self.lines.len() == LINES_KEPT {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
    }

    /// The number of lines.
    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there are no lines.
    pub(crate) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// All lines, as text.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for line in &self.lines {
            text += &line.to_string();
            text.push('\n');
        }
        text
    }

    /// The line at `index`, counted from the oldest.
    pub(crate) fn get(&self, index: usize) -> Option<&Line> {
        self.lines.get(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_lines_are_dropped_first() {
        let mut log = Log::default();
        for number in 0..LINES_KEPT + 5 {
            log.add(Line {
                at: String::new(),
                peer: None,
                what: What::Message(number.to_string()),
            });
        }
        assert_eq!(log.len(), LINES_KEPT);
        let first = log.get(0).map(|line| line.what.clone());
        assert_eq!(first, Some(What::Message("5".to_owned())));
    }
}

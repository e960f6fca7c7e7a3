//! The lines of the log.

use std::collections::VecDeque;

use crate::text::Sentence;

/// Enough for an afternoon; the oldest go first.
pub(crate) const LINES_KEPT: usize = 2_000;

/// Something that happened while sharing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// When, as a clock shows it: `12:03:22`.
    pub at: String,
    /// The other end's address, if somebody caused it.
    pub peer: Option<String>,
    /// What happened.
    pub what: What,
}

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// Landline's words.
    Said(Sentence),
    /// The peer's words, shown as they came.
    Message(String),
}

/// The last lines, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Log {
    lines: VecDeque<Line>,
    /// Whether more of them are shown.
    pub expanded: bool,
    /// Whether the user asked to see the log and has not been brought there yet.
    pub wanted: bool,
}

impl Log {
    /// Add a line.
    pub(crate) fn add(&mut self, line: Line) {
        if self.lines.len() == LINES_KEPT {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// Nothing happened yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// One of them, counted from the oldest.
    pub(crate) fn get(&self, index: usize) -> Option<&Line> {
        self.lines.get(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_lines_go_first() {
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

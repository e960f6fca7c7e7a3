//! Type-ahead: the letters typed in the list move the cursor to the first name that starts with them.

use super::Browse;

/// A longer pause between two letters starts another name, in seconds.
const PAUSE: f64 = 1.0;

/// What was typed last.
#[derive(Debug, Default)]
pub(super) struct TypeAhead {
    /// In lower case.
    text: String,
    /// When its last letter was typed, in seconds.
    at: f64,
}

impl Browse {
    /// Whether a name is being typed at `now`, in seconds, so that a space belongs to it.
    pub(crate) fn is_typing(&self, now: f64) -> bool {
        !self.type_ahead.text.is_empty() && now - self.type_ahead.at < PAUSE
    }

    /// Adds `typed` to the name that is being typed, and selects the first visible entry that starts with it. One letter,
    /// also repeated, goes on to the next of the names that start with it. Returns whether there is such a name.
    pub(crate) fn type_ahead(&mut self, typed: &str, now: f64) -> bool {
        if !self.is_typing(now) {
            self.type_ahead.text.clear();
        }
        // The entries' names are folded in the same way.
        self.type_ahead.text += &typed.to_lowercase();
        self.type_ahead.at = now;
        let text = &self.type_ahead.text;
        let is_letter = text.chars().nth(1).is_none();
        let whole = self.starting_with(text, 0).filter(|_| !is_letter);
        let found = whole.or_else(|| {
            let first = text.chars().next()?;
            let letter = &text[..first.len_utf8()];
            let is_repeated = text.chars().all(|c| c == first);
            let below = self.cursor.map_or(0, |cursor| cursor + 1);
            let next = self.starting_with(letter, below);
            let next = next.or_else(|| self.starting_with(letter, 0));
            next.filter(|_| is_repeated)
        });
        if let Some(row) = found {
            self.click(row, false, false);
        }
        found.is_some()
    }

    /// Takes back the last letter of the name that is being typed at `now`; returns whether there is one.
    pub(crate) fn take_back_letter(&mut self, now: f64) -> bool {
        let is_typing = self.is_typing(now);
        if is_typing {
            self.type_ahead.text.pop();
            self.type_ahead.at = now;
        }
        is_typing
    }

    /// The first row, not above `from`, whose name starts with `prefix`.
    fn starting_with(&self, prefix: &str, from: usize) -> Option<usize> {
        let mut rows = from..self.len();
        rows.find(|row| {
            let entry = self.row(*row);
            entry.is_some_and(|entry| entry.folded().starts_with(prefix))
        })
    }
}

//! List-valued fields, which may have several lines.

use std::ops::Deref;

/// The lines of a list-valued field (RFC 9110 section 5.3). A single line, as nearly every client sends it, needs no
/// allocation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Lines<'a> {
    /// The field is missing.
    #[default]
    None,
    /// It has one line.
    One([&'a str; 1]),
    /// It has several lines.
    Several(Vec<&'a str>),
}

impl<'a> Lines<'a> {
    /// Adds a line.
    pub fn push(&mut self, line: &'a str) {
        match self {
            Self::None => *self = Self::One([line]),
            Self::One([first]) => *self = Self::Several(vec![first, line]),
            Self::Several(lines) => lines.push(line),
        }
    }
}

impl<'a> Deref for Lines<'a> {
    type Target = [&'a str];

    fn deref(&self) -> &[&'a str] {
        match self {
            Self::None => &[],
            Self::One(line) => line,
            Self::Several(lines) => lines,
        }
    }
}

impl<'a> FromIterator<&'a str> for Lines<'a> {
    fn from_iter<I: IntoIterator<Item = &'a str>>(lines: I) -> Self {
        let mut all = Self::None;
        for line in lines {
            all.push(line);
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stay_in_order() {
        for count in 0..4 {
            let lines = &["a", "b", "c"][..count];
            assert_eq!(*lines.iter().copied().collect::<Lines>(), *lines);
        }
    }
}

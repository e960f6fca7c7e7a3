//! The lines of a field that may come several times.

use std::ops::Deref;

/// What a list-valued field says, line by line (RFC 9110 5.3). One line, as nearly every client sends
/// it, takes no memory of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Lines<'a> {
    /// The field is not there.
    #[default]
    None,
    /// It is there once.
    One([&'a str; 1]),
    /// It is there several times.
    Several(Vec<&'a str>),
}

impl<'a> Lines<'a> {
    /// One more line.
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

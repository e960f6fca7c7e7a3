//! `Content-Range` (RFC 9110 section 14.4): which range of a file a body is. Pure.

use std::ops::Range;

/// A `Content-Range` with a range (RFC 9110 section 14.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The positions of the body's bytes in the file; not empty.
    pub range: Range<u64>,
    /// The length of the whole file, if it is known to the server.
    pub whole: Option<u64>,
}

impl Part {
    /// The number of bytes; never zero.
    pub fn length(&self) -> u64 {
        self.range.end - self.range.start
    }
}

/// Parses `bytes 5-9/10` or `bytes 5-9/*`.
pub(crate) fn part(value: &str) -> Option<Part> {
    let (range, whole) = in_bytes(value)?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let range = number(first)?..number(last)?.checked_add(1)?;
    let whole = match whole.trim() {
        "*" => None,
        whole => Some(number(whole)?),
    };
    let is_sound = !range.is_empty() && whole.is_none_or(|whole| range.end <= whole);
    is_sound.then_some(Part { range, whole })
}

/// Parses `bytes */10`.
pub(crate) fn whole_length(value: &str) -> Option<u64> {
    let (range, whole) = in_bytes(value)?.split_once('/')?;
    (range.trim() == "*").then(|| number(whole)).flatten()
}

/// The rest of a file, as a request sends it (RFC 9110 section 14.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rest {
    /// Where in the file the content begins.
    pub at: u64,
    /// The length of the whole file; greater than `at`.
    pub whole: u64,
}

/// Parses `bytes 5-9/10` in a request: the content is the file from byte 5 to its end. Other parts of a file are not
/// understood.
pub fn rest(value: &str) -> Option<Rest> {
    let Part { range, whole } = part(value)?;
    let whole = whole.filter(|whole| *whole == range.end)?;
    Some(Rest {
        at: range.start,
        whole,
    })
}

/// The text behind the unit, which is case-insensitive (RFC 9110 section 14.1).
fn in_bytes(range: &str) -> Option<&str> {
    let (unit, range) = range.split_once(' ')?;
    unit.eq_ignore_ascii_case("bytes").then_some(range)
}

/// Parses digits; `str::parse` alone would accept a plus sign.
pub(crate) fn number(text: &str) -> Option<u64> {
    let text = text.trim();
    let is_number = text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_understood() {
        let whole = Some(10);
        assert_eq!(
            part("bytes 5-9/10"),
            Some(Part {
                range: 5..10,
                whole
            })
        );
        assert_eq!(part("Bytes  5-9/10"), part("bytes 5-9/10"));
        assert_eq!(
            part("bytes 0-0/*"),
            Some(Part {
                range: 0..1,
                whole: None
            })
        );
        for odd in [
            "bytes */10",
            "bytes 5-10/10",
            "bytes 9-5/10",
            "bytes 0-18446744073709551615/*",
            "items 0-1/2",
            "bytes -1-2/3",
            "bytes +1-2/3",
            "",
        ] {
            assert_eq!(part(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_request_sends_the_rest() {
        assert_eq!(rest("bytes 5-9/10"), Some(Rest { at: 5, whole: 10 }));
        assert_eq!(rest("bytes 0-0/1"), Some(Rest { at: 0, whole: 1 }));
        let most = u64::MAX;
        let last = format!("bytes 0-{}/{most}", most - 1);
        assert_eq!(rest(&last), Some(Rest { at: 0, whole: most }));
        for odd in [
            "bytes 5-8/10",
            "bytes 5-9/*",
            "bytes 5-10/10",
            "bytes 10-9/10",
            "bytes 9-5/10",
            "bytes */10",
            "bytes 0-18446744073709551615/18446744073709551616",
            "bytes 0-18446744073709551615/18446744073709551615",
            "bytes 5-9/10, 11-12/13",
            "bytes 5-/10",
        ] {
            assert_eq!(rest(odd), None, "{odd}");
        }
    }

    #[test]
    fn the_whole_length_stands_where_there_is_no_part() {
        assert_eq!(whole_length("bytes */10"), Some(10));
        for odd in [
            "bytes 0-9/10",
            "bytes */*",
            "bytes */+1",
            "items */10",
            "*/10",
            "",
        ] {
            assert_eq!(whole_length(odd), None, "{odd}");
        }
    }
}

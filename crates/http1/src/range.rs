//! `Range`: which bytes of a file a request asks for (RFC 9110 section 14.2). Pure.

use std::ops::Range;

/// The bytes to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// The whole file: the range is malformed, in an unknown unit, or one of several.
    Whole,
    /// This range; not empty.
    Part(Range<u64>),
    /// None: the range lies outside the file (416).
    Unsatisfiable,
}

/// Evaluates a `Range` field for a file of `len` bytes.
pub fn select(value: &str, len: u64) -> Selection {
    let Some((unit, set)) = value.split_once('=') else {
        return Selection::Whole;
    };
    if !unit.trim().eq_ignore_ascii_case("bytes") || set.contains(',') {
        return Selection::Whole;
    }
    let Some((first, last)) = set.trim().split_once('-') else {
        return Selection::Whole;
    };
    match (position(first), position(last)) {
        (Some(first), Some(last)) if first > last => Selection::Whole,
        (Some(first), end) if end.is_some() || last.is_empty() => {
            let end = end.map_or(len, |last| last.saturating_add(1).min(len));
            if first >= len {
                Selection::Unsatisfiable
            } else {
                Selection::Part(first..end)
            }
        }
        (None, Some(0)) if first.is_empty() => Selection::Unsatisfiable,
        // An empty file has an empty end, which no Content-Range can express.
        (None, Some(_)) if first.is_empty() && len == 0 => Selection::Whole,
        (None, Some(suffix)) if first.is_empty() => {
            Selection::Part(len.saturating_sub(suffix)..len)
        }
        _ => Selection::Whole,
    }
}

/// Parses digits. A number that does not fit is beyond the end of every file.
fn position(digits: &str) -> Option<u64> {
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(digits.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn single_ranges() {
        for (value, expected) in [
            ("bytes=0-4", Selection::Part(0..5)),
            ("bytes=5-", Selection::Part(5..10)),
            ("bytes=-3", Selection::Part(7..10)),
            ("bytes=-99", Selection::Part(0..10)),
            ("bytes=9-99", Selection::Part(9..10)),
            ("Bytes = 0-0", Selection::Part(0..1)),
            ("bytes=10-", Selection::Unsatisfiable),
            ("bytes=-0", Selection::Unsatisfiable),
            ("bytes=99999999999999999999999-", Selection::Unsatisfiable),
            ("bytes=0-99999999999999999999999", Selection::Part(0..10)),
        ] {
            assert_eq!(select(value, 10), expected, "{value}");
        }
    }

    #[test]
    fn what_is_not_understood_is_the_whole() {
        for value in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=5-2",
            "bytes=a-b",
            "bytes=1-x",
            "bytes=+1-2",
            "bytes=1--2",
            "bytes=1-2-",
            "bytes=1-x-",
            "bytes=0-1,3-4",
            "items=0-1",
            "bytes=0x1-2",
        ] {
            assert_eq!(select(value, 10), Selection::Whole, "{value}");
        }
    }

    #[test]
    fn an_empty_file() {
        assert_eq!(select("bytes=0-", 0), Selection::Unsatisfiable);
        assert_eq!(select("bytes=-5", 0), Selection::Whole);
    }

    proptest! {
        #[test]
        fn parts_lie_inside_the_file(value in "(bytes=)?[0-9]{0,21}-?[0-9]{0,21}.{0,3}", len in any::<u64>()) {
            if let Selection::Part(range) = select(&value, len) {
                prop_assert!(range.start < range.end && range.end <= len);
            }
        }
    }
}

//! Whether a download goes on from where it was: what to ask with a part on the disk, and what the
//! answer means for it. Pure, because everything hangs on it: two versions must never meet in one
//! file.

use super::http::{Head, Part};

/// Servers need some 30 bytes. A longer one would not fit into the record beside a part.
const VALIDATOR_MAX_LEN: usize = 1024;

/// Which version of a file a part is of.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Version {
    /// What tells it from any other version (RFC 9110 section 8.8); without one nothing goes on.
    pub(super) validator: Option<String>,
    /// The length of the whole file, where the server said it.
    pub(super) length: Option<u64>,
}

/// What an answer says about the file, as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The whole file (200).
    Whole(Version),
    /// A part (206), where it is clear which.
    Part(Part, Option<String>),
    /// There is no such part (416): the file is shorter by now.
    Beyond,
    /// A part, but nobody says which.
    Other,
}

/// What becomes of the part on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// It stays as far as this byte, where the body goes on.
    GoOn {
        /// Bytes that stay.
        at: u64,
    },
    /// It is dropped, and the body is the whole file.
    StartAnew(Why),
    /// It is dropped, and the whole file has to be asked for.
    AskAnew(Why),
}

/// Why a part is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// The file has changed at the server.
    Changed,
    /// The server only sends whole files.
    WholeOnly,
}

impl Version {
    /// That of the file in an answer with this head; `length` is the whole file's.
    pub(super) fn of(head: &Head, length: Option<u64>) -> Self {
        Self {
            validator: head.validator.clone().filter(|v| is_sendable(v)),
            length,
        }
    }

    /// Where to go on from with `len` bytes on the disk, and the validator to say. The last byte is
    /// asked for again where all are there: the answer tells whether they still are the file.
    pub(super) fn ask(&self, len: u64) -> Option<(u64, &str)> {
        let validator = self.validator.as_deref().filter(|v| is_sendable(v))?;
        let from = match self.length {
            Some(length) if len > length => return None,
            Some(length) => len.min(length.saturating_sub(1)),
            None => len,
        };
        (from > 0).then_some((from, validator))
    }

    /// What an answer means for a part of this version, whose rest `from` on was asked for.
    pub(super) fn decide(&self, from: u64, answer: &Answer) -> Decision {
        match answer {
            Answer::Whole(version) if self.is(version.validator.as_deref(), version.length) => {
                Decision::StartAnew(Why::WholeOnly)
            }
            Answer::Whole(_) => Decision::StartAnew(Why::Changed),
            Answer::Part(part, validator) => {
                let known = self.validator.as_deref();
                if !self.is(validator.as_deref().or(known), part.whole) {
                    Decision::AskAnew(Why::Changed)
                } else if part.range.start == from
                    && self.ends_at(part.range.end)
                    && (validator.is_some() || !known.is_some_and(is_etag))
                {
                    Decision::GoOn { at: from }
                } else {
                    // Another part than the one asked for, or nobody knows of what: such a server
                    // is not asked for parts.
                    Decision::AskAnew(Why::WholeOnly)
                }
            }
            Answer::Beyond => Decision::AskAnew(Why::Changed),
            Answer::Other => Decision::AskAnew(Why::WholeOnly),
        }
    }

    /// Whether a version with this validator and length may be this one.
    fn is(&self, validator: Option<&str>, length: Option<u64>) -> bool {
        let same_length = match (self.length, length) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        };
        same_length && self.validator.as_deref() == validator
    }

    /// Whether a part that ends there is all of the rest.
    fn ends_at(&self, end: u64) -> bool {
        self.length.is_none_or(|length| length == end)
    }
}

/// With a part an `ETag` comes again, a date need not (RFC 9110 section 15.3.7).
fn is_etag(validator: &str) -> bool {
    validator.starts_with('"')
}

/// It came from a server or out of a file, and goes into a request's head.
fn is_sendable(validator: &str) -> bool {
    validator.len() <= VALIDATOR_MAX_LEN
        && validator.bytes().all(|b| b == b' ' || b.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn version(validator: &str, length: u64) -> Version {
        Version {
            validator: Some(validator.to_owned()),
            length: Some(length),
        }
    }

    fn part(range: std::ops::Range<u64>, whole: u64, validator: Option<&str>) -> Answer {
        let whole = Some(whole);
        Answer::Part(Part { range, whole }, validator.map(String::from))
    }

    #[test]
    fn the_rest_is_asked_for() {
        let kept = version("\"1\"", 10);
        assert_eq!(kept.ask(4), Some((4, "\"1\"")));
        assert_eq!(kept.ask(10), Some((9, "\"1\"")));
        assert_eq!((kept.ask(0), kept.ask(11)), (None, None));
        assert_eq!(version("\"1\"", 1).ask(1), None);
        assert_eq!(Version::default().ask(4), None);
        assert_eq!(version("\"1\"\r\nX: y", 10).ask(4), None);
    }

    #[test]
    fn each_answer_has_its_meaning() {
        let kept = version("\"1\"", 10);
        let (go_on, whole_only) = (Decision::GoOn { at: 4 }, Decision::AskAnew(Why::WholeOnly));
        let changed = Decision::AskAnew(Why::Changed);
        for (answer, meaning) in [
            (part(4..10, 10, Some("\"1\"")), go_on),
            // Then it may be that of any version.
            (part(4..10, 10, None), whole_only),
            (part(4..10, 10, Some("\"2\"")), changed),
            (part(4..11, 11, Some("\"1\"")), changed),
            (part(0..10, 10, Some("\"1\"")), whole_only),
            (part(4..9, 10, Some("\"1\"")), whole_only),
            (Answer::Beyond, changed),
            (Answer::Other, whole_only),
            (
                Answer::Whole(version("\"1\"", 10)),
                Decision::StartAnew(Why::WholeOnly),
            ),
            (
                Answer::Whole(version("\"2\"", 10)),
                Decision::StartAnew(Why::Changed),
            ),
            (
                Answer::Whole(Version::default()),
                Decision::StartAnew(Why::Changed),
            ),
        ] {
            assert_eq!(kept.decide(4, &answer), meaning, "{answer:?}");
        }
        let dated = version("Sun, 06 Nov 1994 08:49:37 GMT", 10);
        assert_eq!(dated.decide(4, &part(4..10, 10, None)), go_on);
    }

    /// A server that keeps to RFC 9110, or ignores ranges, or conditions, or both.
    fn server(
        file: &[u8],
        etag: &str,
        ask: Option<(u64, &str)>,
        ranges: bool,
        conditions: bool,
    ) -> (Answer, Vec<u8>) {
        let len = file.len() as u64;
        match ask {
            Some((from, validator)) if ranges && (!conditions || validator == etag) => {
                if from >= len {
                    return (Answer::Beyond, Vec::new());
                }
                let rest = file[usize::try_from(from).unwrap()..].to_vec();
                (part(from..len, len, Some(etag)), rest)
            }
            _ => (Answer::Whole(version(etag, len)), file.to_vec()),
        }
    }

    proptest! {
        /// Whatever is on the disk and whatever the server does: the file is right in the end, and
        /// bytes that can stay do.
        #[test]
        fn the_file_is_always_right(
            old in proptest::collection::vec(any::<u8>(), 0..40),
            new in proptest::collection::vec(any::<u8>(), 0..40),
            changed in any::<bool>(),
            kept in 0..50_usize,
            knows_length in any::<bool>(),
            ranges in any::<bool>(),
            conditions in any::<bool>(),
        ) {
            let (file, etag) = if changed { (&new, "\"new\"") } else { (&old, "\"old\"") };
            let mut disk = old[..kept.min(old.len())].to_vec();
            let mut version = version("\"old\"", old.len() as u64);
            version.length = version.length.filter(|_| knows_length);
            let ask = version.ask(disk.len() as u64);
            let (answer, body) = server(file, etag, ask, ranges, conditions);
            let decision = match ask {
                Some((from, _)) => version.decide(from, &answer),
                None => Decision::StartAnew(Why::Changed),
            };
            match decision {
                Decision::GoOn { at } => {
                    prop_assert!(!changed);
                    disk.truncate(usize::try_from(at).unwrap());
                    disk.extend(body);
                }
                Decision::StartAnew(_) => disk = body,
                Decision::AskAnew(_) => disk = server(file, etag, None, ranges, conditions).1,
            }
            prop_assert_eq!(&disk, file);
            if !changed && ranges && kept > 0 && knows_length && old.len() > 1 {
                let is_going_on = matches!(decision, Decision::GoOn { .. });
                prop_assert!(is_going_on, "{:?}", decision);
            }
        }
    }
}

//! Whether a download goes on from where it was: what to ask with a part on the disk, and what the
//! answer means for it. Pure, because everything hangs on it: two versions must never meet in one
//! file.

use std::ops::Range;

use crate::store::version::Version;
use landline_http1::response_head::Head;

/// Servers need some 30 bytes. A longer one would not fit into the record beside a part.
const VALIDATOR_MAX_LEN: usize = 1024;

/// What an answer says about the file, as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The whole file (200).
    Whole(Version),
    /// A part (206), where it is clear which: these bytes of this version.
    Part(Range<u64>, Version),
    /// There is no such part (416): the file is shorter by now, or ends where the part begins.
    Beyond(Version),
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
    /// It is the whole file; there is nothing to come.
    Complete,
    /// It is dropped, and the body is the whole file.
    StartAnew(RestartReason),
    /// It is dropped, and the whole file has to be asked for.
    AskAnew(RestartReason),
}

/// Why a part is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RestartReason {
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
            coding: head.coding.clone(),
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

    /// Whether `range` of this version is of use to who asked for the whole of it (a 206 in answer to a
    /// request without `Range`): it is all, or the beginning of what can be asked for.
    pub(super) fn begins_with(&self, range: &Range<u64>) -> bool {
        range.start == 0 && (self.length == Some(range.end) || self.ask(range.end).is_some())
    }

    /// What an answer means for a part of this version, whose rest `from` on was asked for.
    pub(super) fn decide(&self, from: u64, answer: &Answer) -> Decision {
        match answer {
            Answer::Whole(version) if self.is(version.validator.as_deref(), version.length) => {
                Decision::StartAnew(RestartReason::WholeOnly)
            }
            Answer::Whole(_) => Decision::StartAnew(RestartReason::Changed),
            Answer::Part(range, version) => {
                if !self.is(
                    version.validator.as_deref().or(self.known()),
                    version.length,
                ) {
                    Decision::AskAnew(RestartReason::Changed)
                } else if range.start <= from
                    && from < range.end
                    && self.length.is_none_or(|length| range.end <= length)
                    && self.is_certain(version)
                {
                    Decision::GoOn { at: range.start }
                } else {
                    // Nothing new, or nobody knows of what: such a server is not asked for parts.
                    Decision::AskAnew(RestartReason::WholeOnly)
                }
            }
            Answer::Beyond(version) => {
                if self.length.is_none()
                    && version.length == Some(from)
                    && self.is(version.validator.as_deref().or(self.known()), None)
                    && self.is_certain(version)
                {
                    Decision::Complete
                } else {
                    Decision::AskAnew(RestartReason::Changed)
                }
            }
            Answer::Other => Decision::AskAnew(RestartReason::WholeOnly),
        }
    }

    fn known(&self) -> Option<&str> {
        self.validator.as_deref()
    }

    /// Whether a version with this validator and length may be this one.
    fn is(&self, validator: Option<&str>, length: Option<u64>) -> bool {
        let same_length = match (self.length, length) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        };
        same_length && self.known() == validator
    }

    /// Whether what an answer says of its part's version is enough to take it for this one: with a part
    /// an `ETag` comes again, a date and a coding need not (RFC 9110 section 15.3.7).
    fn is_certain(&self, theirs: &Self) -> bool {
        (theirs.validator.is_some() || !self.known().is_some_and(is_etag))
            && (theirs.coding.is_none() || theirs.coding == self.coding)
    }
}

fn is_etag(validator: &str) -> bool {
    validator.starts_with('"')
}

/// It came from a server or out of a file, and goes into a request's head.
pub(super) fn is_sendable(validator: &str) -> bool {
    validator.len() <= VALIDATOR_MAX_LEN
        && validator.bytes().all(|b| b == b' ' || b.is_ascii_graphic())
}

#[cfg(test)]
mod tests;

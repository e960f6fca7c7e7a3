//! Which protocol to speak with a server, and what to make of one that does not understand it. Pure: what was asked for,
//! what is known and what came of it decide what to try next.
//!
//! | approach | not HTTP | silent | HTTP to a bare name | failed |
//! |---|---|---|---|---|
//! | `HttpOnly` | fail | fail | | fail |
//! | `RawOnly` | | | | fail |
//! | `HttpAsBefore` | `RawInstead` | fail | | fail |
//! | `RawAsBefore` | | | `HttpFirst` | fail |
//! | `HttpFirst` | `RawInstead` | `RawBeside` | | fail |
//! | `RawInstead` | | | fail | fail |
//! | `RawBeside` | | | `HttpStill` | fail, or `HttpStill` where that says nothing of HTTP |
//! | `HttpStill` | fail | fail | | fail |

use std::time::Duration;

use super::Timeouts;
use super::connection::FetchError;
use crate::error::ClientError;
use crate::transfer::Protocol;

/// What is known before a download is tried (again).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Known {
    /// The user chose this protocol.
    pub(super) chosen: Option<Protocol>,
    /// Only HTTP has queries, and is spoken over TLS.
    pub(super) needs_http: bool,
    /// An earlier try of this download has been answered.
    pub(super) is_answered: bool,
    /// What is here of the file came over HTTP.
    pub(super) is_over_http: bool,
    /// The protocol cache's entry for the server.
    pub(super) cached: Option<Protocol>,
}

/// What to try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Approach {
    /// HTTP and nothing else.
    HttpOnly {
        /// An end without a word is a cut connection and not another protocol.
        is_spoken: bool,
    },
    /// Raw and nothing else, even where the file looks like an answer over HTTP.
    RawOnly,
    /// HTTP, as the server spoke last time.
    HttpAsBefore,
    /// Raw, as the server spoke last time.
    RawAsBefore,
    /// HTTP for a short time, because nothing is known of the server.
    HttpFirst,
    /// Raw, because the server does not understand HTTP.
    RawInstead,
    /// Raw over a second connection, while the first one still waits for the answer to a request over HTTP: the server
    /// is slow, or waits for something that is not HTTP.
    RawBeside,
    /// That answer again, because raw has led to nothing.
    HttpStill {
        /// What is wrong if that leads to nothing either.
        otherwise: Reason,
    },
}

/// What came instead of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// The end of the connection, or bytes that are no HTTP.
    NotHttp {
        /// There were bytes.
        spoke: bool,
    },
    /// Not a byte in the approach's time. The connection is open.
    Silent,
    /// An answer over HTTP to a bare name.
    Http,
    /// It ended so, in the protocol that was tried.
    Failed(FetchError),
}

/// What follows from a [`Reply`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Next {
    Try(Approach),
    Fail(Reason),
}

/// Why there is no file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    NotHttp,
    NoAnswer,
    Cut,
    /// It does not understand HTTP, but answers with it to a bare name.
    Contradiction,
    /// It was gone after the first connection.
    OneCallOnly,
    Reported(FetchError),
}

/// What the protocol cache is to know of the server from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lesson {
    Raw,
    /// Another program may be there by now.
    Forget,
}

impl Approach {
    /// What to try first.
    pub(super) fn first(known: Known) -> Self {
        let needed = known.needs_http.then_some(Protocol::Http);
        match (known.chosen.or(needed), known.cached) {
            (Some(Protocol::Raw), _) => Self::RawOnly,
            (Some(Protocol::Http), _) => Self::HttpOnly {
                is_spoken: known.is_answered,
            },
            (None, _) if known.is_over_http => Self::HttpOnly { is_spoken: true },
            (None, None) => Self::HttpFirst,
            (None, Some(Protocol::Http)) => Self::HttpAsBefore,
            (None, Some(Protocol::Raw)) => Self::RawAsBefore,
        }
    }

    /// How long to wait for the first byte. A server of which nothing is known has as long as any other in all.
    pub(super) fn timeout(&self, timeouts: &Timeouts) -> Duration {
        let first = timeouts.first_answer;
        match self {
            Self::HttpFirst => first,
            Self::RawBeside => 2 * first,
            Self::HttpStill { .. } => timeouts.silence.saturating_sub(3 * first),
            _ => timeouts.silence,
        }
    }

    /// What to do after `reply`, and what was learned from it.
    pub(super) fn next(self, reply: Reply) -> (Option<Lesson>, Next) {
        use Next::{Fail, Try};
        use Reply::{Failed, Http, NotHttp, Silent};
        match (self, reply) {
            (Self::HttpFirst | Self::HttpAsBefore, NotHttp { spoke }) => {
                (spoke.then_some(Lesson::Raw), Try(Self::RawInstead))
            }
            (Self::HttpFirst, Silent) => (None, Try(Self::RawBeside)),
            (Self::RawAsBefore, Http) => (Some(Lesson::Forget), Try(Self::HttpFirst)),
            (Self::RawAsBefore, Failed(e)) if says_nothing(&e) => {
                (Some(Lesson::Forget), Fail(Reason::Reported(e)))
            }
            (Self::RawInstead, Http) => (None, Fail(Reason::Contradiction)),
            (Self::RawInstead, Failed(e)) if is_gone(&e) => (None, Fail(Reason::OneCallOnly)),
            (Self::RawBeside, Http) => (
                None,
                Try(Self::HttpStill {
                    otherwise: Reason::NoAnswer,
                }),
            ),
            (Self::RawBeside, Failed(e)) if says_nothing(&e) => (
                None,
                Try(Self::HttpStill {
                    otherwise: Reason::Reported(e),
                }),
            ),
            (_, Failed(e)) => (None, Fail(Reason::Reported(e))),
            (Self::HttpStill { otherwise }, _) => (None, Fail(otherwise)),
            (Self::HttpOnly { is_spoken: true }, NotHttp { spoke: false }) => {
                (None, Fail(Reason::Cut))
            }
            (_, NotHttp { .. } | Http) => (None, Fail(Reason::NotHttp)),
            (_, Silent) => (None, Fail(Reason::NoAnswer)),
        }
    }
}

/// Whether a raw attempt ended in a way that says nothing about what the server can do over HTTP.
fn says_nothing(error: &FetchError) -> bool {
    matches!(
        error,
        FetchError::Failed(
            ClientError::NothingSent { .. }
                | ClientError::NoAnswer { .. }
                | ClientError::Refused { .. }
                | ClientError::NoName
                | ClientError::NameTooLong { .. }
                | ClientError::Cut { arrived: 0, .. }
        )
    )
}

/// Whether nobody has listened.
fn is_gone(error: &FetchError) -> bool {
    matches!(
        error,
        FetchError::Failed(ClientError::Refused { .. } | ClientError::Cut { arrived: 0, .. })
    )
}

#[cfg(test)]
mod tests;

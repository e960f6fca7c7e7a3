//! The body of a request. It stays unread until the request's handler decides what to do with it.

use std::io;
use std::time::Instant;

use landline_http1::request::{Body, Request};

use super::chunks::{Malformed, Measure};
use crate::server::connection::{Connection, Fill};

/// The longest body that is read and discarded, in bytes; the connection closes instead of reading a longer one.
pub(super) const DISCARD_MAX_LEN: u64 = 64 * 1024;

/// A request's body, which still has to be read from its connection (RFC 9112 section 6).
#[derive(Debug)]
pub(super) struct RequestBody {
    framing: Body,
    expects_continue: bool,
}

/// What [`RequestBody::discard`] leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Discarded {
    /// The next request comes next on the connection.
    Complete,
    /// The body is too long or did not arrive in time: where the next request begins is unknown.
    Incomplete,
    /// The chunked coding is malformed, or the body is longer than [`DISCARD_MAX_LEN`].
    Malformed,
}

impl RequestBody {
    /// The body that follows the head of `request`.
    pub(super) fn of(request: &Request<'_>) -> Self {
        Self {
            framing: request.body,
            expects_continue: request.expects_continue,
        }
    }

    /// Reads the body and drops it, within [`Limits::head`](crate::server::Limits::head). A client that waits for
    /// `100 Continue` is sent one.
    ///
    /// # Errors
    /// The client does not take the interim response.
    pub(super) fn discard(self, connection: &mut Connection) -> io::Result<Discarded> {
        match self.framing {
            Body::None => return Ok(Discarded::Complete),
            Body::Length(len) if len > DISCARD_MAX_LEN => return Ok(Discarded::Incomplete),
            Body::Length(_) | Body::Chunked => {}
        }
        if self.expects_continue && connection.buffer.is_empty() {
            connection.send(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        let deadline = Instant::now() + connection.shared.limits.head;
        let mut measure = Measure::default();
        loop {
            let available = connection.buffer.len();
            let end = match self.framing {
                Body::None => Some(0),
                Body::Length(len) => usize::try_from(len).ok().filter(|&len| len <= available),
                Body::Chunked => match measure.len(&connection.buffer) {
                    Ok(end) => end,
                    Err(Malformed) => return Ok(Discarded::Malformed),
                },
            };
            if let Some(end) = end {
                connection.buffer.drain(..end);
                return Ok(Discarded::Complete);
            }
            if connection.fill(deadline) != Fill::More {
                return Ok(Discarded::Incomplete);
            }
        }
    }
}

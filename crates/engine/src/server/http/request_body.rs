//! The body of a request. It stays unread until the request's handler decides what to do with it.

use std::io;
use std::ops::ControlFlow;
use std::time::Instant;

use landline_http1::chunked::{Decoder, Malformed};
use landline_http1::request::{BodyFraming, Request};
use landline_http1::response::{Persistence, Status};

use super::body_reader::BodyReader;
use super::text_response::{log_refusal, send_status};
use crate::server::connection::{Connection, Ending, Filled};

/// The longest body that is read and discarded, in bytes; the connection closes instead of reading a longer one.
const DISCARD_MAX_LEN: u64 = 64 * 1024;

/// A request's body, which still has to be read from its connection (RFC 9112 section 6).
#[derive(Debug)]
pub(super) struct RequestBody {
    framing: BodyFraming,
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

    /// Its length in bytes; `None` if it is chunked.
    pub(super) fn len(&self) -> Option<u64> {
        match self.framing {
            BodyFraming::None => Some(0),
            BodyFraming::Length(len) => Some(len),
            BodyFraming::Chunked => None,
        }
    }

    /// A reader of its content, of which `allowed` bytes are wanted at most. A client that waits for `100 Continue` is sent
    /// one.
    ///
    /// # Errors
    /// The client does not take the interim response.
    pub(super) fn read(
        self,
        connection: &mut Connection,
        allowed: u64,
    ) -> io::Result<BodyReader<'_>> {
        self.invite(connection)?;
        Ok(BodyReader::new(connection, self.len(), allowed))
    }

    /// Sends `100 Continue` to a client that waits for it (RFC 9110 section 10.1.1).
    fn invite(&self, connection: &Connection) -> io::Result<()> {
        if self.is_withheld(connection) {
            connection.send(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        Ok(())
    }

    /// Discards the body of a request in which it has no meaning (RFC 9110 section 9.3.1). Returns what follows the response,
    /// or what follows the response to a malformed body, which has been sent.
    ///
    /// # Errors
    /// The client does not take a response.
    pub(super) fn ignore(
        self,
        connection: &mut Connection,
        request: &Request<'_>,
    ) -> io::Result<Result<Persistence, ControlFlow<Ending>>> {
        let discarded = self.discard(connection)?;
        let persistence = Persistence {
            http_11: request.http_11,
            keep_alive: request.keep_alive && discarded == Discarded::Complete,
        };
        if discarded == Discarded::Malformed {
            log_refusal(connection, Status(400));
            return send_status(connection, request, persistence, Status(400)).map(Err);
        }
        Ok(Ok(persistence))
    }

    /// The same for a request that is refused whatever its body is: a client that waits for `100 Continue` gets the response
    /// instead, after which the connection closes.
    ///
    /// # Errors
    /// The client does not take a response.
    pub(super) fn ignore_uninvited(
        self,
        connection: &mut Connection,
        request: &Request<'_>,
    ) -> io::Result<Result<Persistence, ControlFlow<Ending>>> {
        if self.is_withheld(connection) {
            return Ok(Ok(Persistence {
                http_11: request.http_11,
                keep_alive: false,
            }));
        }
        self.ignore(connection, request)
    }

    /// Whether the client waits for `100 Continue` before it sends any of it.
    fn is_withheld(&self, connection: &Connection) -> bool {
        let is_empty = self.framing == BodyFraming::None;
        self.expects_continue && connection.buffer.is_empty() && !is_empty
    }

    /// Reads the body and drops it, within [`Limits::head`](crate::server::Limits::head). A client that waits for
    /// `100 Continue` is sent one.
    ///
    /// # Errors
    /// The client does not take the interim response.
    pub(super) fn discard(self, connection: &mut Connection) -> io::Result<Discarded> {
        let mut unread = match self.framing {
            BodyFraming::None => return Ok(Discarded::Complete),
            BodyFraming::Length(len) if len > DISCARD_MAX_LEN => return Ok(Discarded::Incomplete),
            BodyFraming::Length(len) => Unread::Length(len),
            BodyFraming::Chunked => Unread::Chunks(Decoder::for_request(DISCARD_MAX_LEN)),
        };
        self.invite(connection)?;
        let deadline = Instant::now() + connection.shared.limits.head;
        loop {
            match unread.skip(&connection.buffer) {
                Ok(len) => _ = connection.buffer.drain(..len),
                Err(Malformed) => return Ok(Discarded::Malformed),
            }
            if unread.is_empty() {
                return Ok(Discarded::Complete);
            }
            if connection.fill(deadline) != Filled::More {
                return Ok(Discarded::Incomplete);
            }
        }
    }
}

/// The rest of a body.
enum Unread {
    /// This many bytes.
    Length(u64),
    Chunks(Decoder),
}

impl Unread {
    /// Steps over the body's bytes at the start of `bytes`, and returns how many those are.
    fn skip(&mut self, bytes: &[u8]) -> Result<usize, Malformed> {
        match self {
            Self::Length(left) => {
                let len = usize::try_from(*left).map_or(bytes.len(), |left| left.min(bytes.len()));
                *left -= len as u64;
                Ok(len)
            }
            Self::Chunks(decoder) => decoder.skip(bytes),
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::Length(left) => *left == 0,
            Self::Chunks(decoder) => decoder.is_done(),
        }
    }
}

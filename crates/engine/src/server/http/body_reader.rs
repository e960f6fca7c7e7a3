//! The content of a request's body, as it arrives.

use std::io::{self, ErrorKind, Read};
use std::time::Instant;

use landline_http1::chunked::Decoder;

use crate::server::connection::{Connection, Filled};
use crate::transport::is_timeout;

/// What a sender has to send at least in each [`Limits::slow_sender`](crate::server::Limits::slow_sender), in bytes.
const SLOW_LEN: u64 = 64 * 1024;

/// The longest chunked body with its framing, in bytes: no disk is this large.
const CHUNKED_MAX_LEN: u64 = 1 << 60;

/// Reads a body's content. The errors are [`ErrorKind::UnexpectedEof`] if the sender has left, [`ErrorKind::TimedOut`] if
/// it sends nothing or too little, [`ErrorKind::InvalidData`] if the chunked coding is malformed,
/// [`ErrorKind::FileTooLarge`] if the content is longer than allowed, and those of the connection.
#[derive(Debug)]
pub(super) struct BodyReader<'a> {
    connection: &'a mut Connection,
    left: Left,
    /// Bytes of content that may still come.
    allowed: u64,
    /// When the current period of [`Limits::slow_sender`](crate::server::Limits::slow_sender) began, and the content since.
    period: (Instant, u64),
    /// When the whole body has to have arrived.
    end: Option<Instant>,
}

/// The rest of a body.
#[derive(Debug)]
enum Left {
    Length(u64),
    Chunks(Decoder),
}

impl<'a> BodyReader<'a> {
    /// For a body of this length, or a chunked one, with at most `allowed` bytes of content.
    pub(super) fn new(connection: &'a mut Connection, len: Option<u64>, allowed: u64) -> Self {
        Self {
            connection,
            left: len.map_or_else(
                || Left::Chunks(Decoder::for_request(CHUNKED_MAX_LEN)),
                Left::Length,
            ),
            allowed,
            period: (Instant::now(), 0),
            end: None,
        }
    }

    /// The whole body has to arrive by `end`, or reading fails as if the sender had sent nothing for too long.
    pub(super) fn end_at(&mut self, end: Instant) {
        self.end = Some(end);
    }

    /// When the sender has to have sent something.
    fn deadline(&self) -> Instant {
        let stalled = Instant::now() + self.connection.shared.limits.stalled;
        self.end.map_or(stalled, |end| end.min(stalled))
    }

    /// Whether all of it has been read.
    pub(super) fn is_done(&self) -> bool {
        match &self.left {
            Left::Length(left) => *left == 0,
            Left::Chunks(decoder) => decoder.is_done(),
        }
    }

    /// Bytes of content that come next without framing between them.
    fn content_left(&self) -> u64 {
        match &self.left {
            Left::Length(left) => *left,
            Left::Chunks(decoder) => decoder.content_left(),
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        let deadline = self.deadline();
        match self.connection.fill(deadline) {
            Filled::More => Ok(()),
            Filled::Eof => Err(ErrorKind::UnexpectedEof.into()),
            Filled::TimedOut => Err(ErrorKind::TimedOut.into()),
            Filled::Broken => Err(ErrorKind::ConnectionReset.into()),
        }
    }

    /// Reads framing until content comes or the body ends.
    fn skip_framing(&mut self) -> io::Result<()> {
        while let Left::Chunks(decoder) = &mut self.left {
            let buffer = &mut self.connection.buffer;
            let decoded = decoder.decode_framing(buffer);
            let decoded = decoded.map_err(|_| ErrorKind::InvalidData)?;
            buffer.drain(..decoded);
            if decoder.content_left() > 0 || decoder.is_done() {
                break;
            }
            self.fill()?;
            // Framing is no content, however much of it comes.
            self.check_rate(0)?;
        }
        Ok(())
    }

    /// Reads content from the socket, without a copy in between.
    fn read_socket(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let deadline = self.deadline();
        loop {
            let read = match (&*self.connection.stream).read(buffer) {
                Err(e) if is_timeout(&e) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return Err(ErrorKind::TimedOut.into());
                    }
                    self.connection.blocking()?;
                    self.connection.stream.read_within(buffer, left)
                }
                read => read,
            };
            match read {
                _ if self.connection.cancel.is_cancelled() => {
                    return Err(ErrorKind::ConnectionAborted.into());
                }
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Err(e) if e.kind() == ErrorKind::Interrupted || is_timeout(&e) => {}
                read => return read,
            }
        }
    }

    fn check_rate(&mut self, read: usize) -> io::Result<()> {
        let (since, so_far) = &mut self.period;
        *so_far += read as u64;
        if self.end.is_some_and(|end| Instant::now() >= end) {
            return Err(ErrorKind::TimedOut.into());
        }
        if since.elapsed() >= self.connection.shared.limits.slow_sender {
            if *so_far < SLOW_LEN {
                return Err(ErrorKind::TimedOut.into());
            }
            self.period = (Instant::now(), 0);
        }
        Ok(())
    }
}

impl Read for BodyReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.content_left() == 0 {
            self.skip_framing()?;
        }
        if self.is_done() || buffer.is_empty() {
            return Ok(0);
        }
        if self.allowed == 0 {
            return Err(ErrorKind::FileTooLarge.into());
        }
        let most = self.content_left().min(self.allowed);
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let most = most.min(buffer.len());
        let arrived = &mut self.connection.buffer;
        let read = if arrived.is_empty() {
            self.read_socket(&mut buffer[..most])?
        } else {
            let len = most.min(arrived.len());
            buffer[..len].copy_from_slice(&arrived[..len]);
            arrived.drain(..len);
            len
        };
        self.allowed -= read as u64;
        match &mut self.left {
            Left::Length(left) => *left -= read as u64,
            Left::Chunks(decoder) => decoder.consume_content(read as u64),
        }
        self.check_rate(read)?;
        if self.content_left() == 0 {
            // So that nothing of this body is left before the next request.
            self.skip_framing()?;
        }
        Ok(read)
    }
}

//! One connection to a server: what is said, what is heard, and how long to wait for it.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::Shutdown;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::authorization::Sent;
use super::connections::{STARVES_AFTER, Slot};
use crate::error::{ClientError, StoreError};
use crate::identity::Protection;
use crate::transport::trace::Trace;
use crate::transport::{CancelToken, Stream, is_timeout};

/// Below the pump's buffer, so that the bytes of a body go from the kernel straight into that one.
const BUFFER_LEN: usize = 16 * 1024;

/// A connection that is read through a buffer. Cancelling is done from outside, by shutting the
/// stream down: reads then end early, so whoever sees an end must look at the cancel token.
#[derive(Debug)]
pub(super) struct Connection {
    reader: BufReader<Incoming>,
    /// How its last request was sent.
    pub(super) sent: Sent,
    protection: Protection,
}

/// The reading side. Others hold the stream too, to shut it down.
#[derive(Debug)]
struct Incoming {
    stream: Arc<Stream>,
    /// For the next byte.
    timeout: Duration,
    slot: Slot,
    /// Whether anything has ever come.
    has_heard: bool,
    /// Whether the stream does not block.
    is_polled: bool,
}

impl Incoming {
    /// As long as the timeout allows, but others hear of it when it takes long.
    fn read_first(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let began = Instant::now();
        let read = loop {
            let left = self.timeout.saturating_sub(began.elapsed());
            self.stream.set_read_timeout(left.min(STARVES_AFTER))?;
            match (&*self.stream).read(buffer) {
                Err(e) if is_timeout(&e) && left > STARVES_AFTER => self.slot.starving(),
                read => break read,
            }
        };
        self.has_heard = read.is_ok();
        self.stream.set_read_timeout(self.timeout)?;
        read
    }

    /// Of a stream that does not block, as long as the timeout allows.
    fn read_polled(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let began = Instant::now();
        loop {
            let left = self.timeout.saturating_sub(began.elapsed());
            match self.stream.read_within(buffer, left) {
                // A cancel shuts the stream down, which ends this.
                Err(e) if is_timeout(&e) && began.elapsed() < self.timeout => {}
                read => return read,
            }
        }
    }
}

impl Read for Incoming {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = if self.is_polled {
            self.read_polled(buffer)
        } else if self.has_heard {
            (&*self.stream).read(buffer)
        } else {
            self.read_first(buffer)
        };
        if read.is_ok() {
            self.slot.received();
        }
        read
    }
}

impl Connection {
    /// `protection` says whether TLS is spoken already.
    pub(super) fn new(stream: Arc<Stream>, slot: Slot, protection: Protection) -> Self {
        let incoming = Incoming {
            stream,
            timeout: Duration::MAX,
            slot,
            has_heard: false,
            is_polled: false,
        };
        Self {
            reader: BufReader::with_capacity(BUFFER_LEN, incoming),
            sent: Sent::default(),
            protection,
        }
    }

    /// The stream itself, and its place among the connections of the client. Nothing may have been read.
    pub(super) fn into_parts(self) -> (Arc<Stream>, Slot) {
        let incoming = self.reader.into_inner();
        (incoming.stream, incoming.slot)
    }

    /// From now on the stream does not block, as [`Outgoing`](crate::transport::Outgoing) needs it.
    pub(super) fn polled(mut self) -> io::Result<Self> {
        let incoming = self.reader.get_mut();
        incoming.stream.set_nonblocking()?;
        incoming.is_polled = true;
        Ok(self)
    }

    /// The stream itself.
    pub(super) fn stream(&self) -> &Stream {
        &self.reader.get_ref().stream
    }

    /// Let `cancel` shut the stream down, too.
    pub(super) fn attach(&self, cancel: &CancelToken) {
        cancel.attach(&self.reader.get_ref().stream, Shutdown::Both);
    }

    /// Whether the peer has answered already, or closed. Only of a [polled](Self::polled) connection; never waits.
    pub(super) fn has_answered(&mut self) -> bool {
        self.reader.get_mut().timeout = Duration::ZERO;
        !matches!(self.reader.fill_buf(), Err(e) if is_timeout(&e))
    }

    /// What protects it.
    pub(super) fn protection(&self) -> Protection {
        self.protection
    }

    /// The history of the connection.
    pub(super) fn trace(&self) -> Option<&Arc<Trace>> {
        self.reader.get_ref().stream.trace()
    }

    /// The head of an answer is here, and `is_kept` if another request may follow.
    pub(super) fn answered(&self, is_kept: bool) {
        self.reader.get_ref().slot.responded(is_kept);
    }

    /// All of an answer was read. Whether the connection may stay open: others may wait for its end.
    pub(super) fn rests(&self) -> bool {
        self.reader.get_ref().slot.idle()
    }

    /// It is used again; false if it was closed for another meanwhile.
    pub(super) fn resumes(&self) -> bool {
        self.reader.get_ref().slot.reuse()
    }

    /// Send `bytes`, all of them, waiting `timeout` at most for each part that the peer takes.
    pub(super) fn say(&self, bytes: &[u8], timeout: Duration) -> io::Result<()> {
        let mut stream = &*self.reader.get_ref().stream;
        stream.set_write_timeout(timeout)?;
        stream.write_all(bytes)
    }

    /// Whether more has come than was read. After all of an answer was read, nothing can follow but what
    /// the server had not announced: it would be taken for the next answer.
    pub(super) fn has_more(&self) -> bool {
        !self.reader.buffer().is_empty()
    }

    /// From now on wait `timeout` at most for the next byte.
    pub(super) fn wait_at_most(&mut self, timeout: Duration) -> io::Result<()> {
        let incoming = self.reader.get_mut();
        incoming.timeout = timeout;
        if incoming.is_polled {
            return Ok(());
        }
        incoming.stream.set_read_timeout(timeout)
    }
}

impl Read for Connection {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reader.read(buffer)
    }
}

impl BufRead for Connection {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.reader.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.reader.consume(amount);
    }
}

/// Why a download does not go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FetchError {
    Cancelled,
    Failed(ClientError),
}

impl From<StoreError> for FetchError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<ClientError> for FetchError {
    fn from(error: ClientError) -> Self {
        Self::Failed(error)
    }
}

//! TLS over one socket.

mod sending;

use std::fmt;
use std::io::{self, BufRead as _, ErrorKind, Read};
use std::sync::Arc;
use std::time::Instant;

use parking_lot::Mutex;
use rustls::{Connection, Error, ServerConnection};

use self::sending::PIECE_MAX;
use super::ServerTls;
use super::buffers::{Nothing, READ_MAX, with_scratch};
use crate::identity::Fingerprint;
use crate::transport::is_timeout;
use crate::transport::socket::Socket;

/// How much is read from a socket at a time, however small the buffer is: one record, with what it may grow by.
const READ_MIN: usize = 16 * 1024 + 256;

/// How much of what a peer may send without saying anything (tickets, updates of keys, empty records, its handshake) is
/// read in one call.
const FRUITLESS_MAX: usize = 256 * 1024;

/// How much a client may send until its handshake is over: ten times what browsers send. What it has not finished is kept.
const HANDSHAKE_MAX: usize = 16 * 1024;

/// Plaintext that rustls takes a piece of at a time from what was read.
const FEED_LEN: usize = 4096;

/// TLS, and what it has encrypted, or received and not given out. Its lock is held while a read or write waits.
pub(in crate::transport) struct Session(Mutex<State>);

/// What a session consists of.
pub(super) struct State {
    connection: Connection,
    /// Bytes of the last write that are encrypted and not reported as written.
    accepted: usize,
    /// Bytes that the socket took since they were encrypted.
    sent: usize,
    /// How much of the next write is encrypted at most.
    piece: usize,
    /// What was read from the socket, but does not fit into the buffers of rustls yet.
    unfed: Vec<u8>,
    /// The last read from the socket was short: nothing was left there.
    is_drained: bool,
    /// Received since buffers were released.
    fed: usize,
    /// How much a client may still send until its handshake is over.
    handshake_left: usize,
    is_closed: bool,
    failure: Option<Error>,
}

/// What a read of a session needs to know of its stream.
#[derive(Clone, Copy, Debug)]
pub(in crate::transport) struct Reading {
    /// The socket does not block.
    pub is_polled: bool,
    /// This side ended reading.
    pub is_shut: bool,
}

impl Session {
    /// The server's side. `first` was read from the socket. Does nothing yet: the handshake is part of the reads.
    pub(in crate::transport) fn accept(tls: &ServerTls, first: &[u8]) -> io::Result<Self> {
        let connection = ServerConnection::new(Arc::clone(&tls.0)).map_err(io::Error::other)?;
        let mut state = State::new(connection.into());
        state.unfed = first.to_vec();
        Ok(Self::new(state))
    }

    pub(super) fn new(state: State) -> Self {
        Self(Mutex::new(state))
    }

    /// See [`Stream`](crate::transport::Stream).
    pub(in crate::transport) fn peer_identity(&self) -> Option<Fingerprint> {
        let state = self.0.lock();
        if state.connection.is_handshaking() {
            return None;
        }
        let certificate = state.connection.peer_certificates()?.first()?;
        Some(Fingerprint::of(certificate))
    }

    /// See [`Stream`](crate::transport::Stream).
    pub(in crate::transport) fn read(
        &self,
        socket: &Socket,
        buffer: &mut [u8],
        reading: impl Fn() -> Reading,
    ) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let mut state = self.0.lock();
        if let Some(read) = state.take(socket, buffer) {
            return read;
        }
        let mut began = None;
        let mut fruitless = 0;
        loop {
            let read = with_scratch(|scratch| {
                let len = buffer.len().clamp(READ_MIN, READ_MAX);
                let read = state.fill(socket, &mut scratch[..len])?;
                let filled = state.feed(&scratch[..read], buffer);
                Ok::<_, io::Error>(if filled > 0 { Err(filled) } else { Ok(read) })
            })?;
            let read = match read {
                Err(filled) => return Ok(filled),
                Ok(0) if reading().is_shut => return Ok(0),
                Ok(read) => read,
            };
            if let Some(read) = state.take(socket, buffer) {
                return read;
            }
            fruitless += read;
            if fruitless > FRUITLESS_MAX || reading().is_polled && state.is_drained {
                return Err(ErrorKind::WouldBlock.into());
            }
            // One that sends a byte now and then gets no more time than one that sends none.
            let began: Instant = *began.get_or_insert_with(Instant::now);
            if let Some(timeout) = socket.read_timeout()?
                && began.elapsed() >= timeout
            {
                return Err(ErrorKind::WouldBlock.into());
            }
        }
    }

    /// See [`Stream`](crate::transport::Stream).
    pub(in crate::transport) fn write(&self, socket: &Socket, bytes: &[u8]) -> io::Result<usize> {
        let mut state = self.0.lock();
        if state.accepted == 0 {
            state.encrypt(bytes)?;
        }
        state.send(socket, bytes.len())
    }

    /// Sends what a write that would block has left; `None` if there is nothing.
    pub(in crate::transport) fn write_accepted(
        &self,
        socket: &Socket,
    ) -> Option<io::Result<usize>> {
        let mut state = self.0.lock();
        (state.accepted > 0).then(|| state.send(socket, usize::MAX))
    }

    /// How much of a write is encrypted at a time.
    pub(in crate::transport) fn piece_len(&self) -> usize {
        self.0.lock().piece
    }

    /// Sends `close_notify`, after what was written. May be called again where the socket did not take it.
    pub(in crate::transport) fn close(&self, socket: &Socket) -> io::Result<()> {
        self.0.lock().close(socket)
    }

    /// Sends `close_notify` if everything that was written has been sent.
    pub(in crate::transport) fn close_at_end(&mut self, socket: &Socket) {
        let state = self.0.get_mut();
        let is_whole = state.accepted == 0 && state.failure.is_none();
        if is_whole
            && !state.connection.is_handshaking()
            && let Err(e) = state.close(socket)
        {
            log::debug!("no close_notify: {e}");
        }
    }

    /// Whether a read would give something out without reading from the socket.
    pub(in crate::transport) fn is_ready(&self) -> bool {
        self.0.lock().is_ready()
    }

    /// Whether a read may give something out without waiting.
    pub(in crate::transport) fn may_have_more(&self) -> bool {
        let mut state = self.0.lock();
        !state.is_drained || state.is_ready()
    }

    /// Whether something has to be sent.
    pub(in crate::transport) fn wants_write(&self) -> bool {
        self.0.lock().wants_write()
    }
}

impl State {
    pub(super) fn new(mut connection: Connection) -> Self {
        // Of what is encrypted; `piece` is the limit.
        connection.set_buffer_limit(None);
        Self {
            connection,
            accepted: 0,
            sent: 0,
            piece: PIECE_MAX,
            unfed: Vec::new(),
            is_drained: false,
            fed: 0,
            handshake_left: HANDSHAKE_MAX,
            is_closed: false,
            failure: None,
        }
    }

    /// Whether the handshake is over, and all of it sent.
    pub(super) fn is_connected(&self) -> bool {
        !self.connection.is_handshaking() && !self.connection.wants_write()
    }

    pub(super) fn wants_write(&self) -> bool {
        self.connection.wants_write()
    }

    /// What the peer did wrong, once nothing is left to read.
    pub(super) fn failure(&self) -> Option<Error> {
        self.failure.clone()
    }

    /// Gives out what has come without reading from the socket: bytes, the end, or an error. `None` if more is to be
    /// read for that.
    fn take(&mut self, socket: &Socket, buffer: &mut [u8]) -> Option<io::Result<usize>> {
        let mut filled = self.drain(buffer);
        if filled < buffer.len() && !self.unfed.is_empty() {
            let unfed = std::mem::take(&mut self.unfed);
            filled += self.feed(&unfed, &mut buffer[filled..]);
        }
        if filled > 0 {
            // What is to be sent leaves with the answer.
            return Some(Ok(filled));
        }
        if let Err(e) = self.flush(socket) {
            // If the connection is broken, reading says so.
            log::trace!("unsent: {e}");
        }
        if let Some(error) = &self.failure {
            return Some(Err(io::Error::new(ErrorKind::InvalidData, error.clone())));
        }
        match self.connection.reader().read(buffer) {
            Err(e) if e.kind() == ErrorKind::WouldBlock => None,
            // What `close_notify` or its absence means.
            ended => Some(ended),
        }
    }

    fn drain(&mut self, buffer: &mut [u8]) -> usize {
        let mut filled = 0;
        while filled < buffer.len()
            && let Ok(read @ 1..) = self.connection.reader().read(&mut buffer[filled..])
        {
            filled += read;
        }
        filled
    }

    fn is_ready(&mut self) -> bool {
        if !self.unfed.is_empty() || self.failure.is_some() {
            return true;
        }
        !matches!(self.connection.reader().fill_buf(), Err(e) if e.kind() == ErrorKind::WouldBlock)
    }

    /// Reads from the socket.
    fn fill(&mut self, mut socket: &Socket, scratch: &mut [u8]) -> io::Result<usize> {
        let read = match socket.read(scratch) {
            Err(e) if is_timeout(&e) => {
                self.is_drained = true;
                return Err(e);
            }
            read => read?,
        };
        self.is_drained = read < scratch.len();
        if read == 0 {
            self.connection.read_tls(&mut io::empty())?;
        }
        Ok(read)
    }

    /// Decrypts `bytes`, as far as the plaintext fits into `buffer`, and one record more; how much of it is filled.
    pub(super) fn feed(&mut self, mut bytes: &[u8], buffer: &mut [u8]) -> usize {
        let mut filled = 0;
        while !bytes.is_empty() && self.failure.is_none() {
            let len = bytes.len();
            match self.connection.read_tls(&mut bytes) {
                // Nothing counts that follows `close_notify`.
                Ok(0) => break,
                Ok(_) => {}
                Err(e) => self.failure = Some(Error::General(e.to_string())),
            }
            let taken = len - bytes.len();
            self.fed += taken;
            if let Err(error) = self.connection.process_new_packets() {
                self.failure.get_or_insert(error);
            }
            if self.connection.is_handshaking() {
                self.limit_handshake(taken);
            }
            filled += self.drain(&mut buffer[filled..]);
            if filled == buffer.len() && self.has_plaintext() {
                self.unfed.extend_from_slice(bytes);
                break;
            }
        }
        if self.is_drained && self.fed > FEED_LEN && !self.has_plaintext() {
            // Nothing is read, but buffers are made as small as what is in them.
            let _ = self.connection.read_tls(&mut Nothing);
            self.fed = 0;
        }
        filled
    }

    /// A client that has sent `taken` more bytes and is not done yet may not go on for ever.
    fn limit_handshake(&mut self, taken: usize) {
        if let Connection::Server(_) = self.connection {
            self.handshake_left = self.handshake_left.saturating_sub(taken);
            if self.handshake_left == 0 {
                let error = Error::General("the handshake is too long".to_owned());
                self.failure.get_or_insert(error);
            }
        }
    }

    fn has_plaintext(&mut self) -> bool {
        let mut reader = self.connection.reader();
        reader.fill_buf().is_ok_and(|bytes| !bytes.is_empty())
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Session")
    }
}

//! Encrypting and sending.

use std::io::{self, ErrorKind, Write as _};

use super::State;
use crate::transport::is_timeout;
use crate::transport::socket::Socket;
use crate::transport::tls::buffers::Vectored;

/// How much is encrypted at a time at most, and waits to be sent.
pub(super) const PIECE_MAX: usize = 256 * 1024;

/// The same after the socket took less: as long as the peer is slow, that is all that it costs.
const PIECE_MIN: usize = 64 * 1024;

/// The longest plaintext of a record (RFC 8446 section 5.1).
const RECORD_LEN: usize = 16 * 1024;

/// More than what such a record is on the wire.
const RECORD_WIRE_LEN: usize = RECORD_LEN + 128;

impl State {
    pub(super) fn encrypt(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.is_closed {
            return Err(ErrorKind::BrokenPipe.into());
        }
        if self.connection.is_handshaking() {
            return Err(ErrorKind::NotConnected.into());
        }
        self.sent = 0;
        let piece = &bytes[..bytes.len().min(self.piece)];
        self.accepted = self.connection.writer().write(piece)?;
        if self.accepted == 0 {
            // New keys came first.
            self.accepted = self.connection.writer().write(piece)?;
        }
        Ok(())
    }

    /// Sends what is encrypted; how many more bytes of the plaintext have been sent, but at most `len`.
    pub(super) fn send(&mut self, socket: &Socket, len: usize) -> io::Result<usize> {
        let written = match self.flush(socket) {
            Ok(()) => {
                self.piece = (self.piece * 2).min(PIECE_MAX);
                self.accepted.min(len)
            }
            Err(e) if is_timeout(&e) => {
                self.piece = PIECE_MIN;
                // All but the last, which may be shorter.
                let whole = self.accepted.saturating_sub(1) / RECORD_LEN;
                let records = whole.min(self.sent / RECORD_WIRE_LEN).min(len / RECORD_LEN);
                if records == 0 {
                    return Err(e);
                }
                self.sent -= records * RECORD_WIRE_LEN;
                records * RECORD_LEN
            }
            Err(e) => return Err(e),
        };
        self.accepted -= written;
        Ok(written)
    }

    /// Sends what is encrypted.
    pub(in crate::transport::tls) fn flush(&mut self, socket: &Socket) -> io::Result<()> {
        while self.connection.wants_write() {
            match self.connection.write_tls(&mut Vectored(socket)) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(sent) => self.sent += sent,
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }

    pub(super) fn close(&mut self, socket: &Socket) -> io::Result<()> {
        if !self.is_closed {
            self.is_closed = true;
            self.connection.send_close_notify();
        }
        self.flush(socket)
    }
}

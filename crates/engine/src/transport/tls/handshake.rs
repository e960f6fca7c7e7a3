//! The client's side of the handshake, which waits.

use std::io::{self, ErrorKind, Read};
use std::time::{Duration, Instant};

use rustix::event::PollFlags;
use rustls::{AlertDescription, CertificateError, ClientConnection, Error};

use super::ClientTls;
use super::buffers::with_scratch;
use super::session::{Session, State};
use crate::transport::is_timeout;
use crate::transport::socket::Socket;

/// Why there is no TLS with a server. Nothing but the handshake was sent.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HandshakeError {
    /// What the server sent is not TLS.
    #[error("the server does not speak TLS")]
    NotTls,
    /// The server ended the handshake with this alert (RFC 8446 section 6.2).
    #[error("the server sent the alert {0:?}")]
    Alert(AlertDescription),
    /// The verifier rejected the certificate, for this reason.
    #[error("the certificate is rejected: {0}")]
    Certificate(CertificateError),
    /// The server violates TLS, or has no version or algorithm in common with this client.
    #[error("{0}")]
    Protocol(Error),
    /// The server sent nothing for too long, or the handshake took too long.
    #[error("the handshake took too long")]
    TimedOut,
    /// The server ended the connection without an alert, or it was cancelled.
    #[error("the connection ended during the handshake")]
    Closed,
    /// What the system says.
    #[error(transparent)]
    Io(io::Error),
}

impl From<Error> for HandshakeError {
    fn from(error: Error) -> Self {
        match error {
            Error::AlertReceived(alert) => Self::Alert(alert),
            Error::InvalidCertificate(reason) => Self::Certificate(reason),
            other => Self::Protocol(other),
        }
    }
}

impl From<io::Error> for HandshakeError {
    fn from(error: io::Error) -> Self {
        use ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
        match error.kind() {
            _ if is_timeout(&error) => Self::TimedOut,
            BrokenPipe | ConnectionAborted | ConnectionReset => Self::Closed,
            _ => Self::Io(error),
        }
    }
}

impl Session {
    /// Performs the handshake within `time`. The read timeout of the socket limits how long the server may send nothing.
    pub(in crate::transport) fn connect(
        tls: ClientTls,
        socket: &Socket,
        time: Duration,
    ) -> Result<Self, HandshakeError> {
        let deadline = Instant::now() + time;
        let silence = socket.read_timeout()?.unwrap_or(time);
        let connection = ClientConnection::new(tls.config, tls.name)?;
        let mut state = State::new(connection.into());
        let mut has_begun = false;
        loop {
            match state.flush(socket) {
                // A socket that is polled.
                Err(e) if e.kind() == ErrorKind::WouldBlock => {}
                flushed => flushed?,
            }
            if state.is_connected() {
                return Ok(Self::new(state));
            }
            wait(socket, &state, silence, deadline)?;
            with_scratch(|scratch| {
                let read = match { socket }.read(scratch) {
                    Err(e) if is_timeout(&e) || e.kind() == ErrorKind::Interrupted => return Ok(()),
                    read => read?,
                };
                match scratch[..read] {
                    [] => return Err(HandshakeError::Closed),
                    [kind, ..] if !has_begun && !is_record(kind) => {
                        return Err(HandshakeError::NotTls);
                    }
                    _ => has_begun = true,
                }
                state.feed(&scratch[..read], &mut []);
                let Some(error) = state.failure() else {
                    return Ok(());
                };
                // The server is told why, if it listens.
                let _ = state.flush(socket);
                Err(error.into())
            })?;
        }
    }
}

/// Whether a record of TLS that answers a handshake begins with `byte`: an alert or the handshake.
fn is_record(byte: u8) -> bool {
    matches!(byte, 21 | 22)
}

/// Waits until there is something to read, or to write where that is unsent.
fn wait(
    socket: &Socket,
    state: &State,
    silence: Duration,
    deadline: Instant,
) -> Result<(), HandshakeError> {
    let began = Instant::now();
    let time = silence.min(deadline.saturating_duration_since(began));
    let mut events = PollFlags::IN;
    if state.wants_write() {
        events |= PollFlags::OUT;
    }
    socket.poll(events, time)?;
    if began.elapsed() >= time {
        return Err(HandshakeError::TimedOut);
    }
    Ok(())
}

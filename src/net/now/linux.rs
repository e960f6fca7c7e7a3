//! Linux can do a single call without waiting on a socket that waits otherwise, and its timeouts lose nothing.

use std::io::{self, Read as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use rustix::net::{RecvFlags, SendFlags, recv, send};
use socket2::SockRef;

use super::GLANCE;

/// Make writes to `socket` return now and then.
///
/// # Errors
/// The connection is broken already.
pub(crate) fn prepare(socket: &TcpStream) -> io::Result<()> {
    socket.set_write_timeout(Some(GLANCE))
}

/// Read what is there; an error that [`is_timeout`](crate::net::is_timeout) when nothing is.
pub(crate) fn read_now(socket: &TcpStream, buffer: &mut [u8]) -> io::Result<usize> {
    let (read, _) = recv(socket, buffer, RecvFlags::DONTWAIT)?;
    Ok(read)
}

/// Write as much as fits; an error that [`is_timeout`](crate::net::is_timeout) when nothing does.
pub(crate) fn write_now(socket: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
    let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
    Ok(send(socket, bytes, flags)?)
}

/// Keep at most `unsent` bytes that the peer has no room for.
///
/// # Errors
/// What the system says.
pub(crate) fn bound_unsent(socket: &TcpStream, unsent: u32) -> io::Result<()> {
    SockRef::from(socket).set_tcp_notsent_lowat(unsent)
}

/// The write has waited already.
#[expect(clippy::unnecessary_wraps, reason = "other systems can fail")]
pub(crate) fn wait_to_write(_: &TcpStream) -> io::Result<()> {
    Ok(())
}

/// Reads of one socket that wait.
#[derive(Debug, Default)]
pub(crate) struct TimedReads {
    /// What the socket's timeout is, since it was set.
    set: Option<Duration>,
}

impl TimedReads {
    /// Wait `time` at most for what comes and read it; an error that [`is_timeout`](crate::net::is_timeout) when
    /// nothing does.
    pub(crate) fn read(
        &mut self,
        mut socket: &TcpStream,
        buffer: &mut [u8],
        time: Duration,
    ) -> io::Result<usize> {
        if self.set != Some(time) {
            socket.set_read_timeout(Some(time))?;
            self.set = Some(time);
        }
        socket.read(buffer)
    }
}

/// Let [`accept`] wait `time` at most.
///
/// # Errors
/// What the system says.
pub(crate) fn prepare_listener(listener: &TcpListener, time: Duration) -> io::Result<()> {
    SockRef::from(listener).set_read_timeout(Some(time))
}

/// Wait for a connection as long as [`prepare_listener`] was told; an error that
/// [`is_timeout`](crate::net::is_timeout) when none comes.
pub(crate) fn accept(listener: &TcpListener, _: Duration) -> io::Result<(TcpStream, SocketAddr)> {
    listener.accept()
}

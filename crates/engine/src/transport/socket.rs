//! What carries the bytes of a stream.

use std::io::{self, IoSlice, Read, Write};
#[cfg(all(test, unix))]
use std::os::unix::net::UnixStream;
use std::time::Duration;

use rustix::event::PollFlags;

use super::sys;
use super::traced::Traced;

/// A socket of whatever kind.
#[derive(Debug)]
pub(super) enum Socket {
    /// What is written is what the peer gets.
    Tcp(Traced),
    /// Stands for any other kind in tests: no TCP options, and no file goes out of it but through a buffer.
    #[cfg(all(test, unix))]
    Pair(UnixStream),
}

/// The same expression for every kind of stream.
macro_rules! each {
    ($stream:expr, $socket:ident => $call:expr) => {
        match $stream {
            $crate::transport::socket::Socket::Tcp($socket) => $call,
            #[cfg(all(test, unix))]
            $crate::transport::socket::Socket::Pair($socket) => $call,
        }
    };
}
pub(super) use each;

impl Socket {
    /// See [`sys::poll`].
    pub(super) fn poll(&self, events: PollFlags, time: Duration) -> io::Result<()> {
        match self {
            Self::Tcp(socket) => sys::poll(socket.socket(), events, time),
            #[cfg(all(test, unix))]
            Self::Pair(socket) => sys::poll(socket, events, time),
        }
    }

    /// The timeout of a read, if there is one.
    pub(super) fn read_timeout(&self) -> io::Result<Option<Duration>> {
        match self {
            Self::Tcp(socket) => socket.socket().read_timeout(),
            #[cfg(all(test, unix))]
            Self::Pair(socket) => socket.read_timeout(),
        }
    }
}

impl Read for &Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        each!(*self, socket => (&mut &*socket).read(buffer))
    }
}

impl Write for &Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        each!(*self, socket => (&mut &*socket).write(bytes))
    }

    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        each!(*self, socket => (&mut &*socket).write_vectored(pieces))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

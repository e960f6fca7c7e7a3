//! The one type of connection that everything outside of `transport` reads and writes.
//!
//! Sockets that are polled do not block, instead of having timeouts: on Linux a `sendfile(2)` waits for the whole
//! `SO_SNDTIMEO` again after each piece that it could send, so that a cancel would go unnoticed for seconds, and on
//! Windows a timeout that ends a `send` or `recv` may lose bytes (`setsockopt` says so).

#[cfg(test)]
mod pairs;
#[cfg(test)]
mod tests;

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rustix::event::PollFlags;
#[cfg(any(target_os = "linux", all(test, unix)))]
use socket2::SockRef;

use super::socket::{Socket, each};
use super::sys;
use super::tls::{ClientTls, HandshakeError, Reading, ServerTls, Session};
use super::trace::Trace;
use super::traced::Traced;
use crate::identity::Fingerprint;

/// The longest time for which a cancel goes unnoticed while a stream is waited for.
const POLL_INTERVAL: Duration = Duration::from_millis(300);

/// A connection: a socket, and TLS over it once that has begun. What works only
/// without TLS, such as `sendfile(2)`, asks for [`Stream::plain_tcp`].
///
/// Over TLS,
/// - a **read** returns 0 only after the peer's `close_notify`, and after a [`Stream::shutdown`] of this side's reading;
///   a connection that ends without one is [`ErrorKind::UnexpectedEof`], a cut. What the peer does wrong is
///   [`ErrorKind::InvalidData`], after everything that came before, and the peer gets an alert. A read also performs the
///   server's handshake, and sends what the protocol requires unless it returns data; if the socket does not accept
///   that, [`Stream::wants_write`] is true. It ends with an error that [`is_timeout`](super::is_timeout) after a bounded
///   number of bytes without application data, or after twice the read timeout;
/// - a **write** that would block has encrypted some of its bytes: the next write has to begin with the same bytes, or
///   the connection be given up. `Ok(n)` means that the socket has taken all records of these n bytes. Before the end of
///   the handshake it is [`ErrorKind::NotConnected`];
/// - **dropping** it sends `close_notify` without waiting, unless it is [aborted](Stream::abort), was cancelled, or a
///   write is unfinished.
///
/// One thread reads and writes; others may shut it down.
#[derive(Debug)]
pub(crate) struct Stream {
    socket: Socket,
    tls: OnceLock<Box<Session>>,
    is_polled: AtomicBool,
    /// This side ended reading, as a cancel does.
    is_read_shut: AtomicBool,
    is_aborted: AtomicBool,
}

impl Stream {
    /// Connect over TCP, within `timeout`. `tracing` gets the trace, if possible while it connects. Blocks, and cannot be
    /// cancelled.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn connect(
        address: &SocketAddr,
        timeout: Duration,
        tracing: impl FnOnce(&Arc<Trace>),
    ) -> io::Result<Self> {
        let (socket, trace) = sys::connect(address, timeout, tracing)?;
        Ok(Self::over(Socket::Tcp(Traced::new(socket, trace))))
    }

    /// A connection that was accepted just now.
    pub(crate) fn accepted(socket: TcpStream, peer: SocketAddr) -> Self {
        Self::over(Socket::Tcp(Traced::accepted(socket, peer)))
    }

    fn over(socket: Socket) -> Self {
        Self {
            socket,
            tls: OnceLock::new(),
            is_polled: AtomicBool::new(false),
            is_read_shut: AtomicBool::new(false),
            is_aborted: AtomicBool::new(false),
        }
    }

    /// Speak TLS as the server from now on. `first` is what has been read. Never waits: what follows is part of the
    /// reads.
    ///
    /// # Errors
    /// TLS is spoken already.
    pub(crate) fn accept_tls(&self, tls: &ServerTls, first: &[u8]) -> io::Result<()> {
        let session = Session::accept(tls, first)?;
        self.tls
            .set(Box::new(session))
            .map_err(|_| ErrorKind::AlreadyExists.into())
    }

    /// Speak TLS as a client from now on. Waits for the handshake, up to `time` in all, and for each answer of the server
    /// up to the read timeout of a blocking stream. A cancel ends it.
    ///
    /// # Errors
    /// The handshake failed. The stream must not be used any more.
    pub(crate) fn connect_tls(&self, tls: ClientTls, time: Duration) -> Result<(), HandshakeError> {
        let session = Session::connect(tls, &self.socket, time)?;
        self.tls
            .set(Box::new(session))
            .map_err(|_| HandshakeError::Io(ErrorKind::AlreadyExists.into()))
    }

    /// Whether TLS is spoken.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.tls.get().is_some()
    }

    /// The certificate that the peer has shown, and whose key it has, once the handshake is over.
    pub(crate) fn peer_identity(&self) -> Option<Fingerprint> {
        self.tls.get()?.peer_identity()
    }

    /// The socket, if nothing transforms what is written.
    #[cfg(target_os = "linux")]
    pub(super) fn plain_tcp(&self) -> Option<&Traced> {
        match &self.socket {
            _ if self.is_encrypted() => None,
            Socket::Tcp(socket) => Some(socket),
            #[cfg(test)]
            Socket::Pair(_) => None,
        }
    }

    /// What a write that would block has left, if anything: sends it like a repeated write.
    pub(super) fn write_accepted(&self) -> Option<io::Result<usize>> {
        self.tls.get()?.write_accepted(&self.socket)
    }

    /// How many bytes of one write are encrypted at most; `None` without TLS.
    pub(super) fn piece_len(&self) -> Option<usize> {
        self.tls.get().map(|tls| tls.piece_len())
    }

    /// Whether more may be read without waiting, although the last read was short.
    pub(crate) fn may_have_more(&self) -> bool {
        self.tls.get().is_some_and(|tls| tls.may_have_more())
    }

    /// Whether something has to be written before the peer can go on, which the socket did not take.
    pub(crate) fn wants_write(&self) -> bool {
        self.tls.get().is_some_and(|tls| tls.wants_write())
    }

    /// The history of the TCP connection, if this is one.
    #[cfg_attr(
        not(all(test, unix)),
        expect(clippy::unnecessary_wraps, reason = "a pair of tests is none")
    )]
    pub(crate) fn trace(&self) -> Option<&Arc<Trace>> {
        match &self.socket {
            Socket::Tcp(socket) => Some(socket.trace()),
            #[cfg(all(test, unix))]
            Socket::Pair(_) => None,
        }
    }

    /// Send small writes at once (`TCP_NODELAY`).
    ///
    /// # Errors
    /// The connection is broken already.
    pub(crate) fn set_nodelay(&self) -> io::Result<()> {
        match &self.socket {
            Socket::Tcp(socket) => socket.set_nodelay(true),
            #[cfg(all(test, unix))]
            Socket::Pair(_) => Ok(()),
        }
    }

    /// Let reads and writes return at once, with an error that [`is_timeout`](super::is_timeout) where they would block.
    ///
    /// # Errors
    /// The connection is broken already.
    pub(crate) fn set_nonblocking(&self) -> io::Result<()> {
        self.is_polled.store(true, Ordering::Relaxed);
        each!(&self.socket, socket => socket.set_nonblocking(true))
    }

    /// Let each read of a blocking stream end after `timeout`, with an error that [`is_timeout`](super::is_timeout).
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn set_read_timeout(&self, timeout: Duration) -> io::Result<()> {
        each!(&self.socket, socket => socket.set_read_timeout(Some(positive(timeout))))
    }

    /// Let each write to a blocking stream end after `timeout`, with an error that [`is_timeout`](super::is_timeout).
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn set_write_timeout(&self, timeout: Duration) -> io::Result<()> {
        each!(&self.socket, socket => socket.set_write_timeout(Some(positive(timeout))))
    }

    /// Let the system queue at most `unsent` bytes that the peer has no window for (`TCP_NOTSENT_LOWAT`, on Linux;
    /// other systems queue little anyway).
    ///
    /// # Errors
    /// What the system says.
    #[cfg_attr(
        not(target_os = "linux"),
        expect(clippy::unnecessary_wraps, reason = "Linux can fail")
    )]
    pub(crate) fn limit_unsent(&self, unsent: u32) -> io::Result<()> {
        match &self.socket {
            #[cfg(target_os = "linux")]
            Socket::Tcp(socket) => SockRef::from(socket.socket()).set_tcp_notsent_lowat(unsent),
            #[cfg(any(not(target_os = "linux"), all(test, unix)))]
            _ => {
                let _ = unsent;
                Ok(())
            }
        }
    }

    /// Read from a non-blocking stream, waiting up to `time`, but never so long that a cancel is noticed late; an error
    /// that [`is_timeout`](super::is_timeout) when nothing comes.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn read_within(&self, buffer: &mut [u8], time: Duration) -> io::Result<usize> {
        if !self.tls.get().is_some_and(|tls| tls.is_ready()) {
            let mut events = PollFlags::IN;
            events.set(PollFlags::OUT, self.wants_write());
            self.socket.poll(events, time.min(POLL_INTERVAL))?;
        }
        (&mut &*self).read(buffer)
    }

    /// Wait until a non-blocking stream takes bytes, but not so long that a cancel is noticed late.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn wait_writable(&self) -> io::Result<()> {
        self.socket.poll(PollFlags::OUT, POLL_INTERVAL)
    }

    /// Wait until the connection has broken, or ended in both directions, up to `time`, but never so long that a cancel is
    /// noticed late. For a stream whose peer has sent its FIN, which is always readable.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn wait_broken(&self, time: Duration) -> io::Result<()> {
        let time = time.min(POLL_INTERVAL);
        if cfg!(target_os = "linux") {
            return self.socket.poll(PollFlags::empty(), time);
        }
        // Other systems report that the peer has ended its direction, again and again.
        #[expect(clippy::disallowed_methods, reason = "waiting is what it is for")]
        std::thread::sleep(time);
        Ok(())
    }

    /// Whether the peer has ended its direction or the connection, even if bytes that came before are unread. Systems other
    /// than Linux say so only of the whole connection.
    pub(crate) fn is_hung_up(&self) -> bool {
        match &self.socket {
            Socket::Tcp(socket) => sys::is_hung_up(socket.socket()),
            #[cfg(all(test, unix))]
            Socket::Pair(socket) => sys::is_hung_up(socket),
        }
    }

    /// End one direction or both. A read that blocks in another thread returns 0. Ending only the writing side sends
    /// `close_notify` over TLS, and waits for a read or write in another thread; the others, which a cancel uses, never
    /// wait.
    ///
    /// # Errors
    /// The connection has ended already; or one that [`is_timeout`](super::is_timeout) if the socket does not take
    /// `close_notify` yet, after which it is to be called again.
    pub(crate) fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        if how == Shutdown::Write {
            if let Some(tls) = self.tls.get() {
                tls.close(&self.socket)?;
            }
        } else {
            self.is_read_shut.store(true, Ordering::Relaxed);
        }
        each!(&self.socket, socket => socket.shutdown(how))
    }

    /// Let the close reset the connection (`SO_LINGER` of zero), so that the peer sees an error and not a clean end. The
    /// system drops what it has not sent.
    pub(crate) fn abort(&self) {
        self.is_aborted.store(true, Ordering::Relaxed);
        // Fails only where there is nobody left to see it.
        let _ = match &self.socket {
            Socket::Tcp(socket) => socket.set_linger(Some(Duration::ZERO)),
            #[cfg(all(test, unix))]
            Socket::Pair(socket) => SockRef::from(socket).set_linger(Some(Duration::ZERO)),
        };
    }

    /// The error that has come for the connection since the last call, if any.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn take_error(&self) -> io::Result<Option<io::Error>> {
        each!(&self.socket, socket => socket.take_error())
    }
}

impl Read for &Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.tls.get() {
            Some(tls) => tls.read(&self.socket, buffer, || Reading {
                is_polled: self.is_polled.load(Ordering::Relaxed),
                is_shut: self.is_read_shut.load(Ordering::Relaxed),
            }),
            None => (&self.socket).read(buffer),
        }
    }
}

impl Write for &Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.tls.get() {
            Some(tls) => tls.write(&self.socket, bytes),
            None => (&self.socket).write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let is_cut = *self.is_aborted.get_mut() || *self.is_read_shut.get_mut();
        if let Some(tls) = self.tls.get_mut()
            && !is_cut
        {
            if !*self.is_polled.get_mut() {
                // Fails only where there is nobody left.
                let _ = each!(&self.socket, socket => socket.set_nonblocking(true));
            }
            tls.close_at_end(&self.socket);
        }
    }
}

/// For `epoll(7)`.
#[cfg(target_os = "linux")]
impl std::os::fd::AsFd for Stream {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        each!(&self.socket, socket => socket.as_fd())
    }
}

/// The system takes a timeout of zero for none at all.
fn positive(timeout: Duration) -> Duration {
    timeout.max(Duration::from_millis(1))
}

//! A TCP socket that records in a [`Trace`] what passes and what happens.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use socket2::SockRef;

use super::trace::{Trace, TraceEvent};
use super::{is_timeout, sys};

/// A connected socket and its trace.
#[derive(Debug)]
pub(crate) struct Traced {
    socket: TcpStream,
    trace: Arc<Trace>,
    /// This side shut down reading, so that an end of file is not the peer's FIN.
    is_read_shut: AtomicBool,
    /// The close will reset the connection.
    is_aborted: AtomicBool,
}

impl Traced {
    /// A socket whose history begins with `trace`.
    pub(super) fn new(socket: TcpStream, trace: Arc<Trace>) -> Self {
        Self {
            socket,
            trace,
            is_read_shut: AtomicBool::new(false),
            is_aborted: AtomicBool::new(false),
        }
    }

    /// A socket that was accepted just now.
    pub(super) fn accepted(socket: TcpStream, peer: SocketAddr) -> Self {
        let trace = Trace::accepted(local_addr(&socket), peer);
        Self::new(socket, trace)
    }

    /// The socket itself, for options.
    pub(super) fn socket(&self) -> &TcpStream {
        &self.socket
    }

    /// The history.
    pub(super) fn trace(&self) -> &Arc<Trace> {
        &self.trace
    }

    /// Records the result of a write, which may have bypassed [`Write`].
    pub(super) fn wrote(&self, result: io::Result<usize>) -> io::Result<usize> {
        match &result {
            Ok(0) => {}
            Ok(bytes) => self.trace.count_sent(*bytes),
            Err(e) => self.failed(e),
        }
        result
    }

    fn failed(&self, error: &io::Error) {
        let is_reset = match error.kind() {
            ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted => true,
            // Also after this side's own FIN.
            ErrorKind::BrokenPipe => !self.has(TraceEvent::FinSent),
            _ => false,
        };
        if is_reset && !self.is_aborted.load(Ordering::Relaxed) {
            self.trace.record(TraceEvent::ResetReceived);
        }
    }

    fn has(&self, event: TraceEvent) -> bool {
        self.trace.at(event).is_some()
    }

    pub(super) fn set_nodelay(&self, on: bool) -> io::Result<()> {
        self.socket.set_nodelay(on)
    }

    pub(super) fn set_nonblocking(&self, on: bool) -> io::Result<()> {
        self.socket.set_nonblocking(on)
    }

    pub(super) fn set_read_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        self.socket.set_read_timeout(timeout)
    }

    pub(super) fn set_write_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        self.socket.set_write_timeout(timeout)
    }

    pub(super) fn take_error(&self) -> io::Result<Option<io::Error>> {
        let error = self.socket.take_error()?;
        if let Some(error) = &error {
            self.failed(error);
        }
        Ok(error)
    }

    pub(super) fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        if how != Shutdown::Write {
            self.is_read_shut.store(true, Ordering::Relaxed);
        }
        self.socket.shutdown(how)?;
        if how != Shutdown::Read {
            self.trace.record(TraceEvent::FinSent);
        }
        Ok(())
    }

    pub(super) fn set_linger(&self, time: Option<Duration>) -> io::Result<()> {
        self.is_aborted
            .store(time == Some(Duration::ZERO), Ordering::Relaxed);
        SockRef::from(&self.socket).set_linger(time)
    }
}

impl Read for &Traced {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let result = (&self.socket).read(buffer);
        match &result {
            Ok(0) if buffer.is_empty() || self.is_read_shut.load(Ordering::Relaxed) => {}
            Ok(0) => self.trace.record(TraceEvent::FinReceived),
            Ok(bytes) => self.trace.count_received(*bytes),
            Err(e) if is_timeout(e) => {}
            Err(e) => self.failed(e),
        }
        result
    }
}

impl Write for &Traced {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.wrote((&self.socket).write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Traced {
    /// The close sends a FIN, unless that was sent, or a RST: after [`Traced::set_linger`], and where bytes have
    /// arrived that were not read (RFC 9293 section 3.6.1, RFC 2525 section 2.17).
    fn drop(&mut self) {
        if !self.has(TraceEvent::ResetReceived) {
            if self.is_aborted.load(Ordering::Relaxed) || sys::has_unread(&self.socket) {
                self.trace.record(TraceEvent::ResetSent);
            } else {
                self.trace.record(TraceEvent::FinSent);
            }
        }
        self.trace.record(TraceEvent::Closed);
    }
}

/// The own address of `socket`; unspecified where the system does not say, as for a connection that was reset.
pub(super) fn local_addr(socket: &TcpStream) -> SocketAddr {
    let none = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
    socket.local_addr().unwrap_or(none)
}

#[cfg(target_os = "linux")]
impl std::os::fd::AsFd for Traced {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

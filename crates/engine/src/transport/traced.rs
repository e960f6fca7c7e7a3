//! A TCP socket that records in a [`Trace`] what passes and what happens.

use std::io::{self, ErrorKind, IoSlice, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use socket2::SockRef;

use super::sys;
use super::trace::{Trace, TraceEvent};

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
        if sys::is_given_up(error) {
            self.trace.record(TraceEvent::TimedOut);
            return;
        }
        let is_reset = match error.kind() {
            ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted => true,
            // Also after this side's own FIN, and after each failure.
            ErrorKind::BrokenPipe => {
                !self.has(TraceEvent::FinSent) && !self.has(TraceEvent::TimedOut)
            }
            _ => false,
        };
        if is_reset && !self.is_aborted.load(Ordering::Relaxed) {
            self.trace.record(TraceEvent::ResetReceived);
        }
    }

    /// Whether the peer has reset the connection, or the system has given it up.
    fn is_broken(&self) -> bool {
        self.has(TraceEvent::ResetReceived) || self.has(TraceEvent::TimedOut)
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
            // What a read returns after an error.
            Ok(0) if self.is_broken() => {}
            Ok(0) => self.trace.record(TraceEvent::FinReceived),
            Ok(bytes) => self.trace.count_received(*bytes),
            Err(e) => self.failed(e),
        }
        result
    }
}

impl Write for &Traced {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.wrote((&self.socket).write(bytes))
    }

    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        self.wrote((&self.socket).write_vectored(pieces))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Traced {
    /// The close sends a FIN, unless that was sent, or a RST: after [`Traced::set_linger`], and where bytes have
    /// arrived that were not read (RFC 9293 section 3.6.1, RFC 2525 section 2.17).
    fn drop(&mut self) {
        self.trace.sample_at_end();
        // What came after the last read or write.
        let _ = self.take_error();
        if !self.is_broken() {
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

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::super::Stream;
    use super::super::trace::Role;
    use super::*;

    const TIMEOUT: Duration = Duration::from_secs(20);

    fn trace(stream: &Stream) -> Arc<Trace> {
        Arc::clone(stream.trace().unwrap())
    }

    fn kinds(trace: &Trace) -> Vec<TraceEvent> {
        let events = trace.events();
        assert!(events.is_sorted_by_key(|(at, _)| *at), "{events:?}");
        events.into_iter().map(|(_, kind)| kind).collect()
    }

    #[test]
    fn the_ends_know_each_other_and_what_passed() {
        let (client, server) = Stream::both_ends();
        let (ours, theirs) = (trace(&client), trace(&server));
        assert_eq!((ours.role(), theirs.role()), (Role::Client, Role::Server));
        assert_eq!(ours.local(), theirs.peer());
        assert_eq!(ours.peer(), theirs.local());
        (&client).write_all(b"name").unwrap();
        (&server).read_exact(&mut [0; 4]).unwrap();
        let (sent, received) = (ours.sent(), theirs.received());
        assert_eq!((sent.bytes, received.bytes), (4, 4));
        assert_eq!(sent.first, sent.last);
        (&client).write_all(b"more").unwrap();
        assert_eq!(ours.sent().bytes, 8);
        assert_eq!(ours.sent().first, sent.first);
        assert!(ours.sent().last > sent.last);
        assert_eq!(ours.received(), <_>::default());
    }

    #[test]
    fn a_close_in_turn() {
        use TraceEvent::{Accepted, Closed, Connected, Connecting, FinReceived, FinSent};
        let (client, server) = Stream::both_ends();
        let (ours, theirs) = (trace(&client), trace(&server));
        client.shutdown(Shutdown::Write).unwrap();
        assert_eq!((&server).read(&mut [0]).unwrap(), 0);
        assert!(!theirs.is_closed());
        drop(server);
        assert_eq!(kinds(&theirs), [Accepted, FinReceived, FinSent, Closed]);
        assert_eq!((&client).read(&mut [0]).unwrap(), 0);
        drop(client);
        let whole = [Connecting, Connected, FinSent, FinReceived, Closed];
        assert_eq!(kinds(&ours), whole);
    }

    #[test]
    fn a_close_without_a_shutdown_sends_a_fin() {
        let (client, server) = Stream::both_ends();
        let ours = trace(&client);
        drop(client);
        assert_eq!(kinds(&ours)[2..], [TraceEvent::FinSent, TraceEvent::Closed]);
        assert_eq!((&server).read(&mut [0]).unwrap(), 0);
    }

    #[test]
    fn a_reset_is_one_at_both_ends() {
        let (client, server) = Stream::both_ends();
        let (ours, theirs) = (trace(&client), trace(&server));
        client.abort();
        drop(client);
        (&server).read(&mut [0]).unwrap_err();
        drop(server);
        assert_eq!(
            kinds(&ours)[2..],
            [TraceEvent::ResetSent, TraceEvent::Closed]
        );
        assert_eq!(
            kinds(&theirs)[1..],
            [TraceEvent::ResetReceived, TraceEvent::Closed]
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_reset_counts_that_came_after_the_last_read() {
        let (client, server) = Stream::both_ends();
        let theirs = trace(&server);
        client.abort();
        drop(client);
        let socket = server.tcp();
        sys::poll(socket.socket(), rustix::event::PollFlags::IN, TIMEOUT).unwrap();
        drop(server);
        assert_eq!(
            kinds(&theirs)[1..],
            [TraceEvent::ResetReceived, TraceEvent::Closed]
        );
    }

    /// Whoever takes nothing for too long counts as gone.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_connection_that_the_system_gives_up_ends_without_a_fin() {
        for reads in [true, false] {
            let (client, server) = Stream::both_ends();
            let theirs = trace(&server);
            let socket = server.tcp();
            let limit = Some(Duration::from_millis(300));
            SockRef::from(socket.socket())
                .set_tcp_user_timeout(limit)
                .unwrap();
            server.set_nonblocking().unwrap();
            while (&server).write(&[0; 16384]).is_ok() {}
            sys::poll(socket.socket(), rustix::event::PollFlags::IN, TIMEOUT).unwrap();
            if reads {
                let error = (&server).read(&mut [0]).unwrap_err();
                assert!(!crate::transport::is_not_yet(&error), "{error:?}");
                assert_eq!((&server).read(&mut [0]).unwrap(), 0);
            }
            drop(server);
            assert_eq!(
                kinds(&theirs)[1..],
                [TraceEvent::TimedOut, TraceEvent::Closed]
            );
            assert_eq!(theirs.states().own, super::super::tcp::TcpState::Closed);
            drop(client);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_close_with_unread_bytes_is_a_reset() {
        let (client, server) = Stream::both_ends();
        let theirs = trace(&server);
        (&client).write_all(b"name").unwrap();
        // Until it is here.
        server.read_within(&mut [], TIMEOUT).unwrap();
        drop(server);
        assert!(kinds(&theirs).contains(&TraceEvent::ResetSent));
        (&client).read(&mut [0]).unwrap_err();
    }

    #[test]
    fn the_end_that_a_cancel_makes_is_no_fin_of_the_peer() {
        let (client, server) = Stream::both_ends();
        server.shutdown(Shutdown::Read).unwrap();
        assert_eq!((&server).read(&mut [0]).unwrap(), 0);
        assert_eq!(kinds(&trace(&server)), [TraceEvent::Accepted]);
        drop(client);
    }

    #[cfg(unix)]
    #[test]
    fn an_address_that_refuses_has_a_trace_too() {
        use TraceEvent::{ConnectFailed, Connecting, ResetReceived};
        let closed = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = closed.local_addr().unwrap();
        drop(closed);
        let mut trace = None;
        let tracing = |begun: &Arc<Trace>| trace = Some(Arc::clone(begun));
        let error = Stream::connect(&address, TIMEOUT, tracing).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
        assert_eq!(
            kinds(&trace.unwrap()),
            [Connecting, ConnectFailed, ResetReceived]
        );
    }
}

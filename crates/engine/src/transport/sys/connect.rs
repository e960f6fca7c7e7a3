//! Connecting with a trace that begins when the SYN is sent.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::transport::trace::{Trace, TraceEvent};
use crate::transport::traced::local_addr;

/// Connects to `address` within `timeout`; `tracing` gets the trace, on Unix as soon as the SYN is sent.
///
/// # Errors
/// What the system says.
#[cfg(unix)]
pub(in crate::transport) fn connect(
    address: &SocketAddr,
    timeout: Duration,
    tracing: impl FnOnce(&Arc<Trace>),
) -> io::Result<(TcpStream, Arc<Trace>)> {
    use rustix::io::Errno;
    use socket2::{Domain, Protocol, Socket, Type};

    let domain = Domain::for_address(*address);
    let socket = Socket::new(domain, Type::STREAM, Some(Protocol::TCP))?;
    socket.set_nonblocking(true)?;
    let started = Instant::now();
    let began = match socket.connect(&(*address).into()) {
        Err(e) if e.raw_os_error() == Some(Errno::INPROGRESS.raw_os_error()) => Ok(()),
        connected => connected,
    };
    let socket = TcpStream::from(socket);
    let trace = Trace::connecting(started, local_addr(&socket), *address);
    // Anything else than a refusal that comes at once, as it does on this computer, sent no SYN.
    if began.as_ref().err().is_none_or(is_reset) {
        tracing(&trace);
    }
    if let Err(e) = began.and_then(|()| wait(&socket, timeout)) {
        trace.record(TraceEvent::ConnectFailed);
        if is_reset(&e) {
            trace.record(TraceEvent::ResetReceived);
        }
        return Err(e);
    }
    trace.record(TraceEvent::Connected);
    socket.set_nonblocking(false)?;
    Ok((socket, trace))
}

/// Whether the address refused the connection with a RST.
#[cfg(unix)]
fn is_reset(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionRefused | ConnectionReset)
}

/// Waits until `socket` is connected.
#[cfg(unix)]
fn wait(socket: &TcpStream, timeout: Duration) -> io::Result<()> {
    let deadline = Instant::now() + timeout;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        super::poll(socket, rustix::event::PollFlags::OUT, left)?;
        if let Some(error) = socket.take_error()? {
            return Err(error);
        }
        // A signal may have ended the wait.
        match socket.peer_addr() {
            Ok(_) => return Ok(()),
            Err(e) if e.kind() != io::ErrorKind::NotConnected => return Err(e),
            Err(_) if left.is_zero() => return Err(io::ErrorKind::TimedOut.into()),
            Err(_) => {}
        }
    }
}

/// See above; the trace comes once the connection is there.
///
/// # Errors
/// What the system says.
#[cfg(not(unix))]
#[expect(
    clippy::disallowed_methods,
    reason = "whoever calls it runs on a thread of its own"
)]
pub(in crate::transport) fn connect(
    address: &SocketAddr,
    timeout: Duration,
    tracing: impl FnOnce(&Arc<Trace>),
) -> io::Result<(TcpStream, Arc<Trace>)> {
    let began = Instant::now();
    let socket = TcpStream::connect_timeout(address, timeout)?;
    let trace = Trace::connecting(began, local_addr(&socket), *address);
    trace.record(TraceEvent::Connected);
    tracing(&trace);
    Ok((socket, trace))
}

//! Wakes a thread that polls sockets.

use std::io;
use std::sync::Arc;

#[cfg(not(unix))]
use std::net::UdpSocket as Socket;
#[cfg(unix)]
use std::os::unix::net::UnixDatagram as Socket;

/// Wakes the thread, as its clones do.
#[derive(Clone, Debug)]
pub(super) struct Waker(Arc<Socket>);

/// Can be read when the thread was woken.
#[derive(Debug)]
pub(super) struct Woken(pub(super) Arc<Socket>);

/// Both ends.
///
/// # Errors
/// The system refuses a socket.
pub(super) fn pair() -> io::Result<(Waker, Woken)> {
    let (one, other) = ends()?;
    one.set_nonblocking(true)?;
    other.set_nonblocking(true)?;
    Ok((Waker(one), Woken(other)))
}

#[cfg(unix)]
fn ends() -> io::Result<(Arc<Socket>, Arc<Socket>)> {
    let (one, other) = Socket::pair()?;
    Ok((Arc::new(one), Arc::new(other)))
}

/// `poll` takes only sockets, and there are no pairs: it is connected to itself, so that it receives nothing else.
#[cfg(not(unix))]
fn ends() -> io::Result<(Arc<Socket>, Arc<Socket>)> {
    let socket = Socket::bind((std::net::Ipv4Addr::LOCALHOST, 0))?;
    socket.connect(socket.local_addr()?)?;
    let socket = Arc::new(socket);
    Ok((Arc::clone(&socket), socket))
}

impl Waker {
    /// Wakes the thread, or lets its next poll return at once.
    pub(super) fn wake(&self) {
        // If the buffer is full, it is awake.
        let _ = self.0.send(&[1]);
    }
}

impl Woken {
    /// Takes what has woken it.
    pub(super) fn clear(&self) {
        while self.0.recv(&mut [0; 8]).is_ok() {}
    }
}

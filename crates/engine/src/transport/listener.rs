//! A TCP port that is listened on.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use rustix::event::PollFlags;
use socket2::{Domain, Protocol, Socket, Type};

use super::{Stream, sys};

/// Connections that the kernel holds for us until they are accepted. The notes have 128.
const BACKLOG: i32 = 1024;

/// A listening socket. It does not block, because on Windows no timeout ends an `accept`.
#[derive(Debug)]
pub(crate) struct Listener {
    socket: TcpListener,
    address: SocketAddr,
}

impl Listener {
    /// Listen on `address`: the unspecified IPv6 address stands for every address of both families. Port 0 stands for
    /// any that is free.
    ///
    /// # Errors
    /// What the system says, such as that the port is taken.
    pub(crate) fn bind(address: SocketAddr) -> io::Result<Self> {
        let socket = Socket::new(
            Domain::for_address(address),
            Type::STREAM,
            Some(Protocol::TCP),
        )?;
        if address.is_ipv6() {
            // An IPv6 address alone means IPv6.
            socket.set_only_v6(!address.ip().is_unspecified())?;
        }
        // This only forgives connections of an earlier run; on Windows it would take the port of another program.
        #[cfg(unix)]
        socket.set_reuse_address(true)?;
        #[cfg(windows)]
        sys::keep_port(&socket)?;
        socket.bind(&address.into())?;
        socket.listen(BACKLOG)?;
        socket.set_nonblocking(true)?;
        let socket = TcpListener::from(socket);
        let address = socket.local_addr()?;
        Ok(Self { socket, address })
    }

    /// What it listens on, with the port that the system chose where it was to choose one.
    pub(crate) fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Wait `time` at most for a connection; an error that [`is_timeout`](super::is_timeout) when none comes.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn accept(&self, time: Duration) -> io::Result<(Stream, SocketAddr)> {
        sys::poll(&self.socket, PollFlags::IN, time)?;
        let (socket, peer) = self.socket.accept()?;
        Ok((Stream::accepted(socket, peer), peer))
    }

    /// Ends a wait in [`accept`](Self::accept), and each that follows. Does not block.
    #[cfg(target_os = "linux")]
    pub(crate) fn wake(&self) {
        match rustix::net::shutdown(&self.socket, rustix::net::Shutdown::Read) {
            // It was woken before.
            Ok(()) | Err(rustix::io::Errno::NOTCONN) => {}
            Err(e) => log::warn!("the listener cannot be woken: {e}"),
        }
    }

    /// Ends a wait in [`accept`](Self::accept) with a connection, if that succeeds. Does not block.
    #[cfg(not(target_os = "linux"))]
    pub(crate) fn wake(&self) {
        let mut address = self.address;
        if address.ip().is_unspecified() {
            // A dual-stack socket takes IPv4 even where IPv6 has no loopback.
            address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
        }
        let connect = move || {
            const TIMEOUT: Duration = Duration::from_secs(1);
            if let Err(e) = Stream::connect(&address, TIMEOUT, |_| {}) {
                log::debug!("waking the listener: {e}");
            }
        };
        if let Err(e) = crate::threads::spawn("waker", connect) {
            log::warn!("the listener cannot be woken: {e}");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use super::*;
    use crate::transport::is_timeout;

    #[test]
    fn a_client_ends_the_wait_for_one() {
        let listener = Listener::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let none = listener.accept(Duration::from_millis(20)).unwrap_err();
        assert!(is_timeout(&none));
        let client = TcpStream::connect(listener.local_addr()).unwrap();
        let (_, peer) = listener.accept(Duration::from_mins(1)).unwrap();
        assert_eq!(peer, client.local_addr().unwrap());
    }

    #[test]
    fn waking_ends_a_wait_for_a_client() {
        for address in ["127.0.0.1:0", "[::]:0"] {
            let listener = Listener::bind(address.parse().unwrap()).unwrap();
            let woken = std::thread::scope(|scope| {
                let waiting = scope.spawn(|| listener.accept(Duration::from_mins(1)));
                listener.wake();
                waiting.join().unwrap()
            });
            assert!(!woken.is_err_and(|e| is_timeout(&e)), "{address}");
        }
    }
}

//! Connections for tests.

use std::net::TcpStream;
#[cfg(unix)]
use std::os::unix::net::UnixStream;
use std::time::Duration;

use super::Stream;
use crate::transport::socket::Socket;
use crate::transport::traced::Traced;

impl Stream {
    /// A non-blocking stream over loopback and the client's end of it.
    pub(crate) fn loopback() -> (Self, TcpStream) {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (socket, peer) = listener.accept().unwrap();
        let stream = Self::accepted(socket, peer);
        stream.set_nonblocking().unwrap();
        (stream, client)
    }

    /// Both ends of a blocking connection over loopback: the one that connected, and the one that accepted.
    pub(crate) fn both_ends() -> (Self, Self) {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let client = Self::connect(&address, Duration::from_secs(20), |_| {}).unwrap();
        let (socket, peer) = listener.accept().unwrap();
        (client, Self::accepted(socket, peer))
    }

    /// The TCP socket.
    pub(in crate::transport) fn tcp(&self) -> &Traced {
        match &self.socket {
            Socket::Tcp(socket) => socket,
            #[cfg(unix)]
            Socket::Pair(_) => unreachable!("it is a pair"),
        }
    }

    /// The same that is no TCP.
    #[cfg(unix)]
    pub(crate) fn pair() -> (Self, UnixStream) {
        let (one, other) = UnixStream::pair().unwrap();
        let stream = Self::over(Socket::Pair(one));
        stream.set_nonblocking().unwrap();
        (stream, other)
    }
}

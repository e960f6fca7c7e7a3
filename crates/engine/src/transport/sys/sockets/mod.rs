//! The system's table of TCP sockets.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(any(windows, test))]
mod mib;
#[cfg(not(any(target_os = "linux", windows)))]
mod other;
#[cfg(windows)]
mod windows;

use std::net::SocketAddr;

#[cfg(target_os = "linux")]
pub(in crate::transport) use self::linux::{find, sockets};
#[cfg(not(any(target_os = "linux", windows)))]
pub(in crate::transport) use self::other::{find, sockets};
#[cfg(windows)]
pub(in crate::transport) use self::windows::{find, sockets};

use crate::transport::tcp::{Sockets, TcpSocket};

/// Both ends of a connection, seen from this side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::transport) struct Ends {
    /// This side, IPv4 in its own notation.
    pub local: SocketAddr,
    /// The other side, IPv4 in its own notation.
    pub peer: SocketAddr,
}

impl Ends {
    /// The same connection seen from the other side.
    pub(in crate::transport) fn reversed(self) -> Self {
        Self {
            local: self.peer,
            peer: self.local,
        }
    }
}

impl Sockets {
    /// Whether `socket` is wanted.
    #[cfg_attr(
        not(any(target_os = "linux", windows)),
        expect(dead_code, reason = "nothing is listed")
    )]
    fn includes(self, socket: &TcpSocket) -> bool {
        match self {
            Self::All => true,
            Self::OfPort(port) => socket.local.port() == port || socket.peer.port() == port,
        }
    }
}

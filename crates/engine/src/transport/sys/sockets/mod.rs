//! The system's table of TCP sockets.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;

use std::net::SocketAddr;

#[cfg(target_os = "linux")]
pub(in crate::transport) use self::linux::{find, sockets};
#[cfg(not(target_os = "linux"))]
pub(in crate::transport) use self::other::{find, sockets};

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

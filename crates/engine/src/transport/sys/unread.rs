//! Whether bytes have arrived at a socket that were not read: `FIONREAD`.

use std::net::TcpStream;

/// Whether a close would reset the connection because bytes have arrived that nobody read.
#[cfg(unix)]
pub(in crate::transport) fn has_unread(socket: &TcpStream) -> bool {
    rustix::io::ioctl_fionread(socket).is_ok_and(|unread| unread > 0)
}

/// Not known.
#[cfg(not(unix))]
pub(in crate::transport) fn has_unread(_socket: &TcpStream) -> bool {
    false
}

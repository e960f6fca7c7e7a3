//! The table of TCP sockets where Landline does not know how to ask for it.

use std::io;

use crate::transport::tcp::{Sockets, TcpSocket};

/// See [`crate::transport::tcp::sockets`].
pub(in crate::transport) fn sockets(_which: Sockets) -> io::Result<Vec<TcpSocket>> {
    Err(io::ErrorKind::Unsupported.into())
}

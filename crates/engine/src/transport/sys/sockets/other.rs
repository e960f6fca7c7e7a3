//! The table of TCP sockets where Landline does not know how to ask for it.

use std::io;

use super::Ends;
use crate::transport::tcp::{Sockets, TcpSocket};

/// See [`crate::transport::tcp::sockets`].
///
/// # Errors
/// Always [`io::ErrorKind::Unsupported`].
pub(in crate::transport) fn sockets(_which: Sockets) -> io::Result<Vec<TcpSocket>> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Would look up connections.
///
/// # Errors
/// Always [`io::ErrorKind::Unsupported`].
pub(in crate::transport) fn find(_connections: &[Ends]) -> io::Result<Vec<Option<TcpSocket>>> {
    Err(io::ErrorKind::Unsupported.into())
}

//! TLS 1.2 and 1.3 (RFC 5246, RFC 8446) over a stream, by rustls, at either end.
//!
//! rustls is used through its buffered interface: what is written is copied once, into records that leave with one
//! `writev(2)`. What is received is read from the socket in large pieces, into a buffer that belongs to the thread, so
//! that a connection at rest has none.

mod buffers;
mod config;
mod handshake;
mod session;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use self::config::{ClientTls, ServerTls};
pub(crate) use self::handshake::HandshakeError;
pub(super) use self::session::{Reading, Session};

/// The protocol that is spoken over TLS (RFC 7301).
const ALPN: &[u8] = b"http/1.1";

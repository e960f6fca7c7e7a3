//! The lecture notes' protocol from the asking side: the bare name, then bytes until the close.

use std::io::{self, BufRead, ErrorKind, Read};
use std::time::Duration;

use super::connection::Connection;
use crate::transport::is_timeout;
use landline_http1::response_head::{is_http, may_be_http};

/// What a server of the notes reads at most of a name or a message: `recv(1024)`.
pub(super) const TEXT_MAX_LEN: usize = 1024;

/// How a raw server began.
#[derive(Debug)]
pub(super) enum Start {
    /// With these first bytes; the rest comes on the same call.
    Bytes(Vec<u8>),
    /// It closed at once.
    Nothing,
    /// It broke the connection at once.
    Broken,
    /// It said nothing in all the time.
    Silent,
}

/// Say `name` and wait for the first bytes, `wait` at most.
pub(super) fn ask(connection: &mut Connection, name: &[u8], wait: Duration) -> Start {
    let asked = connection
        .say(name, wait)
        .and_then(|()| connection.wait_at_most(wait))
        .and_then(|()| first_bytes(connection));
    match asked {
        Ok(first) if first.is_empty() => Start::Nothing,
        Ok(first) => Start::Bytes(first),
        Err(e) if is_timeout(&e) => Start::Silent,
        Err(_) => Start::Broken,
    }
}

/// Enough to tell an HTTP answer from a file. An error after the first byte is left for whoever
/// reads on.
fn first_bytes(connection: &mut Connection) -> io::Result<Vec<u8>> {
    let mut first = Vec::new();
    while may_be_http(&first) && !is_http(&first) {
        match connection.fill_buf() {
            Ok([]) => break,
            Ok(piece) => {
                let len = piece.len();
                first.extend_from_slice(piece);
                connection.consume(len);
            }
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(e) if first.is_empty() => return Err(e),
            Err(_) => break,
        }
    }
    Ok(first)
}

/// Whether a server began with `first` that speaks only TLS: an alert about what it was asked (RFC 8446 sections 5.1 and
/// 6), and nothing else.
pub(super) fn is_tls_alert(first: &[u8]) -> bool {
    matches!(first, [21, 3, _, 0, 2, _, _])
}

/// What `first` began and the call goes on with.
pub(super) fn whole<'a>(first: &'a [u8], connection: &'a mut Connection) -> impl Read + 'a {
    first.chain(connection)
}

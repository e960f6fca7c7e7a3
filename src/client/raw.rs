//! The lecture notes' protocol from the asking side: the bare name, then bytes until the close.

use std::io::{self, BufRead, ErrorKind, Read};
use std::time::Duration;

use super::call::Call;
use super::http::{is_http, may_be_http};
use crate::net::is_timeout;

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
pub(super) fn ask(call: &mut Call, name: &[u8], wait: Duration) -> Start {
    let asked = call
        .say(name, wait)
        .and_then(|()| call.wait_at_most(wait))
        .and_then(|()| first_bytes(call));
    match asked {
        Ok(first) if first.is_empty() => Start::Nothing,
        Ok(first) => Start::Bytes(first),
        Err(e) if is_timeout(&e) => Start::Silent,
        Err(_) => Start::Broken,
    }
}

/// Enough to tell an HTTP answer from a file. An error after the first byte is left for whoever
/// reads on.
fn first_bytes(call: &mut Call) -> io::Result<Vec<u8>> {
    let mut first = Vec::new();
    while may_be_http(&first) && !is_http(&first) {
        match call.fill_buf() {
            Ok([]) => break,
            Ok(piece) => {
                let len = piece.len();
                first.extend_from_slice(piece);
                call.consume(len);
            }
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(e) if first.is_empty() => return Err(e),
            Err(_) => break,
        }
    }
    Ok(first)
}

/// What `first` began and the call goes on with.
pub(super) fn whole<'a>(first: &'a [u8], call: &'a mut Call) -> impl Read + 'a {
    first.chain(call)
}

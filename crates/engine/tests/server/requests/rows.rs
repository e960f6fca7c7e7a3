//! Sends a row in every way and checks the response.

use std::io::{BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::common::{PATIENCE, Shared, answers};

/// The expected result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gets {
    /// This status on a persistent connection.
    Goes(u16),
    /// This status, then the connection closes.
    Closes(u16),
    /// Not a byte: what does not look like a request is the name of a missing file.
    Nothing,
}

use Gets::{Closes, Goes, Nothing};

/// Bytes, what they get as the first on a connection, and what when HTTP is spoken there already.
pub struct Row {
    bytes: Vec<u8>,
    first: Gets,
    later: Gets,
}

/// Bytes that get the same wherever they come.
pub fn row(bytes: impl Into<Vec<u8>>, gets: Gets) -> Row {
    Row {
        bytes: bytes.into(),
        first: gets,
        later: gets,
    }
}

/// A line that is not a request on a new connection.
pub fn nameless(bytes: impl Into<Vec<u8>>, later: Gets) -> Row {
    Row {
        bytes: bytes.into(),
        first: Nothing,
        later,
    }
}

/// A request for `/a` with these bytes between its `Host` and its empty line.
pub fn with(fields: impl AsRef<[u8]>, gets: Gets) -> Row {
    let head = b"GET /a HTTP/1.1\r\nHost: localhost\r\n".as_slice();
    row([head, fields.as_ref(), b"\r\n"].concat(), gets)
}

/// Longer rows than this are sent whole only.
const BY_BYTE_MAX_LEN: usize = 20_000;

/// A pipelined request after each row, and a part of its response.
const BEHIND: &[u8] = b"GET /behind HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
const SMUGGLED: &[u8] = b"what stands behind";

const BEFORE: &[u8] = b"GET /before HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// Checks every row in every way.
pub fn check(rows: &[Row]) {
    // No row waits for a timeout; one that did would fail by the timeout of its socket.
    let shared = Shared::with(|config| {
        let never = PATIENCE * 10;
        config.limits.head = never;
        config.limits.silence = never;
        config.limits.drain = never;
    });
    shared.write("a", b"content");
    shared.write("before", b"what stands before");
    shared.write("behind", SMUGGLED);
    for row in rows {
        for by_byte in [false, true] {
            if by_byte && row.bytes.len() > BY_BYTE_MAX_LEN {
                continue;
            }
            for kept in [false, true] {
                let shown = String::from_utf8_lossy(&row.bytes[..row.bytes.len().min(200)]);
                let way = format!("by byte: {by_byte}, kept: {kept}: {shown:?}");
                let expected = if kept { row.later } else { row.first };
                assert_eq!(ask(&shared, &row.bytes, by_byte, kept), expected, "{way}");
            }
        }
    }
}

fn ask(shared: &Shared, bytes: &[u8], by_byte: bool, kept: bool) -> Gets {
    let mut socket = shared.connect();
    socket.set_nodelay(true).unwrap();
    let mut reader = BufReader::new(socket.try_clone().unwrap());
    if kept {
        socket.write_all(BEFORE).unwrap();
        let before = answers::next(&mut reader, true).unwrap();
        assert_eq!(before.body, b"what stands before");
    }
    let all = [bytes, BEHIND].concat();
    let piece = if by_byte { 1 } else { all.len() };
    all.chunks(piece).for_each(|piece| send(&mut socket, piece));
    let head_only = bytes.starts_with(b"HEAD ");
    let Some(answer) = answers::next(&mut reader, !head_only) else {
        return Nothing;
    };
    let gets = if let Some(next) = answers::next(&mut reader, true) {
        assert_eq!(next.body, SMUGGLED);
        Goes(answer.status)
    } else {
        let old = bytes.windows(8).any(|word| word == b"HTTP/1.0");
        assert!(answer.says_close() || old, "{answer:?}");
        Closes(answer.status)
    };
    let mut rest = Vec::new();
    reader.read_to_end(&mut rest).expect("a clean end");
    assert!(rest.is_empty(), "{rest:?}");
    gets
}

/// Sends a piece. The server may have closed the connection already: only its response counts.
fn send(socket: &mut TcpStream, piece: &[u8]) {
    socket
        .set_write_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    let _ = socket.write_all(piece);
}

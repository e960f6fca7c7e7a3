//! Folders and selections as one ZIP archive.

mod answers;
mod changes;
mod content;
mod ranges;
mod reader;
mod selections;

use std::io::{Read as _, Write as _};

use self::reader::Archive;
use crate::common::answers::{self as http_answers, Answer};
use crate::common::{PATIENCE, Shared};

/// The answer to one request with these `fields`, each ended by CRLF.
fn ask(shared: &Shared, method: &str, target: &str, fields: &str, content: &[u8]) -> Answer {
    let mut socket = shared.connect();
    let head = format!(
        "{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{fields}\r\n"
    );
    socket.write_all(head.as_bytes()).unwrap();
    socket.write_all(content).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut reader = std::io::BufReader::new(socket);
    let answer = http_answers::next(&mut reader, method != "HEAD").unwrap();
    let mut rest = Vec::new();
    reader.read_to_end(&mut rest).unwrap();
    assert!(rest.is_empty(), "{} bytes follow", rest.len());
    answer
}

fn get(shared: &Shared, target: &str) -> Answer {
    ask(shared, "GET", target, "", b"")
}

/// The archive at `target`, whole.
fn archive(shared: &Shared, target: &str) -> Archive {
    let answer = get(shared, target);
    assert_eq!(answer.status, 200, "{target}");
    Archive::read(&answer.body)
}

//! What `get` says of a file that arrived and was not compared.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread;

use crate::common::landline;
use crate::outcome;

#[test]
fn get_says_that_a_promised_digest_did_not_come() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    thread::spawn(move || {
        for socket in listener.incoming() {
            let mut socket = socket.unwrap();
            let mut asked = BufReader::new(socket.try_clone().unwrap()).lines();
            let line = asked.next().unwrap().unwrap();
            asked.find(|line| line.as_deref().unwrap().is_empty());
            let head =
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: \"1\"\r\nConnection: close\r\n";
            let rest = if line.starts_with("GET") {
                "Retry-After: 1\r\n\r\nhello"
            } else {
                "\r\n"
            };
            socket
                .write_all(format!("{head}{rest}").as_bytes())
                .unwrap();
        }
    });
    let dir = tempfile::tempdir().unwrap();
    let output = landline()
        .args(["get", "127.0.0.1", "a.txt", "-p", &port, "--dir"])
        .arg(dir.path())
        .output()
        .unwrap();
    let (status, _, err) = outcome(&output);
    assert_eq!(status, Some(0), "{err}");
    assert!(err.contains("promised the SHA-256 of “a.txt”"), "{err}");
    assert_eq!(err.lines().count(), 1, "{err}");
    assert_eq!(std::fs::read(dir.path().join("a.txt")).unwrap(), b"hello");
}

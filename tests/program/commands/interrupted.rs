//! Ctrl-C.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Stdio;

use super::{Serve, interrupt};
use crate::common::PATIENCE;
use crate::landline;

/// The output of `get` after Ctrl-C with settings in this folder, when half of a file has arrived.
fn interrupted_get(settings: Option<&std::path::Path>) -> String {
    // Half of the file arrives, and then nothing.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let to = tempfile::tempdir().unwrap();
    let mut get = landline();
    if let Some(settings) = settings {
        get.env("LANDLINE_CONFIG_DIR", settings);
    }
    let mut get = get
        .args(["get", "127.0.0.1", "a.txt", "--port", &port, "--dir"])
        .arg(to.path())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut socket, _) = listener.accept().unwrap();
    assert_ne!(socket.read(&mut [0; 4096]).unwrap(), 0);
    let half = b"HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 10\r\n\r\nhello";
    socket.write_all(half).unwrap();
    let arrived = to.path().join("a.txt.part");
    let began = std::time::Instant::now();
    while !std::fs::metadata(&arrived).is_ok_and(|found| found.len() == 5) {
        assert!(began.elapsed() < PATIENCE);
        std::thread::yield_now();
    }
    interrupt(&get);
    assert_eq!(get.wait().unwrap().code(), Some(1));
    let mut why = String::new();
    get.stderr.take().unwrap().read_to_string(&mut why).unwrap();
    assert_eq!(std::fs::read(&arrived).unwrap(), b"hello");
    why
}

#[test]
fn ctrl_c_stops_get_and_keeps_the_part() {
    let why = interrupted_get(None);
    assert!(
        why.contains("the 5 B received so far are kept. Run the same command"),
        "{why}"
    );
    // Without a persistent key, its part could not be told from somebody else's.
    let file = tempfile::NamedTempFile::new().unwrap();
    let why = interrupted_get(Some(file.path()));
    assert!(
        why.contains("The 5 B received so far are kept, but the download cannot resume"),
        "{why}"
    );
    assert!(why.contains("LANDLINE_CONFIG_DIR"), "{why}");
}

#[test]
fn ctrl_c_stops_serve_with_success() {
    let dir = tempfile::tempdir().unwrap();
    let mut serve = Serve::start(dir.path(), &[]);
    interrupt(&serve.child);
    assert_eq!(serve.child.wait().unwrap().code(), Some(0));
}

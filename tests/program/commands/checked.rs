//! The output of `get` for files that could not be verified or did not arrive.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread;

use super::outcome;
use crate::landline;

/// The port of a server that handles one request per connection; `answer` gets the request line.
fn serve(answer: impl Fn(&str) -> String + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    thread::spawn(move || {
        for socket in listener.incoming() {
            let mut socket = socket.unwrap();
            let mut asked = BufReader::new(socket.try_clone().unwrap()).lines();
            let line = asked.next().unwrap().unwrap();
            asked.find(|line| line.as_deref().unwrap().is_empty());
            socket.write_all(answer(&line).as_bytes()).unwrap();
        }
    });
    port
}

#[test]
fn get_reports_a_missing_digest() {
    let port = serve(|line| {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: \"1\"\r\nConnection: close\r\n";
        let rest = if line.starts_with("GET") {
            "Retry-After: 1\r\n\r\nhello"
        } else {
            "\r\n"
        };
        format!("{head}{rest}")
    });
    let dir = tempfile::tempdir().unwrap();
    let output = landline()
        .args(["get", "127.0.0.1", "a.txt", "-p", &port, "--dir"])
        .arg(dir.path())
        .output()
        .unwrap();
    let (status, _, err) = outcome(&output);
    assert_eq!(status, Some(0), "{err}");
    assert!(err.contains("did not send the SHA-256 of “a.txt”"), "{err}");
    assert_eq!(err.lines().count(), 1, "{err}");
    assert_eq!(std::fs::read(dir.path().join("a.txt")).unwrap(), b"hello");
}

/// The output of `get` for a folder of which one file is refused, with this settings folder.
fn incomplete_get(settings: &std::path::Path) -> String {
    let port = serve(|line| {
        let (status, body) = match line.split(' ').nth(1).unwrap() {
            "/f/" => ("200 OK", r#"[{"name":"a","size":5},{"name":"b","size":5}]"#),
            "/f/a" => ("200 OK", "hello"),
            _ => ("403 Forbidden", ""),
        };
        let body = if line.starts_with("HEAD") { "" } else { body };
        let kind = "Content-Type: application/json\r\nConnection: close";
        let len = body.len();
        format!("HTTP/1.1 {status}\r\n{kind}\r\nContent-Length: {len}\r\n\r\n{body}")
    });
    let dir = tempfile::tempdir().unwrap();
    let output = landline()
        .args(["get", "127.0.0.1", "f/", "-p", &port, "--dir"])
        .arg(dir.path())
        .env("LANDLINE_CONFIG_DIR", settings)
        .output()
        .unwrap();
    let (status, _, err) = outcome(&output);
    assert_eq!(status, Some(1), "{err}");
    assert_eq!(std::fs::read(dir.path().join("f/a")).unwrap(), b"hello");
    err.to_owned()
}

#[test]
fn get_reports_whether_a_folder_can_be_resumed() {
    let settings = tempfile::tempdir().unwrap();
    let why = incomplete_get(settings.path());
    assert!(
        why.contains("“f/” is incomplete: 1 item could not be downloaded"),
        "{why}"
    );
    assert!(
        why.contains("Run the same command to download only"),
        "{why}"
    );
    // No key can be saved there.
    let file = tempfile::NamedTempFile::new().unwrap();
    let why = incomplete_get(file.path());
    assert!(
        why.contains("“f/” is incomplete: 1 item could not be downloaded"),
        "{why}"
    );
    assert!(why.contains("The download cannot resume"), "{why}");
    assert!(!why.contains("download only"), "{why}");
}

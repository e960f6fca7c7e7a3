//! What is refused, and that the connection then closes.

use std::io::Write;
use std::time::Duration;

use crate::common::{PATIENCE, Shared, body, field, rest, status};

#[test]
fn refusals_have_their_status_and_close() {
    let shared = Shared::of(&[("a", b"x")]);
    let target = format!("/{}", "a".repeat(9000));
    let fields = "X: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n".repeat(500);
    for (request, code) in [
        ("GET /a HTTP/1.1\r\n\r\n".to_owned(), 400),
        (
            "GET /a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n".to_owned(),
            400,
        ),
        ("GET  /a HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(), 400),
        (
            "GET /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
                .to_owned(),
            400,
        ),
        ("GET /a\rb HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(), 400),
        (
            "GET /a HTTP/1.1\r\nHost: evil.example\r\n\r\n".to_owned(),
            421,
        ),
        ("POST /a HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(), 405),
        ("BREW /a HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(), 501),
        (
            "GET /a HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n".to_owned(),
            417,
        ),
        (format!("GET {target} HTTP/1.1\r\nHost: a\r\n\r\n"), 414),
        (format!("GET /a HTTP/1.1\r\nHost: a\r\n{fields}\r\n"), 431),
    ] {
        let mut socket = shared.connect();
        socket.write_all(request.as_bytes()).unwrap();
        // The write side stays open: the server closes by itself.
        let answer = String::from_utf8(rest(socket)).unwrap();
        assert_eq!(status(&answer), code, "{request:.80}");
        assert_eq!(field(&answer, "Connection"), Some("close"), "{request:.80}");
    }
    let answer = shared.http("DELETE /a HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(field(&answer, "Allow"), Some("GET, HEAD, OPTIONS"));
}

#[test]
fn a_refusal_is_in_kind() {
    let shared = Shared::start();
    let head = shared.http("HEAD / HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    assert_eq!((status(&head), body(&head)), (421, ""));
    let old = shared.http("BREW / HTTP/1.0\r\n\r\n");
    assert!(old.starts_with("HTTP/1.0 501 "), "{old}");
}

#[test]
fn an_endless_request_line_is_refused_at_once() {
    // Were it read to its deadline, the test would wait for that.
    let shared = Shared::with(|config| config.limits.head = PATIENCE * 10);
    let mut socket = shared.connect();
    socket
        .write_all(format!("GET /{}", "a".repeat(9000)).as_bytes())
        .unwrap();
    assert_eq!(status(&String::from_utf8(rest(socket)).unwrap()), 414);
}

#[test]
fn invalid_names_are_not_found() {
    let shared = Shared::of(&[("a", b"x"), (".hid", b"x")]);
    for target in [
        "/none",
        "/../etc/passwd",
        "/%2e%2e/x",
        "//none",
        "//../a",
        "//a/",
        "/a/",
        "/a/b",
        "/.hid",
        "/%00",
        "/%ff",
    ] {
        assert_eq!(status(&shared.get(target, "")), 404, "{target}");
    }
}

#[test]
fn a_large_body_closes_after_the_answer() {
    let shared = Shared::of(&[("a", b"x")]);
    let mut socket = shared.connect();
    socket
        .write_all(b"GET /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n")
        .unwrap();
    let answer = String::from_utf8(rest(socket)).unwrap();
    assert_eq!(
        (status(&answer), field(&answer, "Connection")),
        (200, Some("close"))
    );
}

#[test]
fn a_head_has_a_deadline_in_all() {
    let shared = Shared::with(|config| {
        config.limits.head = Duration::from_millis(200);
        config.limits.idle = Duration::from_millis(50);
    });
    shared.write("a", b"x");
    let mut socket = shared.connect();
    socket.write_all(b"GET /a HTTP/1.1\r\nHost: x\r\n").unwrap();
    assert_eq!(status(&String::from_utf8(rest(socket)).unwrap()), 408);
    // Between two requests there is nothing to complain about.
    let mut socket = shared.connect();
    socket
        .write_all(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
        .unwrap();
    let answer = String::from_utf8(rest(socket)).unwrap();
    assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{answer}");
}

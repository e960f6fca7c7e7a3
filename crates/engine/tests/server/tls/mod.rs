//! TLS on the port of everything else.

mod cuts;
mod encrypted_only;
mod handshakes;
mod records;

use std::io::{BufReader, Read, Write};
use std::sync::Arc;

use crate::common::answers::{self, Answer};
use crate::common::tls::{Tls, config_of, identity};
use crate::common::{Shared, body, field, noise, status};
use landline_engine::identity::Fingerprint;
use landline_engine::server::{LogEntry, ServerEvent};

const REQUEST: &[u8] = b"GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// The next answer, of which nothing of what follows is read but what is in the same records.
fn answer(tls: &mut Tls) -> Answer {
    answers::next(&mut BufReader::with_capacity(1, tls), true).expect("an answer")
}

fn logged(shared: &Shared) -> LogEntry {
    shared.wait(|event| match event {
        ServerEvent::Logged { entry, .. } => Some(entry),
        _ => None,
    })
}

#[test]
fn one_port_speaks_both() {
    let shared = Shared::encrypted();
    shared.write("a", b"content");
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let mut tls = Tls::over(shared.connect(), Arc::new(config_of(&[version])));
        let certificate = &tls.connection.peer_certificates().unwrap()[0];
        assert_eq!(Fingerprint::of(certificate), identity().fingerprint());
        for _ in 0..3 {
            tls.write_all(REQUEST).unwrap();
            assert_eq!(answer(&mut tls).body, b"content");
        }
    }
    assert_eq!(shared.raw(b"a\n"), b"content");
    assert_eq!(body(&shared.get("/a", "")), "content");
    let page = shared.https("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assert_eq!(status(&page), 200);
}

#[test]
fn without_an_identity_a_handshake_is_logged_and_answered_in_plain_http() {
    let shared = Shared::start();
    let mut tls = Tls::before_handshake(shared.connect(), crate::common::tls::config());
    let hello = tls.records();
    tls.socket.write_all(&hello).unwrap();
    let mut answer = String::new();
    tls.socket.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert_eq!(logged(&shared), LogEntry::TlsClientHello);
}

#[test]
fn plain_responses_say_where_tls_is_spoken_and_others_need_not() {
    let shared = Shared::encrypted();
    shared.write("a", b"content");
    shared.write("d/b", b"content");
    let expected = format!("http%2F1.1=\":{}\"", shared.address.port());
    let request = |method: &str, target: &str, fields: &str| {
        format!(
            "{method} {target} HTTP/1.1\r\nHost: localhost\r\n{fields}Connection: close\r\n\r\n"
        )
    };
    for (method, target, fields, expected_status) in [
        ("GET", "/a", "", 200),
        ("HEAD", "/a", "", 200),
        ("GET", "/a", "Range: bytes=1-2\r\n", 206),
        ("GET", "/a", "Range: bytes=9-\r\n", 416),
        ("GET", "/a", "If-None-Match: *\r\n", 304),
        ("GET", "/a", "If-Match: \"x\"\r\n", 412),
        ("GET", "/", "", 200),
        ("GET", "/", "Accept: application/json\r\n", 200),
        ("GET", "/d", "", 301),
        ("GET", "/d/?zip", "", 200),
        ("GET", "/d/?zip", "If-None-Match: *\r\n", 304),
        ("GET", "/none", "", 404),
        ("GET", "/.well-known/landline", "", 200),
        ("OPTIONS", "/a", "", 204),
        ("DELETE", "/a", "", 405),
        ("PUT", "/a", "Content-Length: 0\r\n", 405),
        ("BREW", "/a", "", 501),
        ("GET", "/a", "Content-Length: x\r\n", 400),
    ] {
        let request = request(method, target, fields);
        let plain = shared.http(&request);
        assert_eq!(status(&plain), expected_status, "{request}");
        assert_eq!(field(&plain, "Alt-Svc"), Some(&*expected), "{plain}");
        let encrypted = shared.https(&request);
        assert_eq!(status(&encrypted), expected_status, "{request}");
        assert_eq!(field(&encrypted, "Alt-Svc"), None, "{encrypted}");
    }
    let without = Shared::of(&[("a", b"content")]);
    assert_eq!(field(&without.get("/a", ""), "Alt-Svc"), None);
}

#[test]
fn a_client_that_prefers_tls_is_told_to_use_it() {
    const PREFERS: &str = "Landline-Prefer-TLS: 1\r\n";
    for is_encrypted_only in [false, true] {
        let shared = Shared::encrypted_with(|config| {
            config.privacy.is_encrypted_only = is_encrypted_only;
        });
        shared.write("a", b"content");
        let port = shared.address.port();
        for method in ["GET", "HEAD"] {
            let told = shared.http(&format!(
                "{method} /a HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n{PREFERS}\r\n"
            ));
            assert_eq!(status(&told), 426, "{told}");
            assert_eq!(body(&told), "");
            let offered = format!("http%2F1.1=\":{port}\"");
            assert_eq!(field(&told, "Alt-Svc"), Some(&*offered));
            assert_eq!(field(&told, "Upgrade"), Some("TLS/1.2, HTTP/1.1"));
        }
        let about = shared.get("/.well-known/landline", PREFERS);
        assert_eq!(status(&about), 200);
        let inside = shared.https(&format!(
            "GET /a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{PREFERS}\r\n"
        ));
        assert_eq!(body(&inside), "content");
        // None of that is a download or refused: the first event is that of what was asked over TLS.
        let first = shared.wait(|event| match event {
            ServerEvent::Over(upload) => Some(Ok(upload)),
            ServerEvent::Logged { entry, .. } => Some(Err(entry)),
            _ => None,
        });
        assert!(first.is_ok(), "{first:?}");
    }
    let shared = Shared::encrypted();
    shared.write("a", b"content");
    // What browsers, and programs that copy their fields, send asks for nothing here.
    let browser = "Upgrade-Insecure-Requests: 1\r\n";
    assert_eq!(body(&shared.get("/a", browser)), "content");
    let shared = Shared::of(&[("a", b"content")]);
    assert_eq!(body(&shared.get("/a", PREFERS)), "content");
}

#[test]
fn nothing_but_http_is_spoken_inside() {
    let shared = Shared::encrypted();
    shared.write("a", b"content");
    let mut inner = Tls::before_handshake(shared.connect(), crate::common::tls::config());
    let hello = inner.records();
    for first in [b"a\n" as &[u8], &hello, b"\x00\x01\x02\n", b"are u ok?\n"] {
        let mut tls = shared.connect_tls();
        tls.write_all(first).unwrap();
        let answer = answer(&mut tls);
        assert_eq!(answer.status, 400, "{first:?}");
        assert!(answer.says_close());
        assert!(tls.rest().is_empty());
    }
}

#[test]
fn a_session_is_resumed_with_its_ticket() {
    let shared = Shared::encrypted();
    shared.write("a", b"content");
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let config = Arc::new(config_of(&[version]));
        for expected in [rustls::HandshakeKind::Full, rustls::HandshakeKind::Resumed] {
            let mut tls = Tls::over(shared.connect(), Arc::clone(&config));
            assert_eq!(tls.connection.handshake_kind(), Some(expected));
            tls.write_all(REQUEST).unwrap();
            assert_eq!(answer(&mut tls).body, b"content");
        }
    }
}

#[test]
fn a_big_file_arrives_whole_and_in_ranges() {
    let content = noise(5_000_000);
    let shared = Shared::encrypted();
    shared.write("big", &content);
    let mut tls = shared.connect_tls();
    tls.write_all(b"GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    assert!(answer(&mut tls).body == content);
    tls.write_all(
        b"GET /big HTTP/1.1\r\nHost: localhost\r\nRange: bytes=1234567-\r\nConnection: close\r\n\r\n",
    )
    .unwrap();
    let part = answer(&mut tls);
    assert_eq!(part.status, 206);
    assert!(part.body == content[1_234_567..]);
    // The end is said.
    assert!(tls.rest().is_empty());
}

#[test]
fn an_idle_connection_ends_with_close_notify() {
    let shared = Shared::encrypted_with(|config| {
        config.limits.idle = std::time::Duration::from_millis(200);
    });
    shared.write("a", b"content");
    let mut tls = shared.connect_tls();
    tls.write_all(REQUEST).unwrap();
    assert!(tls.rest().ends_with(b"content"));
}

//! A share that is encrypted only.

use std::io::{BufReader, Read, Write};
use std::time::Duration;

use super::{REQUEST, answer, logged};
use crate::common::{Shared, answers, field, status};
use landline_engine::call::Answering;
use landline_engine::server::{LogEntry, Privacy, ServerEvent};

fn only() -> Privacy {
    Privacy {
        is_encrypted_only: true,
        ..Privacy::default()
    }
}

fn start() -> Shared {
    let shared = Shared::encrypted_with(|config| config.privacy = only());
    shared.write("a", b"content");
    shared
}

#[test]
fn http_is_redirected_whatever_the_method() {
    let shared = start();
    let port = shared.address.port();
    for (request, expected) in [
        (
            "GET /a HTTP/1.1\r\nHost: localhost:81\r\n\r\n",
            "https://localhost:81/a",
        ),
        (
            "HEAD /a?b=c&d HTTP/1.1\r\nHost: 192.168.1.7\r\n\r\n",
            "https://192.168.1.7:80/a?b=c&d",
        ),
        (
            "GET /%E6%B5%B7?%20 HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n",
            "https://[::1]:8080/%E6%B5%B7?%20",
        ),
        (
            "GET http://pc.local:8080 HTTP/1.1\r\nHost: x\r\n\r\n",
            "https://pc.local:8080/",
        ),
        (
            "GET //evil.example/ HTTP/1.1\r\nHost: pc\r\n\r\n",
            "https://pc:80//evil.example/",
        ),
        (
            "GET /none HTTP/1.1\r\nHost: pc\r\n\r\n",
            "https://pc:80/none",
        ),
        // Only what it says may be asked for in plain text.
        (
            "POST /.well-known/landline?password HTTP/1.1\r\nHost: pc\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n\r\npassword=a",
            "https://pc:80/.well-known/landline?password",
        ),
        (
            "OPTIONS /.well-known/landline HTTP/1.1\r\nHost: pc\r\n\r\n",
            "https://pc:80/.well-known/landline",
        ),
        ("OPTIONS * HTTP/1.1\r\nHost: pc\r\n\r\n", "https://pc:80/"),
        ("DELETE /a HTTP/1.1\r\nHost: pc\r\n\r\n", "https://pc:80/a"),
        (
            "PUT /b HTTP/1.1\r\nHost: pc\r\nContent-Length: 3\r\n\r\nabc",
            "https://pc:80/b",
        ),
        (
            "POST / HTTP/1.1\r\nHost: pc\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            "https://pc:80/",
        ),
        (
            "PUT /b HTTP/1.1\r\nHost: pc\r\nContent-Length: 999999999\r\nExpect: 100-continue\r\n\r\n",
            "https://pc:80/b",
        ),
        (
            "PUT /b HTTP/1.1\r\nHost: pc\r\nContent-Length: 999999999\r\n\r\nabc",
            "https://pc:80/b",
        ),
    ] {
        let answer = shared.http(request);
        assert_eq!(status(&answer), 308, "{request}{answer}");
        assert!(
            answer.starts_with("HTTP/1.1 308 Permanent Redirect\r\n"),
            "{answer}"
        );
        assert_eq!(field(&answer, "Location"), Some(expected), "{answer}");
        assert_eq!(field(&answer, "Connection"), Some("close"));
        assert_eq!(field(&answer, "Content-Length"), Some("0"));
        assert!(answer.ends_with("\r\n\r\n"));
        assert_eq!(logged(&shared), LogEntry::RedirectedToTls);
    }
    // HTTP/1.0 without `Host`.
    let answer = shared.http("GET /a HTTP/1.0\r\n\r\n");
    let expected = format!("https://127.0.0.1:{port}/a");
    assert_eq!(field(&answer, "Location"), Some(&*expected), "{answer}");
}

#[test]
fn what_is_no_good_request_is_refused_as_always() {
    let shared = start();
    for (request, expected) in [
        ("GET /a HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421),
        ("GET /a HTTP/1.1\r\n\r\n", 400),
        ("GET /a HTTP/1.1\r\nHost: pc\rx\r\n\r\n", 400),
        ("GET /a HTTP/1.1\r\nHost: pc/x\r\n\r\n", 400),
        (
            "POST / HTTP/1.1\r\nHost: pc\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
            400,
        ),
    ] {
        let answer = shared.http(request);
        assert_eq!(status(&answer), expected, "{request}{answer}");
        assert_eq!(field(&answer, "Location"), None);
    }
}

#[test]
fn https_is_served() {
    let shared = start();
    let mut tls = shared.connect_tls();
    tls.write_all(REQUEST).unwrap();
    assert_eq!(answer(&mut tls).body, b"content");
}

#[test]
fn raw_requests_and_messages_are_refused_with_an_empty_close() {
    let answering = Answering {
        rules: Vec::new(),
        keeps_open: true,
    };
    let shared = Shared::encrypted_with(|config| {
        config.privacy = only();
        config.answering = Some(answering);
        config.limits.caller_appears = Duration::from_millis(1);
        config.limits.head = Duration::from_millis(500);
    });
    shared.write("a", b"content");
    // Who says nothing is no caller either.
    let mut silent = shared.connect();
    assert_eq!(silent.read(&mut [0]).unwrap_or(0), 0);
    let is_caller = |event: ServerEvent| matches!(event, ServerEvent::Caller(_));
    assert!(!shared.events.try_iter().any(is_caller));
    for request in [b"a\n" as &[u8], b"are u ok?\n", b"hello"] {
        assert_eq!(shared.raw(request), b"", "{request:?}");
        shared.wait(|event| match event {
            ServerEvent::Logged { entry, .. } => {
                assert_eq!(entry, LogEntry::RawNotEncrypted);
                Some(())
            }
            ServerEvent::Message { .. } | ServerEvent::Caller(_) => panic!("{event:?}"),
            _ => None,
        });
    }
}

#[test]
fn connections_follow_the_switch_from_their_next_request_on() {
    let shared = Shared::encrypted();
    shared.write("a", b"content");
    let mut plain = shared.connect();
    plain.write_all(REQUEST).unwrap();
    let mut reader = BufReader::new(plain.try_clone().unwrap());
    assert_eq!(answers::next(&mut reader, true).unwrap().status, 200);
    let server = shared.server.as_ref().unwrap();
    server.set_privacy(only());
    plain.write_all(REQUEST).unwrap();
    let answer = answers::next(&mut reader, true).unwrap();
    assert_eq!(answer.status, 308);
    assert!(answer.says_close());
    assert!(answers::next(&mut reader, true).is_none());
    assert_eq!(shared.raw(b"a\n"), b"");
    server.set_privacy(Privacy::default());
    assert_eq!(shared.raw(b"a\n"), b"content");
}

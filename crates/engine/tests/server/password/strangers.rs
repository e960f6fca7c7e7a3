//! Without the password, no request finds out what is shared.

use std::io::{BufReader, Write};

use landline_engine::server::LogEntry;

use super::rig::{PASSWORD, Rig, basic, dateless};
use crate::common::{answers, body, field, status};

const METHODS: [&str; 12] = [
    "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "CONNECT", "PROPFIND",
    "BREW", "get",
];

#[test]
fn all_methods_and_paths_get_the_same_response() {
    let rig = Rig::start();
    for method in METHODS {
        for accept in ["*/*", "text/html", "application/json"] {
            let ask = |target: &str| {
                let answer = rig.shared.http(&format!(
                    "{method} {target} HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\n\r\n"
                ));
                assert_eq!(status(&answer), 401, "{method} {target}");
                assert!(!answer.contains("the content"), "{answer}");
                for name in [
                    "Allow",
                    "ETag",
                    "Location",
                    "Upload-Offset",
                    "Last-Modified",
                    "Set-Cookie",
                ] {
                    assert_eq!(field(&answer, name), None, "{method} {target}");
                }
                dateless(&answer)
            };
            if method == "CONNECT" {
                ask("localhost:80");
                continue;
            }
            let missing = ask("/missing");
            for target in [
                "/",
                "/known.txt",
                "/known.txt/",
                "/folder",
                "/folder/",
                "//folder",
                "//known.txt",
                "/folder//in.txt",
                "/KNOWN.TXT",
                "/../known.txt",
                "/%2e%2e/known.txt",
                "/..%2fknown.txt",
                "/.%00",
                "/favicon.ico",
                "/robots.txt",
                "/.well-known",
                "/.well-known/",
                "/.well-known/landline/",
                "/.well-known/landline/..",
                "/.well-known/landline/../../known.txt",
                "/.well-known//landline",
                "//.well-known/landline",
                "/.well-known/landlin%65",
                "/.Well-Known/landline",
                "/.well-known/LANDLINE",
                "/.well-known/landline;x",
                "/.well-known/landline%2f..%2fknown.txt",
                "http://localhost/known.txt",
                "http://localhost",
            ] {
                assert_eq!(ask(target), missing, "{method} {target}");
            }
            // The page keeps a query, whatever it is.
            let with_query = ask("/missing?zip");
            assert_eq!(ask("/folder/?zip"), with_query);
        }
    }
    assert_eq!(rig.log(), []);
}

#[test]
fn what_is_announced_nearby_needs_no_password() {
    let rig = Rig::start();
    for target in ["/.well-known/landline", "/.well-known/landline?back=1"] {
        let answer = rig.shared.get(target, "");
        assert_eq!(status(&answer), 200, "{target}");
        assert!(body(&answer).contains("Ann's laptop") && !answer.contains("known.txt"));
    }
    assert_eq!(rig.status("/.well-known/landline?back=x", ""), 400);
    for method in ["POST", "PUT", "OPTIONS", "DELETE"] {
        let answer = rig.shared.http(&format!(
            "{method} /.well-known/landline HTTP/1.1\r\nHost: localhost\r\n\r\n"
        ));
        assert_eq!(status(&answer), 401, "{method}");
    }
}

#[test]
fn no_field_opens_the_share() {
    let rig = Rig::start();
    let etag = field(
        &rig.shared.get("/known.txt", &basic(format!(":{PASSWORD}"))),
        "ETag",
    )
    .unwrap()
    .to_owned();
    for fields in [
        "Range: bytes=0-3\r\n".to_owned(),
        format!("If-None-Match: {etag}\r\n"),
        format!("If-Match: {etag}\r\n"),
        "If-Match: \"x\"\r\n".to_owned(),
        "Want-Repr-Digest: sha-256=1\r\n".to_owned(),
        "Landline-Check: 1\r\n".to_owned(),
        "Landline-Device: 0123456789abcdef\r\n".to_owned(),
        "Cookie: landline-device=0123456789abcdef\r\n".to_owned(),
        "X-Forwarded-For: 127.0.0.1\r\n".to_owned(),
        "X-Original-URL: /.well-known/landline\r\n".to_owned(),
        "X-HTTP-Method-Override: GET\r\n".to_owned(),
        "Origin: http://localhost\r\n".to_owned(),
    ] {
        for target in ["/known.txt", "/missing"] {
            assert_eq!(rig.status(target, &fields), 401, "{fields}");
        }
    }
    let old = rig.shared.http("GET /known.txt HTTP/1.0\r\n\r\n");
    assert_eq!(status(&old), 401);
    assert!(old.starts_with("HTTP/1.0"));
}

#[test]
fn programs_are_asked_for_basic_and_browsers_get_a_page() {
    let rig = Rig::start();
    let basic = "Basic realm=\"Landline\", charset=\"UTF-8\"";
    let cookie = "Cookie realm=\"Landline\"";
    let port = rig.shared.address.port();
    for (fields, challenge, is_page) in [
        (String::new(), basic, false),
        ("Accept: */*\r\n".into(), basic, false),
        (
            "Accept: application/json, text/html;q=0.9\r\n".into(),
            basic,
            false,
        ),
        ("Accept: text/html,*/*;q=0.8\r\n".into(), cookie, true),
        // A picture on a page that was opened with the password of yesterday.
        (
            format!("Accept: image/png,*/*;q=0.8\r\nCookie: landline-{port}=old\r\n"),
            cookie,
            false,
        ),
        ("Cookie: landline-1=old\r\n".into(), basic, false),
    ] {
        let answer = rig.shared.get("/known.txt?q=a&k=&sort=%22\"<b>", &fields);
        assert_eq!(status(&answer), 401);
        assert_eq!(
            field(&answer, "WWW-Authenticate"),
            Some(challenge),
            "{fields}"
        );
        assert_eq!(body(&answer).contains("<form"), is_page);
        assert_eq!(field(&answer, "Cache-Control"), Some("private, no-cache"));
        let vary = field(&answer, "Vary").unwrap();
        assert!(vary.contains("Cookie") && vary.contains("Authorization"));
        if is_page {
            let action = "action=\"?q=a&amp;sort=%22%22%3Cb%3E&amp;password\"";
            assert!(answer.contains(action), "{answer}");
            assert!(answer.contains("<bdi>Ann&#39;s laptop</bdi>"));
            let policy = field(&answer, "Content-Security-Policy").unwrap();
            assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"));
        }
    }
    let chinese = rig
        .shared
        .get("/", "Accept: text/html\r\nAccept-Language: zh\r\n");
    assert!(chinese.contains("lang=\"zh-CN\""));
}

#[test]
fn a_connection_goes_on_after_a_refusal_and_each_request_needs_credentials() {
    let rig = Rig::start();
    let mut socket = rig.shared.connect();
    let with = basic(format!(":{PASSWORD}"));
    let get = |fields: &str| format!("GET /known.txt HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n");
    let mut all = ["", &with, "", &with, "Cookie: a=b\r\n", &with]
        .map(get)
        .to_vec();
    // A body that is discarded, and one that looks like a request.
    let inner = get(&with);
    all.push(format!(
        "PUT /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{inner}",
        inner.len()
    ));
    all.push(
        "PUT /x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n".into(),
    );
    all.push(get(&with));
    socket.write_all(all.concat().as_bytes()).unwrap();
    let mut reader = BufReader::new(socket);
    for expected in [401, 200, 401, 200, 401, 200, 401, 401, 200] {
        assert_eq!(answers::next(&mut reader, true).unwrap().status, expected);
    }
}

#[test]
fn bodies_of_refused_requests_are_discarded_or_end_the_connection() {
    let rig = Rig::start();
    for (fields, is_kept) in [
        ("Content-Length: 0\r\n", true),
        ("Content-Length: 1000000\r\n", false),
        // Nothing of it is asked for.
        ("Content-Length: 5\r\nExpect: 100-continue\r\n", false),
        (
            "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n",
            false,
        ),
    ] {
        for method in ["PUT", "POST", "GET"] {
            let mut socket = rig.shared.connect();
            let head = format!("{method} /x HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n");
            socket.write_all(head.as_bytes()).unwrap();
            let mut reader = BufReader::new(socket.try_clone().unwrap());
            let answer = answers::next(&mut reader, true).unwrap();
            assert_eq!(answer.status, 401, "{head}");
            assert_eq!(answer.says_close(), !is_kept, "{head}");
        }
    }
    let malformed =
        "PUT /known.txt HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n";
    let answer = rig.shared.http(malformed);
    assert_eq!(status(&answer), 400);
    assert_eq!(
        dateless(&answer),
        dateless(&rig.shared.http(&malformed.replace("known", "none")))
    );
    assert!(rig.received.path().read_dir().unwrap().next().is_none());
}

#[test]
fn raw_requests_are_refused_unless_allowed() {
    let rig = Rig::with(|config| {
        config.answering = Some(landline_engine::call::Answering {
            rules: Vec::new(),
            keeps_open: true,
        });
    });
    for name in [
        &b"known.txt\n"[..],
        b"missing.txt\n",
        b"hello?\n",
        b"folder\n",
    ] {
        assert!(rig.shared.raw(name).is_empty(), "{name:?}");
    }
    assert_eq!(rig.log(), vec![LogEntry::RawNeedsPassword; 4]);
    let mut allowed = super::rig::privacy(PASSWORD, None);
    allowed.allows_raw = true;
    rig.set(allowed);
    assert_eq!(rig.shared.raw(b"known.txt\n"), b"the content");
}

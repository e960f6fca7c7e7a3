//! HTTP over real sockets, as RFC 9110 and 9112 and the protocol's own limits have it.

mod refused;

use std::io::{BufRead, BufReader, Read, Write};
use std::time::Duration;

use crate::common::{Shared, body, field, noise, rest, status};

#[test]
fn a_file_comes_with_all_that_clients_need() {
    let shared = Shared::of(&[("sub/海.txt", "sea 海".as_bytes())]);
    let answer = shared.get("/sub/%E6%B5%B7.txt", "");
    assert_eq!((status(&answer), body(&answer)), (200, "sea 海"));
    assert_eq!(field(&answer, "Content-Length"), Some("7"));
    assert_eq!(
        field(&answer, "Content-Type"),
        Some("text/plain; charset=utf-8")
    );
    assert_eq!(field(&answer, "Accept-Ranges"), Some("bytes"));
    assert_eq!(field(&answer, "X-Content-Type-Options"), Some("nosniff"));
    let disposition = field(&answer, "Content-Disposition").unwrap();
    assert!(
        disposition.ends_with("filename*=UTF-8''%E6%B5%B7.txt"),
        "{disposition}"
    );
    assert!(field(&answer, "ETag").unwrap().starts_with('"'));
    assert!(field(&answer, "Last-Modified").unwrap().ends_with(" GMT"));
    assert!(field(&answer, "Date").is_some());
}

#[test]
fn head_is_get_without_a_body() {
    let shared = Shared::of(&[("a.bin", b"12345")]);
    let get = shared.get("/a.bin", "");
    let head = shared.http("HEAD /a.bin HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!(body(&head), "");
    for name in [
        "Content-Length",
        "Content-Type",
        "ETag",
        "Last-Modified",
        "Content-Disposition",
    ] {
        assert_eq!(field(&head, name), field(&get, name), "{name}");
    }
    for target in ["/", "/none"] {
        let head = shared.http(&format!(
            "HEAD {target} HTTP/1.1\r\nHost: localhost\r\n\r\n"
        ));
        assert_eq!(body(&head), "", "{target}");
    }
}

#[test]
fn an_old_text_is_not_called_utf_8() {
    let shared = Shared::of(&[("gbk.txt", b"\xba\xa3\xb1\xdf")]);
    assert_eq!(
        field(&shared.get("/gbk.txt", ""), "Content-Type"),
        Some("text/plain")
    );
}

#[test]
fn documents_that_can_script_are_sandboxed() {
    // With what belongs to them, and nothing that a style sheet in XSLT could read or send.
    let own = "sandbox allow-same-origin; default-src 'none'; font-src 'self' data:; \
               img-src 'self' data:; media-src 'self' data:; style-src 'self' 'unsafe-inline'; \
               frame-ancestors 'none'";
    for (name, policy) in [
        (
            "/a.html",
            "sandbox allow-same-origin; frame-ancestors 'none'",
        ),
        ("/a.svg", own),
        ("/a.xhtml", own),
        ("/a.xml", "sandbox; frame-ancestors 'none'"),
        ("/a.pdf", "frame-ancestors 'none'"),
        ("/a.png", "frame-ancestors 'none'"),
    ] {
        let shared = Shared::of(&[(&name[1..], b"<script>")]);
        let answer = shared.get(name, "");
        assert_eq!(
            field(&answer, "Content-Security-Policy"),
            Some(policy),
            "{name}"
        );
    }
}

#[test]
fn ranges_resume_a_download() {
    let content = noise(100_000);
    let shared = Shared::of(&[("big", &content)]);
    let part = |range: &str| {
        let mut socket = shared.connect();
        let request =
            format!("GET /big HTTP/1.1\r\nHost: x\r\nConnection: close\r\nRange: {range}\r\n\r\n");
        socket.write_all(request.as_bytes()).unwrap();
        let answer = rest(socket);
        let head_len = answer.windows(4).position(|w| w == b"\r\n\r\n").unwrap() + 4;
        let head = String::from_utf8(answer[..head_len].to_vec()).unwrap();
        (
            status(&head),
            field(&head, "Content-Range").map(str::to_owned),
            answer[head_len..].to_vec(),
        )
    };
    let (code, range, bytes) = part("bytes=99990-");
    assert_eq!(
        (code, range.as_deref()),
        (206, Some("bytes 99990-99999/100000"))
    );
    assert_eq!(bytes, content[99_990..]);
    let (code, _, bytes) = part("bytes=-70000");
    assert!(code == 206 && bytes == content[30_000..]);
    let (code, range, bytes) = part("bytes=5-9");
    assert_eq!(
        (code, range.as_deref(), bytes.as_slice()),
        (206, Some("bytes 5-9/100000"), &content[5..10])
    );
    let (code, range, bytes) = part("bytes=100000-");
    assert_eq!(
        (code, range.as_deref(), bytes.len()),
        (416, Some("bytes */100000"), 0)
    );
    let (code, range, bytes) = part("bytes=0-1,5-6");
    assert!(code == 200 && range.is_none() && bytes == content);
}

#[test]
fn if_range_sends_the_whole_of_another_file() {
    let shared = Shared::of(&[("a", b"0123456789")]);
    let etag = field(&shared.get("/a", ""), "ETag").unwrap().to_owned();
    let same = shared.get("/a", &format!("Range: bytes=5-\r\nIf-Range: {etag}\r\n"));
    assert_eq!((status(&same), body(&same)), (206, "56789"));
    shared.write("a", b"abcdefghij");
    let changed = shared.get("/a", &format!("Range: bytes=5-\r\nIf-Range: {etag}\r\n"));
    assert_eq!((status(&changed), body(&changed)), (200, "abcdefghij"));
}

#[test]
fn preconditions_are_honoured() {
    let shared = Shared::of(&[("a", b"x")]);
    let first = shared.get("/a", "");
    let etag = field(&first, "ETag").unwrap();
    let modified = field(&first, "Last-Modified").unwrap();
    let unchanged = shared.get("/a", &format!("If-None-Match: {etag}\r\n"));
    assert_eq!((status(&unchanged), body(&unchanged)), (304, ""));
    assert_eq!(field(&unchanged, "ETag"), Some(etag));
    assert_eq!(
        status(&shared.get("/a", &format!("If-Modified-Since: {modified}\r\n"))),
        304
    );
    assert_eq!(status(&shared.get("/a", "If-Match: \"other\"\r\n")), 412);
    assert_eq!(
        status(&shared.get(
            "/a",
            "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
        )),
        412
    );
    assert_eq!(
        status(&shared.get("/a", &format!("If-Match: {etag}\r\n"))),
        200
    );
}

#[test]
fn a_folder_is_a_page_or_json_and_needs_its_slash() {
    let shared = Shared::of(&[
        ("d/b.txt", b"22"),
        ("d/A &1.txt", b"1"),
        ("d/sub/x", b""),
        ("d/.hid", b""),
    ]);
    let redirect = shared.get("/d", "");
    assert_eq!(
        (status(&redirect), field(&redirect, "Location")),
        (301, Some("/d/"))
    );
    let json = shared.get("/d/", "Accept: application/json\r\nConnection: close\r\n");
    assert_eq!(field(&json, "Content-Type"), Some("application/json"));
    let text = dechunk(body(&json));
    let listing: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(listing["path"], "/d/");
    let entries = listing["entries"].as_array().unwrap();
    let names: Vec<&str> = entries
        .iter()
        .map(|entry| entry["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["sub", "A &1.txt", "b.txt"]);
    assert_eq!(
        (&entries[0]["kind"], entries[0].get("size")),
        (&"folder".into(), None)
    );
    assert_eq!(
        (&entries[2]["kind"], &entries[2]["size"]),
        (&"file".into(), &2.into())
    );
    assert!(entries[2]["modified"].as_str().unwrap().ends_with('Z'));
    let page = shared.get("/d/", "Accept: text/html\r\n");
    assert_eq!(
        field(&page, "Content-Type"),
        Some("text/html; charset=utf-8")
    );
    assert!(
        field(&page, "Content-Security-Policy")
            .unwrap()
            .starts_with("default-src 'none'")
    );
    assert!(
        page.contains("A &amp;1.txt") && page.contains("./A%20%261.txt"),
        "{page}"
    );
    assert!(!page.contains("./.hid"));
}

/// The content of a chunked body.
fn dechunk(mut body: &str) -> String {
    let mut out = String::new();
    loop {
        let (size, rest) = body.split_once("\r\n").unwrap();
        let size = usize::from_str_radix(size, 16).unwrap();
        if size == 0 {
            return out;
        }
        out.push_str(&rest[..size]);
        body = &rest[size + 2..];
    }
}

#[test]
fn http_1_0_gets_http_1_0_semantics() {
    let shared = Shared::of(&[("a", b"x")]);
    let mut socket = shared.connect();
    socket.write_all(b"GET /a HTTP/1.0\r\n\r\n").unwrap();
    let answer = String::from_utf8(rest(socket)).unwrap();
    assert!(answer.starts_with("HTTP/1.0 200 OK\r\n"), "{answer}");
    let mut socket = shared.connect();
    socket
        .write_all(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\nAccept: application/json\r\n\r\n")
        .unwrap();
    let answer = String::from_utf8(rest(socket)).unwrap();
    assert_eq!(field(&answer, "Transfer-Encoding"), None);
    assert!(body(&answer).starts_with("{\"path\":\"/\""), "{answer}");
    let mut socket = shared.connect();
    for _ in 0..2 {
        socket
            .write_all(b"GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            .unwrap();
        let mut answer = [0; 2000];
        let len = socket.read(&mut answer).unwrap();
        let answer = std::str::from_utf8(&answer[..len]).unwrap();
        assert_eq!(field(answer, "Connection"), Some("keep-alive"));
    }
}

#[test]
fn requests_can_be_kept_alive_and_pipelined() {
    let shared = Shared::of(&[("a", b"first"), ("b", b"second")]);
    let mut socket = shared.connect();
    socket
        .write_all(
            b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n\r\nGET /none HTTP/1.1\r\nHost: x\r\n\r\n\
              GET /b HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody\
              GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n\
              HEAD /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        )
        .unwrap();
    let answers = String::from_utf8(rest(socket)).unwrap();
    let codes: Vec<&str> = answers
        .match_indices("HTTP/1.1 ")
        .map(|(at, _)| &answers[at + 9..at + 12])
        .collect();
    assert_eq!(codes, ["200", "404", "200", "200", "200"]);
    assert!(answers.contains("\r\n\r\nfirst") && answers.contains("\r\n\r\nsecond"));
}

#[test]
fn a_head_may_come_byte_by_byte() {
    let shared = Shared::of(&[("a", b"x")]);
    let mut socket = shared.connect();
    socket.set_nodelay(true).unwrap();
    for byte in b"GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" {
        socket.write_all(&[*byte]).unwrap();
    }
    let answer = String::from_utf8(rest(socket)).unwrap();
    assert_eq!((status(&answer), body(&answer)), (200, "x"));
}

#[test]
fn a_date_in_the_future_is_no_validator() {
    let shared = Shared::of(&[("a", b"x")]);
    let file = std::fs::File::options()
        .write(true)
        .open(shared.dir.path().join("a"))
        .unwrap();
    file.set_modified(std::time::SystemTime::now() + Duration::from_hours(1))
        .unwrap();
    let answer = shared.get(
        "/a",
        "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
    );
    assert_eq!(
        (status(&answer), field(&answer, "Last-Modified")),
        (200, None)
    );
}

#[test]
fn an_allowed_host_is_answered() {
    let shared = Shared::with(|config| config.allowed_hosts = vec!["files.example.org".to_owned()]);
    let answer = shared.http("GET / HTTP/1.1\r\nHost: files.example.org:8080\r\n\r\n");
    assert_eq!(status(&answer), 200);
}

#[test]
fn a_body_that_expects_100_continue_gets_it() {
    let shared = Shared::of(&[("a", b"x")]);
    let mut socket = shared.connect();
    socket
        .write_all(b"GET /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut reader = BufReader::new(socket.try_clone().unwrap());
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    assert_eq!(line, "HTTP/1.1 100 Continue\r\n");
    socket.write_all(b"abc").unwrap();
    let mut answer = String::new();
    reader.read_to_string(&mut answer).unwrap();
    assert_eq!(status(answer.trim_start()), 200);
}

#[test]
fn head_and_small_body_leave_in_one_segment() {
    let shared = Shared::of(&[("a", &noise(900))]);
    let mut socket = shared.connect();
    socket
        .write_all(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
        .unwrap();
    let mut answer = [0; 4096];
    let len = socket.read(&mut answer).unwrap();
    assert!(
        answer[..len].ends_with(&noise(900)[890..]),
        "{len} bytes in the first read"
    );
}

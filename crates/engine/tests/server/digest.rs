//! Digests over HTTP (RFC 9530): sent on request only, correct, and never delaying a body.

use std::fs::File;
use std::io::{Read, Write};
use std::time::{Duration, Instant};

use crate::common::{PATIENCE, Shared, body, field, noise, status};
use landline_engine::server::{LogEntry, ServerEvent};
use landline_engine::transport::is_timeout;
use landline_http1::digest;
use landline_http1::digest::Hasher;

const WANTED: &str = "Want-Repr-Digest: sha-256=10\r\n";

/// Too long to be computed while a test runs; takes no room on the disk.
const ENDLESS_LEN: u64 = 1 << 40;

/// What `Repr-Digest` must say.
fn digest_of(content: &[u8]) -> String {
    let mut hasher = Hasher::new();
    hasher.update(content);
    digest::field(&hasher.finish())
}

fn head(shared: &Shared, target: &str, fields: &str) -> String {
    shared.http(&format!(
        "HEAD {target} HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n"
    ))
}

fn digest(answer: &str) -> Option<&str> {
    field(answer, "Repr-Digest")
}

/// With a file whose digest a HEAD waits for as long as `limit`.
fn with_endless_file(limit: Duration) -> Shared {
    let shared = Shared::with(|config| config.limits.digest = limit);
    let file = File::create(shared.dir.path().join("endless")).unwrap();
    file.set_len(ENDLESS_LEN).unwrap();
    shared
}

#[test]
fn a_small_file_has_a_digest_at_once() {
    let shared = Shared::of(&[("a", b"hello"), ("empty", b"")]);
    for (target, content) in [("/a", "hello"), ("/empty", "")] {
        let expected = digest_of(content.as_bytes());
        let get = shared.get(target, WANTED);
        assert_eq!((digest(&get), body(&get)), (Some(&*expected), content));
        let head = head(&shared, target, WANTED);
        assert_eq!(digest(&head), Some(&*expected));
        assert_eq!(field(&head, "Retry-After"), None);
    }
}

#[test]
fn a_large_file_has_a_digest_after_its_get_and_on_head() {
    let content = noise(5 << 20);
    let expected = digest_of(&content);
    let shared = Shared::of(&[("a", &content), ("b", &content)]);
    let get = shared.get("/a", WANTED);
    assert_eq!((status(&get), digest(&get)), (200, None));
    assert_eq!(field(&get, "Retry-After"), Some("1"));
    for target in ["/a", "/b"] {
        let answer = head(&shared, target, WANTED);
        assert_eq!((status(&answer), body(&answer)), (200, ""));
        assert_eq!(digest(&answer), Some(&*expected), "{target}");
        assert_eq!(field(&answer, "Content-Length"), Some("5242880"));
        assert_eq!(field(&answer, "Retry-After"), None);
    }
}

#[test]
fn a_cached_digest_is_sent_with_the_whole_and_with_a_part() {
    let content = noise(100_000);
    let expected = digest_of(&content);
    let shared = Shared::of(&[("a", &content)]);
    // A file that has just changed is cached only briefly: retry if the machine was busy.
    let found = (0..10).any(|_| {
        let answer = head(&shared, "/a", WANTED);
        assert_eq!(digest(&answer), Some(&*expected), "from HEAD");
        let whole = shared.get("/a", WANTED);
        let part = shared.get("/a", &format!("{WANTED}Range: bytes=90000-\r\n"));
        assert_eq!((status(&whole), status(&part)), (200, 206));
        [whole, part]
            .iter()
            .all(|answer| digest(answer) == Some(&expected))
    });
    assert!(found);
}

#[test]
fn a_part_of_a_small_file_comes_with_the_digest_of_the_whole() {
    let shared = Shared::of(&[("a", b"0123456789")]);
    let part = shared.get("/a", &format!("{WANTED}Range: bytes=2-3\r\n"));
    assert_eq!((status(&part), body(&part)), (206, "23"));
    assert_eq!(digest(&part), Some(&*digest_of(b"0123456789")));
}

#[test]
fn digests_are_sent_only_on_request() {
    let shared = Shared::of(&[("a", b"hello")]);
    for fields in [
        "",
        "Want-Repr-Digest: sha-512=10\r\n",
        "Want-Repr-Digest: sha-256=0\r\n",
        "Want-Repr-Digest: \u{e9}\r\n",
    ] {
        assert_eq!(digest(&shared.get("/a", fields)), None, "{fields}");
        assert_eq!(digest(&head(&shared, "/a", fields)), None, "{fields}");
    }
    let not_modified = shared.get("/a", &format!("{WANTED}If-None-Match: *\r\n"));
    assert_eq!((status(&not_modified), digest(&not_modified)), (304, None));
    let beyond = shared.get("/a", &format!("{WANTED}Range: bytes=5-\r\n"));
    assert_eq!((status(&beyond), digest(&beyond)), (416, None));
}

#[cfg(unix)]
#[test]
fn a_file_rewritten_in_place_with_its_old_time_has_a_new_one() {
    use std::os::unix::fs::{FileExt, MetadataExt};

    let (old, new) = (noise(1 << 20), vec![7; 1 << 20]);
    let shared = Shared::of(&[("a", &old)]);
    let first = head(&shared, "/a", WANTED);
    assert_eq!(digest(&first), Some(&*digest_of(&old)));
    let etag = field(&first, "ETag").unwrap();
    let same = head(&shared, "/a", &format!("{WANTED}If-Match: {etag}\r\n"));
    assert_eq!(
        (status(&same), digest(&same)),
        (200, Some(&*digest_of(&old)))
    );

    let path = shared.dir.path().join("a");
    let file = File::options().write(true).open(path).unwrap();
    let before = file.metadata().unwrap();
    let ctime = |metadata: &std::fs::Metadata| (metadata.ctime(), metadata.ctime_nsec());
    // Again until the clock of the file system has ticked.
    while ctime(&file.metadata().unwrap()) == ctime(&before) {
        file.write_all_at(&new, 0).unwrap();
        file.set_modified(before.modified().unwrap()).unwrap();
    }

    let changed = head(&shared, "/a", &format!("{WANTED}If-Match: {etag}\r\n"));
    assert_eq!((status(&changed), digest(&changed)), (412, None));
    let second = head(&shared, "/a", WANTED);
    assert_eq!(
        field(&second, "Last-Modified"),
        field(&first, "Last-Modified")
    );
    assert_eq!(digest(&second), Some(&*digest_of(&new)));
}

/// What `Landline-Prefix-Digest` says.
fn prefix(answer: &str) -> Option<&str> {
    field(answer, digest::PREFIX_FIELD)
}

#[test]
fn a_grown_file_has_a_prefix_digest_for_clients_of_the_previous_version() {
    let content = noise(3 << 20);
    let shared = Shared::of(&[("a", &content)]);
    let get = shared.get("/a", WANTED);
    let etag = field(&get, "ETag").unwrap();
    let path = shared.dir.path().join("a");
    let mut file = File::options().append(true).open(&path).unwrap();
    file.write_all(b"more").unwrap();
    let same = format!("If-Match: {etag}\r\n");
    let answer = head(&shared, "/a", &format!("{WANTED}{same}"));
    assert_eq!((status(&answer), digest(&answer)), (412, None));
    assert_eq!(prefix(&answer), Some(&*digest_of(&content)));
    assert_eq!(body(&answer), "");
    // Only to who asks for it, about one version that was sent.
    let list = format!("If-Match: {etag}, \"x\"\r\n");
    let never = "If-Match: \"5-1-1\"\r\n";
    let other = format!("If-Match: {etag} a\r\n");
    for fields in [
        same.clone(),
        format!("{WANTED}{list}"),
        format!("{WANTED}{never}"),
        format!("{WANTED}{other}"),
    ] {
        let answer = head(&shared, "/a", &fields);
        assert_eq!((status(&answer), prefix(&answer)), (412, None), "{fields}");
    }
    let get = shared.get("/a", &format!("{WANTED}{same}"));
    assert_eq!((status(&get), prefix(&get)), (412, None));
    // The start is not what it was any more.
    let whole = head(&shared, "/a", WANTED);
    let etag = field(&whole, "ETag").unwrap();
    std::fs::write(&path, vec![7; 4 << 20]).unwrap();
    let answer = head(&shared, "/a", &format!("{WANTED}If-Match: {etag}\r\n"));
    assert_eq!(status(&answer), 412);
    assert_ne!(prefix(&answer), digest(&whole));
}

#[test]
fn a_body_does_not_wait_for_it() {
    let shared = with_endless_file(PATIENCE * 10);
    let mut socket = shared.connect();
    let request = format!("GET /endless HTTP/1.1\r\nHost: localhost\r\n{WANTED}\r\n");
    socket.write_all(request.as_bytes()).unwrap();
    let mut bytes = vec![0; 4 << 20];
    socket.read_exact(&mut bytes).unwrap();
    assert!(bytes.starts_with(b"HTTP/1.1 200 OK\r\n"));
    assert!(bytes.ends_with(&[0; 1024]));
}

#[test]
fn a_client_that_stops_reading_keeps_no_other_from_it() {
    let content = noise(64 << 20);
    let shared = Shared::of(&[("a", &content)]);
    let mut slow = shared.connect();
    let request = format!("GET /a HTTP/1.1\r\nHost: localhost\r\n{WANTED}\r\n");
    slow.write_all(request.as_bytes()).unwrap();
    slow.read_exact(&mut vec![0; 4 << 20]).unwrap();
    let transfer = shared.wait(|event| match event {
        ServerEvent::Started(transfer) => Some(transfer),
        _ => None,
    });
    let answer = head(&shared, "/a", WANTED);
    assert_eq!(digest(&answer), Some(&*digest_of(&content)));
    assert_eq!(transfer.outcome(), None);
}

#[test]
fn a_late_digest_is_to_be_retried() {
    let shared = with_endless_file(Duration::from_millis(1));
    let answer = head(&shared, "/endless", WANTED);
    assert_eq!((status(&answer), digest(&answer)), (200, None));
    assert_eq!(field(&answer, "Retry-After"), Some("1"));
    let answer = head(&shared, "/endless", "");
    assert_eq!(field(&answer, "Retry-After"), None);
}

#[test]
fn a_digest_arrives_soon_beside_many_endless_ones() {
    let shared = with_endless_file(Duration::from_millis(1));
    for number in 0..100 {
        let name = format!("endless {number}");
        let file = File::create(shared.dir.path().join(&name)).unwrap();
        file.set_len(ENDLESS_LEN).unwrap();
        let answer = head(&shared, &format!("/endless%20{number}"), WANTED);
        assert_eq!(field(&answer, "Retry-After"), Some("1"), "{number}");
    }
    let content = noise(1 << 20);
    shared.write("a", &content);
    let get = shared.get("/a", WANTED);
    assert_eq!(field(&get, "Retry-After"), Some("1"));
    let began = Instant::now();
    loop {
        let answer = head(&shared, "/a", WANTED);
        if let Some(told) = digest(&answer) {
            assert_eq!(told, digest_of(&content));
            break;
        }
        // What was promised is never taken back.
        assert_eq!(field(&answer, "Retry-After"), Some("1"));
        assert!(began.elapsed() < PATIENCE / 2);
    }
}

#[test]
fn stopping_ends_a_head_that_waits() {
    let mut shared = with_endless_file(PATIENCE * 10);
    shared.write("a", b"x");
    let mut socket = shared.connect();
    // Both at once: with the first answer here, the server is at the second.
    let requests = format!(
        "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\nHEAD /endless HTTP/1.1\r\nHost: localhost\r\n{WANTED}\r\n"
    );
    socket.write_all(requests.as_bytes()).unwrap();
    let mut first = Vec::new();
    while !first.ends_with(b"\r\n\r\nx") {
        let mut byte = [0];
        socket.read_exact(&mut byte).unwrap();
        first.push(byte[0]);
    }
    let began = Instant::now();
    let server = shared.server.take().unwrap();
    server.stop();
    server.join();
    assert!(
        began.elapsed() < Duration::from_secs(1),
        "{:?}",
        began.elapsed()
    );
    // An error and no answer, but not because nothing came.
    let mut rest = Vec::new();
    let result = socket.read_to_end(&mut rest);
    assert!(
        result.is_err_and(|e| !is_timeout(&e)) && rest.is_empty(),
        "{rest:?}"
    );
}

#[test]
fn requesting_a_digest_is_not_logged() {
    let shared = Shared::of(&[("a", b"hello"), ("b", b"hello")]);
    head(&shared, "/a", WANTED);
    head(&shared, "/b", "");
    let first = shared.wait(|event| match event {
        ServerEvent::Logged { entry, .. } => Some(entry),
        _ => None,
    });
    let name = "b".to_owned();
    assert_eq!(first, LogEntry::HeadOnly { name });
}

//! Malicious servers, one file at a time: each has its error, what it can make this computer store is bounded,
//! and nothing is written outside the download folder.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use crate::peer::code;
use landline_engine::client::{Limits, Request, Target};
use landline_engine::error::Failure;
use landline_engine::transfer::Outcome;

use crate::peer::{Downloader, Handler, Peer, answer, content, failure, head, http, saved};
use crate::rig::quick;
use crate::web::{self, Reply, Web};

/// What the system keeps of an answer that nobody reads, and more.
const IN_THE_WAY: u64 = 32 << 20;

/// A download folder, next to others that must not change.
pub struct Chosen {
    pub downloader: Downloader,
    outside: BTreeMap<String, Vec<u8>>,
}

impl Chosen {
    pub fn new() -> Self {
        Self::with(Limits {
            give_up: Some(Duration::ZERO),
            ..Limits::default()
        })
    }

    pub fn with(limits: Limits) -> Self {
        let downloader = Downloader::with(limits);
        let above = downloader.folder.path();
        for folder in ["chosen", "other"] {
            fs::create_dir(above.join(folder)).unwrap();
        }
        for mine in ["x", "passwd", "other/x"] {
            fs::write(above.join(mine), "mine").unwrap();
        }
        let outside = web::files(above);
        Self {
            downloader,
            outside,
        }
    }

    pub fn request(&self, port: u16, name: &str) -> Request {
        Request {
            target: Target::Folder(self.downloader.folder.path().join("chosen")),
            ..self.downloader.request(port, name)
        }
    }

    /// Downloads a file. Nothing outside has changed.
    #[track_caller]
    pub fn get(&self, port: u16, name: &str) -> Outcome {
        let outcome = self.downloader.run(self.request(port, name));
        let mut found = web::files(self.downloader.folder.path());
        found.retain(|name, _| !name.starts_with("chosen"));
        let mut outside = self.outside.clone();
        outside.retain(|name, _| !name.starts_with("chosen"));
        assert_eq!(found, outside);
        outcome
    }

    /// The files in the download folder.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        web::files(&self.downloader.folder.path().join("chosen"))
    }
}

/// The error of a download from a server with these handlers; it leaves nothing.
#[track_caller]
pub fn fails(handlers: Vec<Handler>) -> (&'static str, String) {
    let peer = Peer::new(handlers);
    let chosen = Chosen::new();
    let outcome = chosen.get(peer.port, "a.txt");
    assert!(chosen.files().is_empty(), "{:?}", chosen.files());
    peer.done();
    let (Outcome::Failed(Failure::Fetch(why)) | Outcome::Paused(Some(why))) = &outcome else {
        panic!("{outcome:?}");
    };
    (code(why), format!("{why:?}"))
}

pub fn wire(bytes: impl Into<Vec<u8>>) -> Vec<Handler> {
    vec![http(bytes)]
}

/// Sends `first` and then `again` until the client has disconnected; counts the bytes.
fn endless(first: &'static [u8], again: &'static [u8]) -> (Handler, Arc<AtomicU64>) {
    let sent = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&sent);
    let handler: Handler = Box::new(move |mut socket| {
        head(&socket);
        let again = again.repeat(64 * 1024 / again.len());
        let mut bytes = first;
        while socket.write_all(bytes).is_ok() {
            count.fetch_add(bytes.len() as u64, Ordering::Relaxed);
            bytes = &again;
        }
    });
    (handler, sent)
}

#[test]
fn endless_responses_are_refused() {
    let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;";
    let trailed = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n";
    for (first, again) in [
        (&b"HTTP/1.1 200 OK\r\nX: "[..], &b"a"[..]),
        (b"HTTP/1.1 200 ", b"a"),
        (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        (b"HTTP/1.1 200 OK\r\nX: y\r\n", b" folded\r\n"),
        (b"HTTP/1.1 200 OK\r\nRepr-Digest: sha-256=:", b"A"),
        (
            b"HTTP/1.1 103 Early Hints\r\n\r\n",
            b"HTTP/1.1 103 Early Hints\r\n\r\n",
        ),
        (chunked, b"x"),
        (trailed, b"X: y\r\n"),
    ] {
        let (handler, sent) = endless(first, again);
        let (key, _) = fails(vec![handler]);
        assert_eq!(key, "broken-http", "{}", String::from_utf8_lossy(first));
        assert!(sent.load(Ordering::Relaxed) < IN_THE_WAY);
    }
}

#[test]
fn a_head_that_comes_byte_by_byte_has_a_deadline() {
    let mut limits = quick();
    limits.give_up = Some(Duration::ZERO);
    limits.timeouts.silence = Duration::from_millis(500);
    let dribbles: Handler = Box::new(|mut socket| {
        head(&socket);
        let head = b"HTTP/1.1 200 OK\r\nX: ".iter().chain([b'y'; 5_000].iter());
        for byte in head {
            if socket.write_all(&[*byte]).is_err() {
                return;
            }
            // Far less than the timeout of a stalled connection.
            thread::sleep(Duration::from_millis(5));
        }
        panic!("all of it was taken");
    });
    let peer = Peer::new(vec![dribbles]);
    let chosen = Chosen::with(limits);
    assert_eq!(failure(&chosen.get(peer.port, "a.txt")), "cut");
    peer.done();
}

/// The failure, the text, and what was asked for, where every answer sends on to `location`.
#[track_caller]
fn sent_to(location: &str) -> (&'static str, String, Vec<String>) {
    let away = answer("302 Found", &format!("Location: {location}\r\n"), b"gone");
    let web = Web::new(move |_| Reply::Last(away.clone()));
    let chosen = Chosen::new();
    let outcome = chosen.get(web.port, "a.txt");
    assert!(chosen.files().is_empty());
    let Outcome::Failed(Failure::Fetch(why)) = &outcome else {
        panic!("{outcome:?}");
    };
    (code(why), format!("{why:?}"), web.gets())
}

#[test]
fn redirects_stay_with_the_server_and_end() {
    let long = format!("/{}", "a".repeat(10_000));
    for (location, asked) in [
        ("/a.txt", "/a.txt"),
        ("", "/a.txt"),
        ("#top", "/a.txt"),
        ("?", "/a.txt?"),
        ("b", "/b"),
        ("../../../../etc/passwd", "/etc/passwd"),
        // An encoded line break stays one, and one of other writing is encoded.
        ("/a%0d%0aX:%20y", "/a%0d%0aX:%20y"),
        ("/a\r\n b", "/a%0D%0A%20b"),
        ("/a b", "/a%20b"),
        (&long, &long),
    ] {
        let (key, _, gets) = sent_to(location);
        assert_eq!((key, gets.len()), ("too-many-redirects", 6), "{location}");
        assert!(gets.iter().any(|path| path == asked), "{location} {gets:?}");
    }
}

#[test]
fn redirects_to_other_servers_are_reported_and_not_followed() {
    let long = format!("http://other/{}", "a".repeat(50_000));
    for (location, key) in [
        ("file:///etc/passwd", "redirect-elsewhere"),
        ("gopher://127.0.0.1/", "redirect-elsewhere"),
        ("javascript:alert(1)", "redirect-elsewhere"),
        ("http://127.0.0.1:1/a.txt", "redirect-elsewhere"),
        ("http://127.0.0.1@evil/a.txt", "redirect-elsewhere"),
        ("//evil/a.txt", "redirect-elsewhere"),
        ("http://[::1/a.txt", "redirect-elsewhere"),
        ("http:///a.txt", "redirect-elsewhere"),
        ("https://192.0.2.1/a.txt", "redirect-https"),
        // The same host, where nobody listens.
        ("https://127.0.0.1:1/a.txt", "refused"),
        (&long, "redirect-elsewhere"),
    ] {
        let (found, text, gets) = sent_to(location);
        assert_eq!((found, gets.len()), (key, 1), "{location}");
        assert!(text.len() < 2_000, "{}", text.len());
    }
    // Without a place to go to it is only a number.
    assert_eq!(fails(wire(answer("302 Found", "", b""))).0, "status-other");
}

fn with_length(length: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\nhello").into_bytes()
}

#[test]
fn wrong_lengths_are_noticed() {
    for (length, key) in [
        ("6", "cut"),
        ("1000000", "cut"),
        ("-1", "broken-http"),
        ("5, 6", "broken-http"),
        ("5\r\nContent-Length: 6", "broken-http"),
        ("18446744073709551615", "broken-http"),
        ("99999999999999999999999", "broken-http"),
        // Said before any of it comes.
        ("18446744073709551614", "disk-too-small"),
        ("1152921504606846976", "disk-too-small"),
    ] {
        assert_eq!(fails(wire(with_length(length))).0, key, "{length}");
    }
    let peer = Peer::new(wire(with_length("3")));
    let chosen = Chosen::new();
    let outcome = chosen.get(peer.port, "a.txt");
    assert_eq!(content(&saved(&outcome).path), b"hel");
    peer.done();
}

#[test]
fn wrong_chunks_are_noticed() {
    for (body, key) in [
        ("zz\r\n", "broken-http"),
        ("-5\r\nhello\r\n0\r\n\r\n", "broken-http"),
        ("1ffffffffffffffff\r\nhello", "broken-http"),
        ("5\r\nhelloworld\r\n0\r\n\r\n", "broken-http"),
        // As much as there can be: it is cut before that.
        ("ffffffffffffffff\r\nhello", "cut"),
        ("5\r\nhello\r\n0\r\nX: y\r\n", "cut"),
    ] {
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        assert_eq!(fails(wire(format!("{chunked}{body}"))).0, key, "{body}");
    }
}

#[test]
fn compressed_files_are_never_unpacked() {
    // The beginning of what unpacks to as much as anyone likes.
    let bomb = b"\x1f\x8b\x08\0\0\0\0\0\x02\x03\xec\xc1\x01\x0d\0\0\0\xc2\xa0";
    for coding in ["gzip", "br", "gzip, gzip", "x-unheard-of"] {
        let fields = format!("Content-Encoding: {coding}\r\n");
        let peer = Peer::new(wire(answer("200 OK", &fields, bomb)));
        let chosen = Chosen::new();
        saved(&chosen.get(peer.port, "a.txt"));
        assert_eq!(chosen.files()["a.txt"], bomb, "{coding}");
        peer.done();
    }
}

#[test]
fn what_is_not_the_file_is_not_saved_as_it() {
    let multipart = "Content-Type: multipart/byteranges; boundary=x\r\n";
    for fields in ["", "Content-Range: bytes 0-4/10\r\n", multipart] {
        let part = answer("206 Partial Content", fields, b"hello");
        assert_eq!(fails(wire(part)).0, "status-other", "{fields}");
    }
    let beyond = answer("416 No", "Content-Range: bytes */10\r\n", b"");
    assert_eq!(fails(wire(beyond)).0, "status-other");
}

#[test]
fn statuses_do_not_decide_how_long_it_takes_or_what_is_said() {
    for later in ["1000000000000", "-5", "Fri, 31 Dec 9999 23:59:59 GMT"] {
        let busy = answer("503 Busy", &format!("Retry-After: {later}\r\n"), b"");
        assert_eq!(fails(wire(busy)).0, "status-server", "{later}");
    }
    let wordy = answer(&format!("500 {}", "x".repeat(50_000)), "", b"");
    let (key, text) = fails(wire(wordy));
    assert_eq!(key, "status-server");
    assert!(text.len() < 2_000, "{}", text.len());
}

#[test]
fn a_suggested_name_is_not_a_path() {
    for (suggested, name) in [
        ("../../x", "x"),
        ("/etc/passwd", "passwd"),
        ("..", "download"),
        (".", "download"),
        ("a/..", "download"),
        ("CON", if cfg!(windows) { "_CON" } else { "CON" }),
        ("a.part", "a.part_"),
        ("..%2f..%2fx", "..%2f..%2fx"),
        (&"n".repeat(5_000), &"n".repeat(255)),
    ] {
        let field = format!("Content-Disposition: attachment; filename=\"{suggested}\"\r\n");
        for (asked, stored) in [("", name), ("a.txt", "a.txt")] {
            let peer = Peer::new(wire(answer("200 OK", &field, b"theirs")));
            let chosen = Chosen::new();
            saved(&chosen.get(peer.port, asked));
            let files = chosen.files();
            assert_eq!(files.keys().collect::<Vec<_>>(), [stored]);
            assert_eq!(files[stored], b"theirs");
            peer.done();
        }
    }
    let encoded = "filename*=UTF-8''exe.%E2%80%AEgpj%0A%00%1B.exe";
    let field = format!("Content-Disposition: attachment; {encoded}\r\n");
    let peer = Peer::new(wire(answer("200 OK", &field, b"theirs")));
    let chosen = Chosen::new();
    saved(&chosen.get(peer.port, ""));
    assert_eq!(
        chosen.files().into_keys().collect::<Vec<_>>(),
        ["exe.gpj.exe"]
    );
    peer.done();
}

#[test]
fn names_that_nobody_mistypes_are_not_compared() {
    let long = format!("film.{}", "x".repeat(300));
    let listing = format!(
        r#"[{{"name":"{long}"}},{{"name":"{}"}}]"#,
        "m".repeat(60_000)
    );
    let web = Web::new(move |asked| match asked.path.as_str() {
        "/" => Reply::Say(web::json(&listing)),
        _ => Reply::Say(answer("404 Not Found", "", b"")),
    });
    let chosen = Chosen::new();
    assert_eq!(failure(&chosen.get(web.port, "film")), "no-such-file");
    assert_eq!(web.gets(), ["/", "/film"]);
    // Its own name is too long for that: nothing is listed.
    let name = "n".repeat(1_000);
    assert_eq!(failure(&chosen.get(web.port, &name)), "no-such-file");
    assert_eq!(web.gets().len(), 1);
}

#[test]
fn endless_bytes_of_a_raw_server_end_with_a_cancel_and_leave_nothing() {
    let raw: Handler = Box::new(|mut socket: TcpStream| {
        let bytes = vec![b'x'; 64 * 1024];
        while socket.write_all(&bytes).is_ok() {}
    });
    let peer = Peer::new(vec![raw]);
    let chosen = Chosen::new();
    let mut request = chosen.request(peer.port, "a.txt");
    request.protocol = Some(landline_engine::transfer::Protocol::Raw);
    let transfer = chosen.downloader.client.download(request);
    chosen.downloader.wait_until_moving();
    transfer.cancel().cancel();
    let outcome = chosen.downloader.wait(transfer.id());
    assert!(matches!(outcome, Outcome::Cancelled), "{outcome:?}");
    assert!(chosen.files().is_empty());
    peer.done();
}

//! Failing servers and disks: each has its own error, and leaves nothing on the disk.

use std::io::Read;
use std::net::TcpListener;

use crate::peer::{code, panicking};
use crossbeam_channel::unbounded;
use landline_engine::client::Target;
use landline_engine::error::{ClientError, Failure};
use landline_engine::transfer::{Outcome, Protocol};

use crate::peer::{
    Downloader, Handler, PATIENCE, Peer, answer, failure, hang_up, head, http, reset, saved, send,
    wait_for_end,
};

/// The error of a download from a server with these handlers.
#[track_caller]
fn fails(handlers: Vec<Handler>, name: &str) -> (&'static str, String) {
    let peer = Peer::new(handlers);
    let downloader = Downloader::hasty();
    let outcome = downloader.get(peer.port, name);
    assert!(downloader.files().is_empty(), "{:?}", downloader.files());
    peer.done();
    match &outcome {
        Outcome::Failed(Failure::Fetch(why)) => (code(why), format!("{why:?}")),
        other => panic!("{other:?}"),
    }
}

fn wire(bytes: &[u8]) -> Vec<Handler> {
    vec![http(bytes)]
}

#[test]
fn a_missing_file_comes_with_the_nearest_names() {
    let listing = br#"{"path":"/sub/","entries":[{"name":"d","kind":"folder"},
        {"name":"notes.txt","kind":"file","size":3},{"name":"film.mkv","kind":"file","size":3}]}"#;
    let list: Handler = Box::new(|socket| {
        let head = head(&socket);
        assert!(head.starts_with("get /sub/ http/1.1\r\n"), "{head}");
        assert!(head.contains("\r\naccept: application/json\r\n"), "{head}");
        send(&socket, &answer("200 OK", "", listing));
        hang_up(socket);
    });
    let missing = || http(answer("404 Not Found", "", b"<html>no</html>"));
    let found = http(answer("200 OK", "", b"x"));
    let peer = Peer::new(vec![missing(), list, found, missing(), missing()]);
    let downloader = Downloader::hasty();
    let transfer = downloader.start(peer.port, "sub/ntoes.txt");
    let outcome = downloader.wait(transfer.id());
    assert_eq!(failure(&outcome), "no-such-file-near");
    let Outcome::Failed(Failure::Fetch(why)) = outcome else {
        panic!("{outcome:?}");
    };
    assert!(
        matches!(&why, ClientError::NoSuchFile { nearest, .. } if *nearest == ["sub/notes.txt"]),
        "{why:?}"
    );
    // The first of them can be requested verbatim.
    let nearest = transfer.nearest().unwrap();
    assert_eq!(nearest, "sub/notes.txt");
    let transfer = downloader.start(peer.port, &nearest);
    saved(&downloader.wait(transfer.id()));
    assert_eq!(transfer.nearest(), None);
    // Without a listing there is no suggestion.
    let transfer = downloader.start(peer.port, "other");
    assert_eq!(failure(&downloader.wait(transfer.id())), "no-such-file");
    assert_eq!(transfer.nearest(), None);
    peer.done();
}

#[test]
fn a_missing_file_without_a_listing_is_still_said() {
    let lists: [Handler; 4] = [
        http(answer("200 OK", "", b"<html>")),
        http(answer("403 Forbidden", "", b"")),
        Box::new(reset),
        // Too long to be read, let alone to be suggested.
        http(answer("200 OK", "", &vec![b'['; 2 << 20])),
    ];
    for list in lists {
        let missing = http(answer("404 Not Found", "", b""));
        assert_eq!(fails(vec![missing, list], "a.txt").0, "no-such-file");
    }
}

#[test]
fn a_folder_without_a_listing_is_reported() {
    for location in ["/photos/", "photos/", "http://elsewhere/photos/"] {
        let fields = format!("Location: {location}\r\n");
        let redirect = http(answer("301 Moved Permanently", &fields, b""));
        let text = answer("200 OK", "Content-Type: text/plain\r\n", b"welcome");
        assert_eq!(fails(vec![redirect, http(text)], "photos").0, "no-listing");
    }
}

#[test]
fn pages_are_no_files() {
    // A login page is not this folder.
    let portal = answer("302 Found", "Location: http://login.example/\r\n", b"");
    assert_eq!(fails(vec![http(portal)], "photos").0, "redirect-elsewhere");
    let page = answer("200 OK", "Content-Type: text/html\r\n", b"<html>");
    assert_eq!(fails(wire(&page), "photos").0, "not-a-file");
    assert_eq!(fails(wire(&page), "photos/").0, "no-listing");
    assert_eq!(fails(wire(&page), "").0, "not-a-file-root");
}

#[test]
fn a_body_that_ends_early_is_cut() {
    for bytes in [
        &b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"[..],
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Le",
    ] {
        let (key, text) = fails(wire(bytes), "a.txt");
        assert_eq!(key, "cut", "{text}");
        assert!(
            text.contains("127.0.0.1") && text.contains("a.txt"),
            "{text}"
        );
    }
}

#[test]
fn a_reset_in_the_middle_is_cut() {
    for (protocol, begin) in [
        (
            Protocol::Http,
            &b"HTTP/1.1 200 OK\r\n\r\nno length, so only"[..],
        ),
        (Protocol::Raw, b"only the reset tells"),
    ] {
        let (go, gate) = unbounded::<()>();
        let peer = Peer::new(vec![Box::new(move |mut socket| {
            assert_ne!(socket.read(&mut [0; 1024]).unwrap(), 0);
            send(&socket, begin);
            // A RST overtakes unread data.
            gate.recv_timeout(PATIENCE).unwrap();
            reset(socket);
        })]);
        let downloader = Downloader::new();
        let mut request = downloader.request(peer.port, "a.txt");
        request.protocol = Some(protocol);
        let transfer = downloader.client.download(request);
        downloader.wait_until_moving();
        go.send(()).unwrap();
        assert_eq!(failure(&downloader.wait(transfer.id())), "cut");
        assert!(downloader.files().is_empty());
        peer.done();
    }
}

#[test]
fn a_server_that_stops_sending_times_out() {
    let handler: Handler = Box::new(|socket| {
        head(&socket);
        send(
            &socket,
            b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        );
        wait_for_end(&socket);
    });
    let (key, text) = fails(vec![handler], "a.txt");
    assert_eq!(key, "stalled");
    assert!(text.contains("arrived: 4"), "{text}");
}

#[test]
fn a_server_that_never_responds_times_out() {
    // Nobody accepts: connections stay in the backlog.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let downloader = Downloader::hasty();
    for protocol in [Protocol::Http, Protocol::Raw] {
        assert_eq!(
            failure(&downloader.get_in(protocol, port, "a")),
            "no-answer"
        );
    }
    assert_eq!(failure(&downloader.get(port, "a")), "no-answer");
    assert!(downloader.files().is_empty());
}

#[test]
fn other_statuses_name_their_number_and_reason() {
    for (status, key) in [
        ("403 Forbidden", "status-denied"),
        ("421 Misdirected Request", "status-misdirected"),
        ("503 Service Unavailable", "status-server"),
        ("204 No Content", "status-other"),
        ("206 Partial Content", "status-other"),
        ("418 I'm a teapot", "status-other"),
    ] {
        let (found, text) = fails(wire(&answer(status, "", b"")), "a.txt");
        assert_eq!(found, key);
        let (number, reason) = status.split_once(' ').unwrap();
        assert!(text.contains(&format!("status: {number}")), "{text}");
        assert!(text.contains(&format!("reason: {reason:?}")), "{text}");
    }
}

#[test]
fn redirects_end() {
    let around = || http(answer("302 Found", "Location: /a\r\n", b""));
    let handlers = (0..6).map(|_| around()).collect();
    assert_eq!(fails(handlers, "a").0, "too-many-redirects");
    for (url, key) in [
        ("http://192.0.2.1/a", "redirect-elsewhere"),
        ("https://192.0.2.1/a", "redirect-https"),
    ] {
        let fields = format!("Location: {url}\r\n");
        let (found, text) = fails(wire(&answer("302 Found", &fields, b"")), "a");
        assert_eq!(found, key);
        assert!(text.contains(url), "{text}");
    }
}

#[test]
fn nonsense_is_bounded() {
    let mut endless = b"HTTP/1.1 200 OK\r\n".to_vec();
    endless.extend(b"X: y\r\n".repeat(1 << 18));
    let interim = b"HTTP/1.1 103 Early Hints\r\n\r\n".repeat(1000);
    for bytes in [
        &endless[..],
        &interim,
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        b"HTTP/1.1 20x\r\n\r\n",
    ] {
        assert_eq!(fails(wire(bytes), "a").0, "broken-http");
    }
}

#[test]
fn a_refused_connection_and_an_unknown_name_are_distinguished() {
    let downloader = Downloader::new();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = closed.local_addr().unwrap().port();
    drop(closed);
    assert_eq!(failure(&downloader.get(port, "a")), "refused");
    let mut request = downloader.request(port, "a");
    request.host = "no-such-host.invalid".to_owned();
    assert_eq!(failure(&downloader.run(request)), "name-not-found");
    let mut request = downloader.request(port, "a");
    request.host = "not a host".to_owned();
    assert_eq!(failure(&downloader.run(request)), "bad-host");
}

#[test]
fn a_missing_download_folder_is_reported_before_connecting() {
    let downloader = Downloader::new();
    let missing = downloader.folder.path().join("missing");
    for target in [
        Target::Folder(missing.clone()),
        Target::File(missing.join("a")),
    ] {
        let mut request = downloader.request(1, "a");
        request.target = target;
        let outcome = downloader.run(request);
        assert_eq!(failure(&outcome), "folder-missing");
    }
}

#[test]
fn a_panic_is_reported_as_an_error() {
    let downloader = panicking(|transfer| transfer.protocol().is_some());
    let peer = Peer::new(vec![http(answer("200 OK", "", b"x"))]);
    let outcome = downloader.get(peer.port, "a");
    assert_eq!(failure(&outcome), "crashed");
    assert!(downloader.files().is_empty());
}

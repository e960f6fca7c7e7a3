//! HTTP servers that work, each in its own way.

use std::thread;

use crate::peer::codes;
use landline_engine::client::{ClientEvent, Target};
use landline_engine::transfer::{Checked, Note, Protocol, TransferState};

use crate::peer::{Downloader, Peer, answer, content, hang_up, head, http, saved, send};

#[test]
fn a_file_arrives_whole_under_its_name() {
    let bytes: Vec<u8> = (0..3_000_000_u32).map(|i| (i % 251) as u8).collect();
    let body = answer("200 OK", "", &bytes);
    let peer = Peer::new(vec![Box::new(move |socket| {
        let head = head(&socket);
        assert!(
            head.starts_with("get /a%20b/%e6%b5%b7.bin http/1.1\r\n"),
            "{head}"
        );
        let port = socket.local_addr().unwrap().port();
        assert!(
            head.contains(&format!("\r\nhost: 127.0.0.1:{port}\r\n")),
            "{head}"
        );
        assert!(head.contains("\r\naccept-encoding: identity\r\n"), "{head}");
        send(&socket, &body);
        hang_up(socket);
    })]);
    let downloader = Downloader::new();
    let transfer = downloader.start(peer.port, "a b/海.bin");
    let outcome = downloader.wait(transfer.id());
    let saved = saved(&outcome);
    assert_eq!(saved.path, downloader.folder.path().join("海.bin"));
    assert_eq!(saved.checked, Checked::Length);
    assert_eq!(content(&saved.path), bytes);
    assert_eq!(
        (transfer.done(), transfer.total()),
        (3_000_000, Some(3_000_000))
    );
    assert_eq!(transfer.protocol(), Some(Protocol::Http));
    assert_eq!(downloader.files(), ["海.bin"]);
    peer.done();
}

#[test]
fn state_changes_are_reported() {
    let peer = Peer::new(vec![http(answer("200 OK", "", b"x"))]);
    let downloader = Downloader::new();
    let transfer = downloader.start(peer.port, "a");
    assert!(matches!(downloader.event(), ClientEvent::Changed(t) if t.id() == transfer.id()));
    assert!(matches!(downloader.event(), ClientEvent::Changed(t) if t.total() == Some(1)));
    assert!(
        matches!(downloader.event(), ClientEvent::Ended(t) if t.state() == TransferState::Ended)
    );
}

#[test]
fn bodies_of_every_framing_are_read() {
    let chunked =
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    for (wire, checked) in [
        (chunked.to_vec(), true),
        (b"HTTP/1.0 200 OK\r\n\r\nabcde".to_vec(), false),
        (
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde"
                .to_vec(),
            true,
        ),
        // More than was said is not the file's.
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcdefgh".to_vec(),
            true,
        ),
    ] {
        let peer = Peer::new(vec![http(wire)]);
        let downloader = Downloader::new();
        let outcome = downloader.get(peer.port, "a.txt");
        assert_eq!(saved(&outcome).checked == Checked::Length, checked);
        assert_eq!(content(&saved(&outcome).path), b"abcde");
        peer.done();
    }
}

#[test]
fn an_answer_in_single_bytes_is_understood() {
    let wire = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    let peer = Peer::new(vec![Box::new(move |socket| {
        head(&socket);
        socket.set_nodelay(true).unwrap();
        for byte in wire {
            send(&socket, &[*byte]);
            thread::yield_now();
        }
        hang_up(socket);
    })]);
    let downloader = Downloader::new();
    let outcome = downloader.get(peer.port, "a");
    assert_eq!(content(&saved(&outcome).path), b"abc");
}

#[test]
fn an_empty_file_is_a_file() {
    let peer = Peer::new(vec![http(answer("200 OK", "", b""))]);
    let downloader = Downloader::new();
    let outcome = downloader.get(peer.port, "empty");
    assert_eq!(content(&saved(&outcome).path), b"");
}

#[test]
fn redirects_on_the_same_server_are_followed() {
    let peer = Peer::new(vec![
        http(answer("302 Found", "Location: /b?c=1\r\n", b"see there")),
        Box::new(|socket| {
            assert!(head(&socket).starts_with("get /b?c=1 http/1.1\r\n"));
            send(&socket, &answer("200 OK", "", b"found"));
            hang_up(socket);
        }),
    ]);
    let downloader = Downloader::new();
    let outcome = downloader.get(peer.port, "a.txt");
    assert_eq!(content(&saved(&outcome).path), b"found");
    assert_eq!(downloader.files(), ["a.txt"]);
    peer.done();
}

#[test]
fn an_existing_file_is_kept_and_the_new_one_marked() {
    let handlers = (0..2).map(|_| http(answer("200 OK", "", b"new"))).collect();
    let peer = Peer::new(handlers);
    let downloader = Downloader::new();
    std::fs::write(downloader.folder.path().join("a.txt"), "old").unwrap();
    let outcome = downloader.get(peer.port, "a.txt");
    let renamed = &saved(&outcome).notes[0];
    assert!(
        matches!(renamed, Note::SavedAs { stored, .. } if stored == "a (2).txt"),
        "{renamed:?}"
    );
    downloader.get(peer.port, "a.txt");
    assert_eq!(downloader.files(), ["a (2).txt", "a (3).txt", "a.txt"]);
    assert_eq!(content(&downloader.folder.path().join("a.txt")), b"old");
}

#[test]
fn a_name_that_cannot_be_stored_is_made_safe() {
    let peer = Peer::new(vec![http(answer("200 OK", "", b"x"))]);
    let downloader = Downloader::new();
    let outcome = downloader.get(peer.port, "sub/\u{202e}txt.exe");
    assert_eq!(codes(&saved(&outcome).notes)[0], "safe-name");
    assert_eq!(downloader.files(), ["txt.exe"]);
}

#[test]
fn an_exact_target_is_exact() {
    let peer = Peer::new(vec![http(answer("200 OK", "", b"x"))]);
    let downloader = Downloader::new();
    let mut request = downloader.request(peer.port, "a.txt");
    request.target = Target::File(downloader.folder.path().join("other name"));
    let outcome = downloader.run(request);
    assert!(saved(&outcome).notes.is_empty());
    assert_eq!(downloader.files(), ["other name"]);
}

#[test]
fn without_a_name_the_server_suggests_one() {
    let suggestion = "Content-Disposition: attachment; filename=\"../../x.txt\"\r\n";
    let peer = Peer::new(vec![http(answer("200 OK", suggestion, b"x"))]);
    let downloader = Downloader::new();
    let outcome = downloader.get(peer.port, "");
    assert_eq!(saved(&outcome).path, downloader.folder.path().join("x.txt"));
}

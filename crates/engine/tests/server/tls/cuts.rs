//! A connection that is cut off looks like one that is cut off, at both ends.

use std::io::{BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use super::answer;
use crate::common::tls::{Tls, config, identity};
use crate::common::{PATIENCE, Shared, answers, noise};
use crate::receive::rig::Rig;
use landline_engine::error::{Failure, SendError};
use landline_engine::server::ServerEvent;
use landline_engine::server::receiving::{Access, Consent};
use landline_engine::transfer::{Outcome, Transfer};

const GET: &[u8] = b"GET /big HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/// More than the sockets of both ends hold.
const BIG: usize = 64 << 20;

fn receiver() -> Rig {
    Rig::with(Access::Both, Consent::Given, |config| {
        config.identity = Some(identity());
    })
}

fn put(rig: &Rig, name: &str, framing: &str) -> Tls {
    let mut tls = rig.shared.connect_tls();
    let host = rig.shared.address;
    write!(
        tls,
        "PUT /{name} HTTP/1.1\r\nHost: {host}\r\n{framing}\r\n\r\n"
    )
    .unwrap();
    tls
}

#[test]
fn bodies_arrive_whole() {
    let rig = receiver();
    for len in [0, 1, 4096, 16_384, 16_385, 100_000, 3_000_000] {
        let body = noise(len);
        let mut tls = put(&rig, &format!("a{len}"), &format!("Content-Length: {len}"));
        // The next request comes in the same record as the end of the body.
        let next = b"GET /.well-known/landline HTTP/1.1\r\nHost: localhost\r\n\r\n";
        tls.write_all(&[&body[..], next].concat()).unwrap();
        assert_eq!(answer(&mut tls).status, 201);
        assert_eq!(answer(&mut tls).status, 200);
        assert!(rig.read(&format!("a{len}")) == body, "{len}");

        let mut tls = put(&rig, &format!("b{len}"), "Transfer-Encoding: chunked");
        let mut chunked = Vec::new();
        for chunk in body.chunks(1000) {
            write!(chunked, "{:x}\r\n", chunk.len()).unwrap();
            chunked.extend_from_slice(chunk);
            chunked.extend_from_slice(b"\r\n");
        }
        chunked.extend_from_slice(b"0\r\n\r\n");
        tls.write_all(&[&chunked[..], next].concat()).unwrap();
        assert_eq!(answer(&mut tls).status, 201);
        assert_eq!(answer(&mut tls).status, 200);
        assert!(rig.read(&format!("b{len}")) == body, "{len}");
    }
}

#[test]
fn a_body_that_is_cut_off_gets_no_name() {
    let rig = receiver();
    let body = noise(200_000);
    let chunks = [b"186a0\r\n" as &[u8], &body[..100_000], b"\r\n"].concat();
    for (framing, sent) in [
        ("Content-Length: 200000", &body[..199_999]),
        ("Content-Length: 200000", &body[..16_384]),
        ("Content-Length: 200000", b""),
        ("Transfer-Encoding: chunked", &chunks[..50_000]),
        // At the end of a chunk: what follows could be the last one.
        ("Transfer-Encoding: chunked", &chunks),
        ("Transfer-Encoding: chunked", b""),
    ] {
        for is_said in [false, true] {
            let mut tls = put(&rig, "cut", framing);
            tls.write_all(sent).unwrap();
            if is_said {
                tls.say_end().unwrap();
            }
            tls.socket.shutdown(Shutdown::Write).unwrap();
            let mut said = Vec::new();
            let _ = tls.read_to_end(&mut said);
            assert!(!said.starts_with(b"HTTP/1.1 2"), "{framing} {}", sent.len());
            let Outcome::Failed(_) = rig.ended().outcome().cloned().unwrap() else {
                panic!("{framing} {}", sent.len());
            };
            assert!(!rig.folder().join("cut").exists());
        }
    }
    // A record that is cut off, and one that was changed on its way.
    for change in [
        (|record: &mut Vec<u8>| record.truncate(8000)) as fn(&mut Vec<u8>),
        |record| record[8000] ^= 1,
    ] {
        let mut tls = put(&rig, "cut", "Content-Length: 10000");
        let mut record = tls.seal(&body[..10_000]);
        change(&mut record);
        tls.socket.write_all(&record).unwrap();
        tls.socket.shutdown(Shutdown::Write).unwrap();
        let _ = tls.read_to_end(&mut Vec::new());
        assert!(matches!(rig.ended().outcome(), Some(Outcome::Failed(_))));
        assert!(!rig.folder().join("cut").exists());
    }
}

#[test]
fn pages_that_came_over_tls_may_send_and_others_not() {
    let rig = receiver();
    let port = rig.shared.address.port();
    for (origin, expected) in [
        (format!("https://127.0.0.1:{port}"), 201),
        (format!("http://127.0.0.1:{port}"), 403),
        ("https://127.0.0.1".to_owned(), 403),
        ("https://evil.example".to_owned(), 403),
        ("null".to_owned(), 403),
    ] {
        let framing = format!("Content-Length: 1\r\nOrigin: {origin}");
        let mut tls = put(&rig, "a", &framing);
        tls.write_all(b"a").unwrap();
        assert_eq!(answer(&mut tls).status, expected, "{origin}");
        let plain = rig.put("/a", &format!("Origin: {origin}\r\n"), b"a").status;
        let is_own = origin == format!("http://127.0.0.1:{port}");
        assert_eq!(plain, if is_own { 201 } else { 403 }, "{origin}");
    }
}

#[test]
fn a_complete_body_needs_no_close_notify() {
    let rig = receiver();
    let mut tls = put(&rig, "whole", "Content-Length: 5");
    tls.write_all(b"hello").unwrap();
    tls.socket.shutdown(Shutdown::Write).unwrap();
    assert_eq!(answer(&mut tls).status, 201);
    assert_eq!(rig.read("whole"), b"hello");
}

/// A transfer that has begun, to a client that has read nothing of it.
fn begun(shared: &Shared) -> (Tls, Arc<Transfer>) {
    let mut tls = shared.connect_tls();
    tls.write_all(GET).unwrap();
    let transfer = shared.wait(|event| match event {
        ServerEvent::Started(transfer) => Some(transfer),
        _ => None,
    });
    (tls, transfer)
}

/// Whatever is left to read, it ends with an error.
fn assert_cut(mut tls: Tls) {
    let mut got = Vec::new();
    let end = tls.read_to_end(&mut got);
    assert!(end.is_err(), "a clean end after {} bytes", got.len());
    assert!(got.len() < BIG);
}

fn ended(shared: &Shared) -> Arc<Transfer> {
    shared.wait(|event| match event {
        ServerEvent::Ended(transfer) => Some(transfer),
        _ => None,
    })
}

#[test]
fn a_client_that_stops_reading_is_reset() {
    let shared = Shared::encrypted_with(|config| {
        config.limits.stalled = Duration::from_millis(500);
    });
    shared.write("big", &vec![1; BIG]);
    let (tls, _) = begun(&shared);
    let outcome = ended(&shared).outcome().cloned();
    let stalled = Failure::Send(SendError::Stalled { secs: 0 });
    assert_eq!(outcome, Some(Outcome::Failed(stalled)));
    assert_cut(tls);
}

#[test]
fn a_server_that_stops_leaves_no_body_that_looks_complete() {
    let mut shared = Shared::encrypted();
    shared.write("big", &vec![1; BIG]);
    let (tls, _) = begun(&shared);
    let idle = shared.connect_tls();
    let hello = Tls::before_handshake(shared.connect(), config()).records();
    let mut shaking = shared.connect();
    shaking.write_all(&hello).unwrap();
    shaking.read_exact(&mut [0; 100]).unwrap();
    shared.stop();
    assert_cut(tls);
    // Not even those that were to ask for something see a clean end.
    assert_cut(idle);
    assert!(shaking.read_to_end(&mut Vec::new()).is_err());
}

#[test]
fn a_file_that_changes_while_it_is_sent_is_a_cut_if_it_shrinks() {
    let shared = Shared::encrypted();
    shared.write("big", &vec![1; BIG]);
    let path = shared.dir.path().join("big");
    let (tls, _) = begun(&shared);
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    file.set_len(BIG as u64 / 2).unwrap();
    assert_cut(tls);
    let outcome = ended(&shared).outcome().cloned();
    let is_unreadable = matches!(
        outcome,
        Some(Outcome::Failed(Failure::Send(SendError::Unreadable { .. })))
    );
    assert!(is_unreadable, "{outcome:?}");

    // One that grows is sent as far as was said.
    shared.write("big", &vec![1; BIG]);
    let (mut tls, _) = begun(&shared);
    let mut file = std::fs::File::options().append(true).open(&path).unwrap();
    file.write_all(b"more").unwrap();
    let whole = answers::next(&mut BufReader::new(&mut tls), true).unwrap();
    assert!(whole.body == vec![1; BIG]);
}

#[test]
fn close_notify_is_sent_however_slowly_the_client_reads() {
    let shared = Shared::encrypted();
    for number in 0..3000 {
        shared.write(&format!("a long name of a file, number {number}"), b"");
    }
    shared.write("big", &noise(300_000));
    for (request, has_chunks) in [
        // The close is what ends this body.
        ("GET / HTTP/1.0\r\n\r\n", false),
        (
            "GET / HTTP/1.1\r\nHost: pc\r\nConnection: close\r\n\r\n",
            true,
        ),
        ("GET /big HTTP/1.0\r\n\r\n", false),
    ] {
        let mut tls = Tls::over(with_small_buffer(&shared), config());
        tls.write_all(request.as_bytes()).unwrap();
        let mut got = Vec::new();
        let mut piece = [0; 3000];
        loop {
            match tls.read(&mut piece).expect("a clean end") {
                0 => break,
                read => got.extend_from_slice(&piece[..read]),
            }
        }
        assert!(got.len() > 300_000);
        assert_eq!(got.ends_with(b"0\r\n\r\n"), has_chunks);
    }
}

/// A connection whose client has room for little.
fn with_small_buffer(shared: &Shared) -> TcpStream {
    use socket2::{Domain, Socket, Type};

    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    socket.connect(&shared.address.into()).unwrap();
    let socket = TcpStream::from(socket);
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket
}

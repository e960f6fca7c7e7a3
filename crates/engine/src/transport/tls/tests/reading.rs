//! What a read gives out, and when.

use std::time::Instant;

use super::peer::{TLS12, TLS13, read};
use super::*;

#[test]
fn records_of_one_byte_are_read_together() {
    for version in [&TLS12, &TLS13] {
        let (mut peer, server) = connected(version);
        let text: Vec<u8> = (0..2000_u32).map(|i| (i % 251) as u8).collect();
        let wire: Vec<u8> = text
            .iter()
            .flat_map(|byte| peer.encrypted(&[*byte]))
            .collect();
        peer.send(&wire);
        assert!(read(&server, text.len()) == text);
    }
}

#[test]
fn segments_of_one_byte_are_put_together() {
    for version in [&TLS12, &TLS13] {
        let (mut peer, server) = Peer::before_handshake(client_config(version));
        let mut buffer = [0; 64];
        let mut got = Vec::new();
        while got.is_empty() {
            let mut wire = peer.wire();
            if !peer.tls.is_handshaking() {
                wire.extend(peer.encrypted(b"hello"));
            }
            for byte in wire {
                peer.send(&[byte]);
                match server.read_within(&mut buffer, LONG) {
                    Err(e) => assert!(is_timeout(&e), "{e}"),
                    Ok(read) => got.extend_from_slice(&buffer[..read]),
                }
            }
            if peer.tls.is_handshaking() {
                peer.receive();
            }
        }
        assert_eq!(got, b"hello");
        assert!(!server.may_have_more());
    }
}

#[test]
fn a_small_buffer_leaves_the_rest_for_later() {
    let (mut peer, server) = connected(&TLS13);
    let text: Vec<u8> = (0..300_000_u32).map(|i| (i % 251) as u8).collect();
    let wire = peer.encrypted(&text);
    let sender = std::thread::spawn(move || {
        peer.send(&wire);
        peer
    });
    let mut got = Vec::new();
    for len in [1, 2, 3, 4096, 70_000].into_iter().cycle() {
        let len = len.min(text.len() - got.len());
        if len == 0 {
            break;
        }
        got.extend(read(&server, len));
    }
    assert!(got == text);
    sender.join().unwrap();
}

#[test]
fn whether_more_may_come_is_exact() {
    let (mut peer, server) = connected(&TLS13);
    let wire = peer.encrypted(b"hello");
    peer.send(&wire);
    // The handshake's end comes with it.
    assert_eq!(read(&server, 2), b"he");
    assert!(server.may_have_more());
    assert_eq!(read(&server, 3), b"llo");
    assert!(!server.may_have_more());
    let mut wire = peer.encrypted(b"bye");
    peer.tls.send_close_notify();
    wire.extend(peer.wire());
    peer.send(&wire);
    assert_eq!(read(&server, 3), b"bye");
    assert!(server.may_have_more(), "the end is unread");
    assert_eq!((&server).read(&mut [0; 8]).unwrap(), 0);
}

#[test]
fn nothing_is_asked_of_the_socket_after_a_short_read() {
    let (mut peer, server) = connected(&TLS13);
    let wire = peer.encrypted(&[7; 1000]);
    peer.send(&wire[..600]);
    let error = server.read_within(&mut [0; 8], LONG).unwrap_err();
    assert!(is_timeout(&error));
    assert!(!server.may_have_more());
    peer.send(&wire[600..]);
    assert_eq!(read(&server, 1000), [7; 1000]);
}

#[test]
fn a_record_that_comes_too_slowly_ends_the_read() {
    let (mut peer, server) = blocking();
    let silence = Duration::from_millis(200);
    server.set_read_timeout(silence).unwrap();
    let wire = peer.encrypted(&[7; 16_000]);
    let (done, is_done) = std::sync::mpsc::channel::<()>();
    let sender = std::thread::spawn(move || {
        let mut bytes = wire.iter();
        while is_done.recv_timeout(silence / 10).is_err() {
            peer.send(&[*bytes.next().unwrap()]);
        }
    });
    let began = Instant::now();
    let error = (&server).read(&mut [0; 8]).unwrap_err();
    assert!(is_timeout(&error), "{error}");
    assert!(began.elapsed() >= silence);
    done.send(()).unwrap();
    sender.join().unwrap();
}

/// After the handshake; the server blocks.
pub(super) fn blocking() -> (Peer, Stream) {
    let (stream, server) = Stream::both_ends();
    stream.set_nodelay().unwrap();
    server.accept_tls(&server_tls(), b"").unwrap();
    let (mut peer, _) = Peer::before_handshake(client_config(&TLS13));
    peer.stream = stream;
    let accepting = std::thread::spawn(move || {
        let mut byte = [0];
        assert_eq!((&server).read(&mut byte).unwrap(), 1);
        server
    });
    while peer.tls.is_handshaking() {
        peer.flush();
        peer.receive();
    }
    let wire = peer.encrypted(b"a");
    peer.send(&wire);
    (peer, accepting.join().unwrap())
}

#[test]
fn a_cancel_ends_a_read_that_waits() {
    for how in [std::net::Shutdown::Read, std::net::Shutdown::Both] {
        let (_peer, server) = blocking();
        let server = Arc::new(server);
        let reader = Arc::clone(&server);
        let reader = std::thread::spawn(move || (&*reader).read(&mut [0; 8]).unwrap());
        server.shutdown(how).unwrap();
        assert_eq!(reader.join().unwrap(), 0);
    }
}

#[test]
fn what_was_read_before_belongs_to_the_handshake() {
    let (stream, server) = Stream::both_ends();
    let (mut peer, _) = Peer::before_handshake(client_config(&TLS13));
    peer.stream = stream;
    peer.flush();
    let mut first = [0; 100];
    (&server).read_exact(&mut first).unwrap();
    server.set_nonblocking().unwrap();
    server.accept_tls(&server_tls(), &first).unwrap();
    assert!(server.may_have_more());
    while peer.tls.is_handshaking() {
        let error = server.read_within(&mut [0], LONG).unwrap_err();
        assert!(is_timeout(&error), "{error}");
        peer.receive();
    }
    let wire = peer.encrypted(b"hello");
    peer.send(&wire);
    assert_eq!(read(&server, 5), b"hello");
}

//! How each side sees the other end the connection.

use std::io::ErrorKind;
use std::net::Shutdown;

use super::peer::{TLS12, TLS13, read, read_once};
use super::*;

#[test]
fn only_close_notify_is_the_end() {
    for version in [&TLS12, &TLS13] {
        let (mut peer, server) = connected(version);
        let mut wire = peer.encrypted(b"last words");
        peer.tls.send_close_notify();
        wire.extend(peer.wire());
        peer.send(&wire);
        assert_eq!(read(&server, 10), b"last words");
        assert_eq!(read_once(&server).unwrap(), 0);
        assert_eq!(read_once(&server).unwrap(), 0);

        let (mut peer, server) = connected(version);
        let wire = peer.encrypted(b"last words");
        peer.send(&wire);
        drop(peer);
        assert_eq!(read(&server, 10), b"last words");
        for _ in 0..2 {
            let error = read_once(&server).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
        }
    }
}

#[test]
fn a_connection_that_ends_within_a_record_or_the_handshake_is_cut() {
    let (mut peer, server) = connected(&TLS13);
    let wire = peer.encrypted(b"last words");
    peer.send(&wire[..wire.len() - 1]);
    drop(peer);
    let error = read_once(&server).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedEof);

    let (mut peer, server) = Peer::before_handshake(client_config(&TLS13));
    let wire = peer.wire();
    peer.send(&wire[..wire.len() / 2]);
    drop(peer);
    let error = read_once(&server).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
}

#[test]
fn nothing_counts_after_close_notify() {
    let (mut peer, server) = connected(&TLS13);
    let mut wire = peer.encrypted(b"all");
    peer.tls.send_close_notify();
    wire.extend(peer.wire());
    wire.extend(vec![0xff; 40_000]);
    peer.send(&wire);
    assert_eq!(read(&server, 3), b"all");
    for _ in 0..3 {
        assert_eq!(read_once(&server).unwrap(), 0);
    }
    // The other direction goes on.
    (&server).write_all(b"answer").unwrap();
    let mut got = [0; 6];
    while peer.tls.reader().read(&mut got).is_err() {
        peer.receive();
    }
    assert_eq!(&got, b"answer");
}

#[test]
fn the_end_of_a_stream_at_rest_is_announced() {
    let (mut peer, server) = connected(&TLS13);
    let wire = peer.encrypted(b"request");
    peer.send(&wire);
    read(&server, 7);
    (&server).write_all(b"answer").unwrap();
    drop(server);
    assert_eq!(peer.read_to_end(), (b"answer".to_vec(), true));
}

#[test]
fn the_end_of_a_stream_that_blocks_is_announced_without_waiting() {
    let (mut peer, server) = super::reading::blocking();
    drop(server);
    assert_eq!(peer.read_to_end(), (Vec::new(), true));
}

#[test]
fn an_aborted_or_unfinished_answer_does_not_look_whole() {
    for is_aborted in [true, false] {
        let (mut peer, server) = connected(&TLS13);
        let wire = peer.encrypted(b"request");
        peer.send(&wire);
        read(&server, 7);
        if is_aborted {
            (&server).write_all(b"begin").unwrap();
            server.abort();
        } else {
            while (&server).write(&vec![0; 100_000]).is_ok() {}
        }
        drop(server);
        assert!(!peer.read_to_end().1);
    }
}

#[test]
fn neither_a_cancel_nor_a_handshake_that_did_not_end_looks_like_an_end() {
    let (mut peer, server) = connected(&TLS13);
    let wire = peer.encrypted(b"request");
    peer.send(&wire);
    read(&server, 7);
    server.shutdown(Shutdown::Both).unwrap();
    drop(server);
    assert!(!peer.read_to_end().1);

    let (mut peer, server) = Peer::before_handshake(client_config(&TLS13));
    peer.flush();
    server.read_within(&mut [0], LONG).unwrap_err();
    drop(server);
    peer.alert().unwrap();
}

#[test]
fn close_notify_waits_for_what_was_written() {
    let (mut peer, server) = connected(&TLS13);
    let wire = peer.encrypted(b"request");
    peer.send(&wire);
    read(&server, 7);
    let mut sent = 0;
    while let Ok(written) = (&server).write(&vec![3; 100_000]) {
        sent += written;
    }
    let full = server.shutdown(Shutdown::Write).unwrap_err();
    assert!(is_timeout(&full), "{full}");
    let reader = std::thread::spawn(move || peer.read_to_end());
    while let Err(e) = server.shutdown(Shutdown::Write) {
        assert!(is_timeout(&e), "{e}");
        server.wait_writable().unwrap();
    }
    let (got, is_whole) = reader.join().unwrap();
    assert!(is_whole);
    assert!((sent..sent + 256 * 1024).contains(&got.len()));
}

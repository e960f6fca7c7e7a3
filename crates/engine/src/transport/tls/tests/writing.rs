//! Writes that the socket does not take at once.

use std::io::ErrorKind;
use std::sync::atomic::AtomicU64;

use super::peer::{TLS12, TLS13, read};
use super::*;
use crate::transport::{CancelToken, Outgoing};

/// After the server has seen the end of the handshake.
fn talking(version: Version) -> (Peer, Stream) {
    let (mut peer, server) = connected(version);
    let wire = peer.encrypted(b"a");
    peer.send(&wire);
    read(&server, 1);
    (peer, server)
}

#[test]
fn a_reader_that_pauses_gets_every_byte_once() {
    for version in [&TLS12, &TLS13] {
        let (mut peer, server) = talking(version);
        let bytes: Vec<u8> = (0..16_000_000_u32).map(|i| (i % 251) as u8).collect();
        let mut left = &bytes[..];
        // Until nothing fits, a client that reads is not needed.
        let full = loop {
            match (&server).write(left) {
                Ok(written) => left = &left[written..],
                Err(e) => break e,
            }
        };
        assert!(is_timeout(&full), "{full}");
        assert!(server.wants_write());
        let reader = std::thread::spawn(move || peer.read_to_end());
        while !left.is_empty() {
            match (&server).write(left) {
                Ok(written) => left = &left[written..],
                Err(e) => {
                    assert!(is_timeout(&e), "{e}");
                    server.wait_writable().unwrap();
                }
            }
        }
        drop(server);
        let (got, is_whole) = reader.join().unwrap();
        assert!(got == bytes);
        assert!(is_whole);
    }
}

#[test]
fn what_is_encrypted_is_sent_once_whatever_the_next_write_says() {
    let (mut peer, server) = talking(&TLS13);
    let mut sent = 0;
    while let Ok(written) = (&server).write(&vec![1; 200_000]) {
        sent += written;
    }
    let reader = std::thread::spawn(move || peer.read_to_end().0);
    // The file has changed, and the caller has less than before.
    while server.wants_write() {
        match (&server).write(&[2; 1000]) {
            Ok(written) => {
                assert!(written <= 1000);
                sent += written;
            }
            Err(e) => {
                assert!(is_timeout(&e), "{e}");
                server.wait_writable().unwrap();
            }
        }
    }
    while let Some(accepted) = server.write_accepted() {
        sent += accepted.unwrap();
    }
    server.shutdown(std::net::Shutdown::Write).unwrap();
    let got = reader.join().unwrap();
    assert_eq!(got.len(), sent);
    assert!(got.iter().all(|byte| *byte == 1));
}

#[test]
fn a_write_counts_what_the_peer_takes_of_it() {
    let (peer, server) = talking(&TLS13);
    let bytes = vec![5; 64 << 20];
    let mut left = &bytes[..];
    while let Ok(written) = (&server).write(left) {
        left = &left[written..];
    }
    // Much less than the kernel holds back, and more than a record.
    let mut piece = vec![0; 100_000];
    let mut waits = 0;
    loop {
        (&peer.stream).read_exact(&mut piece).unwrap();
        server.wait_writable().unwrap();
        match (&server).write(left) {
            Ok(written) if written < 64 * 1024 => break,
            Ok(written) => left = &left[written..],
            Err(e) => assert!(is_timeout(&e), "{e}"),
        }
        waits += 1;
        assert!(waits < 600, "every write is whole, or nothing");
    }
}

#[test]
fn a_write_of_much_is_complete_for_whoever_waits() {
    let (mut peer, server) = talking(&TLS13);
    let cancel = CancelToken::new();
    let sent = AtomicU64::new(0);
    let mut outgoing = Outgoing::new(&server, &cancel, &sent, LONG);
    let reader = std::thread::spawn(move || peer.read_to_end());
    outgoing.write_all(&vec![5; 12 << 20]).unwrap();
    assert_eq!(sent.load(std::sync::atomic::Ordering::Relaxed), 12 << 20);
    drop(server);
    let (got, is_whole) = reader.join().unwrap();
    assert_eq!((got.len(), is_whole), (12 << 20, true));
}

#[test]
fn nothing_is_written_before_the_handshake_or_after_the_end() {
    let (_peer, server) = Peer::before_handshake(client_config(&TLS13));
    let error = (&server).write(b"a").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotConnected);
    let (mut peer, server) = talking(&TLS13);
    server.shutdown(std::net::Shutdown::Write).unwrap();
    let error = (&server).write(b"a").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BrokenPipe);
    assert_eq!(peer.read_to_end(), (Vec::new(), true));
    // The other direction goes on.
    let wire = peer.encrypted(b"more");
    peer.send(&wire);
    assert_eq!(read(&server, 4), b"more");
}

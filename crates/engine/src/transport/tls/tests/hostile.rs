//! Clients that break the rules of TLS.

use std::io::ErrorKind;

use rustls::{AlertDescription, Error};

use super::peer::{TLS12, TLS13, read, read_once};
use super::*;

#[test]
fn a_forged_record_is_an_error_after_what_came_before() {
    for version in [&TLS12, &TLS13] {
        let (mut peer, server) = connected(version);
        let mut wire = peer.encrypted(b"true");
        let mut forged = peer.encrypted(b"false");
        *forged.last_mut().unwrap() ^= 1;
        wire.extend(forged);
        wire.extend(peer.encrypted(b"more"));
        peer.send(&wire);
        assert_eq!(read(&server, 4), b"true");
        assert!(server.may_have_more());
        for _ in 0..2 {
            let error = read_once(&server).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidData);
        }
        assert!((&server).write(b"answer").is_err());
        let alert = AlertDescription::BadRecordMac;
        assert_eq!(peer.alert(), Err(Error::AlertReceived(alert)));
        drop(server);
    }
}

/// What reading says about a client that begins with `record` many times.
fn begins_with(record: &[u8]) -> std::io::Error {
    let (peer, server) = Peer::before_handshake(client_config(&TLS13));
    let wire = record.repeat(1_000_000 / record.len());
    let sender = std::thread::spawn(move || {
        // It may be reset while it sends.
        let _ = (&peer.stream).write_all(&wire);
    });
    let error = read_once(&server).unwrap_err();
    drop(server);
    sender.join().unwrap();
    error
}

#[test]
fn floods_before_the_handshake_end_soon() {
    let mut large = vec![22, 3, 3, 0x40, 0, 1, 0xff, 0xff, 0xff];
    large.resize(5 + 0x4000, 0);
    for (what, record) in [
        ("empty records", &[22, 3, 3, 0, 0][..]),
        ("warnings", &[21, 3, 3, 0, 2, 1, 0]),
        ("changes of the cipher", &[20, 3, 3, 0, 1, 1]),
        ("data", &[23, 3, 3, 0, 1, 0]),
        ("unknown records", &[99, 3, 3, 0, 1, 0]),
        ("another version", &[22, 9, 9, 0, 1, 0]),
        ("a record that is too long", &[22, 3, 3, 0xff, 0xff, 1]),
        ("a message of 16 MB", &large),
        ("zeros", &[0]),
        ("HTTP", b"GET / HTTP/1.1\r\n\r\n"),
    ] {
        let error = begins_with(record);
        assert_eq!(error.kind(), ErrorKind::InvalidData, "{what}: {error}");
    }
}

#[test]
fn new_keys_are_used_and_a_flood_of_them_is_an_error() {
    let (mut peer, server) = connected(&TLS13);
    let mut wire = peer.encrypted(b"old");
    for _ in 0..10 {
        peer.tls.refresh_traffic_keys().unwrap();
        wire.extend(peer.encrypted(b"new"));
    }
    peer.send(&wire);
    let got = read(&server, 33);
    assert_eq!(&got[..9], b"oldnewnew");
    // One answer is enough for all.
    (&server).write_all(b"answer").unwrap();
    let mut answer = [0; 6];
    while peer.tls.reader().read(&mut answer).is_err() {
        peer.receive();
    }
    assert_eq!(&answer, b"answer");
    for _ in 0..100 {
        peer.tls.refresh_traffic_keys().unwrap();
    }
    peer.flush();
    let error = read_once(&server).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidData);
}

#[test]
fn only_http_is_negotiated() {
    for (offered, is_accepted) in [
        (&[&b"http/1.1"[..]][..], true),
        (&[b"h2", b"http/1.1"], true),
        (&[], true),
        (&[b"h2"], false),
        (&[b"acme-tls/1"], false),
    ] {
        let mut config = client_config(&TLS13);
        config.alpn_protocols = offered.iter().map(|name| name.to_vec()).collect();
        let (mut peer, server) = Peer::before_handshake(config);
        peer.flush();
        let error = server.read_within(&mut [0], LONG).unwrap_err();
        if is_accepted {
            assert!(is_timeout(&error), "{error}");
            peer.receive();
            continue;
        }
        assert_eq!(error.kind(), ErrorKind::InvalidData, "{error}");
        let alert = AlertDescription::NoApplicationProtocol;
        assert_eq!(peer.alert(), Err(Error::AlertReceived(alert)));
    }
}

/// A client, and a server that sends so many tickets behind its handshake, and nothing else. The server returns how long
/// the last record is.
fn tickets(
    count: usize,
    max_record_len: Option<usize>,
) -> (Stream, std::thread::JoinHandle<usize>) {
    let mut config = rustls::ServerConfig::clone(&server_tls().0);
    config.send_tls13_tickets = count;
    config.max_fragment_size = max_record_len;
    let (client, server) = Stream::both_ends();
    let mut tls = rustls::ServerConnection::new(Arc::new(config)).unwrap();
    let server = std::thread::spawn(move || {
        while tls.is_handshaking() {
            while tls.wants_write() {
                tls.write_tls(&mut &server).unwrap();
            }
            tls.read_tls(&mut &server).unwrap();
            tls.process_new_packets().unwrap();
        }
        let mut wire = Vec::new();
        while tls.wants_write() {
            tls.write_tls(&mut wire).unwrap();
        }
        let _ = (&server).write_all(&wire);
        // The client ends it.
        let _ = (&server).read(&mut [0; 64]);
        wire.len()
    });
    let tls = ClientTls::new("localhost", Arc::new(Anyone)).unwrap();
    client.connect_tls(tls, LONG).unwrap();
    (client, server)
}

#[test]
fn a_server_that_only_sends_tickets_ends_the_read() {
    // The encryption adds 17 bytes, and 5 are the header's.
    let (client, server) = tickets(1, None);
    drop(client);
    let len = server.join().unwrap();
    // One in each record.
    let (client, server) = tickets(4000, Some(len - 17));
    client.set_read_timeout(LONG).unwrap();
    let error = (&client).read(&mut [0; 8]).unwrap_err();
    assert!(is_timeout(&error), "{error}");
    assert!(client.may_have_more());
    drop(client);
    server.join().unwrap();
}

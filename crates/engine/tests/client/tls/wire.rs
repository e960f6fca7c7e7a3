//! Servers that speak TLS badly.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};

use landline_engine::client::{Encryption, Limits, Timeouts};
use landline_engine::error::{ClientError, TlsError};
use landline_engine::identity::Trust;
use landline_engine::transfer::Outcome;
use rustls::ServerConfig;
use rustls::crypto::ring::sign::any_supported_type;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use super::{Certified, Heard, error_of, private, provider, read_head, tls_error};
use crate::peer::{Downloader, Peer, answer, code, content, head, http, saved, send};
use crate::rig::quick;

const PLAIN: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nhello";

#[test]
fn an_end_without_close_notify_is_a_cut() {
    let chunked =
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n".to_vec();
    let certified = Certified::new();
    for (bytes, is_clean, is_whole) in [
        (PLAIN.to_vec(), true, true),
        (PLAIN.to_vec(), false, false),
        (chunked.clone(), true, true),
        // Its own end is said.
        (chunked.clone(), false, true),
        (chunked[..chunked.len() - 5].to_vec(), false, false),
        (chunked[..chunked.len() - 5].to_vec(), true, false),
        (answer("200 OK", "", b"hello"), false, true),
    ] {
        let context = format!("{is_clean} {}", String::from_utf8_lossy(&bytes));
        let peer = Peer::new(vec![certified.answers(bytes, is_clean)]);
        let downloader = Downloader::new();
        let transfer = downloader.get_with(Encryption::Required, peer.port, "a");
        if is_whole {
            let saved = saved(transfer.outcome().unwrap());
            assert_eq!(content(&saved.path), b"hello", "{context}");
        } else {
            assert_eq!(code(error_of(&transfer)), "cut", "{context}");
        }
    }
}

#[test]
fn a_server_that_wants_tls_elsewhere_is_asked_without() {
    const PREFERS: &str = "\r\nlandline-prefer-tls: 1\r\n";
    let fields = "Alt-Svc: http%2F1.1=\":1\"\r\nUpgrade: TLS/1.2\r\n";
    let wants_tls = answer("426 Upgrade Required", fields, b"");
    let peer = Peer::new(vec![
        Box::new(move |socket| {
            assert!(head(&socket).contains(PREFERS));
            send(&socket, &wants_tls);
        }),
        Box::new(|socket| {
            assert!(!head(&socket).contains(PREFERS));
            send(&socket, &answer("200 OK", "", b"content"));
        }),
        // The second refusal counts.
        http(answer("426 Upgrade Required", fields, b"")),
    ]);
    let downloader = Downloader::new();
    let transfer = downloader.get_with(Encryption::IfOffered, peer.port, "a");
    let saved = saved(transfer.outcome().unwrap());
    assert_eq!(content(&saved.path), b"content");
    assert_eq!(downloader.known(peer.port), None);
    let transfer = downloader.get_with(Encryption::IfOffered, peer.port, "b");
    assert_eq!(code(error_of(&transfer)), "status-other");
    peer.done();
}

#[test]
fn records_of_one_byte_are_read() {
    let certified = Certified::new();
    let bytes = answer("200 OK", "", &[b'x'; 500]);
    let peer = Peer::new(vec![certified.over_tls(move |mut tls| {
        read_head(&mut tls);
        for byte in bytes {
            tls.write_all(&[byte]).unwrap();
            tls.flush().unwrap();
        }
        tls.conn.send_close_notify();
        let _ = tls.flush();
    })]);
    let downloader = Downloader::new();
    let transfer = downloader.get_with(Encryption::Required, peer.port, "a");
    let saved = saved(transfer.outcome().unwrap());
    assert_eq!(content(&saved.path), [b'x'; 500]);
}

#[test]
fn a_server_without_tls_hears_nothing() {
    for said in [
        &b"HTTP/1.1 400 Bad Request\r\n\r\n"[..],
        b"220 ready\r\n",
        b"\0",
    ] {
        let heard = Heard::default();
        let record = heard.clone();
        let peer = Peer::new(vec![Box::new(move |mut socket| {
            let mut hello = [0; 4096];
            let read = socket.read(&mut hello).unwrap();
            record.add(&hello[..read]);
            socket.write_all(said).unwrap();
            let _ = socket.read_to_end(&mut Vec::new()).map(|_| ());
        })]);
        let downloader = Downloader::new();
        let transfer = downloader.get_with(Encryption::Required, peer.port, "secret");
        let (host, port) = ("127.0.0.1".to_owned(), peer.port);
        assert_eq!(tls_error(&transfer), &TlsError::NotEncrypted { host, port });
        peer.done();
        assert!(!String::from_utf8_lossy(&heard.bytes()).contains("secret"));
    }
}

#[test]
fn a_server_that_speaks_only_tls_is_an_error_in_plain_text() {
    let certified = Certified::new();
    let refuse = || certified.over_tls(|mut tls| assert_eq!(read_head(&mut tls), ""));
    let peer = Peer::new(vec![refuse(), refuse()]);
    let downloader = Downloader::new();
    let transfer = downloader.get_with(Encryption::IfOffered, peer.port, "a.txt");
    assert_eq!(code(error_of(&transfer)), "not-http");
    assert!(downloader.files().is_empty());
}

/// A share that offers TLS, and does not speak it, as behind a proxy.
#[test]
fn a_server_whose_offer_is_broken_is_asked_in_plain_text() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let offer = format!("Alt-Svc: http%2F1.1=\":{port}\"\r\n");
    std::thread::spawn(move || {
        for socket in listener.incoming() {
            let mut socket = socket.unwrap();
            let mut first = [0; 4096];
            let read = socket.read(&mut first).unwrap();
            if first[..read].starts_with(b"GET") {
                socket
                    .write_all(&answer("200 OK", &offer, b"plain"))
                    .unwrap();
            } else {
                socket
                    .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                    .unwrap();
            }
        }
    });
    let downloader = Downloader::new();
    for _ in 0..2 {
        let transfer = downloader.get_with(Encryption::IfOffered, port, "a.txt");
        let saved = saved(transfer.outcome().unwrap());
        assert_eq!(content(&saved.path), b"plain");
        assert_eq!(downloader.known(port), None);
    }
}

#[test]
fn a_redirect_to_https_is_followed_and_remembered() {
    let certified = Certified::new();
    let secure = Peer::new(vec![
        certified.answers(answer("200 OK", "", b"safe"), true),
        certified.answers(answer("200 OK", "", b"again"), true),
    ]);
    let port = secure.port;
    let away = format!("Location: https://127.0.0.1:{port}/b\r\n");
    // It is asked once.
    let plain = Peer::new(vec![http(answer("301 Moved Permanently", &away, b""))]);
    let downloader = Downloader::new();
    for expected in [&b"safe"[..], b"again"] {
        let transfer = downloader.get_with(Encryption::IfOffered, plain.port, "a");
        let saved = saved(transfer.outcome().unwrap());
        assert_eq!(content(&saved.path), expected);
        let protection = transfer.protection().unwrap();
        assert_eq!(protection.fingerprint(), Some(certified.fingerprint));
    }
    assert_eq!(downloader.known(port), Some(certified.fingerprint));
    plain.done();
    secure.done();
}

#[test]
fn a_redirect_back_to_plain_text_is_refused() {
    let certified = Certified::new();
    let plain = TcpListener::bind("127.0.0.1:0").unwrap();
    let away = format!(
        "Location: http://127.0.0.1:{}/b\r\n",
        plain.local_addr().unwrap().port()
    );
    let secure = Peer::new(vec![
        certified.answers(answer("302 Found", &away, b""), true),
    ]);
    let downloader = Downloader::new();
    let transfer = downloader.get_with(Encryption::Required, secure.port, "a");
    assert_eq!(code(error_of(&transfer)), "redirect-elsewhere");
    plain.set_nonblocking(true).unwrap();
    assert!(plain.accept().is_err());
}

fn impatient() -> Limits {
    Limits {
        give_up: Some(Duration::ZERO),
        timeouts: Timeouts {
            connect: Duration::from_millis(600),
            ..Timeouts::default()
        },
        ..Limits::default()
    }
}

#[test]
fn a_handshake_that_does_not_end_is_given_up() {
    let silent = || {
        Peer::new(vec![Box::new(|mut socket| {
            let _ = socket.read_to_end(&mut Vec::new());
        })])
    };
    // A byte now and then, of a record that never ends.
    let slow = || {
        Peer::new(vec![Box::new(|mut socket| {
            let mut bytes = [22, 3, 3, 64, 0, 2, 0, 63, 252]
                .iter()
                .chain(std::iter::repeat(&0));
            let tick = crossbeam_channel::tick(Duration::from_millis(20));
            while socket.write_all(&[*bytes.next().unwrap()]).is_ok() {
                tick.recv().unwrap();
            }
        })])
    };
    for peer in [silent(), slow()] {
        let downloader = Downloader::with(impatient());
        let began = Instant::now();
        let transfer = downloader.get_with(Encryption::Required, peer.port, "a");
        assert_eq!(code(error_of(&transfer)), "no-answer");
        assert!(began.elapsed() < Duration::from_secs(10));
        peer.done();
    }
}

#[test]
fn a_cancel_ends_a_handshake_at_once() {
    let (tell, told) = crossbeam_channel::bounded(1);
    let peer = Peer::new(vec![Box::new(move |mut socket| {
        let mut first = [0; 16];
        socket.read_exact(&mut first).unwrap();
        tell.send(()).unwrap();
        let _ = socket.read_to_end(&mut Vec::new());
    })]);
    let downloader = Downloader::new();
    let mut request = downloader.request(peer.port, "a");
    request.encryption = Encryption::Required;
    let transfer = downloader.client.download(request);
    told.recv().unwrap();
    let began = Instant::now();
    downloader.client.cancel(transfer.id());
    downloader.wait(transfer.id());
    assert!(began.elapsed() < Duration::from_secs(5));
    peer.done();
}

/// Presents a certificate without having its key.
#[derive(Debug)]
struct Thief(Arc<CertifiedKey>);

impl ResolvesServerCert for Thief {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
}

#[test]
fn a_certificate_without_its_key_is_worth_nothing() {
    for version in rustls::ALL_VERSIONS {
        let (key, other) = (
            rcgen::KeyPair::generate().unwrap(),
            rcgen::KeyPair::generate().unwrap(),
        );
        let params = rcgen::CertificateParams::new(Vec::new()).unwrap();
        let certificate = params.self_signed(&key).unwrap().der().clone();
        let fingerprint = landline_engine::identity::Fingerprint::of(&certificate);
        let signing = any_supported_type(&private(&other)).unwrap();
        let stolen = CertifiedKey::new(vec![certificate], signing);
        let config = ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(&[version])
            .unwrap()
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(Thief(Arc::new(stolen))));
        let thief = Certified {
            config: Arc::new(config),
            fingerprint,
        };
        let listen = || thief.over_tls(|mut tls| assert_eq!(read_head(&mut tls), ""));
        let peer = Peer::new(vec![listen(), listen()]);
        let downloader = Downloader::new();
        for encryption in [Encryption::Required, Encryption::Pinned(fingerprint.pin())] {
            let transfer = downloader.get_with(encryption, peer.port, "a");
            assert!(matches!(tls_error(&transfer), TlsError::Handshake { .. }));
            assert_eq!(downloader.known(peer.port), None);
        }
        peer.done();
    }
}

#[test]
fn a_flood_of_certificates_changes_nothing() {
    let key = rcgen::KeyPair::generate().unwrap();
    let params = rcgen::CertificateParams::new(Vec::new()).unwrap();
    let certificate = params.self_signed(&key).unwrap().der().clone();
    for count in [100, 1_000] {
        let certified = Certified::of(vec![certificate.clone(); count], &key);
        let bytes = answer("200 OK", "", b"hello");
        let peer = Peer::new(vec![certified.over_tls(move |mut tls| {
            if !read_head(&mut tls).is_empty() {
                tls.write_all(&bytes).unwrap();
            }
        })]);
        let downloader = Downloader::new();
        let transfer = downloader.get_with(Encryption::Required, peer.port, "a");
        match transfer.outcome().unwrap() {
            Outcome::Saved(_) if count == 100 => {
                let protection = transfer.protection().unwrap();
                assert!(format!("{protection:?}").contains(&format!("{:?}", Trust::FirstTime)));
            }
            Outcome::Failed(_) => assert_eq!(downloader.known(peer.port), None),
            other => panic!("{count}: {other:?}"),
        }
    }
}

#[test]
fn only_what_may_pass_is_tried_again() {
    let certified = Certified::new();
    // A handshake that is cut is tried again by a download that has begun.
    let part = b"HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 10\r\n\r\nhello".to_vec();
    let rest = b"HTTP/1.1 206 Partial Content\r\nETag: \"1\"\r\nContent-Range: bytes 5-9/10\r\n\
                 Content-Length: 5\r\n\r\nworld"
        .to_vec();
    let peer = Peer::new(vec![
        certified.answers(part.clone(), true),
        Box::new(drop),
        certified.answers(rest, true),
    ]);
    let downloader = Downloader::with(quick());
    let transfer = downloader.get_with(Encryption::Required, peer.port, "a");
    let saved = saved(transfer.outcome().unwrap());
    let whole = content(&saved.path);
    assert!(whole.ends_with(b"world") && whole.len() == 10, "{whole:?}");
    peer.done();
    // Another identity is not.
    let peer = Peer::new(vec![
        certified.answers(part, true),
        Certified::new().over_tls(|mut tls| assert_eq!(read_head(&mut tls), "")),
    ]);
    let downloader = Downloader::with(quick());
    let transfer = downloader.get_with(Encryption::Required, peer.port, "a");
    assert!(matches!(
        error_of(&transfer),
        ClientError::Tls(TlsError::IdentityChanged { .. })
    ));
    peer.done();
}

//! What a client learns of a handshake that fails.

use std::io;
use std::net::Shutdown;
use std::thread;
use std::time::Instant;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    AlertDescription, CertificateError, DigitallySignedStruct, Error, OtherError, SignatureScheme,
};

use super::*;

fn tls() -> ClientTls {
    ClientTls::new("localhost", Arc::new(Anyone)).unwrap()
}

/// Why there is no handshake with a server that reads something and then does as `server` does.
fn refusal(tls: ClientTls, server: impl FnOnce(Stream) + Send + 'static) -> HandshakeError {
    let (client, other) = Stream::both_ends();
    let server = thread::spawn(move || {
        // All of it, so that the end is no reset.
        let mut hello = [0; 8192];
        assert!((&other).read(&mut hello).unwrap() > 100);
        server(other);
    });
    let error = client.connect_tls(tls, LONG).unwrap_err();
    assert!(!client.is_encrypted());
    drop(client);
    server.join().unwrap();
    error
}

fn answers(bytes: &'static [u8]) -> impl FnOnce(Stream) + Send + 'static {
    move |server| {
        (&server).write_all(bytes).unwrap();
        let _ = (&server).read(&mut [0]);
    }
}

#[test]
fn what_is_not_tls_is_called_so() {
    for answer in [
        &b"HTTP/1.1 400 Bad Request\r\n\r\n"[..],
        b"SSH-2.0-OpenSSH\r\n",
        b"\0",
        b"\x17\x03\x03\0\x01a",
    ] {
        let error = refusal(tls(), answers(answer));
        assert!(matches!(error, HandshakeError::NotTls), "{error:?}");
    }
}

#[test]
fn an_alert_says_what_it_is() {
    let error = refusal(tls(), answers(&[21, 3, 3, 0, 2, 2, 40]));
    let expected = AlertDescription::HandshakeFailure;
    assert!(
        matches!(error, HandshakeError::Alert(alert) if alert == expected),
        "{error:?}"
    );
}

#[test]
fn what_begins_like_tls_and_is_not_breaks_the_rules() {
    let error = refusal(tls(), answers(&[22, 3, 3, 0, 4, 99, 0, 0, 0]));
    assert!(matches!(error, HandshakeError::Protocol(_)), "{error:?}");
}

#[test]
fn a_server_that_closes_or_resets_is_closed() {
    for aborts in [true, false] {
        let error = refusal(tls(), move |server| {
            if aborts {
                server.abort();
            }
        });
        assert!(matches!(error, HandshakeError::Closed), "{error:?}");
    }
}

#[test]
fn a_server_that_says_nothing_is_given_up() {
    let (client, _server) = Stream::both_ends();
    client.set_read_timeout(Duration::from_millis(50)).unwrap();
    let error = client.connect_tls(tls(), LONG).unwrap_err();
    assert!(matches!(error, HandshakeError::TimedOut), "{error:?}");
    // Also where there is no read timeout, or the stream does not block.
    let (client, _server) = Stream::both_ends();
    client.set_nonblocking().unwrap();
    let error = client.connect_tls(tls(), Duration::from_millis(50));
    assert!(matches!(error, Err(HandshakeError::TimedOut)), "{error:?}");
}

#[test]
fn a_server_that_says_little_now_and_then_is_given_up() {
    let (client, server) = Stream::both_ends();
    client.set_read_timeout(LONG).unwrap();
    let (done, is_done) = std::sync::mpsc::channel::<()>();
    let server = thread::spawn(move || {
        (&server)
            .write_all(&[22, 3, 3, 0x10, 0, 2, 0, 0x20, 0])
            .unwrap();
        while is_done.recv_timeout(Duration::from_millis(10)).is_err() {
            (&server).write_all(&[0]).unwrap();
        }
    });
    let time = Duration::from_millis(300);
    let began = Instant::now();
    let error = client.connect_tls(tls(), time).unwrap_err();
    assert!(matches!(error, HandshakeError::TimedOut), "{error:?}");
    assert!(began.elapsed() >= time && began.elapsed() < LONG);
    done.send(()).unwrap();
    server.join().unwrap();
}

#[test]
fn a_cancel_ends_the_handshake() {
    let (client, server) = Stream::both_ends();
    let client = Arc::new(client);
    let connecting = Arc::clone(&client);
    let connecting = thread::spawn(move || connecting.connect_tls(tls(), LONG));
    assert!((&server).read(&mut [0; 8192]).unwrap() > 0);
    client.shutdown(Shutdown::Both).unwrap();
    let error = connecting.join().unwrap().unwrap_err();
    assert!(matches!(error, HandshakeError::Closed), "{error:?}");
}

/// Why [`Nobody`] refuses.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("unknown")]
struct Unknown;

#[derive(Debug)]
struct Nobody;

impl ServerCertVerifier for Nobody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let why = CertificateError::Other(OtherError(Arc::new(Unknown)));
        Err(Error::InvalidCertificate(why))
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        unreachable!("the certificate comes first")
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        unreachable!("the certificate comes first")
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        Anyone.supported_verify_schemes()
    }
}

#[test]
fn the_verifier_has_the_last_word_and_the_server_hears_of_it() {
    let (client, server) = Stream::both_ends();
    let server = thread::spawn(move || {
        server.accept_tls(&server_tls(), b"").unwrap();
        (&server).read(&mut [0]).unwrap_err()
    });
    let tls = ClientTls::new("localhost", Arc::new(Nobody)).unwrap();
    let error = client.connect_tls(tls, LONG).unwrap_err();
    let HandshakeError::Certificate(CertificateError::Other(OtherError(why))) = error else {
        panic!("{error:?}");
    };
    assert_eq!(why.downcast_ref::<Unknown>(), Some(&Unknown));
    let alert = server.join().unwrap();
    assert_eq!(alert.kind(), io::ErrorKind::InvalidData);
}

//! Two ends over loopback.

use std::io::{Read, Write};
use std::sync::Arc;
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, Error, SignatureScheme};

use super::{ClientTls, ServerTls};
use crate::identity::Identity;
use crate::transport::Stream;

const LONG: Duration = Duration::from_secs(20);

#[test]
fn what_is_written_arrives() {
    let (client, server) = Stream::both_ends();
    let tls = ServerTls::new(&Identity::generate().unwrap()).unwrap();
    let server = std::thread::spawn(move || {
        server.accept_tls(&tls, b"").unwrap();
        let mut got = [0; 4];
        (&server).read_exact(&mut got).unwrap();
        (&server).write_all(&got).unwrap();
        got
    });
    let tls = ClientTls::new("127.0.0.1", Arc::new(Anyone)).unwrap();
    client.connect_tls(tls, LONG).unwrap();
    (&client).write_all(b"ping").unwrap();
    let mut got = [0; 4];
    (&client).read_exact(&mut got).unwrap();
    assert_eq!(&got, b"ping");
    assert_eq!(&server.join().unwrap(), b"ping");
}

/// Accepts every certificate.
#[derive(Debug)]
pub(super) struct Anyone;

impl ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let provider = rustls::crypto::ring::default_provider();
        provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

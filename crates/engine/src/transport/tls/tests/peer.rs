//! A client made of rustls, which sees and sends what is on the wire.

use std::io::{ErrorKind, Read as _, Write as _};
use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, Error, SignatureScheme,
    SupportedProtocolVersion,
};

use super::{LONG, is_timeout};
use crate::identity::Identity;
use crate::transport::Stream;
use crate::transport::tls::ServerTls;

pub use rustls::version::{TLS12, TLS13};

pub type Version = &'static SupportedProtocolVersion;

/// A server's side with an identity that all tests share.
pub fn server_tls() -> ServerTls {
    static TLS: OnceLock<ServerTls> = OnceLock::new();
    TLS.get_or_init(|| ServerTls::new(&Identity::generate().unwrap()).unwrap())
        .clone()
}

pub fn client_config(version: Version) -> ClientConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[version])
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anyone))
        .with_no_client_auth()
}

/// The client.
pub struct Peer {
    /// Without TLS.
    pub stream: Stream,
    pub tls: ClientConnection,
}

/// A client, and a server that does not block, after the handshake.
pub fn connected(version: Version) -> (Peer, Stream) {
    let (mut peer, server) = Peer::before_handshake(client_config(version));
    while peer.tls.is_handshaking() {
        peer.flush();
        let unread = server.read_within(&mut [0], LONG).unwrap_err();
        assert!(is_timeout(&unread), "{unread}");
        peer.receive();
    }
    peer.flush();
    (peer, server)
}

impl Peer {
    pub fn before_handshake(config: ClientConfig) -> (Self, Stream) {
        let (stream, server) = Stream::both_ends();
        stream.set_nodelay().unwrap();
        server.set_nonblocking().unwrap();
        server.accept_tls(&server_tls(), b"").unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        let tls = ClientConnection::new(Arc::new(config), name).unwrap();
        (Self { stream, tls }, server)
    }

    /// What the client has to say, on the wire.
    pub fn wire(&mut self) -> Vec<u8> {
        let mut wire = Vec::new();
        while self.tls.wants_write() {
            self.tls.write_tls(&mut wire).unwrap();
        }
        wire
    }

    /// `bytes` in records, on the wire.
    pub fn encrypted(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.tls.set_buffer_limit(None);
        self.tls.writer().write_all(bytes).unwrap();
        self.wire()
    }

    pub fn flush(&mut self) {
        let wire = self.wire();
        self.send(&wire);
    }

    pub fn send(&self, wire: &[u8]) {
        (&self.stream).write_all(wire).unwrap();
    }

    /// Reads once from the socket.
    pub fn receive(&mut self) {
        self.tls.read_tls(&mut &self.stream).unwrap();
        self.tls.process_new_packets().unwrap();
    }

    /// The alert that the server sent, or what else there is.
    pub fn alert(&mut self) -> Result<(), Error> {
        loop {
            let read = self.tls.read_tls(&mut &self.stream);
            self.tls.process_new_packets()?;
            if !matches!(read, Ok(1..)) {
                return Ok(());
            }
        }
    }

    /// Everything until the end, and whether that was `close_notify`.
    pub fn read_to_end(&mut self) -> (Vec<u8>, bool) {
        let mut got = Vec::new();
        loop {
            self.tls.process_new_packets().unwrap();
            match self.tls.reader().read_to_end(&mut got) {
                Ok(_) => return (got, true),
                Err(e) if e.kind() == ErrorKind::WouldBlock => {}
                Err(_) => return (got, false),
            }
            if self.tls.read_tls(&mut &self.stream).is_err() {
                return (got, false);
            }
        }
    }
}

/// Reads from `server`, which does not block, until `len` bytes have come.
pub fn read(server: &Stream, len: usize) -> Vec<u8> {
    let mut got = vec![0; len];
    let mut filled = 0;
    while filled < len {
        match server.read_within(&mut got[filled..], LONG) {
            Err(e) if is_timeout(&e) => {}
            read => filled += read.unwrap(),
        }
    }
    got
}

/// What a read from `server` says once there is something to say.
pub fn read_once(mut server: &Stream) -> std::io::Result<usize> {
    loop {
        match server.read_within(&mut [0; 4096], LONG) {
            Err(e) if is_timeout(&e) => {}
            read => return read.inspect(|_| assert!(server.read(&mut []).is_ok())),
        }
    }
}

/// Accepts every certificate.
#[derive(Debug)]
pub struct Anyone;

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

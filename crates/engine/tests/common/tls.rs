//! TLS clients that decide byte by byte what they send.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, OnceLock};

use landline_engine::identity::Identity;
use landline_engine::server::Config;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, SignatureScheme,
    SupportedProtocolVersion,
};

use super::Shared;

/// The identity of all servers here: making one takes a moment.
pub fn identity() -> Identity {
    static IDENTITY: OnceLock<Identity> = OnceLock::new();
    IDENTITY
        .get_or_init(|| Identity::generate().unwrap())
        .clone()
}

impl Shared {
    /// A share that speaks TLS, too.
    pub fn encrypted() -> Self {
        Self::encrypted_with(|_| {})
    }

    /// The same with other settings.
    pub fn encrypted_with(configure: impl FnOnce(&mut Config)) -> Self {
        Self::with(|config| {
            config.identity = Some(identity());
            configure(config);
        })
    }

    /// A connection after its handshake.
    pub fn connect_tls(&self) -> Tls {
        Tls::over(self.connect(), config())
    }

    /// Sends one request on its own TLS connection; returns the whole response as text. Fails if the end is not said.
    pub fn https(&self, request: &str) -> String {
        let mut tls = self.connect_tls();
        tls.write_all(request.as_bytes()).unwrap();
        // The client has no more requests.
        tls.say_end().unwrap();
        String::from_utf8_lossy(&tls.rest()).into_owned()
    }
}

/// The client's end of TLS over a socket.
pub struct Tls {
    pub connection: ClientConnection,
    pub socket: TcpStream,
}

impl Tls {
    /// Performs the handshake.
    pub fn over(socket: TcpStream, config: Arc<ClientConfig>) -> Self {
        Self::try_over(socket, config).unwrap()
    }

    /// The same where the handshake may fail.
    pub fn try_over(socket: TcpStream, config: Arc<ClientConfig>) -> io::Result<Self> {
        let mut tls = Self::before_handshake(socket, config);
        while tls.connection.is_handshaking() {
            tls.connection.complete_io(&mut tls.socket)?;
        }
        Ok(tls)
    }

    /// Before its first byte.
    pub fn before_handshake(socket: TcpStream, config: Arc<ClientConfig>) -> Self {
        let name = ServerName::try_from("localhost").unwrap();
        let mut connection = ClientConnection::new(config, name).unwrap();
        // Tests seal as much as they like.
        connection.set_buffer_limit(None);
        Self { connection, socket }
    }

    /// The records that are to be sent next.
    pub fn records(&mut self) -> Vec<u8> {
        let mut records = Vec::new();
        while self.connection.wants_write() {
            self.connection.write_tls(&mut records).unwrap();
        }
        records
    }

    /// `bytes` as one record, or as several if it is too long, which is not sent.
    pub fn seal(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.connection.writer().write_all(bytes).unwrap();
        self.records()
    }

    /// Sends `close_notify`.
    pub fn say_end(&mut self) -> io::Result<()> {
        self.connection.send_close_notify();
        let records = self.records();
        self.socket.write_all(&records)
    }

    /// Reads to the end, which the server has to say.
    pub fn rest(mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.read_to_end(&mut bytes).expect("a clean end");
        bytes
    }
}

impl Read for Tls {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        rustls::Stream::new(&mut self.connection, &mut self.socket).read(buffer)
    }
}

impl Write for Tls {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        rustls::Stream::new(&mut self.connection, &mut self.socket).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        rustls::Stream::new(&mut self.connection, &mut self.socket).flush()
    }
}

/// A client that speaks every version, and whom every certificate satisfies.
pub fn config() -> Arc<ClientConfig> {
    Arc::new(config_of(rustls::ALL_VERSIONS))
}

/// The same for some versions, to be changed.
pub fn config_of(versions: &[&'static SupportedProtocolVersion]) -> ClientConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anyone))
        .with_no_client_auth()
}

/// Trusts every server that has the key of its certificate.
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
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = rustls::crypto::ring::default_provider().signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, &algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = rustls::crypto::ring::default_provider().signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, &algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let provider = rustls::crypto::ring::default_provider();
        provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

//! TLS 1.2 and 1.3 (RFC 5246, RFC 8446) over a stream, by rustls, at either end.

use std::fmt;
use std::io::{self, ErrorKind, Read, Write};
use std::sync::Arc;

use parking_lot::Mutex;
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, Connection, ServerConfig, ServerConnection};

use super::is_timeout;
use super::stream::Socket;
use crate::identity::Identity;

/// The protocol that is spoken over TLS (RFC 7301).
const ALPN: &[u8] = b"http/1.1";

/// How much is encrypted at a time, and waits to be sent.
pub(super) const WRITE_LEN: usize = 256 * 1024;

/// What a server needs. Cheap to clone.
#[derive(Clone)]
pub(crate) struct ServerTls(Arc<ServerConfig>);

impl ServerTls {
    /// With `identity`.
    ///
    /// # Errors
    /// The identity is of no use.
    pub(crate) fn new(identity: &Identity) -> io::Result<Self> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_single_cert(vec![identity.certificate()], identity.key())
            .map_err(io::Error::other)?;
        config.alpn_protocols = vec![ALPN.to_vec()];
        config.ticketer = rustls::crypto::ring::Ticketer::new().map_err(io::Error::other)?;
        Ok(Self(Arc::new(config)))
    }
}

impl fmt::Debug for ServerTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerTls")
    }
}

/// What a client needs for one connection.
pub(crate) struct ClientTls {
    config: Arc<ClientConfig>,
    name: ServerName<'static>,
}

impl ClientTls {
    /// To the server called `host`, whose certificate `verifier` judges.
    ///
    /// # Errors
    /// `host` is no name.
    pub(crate) fn new(host: &str, verifier: Arc<dyn ServerCertVerifier>) -> io::Result<Self> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth();
        config.alpn_protocols = vec![ALPN.to_vec()];
        // A resumed session would not be verified again.
        config.resumption = rustls::client::Resumption::disabled();
        // The zone of an address is nobody else's business.
        let host = host.split('%').next().unwrap_or_default();
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        let config = Arc::new(config);
        Ok(Self { config, name })
    }
}

/// TLS over one socket.
pub(super) struct Session(Mutex<State>);

struct State {
    connection: Connection,
    /// Bytes of the last write that are encrypted but not sent.
    accepted: usize,
    /// The last read from the socket left nothing there.
    is_drained: bool,
    has_plaintext: bool,
}

impl Session {
    pub(super) fn accept(tls: &ServerTls, first: &[u8]) -> io::Result<Self> {
        let connection = ServerConnection::new(Arc::clone(&tls.0)).map_err(io::Error::other)?;
        let session = Self::new(connection.into());
        let mut first = first;
        let mut state = session.0.lock();
        while !first.is_empty() {
            state.connection.read_tls(&mut first)?;
            if let Err(e) = state.connection.process_new_packets() {
                log::debug!("TLS: {e}");
                break;
            }
        }
        drop(state);
        Ok(session)
    }

    pub(super) fn connect(tls: ClientTls, socket: &Socket) -> io::Result<Self> {
        let connection = ClientConnection::new(tls.config, tls.name).map_err(io::Error::other)?;
        let session = Self::new(connection.into());
        let mut state = session.0.lock();
        while state.connection.is_handshaking() {
            state.flush(socket)?;
            state.fill(socket)?;
        }
        state.flush(socket)?;
        drop(state);
        Ok(session)
    }

    fn new(mut connection: Connection) -> Self {
        connection.set_buffer_limit(Some(WRITE_LEN));
        Self(Mutex::new(State {
            connection,
            accepted: 0,
            is_drained: false,
            has_plaintext: false,
        }))
    }

    pub(super) fn read(&self, socket: &Socket, buffer: &mut [u8]) -> io::Result<usize> {
        let mut state = self.0.lock();
        loop {
            match state.connection.reader().read(buffer) {
                Err(e) if e.kind() == ErrorKind::WouldBlock => {}
                read => {
                    state.has_plaintext = matches!(&read, Ok(read) if *read == buffer.len());
                    return read;
                }
            }
            match state.flush(socket) {
                Err(e) if !is_timeout(&e) => return Err(e),
                _ => {}
            }
            state.fill(socket)?;
        }
    }

    pub(super) fn write(&self, socket: &Socket, bytes: &[u8]) -> io::Result<usize> {
        let mut state = self.0.lock();
        if state.accepted == 0 {
            state.accepted = state.connection.writer().write(bytes)?;
        }
        state.flush(socket)?;
        Ok(std::mem::take(&mut state.accepted))
    }

    /// Say that nothing more follows (`close_notify`), if the socket takes it.
    pub(super) fn close(&self, socket: &Socket) {
        let mut state = self.0.lock();
        state.connection.send_close_notify();
        if let Err(e) = state.flush(socket) {
            log::debug!("TLS: {e}");
        }
    }

    pub(super) fn has_plaintext(&self) -> bool {
        self.0.lock().has_plaintext
    }

    pub(super) fn may_have_more(&self) -> bool {
        let state = self.0.lock();
        state.has_plaintext || !state.is_drained
    }

    pub(super) fn wants_write(&self) -> bool {
        self.0.lock().connection.wants_write()
    }
}

impl State {
    fn flush(&mut self, mut socket: &Socket) -> io::Result<()> {
        while self.connection.wants_write() {
            self.connection.write_tls(&mut socket)?;
        }
        Ok(())
    }

    /// Read what the socket has, and decrypt it.
    fn fill(&mut self, mut socket: &Socket) -> io::Result<()> {
        match self.connection.read_tls(&mut socket) {
            Err(e) if is_timeout(&e) => {
                self.is_drained = true;
                return Err(e);
            }
            Err(e) => return Err(e),
            Ok(0) if self.connection.is_handshaking() => {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            Ok(_) => self.is_drained = false,
        }
        if let Err(e) = self.connection.process_new_packets() {
            // The peer is told why.
            let _ = self.flush(socket);
            return Err(io::Error::new(ErrorKind::InvalidData, e));
        }
        Ok(())
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Session")
    }
}

#[cfg(test)]
mod tests {
    use super::super::Stream;
    use super::*;

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
        let tls = ClientTls::new("127.0.0.1", Arc::new(tests_verifier::Anyone)).unwrap();
        client.connect_tls(tls).unwrap();
        (&client).write_all(b"ping").unwrap();
        let mut got = [0; 4];
        (&client).read_exact(&mut got).unwrap();
        assert_eq!(&got, b"ping");
        assert_eq!(&server.join().unwrap(), b"ping");
    }

    mod tests_verifier {
        use rustls::client::danger::{
            HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
        };
        use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
        use rustls::{DigitallySignedStruct, Error, SignatureScheme};

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
    }
}

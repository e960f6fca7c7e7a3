//! Downloads and deliveries over TLS.

mod middle;
mod shares;
mod system_trust;
mod wire;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};

use landline_engine::client::{Encryption, Request};
use landline_engine::error::{ClientError, Failure, TlsError};
use landline_engine::identity::Fingerprint;
use landline_engine::transfer::{Outcome, Transfer};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::peer::{Downloader, Handler};

/// The server's end of TLS.
type Tls = StreamOwned<ServerConnection, TcpStream>;

/// A server with a certificate of its own.
#[derive(Clone)]
struct Certified {
    config: Arc<ServerConfig>,
    fingerprint: Fingerprint,
}

impl Certified {
    /// Self-signed.
    fn new() -> Self {
        let key = rcgen::KeyPair::generate().unwrap();
        let params = rcgen::CertificateParams::new(Vec::new()).unwrap();
        let certificate = params.self_signed(&key).unwrap().der().clone();
        Self::of(vec![certificate], &key)
    }

    fn of(chain: Vec<CertificateDer<'static>>, key: &rcgen::KeyPair) -> Self {
        let fingerprint = Fingerprint::of(&chain[0]);
        let config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, private(key))
            .unwrap();
        Self {
            config: Arc::new(config),
            fingerprint,
        }
    }

    fn accept(&self, socket: TcpStream) -> Tls {
        socket.set_nodelay(true).unwrap();
        let connection = ServerConnection::new(Arc::clone(&self.config)).unwrap();
        StreamOwned::new(connection, socket)
    }

    /// Reads a request, and sends `bytes`. Says the end if `is_clean`.
    fn answers(&self, bytes: impl Into<Vec<u8>>, is_clean: bool) -> Handler {
        let bytes = bytes.into();
        self.over_tls(move |mut tls| {
            read_head(&mut tls);
            tls.write_all(&bytes).unwrap();
            if is_clean {
                tls.conn.send_close_notify();
            }
            let _ = tls.flush();
            let _ = tls.sock.shutdown(std::net::Shutdown::Write);
            let _ = tls.sock.read_to_end(&mut Vec::new());
        })
    }

    fn over_tls(&self, act: impl FnOnce(Tls) + Send + 'static) -> Handler {
        let own = self.clone();
        Box::new(move |socket| act(own.accept(socket)))
    }
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn private(key: &rcgen::KeyPair) -> PrivateKeyDer<'static> {
    PrivatePkcs8KeyDer::from(key.serialize_der()).into()
}

/// The head of a request; what there is of it, if the client goes.
fn read_head(tls: &mut Tls) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && matches!(tls.read(&mut byte), Ok(1)) {
        head.push(byte[0]);
    }
    String::from_utf8_lossy(&head).into_owned()
}

/// Everything that a peer has read of what clients say.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<u8>>>);

impl Heard {
    fn add(&self, bytes: &[u8]) {
        self.0.lock().unwrap().extend_from_slice(bytes);
    }

    fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap().clone()
    }
}

impl Downloader {
    /// Downloads `name` with this encryption; the transfer after its end.
    fn get_with(&self, encryption: Encryption, port: u16, name: &str) -> Arc<Transfer> {
        let request = Request {
            encryption,
            ..self.request(port, name)
        };
        let transfer = self.client.download(request);
        self.wait(transfer.id());
        transfer
    }

    fn known(&self, port: u16) -> Option<Fingerprint> {
        let identities = &self.client.servers().identities;
        identities.get("127.0.0.1", port)
    }
}

#[track_caller]
fn error_of(transfer: &Transfer) -> &ClientError {
    match transfer.outcome() {
        Some(Outcome::Failed(Failure::Fetch(error))) => error,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn tls_error(transfer: &Transfer) -> &TlsError {
    match error_of(transfer) {
        ClientError::Tls(error) => error,
        other => panic!("{other:?}"),
    }
}

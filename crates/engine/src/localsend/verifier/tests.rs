//! Handshakes of a receiver with clients that have a certificate, and with those that have none, and of a sender with
//! servers.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use parking_lot::Mutex;
use rcgen::{CertificateParams, DnType, KeyPair, date_time_ymd};
use rustls::client::ResolvesClientCert;
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};
use rustls::{
    ClientConfig, ClientConnection, HandshakeKind, ServerConfig, ServerConnection,
    SupportedProtocolVersion,
};

use super::*;
use crate::identity::Identity;
use crate::transport::Stream;
use crate::transport::tls::{ClientTls, HandshakeError, ServerTls};

type Version = &'static SupportedProtocolVersion;

const VERSIONS: [Version; 2] = [&TLS12, &TLS13];

/// Longer than anything takes.
const LONG: Duration = Duration::from_secs(20);

/// The certificate that a client shows, which tests change, and how often it was asked for one.
#[derive(Debug, Default)]
struct Shown {
    certified: Mutex<Option<Arc<CertifiedKey>>>,
    asked: AtomicUsize,
}

impl Shown {
    fn new(certified: Arc<CertifiedKey>) -> Arc<Self> {
        let shown = Self::default();
        *shown.certified.lock() = Some(certified);
        Arc::new(shown)
    }
}

impl ResolvesClientCert for Shown {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.certified.lock().clone()
    }

    fn has_certs(&self) -> bool {
        true
    }
}

/// A client that shows `shown` and resumes sessions.
fn client(version: Version, shown: &Arc<Shown>) -> Arc<ClientConfig> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[version])
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Verifier::new(None))
        .with_client_cert_resolver(Arc::clone(shown) as _);
    Arc::new(config)
}

/// The TLS of our receiver.
fn receiver() -> ServerTls {
    ServerTls::with_clients(&Identity::generate().unwrap(), Verifier::of_clients()).unwrap()
}

/// One connection: whom the server takes the client for, if there is a handshake, and of which kind that was for the
/// client.
fn connect(
    server: &ServerTls,
    client: &Arc<ClientConfig>,
) -> (io::Result<Option<Fingerprint>>, Option<HandshakeKind>) {
    let (stream, other) = Stream::both_ends();
    other.set_read_timeout(LONG).unwrap();
    other.accept_tls(server, b"").unwrap();
    assert_eq!(other.peer_identity(), None);
    let serving = thread::spawn(move || {
        (&other).read_exact(&mut [0; 4])?;
        (&other).write_all(b"pong")?;
        Ok(other.peer_identity())
    });
    let name = ServerName::try_from("localhost").unwrap();
    let mut tls = ClientConnection::new(Arc::clone(client), name).unwrap();
    let mut talk = || {
        let mut socket = &stream;
        let mut tls = rustls::Stream::new(&mut tls, &mut socket);
        tls.write_all(b"ping")?;
        tls.read_exact(&mut [0; 4])
    };
    let talked = talk();
    drop(stream);
    let found = serving.join().unwrap();
    assert_eq!(talked.is_ok(), found.is_ok(), "{talked:?}");
    (found, tls.handshake_kind().filter(|_| talked.is_ok()))
}

fn key(pkcs8: &[u8]) -> PrivateKeyDer<'static> {
    PrivatePkcs8KeyDer::from(pkcs8.to_vec()).into()
}

/// A self-signed certificate as `params` want it.
fn certified(key_pair: &KeyPair, params: &CertificateParams) -> Arc<CertifiedKey> {
    let certificate = params.self_signed(key_pair).unwrap().der().clone();
    let key = any_supported_type(&key(&key_pair.serialize_der())).unwrap();
    Arc::new(CertifiedKey::new(vec![certificate], key))
}

/// The certificate of one and the key of another.
fn stolen(victim: &Identity) -> Arc<CertifiedKey> {
    let thief = Identity::generate().unwrap().certified();
    let certificate = victim.certified().cert.clone();
    Arc::new(CertifiedKey::new(certificate, Arc::clone(&thief.key)))
}

#[test]
fn clients_are_asked_and_known_by_what_they_show() {
    for version in VERSIONS {
        let identity = Identity::generate().unwrap();
        let shown = Shown::new(identity.certified());
        let (found, _) = connect(&receiver(), &client(version, &shown));
        assert_eq!(found.unwrap(), Some(identity.fingerprint()));
        assert_eq!(shown.asked.load(Ordering::Relaxed), 1);
    }
}

#[test]
fn clients_without_a_certificate_are_let_in_unknown() {
    for version in VERSIONS {
        let shown = Arc::new(Shown::default());
        let (found, _) = connect(&receiver(), &client(version, &shown));
        assert_eq!(found.unwrap(), None);
        assert_eq!(shown.asked.load(Ordering::Relaxed), 1);
    }
}

#[test]
fn ordinary_servers_ask_for_no_certificate() {
    let identity = Identity::generate().unwrap();
    let server = ServerTls::new(&identity).unwrap();
    for version in VERSIONS {
        let shown = Shown::new(identity.certified());
        let (found, _) = connect(&server, &client(version, &shown));
        assert_eq!(found.unwrap(), None);
        assert_eq!(shown.asked.load(Ordering::Relaxed), 0);
    }
}

/// A ticket would carry the certificate of the first connection.
#[test]
fn clients_prove_who_they_are_on_every_connection() {
    for version in VERSIONS {
        let server = receiver();
        let (first, second) = (Identity::generate().unwrap(), Identity::generate().unwrap());
        let shown = Shown::new(first.certified());
        let client = client(version, &shown);
        for identity in [&first, &first, &second] {
            *shown.certified.lock() = Some(identity.certified());
            let (found, kind) = connect(&server, &client);
            assert_eq!(found.unwrap(), Some(identity.fingerprint()));
            assert_ne!(kind, Some(HandshakeKind::Resumed));
        }
        // The same client resumes sessions where that is possible.
        let server = ServerTls::new(&first).unwrap();
        let _ = connect(&server, &client);
        let (_, kind) = connect(&server, &client);
        assert_eq!(kind, Some(HandshakeKind::Resumed));
    }
}

#[test]
fn a_certificate_without_its_key_is_refused() {
    let victim = Identity::generate().unwrap();
    for version in VERSIONS {
        let shown = Shown::new(stolen(&victim));
        let (found, _) = connect(&receiver(), &client(version, &shown));
        assert_eq!(found.unwrap_err().kind(), ErrorKind::InvalidData);
    }
}

/// The app's, which last from 1975 to 4096, those of other programs, and those that have expired.
#[test]
fn rsa_keys_and_any_dates_are_accepted() {
    let rsa = PrivatePkcs8KeyDer::from_pem_slice(include_bytes!("rsa-2048.pem")).unwrap();
    let rsa = KeyPair::try_from(&rsa).unwrap();
    let mut params = CertificateParams::default();
    params
        .distinguished_name
        .push(DnType::CommonName, "LocalSend User");
    let mut all = vec![certified(&rsa, &params)];
    params.not_after = date_time_ymd(2001, 1, 1);
    all.push(certified(&rsa, &params));
    all.push(certified(&KeyPair::generate().unwrap(), &params));
    params.not_after = date_time_ymd(4000, 1, 1);
    params.not_before = date_time_ymd(3999, 1, 1);
    all.push(certified(&rsa, &params));
    for version in VERSIONS {
        for certified in &all {
            let shown = Shown::new(Arc::clone(certified));
            let (found, _) = connect(&receiver(), &client(version, &shown));
            let expected = Fingerprint::of(&certified.cert[0]);
            assert_eq!(found.unwrap(), Some(expected));
        }
    }
}

/// What a client sends before its handshake is over is kept in memory.
#[test]
fn long_certificates_are_accepted_and_endless_ones_are_not() {
    let key_pair = KeyPair::generate().unwrap();
    // The name is in it twice.
    for (len, is_accepted) in [(3_000, true), (10_000, false)] {
        let mut params = CertificateParams::default();
        params
            .distinguished_name
            .push(DnType::CommonName, "x".repeat(len));
        let shown = Shown::new(certified(&key_pair, &params));
        for version in VERSIONS {
            let (found, _) = connect(&receiver(), &client(version, &shown));
            assert_eq!(found.is_ok(), is_accepted, "{len}: {found:?}");
        }
    }
}

/// A server that shows a certificate as it is told.
#[derive(Debug)]
struct Impostor(Arc<CertifiedKey>);

impl ResolvesServerCert for Impostor {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
}

#[test]
fn a_server_with_the_certificate_of_another_is_refused() {
    let victim = Identity::generate().unwrap();
    for version in VERSIONS {
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[version])
            .unwrap()
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(Impostor(stolen(&victim))));
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let serving = thread::spawn(move || {
            let mut socket: TcpStream = listener.accept().unwrap().0;
            let mut tls = ServerConnection::new(Arc::new(config)).unwrap();
            rustls::Stream::new(&mut tls, &mut socket).read_exact(&mut [0])
        });
        let stream = Stream::connect(&address, LONG, |_| {}).unwrap();
        let verifier = Verifier::new(Some(victim.fingerprint()));
        let tls = ClientTls::with_identity("127.0.0.1", verifier, Some(&victim)).unwrap();
        let error = stream.connect_tls(tls, LONG).unwrap_err();
        let expected = CertificateError::BadSignature;
        assert!(
            matches!(&error, HandshakeError::Certificate(why) if *why == expected),
            "{error:?}"
        );
        drop(stream);
        assert!(serving.join().unwrap().is_err());
    }
}

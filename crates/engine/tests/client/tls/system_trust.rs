//! Certificates that the system's trust store accepts. A process reads the system's certificates once, so these tests run in one of
//! their own, with certificates of their own.
#![cfg(target_os = "linux")]

use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use landline_engine::client::{Encryption, Request};
use landline_engine::error::{ClientError, TlsError};
use landline_engine::identity::{Protection, Trust};
use landline_engine::transfer::Transfer;

use super::{Certified, error_of, read_head};
use crate::peer::{Downloader, Peer, answer, content, saved};

/// Looks public, because it is neither an address nor a name of a local network, and is found without DNS.
const PUBLIC: &str = "127.1";

/// The file with what makes certificates: for the child process.
const AUTHORITY: &str = "LANDLINE_TEST_AUTHORITY";

fn params() -> rcgen::CertificateParams {
    let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let name = "Landline's tests";
    let common = rcgen::DnType::CommonName;
    params.distinguished_name.push(common, name);
    params
}

fn certified(issuer: &rcgen::Issuer<'_, rcgen::KeyPair>, name: &str, year: i32) -> Certified {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.not_after = rcgen::date_time_ymd(year, 1, 1);
    let certificate = params.signed_by(&key, issuer).unwrap().der().clone();
    Certified::of(vec![certificate], &key)
}

fn get(host: &str, certified: &Certified) -> (Downloader, std::sync::Arc<Transfer>, u16) {
    let bytes = answer("200 OK", "", b"content");
    let peer = Peer::new(vec![certified.over_tls(move |mut tls| {
        if !read_head(&mut tls).is_empty() {
            std::io::Write::write_all(&mut tls, &bytes).unwrap();
        }
    })]);
    let downloader = Downloader::new();
    let request = Request {
        host: host.to_owned(),
        encryption: Encryption::Required,
        ..downloader.request(peer.port, "a")
    };
    let transfer = downloader.client.download(request);
    downloader.wait(transfer.id());
    (downloader, transfer, peer.port)
}

#[track_caller]
fn untrusted(host: &str, certified: &Certified) -> String {
    let (_, transfer, _) = get(host, certified);
    match error_of(&transfer) {
        ClientError::Tls(TlsError::Untrusted { reason, .. }) => reason.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_system_vouches_for_public_names_only() {
    let Some(key) = std::env::var_os(AUTHORITY) else {
        return in_a_process_of_its_own(true);
    };
    let key = rcgen::KeyPair::try_from(std::fs::read(key).unwrap()).unwrap();
    let issuer = rcgen::Issuer::new(params(), key);
    let good = certified(&issuer, "127.0.0.1", 2090);
    for host in [PUBLIC, "127.0.0.1"] {
        let (downloader, transfer, port) = get(host, &good);
        let saved = saved(transfer.outcome().unwrap());
        assert_eq!(content(&saved.path), b"content");
        let expected = Protection::Tls {
            fingerprint: good.fingerprint,
            trust: Trust::System,
        };
        assert_eq!(transfer.protection(), Some(expected));
        let identities = &downloader.client.servers().identities;
        assert_eq!(identities.get(host, port), None);
    }
    let expired = certified(&issuer, "127.0.0.1", 2001);
    assert!(untrusted(PUBLIC, &expired).contains("expired"));
    let other = certified(&issuer, "other.example", 2090);
    assert!(untrusted(PUBLIC, &other).contains("not valid for name"));
    assert!(untrusted(PUBLIC, &Certified::new()).contains("UnknownIssuer"));
    // The first time counts for an address.
    let (downloader, transfer, port) = get("127.0.0.1", &expired);
    saved(transfer.outcome().unwrap());
    assert_eq!(downloader.known(port), Some(expired.fingerprint));
}

#[test]
fn without_certificates_of_the_system_only_public_names_fail() {
    if std::env::var_os(AUTHORITY).is_none() {
        return in_a_process_of_its_own(false);
    }
    let own = Certified::new();
    let reason = untrusted(PUBLIC, &own);
    assert!(reason.contains("trust store"), "{reason}");
    let (downloader, transfer, port) = get("127.0.0.1", &own);
    saved(transfer.outcome().unwrap());
    assert_eq!(downloader.known(port), Some(own.fingerprint));
}

/// A certificate as text (RFC 7468).
fn pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<_> = text
        .as_bytes()
        .chunks(64)
        .map(String::from_utf8_lossy)
        .collect();
    let lines = lines.join("\n");
    format!("-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n")
}

/// Runs the test that calls this, in a process whose system trusts the authority, or nobody.
fn in_a_process_of_its_own(is_trusted: bool) {
    let dir = tempfile::tempdir().unwrap();
    let (roots, file) = (dir.path().join("roots.pem"), dir.path().join("key.der"));
    let key = rcgen::KeyPair::generate().unwrap();
    let own = if is_trusted {
        pem(params().self_signed(&key).unwrap().der())
    } else {
        String::new()
    };
    std::fs::write(&roots, own).unwrap();
    std::fs::write(&file, key.serialize_der()).unwrap();
    let name = std::thread::current().name().unwrap().to_owned();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &name, "--nocapture"])
        .env("SSL_CERT_FILE", &roots)
        .env_remove("SSL_CERT_DIR")
        .env(AUTHORITY, &file)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}{errors}");
    assert!(text.contains("1 passed"), "{text}");
}

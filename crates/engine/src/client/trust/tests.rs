use std::time::Duration;

use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;

use super::*;
use crate::identity::Identity;

const HOST: &str = "files.example";

/// A certificate authority.
struct Authority {
    issuer: rcgen::Issuer<'static, rcgen::KeyPair>,
    own: CertificateDer<'static>,
}

impl Authority {
    fn new() -> Self {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let own = params.self_signed(&key).unwrap().der().clone();
        let issuer = rcgen::Issuer::new(params, key);
        Self { issuer, own }
    }

    fn certificate(&self, name: &str, is_expired: bool) -> CertificateDer<'static> {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
        if is_expired {
            params.not_after = rcgen::date_time_ymd(2001, 1, 1);
        }
        params.signed_by(&key, &self.issuer).unwrap().der().clone()
    }

    fn verifier(&self) -> Arc<dyn ServerCertVerifier> {
        let mut roots = RootCertStore::empty();
        roots.add(self.own.clone()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let built = WebPkiServerVerifier::builder_with_provider(roots.into(), provider).build();
        built.unwrap()
    }
}

/// The authority that the trust store of these tests accepts.
fn authority() -> &'static Authority {
    static AUTHORITY: OnceLock<Authority> = OnceLock::new();
    AUTHORITY.get_or_init(Authority::new)
}

fn system_of_tests() -> &'static System {
    static SYSTEM: OnceLock<System> = OnceLock::new();
    SYSTEM.get_or_init(|| Ok(authority().verifier()))
}

fn system_without_certificates() -> &'static System {
    static SYSTEM: OnceLock<System> = OnceLock::new();
    SYSTEM.get_or_init(|| Err("no certificates".to_owned()))
}

fn system_that_is_not_asked() -> &'static System {
    panic!("the system was asked")
}

/// What a judge says of `certificate`, and whether it lets the handshake go on.
fn judged(
    system: fn() -> &'static System,
    expected: Expected,
    certificate: &CertificateDer<'_>,
) -> Result<Protection, TlsError> {
    let judge = Judge::with(system, HOST, 443, expected);
    assert_eq!(judge.verdict(), None);
    let name = ServerName::try_from(HOST).unwrap();
    let now = UnixTime::since_unix_epoch(Duration::from_hours(500_000));
    let verified = judge.verify_server_cert(certificate, &[], &name, &[], now);
    let verdict = judge.verdict().unwrap();
    assert_eq!(verified.is_ok(), verdict.is_ok());
    verdict
}

fn trusted(fingerprint: Fingerprint, trust: Trust) -> Protection {
    Protection::Tls { fingerprint, trust }
}

#[test]
fn what_is_known_of_a_server_counts_before_what_the_system_says() {
    let vouched = authority().certificate(HOST, false);
    let found = Fingerprint::of(&vouched);
    let other = Fingerprint::of(b"another certificate");
    let system = system_that_is_not_asked;
    for (expected, trust) in [
        (Expected::Pinned(found.pin()), Trust::Pinned),
        (Expected::Known(found), Trust::Known),
        (Expected::Announced(found.pin()), Trust::Announced),
    ] {
        assert_eq!(
            judged(system, expected, &vouched),
            Ok(trusted(found, trust))
        );
    }
    let (host, port, pin) = (HOST.to_owned(), 443, other.pin());
    for expected in [Expected::Pinned(pin), Expected::Announced(pin)] {
        let wrong = TlsError::WrongIdentity {
            host: host.clone(),
            port,
            pin,
            found,
        };
        assert_eq!(judged(system, expected, &vouched), Err(wrong));
    }
    let changed = TlsError::IdentityChanged {
        host,
        port,
        known: other,
        found,
    };
    let verdict = judged(system, Expected::Known(other), &vouched);
    assert_eq!(verdict, Err(changed));
}

#[test]
fn the_system_vouches_for_names() {
    let good = authority().certificate(HOST, false);
    for expected in [Expected::Vouched, Expected::FirstTime] {
        let verdict = judged(system_of_tests, expected, &good);
        assert_eq!(verdict, Ok(trusted(Fingerprint::of(&good), Trust::System)));
    }
    // It calls itself what the trusted one is called.
    let pretenders = Authority::new().certificate(HOST, false);
    let own = Identity::generate().unwrap().certified().cert[0].clone();
    for (certificate, reason) in [
        (authority().certificate(HOST, true), "expired"),
        (
            authority().certificate("other.example", false),
            "not valid for name",
        ),
        (pretenders, "BadSignature"),
        (own, "UnknownIssuer"),
        (CertificateDer::from(b"nonsense".to_vec()), "BadEncoding"),
    ] {
        let verdict = judged(system_of_tests, Expected::Vouched, &certificate);
        let Err(TlsError::Untrusted { host, reason: said }) = verdict else {
            panic!("{verdict:?}");
        };
        assert_eq!(host, HOST);
        assert!(said.contains(reason), "{said}");
        // Where the system need not vouch, the first one counts.
        let verdict = judged(system_of_tests, Expected::FirstTime, &certificate);
        let found = Fingerprint::of(&certificate);
        assert_eq!(verdict, Ok(trusted(found, Trust::FirstTime)));
    }
}

#[test]
fn without_certificates_of_the_system_only_public_names_fail() {
    let certificate = authority().certificate(HOST, false);
    let system = system_without_certificates;
    let verdict = judged(system, Expected::Vouched, &certificate);
    let (host, reason) = (HOST.to_owned(), "no certificates".to_owned());
    assert_eq!(verdict, Err(TlsError::Untrusted { host, reason }));
    let verdict = judged(system, Expected::FirstTime, &certificate);
    let found = Fingerprint::of(&certificate);
    assert_eq!(verdict, Ok(trusted(found, Trust::FirstTime)));
}

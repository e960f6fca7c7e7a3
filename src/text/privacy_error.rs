//! The messages for errors about identities and passwords.

use super::{Describe, Sentence};
use crate::sentence;
use landline_engine::error::{PasswordError, TlsError};
use landline_engine::identity::IdentityError;

impl Describe for TlsError {
    fn sentence(&self) -> Sentence {
        match self {
            TlsError::IdentityChanged {
                host, known, found, ..
            } => sentence!(
                "identity-changed",
                host = host,
                known = known.words().join(" "),
                found = found.words().join(" ")
            ),
            TlsError::WrongIdentity { host, found, .. } => sentence!(
                "wrong-identity",
                host = host,
                found = found.words().join(" ")
            ),
            TlsError::Untrusted { host, reason } => {
                sentence!("untrusted", host = host, reason = reason)
            }
            TlsError::NotEncrypted { host, port } => {
                sentence!("not-encrypted", host = host, port = *port)
            }
            TlsError::RawNotEncrypted { host } => sentence!("raw-not-encrypted", host = host),
            TlsError::Handshake { host, port, reason } => {
                sentence!(
                    "handshake-failed",
                    host = host,
                    port = *port,
                    reason = reason
                )
            }
        }
    }
}

impl Describe for PasswordError {
    fn sentence(&self) -> Sentence {
        match self {
            PasswordError::Required {
                host, is_pin: true, ..
            } => sentence!("pin-required", host = host),
            PasswordError::Wrong {
                host, is_pin: true, ..
            } => sentence!("pin-wrong", host = host),
            PasswordError::TooMany {
                host, is_pin: true, ..
            } => sentence!("pins-too-many", host = host),
            PasswordError::Required { host, .. } => sentence!("password-required", host = host),
            PasswordError::Wrong { host, .. } => sentence!("password-wrong", host = host),
            PasswordError::OtherScheme { host, scheme, .. } => {
                sentence!("password-other-scheme", host = host, scheme = scheme)
            }
            PasswordError::TooMany { host, .. } => sentence!("passwords-too-many", host = host),
        }
    }
}

impl Describe for IdentityError {
    fn sentence(&self) -> Sentence {
        match self {
            IdentityError::Exposed { path } => {
                sentence!("identity-exposed", path = path.display().to_string())
            }
            IdentityError::Unreadable { path, reason } => sentence!(
                "identity-unreadable",
                path = path.display().to_string(),
                reason = reason
            ),
            IdentityError::Unwritable { path, reason } => sentence!(
                "identity-unwritable",
                path = path.display().to_string(),
                reason = reason
            ),
            IdentityError::NoKey { reason } => sentence!("identity-no-key", reason = reason),
        }
    }
}

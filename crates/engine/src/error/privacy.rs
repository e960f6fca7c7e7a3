//! Errors about identities and passwords.

use std::time::Duration;

use crate::identity::{Fingerprint, Pin};

/// Why there is no trustworthy TLS connection to a server. No password and no file was sent. `Display` is for logs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "host and port are what they are called")]
pub enum TlsError {
    /// It has another identity than the one that is remembered.
    #[error("{host}:{port} was {known}, and is {found} now")]
    IdentityChanged {
        host: String,
        port: u16,
        known: Fingerprint,
        found: Fingerprint,
    },
    /// It has another identity than the link says, or than what it announces.
    #[error("{host}:{port} is {found}, not {pin}")]
    WrongIdentity {
        host: String,
        port: u16,
        pin: Pin,
        found: Fingerprint,
    },
    /// It has a public name, and the system's trust store does not accept its certificate.
    #[error("the certificate of {host} is not trusted: {reason}")]
    Untrusted { host: String, reason: String },
    /// TLS is required, or was spoken before, but it does not speak it.
    #[error("{host} does not speak TLS on port {port}")]
    NotEncrypted { host: String, port: u16 },
    /// A raw request was chosen for a server that is to be asked over TLS only.
    #[error("raw requests to {host} are not encrypted")]
    RawNotEncrypted { host: String },
    /// It speaks TLS, but the handshake failed.
    #[error("no TLS handshake with {host} on port {port}: {reason}")]
    Handshake {
        host: String,
        port: u16,
        reason: String,
    },
}

/// Why a server does not let this client in. `Display` is for logs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "host and port are what they are called")]
pub enum PasswordError {
    /// It asks for a password, and none is known.
    #[error("{host} asks for a password on port {port}")]
    Required {
        host: String,
        port: u16,
        /// A LocalSend device calls it a PIN.
        is_pin: bool,
    },
    /// It did not accept the password.
    #[error("{host} does not accept the password on port {port}")]
    Wrong {
        host: String,
        port: u16,
        /// As in [`PasswordError::Required`].
        is_pin: bool,
    },
    /// It wants another kind of authentication than a password: `scheme`, in lower case.
    #[error("{host} asks for {scheme:?} authentication on port {port}")]
    OtherScheme {
        host: String,
        port: u16,
        scheme: String,
    },
    /// Too many wrong passwords came from this computer's address.
    #[error("{host} has got too many wrong passwords on port {port}")]
    TooMany {
        host: String,
        port: u16,
        retry_after: Option<Duration>,
        /// As in [`PasswordError::Required`].
        is_pin: bool,
    },
}

//! What protects a connection to a server.

use super::Fingerprint;

/// What protects a connection to a server from others on the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Protection {
    /// Nothing: it is not encrypted.
    #[default]
    None,
    /// TLS.
    Tls {
        /// The server's identity.
        fingerprint: Fingerprint,
        /// Why it counts as that server's.
        trust: Trust,
    },
}

/// Why a certificate counts as that of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// A link said so.
    Pinned,
    /// It is the one that is remembered.
    Known,
    /// The server announces it on the network, and none was remembered. From now on it is.
    Announced,
    /// The system's trust store accepts it. It is not remembered.
    System,
    /// Trust on first use: none was known. From now on it is remembered.
    FirstTime,
}

impl Protection {
    /// Whether the connection is encrypted.
    pub fn is_encrypted(&self) -> bool {
        *self != Self::None
    }

    /// The server's identity, over TLS.
    pub fn fingerprint(&self) -> Option<Fingerprint> {
        match self {
            Self::None => None,
            Self::Tls { fingerprint, .. } => Some(*fingerprint),
        }
    }
}

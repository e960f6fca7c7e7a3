//! The passwords of servers: for this run of the program, or kept in the settings folder.

use std::path::Path;
use std::sync::Arc;

use parking_lot::Mutex;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::fs::shared_file::{Kind, SharedFile};
use crate::password::Password;

/// `passwords.json`.
const FILE: Kind = Kind {
    name: "passwords",
    // More than [`Passwords::MOST`] of the longest ones.
    max_len: 4 << 20,
    is_secret: true,
};

/// The passwords of servers. Clones share them. They are never part of `Debug`.
///
/// Those that are kept are in `passwords.json` (mode 0600), which other processes use at the same time. A file that
/// others can read is ignored, with a warning in the log.
#[derive(Clone, Debug, Default)]
pub struct Passwords(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// The latest last.
    known: Vec<Known>,
    file: Option<SharedFile>,
}

/// The password of a server.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Known {
    host: String,
    port: u16,
    #[serde(deserialize_with = "read_password", serialize_with = "write_password")]
    password: Password,
    /// Whether it is in the file.
    #[serde(skip, default = "is_kept")]
    is_kept: bool,
}

/// Of what is in the file.
fn is_kept() -> bool {
    true
}

fn read_password<'de, D: Deserializer<'de>>(from: D) -> Result<Password, D::Error> {
    struct Visitor;
    impl serde::de::Visitor<'_> for Visitor {
        type Value = Password;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a password")
        }

        // Not the error of serde, which quotes what it found.
        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Password, E> {
            Password::new(text).ok_or_else(|| E::custom("not a password"))
        }
    }
    from.deserialize_str(Visitor)
}

fn write_password<S: Serializer>(password: &Password, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(password.reveal())
}

impl Known {
    fn is(&self, host: &str, port: u16) -> bool {
        self.port == port && self.host.eq_ignore_ascii_case(host)
    }
}

impl Passwords {
    /// The most servers whose passwords are remembered; the oldest is forgotten first.
    pub const MOST: usize = 1000;

    /// Those that are kept in the settings folder `dir`.
    pub fn of(dir: &Path) -> Self {
        let mut state = State {
            known: Vec::new(),
            file: Some(SharedFile::new(dir, FILE)),
        };
        state.refresh();
        Self(Arc::new(Mutex::new(state)))
    }

    /// The password of a server, if it is known. Reads the file if another process has changed it.
    pub fn get(&self, host: &str, port: u16) -> Option<Password> {
        let mut state = self.0.lock();
        state.refresh();
        let found = state.known.iter().find(|one| one.is(host, port));
        found.map(|one| one.password.clone())
    }

    /// Use `password` for a server from now on. With `is_kept`, it is remembered after this run; the call then blocks for
    /// the disk, and also if a password was kept before. If the file cannot be written, the password is used in this run
    /// only: see [`Passwords::is_kept`].
    pub fn set(&self, host: &str, port: u16, password: Password, is_kept: bool) {
        let new = Known {
            host: host.to_lowercase(),
            port,
            password,
            is_kept,
        };
        self.0.lock().change(host, port, Some(new));
    }

    /// Use `password` for a server in this run, and leave what is kept as it is.
    pub fn set_for_now(&self, host: &str, port: u16, password: Password) {
        let mut state = self.0.lock();
        state.known.retain(|one| !one.is(host, port));
        state.known.push(Known {
            host: host.to_lowercase(),
            port,
            password,
            is_kept: false,
        });
        state.limit();
    }

    /// Forget the password of a server. Blocks for the disk if it is kept.
    pub fn forget(&self, host: &str, port: u16) {
        self.0.lock().change(host, port, None);
    }

    /// Whether the password of a server is kept after this run. Does not block.
    pub fn is_kept(&self, host: &str, port: u16) -> bool {
        let state = self.0.lock();
        let found = state.known.iter().find(|one| one.is(host, port));
        found.is_some_and(|one| one.is_kept)
    }

    /// The hosts and ports of which a password is kept, the latest last. Does not block.
    pub fn kept(&self) -> Vec<(String, u16)> {
        let state = self.0.lock();
        let kept = state.known.iter().filter(|one| one.is_kept);
        kept.map(|one| (one.host.clone(), one.port)).collect()
    }
}

impl State {
    /// Reads the file, if it has changed.
    fn refresh(&mut self) {
        if let Some(kept) = self.file.as_mut().and_then(SharedFile::changed) {
            self.merge(kept.unwrap_or_default());
        }
    }

    /// These are kept. A password of this run takes precedence.
    fn merge(&mut self, mut kept: Vec<Known>) {
        self.known.retain(|one| !one.is_kept);
        kept.retain(|one| !self.known.iter().any(|own| own.is(&one.host, one.port)));
        kept.append(&mut self.known);
        self.known = kept;
        self.limit();
    }

    fn change(&mut self, host: &str, port: u16, new: Option<Known>) {
        // Another one may be used in this run.
        let kept = self.file.as_ref().map(SharedFile::read::<Known>);
        let was_kept = kept
            .is_some_and(|kept| kept.is_ok_and(|kept| kept.iter().any(|one| one.is(host, port))));
        self.known.retain(|one| !one.is(host, port));
        let is_kept = new.as_ref().is_some_and(|new| new.is_kept);
        let mut written = None;
        if (was_kept || is_kept)
            && let Some(file) = &mut self.file
        {
            let changed = file.update(|kept: &mut Vec<Known>| {
                kept.retain(|one| !one.is(host, port));
                kept.extend(new.clone().filter(|new| new.is_kept));
                let excess = kept.len().saturating_sub(Passwords::MOST);
                kept.drain(..excess);
            });
            match changed {
                Ok(kept) => written = Some(kept),
                Err(e) => log::warn!("the passwords of servers are not kept: {e}"),
            }
        }
        let has_failed = written.is_none();
        if let Some(kept) = written {
            self.merge(kept);
        }
        if let Some(mut new) = new
            && (has_failed || !new.is_kept)
        {
            new.is_kept = false;
            self.known.push(new);
        }
        self.limit();
    }

    fn limit(&mut self) {
        let excess = self.known.len().saturating_sub(Passwords::MOST);
        self.known.drain(..excess);
    }
}

#[cfg(test)]
mod tests;

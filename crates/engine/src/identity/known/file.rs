//! The file with the identities of servers. Several processes read and change it.
#![expect(
    clippy::disallowed_methods,
    reason = "whoever connects to a server or changes what is remembered is about to wait anyway"
)]

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::{KnownIdentities, KnownIdentity};
use crate::fs::locked::retry_if_locked;
use crate::fs::{fsync, regular_file};

/// The name of the file in the settings folder.
const NAME: &str = "known-servers.json";

/// The file that a process locks while it changes the identities.
const LOCK_NAME: &str = "known-servers.lock";

/// The name of a damaged file.
const ASIDE_NAME: &str = "known-servers.unreadable.json";

/// More than [`KnownIdentities::MOST`] with the longest names.
const MAX_LEN: u64 = 1 << 20;

/// The file, and the version of it that was read last.
#[derive(Debug)]
pub(super) struct KnownFile {
    dir: PathBuf,
    read: Option<Stamp>,
}

/// What changes when the file is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    len: u64,
    modified: Option<SystemTime>,
    /// Another one after each atomic replacement.
    #[cfg(unix)]
    inode: u64,
}

impl Stamp {
    fn of(data: &fs::Metadata) -> Self {
        Self {
            len: data.len(),
            modified: data.modified().ok(),
            #[cfg(unix)]
            inode: std::os::unix::fs::MetadataExt::ino(data),
        }
    }
}

impl KnownFile {
    pub(super) fn new(dir: &Path) -> Self {
        Self {
            dir: dir.to_owned(),
            read: None,
        }
    }

    /// What is in the file, if that is another version than was read last and can be used: if not, why is in the log. A
    /// file that is gone has nothing in it.
    pub(super) fn changed(&mut self) -> Option<Vec<KnownIdentity>> {
        let now = fs::metadata(self.path()).ok().map(|data| Stamp::of(&data));
        if now == self.read {
            return None;
        }
        self.read = now;
        match self.read() {
            Ok(known) => Some(known),
            Err(e) => {
                log::warn!("{}: {e}", self.path().display());
                None
            }
        }
    }

    /// Changes what is in the file, while no other process does; what is in it then.
    pub(super) fn update(
        &mut self,
        change: impl FnOnce(&mut Vec<KnownIdentity>),
    ) -> io::Result<Vec<KnownIdentity>> {
        fs::create_dir_all(&self.dir)?;
        let lock = regular_file::open_to_lock(&self.dir.join(LOCK_NAME))?;
        lock.lock()?;
        let mut known = match self.read() {
            Err(e) if e.kind() == ErrorKind::InvalidData => {
                log::warn!("{}: {e}; it is replaced", self.path().display());
                retry_if_locked(|| fs::rename(self.path(), self.dir.join(ASIDE_NAME)))?;
                Vec::new()
            }
            known => known?,
        };
        change(&mut known);
        self.read = Some(self.write(&known)?);
        drop(lock);
        Ok(known)
    }

    fn path(&self) -> PathBuf {
        self.dir.join(NAME)
    }

    fn read(&self) -> io::Result<Vec<KnownIdentity>> {
        let damaged = |e: &dyn std::fmt::Display| {
            io::Error::new(
                ErrorKind::InvalidData,
                format!("not a list of identities: {e}"),
            )
        };
        let file = match regular_file::open(&self.path(), File::options().read(true)) {
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) if e.kind() == ErrorKind::InvalidInput => return Err(damaged(&e)),
            file => file?,
        };
        let mut bytes = Vec::new();
        file.take(MAX_LEN + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MAX_LEN {
            return Err(damaged(&"too long"));
        }
        let mut known: Vec<KnownIdentity> =
            serde_json::from_slice(&bytes).map_err(|e| damaged(&e))?;
        let excess = known.len().saturating_sub(KnownIdentities::MOST);
        known.drain(..excess);
        Ok(known)
    }

    /// Replaces the file. On Unix only its owner may read it: it says whom this computer talks to.
    fn write(&self, known: &[KnownIdentity]) -> io::Result<Stamp> {
        let mut file = tempfile::NamedTempFile::new_in(&self.dir)?;
        file.write_all(&serde_json::to_vec_pretty(known)?)?;
        fsync::all(file.as_file())?;
        let stamp = Stamp::of(&file.as_file().metadata()?);
        let path = file.into_temp_path();
        retry_if_locked(|| fs::rename(&path, self.path()))?;
        // There is nothing to remove any more.
        let _ = path.keep();
        fsync::folder(&self.dir)?;
        Ok(stamp)
    }
}

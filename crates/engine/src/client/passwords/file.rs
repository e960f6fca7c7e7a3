//! The file with the passwords that are kept. Several processes read and change it.
#![expect(
    clippy::disallowed_methods,
    reason = "whoever asks for or keeps a password is about to wait anyway"
)]

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

use super::Known;
use crate::fs::locked::retry_if_locked;
use crate::fs::{fsync, regular_file};
use crate::password::Password;

/// The name of the file in the settings folder.
const NAME: &str = "passwords.json";

/// The file that a process locks while it changes the passwords.
const LOCK_NAME: &str = "passwords.lock";

/// The name of a damaged file.
const ASIDE_NAME: &str = "passwords.unreadable.json";

/// More than [`MOST`](super::Passwords::MOST) of the longest ones.
const MAX_LEN: u64 = 4 << 20;

/// The file, and the version of it that was read last.
#[derive(Debug)]
pub(super) struct PasswordFile {
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

/// An entry of the file.
#[derive(Deserialize, Serialize)]
struct Entry {
    host: String,
    port: u16,
    #[serde(deserialize_with = "read_password", serialize_with = "write_password")]
    password: Password,
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

impl PasswordFile {
    pub(super) fn new(dir: &Path) -> Self {
        Self {
            dir: dir.to_owned(),
            read: None,
        }
    }

    /// What is in the file, if that is another version than was read last. A file that is gone has nothing in it, and
    /// neither has one that cannot be used: why is in the log.
    pub(super) fn changed(&mut self) -> Option<Vec<Known>> {
        let now = fs::metadata(self.path()).ok().map(|data| Stamp::of(&data));
        if now == self.read {
            return None;
        }
        self.read = now;
        let kept = self.read().unwrap_or_else(|e| {
            log::warn!("{}: {e}", self.path().display());
            Vec::new()
        });
        Some(kept)
    }

    /// Changes what is in the file, while no other process does; what is in it then.
    pub(super) fn update(
        &mut self,
        change: impl FnOnce(&mut Vec<Known>),
    ) -> io::Result<Vec<Known>> {
        fs::create_dir_all(&self.dir)?;
        let lock = regular_file::open_to_lock(&self.dir.join(LOCK_NAME))?;
        lock.lock()?;
        let mut kept = match self.read() {
            Err(e) if e.kind() == ErrorKind::InvalidData => {
                log::warn!("{}: {e}; it is replaced", self.path().display());
                retry_if_locked(|| fs::rename(self.path(), self.dir.join(ASIDE_NAME)))?;
                Vec::new()
            }
            kept => kept?,
        };
        change(&mut kept);
        self.read = Some(self.write(&kept)?);
        drop(lock);
        Ok(kept)
    }

    fn path(&self) -> PathBuf {
        self.dir.join(NAME)
    }

    fn read(&self) -> io::Result<Vec<Known>> {
        let damaged = |e: &dyn std::fmt::Display| {
            io::Error::new(
                ErrorKind::InvalidData,
                format!("not a list of passwords: {e}"),
            )
        };
        let file = match regular_file::open(&self.path(), File::options().read(true)) {
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) if e.kind() == ErrorKind::InvalidInput => return Err(damaged(&e)),
            file => file?,
        };
        check_private(&file)?;
        let len = file.metadata()?.len();
        if len > MAX_LEN {
            return Err(damaged(&"too long"));
        }
        let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(len).unwrap_or(0) + 1));
        io::Read::read_to_end(&mut io::Read::take(file, MAX_LEN), &mut bytes)?;
        // An error of serde says where it is, and not what is there.
        let entries: Vec<Entry> = serde_json::from_slice(&bytes)
            .map_err(|e| damaged(&format!("line {}, column {}", e.line(), e.column())))?;
        Ok(entries.into_iter().map(Known::from).collect())
    }

    /// Replaces the file. On Unix only its owner may read it.
    fn write(&self, kept: &[Known]) -> io::Result<Stamp> {
        let entries: Vec<_> = kept.iter().map(Entry::from).collect();
        let mut bytes = Zeroizing::new(Vec::with_capacity(256 * kept.len()));
        serde_json::to_writer_pretty(&mut *bytes, &entries)?;
        let mut file = tempfile::NamedTempFile::new_in(&self.dir)?;
        file.write_all(&bytes)?;
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

/// Refuses a file that others can read.
#[cfg(unix)]
fn check_private(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = file.metadata()?.permissions().mode();
    let of_others = mode & 0o077;
    if of_others == 0 {
        return Ok(());
    }
    let text = "others can read the passwords in it, so it is not used; chmod 600 makes it private";
    Err(io::Error::new(ErrorKind::PermissionDenied, text))
}

/// A folder in the user's profile is private.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "it may fail on Unix")]
fn check_private(_: &File) -> io::Result<()> {
    Ok(())
}

impl From<Entry> for Known {
    fn from(entry: Entry) -> Self {
        Self {
            host: entry.host.to_lowercase(),
            port: entry.port,
            password: entry.password,
            is_kept: true,
        }
    }
}

impl From<&Known> for Entry {
    fn from(known: &Known) -> Self {
        Self {
            host: known.host.clone(),
            port: known.port,
            password: known.password.clone(),
        }
    }
}

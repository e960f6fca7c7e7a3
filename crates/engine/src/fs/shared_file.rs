//! A list in a small file of the settings folder, which several processes read and change.
#![expect(
    clippy::disallowed_methods,
    reason = "whoever connects to a server or changes what is remembered of it is about to wait anyway"
)]

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::locked::retry_if_locked;
use super::{fsync, regular_file};

/// Which file it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    /// Its name without `.json`. A process locks `NAME.lock` while it changes the file, and a damaged one becomes
    /// `NAME.unreadable.json`.
    pub(crate) name: &'static str,
    /// A longer file is damaged, in bytes.
    pub(crate) max_len: u64,
    /// It is not used if others can read it.
    pub(crate) is_secret: bool,
}

/// The file, and the version of it that was read last. On Unix only its owner may read it.
#[derive(Debug)]
pub(crate) struct SharedFile {
    dir: PathBuf,
    kind: Kind,
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

impl SharedFile {
    /// The file in `dir`.
    pub(crate) fn new(dir: &Path, kind: Kind) -> Self {
        Self {
            dir: dir.to_owned(),
            kind,
            read: None,
        }
    }

    /// What is in the file, if that is another version than was read last; an error, which is in the log, if it cannot be
    /// used. A file that is gone has nothing in it.
    pub(crate) fn changed<T: DeserializeOwned>(&mut self) -> Option<io::Result<Vec<T>>> {
        let now = fs::metadata(self.path()).ok().map(|data| Stamp::of(&data));
        if now == self.read {
            return None;
        }
        self.read = now;
        let list = self.read();
        if let Err(e) = &list {
            log::warn!("{}: {e}", self.path().display());
        }
        Some(list)
    }

    /// Changes what is in the file, while no other process does; what is in it then.
    ///
    /// # Errors
    /// It cannot be read or written.
    pub(crate) fn update<T: DeserializeOwned + Serialize>(
        &mut self,
        change: impl FnOnce(&mut Vec<T>),
    ) -> io::Result<Vec<T>> {
        fs::create_dir_all(&self.dir)?;
        let lock = regular_file::open_to_lock(&self.named("lock"))?;
        lock.lock()?;
        let mut list = match self.read() {
            Err(e) if e.kind() == ErrorKind::InvalidData => {
                log::warn!("{}: {e}; it is replaced", self.path().display());
                let aside = self.named("unreadable.json");
                retry_if_locked(|| fs::rename(self.path(), &aside))?;
                Vec::new()
            }
            list => list?,
        };
        change(&mut list);
        self.read = Some(self.write(&list)?);
        drop(lock);
        Ok(list)
    }

    fn path(&self) -> PathBuf {
        self.named("json")
    }

    fn named(&self, extension: &str) -> PathBuf {
        self.dir.join(format!("{}.{extension}", self.kind.name))
    }

    /// What is in the file.
    ///
    /// # Errors
    /// It is damaged ([`ErrorKind::InvalidData`]), not private, or cannot be read.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> io::Result<Vec<T>> {
        let damaged = |why: String| io::Error::new(ErrorKind::InvalidData, why);
        let file = match regular_file::open(&self.path(), File::options().read(true)) {
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) if e.kind() == ErrorKind::InvalidInput => return Err(damaged(e.to_string())),
            file => file?,
        };
        if self.kind.is_secret {
            check_private(&file)?;
        }
        let len = file.metadata()?.len();
        if len > self.kind.max_len {
            return Err(damaged("it is too long".to_owned()));
        }
        // At once, so that growing leaves no copies behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(len).unwrap_or(0) + 1));
        file.take(self.kind.max_len).read_to_end(&mut bytes)?;
        // Where the error is, and not what is there: that may be a secret.
        let place = |e: serde_json::Error| format!("line {}, column {}", e.line(), e.column());
        serde_json::from_slice(&bytes).map_err(|e| damaged(place(e)))
    }

    /// Replaces the file.
    fn write<T: Serialize>(&self, list: &[T]) -> io::Result<Stamp> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(1024 * list.len()));
        serde_json::to_writer_pretty(&mut *bytes, list)?;
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
    let text = "others can read the secrets in it, so it is not used; chmod 600 makes it private";
    Err(io::Error::new(ErrorKind::PermissionDenied, text))
}

/// A folder in the user's profile is private.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "it may fail on Unix")]
fn check_private(_: &File) -> io::Result<()> {
    Ok(())
}

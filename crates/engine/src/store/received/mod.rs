//! Files that others send: where in the folder for received files they go, and their parts.

mod scratch;
mod short;

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

pub(crate) use self::scratch::{Scratch, Small};
pub(crate) use self::short::store as store_short;

use super::folder::local_path::{FolderError, create_folders, safe_path, to_path};
use super::free_space::{self, BLOCK_LEN};
pub(crate) use super::part::check_folder;
use super::part::{PartFile, Source, write_error};
use super::seal::Seal;
use super::target::{CopyNaming, IfExists};
use super::version::Version;
use crate::error::StoreError;
use crate::name_bytes;
use crate::transfer::Protocol;

/// What is left of an interrupted upload is kept from this length on, in bytes. Less is sent again in no time, and
/// strangers could fill the folder with it.
const KEPT_MIN_LEN: u64 = 1 << 20;

/// The most parts of a path, as in a download.
const DEPTH_MAX: usize = 64;

/// Where a file goes that somebody sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Destination {
    root: PathBuf,
    /// The path in `root`, made of [safe names](super::safe_name), separated by `/`.
    path: String,
}

impl Destination {
    /// Where the file with this path, as its sender calls it, goes in `root`. `None` if it would be hidden, or is nested
    /// too deeply.
    pub(crate) fn new(root: &Path, path: &str) -> Option<Self> {
        let path = safe_path(root, path);
        let is_hidden = |name: &str| name.starts_with('.');
        let is_allowed = path.split('/').count() <= DEPTH_MAX && !path.split('/').any(is_hidden);
        is_allowed.then(|| Self {
            root: root.to_owned(),
            path,
        })
    }

    /// The last part of its path.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The folder that it goes to, which may not exist.
    pub(crate) fn folder(&self) -> PathBuf {
        let folder = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        self.root.join(to_path(folder))
    }

    /// Creates its folder. Links that lead out of the root are not followed.
    ///
    /// # Errors
    /// Something else has the name of a folder, or the system refuses.
    pub(crate) fn create_folder(&self) -> Result<PathBuf, StoreError> {
        check_folder(&self.root)?;
        let folder = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        create_folders(&self.root, &to_path(folder)).map_err(|e| match e {
            FolderError::Io { path, error } => write_error(&error, &self.root, &path),
            FolderError::InTheWay { path } => StoreError::InTheWay { path },
            FolderError::LeadsElsewhere { path } => StoreError::LeadsElsewhere { path },
        })
    }

    /// The path of `stored`, which is in the root, as others request it: separated by `/`.
    pub(crate) fn relative(&self, stored: &Path) -> String {
        let relative = stored.strip_prefix(&self.root).unwrap_or(stored);
        let names = relative.iter().map(name_bytes::from_os);
        names.collect::<Vec<_>>().join("/")
    }
}

/// Checks that the disk of `folder` has space for `len` more bytes. Unlike a download, which its user wants, even a short
/// file must not use the margin: strangers may send many.
///
/// # Errors
/// [`StoreError::DiskFull`]
pub(crate) fn check_space(folder: &Path, len: u64) -> Result<(), StoreError> {
    let needed = len.saturating_add(BLOCK_LEN);
    match free_space::available(folder) {
        Some(available) if available < needed => Err(StoreError::DiskFull {
            folder: folder.to_owned(),
            lacking: Some(needed - available),
        }),
        _ => Ok(()),
    }
}

/// Who sends a file, for the record of its part: `sender` goes on with what it has sent of `path` before.
pub(crate) fn source(sender: &str, path: &str) -> Source {
    Source {
        host: sender.to_owned(),
        port: 0,
        name: path.to_owned(),
        query: None,
        protocol: Some(Protocol::Http),
    }
}

/// The time at which a file changed last, which its sender states in seconds since 1970.
pub(crate) fn modified(secs: Option<i64>) -> Option<SystemTime> {
    let since = Duration::from_secs(u64::try_from(secs?).ok()?);
    SystemTime::UNIX_EPOCH.checked_add(since)
}

/// The version of a file of this length. A file of another length is another version.
fn version(len: Option<u64>) -> Version {
    let kept = len.filter(|len| *len >= KEPT_MIN_LEN);
    Version {
        validator: kept.map(|len| format!("upload of {len} bytes")),
        length: len,
        coding: None,
    }
}

/// What is on the disk of an unfinished file of `len` bytes. An empty part if that is nothing.
pub(crate) fn find(
    destination: &Destination,
    source: &Source,
    seal: &Seal,
    len: u64,
) -> Option<PartFile> {
    let found = find_any(destination, source, seal)?;
    (found.version() == &version(Some(len))).then_some(found)
}

/// The same, whatever its length will be.
pub(crate) fn find_any(
    destination: &Destination,
    source: &Source,
    seal: &Seal,
) -> Option<PartFile> {
    PartFile::find(&destination.folder(), destination.name(), source, seal)
}

/// An empty part.
///
/// # Errors
/// The folder or the file cannot be created.
pub(crate) fn create(
    destination: &Destination,
    source: &Source,
    seal: &Seal,
) -> Result<PartFile, StoreError> {
    let folder = destination.create_folder()?;
    PartFile::create(&folder, destination.name(), source, seal)
}

/// Prepares `part` for the bytes of a file of `len` bytes from `at` on. Nothing of it is kept after a break unless it
/// `is_resumable`.
///
/// # Errors
/// The disk is full or fails.
pub(crate) fn begin(
    part: &mut PartFile,
    len: Option<u64>,
    at: u64,
    modified: Option<SystemTime>,
    is_resumable: bool,
) -> Result<(), StoreError> {
    let mut version = version(len);
    if !is_resumable {
        version.validator = None;
    }
    part.begin(version, at, modified)
}

/// Gives the whole file its name, or another one if that is taken: nothing is ever replaced.
///
/// # Errors
/// The disk fails.
pub(crate) fn finish(
    part: &mut PartFile,
    destination: &Destination,
    copies: CopyNaming,
) -> Result<PathBuf, StoreError> {
    part.set_name(destination.name().to_owned(), copies);
    part.finish(IfExists::Keep)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_names_go_nowhere() {
        let root = tempfile::tempdir().unwrap();
        let to = |path: &str| Destination::new(root.path(), path);
        for path in [
            ".bashrc",
            ".ssh/authorized_keys",
            "a/.b",
            "a/.b/c",
            "\u{202e}.bashrc",
            "a/\u{2066}.b/c",
        ] {
            assert_eq!(to(path), None, "{path:?}");
        }
        assert_eq!(to(&"a/".repeat(DEPTH_MAX)), None);
        let plain = to("a/b c/d.txt").unwrap();
        assert_eq!(plain.name(), "d.txt");
        assert_eq!(plain.folder(), root.path().join("a").join("b c"));
        assert_eq!(
            plain.relative(&plain.folder().join("d (2).txt")),
            "a/b c/d (2).txt"
        );
        assert_eq!(to("x.part.json").unwrap().name(), "x.part.json_");
    }
}

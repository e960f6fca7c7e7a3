//! The shared folder. Nothing else opens paths inside it.

mod count;
mod etag;
mod identity;
mod listing;
pub mod name;
mod names;
mod only;
mod root;
mod unfinished;
mod walk;

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use cap_std::ambient_authority;
use cap_std::fs::{Dir, Metadata, OpenOptions};
use landline_http1::etag::Etag;

pub use self::count::Count;
use self::identity::Identity;
pub use self::listing::{Entry, Kind, Listing, ListingKey, NameList};
use self::name::ShareName;
use self::root::{Ancestors, Root, leads_out};
use self::unfinished::is_unfinished;
pub use self::walk::{LeftOut, Version, Visitor, Walked};

use crate::secret::Secret;

/// An open folder that is being shared. Every path is resolved relative to its handle, so no `..`, absolute
/// path, symbolic link or rename race escapes it. Links with targets inside the folder work, except those that
/// point to one of their own ancestors.
#[derive(Debug)]
pub struct Share {
    root: Arc<Root>,
    hidden: Arc<AtomicBool>,
    /// If set, the only entries of the root that are shared.
    only: Option<Arc<BTreeSet<String>>>,
    /// The key for entity tags.
    secret: Secret,
}

/// The file or folder that a name refers to.
#[derive(Debug)]
pub enum Found {
    /// An open regular file.
    File(SharedFile),
    /// An open folder.
    Folder(SharedFolder),
}

/// An open regular file of the share, with the metadata it had when it was opened.
#[derive(Debug)]
pub struct SharedFile {
    /// The open file. Its cursor is not used.
    pub file: File,
    /// Length in bytes.
    pub len: u64,
    /// The time of the last modification, if the system reports one and it is not in the future: such a time
    /// cannot be a validator (RFC 9110 section 8.8.2.1).
    pub modified: Option<SystemTime>,
    /// The time of the last change to content or metadata, if the system reports one. A read within the
    /// timestamp resolution may miss a change that leaves the etag the same.
    pub changed: Option<SystemTime>,
    /// The entity tag; weak while the file has only just changed.
    pub etag: Etag,
    state: etag::State,
}

/// An open folder of the share.
#[derive(Debug)]
pub struct SharedFolder {
    dir: Dir,
    root: Arc<Root>,
    /// The path from the root.
    path: PathBuf,
    ancestors: Ancestors,
    hidden: bool,
    /// If set, the only entries that are shared.
    only: Option<Arc<BTreeSet<String>>>,
}

impl Share {
    /// Opens `folder` for sharing. Names that start with a dot are left out while `hidden` is false.
    ///
    /// # Errors
    /// It does not exist, is not a folder, or cannot be read.
    pub fn open(folder: &Path, hidden: Arc<AtomicBool>) -> io::Result<Self> {
        let dir = Dir::open_ambient_dir(folder, ambient_authority())?;
        // Opening a folder does not need the permission to list it: fail now rather than later.
        dir.entries()?;
        let path = folder.canonicalize()?;
        Ok(Self {
            root: Arc::new(Root { dir, path }),
            hidden,
            only: None,
            secret: Secret::of_process(),
        })
    }

    /// Makes entity tags with `secret`, so that they stay valid when the folder is shared again by another
    /// process.
    #[must_use]
    pub fn with_secret(self, secret: Secret) -> Self {
        Self { secret, ..self }
    }

    /// Opens the file or folder that `name` refers to.
    ///
    /// # Errors
    /// `NotFound` also for entries that are hidden, outside the folder, or neither a regular file nor a folder:
    /// clients learn nothing about those.
    pub fn find(&self, name: &ShareName) -> io::Result<Found> {
        if let (Some(only), Some((entry, rest))) = (&self.only, name.split_first()) {
            return if only.contains(entry) {
                self.find_entry(entry, &rest)
            } else {
                Err(io::ErrorKind::NotFound.into())
            };
        }
        if name.is_hidden() && !self.hidden.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::NotFound.into());
        }
        let mut folder = PathBuf::new();
        for part in name.parts() {
            if is_unfinished(&self.root.dir, &folder, part) {
                return Err(io::ErrorKind::NotFound.into());
            }
            folder.push(part);
        }
        let path = PathBuf::from(name.to_string());
        let found = match open_plain_file(&self.root.dir, &path).map(|file| self.shared_file(file))
        {
            Some(Ok(file)) => Ok(Found::File(file)),
            _ => self.find_path(path.clone()),
        };
        found.map_err(|e| refused(&path, e))
    }

    /// The key for entity tags.
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// Whether the shared folder still exists.
    pub fn is_there(&self) -> bool {
        is_linked(&self.root.dir)
    }

    /// Opens `path`, which may contain links.
    fn find_path(&self, path: PathBuf) -> io::Result<Found> {
        let Some(parent) = path.parent() else {
            let dir = self.root.dir.try_clone()?;
            let ancestors = self.root.ancestors(&path)?;
            return Ok(self.folder(dir, path, ancestors));
        };
        match self.root.follow(&path, |path| self.open_path(path))? {
            // A file in the root has no folder on its path that could be a loop.
            Opened::File(file) if parent.as_os_str().is_empty() => Ok(Found::File(file)),
            Opened::File(file) => self.root.ancestors(parent).map(|_| Found::File(file)),
            Opened::Folder(dir) => {
                let ancestors = self.root.ancestors(parent)?;
                let ancestors = ancestors.and(Identity::of_dir(&dir)?)?;
                Ok(self.folder(dir, path, ancestors))
            }
        }
    }

    fn open_path(&self, path: &Path) -> io::Result<Opened> {
        let open_dir = || self.root.dir.open_dir(path).map(Opened::Folder);
        match self.open_file(path, &reading(true)) {
            Err(e) if e.kind() == io::ErrorKind::IsADirectory => open_dir(),
            // Windows does not open a folder as a file, whatever its permissions.
            Err(e) if cfg!(windows) && e.kind() == io::ErrorKind::PermissionDenied => open_dir(),
            file => file.map(Opened::File),
        }
    }

    fn open_file(&self, path: &Path, options: &OpenOptions) -> io::Result<SharedFile> {
        // Checked before it is opened: opening a FIFO or a device can block or have side effects.
        let before = self.root.dir.metadata(path)?;
        if before.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if !before.is_file() {
            return Err(io::ErrorKind::NotFound.into());
        }
        self.shared_file(self.root.dir.open_with(path, options)?.into_std())
    }

    fn shared_file(&self, file: File) -> io::Result<SharedFile> {
        // The path may have been replaced since the check.
        let metadata = Metadata::from_file(&file)?;
        if metadata.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if !metadata.is_file() {
            return Err(io::ErrorKind::NotFound.into());
        }
        let (now, state) = (SystemTime::now(), etag::State::of(&file, &metadata));
        let is_weak = etag::is_recent(&metadata, now);
        Ok(SharedFile {
            len: metadata.len(),
            modified: etag::modified(&metadata).filter(|modified| *modified <= now),
            changed: etag::changed(&metadata),
            etag: Etag::new(state.opaque(&self.secret), is_weak),
            state,
            file,
        })
    }

    fn folder(&self, dir: Dir, path: PathBuf, ancestors: Ancestors) -> Found {
        Found::Folder(SharedFolder {
            dir,
            root: Arc::clone(&self.root),
            path,
            ancestors,
            hidden: self.hidden.load(Ordering::Relaxed),
            only: self.only.clone(),
        })
    }
}

/// An open file or folder.
enum Opened {
    File(SharedFile),
    Folder(Dir),
}

impl SharedFile {
    /// Duplicates the handle, for another thread.
    ///
    /// # Errors
    /// The process is out of file descriptors.
    pub fn try_clone(&self) -> io::Result<Self> {
        Ok(Self {
            file: self.file.try_clone()?,
            len: self.len,
            modified: self.modified,
            changed: self.changed,
            etag: self.etag.clone(),
            state: self.state,
        })
    }

    /// The prefix of this file with the length that it had when its etag was `opaque`. `None` if the file has
    /// not grown since, or the tag was not made by this program.
    ///
    /// # Errors
    /// The process is out of file descriptors.
    pub fn start_as_of(&self, opaque: &str) -> io::Result<Option<Self>> {
        let Some(len) = etag::len_of(opaque).filter(|&len| len < self.len) else {
            return Ok(None);
        };
        let etag = Etag::new(opaque, false);
        let same = self.try_clone()?;
        Ok(Some(Self { len, etag, ..same }))
    }

    /// Whether the file has grown since it was opened.
    pub fn has_grown(&self) -> bool {
        Metadata::from_file(&self.file).is_ok_and(|metadata| metadata.len() > self.len)
    }

    /// Whether the etag would still be the same.
    pub fn is_unchanged(&self) -> bool {
        Metadata::from_file(&self.file)
            .is_ok_and(|metadata| etag::State::of(&self.file, &metadata) == self.state)
    }
}

/// Maps `e` to the error that a client may see.
fn refused(path: &Path, e: io::Error) -> io::Error {
    log::debug!("{}: {e}", path.display());
    match e.kind() {
        _ if leads_out(&e) => io::ErrorKind::NotFound.into(),
        // A file was used as a folder.
        io::ErrorKind::NotADirectory | io::ErrorKind::InvalidFilename => {
            io::ErrorKind::NotFound.into()
        }
        _ if is_link_loop(&e) => io::ErrorKind::NotFound.into(),
        _ => e,
    }
}

/// Opens a regular file whose path has no links, with two system calls; `None` for anything else. The `stat`
/// may follow a link out of the folder; the `open` does not.
#[cfg(target_os = "linux")]
fn open_plain_file(root: &Dir, path: &Path) -> Option<File> {
    use rustix::fs::{AtFlags, FileType, Mode, OFlags, ResolveFlags, StatxFlags, openat2, statx};
    let here = AtFlags::SYMLINK_NOFOLLOW | AtFlags::NO_AUTOMOUNT;
    let found = statx(root, path, here, StatxFlags::TYPE).ok()?;
    if FileType::from_raw_mode(found.stx_mode.into()) != FileType::RegularFile {
        return None;
    }
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
    let file = openat2(root, path, flags, Mode::empty(), resolve).ok()?;
    Some(file.into())
}

/// Only Linux has `openat2`.
#[cfg(not(target_os = "linux"))]
fn open_plain_file(_: &Dir, _: &Path) -> Option<File> {
    None
}

/// Open options for reading that never block, not even if a FIFO has replaced the file. Unless links are
/// followed, a link that has replaced it is refused, too, where the system can do both at once.
fn reading(#[cfg_attr(windows, expect(unused_variables))] follow: bool) -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use cap_std::fs::OpenOptionsExt;
        let mut flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
        flags.set(rustix::fs::OFlags::NOFOLLOW, !follow);
        options.custom_flags(flags.bits().cast_signed());
    }
    options
}

#[cfg(unix)]
fn is_link_loop(e: &io::Error) -> bool {
    e.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error())
}

#[cfg(windows)]
fn is_link_loop(e: &io::Error) -> bool {
    // ERROR_TOO_MANY_LINKS comes from cap-std, ERROR_CANT_RESOLVE_FILENAME from Windows.
    matches!(e.raw_os_error(), Some(1142 | 1921))
}

#[cfg(unix)]
fn is_linked(dir: &Dir) -> bool {
    use cap_std::fs::MetadataExt;
    dir.dir_metadata()
        .is_ok_and(|metadata| metadata.nlink() > 0)
}

#[cfg(windows)]
fn is_linked(dir: &Dir) -> bool {
    dir.entries().is_ok()
}

#[cfg(test)]
mod tests;

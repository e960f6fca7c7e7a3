//! The shared folder: the only room that opens a path inside it.

mod count;
mod etag;
mod identity;
mod listing;
pub mod name;
mod names;
mod only;
mod root;

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

use crate::secret::Secret;

/// A folder that is open for as long as it is shared. Everything is opened relative to its handle,
/// so no `..`, absolute path, symbolic link or race of renames leads out of it; links that stay
/// inside work, but for those that lead back to a folder on their own path.
#[derive(Debug)]
pub struct Share {
    root: Arc<Root>,
    hidden: Arc<AtomicBool>,
    /// Nothing else in the root is shared.
    only: Option<Arc<BTreeSet<String>>>,
    /// What entity tags are made with.
    secret: Secret,
}

/// What a name stands for.
#[derive(Debug)]
pub enum Found {
    /// A regular file, open.
    File(SharedFile),
    /// A folder, open.
    Folder(SharedFolder),
}

/// An open regular file of the share, as it was when it was opened.
#[derive(Debug)]
pub struct SharedFile {
    /// The open file. Its position is not used.
    pub file: File,
    /// Length in bytes.
    pub len: u64,
    /// When its content last changed, where the system says so and it is not in the future: such a time
    /// is no validator (RFC 9110 8.8.2.1).
    pub modified: Option<SystemTime>,
    /// When anything about it last changed, as far as the system says. Whoever reads it within the
    /// resolution of that time may miss a change that leaves the etag as it was.
    pub changed: Option<SystemTime>,
    /// It changes when the content may have. Weak while the file has just changed.
    pub etag: Etag,
    state: etag::State,
}

/// An open folder of the share.
#[derive(Debug)]
pub struct SharedFolder {
    dir: Dir,
    root: Arc<Root>,
    /// From the root to here.
    path: PathBuf,
    ancestors: Ancestors,
    hidden: bool,
    /// Nothing else in it is shared.
    only: Option<Arc<BTreeSet<String>>>,
}

impl Share {
    /// Open `folder` for sharing; names that start with a dot are left out while `hidden` is
    /// false.
    ///
    /// # Errors
    /// It is missing, no folder, or may not be read.
    pub fn open(folder: &Path, hidden: Arc<AtomicBool>) -> io::Result<Self> {
        let dir = Dir::open_ambient_dir(folder, ambient_authority())?;
        // A folder may be opened without the right to list it; better said now than later.
        dir.entries()?;
        let place = folder.canonicalize()?;
        Ok(Self {
            root: Arc::new(Root { dir, place }),
            hidden,
            only: None,
            secret: Secret::of_process(),
        })
    }

    /// The same with entity tags that stay when it is shared again with this `secret`, and not only in this process.
    #[must_use]
    pub fn with_secret(self, secret: Secret) -> Self {
        Self { secret, ..self }
    }

    /// Open what `name` stands for.
    ///
    /// # Errors
    /// `NotFound` also for what is hidden, leads out of the folder, or is neither a regular file nor
    /// a folder: a stranger learns nothing about those.
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
        let path = PathBuf::from(name.to_string());
        let found = match open_plain_file(&self.root.dir, &path).map(|file| self.shared_file(file))
        {
            Some(Ok(file)) => Ok(Found::File(file)),
            _ => self.find_path(path.clone()),
        };
        found.map_err(|e| refused(&path, e))
    }

    /// Whether the shared folder still exists.
    pub fn is_there(&self) -> bool {
        is_linked(&self.root.dir)
    }

    /// Open `path`, which may lead over links.
    fn find_path(&self, path: PathBuf) -> io::Result<Found> {
        let Some(parent) = path.parent() else {
            let dir = self.root.dir.try_clone()?;
            let ancestors = self.root.ancestors(&path)?;
            return Ok(self.folder(dir, path, ancestors));
        };
        match self.root.follow(&path, |path| self.open_path(path))? {
            // No folder is on the way to a file in the root.
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
            // Windows does not open a folder as a file, whatever else is right.
            Err(e) if cfg!(windows) && e.kind() == io::ErrorKind::PermissionDenied => open_dir(),
            file => file.map(Opened::File),
        }
    }

    fn open_file(&self, path: &Path, options: &OpenOptions) -> io::Result<SharedFile> {
        // Looked at before it is opened: opening a FIFO or a device can hang or do something.
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
        // It may have been swapped since it was looked at.
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

/// What is at a path.
enum Opened {
    File(SharedFile),
    Folder(Dir),
}

impl SharedFile {
    /// The same open file and what was known of it, for another thread.
    ///
    /// # Errors
    /// The system has no file descriptor left.
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

    /// The start of the same open file, as long as the file was when it had this tag (its opaque part). None where it
    /// is not longer now, or the tag is none of this program's.
    ///
    /// # Errors
    /// The system has no file descriptor left.
    pub fn start_as_of(&self, opaque: &str) -> io::Result<Option<Self>> {
        let Some(len) = etag::len_of(opaque).filter(|&len| len < self.len) else {
            return Ok(None);
        };
        let etag = Etag::new(opaque, false);
        let same = self.try_clone()?;
        Ok(Some(Self { len, etag, ..same }))
    }

    /// Whether it is longer than it was when it was opened.
    pub fn has_grown(&self) -> bool {
        Metadata::from_file(&self.file).is_ok_and(|metadata| metadata.len() > self.len)
    }

    /// Whether its etag would still be the one that it had when it was opened.
    pub fn is_unchanged(&self) -> bool {
        Metadata::from_file(&self.file)
            .is_ok_and(|metadata| etag::State::of(&self.file, &metadata) == self.state)
    }
}

/// What a stranger learns of `e`.
fn refused(path: &Path, e: io::Error) -> io::Error {
    log::debug!("{}: {e}", path.display());
    match e.kind() {
        _ if leads_out(&e) => io::ErrorKind::NotFound.into(),
        // A file as a folder.
        io::ErrorKind::NotADirectory | io::ErrorKind::InvalidFilename => {
            io::ErrorKind::NotFound.into()
        }
        _ if is_link_loop(&e) => io::ErrorKind::NotFound.into(),
        _ => e,
    }
}

/// Open a regular file whose path has no links, in two system calls; nothing where it is anything else.
/// The look before may leave the folder over a link to another; the open does not.
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

/// Only Linux opens so.
#[cfg(not(target_os = "linux"))]
fn open_plain_file(_: &Dir, _: &Path) -> Option<File> {
    None
}

/// Opened so that not even a FIFO that took a file's place makes the open wait. Unless links are followed, one
/// that took its place is refused, too, where the system can do both at once.
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
    // ERROR_TOO_MANY_LINKS is cap-std's, ERROR_CANT_RESOLVE_FILENAME the system's.
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

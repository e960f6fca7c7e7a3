//! Everything in a folder, recursively, with the metadata of each entry but without opening files.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{self, ErrorKind};
use std::time::SystemTime;

use super::count::MAX_LINKS;
use super::etag::{self, State};
use super::listing::EntryInfo;
use super::names::Names;
use super::{Kind, SharedFile, SharedFolder};

/// Entries between two checks whether to continue.
const STEP: u64 = 256;

/// How many folders may be inside each other. Each level takes a handle and some stack; real trees are not this deep.
const MAX_DEPTH: usize = 64;

/// A file or folder that was found.
#[derive(Debug)]
pub struct Walked<'a> {
    /// The names of the folders above it, outermost first, and its own.
    pub path: &'a [String],
    /// File or folder.
    pub kind: Kind,
    /// Length in bytes; 0 for a folder.
    pub len: u64,
    /// The time of the last modification, if the system reports one.
    pub modified: Option<SystemTime>,
    /// Its version.
    pub version: Version,
    /// Whether it changed so recently that another change might leave its version the same.
    pub is_recent: bool,
}

/// What changes with a file's content, as far as it is known without opening the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version(State);

impl Version {
    /// The version in full.
    pub fn bytes(&self) -> [u8; 32] {
        self.0.bytes()
    }

    /// A hash of the version, to recognise it by.
    pub fn short(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.bytes().hash(&mut hasher);
        hasher.finish()
    }
}

/// What a walk left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Files and folders whose names cannot be requested.
    pub unnamed: u64,
    /// Files and folders that this user may not read, folders that are too deep, and links beyond the limit.
    pub unread: u64,
}

/// What a walk reports to.
pub trait Visitor {
    /// Called for each folder before what is in it, and for each file.
    ///
    /// # Errors
    /// Ends the walk.
    fn visit(&mut self, found: &Walked<'_>) -> io::Result<()>;

    /// Called every few hundred entries with the memory that the walk itself uses, in bytes.
    ///
    /// # Errors
    /// Ends the walk.
    fn check(&mut self, bytes: usize) -> io::Result<()>;
}

impl SharedFolder {
    /// Walks through the folder, or through `selected` entries of it, in an order that depends on nothing but the names.
    /// Follows links like a download of the folder does; see [`SharedFolder::count`].
    ///
    /// # Errors
    /// The folder cannot be read; `NotFound` if a selected entry does not exist; an error of `visitor`.
    pub fn walk(
        &self,
        selected: Option<&BTreeSet<String>>,
        visitor: &mut impl Visitor,
    ) -> io::Result<LeftOut> {
        let mut walk = Walk {
            visitor,
            path: Vec::new(),
            left_out: LeftOut::default(),
            bytes: 0,
            seen: 0,
            links: 0,
            now: SystemTime::now(),
        };
        match selected {
            None => walk.folder(self)?,
            Some(selected) => {
                let names = self.selected(selected)?;
                walk.names(self, &names)?;
            }
        }
        Ok(walk.left_out)
    }

    /// The names of `selected` entries.
    fn selected(&self, selected: &BTreeSet<String>) -> io::Result<Names> {
        let mut names = Names::default();
        for name in selected {
            let is_shared = match &self.only {
                Some(only) => only.contains(name),
                None => !self.hides(name) && self.can_send(name),
            };
            let found = is_shared.then(|| self.stat(name.as_ref())).flatten();
            names.push(name, found.ok_or(ErrorKind::NotFound)?.kind)?;
        }
        names.sort();
        Ok(names)
    }
}

impl SharedFile {
    /// Its version, as a walk would find it now.
    ///
    /// # Errors
    /// The system does not report the metadata.
    pub fn version(&self) -> io::Result<Version> {
        let metadata = cap_std::fs::Metadata::from_file(&self.file)?;
        Ok(Version(State::of_unopened(&metadata)))
    }
}

struct Walk<'a, V> {
    visitor: &'a mut V,
    path: Vec<String>,
    left_out: LeftOut,
    /// Memory for the names in the folders above, in bytes.
    bytes: usize,
    /// Entries of any kind.
    seen: u64,
    /// Links to folders.
    links: u32,
    now: SystemTime,
}

impl<V: Visitor> Walk<'_, V> {
    fn folder(&mut self, folder: &SharedFolder) -> io::Result<()> {
        let mut failure = None;
        let listing = folder.listing()?.finish(|bytes| {
            let checked = self.visitor.check(self.bytes + bytes);
            checked.map_err(|e| failure = Some(e)).is_ok()
        });
        let list = match (failure, listing) {
            (Some(e), _) | (None, Err(e)) => return Err(e),
            (None, Ok(list)) => list,
        };
        self.left_out.unnamed += list.omitted();
        self.names(folder, list.names())
    }

    fn names(&mut self, folder: &SharedFolder, names: &Names) -> io::Result<()> {
        self.bytes += names.bytes();
        for (name, _) in names.iter() {
            self.seen += 1;
            if self.seen.is_multiple_of(STEP) {
                self.visitor.check(self.bytes)?;
            }
            // Deleted since it was listed, otherwise.
            if let Some(found) = folder.stat(name.as_ref()) {
                self.path.push(name.to_owned());
                self.entry(folder, name.as_ref(), &found)?;
                self.path.pop();
            }
        }
        self.bytes -= names.bytes();
        Ok(())
    }

    fn entry(&mut self, folder: &SharedFolder, name: &OsStr, found: &EntryInfo) -> io::Result<()> {
        let inner = match found.kind {
            Kind::File if folder.may_read(name, found) => None,
            Kind::File => {
                self.left_out.unread += 1;
                return Ok(());
            }
            Kind::Folder => {
                self.links += u32::from(found.is_link);
                let is_within =
                    self.path.len() <= MAX_DEPTH && !(found.is_link && self.links > MAX_LINKS);
                let inner = is_within.then(|| folder.open_folder(name, found.is_link));
                let Some(Ok(inner)) = inner else {
                    self.left_out.unread += 1;
                    return Ok(());
                };
                Some(inner)
            }
        };
        self.visitor.visit(&Walked {
            path: &self.path,
            kind: found.kind,
            len: found.size(),
            modified: found.modified(),
            version: Version(State::of_unopened(&found.metadata)),
            is_recent: etag::is_recent(&found.metadata, self.now),
        })?;
        match inner.map(|inner| self.folder(&inner)) {
            Some(Err(e)) if e.kind() == ErrorKind::PermissionDenied => {
                self.left_out.unread += 1;
                Ok(())
            }
            Some(result) => result,
            None => Ok(()),
        }
    }
}

impl SharedFolder {
    /// Whether this user may read the file `name`.
    #[cfg(unix)]
    fn may_read(&self, name: &OsStr, found: &EntryInfo) -> bool {
        use cap_std::fs::MetadataExt as _;
        use rustix::fs::{Access, AtFlags, accessat};
        const EVERYONE: u32 = 0o444;
        found.metadata.mode() & EVERYONE == EVERYONE
            || accessat(&self.dir, name, Access::READ_OK, AtFlags::EACCESS).is_ok()
    }

    /// On Windows, as far as anyone knows before opening it.
    #[cfg(windows)]
    #[expect(clippy::unused_self, reason = "only opening the file tells")]
    fn may_read(&self, _: &OsStr, _: &EntryInfo) -> bool {
        true
    }
}

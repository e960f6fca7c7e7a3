//! The entries of a folder, in the order that people expect.

use std::ffi::OsStr;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use cap_std::fs::{DirEntry, Metadata};

use super::SharedFolder;
use super::identity::Identity;
use super::name::{is_hidden, is_part, is_short_enough};
use super::names::Names;
use super::root::Ancestors;
use super::unfinished::is_unfinished;

/// Entries read between two checks for cancellation. On a network file system, where each needs a lookup, that
/// takes seconds.
const STEP: usize = 1024;

/// The type of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A folder; folders sort first.
    Folder,
    /// A regular file.
    File,
}

/// One line of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name within the folder.
    pub name: String,
    /// File or folder.
    pub kind: Kind,
    /// Length in bytes; 0 for a folder.
    pub size: u64,
    /// The modification time, if the system reports one.
    pub modified: Option<SystemTime>,
}

/// A sorted snapshot of the names in a folder.
#[derive(Debug, Default)]
pub struct NameList {
    names: Names,
    omitted: u64,
}

impl NameList {
    /// The number of entries omitted because their names cannot be requested (not UTF-8, control characters, or
    /// too long a path).
    pub fn omitted(&self) -> u64 {
        self.omitted
    }

    /// Memory used, in bytes.
    pub fn bytes(&self) -> usize {
        self.names.bytes()
    }

    /// The number of folders, which come first.
    pub fn folders(&self) -> usize {
        self.names.folders()
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The names in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|(name, _)| name)
    }

    pub(super) fn names(&self) -> &Names {
        &self.names
    }

    fn take(&mut self, entry: Option<Classified>) -> io::Result<()> {
        match entry {
            Some(Classified {
                name: Some(name),
                kind,
                ..
            }) => self.names.push(&name, kind),
            Some(_) => {
                self.omitted += 1;
                Ok(())
            }
            None => Ok(()),
        }
    }
}

/// Everything besides the folder's contents that a listing depends on: requests with equal keys may share one
/// [`NameList`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingKey {
    ancestors: Ancestors,
    path: PathBuf,
    hidden: bool,
    is_selection: bool,
}

/// A listing that is being read.
pub struct Listing<'a> {
    list: NameList,
    rest: Option<Entries<'a>>,
}

/// The entries that are still to be read.
pub(super) type Entries<'a> = Box<dyn Iterator<Item = io::Result<Option<Classified>>> + 'a>;

impl Listing<'_> {
    /// Whether all entries have been read. Small folders are read at once; large ones take a while.
    pub fn is_whole(&self) -> bool {
        self.rest.is_none()
    }

    /// Reads the remaining entries. Omitted without being counted: hidden entries, dangling links, links out of
    /// the share, and links to an ancestor of this folder.
    ///
    /// Calls `should_continue` every thousand entries with the memory used, in bytes, and stops once it returns false.
    ///
    /// # Errors
    /// The folder cannot be read; `Interrupted` if `should_continue` returned false.
    pub fn finish(
        mut self,
        mut should_continue: impl FnMut(usize) -> bool,
    ) -> io::Result<NameList> {
        while !self.is_whole() {
            if !should_continue(self.list.bytes()) {
                return Err(io::ErrorKind::Interrupted.into());
            }
            self.read(STEP, usize::MAX)?;
        }
        self.list.names.sort();
        Ok(self.list)
    }

    /// Reads the remaining entries without storing them, and compares the result with `other`.
    ///
    /// # Errors
    /// As [`Listing::finish`].
    pub fn is_same(
        self,
        other: &NameList,
        mut should_continue: impl FnMut() -> bool,
    ) -> io::Result<bool> {
        let hasher = RandomState::new();
        let NameList { names, mut omitted } = self.list;
        let (mut len, mut sum) = (names.len(), names.sum(&hasher));
        drop(names);
        for (at, entry) in self.rest.into_iter().flatten().enumerate() {
            if at % STEP == 0 && !should_continue() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let Some(Classified { name, kind, .. }) = entry? else {
                continue;
            };
            if let Some(name) = name {
                len += 1;
                sum = sum.wrapping_add(hasher.hash_one((&*name, kind)));
            } else {
                omitted += 1;
            }
        }
        Ok((len, omitted) == (other.names.len(), other.omitted) && sum == other.names.sum(&hasher))
    }

    /// Reads at most `limit` more entries, until they fill about `bytes` of memory.
    fn read(&mut self, limit: usize, bytes: usize) -> io::Result<()> {
        let Some(mut rest) = self.rest.take() else {
            return Ok(());
        };
        for _ in 0..limit {
            let Some(entry) = rest.next() else {
                return Ok(());
            };
            self.list.take(entry?)?;
            if self.list.bytes() > bytes {
                break;
            }
        }
        self.rest = Some(rest);
        Ok(())
    }
}

/// A shared entry.
pub(super) struct Classified {
    /// `None` if it cannot be sent: not UTF-8, control characters, or too long a path.
    pub name: Option<String>,
    pub kind: Kind,
    /// Whether it may be a link.
    pub is_link: bool,
}

/// Type and metadata of an entry; those of its target, if it is a link.
pub(super) struct EntryInfo {
    pub kind: Kind,
    pub is_link: bool,
    pub metadata: Metadata,
}

impl EntryInfo {
    /// Length in bytes; 0 for a folder.
    pub fn size(&self) -> u64 {
        match self.kind {
            Kind::File => self.metadata.len(),
            Kind::Folder => 0,
        }
    }

    /// The modification time, if the system reports one.
    pub fn modified(&self) -> Option<SystemTime> {
        let modified = self.metadata.modified().ok()?;
        Some(modified.into_std())
    }
}

impl SharedFolder {
    /// Starts reading the entries.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn listing(&self) -> io::Result<Listing<'_>> {
        /// With more, the first byte of the response would be late.
        const FIRST_COUNT: usize = 500;
        /// A connection needs about as much memory anyway.
        const FIRST_BYTES: usize = 64 * 1024;

        let mut listing = Listing {
            list: NameList::default(),
            rest: Some(self.read_entries()?),
        };
        listing.read(FIRST_COUNT, FIRST_BYTES)?;
        Ok(listing)
    }

    /// The key that listings of this folder share.
    pub fn listing_key(&self) -> ListingKey {
        ListingKey {
            ancestors: self.ancestors.clone(),
            path: self.path.clone(),
            hidden: self.hidden,
            is_selection: self.only.is_some(),
        }
    }

    /// The entries of `list`, folders first, with their current metadata; deleted ones are skipped.
    pub fn entries(&self, list: &NameList) -> impl Iterator<Item = Entry> {
        // Looked up one by one: 100,000 `stat` calls take longer than sorting the names, and the metadata of a
        // million files would not be small.
        list.iter().filter_map(|name| self.entry_called(name))
    }

    /// The entry at position `at` of `list`, as [`SharedFolder::entries`] returns it.
    pub fn entry(&self, list: &NameList, at: usize) -> Option<Entry> {
        self.entry_called(list.names.get(at)?)
    }

    fn entry_called(&self, name: &str) -> Option<Entry> {
        let found = self.stat(name.as_ref())?;
        Some(Entry {
            name: name.to_owned(),
            kind: found.kind,
            size: found.size(),
            modified: found.modified(),
        })
    }

    /// Iterates over the shared entries in directory order.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub(super) fn read_entries(&self) -> io::Result<Entries<'_>> {
        if let Some(only) = &self.only {
            return Ok(Box::new(
                only.iter().map(|name| Ok(self.classify_selected(name))),
            ));
        }
        let entries = self.dir.entries()?;
        Ok(Box::new(entries.map(|entry| Ok(self.classify(&entry?)))))
    }

    /// Classifies `entry`; `None` if it is hidden, a dangling link, outside the share, or neither file nor
    /// folder.
    fn classify(&self, entry: &DirEntry) -> Option<Classified> {
        let name = entry.file_name();
        if self.hides(&name.to_string_lossy()) {
            return None;
        }
        let (kind, is_link) = match entry.file_type() {
            Ok(kind) if kind.is_file() => (Kind::File, false),
            Ok(kind) if kind.is_dir() => (Kind::Folder, false),
            // A link, or a file system that does not report types.
            _ => (self.stat(&name)?.kind, true),
        };
        Some(Classified {
            name: name.into_string().ok().filter(|name| self.can_send(name)),
            kind,
            is_link,
        })
    }

    /// Whether a client could request `name` in this folder.
    pub(super) fn can_send(&self, name: &str) -> bool {
        let path = self.path.as_os_str().as_encoded_bytes();
        is_part(name) && is_short_enough(path, name)
    }

    /// Classifies one of the selected entries; see [`Share::only`](super::Share::only).
    fn classify_selected(&self, name: &str) -> Option<Classified> {
        let kind = self.stat(name.as_ref())?.kind;
        Some(Classified {
            name: Some(name.to_owned()),
            kind,
            is_link: false,
        })
    }

    /// Looks up `name`; `None` if it cannot be accessed or is neither file nor folder.
    pub(super) fn stat(&self, name: &OsStr) -> Option<EntryInfo> {
        let root = &self.root.dir;
        let mut metadata = self.dir.symlink_metadata(name).ok()?;
        let is_link = metadata.is_symlink();
        if is_link {
            if self.only.is_some() {
                return None;
            }
            // Resolved from the root, because a link may point anywhere inside the share but not out of it.
            let path = self.path.join(name);
            metadata = self.root.follow(&path, |path| root.metadata(path)).ok()?;
        }
        let kind = match (metadata.is_dir(), metadata.is_file()) {
            (true, _) => Kind::Folder,
            (_, true) => Kind::File,
            _ => return None,
        };
        if kind == Kind::Folder {
            let path = || self.path.join(name);
            let open = || self.root.follow(&path(), |path| root.open_dir(path));
            let identity = Identity::of(&metadata, open);
            if identity.is_ok_and(|identity| self.ancestors.contains(identity)) {
                return None;
            }
        }
        Some(EntryInfo {
            kind,
            is_link,
            metadata,
        })
    }

    pub(super) fn hides(&self, name: &str) -> bool {
        !self.hidden && is_hidden(name) || is_unfinished(&self.dir, Path::new(""), name)
    }
}

#[cfg(test)]
mod tests;

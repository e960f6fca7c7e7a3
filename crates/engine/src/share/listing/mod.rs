//! What is in a folder, in the order that people expect.

use std::ffi::OsStr;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::PathBuf;
use std::time::SystemTime;

use cap_std::fs::DirEntry;

use super::SharedFolder;
use super::identity::Identity;
use super::name::{is_hidden, is_part, is_short_enough};
use super::names::Names;
use super::root::Ancestors;

/// Entries that are read between two looks at whether to go on. Where each has to be looked up over a network, so many
/// take seconds.
const STEP: usize = 1024;

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A folder; these come first.
    Folder,
    /// A regular file.
    File,
}

/// One line of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name in this folder.
    pub name: String,
    /// File or folder.
    pub kind: Kind,
    /// Length in bytes; 0 for a folder.
    pub size: u64,
    /// When it last changed, where the system says so.
    pub modified: Option<SystemTime>,
}

/// The names of the entries of a folder as they were when it was read, in their order.
#[derive(Debug, Default)]
pub struct NameList {
    names: Names,
    omitted: u64,
}

impl NameList {
    /// How many entries were omitted because of their names, which nobody could ask for (not UTF-8, with control
    /// characters, or with too long a path).
    pub fn omitted(&self) -> u64 {
        self.omitted
    }

    /// Bytes of memory.
    pub fn bytes(&self) -> usize {
        self.names.bytes()
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

/// What decides what a listing of a folder has in it, beside what is in the folder: where both are equal, two
/// requests may be answered from one [`NameList`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingKey {
    ancestors: Ancestors,
    path: PathBuf,
    hidden: bool,
    is_selection: bool,
}

/// A listing while the folder is read.
pub struct Listing<'a> {
    list: NameList,
    rest: Option<Entries<'a>>,
}

/// What is left to read.
pub(super) type Entries<'a> = Box<dyn Iterator<Item = io::Result<Option<Classified>>> + 'a>;

impl Listing<'_> {
    /// Whether nothing is left to read. Small folders are read at once; with a large one it takes a
    /// while until all names are known.
    pub fn is_whole(&self) -> bool {
        self.rest.is_none()
    }

    /// Read the rest. Left out without being counted: what is hidden, links that lead out of the share, nowhere, or
    /// back to a folder on the path to this one.
    ///
    /// `goes_on` hears every thousand entries how many bytes the list has, and answers whether anybody waits
    /// for it.
    ///
    /// # Errors
    /// The rest of the folder cannot be read; `Interrupted` where nobody waits.
    pub fn finish(mut self, mut goes_on: impl FnMut(usize) -> bool) -> io::Result<NameList> {
        while !self.is_whole() {
            if !goes_on(self.list.bytes()) {
                return Err(io::ErrorKind::Interrupted.into());
            }
            self.read(STEP, usize::MAX)?;
        }
        self.list.names.sort();
        Ok(self.list)
    }

    /// Read the rest without keeping it: whether it would become `other`.
    ///
    /// # Errors
    /// As [`Listing::finish`].
    pub fn is_same(self, other: &NameList, mut goes_on: impl FnMut() -> bool) -> io::Result<bool> {
        let hasher = RandomState::new();
        let NameList { names, mut omitted } = self.list;
        let (mut len, mut sum) = (names.len(), names.sum(&hasher));
        drop(names);
        for (at, entry) in self.rest.into_iter().flatten().enumerate() {
            if at % STEP == 0 && !goes_on() {
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

    /// Read on, at most `limit` entries, and about as many as fill `bytes` of memory.
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

/// An entry that is shared.
pub(super) struct Classified {
    /// Nothing where it cannot be sent: it is not UTF-8, has control characters, or a path that is too long.
    pub name: Option<String>,
    pub kind: Kind,
    /// It may be a link.
    pub is_link: bool,
}

/// What is known of an entry beside its name.
pub(super) struct Look {
    pub kind: Kind,
    size: u64,
    modified: Option<SystemTime>,
}

impl SharedFolder {
    /// Begin to read what is in it.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn listing(&self) -> io::Result<Listing<'_>> {
        /// More take long enough that a reader should hear something before.
        const FIRST_COUNT: usize = 500;
        /// More memory than a connection needs anyway.
        const FIRST_BYTES: usize = 64 * 1024;

        let mut listing = Listing {
            list: NameList::default(),
            rest: Some(self.read_entries()?),
        };
        listing.read(FIRST_COUNT, FIRST_BYTES)?;
        Ok(listing)
    }

    /// Whose listings are the same as those of this folder.
    pub fn listing_key(&self) -> ListingKey {
        ListingKey {
            ancestors: self.ancestors.clone(),
            path: self.path.clone(),
            hidden: self.hidden,
            is_selection: self.only.is_some(),
        }
    }

    /// The entries that `list` names, folders first, as they are now; what is gone is left out.
    pub fn entries(&self, list: &NameList) -> impl Iterator<Item = Entry> {
        // Sizes and dates are looked up one by one: a look at 100,000 files takes longer than to sort
        // their names, and what is known of a million would not be small.
        list.names.iter().filter_map(|(name, _)| {
            let Look {
                kind,
                size,
                modified,
            } = self.look_at(name.as_ref())?;
            Some(Entry {
                name: name.to_owned(),
                kind,
                size,
                modified,
            })
        })
    }

    /// All that is in it, one by one as it is read.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub(super) fn read_entries(&self) -> io::Result<Entries<'_>> {
        if let Some(only) = &self.only {
            return Ok(Box::new(only.iter().map(|name| Ok(self.chosen(name)))));
        }
        let entries = self.dir.entries()?;
        Ok(Box::new(entries.map(|entry| Ok(self.classify(&entry?)))))
    }

    /// What of `entry` is shared; nothing where it is hidden, leads nowhere or out of the share, or is
    /// neither file nor folder.
    fn classify(&self, entry: &DirEntry) -> Option<Classified> {
        let name = entry.file_name();
        if self.hides(&name.to_string_lossy()) {
            return None;
        }
        let (kind, is_link) = match entry.file_type() {
            Ok(kind) if kind.is_file() => (Kind::File, false),
            Ok(kind) if kind.is_dir() => (Kind::Folder, false),
            // A link, or the file system does not say.
            _ => (self.look_at(&name)?.kind, true),
        };
        Some(Classified {
            name: name.into_string().ok().filter(|name| self.can_send(name)),
            kind,
            is_link,
        })
    }

    /// Whether anybody could ask for `name` in this folder.
    fn can_send(&self, name: &str) -> bool {
        let path = self.path.as_os_str().as_encoded_bytes();
        is_part(name) && is_short_enough(path, name)
    }

    /// The same of one of the [only](super::Share::only) entries that are shared.
    fn chosen(&self, name: &str) -> Option<Classified> {
        let kind = self.look_at(name.as_ref())?.kind;
        Some(Classified {
            name: Some(name.to_owned()),
            kind,
            is_link: false,
        })
    }

    /// What `name` is now; nothing where it cannot be seen or is neither file nor folder.
    fn look_at(&self, name: &OsStr) -> Option<Look> {
        let root = &self.root.dir;
        let mut metadata = self.dir.symlink_metadata(name).ok()?;
        if metadata.is_symlink() {
            if self.only.is_some() {
                return None;
            }
            // From the root, because a link may lead anywhere inside the share but not out of it.
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
        Some(Look {
            kind,
            size: if kind == Kind::File {
                metadata.len()
            } else {
                0
            },
            modified: metadata
                .modified()
                .ok()
                .map(cap_std::time::SystemTime::into_std),
        })
    }

    fn hides(&self, name: &str) -> bool {
        !self.hidden && is_hidden(name)
    }
}

#[cfg(test)]
mod tests;

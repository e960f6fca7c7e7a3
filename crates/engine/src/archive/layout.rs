//! The items of an archive and their offsets.

use std::borrow::Cow;
use std::collections::HashSet;

use super::name::{has_risk, safe_path};
use super::record;
use super::time::Stamp;

/// The items of an archive, in compact form: there may be a million.
#[derive(Debug, Default)]
pub struct Layout {
    /// All names concatenated.
    names: String,
    items: Vec<Compact>,
    /// Length of the local headers and the files, in bytes.
    directory_at: u64,
    /// Length of the central directory, in bytes.
    directory_len: u64,
}

/// A file or folder to be added.
#[derive(Clone, Copy, Debug)]
pub struct NewItem<'a> {
    /// The path from the folder that the archive is of, with `/` between its parts; that of a folder ends with `/`.
    pub name: &'a str,
    /// Length in bytes; 0 for a folder.
    pub len: u64,
    /// When it was last modified.
    pub stamp: Stamp,
    /// Identifies the version of the file, for the caller.
    pub version: u64,
}

/// A file or folder of an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item<'a> {
    /// The path from the folder that the archive is of, with `/` between its parts; that of a folder ends with `/`.
    pub name: &'a str,
    /// Length in bytes; 0 for a folder.
    pub len: u64,
    /// When it was last modified.
    pub stamp: Stamp,
    /// As it was given when the item was added.
    pub version: u64,
    /// The offset of its local header in the archive.
    pub at: u64,
}

#[derive(Debug)]
struct Compact {
    name_at: u32,
    name_len: u16,
    stamp: Stamp,
    len: u64,
    version: u64,
    at: u64,
}

/// The names take more than 4 GiB, one of them more than 64 KiB, or everything together more than 2^64 bytes (as it can with
/// sparse files).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too much for one archive")]
pub struct TooManyNames;

impl Layout {
    /// Adds an item at the end.
    ///
    /// # Errors
    /// See [`TooManyNames`]; nothing was added then.
    pub fn push(&mut self, new: NewItem<'_>) -> Result<(), TooManyNames> {
        let compact = Compact {
            name_at: u32::try_from(self.names.len()).map_err(|_| TooManyNames)?,
            name_len: u16::try_from(new.name.len()).map_err(|_| TooManyNames)?,
            stamp: new.stamp,
            len: new.len,
            version: new.version,
            at: self.directory_at,
        };
        self.names.push_str(new.name);
        let item = compact.expand(&self.names);
        let directory_at = (self.directory_at + item.local_len()).checked_add(item.len);
        let directory_len = self.directory_len + item.directory_len();
        // Room for the next item's header and for the end.
        let fits = |at: &u64| *at < u64::MAX / 2;
        let Some(directory_at) = directory_at.filter(fits) else {
            self.names.truncate(compact.name_at as usize);
            return Err(TooManyNames);
        };
        (self.directory_at, self.directory_len) = (directory_at, directory_len);
        self.items.push(compact);
        Ok(())
    }

    /// The same without items that would get the name of another one, because theirs [has a risk](has_risk); and how many
    /// those are.
    pub fn with_unique_names(self) -> (Self, u64) {
        if !self.items_from(0).any(|item| has_risk(item.name)) {
            return (self, 0);
        }
        let is_safe = |item: &Item<'_>| !has_risk(item.name);
        let mut taken: HashSet<Cow<'_, str>> = self
            .items_from(0)
            .filter(is_safe)
            .map(|item| Cow::Borrowed(item.name))
            .collect();
        let (mut unique, mut omitted) = (Self::default(), 0);
        for item in self.items_from(0) {
            let is_kept = is_safe(&item) || taken.insert(safe_path(item.name));
            let new = NewItem {
                name: item.name,
                len: item.len,
                stamp: item.stamp,
                version: item.version,
            };
            // As many items or fewer: they fit again.
            if !is_kept || unique.push(new).is_err() {
                omitted += 1;
            }
        }
        drop(taken);
        (unique, omitted)
    }

    /// Releases memory that only adding items needs.
    pub fn shrink(&mut self) {
        self.names.shrink_to_fit();
        self.items.shrink_to_fit();
    }

    /// The number of items.
    pub fn count(&self) -> usize {
        self.items.len()
    }

    /// Memory used, in bytes.
    pub fn bytes(&self) -> usize {
        self.names.capacity() + self.items.capacity() * size_of::<Compact>()
    }

    /// The item at `index`.
    pub fn get(&self, index: usize) -> Option<Item<'_>> {
        Some(self.items.get(index)?.expand(&self.names))
    }

    /// The items from `index` on.
    pub fn items_from(&self, index: usize) -> impl Iterator<Item = Item<'_>> {
        let items = self.items.get(index..).unwrap_or_default();
        items.iter().map(|item| item.expand(&self.names))
    }

    /// The index of the item whose local header or content has the byte at `offset`; the number of items if the central
    /// directory has it.
    pub fn index_at(&self, offset: u64) -> usize {
        if offset >= self.directory_at {
            return self.items.len();
        }
        // Items are never empty: each has a header.
        self.items
            .partition_point(|item| item.at <= offset)
            .saturating_sub(1)
    }

    /// The offset of the central directory, in bytes.
    pub fn directory_at(&self) -> u64 {
        self.directory_at
    }

    /// The length of the archive in bytes.
    pub fn len(&self) -> u64 {
        self.end_at() + record::end_len(self.count(), self.directory_at, self.directory_len)
    }

    /// Whether it has no items.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The offset of what follows the central directory, in bytes.
    pub fn end_at(&self) -> u64 {
        self.directory_at + self.directory_len
    }

    /// What follows the central directory.
    pub fn end(&self) -> Vec<u8> {
        record::end(self.count(), self.directory_at, self.directory_len)
    }
}

impl Compact {
    fn expand<'a>(&self, names: &'a str) -> Item<'a> {
        Item {
            name: &names[self.name_at as usize..][..usize::from(self.name_len)],
            len: self.len,
            stamp: self.stamp,
            version: self.version,
            at: self.at,
        }
    }
}

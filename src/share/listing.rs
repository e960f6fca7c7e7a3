//! What is in a folder, in the order that people expect.

use std::ffi::OsStr;
use std::io;
use std::time::SystemTime;

use cap_std::fs::{DirEntry, ReadDir};

use super::SharedFolder;
use super::identity::Identity;
use super::name::{is_hidden, is_part, is_short_enough};
use super::names::Names;

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

/// What is in a folder, while it is read.
#[derive(Debug)]
pub struct Listing<'a> {
    folder: &'a SharedFolder,
    names: Names,
    omitted: u64,
    rest: Option<ReadDir>,
}

impl Listing<'_> {
    /// Whether nothing is left to read. Small folders are read at once; with a large one it takes a
    /// while until [`Listing::entries`] has anything to give.
    pub fn is_whole(&self) -> bool {
        self.rest.is_none()
    }

    /// The regular files and folders in it, folders first, then by name without regard to case, and how
    /// many were omitted because of their names, which nobody could ask for (not UTF-8, with control
    /// characters, or with too long a path). Left out without being counted: what is hidden, links that lead out of the share,
    /// nowhere, or back to a folder on the path to this one, and what is gone when its turn comes.
    ///
    /// # Errors
    /// The rest of the folder cannot be read.
    pub fn entries(mut self) -> io::Result<(impl Iterator<Item = Entry>, u64)> {
        self.read(usize::MAX)?;
        let folder = self.folder;
        // Sizes and dates are looked up one by one: a look at 100,000 files takes longer than to sort
        // their names, and what is known of a million would not be small.
        let entries = self.names.into_sorted().filter_map(|name| {
            let Look {
                kind,
                size,
                modified,
            } = folder.look_at(name.as_ref())?;
            Some(Entry {
                name,
                kind,
                size,
                modified,
            })
        });
        Ok((entries, self.omitted))
    }

    /// Read on, at most `limit` entries.
    fn read(&mut self, limit: usize) -> io::Result<()> {
        let Some(mut rest) = self.rest.take() else {
            return Ok(());
        };
        for _ in 0..limit {
            let Some(entry) = rest.next() else {
                return Ok(());
            };
            let entry = self.folder.classify(&entry?);
            self.take(entry)?;
        }
        self.rest = Some(rest);
        Ok(())
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

        let mut listing = Listing {
            folder: self,
            names: Names::default(),
            omitted: 0,
            rest: None,
        };
        if let Some(only) = &self.only {
            for name in &**only {
                listing.take(self.chosen(name))?;
            }
        } else {
            listing.rest = Some(self.dir.entries()?);
            listing.read(FIRST_COUNT)?;
        }
        Ok(listing)
    }

    /// What of `entry` is shared; nothing where it is hidden, leads nowhere or out of the share, or is
    /// neither file nor folder.
    pub(super) fn classify(&self, entry: &DirEntry) -> Option<Classified> {
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
    pub(super) fn chosen(&self, name: &str) -> Option<Classified> {
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
mod tests {
    use std::fs;
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::share::name::ShareName;
    use crate::share::{Found, Share};

    /// The root of a share of `dir`.
    fn root(dir: &tempfile::TempDir) -> SharedFolder {
        let share = Share::open(dir.path(), Arc::new(AtomicBool::new(false))).unwrap();
        match share.find(&ShareName::default()).unwrap() {
            Found::Folder(folder) => folder,
            Found::File(_) => panic!("the root is a folder"),
        }
    }

    fn rows(listing: Listing<'_>) -> Vec<(String, Kind, u64)> {
        let (entries, _) = listing.entries().unwrap();
        entries
            .map(|entry| (entry.name, entry.kind, entry.size))
            .collect()
    }

    #[test]
    fn a_large_folder_is_read_on_and_sorted_as_one() {
        let dir = tempfile::tempdir().unwrap();
        for number in (0..2_000).rev() {
            let letter = if number % 2 == 0 { 'N' } else { 'n' };
            fs::write(dir.path().join(format!("{letter}{number:04}")), "x").unwrap();
        }
        fs::create_dir(dir.path().join("z")).unwrap();
        let folder = root(&dir);
        let listing = folder.listing().unwrap();
        assert!(!listing.is_whole());
        let rows = rows(listing);
        assert_eq!(rows.len(), 2_001);
        assert_eq!(rows[0], (String::from("z"), Kind::Folder, 0));
        for (number, row) in rows[1..].iter().enumerate() {
            assert_eq!(row.0[1..], format!("{number:04}"));
        }
    }

    #[test]
    fn what_changes_while_it_is_listed_is_shown_as_it_is_then() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["gone", "grows", "stays", "turns"] {
            fs::write(dir.path().join(name), "x").unwrap();
        }
        let folder = root(&dir);
        let listing = folder.listing().unwrap();
        assert!(listing.is_whole());
        fs::remove_file(dir.path().join("gone")).unwrap();
        fs::write(dir.path().join("grows"), "xyz").unwrap();
        fs::remove_file(dir.path().join("turns")).unwrap();
        fs::create_dir(dir.path().join("turns")).unwrap();
        let row = |name: &str, kind, size| (name.to_owned(), kind, size);
        let expected = [
            row("grows", Kind::File, 3),
            row("stays", Kind::File, 1),
            row("turns", Kind::Folder, 0),
        ];
        assert_eq!(rows(listing), expected);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_comes_meanwhile_leads_nowhere_else() {
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret"), "secret").unwrap();
        let dir = tempfile::tempdir().unwrap();
        for name in ["in", "out"] {
            fs::write(dir.path().join(name), "x").unwrap();
        }
        let folder = root(&dir);
        let listing = folder.listing().unwrap();
        for (name, target) in [
            ("in", dir.path().join("out")),
            ("out", outside.path().join("secret")),
        ] {
            fs::remove_file(dir.path().join(name)).unwrap();
            std::os::unix::fs::symlink(target, dir.path().join(name)).unwrap();
        }
        // One of them leads to the other, which leads out.
        assert_eq!(rows(listing), []);
    }
}

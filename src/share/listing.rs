//! What is in a folder, in the order that people expect.

use std::io;
use std::time::SystemTime;

use cap_std::fs::{Dir, DirEntry, ReadDir};

use super::SharedFolder;
use super::links::way_inside;
use super::name::{is_hidden, is_part};
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
    rest: Option<ReadDir>,
}

impl Listing<'_> {
    /// Whether nothing is left to read. Small folders are read at once; with a large one it takes a
    /// while until [`Listing::entries`] has anything to give.
    pub fn is_whole(&self) -> bool {
        self.rest.is_none()
    }

    /// The regular files and folders in it, folders first, then by name without regard to case.
    /// Left out: what is hidden, links that lead out of the share or nowhere, names that nobody could
    /// ask for (not UTF-8, or with control characters), and what is gone when its turn comes.
    ///
    /// # Errors
    /// The rest of the folder cannot be read.
    pub fn entries(mut self) -> io::Result<impl Iterator<Item = Entry>> {
        self.read(usize::MAX)?;
        let folder = self.folder;
        // Sizes and dates are looked up one by one: a look at 100,000 files takes longer than to sort
        // their names, and what is known of a million would not be small.
        Ok(self
            .names
            .into_sorted()
            .filter_map(|name| folder.look_at(name)))
    }

    /// Read on until `limit` names are there.
    fn read(&mut self, limit: usize) -> io::Result<()> {
        let Some(mut rest) = self.rest.take() else {
            return Ok(());
        };
        while self.names.len() < limit {
            let Some(entry) = rest.next() else {
                return Ok(());
            };
            self.take(&entry?)?;
        }
        self.rest = Some(rest);
        Ok(())
    }

    fn take(&mut self, entry: &DirEntry) -> io::Result<()> {
        let name = entry.file_name();
        let name = name.to_str().filter(|name| is_part(name));
        let Some(name) = name.filter(|name| !self.folder.hides(name)) else {
            return Ok(());
        };
        let kind = match entry.file_type() {
            Ok(kind) if kind.is_file() => Some(Kind::File),
            Ok(kind) if kind.is_dir() => Some(Kind::Folder),
            // A link, or the folder does not know.
            _ => self.folder.look_at(name.to_owned()).map(|entry| entry.kind),
        };
        kind.map_or(Ok(()), |kind| self.names.push(name, kind))
    }
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
            rest: None,
        };
        if let Some(only) = &self.only {
            for name in &**only {
                if let Some(entry) = self.look_at(name.clone()) {
                    listing.names.push(name, entry.kind)?;
                }
            }
        } else {
            listing.rest = Some(self.dir.entries()?);
            listing.read(FIRST_COUNT)?;
        }
        Ok(listing)
    }

    /// What `name` is now; nothing where it cannot be seen or is neither file nor folder.
    fn look_at(&self, name: String) -> Option<Entry> {
        let mut metadata = self.dir.symlink_metadata(&name).ok()?;
        if metadata.is_symlink() {
            if self.only.is_some() {
                return None;
            }
            // From the root, because a link may lead anywhere inside the share but not out of it.
            let path = self.path.join(&name);
            metadata = self
                .root
                .metadata(&path)
                .or_else(|_| {
                    self.root
                        .metadata(way_inside(&self.place, &path).unwrap_or(path))
                })
                .ok()?;
        }
        let kind = match (metadata.is_dir(), metadata.is_file()) {
            (true, _) => Kind::Folder,
            (_, true) => Kind::File,
            _ => return None,
        };
        Some(Entry {
            name,
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

    /// Count the files in here and below, telling `progress` the number so far now and then; it
    /// answers whether to go on. Links are not followed, so it ends.
    pub fn count_files(&self, mut progress: impl FnMut(u64) -> bool) -> u64 {
        let mut count = 0;
        let Some(only) = &self.only else {
            count_into(&self.dir, self.hidden, 0, &mut count, &mut progress);
            return count;
        };
        for name in &**only {
            match self.look_at(name.clone()).map(|entry| entry.kind) {
                Some(Kind::File) => count += 1,
                Some(Kind::Folder) => {
                    let Ok(inner) = self.dir.open_dir(name) else {
                        continue;
                    };
                    if !count_into(&inner, self.hidden, 0, &mut count, &mut progress) {
                        break;
                    }
                }
                None => {}
            }
        }
        count
    }

    fn hides(&self, name: &str) -> bool {
        !self.hidden && is_hidden(name)
    }
}

/// False when it was told to stop.
fn count_into(
    dir: &Dir,
    hidden: bool,
    depth: u32,
    count: &mut u64,
    progress: &mut dyn FnMut(u64) -> bool,
) -> bool {
    /// Each level holds a handle and some stack; real trees end long before.
    const MAX_DEPTH: u32 = 64;
    /// How many files lie between two reports.
    const STEP: u64 = 512;

    let Ok(entries) = dir.entries() else {
        return true;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        if !hidden && name.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if kind.is_file() {
            *count += 1;
            if count.is_multiple_of(STEP) && !progress(*count) {
                return false;
            }
        } else if kind.is_dir()
            && depth < MAX_DEPTH
            && let Ok(inner) = entry.open_dir()
            && !count_into(&inner, hidden, depth + 1, count, progress)
        {
            return false;
        }
    }
    true
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
        let entries = listing.entries().unwrap();
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

//! What is in a folder, in the order that people expect.

use std::io;
use std::time::SystemTime;

use cap_std::fs::{Dir, DirEntry};

use super::SharedFolder;
use super::links::way_inside;
use super::name::is_part;

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

impl SharedFolder {
    /// The regular files and folders in it, folders first, then by name without regard to case.
    /// Left out: what is hidden, links that lead out of the share or nowhere, and names that nobody
    /// could ask for (not UTF-8, or with control characters).
    ///
    /// # Errors
    /// The folder cannot be read. A single entry that cannot be looked at is left out.
    pub fn entries(&self) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for entry in self.dir.entries()? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            if self.hides(&name) || !is_part(&name) {
                continue;
            }
            entries.extend(self.look_at(&entry, name));
        }
        // Names are folded once each, not once a comparison: folders may have 100,000 of them.
        entries.sort_by_cached_key(|entry| {
            (entry.kind, entry.name.to_lowercase(), entry.name.clone())
        });
        Ok(entries)
    }

    fn look_at(&self, entry: &DirEntry, name: String) -> Option<Entry> {
        let mut metadata = entry.metadata().ok()?;
        if metadata.is_symlink() {
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
        count_into(&self.dir, self.hidden, 0, &mut count, &mut progress);
        count
    }

    fn hides(&self, name: &str) -> bool {
        !self.hidden && name.starts_with('.')
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

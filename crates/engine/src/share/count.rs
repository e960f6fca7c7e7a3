//! Counter shared files without opening them.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::SharedFolder;
use super::identity::Identity;
use super::listing::{Classified, Kind};

/// The number of entries in a folder, recursively.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Files that can be downloaded.
    pub files: u64,
    /// Files and folders left out because of their names.
    pub omitted: u64,
}

/// The number of links to folders that a count follows. A few of them next to each other at many levels make
/// more paths than anyone could walk.
pub(super) const MAX_LINKS: u32 = 10_000;

impl SharedFolder {
    /// Counts the entries recursively. Calls `progress` with the count so far every few hundred entries, and
    /// stops once it returns false. Follows links like a download of the folder does, but at most 10,000 that
    /// point to folders.
    pub fn count(&self, progress: impl FnMut(Count) -> bool) -> Count {
        let mut counter = Counter {
            count: Count::default(),
            seen: 0,
            links: 0,
            progress,
        };
        counter.folder(self, 0);
        counter.count
    }

    /// Opens a folder inside this one.
    pub(super) fn open_folder(&self, name: &OsStr, is_link: bool) -> io::Result<Self> {
        if self.only.is_some() {
            let root = Arc::new(self.root.entry(name.as_ref())?);
            return Ok(Self {
                dir: root.dir.try_clone()?,
                ancestors: root.ancestors(Path::new(""))?,
                root,
                path: PathBuf::new(),
                hidden: self.hidden,
                only: None,
            });
        }
        let path = self.path.join(name);
        let dir = if is_link {
            self.root
                .follow(&path, |path| self.root.dir.open_dir(path))?
        } else {
            self.dir.open_dir(name)?
        };
        let ancestors = self.ancestors.clone().and(Identity::of_dir(&dir)?)?;
        Ok(Self {
            dir,
            root: Arc::clone(&self.root),
            path,
            ancestors,
            hidden: self.hidden,
            only: None,
        })
    }
}

/// The state of a count.
struct Counter<F> {
    count: Count,
    /// Entries of any kind.
    seen: u64,
    /// Links to folders.
    links: u32,
    progress: F,
}

impl<F: FnMut(Count) -> bool> Counter<F> {
    /// Returns false if `progress` stopped the count.
    fn folder(&mut self, folder: &SharedFolder, depth: u32) -> bool {
        let Ok(entries) = folder.read_entries() else {
            return true;
        };
        let mut entries = entries.flatten();
        entries.all(|entry| self.entry(folder, entry, depth))
    }

    /// Returns false if `progress` stopped the count.
    fn entry(&mut self, folder: &SharedFolder, entry: Option<Classified>, depth: u32) -> bool {
        /// Each level takes a handle and some stack; real trees are not this deep.
        const MAX_DEPTH: u32 = 64;
        /// Entries between two progress reports.
        const STEP: u64 = 512;

        self.seen += 1;
        if self.seen.is_multiple_of(STEP) && !(self.progress)(self.count) {
            return false;
        }
        let Some(Classified {
            name,
            kind,
            is_link,
        }) = entry
        else {
            return true;
        };
        match (name, kind) {
            (None, _) => self.count.omitted += 1,
            (Some(_), Kind::File) => self.count.files += 1,
            (Some(name), Kind::Folder) => {
                self.links += u32::from(is_link);
                if depth < MAX_DEPTH
                    && !(is_link && self.links > MAX_LINKS)
                    && let Ok(inner) = folder.open_folder(name.as_ref(), is_link)
                {
                    return self.folder(&inner, depth + 1);
                }
            }
        }
        true
    }
}

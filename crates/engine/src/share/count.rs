//! How much is shared, without looking at more of a file than its name.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::SharedFolder;
use super::identity::Identity;
use super::listing::{Classified, Kind};

/// How much is in a folder and those below it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Files that can be fetched.
    pub files: u64,
    /// Files and folders that cannot, because of their names.
    pub omitted: u64,
}

/// Links to folders that a count follows. A few of them side by side in each of many folders make more
/// paths than anybody could walk.
const MAX_LINKS: u32 = 10_000;

impl SharedFolder {
    /// Count what is in here and below, telling `progress` now and then how much it is so far; it answers
    /// whether to go on. Links are followed, as they are in a download of the folder, but of those to
    /// folders no more than 10,000.
    pub fn count(&self, progress: impl FnMut(Count) -> bool) -> Count {
        let mut counting = Counting {
            count: Count::default(),
            seen: 0,
            links: 0,
            progress,
        };
        counting.folder(self, 0);
        counting.count
    }

    /// Open a folder in this one.
    fn open_folder(&self, name: &OsStr, is_link: bool) -> io::Result<Self> {
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

/// A count on its way.
struct Counting<F> {
    count: Count,
    /// Entries, whatever they are.
    seen: u64,
    /// Links to folders.
    links: u32,
    progress: F,
}

impl<F: FnMut(Count) -> bool> Counting<F> {
    /// False when it was told to stop.
    fn folder(&mut self, folder: &SharedFolder, depth: u32) -> bool {
        let Ok(entries) = folder.read_entries() else {
            return true;
        };
        let mut entries = entries.flatten();
        entries.all(|entry| self.entry(folder, entry, depth))
    }

    /// False when it was told to stop.
    fn entry(&mut self, folder: &SharedFolder, entry: Option<Classified>, depth: u32) -> bool {
        /// Each level holds a handle and some stack; real trees end long before.
        const MAX_DEPTH: u32 = 64;
        /// How many entries lie between two reports.
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

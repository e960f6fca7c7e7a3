//! Sharing some entries of a folder and nothing else in it.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::Arc;

use cap_std::fs::Dir;

use super::name::ShareName;
use super::root::Root;
use super::{Found, Share, reading, refused};

impl Share {
    /// Share nothing but these entries of the folder: the files among them, and the folders with all that is
    /// in them. They are shared even if their own names start with a dot. Each folder is confined by itself:
    /// a link that leads out of it, be it to another of the entries, is not followed. An entry that is a link
    /// is not shared.
    ///
    /// # Errors
    /// The first of them that cannot be shared, and why: it is missing, may not be read, is neither a regular
    /// file nor a folder, or its name cannot be asked for.
    pub fn only(self, entries: BTreeSet<String>) -> Result<Self, (String, io::Error)> {
        for entry in &entries {
            let opened = match ShareName::from_raw(entry.as_bytes()) {
                Ok(name) if name.parts().len() == 1 => {
                    self.find_entry(entry, &ShareName::default())
                }
                _ => Err(io::ErrorKind::InvalidFilename.into()),
            };
            opened.map_err(|e| (entry.clone(), e))?;
        }
        let only = Some(Arc::new(entries));
        Ok(Self { only, ..self })
    }

    /// Open `entry` of the root, or what `rest` stands for in it.
    ///
    /// # Errors
    /// As [`Share::find`].
    pub(super) fn find_entry(&self, entry: &str, rest: &ShareName) -> io::Result<Found> {
        let path = Path::new(entry);
        let metadata = self.root.dir.symlink_metadata(path)?;
        if metadata.is_dir() {
            let root = self.root.entry(path).map_err(|e| refused(path, e))?;
            let folder = Self {
                root: Arc::new(root),
                hidden: Arc::clone(&self.hidden),
                only: None,
                secret: self.secret.clone(),
            };
            folder.find(rest)
        } else if metadata.is_file() && rest.is_root() {
            let opened = self.open_file(path, &reading(false));
            opened.map(Found::File).map_err(|e| refused(path, e))
        } else {
            Err(io::ErrorKind::NotFound.into())
        }
    }
}

impl Root {
    /// The root of the folder `name` in this one, which is confined by itself.
    ///
    /// # Errors
    /// It is no folder, or may not be read.
    pub(super) fn entry(&self, name: &Path) -> io::Result<Self> {
        Ok(Self {
            dir: open_dir_nofollow(&self.dir, name)?,
            place: self.place.join(name),
        })
    }
}

/// Open a folder, but not one that a link leads to: a link may have taken its place after the look at it.
#[cfg(unix)]
fn open_dir_nofollow(root: &Dir, path: &Path) -> io::Result<Dir> {
    let folder = root.open_with(path, &reading(false))?.into_std();
    if folder.metadata()?.is_dir() {
        Ok(Dir::from_std_file(folder))
    } else {
        Err(io::ErrorKind::NotADirectory.into())
    }
}

/// There is only the look before: a link that took the folder's place after it is followed within `root`.
#[cfg(windows)]
fn open_dir_nofollow(root: &Dir, path: &Path) -> io::Result<Dir> {
    root.open_dir(path)
}

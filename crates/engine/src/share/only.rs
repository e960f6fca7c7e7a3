//! Sharing selected entries of a folder and nothing else in it.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::Arc;

use cap_std::fs::Dir;

use super::name::ShareName;
use super::root::Root;
use super::{Found, Share, reading, refused};

impl Share {
    /// Restricts the share to `entries`: files, and folders with their contents. They are shared even if their
    /// own names start with a dot. Each folder is a sandbox of its own: a link that leaves it is not followed,
    /// not even to another of the entries. An entry that is itself a link is not shared.
    ///
    /// # Errors
    /// The first entry that cannot be shared, and the reason: it does not exist, cannot be read, is neither a
    /// regular file nor a folder, or its name cannot be requested.
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

    /// Opens `entry` of the root, or the path `rest` inside it.
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
    /// Makes the folder `name` a root of its own.
    ///
    /// # Errors
    /// It is not a folder, or cannot be read.
    pub(super) fn entry(&self, name: &Path) -> io::Result<Self> {
        Ok(Self {
            dir: open_dir_nofollow(&self.dir, name)?,
            path: self.path.join(name),
        })
    }
}

/// Opens a folder without following a link, which may have replaced the folder since the check.
#[cfg(unix)]
fn open_dir_nofollow(root: &Dir, path: &Path) -> io::Result<Dir> {
    let folder = root.open_with(path, &reading(false))?.into_std();
    if folder.metadata()?.is_dir() {
        Ok(Dir::from_std_file(folder))
    } else {
        Err(io::ErrorKind::NotADirectory.into())
    }
}

/// Windows has the check only: a link that has replaced the folder since is followed, but only within `root`.
#[cfg(windows)]
fn open_dir_nofollow(root: &Dir, path: &Path) -> io::Result<Dir> {
    root.open_dir(path)
}

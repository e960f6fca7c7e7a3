//! Small files on their way: many are written, flushed to the disk with one call, and then get their names.
#![expect(
    clippy::disallowed_methods,
    reason = "called on the threads that receive"
)]

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::{Destination, check_space};
use crate::error::StoreError;
use crate::store::folder::batch_writer::{FileSystem, write_new};
use crate::store::part::{check_folder, place, write_error};
use crate::store::part_name::PART;
use crate::store::target::{CopyNaming, IfExists};

/// How the name of a scratch folder begins. It ends as that of a part, which no stranger's file has.
const PREFIX: &str = "landline-";

/// In a scratch folder, locked as long as it is in use.
const LOCK: &str = "lock";

/// A folder in the one for received files, which is removed on drop.
#[derive(Debug)]
pub(crate) struct Scratch {
    root: PathBuf,
    folder: PathBuf,
    _lock: File,
}

/// A file that has no name yet.
#[derive(Debug)]
pub(crate) struct Small {
    from: PathBuf,
    pub destination: Destination,
    pub len: u64,
}

impl Scratch {
    /// A new one in `root`.
    ///
    /// # Errors
    /// `root` is not there or not writable.
    pub(crate) fn create(root: &Path) -> Result<Self, StoreError> {
        check_folder(root)?;
        let failed = |e: io::Error| write_error(&e, root, root);
        let mut number = [0; 8];
        getrandom::fill(&mut number).map_err(|e| failed(io::Error::other(e)))?;
        let folder = root.join(format!("{PREFIX}{:016x}{PART}", u64::from_ne_bytes(number)));
        fs::create_dir(&folder).map_err(failed)?;
        let lock = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(folder.join(LOCK))
            .inspect_err(|_| _ = fs::remove_dir(&folder))
            .map_err(failed)?;
        // Where there are no locks, nobody removes it either.
        let _ = lock.try_lock();
        Ok(Self {
            root: root.to_owned(),
            folder,
            _lock: lock,
        })
    }

    /// Removes what programs that were killed have left in `root`.
    pub(crate) fn sweep(root: &Path) {
        let Ok(entries) = fs::read_dir(root) else {
            return;
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let number = name
                .strip_prefix(PREFIX)
                .and_then(|name| name.strip_suffix(PART));
            let is_ours = number.is_some_and(|number| {
                number.len() == 16 && number.bytes().all(|b| b.is_ascii_hexdigit())
            });
            if is_ours && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                remove_abandoned(&entry.path());
            }
        }
    }

    /// Writes a file. It is neither on the disk for certain nor has its name until [`Scratch::place`].
    ///
    /// # Errors
    /// The disk is full or fails.
    pub(crate) fn write(
        &self,
        destination: Destination,
        content: &[u8],
        modified: Option<SystemTime>,
    ) -> Result<Small, StoreError> {
        let len = content.len() as u64;
        check_space(&self.root, len)?;
        let written = write_new(&self.folder, content, modified);
        let (from, _) = written.map_err(|e| write_error(&e, &self.root, &self.folder))?;
        Ok(Small {
            from,
            destination,
            len,
        })
    }

    /// Flushes `files` to the disk and gives them their names, in this order.
    ///
    /// # Errors
    /// The disk fails: none of them can be relied on.
    pub(crate) fn place(
        &self,
        files: &[Small],
        copies: CopyNaming,
    ) -> Result<Vec<Result<PathBuf, StoreError>>, StoreError> {
        let file_system = FileSystem::of(&self.folder)?;
        file_system.sync()?;
        let placed = files.iter().map(|file| file.place(copies)).collect();
        // Now their names.
        file_system.sync()?;
        Ok(placed)
    }
}

impl Small {
    fn place(&self, copies: CopyNaming) -> Result<PathBuf, StoreError> {
        let folder = self.destination.create_folder()?;
        let name = self.destination.name();
        let placed = place(&self.from, &folder, name, IfExists::Keep, copies);
        placed.map_err(|e| write_error(&e, &folder, &self.from))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(e) = fs::remove_dir_all(&self.folder) {
            log::warn!("{} stays: {e}", self.folder.display());
        }
    }
}

/// Removes a scratch folder that nobody uses. Whoever is creating one has not locked it yet, for a moment; that one is
/// empty.
fn remove_abandoned(folder: &Path) {
    let lock = match File::open(folder.join(LOCK)) {
        Ok(lock) => lock,
        Err(e) if e.kind() == ErrorKind::NotFound => return,
        Err(e) => return log::warn!("{}: {e}", folder.display()),
    };
    match lock.try_lock() {
        Ok(()) => {
            if let Err(e) = fs::remove_dir_all(folder) {
                log::warn!("{} stays: {e}", folder.display());
            }
        }
        Err(TryLockError::WouldBlock) => {}
        Err(TryLockError::Error(e)) => log::info!("{}: {e}", folder.display()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    }

    #[test]
    fn files_get_their_names_together() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("a"), "mine").unwrap();
        let scratch = Scratch::create(root.path()).unwrap();
        let write = |path: &str, content: &str| {
            let destination = Destination::new(root.path(), path).unwrap();
            scratch
                .write(destination, content.as_bytes(), None)
                .unwrap()
        };
        let files = [write("a", "one"), write("d/b", "two"), write("a/c", "no")];
        let placed = scratch.place(&files, CopyNaming::Number).unwrap();
        let there = |name: &str| Ok(root.path().join(name));
        assert_eq!(placed[..2], [there("a (2)"), there("d/b")]);
        assert!(matches!(placed[2], Err(StoreError::InTheWay { .. })));
        drop(scratch);
        assert_eq!(names(root.path()), ["a", "a (2)", "d"]);
        assert_eq!(fs::read(root.path().join("a")).unwrap(), b"mine");
    }

    #[test]
    fn what_a_killed_program_left_is_removed_and_nothing_else() {
        let root = tempfile::tempdir().unwrap();
        let left = root.path().join("landline-0123456789abcdef.part");
        fs::create_dir(&left).unwrap();
        fs::write(left.join(LOCK), "").unwrap();
        fs::write(left.join("1.part"), "content").unwrap();
        for other in ["landline-film.part", "landline-0123456789abcdef"] {
            fs::create_dir(root.path().join(other)).unwrap();
            fs::write(root.path().join(other).join(LOCK), "").unwrap();
        }
        let used = Scratch::create(root.path()).unwrap();
        Scratch::sweep(root.path());
        assert!(!left.exists() && used.folder.exists());
        assert_eq!(names(root.path()).len(), 3);
    }
}

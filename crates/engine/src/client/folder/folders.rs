//! The folders that a download makes: each entry has one of its own, which gets its date at the end.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::entry::Entry;
use super::existing::Used;
use super::tree::Tree;
use crate::client::connection::FetchError;
use crate::error::StoreError;
use crate::fs::fsync;
use crate::store::folder::local_path::{FolderError, create_folders, safe_path, set_modified};
use crate::store::folder::name_collisions::numbered;
use crate::store::free_space::{BLOCK_LEN, Growth};
use crate::store::part::{MAX_COPIES, write_error};

impl Tree<'_> {
    /// Folders are there as soon as they are found, so that empty ones are, too.
    pub(super) fn make_folder(
        &self,
        entry: &mut Entry,
        growth: &mut Growth,
    ) -> Result<(), FetchError> {
        let root = &self.dir_lock.root;
        let may_grow = growth.grow(BLOCK_LEN);
        may_grow.map_err(|e| write_error(&e, root, root))?;
        let make = |place: &Path| {
            let made = create_folders(root, place);
            made.map_err(|e| self.folder_error(e).into())
        };
        self.own_folder(entry, &self.used, make).map(drop)
    }

    /// The folder of `entry`, which `find` finds where it is told to. One that is another one's of those that are
    /// `used`, on a disk that takes both names for one or by a link, gets a name of its own.
    fn own_folder(
        &self,
        entry: &mut Entry,
        used: &Used,
        find: impl Fn(&Path) -> Result<PathBuf, FetchError>,
    ) -> Result<PathBuf, FetchError> {
        let root = &self.dir_lock.root;
        let mut copies = 2..=MAX_COPIES;
        let own = || safe_path(root, &entry.path);
        let own = entry.local.clone().unwrap_or_else(own);
        loop {
            let path = find(&entry.place(root))?;
            if used.take_folder(&path) {
                return Ok(path);
            }
            let Some(copy) = copies.next() else {
                return Err(StoreError::InTheWay { path }.into());
            };
            entry.local = Some(numbered(&own, copy));
        }
    }

    pub(super) fn folder_error(&self, error: FolderError) -> StoreError {
        match error {
            FolderError::Io { path, error } => write_error(&error, &self.dir_lock.root, &path),
            FolderError::InTheWay { path } => StoreError::InTheWay { path },
            FolderError::LeadsElsewhere { path } => StoreError::LeadsElsewhere { path },
        }
    }

    /// The folders' own dates, which change with everything that is put into them.
    pub(super) fn date_folders(&self) -> io::Result<()> {
        let root = &self.dir_lock.root;
        let Ok(mut folders) = self.manifest.folders() else {
            return Ok(());
        };
        // In the order in which they were made, so that each gets the name again that it got then.
        let used = Used::default();
        used.take_folder(root);
        let mut synced = Ok(());
        while let Ok(Some(mut entry)) = folders.take(self.cancel()) {
            let Ok(path) = self.own_folder(&mut entry, &used, |place| Ok(root.join(place))) else {
                continue;
            };
            if let Some(modified) = entry.modified
                && let Err(e) = set_modified(&path, modified)
            {
                log::info!("{}: {e}", path.display());
            }
            if !cfg!(target_os = "linux") {
                // Elsewhere there is no call for all of them. One that was left out is not there.
                let is_missing = |e: &io::Error| {
                    matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
                };
                match fsync::folder(&path) {
                    Err(e) if synced.is_ok() && !is_missing(&e) => synced = Err(e),
                    _ => {}
                }
            }
        }
        synced?;
        fsync::folder(root)?;
        root.parent().map_or(Ok(()), fsync::folder)
    }
}

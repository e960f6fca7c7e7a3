//! The folders that a download makes: each entry has one of its own, which gets its date at the end.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::entry::Entry;
use super::folder_store::{Claims, FolderStore};
use super::local_path::{FolderError, create_folders, safe_path, set_modified};
use super::manifest::Manifest;
use super::name_collisions::numbered;
use crate::error::StoreError;
use crate::fs::fsync;
use crate::store::free_space::{BLOCK_LEN, SpaceGuard};
use crate::store::part::{MAX_COPIES, write_error};
use crate::transport::CancelToken;

impl FolderStore<'_> {
    /// Folders are there as soon as they are found, so that empty ones are, too.
    pub(crate) fn make_folder(
        &self,
        entry: &mut Entry,
        growth: &mut SpaceGuard,
    ) -> Result<(), StoreError> {
        let root = &self.dir_lock.root;
        let may_grow = growth.grow(BLOCK_LEN);
        may_grow.map_err(|e| write_error(&e, root, root))?;
        let make = |place: &Path| {
            let made = create_folders(root, place);
            made.map_err(|e| self.folder_error(e))
        };
        self.own_folder(entry, &self.claims, make).map(drop)
    }

    /// Make `folder` and all folders above it, up to the root. It is a [`Destination::folder`].
    ///
    /// [`Destination::folder`]: super::folder_store::Destination::folder
    pub(crate) fn make_parent(&self, folder: &Path) -> Result<(), StoreError> {
        let root = &self.dir_lock.root;
        let relative = folder.strip_prefix(root).unwrap_or(folder);
        let made = create_folders(root, relative);
        made.map(drop).map_err(|e| self.folder_error(e))
    }

    /// The folder of `entry`, which `find` finds where it is told to. One that is another one's of those that are
    /// claimed, on a disk that takes both names for one or by a link, gets a name of its own.
    fn own_folder(
        &self,
        entry: &mut Entry,
        claims: &Claims,
        find: impl Fn(&Path) -> Result<PathBuf, StoreError>,
    ) -> Result<PathBuf, StoreError> {
        let root = &self.dir_lock.root;
        let mut copies = 2..=MAX_COPIES;
        let own = || safe_path(root, &entry.path);
        let own = entry.local.clone().unwrap_or_else(own);
        loop {
            let path = find(&entry.place(root))?;
            if claims.claim_folder(&path) {
                return Ok(path);
            }
            let Some(copy) = copies.next() else {
                return Err(StoreError::InTheWay { path });
            };
            entry.local = Some(numbered(&own, copy));
        }
    }

    fn folder_error(&self, error: FolderError) -> StoreError {
        match error {
            FolderError::Io { path, error } => write_error(&error, &self.dir_lock.root, &path),
            FolderError::InTheWay { path } => StoreError::InTheWay { path },
            FolderError::LeadsElsewhere { path } => StoreError::LeadsElsewhere { path },
        }
    }

    /// The folders' own dates, which change with everything that is put into them.
    pub(crate) fn date_folders(
        &self,
        manifest: &Arc<Manifest>,
        cancel: &CancelToken,
    ) -> io::Result<()> {
        let root = &self.dir_lock.root;
        let Ok(mut folders) = manifest.folders() else {
            return Ok(());
        };
        // In the order in which they were made, so that each gets the name again that it got then.
        let claims = Claims::default();
        claims.claim_folder(root);
        let mut synced = Ok(());
        while let Ok(Some(mut entry)) = folders.take(cancel) {
            let Ok(path) = self.own_folder(&mut entry, &claims, |place| Ok(root.join(place)))
            else {
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

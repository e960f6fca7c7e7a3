//! Puts small files in their place, many at a time: one call writes all of them through to the disk,
//! and then they get their names.
#![expect(
    clippy::disallowed_methods,
    reason = "waits for files and for the disk, on a thread that is there for it"
)]

use std::path::{Path, PathBuf};

use crossbeam_channel::Receiver;

use super::tree::Tree;
use crate::client::ClientError;
use crate::client::part::{place, write_error};
use crate::name_bytes;
use crate::net::Checked;

/// Files that wait to be put in their place. While some are written through, others gather.
pub(super) const MAX_WAITING: usize = 512;

/// A file that is whole, under a name that means nothing.
pub(super) struct Whole {
    /// Where it is.
    pub(super) from: PathBuf,
    /// Where it belongs.
    pub(super) folder: PathBuf,
    /// What it is called there, with [escapes](name_bytes).
    pub(super) name: String,
    /// What the server calls it.
    pub(super) path: String,
    pub(super) checked: Checked,
}

impl Tree<'_> {
    /// Put everything that comes in its place, until nothing comes any more. Who still sends when this
    /// has failed hears of it by the channel's end.
    #[expect(clippy::needless_pass_by_value, reason = "its end has to go with this")]
    pub(super) fn store(&self, files: Receiver<Whole>) -> Result<(), ClientError> {
        // Held all the time: a disk tells an error only to who was there when it happened.
        let disk = Disk::of(&self.claim.scratch)?;
        let mut batch = Vec::new();
        while let Ok(first) = files.recv() {
            batch.push(first);
            batch.extend(files.try_iter().take(MAX_WAITING));
            disk.sync()?;
            for file in batch.drain(..) {
                let wanted = name_bytes::join(&file.folder, &file.name);
                let exists = self.exists(&wanted);
                let placed = place(&file.from, &file.folder, &file.name, exists);
                match placed {
                    Ok(there) => self.arrived(&file.path, &there, file.checked),
                    Err(e) => {
                        let error = write_error(&e, &file.folder, &wanted);
                        let failed = self.failed(&file.path, error);
                        failed.unwrap_or_else(|halt| self.stop(halt));
                    }
                }
            }
            self.report();
        }
        Ok(())
    }
}

/// The disk that a folder is on.
pub(super) struct Disk {
    folder: PathBuf,
    #[cfg(target_os = "linux")]
    handle: std::fs::File,
}

impl Disk {
    /// That of `folder`.
    #[cfg(target_os = "linux")]
    pub(super) fn of(folder: &Path) -> Result<Self, ClientError> {
        let handle = std::fs::File::open(folder);
        Ok(Self {
            handle: handle.map_err(|e| write_error(&e, folder, folder))?,
            folder: folder.to_owned(),
        })
    }

    /// Everything that was written to it is on it afterwards: `syncfs(2)`.
    #[cfg(target_os = "linux")]
    pub(super) fn sync(&self) -> Result<(), ClientError> {
        let synced = rustix::fs::syncfs(&self.handle);
        synced.map_err(|e| write_error(&e.into(), &self.folder, &self.folder))
    }

    /// That of `folder`.
    #[cfg(not(target_os = "linux"))]
    #[expect(clippy::unnecessary_wraps, reason = "Linux can fail")]
    pub(super) fn of(folder: &Path) -> Result<Self, ClientError> {
        let folder = folder.to_owned();
        Ok(Self { folder })
    }

    /// Each file was written through by the thread that wrote it.
    #[cfg(not(target_os = "linux"))]
    #[expect(clippy::unnecessary_wraps, reason = "Linux can fail")]
    pub(super) fn sync(&self) -> Result<(), ClientError> {
        log::debug!("{}: nothing to write through", self.folder.display());
        Ok(())
    }
}

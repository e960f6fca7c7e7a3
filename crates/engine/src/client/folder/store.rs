//! Puts small files in their place, many at a time: one call writes all of them through to the disk,
//! and then they get their names.
#![expect(
    clippy::disallowed_methods,
    reason = "waits for files and for the disk, on a thread that is there for it"
)]

use std::fs;
use std::path::{Path, PathBuf};

use crossbeam_channel::Receiver;

use super::tree::Tree;
use super::worker::Goal;
use crate::client::IfExists;
use crate::error::StoreError;
use crate::name_bytes;
use crate::store::folder::fetch_log::{Look, Mark};
use crate::store::part::{MAX_COPIES, copy_name, place, write_error};
use crate::transfer::{Checked, Saved};

/// Files that wait to be put in their place. While some are written through, others gather.
pub(super) const MAX_WAITING: usize = 512;

/// A file that is whole, under a name that means nothing.
pub(super) struct Whole {
    /// Where it is.
    pub(super) from: PathBuf,
    /// None if the file system does not say.
    pub(super) look: Option<Look>,
    /// Where it belongs.
    pub(super) goal: Goal,
    /// What the server calls it.
    pub(super) path: String,
    pub(super) checked: Checked,
}

/// Where a [`Whole`] is about to go.
struct Plan {
    file: Whole,
    exists: IfExists,
    there: PathBuf,
    /// What is there now has the same length and date.
    looks_same: bool,
}

impl Tree<'_> {
    /// Put everything that comes in its place, until nothing comes any more. Who still sends when this
    /// has failed hears of it by the channel's end.
    ///
    /// A mark is written before its file gets its name where nothing there could be mistaken for the file, so that
    /// a kill in between leaves no file that nobody knows. Elsewhere it is written when the new file is on the disk
    /// under its name.
    #[expect(clippy::needless_pass_by_value, reason = "its end has to go with this")]
    pub(super) fn store(&self, files: Receiver<Whole>) -> Result<(), StoreError> {
        // Held all the time: a disk tells an error only to who was there when it happened.
        let disk = Disk::of(&self.dir_lock.scratch)?;
        let mut batch = Vec::new();
        let mut late = Vec::new();
        while let Ok(first) = files.recv() {
            let all = [first]
                .into_iter()
                .chain(files.try_iter().take(MAX_WAITING));
            batch.extend(all.map(|file| self.plan(file)));
            let early: Vec<_> = batch.iter().filter_map(|plan| self.early(plan)).collect();
            self.note(&early)?;
            disk.sync()?;
            self.note(&late)?;
            late.clear();
            for plan in batch.drain(..) {
                late.extend(self.put(&plan));
            }
            self.report();
        }
        if late.is_empty() {
            return Ok(());
        }
        disk.sync()?;
        self.note(&late)
    }

    fn plan(&self, file: Whole) -> Plan {
        let Goal { folder, name, .. } = &file.goal;
        let mut there = name_bytes::join(folder, name);
        let (mut exists, mut looks_same) = (IfExists::Keep, false);
        if let Ok(found) = fs::symlink_metadata(&there) {
            exists = self.exists(&file.goal, &there, file.look);
            if exists == IfExists::Overwrite {
                looks_same = Look::of(&found) == file.look;
            } else {
                let mut copies = (1..=MAX_COPIES).map(|copy| copy_name(name, copy));
                let free = copies.find_map(|name| {
                    let path = name_bytes::join(folder, &name);
                    fs::symlink_metadata(&path).is_err().then_some(path)
                });
                there = free.unwrap_or(there);
            }
        }
        Plan {
            file,
            exists,
            there,
            looks_same,
        }
    }

    /// The mark to write before the file gets its name.
    fn early(&self, plan: &Plan) -> Option<Mark> {
        let look = plan.file.look.filter(|_| !plan.looks_same)?;
        Some(self.mark(&plan.file.path, &plan.there, look))
    }

    /// Give the file its name. The mark is still to be written, once that is on the disk.
    fn put(&self, plan: &Plan) -> Option<Mark> {
        let Plan { file, exists, .. } = plan;
        let Goal { folder, name, .. } = &file.goal;
        match place(&file.from, folder, name, *exists) {
            Ok(there) => {
                self.take(&there);
                self.arrived(&file.path, &there, file.checked);
                let is_marked = !plan.looks_same && there == plan.there;
                let look = file.look.filter(|_| !is_marked)?;
                Some(self.mark(&file.path, &there, look))
            }
            Err(e) => {
                let _ = fs::remove_file(&file.from);
                let error = write_error(&e, folder, &name_bytes::join(folder, name));
                let failed = self.failed(&file.path, error.into());
                failed.unwrap_or_else(|halt| self.stop(halt));
                None
            }
        }
    }

    fn note(&self, marks: &[Mark]) -> Result<(), StoreError> {
        let scratch = &self.dir_lock.scratch;
        let noted = self.marks.add(marks);
        noted.map_err(|e| write_error(&e, scratch, scratch))
    }

    /// A file that looks like `look` is about to get its name at `there`, and is on the disk.
    pub(super) fn will_be(&self, path: &str, there: &Path, look: Look) {
        let found = fs::symlink_metadata(there).ok();
        if found.as_ref().and_then(Look::of) != Some(look) {
            self.try_note(self.mark(path, there, look));
        }
    }

    /// The file at `path` of the folder has got its name, and that is on the disk; or what was there does.
    pub(super) fn is_named(&self, path: &str, saved: &Saved) {
        self.take(&saved.path);
        let found = fs::symlink_metadata(&saved.path).ok();
        if let Some(look) = found.as_ref().and_then(Look::of)
            && !saved.skipped
        {
            self.try_note(self.mark(path, &saved.path, look));
        }
    }

    /// Without its mark a file is fetched again after an interruption, and nothing worse.
    fn try_note(&self, mark: Mark) {
        if let Err(e) = self.marks.add(&[mark]) {
            log::warn!("{}: {e}", self.dir_lock.scratch.display());
        }
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
    pub(super) fn of(folder: &Path) -> Result<Self, StoreError> {
        let handle = std::fs::File::open(folder);
        Ok(Self {
            handle: handle.map_err(|e| write_error(&e, folder, folder))?,
            folder: folder.to_owned(),
        })
    }

    /// Everything that was written to it is on it afterwards: `syncfs(2)`.
    #[cfg(target_os = "linux")]
    pub(super) fn sync(&self) -> Result<(), StoreError> {
        let synced = rustix::fs::syncfs(&self.handle);
        synced.map_err(|e| write_error(&e.into(), &self.folder, &self.folder))
    }

    /// That of `folder`.
    #[cfg(not(target_os = "linux"))]
    #[expect(clippy::unnecessary_wraps, reason = "Linux can fail")]
    pub(super) fn of(folder: &Path) -> Result<Self, StoreError> {
        let folder = folder.to_owned();
        Ok(Self { folder })
    }

    /// Each file was written through by the thread that wrote it.
    #[cfg(not(target_os = "linux"))]
    #[expect(clippy::unnecessary_wraps, reason = "Linux can fail")]
    pub(super) fn sync(&self) -> Result<(), StoreError> {
        log::debug!("{}: nothing to write through", self.folder.display());
        Ok(())
    }
}

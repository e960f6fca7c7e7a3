//! Puts small files in their place, many at a time: one call writes all of them through to the disk,
//! and then they get their names.
#![expect(
    clippy::disallowed_methods,
    reason = "waits for files and for the disk, on a thread that is there for it"
)]

use std::fs;
use std::io;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use crossbeam_channel::Receiver;

use super::fetch_log::{LogEntry, Stat};
use super::folder_store::{Destination, FolderStore};
use crate::error::StoreError;
use crate::fs::fsync;
use crate::name_bytes;
use crate::store::free_space::{BLOCK_LEN, SpaceGuard};
use crate::store::origin_mark;
use crate::store::part::{MAX_COPIES, copy_name, create_anew, place, write_error};
use crate::store::part_name::PART;
use crate::store::target::IfExists;
use crate::transfer::Checked;

/// Files that wait to be put in their place. While some are written through, others gather.
pub(crate) const MAX_WAITING: usize = 512;

/// A whole file in the scratch folder, under a name that means nothing.
pub(crate) struct ReceivedFile {
    pub(crate) written: Written,
    pub(crate) destination: Destination,
    /// An [`Entry::path`](super::entry::Entry::path).
    pub(crate) path: String,
    pub(crate) checked: Checked,
}

/// A file in the scratch folder.
pub(crate) struct Written {
    from: PathBuf,
    /// `None` if the file system does not say.
    stat: Option<Stat>,
}

/// Where a [`ReceivedFile`] is about to go.
struct Placement {
    file: ReceivedFile,
    if_exists: IfExists,
    there: PathBuf,
    /// What is there now has the same stat.
    has_same_stat: bool,
}

impl FolderStore<'_> {
    /// Write `content` to a new file in the scratch folder with this date.
    pub(crate) fn write_small(
        &self,
        content: &[u8],
        modified: Option<SystemTime>,
        growth: &mut SpaceGuard,
    ) -> Result<Written, StoreError> {
        let written = growth.grow(BLOCK_LEN.max(content.len() as u64));
        let (from, stat) = written
            .and_then(|()| write_new(&self.dir_lock.scratch, content, modified))
            .map_err(|e| self.scratch_error(&e))?;
        Ok(Written { from, stat })
    }

    /// Put everything that comes in its place, until nothing comes any more, and tell `placed` where or why not, and
    /// `batch_done` after each batch. Those that still send when this has failed notice the channel's end.
    ///
    /// A file is logged before it gets its name where nothing there could be mistaken for it, so that a kill in
    /// between leaves no file that nobody knows. Elsewhere it is logged when the new file is on the disk under its
    /// name.
    #[expect(clippy::needless_pass_by_value, reason = "its end has to go with this")]
    pub(crate) fn place_all(
        &self,
        files: Receiver<ReceivedFile>,
        placed: &mut dyn FnMut(&ReceivedFile, Result<&Path, StoreError>),
        batch_done: &mut dyn FnMut(),
    ) -> Result<(), StoreError> {
        let file_system = FileSystem::of(&self.dir_lock.scratch)?;
        let mut batch = Vec::new();
        let mut late = Vec::new();
        while let Ok(first) = files.recv() {
            let all = [first]
                .into_iter()
                .chain(files.try_iter().take(MAX_WAITING));
            batch.extend(all.map(|file| self.plan(file)));
            let early: Vec<_> = batch.iter().filter_map(|one| self.early(one)).collect();
            self.log(&early)?;
            file_system.sync()?;
            self.log(&late)?;
            late.clear();
            for placement in batch.drain(..) {
                late.extend(self.put(&placement, placed));
            }
            batch_done();
        }
        if late.is_empty() {
            return Ok(());
        }
        file_system.sync()?;
        self.log(&late)
    }

    fn plan(&self, file: ReceivedFile) -> Placement {
        let mut there = file.destination.path();
        let (mut if_exists, mut has_same_stat) = (IfExists::Keep, false);
        if let Ok(found) = fs::symlink_metadata(&there) {
            if_exists = self.if_exists(&file.destination, &there, file.written.stat);
            if if_exists == IfExists::Overwrite {
                has_same_stat = Stat::of(&found) == file.written.stat;
            } else {
                let Destination { folder, name, .. } = &file.destination;
                let mut copies = (1..=MAX_COPIES).map(|copy| copy_name(name, copy, self.copies));
                let free = copies.find_map(|name| {
                    let path = name_bytes::join(folder, &name);
                    fs::symlink_metadata(&path).is_err().then_some(path)
                });
                there = free.unwrap_or(there);
            }
        }
        Placement {
            file,
            if_exists,
            there,
            has_same_stat,
        }
    }

    /// What to log before the file gets its name.
    fn early(&self, placement: &Placement) -> Option<LogEntry> {
        let stat = placement
            .file
            .written
            .stat
            .filter(|_| !placement.has_same_stat)?;
        Some(self.log_entry(&placement.file.path, &placement.there, stat))
    }

    /// Give the file its name. Returns what is still to be logged, once that is on the disk.
    fn put(
        &self,
        placement: &Placement,
        placed: &mut dyn FnMut(&ReceivedFile, Result<&Path, StoreError>),
    ) -> Option<LogEntry> {
        let Placement {
            file, if_exists, ..
        } = placement;
        let Destination { folder, name, .. } = &file.destination;
        match place(&file.written.from, folder, name, *if_exists, self.copies) {
            Ok(there) => {
                self.claim(&there);
                placed(file, Ok(&there));
                let is_logged = !placement.has_same_stat && there == placement.there;
                let stat = file.written.stat.filter(|_| !is_logged)?;
                Some(self.log_entry(&file.path, &there, stat))
            }
            Err(e) => {
                let _ = fs::remove_file(&file.written.from);
                let error = write_error(&e, folder, &name_bytes::join(folder, name));
                placed(file, Err(error));
                None
            }
        }
    }
}

/// A new file in `scratch` with this content and date, and how it stats on the disk.
pub(crate) fn write_new(
    scratch: &Path,
    content: &[u8],
    modified: Option<SystemTime>,
) -> io::Result<(PathBuf, Option<Stat>)> {
    /// Only one program at a time uses a scratch folder; what an earlier one left is written over.
    static NEXT: AtomicU64 = AtomicU64::new(0);

    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let path = scratch.join(format!("{number}{PART}"));
    // Whatever an earlier one left there may have another name by now.
    let mut file = create_anew(&path)?;
    file.write_all(content)?;
    origin_mark::mark(&path, &file);
    if let Some(modified) = modified
        && let Err(e) = file.set_modified(modified)
    {
        log::info!("{}: {e}", path.display());
    }
    if !cfg!(target_os = "linux") {
        // Elsewhere there is no call for all of them.
        fsync::all(&file)?;
    }
    // A disk may know neither the date nor each second of it.
    let stat = Stat::of(&file.metadata()?);
    Ok((path, stat))
}

/// The file system that a folder is on, open: it tells an error only to those who had it open when it happened.
pub(crate) struct FileSystem {
    folder: PathBuf,
    #[cfg(target_os = "linux")]
    handle: std::fs::File,
}

impl FileSystem {
    /// That of `folder`.
    #[cfg(target_os = "linux")]
    pub(crate) fn of(folder: &Path) -> Result<Self, StoreError> {
        let handle = std::fs::File::open(folder);
        Ok(Self {
            handle: handle.map_err(|e| write_error(&e, folder, folder))?,
            folder: folder.to_owned(),
        })
    }

    /// Everything that was written to it is on it afterwards: `syncfs(2)`.
    #[cfg(target_os = "linux")]
    pub(crate) fn sync(&self) -> Result<(), StoreError> {
        let synced = rustix::fs::syncfs(&self.handle);
        synced.map_err(|e| write_error(&e.into(), &self.folder, &self.folder))
    }

    /// That of `folder`.
    #[cfg(not(target_os = "linux"))]
    #[expect(clippy::unnecessary_wraps, reason = "Linux can fail")]
    pub(crate) fn of(folder: &Path) -> Result<Self, StoreError> {
        let folder = folder.to_owned();
        Ok(Self { folder })
    }

    /// Each file was written through by the thread that wrote it.
    #[cfg(not(target_os = "linux"))]
    #[expect(clippy::unnecessary_wraps, reason = "Linux can fail")]
    pub(crate) fn sync(&self) -> Result<(), StoreError> {
        log::debug!("{}: nothing to write through", self.folder.display());
        Ok(())
    }
}

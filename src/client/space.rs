//! How much of the disk downloads may take: whatever a server sends or claims, some of it stays free.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::ClientError;

/// Bytes that downloads leave free for other programs. A full disk breaks more than a download.
const MARGIN: u64 = 64 << 20;

/// On a small disk, a stick of 256 MB for one, the margin is this share of all of it.
const MARGIN_SHARE: u64 = 20;

/// Files that are shorter may use the margin: the user asked for each of them.
const WORTH_RESERVING: u64 = 1 << 20;

/// What an empty folder or a file of one byte takes on most disks.
pub(super) const BLOCK_LEN: u64 = 4096;

/// Bytes that are written between two looks at the disk.
const LOOK_EVERY: u64 = 1 << 20;

/// What has to be available beside them, because other threads looked, too, and have not written yet.
const HEADROOM: u64 = 8 << 20;

/// Bytes that downloads into `folder` may take; `None` where the system does not say.
pub(super) fn available(folder: &Path) -> Option<u64> {
    let disk = fs4::statvfs(folder).ok()?;
    Some(beyond_margin(disk.available_space(), disk.total_space()))
}

fn beyond_margin(free: u64, whole: u64) -> u64 {
    free.saturating_sub(MARGIN.min(whole / MARGIN_SHARE))
}

/// Watches the disk while something grows on it whose length is not known, or for which no space was set aside.
#[derive(Debug)]
pub(super) struct Growth {
    folder: PathBuf,
    available: fn(&Path) -> Option<u64>,
    /// Bytes until the next look.
    allowed: u64,
}

impl Growth {
    /// On the disk of `folder`.
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            available,
            allowed: 0,
        }
    }

    /// Call it before `len` more bytes are written.
    ///
    /// # Errors
    /// [`ErrorKind::StorageFull`] if that would use the margin.
    pub(super) fn grow(&mut self, len: u64) -> io::Result<()> {
        if self.allowed < len {
            // What the system does not say, it says when it writes.
            let available = (self.available)(&self.folder).unwrap_or(u64::MAX);
            self.allowed = len.max(LOOK_EVERY);
            if available < self.allowed + HEADROOM {
                self.allowed = 0;
                return Err(ErrorKind::StorageFull.into());
            }
        }
        self.allowed -= len;
        Ok(())
    }
}

/// Set space aside for the `missing` of all `whole` bytes of `file`, which is in `folder`. Returns whether no
/// further look at the disk is needed while it grows.
///
/// # Errors
/// [`ClientError::DiskFull`] if that would use the margin.
pub(super) fn reserve(
    file: &File,
    folder: &Path,
    whole: u64,
    missing: u64,
) -> Result<bool, ClientError> {
    reserve_of(available(folder), file, folder, whole, missing)
}

fn reserve_of(
    available: Option<u64>,
    file: &File,
    folder: &Path,
    whole: u64,
    missing: u64,
) -> Result<bool, ClientError> {
    if missing < WORTH_RESERVING {
        return Ok(true);
    }
    // An earlier try may have set some aside.
    let missing = missing.min(whole.saturating_sub(taken(file)));
    if let Some(available) = available
        && available < missing
    {
        return Err(ClientError::DiskFull {
            folder: folder.to_owned(),
            lacking: Some(missing - available),
        });
    }
    let is_set_aside = set_aside(file, whole);
    if !is_set_aside && let Ok(found) = file.metadata() {
        // It may have got a part of it.
        let _ = file.set_len(found.len());
    }
    Ok(is_set_aside)
}

/// What the file takes on the disk.
#[cfg(unix)]
fn taken(file: &File) -> u64 {
    use std::os::unix::fs::MetadataExt;
    /// What `st_blocks` counts, whatever the file system's own blocks are.
    const BLOCK_LEN: u64 = 512;
    file.metadata()
        .map_or(0, |found| found.blocks() * BLOCK_LEN)
}

#[cfg(not(unix))]
fn taken(file: &File) -> u64 {
    file.metadata().map_or(0, |found| found.len())
}

/// `fallocate(2)` that leaves the length alone, which tells how much has arrived.
#[cfg(target_os = "linux")]
fn set_aside(file: &File, whole: u64) -> bool {
    use rustix::fs::{FallocateFlags, fallocate};
    fallocate(file, FallocateFlags::KEEP_SIZE, 0, whole).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn set_aside(_file: &File, _whole: u64) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    #[test]
    fn small_disks_have_a_small_margin() {
        assert_eq!(beyond_margin(100 << 30, 500 << 30), (100 << 30) - MARGIN);
        assert_eq!(beyond_margin(MARGIN - 1, 500 << 30), 0);
        assert_eq!(beyond_margin(100 << 20, 200 << 20), 90 << 20);
    }

    #[test]
    fn what_has_no_end_never_uses_the_margin() {
        static FREE: AtomicU64 = AtomicU64::new(1 << 30);
        static LOOKS: AtomicU64 = AtomicU64::new(0);
        const STEP: u64 = 64 << 10;
        let mut growth = Growth {
            available: |_| {
                LOOKS.fetch_add(1, Ordering::Relaxed);
                Some(beyond_margin(FREE.load(Ordering::Relaxed), 100 << 30))
            },
            ..Growth::new(Path::new("/"))
        };
        let mut written = 0;
        let error = loop {
            match growth.grow(STEP) {
                Ok(()) => written += STEP,
                Err(e) => break e,
            }
            FREE.fetch_sub(STEP, Ordering::Relaxed);
        };
        assert_eq!(error.kind(), ErrorKind::StorageFull);
        let left = (1 << 30) - MARGIN - written;
        assert!((HEADROOM..=HEADROOM + LOOK_EVERY).contains(&left), "{left}");
        // Not at each step.
        assert_eq!(LOOKS.load(Ordering::Relaxed), 1 + written / LOOK_EVERY);
    }

    #[test]
    fn a_length_that_needs_the_margin_is_refused() {
        let file = tempfile::tempfile().unwrap();
        let folder = std::env::temp_dir();
        let whole = 8 << 20;
        let refused = reserve_of(Some(whole - 1), &file, &folder, whole, whole);
        let Err(ClientError::DiskFull { lacking, .. }) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(lacking, Some(1));
        assert_eq!(taken(&file), 0);
        reserve_of(Some(whole), &file, &folder, whole, whole).unwrap();
    }

    #[test]
    fn more_than_any_disk_has_is_too_much_and_changes_nothing() {
        let file = tempfile::tempfile().unwrap();
        let folder = std::env::temp_dir();
        let much = 1 << 60;
        let error = reserve(&file, &folder, much, much).unwrap_err();
        assert!(
            matches!(error, ClientError::DiskFull { lacking: Some(lacking), .. } if lacking > much / 2)
        );
        reserve(&file, &folder, 2 << 20, 2 << 20).unwrap();
        assert_eq!(file.metadata().unwrap().len(), 0);
    }
}

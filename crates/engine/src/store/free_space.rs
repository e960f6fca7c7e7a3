//! How much of the disk downloads may take: whatever a server sends or claims, some of it stays free.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::error::StoreError;

/// Bytes that downloads leave free for other programs. A full disk breaks more than a download.
const MARGIN: u64 = 64 << 20;

/// On a small disk, a stick of 256 MB for one, the margin is this share of all of it.
const MARGIN_SHARE: u64 = 20;

/// Files that are shorter may use the margin: the user asked for each of them.
const WORTH_RESERVING: u64 = 1 << 20;

/// What an empty folder or a file of one byte takes on most disks.
pub(crate) const BLOCK_LEN: u64 = 4096;

/// Bytes that have to be available beside those that are about to be written, because other threads looked, too, and
/// have not written yet; on a small disk half its margin.
const HEADROOM: u64 = 8 << 20;

/// What is written between two looks at the disk is this part of the headroom: as many threads fetch a folder.
const LOOKS: u64 = 8;

/// How much of a disk is free, in bytes.
#[derive(Clone, Copy, Debug)]
struct Free {
    beyond_margin: u64,
    margin: u64,
}

impl Free {
    /// On the disk of `folder`; `None` where the system does not say.
    fn on(folder: &Path) -> Option<Self> {
        let disk = fs4::statvfs(folder).ok()?;
        Some(Self::new(disk.available_space(), disk.total_space()))
    }

    fn new(free: u64, whole: u64) -> Self {
        let margin = MARGIN.min(whole / MARGIN_SHARE);
        Self {
            beyond_margin: free.saturating_sub(margin),
            margin,
        }
    }
}

/// Bytes that downloads into `folder` may take; `None` where the system does not say.
pub(crate) fn available(folder: &Path) -> Option<u64> {
    Free::on(folder).map(|free| free.beyond_margin)
}

/// Watches the disk while something grows on it for which no space was set aside.
#[derive(Debug)]
pub(crate) struct SpaceGuard {
    folder: PathBuf,
    look: fn(&Path) -> Option<Free>,
    /// Bytes until the next look.
    allowed: u64,
    /// Bytes that are still to come, where that is known.
    left: Option<u64>,
}

impl SpaceGuard {
    /// On the disk of `folder`. Nobody knows how much will come.
    pub(crate) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            look: Free::on,
            allowed: 0,
            left: None,
        }
    }

    /// By `left` bytes, for which [`reserve`] has seen that there is space.
    fn by(left: u64, folder: &Path) -> Self {
        Self {
            left: Some(left),
            ..Self::new(folder)
        }
    }

    /// Call it before `len` more bytes are written.
    ///
    /// # Errors
    /// [`ErrorKind::StorageFull`] if that would use the margin.
    pub(crate) fn grow(&mut self, len: u64) -> io::Result<()> {
        // What the system does not say, it says when it writes.
        if self.allowed < len
            && let Some(free) = (self.look)(&self.folder)
        {
            let headroom = HEADROOM.min(free.margin / 2);
            let step = len.max(headroom / LOOKS);
            // What fits exactly is not refused at its end.
            let (step, headroom) = match self.left {
                Some(left) => (step.min(left.max(len)), 0),
                None => (step, headroom),
            };
            if free.beyond_margin < step + headroom {
                self.allowed = 0;
                return Err(ErrorKind::StorageFull.into());
            }
            self.allowed = step;
        }
        self.allowed = self.allowed.saturating_sub(len);
        self.left = self.left.map(|left| left.saturating_sub(len));
        Ok(())
    }
}

/// Set space aside for the `missing` of all `whole` bytes of `file`, which is in `folder`. Returns what watches the
/// disk while it grows, where that is needed.
///
/// # Errors
/// [`StoreError::DiskFull`] if that would use the margin.
pub(crate) fn reserve(
    file: &File,
    folder: &Path,
    whole: u64,
    missing: u64,
) -> Result<Option<SpaceGuard>, StoreError> {
    reserve_of(available(folder), file, folder, whole, missing)
}

fn reserve_of(
    available: Option<u64>,
    file: &File,
    folder: &Path,
    whole: u64,
    missing: u64,
) -> Result<Option<SpaceGuard>, StoreError> {
    if missing < WORTH_RESERVING {
        return Ok(None);
    }
    // An earlier try may have set some aside.
    let missing = missing.min(whole.saturating_sub(taken(file)));
    if let Some(available) = available
        && available < missing
    {
        return Err(StoreError::DiskFull {
            folder: folder.to_owned(),
            lacking: Some(missing - available),
        });
    }
    if set_aside(file, whole) {
        return Ok(None);
    }
    if let Ok(found) = file.metadata() {
        // It may have got a part of it.
        let _ = file.set_len(found.len());
    }
    Ok(Some(SpaceGuard::by(missing, folder)))
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

    use super::*;
    use parking_lot::Mutex;

    #[test]
    fn small_disks_have_a_small_margin() {
        let beyond_margin = |free, whole| Free::new(free, whole).beyond_margin;
        assert_eq!(beyond_margin(100 << 30, 500 << 30), (100 << 30) - MARGIN);
        assert_eq!(beyond_margin(MARGIN - 1, 500 << 30), 0);
        assert_eq!(beyond_margin(100 << 20, 200 << 20), 90 << 20);
    }

    /// Bytes that are written until there is an error, where so many are `free` of a disk of `whole` bytes, and how
    /// often it is looked at.
    fn written(mut growth: SpaceGuard, free: u64, whole: u64, step: u64) -> (u64, u64) {
        static DISK: Mutex<(u64, u64, u64)> = Mutex::new((0, 0, 0));
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let _turn = ONE_AT_A_TIME.lock();
        *DISK.lock() = (free, whole, 0);
        growth.look = |_| {
            let mut disk = DISK.lock();
            disk.2 += 1;
            Some(Free::new(disk.0, disk.1))
        };
        let mut written = 0;
        while growth.left != Some(0) && growth.grow(step).is_ok() {
            written += step;
            DISK.lock().0 -= step;
        }
        (written, DISK.lock().2)
    }

    #[test]
    fn what_has_no_end_never_uses_the_margin() {
        const STEP: u64 = 64 << 10;
        let growth = || SpaceGuard::new(Path::new("/"));
        let (len, looks) = written(growth(), 1 << 30, 100 << 30, STEP);
        let left = (1 << 30) - MARGIN - len;
        assert!((HEADROOM..=HEADROOM + (1 << 20)).contains(&left), "{left}");
        // Not at each step.
        assert_eq!(looks, 1 + len / (1 << 20));
        // A stick of 100 MB with 12 MB free takes most of what it may.
        let (len, _) = written(growth(), 12 << 20, 100 << 20, STEP);
        assert!((4 << 20..7 << 20).contains(&len), "{len}");
    }

    #[test]
    fn what_just_fits_arrives_where_no_space_can_be_set_aside() {
        for whole in [1_u64 << 40, 100 << 20] {
            let fits = 50 << 20;
            let free = fits + MARGIN.min(whole / MARGIN_SHARE);
            let growth = |len| SpaceGuard::by(len, Path::new("/"));
            assert_eq!(written(growth(fits), free, whole, 1 << 16).0, fits);
            // Somebody else has written meanwhile.
            let (len, _) = written(growth(fits), free - 1, whole, 1 << 16);
            assert!(len < fits && fits - len <= 2 << 20, "{len}");
        }
    }

    #[test]
    fn a_length_that_needs_the_margin_is_refused() {
        let file = tempfile::tempfile().unwrap();
        let folder = std::env::temp_dir();
        let whole = 8 << 20;
        let refused = reserve_of(Some(whole - 1), &file, &folder, whole, whole);
        let Err(StoreError::DiskFull { lacking, .. }) = refused else {
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
            matches!(error, StoreError::DiskFull { lacking: Some(lacking), .. } if lacking > much / 2)
        );
        reserve(&file, &folder, 2 << 20, 2 << 20).unwrap();
        assert_eq!(file.metadata().unwrap().len(), 0);
    }
}

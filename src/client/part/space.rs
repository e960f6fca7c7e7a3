//! Room on the disk, before it is needed.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::Path;

use super::super::ClientError;

/// Below this, making room costs more than finding out.
const WORTH_RESERVING: u64 = 1 << 20;

/// What a file whose length nobody knows leaves to other programs: it may never end.
const LEFT_TO_OTHERS: u64 = 64 << 20;

/// So much of it comes between two looks.
pub(in crate::client) const LOOK_EVERY: u64 = 32 << 20;

/// Look whether a file in `folder` may grow on, whose length nobody knows.
///
/// # Errors
/// [`ErrorKind::StorageFull`] when too little would be left.
pub(super) fn check_growth(folder: &Path) -> io::Result<()> {
    match fs4::available_space(folder) {
        Ok(room) if !leaves_enough(room) => Err(ErrorKind::StorageFull.into()),
        // What cannot be known is found out by writing.
        _ => Ok(()),
    }
}

fn leaves_enough(room: u64) -> bool {
    room >= LEFT_TO_OTHERS + LOOK_EVERY
}

/// Look whether there is room for the `missing` of all `whole` bytes of `file`, and set it aside where
/// the system can.
///
/// # Errors
/// [`ClientError::DiskFull`] when there is not.
pub(super) fn reserve(
    file: &File,
    folder: &Path,
    whole: u64,
    missing: u64,
) -> Result<(), ClientError> {
    if missing < WORTH_RESERVING {
        return Ok(());
    }
    // An earlier try may have set some aside.
    let missing = missing.min(whole.saturating_sub(taken(file)));
    match fs4::available_space(folder) {
        Ok(room) if room < missing => Err(ClientError::DiskFull {
            folder: folder.to_owned(),
            lacking: Some(missing - room),
        }),
        // What cannot be known is found out by writing.
        _ => {
            if !set_aside(file, whole)
                && let Ok(found) = file.metadata()
            {
                // It may have got a part of it.
                let _ = file.set_len(found.len());
            }
            Ok(())
        }
    }
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

    #[test]
    fn what_may_never_end_leaves_room_to_others() {
        check_growth(&std::env::temp_dir()).unwrap();
        assert!(leaves_enough(96 << 20) && !leaves_enough((96 << 20) - 1));
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

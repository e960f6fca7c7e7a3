//! Which names the file system of a folder can have, and which of them it takes for one, where that differs from what
//! is usual on this system.

use std::fs;
use std::path::Path;

/// Whether `folder` is on a file system that has no other names than Windows, which may be because a
/// Windows computer shares it. The drivers for these refuse some names only when a file that is whole is to
/// get one, so it is not left to them to say so.
#[cfg(target_os = "linux")]
pub(crate) fn has_windows_names(folder: &Path) -> bool {
    /// `f_type` of vfat, exfat, ntfs (the old driver, and ntfs3), cifs and smb3, as statfs(2) and the
    /// drivers have them.
    const TYPES: [u64; 6] = [
        0x4d44,
        0x2011_bab0,
        0x5346_544e,
        0x7366_746e,
        0xff53_4d42,
        0xfe53_4d42,
    ];

    let found = rustix::fs::statfs(super::part::or_current_dir(folder));
    // The larger ones are negative where the field has 32 bits.
    let kind = found.map(|found| i128::from(found.f_type) & 0xffff_ffff);
    kind.is_ok_and(|kind| TYPES.iter().any(|&known| i128::from(known) == kind))
}

/// Whether the file system takes names for one that differ in case only, as far as the file `lower` shows, which is
/// there and has a name in small letters. Systems say what is usual on them, but disks differ, and folders of one disk.
pub(crate) fn folds_case(lower: &Path) -> bool {
    let name = lower.file_name().unwrap_or_default();
    fs::symlink_metadata(lower.with_file_name(name.to_ascii_uppercase())).is_ok()
}

/// What the system itself has names for can be stored anywhere; macOS finds substitutes by itself.
#[cfg(not(target_os = "linux"))]
pub(crate) fn has_windows_names(_folder: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_disk_says_whether_it_tells_capitals_apart() {
        let folder = tempfile::tempdir().unwrap();
        let lower = folder.path().join("a.json");
        fs::write(&lower, "").unwrap();
        // As on any Linux; elsewhere this depends on the disk.
        assert!(!folds_case(&lower) || !cfg!(target_os = "linux"));
        fs::write(folder.path().join("A.JSON"), "").unwrap();
        assert!(folds_case(&lower));
    }
}

//! Which names the file system of a folder can have, where that differs from what is usual on this system.

use std::path::Path;

/// Whether `folder` is on a file system that has no other names than Windows, which may be because a
/// Windows computer shares it. The drivers for these refuse some names only when a file that is whole is to
/// get one, so it is not left to them to say so.
#[cfg(target_os = "linux")]
pub(super) fn has_windows_names(folder: &Path) -> bool {
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

    let found = rustix::fs::statfs(super::part::here(folder));
    // The larger ones are negative where the field has 32 bits.
    let kind = found.map(|found| i128::from(found.f_type) & 0xffff_ffff);
    kind.is_ok_and(|kind| TYPES.iter().any(|&known| i128::from(known) == kind))
}

/// What the system itself has names for can be stored anywhere; macOS finds substitutes by itself.
#[cfg(not(target_os = "linux"))]
pub(super) fn has_windows_names(_folder: &Path) -> bool {
    false
}

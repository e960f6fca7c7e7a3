//! What a part is called, and how what is whole gets its own name.
#![expect(
    clippy::disallowed_methods,
    reason = "files are named on the threads that download"
)]

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::fs::locked::retry_if_locked;
use crate::fs::no_clobber;
use crate::name_bytes;
use crate::store::part_name::{NEXT, PART, RECORD};
use crate::store::safe_name::fit;
use crate::store::target::IfExists;

/// What a new file is marked with when the old one keeps the name (the lecture notes' prefix).
const NEW: &str = "[新]";

/// Parts of one name that are looked through for the one to resume.
const MAX_PARTS: usize = 16;

/// More copies of one name than anyone keeps; a folder where all are taken is a fault.
pub(crate) const MAX_COPIES: usize = 1_000;

/// Give the file `from` its name in `folder`: `NAME`, else `[新]NAME`, else `[新]NAME` counted:
/// `[新]film (2).mkv`, ...; or put it in the place of the file that is there.
pub(crate) fn place(
    from: &Path,
    folder: &Path,
    name: &str,
    exists: IfExists,
) -> io::Result<PathBuf> {
    let path = name_bytes::join(folder, name);
    if exists == IfExists::Overwrite && is_replaceable(&path) {
        match retry_if_locked(|| fs::rename(from, &path)) {
            Ok(()) => return Ok(path),
            // A folder of that name is not replaced.
            Err(_) if path.is_dir() => {}
            Err(e) => return Err(e),
        }
    }
    for copy in 0..=MAX_COPIES {
        let path = name_bytes::join(folder, &copy_name(name, copy));
        match retry_if_locked(|| no_clobber::rename(from, &path)) {
            Ok(()) => return Ok(path),
            Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
            Err(e) => return Err(e),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

/// A device, a pipe or a socket is no earlier version of a file.
fn is_replaceable(path: &Path) -> bool {
    fs::symlink_metadata(path)
        .is_ok_and(|found| found.is_file() || found.is_symlink() || found.is_dir())
        || !path.exists()
}

/// Where the parts of `name` in `folder` may be.
pub(crate) fn parts(folder: &Path, name: &str) -> impl Iterator<Item = PathBuf> {
    (1..=MAX_PARTS).map(move |copy| name_bytes::join(folder, &part_name(name, copy)))
}

/// `film.mkv.part`, `film (2).mkv.part`, ... with room left for the record's ending.
pub(crate) fn part_name(name: &str, copy: usize) -> String {
    let longest = [PART, RECORD, NEXT].concat();
    let mut part = fit("", name, &counted(copy), &longest);
    part.truncate(part.len() - longest.len() + PART.len());
    part
}

/// `film.mkv`, `[新]film.mkv`, `[新]film (2).mkv`, ...
pub(crate) fn copy_name(name: &str, copy: usize) -> String {
    match copy {
        0 => name.to_owned(),
        _ => fit(NEW, name, &counted(copy), ""),
    }
}

fn counted(copy: usize) -> String {
    match copy {
        0 | 1 => String::new(),
        _ => format!(" ({copy})"),
    }
}

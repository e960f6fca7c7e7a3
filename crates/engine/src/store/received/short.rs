//! A short file that is here as a whole: it needs neither a record, because nobody goes on with it, nor threads beside the
//! one that receives.
#![expect(
    clippy::disallowed_methods,
    reason = "called on the threads that receive"
)]

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::{Destination, check_space};
use crate::error::StoreError;
use crate::fs::fsync;
use crate::store::origin_mark;
use crate::store::part::{place, write_error};
use crate::store::part_name::PART;
use crate::store::target::{CopyNaming, IfExists};

/// Stores `content`, and returns where. Another name is taken if its own is: nothing is ever replaced. It is on the disk
/// for certain then, or nothing of it is left.
///
/// # Errors
/// The folder is gone, the disk is full or fails.
pub(crate) fn store(
    destination: &Destination,
    content: &[u8],
    modified: Option<SystemTime>,
    copies: CopyNaming,
) -> Result<PathBuf, StoreError> {
    let folder = destination.create_folder()?;
    check_space(&destination.root, content.len() as u64)?;
    let from = folder.join(part_name().map_err(|e| write_error(&e, &folder, &folder))?);
    let stored = write(&from, content, modified)
        .and_then(|()| place(&from, &folder, destination.name(), IfExists::Keep, copies));
    let path = stored.map_err(|e| {
        // It may never have been made.
        let _ = fs::remove_file(&from);
        write_error(&e, &folder, &from)
    })?;
    match fsync::folder(&folder) {
        Ok(()) => Ok(path),
        Err(e) => Err(StoreError::not_durable(&path, &e)),
    }
}

/// A name that no other file has.
fn part_name() -> io::Result<String> {
    let mut number = [0; 8];
    getrandom::fill(&mut number).map_err(io::Error::other)?;
    Ok(format!(
        "landline-{:016x}{PART}",
        u64::from_ne_bytes(number)
    ))
}

fn write(path: &Path, content: &[u8], modified: Option<SystemTime>) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(content)?;
    origin_mark::mark(path, &file);
    if let Some(modified) = modified
        && let Err(e) = file.set_modified(modified)
    {
        log::info!("{}: {e}", path.display());
    }
    fsync::all(&file)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn stored(root: &Path, content: &[u8]) -> Result<PathBuf, StoreError> {
        let destination = Destination::new(root, "d/a.txt").unwrap();
        let modified = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        store(&destination, content, Some(modified), CopyNaming::Number)
    }

    #[test]
    fn nothing_is_replaced_and_dates_are_kept() {
        let root = tempfile::tempdir().unwrap();
        for (content, name) in [(&b"one"[..], "a.txt"), (b"", "a (2).txt")] {
            let path = stored(root.path(), content).unwrap();
            assert_eq!(path, root.path().join("d").join(name));
            assert_eq!(fs::read(&path).unwrap(), content);
            let modified = fs::metadata(&path).unwrap().modified().unwrap();
            let since = modified.duration_since(SystemTime::UNIX_EPOCH).unwrap();
            assert_eq!(since.as_secs(), 1_000_000_000);
        }
        assert_eq!(names(&root.path().join("d")), ["a (2).txt", "a.txt"]);
    }

    #[test]
    fn a_missing_folder_is_not_created() {
        let around = tempfile::tempdir().unwrap();
        let error = stored(&around.path().join("in"), b"one").unwrap_err();
        assert!(
            matches!(error, StoreError::FolderMissing { .. }),
            "{error:?}"
        );
        assert_eq!(names(around.path()), [""; 0]);
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_may_get_lost_is_an_error() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("d");
        fs::create_dir(&folder).unwrap();
        fsync::faults::fail_once(&folder);
        let error = stored(root.path(), b"one").unwrap_err();
        assert!(matches!(error, StoreError::NotDurable { .. }), "{error:?}");
        assert_eq!(names(&folder), ["a.txt"]);
    }
}

//! Creates the folder that downloads are to be saved to, on a thread, because a disk may be slow.
#![cfg_attr(
    not(test),
    expect(clippy::disallowed_methods, reason = "only its worker waits")
)]

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::dialogs::worker;
use super::inbox::{Event, Outbox};
use crate::sentence;
use crate::text::Sentence;

/// Creates `path` with its parents, and sends [`Event::FolderCreated`].
pub(crate) fn create(path: PathBuf, outbox: &Outbox) {
    worker("new folder", outbox, move |outbox| {
        let created = fs::create_dir_all(&path).map_err(|error| {
            log::warn!("{}: {error}", path.display());
            reason(&path, &error)
        });
        outbox.send(Event::FolderCreated(path, created));
    });
}

/// Why `path` could not be created.
fn reason(path: &Path, error: &io::Error) -> Sentence {
    // The closest one that exists is what hinders it.
    let mut existing = path.ancestors();
    let existing = existing.find(|path| fs::symlink_metadata(path).is_ok());
    let folder = existing.unwrap_or(path).display().to_string();
    match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            sentence!("target-not-writable", folder = folder)
        }
        ErrorKind::AlreadyExists | ErrorKind::NotADirectory => {
            sentence!("in-the-way", path = folder)
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            sentence!("disk-full", folder = folder)
        }
        _ => {
            let path = path.display().to_string();
            sentence!("write-failed", path = path, reason = error.to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_names_what_hinders_it() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("file"), "").unwrap();
        let why = |path: &Path| {
            let error = fs::create_dir_all(path).unwrap_err();
            reason(path, &error).to_string()
        };
        let file = dir.path().join("file");
        let said = format!("{} is a file", file.display());
        for path in [file.clone(), file.join("a/b")] {
            assert!(why(&path).starts_with(&said), "{}", why(&path));
        }
        let parent = dir.path().display().to_string();
        for (kind, key) in [
            (ErrorKind::PermissionDenied, "target-not-writable"),
            (ErrorKind::StorageFull, "disk-full"),
            (ErrorKind::InvalidFilename, "write-failed"),
        ] {
            let said = reason(&dir.path().join("a/b"), &kind.into());
            assert_eq!(said.key(), key);
            assert!(said.to_string().contains(&parent), "{said}");
        }
    }
}

//! The folder that a download goes to, and what errors of its disk mean.
#![expect(
    clippy::disallowed_methods,
    reason = "called on the threads that download"
)]

use std::ffi::OsStr;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use crate::error::StoreError;

/// Whether `folder` is there, before anything is asked of a server.
pub(crate) fn check_folder(folder: &Path) -> Result<(), StoreError> {
    match fs::metadata(or_current_dir(folder)) {
        Ok(found) if found.is_dir() => Ok(()),
        Err(e) if e.kind() == ErrorKind::PermissionDenied => Err(StoreError::NotWritable {
            folder: folder.to_owned(),
        }),
        Ok(_) => Err(StoreError::NotAFolder {
            folder: folder.to_owned(),
        }),
        Err(_) => Err(StoreError::FolderMissing {
            folder: folder.to_owned(),
        }),
    }
}

/// The folder of a bare file name is this one.
pub(crate) fn or_current_dir(folder: &Path) -> &Path {
    if folder.as_os_str() == OsStr::new("") {
        Path::new(".")
    } else {
        folder
    }
}

/// What `error` means, which a write to `part` in `folder` gave.
pub(crate) fn write_error(error: &io::Error, folder: &Path, part: &Path) -> StoreError {
    let is_there = folder.is_dir();
    let folder = folder.to_owned();
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory if !is_there => {
            StoreError::FolderMissing { folder }
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            StoreError::NotWritable { folder }
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreError::DiskFull {
            folder,
            lacking: None,
        },
        ErrorKind::FileTooLarge => StoreError::FileTooLarge { folder },
        _ => StoreError::Write {
            path: part.to_owned(),
            reason: error.to_string(),
        },
    }
}

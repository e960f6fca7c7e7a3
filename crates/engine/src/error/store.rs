//! Why a received file cannot be stored.

use std::io;
use std::path::{Path, PathBuf};

/// `Display` is for logs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(
    missing_docs,
    reason = "folder, path and reason are what they are called"
)]
pub enum StoreError {
    /// The download folder does not exist.
    #[error("{folder:?} does not exist")]
    FolderMissing { folder: PathBuf },
    /// The download folder is a file.
    #[error("{folder:?} is not a folder")]
    NotAFolder { folder: PathBuf },
    /// The folder is not writable.
    #[error("{folder:?} is not writable")]
    NotWritable { folder: PathBuf },
    /// The disk is full; at least `lacking` bytes are missing.
    #[error("the disk of {folder:?} is full")]
    DiskFull {
        folder: PathBuf,
        lacking: Option<u64>,
    },
    /// The file system does not support files of this size.
    #[error("files of this size are not possible in {folder:?}")]
    FileTooLarge { folder: PathBuf },
    /// Writing failed for another reason.
    #[error("cannot write {path:?}: {reason}")]
    Write { path: PathBuf, reason: String },
    /// The pipe at `path` has no reader any more.
    #[error("the reader of {path:?} is gone")]
    ReaderGone { path: PathBuf },
    /// The data written to the device or pipe at `path` cannot be replaced by the file's new content.
    #[error("{path:?} cannot be rewound")]
    CannotRewind { path: PathBuf },
    /// A file is in the place of a folder.
    #[error("{path:?} is a file where a folder has to be")]
    InTheWay { path: PathBuf },
    /// A link out of the folder is in the place of a folder.
    #[error("{path:?} is a link that leads out of the folder")]
    LeadsElsewhere { path: PathBuf },
    /// The file is complete and has its name, but the name may not survive a crash.
    #[error("{path:?} may not survive a crash: {reason}")]
    NotDurable { path: PathBuf, reason: String },
}

impl StoreError {
    pub(crate) fn not_durable(path: &Path, error: &io::Error) -> Self {
        let (path, reason) = (path.to_owned(), error.to_string());
        Self::NotDurable { path, reason }
    }

    /// Whether the user can fix it and then resume.
    pub(crate) fn is_resumable(&self) -> bool {
        match self {
            Self::FolderMissing { .. }
            | Self::NotAFolder { .. }
            | Self::NotWritable { .. }
            | Self::DiskFull { .. }
            | Self::FileTooLarge { .. }
            | Self::Write { .. }
            | Self::ReaderGone { .. } => true,
            Self::CannotRewind { .. }
            | Self::InTheWay { .. }
            | Self::LeadsElsewhere { .. }
            | Self::NotDurable { .. } => false,
        }
    }

    /// Whether every other file would fail there, too.
    pub(crate) fn affects_all_files(&self) -> bool {
        matches!(
            self,
            Self::FolderMissing { .. } | Self::DiskFull { lacking: None, .. }
        )
    }
}

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
    /// The folder to save to is not there.
    #[error("{folder:?} does not exist")]
    FolderMissing { folder: PathBuf },
    /// What should be a folder is a file.
    #[error("{folder:?} is not a folder")]
    NotAFolder { folder: PathBuf },
    /// Nothing may be written there.
    #[error("{folder:?} is not writable")]
    NotWritable { folder: PathBuf },
    /// No room is left where the file goes; at least so many bytes are `lacking`.
    #[error("the disk of {folder:?} is full")]
    DiskFull {
        folder: PathBuf,
        lacking: Option<u64>,
    },
    /// Files of this size cannot be there, whatever room is left.
    #[error("files of this size are not possible in {folder:?}")]
    FileTooLarge { folder: PathBuf },
    /// Writing failed for another reason.
    #[error("cannot write {path:?}: {reason}")]
    Write { path: PathBuf, reason: String },
    /// Nobody reads from the pipe at `path` any more.
    #[error("the reader of {path:?} is gone")]
    ReaderGone { path: PathBuf },
    /// What was written to the device or pipe at `path` cannot be replaced by what the server has now.
    #[error("{path:?} cannot be rewound")]
    CannotRewind { path: PathBuf },
    /// A file is where a folder has to be.
    #[error("{path:?} is a file where a folder has to be")]
    InTheWay { path: PathBuf },
    /// A link out of the folder is where a folder has to be.
    #[error("{path:?} is a link that leads out of the folder")]
    LeadsElsewhere { path: PathBuf },
    /// The file is whole and has its name, but the disk may not have the name.
    #[error("{path:?} may not survive a crash: {reason}")]
    NotDurable { path: PathBuf, reason: String },
}

impl StoreError {
    pub(crate) fn not_durable(path: &Path, error: &io::Error) -> Self {
        let (path, reason) = (path.to_owned(), error.to_string());
        Self::NotDurable { path, reason }
    }

    /// Whether the user can do something about it and then resume.
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

    /// Whether no other file could be stored there either.
    pub(crate) fn affects_all_files(&self) -> bool {
        matches!(
            self,
            Self::FolderMissing { .. } | Self::DiskFull { lacking: None, .. }
        )
    }
}

//! Where a received file goes, and what happens to a file of the same name that is already there.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::safe_name::safe_name_in;
use crate::error::StoreError;
use crate::name_bytes;
use crate::transfer::Protocol;

/// What to do when there is a file of that name already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IfExists {
    /// Keep both: [`CopyNaming`] names the new one.
    #[default]
    Keep,
    /// Fetch nothing if it is the same (size, and date or digest where known); else keep both.
    Skip,
    /// Replace it, once the new one is whole.
    Overwrite,
}

/// What the new file or folder is called if the old one keeps the name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CopyNaming {
    /// `[新]film.mkv`, then `[新]film (2).mkv`, and so on: the lecture notes' prefix.
    Prefix,
    /// `film (2).mkv`, then `film (3).mkv`, and so on.
    Number,
    /// [`Prefix`](Self::Prefix) for what came over the raw protocol, else [`Number`](Self::Number).
    #[default]
    ByProtocol,
}

impl CopyNaming {
    /// The naming for what came over `protocol`.
    pub(crate) fn of(self, protocol: Option<Protocol>) -> Self {
        match (self, protocol) {
            (Self::ByProtocol, Some(Protocol::Raw)) => Self::Prefix,
            _ => self,
        }
    }

    /// The one that a download may have had before the setting changed.
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Prefix => Self::Number,
            Self::Number | Self::ByProtocol => Self::Prefix,
        }
    }
}

/// Where a download goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    /// Into this folder under the file's own name, made safe.
    Folder(PathBuf),
    /// Exactly here, unless something is here already that is to be kept. An existing device or named pipe
    /// takes the bytes as they come, and is never replaced.
    File(PathBuf),
    /// To standard output, as the bytes come.
    Stdout,
}

impl Target {
    /// Where it is, for a person: `stdout` is standard output.
    pub fn path(&self) -> &Path {
        match self {
            Self::Folder(path) | Self::File(path) => path,
            Self::Stdout => Path::new("stdout"),
        }
    }

    /// The folder that the file goes into.
    pub(crate) fn folder(&self) -> &Path {
        match self {
            Self::Folder(folder) => folder,
            Self::File(path) => path.parent().unwrap_or(path),
            Self::Stdout => Path::new(""),
        }
    }

    /// Where a file goes that is called `asked` at the server: the folder, and the name to save under, both names with
    /// [escapes](name_bytes). Where the name is taken, [`place`](super::part::place) decides.
    pub(crate) fn resolve(&self, asked: &str) -> Result<(PathBuf, String), StoreError> {
        match self {
            Self::Folder(folder) => Ok((folder.clone(), safe_name_in(folder, asked))),
            Self::File(path) => {
                let name = path.file_name().ok_or_else(|| StoreError::FolderMissing {
                    folder: path.clone(),
                })?;
                Ok((self.folder().to_owned(), name_bytes::from_os(name)))
            }
            Self::Stdout => Ok((PathBuf::new(), "stdout".to_owned())),
        }
    }
}

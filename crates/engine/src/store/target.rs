//! Where a received file goes, and what happens to a file of the same name that is already there.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// What to do when there is a file of that name already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IfExists {
    /// Keep both: the new one is `[新]NAME`.
    #[default]
    Keep,
    /// Fetch nothing if it is the same (size, and date or digest where known); else keep both.
    Skip,
    /// Replace it, once the new one is whole.
    Overwrite,
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
}

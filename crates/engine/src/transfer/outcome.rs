//! The outcome of a transfer.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::Note;
use crate::error::{ClientError, Failure};

/// How a transfer ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every byte was sent.
    Sent,
    /// Every byte arrived, and the file, or every file of the folder, has its final name.
    Saved(Saved),
    /// A folder of which something is missing.
    Incomplete(Incomplete),
    /// Paused by the user, or because this computer cannot store more for now. The partial file is kept: the
    /// same request resumes.
    Paused(Option<ClientError>),
    /// Cancelled by the user.
    Cancelled,
    /// Failed. [`Transfer::is_kept`](super::Transfer::is_kept) says whether it can be resumed.
    Failed(Failure),
}

/// How a download was verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Checked {
    /// Not at all: raw servers do not state the length.
    Nothing,
    /// Its length is right.
    Length,
    /// Its SHA-256 is the one that the server stated (RFC 9530).
    Digest,
}

/// A download that succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// The path of the file or folder.
    pub path: PathBuf,
    /// What was verified; for a folder, the weakest of its files.
    pub checked: Checked,
    /// Whether it existed already and nothing was downloaded.
    pub skipped: bool,
    /// Warnings, such as a name other than the one requested.
    pub notes: Vec<Note>,
}

/// A folder that is incomplete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incomplete {
    /// The path of the folder.
    pub path: PathBuf,
    /// How many files failed.
    pub failed: u64,
    /// The first of those.
    pub examples: Vec<FailedFile>,
    /// What else is missing, followed by warnings about what arrived.
    pub notes: Vec<Note>,
}

/// A file of a folder that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedFile {
    /// Its path within the folder, separated by `/`.
    pub name: String,
    /// The reason.
    pub why: ClientError,
}

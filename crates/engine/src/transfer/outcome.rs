//! How a transfer ended, and what is known of what it brought.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::Note;
use crate::error::ClientError;
use crate::error::Failure;

/// How a transfer ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every byte was sent.
    Sent,
    /// Every byte arrived and the file, or every file of the folder, has its final name.
    Saved(Saved),
    /// A folder arrived, but not all of it.
    Incomplete(Incomplete),
    /// By the user, or because this computer cannot take more of it for now. What arrived is kept: the same request
    /// resumes from there.
    Paused(Option<ClientError>),
    /// The user ended it.
    Cancelled,
    /// [`Transfer::is_kept`](super::Transfer::is_kept) says whether anything is left to resume from.
    Failed(Failure),
}

/// How sure it is that what was saved is what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Checked {
    /// The length was not known: a raw server does not say it.
    Nothing,
    /// The length is right.
    Length,
    /// The SHA-256 is the one that the server told (RFC 9530).
    Digest,
}

/// A download that arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// Where the file or folder is now.
    pub path: PathBuf,
    /// What was checked; of a folder's files, the least.
    pub checked: Checked,
    /// It was there already and nothing was fetched.
    pub skipped: bool,
    /// What the user should know, such as another name than the one asked for.
    pub notes: Vec<Note>,
}

/// A folder of which something did not arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incomplete {
    /// Where the folder is now.
    pub path: PathBuf,
    /// How many files did not arrive.
    pub failed: u64,
    /// The first of those.
    pub examples: Vec<FailedFile>,
    /// What else is missing, and then what the user should know of what arrived.
    pub notes: Vec<Note>,
}

/// A file of a folder that did not arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedFile {
    /// Its name from the folder on, `/` between parts.
    pub name: String,
    /// Why.
    pub why: ClientError,
}

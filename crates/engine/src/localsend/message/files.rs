//! `prepare-upload`: the files that a sender offers, and what the receiver accepts.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{Info, Malformed};

/// The longest `prepare-upload` that is read, in bytes.
pub(crate) const PREPARE_MAX_LEN: usize = 16 << 20;

/// The most files in one.
pub(crate) const FILES_MAX: usize = 20_000;

/// What a sender offers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct PrepareUpload {
    /// The sender.
    pub info: Info,
    /// The files, by the ids that the sender gave them.
    pub files: HashMap<String, FileInfo>,
}

/// A file that is offered. Unverified, and as it was sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FileInfo {
    pub id: String,
    /// Its name; a path separated by `/` if it is in a folder.
    pub file_name: String,
    /// Its length in bytes.
    pub size: u64,
    /// Its media type; only the type in older versions (`text`).
    #[serde(default)]
    pub file_type: String,
    /// SHA-256 in hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// The whole text, if it is a message instead of a file; otherwise an image in base64, or nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata>,
}

/// When a file was changed, and read (RFC 3339).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Metadata {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accessed: Option<String>,
}

/// What the receiver accepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Prepared {
    pub session_id: String,
    /// A token for each file that is accepted, by its id.
    pub files: HashMap<String, String>,
}

impl PrepareUpload {
    /// Reads a message.
    ///
    /// # Errors
    /// See [`Malformed`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        if bytes.len() > PREPARE_MAX_LEN {
            return Err(Malformed::TooMuch);
        }
        let read: Self = serde_json::from_slice(bytes).map_err(|_| Malformed::Syntax)?;
        if read.files.len() > FILES_MAX {
            return Err(Malformed::TooMuch);
        }
        Ok(read)
    }
}

//! `prepare-upload`: the files that a sender offers, and what the receiver accepts.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;

use serde::de::{Error, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::{Info, Malformed};

/// The longest `prepare-upload` that is read, in bytes.
pub(crate) const PREPARE_MAX_LEN: usize = 16 << 20;

/// The most files in one.
pub(crate) const FILES_MAX: usize = 20_000;

/// The longest preview that is kept, in bytes: a text that is shown as a message. Longer ones are images.
pub(crate) const PREVIEW_MAX_LEN: usize = 64 * 1024;

/// What a sender offers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct PrepareUpload {
    /// The sender.
    pub info: Info,
    /// The files, by the ids that the sender gave them.
    #[serde(deserialize_with = "bounded")]
    pub files: HashMap<String, FileInfo>,
}

/// A file that is offered. Unverified, and as it was sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FileInfo {
    /// The same id again. The one that names it in [`PrepareUpload::files`] counts.
    #[serde(default)]
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
    /// The whole text, if it is a message instead of a file. Otherwise senders put an image in base64 here, which
    /// [`PrepareUpload::parse`] does not keep, or nothing.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "short"
    )]
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
    /// Reads a message. At most as many files as are allowed are kept while it is read, and no previews but that of a
    /// single file.
    ///
    /// # Errors
    /// See [`Malformed`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        if bytes.len() > PREPARE_MAX_LEN {
            return Err(Malformed::TooMuch);
        }
        let mut read: Self = serde_json::from_slice(bytes).map_err(|_| Malformed::Syntax)?;
        if read.files.len() > FILES_MAX {
            return Err(Malformed::TooMuch);
        }
        if read.files.len() > 1 {
            read.files.values_mut().for_each(|file| file.preview = None);
        }
        Ok(read)
    }
}

/// Reads files: those behind the first that is too many are not kept.
fn bounded<'de, D: Deserializer<'de>>(from: D) -> Result<HashMap<String, FileInfo>, D::Error> {
    struct Files;

    impl<'de> Visitor<'de> for Files {
        type Value = HashMap<String, FileInfo>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("files by their ids")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut files = HashMap::new();
            while files.len() <= FILES_MAX {
                let Some(id) = map.next_key::<String>()? else {
                    return Ok(files);
                };
                match files.entry(id) {
                    Entry::Vacant(entry) => drop(entry.insert(map.next_value::<FileInfo>()?)),
                    // Which of them would the token be for?
                    Entry::Occupied(_) => return Err(A::Error::custom("the same id twice")),
                }
            }
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            Ok(files)
        }
    }

    from.deserialize_map(Files)
}

/// Reads a text or `null`. A text that is too long is not copied, and nothing is kept of it.
fn short<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    struct Short;

    impl<'de> Visitor<'de> for Short {
        type Value = Option<String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a text")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
            Ok((text.len() <= PREVIEW_MAX_LEN).then(|| text.to_owned()))
        }

        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
            from.deserialize_str(self)
        }
    }

    from.deserialize_option(Short)
}

//! One file or folder inside the folder that is downloaded, and how far down it may be.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::listing::limits::PATH_MAX_LEN;
use crate::listing::listed::Listed;
use crate::store::folder::local_path::{local, to_path};
use crate::{name_bytes, timestamp};

/// Parts of a path. No tree that people make is so deep, and one that links back into itself ends.
pub(crate) const MAX_DEPTH: usize = 64;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// Seen from the folder that is downloaded: decoded parts (with [escapes](name_bytes)) with `/`
    /// between them. Empty for that folder itself.
    pub(crate) path: String,
    pub(crate) is_folder: bool,
    /// Where it is on the server, percent-encoded, if that is not below the path of its folder, as after a
    /// redirect. A folder's is without its last slash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) at: Option<String>,
    /// Where it goes, seen from the root, if not to where [`local`] says: another entry does. One of
    /// [`safe_path`](crate::store::folder::local_path::safe_path)'s.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) local: Option<String>,
    /// What the listings of the folders above it look like, from that of the folder that is downloaded on: see
    /// [`loops`](super::loops). Nothing where it cannot be a folder.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) above: Vec<u64>,
    /// In bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) size: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "timestamp")]
    pub(crate) modified: Option<SystemTime>,
}

/// Why something is not fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EntryError {
    /// It has more than [`MAX_DEPTH`] parts.
    #[error("more than {MAX_DEPTH} folders deep")]
    TooDeep,
    /// Its path has more than [`PATH_MAX_LEN`] bytes.
    #[error("a path of more than {PATH_MAX_LEN} bytes")]
    TooLong,
}

impl Entry {
    /// What the listing of the folder at `folder` (a [`path`](Entry::path)) says.
    ///
    /// # Errors
    /// It is too far down.
    pub(crate) fn within(folder: &str, listed: Listed) -> Result<Self, EntryError> {
        let path = if folder.is_empty() {
            listed.name
        } else {
            format!("{folder}/{}", listed.name)
        };
        if name_bytes::len(&path) > PATH_MAX_LEN {
            return Err(EntryError::TooLong);
        }
        if path.split('/').count() > MAX_DEPTH {
            return Err(EntryError::TooDeep);
        }
        Ok(Self {
            path,
            is_folder: listed.is_folder,
            at: None,
            local: None,
            above: Vec::new(),
            size: listed.size,
            modified: listed.modified,
        })
    }

    /// Where it goes, seen from `root`.
    pub(crate) fn place(&self, root: &Path) -> PathBuf {
        match &self.local {
            Some(safe) => to_path(safe),
            None => local(root, &self.path).path,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn listed(name: &str) -> Listed {
        Listed {
            name: name.to_owned(),
            is_folder: true,
            size: None,
            modified: None,
        }
    }

    #[test]
    fn paths_have_their_limits() {
        let mut folder = String::new();
        for depth in 1..=MAX_DEPTH {
            let entry = Entry::within(&folder, listed("d")).unwrap();
            assert_eq!(entry.path.split('/').count(), depth);
            folder = entry.path;
        }
        assert_eq!(
            Entry::within(&folder, listed("d")),
            Err(EntryError::TooDeep)
        );
        let name = "x".repeat(PATH_MAX_LEN - 2);
        assert!(Entry::within("d", listed(&name)).is_ok());
        assert_eq!(Entry::within("dd", listed(&name)), Err(EntryError::TooLong));
    }

    #[test]
    fn moments_are_kept_to_the_nanosecond() {
        let epoch = SystemTime::UNIX_EPOCH;
        for modified in [
            None,
            Some(epoch),
            Some(epoch - Duration::new(5, 700_000_000)),
            Some(epoch + Duration::new(1_795_322_340, 123_456_700)),
        ] {
            let entry = Entry {
                modified,
                ..Entry::within("", listed("a\n\"海")).unwrap()
            };
            let line = serde_json::to_string(&entry).unwrap();
            assert!(!line.contains('\n'));
            assert_eq!(serde_json::from_str::<Entry>(&line).unwrap(), entry);
        }
    }
}

//! One file or folder inside the folder that is downloaded.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::store::folder::local_path::{local, to_path};
use crate::timestamp;

/// A file or folder to fetch.
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
    /// Fingerprints of the listings of the folders above it, from that of the folder that is downloaded on, by which
    /// loops are found. Empty where it cannot be a folder.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) above: Vec<u64>,
    /// In bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) size: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "timestamp")]
    pub(crate) modified: Option<SystemTime>,
}

impl Entry {
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

    #[test]
    fn times_are_kept_to_the_nanosecond() {
        let epoch = SystemTime::UNIX_EPOCH;
        for modified in [
            None,
            Some(epoch),
            Some(epoch - Duration::new(5, 700_000_000)),
            Some(epoch + Duration::new(1_795_322_340, 123_456_700)),
        ] {
            let entry = Entry {
                modified,
                path: "a\n\"海".to_owned(),
                is_folder: true,
                at: None,
                local: None,
                above: Vec::new(),
                size: None,
            };
            let line = serde_json::to_string(&entry).unwrap();
            assert!(!line.contains('\n'));
            assert_eq!(serde_json::from_str::<Entry>(&line).unwrap(), entry);
        }
    }
}

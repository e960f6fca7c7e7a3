//! A file that is already where a download would go.
#![expect(
    clippy::disallowed_methods,
    reason = "files are looked at on the thread that downloads"
)]

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use super::hasher::Follower;
use crate::name_bytes;
use crate::transport::CancelToken;
use landline_http1::digest::Sha256;

#[derive(Debug)]
pub(crate) struct ExistingFile {
    pub(crate) path: PathBuf,
    /// In bytes.
    pub(crate) len: u64,
    pub(crate) modified: Option<SystemTime>,
}

impl ExistingFile {
    /// The file that is called `name` (with [escapes](name_bytes)) in `folder`, or that such a link leads to.
    pub(crate) fn find(folder: &Path, name: &str) -> Option<Self> {
        let path = name_bytes::join(folder, name);
        let found = fs::metadata(&path).ok().filter(fs::Metadata::is_file)?;
        Some(Self {
            path,
            len: found.len(),
            modified: found.modified().ok(),
        })
    }

    /// Its SHA-256. `None` if it cannot be read, or after a cancel.
    pub(crate) fn digest(&self, cancel: &CancelToken) -> Option<Sha256> {
        let file = Arc::new(File::open(&self.path).ok()?);
        let follower = Follower::start(file, self.len).ok()?;
        follower.finish(cancel).ok()
    }
}

/// Whether anything is called `name` (with [escapes](name_bytes)) in `folder`.
pub(crate) fn is_taken(folder: &Path, name: &str) -> bool {
    fs::symlink_metadata(name_bytes::join(folder, name)).is_ok()
}

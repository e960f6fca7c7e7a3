//! A file without a name, which is gone when it is closed.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::free_space::SpaceGuard;
use super::part::write_error;
use crate::error::StoreError;

#[derive(Debug)]
pub(crate) struct TemporaryFile {
    file: File,
    growth: SpaceGuard,
    folder: PathBuf,
}

impl TemporaryFile {
    /// An empty one on the disk of `folder`.
    pub(crate) fn create(folder: &Path) -> Result<Self, StoreError> {
        let file = tempfile::tempfile_in(folder);
        Ok(Self {
            file: file.map_err(|e| write_error(&e, folder, folder))?,
            growth: SpaceGuard::new(folder),
            folder: folder.to_owned(),
        })
    }

    pub(crate) fn append(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        let written = self.growth.grow(bytes.len() as u64);
        let written = written.and_then(|()| self.file.write_all(bytes));
        written.map_err(|e| write_error(&e, &self.folder, &self.folder))
    }

    /// The open file, of which nothing more is written.
    pub(crate) fn into_file(self) -> File {
        self.file
    }
}

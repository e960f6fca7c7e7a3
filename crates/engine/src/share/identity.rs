//! The identity of a folder, whatever the path to it.

use std::io;

use cap_std::fs::{Dir, Metadata};

/// Device and inode numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Identity(u64, u64);

impl Identity {
    /// The identity of an open folder.
    ///
    /// # Errors
    /// The system does not report it.
    pub fn of_dir(dir: &Dir) -> io::Result<Self> {
        Self::of(&dir.dir_metadata()?, || dir.try_clone())
    }

    /// The identity of the folder with this metadata.
    #[cfg(unix)]
    #[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
    pub fn of(metadata: &Metadata, _: impl FnOnce() -> io::Result<Dir>) -> io::Result<Self> {
        use cap_std::fs::MetadataExt;
        Ok(Self(metadata.dev(), metadata.ino()))
    }

    /// The identity of the folder that `open` opens: Windows reports it for open handles only.
    #[cfg(windows)]
    pub fn of(_: &Metadata, open: impl FnOnce() -> io::Result<Dir>) -> io::Result<Self> {
        let found = winapi_util::file::information(open()?.into_std_file())?;
        Ok(Self(found.volume_serial_number(), found.file_index()))
    }
}

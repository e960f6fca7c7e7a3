//! Opening what is only ever a plain file of our own: whatever else somebody has put there, a link or a
//! pipe, is neither followed nor waited for.
#![expect(
    clippy::disallowed_methods,
    reason = "files are opened on the threads that download"
)]

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::Path;

/// Open the plain file at `path`, to write to it, too, where `writes`.
///
/// # Errors
/// [`ErrorKind::InvalidInput`] where something else is there; otherwise what the system says.
pub(super) fn open(path: &Path, writes: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(writes);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        options.custom_flags(flags.bits().cast_signed());
    }
    let file = options.open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(ErrorKind::InvalidInput.into())
    }
}

/// A new empty file at `path`, in the place of what is there.
///
/// # Errors
/// What the system says.
pub(in crate::client) fn create(path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != ErrorKind::NotFound => return Err(e),
        _ => {}
    }
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// Whether `file` has a name beside the one that it was opened by.
#[cfg(unix)]
pub(super) fn has_other_name(file: &File) -> bool {
    use std::os::unix::fs::MetadataExt;
    file.metadata().is_ok_and(|found| found.nlink() > 1)
}

/// Not known; a record says what it has to.
#[cfg(not(unix))]
pub(super) fn has_other_name(_file: &File) -> bool {
    false
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn only_plain_files_are_opened_and_links_are_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "mine").unwrap();
        symlink(&file, &link).unwrap();
        assert!(open(&file, true).is_ok());
        assert!(open(&link, false).is_err());
        assert!(open(folder.path(), false).is_err());
        drop(create(&link).unwrap());
        assert_eq!(fs::read(&file).unwrap(), b"mine");
        assert!(!fs::symlink_metadata(&link).unwrap().is_symlink());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_pipe_is_not_waited_for() {
        use rustix::fs::{CWD, FileType, Mode, mknodat};
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR, 0).unwrap();
        assert!(open(&pipe, false).is_err());
    }

    #[test]
    fn another_name_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (folder.path().join("one"), folder.path().join("other"));
        fs::write(&one, "").unwrap();
        let file = open(&one, false).unwrap();
        assert!(!has_other_name(&file));
        fs::hard_link(&one, &other).unwrap();
        assert!(has_other_name(&file));
    }
}

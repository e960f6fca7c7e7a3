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
    // Windows cannot refuse a link while it opens.
    if cfg!(windows) && fs::symlink_metadata(path)?.is_symlink() {
        return Err(ErrorKind::InvalidInput.into());
    }
    let file = options(writes).open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(ErrorKind::InvalidInput.into())
    }
}

/// How such a file is opened: to read it, and where `writes`, to write to it, which Windows lets nobody else do
/// meanwhile.
pub(super) fn options(writes: bool) -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(writes);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        options.custom_flags(flags.bits().cast_signed());
    }
    #[cfg(windows)]
    if writes {
        use std::os::windows::fs::OpenOptionsExt;
        const SHARE_READ: u32 = 1;
        const SHARE_DELETE: u32 = 4;
        options.share_mode(SHARE_READ | SHARE_DELETE);
    }
    options
}

/// A new empty file at `path`, in the place of what is there.
///
/// # Errors
/// What the system says.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != ErrorKind::NotFound => return Err(e),
        _ => {}
    }
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// Whether what is called `path` is `file`, and no link to it.
#[cfg(unix)]
pub(super) fn is_same(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), fs::symlink_metadata(path)) {
        (Ok(one), Ok(other)) => {
            one.is_file() && (one.dev(), one.ino()) == (other.dev(), other.ino())
        }
        _ => false,
    }
}

/// Whether what is called `path` is `file`, and no link to it. Where the file system has no numbers for its
/// files, what is called so is taken for it.
#[cfg(windows)]
pub(super) fn is_same(file: &File, path: &Path) -> bool {
    use winapi_util::Handle;
    use winapi_util::file::information;
    let number =
        |found: winapi_util::file::Information| (found.volume_serial_number(), found.file_index());
    if !fs::symlink_metadata(path).is_ok_and(|found| found.is_file()) {
        return false;
    }
    let there = Handle::from_path(path).and_then(|there| information(&there).map(number));
    match (information(file).map(number), there) {
        (Ok(one), Ok(other)) => one == other,
        _ => true,
    }
}

/// What tells what is at `path` from everything else on its disk, and hardly ever not from what is on others; of a link
/// it is that of the link. None if there is nothing, the file system does not say, or a file has other names (hard
/// links), each of which may be replaced by itself.
#[cfg(unix)]
pub(crate) fn identity(path: &Path) -> Option<u64> {
    use std::os::unix::fs::MetadataExt;
    let found = fs::symlink_metadata(path).ok()?;
    let is_one = found.is_dir() || found.nlink() == 1;
    (is_one && found.ino() != 0).then(|| found.ino() ^ found.dev().rotate_right(16))
}

/// What tells what is at `path` from everything else on its disk, and hardly ever not from what is on others. None if
/// there is nothing or a link, the file system does not say, or a file has other names, each of which may be replaced
/// by itself.
#[cfg(windows)]
pub(crate) fn identity(path: &Path) -> Option<u64> {
    use winapi_util::Handle;
    use winapi_util::file::information;
    let is_dir = match fs::symlink_metadata(path).ok()? {
        link if link.is_symlink() => return None,
        other => other.is_dir(),
    };
    let found = information(Handle::from_path_any(path).ok()?).ok()?;
    let is_one = is_dir || found.number_of_links() == 1;
    // What some network drives say, and ReFS where the number is too long.
    let is_number = ![0, u64::MAX].contains(&found.file_index());
    let volume = found.volume_serial_number().rotate_right(16);
    (is_one && is_number).then(|| found.file_index() ^ volume)
}

/// Whether `file` has a name beside the one that it was opened by.
#[cfg(unix)]
pub(super) fn has_other_name(file: &File) -> bool {
    use std::os::unix::fs::MetadataExt;
    file.metadata().is_ok_and(|found| found.nlink() > 1)
}

/// Whether `file` has a name beside the one that it was opened by.
#[cfg(windows)]
pub(super) fn has_other_name(file: &File) -> bool {
    winapi_util::file::information(file).is_ok_and(|found| found.number_of_links() > 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn only_plain_files_are_opened_and_links_are_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "mine").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        assert!(open(&file, true).is_ok());
        assert!(open(&link, false).is_err());
        assert!(open(folder.path(), false).is_err());
        drop(create(&link).unwrap());
        assert_eq!(fs::read(&file).unwrap(), b"mine");
        assert!(!fs::symlink_metadata(&link).unwrap().is_symlink());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn opening_a_pipe_does_not_block() {
        use rustix::fs::{CWD, FileType, Mode, mknodat};
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR, 0).unwrap();
        assert!(open(&pipe, false).is_err());
    }

    #[test]
    fn what_has_one_name_is_told_from_all_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["one", "other"] {
            fs::write(path(name), "").unwrap();
        }
        let [one, other, dir] = ["one", "other", "."].map(|name| identity(&path(name)));
        assert!(one.is_some() && dir.is_some() && one != other && one != dir);
        fs::rename(path("one"), path("moved")).unwrap();
        assert_eq!(
            (identity(&path("moved")), identity(&path("one"))),
            (one, None)
        );
        fs::hard_link(path("moved"), path("linked")).unwrap();
        assert_eq!(identity(&path("moved")), None);
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

    #[cfg(windows)]
    #[test]
    fn nobody_else_writes_meanwhile_and_everybody_may_remove_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "mine").unwrap();
        let file = open(&path, true).unwrap();
        assert!(OpenOptions::new().write(true).open(&path).is_err());
        assert!(open(&path, true).is_err());
        assert!(open(&path, false).is_ok());
        fs::rename(&path, folder.path().join("other")).unwrap();
        drop(file);
        assert!(open(&folder.path().join("other"), true).is_ok());
    }
}

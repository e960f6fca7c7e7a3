//! Giving a file its name without ever replacing another, as each system can do it.
#![expect(
    clippy::disallowed_methods,
    reason = "files are named on the thread that downloads"
)]

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::Path;

/// Whether this system usually does it in one call, so that a file never has two names.
pub(super) const IS_ONE_CALL: bool =
    cfg!(any(target_os = "linux", target_vendor = "apple", windows));

/// Rename `from` to `to` in the same folder.
///
/// # Errors
/// [`ErrorKind::AlreadyExists`] when something of any kind is at `to` already; both are as they
/// were then. Otherwise what the system says.
pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    match rename_in_one_call(from, to) {
        Err(e) if e.kind() == ErrorKind::Unsupported => {}
        result => return result,
    }
    match fs::hard_link(from, to) {
        Ok(()) => fs::remove_file(from),
        Err(e) if e.kind() == ErrorKind::AlreadyExists => Err(e),
        // Not every file system has links (FAT has none).
        Err(_) => rename_over_placeholder(from, to),
    }
}

/// `renameat2(2)` with `RENAME_NOREPLACE`, or `renameatx_np(2)` with `RENAME_EXCL`.
#[cfg(any(target_os = "linux", target_vendor = "apple"))]
fn rename_in_one_call(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;

    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Ok(()) => Ok(()),
        // The kernel or this file system does not know the flag.
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => Err(ErrorKind::Unsupported.into()),
        Err(e) => Err(e.into()),
    }
}

/// `MoveFileExW` that replaces nothing.
#[cfg(windows)]
fn rename_in_one_call(from: &Path, to: &Path) -> io::Result<()> {
    use tempfile::TempPath;

    let mut from = TempPath::try_from_path(from)?;
    // What is not renamed stays.
    from.disable_cleanup(true);
    match from.persist_noclobber(to) {
        Ok(()) => Ok(()),
        // A path that is too long for this call.
        Err(e) if e.error.kind() == ErrorKind::NotFound => Err(ErrorKind::Unsupported.into()),
        Err(e) => Err(e.error),
    }
}

#[cfg(not(any(target_os = "linux", target_vendor = "apple", windows)))]
fn rename_in_one_call(_from: &Path, _to: &Path) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

/// Claim the name with an empty file of our own, which the rename may then replace. Another program
/// would have to write into that file in this very moment to lose anything.
fn rename_over_placeholder(from: &Path, to: &Path) -> io::Result<()> {
    OpenOptions::new().write(true).create_new(true).open(to)?;
    fs::rename(from, to).inspect_err(|_| {
        let _ = fs::remove_file(to);
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    type Rename = fn(&Path, &Path) -> io::Result<()>;

    #[test]
    fn every_way_moves_and_none_replaces() {
        for way in [rename as Rename, rename_over_placeholder] {
            let folder = tempfile::tempdir().unwrap();
            let (from, to) = (folder.path().join("from"), folder.path().join("to"));
            fs::write(&from, "new").unwrap();
            way(&from, &to).unwrap();
            assert!(!from.exists());
            assert_eq!(fs::read_to_string(&to).unwrap(), "new");

            fs::write(&from, "newer").unwrap();
            let error = way(&from, &to).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::AlreadyExists);
            assert_eq!(fs::read_to_string(&from).unwrap(), "newer");
            assert_eq!(fs::read_to_string(&to).unwrap(), "new");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_nothing_is_something() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        fs::write(&from, "new").unwrap();
        std::os::unix::fs::symlink(folder.path().join("nothing"), &to).unwrap();
        for way in [rename as Rename, rename_over_placeholder] {
            assert_eq!(
                way(&from, &to).unwrap_err().kind(),
                ErrorKind::AlreadyExists
            );
        }
    }
}

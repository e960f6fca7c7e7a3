//! Renaming a file without ever replacing another, by whatever means the system has.
#![cfg_attr(
    not(test),
    expect(
        clippy::disallowed_methods,
        reason = "files are named on the threads that download, and once before there is a window"
    )
)]

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

/// The longest wait for another process that has locked the folder: a rename takes milliseconds.
const LOCK_TIMEOUT: Duration = Duration::from_millis(500);

/// The interval between attempts to lock.
const LOCK_POLL_INTERVAL: Duration = Duration::from_millis(2);

/// Whether this system usually renames in one call, so that a file never has two names.
pub(crate) const IS_ONE_CALL: bool =
    cfg!(any(target_os = "linux", target_vendor = "apple", windows));

/// Renames `from` to `to` in the same folder.
///
/// # Errors
/// [`ErrorKind::AlreadyExists`] if `to` exists, whatever its type; then neither path changes. Otherwise the
/// error of the system.
pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    match rename_in_one_call(from, to) {
        Err(e) if e.kind() == ErrorKind::Unsupported => {}
        result => return result,
    }
    match fs::hard_link(from, to) {
        Ok(()) => fs::remove_file(from),
        Err(e) if e.kind() == ErrorKind::AlreadyExists => Err(e),
        // Not every file system has hard links (FAT has none).
        Err(_) => rename_if_free(from, to),
    }
}

/// `renameat2(2)` with `RENAME_NOREPLACE`, or `renameatx_np(2)` with `RENAME_EXCL`.
#[cfg(any(target_os = "linux", target_vendor = "apple"))]
fn rename_in_one_call(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;

    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Ok(()) => Ok(()),
        // The kernel or this file system does not know the flag. NOTSUP equals OPNOTSUPP except on a Mac.
        Err(e) if [Errno::INVAL, Errno::NOSYS, Errno::NOTSUP, Errno::OPNOTSUPP].contains(&e) => {
            Err(ErrorKind::Unsupported.into())
        }
        Err(e) => Err(e.into()),
    }
}

/// `MoveFileExW` without `MOVEFILE_REPLACE_EXISTING`.
#[cfg(windows)]
fn rename_in_one_call(from: &Path, to: &Path) -> io::Result<()> {
    use tempfile::TempPath;

    let mut from = TempPath::try_from_path(from)?;
    // A file that was not renamed must not be deleted on drop.
    from.disable_cleanup(true);
    match from.persist_noclobber(to) {
        Ok(()) => Ok(()),
        // The path is too long for this call.
        Err(e) if e.error.kind() == ErrorKind::NotFound => Err(ErrorKind::Unsupported.into()),
        Err(e) => Err(e.error),
    }
}

#[cfg(not(any(target_os = "linux", target_vendor = "apple", windows)))]
fn rename_in_one_call(_from: &Path, _to: &Path) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

/// Checks that `to` is free, then renames. If the process is killed at any point, `to` is either free or the
/// complete file. Processes of this program exclude each other with a lock; a file that another program creates
/// at `to` between the two calls is lost, but a placeholder would be left behind by a kill.
fn rename_if_free(from: &Path, to: &Path) -> io::Result<()> {
    static TURN: Mutex<()> = Mutex::new(());

    let _turn = TURN.lock();
    let _locked = to.parent().and_then(lock);
    match fs::symlink_metadata(to) {
        Ok(_) => Err(ErrorKind::AlreadyExists.into()),
        Err(e) if e.kind() == ErrorKind::NotFound => fs::rename(from, to),
        Err(e) => Err(e),
    }
}

/// Locks `folder` against other processes of this program, if the system supports it and nobody else holds the
/// lock for long.
fn lock(folder: &Path) -> Option<File> {
    let folder = File::open(folder).ok()?;
    let began = Instant::now();
    while matches!(folder.try_lock(), Err(TryLockError::WouldBlock))
        && began.elapsed() < LOCK_TIMEOUT
    {
        thread::sleep(LOCK_POLL_INTERVAL);
    }
    Some(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Rename = fn(&Path, &Path) -> io::Result<()>;

    #[test]
    fn every_implementation_renames_and_none_replaces() {
        for way in [rename as Rename, rename_if_free] {
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

    #[test]
    fn no_placeholder_is_left_by_a_kill() {
        let folder = tempfile::tempdir().unwrap();
        let long_ago = filetime::FileTime::from_unix_time(1_000_000_000, 0);
        filetime::set_file_mtime(folder.path(), long_ago).unwrap();
        let changed = || fs::metadata(folder.path()).unwrap().modified().unwrap();
        let before = changed();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        // For the folder, being killed before the last call is the same as that call failing.
        let error = rename_if_free(&from, &to).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert_eq!(changed(), before);
    }

    #[test]
    fn one_of_many_concurrent_renames_wins() {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("to");
        let moved: Vec<_> = thread::scope(|scope| {
            let one = |number: usize| {
                let (from, to) = (folder.path().join(number.to_string()), &to);
                scope.spawn(move || {
                    fs::write(&from, number.to_string()).unwrap();
                    rename_if_free(&from, to).map(|()| number)
                })
            };
            let all: Vec<_> = (0..8).map(one).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        let winners: Vec<_> = moved.iter().flatten().collect();
        assert_eq!(winners.len(), 1, "{moved:?}");
        assert_eq!(fs::read_to_string(&to).unwrap(), winners[0].to_string());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 8);
    }

    #[test]
    fn a_locked_folder_delays_a_rename_only_briefly() {
        let folder = tempfile::tempdir().unwrap();
        let Ok(theirs) = File::open(folder.path()) else {
            return;
        };
        theirs.lock().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        fs::write(&from, "new").unwrap();
        rename_if_free(&from, &to).unwrap();
        assert_eq!(fs::read_to_string(&to).unwrap(), "new");
    }

    #[cfg(unix)]
    #[test]
    fn a_dangling_link_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        fs::write(&from, "new").unwrap();
        std::os::unix::fs::symlink(folder.path().join("nothing"), &to).unwrap();
        for way in [rename as Rename, rename_if_free] {
            assert_eq!(
                way(&from, &to).unwrap_err().kind(),
                ErrorKind::AlreadyExists
            );
        }
    }
}

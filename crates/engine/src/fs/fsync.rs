//! Flushing to disk. The system reports a disk error once per open file, then drops the data it could not
//! write: after an error, nothing written since the last success can be trusted.
#![cfg_attr(
    not(test),
    expect(
        clippy::disallowed_methods,
        reason = "called on the threads that write files"
    )
)]

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::Path;

#[cfg(target_vendor = "apple")]
use rustix::io::Errno;

/// Flushes the content of `file` (`fdatasync(2)`).
///
/// # Errors
/// The disk failed. A file system without this call is not an error.
pub(crate) fn data(file: &File) -> io::Result<()> {
    checked(file, File::sync_data)
}

/// Flushes the content and the metadata of `file` (`fsync(2)`).
///
/// # Errors
/// As `data`.
pub fn all(file: &File) -> io::Result<()> {
    checked(file, File::sync_all)
}

/// Flushes the entries of `folder`, so that new and renamed files survive a power failure. Windows has no such
/// call.
///
/// # Errors
/// As `data`.
pub fn folder(folder: &Path) -> io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    match File::open(folder) {
        Ok(folder) => all(&folder),
        // The folder is writable but not readable.
        Err(e) if e.kind() == ErrorKind::PermissionDenied => Ok(()),
        Err(e) => Err(e),
    }
}

fn checked(file: &File, sync: fn(&File) -> io::Result<()>) -> io::Result<()> {
    #[cfg(all(any(test, feature = "faults"), unix))]
    faults::check(file)?;
    let synced = sync(file);
    // What std calls on a Mac, `F_FULLFSYNC` (`fcntl(2)`), works on local disks only.
    #[cfg(target_vendor = "apple")]
    let synced = synced.or_else(|e| match Errno::from_io_error(&e) {
        Some(Errno::NOTSUP | Errno::NOTTY | Errno::INVAL | Errno::BADF) => {
            match rustix::fs::fsync(file) {
                // A pipe.
                Err(Errno::NOTSUP) => Err(ErrorKind::Unsupported.into()),
                result => Ok(result?),
            }
        }
        _ => Err(e),
    });
    match synced {
        // Some network file systems, FUSE, pipes and devices without storage.
        Err(e) if matches!(e.kind(), ErrorKind::Unsupported | ErrorKind::InvalidInput) => {
            log::debug!("not written through: {e}");
            Ok(())
        }
        result => result,
    }
}

/// Failing disks, for tests.
#[cfg(all(any(test, feature = "faults"), unix))]
#[expect(clippy::missing_panics_doc, reason = "for tests")]
pub mod faults {
    use std::fs::{File, Metadata};
    use std::io;
    use std::os::unix::fs::MetadataExt;
    use std::path::Path;

    use parking_lot::Mutex;
    type Number = (u64, u64);

    static FAILING: Mutex<Vec<Number>> = Mutex::new(Vec::new());

    /// Makes the next flush of the file or folder at `path` fail.
    pub fn fail_once(path: &Path) {
        let found = path.metadata().unwrap();
        FAILING.lock().push(number(&found));
    }

    /// Whether that failure is still to come.
    pub fn is_due(path: &Path) -> bool {
        let found = path.metadata().unwrap();
        FAILING.lock().contains(&number(&found))
    }

    pub(crate) fn check(file: &File) -> io::Result<()> {
        let number = number(&file.metadata()?);
        let mut failing = FAILING.lock();
        match failing.iter().position(|failing| *failing == number) {
            Some(at) => {
                failing.swap_remove(at);
                Err(rustix::io::Errno::IO.into())
            }
            None => Ok(()),
        }
    }

    fn number(found: &Metadata) -> Number {
        (found.dev(), found.ino())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_support_for_fsync_is_not_an_error() {
        let dir = tempfile::tempdir().unwrap();
        folder(dir.path()).unwrap();
        #[cfg(target_os = "linux")]
        {
            let nowhere = File::options().write(true).open("/dev/null").unwrap();
            assert!(nowhere.sync_data().is_err());
            data(&nowhere).unwrap();
        }
        #[cfg(unix)]
        {
            assert!(folder(&dir.path().join("missing")).is_err());
            faults::fail_once(dir.path());
            assert!(folder(dir.path()).is_err());
            folder(dir.path()).unwrap();
        }
    }
}

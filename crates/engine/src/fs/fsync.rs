//! Writing through to the disk. A system reports an error of the disk once for each open file, and drops what it could
//! not write: whoever hears of one must not trust anything that was written since the last success.
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

/// Write the content of `file` through (`fdatasync(2)`).
///
/// # Errors
/// The disk did not take it. A file system that cannot say so is no error.
pub(crate) fn data(file: &File) -> io::Result<()> {
    checked(file, File::sync_data)
}

/// Write the content and the dates of `file` through (`fsync(2)`).
///
/// # Errors
/// As [`data`].
pub fn all(file: &File) -> io::Result<()> {
    checked(file, File::sync_all)
}

/// Write the names in `folder` through, so that files that were made or renamed there survive a power failure. Windows
/// has no call for it.
///
/// # Errors
/// As [`data`].
pub fn folder(folder: &Path) -> io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    match File::open(folder) {
        Ok(folder) => all(&folder),
        // It may be written to but not read.
        Err(e) if e.kind() == ErrorKind::PermissionDenied => Ok(()),
        Err(e) => Err(e),
    }
}

fn checked(file: &File, sync: fn(&File) -> io::Result<()>) -> io::Result<()> {
    #[cfg(all(any(test, feature = "faults"), unix))]
    faults::check(file)?;
    let synced = sync(file);
    // What std calls there, `F_FULLFSYNC` (`fcntl(2)`), is for local disks only.
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
        // Some network file systems, FUSE, pipes and devices that keep nothing.
        Err(e) if matches!(e.kind(), ErrorKind::Unsupported | ErrorKind::InvalidInput) => {
            log::debug!("not written through: {e}");
            Ok(())
        }
        result => result,
    }
}

/// Disks that fail, for tests.
#[cfg(all(any(test, feature = "faults"), unix))]
#[expect(clippy::missing_panics_doc, reason = "for tests")]
pub mod faults {
    use std::fs::{File, Metadata};
    use std::io;
    use std::os::unix::fs::MetadataExt;
    use std::path::Path;
    use std::sync::Mutex;

    type Number = (u64, u64);

    static FAILING: Mutex<Vec<Number>> = Mutex::new(Vec::new());

    /// The next time that the file or folder at `path` is written through, the disk has failed.
    pub fn fail_once(path: &Path) {
        let found = path.metadata().unwrap();
        FAILING.lock().unwrap().push(number(&found));
    }

    /// Whether that time is still to come.
    pub fn is_due(path: &Path) -> bool {
        let found = path.metadata().unwrap();
        FAILING.lock().unwrap().contains(&number(&found))
    }

    pub(crate) fn check(file: &File) -> io::Result<()> {
        let number = number(&file.metadata()?);
        let mut failing = FAILING.lock().unwrap();
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
    fn what_cannot_be_written_through_is_no_error() {
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

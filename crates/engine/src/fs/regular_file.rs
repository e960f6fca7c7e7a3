//! Opening well-known files without blocking, even if someone has put a pipe or a device in their place.
#![expect(
    clippy::disallowed_methods,
    reason = "callers are about to read a file anyway"
)]

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _};
use std::path::Path;

/// Opens `path` with `options`, following links, if it is a regular file or is to be created.
///
/// # Errors
/// [`ErrorKind::InvalidInput`] if it is anything else; otherwise the error of the system.
pub fn open(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    let check = |found: fs::Metadata| {
        let other = || io::Error::new(ErrorKind::InvalidInput, "not a regular file");
        found.is_file().then_some(()).ok_or_else(other)
    };
    // Opening a device may have side effects.
    match fs::metadata(path) {
        Err(e) if e.kind() != ErrorKind::NotFound => return Err(e),
        Err(_) => {}
        Ok(found) => check(found)?,
    }
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(OFlags::NONBLOCK.bits().cast_signed());
    }
    let file = options.open(path)?;
    // The path may have been replaced since the check.
    check(file.metadata()?)?;
    Ok(file)
}

/// Opens the file at `path` to lock it, and creates it if it is missing.
///
/// # Errors
/// See [`open`].
pub fn open_to_lock(path: &Path) -> io::Result<File> {
    // Windows locks no file that is opened only to append to it.
    open(
        path,
        OpenOptions::new().read(true).append(true).create(true),
    )
}

/// Reads the whole regular file at `path`.
///
/// # Errors
/// It is longer than `max_len` bytes; otherwise see [`open`].
pub fn read(path: &Path, max_len: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path, OpenOptions::new().read(true))?
        .take(max_len + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > max_len {
        return Err(too_long());
    }
    Ok(bytes)
}

/// The error of a file that is longer than expected.
pub fn too_long() -> io::Error {
    io::Error::other("the file is too large")
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn regular_files_are_read_up_to_their_limit() {
        let dir = tempfile::tempdir().unwrap();
        let (file, link) = (dir.path().join("file"), dir.path().join("link"));
        fs::write(&file, "12345").unwrap();
        symlink(&file, &link).unwrap();
        assert_eq!(read(&file, 5).unwrap(), b"12345");
        assert_eq!(read(&link, 5).unwrap(), b"12345");
        assert!(read(&file, 4).is_err());
        let missing = read(&dir.path().join("missing"), 5).unwrap_err();
        assert_eq!(missing.kind(), ErrorKind::NotFound);
    }

    #[test]
    fn opening_other_file_types_does_not_block() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("odd");
        let refused = |path: &Path| {
            let error = read(path, 5).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            let mut options = OpenOptions::new();
            let error = open(path, options.create(true).append(true)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
        };
        refused(dir.path());
        symlink("/dev/zero", &path).unwrap();
        refused(&path);
        fs::remove_file(&path).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(&path).unwrap();
        refused(&path);
        #[cfg(target_os = "linux")]
        {
            use rustix::fs::{CWD, FileType, Mode, mknodat};
            fs::remove_file(&path).unwrap();
            mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
            refused(&path);
        }
    }
}

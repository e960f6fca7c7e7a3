//! The one place that writes files: under `NAME.part` until every byte is there and on the disk,
//! and then under a name that nothing had before.
#![expect(
    clippy::disallowed_methods,
    reason = "files are written on the thread that downloads"
)]

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::safe_name::fit;
use super::{ClientError, no_clobber};

/// What a new file is marked with when the old one keeps the name (the lecture notes' prefix).
const NEW: &str = "[新]";

/// More copies of one name than anyone keeps; a folder where all are taken is a fault.
const MAX_COPIES: usize = 1_000;

/// A file on its way. Dropping it before [`PartFile::finish`] removes it.
#[derive(Debug)]
pub(super) struct PartFile {
    file: File,
    part: PathBuf,
    folder: PathBuf,
    name: String,
    /// It has its final name; another download may use the part's name by now.
    is_placed: bool,
}

/// Whether `folder` is there, before anything is asked of a server.
pub(super) fn check_folder(folder: &Path) -> Result<(), ClientError> {
    match fs::metadata(here(folder)) {
        Ok(found) if found.is_dir() => Ok(()),
        Err(e) if e.kind() == ErrorKind::PermissionDenied => Err(ClientError::NotWritable {
            folder: folder.to_owned(),
        }),
        Ok(_) => Err(ClientError::NotAFolder {
            folder: folder.to_owned(),
        }),
        Err(_) => Err(ClientError::FolderMissing {
            folder: folder.to_owned(),
        }),
    }
}

impl PartFile {
    /// An empty one for `name` in `folder`. Two for the same name never share one.
    pub(super) fn create(folder: &Path, name: &str) -> Result<Self, ClientError> {
        let folder = here(folder).to_owned();
        for copy in 1..=MAX_COPIES {
            let part = folder.join(fit("", name, &counted(copy), ".part"));
            match OpenOptions::new().write(true).create_new(true).open(&part) {
                Ok(file) => {
                    let name = name.to_owned();
                    return Ok(Self {
                        file,
                        part,
                        folder,
                        name,
                        is_placed: false,
                    });
                }
                Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
                // What some file systems say when nothing can be made in them (`/proc`).
                Err(e) if e.kind() == ErrorKind::NotFound && folder.is_dir() => {
                    return Err(ClientError::NotWritable { folder });
                }
                Err(e) => return Err(write_error(&e, &folder, &part)),
            }
        }
        let part = folder.join(fit("", name, "", ".part"));
        Err(write_error(
            &ErrorKind::AlreadyExists.into(),
            &folder,
            &part,
        ))
    }

    /// Put it on the disk and give it its name: `NAME`, else `[新]NAME`, else `[新]NAME` counted:
    /// `[新]film (2).mkv`, ...
    pub(super) fn finish(mut self) -> Result<PathBuf, ClientError> {
        self.file.sync_all().map_err(|e| self.error(&e))?;
        for copy in 0..=MAX_COPIES {
            let name = match copy {
                0 => self.name.clone(),
                _ => fit(NEW, &self.name, &counted(copy), ""),
            };
            let path = self.folder.join(name);
            match no_clobber::rename(&self.part, &path) {
                Ok(()) => {
                    self.is_placed = true;
                    return Ok(path);
                }
                Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
                Err(e) => return Err(self.error(&e)),
            }
        }
        Err(self.error(&ErrorKind::AlreadyExists.into()))
    }

    /// What `error` means, which a write to it gave.
    pub(super) fn error(&self, error: &io::Error) -> ClientError {
        write_error(error, &self.folder, &self.part)
    }
}

impl Write for PartFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for PartFile {
    fn drop(&mut self) {
        if !self.is_placed
            && let Err(e) = fs::remove_file(&self.part)
            && e.kind() != ErrorKind::NotFound
        {
            log::warn!("{} stays: {e}", self.part.display());
        }
    }
}

fn counted(copy: usize) -> String {
    match copy {
        0 | 1 => String::new(),
        _ => format!(" ({copy})"),
    }
}

/// The folder of a bare file name is this one.
fn here(folder: &Path) -> &Path {
    if folder.as_os_str() == OsStr::new("") {
        Path::new(".")
    } else {
        folder
    }
}

fn write_error(error: &io::Error, folder: &Path, part: &Path) -> ClientError {
    let is_there = folder.is_dir();
    let folder = folder.to_owned();
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory if !is_there => {
            ClientError::FolderMissing { folder }
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            ClientError::NotWritable { folder }
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => ClientError::DiskFull { folder },
        ErrorKind::FileTooLarge => ClientError::FileTooLarge { folder },
        _ => ClientError::Write {
            path: part.to_owned(),
            reason: error.to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn save(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
        let mut part = PartFile::create(folder, name).unwrap();
        part.write_all(bytes).unwrap();
        part.finish().unwrap()
    }

    #[test]
    fn the_name_comes_last() {
        let folder = tempfile::tempdir().unwrap();
        let mut part = PartFile::create(folder.path(), "a.txt").unwrap();
        part.write_all(b"half").unwrap();
        assert_eq!(names(folder.path()), ["a.txt.part"]);
        let path = part.finish().unwrap();
        assert_eq!(path, folder.path().join("a.txt"));
        assert_eq!(names(folder.path()), ["a.txt"]);
        assert_eq!(fs::read(path).unwrap(), b"half");
    }

    #[test]
    fn what_is_given_up_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut part = PartFile::create(folder.path(), "a.txt").unwrap();
        part.write_all(b"half").unwrap();
        drop(part);
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn old_files_stay_and_new_ones_are_marked() {
        let folder = tempfile::tempdir().unwrap();
        for content in ["1", "2", "3", "4"] {
            save(folder.path(), "a.txt", content.as_bytes());
        }
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(read("a.txt"), "1");
        assert_eq!(read("[新]a.txt"), "2");
        assert_eq!(read("[新]a (2).txt"), "3");
        assert_eq!(read("[新]a (3).txt"), "4");
    }

    #[test]
    fn two_at_a_time_do_not_share_a_part() {
        let folder = tempfile::tempdir().unwrap();
        let mut one = PartFile::create(folder.path(), "a.txt").unwrap();
        let mut two = PartFile::create(folder.path(), "a.txt").unwrap();
        assert_eq!(names(folder.path()), ["a (2).txt.part", "a.txt.part"]);
        one.write_all(b"one").unwrap();
        two.write_all(b"two").unwrap();
        let two = two.finish().unwrap();
        let one = one.finish().unwrap();
        assert_eq!(fs::read(two).unwrap(), b"two");
        assert_eq!(fs::read(one).unwrap(), b"one");
        assert_eq!(names(folder.path()), ["[新]a.txt", "a.txt"]);
    }

    #[test]
    fn a_part_that_somebody_removed_is_said_so() {
        let folder = tempfile::tempdir().unwrap();
        let part = PartFile::create(folder.path(), "a").unwrap();
        fs::remove_file(folder.path().join("a.part")).unwrap();
        let error = part.finish().unwrap_err();
        assert!(matches!(error, ClientError::Write { .. }), "{error:?}");
        let part = PartFile::create(folder.path(), "a").unwrap();
        folder.close().unwrap();
        let error = part.finish().unwrap_err();
        assert!(
            matches!(error, ClientError::FolderMissing { .. }),
            "{error:?}"
        );
    }

    #[test]
    fn the_longest_names_work() {
        let folder = tempfile::tempdir().unwrap();
        let name = format!("{}.mkv", "x".repeat(251));
        let path = save(folder.path(), &name, b"1");
        assert_eq!(path, folder.path().join(&name));
        let path = save(folder.path(), &name, b"2");
        assert_eq!(path.file_name().unwrap().len(), 255);
        assert_eq!(path.extension(), Some(OsStr::new("mkv")));
    }

    #[test]
    fn folders_that_cannot_be_used_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing");
        let gone = Err(ClientError::FolderMissing {
            folder: missing.clone(),
        });
        assert_eq!(check_folder(&missing), gone);
        assert_eq!(PartFile::create(&missing, "a").map(drop), gone);
        assert_eq!(check_folder(Path::new("")), Ok(()));
        for (kind, key) in [
            (ErrorKind::StorageFull, "disk-full"),
            (ErrorKind::ReadOnlyFilesystem, "target-not-writable"),
            (ErrorKind::FileTooLarge, "file-too-large"),
            (ErrorKind::Other, "write-failed"),
        ] {
            let error = write_error(&kind.into(), &missing, &missing);
            assert_eq!(error.sentence().key(), key);
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_a_sentence() {
        let folder = tempfile::tempdir().unwrap();
        let mut part = PartFile::create(folder.path(), "a").unwrap();
        part.file = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let error = part.write_all(b"x").unwrap_err();
        let folder = folder.path().to_owned();
        assert_eq!(part.error(&error), ClientError::DiskFull { folder });
    }
}

//! From what a server calls an entry to where it goes here: inside the target, whatever the server
//! says and whatever is in the way.
#![expect(
    clippy::disallowed_methods,
    reason = "folders are made on the threads that download"
)]

use std::fs::{self, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};
use std::time::SystemTime;

use filetime::FileTime;

use crate::name_bytes;
use crate::store::safe_name::safe_name_in;

/// Where an entry goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Local {
    /// Seen from the target: plain names only. Empty for the target itself.
    pub(crate) path: PathBuf,
    /// Some part could not have the name that the server gives it.
    pub(crate) is_renamed: bool,
}

/// Why a folder is not there.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FolderError {
    /// A file, or something else that is no folder, has its name.
    #[error("{} is in the way", path.display())]
    InTheWay { path: PathBuf },
    /// It is a link out of the target. Who made it wants something else there than a stranger's files.
    #[error("{} leads elsewhere", path.display())]
    LeadsElsewhere { path: PathBuf },
    /// The system says no.
    #[error("{}: {error}", path.display())]
    Io { path: PathBuf, error: io::Error },
}

/// Where the entry at `path` (an [`Entry::path`](super::entry::Entry::path)) goes inside `root`, which is
/// there. Two paths may end in one place, which is for [`name_collisions`](super::name_collisions) to see to.
pub(crate) fn local(root: &Path, path: &str) -> Local {
    let safe = safe_path(root, path);
    Local {
        path: to_path(&safe),
        is_renamed: safe != path,
    }
}

/// The same as text, with `/` between the names and [escapes](name_bytes).
pub(crate) fn safe_path(root: &Path, path: &str) -> String {
    if path.is_empty() {
        return String::new();
    }
    let names = path.split('/').map(|part| safe_name_in(root, part));
    names.collect::<Vec<_>>().join("/")
}

/// The path that `safe` stands for, which is one of [`safe_path`]'s or made of their names.
pub(crate) fn to_path(safe: &str) -> PathBuf {
    let names = safe.split('/').filter(|name| !name.is_empty());
    names.map(name_bytes::to_os).collect()
}

/// Make the folder `relative` (a [`Local::path`]) inside `root`, which is there, with all folders
/// above it. Those that are there already are fine.
///
/// # Errors
/// See [`FolderError`]. What was made until then stays.
pub(crate) fn create_folders(root: &Path, relative: &Path) -> Result<PathBuf, FolderError> {
    let mut path = root.to_owned();
    for part in relative.components() {
        path.push(part);
        if !matches!(part, Component::Normal(_)) {
            let error = ErrorKind::InvalidInput.into();
            return Err(FolderError::Io { path, error });
        }
        create_folder(root, &path)?;
    }
    Ok(path)
}

fn create_folder(root: &Path, path: &Path) -> Result<(), FolderError> {
    let failed = |error| FolderError::Io {
        path: path.to_owned(),
        error,
    };
    // First a look: mostly it is there, and a system may say something else than that to who makes it.
    let found = match found_at(path).map_err(failed)? {
        Some(found) => found,
        None => match fs::create_dir(path) {
            Ok(()) => return Ok(()),
            // Another worker was faster.
            Err(e) if e.kind() == ErrorKind::AlreadyExists => {
                fs::symlink_metadata(path).map_err(failed)?
            }
            Err(e) => return Err(failed(e)),
        },
    };
    let path = path.to_owned();
    if found.is_dir() {
        Ok(())
    } else if !found.is_symlink() {
        Err(FolderError::InTheWay { path })
    } else if !stays_inside(root, &path) {
        Err(FolderError::LeadsElsewhere { path })
    } else if path.is_dir() {
        Ok(())
    } else {
        Err(FolderError::InTheWay { path })
    }
}

fn found_at(path: &Path) -> io::Result<Option<Metadata>> {
    match fs::symlink_metadata(path) {
        Ok(found) => Ok(Some(found)),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}

/// A link to nothing leads nowhere, and so elsewhere.
fn stays_inside(root: &Path, link: &Path) -> bool {
    match (root.canonicalize(), link.canonicalize()) {
        (Ok(root), Ok(there)) => there.starts_with(root),
        _ => false,
    }
}

/// Date the file or folder at `path`. A folder gets a new date whenever something is put into it, so
/// its own comes last. What is a link is dated itself, and not what it leads to.
///
/// # Errors
/// What the system says; some file systems do not know every date.
pub(crate) fn set_modified(path: &Path, modified: SystemTime) -> io::Result<()> {
    let accessed = FileTime::from_last_access_time(&fs::symlink_metadata(path)?);
    let modified = FileTime::from_system_time(modified);
    filetime::set_symlink_file_times(path, accessed, modified)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    /// On a file system that has no special names.
    fn local(path: &str) -> Local {
        super::local(Path::new("/"), path)
    }

    #[test]
    fn plain_paths_stay() {
        let plain = local("海边/a b/film.tar.gz");
        assert_eq!(
            plain.path,
            Path::new("海边").join("a b").join("film.tar.gz")
        );
        assert!(!plain.is_renamed);
        let root = local("");
        assert!(root.path.as_os_str().is_empty() && !root.is_renamed);
    }

    #[test]
    fn tricks_become_names() {
        for (path, safe) in [
            ("../../etc/passwd", "download/download/etc/passwd"),
            ("/etc", "download/etc"),
            ("a/./b", "a/download/b"),
            ("a//b", "a/download/b"),
            ("a/exe.\u{202e}gpj", "a/exe.gpj"),
            ("a.part/b.part.json", "a.part_/b.part.json_"),
            ("a\u{10fe2f}..\u{10fe2f}b/c", "a_.._b/c"),
        ] {
            let local = local(path);
            assert_eq!(local.path, safe.split('/').collect::<PathBuf>(), "{path}");
            assert!(local.is_renamed);
        }
    }

    #[cfg(all(unix, not(target_vendor = "apple")))]
    #[test]
    fn bytes_become_bytes() {
        use std::os::unix::ffi::OsStrExt;
        let local = local(&name_bytes::from_path(b"d\xfc/caf\xe9"));
        assert_eq!(local.path.as_os_str().as_bytes(), b"d\xfc/caf\xe9");
        assert!(!local.is_renamed);
    }

    proptest! {
        #[test]
        fn whatever_the_server_says_stays_inside(
            path in "([\\PC\\pC/\\\\. :]{0,20}|\\.{1,3}|con|[A-Z]:|/)(/([\\PC\\pC/\\\\. ]{0,20}|\\.\\.|nul)){0,5}",
        ) {
            let local = local(&path);
            let root = Path::new("/root/of/all");
            let whole = root.join(&local.path);
            prop_assert!(whole.starts_with(root));
            let parts: Vec<_> = local.path.components().collect();
            for part in &parts {
                let Component::Normal(name) = part else { panic!("{part:?}") };
                // On Linux it may hold bytes that are not UTF-8.
                let name = name.to_string_lossy();
                prop_assert!(!name.is_empty() && name != "." && name != "..");
                prop_assert!(!name.contains(std::path::is_separator));
            }
            // One name for each part: none is lost or splits in two.
            let said = if path.is_empty() { 0 } else { path.split('/').count() };
            prop_assert_eq!(parts.len(), said);
        }
    }

    #[test]
    fn folders_are_made_once() {
        let root = tempfile::tempdir().unwrap();
        let relative = Path::new("a").join("b").join("c");
        for _ in 0..2 {
            let made = create_folders(root.path(), &relative).unwrap();
            assert_eq!(made, root.path().join(&relative));
            assert!(made.is_dir());
        }
        assert_eq!(
            create_folders(root.path(), Path::new("")).unwrap(),
            root.path()
        );
    }

    #[test]
    fn a_file_in_the_way_is_said_so() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("a"), "mine").unwrap();
        for relative in [PathBuf::from("a"), Path::new("a").join("b")] {
            match create_folders(root.path(), &relative).unwrap_err() {
                FolderError::InTheWay { path } => assert_eq!(path, root.path().join("a")),
                other => panic!("{other}"),
            }
        }
        assert_eq!(fs::read(root.path().join("a")).unwrap(), b"mine");
    }

    #[test]
    fn a_missing_root_is_an_error() {
        let root = tempfile::tempdir().unwrap();
        let missing = root.path().join("missing");
        let error = create_folders(&missing, Path::new("a")).unwrap_err();
        assert!(matches!(error, FolderError::Io { .. }), "{error}");
        assert!(!missing.exists());
    }

    #[test]
    fn only_names_are_made() {
        let root = tempfile::tempdir().unwrap();
        for relative in ["..", "../a", "/a", "a/../../b"] {
            let error = create_folders(root.path(), Path::new(relative)).unwrap_err();
            assert!(matches!(error, FolderError::Io { .. }), "{error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_out_are_not_followed() {
        use std::os::unix::fs::symlink;

        let outside = tempfile::tempdir().unwrap();
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("real")).unwrap();
        fs::write(root.path().join("file"), "").unwrap();
        let link = |to: &Path, name: &str| symlink(to, root.path().join(name)).unwrap();
        link(outside.path(), "out");
        link(Path::new(".."), "up");
        link(Path::new("nothing"), "dangling");
        link(Path::new("real"), "in");
        link(Path::new("file"), "to-file");
        for name in ["out", "up", "dangling"] {
            for relative in [PathBuf::from(name), Path::new(name).join("b")] {
                match create_folders(root.path(), &relative).unwrap_err() {
                    FolderError::LeadsElsewhere { path } => {
                        assert_eq!(path, root.path().join(name));
                    }
                    other => panic!("{name}: {other}"),
                }
            }
        }
        let error = create_folders(root.path(), Path::new("to-file")).unwrap_err();
        assert!(matches!(error, FolderError::InTheWay { .. }), "{error}");
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
        create_folders(root.path(), Path::new("in/b")).unwrap();
        assert!(root.path().join("real/b").is_dir());
    }

    #[test]
    fn files_and_folders_are_dated() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("file");
        fs::write(&file, "").unwrap();
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        for path in [&file, root.path()] {
            set_modified(path, at).unwrap();
            assert_eq!(fs::metadata(path).unwrap().modified().unwrap(), at);
        }
        assert!(set_modified(&root.path().join("missing"), at).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn what_a_link_leads_to_keeps_its_date() {
        let root = tempfile::tempdir().unwrap();
        let (file, link) = (root.path().join("file"), root.path().join("link"));
        fs::write(&file, "").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        let before = fs::metadata(&file).unwrap().modified().unwrap();
        set_modified(&link, SystemTime::UNIX_EPOCH).unwrap();
        assert_eq!(fs::metadata(&file).unwrap().modified().unwrap(), before);
    }
}

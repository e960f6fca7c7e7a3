//! The root of a share, relative to which every path is opened.

use std::io;
use std::path::{Path, PathBuf};

use cap_std::fs::Dir;

use super::identity::Identity;

/// The open shared folder.
#[derive(Debug)]
pub(super) struct Root {
    pub dir: Dir,
    /// Its canonical path when it was opened.
    pub path: PathBuf,
}

impl Root {
    /// Calls `open` with `path`, or with an equivalent path that stays inside the folder. A link may leave the
    /// folder and come back (absolute ones, and `../photos/a.jpg` in a folder called `photos`); the sandboxed
    /// open refuses those, because it must not resolve anything outside.
    ///
    /// # Errors
    /// Those of `open`.
    pub fn follow<T>(&self, path: &Path, open: impl Fn(&Path) -> io::Result<T>) -> io::Result<T> {
        match open(path) {
            Err(e) if leads_out(&e) => match self.path_inside(path) {
                // Opened in the sandbox, too: if it leads outside by now, this fails.
                Some(inside) => open(&inside),
                None => Err(e),
            },
            opened => opened,
        }
    }

    /// An equivalent of `path` that stays inside, if there is one. Only a hint: it must be opened in the
    /// sandbox.
    fn path_inside(&self, path: &Path) -> Option<PathBuf> {
        let target = self.path.join(path).canonicalize().ok()?;
        let inside = target.strip_prefix(&self.path).ok()?;
        Some(if inside.as_os_str().is_empty() {
            PathBuf::from(".")
        } else {
            inside.to_owned()
        })
    }

    /// The folders on `path`, the root first and its last component last.
    ///
    /// # Errors
    /// `NotFound` if one of them occurs twice; see [`Ancestors`]. Otherwise an error of looking one up.
    pub fn ancestors(&self, path: &Path) -> io::Result<Ancestors> {
        let mut ancestors = Ancestors(vec![Identity::of_dir(&self.dir)?]);
        let mut inside = PathBuf::new();
        for part in path {
            inside.push(part);
            let identity = |inside: &Path| {
                let open = || self.dir.open_dir(inside);
                Identity::of(&self.dir.metadata(inside)?, open)
            };
            match self.follow(&inside, identity) {
                Ok(folder) => ancestors = ancestors.and(folder)?,
                // Windows allows traversing a folder without the permission to open it.
                Err(e) if cfg!(windows) && e.kind() == io::ErrorKind::PermissionDenied => {}
                Err(e) => return Err(e),
            }
        }
        Ok(ancestors)
    }
}

/// The folders on the path to a folder, as it was walked, and the folder itself.
///
/// A symbolic link to one of them would give the same files ever longer names. Like `find -L`, the share treats
/// such a link as dangling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ancestors(Vec<Identity>);

impl Ancestors {
    pub fn contains(&self, folder: Identity) -> bool {
        self.0.contains(&folder)
    }

    /// Appends a folder that is inside the last one.
    ///
    /// # Errors
    /// `NotFound` if it is one of its own ancestors.
    pub fn and(mut self, folder: Identity) -> io::Result<Self> {
        if self.contains(folder) {
            return Err(io::ErrorKind::NotFound.into());
        }
        self.0.push(folder);
        Ok(self)
    }
}

/// Whether cap-std refused a path because it leads out of the folder; errors of the system have a code.
pub(super) fn leads_out(e: &io::Error) -> bool {
    e.kind() == io::ErrorKind::PermissionDenied && e.raw_os_error().is_none()
}

//! The root of a share, from which every path in it is opened.

use std::io;
use std::path::{Path, PathBuf};

use cap_std::fs::Dir;

use super::identity::Identity;

/// The shared folder, open.
#[derive(Debug)]
pub(super) struct Root {
    pub dir: Dir,
    /// Where it was when it was opened, without links.
    pub place: PathBuf,
}

impl Root {
    /// Do `open` with `path`, or with a way to the same place that stays inside: links may leave the
    /// folder only to come back (absolute ones, and `../photos/a.jpg` in a folder called `photos`),
    /// which the confined open refuses, for it must not look outside.
    ///
    /// # Errors
    /// Those of `open`.
    pub fn follow<T>(&self, path: &Path, open: impl Fn(&Path) -> io::Result<T>) -> io::Result<T> {
        match open(path) {
            Err(e) if leads_out(&e) => match self.way_inside(path) {
                // Opened like any other: should it lead out by now, it is not.
                Some(way) => open(&way),
                None => Err(e),
            },
            opened => opened,
        }
    }

    /// The way to `path` that stays inside, where there is one. Only a hint: whoever takes it opens it
    /// confined.
    fn way_inside(&self, path: &Path) -> Option<PathBuf> {
        let target = self.place.join(path).canonicalize().ok()?;
        let way = target.strip_prefix(&self.place).ok()?;
        Some(if way.as_os_str().is_empty() {
            PathBuf::from(".")
        } else {
            way.to_owned()
        })
    }

    /// The folders that `path` leads through, the root first and the folder at its end last.
    ///
    /// # Errors
    /// `NotFound` where it leads through one of them twice; see [`Ancestors`]. Others where one cannot
    /// be looked at.
    pub fn ancestors(&self, path: &Path) -> io::Result<Ancestors> {
        let mut ancestors = Ancestors(vec![Identity::of_dir(&self.dir)?]);
        let mut way = PathBuf::new();
        for part in path {
            way.push(part);
            let look = |way: &Path| {
                let open = || self.dir.open_dir(way);
                Identity::of(&self.dir.metadata(way)?, open)
            };
            match self.follow(&way, look) {
                Ok(folder) => ancestors = ancestors.and(folder)?,
                // Windows lets one through a folder that one may not open.
                Err(e) if cfg!(windows) && e.kind() == io::ErrorKind::PermissionDenied => {}
                Err(e) => return Err(e),
            }
        }
        Ok(ancestors)
    }
}

/// The folders on the path to one, as it was walked, and that one.
///
/// A symbolic link may lead back to one of them; who followed it would find the same files again and
/// again under ever longer names. As for `find -L`, such a link leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ancestors(Vec<Identity>);

impl Ancestors {
    pub fn contains(&self, folder: Identity) -> bool {
        self.0.contains(&folder)
    }

    /// Those of a folder in this one.
    ///
    /// # Errors
    /// `NotFound` where it is one of them.
    pub fn and(mut self, folder: Identity) -> io::Result<Self> {
        if self.contains(folder) {
            return Err(io::ErrorKind::NotFound.into());
        }
        self.0.push(folder);
        Ok(self)
    }
}

/// What cap-std says of a path that leads out of the folder; the system's own refusals have a code.
pub(super) fn leads_out(e: &io::Error) -> bool {
    e.kind() == io::ErrorKind::PermissionDenied && e.raw_os_error().is_none()
}

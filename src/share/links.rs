//! Links that leave the shared folder only to come back: absolute ones, and `../photos/a.jpg` in a folder
//! called `photos`. The confined open refuses them, for it must not look outside.

use std::path::{Path, PathBuf};

/// The way to `path` that stays inside `place` (a folder's canonical path), where there is one. Only
/// a hint: whoever takes it opens it confined.
pub(super) fn way_inside(place: &Path, path: &Path) -> Option<PathBuf> {
    let target = place.join(path).canonicalize().ok()?;
    let way = target.strip_prefix(place).ok()?;
    Some(if way.as_os_str().is_empty() {
        PathBuf::from(".")
    } else {
        way.to_owned()
    })
}

//! Inspects what was dropped on the window, and counts the other files in its folder. Runs on
//! worker threads, because a disk may be slow.
#![cfg_attr(
    not(test),
    expect(
        clippy::disallowed_methods,
        reason = "only its workers wait; the window starts them and goes on"
    )
)]

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use super::dialogs::worker;
use super::inbox::{Event, Outbox};
use super::model::{Dropped, Selection};
use crate::format::{self, printable};
use crate::sentence;
use crate::text::Sentence;
use landline_engine::fs::regular_file;
use landline_engine::share::name::ShareName;
use landline_engine::share::{Found, Share};

/// Counting stops after this long: knowing that there are more is enough.
const COUNT_FOR: Duration = Duration::from_secs(2);

/// Inspects dropped paths. Sends [`Event::Dropped`] with those that can be shared, and
/// [`Event::Problem`] for the others.
pub(crate) fn look_at(paths: Vec<PathBuf>, outbox: &Outbox) {
    worker("dropped files", outbox, move |outbox| {
        let (dropped, problems) = sort(paths);
        for problem in problems {
            outbox.send(Event::Problem(problem));
        }
        if let Some(dropped) = dropped {
            outbox.send(Event::Dropped(dropped));
        }
    });
}

/// Counts the files in `folder`, and sends [`Event::InFolder`].
pub(crate) fn count(folder: PathBuf, hidden: bool, outbox: &Outbox) {
    worker("counter", outbox, move |outbox| {
        let until = Instant::now() + COUNT_FOR;
        let hidden = Arc::new(AtomicBool::new(hidden));
        let share = Share::open(&folder, hidden);
        match share.and_then(|share| share.find(&ShareName::default())) {
            Ok(Found::Folder(root)) => {
                let mut more = false;
                let count = root.count(|_| {
                    more = Instant::now() >= until;
                    !more
                });
                outbox.send(Event::InFolder {
                    folder,
                    files: count.files,
                    more,
                });
            }
            Ok(Found::File(_)) => {}
            Err(error) => log::warn!("{}: {error}", folder.display()),
        }
    });
}

/// A dropped item that can be shared.
#[derive(Debug)]
struct Item {
    path: PathBuf,
    is_folder: bool,
}

/// Why an item cannot be shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reason {
    Missing,
    Unreadable,
    Special,
    Unsendable,
}

/// Splits `paths` into what to share, if anything, and messages about the others.
fn sort(paths: Vec<PathBuf>) -> (Option<Dropped>, Vec<Sentence>) {
    let mut rejected = Vec::new();
    let mut items = Vec::new();
    for path in paths {
        match look(&path) {
            Ok(item) => items.push(item),
            Err(reason) => rejected.push((reason, path)),
        }
    }
    let dropped = match &*items {
        [] => None,
        [only] if only.is_folder => Some(Dropped::Folder(only.path.clone())),
        [first, others @ ..] => {
            let folder = first.path.parent();
            let other = others.iter().find(|other| other.path.parent() != folder);
            match (folder, other) {
                (Some(folder), None) => selection(folder, &items, &mut rejected),
                (_, other) => {
                    let two = [first, other.unwrap_or(first)];
                    let [one, other] = two.map(|item| shown(&item.path));
                    return (
                        None,
                        vec![sentence!("one-folder-at-a-time", one = one, other = other)],
                    );
                }
            }
        }
    };
    (dropped, problems(rejected))
}

/// The items of `folder`, except those whose names cannot be requested.
fn selection(
    folder: &Path,
    items: &[Item],
    rejected: &mut Vec<(Reason, PathBuf)>,
) -> Option<Dropped> {
    let mut names = BTreeSet::new();
    let mut folders = 0;
    for item in items {
        let name = item.path.file_name().and_then(|name| name.to_str());
        match name.filter(|name| ShareName::from_raw(name.as_bytes()).is_ok()) {
            Some(name) => {
                let is_new = names.insert(name.to_owned());
                folders += usize::from(is_new && item.is_folder);
            }
            None => rejected.push((Reason::Unsendable, item.path.clone())),
        }
    }
    let selection = Selection {
        folder: folder.to_owned(),
        names,
        folders,
        in_folder: None,
    };
    (!selection.names.is_empty()).then_some(Dropped::Entries(selection))
}

/// Inspects `path`. Follows symbolic links, because users see their targets.
fn look(path: &Path) -> Result<Item, Reason> {
    let metadata = fs::metadata(path).map_err(|e| reason(&e))?;
    if metadata.is_dir() {
        fs::read_dir(path).map_err(|e| reason(&e))?;
    } else if metadata.is_file() {
        regular_file::open(path, File::options().read(true)).map_err(|e| reason(&e))?;
    } else {
        return Err(Reason::Special);
    }
    let is_link = fs::symlink_metadata(path).is_ok_and(|link| link.is_symlink());
    let path = if is_link {
        path.canonicalize().map_err(|e| reason(&e))?
    } else {
        path.to_owned()
    };
    Ok(Item {
        path,
        is_folder: metadata.is_dir(),
    })
}

fn reason(error: &io::Error) -> Reason {
    match error.kind() {
        io::ErrorKind::NotFound => Reason::Missing,
        _ => Reason::Unreadable,
    }
}

/// One sentence per reason.
fn problems(mut rejected: Vec<(Reason, PathBuf)>) -> Vec<Sentence> {
    rejected.sort_by_key(|(reason, _)| *reason);
    let groups = rejected.chunk_by(|(one, _), (other, _)| one == other);
    let sentence = |group: &[(Reason, PathBuf)]| {
        let names = format::list(group.iter().map(|(_, path)| shown(path)));
        match group[0].0 {
            Reason::Missing => sentence!("not-shared-missing", names = names),
            Reason::Unreadable => sentence!("not-shared-unreadable", names = names),
            Reason::Special => sentence!("not-shared-special", names = names),
            Reason::Unsendable => sentence!("not-shared-name", names = names),
        }
    };
    groups.map(sentence).collect()
}

/// The whole path, because several folders may have the same name.
fn shown(path: &Path) -> String {
    printable(&path.display().to_string(), false)
}

#[cfg(test)]
mod tests;

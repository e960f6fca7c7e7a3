//! A whole folder: one thread reads the listings of it and of all folders in it, several fetch its
//! files, each over a connection of its own that stays open, and one puts what is complete in its
//! place.
//!
//! What was found is a list on the disk, because a million names do not belong into memory.
//! Everything that comes from the server is bounded: a listing in bytes, a token of it, a name's depth
//! and length. Names become paths only by way of [`local_path`](crate::store::folder::local_path).

mod backoff;
pub(crate) mod entry;
mod existing;
mod lister;
mod listing_file;
mod loops;
pub(super) mod negotiation;
mod notes;
mod retry;
mod space_check;
mod summary;
mod tree;
pub(super) mod unslashed;
mod work_queue;
mod worker;

pub(super) use self::tree::fetch;

use std::path::PathBuf;

use super::{Request, Target};
use crate::store::folder::dir_lock::DirLock;
use crate::store::folder::part_journal::remove_parts;
use crate::store::part::Source;
use crate::store::seal::Seal;
use crate::transfer::Protocol;
use crate::url_path;

/// Whether an earlier download of this has begun to fill a folder.
pub(super) fn is_begun(request: &Request, seal: &Seal) -> bool {
    find(request, seal).is_some()
}

/// What looks like left by an earlier download of this, and was not made by this installation.
pub(super) fn foreign(request: &Request, seal: &Seal) -> Option<PathBuf> {
    let (folder, name) = request.target.resolve(&local_name(request)).ok()?;
    DirLock::foreign(&folder, &name, &Source::from(request), seal)
}

/// Remove what is kept of a download that does not run, but not the files that are whole.
pub(super) fn discard(request: &Request, seal: &Seal) {
    if let Some(dir_lock) = find(request, seal) {
        remove_parts(&dir_lock, &request.name, &Source::from(request));
        dir_lock.clear(false);
    }
}

fn find(request: &Request, seal: &Seal) -> Option<DirLock> {
    let (folder, name) = request.target.resolve(&local_name(request)).ok()?;
    DirLock::find(&folder, &name, &Source::from(request), seal)
}

/// What the folder is called here, before it is made safe: everything of a host is called like it.
fn local_name(request: &Request) -> String {
    match request.name.trim_matches('/') {
        "" => request.host.clone(),
        name => name.to_owned(),
    }
}

/// The one for a file of the folder of `request` that goes to `target`. The server calls it `name`.
fn file_request(request: &Request, target: PathBuf, name: String) -> Request {
    Request {
        name,
        target: Target::File(target),
        protocol: Some(Protocol::Http),
        ..request.clone()
    }
}

/// Where the server has `path` (an [`Entry::path`](entry::Entry::path)) of the folder at `folder`, which is percent-encoded and has
/// both its slashes.
fn below(folder: &str, path: &str) -> String {
    // It begins with a slash of its own.
    format!("{folder}{}", &url_path::path_of(path)[1..])
}

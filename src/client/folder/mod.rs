//! A whole folder: one thread reads the listings of it and of all folders in it, several fetch its
//! files, each over a connection of its own that stays open, and one puts what is complete in its
//! place.
//!
//! What was found is a list on the disk, because a million names do not belong into memory.
//! Everything that comes from the server is bounded: a listing in bytes, a token of it, a name's depth
//! and length. Names become paths only by way of [`local`].

pub(super) mod ask;
mod begun;
mod claim;
pub(super) mod entry;
mod feed;
mod folders;
mod guard;
pub(super) mod html;
pub(super) mod json;
mod links;
mod lister;
pub(super) mod listing;
mod listing_file;
pub(super) mod local;
mod loops;
mod marks;
mod namesakes;
mod notes;
mod patience;
mod rests;
mod room;
mod scalar;
mod spool;
mod store;
mod there;
mod tree;
pub(super) mod unslashed;
mod worker;

pub(super) use tree::fetch;

use std::path::PathBuf;

use super::http;
use super::job::place;
use super::part::Source;
use super::seal::Seal;
use super::{Request, Target};
use crate::net::Dialect;
use claim::Claim;

/// Whether an earlier download of this has begun to fill a folder.
pub(super) fn is_begun(request: &Request, seal: &Seal) -> bool {
    find(request, seal).is_some()
}

/// What looks like left by an earlier download of this, and was not made by this installation.
pub(super) fn foreign(request: &Request, seal: &Seal) -> Option<PathBuf> {
    let (folder, name) = place(&request.target, &local_name(request)).ok()?;
    Claim::foreign(&folder, &name, &Source::of(request), seal)
}

/// Remove what is kept of a download that does not run, but not the files that are whole.
pub(super) fn discard(request: &Request, seal: &Seal) {
    if let Some(claim) = find(request, seal) {
        begun::remove_parts(&claim, request);
        claim.clear(false);
    }
}

fn find(request: &Request, seal: &Seal) -> Option<Claim> {
    let (folder, name) = place(&request.target, &local_name(request)).ok()?;
    Claim::find(&folder, &name, &Source::of(request), seal)
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
        dialect: Some(Dialect::Http),
        ..request.clone()
    }
}

/// Where the server has `path` (an [`Entry::path`](entry::Entry::path)) of the folder at `folder`, which is percent-encoded and has
/// both its slashes.
fn below(folder: &str, path: &str) -> String {
    // It begins with a slash of its own.
    format!("{folder}{}", &http::path_of(path)[1..])
}

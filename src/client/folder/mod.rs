//! A whole folder: one thread reads the listings of it and of all folders in it, several fetch its
//! files, each over a connection of its own that stays open, and one puts what is complete in its
//! place.
//!
//! What was found is a list on the disk, because a million names do not belong into memory.
//! Everything that comes from the server is bounded: a listing in bytes, a token of it, a name's depth
//! and length. Names become paths only by way of [`local`].

mod claim;
mod entry;
mod guard;
mod html;
pub(super) mod json;
mod links;
mod lister;
pub(super) mod listing;
mod local;
mod spool;
mod store;
mod tree;
mod worker;

pub(super) use tree::fetch;

use super::Request;
use super::job::place;
use super::part::Source;
use claim::Claim;

/// Remove what is kept of a download that does not run, but not the files that are whole.
pub(super) fn discard(request: &Request) {
    let Ok((folder, name)) = place(&request.target, &local_name(request)) else {
        return;
    };
    if let Some(claim) = Claim::find(&folder, &name, &Source::of(request)) {
        claim.clear(false);
    }
}

/// What the folder is called here, before it is made safe: everything of a host is called like it.
fn local_name(request: &Request) -> String {
    match request.name.trim_matches('/') {
        "" => request.host.clone(),
        name => name.to_owned(),
    }
}

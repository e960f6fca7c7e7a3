//! What a whole folder's download is made of: reading the listings of any server, the list of all
//! that was found (on the disk, because a million names do not belong into memory), and where each
//! of it goes.
//!
//! Everything that comes from the server is bounded here: a listing in bytes, a token of it, a name's
//! depth and length. Names become paths only by way of [`local`].
#![allow(dead_code)] // Until the engine uses it.

pub(super) mod entry;
mod guard;
pub(super) mod html;
pub(super) mod json;
mod links;
pub(super) mod listing;
pub(super) mod local;
pub(super) mod spool;

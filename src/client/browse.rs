//! What is in a folder of a server, for who wants to choose from it.

use std::sync::Arc;
use std::time::SystemTime;

use super::queue::Queue;
use super::{ClientError, ClientEvent};

/// A folder of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// A name or an address, without port and brackets.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// Decoded, `/` between folders, none at either end; empty for everything that is shared.
    pub path: String,
}

/// What is in a folder, folders first, then by name as people sort: `2` before `10`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteFolder {
    /// Folders, then files.
    pub entries: Vec<RemoteEntry>,
    /// How many of `entries` are folders.
    pub folders: usize,
    /// Entries that are left out because nobody could ask for them: their names are no names.
    pub nameless: u64,
    /// Whether there are more than could be taken in.
    pub is_cut: bool,
}

/// A file or a folder on a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteEntry {
    /// Decoded; one part of a path.
    pub name: String,
    /// Whether it has entries of its own.
    pub is_folder: bool,
    /// In bytes, where the server says it exactly.
    pub size: Option<u64>,
    /// Where the server says it.
    pub modified: Option<SystemTime>,
}

pub(super) fn start(queue: &Arc<Queue>, place: Place) {
    let (host, name) = (place.host.clone(), place.path.clone());
    let failure = ClientError::NoListing { host, name };
    queue
        .reporter
        .report(ClientEvent::Listed(place, Err(failure)));
}

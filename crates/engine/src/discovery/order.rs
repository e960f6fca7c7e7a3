//! What the thread of the discovery is told to do, and what it does at the moment.

use super::devices::Devices;
use super::{AnnounceEvent, Announcement, BrowseEvent};
use crate::localsend::Node;
use crate::transfer::Reporter;

/// An order. Each announcement and search has a number of its own.
pub(super) enum Command {
    Announce(u64, Announcement, Reporter<AnnounceEvent>),
    Withdraw(u64),
    Browse(u64, Reporter<BrowseEvent>),
    StopBrowsing(u64),
    JoinLocalSend(u64, Node),
    ScanForLocalSend(u64),
    LeaveLocalSend(u64),
    Stop,
}

/// What is announced.
pub(super) struct Announced {
    pub(super) id: u64,
    pub(super) what: Announcement,
    /// The name that was chosen, as it is announced.
    pub(super) name: String,
    /// The last name that was reported.
    pub(super) reported: Option<String>,
    /// The name that it has now.
    pub(super) current: String,
    pub(super) reporter: Reporter<AnnounceEvent>,
}

/// A search.
pub(super) struct Search {
    pub(super) id: u64,
    pub(super) devices: Devices,
    pub(super) reporter: Reporter<BrowseEvent>,
}

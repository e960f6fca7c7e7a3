//! Limits and timeouts of the client.

use std::time::Duration;

use super::CopyNaming;

/// Limits and timeouts of the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The maximum number of concurrent downloads; further ones are queued. More than a few only share the same
    /// link and disk. 0 counts as 1.
    pub at_once: usize,
    /// Connections per folder download (8: enough to hide the round trips of small files).
    pub connections: usize,
    /// How long an interrupted download retries without progress; `None` means forever.
    pub give_up: Option<Duration>,
    /// How a new file is called if the old one is kept.
    pub copies: CopyNaming,
    /// The maximum size of a folder.
    pub most: FolderLimits,
    /// Timeouts.
    pub timeouts: Timeouts,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            at_once: 3,
            connections: 8,
            give_up: None,
            copies: CopyNaming::default(),
            most: FolderLimits::default(),
            timeouts: Timeouts::default(),
        }
    }
}

/// Limits on a folder's contents, recursively. A folder that contains itself twice has no end, and its manifest
/// would fill the disk; what was found within the limits is downloaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FolderLimits {
    /// 10 million: their manifest takes about a gigabyte.
    pub files: u64,
    /// 500,000: empty, they take about two gigabytes on most disks.
    pub folders: u64,
    /// Entries of one folder that would have the same name here (1,000: they usually come in twos and threes).
    /// Further ones are skipped.
    pub namesakes: u64,
}

impl Default for FolderLimits {
    fn default() -> Self {
        Self {
            files: 10_000_000,
            folders: 500_000,
            namesakes: 1_000,
        }
    }
}

/// Timeouts. None limits the duration of a download, only how long it may make no progress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For name resolution (10 s; the system's resolver has its own timeout).
    pub resolve: Duration,
    /// For connecting to any of the addresses, in total (10 s: a machine on the local network answers in
    /// milliseconds, but may have to wake from sleep).
    pub connect: Duration,
    /// For the first byte of a response over HTTP from a peer that may be a raw server waiting for more (5 s;
    /// then raw is tried, too).
    pub first_answer: Duration,
    /// For the next byte, at any time (15 s: a disk spins up, Wi-Fi roams); after that the connection counts as
    /// lost.
    pub silence: Duration,
    /// For the listing from which similar names are suggested (3 s: the download has failed already, and the
    /// user should see that).
    pub listing: Duration,
    /// For more of a reply to a message, after its first byte (2 s: some servers never close).
    pub reply_end: Duration,
    /// For a digest that the server keeps promising (10 min: enough for some 60 GB on a slow disk). The
    /// download is complete by then, and should not be delayed any longer.
    pub digest: Duration,
    /// The first backoff after an interruption (1 s: a server that is still there should not be asked in a loop); it
    /// doubles with each retry without progress.
    pub first_backoff: Duration,
    /// The longest backoff (30 s: a server that is back is found within this).
    pub longest_backoff: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            resolve: Duration::from_secs(10),
            connect: Duration::from_secs(10),
            first_answer: Duration::from_secs(5),
            silence: Duration::from_secs(15),
            listing: Duration::from_secs(3),
            reply_end: Duration::from_secs(2),
            digest: Duration::from_mins(10),
            first_backoff: Duration::from_secs(1),
            longest_backoff: Duration::from_secs(30),
        }
    }
}

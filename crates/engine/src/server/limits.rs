//! How long the server waits for a client, and how much one may take.

use std::time::Duration;

/// Every wait has an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For the whole head of a request, or the name of a raw one. Long enough for a person at a
    /// terminal, short enough that silent clients do not pile up.
    pub head: Duration,
    /// The name of a raw request is over when nothing comes for this long. A name leaves in one
    /// segment or a few; a round trip over bad Wi-Fi is shorter.
    pub silence: Duration,
    /// Between two requests on one connection.
    pub idle: Duration,
    /// After the last byte, for the client to take it and close.
    pub drain: Duration,
    /// A client that takes nothing for this long is gone.
    pub stalled: Duration,
    /// For a digest that a HEAD asks for. Clients give up after 15 s without a byte, ours among them;
    /// they are told to ask again.
    pub digest: Duration,
    /// Connections at a time; further ones wait. The last eighth is for addresses that hold less than that.
    pub slots: usize,
    /// Threads that serve connections at a time; the system may allow fewer.
    pub threads: usize,
    /// Bytes of memory that the names of all large folders hold together while they are listed. Once it is reached
    /// no further folder is read; the last quarter is for addresses that hold none, and no address begins another
    /// folder that holds a quarter. A single folder may be larger.
    pub listing_bytes: usize,
    /// For a listing that there is no memory for yet, before the client is told to come later.
    pub listing_queue: Duration,
    /// A client that waits for the names in a large folder hears something this often. Clients give up after 15 s
    /// without a byte, ours among them.
    pub listing_space: Duration,
    /// For which a client may keep one listing waiting in all. A million entries are 150 MB as a page; in this time
    /// they go through a line of 1.5 Mbit/s. What the disk takes is not counted.
    pub listing_unread: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            silence: Duration::from_millis(150),
            idle: Duration::from_secs(15),
            drain: Duration::from_secs(2),
            stalled: Duration::from_secs(30),
            digest: Duration::from_secs(10),
            slots: 4096,
            threads: 4096 + 16,
            listing_bytes: 256 << 20,
            listing_queue: Duration::from_secs(5),
            listing_space: Duration::from_secs(5),
            listing_unread: Duration::from_mins(15),
        }
    }
}

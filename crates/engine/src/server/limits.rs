//! Timeouts and limits of the server.

use std::time::Duration;

/// Timeouts and limits. Every wait has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Timeout for a complete request head or raw name. Long enough for a person at a terminal, short enough
    /// that idle clients do not pile up.
    pub head: Duration,
    /// A raw name is complete when nothing arrives for this long. It is sent in one segment or a few; a round
    /// trip over bad Wi-Fi is shorter.
    pub silence: Duration,
    /// Timeout between two requests on a connection.
    pub idle: Duration,
    /// How long to wait after the last byte for the client to read it and close.
    pub drain: Duration,
    /// How long the owner may take to answer an offer of files.
    pub answer: Duration,
    /// A sender has to send at least 64 KiB in this time. Slower ones would keep the space that their file needs from
    /// others.
    pub slow_sender: Duration,
    /// How long no upload may run in a LocalSend session before it ends, so that others may ask.
    pub session_idle: Duration,
    /// Timeout for a client that reads nothing, or that sends nothing of a file.
    pub stalled: Duration,
    /// How long a HEAD request waits for a digest. Clients, including ours, time out after 15 s without a byte;
    /// they are asked to retry.
    pub digest: Duration,
    /// The maximum number of connections; further ones wait. The last eighth is reserved for addresses that
    /// have fewer than that.
    pub slots: usize,
    /// The maximum number of callers ([`ServerEvent::Caller`](super::ServerEvent::Caller)): messages beyond that are
    /// answered without a call.
    pub callers: usize,
    /// The same for one address: a class may share one, behind a router.
    pub callers_per_address: usize,
    /// How long a connection says nothing until it is shown as a caller, where calls are kept open. Browsers connect in
    /// advance, and most of them ask sooner.
    pub caller_appears: Duration,
    /// How long a caller may stay when nothing happens: a lesson is shorter.
    pub caller_idle: Duration,
    /// The same once the owner took part in the call: a working day is shorter.
    pub caller_attended: Duration,
    /// The maximum number of threads that serve connections; the system may allow fewer.
    pub threads: usize,
    /// Memory for the names in large folders that are being listed, in bytes. Once it is used up, no further
    /// folder is read; the last quarter is reserved for addresses that use none, and an address that uses a
    /// quarter starts no further folder. A single folder may exceed it.
    pub listing_bytes: usize,
    /// How long a listing waits for memory before the client is asked to retry.
    pub listing_queue: Duration,
    /// The interval at which a client waiting for a large folder is sent whitespace. Clients, including ours,
    /// time out after 15 s without a byte.
    pub listing_space: Duration,
    /// Memory for ZIP archives that are being downloaded, in bytes; one address may use half of it. About 130 bytes for each
    /// file.
    pub archive_bytes: usize,
    /// How long a request for an archive waits until others have walked through their folders, before the client is asked
    /// to retry.
    pub archive_queue: Duration,
    /// How long in total one listing may wait for its client to read. A million entries are 150 MB as a page,
    /// which take this long at 1.5 Mbit/s. Time spent on the disk is not counted.
    pub listing_unread: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            silence: Duration::from_millis(150),
            idle: Duration::from_secs(15),
            drain: Duration::from_secs(2),
            answer: Duration::from_mins(1),
            slow_sender: Duration::from_mins(1),
            session_idle: Duration::from_mins(1),
            stalled: Duration::from_secs(30),
            digest: Duration::from_secs(10),
            slots: 4096,
            callers: 256,
            callers_per_address: 64,
            caller_appears: Duration::from_secs(1),
            caller_idle: Duration::from_hours(1),
            caller_attended: Duration::from_hours(8),
            threads: 4096 + 16,
            listing_bytes: 256 << 20,
            listing_queue: Duration::from_secs(5),
            listing_space: Duration::from_secs(5),
            archive_bytes: 256 << 20,
            archive_queue: Duration::from_secs(10),
            listing_unread: Duration::from_mins(15),
        }
    }
}

//! Errors of uploads.

/// Why an upload failed. `Display` is for the program's own log; texts for users are made from the variants.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The system allows no more threads, and this address already has its share of those that run.
    #[error("the system allows no more threads")]
    OutOfThreads,
    /// The peer read nothing for as long as [`Limits::stalled`](crate::server::Limits::stalled).
    #[error("the peer stopped reading for {secs} s")]
    Stalled {
        /// The timeout in seconds.
        secs: u64,
    },
    /// The peer closed or reset the connection.
    #[error("the peer closed the connection")]
    HungUp,
    /// The requested part of the file cannot be read.
    #[error("cannot be read: {reason}")]
    Unreadable {
        /// The system's message.
        reason: String,
    },
    /// A file of an archive has changed or vanished since the archive was asked for.
    #[error("{name} has changed")]
    Changed {
        /// Its path in the archive.
        name: String,
    },
    /// The thread that sent it panicked.
    #[error("the thread that sent it panicked")]
    Crashed,
}

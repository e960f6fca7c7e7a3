//! Why an upload ended early.

/// Why not all of a file was sent. `Display` is for the program's own log; what a user reads is made from the variants.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The system allows no more threads, and this address has its share of those that run.
    #[error("the system allows no more threads")]
    OutOfThreads,
    /// The peer took nothing for as long as [`Limits::stalled`](crate::server::Limits::stalled).
    #[error("the peer stopped reading for {secs} s")]
    Stalled {
        /// How long, in seconds.
        secs: u64,
    },
    /// The peer closed or reset the connection.
    #[error("the peer closed the connection")]
    HungUp,
    /// The file cannot be read to the end of what was asked for.
    #[error("cannot be read: {reason}")]
    Unreadable {
        /// In the system's words.
        reason: String,
    },
    /// The thread that sent it panicked.
    #[error("the thread that sent it panicked")]
    Crashed,
}

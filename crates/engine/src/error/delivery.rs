//! Errors of sending files to a share.

use std::time::Duration;

/// Why files could not be sent to a share, or one of them. `Display` is for logs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "host, port and name are what they are called")]
pub enum DeliveryError {
    /// The folders that were chosen have no files in them.
    #[error("there are no files to send")]
    NothingToSend,
    /// More files than one delivery may have.
    #[error("more than {max} files")]
    TooManyFiles { max: usize },
    /// The file cannot be read, or is not a regular file.
    #[error("cannot read {name:?}: {reason}")]
    Unreadable { name: String, reason: String },
    /// The name is not valid Unicode, or has control characters.
    #[error("the name {name:?} cannot be sent")]
    UnsendableName { name: String },
    /// The file was written while it was sent.
    #[error("{name:?} changed while it was sent")]
    Changed { name: String },
    /// The owner of the share said no.
    #[error("{host} declined")]
    Declined { host: String },
    /// The owner of the share did not say anything.
    #[error("nobody at {host} answered")]
    Unanswered { host: String },
    /// The server does not receive files (405).
    #[error("{host} does not receive files")]
    Off { host: String },
    /// The server's disk is full (507).
    #[error("the disk of {host} is full")]
    DiskFull { host: String },
    /// The server cannot store a file of this name (400).
    #[error("{host} does not accept the name {name:?}")]
    NameRefused { host: String, name: String },
    /// The server does not take a file of this size, or more than was announced (413).
    #[error("{name:?} is too large for {host}")]
    TooLarge { host: String, name: String },
    /// The server received other bytes than were sent.
    #[error("{name:?} was damaged on its way to {host}")]
    Damaged { host: String, name: String },
    /// The server did not confirm that it stored the file.
    #[error("{host} did not store {name:?}: {status}")]
    NotStored {
        host: String,
        name: String,
        status: u16,
    },
    /// An HTTP server that is no receiver of files.
    #[error("{host} does not know how to receive files on port {port}: {status}")]
    NotAReceiver {
        host: String,
        port: u16,
        status: u16,
    },
    /// A server that does not speak HTTP.
    #[error("{host} does not speak HTTP on port {port}")]
    RawOnly { host: String, port: u16 },
    /// The connection broke or stalled while this file was on its way.
    #[error("the connection to {host} broke while {name:?} was sent")]
    Cut { host: String, name: String },
    /// The server has too much to do, or too many others wait for its owner (503).
    #[error("{host} is busy")]
    Busy {
        host: String,
        /// The value of `Retry-After`, if present.
        retry_after: Option<Duration>,
    },
    /// The recipient did not choose this file.
    #[error("{host} did not choose {name:?}")]
    NotWanted { host: String, name: String },
    /// What answers is no LocalSend device.
    #[error("{host} is no LocalSend device on port {port}")]
    NotADevice { host: String, port: u16 },
    /// A LocalSend device receives from somebody else (409).
    #[error("{host} is busy with another transfer")]
    InUse { host: String },
    /// The recipient has ended the transfer after it had accepted it.
    #[error("{host} cancelled")]
    CancelledByRecipient { host: String },
    /// This program cannot send to LocalSend devices: it has no identity.
    #[error("there is no identity for LocalSend")]
    NoIdentity,
    /// A defect in this program ended the delivery; the log has the details.
    #[error("internal error while sending {name:?}")]
    Crashed { name: String },
}

impl DeliveryError {
    /// Whether it may be transient.
    pub(super) fn is_passing(&self) -> bool {
        matches!(self, Self::Cut { .. } | Self::Busy { .. })
    }

    /// The delay that a busy server asked for before the next attempt.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Busy { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

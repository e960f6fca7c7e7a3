//! What a server did for a peer, one value for each line of a log.

/// What a peer asked for and what came of it. Names are those of the share, `/` between parts, without a slash before them
/// where nothing else is said. Files that were sent are not among these: they are
/// [transfers](crate::transfer::Transfer).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogEntry {
    /// The peer has the current version of a file (304).
    NotModified {
        /// The file.
        name: String,
    },
    /// The file is not the version that was asked for (412).
    PreconditionFailed {
        /// The file.
        name: String,
    },
    /// No part of the range lies in the file (416).
    RangeNotSatisfiable {
        /// The file.
        name: String,
    },
    /// A `HEAD` request for a file.
    HeadOnly {
        /// The file.
        name: String,
    },
    /// A folder's listing was sent.
    Listed {
        /// The folder, with a slash before it.
        name: String,
    },
    /// A folder was not listed: the memory for the listings of large folders is taken (503).
    ListingsBusy {
        /// The folder, with a slash before it.
        name: String,
    },
    /// A folder was asked for without the slash at its end (301).
    Redirected {
        /// The folder.
        name: String,
    },
    /// The target had several slashes in a row and was redirected to the one that has single ones (301).
    SlashesMerged {
        /// The file or folder.
        name: String,
    },
    /// A raw request, which cannot be answered with a listing, named a folder.
    IsFolder {
        /// The folder.
        name: String,
    },
    /// There is no such file (404).
    NotFound {
        /// What was asked for; `/` is the shared folder itself.
        name: String,
    },
    /// The system does not let this user read it (403).
    Forbidden {
        /// What was asked for; `/` is the shared folder itself.
        name: String,
    },
    /// It cannot be opened or read for another reason (500 or 503).
    Unreadable {
        /// What was asked for; `/` is the shared folder itself.
        name: String,
        /// In the system's words.
        reason: String,
    },
    /// What was asked for cannot be the name of a file.
    InvalidName,
    /// The request was refused before it was looked at for a name.
    Refused {
        /// The status code of the answer.
        status: u16,
        /// Its reason phrase.
        reason: &'static str,
    },
    /// The peer began a TLS handshake, which this server does not speak.
    TlsClientHello,
    /// All connections that may be open are; further ones wait. At most every ten seconds.
    Busy,
    /// The system starts no more threads. At most every ten seconds.
    OutOfThreads,
}

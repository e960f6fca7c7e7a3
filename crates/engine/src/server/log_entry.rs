//! Log entries of the server.

use super::receiving::NotReceived;

/// A request of a peer and its result. Names are paths in the share separated by `/`, without a leading slash
/// unless noted. Uploads are not logged here: they are [transfers](crate::transfer::Transfer).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogEntry {
    /// The client has the current version of a file (304).
    NotModified {
        /// The file.
        name: String,
    },
    /// A precondition on a file's version failed (412).
    PreconditionFailed {
        /// The file.
        name: String,
    },
    /// The requested range is not satisfiable (416).
    RangeNotSatisfiable {
        /// The file.
        name: String,
    },
    /// A `HEAD` request for a file.
    HeadOnly {
        /// The file.
        name: String,
    },
    /// A listing was sent.
    Listed {
        /// The folder, with a leading slash.
        name: String,
    },
    /// A listing was refused: the memory for large folders is in use (503).
    ListingsBusy {
        /// The folder, with a leading slash.
        name: String,
    },
    /// An archive lacks some files and folders: their names cannot be sent, or this user may not read them.
    ArchiveLacks {
        /// The archive.
        name: String,
        /// How many.
        count: u64,
    },
    /// An archive was refused: too many are being made (503).
    ArchivesBusy {
        /// The archive.
        name: String,
    },
    /// An archive was refused: it would have too many files (507).
    ArchiveTooLarge {
        /// The archive.
        name: String,
    },
    /// A folder was requested without its trailing slash (301).
    Redirected {
        /// The folder.
        name: String,
    },
    /// The target had consecutive slashes and was redirected to the one with single slashes (301).
    SlashesMerged {
        /// The file or folder.
        name: String,
    },
    /// A raw request, to which there is no listing, named a folder.
    IsFolder {
        /// The folder.
        name: String,
    },
    /// The file does not exist (404).
    NotFound {
        /// The requested path; `/` is the shared folder itself.
        name: String,
    },
    /// This user has no permission to read it (403).
    Forbidden {
        /// The requested path; `/` is the shared folder itself.
        name: String,
    },
    /// It cannot be opened or read for another reason (500 or 503).
    Unreadable {
        /// The requested path; `/` is the shared folder itself.
        name: String,
        /// The system's message.
        reason: String,
    },
    /// Something was requested, while others may only send (403, or an empty close).
    SendOnly,
    /// Something that was sent is not stored.
    NotReceived {
        /// The file or folder.
        name: String,
        /// The reason.
        why: NotReceived,
    },
    /// The requested name is not a valid file name.
    InvalidName,
    /// The request was for a host name that this server does not answer to (421).
    UnknownHost {
        /// The host name, without the port.
        host: String,
    },
    /// The request was refused before its name was parsed.
    Refused {
        /// The status code.
        status: u16,
        /// The reason phrase.
        reason: &'static str,
    },
    /// The peer started a TLS handshake, for which this server has no identity.
    TlsClientHello,
    /// A request in plain text was redirected to TLS (308): only encrypted ones are answered.
    RedirectedToTls,
    /// A raw request was refused: there is a password, which it cannot carry.
    RawNeedsPassword,
    /// A raw request was refused: only encrypted ones are answered.
    RawNotEncrypted,
    /// A password, or the token of a link, was wrong.
    WrongPassword,
    /// A request was refused: too many wrong passwords came from its address.
    TooManyPasswords,
    /// All connections are in use; further ones wait. Logged at most every ten seconds.
    Busy,
    /// The system starts no more threads. Logged at most every ten seconds.
    OutOfThreads,
}

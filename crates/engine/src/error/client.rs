//! Errors of downloads and messages.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use landline_http1::status;

use super::{DeliveryError, PasswordError, StoreError, TlsError};

/// Why a download or a message failed. `Display` is for logs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "host, port and name are what they are called")]
pub enum ClientError {
    /// The name has no address, or no DNS server could be reached.
    #[error("{host} has no address")]
    NameNotFound { host: String },
    /// Nothing listens on that port.
    #[error("{host} refuses connections on port {port}")]
    Refused { host: String, port: u16 },
    /// The connection or the response timed out.
    #[error("{host} does not answer on port {port}")]
    NoAnswer { host: String, port: u16 },
    /// There is no route to the network or host.
    #[error("{host} is unreachable")]
    Unreachable { host: String },
    /// The system refused to connect for another reason.
    #[error("cannot connect to {host}: {reason}")]
    Network { host: String, reason: String },
    /// The server has no such file. `nearest` are the most similar names.
    #[error("{host} has no file {name:?}")]
    NoSuchFile {
        host: String,
        name: String,
        nearest: Vec<String>,
    },
    /// A raw server closed the connection without sending a byte.
    #[error("{host} closed the connection without sending a byte of {name:?}")]
    NothingSent { host: String, name: String },
    /// A raw server that accepts only one connection accepted the one that tried HTTP.
    #[error("{host} accepts one connection only on port {port}")]
    OneCallOnly { host: String, port: u16 },
    /// The connection broke after `arrived` bytes.
    #[error("the connection to {host} broke after {arrived} bytes of {name:?}")]
    Cut {
        host: String,
        name: String,
        arrived: u64,
    },
    /// The server stopped sending after `arrived` bytes.
    #[error("{host} stopped sending {name:?} after {arrived} bytes")]
    Stalled {
        host: String,
        name: String,
        arrived: u64,
    },
    /// The digest does not match.
    #[error("{name:?} from {host} does not have the digest that the server states")]
    Damaged { host: String, name: String },
    /// The file changed on the server during the download.
    #[error("{name:?} keeps changing on {host}")]
    KeepsChanging { host: String, name: String },
    /// It is a folder.
    #[error("{name:?} on {host} is a folder")]
    NotAFile { host: String, name: String },
    /// The server does not list the folder; an empty name means its root.
    #[error("{host} does not list {name:?}")]
    NoListing { host: String, name: String },
    /// An entry listed as a folder is a file, which the server gives a name of its own.
    #[error("{name:?} on {host} is a file, not a folder")]
    FileNotFolder { host: String, name: String },
    /// The server sends the listing in a content coding that was not accepted.
    #[error("{host} sends the listing of {name:?} encoded as {coding}")]
    EncodedListing {
        host: String,
        name: String,
        coding: String,
    },
    /// Files can be sent to the server, and nothing is shared.
    #[error("{host} only receives files")]
    ReceivesOnly { host: String },
    /// The page of the folder, or of the server's root, is rendered by a script.
    #[error("the page of {name:?} on {host} is made by a script")]
    ScriptedListing { host: String, name: String },
    /// The server has no such folder.
    #[error("{host} has no folder {name:?}")]
    NoSuchFolder { host: String, name: String },
    /// A raw server, which has no listings.
    #[error("{host} does not speak HTTP, and raw servers have no listings")]
    RawOnly { host: String },
    /// The connection broke or stalled within a listing.
    #[error("the listing from {host} is incomplete")]
    ListingCut { host: String },
    /// A defect in this program ended the listing; the log has the details.
    #[error("internal error while listing {host}")]
    ListingCrashed { host: String },
    /// It is nested more deeply than the download supports.
    #[error("{name:?} is nested too deeply")]
    TooDeep { name: String },
    /// Its path is longer than the system supports.
    #[error("the path {name:?} is too long")]
    PathTooLong { name: String },
    /// A folder has `count` files and folders, more than the limit.
    #[error("{name:?} on {host} holds {count} files and folders, which is too many")]
    TooMany {
        host: String,
        name: String,
        count: u64,
    },
    /// `count` entries of a folder would have the same names here, more than the limit.
    #[error("{count} entries of {name:?} would have the same names here")]
    TooManyNamesakes { name: String, count: u64 },
    /// The server responded with an error status.
    #[error("{host} answers {status} {reason} for {name:?}")]
    Status {
        host: String,
        name: String,
        status: u16,
        reason: String,
        /// The value of `Retry-After`, if present.
        retry_after: Option<Duration>,
    },
    /// HTTP was requested, and the server speaks something else.
    #[error("{host} does not speak HTTP on port {port}")]
    NotHttp { host: String, port: u16 },
    /// The server speaks HTTP, but violates it; the log has the details.
    #[error("{host} violates HTTP")]
    BrokenHttp { host: String },
    /// A redirect loop.
    #[error("too many redirects for {name:?} on {host}")]
    TooManyRedirects { host: String, name: String },
    /// A redirect to another server.
    #[error("{host} redirects to {url}")]
    RedirectElsewhere { host: String, url: String },
    /// What was received cannot be stored.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Files cannot be sent, or one of them.
    #[error(transparent)]
    Delivery(#[from] DeliveryError),
    /// There is no trustworthy TLS connection to the server.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The server requires a password, or does not accept it.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// A folder cannot be written to the device or pipe at `path`.
    #[error("a folder cannot be written to {path:?}")]
    FolderIntoStream { path: PathBuf },
    /// The input is not a host.
    #[error("{typed:?} is not a host")]
    BadHost { typed: String },
    /// The part after the host is not a port.
    #[error("{typed:?} is not a port")]
    BadPort { typed: String },
    /// The URL has a scheme other than `http` and `https`.
    #[error("{typed:?} is not an http:// or https:// address")]
    NotHttpAddress { typed: String },
    /// The `#fp=` of the URL is not a fingerprint.
    #[error("{typed:?} is not a fingerprint")]
    BadFingerprint { typed: String },
    /// No file name was given.
    #[error("no file name")]
    NoName,
    /// Two file names were given: in the address and separately.
    #[error("two file names")]
    TwoNames,
    /// No file can have this name here.
    #[error("no file can be called {name:?} here")]
    NotStorable { name: String },
    /// The name has control characters, which a raw server may take for its end.
    #[error("the name {name:?} has control characters")]
    BadName { name: String },
    /// A raw download of a URL with a query, which only HTTP supports.
    #[error("{name:?} has a query, which raw requests cannot carry")]
    QueryOverRaw { name: String },
    /// The name is longer than a raw server reads.
    #[error("the name is longer than {max_len} bytes")]
    NameTooLong { max_len: usize },
    /// The message is empty.
    #[error("the message is empty")]
    MessageEmpty,
    /// The message is longer than a raw server reads.
    #[error("the message is longer than {max_len} bytes")]
    MessageTooLong { max_len: usize },
    /// The peer accepted the message and closed the connection without a reply.
    #[error("{host} closed the connection without a reply")]
    NoReply { host: String },
    /// The other side of a call reset the connection.
    #[error("{host} reset the connection")]
    CallReset { host: String },
    /// The connection of a call broke.
    #[error("the connection to {host} broke: {reason}")]
    CallBroken { host: String, reason: String },
    /// The other side of a call takes nothing, and `max_len` bytes wait already.
    #[error("more than {max_len} bytes wait to be sent")]
    CallQueueFull { max_len: usize },
    /// The server gave up a caller who did not read its answers or said nothing for too long.
    #[error("{host} was silent for {secs} s")]
    CallIdle { host: String, secs: u64 },
    /// A file to be sent in a call cannot be read.
    #[error("cannot read {name:?}: {reason}")]
    FileUnreadable { name: String, reason: String },
    /// The system is out of threads or memory.
    #[error("{reason}")]
    System { reason: String },
    /// A defect in this program ended the download; the log has the details.
    #[error("internal error while downloading {name:?}")]
    Crashed { name: String },
}

impl ClientError {
    pub(crate) fn from_system(error: &io::Error) -> Self {
        let reason = error.to_string();
        Self::System { reason }
    }

    /// Whether no connection could be made.
    pub fn is_of_connecting(&self) -> bool {
        matches!(
            self,
            Self::NameNotFound { .. }
                | Self::Refused { .. }
                | Self::NoAnswer { .. }
                | Self::Unreachable { .. }
                | Self::Network { .. }
        )
    }

    /// Whether it may be transient.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::NameNotFound { .. }
            | Self::Refused { .. }
            | Self::NoAnswer { .. }
            | Self::Unreachable { .. }
            | Self::Network { .. }
            | Self::Cut { .. }
            | Self::Stalled { .. } => true,
            Self::Status { status, .. } => status::is_transient(*status),
            Self::Delivery(error) => error.is_passing(),
            _ => false,
        }
    }

    /// Whether no other file of the same download can be fetched, either.
    pub(crate) fn affects_all_files(&self) -> bool {
        match self {
            Self::Store(reason) => reason.affects_all_files(),
            Self::Password(_) | Self::Tls(_) => true,
            _ => false,
        }
    }

    /// The delay that a busy server asked for before the next attempt.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } if self.is_passing() => *retry_after,
            Self::Delivery(error) => error.retry_after(),
            _ => None,
        }
    }
}

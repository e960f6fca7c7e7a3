//! Everything that can go wrong with a download or a message.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use landline_http1::status;

use super::StoreError;

/// Why a download or a message failed. `Display` is for logs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "host, port and name are what they are called")]
pub enum ClientError {
    /// The name has no address, or nobody could be asked for it.
    #[error("{host} has no address")]
    NameNotFound { host: String },
    /// Nothing listens on that port.
    #[error("{host} refuses connections on port {port}")]
    Refused { host: String, port: u16 },
    /// Nothing came back in time: on the call, or on the request.
    #[error("{host} does not answer on port {port}")]
    NoAnswer { host: String, port: u16 },
    /// There is no way to that network or machine.
    #[error("{host} is unreachable")]
    Unreachable { host: String },
    /// The system would not call, for another reason.
    #[error("cannot connect to {host}: {reason}")]
    Network { host: String, reason: String },
    /// The server has no such file. `nearest` are the names that look most like it.
    #[error("{host} has no file {name:?}")]
    NoSuchFile {
        host: String,
        name: String,
        nearest: Vec<String>,
    },
    /// A raw server closed without a byte.
    #[error("{host} closed the connection without sending a byte of {name:?}")]
    NothingSent { host: String, name: String },
    /// A raw server that takes a single call took the one that asked whether it speaks HTTP.
    #[error("{host} accepts one connection only on port {port}")]
    OneCallOnly { host: String, port: u16 },
    /// The connection broke with `arrived` bytes here.
    #[error("the connection to {host} broke after {arrived} bytes of {name:?}")]
    Cut {
        host: String,
        name: String,
        arrived: u64,
    },
    /// Nothing more came for too long, with `arrived` bytes here.
    #[error("{host} stopped sending {name:?} after {arrived} bytes")]
    Stalled {
        host: String,
        name: String,
        arrived: u64,
    },
    /// What arrived is not what the server has.
    #[error("{name:?} from {host} does not have the digest that the server states")]
    Damaged { host: String, name: String },
    /// The file changed at the server while it was fetched.
    #[error("{name:?} keeps changing on {host}")]
    KeepsChanging { host: String, name: String },
    /// It is a folder.
    #[error("{name:?} on {host} is a folder")]
    NotAFile { host: String, name: String },
    /// It does not list what is in that folder; an empty name is that of everything it shares.
    #[error("{host} does not list {name:?}")]
    NoListing { host: String, name: String },
    /// What is listed as a folder is a file, which the server gives a name of its own.
    #[error("{name:?} on {host} is a file, not a folder")]
    FileNotFolder { host: String, name: String },
    /// It sends the list of that folder in a content coding, although it was asked not to.
    #[error("{host} sends the listing of {name:?} encoded as {coding}")]
    EncodedListing {
        host: String,
        name: String,
        coding: String,
    },
    /// Its page for that folder, or for everything it shares, is made by a script.
    #[error("the page of {name:?} on {host} is made by a script")]
    ScriptedListing { host: String, name: String },
    /// The server has no such folder.
    #[error("{host} has no folder {name:?}")]
    NoSuchFolder { host: String, name: String },
    /// A raw server, which has no lists.
    #[error("{host} does not speak HTTP, and raw servers have no listings")]
    RawOnly { host: String },
    /// The connection broke, or nothing more came for too long, in the middle of a list.
    #[error("the listing from {host} is incomplete")]
    ListingCut { host: String },
    /// A defect in this program ended the listing; the log has the details.
    #[error("internal error while listing {host}")]
    ListingCrashed { host: String },
    /// It is further down in a folder than anything is fetched from.
    #[error("{name:?} is nested too deeply")]
    TooDeep { name: String },
    /// Its path is longer than any that can be opened.
    #[error("the path {name:?} is too long")]
    PathTooLong { name: String },
    /// `count` files and folders were found in a folder, which are more than anything is fetched from.
    #[error("{name:?} on {host} holds {count} files and folders, which is too many")]
    TooMany {
        host: String,
        name: String,
        count: u64,
    },
    /// Of the entries of a folder that would have another one's name here, `count` are more than are fetched.
    #[error("{count} entries of {name:?} would have the same names here")]
    TooManyNamesakes { name: String, count: u64 },
    /// The server said no.
    #[error("{host} answers {status} {reason} for {name:?}")]
    Status {
        host: String,
        name: String,
        status: u16,
        reason: String,
        /// How long to wait before asking again, where it said so.
        retry_after: Option<Duration>,
    },
    /// HTTP was asked for, and the server speaks something else.
    #[error("{host} does not speak HTTP on port {port}")]
    NotHttp { host: String, port: u16 },
    /// The server speaks HTTP, but breaks its rules; the log has the details.
    #[error("{host} violates HTTP")]
    BrokenHttp { host: String },
    /// Redirects that do not end.
    #[error("too many redirects for {name:?} on {host}")]
    TooManyRedirects { host: String, name: String },
    /// The file is said to be on another server.
    #[error("{host} redirects to {url}")]
    RedirectElsewhere { host: String, url: String },
    /// What was received cannot be stored.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A folder was to be written to the device or pipe at `path`.
    #[error("a folder cannot be written to {path:?}")]
    FolderIntoStream { path: PathBuf },
    /// What was typed is no host.
    #[error("{typed:?} is not a host")]
    BadHost { typed: String },
    /// What was typed after the host is no port.
    #[error("{typed:?} is not a port")]
    BadPort { typed: String },
    /// What was typed is an address for something else than plain HTTP.
    #[error("{typed:?} is not an http:// address")]
    NotHttpAddress { typed: String },
    /// No file name was given.
    #[error("no file name")]
    NoName,
    /// A file name was given twice: in the address and beside it.
    #[error("two file names")]
    TwoNames,
    /// No file can be called that here.
    #[error("no file can be called {name:?} here")]
    NotStorable { name: String },
    /// The name has control characters, which a raw server takes for its end or worse.
    #[error("the name {name:?} has control characters")]
    BadName { name: String },
    /// A raw connection was chosen for an address with a query, which only HTTP has.
    #[error("{name:?} has a query, which raw requests cannot carry")]
    QueryOverRaw { name: String },
    /// The file's name is longer than a raw server reads.
    #[error("the name is longer than {max_len} bytes")]
    NameTooLong { max_len: usize },
    /// Nothing to say was given.
    #[error("the message is empty")]
    MessageEmpty,
    /// The text is longer than a raw server reads.
    #[error("the message is longer than {max_len} bytes")]
    MessageTooLong { max_len: usize },
    /// The peer took the message and closed without a byte.
    #[error("{host} closed the connection without a reply")]
    NoReply { host: String },
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

    /// Whether it may be over in a while without anyone doing anything.
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
            _ => false,
        }
    }

    /// How long the server asks to be left alone before it is asked again: it is busy, and there.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } if self.is_passing() => *retry_after,
            _ => None,
        }
    }
}

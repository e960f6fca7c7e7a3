//! Everything that can go wrong with a download or a message, each with its own sentence.

mod sentences;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::http;

/// Why a download or a message failed. `Display` is the sentence for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "host, port and name are what they are called")]
pub enum ClientError {
    /// The name has no address, or nobody could be asked for it.
    NameNotFound { host: String },
    /// Nothing listens on that port.
    Refused { host: String, port: u16 },
    /// Nothing came back in time: on the call, or on the request.
    NoAnswer { host: String, port: u16 },
    /// There is no way to that network or machine.
    Unreachable { host: String },
    /// The system would not call, for another reason.
    Network { host: String, reason: String },
    /// The server has no such file. `nearest` are the names that look most like it.
    NoSuchFile {
        host: String,
        name: String,
        nearest: Vec<String>,
    },
    /// A raw server closed without a byte.
    NothingSent { host: String, name: String },
    /// A raw server that takes a single call took the one that asked whether it speaks HTTP.
    OneCallOnly { host: String, port: u16 },
    /// The connection broke with `arrived` bytes here.
    Cut {
        host: String,
        name: String,
        arrived: u64,
    },
    /// Nothing more came for too long, with `arrived` bytes here.
    Stalled {
        host: String,
        name: String,
        arrived: u64,
    },
    /// What arrived is not what the server has.
    Damaged { host: String, name: String },
    /// The file changed at the server while it was fetched.
    KeepsChanging { host: String, name: String },
    /// It is a folder.
    NotAFile { host: String, name: String },
    /// It does not list what is in that folder; an empty name is that of everything it shares.
    NoListing { host: String, name: String },
    /// What is listed as a folder is a file, which the server gives a name of its own.
    FileNotFolder { host: String, name: String },
    /// It sends the list of that folder in a content coding, although it was asked not to.
    EncodedListing {
        host: String,
        name: String,
        coding: String,
    },
    /// Its page for that folder, or for everything it shares, is made by a script.
    ScriptedListing { host: String, name: String },
    /// The server has no such folder.
    NoSuchFolder { host: String, name: String },
    /// A raw server, which has no lists.
    RawOnly { host: String },
    /// The connection broke, or nothing more came for too long, in the middle of a list.
    ListingCut { host: String },
    /// A defect in this program ended the listing; the log has the details.
    ListingCrashed { host: String },
    /// It is further down in a folder than anything is fetched from.
    TooDeep { name: String },
    /// Its path is longer than any that can be opened.
    PathTooLong { name: String },
    /// `count` files and folders were found in a folder, which are more than anything is fetched from.
    TooMany {
        host: String,
        name: String,
        count: u64,
    },
    /// Of the entries of a folder that would have another one's name here, `count` are more than are fetched.
    TooManyNamesakes { name: String, count: u64 },
    /// A file is where a folder has to be.
    InTheWay { path: PathBuf },
    /// A link out of the folder is where a folder has to be.
    LeadsElsewhere { path: PathBuf },
    /// The server said no.
    Status {
        host: String,
        name: String,
        status: u16,
        reason: String,
        /// How long to wait before asking again, where it said so.
        retry_after: Option<Duration>,
    },
    /// HTTP was asked for, and the server speaks something else.
    NotHttp { host: String, port: u16 },
    /// The server speaks HTTP, but breaks its rules; the log has the details.
    BrokenHttp { host: String },
    /// Redirects that do not end.
    TooManyRedirects { host: String, name: String },
    /// The file is said to be on another server.
    RedirectElsewhere { host: String, url: String },
    /// The folder to save to is not there.
    FolderMissing { folder: PathBuf },
    /// What should be a folder is a file.
    NotAFolder { folder: PathBuf },
    /// Nothing may be written there.
    NotWritable { folder: PathBuf },
    /// No room is left where the file goes; at least so many bytes are `lacking`.
    DiskFull {
        folder: PathBuf,
        lacking: Option<u64>,
    },
    /// Files of this size cannot be there, whatever room is left.
    FileTooLarge { folder: PathBuf },
    /// Writing failed for another reason.
    Write { path: PathBuf, reason: String },
    /// Nobody reads from the pipe at `path` any more.
    ReaderGone { path: PathBuf },
    /// What was written to the device or pipe at `path` cannot be replaced by what the server has now.
    CannotRewind { path: PathBuf },
    /// A folder was to be written to the device or pipe at `path`.
    FolderIntoStream { path: PathBuf },
    /// What was typed is no host.
    BadHost { typed: String },
    /// What was typed after the host is no port.
    BadPort { typed: String },
    /// What was typed is an address for something else than plain HTTP.
    NotHttpAddress { typed: String },
    /// No file name was given.
    NoName,
    /// A file name was given twice: in the address and beside it.
    TwoNames,
    /// No file can be called that here.
    NotStorable { name: String },
    /// The name has control characters, which a raw server takes for its end or worse.
    BadName { name: String },
    /// A raw connection was chosen for an address with a query, which only HTTP has.
    QueryOverRaw { name: String },
    /// The file's name is longer than a raw server reads.
    NameTooLong { max_len: usize },
    /// Nothing to say was given.
    MessageEmpty,
    /// The text is longer than a raw server reads.
    MessageTooLong { max_len: usize },
    /// The peer took the message and closed without a byte.
    NoReply { host: String },
    /// The system is out of threads or memory.
    System { reason: String },
    /// The file is whole and has its name, but the disk may not have the name.
    NotDurable { path: PathBuf, reason: String },
    /// A defect in this program ended the download; the log has the details.
    Crashed { name: String },
}

impl ClientError {
    pub(super) fn from_system(error: &io::Error) -> Self {
        let reason = error.to_string();
        Self::System { reason }
    }

    pub(super) fn not_durable(path: &Path, error: &io::Error) -> Self {
        let (path, reason) = (path.to_owned(), error.to_string());
        Self::NotDurable { path, reason }
    }

    /// Whether it may be over in a while without anyone doing anything.
    pub(super) fn is_passing(&self) -> bool {
        match self {
            Self::NameNotFound { .. }
            | Self::Refused { .. }
            | Self::NoAnswer { .. }
            | Self::Unreachable { .. }
            | Self::Network { .. }
            | Self::Cut { .. }
            | Self::Stalled { .. } => true,
            Self::Status { status, .. } => http::is_passing(*status),
            _ => false,
        }
    }

    /// How long the server asks to be left alone before it is asked again: it is busy, and there.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } if self.is_passing() => *retry_after,
            _ => None,
        }
    }

    /// Whether it is this computer that cannot take the file, as things are.
    pub(super) fn is_local(&self) -> bool {
        matches!(
            self,
            Self::FolderMissing { .. }
                | Self::NotAFolder { .. }
                | Self::NotWritable { .. }
                | Self::DiskFull { .. }
                | Self::FileTooLarge { .. }
                | Self::Write { .. }
                | Self::ReaderGone { .. }
        )
    }

    /// Whether no other file could be saved there, either.
    pub(super) fn is_disk_gone(&self) -> bool {
        matches!(
            self,
            Self::FolderMissing { .. } | Self::DiskFull { lacking: None, .. }
        )
    }
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sentence().fmt(f)
    }
}

impl std::error::Error for ClientError {}

#[cfg(test)]
mod tests;

//! Everything that can go wrong with a download or a message, each with its own sentence.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::http;
use crate::sentence;
use crate::text::Sentence;

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

    /// The reason, and in its hint the next step, in the user's language.
    pub fn sentence(&self) -> Sentence {
        self.network_sentence()
            .or_else(|| self.server_sentence())
            .unwrap_or_else(|| self.own_sentence())
    }

    /// What lies between here and the server.
    fn network_sentence(&self) -> Option<Sentence> {
        Some(match self {
            Self::NameNotFound { host } => sentence!("name-not-found", host = host),
            Self::Refused { host, port } => sentence!("refused", host = host, port = *port),
            Self::NoAnswer { host, port } => sentence!("no-answer", host = host, port = *port),
            Self::Unreachable { host } => sentence!("unreachable", host = host),
            Self::Network { host, reason } => {
                sentence!("call-failed", host = host, reason = reason)
            }
            Self::Cut {
                host,
                name,
                arrived,
            }
            | Self::Stalled {
                host,
                name,
                arrived,
            } => {
                let is_cut = matches!(self, Self::Cut { .. });
                Sentence::new(if is_cut { "cut" } else { "stalled" })
                    .with("host", host)
                    .with("name", name)
                    .with("arrived", crate::format::bytes(*arrived))
            }
            _ => return None,
        })
    }

    /// What the server did.
    fn server_sentence(&self) -> Option<Sentence> {
        Some(match self {
            Self::NoSuchFile {
                host,
                name,
                nearest,
            } => match nearest.join(", ") {
                near if near.is_empty() => sentence!("no-such-file", host = host, name = name),
                near => sentence!("no-such-file-near", host = host, name = name, near = near),
            },
            Self::NothingSent { host, name } => sentence!("nothing-sent", host = host, name = name),
            Self::OneCallOnly { host, port } => {
                sentence!("one-call-only", host = host, port = *port)
            }
            Self::Damaged { host, name } => sentence!("damaged", host = host, name = name),
            Self::KeepsChanging { host, name } => {
                sentence!("keeps-changing", host = host, name = name)
            }
            Self::NoListing { host, name } => match name.trim_matches('/') {
                "" => sentence!("no-listing-root", host = host),
                _ => sentence!("no-listing", host = host, name = name),
            },
            Self::FileNotFolder { host, name } => {
                sentence!("file-not-folder", host = host, name = or_slash(name))
            }
            Self::EncodedListing { host, name, coding } => sentence!(
                "encoded-listing",
                host = host,
                name = or_slash(name),
                coding = coding
            ),
            Self::ScriptedListing { host, name } => match name.trim_matches('/') {
                "" => sentence!("scripted-listing-root", host = host),
                _ => sentence!("scripted-listing", host = host, name = name),
            },
            Self::NoSuchFolder { host, name } => {
                sentence!("no-such-folder", host = host, name = name)
            }
            Self::RawOnly { host } => sentence!("raw-only", host = host),
            Self::ListingCut { host } => sentence!("listing-cut", host = host),
            Self::TooDeep { name } => sentence!("too-deep", name = name),
            Self::PathTooLong { name } => sentence!("path-too-long", name = name),
            Self::TooMany { host, name, count } => {
                sentence!(
                    "too-many-found",
                    host = host,
                    name = or_slash(name),
                    count = *count
                )
            }
            Self::TooManyNamesakes { name, count } => {
                sentence!("too-many-namesakes", name = or_slash(name), count = *count)
            }
            Self::NotAFile { host, name } => match name.trim_end_matches('/') {
                "" => sentence!("not-a-file-root", host = host),
                name => sentence!("not-a-file", host = host, name = name),
            },
            Self::Status {
                host,
                name,
                status,
                reason,
                ..
            } => {
                let status_line = format!("{status} {reason}");
                let key = match status {
                    401 | 403 | 407 => "status-denied",
                    421 => "status-misdirected",
                    500.. => "status-server",
                    _ => "status-other",
                };
                Sentence::new(key)
                    .with("host", host)
                    .with("name", or_slash(name))
                    .with("status", status_line.trim_end())
            }
            Self::NotHttp { host, port } => sentence!("not-http", host = host, port = *port),
            Self::BrokenHttp { host } => sentence!("broken-http", host = host),
            Self::TooManyRedirects { host, name } => {
                sentence!("too-many-redirects", host = host, name = or_slash(name))
            }
            Self::RedirectElsewhere { host, url } => {
                let key = if is_https(url) {
                    "redirect-https"
                } else {
                    "redirect-elsewhere"
                };
                Sentence::new(key).with("host", host).with("url", url)
            }
            Self::NoReply { host } => sentence!("no-reply", host = host),
            _ => return None,
        })
    }

    /// What is wrong on this side.
    fn own_sentence(&self) -> Sentence {
        match self {
            Self::NotAFolder { folder } => sentence!("target-is-file", folder = folder),
            Self::FolderMissing { folder } => sentence!("target-missing", folder = folder),
            Self::NotWritable { folder } => {
                sentence!("target-not-writable", folder = folder)
            }
            Self::DiskFull {
                folder,
                lacking: Some(lacking),
            } => sentence!(
                "disk-too-small",
                folder = folder,
                lacking = crate::format::bytes(*lacking)
            ),
            Self::DiskFull { folder, .. } => sentence!("disk-full", folder = folder),
            Self::FileTooLarge { folder } => sentence!("file-too-large", folder = folder),
            Self::InTheWay { path } => sentence!("in-the-way", path = path),
            Self::LeadsElsewhere { path } => sentence!("leads-elsewhere", path = path),
            Self::Write { path, reason } => {
                sentence!("write-failed", path = path, reason = reason)
            }
            Self::NotDurable { path, reason } => {
                sentence!("not-durable", path = path, reason = reason)
            }
            Self::ReaderGone { path } => sentence!("reader-gone", path = path),
            Self::CannotRewind { path } => sentence!("cannot-rewind", path = path),
            Self::FolderIntoStream { path } => sentence!("folder-into-stream", path = path),
            Self::BadHost { typed } => sentence!("bad-host", typed = typed),
            Self::BadPort { typed } => sentence!("bad-port", port = typed),
            Self::NotHttpAddress { typed } => sentence!("not-http-address", typed = typed),
            Self::QueryOverRaw { name } => sentence!("query-over-raw", name = name),
            Self::NameTooLong { max_len } => sentence!("name-too-long", max = *max_len),
            Self::MessageEmpty => sentence!("message-empty"),
            Self::MessageTooLong { max_len } => sentence!("message-too-long", max = *max_len),
            Self::System { reason } => sentence!("system-out", reason = reason),
            Self::ListingCrashed { host } => sentence!("listing-crashed", host = host),
            Self::Crashed { name } => sentence!("download-crashed", name = name),
            // The other two groups have taken all but this one.
            Self::TwoNames => sentence!("two-names"),
            Self::NotStorable { name } => sentence!("not-storable", name = name),
            Self::BadName { name } => {
                sentence!("bad-name", name = crate::format::printable(name, false))
            }
            _ => sentence!("no-name"),
        }
    }
}

/// Everything that is shared has no name.
fn or_slash(name: &str) -> &str {
    if name.is_empty() { "/" } else { name }
}

fn is_https(url: &str) -> bool {
    url.get(..6)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("https:"))
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sentence().fmt(f)
    }
}

impl std::error::Error for ClientError {}

#[cfg(test)]
mod tests;

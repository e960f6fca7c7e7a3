//! What the user is told of each error.

use super::ClientError;
use crate::sentence;
use crate::text::Sentence;

impl ClientError {
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
            Self::TooMany { host, name, count } => sentence!(
                "too-many-found",
                host = host,
                name = or_slash(name),
                count = *count
            ),
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

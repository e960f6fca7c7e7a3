//! The messages for errors of downloads and messages.

use super::{Describe, Sentence};
use crate::sentence;
use landline_engine::error::ClientError;
use landline_engine::numbers::bytes;
use landline_engine::printable::printable;

impl Describe for ClientError {
    #[expect(clippy::too_many_lines, reason = "an arm for each variant")]
    fn sentence(&self) -> Sentence {
        match self {
            ClientError::Tls(error) => error.sentence(),
            ClientError::Password(error) => error.sentence(),
            // The network.
            ClientError::NameNotFound { host } => sentence!("name-not-found", host = host),
            ClientError::Refused { host, port } => sentence!("refused", host = host, port = *port),
            ClientError::NoAnswer { host, port } => {
                sentence!("no-answer", host = host, port = *port)
            }
            ClientError::Unreachable { host } => sentence!("unreachable", host = host),
            ClientError::Network { host, reason } => {
                sentence!("call-failed", host = host, reason = reason)
            }
            ClientError::Cut {
                host,
                name,
                arrived,
            }
            | ClientError::Stalled {
                host,
                name,
                arrived,
            } => {
                let is_cut = matches!(self, ClientError::Cut { .. });
                Sentence::new(if is_cut { "cut" } else { "stalled" })
                    .with("host", host)
                    .with("name", name)
                    .with("arrived", bytes(*arrived))
            }
            // The server.
            ClientError::NoSuchFile {
                host,
                name,
                nearest,
            } => match nearest.join(", ") {
                near if near.is_empty() => sentence!("no-such-file", host = host, name = name),
                near => sentence!("no-such-file-near", host = host, name = name, near = near),
            },
            ClientError::NothingSent { host, name } => {
                sentence!("nothing-sent", host = host, name = name)
            }
            ClientError::OneCallOnly { host, port } => {
                sentence!("one-call-only", host = host, port = *port)
            }
            ClientError::Damaged { host, name } => sentence!("damaged", host = host, name = name),
            ClientError::KeepsChanging { host, name } => {
                sentence!("keeps-changing", host = host, name = name)
            }
            ClientError::NoListing { host, name } => match name.trim_matches('/') {
                "" => sentence!("no-listing-root", host = host),
                _ => sentence!("no-listing", host = host, name = name),
            },
            ClientError::FileNotFolder { host, name } => {
                sentence!("file-not-folder", host = host, name = or_slash(name))
            }
            ClientError::EncodedListing { host, name, coding } => sentence!(
                "encoded-listing",
                host = host,
                name = or_slash(name),
                coding = coding
            ),
            ClientError::ReceivesOnly { host } => sentence!("receives-only", host = host),
            ClientError::ScriptedListing { host, name } => match name.trim_matches('/') {
                "" => sentence!("scripted-listing-root", host = host),
                _ => sentence!("scripted-listing", host = host, name = name),
            },
            ClientError::NoSuchFolder { host, name } => {
                sentence!("no-such-folder", host = host, name = name)
            }
            ClientError::RawOnly { host } => sentence!("raw-only", host = host),
            ClientError::ListingCut { host } => sentence!("listing-cut", host = host),
            ClientError::TooDeep { name } => sentence!("too-deep", name = name),
            ClientError::PathTooLong { name } => sentence!("path-too-long", name = name),
            ClientError::TooMany { host, name, count } => sentence!(
                "too-many-found",
                host = host,
                name = or_slash(name),
                count = *count
            ),
            ClientError::TooManyNamesakes { name, count } => {
                sentence!("too-many-namesakes", name = or_slash(name), count = *count)
            }
            ClientError::NotAFile { host, name } => match name.trim_end_matches('/') {
                "" => sentence!("not-a-file-root", host = host),
                name => sentence!("not-a-file", host = host, name = name),
            },
            ClientError::Status {
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
            ClientError::NotHttp { host, port } => sentence!("not-http", host = host, port = *port),
            ClientError::BrokenHttp { host } => sentence!("broken-http", host = host),
            ClientError::TooManyRedirects { host, name } => {
                sentence!("too-many-redirects", host = host, name = or_slash(name))
            }
            ClientError::RedirectElsewhere { host, url } => {
                sentence!("redirect-elsewhere", host = host, url = url)
            }
            ClientError::NoReply { host } => sentence!("no-reply", host = host),
            // This computer.
            ClientError::Store(error) => error.sentence(),
            ClientError::Delivery(error) => error.sentence(),
            ClientError::FolderIntoStream { path } => sentence!("folder-into-stream", path = path),
            ClientError::BadHost { typed } => sentence!("bad-host", typed = typed),
            ClientError::BadPort { typed } => sentence!("bad-port", port = typed),
            ClientError::NotHttpAddress { typed } => sentence!("not-http-address", typed = typed),
            ClientError::BadFingerprint { typed } => sentence!("bad-fingerprint", typed = typed),
            ClientError::QueryOverRaw { name } => sentence!("query-over-raw", name = name),
            ClientError::NameTooLong { max_len } => sentence!("name-too-long", max = *max_len),
            ClientError::MessageEmpty => sentence!("message-empty"),
            ClientError::MessageTooLong { max_len } => {
                sentence!("message-too-long", max = *max_len)
            }
            ClientError::CallReset { host } => sentence!("call-reset", host = host),
            ClientError::CallBroken { host, reason } => {
                sentence!("call-broken", host = host, reason = reason)
            }
            ClientError::CallQueueFull { max_len } => {
                sentence!("call-queue-full", max = bytes(*max_len as u64))
            }
            ClientError::CallIdle { host, secs } => {
                sentence!("call-idle", host = host, minutes = secs.div_ceil(60))
            }
            ClientError::FileUnreadable { name, reason } => {
                sentence!("call-file-unreadable", name = name, reason = reason)
            }
            ClientError::System { reason } => sentence!("system-out", reason = reason),
            ClientError::ListingCrashed { host } => sentence!("listing-crashed", host = host),
            ClientError::Crashed { name } => sentence!("download-crashed", name = name),
            ClientError::TwoNames => sentence!("two-names"),
            ClientError::NotStorable { name } => sentence!("not-storable", name = name),
            ClientError::BadName { name } => {
                sentence!("bad-name", name = printable(name, false))
            }
            ClientError::NoName => sentence!("no-name"),
        }
    }
}

/// The root of a share has an empty name.
fn or_slash(name: &str) -> &str {
    if name.is_empty() { "/" } else { name }
}

#[cfg(test)]
mod tests;

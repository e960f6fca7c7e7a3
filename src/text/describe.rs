//! Messages for the engine's events and errors.

use super::{Describe, Sentence};
use crate::sentence;
use landline_engine::error::{ClientError, Failure, SendError, ServerError};
use landline_engine::numbers::bytes;
use landline_engine::server::LogEntry;
use landline_engine::server::receiving::NotReceived;
use landline_engine::transfer::{Checked, Direction, Outcome, Protocol, Saved, Transfer};

/// Why `transfer` failed, or was paused by something other than the user.
pub fn reason(transfer: &Transfer) -> Option<Sentence> {
    match transfer.outcome()? {
        Outcome::Failed(why) => Some(failure(why, transfer)),
        Outcome::Paused(why) => why.as_ref().map(Describe::sentence),
        _ => None,
    }
}

/// The message for the failure of `transfer`.
pub fn failure(failure: &Failure, transfer: &Transfer) -> Sentence {
    match failure {
        Failure::Fetch(error) => error.sentence(),
        Failure::Send(error) => send_error(error, transfer),
    }
}

/// Why the server did not receive a file.
pub fn receiving_failed(why: &ClientError) -> Sentence {
    match why {
        ClientError::Damaged { host, name } => {
            sentence!("received-damaged", host = host, name = name)
        }
        ClientError::Cut {
            host,
            name,
            arrived,
        } => sentence!(
            "received-in-part",
            host = host,
            name = name,
            arrived = bytes(*arrived)
        ),
        _ => why.sentence(),
    }
}

/// The log line for the end of a transfer of the server: an upload, or a file that was received.
pub fn summary(transfer: &Transfer) -> Sentence {
    let size = bytes(transfer.done());
    let name = transfer.name();
    match transfer.outcome() {
        Some(Outcome::Saved(saved)) => received_summary(saved, name, size),
        Some(Outcome::Failed(Failure::Fetch(why))) => {
            let reason = receiving_failed(why).title();
            sentence!("log-not-received", name = name, reason = reason)
        }
        Some(Outcome::Cancelled) if transfer.direction() == Direction::Download => {
            sentence!("log-receiving-cancelled", name = name, size = size)
        }
        Some(Outcome::Failed(why)) => failure(why, transfer),
        Some(Outcome::Cancelled) => sentence!("log-cancelled", name = name, size = size),
        _ => match transfer.protocol() {
            Some(Protocol::Raw) => sentence!("log-sent-raw", name = name, size = size),
            _ => sentence!("log-sent-http", name = name, size = size),
        },
    }
}

/// The log line for a file that was received, with the name that it got.
fn received_summary(saved: &Saved, asked: &str, size: String) -> Sentence {
    let path = &saved.path;
    if saved.checked == Checked::Digest {
        sentence!(
            "log-received-checked",
            name = asked,
            path = path,
            size = size
        )
    } else {
        sentence!("log-received", name = asked, path = path, size = size)
    }
}

impl Describe for LogEntry {
    fn sentence(&self) -> Sentence {
        let of = |key, name: &str| Sentence::new(key).with("name", name);
        match self {
            Self::NotModified { name } => of("log-unchanged", name),
            Self::PreconditionFailed { name } => of("log-changed", name),
            Self::RangeNotSatisfiable { name } => of("log-beyond", name),
            Self::HeadOnly { name } => of("log-asked-about", name),
            Self::Listed { name } => of("log-listed", name),
            Self::ListingsBusy { name } => of("log-listings-full", name),
            Self::ArchiveLacks { name, count } => {
                of("log-archive-lacks", name).with("count", *count)
            }
            Self::ArchivesBusy { name } => of("log-archives-full", name),
            Self::ArchiveTooLarge { name } => of("log-archive-too-large", name),
            Self::Redirected { name } => of("log-redirected", name),
            Self::SlashesMerged { name } => of("log-slashes", name),
            Self::IsFolder { name } => of("log-is-folder", name),
            Self::NotFound { name } => of("log-no-file", name),
            Self::Forbidden { name } => of("log-forbidden", name),
            Self::Unreadable { name, reason } => of("log-failed", name).with("reason", reason),
            Self::InvalidName => sentence!("log-no-name"),
            Self::SendOnly => sentence!("log-send-only"),
            Self::NotReceived { name, why } => of(not_received(*why), name),
            Self::UnknownHost { host } => sentence!("log-unknown-host", host = host),
            Self::Refused { status, reason } => {
                sentence!("log-refused", status = format!("{status} {reason}"))
            }
            Self::TlsClientHello => sentence!("log-tls"),
            Self::RedirectedToTls => sentence!("log-redirected-tls"),
            Self::RawNeedsPassword => sentence!("log-raw-password"),
            Self::RawNotEncrypted => sentence!("log-raw-encrypted"),
            Self::WrongPassword => sentence!("log-wrong-password"),
            Self::TooManyPasswords => sentence!("log-many-passwords"),
            Self::Busy => sentence!("log-busy"),
            Self::OutOfThreads => sentence!("log-few-threads"),
        }
    }
}

fn not_received(why: NotReceived) -> &'static str {
    match why {
        NotReceived::Off => "log-receives-nothing",
        NotReceived::OtherSite => "log-other-site",
        NotReceived::BadName => "log-bad-name",
        NotReceived::Malformed => "log-malformed",
        NotReceived::NoLength => "log-no-length",
        NotReceived::NotAForm => "log-not-a-form",
        NotReceived::Declined => "log-declined",
        NotReceived::Unanswered => "log-unanswered",
        NotReceived::TooManyOffers => "log-too-many-offers",
        NotReceived::Busy => "log-receiver-busy",
        NotReceived::TooMuch => "log-too-much",
        NotReceived::WrongOffset => "log-wrong-offset",
        NotReceived::Damaged => "log-damaged",
        NotReceived::DiskFull => "log-disk-full",
        NotReceived::NotStored => "log-not-stored",
    }
}

impl Describe for ServerError {
    fn sentence(&self) -> Sentence {
        match self {
            Self::PortTaken { port, .. } => sentence!("port-taken", port = *port),
            Self::PortForbidden { port } => sentence!("port-forbidden", port = *port),
            Self::AddressNotHere { address } => {
                sentence!("address-not-here", address = address.to_string())
            }
            Self::FolderMissing { path } => sentence!("folder-missing", path = path),
            Self::NotAFolder { path } => sentence!("folder-is-file", path = path),
            Self::FolderUnreadable { path } => {
                sentence!("folder-unreadable", path = path)
            }
            Self::EntryUnavailable { path } => {
                sentence!("entry-unavailable", path = path)
            }
            Self::FolderGone { path } => sentence!("folder-gone", path = path),
            Self::Failed { reason } => sentence!("sharing-failed", reason = reason),
        }
    }
}

fn send_error(error: &SendError, transfer: &Transfer) -> Sentence {
    let name = transfer.name();
    match error {
        SendError::OutOfThreads => sentence!("log-no-thread", name = name),
        SendError::Stalled { secs } => sentence!("log-stalled", name = name, secs = *secs),
        SendError::HungUp => {
            let size = bytes(transfer.done());
            sentence!("log-hung-up", name = name, size = size)
        }
        SendError::Unreadable { reason } => {
            sentence!("log-unreadable", name = name, reason = reason)
        }
        SendError::Changed { name: file } => {
            sentence!("log-archive-changed", name = name, file = file)
        }
        SendError::Crashed => sentence!("log-crashed", name = name),
    }
}

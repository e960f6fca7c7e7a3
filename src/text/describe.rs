//! Messages for the engine's events and errors.

use std::path::Path;

use super::{Describe, Sentence};
use crate::sentence;
use landline_engine::error::{Failure, SendError, ServerError};
use landline_engine::numbers::bytes;
use landline_engine::server::LogEntry;
use landline_engine::transfer::{Outcome, Protocol, Transfer};

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

/// The log line for the end of an upload.
pub fn upload_summary(transfer: &Transfer) -> Sentence {
    let size = bytes(transfer.done());
    let name = transfer.name();
    match transfer.outcome() {
        Some(Outcome::Failed(why)) => failure(why, transfer),
        Some(Outcome::Cancelled) => sentence!("log-cancelled", name = name, size = size),
        _ => match transfer.protocol() {
            Some(Protocol::Raw) => sentence!("log-sent-raw", name = name, size = size),
            _ => sentence!("log-sent-http", name = name, size = size),
        },
    }
}

/// The log line for a server event.
pub fn log_entry(entry: &LogEntry) -> Sentence {
    let of = |key, name: &str| Sentence::new(key).with("name", name);
    match entry {
        LogEntry::NotModified { name } => of("log-unchanged", name),
        LogEntry::PreconditionFailed { name } => of("log-changed", name),
        LogEntry::RangeNotSatisfiable { name } => of("log-beyond", name),
        LogEntry::HeadOnly { name } => of("log-asked-about", name),
        LogEntry::Listed { name } => of("log-listed", name),
        LogEntry::ListingsBusy { name } => of("log-listings-full", name),
        LogEntry::Redirected { name } => of("log-redirected", name),
        LogEntry::SlashesMerged { name } => of("log-slashes", name),
        LogEntry::IsFolder { name } => of("log-is-folder", name),
        LogEntry::NotFound { name } => of("log-no-file", name),
        LogEntry::Forbidden { name } => of("log-forbidden", name),
        LogEntry::Unreadable { name, reason } => of("log-failed", name).with("reason", reason),
        LogEntry::InvalidName => sentence!("log-no-name"),
        LogEntry::Refused { status, reason } => {
            sentence!("log-refused", status = format!("{status} {reason}"))
        }
        LogEntry::TlsClientHello => sentence!("log-tls"),
        LogEntry::Busy => sentence!("log-busy"),
        LogEntry::OutOfThreads => sentence!("log-few-threads"),
    }
}

/// Why the server stopped or could not start, with a hint what to do.
pub fn server_error(error: &ServerError) -> Sentence {
    let shown = |path: &Path| path.display().to_string();
    match error {
        ServerError::PortTaken { port, .. } => sentence!("port-taken", port = *port),
        ServerError::PortForbidden { port } => sentence!("port-forbidden", port = *port),
        ServerError::AddressNotHere { address } => {
            sentence!("address-not-here", address = address.to_string())
        }
        ServerError::FolderMissing { path } => sentence!("folder-missing", path = shown(path)),
        ServerError::NotAFolder { path } => sentence!("folder-is-file", path = shown(path)),
        ServerError::FolderUnreadable { path } => {
            sentence!("folder-unreadable", path = shown(path))
        }
        ServerError::EntryUnavailable { path } => {
            sentence!("entry-unavailable", path = shown(path))
        }
        ServerError::FolderGone { path } => sentence!("folder-gone", path = shown(path)),
        ServerError::Failed { reason } => sentence!("sharing-failed", reason = reason),
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
        SendError::Crashed => sentence!("log-crashed", name = name),
    }
}

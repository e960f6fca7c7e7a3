//! What a server reports.

use std::net::IpAddr;
use std::sync::Arc;

use super::log_entry::LogEntry;
use super::receiving::{Offer, OfferId, TrustedDevice};
use crate::call::{Call, CallId};
use crate::error::ServerError;
use crate::transfer::Transfer;
use crate::transport::addresses::Address;

/// An event of the server.
#[derive(Clone, Debug)]
pub enum ServerEvent {
    /// The server listens; the addresses are sorted, best first.
    Listening(Vec<Address>),
    /// The number of files in the folder and its subfolders.
    Counted {
        /// The number so far.
        files: u64,
        /// The number of files and folders so far that cannot be downloaded because of their names.
        omitted: u64,
        /// Whether counting continues.
        more: bool,
    },
    /// An upload started.
    Started(Arc<Transfer>),
    /// An upload ended; see `Transfer::outcome`.
    Ended(Arc<Transfer>),
    /// An upload ended within a single write. It was not reported as [started](ServerEvent::Started).
    Over(Arc<Transfer>),
    /// A log entry.
    Logged {
        /// The address of the peer.
        peer: IpAddr,
        /// What it requested, and the result.
        entry: LogEntry,
    },
    /// A raw client sent a message and got a reply, or a LocalSend device sent a text.
    Message {
        /// The address of the peer.
        peer: IpAddr,
        /// What a LocalSend device calls itself, printable; never a proof of anything.
        name: Option<String>,
        /// The message, without control characters.
        text: String,
    },
    /// A raw client called: it sent a message, or is connected and silent, while messages are answered.
    Caller(Arc<Call>),
    /// Something happened in the call with this id; not reported again before its owner has looked at it.
    CallChanged(CallId),
    /// Somebody wants to send files, and waits for [`Offer::answer`].
    Offered(Arc<Offer>),
    /// The offer with this id has been answered, has expired, or was withdrawn.
    OfferOver(OfferId),
    /// The owner chose [`Answer::AcceptAlways`](super::receiving::Answer::AcceptAlways): this device belongs in
    /// [`Consent::Ask`](super::receiving::Consent::Ask) from now on.
    Trusted(TrustedDevice),
    /// The server stopped, on request or because of an error.
    Stopped(Result<(), ServerError>),
}

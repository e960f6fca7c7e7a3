//! Responses: JSON, or nothing but a status.

use std::io;
use std::ops::ControlFlow;

use landline_http1::request::Request;
use landline_http1::response::{Persistence, Status};

use crate::server::connection::{Connection, Ending};
use crate::server::http::request_body::RequestBody;
use crate::server::http::{persist_or_close, start_head};
use crate::server::receiving::NotReceived;

/// Why a request is refused. The device gets it as a status and a message in English, as of other programs of this
/// protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// There is no such request.
    NotFound,
    /// It comes from a page in a browser.
    Page,
    /// It is not encrypted.
    Plain,
    /// A query or a body is not what it has to be.
    Malformed,
    /// The body is longer than is read, or has more files.
    TooLarge,
    /// The body did not arrive in time.
    TooSlow,
    /// There is a PIN, which the request does not have.
    PinNeeded,
    /// The PIN is wrong.
    PinWrong,
    /// Too many wrong PINs, texts or requests from this address; it may try again after this many seconds.
    TooMany { secs: u64 },
    /// Another device is sending, or asks whether it may.
    Busy,
    /// The sender has cancelled its own question.
    Cancelled,
    /// There is no such session, file or token, or they are somebody else's.
    NotYours,
    /// A file is not stored, or will not be.
    Files(NotReceived),
}

impl Refused {
    fn status(self) -> Status {
        Status(match self {
            Self::NotFound => 404,
            Self::Page | Self::Plain | Self::Cancelled | Self::NotYours => 403,
            Self::Malformed => 400,
            Self::TooLarge => 413,
            Self::TooSlow => 408,
            Self::PinNeeded | Self::PinWrong => 401,
            Self::TooMany { .. } => 429,
            Self::Busy => 409,
            Self::Files(NotReceived::Off) => 403,
            Self::Files(NotReceived::TooManyOffers) => 429,
            Self::Files(NotReceived::TooMuch) => 400,
            Self::Files(why) => return why.status(),
        })
    }

    fn message(self) -> &'static str {
        match self {
            Self::NotFound => "Not found",
            Self::Page => "Not for pages in a browser",
            Self::Plain => "Only over TLS",
            Self::Malformed => "Malformed request",
            Self::TooLarge => "Too many files, or too much text",
            Self::TooSlow => "Too slow",
            Self::PinNeeded => "PIN required",
            Self::PinWrong => "Invalid PIN",
            Self::TooMany { .. } => "Too many requests",
            Self::Busy => "Blocked by another session",
            Self::Cancelled => "Cancelled by the sender",
            Self::NotYours => "Invalid token or IP address",
            Self::Files(why) => match why {
                NotReceived::Off => "This device receives nothing now",
                NotReceived::BadName => "Invalid file name",
                NotReceived::Declined => "Declined",
                NotReceived::Unanswered => "Nobody answered",
                NotReceived::TooManyOffers => "Too many requests",
                NotReceived::TooMuch | NotReceived::Malformed => "Not of the stated size",
                NotReceived::Damaged => "Checksum mismatch",
                NotReceived::DiskFull => "Not enough space",
                _ => "Not stored",
            },
        }
    }
}

/// Refuses a request. `body` is what is still unread of it: if that is more than a little, the connection closes.
pub(super) fn refuse(
    connection: &mut Connection,
    request: &Request<'_>,
    body: Option<RequestBody>,
    why: Refused,
) -> io::Result<ControlFlow<Ending>> {
    let persistence = match body {
        Some(body) => match body.ignore_uninvited(connection, request)? {
            Ok(persistence) => persistence,
            Err(answered) => return Ok(answered),
        },
        None => persistence(request, true),
    };
    send_refusal(connection, request, persistence, why)
}

/// The same where nothing more is read: the connection closes.
pub(super) fn refuse_and_close(
    connection: &Connection,
    request: &Request<'_>,
    why: Refused,
) -> io::Result<ControlFlow<Ending>> {
    send_refusal(connection, request, persistence(request, false), why)
}

fn send_refusal(
    connection: &Connection,
    request: &Request<'_>,
    persistence: Persistence,
    why: Refused,
) -> io::Result<ControlFlow<Ending>> {
    log::debug!("{}: {why:?}", connection.peer);
    let message = format!("{{\"message\":\"{}\"}}", why.message());
    let retry_after = match why {
        Refused::TooMany { secs } => Some(secs),
        _ => None,
    };
    let mut head = start_head(connection, why.status(), persistence);
    head.field("Content-Type", "application/json");
    head.field("Content-Length", message.len());
    if let Some(secs) = retry_after {
        head.field("Retry-After", secs);
    }
    let mut bytes = head.finish();
    if !request.is_head() {
        bytes.extend_from_slice(message.as_bytes());
    }
    connection.send(&bytes)?;
    Ok(persist_or_close(persistence))
}

/// Sends 200 with JSON.
pub(super) fn send_json(
    connection: &Connection,
    persistence: Persistence,
    json: &[u8],
) -> io::Result<ControlFlow<Ending>> {
    let mut head = start_head(connection, Status(200), persistence);
    head.field("Content-Type", "application/json");
    head.field("Content-Length", json.len());
    let mut bytes = head.finish();
    bytes.extend_from_slice(json);
    connection.send(&bytes)?;
    Ok(persist_or_close(persistence))
}

/// Sends 200 with no content, or 204.
pub(super) fn send_empty(
    connection: &Connection,
    persistence: Persistence,
    status: Status,
) -> io::Result<ControlFlow<Ending>> {
    let mut head = start_head(connection, status, persistence);
    if status != Status(204) {
        head.field("Content-Length", 0);
    }
    connection.send(&head.finish())?;
    Ok(persist_or_close(persistence))
}

/// What the response to `request` says about the connection, which ends unless it `may_persist`.
pub(super) fn persistence(request: &Request<'_>, may_persist: bool) -> Persistence {
    Persistence {
        http_11: request.http_11,
        keep_alive: request.keep_alive && may_persist,
    }
}

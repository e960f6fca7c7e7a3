//! Responses that are one line of text for a person: errors, mostly.

use std::io::{self, ErrorKind};
use std::ops::ControlFlow;

use landline_http1::request::Request;
use landline_http1::response::{Persistence, Status};

use super::{persist_or_close, start_head};
use crate::server::connection::{Connection, Ending};
use crate::server::page_text::{Localized, PageText};
use crate::server::{LogEntry, descriptors, failed_to_open};
use crate::share::name::ShareName;

/// Sends `text` with its line end, in the language of [`texts`].
pub(super) fn send_text(
    connection: &Connection,
    request: &Request<'_>,
    persistence: Persistence,
    status: Status,
    text: &str,
) -> io::Result<ControlFlow<Ending>> {
    let mut head = start_head(connection, status, persistence);
    head.field("Content-Type", "text/plain; charset=utf-8");
    head.field("Vary", "Accept-Language");
    head.field("Content-Length", text.len() + 1);
    if status.0 == 405 {
        head.field("Allow", allowed(connection));
    }
    if status.0 == 415 {
        head.field("Accept-Encoding", "identity");
    }
    if status.0 == 503 {
        head.field("Retry-After", 1);
    }
    let mut bytes = head.finish();
    if !request.is_head() {
        bytes.extend_from_slice(text.as_bytes());
        bytes.push(b'\n');
    }
    connection.send(&bytes)?;
    Ok(persist_or_close(persistence))
}

/// The methods that are allowed now, for `Allow` (RFC 9110 section 10.2.1).
pub(super) fn allowed(connection: &Connection) -> &'static str {
    if connection.shared.receiving().is_some() {
        "GET, HEAD, OPTIONS, POST, PUT"
    } else {
        "GET, HEAD, OPTIONS"
    }
}

/// Sends a response that is only a head.
pub(super) fn send_head(
    connection: &Connection,
    persistence: Persistence,
    head: &[u8],
) -> io::Result<ControlFlow<Ending>> {
    connection.send(head)?;
    Ok(persist_or_close(persistence))
}

/// Sends the status with its reason phrase as the text.
pub(super) fn send_status(
    connection: &Connection,
    request: &Request<'_>,
    persistence: Persistence,
    status: Status,
) -> io::Result<ControlFlow<Ending>> {
    send_text(connection, request, persistence, status, status.reason())
}

/// Sends 404.
pub(super) fn send_not_found(
    connection: &Connection,
    request: &Request<'_>,
    persistence: Persistence,
) -> io::Result<ControlFlow<Ending>> {
    let text = texts(connection, request).text(PageText::NotFound);
    send_text(connection, request, persistence, Status(404), &text)
}

/// Logs that `name` could not be opened or read, and sends the status that fits the error.
pub(super) fn send_error(
    connection: &Connection,
    request: &Request<'_>,
    persistence: Persistence,
    name: &ShareName,
    error: &io::Error,
) -> io::Result<ControlFlow<Ending>> {
    let entry = failed_to_open(name, error);
    connection.shared.log(connection.peer, entry);
    match error.kind() {
        ErrorKind::NotFound => send_not_found(connection, request, persistence),
        ErrorKind::PermissionDenied => {
            let text = texts(connection, request).text(PageText::Forbidden);
            send_text(connection, request, persistence, Status(403), &text)
        }
        _ if descriptors::is_exhausted(error) => {
            send_status(connection, request, persistence, Status(503))
        }
        _ => send_status(connection, request, persistence, Status(500)),
    }
}

/// Logs that a request is refused with `status`.
pub(super) fn log_refusal(connection: &Connection, status: Status) {
    let entry = LogEntry::Refused {
        status: status.0,
        reason: status.reason(),
    };
    connection.shared.log(connection.peer, entry);
}

/// The texts in the language that the client prefers.
pub(super) fn texts<'a>(connection: &'a Connection, request: &Request<'_>) -> Localized<'a> {
    Localized::new(&*connection.shared.texts, &request.accept_language)
}

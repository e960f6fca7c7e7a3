//! HTTP/1.x over one connection: request after request until one side ends it.

pub(crate) mod chunks;
mod conditional;
mod files;
mod folders;
pub mod json;
pub mod page;
mod redirect;

use std::io::{self, ErrorKind};
use std::time::Instant;

use super::connection::{Connection, Ending, Fill, Turn};
use super::page_text::{Localized, PageText};
use super::{LogEntry, failed_to_open};
use crate::share::Found;
use crate::share::name::ShareName;
use landline_http1::request::{Body, Refusal, Request};
use landline_http1::response::{Framing, Head, Status};

/// A request body is read and dropped up to this many bytes; beyond, the connection closes.
const BODY_MAX_LEN: u64 = 64 * 1024;

/// So many requests that came together are answered before others have their turn.
const TURN_MAX: usize = 16;

/// What is left of a connection after an answer.
pub(super) enum After {
    /// It can take another request.
    Next,
    /// It ends so.
    End(Ending),
}

/// What follows an answer in this `framing` that was sent whole.
fn done(framing: Framing) -> After {
    if framing.keep_alive {
        After::Next
    } else {
        After::End(Ending::Orderly)
    }
}

/// Answer some of the requests in the buffer, of which the first of a connection is due in whole at `deadline`.
pub(super) fn serve(connection: &mut Connection, mut deadline: Option<Instant>) -> Turn {
    let mut head = Vec::new();
    for _ in 0..TURN_MAX {
        match read_head(connection, deadline.take()) {
            Ok(Read::Head(len)) => {
                head.clear();
                head.extend(connection.buffer.drain(..len));
            }
            Ok(Read::Nothing) => return Turn::Wait,
            Ok(Read::End) => return Turn::Over(Ending::Drop),
            Err(refusal) => return Turn::Over(refuse(connection, &connection.buffer, refusal)),
        }
        // Cloned cheaply, so that the connection is free to read the body.
        let shared = connection.shared.clone();
        let request = match landline_http1::request::parse(&head, &shared.allowed_hosts) {
            Ok(request) => request,
            Err(refusal) => return Turn::Over(refuse(connection, &head, refusal)),
        };
        match answer(connection, &request) {
            Ok(After::Next) => {}
            Ok(After::End(ending)) => return Turn::Over(ending),
            Err(e) => {
                log::debug!("{}: {e}", connection.peer);
                return Turn::Over(Ending::Abort);
            }
        }
    }
    if connection.buffer.is_empty() {
        Turn::Wait
    } else {
        Turn::Again
    }
}

/// What is in the buffer.
enum Read {
    /// A head of this length.
    Head(usize),
    /// Not a byte.
    Nothing,
    /// The connection has ended.
    End,
}

/// The next head in the buffer. It is due at `deadline`; later ones of a connection in time after their first
/// byte.
fn read_head(connection: &mut Connection, mut deadline: Option<Instant>) -> Result<Read, Refusal> {
    let mut seen = 0;
    loop {
        // One empty line before a request is forgiven (RFC 9112 2.2).
        if !connection.is_forgiven && connection.buffer.starts_with(b"\r\n") {
            connection.buffer.drain(..2);
            connection.is_forgiven = true;
        }
        if connection.buffer.is_empty() {
            return Ok(Read::Nothing);
        }
        if let Some(len) = landline_http1::request::head_len(&connection.buffer, seen)? {
            connection.is_forgiven = false;
            return Ok(Read::Head(len));
        }
        seen = connection.buffer.len();
        let limit = connection.shared.limits.head;
        let deadline = *deadline.get_or_insert_with(|| Instant::now() + limit);
        match connection.fill(deadline) {
            Fill::More => {}
            Fill::Late => return Err(Refusal::Timeout),
            Fill::End => return Err(Refusal::BadRequest),
            Fill::Broken => return Ok(Read::End),
        }
    }
}

fn answer(connection: &mut Connection, request: &Request<'_>) -> io::Result<After> {
    let mut keep_alive = request.keep_alive;
    if request.body != Body::None {
        match drop_body(connection, request)? {
            Dropped::Whole => {}
            Dropped::Not => keep_alive = false,
            Dropped::Malformed => {
                let framing = Framing {
                    http_11: request.http_11,
                    keep_alive: false,
                };
                let status = Status::from(Refusal::BadRequest);
                log_refusal(connection, status);
                return plain_status(connection, request, framing, status);
            }
        }
    }
    let framing = Framing {
        http_11: request.http_11,
        keep_alive,
    };
    match ShareName::from_target(request.path) {
        Err(_) => {
            let clean = redirect::merging_slashes(&connection.shared.share, request.path);
            if let Some((name, location)) = clean {
                let name = name.to_string();
                let entry = LogEntry::SlashesMerged { name };
                connection.shared.log(connection.peer, entry);
                return redirect::answer(connection, request, framing, &location);
            }
            connection
                .shared
                .log(connection.peer, LogEntry::InvalidName);
            not_found(connection, request, framing)
        }
        Ok((name, slash)) => match connection.shared.share.find(&name) {
            Ok(Found::File(file)) if !slash => {
                files::answer(connection, request, framing, &name, &file)
            }
            Ok(Found::Folder(folder)) if slash => {
                folders::answer(connection, request, framing, &name, &folder)
            }
            // Relative links on its page would lead elsewhere.
            Ok(Found::Folder(_)) => {
                let location = page::folder_path(&name);
                let name = name.to_string();
                let entry = LogEntry::Redirected { name };
                connection.shared.log(connection.peer, entry);
                redirect::answer(connection, request, framing, &location)
            }
            Ok(Found::File(_)) => {
                let name = name.to_string();
                let entry = LogEntry::NotFound { name };
                connection.shared.log(connection.peer, entry);
                not_found(connection, request, framing)
            }
            Err(e) => failed(connection, request, framing, &name, &e),
        },
    }
}

/// Say why `name` cannot be opened or read.
fn failed(
    connection: &Connection,
    request: &Request<'_>,
    framing: Framing,
    name: &ShareName,
    error: &io::Error,
) -> io::Result<After> {
    let why = failed_to_open(name, error);
    connection.shared.log(connection.peer, why);
    match error.kind() {
        ErrorKind::NotFound => not_found(connection, request, framing),
        ErrorKind::PermissionDenied => plain(
            connection,
            request,
            framing,
            Status(403),
            &texts(connection, request).text(PageText::Forbidden),
        ),
        _ if super::descriptors::is_exhausted(error) => {
            plain_status(connection, request, framing, Status(503))
        }
        _ => plain_status(connection, request, framing, Status(500)),
    }
}

/// What became of a request's body.
enum Dropped {
    /// The connection is at the next request.
    Whole,
    /// It is too long, or did not come: nobody knows where the next request begins.
    Not,
    /// It is none.
    Malformed,
}

fn drop_body(connection: &mut Connection, request: &Request<'_>) -> io::Result<Dropped> {
    if matches!(request.body, Body::Length(len) if len > BODY_MAX_LEN) {
        return Ok(Dropped::Not);
    }
    if request.expects_continue && connection.buffer.is_empty() {
        connection.send(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    let deadline = Instant::now() + connection.shared.limits.head;
    match request.body {
        Body::None => Ok(Dropped::Whole),
        Body::Length(len) => {
            let len = usize::try_from(len).unwrap_or(usize::MAX);
            while connection.buffer.len() < len {
                if connection.fill(deadline) != Fill::More {
                    return Ok(Dropped::Not);
                }
            }
            connection.buffer.drain(..len);
            Ok(Dropped::Whole)
        }
        Body::Chunked => {
            let mut measure = chunks::Measure::default();
            loop {
                match measure.len(&connection.buffer) {
                    Ok(Some(len)) => {
                        connection.buffer.drain(..len);
                        return Ok(Dropped::Whole);
                    }
                    Ok(None) if connection.fill(deadline) == Fill::More => {}
                    Ok(None) => return Ok(Dropped::Not),
                    Err(chunks::Malformed) => return Ok(Dropped::Malformed),
                }
            }
        }
    }
}

/// Say why a request is refused, and close: what follows it cannot be trusted. `head` is what is
/// known of it.
fn refuse(connection: &Connection, head: &[u8], refusal: Refusal) -> Ending {
    let status = Status::from(refusal);
    log_refusal(connection, status);
    let (head_only, http_10) = landline_http1::request::glance(head);
    let request = Request {
        head_only,
        ..Request::default()
    };
    let framing = Framing {
        http_11: !http_10,
        keep_alive: false,
    };
    let texts = texts(connection, &request);
    let text = match refusal {
        Refusal::Embedding => texts.text(PageText::Embedding),
        Refusal::Misdirected => texts.text(PageText::Misdirected),
        _ => status.reason().to_owned(),
    };
    match plain(connection, &request, framing, status, &text) {
        Ok(_) => Ending::Orderly,
        Err(_) => Ending::Abort,
    }
}

fn log_refusal(connection: &Connection, status: Status) {
    let entry = LogEntry::Refused {
        status: status.0,
        reason: status.reason(),
    };
    connection.shared.log(connection.peer, entry);
}

fn not_found(
    connection: &Connection,
    request: &Request<'_>,
    framing: Framing,
) -> io::Result<After> {
    plain(
        connection,
        request,
        framing,
        Status(404),
        &texts(connection, request).text(PageText::NotFound),
    )
}

fn plain_status(
    connection: &Connection,
    request: &Request<'_>,
    framing: Framing,
    status: Status,
) -> io::Result<After> {
    plain(connection, request, framing, status, status.reason())
}

/// The texts in the language that the client prefers.
fn texts<'a>(connection: &'a Connection, request: &Request<'_>) -> Localized<'a> {
    Localized::new(&*connection.shared.texts, &request.accept_language)
}

/// A short text for a person.
fn plain(
    connection: &Connection,
    request: &Request<'_>,
    framing: Framing,
    status: Status,
    text: &str,
) -> io::Result<After> {
    let mut head = Head::new(status, framing);
    head.field("Content-Type", "text/plain; charset=utf-8");
    head.field("Vary", "Accept-Language");
    head.field("Content-Length", text.len() + 1);
    if status.0 == 405 {
        head.field("Allow", "GET, HEAD");
    }
    if status.0 == 503 {
        head.field("Retry-After", 1);
    }
    let mut bytes = head.finish();
    if !request.head_only {
        bytes.extend_from_slice(text.as_bytes());
        bytes.push(b'\n');
    }
    connection.send(&bytes)?;
    Ok(done(framing))
}

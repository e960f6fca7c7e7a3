//! HTTP/1.x over one connection: request after request until one side ends it.

pub(crate) mod chunks;
mod conditional;
mod files;
mod folders;
pub mod host;
mod language;
pub mod page;
pub mod range;
pub mod request;
pub mod response;

use std::io::{self, ErrorKind, Write};
use std::time::Instant;

use self::request::{Body, Refusal, Request};
use self::response::{Framing, Head, Status};
use super::connection::{Connection, Ending, Fill};
use super::failed_to_open;
use crate::share::Found;
use crate::share::name::ShareName;
use crate::{sentence, t};

/// A request body is read and dropped up to this many bytes; beyond, the connection closes.
const BODY_MAX_LEN: u64 = 64 * 1024;

/// What is left of a connection after an answer.
pub(super) enum After {
    /// It can take another request.
    Next,
    /// It ends so.
    End(Ending),
}

impl Framing {
    /// What follows an answer that was sent whole.
    fn done(self) -> After {
        if self.keep_alive {
            After::Next
        } else {
            After::End(Ending::Orderly)
        }
    }
}

/// Answer requests; the first head, which may be in the buffer already, is due at `deadline`.
pub(super) fn serve(connection: &mut Connection, deadline: Instant) -> Ending {
    let mut head = Vec::new();
    let mut deadline = Some(deadline);
    loop {
        match read_head(connection, deadline.take()) {
            Ok(Some(len)) => {
                head.clear();
                head.extend(connection.buffer.drain(..len));
            }
            Ok(None) => return Ending::Drop,
            Err(refusal) => return refuse(connection, &connection.buffer, refusal),
        }
        // Cloned cheaply, so that the connection is free to read the body.
        let shared = connection.shared.clone();
        let request = match request::parse(&head, &shared.allowed_hosts) {
            Ok(request) => request,
            Err(refusal) => return refuse(connection, &head, refusal),
        };
        match answer(connection, &request) {
            Ok(After::Next) => {}
            Ok(After::End(ending)) => return ending,
            Err(e) => {
                log::debug!("{}: {e}", connection.peer);
                return Ending::Abort;
            }
        }
    }
}

/// The length of the next head in the buffer; `None` when the client has no more to ask. The first
/// head of a connection is due at `deadline`, later ones in time after their first byte.
fn read_head(
    connection: &mut Connection,
    mut deadline: Option<Instant>,
) -> Result<Option<usize>, Refusal> {
    let limits = connection.shared.limits;
    let idle_until = Instant::now() + limits.idle;
    let mut forgiven = deadline.is_some();
    let mut seen = 0;
    loop {
        // One empty line before a request is forgiven (RFC 9112 2.2).
        if !forgiven && connection.buffer.starts_with(b"\r\n") {
            connection.buffer.drain(..2);
            forgiven = true;
        }
        if !connection.buffer.is_empty() {
            deadline.get_or_insert_with(|| Instant::now() + limits.head);
            if let Some(len) = request::head_len(&connection.buffer, seen)? {
                return Ok(Some(len));
            }
            seen = connection.buffer.len();
        }
        match connection.fill(deadline.unwrap_or(idle_until)) {
            Fill::More => {}
            Fill::Late if deadline.is_some() => return Err(Refusal::Timeout),
            Fill::End if !connection.buffer.is_empty() => return Err(Refusal::BadRequest),
            Fill::End | Fill::Late | Fill::Broken => return Ok(None),
        }
    }
}

fn answer(connection: &mut Connection, request: &Request<'_>) -> io::Result<After> {
    let mut keep_alive = request.keep_alive;
    if request.body != Body::None {
        keep_alive &= drop_body(connection, request)?;
    }
    let framing = Framing {
        http_11: request.http_11,
        keep_alive,
    };
    match ShareName::from_target(request.path) {
        Err(_) => {
            connection
                .shared
                .note(connection.peer, sentence!("log-no-name"));
            not_found(connection, request, framing)
        }
        Ok((name, slash)) => match connection.shared.share.find(&name) {
            Ok(Found::File(file)) if !slash => {
                files::answer(connection, request, framing, &name, &file)
            }
            Ok(Found::Folder(folder)) if slash => {
                folders::answer(connection, request, framing, &name, &folder)
            }
            Ok(Found::Folder(_)) => folders::redirect(connection, framing, &name),
            Ok(Found::File(_)) => {
                connection.shared.note(
                    connection.peer,
                    sentence!("log-no-file", name = name.to_string()),
                );
                not_found(connection, request, framing)
            }
            Err(e) => {
                let why = failed_to_open(&name, &e);
                connection.shared.note(connection.peer, why);
                match e.kind() {
                    ErrorKind::NotFound => not_found(connection, request, framing),
                    ErrorKind::PermissionDenied => plain(
                        connection,
                        request,
                        framing,
                        Status(403),
                        &sentence!("http-forbidden").title_in(request.language()),
                    ),
                    _ if super::descriptors::is_exhausted(&e) => {
                        plain_status(connection, request, framing, Status(503))
                    }
                    _ => plain_status(connection, request, framing, Status(500)),
                }
            }
        },
    }
}

/// Whether the connection is at the next request afterwards.
fn drop_body(connection: &mut Connection, request: &Request<'_>) -> io::Result<bool> {
    if matches!(request.body, Body::Length(len) if len > BODY_MAX_LEN) {
        return Ok(false);
    }
    if request.expects_continue && connection.buffer.is_empty() {
        connection
            .outgoing()
            .write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    let deadline = Instant::now() + connection.shared.limits.head;
    match request.body {
        Body::None => Ok(true),
        Body::Length(len) => {
            let len = usize::try_from(len).unwrap_or(usize::MAX);
            while connection.buffer.len() < len {
                if connection.fill(deadline) != Fill::More {
                    return Ok(false);
                }
            }
            connection.buffer.drain(..len);
            Ok(true)
        }
        Body::Chunked => loop {
            match chunks::body_len(&connection.buffer) {
                Ok(Some(len)) => {
                    connection.buffer.drain(..len);
                    return Ok(true);
                }
                Ok(None) if connection.buffer.len() as u64 > BODY_MAX_LEN => return Ok(false),
                Ok(None) if connection.fill(deadline) == Fill::More => {}
                Ok(None) | Err(chunks::Malformed) => return Ok(false),
            }
        },
    }
}

/// Say why a request is refused, and close: what follows it cannot be trusted. `head` is what is
/// known of it.
fn refuse(connection: &Connection, head: &[u8], refusal: Refusal) -> Ending {
    let status = Status::from(refusal);
    let shown = format!("{} {}", status.0, status.reason());
    let note = sentence!("log-refused", status = shown);
    connection.shared.note(connection.peer, note);
    let (head_only, http_10) = request::glance(head);
    let request = Request {
        head_only,
        ..Request::default()
    };
    let framing = Framing {
        http_11: !http_10,
        keep_alive: false,
    };
    let text = match refusal {
        Refusal::Misdirected => t!("http-misdirected"),
        _ => status.reason().to_owned(),
    };
    match plain(connection, &request, framing, status, &text) {
        Ok(_) => Ending::Orderly,
        Err(_) => Ending::Abort,
    }
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
        &sentence!("http-not-found").title_in(request.language()),
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
    head.field("X-Content-Type-Options", "nosniff");
    head.field("Content-Length", text.len() + 1);
    if status.0 == 405 {
        head.field("Allow", "GET, HEAD");
    }
    let mut bytes = head.finish();
    if !request.head_only {
        bytes.extend_from_slice(text.as_bytes());
        bytes.push(b'\n');
    }
    connection.outgoing().write_all(&bytes)?;
    Ok(framing.done())
}

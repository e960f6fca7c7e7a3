//! HTTP/1.x over one connection: request after request until one side ends it. This file reads the heads, the
//! `router` picks a handler for each request, and the handler sends the response.

mod archive;
mod arrange;
mod body_reader;
mod files;
mod folders;
mod gate;
pub mod json;
mod localsend;
mod method_not_allowed;
mod options;
pub mod page;
mod receive;
mod redirect;
mod request_body;
mod resource;
mod router;
mod text_response;
mod well_known;

use std::cell::Cell;
use std::io;
use std::ops::ControlFlow;
use std::time::Instant;

use landline_http1::request::{self, Method, Refusal, Request};
use landline_http1::response::{HeadWriter, Persistence, Status};

use self::gate::Gate;
use self::request_body::RequestBody;
use self::router::route;
use self::text_response::{log_refusal, send_text, texts};
use super::LogEntry;
use super::connection::{Batch, Connection, Ending, Filled};
use super::page_text::PageText;
use super::sniff::{Verdict, sniff};

/// A worker answers at most this many pipelined requests, then yields to other connections.
const PIPELINED_MAX: usize = 16;

/// Answers the requests in the buffer, up to [`PIPELINED_MAX`] of them. The first head of a connection has to be complete
/// by `deadline`.
pub(super) fn serve(connection: &mut Connection, mut deadline: Option<Instant>) -> Batch {
    let mut head = Vec::new();
    for _ in 0..PIPELINED_MAX {
        match read_head(connection, deadline.take()) {
            Ok(NextHead::Complete(len)) => {
                head.clear();
                head.extend(connection.buffer.drain(..len));
            }
            Ok(NextHead::None) => return Batch::Done,
            Ok(NextHead::Broken) => return Batch::Ended(Ending::Drop),
            Err(refusal) => {
                log_refusal(connection, Status::from(refusal));
                return Batch::Ended(refuse(connection, &connection.buffer, refusal));
            }
        }
        // A cheap clone: the handler borrows the connection mutably to read the body.
        let shared = connection.shared.clone();
        let unknown_host = Cell::new(None);
        let is_allowed = |host: &str| {
            let is_allowed = shared.answers_to(host);
            if !is_allowed {
                unknown_host.set(Some(host.to_owned()));
            }
            is_allowed
        };
        let mut request = match request::parse(&head, &is_allowed) {
            Ok(request) => request,
            Err(refusal) => {
                if let (Refusal::Misdirected, Some(host)) = (refusal, unknown_host.take()) {
                    shared.log(connection.peer, LogEntry::UnknownHost { host });
                } else {
                    log_refusal(connection, Status::from(refusal));
                }
                return Batch::Ended(refuse(connection, &head, refusal));
            }
        };
        request
            .upload
            .check_scheme(connection.stream.is_encrypted());
        let answered = match &shared.localsend {
            Some(receiver) => localsend::answer(connection, &request, receiver),
            None => answer(connection, &request),
        };
        match answered {
            Ok(ControlFlow::Continue(())) => {}
            Ok(ControlFlow::Break(ending)) => return Batch::Ended(ending),
            Err(e) => {
                log::debug!("{}: {e}", connection.peer);
                return Batch::Ended(Ending::Abort);
            }
        }
    }
    if connection.buffer.is_empty() {
        Batch::Done
    } else {
        Batch::Yielded
    }
}

/// Serves a connection whose first request comes over TLS and has to be complete by `deadline`. Nothing but HTTP is spoken
/// there.
pub(super) fn serve_encrypted(connection: &mut Connection, deadline: Instant) -> Batch {
    match sniff(&connection.buffer) {
        // An empty line may precede a request.
        Verdict::Raw(name) if !name.is_empty() => {}
        Verdict::Tls => {}
        _ => return serve(connection, Some(deadline)),
    }
    log_refusal(connection, Status(400));
    let ending = refuse(connection, &connection.buffer, Refusal::BadRequest);
    Batch::Ended(ending)
}

/// Begins the head of a response. Every one of a share says where TLS is spoken.
fn start_head(connection: &Connection, status: Status, persistence: Persistence) -> HeadWriter {
    let mut head = HeadWriter::new(status, persistence);
    let shared = &connection.shared;
    if let Some(offered) = &shared.encryption
        && !connection.stream.is_encrypted()
        && shared.localsend.is_none()
    {
        head.field("Alt-Svc", &offered.alt_svc);
    }
    head
}

/// Answers one request to a share, if its sender is let in.
fn answer(connection: &mut Connection, request: &Request<'_>) -> io::Result<ControlFlow<Ending>> {
    // What this computer is says nothing that it does not announce, and *Find out why* asks for it.
    let is_open = well_known::is_asked_for(request) || connection.stream.is_encrypted();
    if !is_open && redirect::is_upgradable(connection, request) {
        return redirect::to_tls(connection, request, RequestBody::of(request))
            .map(ControlFlow::Break);
    }
    if !is_open && connection.shared.is_encrypted_only() {
        return redirect::to_https(connection, request, RequestBody::of(request))
            .map(ControlFlow::Break);
    }
    match gate::pass(connection, request, RequestBody::of(request))? {
        Gate::Open(body) => {
            let handler = route(request.method, request.path, request.query);
            handler(connection, request, body)
        }
        Gate::Closed(answered) => Ok(answered),
    }
}

/// The state of the buffer.
enum NextHead {
    /// It begins with a complete head of this length.
    Complete(usize),
    /// It is empty.
    None,
    /// The connection is broken.
    Broken,
}

/// The next head. The first one of a connection has to be complete by `deadline`, later ones within
/// [`Limits::head`](super::Limits::head) of their first byte.
fn read_head(
    connection: &mut Connection,
    mut deadline: Option<Instant>,
) -> Result<NextHead, Refusal> {
    let mut seen = 0;
    loop {
        // One empty line before a request line is ignored (RFC 9112 section 2.2).
        if !connection.is_forgiven && connection.buffer.starts_with(b"\r\n") {
            connection.buffer.drain(..2);
            connection.is_forgiven = true;
        }
        if connection.buffer.is_empty() {
            return Ok(NextHead::None);
        }
        if let Some(len) = request::head_len(&connection.buffer, seen)? {
            connection.is_forgiven = false;
            return Ok(NextHead::Complete(len));
        }
        seen = connection.buffer.len();
        let limit = connection.shared.limits.head;
        let deadline = *deadline.get_or_insert_with(|| Instant::now() + limit);
        match connection.fill(deadline) {
            Filled::More => {}
            Filled::TimedOut => return Err(Refusal::Timeout),
            Filled::Eof => return Err(Refusal::BadRequest),
            Filled::Broken => return Ok(NextHead::Broken),
        }
    }
}

/// Answers a request that cannot be parsed or trusted, and closes the connection: where the next request begins is
/// unknown. `head` is what has been read of it.
pub(super) fn refuse(connection: &Connection, head: &[u8], refusal: Refusal) -> Ending {
    let status = Status::from(refusal);
    let (is_head, http_11) = request::peek_request_line(head);
    let method = if is_head { Method::Head } else { Method::Get };
    let request = Request {
        method,
        ..Request::default()
    };
    let persistence = Persistence {
        http_11,
        keep_alive: false,
    };
    let texts = texts(connection, &request);
    let text = match refusal {
        Refusal::Embedding => texts.text(PageText::Embedding),
        Refusal::Misdirected => texts.text(PageText::Misdirected),
        _ => status.reason().to_owned(),
    };
    match send_text(connection, &request, persistence, status, &text) {
        Ok(_) => Ending::Orderly,
        Err(_) => Ending::Abort,
    }
}

/// What follows a complete response with this `persistence`.
fn persist_or_close(persistence: Persistence) -> ControlFlow<Ending> {
    if persistence.keep_alive {
        ControlFlow::Continue(())
    } else {
        ControlFlow::Break(Ending::Orderly)
    }
}

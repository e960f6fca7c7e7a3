//! The answer to a request for a folder.

use std::io::{self, Write};

use super::chunks::ChunkWriter;
use super::request::Request;
use super::response::{Framing, Head, Status};
use super::{After, failed, plain_status};
use super::{accept, json, page};
use crate::sentence;
use crate::server::connection::Connection;
use crate::server::failed_to_open;
use crate::share::SharedFolder;
use crate::share::name::ShareName;

/// Send the listing, as JSON to whoever asks for it.
pub(super) fn answer(
    connection: &Connection,
    request: &Request<'_>,
    framing: Framing,
    name: &ShareName,
    folder: &SharedFolder,
) -> io::Result<After> {
    if connection.blocking().is_err() {
        return plain_status(connection, request, framing, Status(503));
    }
    let listing = match folder.listing() {
        Ok(listing) => listing,
        Err(e) => return failed(connection, request, framing, name, &e),
    };
    let shown = format!("/{name}");
    connection
        .shared
        .note(connection.peer, sentence!("log-listed", name = shown));
    let wants_json = accept::prefers_json(&request.accept);
    // HTTP/1.0 has no chunks: there the close ends the body.
    let chunked = framing.http_11;
    let framing = Framing {
        keep_alive: framing.keep_alive && chunked,
        ..framing
    };
    let mut head = Head::new(Status(200), framing);
    head.field(
        "Content-Type",
        if wants_json {
            "application/json"
        } else {
            "text/html; charset=utf-8"
        },
    );
    head.field("Vary", "Accept, Accept-Language");
    head.field("Content-Security-Policy", &*page::CONTENT_SECURITY_POLICY);
    head.field("Referrer-Policy", "no-referrer");
    if chunked {
        head.field("Transfer-Encoding", "chunked");
    }
    let head = head.finish();
    let outgoing = connection.outgoing();
    if request.head_only {
        { outgoing }.write_all(&head)?;
        return Ok(framing.done());
    }
    let mut body = ChunkWriter::new(outgoing, head, chunked);
    let language = request.language();
    if wants_json {
        json::write_start(&mut body, name)?;
    } else {
        page::write_start(&mut body, name, language)?;
    }
    if !listing.is_whole() {
        body.flush()?;
    }
    // Should it fail now, the connection is cut: what comes without its end is not whole.
    let (entries, omitted) = listing.entries().inspect_err(|e| {
        let note = failed_to_open(name, e);
        connection.shared.note(connection.peer, note);
    })?;
    if wants_json {
        json::write_entries(&mut body, entries, omitted)?;
    } else {
        page::write_entries(&mut body, entries, omitted, language)?;
    }
    body.finish()?;
    Ok(framing.done())
}

//! The response to a request for a folder.

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Instant;

use super::arrange::Arranged;
use super::page::{self, Page, Protection, View};
use super::text_response::{send_error, send_status, send_text, texts};
use super::{json, persist_or_close, redirect, start_head};
use crate::server::connection::{Connection, Ending};
use crate::server::page_text::PageText;
use crate::server::{LogEntry, failed_to_open};
use crate::share::SharedFolder;
use crate::share::name::ShareName;
use crate::transport::Within;
use landline_http1::request::Request;
use landline_http1::response::{HeadWriter, Persistence, Status};
use landline_http1::{accept, chunked};

/// Sends the listing as a page, or as JSON to clients that prefer it.
pub(super) fn answer(
    connection: &Connection,
    request: &Request<'_>,
    persistence: Persistence,
    name: &ShareName,
    folder: &SharedFolder,
) -> io::Result<ControlFlow<Ending>> {
    if connection.blocking().is_err() {
        return send_status(connection, request, persistence, Status(503));
    }
    let shared = &connection.shared;
    let first = match folder.listing() {
        Ok(first) => first,
        Err(e) => return send_error(connection, request, persistence, name, &e),
    };
    let shown = format!("/{name}");
    let full = || LogEntry::ListingsBusy {
        name: shown.clone(),
    };
    // Only a reset shows before the next write: a client that has closed its side may still read.
    let is_awaited =
        || !connection.cancel.is_cancelled() && matches!(connection.stream.take_error(), Ok(None));
    let permit = if first.is_whole() || request.is_head() {
        None
    } else {
        let (key, time) = (folder.listing_key(), shared.limits.listing_queue);
        let permit = shared
            .listings
            .admit(&key, connection.peer, time, is_awaited);
        if permit.is_none() {
            shared.log(connection.peer, full());
            let text = texts(connection, request).text(PageText::ListingsBusy);
            return send_text(connection, request, persistence, Status(503), &text);
        }
        permit
    };
    shared.log(
        connection.peer,
        LogEntry::Listed {
            name: shown.clone(),
        },
    );
    let mut view = View::of(request.query);
    // Held until the response is over, because the order is kept until then.
    let sorting = permit.as_ref().and_then(|_| shared.listings.sort());
    if permit.is_some() && sorting.is_none() {
        view.order_by_name();
    }
    let wants_json = accept::prefers_json(&request.accept);
    // HTTP/1.0 has no chunked coding: the close delimits the body.
    let is_chunked = persistence.http_11;
    let persistence = Persistence {
        keep_alive: persistence.keep_alive && is_chunked,
        ..persistence
    };
    let mut head = page_head(connection, persistence, wants_json);
    if is_chunked {
        head.field("Transfer-Encoding", "chunked");
    }
    let head = head.finish();
    if request.is_head() {
        // The folder is closed before a write that may block.
        drop(first);
        connection.send(&head)?;
        return Ok(persist_or_close(persistence));
    }
    let outgoing = connection.outgoing().within(shared.limits.listing_unread);
    let mut body = chunked::Writer::new(outgoing, head, is_chunked);
    let protection = protection(connection, request);
    let page = page_of(connection, request, name, &view, &protection);
    if wants_json {
        json::write_start(&mut body, name)?;
    } else {
        page::write_start(&mut body, page)?;
    }
    let mut last_space = Instant::now();
    let mut keep_waiting = |body: &mut chunked::Writer<Within<'_>>| {
        if is_chunked && last_space.elapsed() >= shared.limits.listing_space {
            last_space = Instant::now();
            return is_awaited() && send_line_feed(body).is_ok();
        }
        is_awaited()
    };
    let names = if let Some(permit) = &permit {
        // The client sees the start of the page, and a connection to a client that has left breaks.
        body.flush()?;
        permit.names(folder, first, || keep_waiting(&mut body))
    } else {
        first.finish(|_| true).map(Arc::new)
    };
    // On an error the connection breaks off: without its last chunk the body is incomplete.
    let names = names.inspect_err(|e| {
        let entry = match e.kind() {
            // The client is gone.
            io::ErrorKind::Interrupted => return,
            io::ErrorKind::QuotaExceeded => full(),
            _ => failed_to_open(name, e),
        };
        shared.log(connection.peer, entry);
    })?;
    let arranged = Arranged::new(folder, &names, &view, || keep_waiting(&mut body))?;
    let (entries, omitted) = (arranged.entries(), names.omitted());
    if wants_json {
        json::write_entries(&mut body, entries, omitted)?;
    } else {
        page::write_entries(&mut body, entries, arranged.counts(), omitted, page)?;
    }
    body.finish()?;
    Ok(persist_or_close(persistence))
}

/// Sends the page on which files can be sent and nothing is listed.
pub(super) fn answer_send_only(
    connection: &Connection,
    request: &Request<'_>,
    persistence: Persistence,
) -> io::Result<ControlFlow<Ending>> {
    let (root, view) = (ShareName::default(), View::default());
    let mut body = Vec::new();
    let protection = protection(connection, request);
    let page = page_of(connection, request, &root, &view, &protection);
    page::write_send_only(&mut body, page)?;
    let mut head = page_head(connection, persistence, false);
    head.field("Content-Length", body.len());
    let mut bytes = head.finish();
    if !request.is_head() {
        bytes.extend(body);
    }
    connection.send(&bytes)?;
    Ok(persist_or_close(persistence))
}

fn page_head(connection: &Connection, persistence: Persistence, is_json: bool) -> HeadWriter {
    let mut head = start_head(connection, Status(200), persistence);
    content_fields(&mut head, is_json);
    head.field("Referrer-Policy", "same-origin");
    head
}

/// Writes what a page and its JSON say about their content.
pub(super) fn content_fields(head: &mut HeadWriter, is_json: bool) {
    let media_type = if is_json {
        "application/json"
    } else {
        "text/html; charset=utf-8"
    };
    head.field("Content-Type", media_type);
    head.field("Vary", "Accept, Accept-Language");
    head.field("Content-Security-Policy", &*page::CONTENT_SECURITY_POLICY);
}

fn page_of<'a>(
    connection: &'a Connection,
    request: &Request<'_>,
    folder: &'a ShareName,
    view: &'a View,
    protection: &'a Protection,
) -> Page<'a> {
    let shared = &connection.shared;
    Page {
        folder,
        computer: &shared.name,
        address: connection.stream.trace().map(|trace| trace.local()),
        protection,
        access: shared.access(),
        view,
        texts: texts(connection, request),
    }
}

/// How the connection of a page is protected.
pub(super) fn protection(connection: &Connection, request: &Request<'_>) -> Protection {
    if connection.stream.is_encrypted() {
        return Protection::Encrypted;
    }
    let has_choice = connection.shared.encryption.is_some();
    let address = || redirect::https_address(connection, request);
    Protection::None {
        encrypted: has_choice.then(address).flatten(),
    }
}

/// Keeps a client waiting for a slow listing, in which a line feed has no meaning.
fn send_line_feed(body: &mut chunked::Writer<Within<'_>>) -> io::Result<()> {
    body.send_line_feed(|outgoing, bytes| outgoing.try_write(bytes))
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::net::Shutdown;
    use std::sync::atomic::AtomicU64;
    use std::time::Duration;

    use super::*;
    use crate::transport::{CancelToken, Outgoing, Stream};

    #[test]
    fn a_keep_alive_does_not_block_and_leaves_the_body_intact() {
        let (socket, mut reader) = Stream::loopback();
        let (cancel, sent, long) = (
            CancelToken::new(),
            AtomicU64::new(0),
            Duration::from_hours(1),
        );
        let outgoing = Outgoing::new(&socket, &cancel, &sent, long);
        // The client reads nothing, and the send buffer is full.
        let mut before = 0;
        while let n @ 1.. = outgoing.try_write(&[b'x'; 4096]).unwrap() {
            before += n;
        }
        let mut writer = chunked::Writer::new(outgoing.within(long), Vec::new(), true);
        for _ in 0..3 {
            send_line_feed(&mut writer).unwrap();
        }
        let mut got = Vec::new();
        std::thread::scope(|scope| {
            let all = scope.spawn(|| reader.read_to_end(&mut got));
            writer.write_all(b"ab").unwrap();
            writer.finish().unwrap();
            socket.shutdown(Shutdown::Write).unwrap();
            all.join().unwrap().unwrap();
        });
        let body = String::from_utf8_lossy(&got[before..]);
        let rest = body.trim_start_matches("1\r\n\n\r\n");
        assert!(body.len() > rest.len());
        assert_eq!(rest, "2\r\nab\r\n0\r\n\r\n");
    }
}

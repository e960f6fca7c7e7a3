//! The response to a request for a folder.

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Instant;

use super::text_response::{send_error, send_status, send_text, texts};
use super::{json, page, persist_or_close};
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
    let wants_json = accept::prefers_json(&request.accept);
    // HTTP/1.0 has no chunked coding: the close delimits the body.
    let is_chunked = persistence.http_11;
    let persistence = Persistence {
        keep_alive: persistence.keep_alive && is_chunked,
        ..persistence
    };
    let mut head = HeadWriter::new(Status(200), persistence);
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
    let texts = texts(connection, request);
    if wants_json {
        json::write_start(&mut body, name)?;
    } else {
        page::write_start(&mut body, name, texts)?;
    }
    let names = if let Some(permit) = &permit {
        // The client sees the start of the page, and a connection to a client that has left breaks.
        body.flush()?;
        let mut last_space = Instant::now();
        permit.names(folder, first, || {
            if is_chunked && last_space.elapsed() >= shared.limits.listing_space {
                last_space = Instant::now();
                return is_awaited() && send_line_feed(&mut body).is_ok();
            }
            is_awaited()
        })
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
    let (entries, omitted) = (folder.entries(&names), names.omitted());
    if wants_json {
        json::write_entries(&mut body, entries, omitted)?;
    } else {
        page::write_entries(&mut body, entries, omitted, texts)?;
    }
    body.finish()?;
    Ok(persist_or_close(persistence))
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

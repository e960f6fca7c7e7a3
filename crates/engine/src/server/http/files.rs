//! The answer to a request for a file (RFC 9110 8, 13, 14).

use std::io;
use std::ops::{ControlFlow, Range};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::persist_or_close;
use super::text_response::send_status;
use crate::fs::positional::read_exact_at;
use crate::server::connection::{Connection, Ending};
use crate::server::digest::{Offer, Want};
use crate::server::{LogEntry, upload};
use crate::share::SharedFile;
use crate::share::name::ShareName;
use crate::transfer::{Protocol, Transfer};
use landline_http1::conditional::{self, Outcome};
use landline_http1::range::Selection;
use landline_http1::request::Request;
use landline_http1::response::{HeadWriter, Persistence, Status, disposition};
use landline_http1::{date, digest, range};

/// How much of a text is looked at to tell whether it is UTF-8.
const TEXT_PROBE_LEN: u64 = 4096;

/// Send the file, a part of it, or why neither.
pub(super) fn answer(
    connection: &Connection,
    request: &Request<'_>,
    persistence: Persistence,
    name: &ShareName,
    file: &SharedFile,
) -> io::Result<ControlFlow<Ending>> {
    match conditional::check(request, &file.etag, file.modified) {
        Outcome::Proceed => {}
        Outcome::NotModified => {
            connection.shared.log(
                connection.peer,
                LogEntry::NotModified {
                    name: name.to_string(),
                },
            );
            let head = with_validators(HeadWriter::new(Status(304), persistence), file);
            return write(connection, persistence, &head.finish());
        }
        Outcome::Failed => {
            if let Some(head) = prefix_head(connection, request, persistence, name, file) {
                return write(connection, persistence, &head.finish());
            }
            let name = name.to_string();
            let entry = LogEntry::PreconditionFailed { name };
            connection.shared.log(connection.peer, entry);
            return send_status(connection, request, persistence, Status(412));
        }
    }
    let (status, part) = match select(request, file) {
        Selection::Whole => (Status(200), 0..file.len),
        Selection::Part(part) => (Status(206), part),
        Selection::Unsatisfiable => {
            let name = name.to_string();
            let entry = LogEntry::RangeNotSatisfiable { name };
            connection.shared.log(connection.peer, entry);
            let mut head = HeadWriter::new(Status(416), persistence);
            head.field("Content-Range", format_args!("bytes */{}", file.len));
            head.field("Content-Length", 0);
            return write(connection, persistence, &head.finish());
        }
    };
    let digests = &connection.shared.digests;
    let want = Want {
        name,
        file,
        address: connection.peer,
        max_age: request.max_age,
    };
    let offer = match (request.wants_digest, request.is_head()) {
        (false, _) => Offer::Nothing,
        // A body must not wait for it; a HEAD is there to ask for it.
        (true, false) => match digests.known(want) {
            Offer::Nothing => Offer::Later,
            known => known,
        },
        (true, true) => digests.wait(want, time_for_digest(connection)),
    };
    let head = with_digest(file_head(status, persistence, name, file, &part), offer).finish();
    if request.is_head() {
        // One that wants a digest follows a download, which has its line already.
        if !request.wants_digest {
            connection.shared.log(
                connection.peer,
                LogEntry::HeadOnly {
                    name: name.to_string(),
                },
            );
        }
        return write(connection, persistence, &head);
    }
    if part.end - part.start > upload::FIRST_LEN && connection.blocking().is_err() {
        return send_status(connection, request, persistence, Status(503));
    }
    let start = part.start;
    let begun = |transfer: &Arc<Transfer>| {
        if offer == Offer::Later {
            digests.follow(want, start, transfer);
        }
    };
    match upload::send(connection, name, file, part, Protocol::Http, head, begun) {
        Ending::Orderly => Ok(persist_or_close(persistence)),
        ending => Ok(ControlFlow::Break(ending)),
    }
}

/// The head that tells a client whether the version that it has is how the file began before it grew
/// ([`digest::PREFIX_FIELD`]): to a `HEAD` that wants a digest and names one version.
fn prefix_head(
    connection: &Connection,
    request: &Request<'_>,
    persistence: Persistence,
    name: &ShareName,
    file: &SharedFile,
) -> Option<HeadWriter> {
    let is_asked = request.is_head() && request.wants_digest;
    let [etag] = *request.if_match else {
        return None;
    };
    // It stands before the name in what digests are remembered by.
    if !is_asked || etag.contains(' ') {
        return None;
    }
    // A weak one names a version, too, and what is compared in the end is the content.
    let opaque = etag.strip_prefix("W/").unwrap_or(etag);
    let start = file.start_as_of(opaque).ok()??;
    let want = Want {
        name,
        file: &start,
        address: connection.peer,
        max_age: request.max_age,
    };
    let digests = &connection.shared.digests;
    let offer = digests.wait_for_prefix(want, time_for_digest(connection));
    let mut head = HeadWriter::new(Status(412), persistence);
    match offer {
        Offer::Digest(digest) => head.field(digest::PREFIX_FIELD, digest::field(&digest)),
        Offer::Later => head.field("Retry-After", 1),
        Offer::Nothing => return None,
    }
    head.field("Content-Length", 0);
    Some(head)
}

/// How long to wait for a digest: not at all where no other thread would serve others meanwhile. Then it is computed all
/// the same, and the client is told to ask again.
fn time_for_digest(connection: &Connection) -> Duration {
    match connection.blocking() {
        Ok(()) => connection.shared.limits.digest,
        Err(_) => Duration::ZERO,
    }
}

fn select(request: &Request<'_>, file: &SharedFile) -> Selection {
    match request.range {
        // `Range` is defined for GET alone (RFC 9110 14.2).
        Some(value)
            if !request.is_head()
                && conditional::range_applies(
                    request.if_range,
                    &file.etag,
                    file.modified,
                    SystemTime::now(),
                ) =>
        {
            range::select(value, file.len)
        }
        _ => Selection::Whole,
    }
}

fn file_head(
    status: Status,
    persistence: Persistence,
    name: &ShareName,
    file: &SharedFile,
    part: &Range<u64>,
) -> HeadWriter {
    let last = name.parts().last().map_or("", String::as_str);
    let media_type = mime_guess2::from_path(last).first_or_octet_stream();
    let mut head = with_validators(HeadWriter::new(status, persistence), file);
    head.field("Content-Length", part.end - part.start);
    if status.0 == 206 {
        head.field(
            "Content-Range",
            format_args!("bytes {}-{}/{}", part.start, part.end - 1, file.len),
        );
    }
    if media_type.type_() == mime_guess2::mime::TEXT && is_utf8(file) {
        head.field("Content-Type", format_args!("{media_type}; charset=utf-8"));
    } else {
        head.field("Content-Type", &media_type);
    }
    head.field("Accept-Ranges", "bytes");
    head.field("Content-Disposition", disposition(last));
    head.field("Content-Security-Policy", policy(media_type.essence_str()));
    head
}

fn with_validators(mut head: HeadWriter, file: &SharedFile) -> HeadWriter {
    head.field("ETag", &file.etag);
    if let Some(modified) = file.modified.and_then(date::format) {
        head.field("Last-Modified", modified);
    }
    head
}

/// With the digest of the whole file, also beside a part of it (RFC 9530 3).
fn with_digest(mut head: HeadWriter, offer: Offer) -> HeadWriter {
    match offer {
        Offer::Digest(digest) => head.field("Repr-Digest", digest::field(&digest)),
        // Beside a 200 this is a word between friends: RFC 9110 10.2.3 allows it, few expect it.
        Offer::Later => head.field("Retry-After", 1),
        Offer::Nothing => {}
    }
    head
}

/// What a browser lets a shared file do: appear in no frame, and run no script, so that it cannot act in the name of
/// the listing.
fn policy(essence: &str) -> &'static str {
    match essence {
        // Its own pictures and styles come from the same origin, or else they would be those of another site.
        "text/html" => "sandbox allow-same-origin; frame-ancestors 'none'",
        // The same, but a style sheet in XSLT, which counts as a script, could read other files of its origin: none is
        // loaded, and one that is part of the document can send what it reads nowhere.
        "application/xhtml+xml" | "image/svg+xml" => {
            "sandbox allow-same-origin; default-src 'none'; font-src 'self' data:; img-src 'self' data:; \
             media-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'"
        }
        _ if is_inert(essence) => "frame-ancestors 'none'",
        // As from nowhere: what other XML shows is what such a style sheet makes of it, or the plain text.
        _ => "sandbox; frame-ancestors 'none'",
    }
}

/// What a browser shows without running anything of it. A sandbox would keep it from showing a PDF.
fn is_inert(essence: &str) -> bool {
    match essence.split_once('/') {
        Some(("audio" | "video", _)) => true,
        Some(("image", format)) => !format.ends_with("xml"),
        _ => matches!(essence, "application/octet-stream" | "application/pdf"),
    }
}

/// Whether a text can be called UTF-8; browsers guess wrong where they are not told, but a text in
/// an older encoding must be left to their guess.
fn is_utf8(file: &SharedFile) -> bool {
    let len = usize::try_from(file.len.min(TEXT_PROBE_LEN)).unwrap_or(0);
    let mut probe = vec![0; len];
    if read_exact_at(&file.file, &mut probe, 0).is_err() {
        return false;
    }
    match std::str::from_utf8(&probe) {
        Ok(_) => true,
        // A character that the probe cuts in two is none the worse for it.
        Err(e) => e.error_len().is_none() && file.len > TEXT_PROBE_LEN,
    }
}

fn write(
    connection: &Connection,
    persistence: Persistence,
    bytes: &[u8],
) -> io::Result<ControlFlow<Ending>> {
    connection.send(bytes)?;
    Ok(persist_or_close(persistence))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_run_is_sandboxed() {
        let inert = |name: &str| {
            is_inert(
                mime_guess2::from_path(name)
                    .first_or_octet_stream()
                    .essence_str(),
            )
        };
        for name in [
            "a.png", "a.jpg", "a.avif", "a.mp4", "a.mp3", "a.pdf", "a.bin", "a", "a.iso",
        ] {
            assert!(inert(name), "{name}");
        }
        for name in [
            "a.html", "a.HTM", "a.shtml", "a.xhtml", "a.xht", "a.svg", "a.svgz", "a.xml", "a.xsl",
            "a.rdf", "a.atom", "a.mht", "a.mhtml", "a.htt", "a.htc", "a.swf", "a.mml", "a.js",
            "a.txt",
        ] {
            assert!(!inert(name), "{name}");
        }
    }
}

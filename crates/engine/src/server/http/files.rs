//! The response to a request for a file (RFC 9110 sections 8, 13 and 14).

use std::io;
use std::ops::{ControlFlow, Range};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::text_response::{send_head, send_status};
use super::{persist_or_close, start_head};
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
use landline_http1::response::{HeadWriter, Persistence, Status};
use landline_http1::{date, digest, disposition, range};

/// The length of the prefix of a text that is checked for UTF-8, in bytes.
const TEXT_PROBE_LEN: u64 = 4096;

/// Sends the file, a range of it, or the status of a failed condition.
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
            let head = with_validators(start_head(connection, Status(304), persistence), file);
            return send_head(connection, persistence, &head.finish());
        }
        Outcome::Failed => {
            if let Some(head) = prefix_head(connection, request, persistence, name, file) {
                return send_head(connection, persistence, &head.finish());
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
            let mut head = start_head(connection, Status(416), persistence);
            head.field("Content-Range", format_args!("bytes */{}", file.len));
            head.field("Content-Length", 0);
            return send_head(connection, persistence, &head.finish());
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
        // A body must not wait for its digest; a HEAD is sent for the digest.
        (true, false) => match digests.cached(want) {
            Offer::Nothing => Offer::Later,
            known => known,
        },
        (true, true) => digests.wait(want, time_for_digest(connection)),
    };
    let head = with_digest(
        file_head(connection, status, persistence, name, file, &part),
        offer,
    )
    .finish();
    if request.is_head() {
        // A HEAD for a digest follows a download, which is logged already.
        if !request.wants_digest {
            connection.shared.log(
                connection.peer,
                LogEntry::HeadOnly {
                    name: name.to_string(),
                },
            );
        }
        return send_head(connection, persistence, &head);
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

/// The head with the digest of the file's prefix as of the version that the client has ([`digest::PREFIX_FIELD`]), for a
/// `HEAD` that asks for a digest and names one version: the client learns whether the file has only grown.
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
    // The tag precedes the name in the key of the digest cache.
    if !is_asked || etag.contains(' ') {
        return None;
    }
    // A weak tag names a version, too: the content is compared in the end.
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
    let mut head = start_head(connection, Status(412), persistence);
    match offer {
        Offer::Digest(digest) => head.field(digest::PREFIX_FIELD, digest::field(&digest)),
        Offer::Later => head.field("Retry-After", 1),
        Offer::Nothing => return None,
    }
    head.field("Content-Length", 0);
    Some(head)
}

/// How long to wait for a digest: not at all if no other thread would serve other connections meanwhile. It is computed
/// all the same, and `Retry-After` has the client ask again.
fn time_for_digest(connection: &Connection) -> Duration {
    match connection.blocking() {
        Ok(()) => connection.shared.limits.digest,
        Err(_) => Duration::ZERO,
    }
}

fn select(request: &Request<'_>, file: &SharedFile) -> Selection {
    match request.range {
        // `Range` is defined for GET alone (RFC 9110 section 14.2).
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
    connection: &Connection,
    status: Status,
    persistence: Persistence,
    name: &ShareName,
    file: &SharedFile,
    part: &Range<u64>,
) -> HeadWriter {
    let last = name.parts().last().map_or("", String::as_str);
    let media_type = mime_guess2::from_path(last).first_or_octet_stream();
    let mut head = with_validators(start_head(connection, status, persistence), file);
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
    head.field("Content-Disposition", disposition::inline(last));
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

/// Adds the digest of the whole file, which also a range of it may carry (RFC 9530 section 3).
fn with_digest(mut head: HeadWriter, offer: Offer) -> HeadWriter {
    match offer {
        Offer::Digest(digest) => head.field("Repr-Digest", digest::field(&digest)),
        // RFC 9110 section 10.2.3 allows it beside a 200, but only our own client looks for it there.
        Offer::Later => head.field("Retry-After", 1),
        Offer::Nothing => {}
    }
    head
}

/// The policy for a shared file in a browser: it appears in no frame and runs no script, so that it cannot act with the
/// listing's origin.
fn policy(essence: &str) -> &'static str {
    match essence {
        // Without `allow-same-origin`, the page's own pictures and styles would count as those of another site.
        "text/html" => "sandbox allow-same-origin; frame-ancestors 'none'",
        // The same, but an XSLT style sheet, which counts as a script, could read other files of its origin: none is
        // loaded, and one inside the document cannot send what it reads anywhere.
        "application/xhtml+xml" | "image/svg+xml" => {
            "sandbox allow-same-origin; default-src 'none'; font-src 'self' data:; img-src 'self' data:; \
             media-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'"
        }
        _ if is_inert(essence) => "frame-ancestors 'none'",
        // An opaque origin: other XML shows what its style sheet makes of it, or its text.
        _ => "sandbox; frame-ancestors 'none'",
    }
}

/// Whether a browser displays the type without running scripts. A sandbox would keep it from displaying a PDF.
fn is_inert(essence: &str) -> bool {
    match essence.split_once('/') {
        Some(("audio" | "video", _)) => true,
        Some(("image", format)) => !format.ends_with("xml"),
        _ => matches!(essence, "application/octet-stream" | "application/pdf"),
    }
}

/// Whether a text can be declared as UTF-8: browsers guess wrong without a declaration, but have to guess older encodings.
fn is_utf8(file: &SharedFile) -> bool {
    let len = usize::try_from(file.len.min(TEXT_PROBE_LEN)).unwrap_or(0);
    let mut probe = vec![0; len];
    if read_exact_at(&file.file, &mut probe, 0).is_err() {
        return false;
    }
    match std::str::from_utf8(&probe) {
        Ok(_) => true,
        // The probe may end within a character.
        Err(e) => e.error_len().is_none() && file.len > TEXT_PROBE_LEN,
    }
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

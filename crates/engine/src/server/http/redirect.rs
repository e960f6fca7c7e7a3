//! Redirects: to the canonical path of a file or folder (RFC 9110 section 15.4.2), and to the same over TLS (section 15.4.9).
//! For clients that have asked for it, also the demand to use TLS (section 15.5.22).

use std::io;
use std::ops::ControlFlow;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::request_body::RequestBody;
use super::{page, persist_or_close, start_head};
use crate::server::LogEntry;
use crate::server::connection::{Connection, Ending};
use crate::share::name::ShareName;
use crate::share::{Found, Share};
use landline_http1::request::{Method, Request};
use landline_http1::response::{Persistence, Status};

/// Not allowed in a query (RFC 3986 section 3.4), though old clients send it.
pub(super) const QUERY: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The file or folder that `path` names once repeated slashes are merged (`/x//in.txt`), and its canonical path; `None`
/// if nothing of that name is shared.
pub(super) fn merging_slashes(share: &Share, path: &str) -> Option<(ShareName, String)> {
    let (name, has_slash) = ShareName::from_target_merging_slashes(path).ok()?;
    let mut location = page::folder_path(&name);
    match share.find(&name).ok()? {
        Found::Folder(_) => {}
        Found::File(_) if has_slash => return None,
        Found::File(_) => _ = location.pop(),
    }
    Some((name, location))
}

/// Redirects to the path `location`, with the query of the request.
///
/// A path that begins with two slashes would name another host; [`page::folder_path`] returns none.
pub(super) fn answer(
    connection: &Connection,
    request: &Request<'_>,
    persistence: Persistence,
    location: &str,
) -> io::Result<ControlFlow<Ending>> {
    let mut head = start_head(connection, Status(301), persistence);
    match request.query {
        Some(query) => {
            let query = utf8_percent_encode(query, QUERY);
            head.field("Location", format_args!("{location}?{query}"));
        }
        None => head.field("Location", location),
    }
    head.field("Content-Length", 0);
    connection.send(&head.finish())?;
    Ok(persist_or_close(persistence))
}

/// Whether `request` came without TLS from a client that prefers it: a Landline.
pub(super) fn is_upgradable(connection: &Connection, request: &Request<'_>) -> bool {
    request.prefers_tls
        && matches!(request.method, Method::Get | Method::Head)
        && connection.shared.encryption.is_some()
        && !connection.stream.is_encrypted()
}

/// Answers nothing but that TLS is to be used, drops the body, and closes the connection. It is no refusal: the client
/// asks again over TLS.
pub(super) fn to_tls(
    connection: &mut Connection,
    request: &Request<'_>,
    body: RequestBody,
) -> io::Result<Ending> {
    if let Err(ControlFlow::Break(ending)) = body.ignore(connection, request)? {
        return Ok(ending);
    }
    let persistence = Persistence {
        http_11: request.http_11,
        keep_alive: false,
    };
    let mut head = start_head(connection, Status(426), persistence);
    head.field("Upgrade", "TLS/1.2, HTTP/1.1");
    head.field("Connection", "upgrade");
    head.field("Vary", "Landline-Prefer-TLS");
    head.field("Content-Length", 0);
    connection.send(&head.finish())?;
    Ok(Ending::Orderly)
}

/// Redirects to the same path and query over TLS, drops the body, and closes the connection. The method stays the same.
pub(super) fn to_https(
    connection: &mut Connection,
    request: &Request<'_>,
    body: RequestBody,
) -> io::Result<Ending> {
    let shared = &connection.shared;
    shared.log(connection.peer, LogEntry::RedirectedToTls);
    // A client that waits for `100 Continue` need not send its body.
    let is_awaited = request.expects_continue && connection.buffer.is_empty();
    let persistence = Persistence {
        http_11: request.http_11,
        keep_alive: false,
    };
    if !is_awaited && let Err(ControlFlow::Break(ending)) = body.ignore(connection, request)? {
        return Ok(ending);
    }
    let mut head = start_head(connection, Status(308), persistence);
    let Some(location) = https_address(connection, request) else {
        return Ok(Ending::Abort);
    };
    head.field("Location", location);
    head.field("Content-Length", 0);
    connection.send(&head.finish())?;
    Ok(Ending::Orderly)
}

/// The address of the same path and query over TLS, of a request in plain text.
pub(super) fn https_address(connection: &Connection, request: &Request<'_>) -> Option<String> {
    let path = if request.path.starts_with('/') {
        request.path
    } else {
        // That of `OPTIONS *` and of `CONNECT`.
        "/"
    };
    let path = utf8_percent_encode(path, QUERY);
    let mut address = match (request.authority, connection.stream.trace()) {
        (Some(authority), _) => format!("https://{}{path}", with_port(authority)),
        (None, Some(trace)) => format!("https://{}{path}", trace.local()),
        (None, None) => return None,
    };
    if let Some(query) = request.query {
        address.push('?');
        address.extend(utf8_percent_encode(query, QUERY));
    }
    Some(address)
}

/// `authority` with its port. Without one, it is that of `http`, and `https` has another (RFC 9110 section 4.2).
fn with_port(authority: &str) -> String {
    let authority = authority.strip_suffix(':').unwrap_or(authority);
    let after_address = authority.rfind(']').map_or(0, |end| end + 1);
    if authority[after_address..].contains(':') {
        authority.to_owned()
    } else {
        format!("{authority}:80")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_of_http_is_not_that_of_https() {
        for (authority, expected) in [
            ("pc", "pc:80"),
            ("pc:", "pc:80"),
            ("pc:8080", "pc:8080"),
            ("pc.local:80", "pc.local:80"),
            ("192.168.1.7", "192.168.1.7:80"),
            ("[fe80::1]", "[fe80::1]:80"),
            ("[fe80::1]:", "[fe80::1]:80"),
            ("[fe80::1]:8080", "[fe80::1]:8080"),
        ] {
            assert_eq!(with_port(authority), expected);
        }
    }
}

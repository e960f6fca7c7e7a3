//! Redirects to the one path of a file or folder (RFC 9110 15.4.2).

use std::io;
use std::ops::ControlFlow;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::{page, persist_or_close};
use crate::server::connection::{Connection, Ending};
use crate::share::name::ShareName;
use crate::share::{Found, Share};
use landline_http1::request::Request;
use landline_http1::response::{HeadWriter, Persistence, Status};

/// What RFC 3986 3.4 does not allow in a query, though old clients send it.
const QUERY: &AsciiSet = &CONTROLS
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

/// What `path` names, and its path, where nothing but several slashes in a row keep it from being a
/// name: `/x//in.txt`. Nothing where that is not shared.
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

/// Send the client on to `location`, a path, with the query of its request.
///
/// A path that begins with two slashes would name another host; [`page::folder_path`] makes none.
pub(super) fn answer(
    connection: &Connection,
    request: &Request<'_>,
    persistence: Persistence,
    location: &str,
) -> io::Result<ControlFlow<Ending>> {
    let mut head = HeadWriter::new(Status(301), persistence);
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

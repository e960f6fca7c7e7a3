//! Redirects to the canonical path of a file or folder (RFC 9110 section 15.4.2).

use std::io;
use std::ops::ControlFlow;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::{page, persist_or_close};
use crate::server::connection::{Connection, Ending};
use crate::share::name::ShareName;
use crate::share::{Found, Share};
use landline_http1::request::Request;
use landline_http1::response::{HeadWriter, Persistence, Status};

/// Not allowed in a query (RFC 3986 section 3.4), though old clients send it.
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

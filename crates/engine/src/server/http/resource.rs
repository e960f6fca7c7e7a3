//! The handler of GET and HEAD: finds what a path names in the shared folder.

use std::io;
use std::ops::ControlFlow;

use landline_http1::request::Request;
use landline_http1::response::Persistence;

use super::request_body::RequestBody;
use super::text_response::{send_error, send_not_found};
use super::{files, folders, page, receive, redirect};
use crate::server::LogEntry;
use crate::server::connection::{Connection, Ending};
use crate::share::Found;
use crate::share::name::ShareName;

/// Sends the file or the listing that the path names, or a redirect to its canonical path. A body has no meaning in these
/// methods (RFC 9110 section 9.3.1) and is discarded before anything else.
pub(super) fn answer(
    connection: &mut Connection,
    request: &Request<'_>,
    body: RequestBody,
) -> io::Result<ControlFlow<Ending>> {
    let persistence = match body.ignore(connection, request)? {
        Ok(persistence) => persistence,
        Err(answered) => return Ok(answered),
    };
    if !connection.shared.access().downloads() {
        return match request.path {
            // Also to programs: they recognise the page.
            "/" => folders::answer_send_only(connection, request, persistence),
            _ => receive::drop_only::answer(connection, request, persistence),
        };
    }
    let Ok((name, slash)) = ShareName::from_target(request.path) else {
        return answer_invalid_name(connection, request, persistence);
    };
    match connection.shared.share.find(&name) {
        Ok(Found::File(file)) if !slash => {
            files::answer(connection, request, persistence, &name, &file)
        }
        Ok(Found::Folder(folder)) if slash => {
            folders::answer(connection, request, persistence, &name, &folder)
        }
        // Without the slash, relative links on its page would lead elsewhere.
        Ok(Found::Folder(_)) => {
            let location = page::folder_path(&name);
            let name = name.to_string();
            let entry = LogEntry::Redirected { name };
            connection.shared.log(connection.peer, entry);
            redirect::answer(connection, request, persistence, &location)
        }
        Ok(Found::File(_)) => {
            let name = name.to_string();
            let entry = LogEntry::NotFound { name };
            connection.shared.log(connection.peer, entry);
            send_not_found(connection, request, persistence)
        }
        Err(e) => send_error(connection, request, persistence, &name, &e),
    }
}

/// Redirects from a path that only needs its repeated slashes merged, and answers 404 to any other.
fn answer_invalid_name(
    connection: &Connection,
    request: &Request<'_>,
    persistence: Persistence,
) -> io::Result<ControlFlow<Ending>> {
    let merged = redirect::merging_slashes(&connection.shared.share, request.path);
    let Some((name, location)) = merged else {
        connection
            .shared
            .log(connection.peer, LogEntry::InvalidName);
        return send_not_found(connection, request, persistence);
    };
    let name = name.to_string();
    let entry = LogEntry::SlashesMerged { name };
    connection.shared.log(connection.peer, entry);
    redirect::answer(connection, request, persistence, &location)
}

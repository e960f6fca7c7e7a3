//! What can be requested from a server to which files can only be sent: nothing.

use std::io;
use std::ops::ControlFlow;

use landline_http1::request::Request;
use landline_http1::response::{Persistence, Status};

use crate::server::LogEntry;
use crate::server::connection::{Connection, Ending};
use crate::server::http::text_response::{send_text, texts};
use crate::server::page_text::PageText;

/// Answers 403, whatever the path names, so that nobody learns what is there. The body has been consumed.
pub(in crate::server::http) fn answer(
    connection: &Connection,
    request: &Request<'_>,
    persistence: Persistence,
) -> io::Result<ControlFlow<Ending>> {
    connection.shared.log(connection.peer, LogEntry::SendOnly);
    let text = texts(connection, request).text(PageText::SendOnly);
    send_text(connection, request, persistence, Status(403), &text)
}

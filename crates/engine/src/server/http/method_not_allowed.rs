//! The handler for methods that no route implements (RFC 9110 sections 15.5.6 and 15.6.2).

use std::io;
use std::ops::ControlFlow;

use landline_http1::request::{Method, Request};
use landline_http1::response::{Persistence, Status};

use super::request_body::RequestBody;
use super::text_response::{log_refusal, send_status};
use crate::server::connection::{Connection, Ending};

/// Answers 405, or 501 to a method that is not in RFC 9110, and closes the connection instead of reading a body of any
/// length.
pub(super) fn answer(
    connection: &mut Connection,
    request: &Request<'_>,
    _unread: RequestBody,
) -> io::Result<ControlFlow<Ending>> {
    let status = match request.method {
        Method::Other(_) => Status(501),
        _ => Status(405),
    };
    log_refusal(connection, status);
    let persistence = Persistence {
        http_11: request.http_11,
        keep_alive: false,
    };
    send_status(connection, request, persistence, status)
}

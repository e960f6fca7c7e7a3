//! The handler of OPTIONS (RFC 9110 section 9.3.7).

use std::io;
use std::ops::ControlFlow;

use landline_http1::request::Request;
use landline_http1::response::Status;

use super::request_body::RequestBody;
use super::text_response::allowed;
use super::{persist_or_close, start_head};
use crate::server::connection::{Connection, Ending};

/// Answers with the allowed methods. Pages of other origins learn nothing from it: without the fields of CORS, a browser
/// keeps them from sending a PUT.
pub(super) fn answer(
    connection: &mut Connection,
    request: &Request<'_>,
    body: RequestBody,
) -> io::Result<ControlFlow<Ending>> {
    let persistence = match body.ignore(connection, request)? {
        Ok(persistence) => persistence,
        Err(answered) => return Ok(answered),
    };
    let mut head = start_head(connection, Status(204), persistence);
    head.field("Allow", allowed(connection));
    connection.send(&head.finish())?;
    Ok(persist_or_close(persistence))
}

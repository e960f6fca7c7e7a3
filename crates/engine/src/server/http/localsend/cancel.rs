//! `cancel`: the sender ends its session here, or the receiver of what this device sends ends that.

use std::io;
use std::ops::ControlFlow;

use landline_http1::request::Request;
use landline_http1::response::Status;

use super::query::parameter;
use super::reply::send_empty;
use super::who;
use crate::server::connection::{Connection, Ending};
use crate::server::http::request_body::RequestBody;
use crate::server::localsend::Receiver;

/// Cancels what belongs to whoever asks. The answer says nothing about whether there was anything.
pub(super) fn answer(
    connection: &mut Connection,
    receiver: &Receiver,
    request: &Request<'_>,
    body: RequestBody,
) -> io::Result<ControlFlow<Ending>> {
    let persistence = match body.ignore_uninvited(connection, request)? {
        Ok(persistence) => persistence,
        Err(answered) => return Ok(answered),
    };
    let id = parameter(request.query, "sessionId");
    let who = who(connection);
    let was_received = receiver.slot.lock().cancel(who, id.as_deref());
    if let Some(id) = id.filter(|_| !was_received) {
        receiver.node.sendings().cancel(who.address, &id);
    }
    send_empty(connection, persistence, Status(200))
}

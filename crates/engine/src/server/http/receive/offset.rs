//! How much of an unfinished upload is stored: HEAD by its sender.

use std::io;
use std::ops::ControlFlow;

use landline_http1::request::Request;
use landline_http1::response::{Persistence, Status};

use crate::server::connection::{Connection, Ending};
use crate::server::http::request_body::RequestBody;
use crate::server::http::{persist_or_close, resource, start_head};
use crate::server::receiving::Sender;
use crate::share::name::ShareName;
use crate::store::received::{self, Destination};

/// Answers 204 with `Upload-Offset` to the sender of an unfinished upload of this path, and everybody else as
/// [`resource::answer`] does.
pub(in crate::server::http) fn answer(
    connection: &mut Connection,
    request: &Request<'_>,
    body: RequestBody,
) -> io::Result<ControlFlow<Ending>> {
    // A body has no meaning here. Where there is one, it is for the other handler to consume.
    match find(connection, request) {
        Some(offset) if body.len() == Some(0) => {
            let persistence = Persistence {
                http_11: request.http_11,
                keep_alive: request.keep_alive,
            };
            let mut head = start_head(connection, Status(204), persistence);
            head.field("Upload-Offset", offset);
            connection.send(&head.finish())?;
            Ok(persist_or_close(persistence))
        }
        _ => resource::answer(connection, request, body),
    }
}

/// How many bytes of an unfinished upload of this path by this sender are stored.
fn find(connection: &Connection, request: &Request<'_>) -> Option<u64> {
    let receiving = connection.shared.receiving()?;
    let (name, false) = ShareName::from_target(request.path).ok()? else {
        return None;
    };
    let path = name.to_string();
    let destination = Destination::new(&receiving.folder, &path)?;
    let key = Sender::of(connection.peer, request)?.key();
    let reception = &connection.shared.reception;
    if let Some(done) = reception.unfinished.done(&key, &path) {
        return Some(done);
    }
    // A part that was not settled is put on the disk first.
    connection.blocking().ok()?;
    let source = received::source(&key, &path);
    let part = received::find_any(&destination, &source, &reception.seal)?;
    Some(part.len()).filter(|_| part.is_worth_keeping())
}

//! `upload`: one of the files that were accepted.

use std::io;
use std::ops::ControlFlow;
use std::time::Instant;

use landline_http1::request::Request;
use landline_http1::response::Status;

use super::query::parameter;
use super::reply::{Refused, persistence, refuse, refuse_and_close, send_empty};
use super::who;
use crate::printable::{clipped, printable};
use crate::server::LogEntry;
use crate::server::connection::{Connection, Ending};
use crate::server::http::receive::failure::fail;
use crate::server::http::receive::short;
use crate::server::http::receive::storing::{NotStored, Wanted, receive};
use crate::server::http::request_body::RequestBody;
use crate::server::localsend::{Accepted, End, Receiver, Started};
use crate::server::receiving::{Incoming, NotReceived, Origin};
use crate::store::received::{self, Destination};

/// Stores the body as the file to which the token belongs.
pub(super) fn answer(
    connection: &mut Connection,
    receiver: &Receiver,
    request: &Request<'_>,
    body: RequestBody,
) -> io::Result<ControlFlow<Ending>> {
    let value = |name: &str| parameter(request.query, name);
    let (Some(session), Some(file), Some(token)) =
        (value("sessionId"), value("fileId"), value("token"))
    else {
        return refuse(connection, request, Some(body), Refused::Malformed);
    };
    let of = (session.as_str(), file.as_str(), token.as_str());
    let who = who(connection);
    let now = Instant::now();
    let started = receiver.slot.lock().start(who, of, &connection.cancel, now);
    let Some(started) = started else {
        return refuse(connection, request, Some(body), Refused::NotYours);
    };
    let upload = Upload {
        receiver,
        session: &session,
        file: &file,
        end: End::Again,
    };
    match store(connection, upload, &started, body)? {
        Ok(()) => send_empty(connection, persistence(request, true), Status(200)),
        Err(NotStored::Broken { .. }) => Ok(ControlFlow::Break(Ending::Abort)),
        Err(NotStored::Refused { why, is_consumed }) => {
            if is_consumed {
                refuse(connection, request, None, Refused::Files(why))
            } else {
                refuse_and_close(connection, request, Refused::Files(why))
            }
        }
    }
}

/// An upload that has begun. The session learns on drop how it ended.
struct Upload<'a> {
    receiver: &'a Receiver,
    session: &'a str,
    file: &'a str,
    end: End,
}

impl Drop for Upload<'_> {
    fn drop(&mut self) {
        let of = (self.session, self.file);
        let mut slot = self.receiver.slot.lock();
        slot.finish(of, self.end, Instant::now());
    }
}

/// Receives the file. Its session learns how `upload` ends before anybody else does, so that the file can be sent again at
/// once.
fn store(
    connection: &mut Connection,
    mut upload: Upload<'_>,
    started: &Started,
    body: RequestBody,
) -> io::Result<Result<(), NotStored>> {
    let Started { file, number, from } = started;
    let shared = connection.shared.clone();
    let peer = connection.peer;
    // What goes wrong later is the end of its transfer, which the owner sees.
    let refused = |why: NotReceived| {
        let name = printable(&clipped(&file.path), false);
        shared.log(peer, LogEntry::NotReceived { name, why });
        Ok(Err(NotStored::Refused {
            why,
            is_consumed: false,
        }))
    };
    if body.len().is_some_and(|len| len != file.len) {
        return refused(NotReceived::Malformed);
    }
    // From here on it waits for the sender and the disk.
    connection.blocking()?;
    // What the owner has changed since the files were accepted counts.
    let Some(receiving) = shared.receiving() else {
        upload.end = End::Cancelled;
        return refused(NotReceived::Off);
    };
    let Some(destination) = Destination::new(&receiving.folder, &file.path) else {
        upload.end = End::Failed;
        return refused(NotReceived::BadName);
    };
    let name = printable(&file.path, false);
    let mut incoming = Incoming::new(&Origin::of(connection, from.as_ref()), &name);
    let wanted = wanted(file, &destination, receiving.copies);
    let result = if short::is_short(&wanted) {
        short::receive(connection, body, &wanted, &mut incoming)?
    } else {
        // No other upload goes on with its part: two files of a session may have the same path.
        let source = received::source(&format!("{} {number}", upload.session), &file.path);
        let part = received::check_space(&receiving.folder, file.len)
            .and_then(|()| received::create(&destination, &source, &shared.reception.seal));
        match part {
            Ok(part) => receive(connection, body, &wanted, &mut incoming, part)?,
            Err(e) => Err(NotStored::Refused {
                why: fail(&incoming, e),
                is_consumed: false,
            }),
        }
    };
    upload.end = match &result {
        Ok(_) => End::Stored,
        Err(NotStored::Broken { .. }) if incoming.is_cancelled() => End::Cancelled,
        Err(NotStored::Broken { .. }) => End::Again,
        Err(NotStored::Refused { why, .. }) => match why {
            NotReceived::Damaged | NotReceived::Malformed | NotReceived::TooMuch => End::Again,
            _ => End::Failed,
        },
    };
    drop(upload);
    Ok(result.map(|_| ()))
}

/// What is to be received.
fn wanted<'a>(
    file: &'a Accepted,
    destination: &'a Destination,
    copies: crate::store::target::CopyNaming,
) -> Wanted<'a> {
    Wanted {
        destination,
        copies,
        at: 0,
        len: Some(file.len),
        max_len: file.len,
        modified: file.modified,
        repr_digest: file.sha256,
        content_digest: None,
        wants_digest: false,
        is_resumable: false,
    }
}

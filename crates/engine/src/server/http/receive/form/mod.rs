//! POST of a form with files (RFC 7578): the page without script, and programs that send many small files.

mod answer;
mod reader;
mod result;
mod store;

use std::io::{self, ErrorKind};
use std::ops::ControlFlow;
use std::time::Instant;

use landline_http1::multipart::{self, Parser, Step};
use landline_http1::request::Request;

use self::answer::send;
use self::reader::FormReader;
use self::result::Stopped;
use self::store::FormStore;
use super::failure::why_not;
use super::reply::{Refusal, refuse};
use crate::printable::printable;
use crate::server::connection::{Connection, Ending, Filled};
use crate::server::http::request_body::RequestBody;
use crate::server::receiving::{NotReceived, OfferedFile, Origin, Receiving, Sender};
use crate::share::name::ShareName;
use crate::store::received;

/// How much of a form is read before the owner is asked, in bytes: enough for the name of its first file.
const PEEKED_LEN: usize = 2 * multipart::HEAD_MAX_LEN;

/// Stores the files of the form in the folder that the path names, and lists them in the response.
pub(in crate::server::http) fn answer(
    connection: &mut Connection,
    request: &Request<'_>,
    body: RequestBody,
) -> io::Result<ControlFlow<Ending>> {
    let prepared = match prepare(connection, request) {
        Ok(prepared) => prepared,
        Err(why) => return refuse(connection, request, "", why.into()),
    };
    // From here on it waits for the owner, the sender and the disk.
    connection.blocking()?;
    let shared = connection.shared.clone();
    let Prepared {
        receiving,
        sender,
        folder,
        boundary,
    } = &prepared;
    let not_stored = |connection: &Connection, why: NotReceived, is_consumed| {
        let refusal = Refusal {
            is_consumed,
            ..why.into()
        };
        refuse(connection, request, &folder.to_string(), refusal)
    };
    if let Err(e) = received::check_space(&receiving.folder, body.len().unwrap_or(0)) {
        return not_stored(connection, why_not(&e), false);
    }
    let files = if sender.is_accepted(receiving) || sender.batch.is_some() {
        Vec::new()
    } else {
        peek(connection, request, &body, boundary)
    };
    let admitted = (shared.reception).admit(connection, sender, receiving, &files)?;
    let admitted = match admitted {
        Ok(admitted) => admitted,
        Err(why) => return not_stored(connection, why, false),
    };
    // What the owner has changed since the request came counts.
    let Some(receiving) = shared.receiving() else {
        return not_stored(connection, NotReceived::Off, false);
    };
    let origin = Origin::of(connection, sender.name.as_ref());
    let mut store = FormStore::new(origin, &receiving, sender, folder);
    let mut form = FormReader::new(body.read(connection, u64::MAX)?, boundary);
    let read = store.receive(&mut form).and_then(|()| {
        let finished = form.finish();
        finished.map_err(Stopped::Source)
    });
    match read {
        Ok(()) => {}
        Err(Stopped::Source(e)) if e.kind() == ErrorKind::InvalidData => {
            store.break_off(&e);
            return not_stored(connection, NotReceived::Malformed, false);
        }
        Err(Stopped::Source(e)) => {
            store.break_off(&e);
            return Ok(ControlFlow::Break(Ending::Abort));
        }
        Err(Stopped::TooMuch) => {
            store.break_off(&ErrorKind::Other.into());
            return not_stored(connection, NotReceived::TooMuch, false);
        }
    }
    let files = store.finish();
    if files.is_empty() {
        return not_stored(connection, NotReceived::NotAForm, true);
    }
    send(connection, request, &files, admitted.new_token.as_deref())
}

/// A form that may be sent, if the owner agrees.
struct Prepared {
    receiving: Receiving,
    sender: Sender,
    /// Where its files go.
    folder: ShareName,
    boundary: String,
}

fn prepare(connection: &Connection, request: &Request<'_>) -> Result<Prepared, NotReceived> {
    let upload = &request.upload;
    let receiving = connection.shared.receiving().ok_or(NotReceived::Off)?;
    if upload.is_cross_site {
        return Err(NotReceived::OtherSite);
    }
    let folder = match ShareName::from_target(request.path) {
        Ok((name, true)) if !name.is_hidden() => name,
        _ => return Err(NotReceived::BadName),
    };
    if !upload.states_length {
        return Err(NotReceived::NoLength);
    }
    let boundary = upload.content_type.and_then(multipart::boundary);
    Ok(Prepared {
        boundary: boundary.ok_or(NotReceived::NotAForm)?,
        sender: Sender::of(connection.peer, request).ok_or(NotReceived::Malformed)?,
        receiving,
        folder,
    })
}

/// What the owner is shown of a form of which only the beginning has arrived: the first file's name, and the length of all.
fn peek(
    connection: &mut Connection,
    request: &Request<'_>,
    body: &RequestBody,
    boundary: &str,
) -> Vec<OfferedFile> {
    let len = body.len();
    // A client that waits for 100 Continue sends nothing yet, and in chunks, there are other bytes between.
    let is_peeked = !request.expects_continue && len.is_some();
    let deadline = Instant::now() + connection.shared.limits.head;
    let most = len.map_or(0, |len| usize::try_from(len).unwrap_or(usize::MAX));
    loop {
        let name = first_file(&connection.buffer, boundary);
        let has_all = connection.buffer.len() >= most.min(PEEKED_LEN);
        if name.is_some() || !is_peeked || has_all || connection.fill(deadline) != Filled::More {
            let name = name.unwrap_or_default();
            let name = printable(&name, false);
            return vec![OfferedFile { name, len }];
        }
    }
}

fn first_file(bytes: &[u8], boundary: &str) -> Option<String> {
    let mut parser = Parser::new(boundary);
    let mut at = 0;
    loop {
        let (read, step) = parser.step(bytes.get(at..)?).ok()?;
        at += read;
        match step {
            Step::Head(head) => {
                if let Some(name) = head.filename.filter(|name| !name.is_empty()) {
                    return Some(name);
                }
            }
            Step::Content(_) | Step::PartEnd => {}
            Step::More | Step::End => return None,
        }
    }
}

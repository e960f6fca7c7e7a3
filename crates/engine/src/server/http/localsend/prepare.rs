//! `prepare-upload`: a sender offers files or a text, and waits for the owner's answer.

use std::collections::HashMap;
use std::io;
use std::ops::ControlFlow;
use std::time::Instant;

use landline_http1::request::Request;
use landline_http1::response::Status;

use super::offered::{self, Files, Offered};
use super::reply::{Refused, persistence, refuse, refuse_and_close, send_empty, send_json};
use super::{json_body, pin, who};
use crate::localsend::message::{Malformed, PREPARE_MAX_LEN, PrepareUpload, Prepared};
use crate::printable::{clipped, printable, short_name};
use crate::secret::{Code, random};
use crate::server::connection::{Connection, Ending};
use crate::server::http::receive::failure;
use crate::server::http::request_body::RequestBody;
use crate::server::localsend::{Receiver, Who, device_key};
use crate::server::receiving::{NotReceived, OfferedBy, OfferedFile, Receiving, Sender};
use crate::server::{LogEntry, ServerEvent};
use crate::store::received::{self, check_folder};
use crate::transport::CancelToken;

/// How long a sender has to wait that has sent too many texts, in seconds.
const TEXTS_RETRY_SECS: u64 = 60;

/// Answers with a session and a token for each file that is accepted, with 204 to a text, or refuses.
pub(super) fn answer(
    connection: &mut Connection,
    receiver: &Receiver,
    request: &Request<'_>,
    body: RequestBody,
) -> io::Result<ControlFlow<Ending>> {
    if let Err(why) = pin::check(connection, request) {
        return refuse(connection, request, Some(body), why);
    }
    let Some(receiving) = connection.shared.receiving() else {
        let why = Refused::Files(NotReceived::Off);
        return refuse(connection, request, Some(body), why);
    };
    let time = connection.shared.limits.stalled;
    let read = json_body::read(connection, receiver, body, PREPARE_MAX_LEN, time)?;
    let read = match read {
        Ok(read) => read,
        Err(why) => return refuse_and_close(connection, request, why),
    };
    // What is parsed and checked grows with what was sent, and then it waits for the owner.
    connection.blocking()?;
    let parsed = PrepareUpload::parse(&read.content);
    let json_body::Read { content, memory } = read;
    drop(content);
    let (name, offered) = match parsed {
        Ok(PrepareUpload { info, files }) => (
            short_name(&info.alias),
            offered::check(files, &receiving.folder),
        ),
        Err(Malformed::TooMuch) => return refuse(connection, request, None, Refused::TooLarge),
        Err(Malformed::Syntax) => return refuse(connection, request, None, Refused::Malformed),
    };
    let files = match offered {
        Ok(Offered::Text(text)) => return show(connection, receiver, request, name, &text),
        Ok(Offered::Files(files)) => files,
        Err(offered::Malformed) => return refuse(connection, request, None, Refused::Malformed),
    };
    let mut asking = match begin(connection, receiver, &receiving, &files) {
        Ok(asking) => asking,
        Err(why) => return refuse_logged(connection, request, &files, why),
    };
    // Only one asks at a time.
    drop(memory);
    let sender = sender(asking.who, name);
    match ask(connection, &asking, &sender, &receiving, &files)? {
        Ok(()) => {}
        Err(why) => {
            // Another device may ask as soon as this one knows.
            drop(asking);
            return refuse_logged(connection, request, &files, why);
        }
    }
    let Some(json) = asking.accept(files, sender.name) else {
        return refuse(connection, request, None, Refused::Cancelled);
    };
    let sent = send_json(connection, persistence(request, true), &json);
    asking.is_over = sent.is_ok();
    sent
}

/// Shows a text to the owner.
fn show(
    connection: &mut Connection,
    receiver: &Receiver,
    request: &Request<'_>,
    name: Option<String>,
    text: &str,
) -> io::Result<ControlFlow<Ending>> {
    if !receiver.admits_text(connection.peer) {
        let secs = TEXTS_RETRY_SECS;
        return refuse(connection, request, None, Refused::TooMany { secs });
    }
    connection.shared.report(ServerEvent::Message {
        peer: connection.peer,
        name,
        text: printable(text, true),
    });
    send_empty(connection, persistence(request, true), Status(204))
}

/// A session that is asked for, or has just begun. It ends on drop unless its sender knows of it.
struct Asking<'a> {
    receiver: &'a Receiver,
    id: String,
    who: Who,
    withdrawn: CancelToken,
    is_over: bool,
}

impl Asking<'_> {
    /// The files of a sender that calls itself `from` are accepted. Returns the response, or nothing if it has cancelled.
    fn accept(&self, files: Files, from: Option<String>) -> Option<Vec<u8>> {
        let mut tokens = HashMap::new();
        let accepted = files.accepted.into_iter().map(|(id, file)| {
            let token = token();
            // Digits only.
            let text = String::from_utf8_lossy(&token).into_owned();
            tokens.insert(id.clone(), text);
            (id, file, token)
        });
        let accepted = accepted.collect();
        let mut slot = self.receiver.slot.lock();
        if !slot.activate(&self.id, from, accepted, Instant::now()) {
            return None;
        }
        drop(slot);
        let prepared = Prepared {
            session_id: self.id.clone(),
            files: tokens,
        };
        serde_json::to_vec(&prepared).ok()
    }
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            self.receiver.slot.lock().free(&self.id);
        }
    }
}

/// Checks what can be checked without the owner, and takes the slot.
fn begin<'a>(
    connection: &Connection,
    receiver: &'a Receiver,
    receiving: &Receiving,
    files: &Files,
) -> Result<Asking<'a>, Refused> {
    if files.accepted.is_empty() {
        return Err(Refused::Files(NotReceived::BadName));
    }
    let who = who(connection);
    receiver.expire(connection.shared.limits.session_idle);
    if receiver.slot.lock().is_busy(who, Instant::now()) {
        return Err(Refused::Busy);
    }
    // Before the lock: the disk may be slow.
    let can_store = check_folder(&receiving.folder)
        .and_then(|()| received::check_space(&receiving.folder, files.len));
    if let Err(e) = can_store {
        return Err(Refused::Files(failure::log(connection, &e)));
    }
    let id = String::from_utf8_lossy(&token()).into_owned();
    let withdrawn = receiver.slot.lock().begin(who, id.clone(), Instant::now());
    Ok(Asking {
        receiver,
        id,
        who,
        withdrawn: withdrawn.ok_or(Refused::Busy)?,
        is_over: false,
    })
}

/// Has the owner decide, if the owner is to be asked.
///
/// # Errors
/// The sender has left, or the server stops.
fn ask(
    connection: &Connection,
    asking: &Asking<'_>,
    sender: &Sender,
    receiving: &Receiving,
    files: &Files,
) -> io::Result<Result<(), Refused>> {
    let shown = files.accepted.iter().map(|(_, file)| OfferedFile {
        name: printable(&file.path, false),
        len: Some(file.len),
    });
    let shown: Vec<_> = shown.collect();
    let reception = &connection.shared.reception;
    let admitted = reception.admit_until(connection, sender, receiving, &shown, &asking.withdrawn);
    match admitted {
        Ok(Ok(_)) => Ok(Ok(())),
        Ok(Err(why)) => Ok(Err(Refused::Files(why))),
        Err(_) if asking.withdrawn.is_cancelled() && !connection.cancel.is_cancelled() => {
            Ok(Err(Refused::Cancelled))
        }
        Err(e) => Err(e),
    }
}

/// Refuses, with an entry in the owner's log.
fn refuse_logged(
    connection: &mut Connection,
    request: &Request<'_>,
    files: &Files,
    why: Refused,
) -> io::Result<ControlFlow<Ending>> {
    let reason = match why {
        Refused::Files(why) => Some(why),
        Refused::Busy => Some(NotReceived::Busy),
        _ => None,
    };
    if let Some(why) = reason {
        let accepted = files.accepted.first().map(|(_, file)| &file.path);
        let omitted = files.omitted.as_ref().map(|(path, _)| path);
        let name = accepted.or(omitted).map_or("", |path| path);
        let name = printable(&clipped(name), false);
        let entry = LogEntry::NotReceived { name, why };
        connection.shared.log(connection.peer, entry);
    }
    refuse(connection, request, None, why)
}

/// The sender, as those who decide about files know it.
fn sender(who: Who, name: Option<String>) -> Sender {
    Sender {
        address: who.address,
        device: who.certificate.map(device_key),
        is_browser: false,
        by: OfferedBy::LocalSend(who.certificate),
        name,
        batch: None,
    }
}

/// 128 random bits in hexadecimal digits.
fn token() -> Code {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let bytes = random::<16>();
    std::array::from_fn(|at| {
        let byte = bytes[at / 2];
        let digit = if at % 2 == 0 { byte >> 4 } else { byte & 15 };
        DIGITS[usize::from(digit)]
    })
}

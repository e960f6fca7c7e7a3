//! The lecture notes' protocol: a name comes, the file's bytes go, the connection closes.

use std::io::ErrorKind;

use super::connection::{Connection, Ending};
use super::{LogEntry, upload};
use crate::printable::printable;
use crate::share::Found;
use crate::share::name::ShareName;
use crate::transfer::Protocol;

/// Answer a request for `name`. When there is nothing to send, not a byte is sent.
pub(super) fn serve(connection: &Connection, name: &[u8]) -> Ending {
    let shared = &connection.shared;
    let why_not = match ShareName::from_raw(name) {
        Err(_) => LogEntry::InvalidName,
        Ok(name) => match shared.share.find(&name) {
            Ok(Found::File(file)) => {
                let all = 0..file.len;
                let head = Vec::new();
                return upload::send(connection, &name, &file, all, Protocol::Raw, head, |_| {});
            }
            Ok(Found::Folder(_)) => LogEntry::IsFolder {
                name: name.to_string(),
            },
            Err(e) if e.kind() == ErrorKind::NotFound => super::failed_to_open(&name, &e),
            Err(e) => {
                // There is such a file: an empty close would say that there is none.
                shared.log(connection.peer, super::failed_to_open(&name, &e));
                return Ending::Abort;
            }
        },
    };
    match shared.answering() {
        Some(answering) => {
            let answer = answering.answer(name).unwrap_or_default();
            let text = printable(&String::from_utf8_lossy(name), false);
            shared.message(connection.peer, text);
            if let Err(e) = connection.send(&answer) {
                log::debug!("{}: did not take the answer: {e}", connection.peer);
            }
        }
        None => shared.log(connection.peer, why_not),
    }
    Ending::Orderly
}

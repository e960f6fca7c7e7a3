//! The lecture notes' protocol: a name comes, the file's bytes go, the connection closes.

use std::io::{self, Write};

use super::connection::{Connection, Ending};
use super::upload;
use crate::net::Dialect;
use crate::sentence;
use crate::share::Found;
use crate::share::name::ShareName;

/// Answer a request for `name`. When there is nothing to send, not a byte is sent.
pub(super) fn serve(connection: &Connection, name: &[u8]) -> Ending {
    let shown = String::from_utf8_lossy(name);
    let why_not = match ShareName::from_raw(name) {
        Err(_) => sentence!("log-no-name"),
        Ok(name) => match connection.shared.share.find(&name) {
            Ok(Found::File(file)) => {
                let all = 0..file.len;
                return upload::send(connection, &name, &file, all, Dialect::Raw, Vec::new());
            }
            Ok(Found::Folder(_)) => sentence!("log-is-folder", name = &name.to_string()),
            Err(e) => connection.shared.failed_to_open(&name, &e),
        },
    };
    match connection.shared.answer() {
        Some(answer) => {
            connection
                .shared
                .message(connection.peer, printable(&shown));
            if let Err(e) = say(connection, &answer) {
                log::debug!("{}: did not take the answer: {e}", connection.peer);
            }
        }
        None => connection.shared.note(connection.peer, why_not),
    }
    Ending::Orderly
}

fn say(connection: &Connection, answer: &str) -> io::Result<()> {
    (&*connection.socket).write_all(answer.as_bytes())
}

/// A stranger's text, safe to show on a terminal.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

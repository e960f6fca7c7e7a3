//! The lecture notes' protocol: a name comes, the file's bytes go, the connection closes.

use std::io::ErrorKind;
use std::ops::Range;

use super::connection::{Batch, Connection, Ending};
use super::{LogEntry, calls, upload};
use crate::share::Found;
use crate::share::name::ShareName;
use crate::transfer::Protocol;

/// Answer a request for the name at `name` in the buffer. When there is nothing to send, not a byte is sent; but while
/// messages are answered, it is one.
pub(super) fn serve(connection: &mut Connection, name: Range<usize>) -> Batch {
    let refused = {
        let privacy = connection.shared.live.privacy.lock();
        if privacy.is_encrypted_only {
            Some(LogEntry::RawNotEncrypted)
        } else {
            let is_refused = privacy.needs_password_for_raw();
            is_refused.then_some(LogEntry::RawNeedsPassword)
        }
    };
    if let Some(entry) = refused {
        // The same whatever was asked for.
        connection.withdraw_call();
        connection.shared.log(connection.peer, entry);
        return Batch::Ended(Ending::Orderly);
    }
    let shared = &connection.shared;
    let why_not = match ShareName::from_raw(&connection.buffer[name.clone()]) {
        Err(_) => LogEntry::InvalidName,
        Ok(_) if !shared.access().downloads() => LogEntry::SendOnly,
        Ok(name) => match shared.share.find(&name) {
            Ok(Found::File(file)) => {
                let all = 0..file.len;
                let head = Vec::new();
                connection.withdraw_call();
                let raw = Protocol::Raw;
                let ending = upload::send(connection, &name, &file, all, raw, head, |_| {});
                return Batch::Ended(ending);
            }
            Ok(Found::Folder(_)) => LogEntry::IsFolder {
                name: name.to_string(),
            },
            Err(e) if e.kind() == ErrorKind::NotFound => super::failed_to_open(&name, &e),
            Err(e) => {
                // There is such a file: an empty close would say that there is none.
                shared.log(connection.peer, super::failed_to_open(&name, &e));
                return Batch::Ended(Ending::Abort);
            }
        },
    };
    if shared.live.callers.is_on() {
        return calls::begin(connection, name);
    }
    // Messages are not answered any more, since it became a silent caller.
    connection.withdraw_call();
    connection.shared.log(connection.peer, why_not);
    Batch::Ended(Ending::Orderly)
}

//! What errors of the store mean to a sender.

use crate::error::StoreError;
use crate::server::connection::Connection;
use crate::server::receiving::{Incoming, NotReceived};
use crate::transfer::{Checked, Note, Outcome, Saved};

/// Why nothing is stored after `error`.
pub(super) fn why_not(error: &StoreError) -> NotReceived {
    match error {
        StoreError::DiskFull { .. } => NotReceived::DiskFull,
        StoreError::FileTooLarge { .. } => NotReceived::TooMuch,
        _ => NotReceived::NotStored,
    }
}

/// Writes `error` to the program's log; the sender learns no path of this computer.
pub(in crate::server::http) fn log(connection: &Connection, error: &StoreError) -> NotReceived {
    log::warn!("{}: {error}", connection.peer);
    why_not(error)
}

/// Ends the transfer because of `error`.
pub(in crate::server::http) fn fail(incoming: &Incoming, error: StoreError) -> NotReceived {
    log::warn!("{}: {error}", incoming.transfer.peer());
    let why = why_not(&error);
    incoming.fail(error.into());
    why
}

/// Ends the transfer of a file of `len` bytes that is stored at `path`, in the folder for received files under `stored`.
pub(super) fn saved(
    incoming: &Incoming,
    path: std::path::PathBuf,
    stored: &str,
    len: u64,
    is_checked: bool,
) {
    let asked = incoming.transfer.name();
    let note = (asked != stored).then(|| Note::SavedAs {
        name: asked.to_owned(),
        stored: stored.to_owned(),
    });
    incoming.transfer.set_total(Some(len));
    incoming.transfer.end(Outcome::Saved(Saved {
        path,
        checked: if is_checked {
            Checked::Digest
        } else {
            Checked::Length
        },
        skipped: false,
        notes: note.into_iter().collect(),
    }));
}

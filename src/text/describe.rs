//! What the engine tells in values, as sentences for people.

use crate::net::{Dialect, Failure, Outcome, SendError, Transfer};
use crate::text::Sentence;
use crate::{format, sentence};

/// Why `transfer` failed or was paused by more than the user's wish.
pub fn reason(transfer: &Transfer) -> Option<Sentence> {
    match transfer.outcome()? {
        Outcome::Failed(why) => Some(failure(why, transfer)),
        Outcome::Paused(why) => why.clone(),
        _ => None,
    }
}

/// What `failure` says about `transfer`.
pub fn failure(failure: &Failure, transfer: &Transfer) -> Sentence {
    match failure {
        Failure::Fetch(why) => why.clone(),
        Failure::Send(error) => send_error(error, transfer),
    }
}

/// How an upload ended, as a line for a log.
pub fn upload_summary(transfer: &Transfer) -> Sentence {
    let size = format::bytes(transfer.done());
    let name = transfer.name();
    match transfer.outcome() {
        Some(Outcome::Failed(why)) => failure(why, transfer),
        Some(Outcome::Cancelled) => sentence!("log-cancelled", name = name, size = size),
        _ => match transfer.dialect() {
            Some(Dialect::Raw) => sentence!("log-sent-raw", name = name, size = size),
            _ => sentence!("log-sent-http", name = name, size = size),
        },
    }
}

fn send_error(error: &SendError, transfer: &Transfer) -> Sentence {
    let name = transfer.name();
    match error {
        SendError::OutOfThreads => sentence!("log-no-thread", name = name),
        SendError::Stalled { secs } => sentence!("log-stalled", name = name, secs = *secs),
        SendError::HungUp => {
            let size = format::bytes(transfer.done());
            sentence!("log-hung-up", name = name, size = size)
        }
        SendError::Unreadable { reason } => {
            sentence!("log-unreadable", name = name, reason = reason)
        }
        SendError::Crashed => sentence!("log-crashed", name = name),
    }
}

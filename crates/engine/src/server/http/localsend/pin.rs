//! The PIN: the password of the receiver, in the query of `prepare-upload`.

use landline_http1::request::Request;

use super::query::{parameter, typed};
use super::reply::Refused;
use crate::server::LogEntry;
use crate::server::auth::{Answer, TooMany};
use crate::server::connection::Connection;

/// Lets a request through that has the PIN, if there is one. Wrong ones count as wrong passwords do.
pub(super) fn check(connection: &Connection, request: &Request<'_>) -> Result<(), Refused> {
    let auth = &connection.shared.live.auth;
    let Some(keys) = auth.keys() else {
        return Ok(());
    };
    let pin = parameter(request.query, "pin").unwrap_or_default();
    if pin.is_empty() {
        let too_many = auth.too_many(connection.peer);
        return Err(too_many.map_or(Refused::PinNeeded, |it| too_many_of(connection, it)));
    }
    // One and the same counts once.
    let typed = typed(request.query, "pin").filter(|typed| *typed != pin);
    let typed = typed.unwrap_or_default();
    let tried = keys.compare(&[pin.as_bytes(), typed.as_bytes()]);
    match auth.decide(connection.peer, &tried) {
        Answer::Right => Ok(()),
        Answer::Wrong { is_new } => {
            if is_new {
                let shared = &connection.shared;
                shared.log(connection.peer, LogEntry::WrongPassword);
            }
            Err(Refused::PinWrong)
        }
        Answer::TooMany(too_many) => Err(too_many_of(connection, too_many)),
    }
}

fn too_many_of(connection: &Connection, too_many: TooMany) -> Refused {
    if too_many.is_first {
        let shared = &connection.shared;
        shared.log(connection.peer, LogEntry::TooManyPasswords);
    }
    Refused::TooMany {
        // A whole second, and never none.
        secs: too_many.retry_after.as_secs() + 1,
    }
}

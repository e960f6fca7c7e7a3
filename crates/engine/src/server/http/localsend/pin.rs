//! The PIN: the password of the receiver, in the query of `prepare-upload`.

use landline_http1::request::Request;

use super::query::{parameter, typed};
use super::reply::Refused;
use crate::server::auth::Denied;
use crate::server::connection::Connection;

/// Lets a request through that has the PIN, if there is one. Wrong ones count as wrong passwords do.
pub(super) fn check(connection: &Connection, request: &Request<'_>) -> Result<(), Refused> {
    let shared = &connection.shared;
    let Some(keys) = shared.live.auth.keys() else {
        return Ok(());
    };
    let [decoded, typed] = [parameter, typed].map(|read| read(request.query, "pin"));
    let pins = [decoded, typed].map(Option::unwrap_or_default);
    let attempt = keys.compare(&pins.each_ref().map(String::as_bytes));
    shared
        .decide(connection.peer, &attempt)
        .map_err(|denied| match denied {
            Denied::Missing => Refused::PinNeeded,
            Denied::Wrong => Refused::PinWrong,
            Denied::TooMany { secs } => Refused::TooMany { secs },
        })
}

//! The requests of LocalSend, version 2 of its protocol. A server that answers them answers nothing else.
//!
//! **Invariants:** nothing of a file is stored without the token that was made when the file was accepted, and no path but
//! [`Destination`](crate::store::received::Destination) is written to. What devices say is bounded before it is kept.

mod cancel;
mod info;
mod json_body;
mod offered;
mod pin;
mod prepare;
mod query;
mod reply;
mod upload;

use std::io;
use std::ops::ControlFlow;

use landline_http1::request::{Method, Request};

use self::reply::{Refused, refuse};
use super::request_body::RequestBody;
use crate::localsend::{FIRST_INFO_PATH, PATH};
use crate::server::connection::{Connection, Ending};
use crate::server::localsend::{Receiver, Who};

/// A handler, as in [`router`](super::router), of a server that is the receiver.
type Handler =
    fn(&mut Connection, &Receiver, &Request<'_>, RequestBody) -> io::Result<ControlFlow<Ending>>;

/// Answers one request.
///
/// # Errors
/// The device is gone, or the server stops.
pub(super) fn answer(
    connection: &mut Connection,
    request: &Request<'_>,
    receiver: &Receiver,
) -> io::Result<ControlFlow<Ending>> {
    let body = RequestBody::of(request);
    let Some(handler) = route(request.method, request.path) else {
        return refuse(connection, request, Some(body), Refused::NotFound);
    };
    let upload = &request.upload;
    // No page in a browser has any business here: none is served.
    if request.method == Method::Post && (upload.is_cross_site || upload.is_from_page) {
        return refuse(connection, request, Some(body), Refused::Page);
    }
    if connection.shared.is_encrypted_only() && !connection.stream.is_encrypted() {
        return refuse(connection, request, Some(body), Refused::Plain);
    }
    handler(connection, receiver, request, body)
}

/// The handler for a method and a path. Pure.
fn route(method: Method<'_>, path: &str) -> Option<Handler> {
    if matches!(method, Method::Get) && path == FIRST_INFO_PATH {
        return Some(info::answer);
    }
    Some(match (method, path.strip_prefix(PATH)?) {
        (Method::Get, "info") => info::answer,
        (Method::Post, "register") => info::register,
        (Method::Post, "prepare-upload") => prepare::answer,
        (Method::Post, "upload") => upload::answer,
        (Method::Post, "cancel") => cancel::answer,
        _ => return None,
    })
}

/// Who sends over this connection.
fn who(connection: &Connection) -> Who {
    Who {
        address: connection.peer,
        certificate: connection.stream.peer_identity(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_the_protocol_has_a_handler() {
        let known = ["register", "prepare-upload", "upload", "cancel"];
        for method in Method::KNOWN.into_iter().chain([Method::Other("BREW")]) {
            let is = |path: &str| route(method, path).is_some();
            for name in known {
                let path = format!("/api/localsend/v2/{name}");
                assert_eq!(is(&path), method == Method::Post, "{method:?} {name}");
                assert!(!is(&format!("{path}/")) && !is(&path.to_uppercase()));
            }
            for version in ["v1", "v2"] {
                let path = format!("/api/localsend/{version}/info");
                assert_eq!(is(&path), method == Method::Get, "{method:?} {path}");
            }
            for other in [
                "/",
                "*",
                "/.well-known/landline",
                "/api/localsend/v2/",
                "/api/localsend/v2/prepare-download",
                "/api/localsend/v2/download",
                "/api/localsend/v1/register",
                "/api/localsend/v3/register",
                "/a/api/localsend/v2/info",
                "//api/localsend/v2/info",
                "info",
            ] {
                assert!(!is(other), "{method:?} {other}");
            }
        }
    }
}

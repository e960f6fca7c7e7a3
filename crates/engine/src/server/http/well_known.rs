//! The handler of `/.well-known/landline` (RFC 8615): says that this is Landline, which version, and what the computer is
//! called. With `?back=PORT` and the field `Landline-Check`, it also says whether that port of the client can be reached
//! from here.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::ops::ControlFlow;

use landline_http1::request::{Method, Request};
use landline_http1::response::Status;
use serde::Serialize;

use super::request_body::RequestBody;
use super::text_response::{log_refusal, send_status};
use super::{persist_or_close, start_head};
use crate::server::back_tests::Back;
use crate::server::connection::{Connection, Ending};

/// Its path, without percent-encoding.
pub(super) const PATH: &str = "/.well-known/landline";

/// Whether a request asks for what everyone may know: no password is needed, and no encryption.
pub(super) fn is_asked_for(request: &Request<'_>) -> bool {
    matches!(request.method, Method::Get | Method::Head) && request.path == PATH
}

/// The body. Others may add members later; readers skip those that they do not know.
#[derive(Serialize)]
struct About<'a> {
    landline: u32,
    name: &'a str,
    version: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    back: Option<Back>,
}

/// Sends what there is to know about this program. What others may do with the share makes no difference.
pub(super) fn answer(
    connection: &mut Connection,
    request: &Request<'_>,
    body: RequestBody,
) -> io::Result<ControlFlow<Ending>> {
    let persistence = match body.ignore(connection, request)? {
        Ok(persistence) => persistence,
        Err(answered) => return Ok(answered),
    };
    let back = match port_in(request.query) {
        Some(Err(())) => {
            log_refusal(connection, Status(400));
            return send_status(connection, request, persistence, Status(400));
        }
        Some(Ok(port)) if request.is_check && !request.is_head() => test(connection, port)?,
        _ => None,
    };
    let about = serde_json::to_vec(&About {
        landline: 1,
        name: &connection.shared.name,
        version: env!("CARGO_PKG_VERSION"),
        back,
    })?;
    let mut head = start_head(connection, Status(200), persistence);
    head.field("Content-Type", "application/json");
    head.field("Content-Length", about.len());
    let mut bytes = head.finish();
    if !request.is_head() {
        bytes.extend_from_slice(&about);
    }
    connection.send(&bytes)?;
    Ok(persist_or_close(persistence))
}

/// The port in `back=PORT`, the whole of the query; an error if that is no port, or not the only one.
fn port_in(query: Option<&str>) -> Option<Result<u16, ()>> {
    let query = query.filter(|query| query.contains("back="))?;
    let port = query.strip_prefix("back=").filter(|digits| {
        // `parse` would accept a sign.
        digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    let port = port.and_then(|digits| digits.parse().ok());
    Some(port.filter(|&port| port > 0).ok_or(()))
}

/// Connects to `port` of the client; `None` if there have been too many such requests, or its address is not known
/// completely.
fn test(connection: &Connection, port: u16) -> io::Result<Option<Back>> {
    // What is known of it lacks the zone.
    if matches!(connection.peer, IpAddr::V6(v6) if v6.is_unicast_link_local()) {
        return Ok(None);
    }
    let Some(permit) = connection.shared.back_tests.admit(connection.peer) else {
        log::debug!("{}: too many tests", connection.peer);
        return Ok(None);
    };
    connection.blocking()?;
    let address = SocketAddr::new(connection.peer, port);
    Ok(permit.connect(address, &connection.cancel))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_the_whole_query() {
        for query in [None, Some(""), Some("x=1"), Some("back"), Some("BACK=1")] {
            assert_eq!(port_in(query), None, "{query:?}");
        }
        assert_eq!(port_in(Some("back=1")), Some(Ok(1)));
        assert_eq!(port_in(Some("back=65535")), Some(Ok(65_535)));
        for query in [
            "back=",
            "back=0",
            "back=65536",
            "back=-1",
            "back=+80",
            "back=80&back=81",
            "back=80&host=10.0.0.1",
            "x=1&back=80",
            "back=10.0.0.1:80",
            "back=%38080",
            "back=99999999999999999999",
        ] {
            assert_eq!(port_in(Some(query)), Some(Err(())), "{query}");
        }
    }
}

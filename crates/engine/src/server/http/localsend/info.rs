//! What this device is, for whoever asks (`info`), and the other way round (`register`).

use std::io;
use std::net::SocketAddr;
use std::ops::ControlFlow;

use landline_http1::request::Request;

use super::json_body;
use super::reply::{Refused, persistence, refuse, refuse_and_close, send_json};
use crate::localsend::message::{INFO_MAX_LEN, Info};
use crate::localsend::{PORT, Peer};
use crate::server::connection::{Connection, Ending};
use crate::server::http::request_body::RequestBody;
use crate::server::localsend::Receiver;

/// Answers with what this device is.
pub(super) fn answer(
    connection: &mut Connection,
    receiver: &Receiver,
    request: &Request<'_>,
    body: RequestBody,
) -> io::Result<ControlFlow<Ending>> {
    let persistence = match body.ignore(connection, request)? {
        Ok(persistence) => persistence,
        Err(answered) => return Ok(answered),
    };
    send_json(connection, persistence, &receiver.node.info().to_json())
}

/// Another device says that it is there. The answer is the same whether or not that is believed.
pub(super) fn register(
    connection: &mut Connection,
    receiver: &Receiver,
    request: &Request<'_>,
    body: RequestBody,
) -> io::Result<ControlFlow<Ending>> {
    let time = connection.shared.limits.head;
    let json = match json_body::read(connection, receiver, body, INFO_MAX_LEN, time)? {
        Ok(json) => json,
        Err(why) => return refuse_and_close(connection, request, why),
    };
    let Ok(info) = Info::parse(&json.content) else {
        return refuse(connection, request, None, Refused::Malformed);
    };
    if let Some(peer) = address(connection, &info).and_then(|at| Peer::new(&info, at)) {
        receiver.registered(peer, connection.stream.peer_identity());
    }
    let own = receiver.node.info().to_json();
    send_json(connection, persistence(request, true), &own)
}

/// Where the device says that it listens, at the address from which it has connected.
fn address(connection: &Connection, info: &Info) -> Option<SocketAddr> {
    let mut address = connection.stream.trace()?.reachable_peer();
    if let Some(port) = info.port.filter(|port| *port > 0) {
        address.set_port(port);
    } else {
        address.set_port(PORT);
    }
    if let SocketAddr::V6(v6) = address
        && let Some(v4) = v6.ip().to_ipv4_mapped()
    {
        address = SocketAddr::new(v4.into(), address.port());
    }
    Some(address)
}

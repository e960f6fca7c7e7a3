//! A short file: it is received into memory, checked there, and stored at once.

use std::io;

use landline_http1::digest::Hasher;

use super::failure::{fail, saved};
use super::storing::{NotStored, Received, Wanted, malformed};
use crate::error::ClientError;
use crate::server::connection::Connection;
use crate::server::http::request_body::RequestBody;
use crate::server::receiving::{Broken, Incoming, NotReceived, REPORTED_MIN_LEN};
use crate::store::received;
use crate::transfer::TransferState;

/// Whether [`receive`] is for this file. Nobody goes on with one that is so short.
pub(in crate::server::http) fn is_short(wanted: &Wanted<'_>) -> bool {
    !wanted.is_resumable && wanted.at == 0 && wanted.len.is_some_and(|len| len < REPORTED_MIN_LEN)
}

/// Receives the body, checks it, and stores it. The digest of the whole file is the only one that is looked at.
///
/// # Errors
/// The sender does not take the interim response.
pub(in crate::server::http) fn receive(
    connection: &mut Connection,
    body: RequestBody,
    wanted: &Wanted<'_>,
    incoming: &mut Incoming,
) -> io::Result<Result<Received, NotStored>> {
    incoming.start(0, wanted.len);
    let expected = wanted.len.unwrap_or(0);
    let mut reader = body.read(connection, wanted.max_len)?;
    let capacity = usize::try_from(expected).unwrap_or(0);
    let content = match incoming.collect(&mut reader, capacity) {
        Ok(content) => content,
        Err(Broken::Connection(e)) => {
            incoming.break_off(&e);
            return Ok(Err(NotStored::Broken { is_kept: false }));
        }
        Err(broken) => return Ok(Err(malformed(connection, incoming, &broken))),
    };
    let len = content.len() as u64;
    if len != expected {
        // Chunks that are fewer bytes than it says.
        let host = connection.peer_name.clone();
        incoming.fail(ClientError::BrokenHttp { host });
        return Ok(Err(NotStored::after_body(NotReceived::Malformed)));
    }
    incoming.transfer.set_state(TransferState::Verifying);
    let digest = wanted.repr_digest.map(|_| {
        let mut hasher = Hasher::new();
        hasher.update(&content);
        hasher.finish()
    });
    if digest != wanted.repr_digest {
        let host = connection.peer_name.clone();
        let name = incoming.transfer.name().to_owned();
        incoming.fail(ClientError::Damaged { host, name });
        return Ok(Err(NotStored::after_body(NotReceived::Damaged)));
    }
    let destination = wanted.destination;
    let stored = received::store_short(destination, &content, wanted.modified, wanted.copies);
    let path = match stored {
        Ok(path) => path,
        Err(e) => return Ok(Err(NotStored::after_body(fail(incoming, e)))),
    };
    let name = destination.relative(&path);
    saved(incoming, path, &name, len, digest.is_some());
    Ok(Ok(Received { name, len, digest }))
}

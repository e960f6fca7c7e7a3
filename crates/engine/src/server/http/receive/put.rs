//! PUT: stores one file (RFC 9110 section 9.3.4), or the rest of one (section 14.5).

use std::io;
use std::ops::ControlFlow;
use std::time::SystemTime;

use landline_http1::content_range::{self, Rest};
use landline_http1::request::Request;
use landline_http1::response::Status;

use super::failure::{log, why_not};
use super::reply::{Refusal, Stored, refuse, send_stored};
use super::storing::{NotStored, Received, Wanted, receive};
use crate::printable::printable;
use crate::server::connection::{Connection, Ending};
use crate::server::http::request_body::RequestBody;
use crate::server::receiving::{
    Admitted, Incoming, NotReceived, OfferedFile, Origin, Receiving, Sender,
};
use crate::share::name::ShareName;
use crate::store::part::{PartFile, Source};
use crate::store::received::{self, Destination};

/// Stores the body as the file that the path names, or refuses it with the body unread.
pub(in crate::server::http) fn answer(
    connection: &mut Connection,
    request: &Request<'_>,
    body: RequestBody,
) -> io::Result<ControlFlow<Ending>> {
    let mut prepared = match prepare(connection, request, &body) {
        Ok(prepared) => prepared,
        Err(why) => {
            let name = ShareName::from_target(request.path);
            let name = name.map(|(name, _)| name.to_string()).unwrap_or_default();
            return refuse(connection, request, &name, why.into());
        }
    };
    match store(connection, request, body, &mut prepared)? {
        Ok(stored) => send_stored(connection, request, &stored),
        Err(Failed::Refused(refusal)) => refuse(connection, request, &prepared.path, refusal),
        Err(Failed::Broken) => Ok(ControlFlow::Break(Ending::Abort)),
    }
}

/// Why a file is not stored.
enum Failed {
    /// Its sender is told.
    Refused(Refusal),
    /// There is nobody to tell.
    Broken,
}

impl<T: Into<Refusal>> From<T> for Failed {
    fn from(why: T) -> Self {
        Self::Refused(why.into())
    }
}

/// A file that may be sent, if the owner agrees.
struct Prepared {
    receiving: Receiving,
    /// As the sender calls it.
    path: String,
    destination: Destination,
    sender: Sender,
    /// Which part of the file the body is, if the request says so.
    rest: Option<Rest>,
    /// The length of the whole file in bytes, if the request says so.
    len: Option<u64>,
    modified: Option<SystemTime>,
}

/// Checks everything that can be checked without the owner and without the body.
fn prepare(
    connection: &Connection,
    request: &Request<'_>,
    body: &RequestBody,
) -> Result<Prepared, NotReceived> {
    let upload = &request.upload;
    let receiving = connection.shared.receiving().ok_or(NotReceived::Off)?;
    if upload.is_cross_site {
        return Err(NotReceived::OtherSite);
    }
    let name = match ShareName::from_target(request.path) {
        Ok((name, false)) if !name.is_root() && !name.is_hidden() => name,
        _ => return Err(NotReceived::BadName),
    };
    let path = name.to_string();
    let destination = Destination::new(&receiving.folder, &path).ok_or(NotReceived::BadName)?;
    if !upload.states_length {
        return Err(NotReceived::NoLength);
    }
    let rest = match upload.content_range.map(content_range::rest) {
        Some(None) => return Err(NotReceived::Malformed),
        Some(rest) => rest,
        None => None,
    };
    if let (Some(rest), Some(len)) = (rest, body.len())
        && len != rest.whole - rest.at
    {
        return Err(NotReceived::Malformed);
    }
    let sender = Sender::of(connection.peer, request).ok_or(NotReceived::Malformed)?;
    Ok(Prepared {
        path,
        destination,
        sender,
        rest,
        len: rest.map(|rest| rest.whole).or(body.len()),
        modified: received::modified(upload.modified_secs),
        receiving,
    })
}

impl Prepared {
    /// What the owner has changed since the request came counts.
    fn renew(&mut self, connection: &Connection) -> Result<(), NotReceived> {
        self.receiving = connection.shared.receiving().ok_or(NotReceived::Off)?;
        let destination = Destination::new(&self.receiving.folder, &self.path);
        self.destination = destination.ok_or(NotReceived::BadName)?;
        Ok(())
    }
}

/// Has the owner decide, and receives the file.
fn store(
    connection: &mut Connection,
    request: &Request<'_>,
    body: RequestBody,
    prepared: &mut Prepared,
) -> io::Result<Result<Stored, Failed>> {
    // From here on it waits for the owner, the sender and the disk.
    connection.blocking()?;
    let shared = connection.shared.clone();
    let receiving = &prepared.receiving;
    if let Err(e) = received::check_space(&receiving.folder, body.len().unwrap_or(0)) {
        return Ok(Err(why_not(&e).into()));
    }
    let offered = OfferedFile {
        name: printable(&prepared.path, false),
        len: prepared.len,
    };
    let admitted = shared
        .reception
        .admit(connection, &prepared.sender, receiving, &[offered])?;
    let admitted = match admitted {
        Ok(admitted) => admitted,
        Err(why) => return Ok(Err(why.into())),
    };
    if let Err(why) = prepared.renew(connection) {
        return Ok(Err(why.into()));
    }
    let prepared = &*prepared;
    let Prepared { path, sender, .. } = prepared;
    let claim = match shared.reception.claim(sender, path, prepared.len) {
        Ok(claim) => claim,
        Err(why) => return Ok(Err(why.into())),
    };
    if let Some(name) = &claim.stored {
        return Ok(Ok(Stored {
            status: Status(200),
            name: name.clone(),
            digest: None,
            new_token: admitted.new_token,
            is_consumed: body.len() == Some(0),
        }));
    }
    let source = received::source(&sender.key(), path);
    let (part, at) = match find_or_create(connection, prepared, &source) {
        Ok(found) => found,
        Err(refusal) => return Ok(Err(refusal.into())),
    };
    let mut incoming = Incoming::new(&Origin::of(connection, sender.name.as_ref()), path);
    let active = (shared.reception.unfinished).add(sender.key(), path.clone(), &incoming.transfer);
    let wanted = Wanted {
        destination: &prepared.destination,
        copies: prepared.receiving.copies,
        at,
        len: prepared.len,
        max_len: claim.max_len,
        modified: prepared.modified,
        repr_digest: request.upload.repr_digest,
        content_digest: request.upload.content_digest,
        wants_digest: request.wants_digest,
        is_resumable: true,
    };
    let result = receive(connection, body, &wanted, &mut incoming, part)?;
    drop(active);
    Ok(match result {
        Ok(Received { name, len, digest }) => {
            shared.reception.store(sender, path, &name, len);
            let Admitted { new_token } = admitted;
            Ok(Stored {
                status: Status(201),
                name,
                digest,
                new_token,
                is_consumed: true,
            })
        }
        Err(NotStored::Broken { is_kept }) => {
            if is_kept {
                let destination = prepared.destination.clone();
                let seal = &shared.reception.seal;
                shared.reception.unfinished.keep(destination, source, seal);
            }
            Err(Failed::Broken)
        }
        Err(NotStored::Refused { why, is_consumed }) => Err(Failed::Refused(Refusal {
            is_consumed,
            ..why.into()
        })),
    })
}

/// The part of the file, and where in it the body begins.
fn find_or_create(
    connection: &Connection,
    prepared: &Prepared,
    source: &Source,
) -> Result<(PartFile, u64), Refusal> {
    let reception = &connection.shared.reception;
    let Prepared {
        destination, path, ..
    } = prepared;
    let found = match prepared.rest {
        Some(Rest { at, whole }) if at > 0 => {
            reception.unfinished.take_over(&prepared.sender.key(), path);
            let found = received::find(destination, source, &reception.seal, whole);
            let stored = found.as_ref().map_or(0, PartFile::len);
            if stored != at {
                return Err(Refusal {
                    offset: Some(stored),
                    ..NotReceived::WrongOffset.into()
                });
            }
            found
        }
        // It is sent anew.
        _ => received::find_any(destination, source, &reception.seal),
    };
    let part = match found {
        Some(part) => part,
        None => received::create(destination, source, &reception.seal)
            .map_err(|e| Refusal::from(log(connection, &e)))?,
    };
    Ok((part, prepared.rest.map_or(0, |rest| rest.at)))
}

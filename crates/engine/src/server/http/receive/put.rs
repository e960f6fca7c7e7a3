//! PUT: stores one file (RFC 9110 section 9.3.4), or the rest of one (section 14.5).

use std::io::{self, ErrorKind};
use std::ops::ControlFlow;
use std::time::SystemTime;

use landline_http1::content_range::{self, Rest};
use landline_http1::digest::{Hasher, Sha256};
use landline_http1::request::Request;
use landline_http1::response::Status;

use super::failure::{fail, log, saved, why_not};
use super::reply::{Refusal, Stored, refuse, send_stored};
use crate::error::ClientError;
use crate::printable::printable;
use crate::server::connection::{Connection, Ending};
use crate::server::http::request_body::RequestBody;
use crate::server::receiving::{
    Admitted, Broken, Hashing, Incoming, NotReceived, OfferedFile, Origin, Receiving, Sender,
};
use crate::share::name::ShareName;
use crate::store::part::{PartFile, Source};
use crate::store::received::{self, Destination};
use crate::transfer::TransferState;

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
    let mut incoming = Incoming::new(&Origin::of(connection), path);
    let active = (shared.reception.unfinished).add(sender.key(), path.clone(), &incoming.transfer);
    let result = receive(
        connection,
        request,
        body,
        prepared,
        &mut incoming,
        (part, at, claim.max_len),
    )?;
    drop(active);
    Ok(match result {
        Ok((name, len, digest)) => {
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
        Err((failed, is_kept)) => {
            if is_kept {
                let destination = prepared.destination.clone();
                let seal = &shared.reception.seal;
                shared.reception.unfinished.keep(destination, source, seal);
            }
            Err(failed)
        }
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

/// The name under which it is stored, its length, and its digest if that is known; or why it is not, and whether its part
/// is kept.
type Received = Result<(String, u64, Option<Sha256>), (Failed, bool)>;

/// Receives the body into the part, checks it, and gives it its name.
fn receive(
    connection: &mut Connection,
    request: &Request<'_>,
    body: RequestBody,
    prepared: &Prepared,
    incoming: &mut Incoming,
    (mut part, at, max_len): (PartFile, u64, u64),
) -> io::Result<Received> {
    let upload = &request.upload;
    if let Err(e) = received::begin(&mut part, prepared.len, at, prepared.modified) {
        part.remove();
        return Ok(Err((fail(incoming, e).into(), false)));
    }
    incoming.start(at, prepared.len);
    let wants_digest = request.wants_digest
        || upload.repr_digest.is_some()
        || at == 0 && upload.content_digest.is_some();
    let mut hashing = Hashing::start(wants_digest, &part, at)?;
    // The content is not the file if it is only the rest of it.
    let mut content = upload
        .content_digest
        .filter(|_| at > 0)
        .map(|_| Hasher::new());
    let mut reader = body.read(connection, max_len.saturating_sub(at))?;
    let copied = incoming.copy(&mut reader, &mut part, |buffer, new, len| {
        if let Some(content) = &mut content {
            content.update(&buffer[new.clone()]);
        }
        hashing.take(buffer, new.end, len)
    });
    match copied {
        Ok(()) => {}
        Err(Broken::Connection(e)) => {
            let is_kept = !incoming.is_cancelled() && part.is_worth_keeping();
            if !is_kept {
                part.remove();
            }
            incoming.transfer.keep(is_kept);
            incoming.break_off(&e);
            return Ok(Err((Failed::Broken, is_kept)));
        }
        Err(Broken::Store(e)) => {
            // A full disk is not made emptier by what nobody goes on with.
            part.remove();
            return Ok(Err((fail(incoming, e).into(), false)));
        }
        Err(broken) => {
            part.remove();
            let why = match broken {
                Broken::TooMuch => NotReceived::TooMuch,
                _ => NotReceived::Malformed,
            };
            let host = connection.peer_name.clone();
            incoming.fail(ClientError::BrokenHttp { host });
            return Ok(Err((why.into(), false)));
        }
    }
    if prepared.len.is_some_and(|len| len != part.len()) {
        // A range in chunks that are fewer than it says.
        part.remove();
        let host = connection.peer_name.clone();
        incoming.fail(ClientError::BrokenHttp { host });
        let refusal = Refusal {
            is_consumed: true,
            ..NotReceived::Malformed.into()
        };
        return Ok(Err((refusal.into(), false)));
    }
    incoming.transfer.set_state(TransferState::Verifying);
    let digest = match hashing.finish(incoming) {
        Ok(digest) => digest,
        Err(e) if e.kind() == ErrorKind::Interrupted => {
            return Ok(Err((Failed::Broken, false)));
        }
        Err(e) => {
            let error = part.error(&e);
            part.remove();
            return Ok(Err((fail(incoming, error).into(), false)));
        }
    };
    let content = content.map(Hasher::finish).or(digest);
    let differs = |stated: Option<Sha256>, ours| stated.is_some_and(|stated| Some(stated) != ours);
    if differs(upload.repr_digest, digest) || differs(upload.content_digest, content) {
        part.remove();
        let host = connection.peer_name.clone();
        let name = prepared.path.clone();
        incoming.fail(ClientError::Damaged { host, name });
        let refusal = Refusal {
            is_consumed: true,
            ..NotReceived::Damaged.into()
        };
        return Ok(Err((refusal.into(), false)));
    }
    let is_checked = upload.repr_digest.is_some() || upload.content_digest.is_some() && at == 0;
    let destination = &prepared.destination;
    let path = match received::finish(&mut part, destination, prepared.receiving.copies) {
        Ok(path) => path,
        Err(e) => {
            part.remove();
            let refusal = Refusal {
                is_consumed: true,
                ..fail(incoming, e).into()
            };
            return Ok(Err((refusal.into(), false)));
        }
    };
    let stored = destination.relative(&path);
    let len = part.len();
    saved(incoming, path, &stored, len, is_checked);
    Ok(Ok((stored, len, digest)))
}

//! Stores the body of a request as a file: the part, the transfer, the digests, the final name.

use std::io::{self, ErrorKind};
use std::time::SystemTime;

use landline_http1::digest::{Hasher, Sha256};

use super::failure::{fail, saved};
use crate::error::ClientError;
use crate::server::connection::Connection;
use crate::server::http::request_body::RequestBody;
use crate::server::receiving::{Broken, Hashing, Incoming, NotReceived};
use crate::store::part::PartFile;
use crate::store::received::{self, Destination};
use crate::store::target::CopyNaming;
use crate::transfer::TransferState;

/// A file that is to be received.
#[derive(Debug)]
pub(in crate::server::http) struct Wanted<'a> {
    pub destination: &'a Destination,
    pub copies: CopyNaming,
    /// Where in the file the body begins, in bytes.
    pub at: u64,
    /// The length of the whole file in bytes, if that is known.
    pub len: Option<u64>,
    /// The most bytes that the file may have.
    pub max_len: u64,
    pub modified: Option<SystemTime>,
    /// The digest of the whole file, if its sender states it.
    pub repr_digest: Option<Sha256>,
    /// That of the body.
    pub content_digest: Option<Sha256>,
    /// Whether the digest is needed all the same.
    pub wants_digest: bool,
    /// Whether its sender may resume it after an interruption.
    pub is_resumable: bool,
}

/// A file that is stored.
#[derive(Debug)]
pub(in crate::server::http) struct Received {
    /// Its path here.
    pub name: String,
    /// In bytes.
    pub len: u64,
    /// If it was computed.
    pub digest: Option<Sha256>,
}

/// Why a file is not stored. Its transfer has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::server::http) enum NotStored {
    /// Its sender is told.
    Refused {
        why: NotReceived,
        /// The body has been consumed.
        is_consumed: bool,
    },
    /// The sender is gone.
    Broken {
        /// The part is kept, so that its sender can resume it.
        is_kept: bool,
    },
}

impl NotStored {
    pub(super) fn after_body(why: NotReceived) -> Self {
        Self::Refused {
            why,
            is_consumed: true,
        }
    }

    pub(super) fn within_body(why: NotReceived) -> Self {
        Self::Refused {
            why,
            is_consumed: false,
        }
    }
}

/// Receives the body into `part`, checks it, and gives it its name.
///
/// # Errors
/// The sender does not take the interim response, or the system starts no thread.
pub(in crate::server::http) fn receive(
    connection: &mut Connection,
    body: RequestBody,
    wanted: &Wanted<'_>,
    incoming: &mut Incoming,
    mut part: PartFile,
) -> io::Result<Result<Received, NotStored>> {
    let at = wanted.at;
    let begun = received::begin(
        &mut part,
        wanted.len,
        at,
        wanted.modified,
        wanted.is_resumable,
    );
    if let Err(e) = begun {
        part.remove();
        return Ok(Err(NotStored::within_body(fail(incoming, e))));
    }
    incoming.start(at, wanted.len);
    let wants_digest = wanted.wants_digest
        || wanted.repr_digest.is_some()
        || at == 0 && wanted.content_digest.is_some();
    let mut hashing = Hashing::start(wants_digest, &part, at)?;
    // The content is not the file if it is only the rest of it.
    let mut content = wanted
        .content_digest
        .filter(|_| at > 0)
        .map(|_| Hasher::new());
    let mut reader = body.read(connection, wanted.max_len.saturating_sub(at))?;
    let copied = incoming.copy(&mut reader, &mut part, |buffer, new, len| {
        if let Some(content) = &mut content {
            content.update(&buffer[new.clone()]);
        }
        hashing.take(buffer, new.end, len)
    });
    if let Err(broken) = copied {
        return Ok(Err(break_off(connection, incoming, part, broken)));
    }
    if wanted.len.is_some_and(|len| len != part.len()) {
        // A chunked body that is shorter than was stated.
        part.remove();
        let host = connection.peer_name.clone();
        incoming.fail(ClientError::BrokenHttp { host });
        return Ok(Err(NotStored::after_body(NotReceived::Malformed)));
    }
    incoming.transfer.set_state(TransferState::Verifying);
    let digest = match hashing.finish(incoming) {
        Ok(digest) => digest,
        Err(e) if e.kind() == ErrorKind::Interrupted => {
            return Ok(Err(NotStored::Broken { is_kept: false }));
        }
        Err(e) => {
            let error = part.error(&e);
            part.remove();
            return Ok(Err(NotStored::within_body(fail(incoming, error))));
        }
    };
    let content = content.map(Hasher::finish).or(digest);
    let differs = |stated: Option<Sha256>, ours| stated.is_some_and(|stated| Some(stated) != ours);
    if differs(wanted.repr_digest, digest) || differs(wanted.content_digest, content) {
        part.remove();
        let host = connection.peer_name.clone();
        let name = incoming.transfer.name().to_owned();
        incoming.fail(ClientError::Damaged { host, name });
        return Ok(Err(NotStored::after_body(NotReceived::Damaged)));
    }
    let is_checked = wanted.repr_digest.is_some() || wanted.content_digest.is_some() && at == 0;
    let path = match received::finish(&mut part, wanted.destination, wanted.copies) {
        Ok(path) => path,
        Err(e) => {
            part.remove();
            return Ok(Err(NotStored::after_body(fail(incoming, e))));
        }
    };
    let name = wanted.destination.relative(&path);
    let len = part.len();
    saved(incoming, path, &name, len, is_checked);
    Ok(Ok(Received { name, len, digest }))
}

/// The body did not come as a whole, or could not be written.
fn break_off(
    connection: &Connection,
    incoming: &Incoming,
    part: PartFile,
    broken: Broken,
) -> NotStored {
    match broken {
        Broken::Connection(e) => {
            let is_kept = !incoming.is_cancelled() && part.is_worth_keeping();
            if !is_kept {
                part.remove();
            }
            incoming.transfer.keep(is_kept);
            incoming.break_off(&e);
            NotStored::Broken { is_kept }
        }
        Broken::Store(e) => {
            // On a full disk, keep no part that nobody will resume.
            part.remove();
            NotStored::within_body(fail(incoming, e))
        }
        broken => {
            part.remove();
            malformed(connection, incoming, &broken)
        }
    }
}

/// The body is not what it was said to be.
pub(super) fn malformed(
    connection: &Connection,
    incoming: &Incoming,
    broken: &Broken,
) -> NotStored {
    let why = match broken {
        Broken::TooMuch => NotReceived::TooMuch,
        _ => NotReceived::Malformed,
    };
    let host = connection.peer_name.clone();
    incoming.fail(ClientError::BrokenHttp { host });
    NotStored::within_body(why)
}

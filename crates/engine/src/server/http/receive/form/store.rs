//! The files of a form: short ones get their names together, long ones each by itself.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::SystemTime;

use landline_http1::digest::{Hasher, Sha256};
use landline_http1::multipart::PartHead;

use super::reader::{FormReader, Limited};
use super::result::{FileResult, NotStored, Stopped};
use crate::error::ClientError;
use crate::printable::clipped;
use crate::server::LogEntry;
use crate::server::http::receive::failure::{fail, saved};
use crate::server::receiving::{
    Broken, Hashing, Incoming, NotReceived, Origin, Receiving, Reception, Sender,
};
use crate::share::name::ShareName;
use crate::store::received::{self, Destination, Scratch, Small};
use crate::transfer::TransferState;
use crate::transport::pump::PumpError;

/// A file of at most this length in bytes is written at once, and flushed to the disk together with others.
const SMALL_MAX_LEN: u64 = 64 * 1024;

/// Files that are flushed together at most, so that few are lost with a connection.
const PENDING_MAX: usize = 1024;

/// The names of a form's files together, in bytes: the response lists them.
const NAMES_MAX_LEN: usize = 4 << 20;

/// Receives the files of one form.
pub(super) struct FormStore<'a> {
    origin: Origin,
    receiving: &'a Receiving,
    sender: &'a Sender,
    folder: &'a ShareName,
    scratch: Option<Scratch>,
    small: Vec<Small>,
    pending: Vec<Pending>,
    results: Vec<FileResult>,
    names_len: usize,
}

/// A short file that has arrived.
struct Pending {
    incoming: Incoming,
    /// Its place in the results.
    at: usize,
    is_checked: bool,
}

impl<'a> FormStore<'a> {
    pub(super) fn new(
        origin: Origin,
        receiving: &'a Receiving,
        sender: &'a Sender,
        folder: &'a ShareName,
    ) -> Self {
        Self {
            origin,
            receiving,
            sender,
            folder,
            scratch: None,
            small: Vec::new(),
            pending: Vec::new(),
            results: Vec::new(),
            names_len: 0,
        }
    }

    fn reception(&self) -> &Reception {
        &self.origin.shared.reception
    }

    /// Receives all files of the form. Those that were short may still be pending.
    pub(super) fn receive<R: Read>(&mut self, form: &mut FormReader<R>) -> Result<(), Stopped> {
        while let Some(head) = form.next_part()? {
            // Other fields have no meaning here, and an empty name is a file that was not chosen.
            let Some(name) = head.filename.as_deref().filter(|name| !name.is_empty()) else {
                continue;
            };
            let path = if self.folder.is_root() {
                name.to_owned()
            } else {
                format!("{}/{name}", self.folder)
            };
            self.names_len += path.len();
            if self.names_len > NAMES_MAX_LEN {
                return Err(Stopped::TooMuch);
            }
            let at = self.results.len();
            self.results.push(FileResult {
                name: name.to_owned(),
                stored: Err(NotReceived::BadName),
                is_old: false,
            });
            let Some(destination) = self.destination(&path) else {
                self.log(at);
                continue;
            };
            let stored = self.receive_file(form, &head, &path, destination, at);
            match stored {
                Ok(Some(stored)) => self.results[at].stored = Ok(stored),
                Ok(None) => {}
                Err(NotStored::Refused(why)) => {
                    self.results[at].stored = Err(why);
                    self.log(at);
                }
                Err(NotStored::Source(e)) => return Err(e.into()),
            }
            if self.small.len() >= PENDING_MAX {
                self.place();
            }
        }
        Ok(())
    }

    fn destination(&self, path: &str) -> Option<Destination> {
        let name = ShareName::from_raw(path.as_bytes()).ok()?;
        let is_allowed = !name.is_root() && !name.is_hidden();
        let destination = Destination::new(&self.receiving.folder, path);
        destination.filter(|_| is_allowed)
    }

    /// Logs that a file is not stored.
    fn log(&self, at: usize) {
        if let Err(why) = self.results[at].stored {
            let name = clipped(&self.results[at].name).into_owned();
            let entry = LogEntry::NotReceived { name, why };
            self.origin.shared.log(self.sender.address, entry);
        }
    }

    /// Receives one file. Gives the name under which it is stored, and nothing if it is pending.
    fn receive_file<R: Read>(
        &mut self,
        form: &mut FormReader<R>,
        head: &PartHead,
        path: &str,
        destination: Destination,
        at: usize,
    ) -> Result<Option<String>, NotStored> {
        let mut incoming = Incoming::new(&self.origin, path);
        let mut content = Vec::new();
        let read = form.take(SMALL_MAX_LEN + 1).read_to_end(&mut content);
        if let Err(e) = read {
            incoming.break_off(&PumpError::Source(e.kind().into()));
            return Err(NotStored::Source(e));
        }
        let len = content.len() as u64;
        let is_small = len <= SMALL_MAX_LEN;
        let is_same = |pending: &Pending| pending.incoming.transfer.name() == path;
        if self.sender.batch.is_some() && self.pending.iter().any(is_same) {
            // Counts once.
            self.place();
        }
        let shared = Arc::clone(&self.origin.shared);
        let claim = (shared.reception).claim(self.sender, path, is_small.then_some(len));
        let claim = match claim {
            Ok(claim) => claim,
            Err(why) => {
                incoming.fail(self.refused(why));
                return Err(why.into());
            }
        };
        if let Some(stored) = claim.stored.clone() {
            drop(claim);
            self.results[at].is_old = true;
            return Ok(Some(stored));
        }
        let max_len = claim.max_len;
        drop(claim);
        let modified = received::modified(head.modified_secs);
        if is_small {
            incoming.start(0, Some(len));
            incoming.transfer.advance(len);
            self.keep(incoming, head, &content, (destination, modified, at))?;
            return Ok(None);
        }
        incoming.start(0, None);
        let mut source = Limited {
            source: io::Cursor::new(content).chain(form),
            left: max_len,
        };
        let stored = self.receive_long(
            &mut incoming,
            &mut source,
            head.digest,
            (&destination, modified),
        )?;
        Ok(Some(stored))
    }

    /// Writes a short file, which gets its name with others.
    fn keep(
        &mut self,
        incoming: Incoming,
        head: &PartHead,
        content: &[u8],
        (destination, modified, at): (Destination, Option<SystemTime>, usize),
    ) -> Result<(), NotStored> {
        if head.digest.is_some_and(|stated| stated != sha256(content)) {
            incoming.fail(self.damaged(&incoming));
            return Err(NotReceived::Damaged.into());
        }
        if self.scratch.is_none() {
            if !self.reception().is_swept.swap(true, Ordering::Relaxed) {
                Scratch::sweep(&self.receiving.folder);
            }
            let scratch = Scratch::create(&self.receiving.folder);
            self.scratch = Some(scratch.map_err(|e| fail(&incoming, e))?);
        }
        let Some(scratch) = &self.scratch else {
            return Err(NotReceived::NotStored.into());
        };
        let written = scratch.write(destination, content, modified);
        self.small.push(written.map_err(|e| fail(&incoming, e))?);
        self.pending.push(Pending {
            incoming,
            at,
            is_checked: head.digest.is_some(),
        });
        Ok(())
    }

    /// Receives a long file.
    fn receive_long(
        &self,
        incoming: &mut Incoming,
        source: &mut dyn Read,
        stated: Option<Sha256>,
        (destination, modified): (&Destination, Option<SystemTime>),
    ) -> Result<String, NotStored> {
        let path = incoming.transfer.name().to_owned();
        let record = received::source(&self.sender.key(), &path);
        let created = received::create(destination, &record, &self.reception().seal);
        let mut part = created.map_err(|e| fail(incoming, e))?;
        let begun = received::begin(&mut part, None, 0, modified, true);
        begun.map_err(|e| fail(incoming, e))?;
        let hashing = Hashing::start(stated.is_some(), &part, 0);
        let mut hashing = hashing.map_err(NotStored::Source)?;
        let copied = incoming.copy(source, &mut part, |buffer, new, len| {
            hashing.take(buffer, new.end, len)
        });
        match copied {
            Ok(()) => {}
            Err(Broken::Connection(e)) => {
                part.remove();
                incoming.break_off(&e);
                return Err(NotStored::Source(match e {
                    PumpError::Source(e) => e,
                    _ => io::ErrorKind::ConnectionAborted.into(),
                }));
            }
            Err(Broken::Malformed) => {
                part.remove();
                incoming.fail(self.refused(NotReceived::Malformed));
                return Err(NotStored::Source(io::ErrorKind::InvalidData.into()));
            }
            Err(Broken::TooMuch) => {
                part.remove();
                incoming.fail(self.refused(NotReceived::TooMuch));
                return Err(NotReceived::TooMuch.into());
            }
            Err(Broken::Store(e)) => {
                part.remove();
                return Err(fail(incoming, e).into());
            }
        }
        incoming.transfer.set_state(TransferState::Verifying);
        let digest = hashing.finish(incoming).map_err(NotStored::Source)?;
        if stated.is_some() && stated != digest {
            part.remove();
            incoming.fail(self.damaged(incoming));
            return Err(NotReceived::Damaged.into());
        }
        let finished = received::finish(&mut part, destination, self.receiving.copies);
        let stored_at = finished.map_err(|e| fail(incoming, e))?;
        let stored = destination.relative(&stored_at);
        let len = part.len();
        saved(incoming, stored_at, &stored, len, stated.is_some());
        self.reception().store(self.sender, &path, &stored, len);
        Ok(stored)
    }

    /// Flushes the pending files to the disk and gives them their names.
    fn place(&mut self) {
        let (small, pending) = (
            std::mem::take(&mut self.small),
            std::mem::take(&mut self.pending),
        );
        let Some(scratch) = self.scratch.as_ref().filter(|_| !small.is_empty()) else {
            return;
        };
        let mut placed = scratch.place(&small, self.receiving.copies);
        for (number, (small, pending)) in small.iter().zip(pending).enumerate() {
            let path = match &mut placed {
                Ok(placed) => placed[number].clone(),
                Err(e) => Err(e.clone()),
            };
            let at = pending.at;
            match path {
                Ok(path) => {
                    let stored = small.destination.relative(&path);
                    let asked = pending.incoming.transfer.name();
                    (self.reception()).store(self.sender, asked, &stored, small.len);
                    saved(
                        &pending.incoming,
                        path,
                        &stored,
                        small.len,
                        pending.is_checked,
                    );
                    self.results[at].stored = Ok(stored);
                }
                Err(e) => {
                    self.results[at].stored = Err(fail(&pending.incoming, e));
                    self.log(at);
                }
            }
        }
    }

    /// Places what is pending; what became of each file.
    pub(super) fn finish(mut self) -> Vec<FileResult> {
        self.place();
        self.results
    }

    /// The form ends early: what is pending is not stored.
    pub(super) fn break_off(self, error: &io::Error) {
        let error = PumpError::Source(error.kind().into());
        for pending in &self.pending {
            pending.incoming.break_off(&error);
        }
    }

    fn refused(&self, why: NotReceived) -> ClientError {
        log::info!("{}: {why:?}", self.origin.peer_name);
        ClientError::BrokenHttp {
            host: self.origin.peer_name.clone(),
        }
    }

    fn damaged(&self, incoming: &Incoming) -> ClientError {
        ClientError::Damaged {
            host: self.origin.peer_name.clone(),
            name: incoming.transfer.name().to_owned(),
        }
    }
}

fn sha256(content: &[u8]) -> Sha256 {
    let mut hasher = Hasher::new();
    hasher.update(content);
    hasher.finish()
}

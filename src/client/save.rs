//! A body on its way to the disk, and whether what arrived is what was sent.

use std::io::{self, Read, Write as _};
use std::ops::Range;
use std::sync::Arc;
use std::time::SystemTime;

use super::ClientError;
use super::call::Halt;
use super::job::{Job, place};
use super::resume::Version;
use super::sink::Sink;
use super::verify::Follower;
use crate::net::digest::Sha256;
use crate::net::pump::{self, PumpError};
use crate::net::{Checked, Dialect, Saved};

/// A body that is about to come.
pub(super) struct Coming<'a> {
    pub(super) dialect: Dialect,
    /// Of what it is a part or the whole.
    pub(super) version: Version,
    /// Where in the file it begins.
    pub(super) at: u64,
    /// Where in the file it ends, where it is a part of it.
    pub(super) end: Option<u64>,
    /// The name that was asked for, or that the server suggests.
    pub(super) asked: &'a str,
    /// When the file changed last at the server.
    pub(super) modified: Option<SystemTime>,
    /// Its digest will be known.
    pub(super) has_digest: bool,
}

impl Coming<'_> {
    /// Whether nothing of the file is to come after it.
    pub(super) fn is_last(&self) -> bool {
        self.end.is_none() || self.end == self.version.length
    }
}

impl Job<'_> {
    /// Everything that `source` gives goes into the part, which is left in [`SoFar`] whatever
    /// happens; its digest where it is whole and there will be another to compare it to.
    ///
    /// [`SoFar`]: super::job::SoFar
    pub(super) fn receive(
        &self,
        source: &mut dyn Read,
        coming: &Coming<'_>,
    ) -> Result<Option<Sha256>, Halt> {
        let mut part = self.part()?;
        let begun = part.begin(coming.version.clone(), coming.at, coming.modified);
        if let Err(e) = begun {
            self.so_far().part = Some(part);
            return Err(e.into());
        }
        let mut follower = match self.follower(&part, coming) {
            Ok(follower) => follower,
            Err(e) => {
                self.so_far().part = Some(part);
                return Err(ClientError::from_system(&e).into());
            }
        };
        self.so_far().is_begun = true;
        self.transfer.set_done(coming.at);
        self.transfer.moving(coming.dialect, coming.version.length);
        (self.moving)();
        let store = |buffer: &mut Vec<u8>, new: Range<usize>| {
            let len = new.end;
            part.write_all(&buffer[new])?;
            let follower = follower.as_mut();
            Ok(follower.map_or(0, |follower| follower.take(buffer, len, part.len())))
        };
        let received = pump::receive(source, store, self.transfer);
        let (len, end) = (part.len(), coming.end.or(coming.version.length));
        let result = match received {
            Ok(_) if end.is_some_and(|end| end != len) => Err(self.cut().into()),
            Ok(_) => Ok(()),
            Err(PumpError::Cancelled) => Err(Halt::Cancelled),
            Err(PumpError::Sink(e)) => Err(part.error(&e).into()),
            Err(PumpError::Source(e)) => Err(self.broke_off(&e)),
            Err(PumpError::Short(_)) => Err(self.cut().into()),
        };
        self.so_far().part = Some(part);
        if let Err(halt) = result {
            // The next try goes on with both.
            self.so_far().follower = follower;
            return Err(halt);
        }
        if !coming.is_last() {
            self.so_far().follower = follower;
            return Ok(None);
        }
        if let Some(Sink::Stream(stream)) = &self.so_far().part {
            return Ok(coming.has_digest.then(|| stream.digest()));
        }
        let Some(follower) = follower else {
            return Ok(None);
        };
        self.transfer.checking();
        (self.moving)();
        match follower.finish(self.transfer.cancel()) {
            Ok(digest) => Ok(Some(digest)),
            Err(_) if self.transfer.cancel().is_cancelled() => Err(Halt::Cancelled),
            Err(e) => Err(self.unreadable(&e)),
        }
    }

    /// What makes the digest of `part`, where it will be asked for: the one of the last try, if that has
    /// taken in nothing that will be written over.
    fn follower(&self, part: &Sink, coming: &Coming<'_>) -> io::Result<Option<Follower>> {
        let old = self.so_far().follower.take();
        // A stream makes its own.
        let (Sink::Part(part), true) = (part, coming.has_digest) else {
            return Ok(None);
        };
        match old.filter(|old| old.len() <= coming.at) {
            Some(old) => Ok(Some(old)),
            None => Follower::start(Arc::clone(part.file()), coming.at).map(Some),
        }
    }

    /// Give the part its name.
    pub(super) fn finish(&self, coming: &Coming<'_>, checked: Checked) -> Result<Saved, Halt> {
        let (_, name) = place(&self.request.target, coming.asked)?;
        let mut part = self.part()?;
        if let Sink::Part(part) = &part
            && let Some(date) = part.date()
        {
            (self.naming)(part.len(), date);
        }
        let finished = part.finish(name, self.request.exists);
        let path = match finished {
            Ok(path) => path,
            Err(e) => {
                self.so_far().part = Some(part);
                return Err(e.into());
            }
        };
        if matches!(part, Sink::Part(_)) {
            self.note_name(coming.asked, &path);
        }
        self.note_coding(&coming.version, &path);
        Ok(Saved {
            path,
            checked,
            skipped: false,
            notes: std::mem::take(&mut self.so_far().notes),
        })
    }

    /// The part cannot be read back.
    fn unreadable(&self, error: &io::Error) -> Halt {
        match &self.so_far().part {
            Some(part) => part.error(error).into(),
            None => ClientError::from_system(error).into(),
        }
    }
}

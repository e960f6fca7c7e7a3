//! A body on its way to the disk, and whether what arrived is what was sent.

use std::io::{self, Read, Write as _};
use std::ops::Range;
use std::sync::Arc;
use std::time::SystemTime;

use super::connection::FetchError;
use super::job::{Job, Progress, note_coding, note_name, part};
use crate::error::ClientError;
use crate::store::hasher::Follower;
use crate::store::sink::Sink;
use crate::store::version::Version;
use crate::transfer::{Checked, Protocol, Saved, TransferState};
use crate::transport::pump;
use crate::transport::pump::PumpError;
use crate::transport::trace::{Trace, WaitFor};
use landline_http1::digest::Sha256;

/// A body that is about to come.
pub(super) struct IncomingBody<'a> {
    pub(super) protocol: Protocol,
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

impl IncomingBody<'_> {
    /// Whether nothing of the file is to come after it.
    pub(super) fn is_last(&self) -> bool {
        self.end.is_none() || self.end == self.version.length
    }
}

/// Everything that `source` gives goes into the part, which is left in [`Progress`] whatever
/// happens; its digest where it is whole and there will be another to compare it to.
pub(super) fn receive(
    job: &Job<'_>,
    progress: &mut Progress,
    source: &mut dyn Read,
    incoming: &IncomingBody<'_>,
) -> Result<Option<Sha256>, FetchError> {
    let mut part = part(job, progress)?;
    let begun = part.begin(incoming.version.clone(), incoming.at, incoming.modified);
    if let Err(e) = begun {
        progress.part = Some(part);
        return Err(e.into());
    }
    let mut follower = match follower(progress, &part, incoming) {
        Ok(follower) => follower,
        Err(e) => {
            progress.part = Some(part);
            return Err(ClientError::from_system(&e).into());
        }
    };
    progress.is_begun = true;
    job.transfer.set_done(incoming.at);
    job.transfer
        .start(incoming.protocol, incoming.version.length);
    (job.moving)();
    let trace = job.transfer.trace();
    let body = trace.as_ref().map(Trace::body);
    let sink_wait = match part {
        Sink::Part(_) => WaitFor::DiskWrite,
        Sink::Stream(_) => WaitFor::Output,
    };
    let store = |buffer: &mut Vec<u8>, new: Range<usize>| {
        let len = new.end;
        part.write_all(&buffer[new])?;
        if let (Sink::Stream(stream), Some(trace)) = (&mut part, &trace) {
            trace.move_wait(WaitFor::Output, WaitFor::Hash, stream.take_hashing_time());
        }
        let follower = follower.as_mut();
        Ok(follower.map_or(0, |follower| follower.take(buffer, len, part.len())))
    };
    let waits = trace.as_deref().map(|trace| (trace, sink_wait));
    let received = pump::receive(source, store, &**job.transfer, waits);
    let (len, end) = (part.len(), incoming.end.or(incoming.version.length));
    let result = match received {
        Ok(_) if end.is_some_and(|end| end != len) => Err(job.cut().into()),
        Ok(_) => Ok(()),
        Err(PumpError::Cancelled) => Err(FetchError::Cancelled),
        Err(PumpError::Sink(e)) => Err(part.error(&e).into()),
        Err(PumpError::Source(e)) => Err(job.broke_off(&e)),
        Err(PumpError::Short(_)) => Err(job.cut().into()),
    };
    progress.part = Some(part);
    if let Err(halt) = result {
        // The next try goes on with both.
        progress.follower = follower;
        return Err(halt);
    }
    if let Some(body) = &body {
        body.complete();
    }
    if !incoming.is_last() {
        progress.follower = follower;
        return Ok(None);
    }
    if let Some(Sink::Stream(stream)) = &progress.part {
        return Ok(incoming.has_digest.then(|| stream.digest()));
    }
    let Some(follower) = follower else {
        return Ok(None);
    };
    job.transfer.set_state(TransferState::Verifying);
    (job.moving)();
    if let Some(trace) = &trace {
        trace.begin_wait(WaitFor::Hash);
    }
    match follower.finish(job.transfer.cancel()) {
        Ok(digest) => Ok(Some(digest)),
        Err(_) if job.transfer.cancel().is_cancelled() => Err(FetchError::Cancelled),
        Err(e) => Err(unreadable(progress, &e)),
    }
}

/// What makes the digest of `part`, where it will be asked for: the one of the last try, if that has
/// taken in nothing that will be written over.
fn follower(
    progress: &mut Progress,
    part: &Sink,
    incoming: &IncomingBody<'_>,
) -> io::Result<Option<Follower>> {
    let old = progress.follower.take();
    // A stream makes its own.
    let (Sink::Part(part), true) = (part, incoming.has_digest) else {
        return Ok(None);
    };
    match old.filter(|old| old.len() <= incoming.at) {
        Some(old) => Ok(Some(old)),
        None => Follower::start(Arc::clone(part.file()), incoming.at).map(Some),
    }
}

/// Give the part its name.
pub(super) fn finish(
    job: &Job<'_>,
    progress: &mut Progress,
    incoming: &IncomingBody<'_>,
    checked: Checked,
) -> Result<Saved, FetchError> {
    let (_, name) = job.request.target.resolve(incoming.asked)?;
    let mut part = part(job, progress)?;
    if let Sink::Part(part) = &part
        && let Some(date) = part.date()
    {
        (job.naming)(part.len(), date);
    }
    let copies = job.copies.of(job.transfer.protocol());
    let finished = part.finish(name, job.request.exists, copies);
    let path = match finished {
        Ok(path) => path,
        Err(e) => {
            progress.part = Some(part);
            return Err(e.into());
        }
    };
    if matches!(part, Sink::Part(_)) {
        note_name(job, progress, incoming.asked, &path);
    }
    note_coding(job, progress, &incoming.version, &path);
    Ok(Saved {
        path,
        checked,
        skipped: false,
        notes: std::mem::take(&mut progress.notes),
    })
}

/// The part cannot be read back.
fn unreadable(progress: &Progress, error: &io::Error) -> FetchError {
    match &progress.part {
        Some(part) => part.error(error).into(),
        None => ClientError::from_system(error).into(),
    }
}

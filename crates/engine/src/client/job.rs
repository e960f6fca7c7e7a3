//! What one download works with, what it has so far, and the errors that name its host and file.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::connect::{connect, connect_plain};
use super::connection::{Connection, FetchError};
use super::fetch::MAX_CHANGES;
use super::origin::Origin;
use super::protocol_cache::ProtocolCache;
use super::resume::RestartReason;
use super::{CopyNaming, FolderLimits, IfExists, Request, Target, Timeouts};
use crate::error::{ClientError, StoreError};
use crate::name_bytes;
use crate::store::hasher::Follower;
use crate::store::output::{Stream, is_stream};
use crate::store::part::{PartFile, Source};
use crate::store::seal::Seal;
use crate::store::sink::Sink;
use crate::store::version::Version;
use crate::transfer::{Note, Transfer};
use crate::transport::is_timeout;
use landline_http1::coding;

/// Everything that one download needs.
pub(super) struct Job<'a> {
    pub(super) request: &'a Request,
    pub(super) transfer: &'a Arc<Transfer>,
    pub(super) known: &'a ProtocolCache,
    /// What authenticates records.
    pub(super) seal: &'a Seal,
    pub(super) timeouts: &'a Timeouts,
    /// Called when bytes begin to flow.
    pub(super) moving: &'a (dyn Fn() + Sync),
    /// Backs off for so long because of the error, while others have the slot; false after a cancel.
    pub(super) wait_to_retry: &'a (dyn Fn(ClientError, Duration) -> bool + Sync),
    /// When the file changed last, where that is known from elsewhere.
    pub(super) modified: Option<SystemTime>,
    /// Connections of a whole folder's download.
    pub(super) connections: usize,
    /// Nothing is tried again once nothing has come for so long.
    pub(super) give_up: Option<Duration>,
    /// How it is called if its name is taken and what has it is kept.
    pub(super) copies: CopyNaming,
    /// Called before the file gets its name, with the length and date that it has.
    pub(super) naming: &'a dyn Fn(u64, SystemTime),
    /// What a folder may have in it.
    pub(super) most: FolderLimits,
}

/// What a download has, from one try to the next.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// What is on the disk, or where it goes instead.
    pub(super) part: Option<Sink>,
    /// What makes the digest of that.
    pub(super) follower: Option<Follower>,
    /// The server has begun to send: whatever fails from now on is an interruption.
    pub(super) is_begun: bool,
    /// Whether what is there already was compared with what the server has.
    pub(super) look: Look,
    /// How many bytes of this version were here at most.
    pub(super) furthest: u64,
    /// How often it was all here and all wrong.
    pub(super) mismatches: u32,
    /// How often the file changed while it was fetched.
    pub(super) changes: u32,
    /// How many parts with hardly anything new in them have come.
    pub(super) small_parts: u32,
    /// The server has sent parts that were of no use.
    pub(super) is_whole_only: bool,
    /// What looks like a folder's path is a file's.
    pub(super) is_file: bool,
    /// What the user should know.
    pub(super) notes: Vec<Note>,
}

impl Progress {
    /// Whether the server has begun to send, now or at an earlier time.
    pub(super) fn has_begun(&self) -> bool {
        self.is_begun || self.part.as_ref().is_some_and(Sink::is_begun)
    }

    pub(super) fn remove_part(&mut self) {
        self.part = self.part.take().and_then(Sink::remove);
    }

    /// Whether the bytes go where they cannot be taken back.
    pub(super) fn is_stream(&self) -> bool {
        matches!(self.part, Some(Sink::Stream(_)))
    }

    /// Something that the user should know, once.
    pub(super) fn note(&mut self, note: Note) {
        let notes = &mut self.notes;
        if !notes.contains(&note) {
            notes.push(note);
        }
    }

    /// `part` looks like an earlier try of this, and may be a stranger's.
    pub(super) fn note_left_alone(&mut self, part: &Path) {
        let path = part.to_owned();
        let note = Note::ForeignPart { path };
        log::info!("{note:?}");
        self.note(note);
    }
}

/// A look at what the server has, before any of it is fetched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Look {
    /// Not yet.
    #[default]
    Due,
    /// Its head was asked for.
    Asked,
    /// It is another file, or it cannot be told.
    Done,
}

impl Job<'_> {
    /// Where requests over HTTP go.
    pub(super) fn origin(&self) -> Origin<'_> {
        self.known.reach(self.request.origin())
    }

    /// For requests over HTTP.
    pub(super) fn connect(&self) -> Result<Connection, FetchError> {
        let (origin, cancel) = (self.request.origin(), self.transfer.cancel());
        let attach = |trace: &_| self.transfer.attach(trace);
        let connection = connect(self.known, origin, cancel, self.timeouts, &attach)?;
        self.transfer.set_protection(connection.protection());
        Ok(connection)
    }

    /// For raw requests.
    pub(super) fn connect_plain(&self) -> Result<Connection, FetchError> {
        let Request { host, port, .. } = self.request;
        let (connections, cancel) = (&self.known.connections, self.transfer.cancel());
        let attach = |trace: &_| self.transfer.attach(trace);
        let connection = connect_plain(connections, host, *port, cancel, self.timeouts, &attach)?;
        self.transfer.set_protection(connection.protection());
        Ok(connection)
    }

    /// Whether a name that the server suggests is preferred to that of the request, which says little.
    pub(super) fn takes_suggestion(&self) -> bool {
        self.request.name.is_empty() || self.request.query.is_some()
    }

    /// What a failed read of a body means.
    pub(super) fn broke_off(&self, error: &io::Error) -> FetchError {
        log::info!("reading from {}: {error}", self.request.host);
        if error.kind() == ErrorKind::InvalidData {
            self.broken("the body")
        } else if is_timeout(error) {
            ClientError::Stalled {
                host: self.request.host.clone(),
                name: self.request.shown(),
                arrived: self.transfer.done(),
            }
            .into()
        } else {
            self.cut().into()
        }
    }

    pub(super) fn broken(&self, what: &str) -> FetchError {
        let host = self.request.host.clone();
        log::info!("{host} breaks the rules of HTTP: {what}");
        ClientError::BrokenHttp { host }.into()
    }

    pub(super) fn cut(&self) -> ClientError {
        ClientError::Cut {
            host: self.request.host.clone(),
            name: self.request.shown(),
            arrived: self.transfer.done(),
        }
    }

    pub(super) fn no_answer(&self) -> ClientError {
        ClientError::NoAnswer {
            host: self.request.host.clone(),
            port: self.request.port,
        }
    }

    pub(super) fn not_http(&self) -> ClientError {
        ClientError::NotHttp {
            host: self.request.host.clone(),
            port: self.request.port,
        }
    }

    pub(super) fn not_a_file(&self) -> ClientError {
        ClientError::NotAFile {
            host: self.request.host.clone(),
            name: self.request.shown(),
        }
    }
}

/// Look for what an earlier download of this left.
pub(super) fn find_part(job: &Job<'_>, progress: &mut Progress) -> Result<(), FetchError> {
    if is_stream(&job.request.target) {
        // Before anything is asked for: a server does not wait as long as a pipe without a reader.
        let stream = Stream::open(&job.request.target, job.transfer.cancel())?;
        let stream = stream.ok_or(FetchError::Cancelled)?;
        progress.part = Some(Sink::Stream(stream));
        return Ok(());
    }
    let (folder, name) = job.request.target.resolve(&job.request.name)?;
    let source = Source::from(job.request);
    let part = PartFile::find(&folder, &name, &source, job.seal);
    let len = part.as_ref().map_or(0, PartFile::len);
    job.transfer.set_done(len);
    progress.furthest = len;
    if let Some(part) = part {
        job.transfer.set_total(part.version().length);
        progress.part = Some(Sink::Part(part));
    } else if let Some(part) = PartFile::foreign(&folder, &name, &source, job.seal) {
        progress.note_left_alone(&part);
    }
    Ok(())
}

/// The part on the disk; a new one if there is none. It is called after the request, whatever name the
/// file will have, so that the same request finds it again.
pub(super) fn part(job: &Job<'_>, progress: &mut Progress) -> Result<Sink, StoreError> {
    if let Some(part) = progress.part.take() {
        return Ok(part);
    }
    progress.follower = None;
    let (folder, name) = job.request.target.resolve(&job.request.name)?;
    let source = Source::from(job.request);
    PartFile::create(&folder, &name, &source, job.seal).map(Sink::Part)
}

/// What is on the disk is of no use, because of this.
pub(super) fn drop_part(job: &Job<'_>, progress: &mut Progress, why: RestartReason) {
    progress.remove_part();
    note_anew(job, progress, why);
}

/// It starts anew, because of this.
pub(super) fn note_anew(job: &Job<'_>, progress: &mut Progress, why: RestartReason) {
    let (host, name) = (job.request.host.clone(), job.request.shown());
    let note = match why {
        RestartReason::Changed => {
            progress.changes += 1;
            if progress.changes <= MAX_CHANGES {
                // What comes of the new version is progress; of the tenth it is none.
                progress.furthest = 0;
            }
            Note::Changed { host, name }
        }
        RestartReason::WholeOnly => {
            progress.is_whole_only = true;
            Note::NoRanges { host, name }
        }
    };
    log::info!("{note:?}");
    progress.note(note);
}

/// What to say about the name that the file has got, when it is not the one asked for.
pub(super) fn note_name(job: &Job<'_>, progress: &mut Progress, asked: &str, path: &Path) {
    let Ok((_, name)) = job.request.target.resolve(asked) else {
        return;
    };
    let Some(stored) = path.file_name() else {
        return;
    };
    let stored = name_bytes::from_os(stored);
    let last = asked.trim_end_matches('/').rsplit('/').next();
    if stored != name {
        progress.note(Note::SavedAs { name, stored });
    } else if matches!(job.request.target, Target::Folder(_)) && last != Some(&name) {
        progress.note(Note::SafeName { stored });
    }
}

/// What to say about a file that is stored as it was sent, where its name does not show how.
pub(super) fn note_coding(job: &Job<'_>, progress: &mut Progress, version: &Version, path: &Path) {
    let stored = path.file_name().unwrap_or_default().to_string_lossy();
    if let Some(coding) = &version.coding
        && !coding::is_shown_by(coding, &stored)
    {
        progress.note(Note::Encoded {
            host: job.request.host.clone(),
            name: stored.into_owned(),
            coding: coding.clone(),
        });
    }
}

/// What becomes of the part when nothing more is tried. `is_wanted` unless the user ended it.
pub(super) fn leave(transfer: &Transfer, progress: &mut Progress, is_wanted: bool) {
    let Some(mut part) = progress.part.take() else {
        return;
    };
    if is_wanted {
        let before = part.len();
        if part.is_worth_keeping() {
            part.settle();
        }
        let is_kept = part.is_worth_keeping();
        transfer.keep(is_kept);
        if !is_kept {
            transfer.set_done(0);
        } else if part.len() < before {
            transfer.set_done(part.len());
        }
    } else {
        part.remove();
    }
}

/// Whether what is there may do instead of the download.
pub(super) fn may_skip(job: &Job<'_>, progress: &mut Progress) -> bool {
    job.request.exists == IfExists::Skip && !progress.is_stream()
}

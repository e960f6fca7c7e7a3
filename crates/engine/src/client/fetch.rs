//! One download from connecting to the saved file, over whichever protocol the server speaks.

use std::time::Duration;

use super::backoff::Backoff;
use super::connection::{Connection, FetchError};
use super::http_fetch::{hear_http, over_http};
use super::job::{Job, Progress, drop_part, find_part};
use super::protocol::{Approach, Lesson, Next, Reason, Reply};
use super::receive::{IncomingBody, finish, receive};
use super::resume::RestartReason;
use super::{Request, folder, http, location, protocol, raw};
use crate::error::{ClientError, TlsError};
use crate::name_bytes;
use crate::store::output::is_stream;
use crate::store::part;
use crate::store::version::Version;
use crate::transfer::{Checked, Incomplete, Outcome, Protocol, Saved};
use crate::url_path;

/// What was asked for.
pub(super) enum Fetched {
    /// A file, which is there.
    File(Saved),
    /// A folder, which is at this path (percent-encoded, with both slashes).
    Folder(String),
}

/// What an attempt over one protocol came to.
pub(super) enum Attempt {
    /// The file is there.
    Saved(Saved),
    /// It is a folder, and this is its path.
    Folder(String),
    /// Asked over HTTP: the peer does not speak it; `spoke` when it said something else.
    NotHttp {
        /// It said something.
        spoke: bool,
    },
    /// Asked over HTTP: not a word yet. The connection is open and the answer may still come.
    Silent(Connection),
    /// Asked the raw way on a guess: the answer is HTTP.
    IsHttp,
}

/// A file that changes more often than this while it is fetched is written all the time.
pub(super) const MAX_CHANGES: u32 = 3;

/// What came of a try.
pub(super) enum Step<T> {
    Done(T),
    /// To be tried again after a while, because of the error.
    Retry {
        after: Duration,
        error: ClientError,
    },
}

/// Fetch a file or a folder. A file whose download is interrupted returns [`Step::Retry`]: call this again with a job
/// that has the same progress, and the same `backoff`, which is none at first. After a cancel any error may come back.
pub(super) fn fetch(
    job: &Job<'_>,
    progress: &mut Progress,
    backoff: &mut Option<Backoff>,
) -> Result<Step<Outcome>, FetchError> {
    let mut folder_path = match backoff {
        Some(_) => None,
        None => begin(job)?,
    };
    loop {
        let path = match folder_path.take() {
            Some(path) => path,
            None => match try_file(job, progress, backoff)? {
                Step::Done(Fetched::File(saved)) => return Ok(Step::Done(Outcome::Saved(saved))),
                Step::Done(Fetched::Folder(_)) if progress.is_file => {
                    return Err(job.not_a_file().into());
                }
                Step::Done(Fetched::Folder(path)) => path,
                Step::Retry { after, error } => return Ok(Step::Retry { after, error }),
            },
        };
        match fetch_folder(job, progress, &path) {
            Err(FetchError::Failed(ClientError::FileNotFolder { .. })) => {
                progress.is_file = true;
                *backoff = None;
            }
            result => return result.map(Step::Done),
        }
    }
}

/// Check what can be checked before the server is asked. The path of the folder, where what is asked for is known to
/// be one.
fn begin(job: &Job<'_>) -> Result<Option<String>, FetchError> {
    location::check_host(&job.request.host)?;
    let is_stream = is_stream(&job.request.target);
    if !is_stream {
        part::check_folder(job.request.target.folder())?;
    }
    // A raw server knows no folders.
    let is_raw = job.request.protocol == Some(Protocol::Raw);
    let path = url_path::path_of(&job.request.name);
    if is_raw || job.request.query.is_some() {
        Ok(None)
    } else if job.request.name.ends_with('/') {
        Ok(Some(path))
    } else if !is_stream && folder::is_begun(job.request, job.seal) {
        Ok(Some(format!("{path}/")))
    } else {
        Ok(None)
    }
}

fn fetch_folder(job: &Job<'_>, progress: &mut Progress, path: &str) -> Result<Outcome, FetchError> {
    if is_stream(&job.request.target) {
        let path = job.request.target.path().to_owned();
        return Err(ClientError::FolderIntoStream { path }.into());
    }
    if !folder::is_begun(job.request, job.seal)
        && let Some(left) = folder::foreign(job.request, job.seal)
    {
        progress.note_left_alone(&left);
    }
    let mut outcome = folder::fetch(job, path)?;
    if let Outcome::Saved(Saved { notes, .. }) | Outcome::Incomplete(Incomplete { notes, .. }) =
        &mut outcome
    {
        notes.append(&mut progress.notes);
    }
    Ok(outcome)
}

/// Fetch it if it is a file, waiting on this thread before each retry.
pub(super) fn fetch_file(job: &Job<'_>, progress: &mut Progress) -> Result<Fetched, FetchError> {
    let mut backoff = None;
    loop {
        match try_file(job, progress, &mut backoff)? {
            Step::Done(fetched) => return Ok(fetched),
            Step::Retry { after, error } => {
                if !(job.wait_to_retry)(error, after) {
                    return Err(FetchError::Cancelled);
                }
            }
        }
    }
}

/// Fetch it if it is a file, until it has to wait. `backoff` is none before the first try.
fn try_file(
    job: &Job<'_>,
    progress: &mut Progress,
    backoff: &mut Option<Backoff>,
) -> Result<Step<Fetched>, FetchError> {
    if backoff.is_none() {
        find_part(job, progress)?;
    }
    let backoff = backoff.get_or_insert_with(|| Backoff::new(job.timeouts, job.give_up));
    loop {
        let error = match attempt(job, progress) {
            Ok(fetched) => return Ok(Step::Done(fetched)),
            Err(FetchError::Failed(error)) if !job.transfer.cancel().is_cancelled() => error,
            Err(error) => return Err(error),
        };
        if is_further(job, progress) {
            backoff.progressed();
        }
        if starts_anew(job, progress, &error) {
            continue;
        }
        let (Some(after), true) = (
            backoff.after(&error),
            is_interrupted_by(job, progress, &error),
        ) else {
            return Err(error.into());
        };
        log::info!("{}: {error}", job.request.name);
        return Ok(Step::Retry { after, error });
    }
}

/// Whether the file is fetched from its first byte at once; what was there of it is dropped.
fn starts_anew(job: &Job<'_>, progress: &mut Progress, error: &ClientError) -> bool {
    match error {
        _ if progress.is_stream() => false,
        ClientError::Damaged { .. } => {
            progress.remove_part();
            progress.mismatches += 1;
            let is_again = progress.mismatches == 1;
            if is_again {
                log::warn!("{error}");
            }
            is_again
        }
        // It is counted where it is noted.
        ClientError::KeepsChanging { .. } if progress.changes + 1 < MAX_CHANGES => {
            drop_part(job, progress, RestartReason::Changed);
            true
        }
        ClientError::KeepsChanging { .. } => {
            progress.remove_part();
            false
        }
        _ => false,
    }
}

/// Whether more of the file is here than ever before: what comes again and again is no progress.
fn is_further(job: &Job<'_>, progress: &mut Progress) -> bool {
    let done = job.transfer.done();
    let is_further = done > progress.furthest;
    progress.furthest = progress.furthest.max(done);
    is_further
}

/// Whether it may go on after `error`.
fn is_interrupted_by(job: &Job<'_>, progress: &mut Progress, error: &ClientError) -> bool {
    let is_begun = progress.has_begun();
    let is_there = is_begun || was_there(job) || error.retry_after().is_some();
    is_there && error.is_passing()
}

/// Whether the server has spoken before. One that has not is more likely a slip of the finger.
pub(super) fn was_there(job: &Job<'_>) -> bool {
    let Request { host, port, .. } = job.request;
    job.known.get(host, *port).is_some()
}

/// One try: the file or folder over whichever protocol the server speaks.
fn attempt(job: &Job<'_>, progress: &mut Progress) -> Result<Fetched, FetchError> {
    let Request { host, port, .. } = job.request;
    let mut approach = Approach::first(known_before(job, progress));
    // Its request went out over HTTP, and the answer may still come.
    let mut waiting = None;
    loop {
        let reply = match try_over(job, progress, &approach, &mut waiting) {
            Ok(Attempt::Saved(saved)) => return Ok(Fetched::File(saved)),
            Ok(Attempt::Folder(path)) => return Ok(Fetched::Folder(path)),
            Ok(Attempt::NotHttp { spoke }) => Reply::NotHttp { spoke },
            Ok(Attempt::IsHttp) => Reply::Http,
            Ok(Attempt::Silent(connection)) => {
                waiting = Some(connection);
                Reply::Silent
            }
            Err(error) => Reply::Failed(error),
        };
        let (lesson, next) = approach.next(reply);
        match lesson {
            Some(Lesson::Raw) => job.known.learn(host, *port, Protocol::Raw),
            Some(Lesson::Forget) => job.known.forget(host, *port),
            None => {}
        }
        approach = match next {
            Next::Try(approach) => approach,
            Next::Fail(reason) => return Err(why(job, reason)),
        };
    }
}

fn known_before(job: &Job<'_>, progress: &mut Progress) -> protocol::Known {
    let Request { host, port, .. } = job.request;
    let is_encrypted = job.known.plan(job.origin()).is_tls_only();
    protocol::Known {
        chosen: job.request.protocol,
        needs_http: job.request.query.is_some() || is_encrypted,
        // Whoever speaks TLS is no raw server.
        is_answered: progress.is_begun || is_encrypted,
        is_over_http: match job.transfer.protocol() {
            Some(protocol) => protocol == Protocol::Http,
            // Only what came over HTTP is kept, or the head of it has come.
            None => progress.has_begun(),
        },
        cached: job.known.get(host, *port),
    }
}

fn try_over(
    job: &Job<'_>,
    progress: &mut Progress,
    approach: &Approach,
    waiting: &mut Option<Connection>,
) -> Result<Attempt, FetchError> {
    let timeout = approach.timeout(job.timeouts);
    match approach {
        Approach::HttpOnly { .. } | Approach::HttpAsBefore | Approach::HttpFirst => {
            over_http(job, progress, timeout)
        }
        Approach::HttpStill { .. } => match waiting.take() {
            Some(connection) => hear_http(job, progress, connection, timeout),
            None => over_http(job, progress, timeout),
        },
        Approach::RawOnly => over_raw(job, progress, timeout, false),
        Approach::RawAsBefore | Approach::RawInstead | Approach::RawBeside => {
            over_raw(job, progress, timeout, true)
        }
    }
}

fn why(job: &Job<'_>, reason: Reason) -> FetchError {
    match reason {
        Reason::NotHttp => job.not_http().into(),
        Reason::NoAnswer => job.no_answer().into(),
        Reason::Cut => job.cut().into(),
        Reason::Contradiction => job.broken("it closes on HTTP and speaks HTTP to a bare name"),
        Reason::OneCallOnly => ClientError::OneCallOnly {
            host: job.request.host.clone(),
            port: job.request.port,
        }
        .into(),
        Reason::Reported(error) => error,
    }
}

/// Ask the raw way and wait `first` for the first byte. `is_guess` when nobody has said that
/// the server is raw: an answer that begins as HTTP does is no file then.
fn over_raw(
    job: &Job<'_>,
    progress: &mut Progress,
    first: Duration,
    is_guess: bool,
) -> Result<Attempt, FetchError> {
    let Request {
        host, port, name, ..
    } = job.request;
    if job.request.encryption.is_required() {
        let host = host.clone();
        return Err(ClientError::from(TlsError::RawNotEncrypted { host }).into());
    }
    if job.request.protocol.is_none() && job.known.plan(job.origin()).is_tls_only() {
        // It was met over TLS a moment ago.
        return Err(job.not_http().into());
    }
    if name.is_empty() {
        return Err(ClientError::NoName.into());
    }
    if job.request.query.is_some() {
        let name = job.request.shown();
        return Err(ClientError::QueryOverRaw { name }.into());
    }
    if name.contains(char::is_control) {
        // A line feed would end the name early, and another file would come.
        return Err(ClientError::BadName { name: name.clone() }.into());
    }
    if name_bytes::len(name) > raw::TEXT_MAX_LEN {
        let max_len = raw::TEXT_MAX_LEN;
        return Err(ClientError::NameTooLong { max_len }.into());
    }
    let mut connection = job.connect_plain()?;
    let bytes = match raw::ask(&mut connection, &name_bytes::to_bytes(name), first) {
        raw::Start::Bytes(bytes) if is_guess && http::is_http(&bytes) => {
            return Ok(Attempt::IsHttp);
        }
        raw::Start::Bytes(bytes) if is_guess && raw::is_tls_alert(&bytes) => {
            return Err(job.not_http().into());
        }
        raw::Start::Bytes(bytes) => bytes,
        raw::Start::Nothing => {
            return Err(ClientError::NothingSent {
                host: host.clone(),
                name: name.clone(),
            }
            .into());
        }
        raw::Start::Broken => return Err(job.cut().into()),
        raw::Start::Silent => return Err(job.no_answer().into()),
    };
    connection
        .wait_at_most(job.timeouts.silence)
        .map_err(|_| job.cut())?;
    job.known.learn(host, *port, Protocol::Raw);
    let mut source = raw::whole(&bytes, &mut connection);
    let incoming = IncomingBody {
        protocol: Protocol::Raw,
        version: Version::default(),
        at: 0,
        end: None,
        asked: name,
        modified: None,
        has_digest: false,
    };
    receive(job, progress, &mut source, &incoming)?;
    finish(job, progress, &incoming, Checked::Nothing).map(Attempt::Saved)
}

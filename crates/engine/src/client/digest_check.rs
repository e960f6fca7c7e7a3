//! Whether a file is the one that the server has: the digest that it tells (RFC 9530), and for what is
//! there already its size and date, too.

use std::time::{Duration, Instant, SystemTime};

use super::connection::{Connection, FetchError};
use super::http::RequestOptions;
use super::http_session::HttpSession;
use super::job::{Job, Look, Progress, may_skip};
use super::resume::is_sendable;
use crate::error::{ClientError, StoreError};
use crate::store::existing_file::ExistingFile;
use crate::store::version::Version;
use crate::transfer::{Checked, Note, Protocol, Saved};
use crate::transport::CancelToken;
use landline_http1::digest::Sha256;
use landline_http1::response_head::{Framing, Head};
use landline_http1::status;

/// Between two questions for a digest that is still being made, where the server does not want more time
/// (`Retry-After`); one that knows when it is done answers later instead.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// The longest time between two of them, whatever the server says.
const ASK_AGAIN_MAX: Duration = Duration::from_secs(30);

/// What a server tells of a file's digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StatedDigest {
    /// It offers none.
    Nothing,
    /// It has promised one, and does not give it.
    Withheld,
    Whole(Sha256),
    /// The file is longer now. This is the digest of its start, as much as it was.
    Prefix(Sha256),
}

/// The digest of `path` that `head` tells, or that it promises: then the server is asked for it, if it
/// still has the version of `validator`, or one that begins like it.
pub(super) fn stated_digest(
    head: &Head,
    session: &mut HttpSession<'_>,
    path: &str,
    validator: Option<&str>,
    cancel: &CancelToken,
) -> Result<StatedDigest, FetchError> {
    match (head.digest, head.retry_after) {
        (Some(digest), _) => Ok(StatedDigest::Whole(digest)),
        (None, None) => Ok(StatedDigest::Nothing),
        (None, Some(_)) => ask_for_digest(session, path, named(head, validator), false, cancel),
    }
}

/// What tells the version of `head` from others, as far as the server says: its weak `ETag`, where it has such a one,
/// else `validator`.
fn named<'a>(head: &'a Head, validator: Option<&'a str>) -> Option<&'a str> {
    let etag = head.etag.as_deref();
    let weak = etag.filter(|tag| tag.starts_with("W/") && is_sendable(tag));
    weak.or(validator)
}

/// Ask for the digest of `path` as of the `version` that is [`named`], for as long as the server promises it; with
/// `is_anew` for one that it computes from now on.
fn ask_for_digest(
    session: &mut HttpSession<'_>,
    path: &str,
    version: Option<&str>,
    is_anew: bool,
    cancel: &CancelToken,
) -> Result<StatedDigest, FetchError> {
    // Never the same for `If-Match` (RFC 9110 section 13.1.1), so the answers' tags are compared here.
    let weak = version.filter(|version| version.starts_with("W/"));
    let mut options = RequestOptions {
        head_only: true,
        same: version.filter(|_| weak.is_none()),
        digest: true,
        max_age: is_anew.then_some(Duration::ZERO),
        ..RequestOptions::default()
    };
    let mut was_refused = false;
    let began = Instant::now();
    loop {
        let head = session.ask(path, options)?;
        if head.status == 200 && weak.is_some_and(|weak| !is_weakly(weak, head.etag.as_deref())) {
            if options.same.is_some() {
                return Err(session.keeps_changing(path).into());
            }
            // It may have grown only, and then the server tells that where a version is named.
            options.same = weak;
            session.done(&head);
            continue;
        }
        let stated = match (head.status, head.digest, head.prefix_digest) {
            (200, Some(digest), _) => Some(StatedDigest::Whole(digest)),
            (412, _, Some(digest)) => Some(StatedDigest::Prefix(digest)),
            _ => None,
        };
        if let Some(stated) = stated {
            session.done(&head);
            return Ok(stated);
        }
        let left = session.timeouts().digest.saturating_sub(began.elapsed());
        match head.status {
            status if head.retry_after.is_some() && !left.is_zero() => {
                if !matches!(status, 200 | 412) && !status::is_transient(status) {
                    return Ok(StatedDigest::Withheld);
                }
            }
            412 => return Err(session.keeps_changing(path).into()),
            // It changed while the digest was made, or there will be none: the next answer tells.
            200 if head.retry_after.is_none() && !was_refused => was_refused = true,
            _ => return Ok(StatedDigest::Withheld),
        }
        session.done(&head);
        let wait = head.retry_after.unwrap_or_default();
        if cancel.wait(wait.clamp(ASK_AGAIN, ASK_AGAIN_MAX).min(left)) {
            return Err(FetchError::Cancelled);
        }
        // What it has begun to compute since will do.
        options.max_age = is_anew.then(|| began.elapsed());
    }
}

/// The [stated digest](stated_digest) of `path`, asked for over `connection` if that stands. One that is not
/// `ours` may be remembered from before the file changed without a new date (as one does that is written
/// through a mapping): then the server is asked for a new one.
pub(super) fn current_digest(
    job: &Job<'_>,
    head: &Head,
    connection: Option<Connection>,
    path: &str,
    validator: Option<&str>,
    ours: Option<Sha256>,
) -> Result<StatedDigest, FetchError> {
    let host = &job.request.host;
    let (origin, cancel) = (job.request.origin(), job.transfer.cancel());
    let mut session = HttpSession::over(connection, job.known, origin, cancel, job.timeouts);
    let stated = stated_digest(head, &mut session, path, validator, cancel)?;
    match (stated, ours) {
        (StatedDigest::Whole(theirs), Some(ours)) if theirs != ours => {}
        _ => return Ok(stated),
    }
    log::info!("{host}: asking for a new digest of {path}");
    match ask_for_digest(&mut session, path, named(head, validator), true, cancel) {
        Ok(StatedDigest::Nothing | StatedDigest::Withheld) => Ok(stated),
        Err(FetchError::Failed(error)) if !matches!(error, ClientError::KeepsChanging { .. }) => {
            log::info!("{error}");
            Ok(stated)
        }
        anew => anew,
    }
}

/// What is known of a file whose digest is `ours`; `without` if the server tells none.
pub(super) fn compare(
    job: &Job<'_>,
    progress: &mut Progress,
    ours: Sha256,
    stated: StatedDigest,
    without: Checked,
) -> Result<Checked, FetchError> {
    let (host, name) = (job.request.host.clone(), job.request.shown());
    match stated {
        StatedDigest::Nothing => Ok(without),
        StatedDigest::Withheld => {
            let note = Note::DigestWithheld { host, name };
            log::info!("{note:?}");
            progress.note(note);
            Ok(without)
        }
        StatedDigest::Whole(theirs) if theirs == ours => Ok(Checked::Digest),
        StatedDigest::Whole(_) => Err(ClientError::Damaged { host, name }.into()),
        StatedDigest::Prefix(theirs) if theirs == ours => {
            progress.note(Note::Grew { host, name });
            Ok(Checked::Digest)
        }
        // It was not only added to.
        StatedDigest::Prefix(_) => Err(ClientError::KeepsChanging { host, name }.into()),
    }
}

/// Whether only the head is asked for now, because what is there already may do.
pub(super) fn looks_first(job: &Job<'_>, progress: &mut Progress) -> bool {
    let may_skip = may_skip(job, progress);
    let is_look = progress.look != Look::Done
        && may_skip
        && !job.takes_suggestion()
        && existing_file(job, &job.request.name).is_ok_and(|found| found.is_some());
    progress.look = if is_look { Look::Asked } else { Look::Done };
    is_look
}

/// What a head says of what is there already; nothing if the file has to be asked for.
pub(super) fn skip_by_head(
    job: &Job<'_>,
    progress: &mut Progress,
    head: &Head,
    path: &str,
) -> Result<Option<Saved>, FetchError> {
    progress.look = Look::Done;
    match head.framing {
        Framing::Length(len) if head.status == 200 => {
            let version = Version::of(head, Some(len));
            skip(job, progress, &job.request.name, head, &version, path)
        }
        _ => Ok(None),
    }
}

/// What has the name already that a file gets which the server calls `asked`.
fn existing_file(job: &Job<'_>, asked: &str) -> Result<Option<ExistingFile>, StoreError> {
    let (folder, name) = job.request.target.resolve(asked)?;
    Ok(ExistingFile::find(&folder, &name))
}

/// What is there already, if it is the same.
pub(super) fn skip(
    job: &Job<'_>,
    progress: &mut Progress,
    asked: &str,
    head: &Head,
    version: &Version,
    path: &str,
) -> Result<Option<Saved>, FetchError> {
    let found = existing_file(job, asked)?;
    let Some(found) = found.filter(|found| version.length == Some(found.len)) else {
        return Ok(None);
    };
    let mut checked = Checked::Length;
    let is_same_date = match (head.modified, found.modified) {
        (Some(theirs), Some(ours)) => Some(is_same_second(theirs, ours)),
        _ => None,
    };
    if is_same_date != Some(true) {
        let validator = version.validator.as_deref();
        match current_digest(job, head, None, path, validator, None)? {
            StatedDigest::Whole(theirs) if found.digest(job.transfer.cancel()) == Some(theirs) => {
                checked = Checked::Digest;
            }
            // Where neither is known the size has to do.
            StatedDigest::Nothing if is_same_date.is_none() => {}
            _ => return Ok(None),
        }
    }
    job.transfer.start(Protocol::Http, version.length);
    job.transfer.set_done(found.len);
    progress.remove_part();
    Ok(Some(Saved {
        path: found.path,
        checked,
        skipped: true,
        notes: Vec::new(),
    }))
}

/// Whether `weak` is the same tag as that of an answer, strong by now or not (RFC 9110 section 8.8.3.2), or the answer
/// has none.
fn is_weakly(weak: &str, etag: Option<&str>) -> bool {
    let opaque = |tag: &str| tag.strip_prefix("W/").unwrap_or(tag).to_owned();
    etag.is_none_or(|etag| opaque(etag) == opaque(weak))
}

/// HTTP dates have whole seconds, and some file systems only every other.
pub(super) fn is_same_second(one: SystemTime, other: SystemTime) -> bool {
    let apart = one.duration_since(other).unwrap_or_else(|e| e.duration());
    apart < Duration::from_secs(2)
}

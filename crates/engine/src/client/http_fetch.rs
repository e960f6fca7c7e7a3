//! A download over HTTP: what each answer means, from a redirect to the file itself.

use std::io::Read as _;
use std::time::Duration;

use super::connection::{Connection, FetchError};
use super::digest_check::{compare, current_digest, looks_first, skip, skip_by_head};
use super::fetch::Attempt;
use super::folder::{negotiation, unslashed};
use super::http::{Answer, Body, MAX_REDIRECTS, RequestOptions};
use super::http_session::HttpSession;
use super::job::{Job, Look, Progress, drop_part, may_skip, note_anew};
use super::offers::Heeded;
use super::origin::Origin;
use super::receive::{IncomingBody, finish, receive};
use super::redirected::{Redirected, redirected};
use super::resume::{Decision, RestartReason};
use super::{Request, http, resume};
use crate::error::ClientError;
use crate::store::version::Version;
use crate::transfer::{Checked, Protocol, Saved};
use landline_http1::response_head::{Framing, Head};

/// A part of the file (206) that brings fewer new bytes than this is a small one.
const SMALL_PART: u64 = 4 * 1024;

/// How many small parts are taken before the file is asked for in one piece: a server could make a
/// million requests of a file.
const MAX_SMALL_PARTS: u32 = 1_000;

/// What an answer that is no redirect came to.
enum Taken {
    /// The file is there.
    Saved(Saved),
    /// It is a folder, at this path.
    Folder(String),
    /// A part of it is, and the rest has to be asked for.
    Part,
    /// Nothing is; the file has to be asked for anew.
    Nothing,
}

/// A body that is of use.
struct Span {
    version: Version,
    /// Where in the file it begins.
    at: u64,
    /// Where it ends, where that is known.
    end: Option<u64>,
}

/// Ask over HTTP and wait `first` for the first byte.
pub(super) fn over_http(
    job: &Job<'_>,
    progress: &mut Progress,
    first: Duration,
) -> Result<Attempt, FetchError> {
    let path = job.request.request_target();
    let connection = ask_http(job, progress, &path)?;
    hear_http(job, progress, connection, first)
}

fn ask_http(job: &Job<'_>, progress: &mut Progress, path: &str) -> Result<Connection, FetchError> {
    let is_look = looks_first(job, progress);
    let kept = progress.part.as_ref().filter(|_| !is_look);
    let options = RequestOptions {
        head_only: is_look,
        rest: kept.and_then(|part| part.version().ask(part.len())),
        digest: true,
        ..RequestOptions::default()
    };
    let mut connection = job.connect()?;
    let Origin { host, port, .. } = job.origin();
    let request = http::request(host, port, path, options);
    let request = job.known.authorize(host, port, &mut connection, request);
    // A server that hangs up already may have said why: what it said decides.
    if let Err(e) = connection.say(&request, job.timeouts.silence) {
        log::debug!("asking {host}: {e}");
    }
    Ok(connection)
}

/// The answer on `connection`, and those on the calls to which it redirects.
pub(super) fn hear_http(
    job: &Job<'_>,
    progress: &mut Progress,
    mut connection: Connection,
    first: Duration,
) -> Result<Attempt, FetchError> {
    let Request { host, port, .. } = job.request;
    let mut path = job.request.request_target();
    let mut hops = 0;
    let mut wait = first;
    let mut is_first = true;
    loop {
        let head = match http::read_head(&mut connection, wait, job.timeouts.silence) {
            Answer::Head(head) => head,
            Answer::NotHttp { spoke } if is_first => return Ok(Attempt::NotHttp { spoke }),
            Answer::Silent if is_first => return Ok(Attempt::Silent(connection)),
            Answer::Silent => return Err(job.no_answer().into()),
            Answer::Cut | Answer::NotHttp { spoke: false } => {
                job.known.learn(host, *port, Protocol::Http);
                progress.is_begun = true;
                return Err(job.cut().into());
            }
            Answer::NotHttp { spoke: true } => {
                return Err(job.broken("no HTTP after a redirect"));
            }
            Answer::Broken(what) => return Err(job.broken(&what)),
        };
        job.known.learn(host, *port, Protocol::Http);
        let origin = job.origin();
        let sent = &connection.sent;
        if job.known.heed(origin, &connection, &head) == Heeded::AskAgain
            || (job.known).must_repeat(host, origin.port, sent, &head)?
        {
            drop(connection);
            connection = ask_http(job, progress, &path)?;
            (is_first, wait) = (false, job.timeouts.silence);
            continue;
        }
        match head.redirect() {
            Some(location) => match redirected(job, progress, &path, location)? {
                Redirected::Path(there) => (path, hops) = (there, hops + 1),
                Redirected::Folder(there) => return Ok(Attempt::Folder(there)),
            },
            None => match take(job, progress, connection, &head, &path)? {
                Taken::Saved(saved) => return Ok(Attempt::Saved(saved)),
                Taken::Folder(there) => return Ok(Attempt::Folder(there)),
                Taken::Part => log::debug!("{host}: asking for the rest of {path}"),
                Taken::Nothing => {
                    hops += 1;
                    log::debug!("{host}: asking for the whole of {path}");
                }
            },
        }
        // It has answered: whatever fails from now on is an interruption.
        progress.is_begun = true;
        if hops > MAX_REDIRECTS {
            break;
        }
        connection = ask_http(job, progress, &path)?;
        // Who has answered once speaks HTTP, and may take its time.
        (is_first, wait) = (false, job.timeouts.silence);
    }
    Err(ClientError::TooManyRedirects {
        host: host.clone(),
        name: job.request.shown(),
    }
    .into())
}

/// What an answer that is no redirect means.
fn take(
    job: &Job<'_>,
    progress: &mut Progress,
    mut connection: Connection,
    head: &Head,
    path: &str,
) -> Result<Taken, FetchError> {
    let name = &job.request.name;
    if progress.look == Look::Asked {
        let there = skip_by_head(job, progress, head, path)?;
        return Ok(there.map_or(Taken::Nothing, Taken::Saved));
    }
    let asked_from = asked_from(progress);
    let answer = match meaning(job, progress, head, path, asked_from) {
        Ok(Some(answer)) => answer,
        Ok(None) => return Err(refused(job, connection, head)),
        Err(halt) => {
            // Some servers have one connection at a time.
            drop(connection);
            let folder = folder_at(job, head, path).ok().flatten();
            return folder.map(Taken::Folder).ok_or(halt);
        }
    };
    let Some(Span { version, at, end }) = decide(job, progress, asked_from, answer) else {
        return Ok(Taken::Nothing);
    };
    let asked = name_for(job, head, path);
    // A name that the server suggests was not looked for before.
    if may_skip(job, progress)
        && asked != name
        && let Some(saved) = skip(job, progress, asked, head, &version, path)?
    {
        return Ok(Taken::Saved(saved));
    }
    connection
        .wait_at_most(job.timeouts.silence)
        .map_err(|_| job.cut())?;
    let incoming = IncomingBody {
        protocol: Protocol::Http,
        version,
        at,
        end,
        asked,
        modified: head.modified.or(job.modified),
        has_digest: head.digest.is_some() || head.retry_after.is_some(),
    };
    let mut body = Body::new(&mut connection, head.framing, job.timeouts.silence);
    let limit = end.map_or(u64::MAX, |end| end - at);
    let ours = receive(job, progress, &mut body.by_ref().take(limit), &incoming)?;
    if head.status == 206 && !matches!(body.read(&mut [0]), Ok(0) | Err(_)) {
        log::info!("{}: more than Content-Range says", job.request.host);
        drop_part(job, progress, RestartReason::WholeOnly);
        return Ok(Taken::Nothing);
    }
    if !incoming.is_last() {
        let new = end.map_or(0, |end| end - asked_from.unwrap_or(0));
        count_part(job, progress, new);
        return Ok(Taken::Part);
    }
    let mut checked = match head.framing {
        Framing::Close if end.is_none() => Checked::Nothing,
        _ => Checked::Length,
    };
    if let Some(ours) = ours {
        let is_read = head.status != 416 && head.framing != Framing::Close;
        let is_kept = head.keeps_alive && is_read && !connection.has_more();
        let connection = Some(connection).filter(|_| is_kept);
        let validator = incoming.version.validator.as_deref();
        let stated = current_digest(job, head, connection, path, validator, Some(ours))?;
        checked = compare(job, progress, ours, stated, checked)?;
    } else {
        // Some servers have one connection at a time.
        drop(connection);
    }
    if let Some(folder) = folder_at(job, head, path)? {
        progress.remove_part();
        job.transfer.set_done(0);
        return Ok(Taken::Folder(folder));
    }
    finish(job, progress, &incoming, checked).map(Taken::Saved)
}

/// Where the folder is of which the page after `head` is, if it is one's.
fn folder_at(job: &Job<'_>, head: &Head, path: &str) -> Result<Option<String>, FetchError> {
    if !unslashed::may_be_folder(head, path) {
        return Ok(None);
    }
    let (origin, cancel) = (job.request.origin(), job.transfer.cancel());
    let mut session =
        HttpSession::new(job.known, origin, cancel, job.timeouts).traced_in(job.transfer);
    unslashed::folder_at(&mut session, path)
}

/// What an answer says about the file; nothing where it has none.
fn meaning(
    job: &Job<'_>,
    progress: &mut Progress,
    head: &Head,
    path: &str,
    asked_from: Option<u64>,
) -> Result<Option<resume::Answer>, FetchError> {
    let length = match head.framing {
        Framing::Length(len) => Some(len),
        Framing::Chunked | Framing::Close => None,
    };
    Ok(match (head.status, &head.part) {
        (200 | 203, _) => {
            check_is_file(job, head, path)?;
            Some(resume::Answer::Whole(Version::of(head, length)))
        }
        (206, Some(part)) => {
            let version = Version::of(head, part.whole);
            let is_sound = length.is_none_or(|length| length <= part.length());
            let is_of_use = version.begins_with(&part.range)
                && (version.length == Some(part.range.end) || !progress.is_whole_only);
            match asked_from {
                Some(_) if !is_sound => Some(resume::Answer::Other),
                None if !is_sound || !is_of_use => None,
                Some(_) => Some(resume::Answer::Part(part.range.clone(), version)),
                None => {
                    check_is_file(job, head, path)?;
                    Some(resume::Answer::Part(part.range.clone(), version))
                }
            }
        }
        (206, None) => asked_from.map(|_| resume::Answer::Other),
        (416, _) => {
            asked_from.map(|_| resume::Answer::Beyond(Version::of(head, head.whole_length)))
        }
        _ => None,
    })
}

/// A part of the file has come, which has so many bytes that were not here before.
fn count_part(job: &Job<'_>, progress: &mut Progress, new: u64) {
    if new >= SMALL_PART {
        return;
    }
    progress.small_parts += 1;
    if progress.small_parts > MAX_SMALL_PARTS {
        drop_part(job, progress, RestartReason::WholeOnly);
    }
}

/// Which byte the part on the disk lets the body begin with.
fn asked_from(progress: &Progress) -> Option<u64> {
    let part = progress.part.as_ref()?;
    part.version().ask(part.len()).map(|(from, _)| from)
}

/// What comes, and from which byte of it; nothing if the whole file has to be asked for.
fn decide(
    job: &Job<'_>,
    progress: &mut Progress,
    asked_from: Option<u64>,
    answer: resume::Answer,
) -> Option<Span> {
    let kept = progress.part.as_ref().map(|part| part.version().clone());
    let (Some(mut kept), Some(from)) = (kept, asked_from) else {
        // Nothing was hoped for, so there is nothing to say.
        return whole(answer);
    };
    match (kept.decide(from, &answer), answer) {
        (Decision::GoOn { at }, resume::Answer::Part(range, theirs)) => {
            kept.length = kept.length.or(theirs.length);
            Some(Span {
                version: kept,
                at,
                end: Some(range.end),
            })
        }
        (Decision::Complete, _) => {
            kept.length = Some(from);
            Some(Span {
                version: kept,
                at: from,
                end: Some(from),
            })
        }
        (Decision::StartAnew(why), answer) => {
            note_anew(job, progress, why);
            whole(answer)
        }
        (Decision::AskAnew(why), _) => {
            drop_part(job, progress, why);
            None
        }
        (Decision::GoOn { .. }, _) => None,
    }
}

/// What the file is to be called: as it was asked for, or as the server suggests where that is no
/// name of a file.
fn name_for<'a>(job: &'a Job<'_>, head: &'a Head, path: &str) -> &'a str {
    let name = job.request.name.as_str();
    let is_page = head.is_made_page && (head.disposition.is_attachment || !name.contains('.'));
    match &head.disposition.name {
        Some(suggested) if job.takes_suggestion() || path.ends_with('/') || is_page => suggested,
        _ => name,
    }
}

/// Whether the body is the file, and not a page about it.
fn check_is_file(job: &Job<'_>, head: &Head, path: &str) -> Result<(), FetchError> {
    let name = &job.request.name;
    let is_folder = path.ends_with('/') || head.is_made_page && !name.contains('.');
    // Where there is no such file, some servers redirect to their first page, or to one for logging in.
    let is_elsewhere = path != job.request.request_target()
        && (path.ends_with('/') || head.is_made_page && !negotiation::is_page(name));
    // What a query is answered with is what was asked for, and so is the page of a folder that is fetched.
    let is_asked = job.request.query.is_some() || job.transfer.is_of_folder();
    let is_wrong = is_elsewhere || is_folder && !is_asked;
    if is_wrong && head.disposition.name.is_none() {
        return Err(job.not_a_file().into());
    }
    Ok(())
}

/// What an answer without a file means.
fn refused(job: &Job<'_>, connection: Connection, head: &Head) -> FetchError {
    drop(connection);
    match head.status {
        404 | 410 => job.no_such_file(),
        _ => negotiation::refused(head, job.request.host.clone(), job.request.shown()).into(),
    }
}

/// All of it, or its beginning, where nothing is kept.
fn whole(answer: resume::Answer) -> Option<Span> {
    let (version, end) = match answer {
        resume::Answer::Whole(version) => (version, None),
        resume::Answer::Part(range, version) => (version, Some(range.end)),
        resume::Answer::Beyond(_) | resume::Answer::Other => return None,
    };
    let at = 0;
    Some(Span { version, at, end })
}

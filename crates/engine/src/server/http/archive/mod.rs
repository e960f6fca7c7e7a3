//! A folder, or a selection of its entries, as one ZIP archive: `GET /FOLDER/?zip`, and `POST` with a form.

mod selection;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::io::{self, ErrorKind, Read as _};
use std::ops::{ControlFlow, Range};
use std::time::SystemTime;

use landline_http1::conditional::{self, Outcome};
use landline_http1::range::{self, Selection};
use landline_http1::request::{Method, Request};
use landline_http1::response::{HeadWriter, Persistence, Status};
use landline_http1::{disposition, etag::Etag};

pub(super) use self::selection::is_archive;
use super::receive::drop_only;
use super::request_body::{Discarded, RequestBody};
use super::text_response::{
    log_refusal, send_error, send_head, send_not_found, send_status, send_text, texts,
};
use super::{persist_or_close, start_head};
use crate::server::archives::{self, Archive, Held, NoRoom};
use crate::server::connection::{Connection, Ending};
use crate::server::page_text::PageText;
use crate::server::{LogEntry, upload};
use crate::share::name::ShareName;
use crate::share::{Found, SharedFolder};
use crate::transfer::Protocol;

/// The longest form that is read, in bytes: 5,000 names of 200 bytes.
const FORM_MAX_LEN: u64 = 1 << 20;

/// Sends the archive of the folder that the path names, a range of it, or the status of a failed condition.
pub(super) fn answer(
    connection: &mut Connection,
    request: &Request<'_>,
    body: RequestBody,
) -> io::Result<ControlFlow<Ending>> {
    let mut persistence = Persistence {
        http_11: request.http_11,
        keep_alive: false,
    };
    if request.method == Method::Post && request.upload.is_cross_site {
        log_refusal(connection, Status(403));
        let text = texts(connection, request).text(PageText::Embedding);
        return send_text(connection, request, persistence, Status(403), &text);
    }
    let form = if request.method == Method::Post {
        read_form(connection, body)?
    } else {
        body.discard(connection)?.into_empty_form()
    };
    persistence.keep_alive = request.keep_alive && matches!(form, Form::Complete(_));
    let form = match form {
        Form::Complete(form) => form,
        // Without it, the request is still clear.
        Form::Refused(Status(408)) if request.method != Method::Post => Vec::new(),
        Form::Refused(status) => {
            log_refusal(connection, status);
            return send_status(connection, request, persistence, status);
        }
    };
    if !connection.shared.access().downloads() {
        return drop_only::answer(connection, request, persistence);
    }
    let Ok((name, _)) = ShareName::from_target(request.path) else {
        connection
            .shared
            .log(connection.peer, LogEntry::InvalidName);
        return send_not_found(connection, request, persistence);
    };
    let mut selected = BTreeSet::new();
    let query = selection::read(request.query.unwrap_or_default(), &mut selected);
    let content_type = request.upload.content_type;
    let form = selection::read_form(content_type, &form, &mut selected);
    if query.and(form).is_err() {
        log_refusal(connection, Status(400));
        return send_status(connection, request, persistence, Status(400));
    }
    let selected = Some(selected).filter(|selected| !selected.is_empty());
    match connection.shared.share.find(&name) {
        Ok(Found::Folder(folder)) => {
            let asked = Asked {
                request,
                persistence,
                title: title(&name, selected.as_ref(), &connection.shared.name),
                folder: &name,
            };
            asked.answer(connection, &folder, selected.as_ref())
        }
        Ok(Found::File(_)) => {
            let error = ErrorKind::NotFound.into();
            send_error(connection, request, persistence, &name, &error)
        }
        Err(e) => send_error(connection, request, persistence, &name, &e),
    }
}

/// The body of a request for an archive.
enum Form {
    /// All of it.
    Complete(Vec<u8>),
    /// It did not arrive, or is not acceptable: with which status the request is refused.
    Refused(Status),
}

impl Discarded {
    fn into_empty_form(self) -> Form {
        match self {
            Self::Complete => Form::Complete(Vec::new()),
            Self::Incomplete => Form::Refused(Status(408)),
            Self::Malformed => Form::Refused(Status(400)),
        }
    }
}

/// Reads a form.
///
/// # Errors
/// The client does not take the interim response.
fn read_form(connection: &mut Connection, body: RequestBody) -> io::Result<Form> {
    if body.len().is_some_and(|len| len > FORM_MAX_LEN) {
        return Ok(Form::Refused(Status(413)));
    }
    let mut form = Vec::new();
    let read = body.read(connection, FORM_MAX_LEN)?.read_to_end(&mut form);
    Ok(match read.map_err(|e| e.kind()) {
        Ok(_) => Form::Complete(form),
        Err(ErrorKind::FileTooLarge) => Form::Refused(Status(413)),
        Err(ErrorKind::InvalidData) => Form::Refused(Status(400)),
        Err(ErrorKind::ResourceBusy) => Form::Refused(Status(503)),
        Err(_) => Form::Refused(Status(408)),
    })
}

/// What the archive is called, without its extension: like the folder, or the only entry that is selected.
fn title(folder: &ShareName, selected: Option<&BTreeSet<String>>, computer: &str) -> String {
    let only = selected.filter(|selected| selected.len() == 1);
    let name = only.and_then(BTreeSet::first).or(folder.parts().last());
    match name {
        Some(name) => name.clone(),
        None if computer.is_empty() => "Landline".to_owned(),
        None => computer.to_owned(),
    }
}

/// A request for an archive.
struct Asked<'a> {
    request: &'a Request<'a>,
    persistence: Persistence,
    title: String,
    folder: &'a ShareName,
}

impl Asked<'_> {
    fn answer(
        &self,
        connection: &Connection,
        folder: &SharedFolder,
        selected: Option<&BTreeSet<String>>,
    ) -> io::Result<ControlFlow<Ending>> {
        let &Self {
            request,
            persistence,
            ..
        } = self;
        if connection.blocking().is_err() {
            return send_status(connection, request, persistence, Status(503));
        }
        let archive = match walk(connection, folder, selected) {
            Ok(archive) => archive,
            Err(Failed::Gone) => return Ok(ControlFlow::Break(Ending::Abort)),
            Err(Failed::NoRoom(why)) => return self.refuse(connection, why),
            Err(Failed::Io(e)) => {
                return send_error(connection, request, persistence, self.folder, &e);
            }
        };
        self.log_left_out(connection, &archive);
        let name = self.name();
        let log = |entry: fn(String) -> LogEntry| {
            connection.shared.log(connection.peer, entry(name.clone()));
        };
        let is_conditional = request.method != Method::Post;
        match conditional::check(request, &archive.etag, None) {
            Outcome::NotModified if is_conditional => {
                log(|name| LogEntry::NotModified { name });
                let mut head = start_head(connection, Status(304), persistence);
                head.field("ETag", &archive.etag);
                return send_head(connection, persistence, &head.finish());
            }
            Outcome::Failed if is_conditional => {
                log(|name| LogEntry::PreconditionFailed { name });
                return send_status(connection, request, persistence, Status(412));
            }
            _ => {}
        }
        let len = archive.layout.len();
        let (status, part) = match select(request, &archive.etag, len) {
            Selection::Whole => (Status(200), 0..len),
            Selection::Part(part) => (Status(206), part),
            Selection::Unsatisfiable => {
                log(|name| LogEntry::RangeNotSatisfiable { name });
                let mut head = start_head(connection, Status(416), persistence);
                head.field("Content-Range", format_args!("bytes */{len}"));
                head.field("Content-Length", 0);
                return send_head(connection, persistence, &head.finish());
            }
        };
        let head = self.head(connection, status, &archive, &part).finish();
        if request.is_head() {
            log(|name| LogEntry::HeadOnly { name });
            return send_head(connection, persistence, &head);
        }
        let sent = part.end - part.start;
        let ending = upload::send_as(connection, name, sent, Protocol::Http, |sending| {
            archives::send(sending, &archive, self.folder, part, head)
        });
        match ending {
            Ending::Orderly => Ok(persist_or_close(persistence)),
            ending => Ok(ControlFlow::Break(ending)),
        }
    }

    fn head(
        &self,
        connection: &Connection,
        status: Status,
        archive: &Archive,
        part: &Range<u64>,
    ) -> HeadWriter {
        let mut head = start_head(connection, status, self.persistence);
        head.field("ETag", &archive.etag);
        head.field("Content-Length", part.end - part.start);
        if status.0 == 206 {
            let (last, len) = (part.end - 1, archive.layout.len());
            head.field(
                "Content-Range",
                format_args!("bytes {}-{last}/{len}", part.start),
            );
        }
        head.field("Content-Type", "application/zip");
        if self.request.method != Method::Post {
            head.field("Accept-Ranges", "bytes");
        }
        let file_name = format!("{}.zip", self.title);
        head.field("Content-Disposition", disposition::attachment(&file_name));
        head.field("Content-Security-Policy", "sandbox; frame-ancestors 'none'");
        head
    }

    /// The archive's path, as transfers and log entries have it.
    fn name(&self) -> String {
        match self.folder.parts() {
            [] | [_] => format!("{}.zip", self.title),
            [above @ .., _] => format!("{}/{}.zip", above.join("/"), self.title),
        }
    }

    fn log_left_out(&self, connection: &Connection, archive: &Archive) {
        let count = archive.left_out.unnamed + archive.left_out.unread;
        if count > 0 {
            let name = self.name();
            let entry = LogEntry::ArchiveLacks { name, count };
            connection.shared.log(connection.peer, entry);
        }
    }

    /// Answers 503 while others use the memory or the disk, and 507 to what is too large at any time.
    fn refuse(&self, connection: &Connection, why: NoRoom) -> io::Result<ControlFlow<Ending>> {
        let name = self.name();
        let (status, text, entry) = match why {
            NoRoom::Busy => (503, PageText::ArchivesBusy, LogEntry::ArchivesBusy { name }),
            NoRoom::TooLarge => (
                507,
                PageText::ArchiveTooLarge,
                LogEntry::ArchiveTooLarge { name },
            ),
        };
        connection.shared.log(connection.peer, entry);
        let text = texts(connection, self.request).text(text);
        send_text(
            connection,
            self.request,
            self.persistence,
            Status(status),
            &text,
        )
    }
}

/// Why there is no archive.
enum Failed {
    /// The client has left, or the server stops.
    Gone,
    NoRoom(NoRoom),
    Io(io::Error),
}

/// Walks through the folder, if there is room for one more walk.
fn walk<'a>(
    connection: &'a Connection,
    folder: &SharedFolder,
    selected: Option<&BTreeSet<String>>,
) -> Result<Held<'a>, Failed> {
    let shared = &connection.shared;
    // Only a reset shows before the first write: a client that has closed its side may still read.
    let is_awaited =
        || !connection.cancel.is_cancelled() && matches!(connection.stream.take_error(), Ok(None));
    let Some(walk) =
        shared
            .archives
            .admit(connection.peer, shared.limits.archive_queue, is_awaited)
    else {
        return Err(if is_awaited() {
            Failed::NoRoom(NoRoom::Busy)
        } else {
            Failed::Gone
        });
    };
    let no_room = Cell::new(None);
    let check = |bytes| {
        if !is_awaited() {
            return Err(ErrorKind::Interrupted.into());
        }
        walk.grow(bytes).map_err(|why| {
            no_room.set(Some(why));
            ErrorKind::QuotaExceeded.into()
        })
    };
    let archive = match Archive::walk(folder, selected, shared.share.secret(), check) {
        Ok(archive) => archive,
        Err(e) => {
            return Err(match (e.kind(), no_room.get()) {
                (_, Some(why)) => Failed::NoRoom(why),
                (ErrorKind::Interrupted, _) => Failed::Gone,
                // More names than an archive can hold.
                (ErrorKind::QuotaExceeded, _) => Failed::NoRoom(NoRoom::TooLarge),
                _ => Failed::Io(e),
            });
        }
    };
    walk.finish(archive).map_err(Failed::NoRoom)
}

fn select(request: &Request<'_>, etag: &Etag, len: u64) -> Selection {
    match request.range {
        // `Range` is defined for GET alone (RFC 9110 section 14.2).
        Some(value)
            if request.method == Method::Get
                && conditional::range_applies(request.if_range, etag, None, SystemTime::now()) =>
        {
            range::select(value, len)
        }
        _ => Selection::Whole,
    }
}

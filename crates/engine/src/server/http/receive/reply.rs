//! The responses to requests that send files.

use std::io;
use std::ops::ControlFlow;

use landline_http1::digest::{self, Sha256};
use landline_http1::request::Request;
use landline_http1::response::{HeadWriter, Persistence, Status};

use crate::printable::clipped;
use crate::server::LogEntry;
use crate::server::connection::{Connection, Ending};
use crate::server::http::text_response::{allowed, texts};
use crate::server::http::{persist_or_close, start_head};
use crate::server::page_text::PageText;
use crate::server::receiving::{COOKIE, NotReceived};
use crate::url_path::path_of;

/// When a sender may try again, in seconds, if too many wait for the owner's answer.
const RETRY_SECS: u32 = 30;

/// How long a browser is remembered, in seconds: a year.
const COOKIE_SECS: u32 = 365 * 24 * 60 * 60;

/// A refusal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Refusal {
    pub why: NotReceived,
    /// How much of the file is stored, for [`NotReceived::WrongOffset`].
    pub offset: Option<u64>,
    /// The body has been consumed, so that another request may follow.
    pub is_consumed: bool,
}

impl From<NotReceived> for Refusal {
    fn from(why: NotReceived) -> Self {
        Self {
            why,
            offset: None,
            is_consumed: false,
        }
    }
}

/// Logs that `name` is not stored, and says why.
pub(super) fn refuse(
    connection: &Connection,
    request: &Request<'_>,
    name: &str,
    refusal: Refusal,
) -> io::Result<ControlFlow<Ending>> {
    let Refusal { why, offset, .. } = refusal;
    let entry = LogEntry::NotReceived {
        name: clipped(name).into_owned(),
        why,
    };
    connection.shared.log(connection.peer, entry);
    let persistence = Persistence {
        http_11: request.http_11,
        keep_alive: request.keep_alive && refusal.is_consumed,
    };
    let text = texts(connection, request).text(PageText::NotReceived(why));
    let mut head = start_head(connection, why.status(), persistence);
    head.field("Content-Type", "text/plain; charset=utf-8");
    head.field("Vary", "Accept-Language");
    head.field("Content-Length", text.len() + 1);
    if why == NotReceived::Off {
        head.field("Allow", allowed(connection));
    }
    if why == NotReceived::TooManyOffers {
        head.field("Retry-After", RETRY_SECS);
    }
    if let Some(offset) = offset {
        head.field("Upload-Offset", offset);
    }
    let mut bytes = head.finish();
    bytes.extend_from_slice(text.as_bytes());
    bytes.push(b'\n');
    connection.send(&bytes)?;
    Ok(persist_or_close(persistence))
}

/// A file that is stored.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    /// 201, or 200 if it was stored before.
    pub status: Status,
    /// Its path here.
    pub name: String,
    pub digest: Option<Sha256>,
    pub new_token: Option<String>,
    pub is_consumed: bool,
}

/// Says where the file is stored.
pub(super) fn send_stored(
    connection: &Connection,
    request: &Request<'_>,
    stored: &Stored,
) -> io::Result<ControlFlow<Ending>> {
    let persistence = Persistence {
        http_11: request.http_11,
        keep_alive: request.keep_alive && stored.is_consumed,
    };
    let mut head = start_head(connection, stored.status, persistence);
    head.field("Location", path_of(&stored.name));
    if let Some(digest) = stored.digest.filter(|_| request.wants_digest) {
        head.field("Repr-Digest", digest::field(&digest));
    }
    set_cookie(&mut head, stored.new_token.as_deref());
    head.field("Content-Length", 0);
    connection.send(&head.finish())?;
    Ok(persist_or_close(persistence))
}

/// Has a browser keep `token`, by which it is recognised. No script can read it, and no other site's page sends it.
pub(super) fn set_cookie(head: &mut HeadWriter, token: Option<&str>) {
    if let Some(token) = token {
        let attributes = format!("HttpOnly; SameSite=Strict; Path=/; Max-Age={COOKIE_SECS}");
        head.field("Set-Cookie", format_args!("{COOKIE}={token}; {attributes}"));
    }
}

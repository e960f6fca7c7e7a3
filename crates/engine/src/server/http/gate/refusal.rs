//! The responses to requests that are not let in (RFC 9110 section 15.5.2, RFC 6585 section 4).

use std::io;
use std::ops::ControlFlow;

use landline_http1::accept;
use landline_http1::request::{BodyFraming, Request};
use landline_http1::response::{Persistence, Status};

use super::{cookie_name, target};
use crate::server::auth::Denied;
use crate::server::connection::{Connection, Ending};
use crate::server::http::folders;
use crate::server::http::page::{self, SignIn};
use crate::server::http::request_body::RequestBody;
use crate::server::http::text_response::texts;
use crate::server::http::{persist_or_close, start_head};
use crate::server::page_text::PageText;

/// Why a request is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// What it carries does not let it in.
    Denied(Denied),
    /// The token in its address is wrong.
    WrongLink,
}

impl Why {
    fn status(self) -> Status {
        match self {
            Self::Denied(Denied::TooMany { .. }) => Status(429),
            Self::Denied(_) | Self::WrongLink => Status(401),
        }
    }

    /// What the page says above its form.
    fn error(self) -> Option<PageText> {
        match self {
            Self::WrongLink => Some(PageText::WrongLink),
            Self::Denied(denied) => match denied {
                Denied::Missing => None,
                Denied::Wrong => Some(PageText::WrongPassword),
                Denied::TooMany { secs } => Some(PageText::TooManyPasswords(secs)),
            },
        }
    }
}

/// Asks for the password: with a page and its form in a browser, with a challenge for Basic otherwise. Nothing in it
/// depends on what was asked for but the query, which the form keeps.
pub(super) fn refuse(
    connection: &mut Connection,
    request: &Request<'_>,
    body: RequestBody,
    why: Why,
) -> io::Result<ControlFlow<Ending>> {
    let persistence = match body.ignore_uninvited(connection, request)? {
        Ok(persistence) => persistence,
        Err(answered) => return Ok(answered),
    };
    send(connection, request, persistence.keep_alive, why)
}

/// The same for a request whose body is consumed, if its connection `may_persist`.
pub(super) fn send(
    connection: &Connection,
    request: &Request<'_>,
    may_persist: bool,
    why: Why,
) -> io::Result<ControlFlow<Ending>> {
    let persistence = Persistence {
        http_11: request.http_11,
        keep_alive: may_persist,
    };
    let is_page = accept::wants_page(&request.accept);
    let mut head = start_head(connection, why.status(), persistence);
    if let Why::Denied(Denied::TooMany { secs }) = why {
        head.field("Retry-After", secs);
    } else {
        head.field("WWW-Authenticate", challenge(connection, request, is_page));
    }
    head.field("Vary", "Accept, Accept-Language, Authorization, Cookie");
    let texts = texts(connection, request);
    let mut content = Vec::new();
    if is_page {
        page::sign_in_fields(&mut head);
        // What a body selected is gone: the page that it was sent from is better than another answer to its query.
        let is_kept = request.body == BodyFraming::None || target::is_sign_in(request.query);
        let query = target::clean_query(request.query.filter(|_| is_kept));
        let cleaned = Request {
            query: query.as_deref(),
            ..request.clone()
        };
        let page = SignIn {
            computer: &connection.shared.name,
            address: connection.stream.trace().map(|trace| trace.local()),
            protection: folders::protection(connection, &cleaned),
            action: match &query {
                Some(query) => format!("?{query}&{}", target::SIGN_IN),
                None => format!("?{}", target::SIGN_IN),
            },
            error: why.error(),
            texts,
        };
        page::write_sign_in(&mut content, &page)?;
    } else {
        head.field("Content-Type", "text/plain; charset=utf-8");
        let text = why.error().unwrap_or(PageText::PasswordNeeded);
        content.extend_from_slice(texts.text(text).as_bytes());
        content.push(b'\n');
    }
    head.field("Content-Length", content.len());
    let mut bytes = head.finish();
    if !request.is_head() {
        bytes.extend_from_slice(&content);
    }
    connection.send(&bytes)?;
    Ok(persist_or_close(persistence))
}

/// A challenge (RFC 9110 section 11.3). To one for Basic, a browser would open a window of its own above the page. What it
/// loads for a page does not name HTML, but has the cookie with which the page was opened.
fn challenge(connection: &Connection, request: &Request<'_>, is_page: bool) -> &'static str {
    let cookie = cookie_name(connection);
    if is_page || request.upload.cookies_of(&cookie).next().is_some() {
        "Cookie realm=\"Landline\""
    } else {
        "Basic realm=\"Landline\", charset=\"UTF-8\""
    }
}

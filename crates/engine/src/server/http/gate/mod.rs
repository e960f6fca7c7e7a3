//! The gate in front of the router. With a password, it lets through requests that carry it, a link's token, or the cookie
//! of a browser that had one of them. All others get the same response, whatever they ask for and whether that exists.

mod refusal;
mod sign_in;
mod target;

use std::io;
use std::ops::ControlFlow;

use landline_http1::credentials::Basic;
use landline_http1::request::{Method, Request};
use landline_http1::response::Status;

use self::refusal::{Why, refuse};
use super::request_body::RequestBody;
use super::{persist_or_close, start_head, well_known};
use crate::server::auth::{Attempt, Denied, Keys};
use crate::server::connection::{Connection, Ending};

/// How long a browser is let in, in seconds: a year, or until the password changes.
const COOKIE_SECS: u32 = 365 * 24 * 60 * 60;

/// What the gate did with a request.
pub(super) enum Gate {
    /// It is let through, with its body unread.
    Open(RequestBody),
    /// It is answered; what follows.
    Closed(ControlFlow<Ending>),
}

/// Lets a request through, or answers it.
///
/// # Errors
/// The client does not take the response.
pub(super) fn pass(
    connection: &mut Connection,
    request: &Request<'_>,
    body: RequestBody,
) -> io::Result<Gate> {
    let is_safe = matches!(request.method, Method::Get | Method::Head);
    if well_known::is_asked_for(request) {
        return Ok(Gate::Open(body));
    }
    let is_sign_in = sign_in::is_one(request);
    let Some(keys) = connection.shared.live.auth.keys() else {
        if is_sign_in {
            // The password was removed while its page was open.
            return redirect(connection, request, body, None).map(Gate::Closed);
        }
        return Ok(Gate::Open(body));
    };
    if is_sign_in {
        return sign_in::answer(connection, request, body, &keys).map(Gate::Closed);
    }
    // In other methods a token would be sent again with every redirect.
    let token = target::token(request.query).filter(|_| is_safe);
    let why = if is_in(connection, request, &keys) {
        None
    } else if let Some(basic) = Basic::parse(&request.authorization) {
        let attempt = keys.compare(&[basic.user(), basic.password()]);
        decide(connection, &attempt).err()
    } else if let Some(token) = token {
        let attempt = keys.compare_token(token.as_bytes());
        match decide(connection, &attempt) {
            Ok(()) => {
                let cookie = set_cookie(connection, &keys, &attempt);
                let answered = redirect(connection, request, body, cookie.as_deref());
                return answered.map(Gate::Closed);
            }
            Err(Why::Denied(Denied::Wrong)) => Some(Why::WrongLink),
            Err(why) => Some(why),
        }
    } else {
        decide(connection, &keys.compare(&[])).err()
    };
    match why {
        Some(why) => refuse(connection, request, body, why).map(Gate::Closed),
        // Let in already, so that the token is not looked at.
        None if token.is_some() => redirect(connection, request, body, None).map(Gate::Closed),
        None => Ok(Gate::Open(body)),
    }
}

/// Whether the request has a valid cookie.
fn is_in(connection: &Connection, request: &Request<'_>, keys: &Keys) -> bool {
    !request.upload.cookies.is_empty()
        && keys.are_in(request.upload.cookies_of(&cookie_name(connection)))
}

fn decide(connection: &Connection, attempt: &Attempt) -> Result<(), Why> {
    let decided = connection.shared.decide(connection.peer, attempt);
    decided.map_err(Why::Denied)
}

/// The cookie's name. Cookies do not distinguish ports.
fn cookie_name(connection: &Connection) -> String {
    let trace = connection.stream.trace();
    let port = trace.map_or(0, |trace| trace.local().port());
    format!("landline-{port}")
}

/// `Set-Cookie` for a browser whose attempt was right. `Strict` would withhold it where the link is opened from another
/// program's page.
fn set_cookie(connection: &Connection, keys: &Keys, attempt: &Attempt) -> Option<String> {
    let (name, value) = (cookie_name(connection), keys.cookie(attempt)?);
    let is_secure = keys.is_encrypted_only() && connection.stream.is_encrypted();
    let secure = if is_secure { "; Secure" } else { "" };
    Some(format!(
        "{name}={value}; HttpOnly; SameSite=Lax; Path=/; Max-Age={COOKIE_SECS}{secure}"
    ))
}

/// Redirects to the address without what was meant for the gate (RFC 9110 section 15.4.4).
fn redirect(
    connection: &mut Connection,
    request: &Request<'_>,
    body: RequestBody,
    cookie: Option<&str>,
) -> io::Result<ControlFlow<Ending>> {
    let persistence = match body.ignore_uninvited(connection, request)? {
        Ok(persistence) => persistence,
        Err(answered) => return Ok(answered),
    };
    let mut head = start_head(connection, Status(303), persistence);
    head.field("Location", target::location(request.path, request.query));
    if let Some(cookie) = cookie {
        head.field("Set-Cookie", cookie);
    }
    // No `Referer` may carry the token to another site.
    head.field("Referrer-Policy", "same-origin");
    head.field("Content-Length", 0);
    connection.send(&head.finish())?;
    Ok(persist_or_close(persistence))
}

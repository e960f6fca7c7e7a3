//! The form of the page that asks for the password: POST to any address with the query `?password`.

use std::io::{self, ErrorKind, Read as _};
use std::ops::ControlFlow;

use landline_http1::request::{Method, Request};
use landline_http1::response::{Persistence, Status};
use percent_encoding::percent_decode;
use zeroize::Zeroizing;

use super::refusal::{self, Why, refuse};
use super::{decide, set_cookie, target};
use crate::server::auth::{Denied, Keys};
use crate::server::connection::{Connection, Ending};
use crate::server::http::request_body::RequestBody;
use crate::server::http::text_response::{log_refusal, send_status, send_text, texts};
use crate::server::http::{persist_or_close, start_head};
use crate::server::page_text::PageText;

/// The longest form that is read, in bytes: four times the longest password, each byte of which takes three.
const FORM_MAX_LEN: u64 = 3 << 10;

/// Whether a request sends the form.
pub(super) fn is_one(request: &Request<'_>) -> bool {
    let content_type = request.upload.content_type.unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    request.method == Method::Post
        && target::is_sign_in(request.query)
        && media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// Reads the form, and answers with the cookie and a redirect to the address, or with the page again.
///
/// A cookie makes no difference: whoever has one by a link could otherwise try any number of passwords.
pub(super) fn answer(
    connection: &mut Connection,
    request: &Request<'_>,
    body: RequestBody,
    keys: &Keys,
) -> io::Result<ControlFlow<Ending>> {
    let closing = Persistence {
        http_11: request.http_11,
        keep_alive: false,
    };
    if request.upload.is_cross_site {
        log_refusal(connection, Status(403));
        let text = texts(connection, request).text(PageText::Embedding);
        return send_text(connection, request, closing, Status(403), &text);
    }
    if let Err(why @ Why::Denied(Denied::TooMany { .. })) = decide(connection, &keys.compare(&[])) {
        return refuse(connection, request, body, why);
    }
    let form = match read(connection, body)? {
        Ok(form) => form,
        Err(status) => {
            log_refusal(connection, status);
            return send_status(connection, request, closing, status);
        }
    };
    let password = password_in(&form).unwrap_or_default();
    let attempt = keys.compare(&[&password]);
    if let Err(why) = decide(connection, &attempt) {
        return refusal::send(connection, request, request.keep_alive, why);
    }
    let persistence = Persistence {
        keep_alive: request.keep_alive,
        ..closing
    };
    let mut head = start_head(connection, Status(303), persistence);
    head.field("Location", target::location(request.path, request.query));
    if let Some(cookie) = set_cookie(connection, keys, &attempt) {
        head.field("Set-Cookie", cookie);
    }
    head.field("Content-Length", 0);
    connection.send(&head.finish())?;
    Ok(persist_or_close(persistence))
}

/// The form, or the status with which its request is refused.
///
/// # Errors
/// The client does not take the interim response.
fn read(
    connection: &mut Connection,
    body: RequestBody,
) -> io::Result<Result<Zeroizing<Vec<u8>>, Status>> {
    if body.len().is_some_and(|len| len > FORM_MAX_LEN) {
        return Ok(Err(Status(413)));
    }
    // With room for all of it, so that no copy is left behind. One more byte shows that it is too long.
    let mut form = Zeroizing::new(vec![0; 1 + usize::try_from(FORM_MAX_LEN).unwrap_or(0)]);
    let mut len = 0;
    let mut reader = body.read(connection, FORM_MAX_LEN)?;
    loop {
        match reader.read(&mut form[len..]).map_err(|e| e.kind()) {
            Ok(0) => break,
            Ok(read) => len += read,
            Err(ErrorKind::FileTooLarge) => return Ok(Err(Status(413))),
            Err(ErrorKind::InvalidData) => return Ok(Err(Status(400))),
            Err(ErrorKind::ResourceBusy) => return Ok(Err(Status(503))),
            Err(_) => return Ok(Err(Status(408))),
        }
    }
    form.truncate(len);
    Ok(Ok(form))
}

/// The value of the first `password` in a form (WHATWG URL section 5.1).
fn password_in(form: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut fields = form.split(|&byte| byte == b'&');
    let value = fields.find_map(|field| field.strip_prefix(b"password="))?;
    let mut spaced = Zeroizing::new(value.to_vec());
    for byte in spaced.iter_mut().filter(|byte| **byte == b'+') {
        *byte = b' ';
    }
    let mut password = Zeroizing::new(Vec::with_capacity(spaced.len()));
    password.extend(percent_decode(&spaced));
    Some(password)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_read_as_browsers_send_it() {
        for (form, expected) in [
            ("password=abc", Some(&b"abc"[..])),
            ("password=", Some(b"")),
            ("a=b&password=a+b%2Bc%26%3D", Some(b"a b+c&=")),
            ("password=%E6%B5%B7", Some("海".as_bytes())),
            ("password=%ff%zz%", Some(b"\xff%zz%")),
            ("password=one&password=two", Some(b"one")),
            ("password=a=b", Some(b"a=b")),
            ("password", None),
            ("xpassword=a", None),
            ("", None),
        ] {
            let read = password_in(form.as_bytes());
            assert_eq!(read.as_deref().map(Vec::as_slice), expected, "{form}");
        }
        for len in 0.."password=%E6%B5%B7".len() {
            let _ = password_in(&b"password=%E6%B5%B7"[..len]);
        }
    }
}

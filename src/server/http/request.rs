//! The head of a request (RFC 9112 2 to 6, RFC 9110 7 and 10). Pure: bytes in, request or refusal out.

use super::{host, language};
use crate::net::{digest, head_end};
use crate::settings::Language;

/// The longest head, in bytes: request line, fields and the empty line.
pub const HEAD_MAX_LEN: usize = 16 * 1024;
/// The longest request target, in bytes.
pub const TARGET_MAX_LEN: usize = 8 * 1024;
/// The methods of RFC 9110 and RFC 5789. Others are recognised only by the end of their line.
pub const METHODS: [&str; 9] = [
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH",
];

/// More fields than any client sends.
const FIELDS_MAX: usize = 100;

/// A request as far as this server cares. Everything borrows from the head's bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "what a head says is yes or no"
)]
pub struct Request<'a> {
    /// HEAD: the answer has no body.
    pub head_only: bool,
    /// The path of the target, still percent-encoded, without the query.
    pub path: &'a str,
    /// The client speaks HTTP/1.1 and not 1.0.
    pub http_11: bool,
    /// The connection may serve another request afterwards.
    pub keep_alive: bool,
    /// `Accept`, line by line.
    pub accept: Vec<&'a str>,
    /// `Accept-Language`, line by line.
    pub accept_language: Vec<&'a str>,
    /// `Range`.
    pub range: Option<&'a str>,
    /// `If-Range`.
    pub if_range: Option<&'a str>,
    /// `If-Match`, line by line.
    pub if_match: Vec<&'a str>,
    /// `If-None-Match`, line by line.
    pub if_none_match: Vec<&'a str>,
    /// `If-Modified-Since`.
    pub if_modified_since: Option<&'a str>,
    /// `If-Unmodified-Since`.
    pub if_unmodified_since: Option<&'a str>,
    /// `Want-Repr-Digest` (RFC 9530 4) asks for a SHA-256.
    pub wants_digest: bool,
    /// What follows the head.
    pub body: Body,
    /// `Expect: 100-continue`: the client waits before it sends its body.
    pub expects_continue: bool,
}

impl Request<'_> {
    /// In which language to answer whoever reads it.
    pub fn language(&self) -> Language {
        language::wanted(&self.accept_language)
    }
}

/// How a request's body is delimited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Body {
    /// There is none.
    #[default]
    None,
    /// This many bytes.
    Length(u64),
    /// Chunked transfer coding.
    Chunked,
}

/// Why a request is not answered with what it asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// 400: malformed or ambiguous.
    BadRequest,
    /// 405: a known method that this server does not offer.
    MethodNotAllowed,
    /// 408: the head did not arrive in time.
    Timeout,
    /// 414.
    TargetTooLong,
    /// 417.
    ExpectationFailed,
    /// 421: a `Host` that this server does not answer to.
    Misdirected,
    /// 431.
    HeadTooLarge,
    /// 501: an unknown method or transfer coding.
    NotImplemented,
    /// 505.
    VersionNotSupported,
}

/// Where the head ends, one past its empty line. `seen` bytes have been searched before. An early
/// refusal comes as soon as it is certain that no acceptable head can follow.
///
/// # Errors
/// The head or its target is too long.
pub fn head_len(bytes: &[u8], seen: usize) -> Result<Option<usize>, Refusal> {
    match head_end(bytes, seen) {
        Some(end) if end > HEAD_MAX_LEN => return Err(too_long(bytes)),
        Some(end) => return Ok(Some(end)),
        None => {}
    }
    let unfinished_line =
        !bytes.contains(&b'\n') && bytes.len() > TARGET_MAX_LEN + "OPTIONS  HTTP/1.1\r\n".len();
    if bytes.len() >= HEAD_MAX_LEN || unfinished_line {
        return Err(too_long(bytes));
    }
    Ok(None)
}

fn too_long(bytes: &[u8]) -> Refusal {
    let line = bytes.split(|&b| b == b'\n').next().unwrap_or(bytes);
    if line.len() > TARGET_MAX_LEN {
        Refusal::TargetTooLong
    } else {
        Refusal::HeadTooLarge
    }
}

/// Read a whole head. `allowed_hosts` are names that `Host` may have beside local ones.
///
/// # Errors
/// The request is refused; what follows it on the connection cannot be trusted.
pub fn parse<'a>(head: &'a [u8], allowed_hosts: &[String]) -> Result<Request<'a>, Refusal> {
    // A carriage return that ends no line is taken by some parsers for a line end and by others
    // not; the same goes for what httparse forgives.
    let bare_cr = head
        .iter()
        .enumerate()
        .any(|(i, &b)| b == b'\r' && head.get(i + 1) != Some(&b'\n'));
    if bare_cr || head.contains(&0) {
        return Err(Refusal::BadRequest);
    }
    let mut fields = [httparse::EMPTY_HEADER; FIELDS_MAX];
    let mut parsed = httparse::Request::new(&mut fields);
    match parsed.parse(head) {
        Ok(httparse::Status::Complete(_)) => {}
        Ok(httparse::Status::Partial) => return Err(Refusal::BadRequest),
        Err(httparse::Error::TooManyHeaders) => return Err(Refusal::HeadTooLarge),
        Err(httparse::Error::Version) if head_has_version_1(head) => {
            return Err(Refusal::VersionNotSupported);
        }
        Err(_) => return Err(Refusal::BadRequest),
    }
    let (Some(method), Some(target), Some(version)) = (parsed.method, parsed.path, parsed.version)
    else {
        return Err(Refusal::BadRequest);
    };
    if target.len() > TARGET_MAX_LEN {
        return Err(Refusal::TargetTooLong);
    }
    let mut request = Request {
        http_11: version == 1,
        keep_alive: version == 1,
        ..Request::default()
    };
    let mut host = None;
    let mut length = None;
    let mut coding = None;
    for field in parsed.headers.iter() {
        let text = std::str::from_utf8(field.value).map(|text| text.trim_matches([' ', '\t']));
        // Fields that are read must be text; others may hold any bytes.
        let text = || text.map_err(|_| Refusal::BadRequest);
        match field.name.to_ascii_lowercase().as_str() {
            "host" => once(&mut host, text()?)?,
            "content-length" => match length {
                Some(known) if known != text()? => return Err(Refusal::BadRequest),
                _ => length = Some(text()?),
            },
            "transfer-encoding" => once(&mut coding, text()?)?,
            "connection" => apply_connection(text()?, &mut request),
            "expect" if text()?.eq_ignore_ascii_case("100-continue") => {
                request.expects_continue = version == 1;
            }
            "expect" => return Err(Refusal::ExpectationFailed),
            "accept" => request.accept.push(text()?),
            "accept-language" => request.accept_language.extend(text().ok()),
            "range" => once(&mut request.range, text()?)?,
            "if-range" => once(&mut request.if_range, text()?)?,
            "if-match" => request.if_match.push(text()?),
            "if-none-match" => request.if_none_match.push(text()?),
            "if-modified-since" => once(&mut request.if_modified_since, text()?)?,
            "if-unmodified-since" => once(&mut request.if_unmodified_since, text()?)?,
            // A wish that cannot be read is none (RFC 8941 4.2).
            "want-repr-digest" => request.wants_digest |= text().is_ok_and(digest::is_wanted),
            _ => {}
        }
    }
    request.body = body(length, coding, version == 1)?;
    let (authority, path) = split_target(target, method)?;
    match (authority, host) {
        (_, None) if version == 1 => return Err(Refusal::BadRequest),
        // An absolute target says the host itself (RFC 9112 3.2.2).
        (Some(name), _) | (None, Some(name)) => match host::judge(name, allowed_hosts) {
            host::Verdict::Local => {}
            host::Verdict::Foreign => return Err(Refusal::Misdirected),
            host::Verdict::Malformed => return Err(Refusal::BadRequest),
        },
        (None, None) => {}
    }
    request.path = path;
    match method {
        "GET" => {}
        "HEAD" => request.head_only = true,
        known if METHODS.contains(&known) => {
            return Err(Refusal::MethodNotAllowed);
        }
        _ => return Err(Refusal::NotImplemented),
    }
    Ok(request)
}

/// What can be told of a head that was refused: whether it asks for a head only, and whether the
/// client speaks HTTP/1.0.
pub fn glance(head: &[u8]) -> (bool, bool) {
    let line = head.split(|&b| b == b'\n').next().unwrap_or_default();
    (
        line.starts_with(b"HEAD "),
        line.trim_ascii_end().ends_with(b" HTTP/1.0"),
    )
}

/// A request line that is well formed but for a version beyond 1.1.
fn head_has_version_1(head: &[u8]) -> bool {
    let line = head
        .split(|&b| b == b'\n')
        .next()
        .unwrap_or_default()
        .trim_ascii_end();
    line.split(|&b| b == b' ').count() == 3 && line.last().is_some_and(u8::is_ascii_digit)
}

fn once<'a>(slot: &mut Option<&'a str>, value: &'a str) -> Result<(), Refusal> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(Refusal::BadRequest),
    }
}

fn apply_connection(value: &str, request: &mut Request<'_>) {
    for option in value.split(',').map(str::trim) {
        if option.eq_ignore_ascii_case("close") {
            request.keep_alive = false;
        } else if option.eq_ignore_ascii_case("keep-alive") && !request.http_11 {
            request.keep_alive = true;
        }
    }
}

/// RFC 9112 6.3, without the leniency: two ways to say where a body ends are one too many.
fn body(length: Option<&str>, coding: Option<&str>, http_11: bool) -> Result<Body, Refusal> {
    match (length, coding) {
        (Some(_), Some(_)) => Err(Refusal::BadRequest),
        (None, Some(coding)) if http_11 && coding.eq_ignore_ascii_case("chunked") => {
            Ok(Body::Chunked)
        }
        (None, Some(_)) if http_11 => Err(Refusal::NotImplemented),
        (None, Some(_)) => Err(Refusal::BadRequest),
        (Some(length), None)
            if !length.is_empty() && length.bytes().all(|b| b.is_ascii_digit()) =>
        {
            length
                .parse()
                .map(|length| {
                    if length == 0 {
                        Body::None
                    } else {
                        Body::Length(length)
                    }
                })
                .map_err(|_| Refusal::BadRequest)
        }
        (Some(_), None) => Err(Refusal::BadRequest),
        (None, None) => Ok(Body::None),
    }
}

/// Authority (where the target names one) and path of a target in any of its four forms.
fn split_target<'a>(target: &'a str, method: &str) -> Result<(Option<&'a str>, &'a str), Refusal> {
    let without_query = |path: &'a str| path.split(['?', '#']).next().unwrap_or(path);
    if target.starts_with('/') {
        return Ok((None, without_query(target)));
    }
    if method == "CONNECT" || method == "OPTIONS" && target == "*" {
        return Ok((None, target));
    }
    let scheme = target
        .get(..7)
        .filter(|scheme| scheme.eq_ignore_ascii_case("http://"));
    let rest = scheme
        .and_then(|scheme| target.get(scheme.len()..))
        .ok_or(Refusal::BadRequest)?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let path = without_query(path);
    Ok((Some(authority), if path.is_empty() { "/" } else { path }))
}

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;

//! The head of a request (RFC 9112 sections 2 to 6, RFC 9110 sections 7, 9 and 10). Pure: bytes in, request or
//! refusal out.

#[cfg(test)]
mod damaged;
mod framing;
mod lines;
mod method;
mod target;
mod upload;

use std::mem::MaybeUninit;
use std::time::Duration;

use memchr::{memchr, memchr_iter};

use crate::fetch_metadata::FetchMetadata;
use crate::{digest, head_end, host};

use self::framing::FramingFields;
pub use self::lines::Lines;
pub use self::method::Method;
pub use self::upload::UploadFields;

/// The longest head, in bytes: request line, fields and the empty line.
pub const HEAD_MAX_LEN: usize = 16 * 1024;

/// The longest request target, in bytes.
pub const TARGET_MAX_LEN: usize = 8 * 1024;

/// No request line with an acceptable target is longer, in bytes.
const LINE_MAX_LEN: usize = TARGET_MAX_LEN + "OPTIONS  HTTP/1.1\r\n".len();

/// More field lines than any client sends.
const FIELDS_MAX: usize = 100;

/// The parts of a request's head that this server uses. Everything borrows from the head's bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a separate field of the head"
)]
pub struct Request<'a> {
    /// The method, whether or not this server implements it.
    pub method: Method<'a>,
    /// The path of the target, still percent-encoded, without the query; `*` in `OPTIONS *`, and the authority in
    /// `CONNECT` (RFC 9112 section 3.2).
    pub path: &'a str,
    /// The query of the target without its question mark (RFC 3986 section 3.4), possibly empty.
    pub query: Option<&'a str>,
    /// For which host, with its port if there is one: a [permitted](host::classify) one. Only requests of HTTP/1.0 may have
    /// none.
    pub authority: Option<&'a str>,
    /// The client speaks HTTP/1.1 and not 1.0.
    pub http_11: bool,
    /// The connection may serve another request afterwards.
    pub keep_alive: bool,
    /// `Accept`, line by line.
    pub accept: Lines<'a>,
    /// `Accept-Language`, line by line.
    pub accept_language: Lines<'a>,
    /// `Authorization`, line by line; see [`Basic::parse`](crate::credentials::Basic::parse).
    pub authorization: Lines<'a>,
    /// `Range`.
    pub range: Option<&'a str>,
    /// `If-Range`.
    pub if_range: Option<&'a str>,
    /// `If-Match`, line by line.
    pub if_match: Lines<'a>,
    /// `If-None-Match`, line by line.
    pub if_none_match: Lines<'a>,
    /// `If-Modified-Since`.
    pub if_modified_since: Option<&'a str>,
    /// `If-Unmodified-Since`.
    pub if_unmodified_since: Option<&'a str>,
    /// `Want-Repr-Digest` (RFC 9530 section 4) asks for a SHA-256.
    pub wants_digest: bool,
    /// The oldest acceptable response, by `Cache-Control` (RFC 9111 sections 5.2.1.1 and 5.2.1.4).
    pub max_age: Option<Duration>,
    /// How the body is delimited.
    pub body: BodyFraming,
    /// `Expect: 100-continue`: the client waits before it sends its body (RFC 9110 section 10.1.1).
    pub expects_continue: bool,
    /// `Landline-Check` is present, with whatever value. A page of another site cannot send it without asking before, which
    /// is refused.
    pub is_check: bool,
    /// `Landline-Prefer-TLS: 1`: the client would rather have the response over TLS. Only another Landline says so.
    pub prefers_tls: bool,
    /// What it says of the content that it carries.
    pub upload: UploadFields<'a>,
}

impl<'a> Request<'a> {
    /// Whether the method is HEAD: the response has no content (RFC 9110 section 9.3.2).
    pub fn is_head(&self) -> bool {
        self.method == Method::Head
    }

    /// Store a field's value, if the server uses that field. The length of a name distinguishes most of them, so that
    /// unused fields cost next to nothing.
    fn read_field(
        &mut self,
        name: &str,
        value: &'a [u8],
        framing: &mut FramingFields<'a>,
        fetch: &mut FetchMetadata<'a>,
    ) -> Result<(), Refusal> {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        // Fields that are read must be text; others may hold any bytes.
        let text = || std::str::from_utf8(value).map_err(|_| Refusal::BadRequest);
        match name.len() {
            4 if is("host") => once(&mut framing.host, text()?)?,
            6 if is("origin") => fetch.origin = Some(value),
            5 if is("range") => once(&mut self.range, text()?)?,
            6 if is("accept") => self.accept.push(text()?),
            6 if is("expect") && text()?.eq_ignore_ascii_case("100-continue") => {
                self.expects_continue = self.http_11;
            }
            6 if is("expect") => return Err(Refusal::ExpectationFailed),
            8 if is("if-match") => self.if_match.push(text()?),
            8 if is("if-range") => once(&mut self.if_range, text()?)?,
            10 if is("connection") => framing.connection.push(text()?),
            // What is no text counts as malformed credentials.
            13 if is("authorization") => self.authorization.push(text().unwrap_or_default()),
            13 if is("if-none-match") => self.if_none_match.push(text()?),
            13 if is("cache-control") => {
                let ages = text().into_iter().flat_map(max_ages);
                self.max_age = ages.chain(self.max_age).min();
            }
            14 if is("content-length") => match framing.length {
                Some(known) if known != text()? => return Err(Refusal::BadRequest),
                _ => framing.length = Some(text()?),
            },
            14 if is("landline-check") => self.is_check = true,
            14 if is("sec-fetch-dest") => fetch.dest = value,
            14 if is("sec-fetch-mode") => fetch.mode = value,
            14 if is("sec-fetch-site") => fetch.site = value,
            // A preference that cannot be read counts as none.
            15 if is("accept-language") => {
                if let Ok(line) = text() {
                    self.accept_language.push(line);
                }
            }
            // The same (RFC 8941 4.2).
            16 if is("want-repr-digest") => {
                self.wants_digest |= text().is_ok_and(digest::is_wanted);
            }
            17 if is("transfer-encoding") => once(&mut framing.coding, text()?)?,
            17 if is("if-modified-since") => once(&mut self.if_modified_since, text()?)?,
            19 if is("if-unmodified-since") => once(&mut self.if_unmodified_since, text()?)?,
            19 if is("landline-prefer-tls") => self.prefers_tls = value == b"1",
            _ => self.upload.read_field(name, value)?,
        }
        Ok(())
    }
}

/// How a request's body is delimited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BodyFraming {
    /// There is none.
    #[default]
    None,
    /// This many bytes.
    Length(u64),
    /// Chunked transfer coding.
    Chunked,
}

/// Why a request is refused before it reaches a handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// 400: malformed or ambiguous.
    BadRequest,
    /// 403: a page of another site embeds it (Fetch Metadata).
    Embedding,
    /// 408: the head did not arrive in time.
    Timeout,
    /// 414: the target is longer than [`TARGET_MAX_LEN`].
    TargetTooLong,
    /// 415: a body in a content coding, none of which is decoded.
    ContentCoding,
    /// 417: an expectation other than `100-continue`.
    ExpectationFailed,
    /// 421: a `Host` that this server does not answer to.
    Misdirected,
    /// 431: the head is longer than [`HEAD_MAX_LEN`], or has too many fields.
    HeadTooLarge,
    /// 501: an unknown transfer coding.
    NotImplemented,
    /// 505: neither HTTP/1.0 nor HTTP/1.1.
    VersionNotSupported,
}

/// The length of the head, its empty line included. The first `seen` bytes have been searched before. A refusal comes
/// as soon as it is certain that no acceptable head can follow.
///
/// # Errors
/// The head or its target is too long.
pub fn head_len(bytes: &[u8], seen: usize) -> Result<Option<usize>, Refusal> {
    if bytes.len() > LINE_MAX_LEN && first_line(bytes).len() > LINE_MAX_LEN {
        return Err(Refusal::TargetTooLong);
    }
    match head_end(bytes, seen) {
        Some(end) if end <= HEAD_MAX_LEN => Ok(Some(end)),
        None if bytes.len() < HEAD_MAX_LEN => Ok(None),
        _ => Err(Refusal::HeadTooLarge),
    }
}

/// Parses a complete head. `is_allowed` says which names are permitted in `Host` beside addresses and local names; see
/// [`host::classify`].
///
/// Its lines end in CRLF or, as typed at a terminal, all in LF alone. A mixture is refused: one parser's field could be
/// another parser's two.
///
/// # Errors
/// The request is refused; the rest of the connection's input cannot be trusted.
pub fn parse<'a>(
    head: &'a [u8],
    is_allowed: &dyn Fn(&str) -> bool,
) -> Result<Request<'a>, Refusal> {
    // httparse skips empty lines here, but the caller has removed the one that may precede a request.
    let starts_well = head.first().is_some_and(|b| !b"\r\n".contains(b));
    if !starts_well || !ends_all_lines_alike(head) {
        return Err(Refusal::BadRequest);
    }
    // httparse rejects a NUL and a bare carriage return anywhere in the head.
    let mut fields = [const { MaybeUninit::uninit() }; FIELDS_MAX];
    let mut parsed = httparse::Request::new(&mut []);
    match parsed.parse_with_uninit_headers(head, &mut fields) {
        Ok(httparse::Status::Complete(len)) if len == head.len() => {}
        Ok(_) => return Err(Refusal::BadRequest),
        Err(httparse::Error::TooManyHeaders) => return Err(Refusal::HeadTooLarge),
        Err(httparse::Error::Version) if names_another_version(head) => {
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
        ..Request::default()
    };
    let mut framing = FramingFields::default();
    let mut fetch = FetchMetadata::default();
    for field in parsed.headers.iter() {
        request.read_field(field.name, field.value, &mut framing, &mut fetch)?;
    }
    request.keep_alive = framing.keep_alive(request.http_11);
    request.body = framing.body(request.http_11)?;
    request.upload.states_length = framing.length.is_some() || framing.coding.is_some();
    request.method = Method::parse(method);
    let target = target::split(target, request.method)?;
    request.path = target.path;
    request.query = target.query;
    let host = framing.host.map(|name| host::classify(name, is_allowed));
    if host == Some(host::HostKind::Malformed) || host.is_none() && version == 1 {
        return Err(Refusal::BadRequest);
    }
    // An absolute target overrides `Host` (RFC 9112 section 3.2.2).
    match target
        .authority
        .map(|name| host::classify(name, is_allowed))
        .or(host)
    {
        Some(host::HostKind::Local) | None => {}
        Some(host::HostKind::Foreign) => return Err(Refusal::Misdirected),
        Some(host::HostKind::Malformed) => return Err(Refusal::BadRequest),
    }
    request.authority = target.authority.or(framing.host);
    let authority = request.authority;
    request
        .upload
        .check_origin(fetch.origin, fetch.site, authority);
    if fetch.is_embedding() {
        return Err(Refusal::Embedding);
    }
    if request.upload.is_encoded && request.upload.states_length {
        return Err(Refusal::ContentCoding);
    }
    Ok(request)
}

/// Whether a head that was refused or is incomplete has the method HEAD, and whether it has HTTP/1.1: what a response to
/// it depends on.
pub fn peek_request_line(head: &[u8]) -> (bool, bool) {
    let line = first_line(head);
    (
        line.starts_with(b"HEAD "),
        !line.trim_ascii_end().ends_with(b" HTTP/1.0"),
    )
}

/// Whether every line feed follows a carriage return, or none does.
fn ends_all_lines_alike(head: &[u8]) -> bool {
    let crlf = head.ends_with(b"\r\n");
    memchr_iter(b'\n', head).all(|at| head[..at].ends_with(b"\r") == crlf)
}

fn first_line(bytes: &[u8]) -> &[u8] {
    memchr(b'\n', bytes).map_or(bytes, |end| &bytes[..end])
}

/// Whether a request line is well formed but for a version that is not 1.0 or 1.1.
fn names_another_version(head: &[u8]) -> bool {
    let line = first_line(head);
    let mut words = line
        .strip_suffix(b"\r")
        .unwrap_or(line)
        .rsplit(|&b| b == b' ');
    let version = words.next().unwrap_or_default();
    words.count() == 2
        && matches!(version, [b'H', b'T', b'T', b'P', b'/', major, b'.', minor]
            if major.is_ascii_digit() && minor.is_ascii_digit())
}

/// The greatest acceptable age of a cached response, once for each directive that sets one.
fn max_ages(directives: &str) -> impl Iterator<Item = Duration> {
    directives.split(',').filter_map(|directive| {
        let directive = directive.trim();
        if directive.eq_ignore_ascii_case("no-cache") {
            return Some(Duration::ZERO);
        }
        let (name, secs) = directive.split_once('=')?;
        let secs = secs.parse().ok()?;
        name.eq_ignore_ascii_case("max-age")
            .then_some(Duration::from_secs(secs))
    })
}

fn once<'a>(slot: &mut Option<&'a str>, value: &'a str) -> Result<(), Refusal> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(Refusal::BadRequest),
    }
}

#[cfg(test)]
mod tests;

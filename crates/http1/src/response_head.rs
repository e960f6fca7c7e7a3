//! Parses the head of a response (RFC 9112 sections 2 to 4 and 6). Pure.

use std::time::{Duration, SystemTime};

use crate::challenge::{self, Challenge};
use crate::content_range::{Part, number};
use crate::digest::Sha256;
use crate::disposition::Disposition;
use crate::etag::RESOLUTION;
use crate::redirect::reference;
use crate::{coding, content_range, date, digest, disposition};

/// The longest head, in bytes. Real ones have a few hundred; a server that never ends its head must not fill the memory.
pub const HEAD_MAX_LEN: usize = 64 * 1024;

/// More field lines than any server sends.
const MAX_HEADERS: usize = 128;

/// The start of every response of HTTP/1.x.
const PREFIX: &[u8] = b"HTTP/1.";

/// How a response's body is delimited (RFC 9112 section 6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// By its length in bytes.
    Length(u64),
    /// By the chunked transfer coding.
    Chunked,
    /// By the close of the connection.
    Close,
}

/// The parts of a response's head that the client uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The status code.
    pub status: u16,
    /// The reason phrase, possibly empty.
    pub reason: String,
    /// How the body is delimited.
    pub framing: Framing,
    /// `Location`, as text ([`reference()`]).
    pub location: Option<String>,
    /// `Content-Disposition`.
    pub disposition: Disposition,
    /// `Content-Encoding` (RFC 9110 section 8.4) without `identity`: printable ASCII in lower case, `gzip` for `x-gzip`.
    /// Some servers put a charset here.
    pub coding: Option<String>,
    /// An HTML page that was generated for this request: it has neither a `Last-Modified` nor an `ETag`.
    pub is_made_page: bool,
    /// `Content-Type` as it was sent.
    pub media_type: Option<String>,
    /// The strong validator (RFC 9110 section 8.8.1): a strong `ETag` with its quotes, else a `Last-Modified` that is old
    /// enough to be strong.
    pub validator: Option<String>,
    /// Any `ETag`, weak or strong.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub modified: Option<SystemTime>,
    /// `Content-Range` of a single range.
    pub part: Option<Part>,
    /// The length in the `Content-Range` of a 416.
    pub whole_length: Option<u64>,
    /// The SHA-256 of the whole file: `Repr-Digest` (RFC 9530 section 3).
    pub digest: Option<Sha256>,
    /// The SHA-256 of the prefix of a file that has grown ([`digest::PREFIX_FIELD`]).
    pub prefix_digest: Option<Sha256>,
    /// `Retry-After` (RFC 9110 section 10.2.3); zero if it is malformed. In a response without the digest that was asked
    /// for: when to ask for the digest again.
    pub retry_after: Option<Duration>,
    /// `Upload-Offset`: how many bytes of an unfinished upload the server has stored.
    pub upload_offset: Option<u64>,
    /// `WWW-Authenticate`, with a 401.
    pub challenges: Vec<Challenge>,
    /// The values of `Alt-Svc` (see [`alt_svc`](crate::alt_svc)).
    pub alt_svc: Vec<String>,
    /// The connection persists (RFC 9112 section 9.3).
    pub keeps_alive: bool,
}

impl Head {
    /// The `Location` of a redirect (RFC 9110 section 15.4); `None` for other status codes.
    pub fn redirect(&self) -> Option<&str> {
        let is_redirect = matches!(self.status, 301 | 302 | 303 | 307 | 308);
        self.location.as_deref().filter(|_| is_redirect)
    }
}

/// Whether a response that begins with `bytes` can be HTTP.
pub fn may_be_http(bytes: &[u8]) -> bool {
    let len = bytes.len().min(PREFIX.len());
    bytes[..len] == PREFIX[..len]
}

/// Whether a response that begins with `bytes` is certainly HTTP.
pub fn is_http(bytes: &[u8]) -> bool {
    bytes.starts_with(PREFIX)
}

/// Parses a complete head.
///
/// # Errors
/// A description of what is malformed, for the log.
pub fn parse(bytes: &[u8]) -> Result<Head, String> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut answer = httparse::Response::new(&mut headers);
    // An old or odd server may be the only one that has the file: whatever can be understood is accepted.
    let parsed = httparse::ParserConfig::default()
        .allow_spaces_after_header_name_in_responses(true)
        .allow_obsolete_multiline_headers_in_responses(true)
        .ignore_invalid_headers_in_responses(true)
        .parse_response(&mut answer, bytes)
        .map_err(|e| e.to_string())?;
    if parsed.is_partial() {
        return Err("the head is incomplete".to_owned());
    }
    let fields = Fields(answer.headers);
    let media_type = fields.get("content-type");
    let is_type = |prefix: &str| {
        let start = media_type.as_ref().and_then(|it| it.get(..prefix.len()));
        start.is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    // Such a body has several ranges, each with a head of its own (RFC 9110 section 14.6).
    let is_multipart = is_type("multipart/byteranges");
    let page = is_type("text/html");
    let range = fields.get("content-range");
    let range = range.as_deref();
    let says = |field| fields.get(field).is_some_and(|value| !value.is_empty());
    let dated = says("last-modified") || says("etag");
    Ok(Head {
        status: answer.code.unwrap_or_default(),
        reason: answer.reason.unwrap_or_default().trim().to_owned(),
        framing: framing(&fields)?,
        location: fields
            .values("location")
            .next()
            .map(|value| reference(value.trim_ascii())),
        disposition: disposition::parse(&fields.get("content-disposition").unwrap_or_default()),
        coding: coding::parse(fields.all("content-encoding")),
        is_made_page: page && !dated,
        media_type,
        validator: validator(&fields),
        etag: fields.get("etag"),
        modified: date(&fields, "last-modified"),
        part: range
            .and_then(content_range::part)
            .filter(|_| !is_multipart),
        whole_length: range.and_then(content_range::whole_length),
        digest: fields
            .all("repr-digest")
            .find_map(|value| digest::parse_field(&value)),
        prefix_digest: fields
            .get(digest::PREFIX_FIELD)
            .and_then(|value| digest::parse_field(&value)),
        retry_after: retry_after(&fields),
        upload_offset: fields.get("upload-offset").and_then(|value| number(&value)),
        challenges: match answer.code {
            Some(401) => challenge::parse(fields.all("www-authenticate")),
            _ => Vec::new(),
        },
        alt_svc: fields.all("alt-svc").collect(),
        keeps_alive: keeps_alive(&fields, answer.version == Some(1)),
    })
}

/// A strong `ETag`, or a `Last-Modified` that is strong because it precedes `Date` by more than its resolution (RFC 9110
/// section 8.8.2.2).
fn validator(fields: &Fields<'_, '_>) -> Option<String> {
    let etag = fields.get("etag");
    let is_strong = |tag: &String| tag.len() >= 2 && tag.starts_with('"') && tag.ends_with('"');
    if let Some(tag) = etag.filter(is_strong) {
        return Some(tag);
    }
    let age = date(fields, "date")?.duration_since(date(fields, "last-modified")?);
    match age {
        Ok(age) if age >= RESOLUTION => fields.get("last-modified"),
        _ => None,
    }
}

fn retry_after(fields: &Fields<'_, '_>) -> Option<Duration> {
    let value = fields.get("retry-after")?;
    let until = || date::parse(&value)?.duration_since(SystemTime::now()).ok();
    let secs = number(&value).map(Duration::from_secs);
    Some(secs.or_else(until).unwrap_or_default())
}

fn date(fields: &Fields<'_, '_>, name: &str) -> Option<SystemTime> {
    date::parse(&fields.get(name)?)
}

fn keeps_alive(fields: &Fields<'_, '_>, http_11: bool) -> bool {
    let options = fields.all("connection").collect::<Vec<_>>().join(",");
    let says = |option: &str| {
        let mut options = options.split(',');
        options.any(|said| said.trim().eq_ignore_ascii_case(option))
    };
    !says("close") && (http_11 || says("keep-alive"))
}

struct Fields<'a, 'b>(&'a [httparse::Header<'b>]);

impl Fields<'_, '_> {
    fn values(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        let headers = self.0.iter();
        headers
            .filter(move |header| header.name.eq_ignore_ascii_case(name))
            .map(|header| header.value)
    }

    fn all(&self, name: &str) -> impl Iterator<Item = String> {
        self.values(name)
            .map(|value| String::from_utf8_lossy(value).trim().to_owned())
    }

    fn get(&self, name: &str) -> Option<String> {
        self.all(name).next()
    }
}

fn framing(fields: &Fields<'_, '_>) -> Result<Framing, String> {
    let codings = fields
        .all("transfer-encoding")
        .collect::<Vec<_>>()
        .join(",");
    if !codings.is_empty() {
        return if codings.eq_ignore_ascii_case("chunked") {
            Ok(Framing::Chunked)
        } else if codings.eq_ignore_ascii_case("identity") {
            Ok(Framing::Close)
        } else {
            Err(format!("transfer coding {codings:?}"))
        };
    }
    let lengths = fields.all("content-length").collect::<Vec<_>>().join(",");
    let mut known = None;
    for length in lengths.split(',').map(str::trim).filter(|l| !l.is_empty()) {
        // `u64::MAX` means "unknown" to the callers.
        let value = number(length).filter(|&value| value < u64::MAX);
        match (value, known) {
            (Some(value), None) => known = Some(value),
            (Some(value), Some(other)) if value == other => {}
            _ => return Err(format!("content length {lengths:?}")),
        }
    }
    Ok(known.map_or(Framing::Close, Framing::Length))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn head(fields: &str) -> Result<Head, String> {
        parse(format!("HTTP/1.1 200 OK\r\n{fields}\r\n").as_bytes())
    }

    #[test]
    fn a_head_is_understood() {
        let head = head(
            "content-LENGTH: 12\r\nLocation: /x\r\nContent-Type: text/html; charset=utf-8\r\n\
             Content-Disposition: attachment; filename=\"a.txt\"; filename*=UTF-8''%E6%B5%B7.txt\r\n",
        )
        .unwrap();
        assert_eq!((head.status, head.reason.as_str()), (200, "OK"));
        assert_eq!(head.framing, Framing::Length(12));
        assert_eq!(head.location.as_deref(), Some("/x"));
        assert_eq!(head.disposition.name.as_deref(), Some("海.txt"));
        assert!(head.is_made_page);
    }

    #[test]
    fn a_redirect_keeps_its_bytes() {
        let head =
            parse(b"HTTP/1.1 302 Found\r\nLocation: /caf\xe9/\xe6\xb5\xb7?\xff \r\n\r\n").unwrap();
        assert_eq!(head.location.as_deref(), Some("/caf%E9/海?%FF"));
    }

    #[test]
    fn old_and_odd_heads_are_understood() {
        let odd = parse(b"HTTP/1.0 404\nServer : old\nnonsense\nEtag: \"1\"\n\n").unwrap();
        assert_eq!((odd.status, odd.reason.as_str()), (404, ""));
        assert_eq!(odd.framing, Framing::Close);
    }

    #[test]
    fn only_what_is_strong_is_a_validator() {
        let validator = |fields: &str| head(fields).unwrap().validator;
        let date = "Sun, 22 Nov 2026 10:00:00 GMT";
        assert_eq!(validator("ETag: \"x\"\r\n").as_deref(), Some("\"x\""));
        let dated = |at: &str| format!("ETag: W/\"x\"\r\nLast-Modified: {date}\r\nDate: {at}\r\n");
        let later = dated("Sun, 22 Nov 2026 10:00:02 GMT");
        assert_eq!(validator(&later).as_deref(), Some(date));
        assert_eq!(validator(&dated("Sun, 22 Nov 2026 10:00:01 GMT")), None);
        assert_eq!(validator(&dated(date)), None);
        assert_eq!(validator(&format!("Last-Modified: {date}\r\n")), None);
        assert_eq!(validator("ETag: x\r\n"), None);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let later = |value: &str| {
            head(&format!("Retry-After: {value}\r\n"))
                .unwrap()
                .retry_after
        };
        assert_eq!(head("").unwrap().retry_after, None);
        assert_eq!(later("120"), Some(Duration::from_mins(2)));
        let in_an_hour = SystemTime::now() + Duration::from_hours(1);
        let told = later(&date::format(in_an_hour).unwrap()).unwrap();
        assert!(told > Duration::from_mins(58) && told <= Duration::from_hours(1));
        for odd in ["soon", "-1", "1.5", "Sun, 06 Nov 1994 08:49:37 GMT", ""] {
            assert_eq!(later(odd), Some(Duration::ZERO), "{odd}");
        }
    }

    #[test]
    fn an_upload_offset_is_a_number() {
        let offset = |value: &str| {
            let head = head(&format!("Upload-Offset: {value}\r\n")).unwrap();
            head.upload_offset
        };
        assert_eq!(head("").unwrap().upload_offset, None);
        assert_eq!(offset("5000000000"), Some(5_000_000_000));
        for odd in ["", "-1", "+1", "1 2", "0x10", "99999999999999999999"] {
            assert_eq!(offset(odd), None, "{odd}");
        }
    }

    #[test]
    fn connections_stay_open_as_each_version_says() {
        for (wire, keeps) in [
            ("HTTP/1.1 200 OK\r\n\r\n", true),
            ("HTTP/1.1 200 OK\r\nConnection: x, Close\r\n\r\n", false),
            ("HTTP/1.0 200 OK\r\n\r\n", false),
            ("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n\r\n", true),
        ] {
            assert_eq!(parse(wire.as_bytes()).unwrap().keeps_alive, keeps, "{wire}");
        }
    }

    #[test]
    fn lengths_must_be_numbers_and_agree() {
        let framing = |fields: &str| head(fields).map(|head| head.framing);
        assert_eq!(
            framing("Content-Length: 5\r\nContent-Length: 5\r\n"),
            Ok(Framing::Length(5))
        );
        assert_eq!(
            framing("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
            Ok(Framing::Chunked)
        );
        for bad in ["5, 6", "-1", "+5", "0x10", "99999999999999999999"] {
            assert!(
                framing(&format!("Content-Length: {bad}\r\n")).is_err(),
                "{bad}"
            );
        }
        assert!(framing("Transfer-Encoding: gzip, chunked\r\n").is_err());
    }

    #[test]
    fn the_end_is_found_wherever_the_pieces_break() {
        for text in [
            "HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody",
            "HTTP/1.0 200 OK\nA: b\n\nbody",
        ] {
            let bytes = text.as_bytes();
            let mut seen = 0;
            let found = (1..=bytes.len()).find_map(|len| {
                let found = crate::head_end(&bytes[..len], seen);
                seen = len;
                found
            });
            assert_eq!(&text[found.unwrap()..], "body");
        }
    }

    #[test]
    fn http_is_told_from_other_things_early() {
        assert!(may_be_http(b"") && may_be_http(b"HT") && may_be_http(b"HTTP/1.1 200"));
        assert!(!may_be_http(b"hello") && !may_be_http(b"HTTP/2"));
        assert!(is_http(b"HTTP/1.0") && !is_http(b"HTTP/1"));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..256)) {
            let _ = parse(&bytes);
        }
    }
}

//! The client's side of HTTP/1.1 (RFC 9110, RFC 9112): writes requests, reads the heads of responses.
//!
//! This is not a library's job: the response may turn out not to be HTTP at all, and then it matters what exactly
//! happened on the wire: silence, a close, a reset, or other bytes.

mod body;

use std::fmt::Write as _;
use std::io::{BufRead, ErrorKind};
use std::net::IpAddr;
use std::time::{Duration, Instant};

use super::connection::Connection;
use crate::transport::is_timeout;
use landline_http1::{digest, head_end};

pub(super) use self::body::Body;
pub(super) use landline_http1::redirect::{Hop, MAX_REDIRECTS, follow, line_safe, reference};
#[cfg(any(test, fuzzing))]
pub(super) use landline_http1::response_head::parse;
pub(super) use landline_http1::response_head::{Framing, Head, is_http, may_be_http};

/// The most interim responses (1xx) before the final one.
const MAX_INTERIM: usize = 16;

/// The response to a request.
#[derive(Debug)]
pub(super) enum Answer {
    /// The head of a final response; the body follows on the same connection.
    Head(Box<Head>),
    /// The server closed the connection without a response, or sent something that is not HTTP (`spoke`).
    NotHttp {
        /// It sent at least one byte.
        spoke: bool,
    },
    /// The first byte did not arrive in time; [`read_head`] can be called again to go on waiting.
    Silent,
    /// The connection broke or stalled in the middle of the head.
    Cut,
    /// The head is malformed.
    Broken(String),
}

/// The parts of a request beside the path.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RequestOptions<'a> {
    /// HEAD instead of GET.
    pub(super) head_only: bool,
    /// `Accept`: one media type, or any.
    pub(super) accept: Option<&'a str>,
    /// `Range` from this byte on, with this validator in `If-Range` (RFC 9110 sections 13.1.5 and 14.2).
    pub(super) rest: Option<(u64, &'a str)>,
    /// A validator for `If-Match` or, if it is a date, `If-Unmodified-Since`.
    pub(super) same: Option<&'a str>,
    /// `Want-Repr-Digest` for a SHA-256 (RFC 9530 section 4).
    pub(super) digest: bool,
    /// `Cache-Control: max-age` in whole seconds, rounded up (RFC 9111 section 5.2.1.1): for caches, and for the server's
    /// own memory of digests.
    pub(super) max_age: Option<Duration>,
    /// `Connection: close`.
    pub(super) is_last: bool,
}

/// Writes the head of a request for `path` (percent-encoded).
pub(super) fn request(host: &str, port: u16, path: &str, options: RequestOptions<'_>) -> Vec<u8> {
    let host = host_field(host, port);
    let version = env!("CARGO_PKG_VERSION");
    let method = if options.head_only { "HEAD" } else { "GET" };
    let accept = options.accept.unwrap_or("*/*");
    let mut text = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Landline/{version}\r\n\
         Accept: {accept}\r\nAccept-Encoding: identity\r\n"
    );
    if let Some((from, validator)) = options.rest {
        let _ = write!(text, "Range: bytes={from}-\r\nIf-Range: {validator}\r\n");
    }
    if let Some(validator) = options.same {
        // A date is not an entity tag.
        let field = if validator.ends_with('"') {
            "If-Match"
        } else {
            "If-Unmodified-Since"
        };
        let _ = write!(text, "{field}: {validator}\r\n");
    }
    if options.digest {
        let _ = write!(text, "Want-Repr-Digest: {}\r\n", digest::WANTED);
    }
    if let Some(age) = options.max_age {
        let secs = age.as_millis().div_ceil(1000);
        let _ = write!(text, "Cache-Control: max-age={secs}\r\n");
    }
    if options.is_last {
        text.push_str("Connection: close\r\n");
    }
    text.push_str("\r\n");
    text.into_bytes()
}

/// The value of `Host` (RFC 9110 section 7.2).
pub(super) fn host_field(host: &str, port: u16) -> String {
    // A zone identifier has a meaning on this host only (RFC 6874).
    let name = match host.split('%').next().unwrap_or(host).parse() {
        Ok(IpAddr::V6(ip)) => format!("[{ip}]"),
        _ => host.to_owned(),
    };
    match port {
        // The default port of either scheme: TLS on port 80 and plain HTTP on port 443 are not expected.
        80 | 443 => name,
        _ => format!("{name}:{port}"),
    }
}

/// Reads the head of the final response: waits up to `first` for its first byte, then up to `whole` for the rest. Leaves
/// the body unread. After a cancel the result is meaningless.
pub(super) fn read_head(connection: &mut Connection, first: Duration, whole: Duration) -> Answer {
    let mut deadline = Instant::now() + first;
    for interim in 0..=MAX_INTERIM {
        match read_any_head(connection, &mut deadline, whole, interim > 0) {
            Answer::Head(head) if head.status < 200 => {}
            answer => return answer,
        }
    }
    Answer::Broken("too many interim responses".to_owned())
}

/// Reads the head of the response to a request with `Expect: 100-continue` (RFC 9110 section 10.1.1): that of the
/// 100, or that of the final response in its place. Otherwise as [`read_head`].
pub(super) fn read_continue(
    connection: &mut Connection,
    first: Duration,
    whole: Duration,
) -> Answer {
    let mut deadline = Instant::now() + first;
    for interim in 0..=MAX_INTERIM {
        match read_any_head(connection, &mut deadline, whole, interim > 0) {
            Answer::Head(head) if (101..200).contains(&head.status) => {}
            answer => return answer,
        }
    }
    Answer::Broken("too many interim responses".to_owned())
}

/// Reads the next head, that of an interim response (1xx) included. See [`read_block`] for the rest.
fn read_any_head(
    connection: &mut Connection,
    deadline: &mut Instant,
    whole: Duration,
    is_sure: bool,
) -> Answer {
    let bytes = match read_block(connection, deadline, whole, is_sure) {
        Ok(bytes) => bytes,
        Err(answer) => return answer,
    };
    match landline_http1::response_head::parse(&bytes) {
        Ok(head) if head.status == 101 => {
            Answer::Broken("unexpected 101 Switching Protocols".to_owned())
        }
        Ok(head) => {
            if head.status >= 200 {
                connection.answered(head.keeps_alive);
            }
            Answer::Head(Box::new(head))
        }
        Err(what) => Answer::Broken(what),
    }
}

/// Reads up to the next empty line. `is_sure`: the peer is known to speak HTTP. The first byte moves `deadline` to `whole`
/// from now.
fn read_block(
    connection: &mut Connection,
    deadline: &mut Instant,
    whole: Duration,
    is_sure: bool,
) -> Result<Vec<u8>, Answer> {
    let mut bytes = Vec::new();
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        // One byte that may begin an HTTP response is enough: no raw server answers a whole request with it.
        let ended = |bytes: &[u8]| {
            if is_sure || !bytes.is_empty() {
                Answer::Cut
            } else {
                Answer::NotHttp { spoke: false }
            }
        };
        let piece = match connection
            .wait_at_most(left)
            .and_then(|()| connection.fill_buf())
        {
            Ok([]) => return Err(ended(&bytes)),
            Ok(piece) => piece,
            Err(e) if e.kind() == ErrorKind::Interrupted => continue,
            Err(e) if is_timeout(&e) && !is_sure && bytes.is_empty() => {
                return Err(Answer::Silent);
            }
            Err(_) => return Err(ended(&bytes)),
        };
        if bytes.is_empty() && !is_sure {
            *deadline = Instant::now() + whole;
        }
        let before = bytes.len();
        bytes.extend_from_slice(piece);
        let end = head_end(&bytes, before);
        let taken = end.map_or(piece.len(), |end| end - before);
        connection.consume(taken);
        if !may_be_http(&bytes) {
            return Err(Answer::NotHttp { spoke: true });
        }
        if let Some(end) = end {
            bytes.truncate(end);
            return Ok(bytes);
        }
        if bytes.len() > landline_http1::response_head::HEAD_MAX_LEN {
            return Err(Answer::Broken("the head is too long".to_owned()));
        }
        if Instant::now() >= *deadline {
            return Err(ended(&bytes));
        }
    }
}

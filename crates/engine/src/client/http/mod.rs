//! Asking over HTTP/1.1 (RFC 9110, RFC 9112): the request, and the head of the answer.
//!
//! Written here and not taken from a library, because the answer may turn out not to be HTTP at
//! all, and then everything hangs on what exactly happened on the wire: silence, a close, a reset,
//! or other bytes.

mod body;

use std::fmt::Write as _;
use std::io::{BufRead, ErrorKind};
use std::net::IpAddr;
use std::time::{Duration, Instant};

use super::connection::Connection;
use crate::transport::is_timeout;
use landline_http1::{digest, head_end};

pub(super) use self::body::Body;
pub(super) use landline_http1::redirect::{
    Hop, MAX_REDIRECTS, follow, line_safe, redirect, reference,
};
#[cfg(any(test, fuzzing))]
pub(super) use landline_http1::response_head::parse;
pub(super) use landline_http1::response_head::{Framing, Head, is_http, may_be_http};

/// Interim answers (1xx) before the one that counts; a server has little to say in between.
const MAX_INTERIM: usize = 16;

/// What came back on a request.
#[derive(Debug)]
pub(super) enum Answer {
    /// The head of an answer; the body comes next on the same call.
    Head(Box<Head>),
    /// The server closed without a word, or what it says is not HTTP (`spoke`).
    NotHttp {
        /// It said something.
        spoke: bool,
    },
    /// Not one byte in the time for the first; asking again for the head goes on waiting.
    Silent,
    /// It began to answer, and then the connection broke or went silent.
    Cut,
    /// It is HTTP, but breaks the rules.
    Broken(String),
}

/// What is asked of a server beside the path.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RequestOptions<'a> {
    /// Only the head of the answer.
    pub(super) head_only: bool,
    /// A media type; any where there is none.
    pub(super) accept: Option<&'a str>,
    /// From this byte on, if the version is still this one (`Range` and `If-Range`, RFC 9110
    /// sections 13.1.5 and 14.2).
    pub(super) rest: Option<(u64, &'a str)>,
    /// Only if the version is still this one (`If-Match`).
    pub(super) same: Option<&'a str>,
    /// The file's SHA-256 (RFC 9530).
    pub(super) digest: bool,
    /// Nothing that a cache, or the server itself, has remembered for longer than this (`Cache-Control`, RFC 9111
    /// section 5.2.1.1); in whole seconds, rounded up.
    pub(super) max_age: Option<Duration>,
    /// Nothing more will be asked on this connection.
    pub(super) is_last: bool,
}

/// The request for `path` (percent-encoded).
pub(super) fn request(host: &str, port: u16, path: &str, options: RequestOptions<'_>) -> Vec<u8> {
    // RFC 6874: a zone says something about this machine and not about that one.
    let name = match host.split('%').next().unwrap_or(host).parse() {
        Ok(IpAddr::V6(ip)) => format!("[{ip}]"),
        _ => host.to_owned(),
    };
    let port = match port {
        80 => String::new(),
        _ => format!(":{port}"),
    };
    let version = env!("CARGO_PKG_VERSION");
    let method = if options.head_only { "HEAD" } else { "GET" };
    let accept = options.accept.unwrap_or("*/*");
    let mut text = format!(
        "{method} {path} HTTP/1.1\r\nHost: {name}{port}\r\nUser-Agent: Landline/{version}\r\n\
         Accept: {accept}\r\nAccept-Encoding: identity\r\n"
    );
    if let Some((from, validator)) = options.rest {
        let _ = write!(text, "Range: bytes={from}-\r\nIf-Range: {validator}\r\n");
    }
    if let Some(validator) = options.same {
        // A date is no entity tag.
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

/// Wait for the head of the answer: `first` for its first byte, and `whole` from then on for all of
/// it. Consumes nothing of the body. After a cancel any answer may come, none of them true.
pub(super) fn read_head(connection: &mut Connection, first: Duration, whole: Duration) -> Answer {
    let mut deadline = Instant::now() + first;
    for interim in 0..=MAX_INTERIM {
        let bytes = match read_block(connection, &mut deadline, whole, interim > 0) {
            Ok(bytes) => bytes,
            Err(answer) => return answer,
        };
        match landline_http1::response_head::parse(&bytes) {
            Ok(head) if head.status == 101 => {
                return Answer::Broken("it wants to switch the protocol".to_owned());
            }
            Ok(head) if head.status < 200 => {}
            Ok(head) => {
                connection.answered(head.keeps_alive);
                return Answer::Head(Box::new(head));
            }
            Err(what) => return Answer::Broken(what),
        }
    }
    Answer::Broken("interim answers do not end".to_owned())
}

/// Everything up to the next empty line. `is_sure` when the peer has shown that it speaks HTTP;
/// `deadline` moves by `whole` when it says its first byte.
fn read_block(
    connection: &mut Connection,
    deadline: &mut Instant,
    whole: Duration,
    is_sure: bool,
) -> Result<Vec<u8>, Answer> {
    let mut bytes = Vec::new();
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        // Even one byte that is HTTP so far: no raw server answers a whole request with that.
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
            return Err(Answer::Broken("the head does not end".to_owned()));
        }
        if Instant::now() >= *deadline {
            return Err(ended(&bytes));
        }
    }
}

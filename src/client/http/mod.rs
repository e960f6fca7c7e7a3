//! Asking over HTTP/1.1 (RFC 9110, RFC 9112): the request, and the head of the answer.
//!
//! Written here and not taken from a library, because the answer may turn out not to be HTTP at
//! all, and then everything hangs on what exactly happened on the wire: silence, a close, a reset,
//! or other bytes.

mod body;
pub(super) mod coding;
mod content_range;
mod disposition;
mod head;
mod redirect;

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{BufRead, ErrorKind};
use std::net::IpAddr;
use std::time::{Duration, Instant};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};

use super::call::Call;
use crate::name_bytes;
use crate::net::{digest, head_end, is_timeout};

pub(super) use body::Body;
#[cfg(any(test, fuzzing))]
pub(super) use head::parse;
pub(super) use head::{Framing, Head, is_http, may_be_http};
pub(super) use redirect::{
    Hop, MAX_REDIRECTS, follow, line_safe, redirect, reference, without_dots,
};

/// All but what stands for itself in a part of a path (RFC 3986 sections 2.3 and 3.3).
const ENCODED_IN_PART: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

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

/// `/a%20b/c.txt` for `a b/c.txt`, which may have [escapes](name_bytes): their bytes are those that are
/// sent. Parts that only lead up or nowhere are resolved (RFC 3986 section 5.2.4).
pub(super) fn path_of(name: &str) -> String {
    let parts = name.trim_start_matches('/').split('/');
    let mut path = String::with_capacity(name.len() + 1);
    for part in parts {
        path.push('/');
        path.extend(percent_encode(&name_bytes::to_bytes(part), ENCODED_IN_PART));
    }
    without_dots(&path)
}

/// The name for which [`path_of`] leads to `path` again: `a b/c.txt` for `/a%20b/c.txt`.
pub(super) fn name_of(path: &str) -> String {
    let path = path.split('?').next().unwrap_or(path);
    let parts = path.trim_start_matches('/').split('/').map(part_of);
    parts.collect::<Vec<_>>().join("/")
}

/// What a part of a path is called: decoded once, so `%2541` is a file called `%41`.
pub(super) fn part_of(encoded: &str) -> String {
    name_bytes::from_part(&Cow::from(percent_decode_str(encoded)))
}

/// Whether a server that answers so may answer otherwise in a while (RFC 9110 sections 15.5.9 and 15.6,
/// RFC 6585 section 4).
pub(super) fn is_passing(status: u16) -> bool {
    matches!(status, 408 | 429 | 502..=504)
}

/// What is asked of a server beside the path.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wish<'a> {
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
pub(super) fn request(host: &str, port: u16, path: &str, wish: Wish<'_>) -> Vec<u8> {
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
    let method = if wish.head_only { "HEAD" } else { "GET" };
    let accept = wish.accept.unwrap_or("*/*");
    let mut text = format!(
        "{method} {path} HTTP/1.1\r\nHost: {name}{port}\r\nUser-Agent: Landline/{version}\r\n\
         Accept: {accept}\r\nAccept-Encoding: identity\r\n"
    );
    if let Some((from, validator)) = wish.rest {
        let _ = write!(text, "Range: bytes={from}-\r\nIf-Range: {validator}\r\n");
    }
    if let Some(validator) = wish.same {
        // A date is no entity tag.
        let field = if validator.ends_with('"') {
            "If-Match"
        } else {
            "If-Unmodified-Since"
        };
        let _ = write!(text, "{field}: {validator}\r\n");
    }
    if wish.digest {
        let _ = write!(text, "Want-Repr-Digest: {}\r\n", digest::WANTED);
    }
    if let Some(age) = wish.max_age {
        let secs = age.as_millis().div_ceil(1000);
        let _ = write!(text, "Cache-Control: max-age={secs}\r\n");
    }
    if wish.is_last {
        text.push_str("Connection: close\r\n");
    }
    text.push_str("\r\n");
    text.into_bytes()
}

/// Wait for the head of the answer: `first` for its first byte, and `whole` from then on for all of
/// it. Consumes nothing of the body. After a cancel any answer may come, none of them true.
pub(super) fn read_head(call: &mut Call, first: Duration, whole: Duration) -> Answer {
    let mut deadline = Instant::now() + first;
    for interim in 0..=MAX_INTERIM {
        let bytes = match read_block(call, &mut deadline, whole, interim > 0) {
            Ok(bytes) => bytes,
            Err(answer) => return answer,
        };
        match head::parse(&bytes) {
            Ok(head) if head.status == 101 => {
                return Answer::Broken("it wants to switch the protocol".to_owned());
            }
            Ok(head) if head.status < 200 => {}
            Ok(head) => {
                call.answered(head.keeps_alive);
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
    call: &mut Call,
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
        let piece = match call.wait_at_most(left).and_then(|()| call.fill_buf()) {
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
        call.consume(taken);
        if !may_be_http(&bytes) {
            return Err(Answer::NotHttp { spoke: true });
        }
        if let Some(end) = end {
            bytes.truncate(end);
            return Ok(bytes);
        }
        if bytes.len() > head::HEAD_MAX_LEN {
            return Err(Answer::Broken("the head does not end".to_owned()));
        }
        if Instant::now() >= *deadline {
            return Err(ended(&bytes));
        }
    }
}

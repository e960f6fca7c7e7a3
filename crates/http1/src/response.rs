//! Writes the heads of responses (RFC 9112 section 4, RFC 9110 section 15).

use std::cell::{Cell, RefCell};
use std::fmt::Display;
use std::io::Write as _;
use std::time::SystemTime;

use crate::request::Refusal;

/// A status code (RFC 9110 section 15); the server uses those that have a [`Status::reason`] of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status(pub u16);

impl Status {
    /// The reason phrase, for people (RFC 9112 section 4).
    pub fn reason(self) -> &'static str {
        match self.0 {
            200 => "OK",
            201 => "Created",
            204 => "No Content",
            206 => "Partial Content",
            301 => "Moved Permanently",
            303 => "See Other",
            304 => "Not Modified",
            308 => "Permanent Redirect",
            400 => "Bad Request",
            401 => "Unauthorized",
            403 => "Forbidden",
            404 => "Not Found",
            405 => "Method Not Allowed",
            408 => "Request Timeout",
            409 => "Conflict",
            411 => "Length Required",
            412 => "Precondition Failed",
            413 => "Content Too Large",
            414 => "URI Too Long",
            415 => "Unsupported Media Type",
            416 => "Range Not Satisfiable",
            417 => "Expectation Failed",
            421 => "Misdirected Request",
            422 => "Unprocessable Content",
            426 => "Upgrade Required",
            429 => "Too Many Requests",
            431 => "Request Header Fields Too Large",
            501 => "Not Implemented",
            503 => "Service Unavailable",
            507 => "Insufficient Storage",
            505 => "HTTP Version Not Supported",
            _ => "Internal Server Error",
        }
    }
}

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        Self(match refusal {
            Refusal::BadRequest => 400,
            Refusal::Embedding => 403,
            Refusal::Timeout => 408,
            Refusal::TargetTooLong => 414,
            Refusal::ContentCoding => 415,
            Refusal::ExpectationFailed => 417,
            Refusal::Misdirected => 421,
            Refusal::HeadTooLarge => 431,
            Refusal::NotImplemented => 501,
            Refusal::VersionNotSupported => 505,
        })
    }
}

/// The fields of every response. Files and folders change at any time, and caches keep even a redirect or a 404 by
/// default; shared caches keep nothing (`private`), because there may be a password. Pages of other origins must not use
/// what is served, and only a response with the type of a script or a style may be used as one.
const ALWAYS: &[u8] = b"Cache-Control: private, no-cache\r\n\
    Cross-Origin-Resource-Policy: same-origin\r\n\
    X-Content-Type-Options: nosniff\r\n";

thread_local! {
    /// Memory for the next head: the allocator takes longer for a piece of this size than for several small ones.
    static SPARE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Keeps the memory of a sent head, and of the body behind it, for the next head on this thread.
pub fn recycle(head: Vec<u8>) {
    SPARE.set(head);
}

/// The version of a response, and whether its connection persists (RFC 9112 section 9.3).
#[derive(Clone, Copy, Debug)]
pub struct Persistence {
    /// HTTP/1.1; HTTP/1.0 otherwise.
    pub http_11: bool,
    /// Another request may follow on the connection.
    pub keep_alive: bool,
}

/// Writes the head of a response.
#[derive(Debug)]
pub struct HeadWriter(Vec<u8>);

impl HeadWriter {
    /// The status line, `Date`, the fields of every response and, unless it is the version's default, `Connection`.
    pub fn new(status: Status, persistence: Persistence) -> Self {
        let version = u8::from(persistence.http_11);
        let mut bytes = SPARE.take();
        bytes.clear();
        // Room for a usual head and a small body behind it, so that both leave in one piece.
        bytes.reserve(2048);
        let mut head = Self(bytes);
        // Writing to a vector does not fail.
        let _ = write!(
            head.0,
            "HTTP/1.{version} {} {}\r\n",
            status.0,
            status.reason()
        );
        head.date(SystemTime::now());
        head.0.extend_from_slice(ALWAYS);
        match (persistence.http_11, persistence.keep_alive) {
            (true, false) => head.field("Connection", "close"),
            (false, true) => head.field("Connection", "keep-alive"),
            _ => {}
        }
        head
    }

    /// Adds a field. The value must contain no line end: file names are percent-encoded.
    pub fn field(&mut self, name: &str, value: impl Display) {
        self.0.extend_from_slice(name.as_bytes());
        // Writing to a vector does not fail.
        let _ = write!(self.0, ": {value}\r\n");
    }

    /// `Date` (RFC 9110 6.6.1). Writing a date costs more than the rest of a head, and it is the same for a
    /// second.
    fn date(&mut self, now: SystemTime) {
        thread_local! {
            static LAST: RefCell<(u64, String)> = RefCell::default();
        }
        let second = now
            .duration_since(SystemTime::UNIX_EPOCH)
            .map_or(0, |since| since.as_secs());
        LAST.with_borrow_mut(|(last, date)| {
            if date.is_empty() || *last != second {
                *last = second;
                *date = httpdate::fmt_http_date(now);
            }
            self.field("Date", &*date);
        });
    }

    /// The finished head, with room for a body to be appended.
    pub fn finish(mut self) -> Vec<u8> {
        self.0.extend_from_slice(b"\r\n");
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_in_both_versions() {
        let persistence = |http_11, keep_alive| Persistence {
            http_11,
            keep_alive,
        };
        let text = |persistence| {
            let head = HeadWriter::new(Status(404), persistence);
            String::from_utf8(head.finish()).unwrap()
        };
        assert!(text(persistence(true, true)).starts_with("HTTP/1.1 404 Not Found\r\nDate: "));
        assert!(!text(persistence(true, true)).contains("Connection"));
        assert!(text(persistence(true, false)).contains("\r\nConnection: close\r\n"));
        assert!(text(persistence(false, true)).starts_with("HTTP/1.0 404"));
        assert!(text(persistence(false, true)).contains("\r\nConnection: keep-alive\r\n"));
        let always = str::from_utf8(ALWAYS).unwrap();
        assert!(text(persistence(false, false)).ends_with(&format!("GMT\r\n{always}\r\n")));
    }
}

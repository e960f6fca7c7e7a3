//! The heads of the requests that send files.

use std::fmt::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::client::http::host_field;
use crate::url_path;
use landline_http1::digest::{self, Sha256};

/// A longer name of a computer is cut: the owner of the share has to read it.
const NAME_MAX_LEN: usize = 64;

/// The fields that are the same in all requests of a delivery.
#[derive(Clone, Debug)]
pub(super) struct Sender {
    host: String,
    fields: String,
}

/// All files of a delivery, about which the owner of the share is asked once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Batch<'a> {
    /// By which the server recognises its requests: 16 to 64 characters of base64url.
    pub(super) id: &'a str,
    /// How many files there are.
    pub(super) files: u64,
    /// Their bytes together.
    pub(super) len: u64,
    /// What this computer is called.
    pub(super) from: &'a str,
}

/// A file with its own request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Put<'a> {
    /// Its name there, separated by `/`.
    pub(super) name: &'a str,
    /// Its length in bytes.
    pub(super) len: u64,
    /// The first byte that is sent.
    pub(super) from: u64,
    /// When it was modified last.
    pub(super) modified: Option<SystemTime>,
    /// Its SHA-256, if it is known already.
    pub(super) digest: Option<Sha256>,
    /// Whether to wait for `100 Continue`.
    pub(super) expects: bool,
}

impl Sender {
    /// `device` is the token by which that server recognises this computer.
    pub(super) fn new(host: &str, port: u16, batch: Batch<'_>, device: &str) -> Self {
        let name: String = batch.from.chars().take(NAME_MAX_LEN).collect();
        let name = utf8_percent_encode(&name, NON_ALPHANUMERIC);
        let version = env!("CARGO_PKG_VERSION");
        let host = host_field(host, port);
        let fields = format!(
            "Host: {host}\r\nUser-Agent: Landline/{version}\r\nLandline-Batch: id={}, files={}, \
             bytes={}, name={name}\r\nLandline-Device: {device}\r\n",
            batch.id, batch.files, batch.len
        );
        Self { host, fields }
    }

    /// `PUT` of a file (RFC 9110 section 9.3.4), or of the rest of it (section 14.5).
    pub(super) fn put(&self, put: &Put<'_>) -> Vec<u8> {
        let path = url_path::path_of(put.name);
        let mut text = format!("PUT {path} HTTP/1.1\r\n{}", self.fields);
        let _ = write!(text, "Content-Length: {}\r\n", put.len - put.from);
        if put.from > 0 {
            let last = put.len - 1;
            let _ = write!(
                text,
                "Content-Range: bytes {}-{last}/{}\r\n",
                put.from, put.len
            );
        }
        match &put.digest {
            Some(digest) => _ = write!(text, "Repr-Digest: {}\r\n", digest::field(digest)),
            None => _ = write!(text, "Want-Repr-Digest: {}\r\n", digest::WANTED),
        }
        text.push_str(&modified_field(put.modified));
        finish(text, put.expects)
    }

    /// `POST` of a form.
    pub(super) fn post(&self, boundary: &str, len: u64, expects: bool) -> Vec<u8> {
        let text = format!(
            "POST / HTTP/1.1\r\n{}Accept: application/json\r\nContent-Type: multipart/form-data; \
             boundary={boundary}\r\nContent-Length: {len}\r\n",
            self.fields
        );
        finish(text, expects)
    }

    /// `HEAD`, by which the server tells how much of an unfinished upload it has.
    pub(super) fn offset(&self, name: &str) -> Vec<u8> {
        let path = url_path::path_of(name);
        finish(format!("HEAD {path} HTTP/1.1\r\n{}", self.fields), false)
    }

    /// The value of `Host`, for logs.
    pub(super) fn host(&self) -> &str {
        &self.host
    }
}

fn finish(mut text: String, expects: bool) -> Vec<u8> {
    if expects {
        text.push_str("Expect: 100-continue\r\n");
    }
    text.push_str("\r\n");
    text.into_bytes()
}

/// `X-OC-Mtime` with its CRLF: whole seconds since 1970. Nothing for older files.
pub(super) fn modified_field(modified: Option<SystemTime>) -> String {
    let since = modified.and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    since.map_or_else(String::new, |since| {
        format!("X-OC-Mtime: {}\r\n", since.as_secs())
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn sender(from: &str) -> Sender {
        let batch = Batch {
            id: "0123456789abcdef",
            files: 3,
            len: 24_000_000,
            from,
        };
        Sender::new("fe80::1%eth0", 8080, batch, "device-token")
    }

    #[test]
    fn the_rest_of_a_file_has_a_range() {
        let put = Put {
            name: "sub/a b.txt",
            len: 10,
            from: 4,
            modified: Some(UNIX_EPOCH + Duration::from_millis(1_500)),
            digest: None,
            expects: true,
        };
        let version = env!("CARGO_PKG_VERSION");
        let expected = format!(
            "PUT /sub/a%20b.txt HTTP/1.1\r\nHost: [fe80::1]:8080\r\nUser-Agent: Landline/{version}\r\n\
             Landline-Batch: id=0123456789abcdef, files=3, bytes=24000000, name=Ann%27s%20PC\r\n\
             Landline-Device: device-token\r\nContent-Length: 6\r\nContent-Range: bytes 4-9/10\r\n\
             Want-Repr-Digest: sha-256=10\r\nX-OC-Mtime: 1\r\nExpect: 100-continue\r\n\r\n"
        );
        let head = String::from_utf8(sender("Ann's PC").put(&put)).unwrap();
        assert_eq!(head, expected);
    }

    #[test]
    fn no_name_adds_a_field() {
        let from = format!("x\r\nEvil: 1{}", "\u{e4}".repeat(500));
        let head = String::from_utf8(sender(&from).offset("a\r\nb: c")).unwrap();
        assert_eq!(head.lines().count(), 6, "{head}");
        assert!(
            head.starts_with("HEAD /a%0D%0Ab:%20c HTTP/1.1\r\n"),
            "{head}"
        );
        assert!(head.len() < 1024);
    }
}

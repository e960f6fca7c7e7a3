//! Forms with several files (`multipart/form-data`, RFC 7578), and what the server says about each.

use std::io::Read;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::head::modified_field;
use super::item::Item;
use crate::secret;
use landline_http1::digest::{self, Hasher};

/// The longest answer that is read: the names of the files of one form twice, and then some.
const ANSWER_MAX_LEN: u64 = 4 << 20;

/// A form that is being made.
#[derive(Debug)]
pub(super) struct Form {
    boundary: String,
    body: Vec<u8>,
    /// The files in it, by their index, with their lengths.
    pub(super) files: Vec<(usize, u64)>,
}

impl Form {
    /// An empty form.
    pub(super) fn new() -> Self {
        // Nobody who writes a file knows it.
        let boundary = format!(
            "landline-{}",
            URL_SAFE_NO_PAD.encode(secret::random::<16>())
        );
        Self {
            boundary,
            body: Vec::new(),
            files: Vec::new(),
        }
    }

    /// Adds the file `item` with this content. Its name has no quotes, backslashes and control characters.
    pub(super) fn add(&mut self, at: usize, item: &Item, content: &[u8]) {
        let mut hasher = Hasher::new();
        hasher.update(content);
        let digest = digest::field(&hasher.finish());
        let head = format!(
            "--{}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{}\"\r\n\
             Content-Type: application/octet-stream\r\nContent-Digest: {digest}\r\n{}\r\n",
            self.boundary,
            item.name,
            modified_field(item.modified)
        );
        self.body.extend_from_slice(head.as_bytes());
        self.body.extend_from_slice(content);
        self.body.extend_from_slice(b"\r\n");
        self.files.push((at, content.len() as u64));
    }

    /// What separates its parts.
    pub(super) fn boundary(&self) -> &str {
        &self.boundary
    }

    /// The whole body.
    pub(super) fn finish(&mut self) -> &[u8] {
        let end = format!("--{}--\r\n", self.boundary);
        self.body.extend_from_slice(end.as_bytes());
        &self.body
    }
}

/// What the server did with a file of a form.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Stored {
    /// The name that was sent.
    pub(super) name: String,
    /// The name that it got.
    #[serde(default, rename = "stored")]
    pub(super) path: Option<String>,
    /// As of a request of its own.
    pub(super) status: u16,
}

#[derive(Deserialize)]
struct Answer {
    files: Vec<Stored>,
}

/// Reads the answer to a form. None if it is none: not every server that answers a form has stored it.
pub(super) fn read_answer(body: impl Read) -> Option<Vec<Stored>> {
    let mut bytes = Vec::new();
    let read = body.take(ANSWER_MAX_LEN + 1).read_to_end(&mut bytes);
    if read.is_err() || bytes.len() as u64 > ANSWER_MAX_LEN {
        return None;
    }
    let answer: Answer = serde_json::from_slice(&bytes).ok()?;
    Some(answer.files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_is_a_part_with_its_digest() {
        let mut form = Form::new();
        let item = Item {
            path: "a".into(),
            name: "d/海.txt".to_owned(),
            len: 5,
            modified: None,
        };
        form.add(7, &item, b"hello");
        let boundary = form.boundary().to_owned();
        let body = String::from_utf8(form.finish().to_vec()).unwrap();
        let expected = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"d/海.txt\"\r\n\
             Content-Type: application/octet-stream\r\n\
             Content-Digest: sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:\r\n\r\n\
             hello\r\n--{boundary}--\r\n"
        );
        assert_eq!(body, expected);
        assert_eq!(form.files, [(7, 5)]);
        assert_ne!(Form::new().boundary(), boundary);
    }

    #[test]
    fn an_answer_says_what_became_of_each_file() {
        let answer =
            br#"{"files":[{"name":"a","stored":"a (2)","status":201},{"name":"b","status":400}]}"#;
        let files = read_answer(&answer[..]).unwrap();
        assert_eq!(files[0].path.as_deref(), Some("a (2)"));
        assert_eq!((files[1].status, files[1].path.as_deref()), (400, None));
        for odd in [&b""[..], b"<html>", b"{}", b"{\"files\":[1]}"] {
            assert_eq!(read_answer(odd), None);
        }
        let endless = std::io::repeat(b' ');
        assert_eq!(read_answer(endless), None);
    }
}

//! A strict parser of responses: anything that a client could misread fails the test.

use std::io::{BufRead, Read};

/// One response.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub fields: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Whether it has `Connection: close`.
    pub fn says_close(&self) -> bool {
        self.field("Connection") == Some("close")
    }
}

/// Reads the next response; `body` says whether its request allows one. `None` at the end of the connection.
/// Skips interim responses (RFC 9110 section 15.2).
pub fn next(reader: &mut impl BufRead, body: bool) -> Option<Answer> {
    loop {
        let first = line(reader)?;
        let status = first
            .strip_prefix("HTTP/1.1 ")
            .or_else(|| first.strip_prefix("HTTP/1.0 "))
            .and_then(|rest| rest.split_once(' '))
            .and_then(|(code, reason)| (!reason.is_empty()).then(|| code.parse().ok())?)
            .unwrap_or_else(|| panic!("no status line: {first:?}"));
        let mut answer = Answer {
            status,
            fields: fields(reader),
            body: Vec::new(),
        };
        if status < 200 {
            continue;
        }
        if body && !matches!(status, 204 | 304) {
            answer.body = content(reader, &answer);
        }
        return Some(answer);
    }
}

fn fields(reader: &mut impl BufRead) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    loop {
        let line = line(reader).expect("a head that ends");
        if line.is_empty() {
            return fields;
        }
        let (name, value) = line
            .split_once(": ")
            .unwrap_or_else(|| panic!("no field: {line:?}"));
        let is_token = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        assert!(!name.is_empty() && name.bytes().all(is_token), "{line:?}");
        assert!(!value.chars().any(char::is_control), "{line:?}");
        let is_again = fields.iter().any(|(known, _)| known == name);
        assert!(!is_again, "{name} twice");
        fields.push((name.to_owned(), value.to_owned()));
    }
}

fn content(reader: &mut impl BufRead, answer: &Answer) -> Vec<u8> {
    let mut body = Vec::new();
    match (
        answer.field("Content-Length"),
        answer.field("Transfer-Encoding"),
    ) {
        (Some(len), None) => {
            body.resize(len.parse().expect("a length"), 0);
            reader.read_exact(&mut body).expect("the whole body");
        }
        (None, Some("chunked")) => loop {
            let size = line(reader).expect("a chunk");
            let size = u64::from_str_radix(&size, 16).expect("a size");
            let before = body.len() as u64;
            reader.take(size).read_to_end(&mut body).expect("a chunk");
            assert_eq!(
                body.len() as u64,
                before + size,
                "a chunk that is cut short"
            );
            assert_eq!(line(reader).as_deref(), Some(""), "the end of a chunk");
            if size == 0 {
                break;
            }
        },
        (None, None) => {
            reader.read_to_end(&mut body).expect("a clean end");
        }
        both => panic!("ambiguous: {both:?}"),
    }
    body
}

/// The next line without its CRLF; `None` at the end of the connection.
fn line(reader: &mut impl BufRead) -> Option<String> {
    let mut bytes = Vec::new();
    reader.read_until(b'\n', &mut bytes).expect("a clean end");
    if bytes.is_empty() {
        return None;
    }
    let line = bytes
        .strip_suffix(b"\r\n")
        .expect("a line that ends in CRLF");
    assert!(!line.contains(&b'\r'), "{line:?}");
    Some(String::from_utf8(line.to_vec()).expect("text"))
}

//! Forms with files: `multipart/form-data` (RFC 7578, RFC 2046 section 5.1.1), read in pieces. Pure.
//!
//! Stricter than RFC 2046 where browsers and curl are, too: nothing comes before the first boundary, and every part has a
//! `Content-Disposition: form-data`.

mod head;
#[cfg(test)]
mod tests;

use std::fmt;

use memchr::memmem::{self, Finder};
use memchr::memrchr;

use crate::disposition::Parameters;

pub use self::head::PartHead;

/// The longest boundary, in bytes (RFC 2046 section 5.1.1).
pub const BOUNDARY_MAX_LEN: usize = 70;

/// The longest head of a part, in bytes.
pub const HEAD_MAX_LEN: usize = 8 * 1024;

/// The most parts of a form.
pub const PARTS_MAX: usize = 10_000;

/// The most white space behind a boundary, in bytes (RFC 2046 allows it, and nobody sends it).
const PADDING_MAX_LEN: usize = 64;

/// Not such a form, or one beyond the limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("malformed form")
    }
}

impl std::error::Error for Malformed {}

/// The boundary in a `Content-Type` field, if that is one of a form.
pub fn boundary(content_type: &str) -> Option<String> {
    let mut parameters = Parameters(content_type);
    let (kind, None) = parameters.next()? else {
        return None;
    };
    if !kind.eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let (_, boundary) = parameters.find(|(name, _)| name.eq_ignore_ascii_case("boundary"))?;
    boundary.filter(|boundary| is_boundary(boundary))
}

fn is_boundary(text: &str) -> bool {
    let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&b);
    (1..=BOUNDARY_MAX_LEN).contains(&text.len())
        && text.bytes().all(is_allowed)
        && !text.ends_with(' ')
}

/// Follows a form through pieces of any size. The caller owns the bytes: it gives those that come next to
/// [`Parser::step`], and removes as many as that has read.
#[derive(Debug)]
pub struct Parser {
    /// CRLF, two hyphens and the boundary.
    delimiter: Finder<'static>,
    state: State,
    parts: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The first boundary comes next.
    Start,
    /// What follows a boundary comes next.
    Delimited,
    /// The head of a part comes next.
    Head,
    /// The content of a part comes next.
    Content,
    /// The last boundary has come. What follows it has no meaning.
    Done,
}

/// What comes next in a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// More bytes are needed to tell. If there are none, the form is cut off.
    More,
    /// The head of a part.
    Head(PartHead),
    /// A piece of the part's content; not empty.
    Content(&'a [u8]),
    /// The end of the part.
    PartEnd,
    /// The end of the form.
    End,
}

impl Parser {
    /// For a form with this [`boundary`].
    pub fn new(boundary: &str) -> Self {
        let delimiter = format!("\r\n--{boundary}");
        Self {
            delimiter: Finder::new(delimiter.as_bytes()).into_owned(),
            state: State::Start,
            parts: 0,
        }
    }

    /// Reads what `bytes` begins with, and returns the number of bytes read. It never needs more than [`HEAD_MAX_LEN`] bytes
    /// to make progress.
    ///
    /// # Errors
    /// The form is malformed or beyond the limits; the parser cannot be used again.
    pub fn step<'a>(&mut self, bytes: &'a [u8]) -> Result<(usize, Step<'a>), Malformed> {
        let mut read = 0;
        loop {
            let left = &bytes[read..];
            let (len, step) = match self.state {
                State::Start => self.start(left)?,
                State::Delimited => self.delimited(left)?,
                State::Head => self.head(left)?,
                State::Content => self.content(left),
                State::Done => (left.len(), Some(Step::End)),
            };
            read += len;
            if let Some(step) = step {
                return Ok((read, step));
            }
        }
    }

    /// The first boundary needs no line end before it.
    fn start<'a>(&mut self, bytes: &[u8]) -> Result<(usize, Option<Step<'a>>), Malformed> {
        let delimiter = self.delimiter.needle();
        let expected = if bytes.first() == Some(&b'\r') {
            delimiter
        } else {
            &delimiter[2..]
        };
        if bytes.len() < expected.len() {
            let is_prefix = expected.starts_with(bytes);
            return is_prefix.then_some((0, Some(Step::More))).ok_or(Malformed);
        }
        if !bytes.starts_with(expected) {
            return Err(Malformed);
        }
        self.state = State::Delimited;
        Ok((expected.len(), None))
    }

    fn delimited<'a>(&mut self, bytes: &[u8]) -> Result<(usize, Option<Step<'a>>), Malformed> {
        if bytes.starts_with(b"--") {
            self.state = State::Done;
            return Ok((2, None));
        }
        let padding = bytes.iter().take_while(|b| b" \t".contains(b)).count();
        match &bytes[padding..] {
            _ if padding > PADDING_MAX_LEN => Err(Malformed),
            [] | [b'\r'] => Ok((0, Some(Step::More))),
            [b'-'] if padding == 0 => Ok((0, Some(Step::More))),
            [b'\r', b'\n', ..] if self.parts == PARTS_MAX => Err(Malformed),
            [b'\r', b'\n', ..] => {
                self.parts += 1;
                self.state = State::Head;
                Ok((padding + 2, None))
            }
            _ => Err(Malformed),
        }
    }

    fn head<'a>(&mut self, bytes: &[u8]) -> Result<(usize, Option<Step<'a>>), Malformed> {
        let known = &bytes[..bytes.len().min(HEAD_MAX_LEN)];
        match memmem::find(known, b"\r\n\r\n") {
            Some(end) => {
                let len = end + 4;
                let head = head::parse(&bytes[..len])?;
                self.state = State::Content;
                Ok((len, Some(Step::Head(head))))
            }
            None if known.len() == HEAD_MAX_LEN => Err(Malformed),
            None => Ok((0, Some(Step::More))),
        }
    }

    fn content<'a>(&mut self, bytes: &'a [u8]) -> (usize, Option<Step<'a>>) {
        let delimiter = self.delimiter.needle();
        let len = match self.delimiter.find(bytes) {
            Some(0) => {
                self.state = State::Delimited;
                return (delimiter.len(), Some(Step::PartEnd));
            }
            Some(at) => at,
            None => {
                // A boundary has no carriage return within it.
                let tail = bytes.len() - bytes.len().min(delimiter.len() - 1);
                let at = memrchr(b'\r', &bytes[tail..]).map(|at| tail + at);
                let begins = at.filter(|&at| delimiter.starts_with(&bytes[at..]));
                begins.unwrap_or(bytes.len())
            }
        };
        match len {
            0 => (0, Some(Step::More)),
            len => (len, Some(Step::Content(&bytes[..len]))),
        }
    }
}

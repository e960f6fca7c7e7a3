//! Decodes a chunked body that arrives in pieces.

use super::{Malformed, lenient, strict};

/// Follows a chunked body through pieces of any size. The caller owns the content: it passes framing to
/// [`Decoder::decode_framing`], takes [`Decoder::content_left`] bytes of content straight from its source, and reports
/// them to [`Decoder::consume_content`].
#[derive(Debug)]
pub struct Decoder {
    grammar: Grammar,
    state: State,
    /// The start of a line, or of a strict trailer section, whose end has not arrived. Shorter than its limit.
    partial: Vec<u8>,
    /// Bytes of the body so far, framing included.
    position: u64,
}

#[derive(Clone, Copy, Debug)]
enum Grammar {
    /// Exactly RFC 9112. The last chunk of a longer body begins below `max_len`.
    Strict { max_len: u64 },
    /// As most clients read it.
    Lenient,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// The line that opens a chunk comes next.
    Size,
    /// This many bytes of the chunk are left; not zero.
    Content(u64),
    /// The line end behind a chunk's content comes next.
    ContentEnd,
    /// A trailer section, or the rest of it, comes next; a lenient one has at most this many bytes.
    Trailer { left: usize },
    /// The body is complete.
    Done,
}

impl Decoder {
    /// For a request. Every line has to end in CRLF, those of extensions and trailers too: where two parsers see a
    /// different end of such a line, the second one takes content for a request (request smuggling). No chunk may end
    /// beyond `max_len` bytes, framing included; the lines that open chunks and the trailer section have at most 4 KiB.
    pub fn for_request(max_len: u64) -> Self {
        Self::new(Grammar::Strict { max_len })
    }

    /// For a response. Lines may end in LF alone, and white space around a size is ignored. The lines that open chunks
    /// have at most 4 KiB, the trailer section 16 KiB.
    pub fn for_response() -> Self {
        Self::new(Grammar::Lenient)
    }

    fn new(grammar: Grammar) -> Self {
        Self {
            grammar,
            state: State::Size,
            partial: Vec::new(),
            position: 0,
        }
    }

    /// How many bytes of content come next; zero where framing does, or nothing.
    pub fn content_left(&self) -> u64 {
        match self.state {
            State::Content(left) => left,
            _ => 0,
        }
    }

    /// Whether the body is complete.
    pub fn is_done(&self) -> bool {
        matches!(self.state, State::Done)
    }

    /// Steps over `len` bytes of content, at most [`Decoder::content_left`].
    pub fn consume_content(&mut self, len: u64) {
        if let State::Content(left) = self.state {
            self.position += len.min(left);
            self.state = match left.saturating_sub(len) {
                0 => State::ContentEnd,
                left => State::Content(left),
            };
        }
    }

    /// Steps over framing and content alike: over all of `bytes` unless the body ends in it. Returns how many that are.
    ///
    /// # Errors
    /// As [`Decoder::decode_framing`].
    pub fn skip(&mut self, bytes: &[u8]) -> Result<usize, Malformed> {
        let mut skipped = 0;
        while skipped < bytes.len() && !self.is_done() {
            skipped += self.decode_framing(&bytes[skipped..])?;
            let left = usize::try_from(self.content_left()).unwrap_or(usize::MAX);
            let len = left.min(bytes.len() - skipped);
            self.consume_content(len as u64);
            skipped += len;
        }
        Ok(skipped)
    }

    /// Reads framing at the start of `bytes`, up to the next content or to the end of the body, and returns its length.
    /// An incomplete line counts as read: the next call goes on behind it.
    ///
    /// # Errors
    /// The body is malformed or beyond its limits; the decoder cannot be used again.
    pub fn decode_framing(&mut self, bytes: &[u8]) -> Result<usize, Malformed> {
        let mut decoded = 0;
        while decoded < bytes.len() && self.content_left() == 0 && !self.is_done() {
            let piece = &bytes[decoded..];
            let before = self.partial.len();
            let next = if before == 0 {
                self.next_state(piece)?
            } else {
                self.partial.extend_from_slice(piece);
                self.next_state(&self.partial)?
            };
            if let Some((len, state)) = next {
                decoded += len - before;
                self.position += len as u64;
                self.partial.clear();
                self.state = state;
            } else {
                if before == 0 {
                    self.partial.extend_from_slice(piece);
                }
                decoded = bytes.len();
            }
        }
        Ok(decoded)
    }

    /// The length of the framing element at the start of `bytes` and the state behind it, once it is complete.
    fn next_state(&self, bytes: &[u8]) -> Result<Option<(usize, State)>, Malformed> {
        let next = match (self.grammar, self.state) {
            (Grammar::Strict { max_len }, State::Size) => match strict::chunk_size(bytes)? {
                Some((len, size)) => {
                    let start = self.position + len as u64;
                    if size > 0 && start.saturating_add(size) > max_len {
                        return Err(Malformed);
                    }
                    Some((len, State::after_size(size)))
                }
                None => None,
            },
            (Grammar::Lenient, State::Size) => {
                lenient::chunk_size(bytes)?.map(|(len, size)| (len, State::after_size(size)))
            }
            (Grammar::Strict { .. }, State::ContentEnd) => {
                strict::content_end(bytes)?.map(|len| (len, State::Size))
            }
            (Grammar::Lenient, State::ContentEnd) => {
                lenient::content_end(bytes)?.map(|len| (len, State::Size))
            }
            (Grammar::Strict { .. }, State::Trailer { .. }) => {
                strict::trailer_section(bytes)?.map(|len| (len, State::Done))
            }
            (Grammar::Lenient, State::Trailer { left }) => {
                let line = lenient::trailer_line(bytes, left)?;
                line.map(|(len, left)| {
                    let state = left.map_or(State::Done, |left| State::Trailer { left });
                    (len, state)
                })
            }
            (_, State::Content(_) | State::Done) => None,
        };
        Ok(next)
    }
}

impl State {
    /// The last chunk is empty.
    fn after_size(size: u64) -> Self {
        match size {
            0 => Self::Trailer {
                left: lenient::TRAILER_MAX_LEN,
            },
            size => Self::Content(size),
        }
    }
}

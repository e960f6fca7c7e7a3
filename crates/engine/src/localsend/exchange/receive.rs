//! Reads one response, of bounded length and within one deadline.

use std::io::{self, ErrorKind};
use std::time::Instant;

use landline_http1::chunked::Decoder;
use landline_http1::head_end;
use landline_http1::response_head::{self, Framing, HEAD_MAX_LEN, Head};

use super::NoAnswer;
use crate::transport::{Stream, is_not_yet};

/// The most interim responses (1xx) before the final one.
const INTERIM_MAX: usize = 16;

/// How much is read at a time.
const PIECE_LEN: usize = 16 << 10;

/// What comes over a connection that does not block.
pub(super) struct Incoming<'a> {
    stream: &'a Stream,
    deadline: Instant,
    /// What has come and is not consumed.
    bytes: Vec<u8>,
}

impl<'a> Incoming<'a> {
    pub(super) fn new(stream: &'a Stream, deadline: Instant) -> Self {
        Self {
            stream,
            deadline,
            bytes: Vec::new(),
        }
    }

    /// The head of the final response.
    pub(super) fn head(&mut self) -> Result<Head, NoAnswer> {
        for _ in 0..=INTERIM_MAX {
            let end = self.head_end()?;
            let head = response_head::parse(&self.bytes[..end]);
            self.bytes.drain(..end);
            match head {
                Ok(head) if head.status >= 200 => return Ok(head),
                Ok(head) if head.status >= 100 && head.status != 101 => {}
                _ => break,
            }
        }
        Err(NoAnswer::Malformed)
    }

    /// Where the next head ends.
    fn head_end(&mut self) -> Result<usize, NoAnswer> {
        let mut seen = 0;
        loop {
            if !response_head::may_be_http(&self.bytes) {
                return Err(NoAnswer::Malformed);
            }
            if let Some(end) = head_end(&self.bytes, seen) {
                return Ok(end);
            }
            seen = self.bytes.len();
            if seen > HEAD_MAX_LEN {
                return Err(NoAnswer::Malformed);
            }
            if self.read()? == 0 {
                return Err(cut());
            }
        }
    }

    /// The body that follows `head`.
    pub(super) fn body(&mut self, head: &Head, max_len: usize) -> Result<Vec<u8>, NoAnswer> {
        if matches!(head.status, 204 | 304) {
            return Ok(Vec::new());
        }
        match head.framing {
            Framing::Length(len) => {
                let len = usize::try_from(len).unwrap_or(usize::MAX);
                self.exactly(len, max_len)
            }
            Framing::Chunked => self.chunks(max_len),
            Framing::Close => self.until_close(max_len),
        }
    }

    fn exactly(&mut self, len: usize, max_len: usize) -> Result<Vec<u8>, NoAnswer> {
        if len > max_len {
            return Err(NoAnswer::Malformed);
        }
        while self.bytes.len() < len {
            if self.read()? == 0 {
                return Err(cut());
            }
        }
        self.bytes.truncate(len);
        Ok(std::mem::take(&mut self.bytes))
    }

    fn until_close(&mut self, max_len: usize) -> Result<Vec<u8>, NoAnswer> {
        while self.bytes.len() <= max_len {
            if self.read()? == 0 {
                return Ok(std::mem::take(&mut self.bytes));
            }
        }
        Err(NoAnswer::Malformed)
    }

    fn chunks(&mut self, max_len: usize) -> Result<Vec<u8>, NoAnswer> {
        let mut body = Vec::new();
        let mut decoder = Decoder::for_response();
        // Chunks of a byte each have five bytes of framing. More is nothing but framing.
        let mut left = max_len.saturating_mul(6).saturating_add(PIECE_LEN);
        loop {
            left = left
                .checked_sub(self.bytes.len())
                .ok_or(NoAnswer::Malformed)?;
            let piece = std::mem::take(&mut self.bytes);
            decode(&mut decoder, &piece, &mut body)?;
            if body.len() > max_len {
                return Err(NoAnswer::Malformed);
            }
            if decoder.is_done() {
                return Ok(body);
            }
            if self.read()? == 0 {
                return Err(cut());
            }
        }
    }

    /// Reads once; 0 at the end.
    fn read(&mut self) -> Result<usize, NoAnswer> {
        let len = self.bytes.len();
        self.bytes.resize(len + PIECE_LEN, 0);
        let read = self.read_into(len);
        self.bytes.truncate(len + *read.as_ref().unwrap_or(&0));
        Ok(read?)
    }

    fn read_into(&mut self, from: usize) -> io::Result<usize> {
        loop {
            let left = self.deadline.saturating_duration_since(Instant::now());
            match self.stream.read_within(&mut self.bytes[from..], left) {
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) if is_not_yet(&e) && !left.is_zero() => {}
                Err(e) if is_not_yet(&e) => return Err(ErrorKind::TimedOut.into()),
                // A peer that sends without end gets no more time than one that sends nothing.
                Ok(1..) if left.is_zero() => return Err(ErrorKind::TimedOut.into()),
                read => return read,
            }
        }
    }
}

/// Appends the content in `piece` to `body`.
fn decode(decoder: &mut Decoder, mut piece: &[u8], body: &mut Vec<u8>) -> Result<(), NoAnswer> {
    while !piece.is_empty() && !decoder.is_done() {
        let framing = decoder
            .decode_framing(piece)
            .map_err(|_| NoAnswer::Malformed)?;
        piece = &piece[framing..];
        let left = usize::try_from(decoder.content_left()).unwrap_or(usize::MAX);
        let (content, rest) = piece.split_at(left.min(piece.len()));
        decoder.consume_content(content.len() as u64);
        body.extend_from_slice(content);
        piece = rest;
    }
    Ok(())
}

fn cut() -> NoAnswer {
    NoAnswer::Io(ErrorKind::UnexpectedEof.into())
}

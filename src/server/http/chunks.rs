//! The chunked transfer coding (RFC 9112 7.1): written for listings, measured in requests.

use std::io::{self, Write};

/// How much is gathered into one chunk.
const CHUNK_LEN: usize = 16 * 1024;

/// Writes a body of unknown length; in HTTP/1.0, where the close ends it, as it is.
#[derive(Debug)]
pub struct ChunkWriter<W: Write> {
    sink: W,
    /// What is not sent yet: at first the head, so that it leaves with the first bytes.
    pending: Vec<u8>,
    /// Where the chunk begins in `pending`.
    begin: usize,
    chunked: bool,
}

impl<W: Write> ChunkWriter<W> {
    /// A body behind `head`.
    pub fn new(sink: W, head: Vec<u8>, chunked: bool) -> Self {
        let begin = head.len();
        Self {
            sink,
            pending: head,
            begin,
            chunked,
        }
    }

    /// Send what is left and say that it was the last.
    ///
    /// # Errors
    /// The sink does not take it.
    pub fn finish(mut self) -> io::Result<()> {
        self.end_chunk();
        if self.chunked {
            self.pending.extend_from_slice(b"0\r\n\r\n");
        }
        self.sink.write_all(&self.pending)
    }

    /// Put the frame around what was gathered.
    fn end_chunk(&mut self) {
        let len = self.pending.len() - self.begin;
        if self.chunked && len > 0 {
            let size = format!("{len:x}\r\n");
            self.pending
                .splice(self.begin..self.begin, size.into_bytes());
            self.pending.extend_from_slice(b"\r\n");
        }
    }
}

impl<W: Write> Write for ChunkWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.pending.extend_from_slice(bytes);
        if self.pending.len() - self.begin >= CHUNK_LEN {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.end_chunk();
        self.sink.write_all(&self.pending)?;
        self.pending.clear();
        self.begin = 0;
        Ok(())
    }
}

/// What cannot be a chunked body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

/// The length of the chunked body at the start of `bytes`, trailer section included, once it is
/// there in whole.
///
/// # Errors
/// It is none.
pub fn body_len(bytes: &[u8]) -> Result<Option<usize>, Malformed> {
    let mut at = 0;
    loop {
        let (line, size) = match httparse::parse_chunk_size(&bytes[at..]) {
            Ok(httparse::Status::Complete(found)) => found,
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(_) => return Err(Malformed),
        };
        at += line;
        if size == 0 {
            return trailer_len(&bytes[at..]).map(|len| len.map(|len| at + len));
        }
        let end = usize::try_from(size)
            .ok()
            .and_then(|size| at.checked_add(size))
            .ok_or(Malformed)?;
        match bytes.get(end..end.saturating_add(2)) {
            Some(b"\r\n") => at = end + 2,
            Some(_) => return Err(Malformed),
            None => return Ok(None),
        }
    }
}

/// Fields up to an empty line.
fn trailer_len(bytes: &[u8]) -> Result<Option<usize>, Malformed> {
    let mut fields = [httparse::EMPTY_HEADER; 16];
    match httparse::parse_headers(bytes, &mut fields) {
        Ok(httparse::Status::Complete((len, _))) => Ok(Some(len)),
        Ok(httparse::Status::Partial) => Ok(None),
        Err(_) => Err(Malformed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(pieces: &[&[u8]], chunked: bool) -> Vec<u8> {
        let mut out = Vec::new();
        let mut writer = ChunkWriter::new(&mut out, b"head:".to_vec(), chunked);
        for piece in pieces {
            writer.write_all(piece).unwrap();
        }
        writer.finish().unwrap();
        out
    }

    #[test]
    fn bodies_are_framed() {
        assert_eq!(written(&[b"ab", b"c"], true), b"head:3\r\nabc\r\n0\r\n\r\n");
        assert_eq!(written(&[b"ab", b"c"], false), b"head:abc");
        assert_eq!(written(&[], true), b"head:0\r\n\r\n");
    }

    #[test]
    fn what_was_not_finished_has_no_last_chunk() {
        let mut out = Vec::new();
        let mut writer = ChunkWriter::new(&mut out, Vec::new(), true);
        writer.write_all(b"ab").unwrap();
        writer.flush().unwrap();
        writer.write_all(b"c").unwrap();
        drop(writer);
        assert_eq!(out, b"2\r\nab\r\n");
        assert_eq!(body_len(&out), Ok(None));
    }

    #[test]
    fn what_is_written_can_be_measured() {
        let long = vec![b'x'; 3 * CHUNK_LEN + 5];
        let out = written(&[&long[..CHUNK_LEN], &long[CHUNK_LEN..]], true);
        let body = &out[b"head:".len()..];
        assert_eq!(body_len(body), Ok(Some(body.len())));
        for len in (0..body.len()).step_by(777) {
            assert_eq!(body_len(&body[..len]), Ok(None), "{len}");
        }
    }

    #[test]
    fn malformed_bodies_are_seen() {
        assert_eq!(body_len(b"3\r\nabcX"), Ok(None));
        assert_eq!(body_len(b"3\r\nabcXY"), Err(Malformed));
        assert_eq!(body_len(b"zz\r\n"), Err(Malformed));
        assert_eq!(body_len(b"ffffffffffffffff\r\n"), Err(Malformed));
        assert_eq!(body_len(b"1\r\na\r\n0\r\nT: x\r\n\r\nnext"), Ok(Some(17)));
    }
}

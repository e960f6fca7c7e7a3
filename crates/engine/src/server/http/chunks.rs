//! The chunked transfer coding (RFC 9112 7.1): written for listings, measured in requests.

use std::io::{self, Write};

use memchr::memchr_iter;

use super::request_body::DISCARD_MAX_LEN as BODY_MAX_LEN;
use crate::transport::Within;

/// The longest line that opens a chunk, and the longest trailer section, in bytes: nobody sends so much there
/// that means well.
const LINES_MAX_LEN: usize = 4096;

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

impl ChunkWriter<Within<'_>> {
    /// Send white space as far as the client takes it without a wait, so that it hears something while the next bytes
    /// take long. To be called only where the body may have it.
    ///
    /// # Errors
    /// See [`Outgoing::try_write`](crate::transport::Outgoing::try_write).
    pub fn send_space(&mut self) -> io::Result<()> {
        if self.pending.is_empty() {
            self.pending.push(b'\n');
        }
        self.end_chunk();
        let sent = self.sink.try_write(&self.pending)?;
        self.pending.drain(..sent);
        self.begin = self.pending.len();
        Ok(())
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

/// What cannot be a chunked body, or is longer than any that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

/// Measures a chunked body while it comes, however small its pieces: no whole chunk is looked at twice.
///
/// Read to the letter: every line ends in CRLF, also those of extensions and trailers. Where two
/// parsers see a different end of such a line, the second takes a body's bytes for a request.
#[derive(Debug, Default)]
pub struct Measure {
    /// Where the first chunk begins that was not there in whole.
    at: usize,
}

impl Measure {
    /// The length of the body at the start of `bytes`, trailer section included, once it is there in
    /// whole. `bytes` begin like those of the call before.
    ///
    /// # Errors
    /// It is none, or is going to be longer than [`BODY_MAX_LEN`], or has lines longer than [`LINES_MAX_LEN`].
    pub fn len(&mut self, bytes: &[u8]) -> Result<Option<usize>, Malformed> {
        while let Some((line, size)) = within_limit(&bytes[self.at.min(bytes.len())..], size_line)?
        {
            let begin = self.at + line;
            if size == 0 {
                let trailer = within_limit(&bytes[begin..], trailer_len)?;
                return Ok(trailer.map(|len| begin + len));
            }
            let end = usize::try_from(size)
                .ok()
                .and_then(|size| begin.checked_add(size))
                .filter(|&end| end as u64 <= BODY_MAX_LEN)
                .ok_or(Malformed)?;
            match bytes.get(end..).unwrap_or_default() {
                [] | [b'\r'] => return Ok(None),
                [b'\r', b'\n', ..] => self.at = end + 2,
                _ => return Err(Malformed),
            }
        }
        Ok(None)
    }
}

/// What `read` finds at the start of `bytes`, where that is no longer than [`LINES_MAX_LEN`].
fn within_limit<T>(
    bytes: &[u8],
    read: impl FnOnce(&[u8]) -> Result<Option<T>, Malformed>,
) -> Result<Option<T>, Malformed> {
    match read(&bytes[..bytes.len().min(LINES_MAX_LEN)])? {
        None if bytes.len() >= LINES_MAX_LEN => Err(Malformed),
        found => Ok(found),
    }
}

/// Length of the line that opens a chunk, and the size that it names (RFC 9112 7.1).
fn size_line(bytes: &[u8]) -> Result<Option<(usize, u64)>, Malformed> {
    let digits = bytes.iter().take_while(|b| b.is_ascii_hexdigit()).count();
    let (number, rest) = bytes.split_at(digits);
    // A size of more digits than fit is one of a body that is not read.
    let size = match std::str::from_utf8(number) {
        Ok("") if rest.is_empty() => return Ok(None),
        Ok(number) => u64::from_str_radix(number, 16).map_err(|_| Malformed)?,
        Err(_) => return Err(Malformed),
    };
    let extension = match rest.iter().find(|b| !b" \t".contains(b)) {
        None => return Ok(None),
        // Space without an extension is padding of old, and of request smugglers.
        Some(b'\r') if rest[0] == b'\r' => 0,
        Some(b';') => match rest
            .iter()
            .position(|b| b.is_ascii_control() && *b != b'\t')
        {
            None => return Ok(None),
            Some(end) => end,
        },
        Some(_) => return Err(Malformed),
    };
    match &rest[extension..] {
        [b'\r'] => Ok(None),
        [b'\r', b'\n', ..] => Ok(Some((digits + extension + 2, size))),
        _ => Err(Malformed),
    }
}

/// Fields up to an empty line.
fn trailer_len(bytes: &[u8]) -> Result<Option<usize>, Malformed> {
    let mut fields = [httparse::EMPTY_HEADER; 16];
    let (seen, len) = match httparse::parse_headers(bytes, &mut fields) {
        Ok(httparse::Status::Complete((len, _))) => (&bytes[..len], Some(len)),
        Ok(httparse::Status::Partial) => (bytes, None),
        Err(_) => return Err(Malformed),
    };
    if memchr_iter(b'\n', seen).any(|at| !seen[..at].ends_with(b"\r")) {
        return Err(Malformed);
    }
    Ok(len)
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::net::Shutdown;
    use std::sync::atomic::AtomicU64;
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::transport::{CancelToken, Outgoing, Stream};

    fn body_len(bytes: &[u8]) -> Result<Option<usize>, Malformed> {
        Measure::default().len(bytes)
    }

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
    fn white_space_waits_for_nobody_and_leaves_the_body_whole() {
        let (socket, mut reader) = Stream::loopback();
        let (cancel, sent, long) = (
            CancelToken::new(),
            AtomicU64::new(0),
            Duration::from_hours(1),
        );
        let outgoing = Outgoing::new(&socket, &cancel, &sent, long);
        // The client reads nothing, and the system keeps no more for it.
        let mut before = 0;
        while let n @ 1.. = outgoing.try_write(&[b'x'; 4096]).unwrap() {
            before += n;
        }
        let mut writer = ChunkWriter::new(outgoing.within(long), Vec::new(), true);
        for _ in 0..3 {
            writer.send_space().unwrap();
        }
        let mut got = Vec::new();
        std::thread::scope(|scope| {
            let all = scope.spawn(|| reader.read_to_end(&mut got));
            writer.write_all(b"ab").unwrap();
            writer.finish().unwrap();
            socket.shutdown(Shutdown::Write).unwrap();
            all.join().unwrap().unwrap();
        });
        let body = String::from_utf8_lossy(&got[before..]);
        let rest = body.trim_start_matches("1\r\n\n\r\n");
        assert!(body.len() > rest.len());
        assert_eq!(rest, "2\r\nab\r\n0\r\n\r\n");
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
    fn bodies_are_measured() {
        for (body, len) in [
            ("0\r\n\r\nnext", 5),
            ("000\r\n\r\n", 7),
            ("1\r\na\r\n0\r\nT: x\r\n\r\nnext", 17),
            ("A;x=\"y\";z\r\n0123456789\r\n0\r\n\r\n", 28),
            ("1 \t; x\r\na\r\n0\r\n\r\n", 16),
        ] {
            assert_eq!(body_len(body.as_bytes()), Ok(Some(len)), "{body:?}");
            for cut in 0..len {
                assert_eq!(
                    body_len(&body.as_bytes()[..cut]),
                    Ok(None),
                    "{body:?} {cut}"
                );
            }
        }
    }

    #[test]
    fn malformed_bodies_are_seen() {
        assert_eq!(body_len(b"3\r\nabcX"), Err(Malformed));
        for body in [
            "zz\r\n",
            "\r\n\r\n",
            ";x\r\n",
            "+1\r\na\r\n0\r\n\r\n",
            "-1\r\n",
            "0x1\r\na\r\n",
            " 1\r\na\r\n",
            "1 \r\na\r\n",
            "1 1\r\na\r\n",
            "1\na\n0\n\n",
            "1\r\na\n",
            "1\rXa",
            "1;x\ny\r\na\r\n",
            "1;x\ry\r\na\r\n",
            "1;x\0\r\n",
            "1\r\nabc\r\n",
            "0\r\n\n",
            "0\r\nT: x\n\r\n",
            "0\r\nT: x\r\n\n",
            "0\r\nT : x\r\n\r\n",
            "0\r\nno colon\r\n\r\n",
            "0\r\nT: x\r\n folded\r\n\r\n",
            "ffffffffffffffff\r\n",
            "00000000000000000000000000000000000001ffffffffffffffff\r\n",
            "10001\r\n",
        ] {
            assert_eq!(body_len(body.as_bytes()), Err(Malformed), "{body:?}");
        }
    }

    proptest! {
        /// Whatever comes behind a body, or is not there yet, does not change where it ends.
        #[test]
        fn a_body_ends_where_it_ends(text in "([0-3;a \t]{1,3}\r?\n?){0,6}0\r\n(A: b\r?\n)?\r?\n.{0,4}") {
            let bytes = text.as_bytes();
            let whole = body_len(bytes);
            let mut measure = Measure::default();
            for cut in 0..=bytes.len() {
                let seen = body_len(&bytes[..cut]);
                prop_assert_eq!(measure.len(&bytes[..cut]), seen);
                if seen != Ok(None) {
                    prop_assert_eq!(seen, whole);
                    break;
                }
            }
        }
    }
}

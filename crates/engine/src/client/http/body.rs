//! The body of a response as a plain reader: it ends where the body ends, and a body that is cut short is an error (RFC 9112
//! sections 6 and 7).

use std::io::{self, BufRead, ErrorKind, Read};
use std::time::{Duration, Instant};

use landline_http1::chunked::Decoder;
use landline_http1::response_head::Framing;

/// Reads exactly one body. Fails with [`ErrorKind::UnexpectedEof`] where it is cut short, with
/// [`ErrorKind::InvalidData`] where its framing is malformed, and with [`ErrorKind::TimedOut`] where the server goes on
/// sending, but no content.
#[derive(Debug)]
pub(crate) struct Body<R> {
    source: R,
    state: State,
    /// How long framing may arrive without content. `source` limits how long nothing at all may arrive.
    silence: Duration,
    /// Since when only framing has arrived.
    no_content_since: Option<Instant>,
}

#[derive(Debug)]
enum State {
    /// This many bytes are left.
    Length(u64),
    Chunked(Decoder),
    Close,
}

impl<R: BufRead> Body<R> {
    pub(crate) fn new(source: R, framing: Framing, silence: Duration) -> Self {
        let state = match framing {
            Framing::Length(len) => State::Length(len),
            Framing::Chunked => State::Chunked(Decoder::for_response()),
            Framing::Close => State::Close,
        };
        Self {
            source,
            state,
            silence,
            no_content_since: None,
        }
    }

    /// Reads framing up to the next content, and returns how much content there is: nothing at the end of the body.
    fn content_left(&mut self) -> io::Result<u64> {
        let decoder = match &mut self.state {
            State::Length(left) => return Ok(*left),
            State::Close => return Ok(u64::MAX),
            State::Chunked(decoder) => decoder,
        };
        while decoder.content_left() == 0 && !decoder.is_done() {
            let since = *self.no_content_since.get_or_insert_with(Instant::now);
            let piece = match self.source.fill_buf() {
                Ok([]) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(piece) => piece,
                Err(e) if e.kind() == ErrorKind::Interrupted => continue,
                Err(e) => return Err(e),
            };
            let framing = decoder.decode_framing(piece);
            let len = framing.map_err(|e| io::Error::new(ErrorKind::InvalidData, e))?;
            self.source.consume(len);
            let is_framing = decoder.content_left() == 0 && !decoder.is_done();
            if is_framing && since.elapsed() >= self.silence {
                return Err(ErrorKind::TimedOut.into());
            }
        }
        Ok(decoder.content_left())
    }
}

impl<R: BufRead> Read for Body<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let left = self.content_left()?;
        let max_len = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
        if max_len == 0 {
            return Ok(0);
        }
        let read = self.source.read(&mut buffer[..max_len])?;
        match &mut self.state {
            State::Close => {}
            _ if read == 0 => return Err(ErrorKind::UnexpectedEof.into()),
            State::Length(left) => *left -= read as u64,
            State::Chunked(decoder) => {
                decoder.consume_content(read as u64);
                self.no_content_since = None;
            }
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use proptest::prelude::*;

    use super::*;

    const SILENCE: Duration = Duration::from_secs(15);

    /// The body in `bytes`, which arrive in pieces of `piece` bytes.
    fn body(bytes: &[u8], framing: Framing, piece: usize) -> Result<Vec<u8>, ErrorKind> {
        let source = BufReader::with_capacity(piece, bytes);
        let mut got = Vec::new();
        match Body::new(source, framing, SILENCE).read_to_end(&mut got) {
            Ok(_) => Ok(got),
            Err(e) => Err(e.kind()),
        }
    }

    #[test]
    fn chunks_are_joined_from_pieces_of_any_size() {
        let wire =
            b"5\r\nhello\r\n1;ext=\"1\"\r\n,\r\n00a \r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n";
        for piece in 1..wire.len() {
            let got = body(wire, Framing::Chunked, piece);
            assert_eq!(got, Ok(b"hello,0123456789".to_vec()), "{piece}");
        }
    }

    #[test]
    fn a_cut_body_fails() {
        for (wire, framing) in [
            (&b"hell"[..], Framing::Length(5)),
            (b"5\r\nhello\r\n", Framing::Chunked),
            (b"5\r\nhel", Framing::Chunked),
            (b"5\r\nhello\r\n0\r\n", Framing::Chunked),
            (b"", Framing::Chunked),
        ] {
            assert_eq!(body(wire, framing, 3), Err(ErrorKind::UnexpectedEof));
        }
    }

    #[test]
    fn only_what_was_said_is_taken() {
        assert_eq!(
            body(b"hello!!", Framing::Length(5), 9),
            Ok(b"hello".to_vec())
        );
        assert_eq!(body(b"", Framing::Length(0), 9), Ok(Vec::new()));
        assert_eq!(body(b"all", Framing::Close, 2), Ok(b"all".to_vec()));
    }

    #[test]
    fn broken_chunks_fail() {
        for wire in [
            &b"x\r\n"[..],
            b"\r\n",
            b"-1\r\n",
            b"+5\r\nhello\r\n",
            b"fffffffffffffffff\r\n",
            b"2\r\nhello\r\n",
        ] {
            let got = body(wire, Framing::Chunked, 8);
            assert_eq!(got, Err(ErrorKind::InvalidData), "{wire:?}");
        }
    }

    /// Gives a byte at a time, and counts them.
    struct Dribble<'a> {
        bytes: &'a [u8],
        given: usize,
    }

    impl Read for Dribble<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.given += 1;
            let len = 1.min(self.bytes.len()).min(buffer.len());
            self.bytes.take(len as u64).read(buffer).inspect(|&read| {
                self.bytes = &self.bytes[read..];
            })
        }
    }

    #[test]
    fn only_content_is_progress() {
        // Whatever comes comes too late.
        let late = Duration::ZERO;
        for (wire, most) in [
            // A chunk size, an extension, a line end after a chunk, trailers.
            (&b"0000000000000000000005\r\nhello\r\n0\r\n\r\n"[..], 2),
            (b"5;extension=long\r\nhello\r\n0\r\n\r\n", 2),
            (b"0\r\nA: b\r\n\r\n", 2),
        ] {
            let mut source = BufReader::with_capacity(
                1,
                Dribble {
                    bytes: wire,
                    given: 0,
                },
            );
            let error = Body::new(&mut source, Framing::Chunked, late)
                .read_to_end(&mut Vec::new())
                .unwrap_err();
            assert_eq!(error.kind(), ErrorKind::TimedOut);
            assert!(source.get_ref().given <= most, "{wire:?}");
        }
        // Content takes as long as it likes.
        for (wire, framing) in [
            (&b"hello"[..], Framing::Length(5)),
            (b"hello", Framing::Close),
        ] {
            let source = BufReader::with_capacity(1, wire);
            let mut got = Vec::new();
            Body::new(source, framing, late)
                .read_to_end(&mut got)
                .unwrap();
            assert_eq!(got, b"hello");
        }
    }

    #[test]
    fn endless_lines_are_given_up() {
        let line = vec![b'1'; 1 << 20];
        assert_eq!(
            body(&line, Framing::Chunked, 999),
            Err(ErrorKind::InvalidData)
        );
        let mut trailers = b"0\r\n".to_vec();
        trailers.extend(b"A: b\r\n".repeat(100_000));
        assert_eq!(
            body(&trailers, Framing::Chunked, 999),
            Err(ErrorKind::InvalidData)
        );
    }

    proptest! {
        #[test]
        fn what_is_chunked_comes_out_whole(
            parts in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..50), 0..20),
            piece in 1..64_usize,
        ) {
            let mut wire = Vec::new();
            for part in &parts {
                wire.extend(format!("{:X}\r\n", part.len()).into_bytes());
                wire.extend(part);
                wire.extend(b"\r\n");
            }
            wire.extend(b"0\r\n\r\n");
            prop_assert_eq!(body(&wire, Framing::Chunked, piece), Ok(parts.concat()));
        }
    }
}

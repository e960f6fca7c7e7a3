//! The parts of a form, read from its body.

use std::io::{self, ErrorKind, Read};

use landline_http1::multipart::{HEAD_MAX_LEN, Parser, PartHead, Step};

/// What is read at a time; more than a head, so that one is never cut off by the end of the buffer.
const BUFFER_LEN: usize = 128 * 1024;
const _: () = assert!(BUFFER_LEN > 2 * HEAD_MAX_LEN);

/// Gives one part after the other, and as a [`Read`] the content of the current one. Errors are those of the body, and
/// [`ErrorKind::InvalidData`] if the form is malformed or cut off.
pub(super) struct FormReader<R> {
    source: R,
    parser: Parser,
    buffer: Box<[u8]>,
    /// What of the buffer has been read from the source, but not by the parser.
    unread: std::ops::Range<usize>,
    /// Content of the current part that comes next in the buffer.
    content: usize,
    is_in_part: bool,
}

impl<R: Read> FormReader<R> {
    pub(super) fn new(source: R, boundary: &str) -> Self {
        Self {
            source,
            parser: Parser::new(boundary),
            buffer: vec![0; BUFFER_LEN].into_boxed_slice(),
            unread: 0..0,
            content: 0,
            is_in_part: false,
        }
    }

    /// The head of the next part, past what is left of the current one; `None` at the end of the form.
    pub(super) fn next_part(&mut self) -> io::Result<Option<PartHead>> {
        loop {
            self.unread.start += std::mem::take(&mut self.content);
            match self.step()? {
                Next::Head(head) => {
                    self.is_in_part = true;
                    return Ok(Some(head));
                }
                Next::Content(len) => self.content = len,
                Next::PartEnd => self.is_in_part = false,
                Next::End => return Ok(None),
            }
        }
    }

    /// Reads what follows the form up to the end of the body.
    pub(super) fn finish(mut self) -> io::Result<()> {
        while self.source.read(&mut self.buffer)? > 0 {}
        Ok(())
    }

    fn step(&mut self) -> io::Result<Next> {
        loop {
            let bytes = &self.buffer[self.unread.clone()];
            let (read, step) = self
                .parser
                .step(bytes)
                .map_err(|_| ErrorKind::InvalidData)?;
            let next = match step {
                Step::More => {
                    self.unread.start += read;
                    self.fill()?;
                    continue;
                }
                // Stays in the buffer until it has been taken.
                Step::Content(content) => {
                    let len = content.len();
                    self.unread.start += read - len;
                    return Ok(Next::Content(len));
                }
                Step::Head(head) => Next::Head(head),
                Step::PartEnd => Next::PartEnd,
                Step::End => Next::End,
            };
            self.unread.start += read;
            return Ok(next);
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        let len = self.unread.len();
        self.buffer.copy_within(self.unread.clone(), 0);
        self.unread = 0..len;
        match self.source.read(&mut self.buffer[len..])? {
            // The body is whole, and the form is not.
            0 => Err(ErrorKind::InvalidData.into()),
            read => {
                self.unread.end += read;
                Ok(())
            }
        }
    }
}

enum Next {
    Head(PartHead),
    Content(usize),
    PartEnd,
    End,
}

impl<R: Read> Read for FormReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.is_in_part && self.content == 0 {
            match self.step()? {
                Next::Content(len) => self.content = len,
                Next::PartEnd => self.is_in_part = false,
                // Not within a part.
                Next::Head(_) | Next::End => return Err(ErrorKind::InvalidData.into()),
            }
        }
        let len = self.content.min(buffer.len());
        let start = self.unread.start;
        buffer[..len].copy_from_slice(&self.buffer[start..start + len]);
        self.unread.start += len;
        self.content -= len;
        Ok(len)
    }
}

/// Reads at most so many bytes, and fails with [`ErrorKind::FileTooLarge`] if there are more.
pub(super) struct Limited<R> {
    pub source: R,
    pub left: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.left).unwrap_or(usize::MAX);
        if left == 0 && self.source.read(&mut [0])? > 0 {
            return Err(ErrorKind::FileTooLarge.into());
        }
        let len = left.min(buffer.len());
        let read = self.source.read(&mut buffer[..len])?;
        self.left -= read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a byte at a time.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let len = self.0.len().min(buffer.len()).min(1);
            self.0.read(&mut buffer[..len])
        }
    }

    #[test]
    fn a_limit_is_noticed() {
        for (left, fits) in [(4, false), (5, true), (6, true)] {
            let source = &b"hello"[..];
            let read = Limited { source, left }.read_to_end(&mut Vec::new());
            assert_eq!(read.is_ok(), fits, "{left}");
        }
    }

    #[test]
    fn parts_are_read_or_skipped() {
        let large = vec![b'x'; 3 * BUFFER_LEN];
        let mut form = Vec::new();
        for content in [&b"one"[..], b"", &large, b"last"] {
            form.extend_from_slice(b"--b\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\n");
            form.extend_from_slice(content);
            form.extend_from_slice(b"\r\n");
        }
        form.extend_from_slice(b"--b--\r\nepilogue");
        for skipped in 0..4 {
            let sources: [Box<dyn Read>; 2] = [Box::new(Slow(&form)), Box::new(&*form)];
            for source in sources {
                let mut reader = FormReader::new(source, "b");
                for (number, len) in [3, 0, large.len(), 4].into_iter().enumerate() {
                    assert!(reader.next_part().unwrap().is_some());
                    if number == skipped {
                        // Some of it has been read.
                        let _ = reader.read(&mut [0; 2]).unwrap();
                        continue;
                    }
                    let mut content = Vec::new();
                    reader.read_to_end(&mut content).unwrap();
                    assert_eq!(content.len(), len);
                }
                assert!(reader.next_part().unwrap().is_none());
                assert!(reader.next_part().unwrap().is_none());
                reader.finish().unwrap();
            }
        }
        let mut cut = FormReader::new(&form[..50], "b");
        assert!(cut.next_part().unwrap().is_some());
        let error = cut.next_part().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidData);
    }
}

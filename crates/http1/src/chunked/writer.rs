//! Encodes a body whose length is not known in advance.

use std::io::{self, Write};

/// How much content is gathered into one chunk, in bytes.
pub(super) const CHUNK_LEN: usize = 16 * 1024;

/// Writes a body of unknown length to `sink`: chunked, or as it is where the close of the connection delimits it
/// (HTTP/1.0). A writer that is dropped without [`Writer::finish`] leaves the body incomplete.
#[derive(Debug)]
pub struct Writer<W: Write> {
    sink: W,
    /// What has not been sent. At first this is the head, which leaves together with the first content.
    pending: Vec<u8>,
    /// Where the content of the current chunk begins in `pending`.
    start: usize,
    chunked: bool,
}

impl<W: Write> Writer<W> {
    /// The writer of a body behind `head`.
    pub fn new(sink: W, head: Vec<u8>, chunked: bool) -> Self {
        let start = head.len();
        Self {
            sink,
            pending: head,
            start,
            chunked,
        }
    }

    /// Sends the rest and the last chunk.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn finish(mut self) -> io::Result<()> {
        self.end_chunk();
        if self.chunked {
            self.pending.extend_from_slice(b"0\r\n\r\n");
        }
        self.sink.write_all(&self.pending)
    }

    /// Sends one line feed of content, unless something is pending already, as far as `write` takes it without blocking:
    /// a keep-alive for a client that waits for slow content. Only for bodies in which white space has no meaning.
    ///
    /// # Errors
    /// Those of `write`, which returns how many bytes it took.
    pub fn send_line_feed(
        &mut self,
        write: impl FnOnce(&mut W, &[u8]) -> io::Result<usize>,
    ) -> io::Result<()> {
        if self.pending.is_empty() {
            self.pending.push(b'\n');
        }
        self.end_chunk();
        let sent = write(&mut self.sink, &self.pending)?;
        self.pending.drain(..sent);
        self.start = self.pending.len();
        Ok(())
    }

    /// Puts the pending content between the size and the line end of a chunk.
    fn end_chunk(&mut self) {
        let len = self.pending.len() - self.start;
        if self.chunked && len > 0 {
            let size = format!("{len:x}\r\n");
            self.pending
                .splice(self.start..self.start, size.into_bytes());
            self.pending.extend_from_slice(b"\r\n");
        }
    }
}

impl<W: Write> Write for Writer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.pending.extend_from_slice(bytes);
        if self.pending.len() - self.start >= CHUNK_LEN {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.end_chunk();
        self.sink.write_all(&self.pending)?;
        self.pending.clear();
        self.start = 0;
        Ok(())
    }
}

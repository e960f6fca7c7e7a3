//! Reads the list from its first entry on, while it grows.
#![expect(
    clippy::disallowed_methods,
    reason = "the list is read on the threads that download"
)]

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, ErrorKind};
use std::sync::Arc;

use super::{Manifest, Phase};
use crate::store::folder::entry::Entry;
use crate::transport::CancelToken;

/// What [`Reader::poll`] has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Ready(Entry),
    /// No more yet.
    NotYet,
    /// No more, ever.
    End,
}

/// Walks the list in its order, each entry once, independently of all other readers.
#[derive(Debug)]
pub(crate) struct Reader {
    manifest: Arc<Manifest>,
    lines: BufReader<File>,
    line: Vec<u8>,
    /// Bytes read, whole lines only.
    position: u64,
    /// Bytes in the file, as far as this reader has looked.
    written: u64,
    folders: bool,
}

impl Reader {
    pub(super) fn new(manifest: &Arc<Manifest>, folders: bool) -> io::Result<Self> {
        Ok(Self {
            lines: BufReader::new(File::open(&manifest.path)?),
            manifest: Arc::clone(manifest),
            line: Vec::new(),
            position: 0,
            written: 0,
            folders,
        })
    }

    /// The next entry, without waiting for one.
    ///
    /// # Errors
    /// The disk, or the list broke off ([`ErrorKind::Interrupted`] when its appender was dropped).
    pub(crate) fn poll(&mut self) -> io::Result<Next> {
        loop {
            if self.position >= self.written {
                let mut state = self.manifest.state.lock();
                state.write_out()?;
                self.written = state.written;
                if self.position >= self.written {
                    return Ok(match state.phase {
                        Phase::Finished => Next::End,
                        _ => Next::NotYet,
                    });
                }
            }
            self.line.clear();
            let read = self.lines.read_until(b'\n', &mut self.line)?;
            self.position += read as u64;
            // The parser would take a file that somebody has cut for an unfinished line.
            if read == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            let entry: Entry = serde_json::from_slice(&self.line)?;
            if entry.is_folder == self.folders {
                return Ok(Next::Ready(entry));
            }
        }
    }

    /// The next entry, waiting until there is one; none at the end, and after a cancel.
    ///
    /// # Errors
    /// As [`Reader::poll`].
    pub(crate) fn take(&mut self, cancel: &CancelToken) -> io::Result<Option<Entry>> {
        loop {
            match self.poll()? {
                _ if cancel.is_cancelled() => return Ok(None),
                Next::Ready(entry) => return Ok(Some(entry)),
                Next::End => return Ok(None),
                Next::NotYet => self.manifest.wait(self.position, cancel, || false),
            }
        }
    }

    /// How many bytes of the list have been read.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }
}

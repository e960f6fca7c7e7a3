//! The list of everything found, on the disk: who lists appends to it, and any number of readers
//! walk it at their own pace. One of them tells the lister which folder comes next, so that the tree
//! is walked level by level with none of it in memory.
//!
//! The file holds one JSON object to a line, a folder always before what is in it. It is gone when the
//! last of those who use it is.
#![expect(
    clippy::disallowed_methods,
    reason = "the list is written and read on the threads that download"
)]

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::entry::Entry;
use crate::net::Cancel;

/// Appended lines gather up to here before they are written, unless a reader wants them sooner.
const TAIL_MAX_LEN: usize = 64 * 1024;

/// How often who waits looks at the cancel switch.
const CANCEL_CHECK: Duration = Duration::from_millis(50);

/// The list, shared by its [`Appender`] and its [`Reader`]s.
#[derive(Debug)]
pub(in crate::client) struct Spool {
    path: PathBuf,
    state: Mutex<State>,
    /// Something was appended, or nothing will be.
    more: Condvar,
    files: AtomicU64,
    folders: AtomicU64,
    bytes: AtomicU64,
    unsized_files: AtomicU64,
}

#[derive(Debug)]
struct State {
    file: File,
    /// Whole lines that are not in the file yet. A reader that has come to the file's end writes them.
    tail: Vec<u8>,
    /// Bytes in the file, whole lines only.
    written: u64,
    phase: Phase,
    /// How many readers wait.
    waiting: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Growing,
    Finished,
    /// The list will never be whole: it could not be written, or its appender was dropped.
    Broken(ErrorKind),
}

/// What was found so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::client) struct Counts {
    pub(in crate::client) files: u64,
    pub(in crate::client) folders: u64,
    /// Of all files whose size is known.
    pub(in crate::client) bytes: u64,
    /// Files whose size is not known.
    pub(in crate::client) unsized_files: u64,
    /// Nothing will be added.
    pub(in crate::client) is_finished: bool,
}

impl Spool {
    /// An empty list at `path`; a file that an earlier run left there goes.
    ///
    /// # Errors
    /// What the system says.
    pub(in crate::client) fn create(path: &Path) -> io::Result<(Arc<Self>, Appender)> {
        match fs::remove_file(path) {
            Err(e) if e.kind() != ErrorKind::NotFound => return Err(e),
            _ => {}
        }
        let file = OpenOptions::new().write(true).create_new(true).open(path)?;
        let spool = Arc::new(Self {
            path: path.to_owned(),
            state: Mutex::new(State {
                file,
                tail: Vec::new(),
                written: 0,
                phase: Phase::Growing,
                waiting: 0,
            }),
            more: Condvar::new(),
            files: AtomicU64::new(0),
            folders: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            unsized_files: AtomicU64::new(0),
        });
        let appender = Appender {
            spool: Arc::clone(&spool),
            line: Vec::new(),
        };
        Ok((spool, appender))
    }

    /// A reader of the files, from the first on.
    ///
    /// # Errors
    /// What the system says.
    pub(in crate::client) fn files(self: &Arc<Self>) -> io::Result<Reader> {
        Reader::new(self, false)
    }

    /// A reader of the folders, from the first on. It serves twice: for what is to be listed next,
    /// and, once every file is in its place, for the folders' own dates. These may be set in any
    /// order, because setting one does not change that of the folder around it.
    ///
    /// # Errors
    /// What the system says.
    pub(in crate::client) fn folders(self: &Arc<Self>) -> io::Result<Reader> {
        Reader::new(self, true)
    }

    /// How many files and how many folders were found so far.
    pub(in crate::client) fn found(&self) -> (u64, u64) {
        let count = |of: &AtomicU64| of.load(Ordering::Relaxed);
        (count(&self.files), count(&self.folders))
    }

    pub(in crate::client) fn counts(&self) -> Counts {
        // Before the numbers: a list that is finished has its last ones.
        let is_finished = self.lock().phase == Phase::Finished;
        Counts {
            files: self.files.load(Ordering::Relaxed),
            folders: self.folders.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
            unsized_files: self.unsized_files.load(Ordering::Relaxed),
            is_finished,
        }
    }

    /// Wait until [`Reader::poll`] may have something else to say than [`Next::NotYet`] after so many
    /// bytes, or the work is cancelled.
    pub(in crate::client) fn wait(&self, position: u64, cancel: &Cancel) {
        let mut state = self.lock();
        state.waiting += 1;
        while state.phase == Phase::Growing
            && state.tail.is_empty()
            && state.written <= position
            && !cancel.is_cancelled()
        {
            let waited = self.more.wait_timeout(state, CANCEL_CHECK);
            (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        }
        state.waiting -= 1;
    }

    fn count(&self, entry: &Entry) {
        if entry.is_folder {
            self.folders.fetch_add(1, Ordering::Relaxed);
            return;
        }
        self.files.fetch_add(1, Ordering::Relaxed);
        match entry.size {
            // Only the appender writes these. A server may claim any size.
            Some(size) => {
                let bytes = self.bytes.load(Ordering::Relaxed).saturating_add(size);
                self.bytes.store(bytes, Ordering::Relaxed);
            }
            None => {
                self.unsized_files.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    fn end(&self, phase: Phase) {
        let mut state = self.lock();
        if state.phase == Phase::Growing {
            state.phase = phase;
        }
        self.more.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Every change to it is whole: a write that was cut has its phase.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        if let Err(e) = fs::remove_file(&self.path) {
            log::warn!("{} stays: {e}", self.path.display());
        }
    }
}

impl State {
    /// Everything that was appended is in the file then.
    fn write_out(&mut self) -> io::Result<()> {
        if let Phase::Broken(kind) = self.phase {
            return Err(kind.into());
        }
        // In the order of a panic or an error: half a line in the file is never taken for one.
        if let Err(e) = self.file.write_all(&self.tail) {
            self.phase = Phase::Broken(e.kind());
            return Err(e);
        }
        self.written += self.tail.len() as u64;
        self.tail.clear();
        Ok(())
    }
}

/// The one that adds to the list. Dropping it before [`Appender::finish`] breaks the list off: then
/// its readers fail at the end, and do not take it for whole.
#[derive(Debug)]
pub(in crate::client) struct Appender {
    spool: Arc<Spool>,
    line: Vec<u8>,
}

impl Appender {
    /// Add `entry`. Readers can have it at once.
    ///
    /// # Errors
    /// The disk does not take it; then the list is broken off.
    pub(in crate::client) fn append(&mut self, entry: &Entry) -> io::Result<()> {
        self.line.clear();
        serde_json::to_writer(&mut self.line, entry)?;
        self.line.push(b'\n');
        let mut state = self.spool.lock();
        state.tail.extend_from_slice(&self.line);
        let result = if state.tail.len() >= TAIL_MAX_LEN || state.phase != Phase::Growing {
            state.write_out()
        } else {
            Ok(())
        };
        // Waking costs a system call even when nobody sleeps.
        let is_awaited = state.waiting > 0;
        drop(state);
        self.spool.count(entry);
        if is_awaited {
            self.spool.more.notify_all();
        }
        result
    }

    /// Declare the list whole.
    ///
    /// # Errors
    /// The disk does not take the end of it; then the list is broken off.
    pub(in crate::client) fn finish(self) -> io::Result<()> {
        self.spool.lock().write_out()?;
        self.spool.end(Phase::Finished);
        Ok(())
    }
}

impl Drop for Appender {
    fn drop(&mut self) {
        self.spool.end(Phase::Broken(ErrorKind::Interrupted));
    }
}

/// What [`Reader::poll`] has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::client) enum Next {
    Ready(Entry),
    /// No more yet.
    NotYet,
    /// No more, ever.
    End,
}

/// Walks the list in its order, each entry once, independently of all other readers.
#[derive(Debug)]
pub(in crate::client) struct Reader {
    spool: Arc<Spool>,
    lines: BufReader<File>,
    line: Vec<u8>,
    /// Bytes read, whole lines only.
    position: u64,
    /// Bytes in the file, as far as this reader has looked.
    written: u64,
    folders: bool,
}

impl Reader {
    fn new(spool: &Arc<Spool>, folders: bool) -> io::Result<Self> {
        Ok(Self {
            lines: BufReader::new(File::open(&spool.path)?),
            spool: Arc::clone(spool),
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
    pub(in crate::client) fn poll(&mut self) -> io::Result<Next> {
        loop {
            if self.position >= self.written {
                let mut state = self.spool.lock();
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
    pub(in crate::client) fn take(&mut self, cancel: &Cancel) -> io::Result<Option<Entry>> {
        loop {
            match self.poll()? {
                _ if cancel.is_cancelled() => return Ok(None),
                Next::Ready(entry) => return Ok(Some(entry)),
                Next::End => return Ok(None),
                Next::NotYet => self.spool.wait(self.position, cancel),
            }
        }
    }

    /// How many bytes of the list have been read.
    pub(in crate::client) fn position(&self) -> u64 {
        self.position
    }
}

#[cfg(test)]
mod tests;

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

mod reader;

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crossbeam_channel::select;
use parking_lot::Mutex;

pub(crate) use self::reader::{Next, Reader};

use super::entry::Entry;
use crate::store::free_space::SpaceGuard;
use crate::transport::{CancelToken, Notify};

/// Appended lines gather up to here before they are written, unless a reader wants them sooner.
const TAIL_MAX_LEN: usize = 64 * 1024;

/// The list, shared by its [`Appender`] and its [`Reader`]s.
#[derive(Debug)]
pub(crate) struct Manifest {
    path: PathBuf,
    state: Mutex<State>,
    /// Something was appended, or nothing will be, or there is another reason not to wait any longer.
    more: Notify,
    files: AtomicU64,
    folders: AtomicU64,
    bytes: AtomicU64,
    unsized_files: AtomicU64,
    /// Files that a thread has done with, whatever came of them.
    settled: AtomicU64,
    /// Files that turned out to be folders.
    retracted: AtomicU64,
    /// Everything that is known of has been listed.
    is_listed: AtomicBool,
}

#[derive(Debug)]
struct State {
    file: File,
    growth: SpaceGuard,
    /// Whole lines that are not in the file yet. A reader that has come to the file's end writes them.
    tail: Vec<u8>,
    /// Bytes in the file, whole lines only.
    written: u64,
    phase: Phase,
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
pub(crate) struct Counts {
    pub(crate) files: u64,
    pub(crate) folders: u64,
    /// Of all files whose size is known.
    pub(crate) bytes: u64,
    /// Files whose size is not known.
    pub(crate) unsized_files: u64,
    /// Nothing will be added, unless a file turns out to be a folder.
    pub(crate) is_listed: bool,
}

impl Manifest {
    /// An empty list at `path`; a file that an earlier run left there goes.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn create(path: &Path) -> io::Result<(Arc<Self>, Appender)> {
        match fs::remove_file(path) {
            Err(e) if e.kind() != ErrorKind::NotFound => return Err(e),
            _ => {}
        }
        let file = OpenOptions::new().write(true).create_new(true).open(path)?;
        let manifest = Arc::new(Self {
            path: path.to_owned(),
            state: Mutex::new(State {
                file,
                growth: SpaceGuard::new(path.parent().unwrap_or(path)),
                tail: Vec::new(),
                written: 0,
                phase: Phase::Growing,
            }),
            more: Notify::default(),
            files: AtomicU64::new(0),
            folders: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            unsized_files: AtomicU64::new(0),
            settled: AtomicU64::new(0),
            retracted: AtomicU64::new(0),
            is_listed: AtomicBool::new(false),
        });
        let appender = Appender {
            manifest: Arc::clone(&manifest),
            line: Vec::new(),
        };
        Ok((manifest, appender))
    }

    /// A reader of the files, from the first on.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn files(self: &Arc<Self>) -> io::Result<Reader> {
        Reader::new(self, false)
    }

    /// A reader of the folders, from the first on. It serves twice: for what is to be listed next,
    /// and, once every file is in its place, for the folders' own dates. These may be set in any
    /// order, because setting one does not change that of the folder around it.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn folders(self: &Arc<Self>) -> io::Result<Reader> {
        Reader::new(self, true)
    }

    /// How many files and how many folders were found so far. What turned out to be a folder is both.
    pub(crate) fn found(&self) -> (u64, u64) {
        let count = |of: &AtomicU64| of.load(Ordering::Relaxed);
        (count(&self.files), count(&self.folders))
    }

    pub(crate) fn counts(&self) -> Counts {
        // Before the numbers: a list that is finished has its last ones.
        let is_listed =
            self.is_listed.load(Ordering::Acquire) || self.state.lock().phase == Phase::Finished;
        let retracted = self.retracted.load(Ordering::Relaxed);
        Counts {
            files: self.files.load(Ordering::Relaxed) - retracted,
            folders: self.folders.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
            unsized_files: self.unsized_files.load(Ordering::Relaxed),
            is_listed,
        }
    }

    /// Whether all folders on the list have been listed for now.
    pub(crate) fn set_listed(&self, is_listed: bool) {
        self.is_listed.store(is_listed, Ordering::Release);
    }

    /// A file that [`Manifest::files`] gave is done with.
    pub(crate) fn settle(&self) {
        self.settled.fetch_add(1, Ordering::AcqRel);
        if self.is_settled() {
            self.more.notify_all();
        }
    }

    /// Whether all files on the list are done with. Then none of them turns out to be a folder any more.
    pub(crate) fn is_settled(&self) -> bool {
        self.settled.load(Ordering::Acquire) == self.files.load(Ordering::Acquire)
    }

    /// The file `entry`, which is on the list, is a folder: it goes on the list as that.
    ///
    /// # Errors
    /// As [`Appender::append`].
    pub(crate) fn turn(&self, entry: Entry) -> io::Result<()> {
        match entry.size {
            Some(size) => self.add_bytes(|bytes| bytes.saturating_sub(size)),
            None => {
                self.unsized_files.fetch_sub(1, Ordering::Relaxed);
            }
        }
        self.retracted.fetch_add(1, Ordering::Relaxed);
        self.append(
            &Entry {
                is_folder: true,
                size: None,
                ..entry
            },
            &mut Vec::new(),
        )
    }

    /// Wait until [`Reader::poll`] may have something else to say than [`Next::NotYet`] after so many
    /// bytes, it is cancelled, or `is_over`, which is asked again after each [`Manifest::notify`].
    pub(crate) fn wait(&self, position: u64, cancel: &CancelToken, is_over: impl Fn() -> bool) {
        loop {
            let more = self.more.listen();
            let state = self.state.lock();
            let is_at_end =
                state.phase == Phase::Growing && state.tail.is_empty() && state.written <= position;
            drop(state);
            if !is_at_end || cancel.is_cancelled() || is_over() {
                return;
            }
            select! {
                recv(more) -> _ => {}
                recv(cancel.cancelled()) -> _ => {}
            }
        }
    }

    /// Let those that wait look again whether it is over.
    pub(crate) fn notify(&self) {
        self.more.notify_all();
    }

    fn count(&self, entry: &Entry) {
        if entry.is_folder {
            self.folders.fetch_add(1, Ordering::Relaxed);
            return;
        }
        self.files.fetch_add(1, Ordering::AcqRel);
        match entry.size {
            // A server may claim any size.
            Some(size) => self.add_bytes(|bytes| bytes.saturating_add(size)),
            None => {
                self.unsized_files.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    fn add_bytes(&self, change: impl Fn(u64) -> u64) {
        let order = Ordering::Relaxed;
        let _ = self
            .bytes
            .fetch_update(order, order, |bytes| Some(change(bytes)));
    }

    /// Add `entry`; `line` is room for it.
    fn append(&self, entry: &Entry, line: &mut Vec<u8>) -> io::Result<()> {
        line.clear();
        serde_json::to_writer(&mut *line, entry)?;
        line.push(b'\n');
        // Before anyone can have it, and settle or turn it.
        self.count(entry);
        let mut state = self.state.lock();
        state.tail.extend_from_slice(line);
        let result = if state.tail.len() >= TAIL_MAX_LEN || state.phase != Phase::Growing {
            state.write_out()
        } else {
            Ok(())
        };
        drop(state);
        self.more.notify_all();
        result
    }

    fn end(&self, phase: Phase) {
        let mut state = self.state.lock();
        if state.phase == Phase::Growing {
            state.phase = phase;
        }
        self.more.notify_all();
    }
}

impl Drop for Manifest {
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
        let written = self.growth.grow(self.tail.len() as u64);
        if let Err(e) = written.and_then(|()| self.file.write_all(&self.tail)) {
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
pub(crate) struct Appender {
    manifest: Arc<Manifest>,
    line: Vec<u8>,
}

impl Appender {
    /// Add `entry`. Readers can have it at once.
    ///
    /// # Errors
    /// The disk does not take it; then the list is broken off.
    pub(crate) fn append(&mut self, entry: &Entry) -> io::Result<()> {
        self.manifest.append(entry, &mut self.line)
    }

    /// Declare the list whole.
    ///
    /// # Errors
    /// The disk does not take the end of it; then the list is broken off.
    pub(crate) fn finish(self) -> io::Result<()> {
        self.manifest.state.lock().write_out()?;
        self.manifest.end(Phase::Finished);
        Ok(())
    }
}

impl Drop for Appender {
    fn drop(&mut self) {
        self.manifest.end(Phase::Broken(ErrorKind::Interrupted));
    }
}

#[cfg(test)]
mod tests;

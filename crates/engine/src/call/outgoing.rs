//! What a call has yet to send. What the other side does not take at once, and files, are sent by a thread that ends
//! when nothing is left: nobody who sends ever waits.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, ErrorKind, Read, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::conversation::{Conversation, State};
use crate::error::ClientError;
use crate::fs::regular_file;
use crate::threads;
use crate::transport::{Stream, is_not_yet};

/// How much is written under the lock at a time, and read from a file.
const PIECE_LEN: usize = 64 << 10;

/// In the order of sending.
#[derive(Debug, Default)]
pub(super) struct Queue {
    items: VecDeque<Item>,
    /// The bytes in it, without those of files.
    len: usize,
    /// The bytes that were ever added, with those of files once they are opened.
    total: u64,
    /// A thread sends them.
    pub(super) has_writer: bool,
}

#[derive(Debug)]
enum Item {
    Bytes {
        bytes: Vec<u8>,
        at: usize,
    },
    /// Queued when the entry with this number was next.
    File {
        path: PathBuf,
        number: u64,
    },
    /// The writer has it in hand.
    Opened,
}

impl Queue {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Adds a piece; the count of bytes up to its end.
    pub(super) fn add(&mut self, bytes: Vec<u8>) -> u64 {
        self.len += bytes.len();
        self.total += bytes.len() as u64;
        self.items.push_back(Item::Bytes { bytes, at: 0 });
        self.total
    }

    pub(super) fn add_file(&mut self, path: PathBuf, number: u64) {
        self.items.push_back(Item::File { path, number });
    }

    /// The file at the front has so many bytes; the count of bytes up to its end.
    pub(super) fn grow(&mut self, len: u64) -> u64 {
        self.total += len;
        let behind = self.len as u64;
        self.total - behind
    }

    /// What is next, if it is no file; one write's worth.
    pub(super) fn next_bytes(&self) -> Option<&[u8]> {
        match self.items.front()? {
            Item::Bytes { bytes, at } => {
                let end = bytes.len().min(at + PIECE_LEN);
                Some(&bytes[*at..end])
            }
            Item::File { .. } | Item::Opened => None,
        }
    }

    /// So much of it was sent.
    pub(super) fn advance(&mut self, written: usize) {
        if let Some(Item::Bytes { bytes, at }) = self.items.front_mut() {
            *at += written;
            self.len -= written;
            if *at == bytes.len() {
                self.items.pop_front();
            }
        }
    }

    pub(super) fn clear(&mut self) {
        self.items.clear();
        self.len = 0;
    }
}

/// Starts the thread that sends what is queued.
pub(super) fn start_writer(
    conversation: &Arc<Conversation>,
    state: &mut State,
    stream: Arc<Stream>,
) {
    state.queue.has_writer = true;
    let writer = Writer {
        conversation: Arc::clone(conversation),
        stream,
    };
    let spawned = threads::spawn("call writer", move || writer.run());
    if let Err(e) = spawned {
        state.queue.has_writer = false;
        conversation.write_failed(state, e);
    }
}

struct Writer {
    conversation: Arc<Conversation>,
    stream: Arc<Stream>,
}

/// What follows for the writer.
enum Next {
    Again,
    WaitForRoom,
    Open(PathBuf, u64),
    Done,
}

impl Writer {
    fn run(self) {
        loop {
            match self.write_some() {
                Next::Again => {}
                Next::WaitForRoom => {
                    // Short, so that the end of the call is noticed.
                    // Where it fails, the next write says why.
                    let _ = self.stream.wait_writable();
                }
                Next::Open(path, number) => self.send_file(&path, number),
                Next::Done => return,
            }
        }
    }

    /// One write of what is next.
    fn write_some(&self) -> Next {
        let mut state = self.conversation.lock();
        let queue = &mut state.queue;
        if let Some(Item::File { path, number }) = queue.items.front_mut() {
            let next = Next::Open(std::mem::take(path), *number);
            queue.items[0] = Item::Opened;
            return next;
        }
        let Some(bytes) = queue.next_bytes() else {
            queue.has_writer = false;
            self.conversation.finish_sending(&mut state);
            drop(state);
            self.conversation.changed();
            return Next::Done;
        };
        match (&*self.stream).write(bytes) {
            Ok(written) => {
                queue.advance(written);
                drop(state);
                self.conversation.drained.notify_all();
                Next::Again
            }
            Err(e) if e.kind() == ErrorKind::Interrupted => Next::Again,
            Err(e) if is_not_yet(&e) => Next::WaitForRoom,
            Err(e) => {
                self.conversation.write_failed(&mut state, e);
                Next::Again
            }
        }
    }

    fn send_file(&self, path: &Path, number: u64) {
        let name = path.file_name().unwrap_or(path.as_os_str());
        let name = name.to_string_lossy().into_owned();
        let sent = open(path).and_then(|(file, len)| {
            let mut state = self.conversation.lock();
            if state.is_over() {
                return Ok(());
            }
            self.conversation
                .file_begins(&mut state, number, name.clone(), len);
            drop(state);
            self.conversation.changed();
            self.copy(file, len)
        });
        let mut state = self.conversation.lock();
        // Nothing is left of the queue if the call has ended.
        if let Some(Item::Opened) = state.queue.items.front() {
            state.queue.items.pop_front();
        }
        drop(state);
        if let Err(e) = sent {
            let reason = e.to_string();
            self.conversation
                .note(ClientError::FileUnreadable { name, reason });
        }
    }

    /// Sends `len` bytes of `file`; an error is one of reading.
    fn copy(&self, mut file: File, len: u64) -> io::Result<()> {
        let mut buffer = vec![0; PIECE_LEN];
        let mut left = len;
        while left > 0 {
            let most = usize::try_from(left).map_or(PIECE_LEN, |left| left.min(PIECE_LEN));
            let read = match file.read(&mut buffer[..most]) {
                Err(e) if e.kind() == ErrorKind::Interrupted => continue,
                Ok(0) => Err(ErrorKind::UnexpectedEof.into()),
                read => read,
            };
            let read = read.inspect_err(|_| self.conversation.lock().queue.total -= left)?;
            left -= read as u64;
            if !self.write_all(&buffer[..read]) {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Whether all of `bytes` was sent; otherwise the call is over.
    fn write_all(&self, mut bytes: &[u8]) -> bool {
        while !bytes.is_empty() {
            let mut state = self.conversation.lock();
            // Cleared where the call is over.
            if state.queue.is_empty() {
                return false;
            }
            match (&*self.stream).write(bytes) {
                Ok(written) => bytes = &bytes[written..],
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) if is_not_yet(&e) => {
                    drop(state);
                    let _ = self.stream.wait_writable();
                }
                Err(e) => {
                    self.conversation.write_failed(&mut state, e);
                    return false;
                }
            }
        }
        true
    }
}

/// A regular file and its length: a pipe would never end.
fn open(path: &Path) -> io::Result<(File, u64)> {
    let file = regular_file::open(path, File::options().read(true))?;
    let len = file.metadata()?.len();
    Ok((file, len))
}

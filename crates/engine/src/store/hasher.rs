//! The SHA-256 of a part file, computed beside the download: what comes is hashed from the memory that it was received
//! in, and what was there before, or came while that was read, is read back from the file.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_channel::{Receiver, Sender, bounded, select};
use parking_lot::Mutex;

use crate::fs::FileHasher;
use crate::threads;
use crate::transport::CancelToken;
use crate::transport::pump::BUFFER_LEN;
use landline_http1::digest::Sha256;

/// How much is read at a time.
const STEP: usize = 256 * 1024;

/// A buffer is passed on when it holds this much. A message for each packet would cost more than the hashing, and
/// reading only into what is left of a buffer would take more system calls.
const PASSED_ON: usize = BUFFER_LEN / 2;

/// Buffers that may wait to be hashed: 2 MiB, about as much as comes while the thread waits for its turn on a busy
/// processor. The network never waits for the hashing; what finds no buffer is read back from the file.
const BUFFERS: usize = 16;

/// A thread that hashes a file while it is written.
#[derive(Debug)]
pub(crate) struct Follower {
    news: Sender<News>,
    free: Free,
    /// How much of the file may have been hashed already.
    len: u64,
    is_given_up: Arc<AtomicBool>,
    /// Where the result comes.
    result: Receiver<io::Result<Sha256>>,
}

/// Buffers that are free, those not yet allocated included. The one that was hashed last is used first: it may still be
/// in the processor's cache.
type Free = Arc<Mutex<Vec<Vec<u8>>>>;

/// What the thread hears of the file.
#[derive(Debug)]
enum News {
    /// The file's bytes from `at` on are the first `len` of `buffer`, and will not change.
    Written {
        at: u64,
        buffer: Vec<u8>,
        len: usize,
    },
    /// It is whole and has so many bytes.
    Whole(u64),
}

impl Follower {
    /// Begin with the first byte of `file`, of which there are `len` so far.
    pub(crate) fn start(file: Arc<File>, len: u64) -> io::Result<Self> {
        // With a place for the end, so that nobody ever waits to tell the news.
        let (news, heard) = bounded(BUFFERS + 1);
        let free: Free = Arc::new(Mutex::new(vec![Vec::new(); BUFFERS]));
        let hashed = Arc::clone(&free);
        let is_given_up = Arc::new(AtomicBool::new(false));
        let (sender, result) = bounded(1);
        let thread = Thread {
            file,
            hasher: FileHasher::new(),
            buffer: Vec::new(),
            is_given_up: Arc::clone(&is_given_up),
        };
        threads::spawn("check", move || {
            // Nobody listens when it was given up.
            let _ = sender.try_send(thread.follow(len, &heard, &hashed));
        })?;
        Ok(Self {
            news,
            free,
            len,
            is_given_up,
            result,
        })
    }

    /// The file has `end` bytes now; the last of them are the first `len` of `buffer`. Returns where in the buffer, which
    /// may be another one now, the next ones are to go.
    pub(crate) fn take(&mut self, buffer: &mut Vec<u8>, len: usize, end: u64) -> usize {
        self.len = end;
        if len < PASSED_ON {
            return len;
        }
        let free = self.free.lock().pop();
        if let Some(mut free) = free {
            free.resize(buffer.len(), 0);
            let written = News::Written {
                at: end - len as u64,
                buffer: std::mem::replace(buffer, free),
                len,
            };
            // There is a place for each buffer, and somebody who listens unless the file cannot be read.
            let _ = self.news.try_send(written);
        }
        0
    }

    /// How much of the file it may have hashed already.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// The SHA-256 of all [`len`](Self::len) bytes. Waits for the rest of the work.
    ///
    /// # Errors
    /// The file cannot be read, or the work was cancelled ([`ErrorKind::Interrupted`]).
    pub(crate) fn finish(self, cancel: &CancelToken) -> io::Result<Sha256> {
        let _ = self.news.try_send(News::Whole(self.len));
        select! {
            // Without a result, it has panicked.
            recv(self.result) -> result => result.unwrap_or_else(|_| Err(ErrorKind::Other.into())),
            recv(cancel.cancelled()) -> _ => Err(ErrorKind::Interrupted.into()),
        }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.is_given_up.store(true, Ordering::Relaxed);
    }
}

/// What belongs to the thread.
struct Thread {
    file: Arc<File>,
    hasher: FileHasher,
    /// What is read back goes through this; empty until something is.
    buffer: Vec<u8>,
    is_given_up: Arc<AtomicBool>,
}

impl Thread {
    #[expect(clippy::disallowed_methods, reason = "a thread that only hashes")]
    fn follow(mut self, len: u64, news: &Receiver<News>, free: &Free) -> io::Result<Sha256> {
        self.read_back(len)?;
        loop {
            // Nobody tells any more where it was given up.
            match news.recv().map_err(|_| ErrorKind::Interrupted)? {
                News::Written { at, buffer, len } => {
                    self.read_back(at)?;
                    self.hasher.update(&buffer[..len]);
                    free.lock().push(buffer);
                }
                News::Whole(len) => {
                    self.read_back(len)?;
                    return Ok(self.hasher.finish());
                }
            }
        }
    }

    /// Hash the file up to byte `end`.
    fn read_back(&mut self, end: u64) -> io::Result<()> {
        while self.hasher.at() < end {
            if self.is_given_up.load(Ordering::Relaxed) {
                return Err(ErrorKind::Interrupted.into());
            }
            self.buffer.resize(STEP, 0);
            let step = end.min(self.hasher.at() + STEP as u64);
            self.hasher.read(&self.file, step, &mut self.buffer)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::fs::positional::write_all_at;
    use landline_http1::digest::Hasher;

    use super::*;

    fn digest(parts: &[&[u8]]) -> Sha256 {
        let mut hasher = Hasher::new();
        for part in parts {
            hasher.update(part);
        }
        hasher.finish()
    }

    /// A file with this content.
    fn file_of(content: &[u8]) -> Arc<File> {
        let file = tempfile::tempfile().unwrap();
        write_all_at(&file, content, 0).unwrap();
        Arc::new(file)
    }

    #[test]
    fn it_is_the_digest_of_all_of_the_file() {
        let all = (0..251).collect::<Vec<u8>>().repeat(10_000);
        // As it comes from slow and from fast networks, with more than fits into the buffers that wait.
        for piece in [1448, PASSED_ON - 1, PASSED_ON, BUFFER_LEN] {
            let file = file_of(b"was here");
            let mut follower = Follower::start(Arc::clone(&file), 8).unwrap();
            let mut buffer = vec![0; BUFFER_LEN];
            let (mut len, mut at) = (8, 0);
            let mut left = &all[..];
            while !left.is_empty() {
                let end = buffer.len().min(at + piece).min(at + left.len());
                let new = left.split_off(..end - at).unwrap();
                buffer[at..end].copy_from_slice(new);
                write_all_at(&file, new, len).unwrap();
                len += new.len() as u64;
                at = follower.take(&mut buffer, end, len);
                assert!(at < PASSED_ON && buffer.len() == BUFFER_LEN);
            }
            let ours = follower.finish(&CancelToken::new()).unwrap();
            assert_eq!(ours, digest(&[b"was here", &all]), "{piece}");
        }
    }

    #[test]
    fn what_came_is_hashed_as_it_came_and_all_else_as_the_file_has_it() {
        let file = file_of(b"there|as written|missed|rest");
        let (news, heard) = bounded(2);
        let free = Free::default();
        let buffer = b"as received and more".to_vec();
        let (at, len) = (6, 10);
        news.try_send(News::Written { at, buffer, len }).unwrap();
        news.try_send(News::Whole(28)).unwrap();
        let thread = Thread {
            file,
            hasher: FileHasher::new(),
            buffer: Vec::new(),
            is_given_up: Arc::default(),
        };
        let ours = thread.follow(5, &heard, &free).unwrap();
        assert_eq!(ours, digest(&[b"there|", b"as receive", b"|missed|rest"]));
        assert_eq!(free.lock().len(), 1);
    }

    #[test]
    fn a_hasher_that_is_behind_is_not_waited_for() {
        let mut follower = Follower::start(file_of(b""), 0).unwrap();
        // As if it still had all of them.
        let free = Free::default();
        follower.free = Arc::clone(&free);
        let mut buffer = vec![1; BUFFER_LEN];
        for number in 1..=1000 {
            let end = number * BUFFER_LEN as u64;
            assert_eq!(follower.take(&mut buffer, BUFFER_LEN, end), 0);
            assert!(follower.news.is_empty());
        }
        free.lock().push(Vec::new());
        follower.take(&mut buffer, BUFFER_LEN, 1001 * BUFFER_LEN as u64);
        assert!(free.lock().is_empty() && buffer.len() == BUFFER_LEN);
    }

    #[test]
    fn a_file_that_became_shorter_is_an_error() {
        let follower = Follower::start(file_of(b""), 10).unwrap();
        let error = follower.finish(&CancelToken::new()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
    }

    #[test]
    fn given_up_it_ends() {
        let follower = Follower::start(file_of(b""), 0).unwrap();
        let result = follower.result.clone();
        drop(follower);
        assert!(result.recv().unwrap().is_err());
    }

    #[test]
    fn a_cancel_is_not_kept_waiting() {
        // As if the rest of the file took for ever.
        let mut follower = Follower::start(file_of(b""), 0).unwrap();
        let (_sender, result) = bounded(1);
        follower.result = result;
        let cancel = CancelToken::new();
        cancel.cancel();
        let error = follower.finish(&cancel).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Interrupted);
    }
}

//! The SHA-256 of a large file that is being sent. What was sent is read back right afterwards, while it still is in
//! the system's page cache: the kernel sends it without showing it to this program.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_channel::{Receiver, Sender, bounded, select};

use crate::fs::FileHasher;
use crate::threads;
use crate::transport::CancelToken;
use landline_http1::digest::Sha256;

/// How much is read at a time.
const STEP: u64 = 256 * 1024;

/// A thread that hashes the first `len` bytes of a file, as far as they were sent.
#[derive(Debug)]
pub(super) struct Follower {
    sent: Sender<u64>,
    is_given_up: Arc<AtomicBool>,
    result: Receiver<io::Result<Sha256>>,
}

impl Follower {
    /// Begins with the first byte of `file`.
    ///
    /// # Errors
    /// The system is out of threads.
    pub(super) fn start(file: Arc<File>, len: u64) -> io::Result<Self> {
        // Only the newest position counts, and a missed one comes with the next.
        let (sent, positions) = bounded(1);
        let (sender, result) = bounded(1);
        let is_given_up = Arc::new(AtomicBool::new(false));
        let given_up = Arc::clone(&is_given_up);
        threads::spawn("check", move || {
            // Nobody listens when it was given up.
            let _ = sender.try_send(follow(&file, len, &positions, &given_up));
        })?;
        Ok(Self {
            sent,
            is_given_up,
            result,
        })
    }

    /// The file was sent up to byte `end`.
    pub(super) fn passed(&self, end: u64) {
        let _ = self.sent.try_send(end);
    }

    /// The SHA-256. Waits for the rest of the work.
    ///
    /// # Errors
    /// The file cannot be read or is shorter now, or the work was cancelled ([`ErrorKind::Interrupted`]).
    pub(super) fn finish(mut self, cancel: &CancelToken) -> io::Result<Sha256> {
        // Closes the channel.
        self.sent = bounded(0).0;
        select! {
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

#[expect(clippy::disallowed_methods, reason = "a thread that only hashes")]
fn follow(
    file: &File,
    len: u64,
    positions: &Receiver<u64>,
    is_given_up: &AtomicBool,
) -> io::Result<Sha256> {
    let mut hasher = FileHasher::new();
    let mut buffer = vec![0; usize::try_from(STEP).unwrap_or(0)];
    while hasher.at() < len {
        // Without a sender it was sent to its end, or given up.
        let end = positions.recv().unwrap_or(len).min(len);
        while hasher.at() < end {
            if is_given_up.load(Ordering::Relaxed) {
                return Err(ErrorKind::Interrupted.into());
            }
            let step = end.min(hasher.at() + STEP);
            hasher.read(file, step, &mut buffer)?;
        }
    }
    Ok(hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fs::positional::write_all_at;
    use landline_http1::digest::Hasher;

    fn file_of(bytes: &[u8]) -> Arc<File> {
        let file = tempfile::tempfile().unwrap();
        write_all_at(&file, bytes, 0).unwrap();
        Arc::new(file)
    }

    #[test]
    fn the_digest_is_that_of_the_whole_file() {
        let bytes: Vec<u8> = (0..1_000_000_u32).map(|i| (i % 251) as u8).collect();
        let mut hasher = Hasher::new();
        hasher.update(&bytes);
        let whole = hasher.finish();
        for steps in [&[][..], &[1, 400_000], &[1_000_000], &[999_999, 2_000_000]] {
            let follower = Follower::start(file_of(&bytes), 1_000_000).unwrap();
            for &end in steps {
                follower.passed(end);
            }
            let digest = follower.finish(&CancelToken::new()).unwrap();
            assert_eq!(digest, whole, "{steps:?}");
        }
    }

    #[test]
    fn a_file_that_shrank_has_no_digest() {
        let follower = Follower::start(file_of(b"short"), 10).unwrap();
        let error = follower.finish(&CancelToken::new()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
    }
}

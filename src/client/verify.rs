//! The SHA-256 of a part file, made while it grows: read back from the file itself, so that what is
//! checked is what is stored, the part that was there before included.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, bounded};

use crate::net::digest::{Hasher, Sha256};
use crate::net::pump::read_at;
use crate::net::{Cancel, threads};

/// How much is read at a time. What has just been written is in the processor's cache still.
const STEP: usize = 256 * 1024;

/// A thread that follows the growth of a file.
#[derive(Debug)]
pub(super) struct Follower {
    shared: Arc<Shared>,
    /// Where the result comes.
    result: Receiver<io::Result<Sha256>>,
}

#[derive(Debug)]
struct Shared {
    /// The file's bytes up to here will not change.
    len: AtomicU64,
    stage: Mutex<Stage>,
    moved: Condvar,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Growing,
    Whole,
    GivenUp,
}

impl Follower {
    /// Begin with the first byte of `file`, of which there are `len` so far.
    pub(super) fn start(file: Arc<File>, len: u64) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            len: AtomicU64::new(len),
            stage: Mutex::new(Stage::Growing),
            moved: Condvar::new(),
        });
        let own = Arc::clone(&shared);
        let (sender, result) = bounded(1);
        threads::spawn("check", move || {
            // Nobody listens when it was given up.
            let _ = sender.try_send(own.follow(&file));
        })?;
        Ok(Self { shared, result })
    }

    /// The file has `len` bytes now.
    pub(super) fn advance(&self, len: u64) {
        let before = self.shared.len.swap(len, Ordering::Release);
        // Waking it for each packet would cost more than the hashing.
        if before / STEP as u64 != len / STEP as u64 {
            drop(self.shared.stage());
            self.shared.moved.notify_one();
        }
    }

    /// How much of the file it may have taken in already.
    pub(super) fn len(&self) -> u64 {
        self.shared.len.load(Ordering::Acquire)
    }

    /// The SHA-256 of all `len` bytes. Waits for the rest of the work.
    ///
    /// # Errors
    /// The file cannot be read, or the work was cancelled ([`ErrorKind::Interrupted`]).
    #[expect(
        clippy::disallowed_methods,
        reason = "waited for by a download's own thread"
    )]
    pub(super) fn finish(self, cancel: &Cancel) -> io::Result<Sha256> {
        /// How late a cancel may be noticed.
        const GLANCE: Duration = Duration::from_millis(50);

        self.shared.set(Stage::Whole);
        loop {
            match self.result.recv_timeout(GLANCE) {
                Ok(result) => return result,
                Err(RecvTimeoutError::Timeout) if !cancel.is_cancelled() => {}
                Err(RecvTimeoutError::Timeout) => return Err(ErrorKind::Interrupted.into()),
                // It has panicked.
                Err(RecvTimeoutError::Disconnected) => return Err(ErrorKind::Other.into()),
            }
        }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.shared.set(Stage::GivenUp);
    }
}

impl Shared {
    fn follow(&self, file: &File) -> io::Result<Sha256> {
        let mut hasher = Hasher::new();
        let mut buffer = vec![0; STEP];
        let mut at = 0;
        loop {
            let (len, is_over) = self.wait(at)?;
            if at == len && is_over {
                return Ok(hasher.finish());
            }
            while at < len {
                let most = usize::try_from(len - at).map_or(STEP, |left| left.min(STEP));
                match read_at(file, &mut buffer[..most], at) {
                    Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                    Ok(read) => {
                        hasher.update(&buffer[..read]);
                        at += read as u64;
                    }
                    Err(e) if e.kind() == ErrorKind::Interrupted => {}
                    Err(e) => return Err(e),
                }
                if *self.stage() == Stage::GivenUp {
                    return Err(ErrorKind::Interrupted.into());
                }
            }
        }
    }

    /// The file's length once a step of it is new, or it is whole.
    fn wait(&self, at: u64) -> io::Result<(u64, bool)> {
        let waiting = |stage: &mut Stage| {
            *stage == Stage::Growing && self.len.load(Ordering::Acquire) < at + STEP as u64
        };
        let stage = self
            .moved
            .wait_while(self.stage(), waiting)
            .unwrap_or_else(PoisonError::into_inner);
        match *stage {
            Stage::GivenUp => Err(ErrorKind::Interrupted.into()),
            stage => Ok((self.len.load(Ordering::Acquire), stage == Stage::Whole)),
        }
    }

    fn set(&self, stage: Stage) {
        *self.stage() = stage;
        self.moved.notify_one();
    }

    fn stage(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use crate::net::pump::write_all_at;

    use super::*;

    #[test]
    fn it_is_the_digest_of_all_of_the_file() {
        for pieces in [vec![], vec![1], vec![STEP, STEP + 1, 7, 3 * STEP]] {
            let file = Arc::new(tempfile::tempfile().unwrap());
            write_all_at(&file, b"was here", 0).unwrap();
            let mut hasher = Hasher::new();
            hasher.update(b"was here");
            let mut len = 8;
            let follower = Follower::start(Arc::clone(&file), len).unwrap();
            for (number, piece) in pieces.into_iter().enumerate() {
                let bytes = vec![u8::try_from(number).unwrap(); piece];
                write_all_at(&file, &bytes, len).unwrap();
                hasher.update(&bytes);
                len += piece as u64;
                follower.advance(len);
            }
            assert_eq!(follower.finish(&Cancel::new()).unwrap(), hasher.finish());
        }
    }

    #[test]
    fn a_file_that_became_shorter_is_an_error() {
        let file = Arc::new(tempfile::tempfile().unwrap());
        let follower = Follower::start(file, 10).unwrap();
        let error = follower.finish(&Cancel::new()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
    }

    #[test]
    fn given_up_it_ends() {
        let file = Arc::new(tempfile::tempfile().unwrap());
        let follower = Follower::start(Arc::clone(&file), 0).unwrap();
        let result = follower.result.clone();
        drop(follower);
        assert!(result.recv().unwrap().is_err());
    }

    #[test]
    fn a_cancel_is_not_kept_waiting() {
        // As if the rest of the file took for ever.
        let (_sender, result) = bounded(1);
        let shared = Arc::new(Shared {
            len: AtomicU64::new(0),
            stage: Mutex::new(Stage::Growing),
            moved: Condvar::new(),
        });
        let cancel = Cancel::new();
        cancel.cancel();
        let error = Follower { shared, result }.finish(&cancel).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Interrupted);
    }
}

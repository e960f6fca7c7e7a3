//! Puts a part on the disk while it grows, so that a machine that loses power loses seconds of it.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::record::Record;
use crate::net::threads;

/// What a power cut may cost. Writing through more often would slow down small disks.
const INTERVAL: Duration = Duration::from_secs(1);

/// A thread beside the one that receives: the network does not wait for the disk.
#[derive(Debug)]
pub(super) struct Keeper(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    len: AtomicU64,
    is_over: Mutex<bool>,
    ended: Condvar,
}

impl Keeper {
    /// Begin to look after `file`, whose record is `record`.
    pub(super) fn start(file: Arc<File>, part: PathBuf, mut record: Record) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            len: AtomicU64::new(record.durable),
            is_over: Mutex::default(),
            ended: Condvar::new(),
        });
        let own = Arc::clone(&shared);
        threads::spawn("write through", move || {
            while let Some(len) = own.wait(record.durable) {
                if let Err(e) = file.sync_data() {
                    // Whoever writes to it will hear of it, too.
                    log::info!("{}: {e}", part.display());
                    return;
                }
                record.durable = len;
                if !own.save(&record, &part) {
                    return;
                }
            }
        })?;
        Ok(Self(shared))
    }

    /// The part has `len` bytes now.
    pub(super) fn advance(&self, len: u64) {
        self.0.len.store(len, Ordering::Release);
    }
}

impl Drop for Keeper {
    /// The record is not touched any more afterwards. Does not wait for the disk.
    fn drop(&mut self) {
        *self.0.is_over() = true;
        self.0.ended.notify_all();
    }
}

impl Shared {
    /// The length after the next interval in which the part has grown beyond `durable`.
    fn wait(&self, durable: u64) -> Option<u64> {
        let mut is_over = self.is_over();
        loop {
            (is_over, _) = self
                .ended
                .wait_timeout_while(is_over, INTERVAL, |is_over| !*is_over)
                .unwrap_or_else(PoisonError::into_inner);
            if *is_over {
                return None;
            }
            let len = self.len.load(Ordering::Acquire);
            if len > durable {
                return Some(len);
            }
        }
    }

    /// False when it is over.
    fn save(&self, record: &Record, part: &Path) -> bool {
        // Under the lock, so that nothing is written after the end.
        let is_over = self.is_over();
        if !*is_over && let Err(e) = record.save(part) {
            log::info!("{}: {e}", part.display());
        }
        !*is_over
    }

    fn is_over(&self) -> MutexGuard<'_, bool> {
        self.is_over.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

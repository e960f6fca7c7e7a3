//! Puts a part on the disk while it grows, so that a machine that loses power loses seconds of it.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use super::record::Record;
use crate::fs::fsync;
use crate::store::seal::Seal;
use crate::threads;

/// What a power cut may cost. Writing through more often would slow down small disks.
const INTERVAL: Duration = Duration::from_secs(1);

/// A thread beside the one that receives: the network does not wait for the disk.
#[derive(Debug)]
pub(super) struct Flusher {
    shared: Arc<Shared>,
    worker: Option<JoinHandle<io::Result<()>>>,
}

#[derive(Debug)]
struct Shared {
    /// Bytes that are in the file.
    len: AtomicU64,
    /// Bytes that are on the disk for certain, and in the record.
    durable: AtomicU64,
    /// The disk could not write what came after those.
    has_failed: AtomicBool,
    is_over: Mutex<bool>,
    ended: Condvar,
}

impl Flusher {
    /// Begin to look after `file`, whose record is `record`.
    pub(super) fn start(
        file: Arc<File>,
        part: PathBuf,
        mut record: Record,
        seal: Seal,
    ) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            len: AtomicU64::new(record.durable),
            durable: AtomicU64::new(record.durable),
            has_failed: AtomicBool::new(false),
            is_over: Mutex::default(),
            ended: Condvar::new(),
        });
        let own = Arc::clone(&shared);
        let worker = threads::spawn("write through", move || {
            while let Some(len) = own.wait(record.durable) {
                let synced = fsync::data(&file).and_then(|()| match part.parent() {
                    // Its name has to last, too.
                    Some(folder) if record.durable == 0 => fsync::folder(folder),
                    _ => Ok(()),
                });
                if let Err(e) = synced {
                    own.has_failed.store(true, Ordering::Release);
                    // This process may be killed before anybody asks.
                    record.distrust();
                    own.save(&record, &part, &seal);
                    return Err(e);
                }
                record.durable = len;
                if !own.save(&record, &part, &seal) {
                    break;
                }
            }
            Ok(())
        })?;
        Ok(Self {
            shared,
            worker: Some(worker),
        })
    }

    /// The part has `len` bytes now.
    pub(super) fn advance(&self, len: u64) {
        self.shared.len.store(len, Ordering::Release);
    }

    /// Whether the disk has failed. [`Flusher::finish`] tells how.
    pub(super) fn has_failed(&self) -> bool {
        self.shared.has_failed.load(Ordering::Acquire)
    }

    /// Wait until nothing is written any more. Returns how many bytes are on the disk for certain, as the record says,
    /// and the error of the disk if there was one: the system tells it to nobody else.
    #[expect(
        clippy::disallowed_methods,
        reason = "waited for by the thread that downloads"
    )]
    pub(super) fn finish(mut self) -> (u64, io::Result<()>) {
        self.shared.end();
        let result = match self.worker.take().map(JoinHandle::join) {
            Some(Ok(result)) => result,
            Some(Err(_)) => Err(ErrorKind::Other.into()),
            None => Ok(()),
        };
        (self.shared.durable.load(Ordering::Acquire), result)
    }
}

impl Drop for Flusher {
    /// The record is not touched any more afterwards. Waits for it at most, and not for the file.
    fn drop(&mut self) {
        self.shared.end();
    }
}

impl Shared {
    /// The length after the next interval in which the part has grown beyond `durable`.
    fn wait(&self, durable: u64) -> Option<u64> {
        let mut is_over = self.is_over.lock();
        loop {
            self.ended
                .wait_while_for(&mut is_over, |is_over| !*is_over, INTERVAL);
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
    fn save(&self, record: &Record, part: &Path, seal: &Seal) -> bool {
        // Under the lock, so that nothing is written after the end.
        let is_over = self.is_over.lock();
        if !*is_over {
            match record.save(part, seal) {
                Ok(()) => self.durable.store(record.durable, Ordering::Release),
                Err(e) => log::info!("{}: {e}", part.display()),
            }
        }
        !*is_over
    }

    fn end(&self) {
        *self.is_over.lock() = true;
        self.ended.notify_all();
    }
}

//! The files of a folder's list, each handed to one of several threads.

use std::io;
use std::sync::Arc;

use parking_lot::Mutex;

use super::backoff::ActiveWorker;
use super::entry::Entry;
use crate::store::folder::manifest::{Manifest, Next, Reader};
use crate::transport::CancelToken;

/// What is left to fetch.
#[derive(Debug)]
pub(super) struct WorkQueue {
    manifest: Arc<Manifest>,
    reader: Mutex<Reader>,
}

impl WorkQueue {
    /// All files on the list, from the first on.
    pub(super) fn of(manifest: &Arc<Manifest>) -> io::Result<Self> {
        Ok(Self {
            manifest: Arc::clone(manifest),
            reader: Mutex::new(manifest.files()?),
        })
    }

    /// The next file, for `worker`; none at the end, and after a cancel. It is idle while it waits
    /// for one.
    ///
    /// # Errors
    /// As [`Reader::poll`].
    pub(super) fn next(
        &self,
        worker: &ActiveWorker<'_>,
        cancel: &CancelToken,
    ) -> io::Result<Option<Entry>> {
        let (next, seen) = self.poll()?;
        match next {
            _ if cancel.is_cancelled() => Ok(None),
            Next::Ready(entry) => Ok(Some(entry)),
            Next::End => Ok(None),
            // Only now: going idle makes those that back off retry, which is not for every file.
            Next::NotYet => worker.idle(|| self.wait(seen, cancel)),
        }
    }

    /// The next file that comes after the first `seen` bytes of the list.
    fn wait(&self, mut seen: u64, cancel: &CancelToken) -> io::Result<Option<Entry>> {
        loop {
            // Without the reader: the others must come to know, too, that there is nothing.
            self.manifest.wait(seen, cancel, || false);
            match self.poll()? {
                _ if cancel.is_cancelled() => return Ok(None),
                (Next::Ready(entry), _) => return Ok(Some(entry)),
                (Next::End, _) => return Ok(None),
                (Next::NotYet, position) => seen = position,
            }
        }
    }

    /// What there is now, and how many bytes of the list have been read.
    fn poll(&self) -> io::Result<(Next, u64)> {
        // A reader that was cut is where it was.
        let mut reader = self.reader.lock();
        let next = reader.poll()?;
        Ok((next, reader.position()))
    }
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::Duration;

    use crossbeam_channel::TryRecvError;

    use super::*;
    use crate::client::folder::backoff::Workers;
    use crate::transport::Notify;

    const LONG: Duration = Duration::from_mins(1);

    fn file(name: &str) -> Entry {
        Entry {
            path: name.to_owned(),
            is_folder: false,
            at: None,
            local: None,
            above: Vec::new(),
            size: None,
            modified: None,
        }
    }

    #[test]
    fn those_that_rest_are_left_alone_until_there_is_nothing_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let (manifest, mut appender) = Manifest::create(&folder.path().join("list")).unwrap();
        let work_queue = WorkQueue::of(&manifest).unwrap();
        let (workers, cancel, retry_now) = &<(Workers, CancelToken, Notify)>::default();
        let (resting, working) = (workers.enter(retry_now), workers.enter(retry_now));
        for number in 0..100 {
            appender.append(&file(&number.to_string())).unwrap();
        }
        let mut retry = retry_now.listen();
        thread::scope(|scope| {
            let rest = scope.spawn(|| workers.back_off(LONG, cancel, retry_now, || unreachable!()));
            while workers.backing_off() == 0 {
                thread::yield_now();
            }
            for number in 0..100 {
                let next = work_queue.next(&working, cancel).unwrap();
                assert_eq!(next, Some(file(&number.to_string())));
            }
            assert_eq!(retry.try_recv(), Err(TryRecvError::Empty));
            // It has nothing more to do, and the other one hears of it.
            let next = scope.spawn(|| work_queue.next(&working, cancel).unwrap());
            assert!(rest.join().unwrap());
            assert_eq!(retry.try_recv(), Err(TryRecvError::Disconnected));
            retry = retry_now.listen();
            appender.append(&file("last")).unwrap();
            assert_eq!(next.join().unwrap(), Some(file("last")));
        });
        assert_eq!(retry.try_recv(), Err(TryRecvError::Empty));
        drop(resting);
    }

    #[test]
    fn all_that_wait_hear_of_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let (manifest, mut appender) = Manifest::create(&folder.path().join("list")).unwrap();
        let work_queue = WorkQueue::of(&manifest).unwrap();
        let (workers, cancel, retry_now) = &<(Workers, CancelToken, Notify)>::default();
        let next = || work_queue.next(&workers.enter(retry_now), cancel).unwrap();
        thread::scope(|scope| {
            let waiting = [(); 3].map(|()| scope.spawn(next));
            appender.append(&file("one")).unwrap();
            appender.finish().unwrap();
            let found = waiting.map(|waiting| waiting.join().unwrap());
            assert_eq!(found.iter().flatten().count(), 1);
        });
    }

    #[test]
    fn a_cancel_ends_the_wait() {
        let folder = tempfile::tempdir().unwrap();
        let (manifest, mut appender) = Manifest::create(&folder.path().join("list")).unwrap();
        let work_queue = WorkQueue::of(&manifest).unwrap();
        let (workers, cancel, retry_now) = &<(Workers, CancelToken, Notify)>::default();
        let next = || work_queue.next(&workers.enter(retry_now), cancel).unwrap();
        thread::scope(|scope| {
            let waiting = scope.spawn(next);
            cancel.cancel();
            assert_eq!(waiting.join().unwrap(), None);
        });
        appender.append(&file("one")).unwrap();
        assert_eq!(next(), None);
    }
}

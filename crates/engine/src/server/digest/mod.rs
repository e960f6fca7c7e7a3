//! SHA-256 digests of shared files (RFC 9530), computed on one thread so that no response body waits for them,
//! and cached for a while or until the file changes.

mod cache;
mod jobs;
mod reading;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex, MutexGuard};

use self::cache::Cache;
use self::jobs::{Job, Jobs, Throttle};
use self::reading::{Found, Reading, Step};
use super::upload::FIRST_LEN;
use crate::fs::positional::read_exact_at;
use crate::share::SharedFile;
use crate::share::name::ShareName;
use crate::threads;
use crate::transfer::Transfer;
use crate::transport::pump::BUFFER_LEN;
use landline_http1::digest::{Hasher, Sha256};

pub(super) use self::jobs::JOBS_MAX;

/// The poll interval for the progress of transfers while there is nothing to read. On a fast link, a slice or
/// two is sent in this time.
const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// Requests per address that may wait for a digest; each blocks a thread. Further ones are asked to retry.
const WAITING_PER_ADDRESS_MAX: usize = 16;

/// The digests of a server.
#[derive(Debug, Default)]
pub(super) struct Digests {
    state: Mutex<State>,
    /// Notified when the worker may have something to do.
    woken: Condvar,
    /// Notified when a job has ended in any way.
    ended: Condvar,
}

#[derive(Debug, Default)]
struct State {
    cache: Cache,
    jobs: Jobs,
    /// The number of waiting requests per address.
    waiting: HashMap<IpAddr, usize>,
    /// Whether the worker runs; it exits when there are no jobs.
    has_worker: bool,
    is_closed: bool,
}

/// A request for the digest of a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Want<'a> {
    pub name: &'a ShareName,
    pub file: &'a SharedFile,
    pub address: IpAddr,
    /// The maximum age of a cached digest (`Cache-Control`, RFC 9111 section 5.2.1.1). A digest still being
    /// computed is always accepted: it is newer than any that was sent.
    pub max_age: Option<Duration>,
}

impl Want<'_> {
    fn key(&self) -> Key {
        key(self.name, self.file)
    }
}

/// The answer to a request for a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Offer {
    /// The digest.
    Digest(Sha256),
    /// It is still being computed; the client should retry.
    Later,
    /// There is none.
    Nothing,
}

/// A cache key. The etag alone is not enough: where it contains no inode, two files unpacked from one archive
/// can have equal lengths and times.
type Key = Arc<str>;

fn key(name: &ShareName, file: &SharedFile) -> Key {
    format!("{} {name}", file.etag.opaque()).into()
}

/// The key for the digest of the prefix of a file that has since grown.
fn prefix_key(key: &Key) -> Key {
    format!("prefix {key}").into()
}

impl Digests {
    /// The digest, if it is cached or the file is so small that computing it takes microseconds.
    pub fn cached(&self, want: Want<'_>) -> Offer {
        let digest = if want.file.len <= FIRST_LEN {
            of_small(want.file)
        } else {
            let now = Instant::now();
            let cache = &mut self.state.lock().cache;
            cache.get(&want.key(), want.max_age, now)
        };
        digest.map_or(Offer::Nothing, Offer::Digest)
    }

    /// Computes the digest behind `transfer`, which sends the file from `start` on: the bytes just sent are in
    /// the page cache, and a hard disk need not seek. Does not block.
    pub fn follow(self: &Arc<Self>, want: Want<'_>, start: u64, transfer: &Arc<Transfer>) {
        let mut state = self.state.lock();
        self.begin(&mut state, want, Throttle::behind(start, transfer));
    }

    /// Computes the digest as fast as possible; waits up to `time`, or until the server stops.
    pub fn wait(self: &Arc<Self>, want: Want<'_>, time: Duration) -> Offer {
        let known = self.cached(want);
        if known != Offer::Nothing {
            return known;
        }
        let mut state = self.state.lock();
        if state.is_closed {
            return Offer::Nothing;
        }
        match self.begin(&mut state, want, Throttle::none()) {
            Some(job) => self.wait_for(&job, state, want.address, time).0,
            None => Offer::Later,
        }
    }

    /// The digest of `want.file`, the prefix of a file that has grown ([`SharedFile::start_as_of`]). Only
    /// available if the digest of that version had been requested; waits like [`Digests::wait`].
    pub fn wait_for_prefix(self: &Arc<Self>, want: Want<'_>, time: Duration) -> Offer {
        let key = want.key();
        let prefix = prefix_key(&key);
        let mut state = self.state.lock();
        let now = Instant::now();
        if let Some(digest) = state.cache.get(&prefix, want.max_age, now) {
            return Offer::Digest(digest);
        }
        let before = state.cache.get(&key, None, now);
        let job = match state.jobs.join(&key, want.address, now) {
            None if before.is_some() => match self.add(&mut state, want, Throttle::none()) {
                None => return Offer::Later,
                job => job,
            },
            job => job,
        };
        let Some(job) = job else {
            return Offer::Nothing;
        };
        let (offer, mut state) = self.wait_for(&job, state, want.address, time);
        match state.cache.get(&prefix, None, Instant::now()) {
            Some(digest) if before.is_none_or(|before| before == digest) => Offer::Digest(digest),
            None if offer == Offer::Later => Offer::Later,
            _ => Offer::Nothing,
        }
    }

    /// Waits up to `time` for the result of a job, unless too many requests of `address` are waiting already.
    fn wait_for<'a>(
        &'a self,
        job: &Job,
        mut state: MutexGuard<'a, State>,
        address: IpAddr,
        time: Duration,
    ) -> (Offer, MutexGuard<'a, State>) {
        let waiting = state.waiting.entry(address).or_default();
        if *waiting < WAITING_PER_ADDRESS_MAX {
            *waiting += 1;
            let unfinished = |_: &mut State| job.get().is_none();
            self.ended.wait_while_for(&mut state, unfinished, time);
            if let Some(waiting) = state.waiting.get_mut(&address) {
                *waiting -= 1;
            }
            state.waiting.retain(|_, waiting| *waiting > 0);
        }
        (job.get().copied().unwrap_or(Offer::Later), state)
    }

    /// Ends all jobs and accepts no more.
    pub fn close(&self) {
        let mut state = self.state.lock();
        state.is_closed = true;
        state.jobs.clear();
        drop(state);
        self.woken.notify_all();
        self.ended.notify_all();
    }

    /// Starts a job or joins the one for the same file; `None` when there are too many.
    fn begin(
        self: &Arc<Self>,
        state: &mut State,
        want: Want<'_>,
        throttle: Throttle,
    ) -> Option<Job> {
        if state.is_closed {
            return None;
        }
        // It may have finished in the meantime.
        let now = Instant::now();
        match state.cache.get(&want.key(), want.max_age, now) {
            Some(digest) => Some(jobs::finished(digest)),
            None => self.add(state, want, throttle),
        }
    }

    /// The same, ignoring the cache.
    fn add(self: &Arc<Self>, state: &mut State, want: Want<'_>, throttle: Throttle) -> Option<Job> {
        let now = Instant::now();
        let jobs = &mut state.jobs;
        let job = jobs.join_or_add(want.key(), want.file, throttle, want.address, now);
        // It may have evicted another job.
        self.ended.notify_all();
        let job = job?;
        if !state.has_worker {
            let digests = Arc::clone(self);
            if let Err(e) = threads::spawn("digest", move || digests.work()) {
                log::warn!("no thread for digests: {e}");
                state.jobs.clear();
                return None;
            }
            state.has_worker = true;
        }
        self.woken.notify_all();
        Some(job)
    }

    /// The main function of the worker thread.
    fn work(&self) {
        let _clearing = ClearingAfterPanic(self);
        let mut buffer = vec![0; BUFFER_LEN];
        while let Some((number, reading, limit)) = self.next_step() {
            // Without the lock: the disk may be slow.
            let step = reading.step(limit, &mut buffer);
            let mut state = self.state.lock();
            match step {
                Step::More(reading) => state.jobs.put_back(number, reading),
                Step::End(found) => {
                    state.end(number, found.as_ref());
                    self.ended.notify_all();
                }
            }
        }
    }

    /// Waits for the next file to read, and how far. `None` when there are no more jobs.
    fn next_step(&self) -> Option<(u64, Box<Reading>, u64)> {
        let mut state = self.state.lock();
        loop {
            // Nobody waits for these, so nobody needs to be notified.
            state.jobs.drop_unwanted(Instant::now());
            if state.jobs.is_empty() {
                // Under the same lock as the check, so that a new job is either seen or starts a new worker.
                state.has_worker = false;
                return None;
            }
            if let Some(step) = state.jobs.next_step() {
                return Some(step);
            }
            self.woken.wait_for(&mut state, POLL_INTERVAL);
        }
    }
}

impl State {
    /// Ends a job and caches its digest, if there is one. After a close, the job is gone.
    fn end(&mut self, number: u64, found: Option<&Found>) {
        let Some((key, job)) = self.jobs.remove(number) else {
            return;
        };
        if let Some(found) = found {
            let now = Instant::now();
            let key = if found.is_prefix {
                prefix_key(&key)
            } else {
                key
            };
            self.cache.insert(key, found, now);
        }
        // The file in its current state has no digest.
        let found = found.filter(|found| !found.is_prefix);
        job.end(found.map_or(Offer::Nothing, |found| Offer::Digest(found.digest)));
    }
}

/// After a panic of the worker, wakes those who wait for it; the next job starts a new one.
struct ClearingAfterPanic<'a>(&'a Digests);

impl Drop for ClearingAfterPanic<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            let mut state = self.0.state.lock();
            state.has_worker = false;
            state.jobs.clear();
            drop(state);
            self.0.ended.notify_all();
        }
    }
}

fn of_small(file: &SharedFile) -> Option<Sha256> {
    let mut bytes = vec![0; usize::try_from(file.len).ok()?];
    read_exact_at(&file.file, &mut bytes, 0).ok()?;
    let mut hasher = Hasher::new();
    hasher.update(&bytes);
    file.is_unchanged().then(|| hasher.finish())
}

#[cfg(test)]
mod tests;

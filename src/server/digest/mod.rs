//! SHA-256 of shared files for clients that want one (RFC 9530), computed beside the transfers on
//! one thread, so that no body waits for it, and remembered until the file changes.

mod jobs;
mod remembered;

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use self::jobs::{Found, Job, Jobs, Pace, Reading, Step};
use self::remembered::Remembered;
use super::shared::lock;
use super::upload::FIRST_LEN;
use crate::net::digest::{Hasher, Sha256};
use crate::net::{Transfer, pump, threads};
use crate::share::SharedFile;
use crate::share::name::ShareName;

pub(super) use self::jobs::JOBS_MAX;

/// How often to look how far the transfers have come while there is nothing to read. A fast line
/// brings a step or two in this time.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// All digests of one server.
#[derive(Debug, Default)]
pub(super) struct Digests {
    state: Mutex<State>,
    /// Rung when the worker may have something to do.
    woken: Condvar,
    /// Rung when a job has ended, one way or the other.
    ended: Condvar,
}

#[derive(Debug, Default)]
struct State {
    remembered: Remembered,
    jobs: Jobs,
    /// Whether the worker is there; it leaves when there are no jobs.
    is_working: bool,
    is_closed: bool,
}

/// What can be said of a file's digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Offer {
    /// It is this.
    Digest(Sha256),
    /// It is still being computed; asking again helps.
    Later,
    /// There is none.
    Nothing,
}

/// What digests are remembered by. The etag alone would not do: where it holds no inode, two files
/// unpacked from one archive can have equal lengths and times.
type Key = Arc<str>;

fn key(name: &ShareName, file: &SharedFile) -> Key {
    format!("{} {name}", file.etag).into()
}

/// What the digest of the start of a file that has grown since is remembered by.
fn prefix_key(key: &Key) -> Key {
    format!("prefix {key}").into()
}

impl Digests {
    /// The digest as far as it can be told at once: remembered, or of a file so small that computing
    /// it takes microseconds.
    pub fn known(&self, name: &ShareName, file: &SharedFile) -> Offer {
        let digest = if file.len <= FIRST_LEN {
            of_small(file)
        } else {
            lock(&self.state)
                .remembered
                .get(&key(name, file), Instant::now())
        };
        digest.map_or(Offer::Nothing, Offer::Digest)
    }

    /// Compute the digest behind `transfer`, which sends `file` from `start` on: what was just sent
    /// is in memory still, and a hard disk need not seek. Does not wait.
    pub fn follow(
        self: &Arc<Self>,
        name: &ShareName,
        file: &SharedFile,
        start: u64,
        transfer: &Arc<Transfer>,
    ) {
        self.begin(key(name, file), file, Pace::behind(start, transfer));
    }

    /// The digest, computed as fast as it goes; waits for at most `time` and until the server stops.
    pub fn wait(self: &Arc<Self>, name: &ShareName, file: &SharedFile, time: Duration) -> Offer {
        let known = self.known(name, file);
        if known != Offer::Nothing {
            return known;
        }
        let Some(job) = self.begin(key(name, file), file, Pace::free()) else {
            return Offer::Nothing;
        };
        let unfinished = |_: &mut State| job.get().is_none();
        let waiting = self
            .ended
            .wait_timeout_while(lock(&self.state), time, unfinished);
        drop(waiting);
        match job.get() {
            Some(Some(digest)) => Offer::Digest(*digest),
            Some(None) => Offer::Nothing,
            None => Offer::Later,
        }
    }

    /// The digest of the `start` of a file that has grown ([`SharedFile::start_as_of`]). Only of a version
    /// whose digest was asked for when the file was like that; waits as [`Digests::wait`] does.
    pub fn wait_for_prefix(
        self: &Arc<Self>,
        name: &ShareName,
        start: &SharedFile,
        time: Duration,
    ) -> Offer {
        let key = key(name, start);
        let prefix = prefix_key(&key);
        let mut state = lock(&self.state);
        let now = Instant::now();
        if let Some(digest) = state.remembered.get(&prefix, now) {
            return Offer::Digest(digest);
        }
        let before = state.remembered.get(&key, now);
        let job = match state.jobs.join(&key, now) {
            None if before.is_some() => self.add(&mut state, key, start, Pace::free()),
            job => job,
        };
        let Some(job) = job else {
            return Offer::Nothing;
        };
        let unfinished = |_: &mut State| job.get().is_none();
        let waited = self.ended.wait_timeout_while(state, time, unfinished);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        match state.remembered.get(&prefix, Instant::now()) {
            Some(digest) if before.is_none_or(|before| before == digest) => Offer::Digest(digest),
            Some(_) => Offer::Nothing,
            None if job.get().is_none() => Offer::Later,
            None => Offer::Nothing,
        }
    }

    /// End everything, now and later.
    pub fn close(&self) {
        let mut state = lock(&self.state);
        state.is_closed = true;
        state.jobs.clear();
        drop(state);
        self.woken.notify_all();
        self.ended.notify_all();
    }

    /// Begin a job or join the one for the same file; `None` when there are too many.
    fn begin(self: &Arc<Self>, key: Key, file: &SharedFile, pace: Pace) -> Option<Job> {
        let mut state = lock(&self.state);
        if state.is_closed {
            return None;
        }
        let now = Instant::now();
        // It may have been finished a moment ago.
        if let Some(digest) = state.remembered.get(&key, now) {
            return Some(jobs::finished(digest));
        }
        self.add(&mut state, key, file, pace)
    }

    /// The same, whatever is remembered.
    fn add(
        self: &Arc<Self>,
        state: &mut State,
        key: Key,
        file: &SharedFile,
        pace: Pace,
    ) -> Option<Job> {
        let job = state.jobs.join_or_add(key, file, pace, Instant::now())?;
        if !state.is_working {
            let digests = Arc::clone(self);
            if let Err(e) = threads::spawn("digest", move || digests.work()) {
                log::warn!("no thread for digests: {e}");
                state.jobs.clear();
                return None;
            }
            state.is_working = true;
        }
        self.woken.notify_all();
        Some(job)
    }

    /// The worker's thread, until there are no more jobs.
    fn work(&self) {
        let _clearing = ClearingAfterPanic(self);
        let mut buffer = vec![0; pump::BUFFER_LEN];
        while let Some((number, reading, limit)) = self.next_step() {
            // Without the lock: the disk may take its time.
            let step = reading.step(limit, &mut buffer);
            let mut state = lock(&self.state);
            match step {
                Step::More(reading) => state.jobs.put_back(number, reading),
                Step::End(found) => {
                    state.end(number, found.as_ref());
                    self.ended.notify_all();
                }
            }
        }
    }

    /// What to read next and how far; waits for it. `None` once there are no more jobs.
    fn next_step(&self) -> Option<(u64, Reading, u64)> {
        let mut state = lock(&self.state);
        loop {
            // Nobody waits for those, so nobody needs to hear of it.
            state.jobs.drop_unwanted(Instant::now());
            if state.jobs.is_empty() {
                // Under the same lock as the look, so that a new job either is seen or starts a
                // new worker.
                state.is_working = false;
                return None;
            }
            if let Some(step) = state.jobs.next_step() {
                return Some(step);
            }
            state = self
                .woken
                .wait_timeout(state, LOOK_EVERY)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }
}

impl State {
    /// A job is over with a digest, which is remembered, or without. A closed server has forgotten
    /// the job.
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
            self.remembered
                .insert(key, found.digest, found.is_racy, now);
        }
        // Of the file as it is there is none.
        let found = found.filter(|found| !found.is_prefix);
        job.end(found.map(|found| found.digest));
    }
}

/// Lets nobody wait for a worker that is no more; the next job starts another.
struct ClearingAfterPanic<'a>(&'a Digests);

impl Drop for ClearingAfterPanic<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            let mut state = lock(&self.0.state);
            state.is_working = false;
            state.jobs.clear();
            drop(state);
            self.0.ended.notify_all();
        }
    }
}

fn of_small(file: &SharedFile) -> Option<Sha256> {
    let mut bytes = vec![0; usize::try_from(file.len).ok()?];
    pump::read_exact_at(&file.file, &mut bytes, 0).ok()?;
    let mut hasher = Hasher::new();
    hasher.update(&bytes);
    file.is_unchanged().then(|| hasher.finish())
}

#[cfg(test)]
mod tests;

//! SHA-256 of shared files for clients that want one (RFC 9530), computed beside the transfers on
//! one thread, so that no body waits for it, and remembered for a while or until the file changes.

mod jobs;
mod reading;
mod remembered;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use self::jobs::{Job, Jobs, Pace};
use self::reading::{Found, Reading, Step};
use self::remembered::Remembered;
use super::shared::lock;
use super::upload::FIRST_LEN;
use crate::fs::positional::read_exact_at;
use crate::share::SharedFile;
use crate::share::name::ShareName;
use crate::threads;
use crate::transfer::Transfer;
use crate::transport::pump::BUFFER_LEN;
use landline_http1::digest::{Hasher, Sha256};

pub(super) use self::jobs::JOBS_MAX;

/// How often to look how far the transfers have come while there is nothing to read. A fast line
/// brings a step or two in this time.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// Requests of one address that wait for a digest at a time; each holds up a thread. Further ones are told to ask
/// again.
const WAITING_PER_ADDRESS_MAX: usize = 16;

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
    /// How many requests of each address wait for a digest.
    waiting: HashMap<IpAddr, usize>,
    /// Whether the worker is there; it leaves when there are no jobs.
    is_working: bool,
    is_closed: bool,
}

/// Who wants the digest of which file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Want<'a> {
    pub name: &'a ShareName,
    pub file: &'a SharedFile,
    pub address: IpAddr,
    /// One that is older than this will not do (`Cache-Control`, RFC 9111 5.2.1.1). What is being computed always
    /// does: it is newer than what anybody was told.
    pub max_age: Option<Duration>,
}

impl Want<'_> {
    fn key(&self) -> Key {
        key(self.name, self.file)
    }
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
    format!("{} {name}", file.etag.opaque()).into()
}

/// What the digest of the start of a file that has grown since is remembered by.
fn prefix_key(key: &Key) -> Key {
    format!("prefix {key}").into()
}

impl Digests {
    /// The digest as far as it can be told at once: remembered, or of a file so small that computing
    /// it takes microseconds.
    pub fn known(&self, want: Want<'_>) -> Offer {
        let digest = if want.file.len <= FIRST_LEN {
            of_small(want.file)
        } else {
            let now = Instant::now();
            let remembered = &mut lock(&self.state).remembered;
            remembered.get(&want.key(), want.max_age, now)
        };
        digest.map_or(Offer::Nothing, Offer::Digest)
    }

    /// Compute the digest behind `transfer`, which sends the file from `start` on: what was just sent
    /// is in memory still, and a hard disk need not seek. Does not wait.
    pub fn follow(self: &Arc<Self>, want: Want<'_>, start: u64, transfer: &Arc<Transfer>) {
        let mut state = lock(&self.state);
        self.begin(&mut state, want, Pace::behind(start, transfer));
    }

    /// The digest, computed as fast as it goes; waits for at most `time` and until the server stops.
    pub fn wait(self: &Arc<Self>, want: Want<'_>, time: Duration) -> Offer {
        let known = self.known(want);
        if known != Offer::Nothing {
            return known;
        }
        let mut state = lock(&self.state);
        if state.is_closed {
            return Offer::Nothing;
        }
        match self.begin(&mut state, want, Pace::free()) {
            Some(job) => self.wait_for(&job, state, want.address, time).0,
            None => Offer::Later,
        }
    }

    /// The digest of the `want.file`, the start of one that has grown ([`SharedFile::start_as_of`]). Only of a version
    /// whose digest was asked for when the file was like that; waits as [`Digests::wait`] does.
    pub fn wait_for_prefix(self: &Arc<Self>, want: Want<'_>, time: Duration) -> Offer {
        let key = want.key();
        let prefix = prefix_key(&key);
        let mut state = lock(&self.state);
        let now = Instant::now();
        if let Some(digest) = state.remembered.get(&prefix, want.max_age, now) {
            return Offer::Digest(digest);
        }
        let before = state.remembered.get(&key, None, now);
        let job = match state.jobs.join(&key, want.address, now) {
            None if before.is_some() => match self.add(&mut state, want, Pace::free()) {
                None => return Offer::Later,
                job => job,
            },
            job => job,
        };
        let Some(job) = job else {
            return Offer::Nothing;
        };
        let (offer, mut state) = self.wait_for(&job, state, want.address, time);
        match state.remembered.get(&prefix, None, Instant::now()) {
            Some(digest) if before.is_none_or(|before| before == digest) => Offer::Digest(digest),
            None if offer == Offer::Later => Offer::Later,
            _ => Offer::Nothing,
        }
    }

    /// What comes of a job within `time`, unless too many requests of `address` wait already.
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
            let waited = self.ended.wait_timeout_while(state, time, unfinished);
            (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
            if let Some(waiting) = state.waiting.get_mut(&address) {
                *waiting -= 1;
            }
            state.waiting.retain(|_, waiting| *waiting > 0);
        }
        (job.get().copied().unwrap_or(Offer::Later), state)
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
    fn begin(self: &Arc<Self>, state: &mut State, want: Want<'_>, pace: Pace) -> Option<Job> {
        if state.is_closed {
            return None;
        }
        // It may have been finished a moment ago.
        let now = Instant::now();
        match state.remembered.get(&want.key(), want.max_age, now) {
            Some(digest) => Some(jobs::finished(digest)),
            None => self.add(state, want, pace),
        }
    }

    /// The same, whatever is remembered.
    fn add(self: &Arc<Self>, state: &mut State, want: Want<'_>, pace: Pace) -> Option<Job> {
        let now = Instant::now();
        let jobs = &mut state.jobs;
        let job = jobs.join_or_add(want.key(), want.file, pace, want.address, now);
        // Another may have made room for it.
        self.ended.notify_all();
        let job = job?;
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
        let mut buffer = vec![0; BUFFER_LEN];
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
    fn next_step(&self) -> Option<(u64, Box<Reading>, u64)> {
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
            self.remembered.insert(key, found, now);
        }
        // Of the file as it is there is none.
        let found = found.filter(|found| !found.is_prefix);
        job.end(found.map_or(Offer::Nothing, |found| Offer::Digest(found.digest)));
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
    read_exact_at(&file.file, &mut bytes, 0).ok()?;
    let mut hasher = Hasher::new();
    hasher.update(&bytes);
    file.is_unchanged().then(|| hasher.finish())
}

#[cfg(test)]
mod tests;

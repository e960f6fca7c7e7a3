//! Which files are being read for their digest, how far each may be read, and whose turn it is.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant, SystemTime};

use super::{Key, remembered};
use crate::net::Transfer;
use crate::net::digest::{Hasher, Sha256};
use crate::net::pump;
use crate::share::SharedFile;

/// Jobs at a time; each holds a file open. More are refused, and the digest is not offered.
pub(in crate::server) const JOBS_MAX: usize = 64;

/// How many files are read in turn, those that came first before others: with more, a hard disk
/// would only seek.
const IN_TURN_MAX: usize = 16;

/// How much of a file is read before it is another's turn. Less than a whole step is read only at a
/// file's end.
const STEP: u64 = 1 << 20;

/// How much of a file's end is compared. Who writes a file anew moves what is in it.
const TAIL: u64 = 4 * 1024;

/// How long a job goes on for nobody. A client that was told `Retry-After: 1` asks again within
/// seconds; one that was cut off calls again after 30 s at the latest and may need 10 s for that. Who
/// comes later finds the job begun anew.
pub(super) const UNWANTED_MAX: Duration = Duration::from_secs(45);

/// How a job ends, for those who wait for it: `None` inside when there is no digest. Whoever holds
/// it counts as waiting.
pub(super) type Job = Arc<OnceLock<Option<Sha256>>>;

/// A job that needed no work.
pub(super) fn finished(digest: Sha256) -> Job {
    Arc::new(OnceLock::from(Some(digest)))
}

/// All unfinished jobs, in the order of their coming.
#[derive(Debug, Default)]
pub(super) struct Jobs {
    list: Vec<Entry>,
    next: u64,
    /// Whose turn it was.
    last: u64,
}

#[derive(Debug)]
struct Entry {
    number: u64,
    key: Key,
    pace: Pace,
    /// When somebody was last seen to want it.
    wanted: Instant,
    /// Not here while the worker reads.
    reading: Option<Reading>,
    ending: Ending,
}

/// How fast a job goes on: behind the foremost of the transfers, or as fast as it can.
#[derive(Debug)]
pub(super) struct Pace {
    is_free: bool,
    /// Those that send the file, each from an offset in it. Looking drops those that have ended.
    transfers: Vec<(u64, Arc<Transfer>)>,
}

/// Ends the job without a digest when it is dropped, so that nobody waits in vain.
#[derive(Debug)]
pub(super) struct Ending(Job);

/// A file on its way through the hasher.
#[derive(Debug)]
pub(super) struct Reading {
    file: SharedFile,
    hasher: Hasher,
    at: u64,
    began: Option<SystemTime>,
    /// The file had grown before this reading of its start began.
    has_grown: bool,
    /// Its last bytes as they were at first.
    tail: Option<Vec<u8>>,
}

/// What came of a step.
#[derive(Debug)]
pub(super) enum Step {
    /// There is more to read.
    More(Reading),
    /// That was all, or it cannot go on.
    End(Option<Found>),
}

/// A digest, and whether the file may have changed since without looking so.
#[derive(Debug)]
pub(super) struct Found {
    pub digest: Sha256,
    pub is_racy: bool,
    /// It is that of the start of a file which has grown since.
    pub is_prefix: bool,
}

impl Jobs {
    /// The job of this key, which goes on at the faster pace from now on, or a new one; `None` when
    /// there are too many or the file cannot be kept open.
    pub fn join_or_add(
        &mut self,
        key: Key,
        file: &SharedFile,
        pace: Pace,
        now: Instant,
    ) -> Option<Job> {
        if let Some(entry) = self.list.iter_mut().find(|entry| entry.key == key) {
            entry.pace.join(pace);
            entry.wanted = now;
            return Some(Job::clone(&entry.ending.0));
        }
        if self.list.len() >= JOBS_MAX {
            log::debug!("too many digests at a time");
            return None;
        }
        let reading = match file.try_clone() {
            Ok(file) => Reading::new(file),
            Err(e) => {
                log::debug!("no digest: {e}");
                return None;
            }
        };
        self.next += 1;
        let job = Job::default();
        self.list.push(Entry {
            number: self.next,
            key,
            pace,
            wanted: now,
            reading: Some(reading),
            ending: Ending(Job::clone(&job)),
        });
        Some(job)
    }

    /// The job of this key, if there is one; somebody waits for it now.
    pub fn join(&mut self, key: &Key, now: Instant) -> Option<Job> {
        let entry = self.list.iter_mut().find(|entry| entry.key == *key)?;
        entry.pace.join(Pace::free());
        entry.wanted = now;
        Some(Job::clone(&entry.ending.0))
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// End those that nobody has wanted for too long.
    pub fn drop_unwanted(&mut self, now: Instant) {
        self.list.retain_mut(|entry| {
            if entry.is_wanted() {
                entry.wanted = now;
            }
            now.saturating_duration_since(entry.wanted) < UNWANTED_MAX
        });
    }

    /// End all without a digest.
    pub fn clear(&mut self) {
        self.list.clear();
    }

    /// Take whoever's turn it is, with its number and how far it may be read; `None` while all wait
    /// for their transfers.
    pub fn next_step(&mut self) -> Option<(u64, Reading, u64)> {
        let last = self.last;
        let mut ready = self
            .list
            .iter_mut()
            .filter_map(|entry| Some((entry.step()?, entry)))
            .take(IN_TURN_MAX);
        let mut first = None;
        let (limit, entry) = loop {
            match ready.next() {
                Some(next) if next.1.number > last => break next,
                Some(next) => first = first.or(Some(next)),
                None => break first?,
            }
        };
        self.last = entry.number;
        Some((entry.number, entry.reading.take()?, limit))
    }

    /// After a step that did not reach the end.
    pub fn put_back(&mut self, number: u64, reading: Reading) {
        if let Some(entry) = self.list.iter_mut().find(|entry| entry.number == number) {
            entry.reading = Some(reading);
        }
    }

    /// Take one out that is over, unless all were cleared.
    pub fn remove(&mut self, number: u64) -> Option<(Key, Ending)> {
        let index = self.list.iter().position(|entry| entry.number == number)?;
        let entry = self.list.remove(index);
        Some((entry.key, entry.ending))
    }
}

impl Entry {
    /// Whether somebody waits for it, or will ask once a transfer is over.
    fn is_wanted(&mut self) -> bool {
        Arc::strong_count(&self.ending.0) > 1 || self.pace.is_followed()
    }

    /// How far it may be read, if that is worth a step.
    fn step(&mut self) -> Option<u64> {
        let reading = self.reading.as_ref()?;
        let len = reading.file.len;
        let limit = self.pace.limit(len);
        // The end is looked at as soon as possible: it may be written over before it is sent.
        let is_ready = reading.tail.is_none() || limit >= len.min(reading.at + STEP);
        is_ready.then_some(limit)
    }
}

impl Pace {
    /// As fast as it can.
    pub fn free() -> Self {
        Self {
            is_free: true,
            transfers: Vec::new(),
        }
    }

    /// Behind a transfer that began at `start`.
    pub fn behind(start: u64, transfer: &Arc<Transfer>) -> Self {
        Self {
            is_free: false,
            transfers: vec![(start, Arc::clone(transfer))],
        }
    }

    fn join(&mut self, other: Self) {
        self.is_free |= other.is_free;
        self.transfers.extend(other.transfers);
    }

    /// Whether any transfer is on its way. Once one has ended, its client may ask any moment.
    fn is_followed(&mut self) -> bool {
        let before = self.transfers.len();
        self.transfers.retain(|(_, t)| t.outcome().is_none());
        self.is_free |= self.transfers.len() < before;
        !self.transfers.is_empty()
    }

    /// How far a file of this length may be read.
    fn limit(&mut self, len: u64) -> u64 {
        self.is_followed();
        if self.is_free {
            return len;
        }
        let reached = self.transfers.iter().map(|(start, t)| start + t.done());
        reached.max().map_or(len, |foremost| foremost.min(len))
    }
}

impl Ending {
    /// With this, and not without a digest.
    pub fn end(self, digest: Option<Sha256>) {
        let _ = self.0.set(digest);
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        // Only the first end counts.
        let _ = self.0.set(None);
    }
}

impl Reading {
    fn new(file: SharedFile) -> Self {
        Self {
            has_grown: file.has_grown(),
            file,
            hasher: Hasher::new(),
            at: 0,
            began: None,
            tail: None,
        }
    }

    /// Read a step further, but not beyond `limit`. Blocks while the disk takes its time.
    pub fn step(mut self, limit: u64, buffer: &mut [u8]) -> Step {
        let began = *self.began.get_or_insert_with(SystemTime::now);
        if self.tail.is_none() {
            self.tail = tail(&self.file);
        }
        let end = limit.min(self.at + STEP);
        while self.at < end {
            let left = usize::try_from(end - self.at).unwrap_or(usize::MAX);
            let len = left.min(buffer.len());
            let bytes = &mut buffer[..len];
            if let Err(e) = pump::read_exact_at(&self.file.file, bytes, self.at) {
                log::debug!("no digest: {e}");
                return Step::End(None);
            }
            self.hasher.update(bytes);
            self.at += len as u64;
        }
        if self.at < self.file.len {
            return Step::More(self);
        }
        if !self.has_grown && !self.file.is_unchanged() {
            // What was read may be of two states. Where the file is longer now, its start is read again:
            // who has the same bytes has the file as it was before it grew.
            return if self.file.has_grown() {
                let tail = self.tail;
                Step::More(Self {
                    tail,
                    ..Self::new(self.file)
                })
            } else {
                Step::End(None)
            };
        }
        if self.has_grown && self.tail != tail(&self.file) {
            // It was not only added to.
            return Step::End(None);
        }
        Step::End(Some(Found {
            digest: self.hasher.finish(),
            is_racy: !self.has_grown && remembered::is_racy(self.file.changed, began),
            is_prefix: self.has_grown,
        }))
    }
}

/// The last bytes of what was the file when it was opened.
fn tail(file: &SharedFile) -> Option<Vec<u8>> {
    let len = file.len.min(TAIL);
    let mut bytes = vec![0; usize::try_from(len).ok()?];
    pump::read_exact_at(&file.file, &mut bytes, file.len - len).ok()?;
    Some(bytes)
}

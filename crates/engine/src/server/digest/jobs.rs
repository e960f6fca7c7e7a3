//! Scheduling of digest jobs: which file is read next, how far, and on whose behalf.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use super::reading::Reading;
use super::{Key, Offer};
use crate::share::SharedFile;
use crate::transfer::Transfer;
use landline_http1::digest::Sha256;

/// The maximum number of jobs; each has a file open. Once it is reached, see [`Jobs::make_room`].
pub(crate) const JOBS_MAX: usize = 64;

/// The maximum number of jobs per address: enough for two folders downloaded over eight connections each.
pub(super) const JOBS_PER_ADDRESS_MAX: usize = 16;

/// Addresses on whose behalf a job is scheduled. More may wait for it.
const OWNERS_MAX: usize = 8;

/// The job of an address with the fewest bytes left is read first, so that large files do not hold up small
/// ones; but every so many slices it is the least recently read one, so that large files make progress, too.
const OLDEST_EVERY: u32 = 4;

/// How long an abandoned job continues. A client that got `Retry-After: 1` retries within seconds; one whose
/// connection broke reconnects after at most 30 s and may need another 10 s. After that, the job starts over.
pub(super) const UNWANTED_MAX: Duration = Duration::from_secs(45);

/// The result of a job. Whoever has a clone counts as waiting.
pub(super) type Job = Arc<OnceLock<Offer>>;

/// A job whose result is known.
pub(super) fn finished(digest: Sha256) -> Job {
    Arc::new(OnceLock::from(Offer::Digest(digest)))
}

/// All unfinished jobs, oldest first.
#[derive(Debug, Default)]
pub(super) struct Jobs {
    list: Vec<Entry>,
    next: u64,
    /// The addresses that have jobs, in round-robin order.
    rotation: VecDeque<Peer>,
    /// Slices read so far.
    slices: u64,
}

/// An address that has jobs.
#[derive(Debug)]
struct Peer {
    address: IpAddr,
    /// Slices read on its behalf so far.
    slices: u32,
}

#[derive(Debug)]
struct Entry {
    number: u64,
    key: Key,
    /// The addresses that requested it: at least one, and at most [`OWNERS_MAX`].
    owners: Vec<IpAddr>,
    throttle: Throttle,
    /// When somebody was last waiting for it.
    wanted: Instant,
    /// `None` while the worker reads.
    reading: Option<Box<Reading>>,
    /// Bytes left to read.
    left: u64,
    /// The number of its last slice; initially, of the last one before it was added.
    last_slice: u64,
    completion: Completion,
}

/// How fast a job may proceed: behind the foremost of its transfers, or without limit.
#[derive(Debug)]
pub(super) struct Throttle {
    is_unlimited: bool,
    /// The transfers that send the file, with their start offsets. Ended ones are removed lazily.
    transfers: Vec<(u64, Arc<Transfer>)>,
}

/// Ends the job on drop, so that nobody waits in vain: clients are asked to retry.
#[derive(Debug)]
pub(super) struct Completion(Job);

impl Jobs {
    /// Joins the job for this key, with the looser of both throttles, or adds one; `None` when there are too many
    /// or the file handle cannot be duplicated: a retry may succeed.
    pub fn join_or_add(
        &mut self,
        key: Key,
        file: &SharedFile,
        throttle: Throttle,
        address: IpAddr,
        now: Instant,
    ) -> Option<Job> {
        if let Some(entry) = self.list.iter_mut().find(|entry| entry.key == key) {
            let job = entry.join(throttle, address, now);
            self.add_peer(address);
            return Some(job);
        }
        if !self.make_room(address, file.len) {
            log::debug!("{address}: too many digests at a time");
            return None;
        }
        let reading = match file.try_clone() {
            Ok(file) => Box::new(Reading::new(file)),
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
            owners: vec![address],
            throttle,
            wanted: now,
            left: reading.left(),
            reading: Some(reading),
            last_slice: self.slices,
            completion: Completion(Job::clone(&job)),
        });
        self.add_peer(address);
        Some(job)
    }

    /// Joins the job for this key, if there is one.
    pub fn join(&mut self, key: &Key, address: IpAddr, now: Instant) -> Option<Job> {
        let entry = self.list.iter_mut().find(|entry| entry.key == *key)?;
        let job = entry.join(Throttle::none(), address, now);
        self.add_peer(address);
        Some(job)
    }

    /// Makes room for a job of `len` bytes for `address`, if necessary by evicting a longer job of the same
    /// address, or one of an address that has more jobs. Clients waiting for the evicted job are asked to
    /// retry. Returns whether there is room.
    fn make_room(&mut self, address: IpAddr, len: u64) -> bool {
        if self.jobs_of(address) >= JOBS_PER_ADDRESS_MAX {
            let own = self.list.iter_mut().filter(|e| e.owners.contains(&address));
            let Some(longest) = own.max_by_key(|e| e.left).filter(|e| e.left > len) else {
                return false;
            };
            longest.owners.retain(|owner| *owner != address);
            self.list.retain(|entry| !entry.owners.is_empty());
        }
        if self.list.len() < JOBS_MAX {
            return true;
        }
        let own_count = self.jobs_of(address);
        // The job counts for its owner with the fewest jobs, who must not lose it because of the others.
        let rank = |entry: &Entry| entry.owners.iter().map(|owner| self.jobs_of(*owner)).min();
        let ranked = self
            .list
            .iter()
            .enumerate()
            .map(|(index, entry)| (rank(entry), entry.left, index));
        let Some((Some(rank), left, index)) = ranked.max() else {
            return false;
        };
        let makes_room = rank > own_count + 1 || rank >= own_count && left > len;
        if makes_room {
            self.list.remove(index);
        }
        makes_room
    }

    /// The number of jobs for `address`.
    fn jobs_of(&self, address: IpAddr) -> usize {
        let own = self.list.iter().filter(|e| e.owners.contains(&address));
        own.count()
    }

    fn add_peer(&mut self, address: IpAddr) {
        if !self.rotation.iter().any(|peer| peer.address == address) {
            self.rotation.push_back(Peer { address, slices: 0 });
        }
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Removes jobs that have been abandoned for too long.
    pub fn drop_unwanted(&mut self, now: Instant) {
        self.list.retain_mut(|entry| {
            if entry.is_wanted() {
                entry.wanted = now;
            }
            now.saturating_duration_since(entry.wanted) < UNWANTED_MAX
        });
    }

    /// Ends all jobs without a digest.
    pub fn clear(&mut self) {
        for entry in self.list.drain(..) {
            entry.completion.end(Offer::Nothing);
        }
    }

    /// Takes the next job to read, with its number and limit; `None` while all wait for their transfers.
    pub fn next_step(&mut self) -> Option<(u64, Box<Reading>, u64)> {
        let list = &mut self.list;
        self.rotation
            .retain(|peer| list.iter().any(|e| e.owners.contains(&peer.address)));
        let entries = list.iter_mut().enumerate();
        let ready = entries.filter_map(|(index, entry)| Some((index, entry.ready()?)));
        let ready: Vec<_> = ready.collect();
        let next = |peer: &Peer| {
            let own = ready
                .iter()
                .filter(|(index, _)| list[*index].owners.contains(&peer.address));
            if peer.slices % OLDEST_EVERY == OLDEST_EVERY - 1 {
                own.min_by_key(|(index, _)| list[*index].last_slice)
            } else {
                own.min_by_key(|(index, _)| list[*index].left)
            }
        };
        let mut rotation = self.rotation.iter().enumerate();
        let (at, &(index, limit)) = rotation.find_map(|(at, peer)| Some((at, next(peer)?)))?;
        let mut peer = self.rotation.remove(at)?;
        peer.slices = peer.slices.wrapping_add(1);
        self.rotation.push_back(peer);
        self.slices += 1;
        let entry = &mut self.list[index];
        entry.last_slice = self.slices;
        Some((entry.number, entry.reading.take()?, limit))
    }

    /// Returns a job after a slice that did not reach the end.
    pub fn put_back(&mut self, number: u64, reading: Box<Reading>) {
        if let Some(entry) = self.list.iter_mut().find(|entry| entry.number == number) {
            entry.left = reading.left();
            entry.reading = Some(reading);
        }
    }

    /// Removes a finished job, unless it has been evicted.
    pub fn remove(&mut self, number: u64) -> Option<(Key, Completion)> {
        let index = self.list.iter().position(|entry| entry.number == number)?;
        let entry = self.list.remove(index);
        Some((entry.key, entry.completion))
    }
}

impl Entry {
    /// Adds `address` as an owner, with the looser of both throttles.
    fn join(&mut self, throttle: Throttle, address: IpAddr, now: Instant) -> Job {
        self.throttle.join(throttle);
        self.wanted = now;
        if !self.owners.contains(&address) && self.owners.len() < OWNERS_MAX {
            self.owners.push(address);
        }
        Job::clone(&self.completion.0)
    }

    /// Whether somebody waits for it, or will when a transfer ends.
    fn is_wanted(&mut self) -> bool {
        Arc::strong_count(&self.completion.0) > 1 || self.throttle.is_followed()
    }

    /// How far it may be read, if that is worth a slice.
    fn ready(&mut self) -> Option<u64> {
        self.reading.as_ref()?.ready(|len| self.throttle.limit(len))
    }
}

impl Throttle {
    /// No limit.
    pub fn none() -> Self {
        Self {
            is_unlimited: true,
            transfers: Vec::new(),
        }
    }

    /// Behind a transfer that started at `start`.
    pub fn behind(start: u64, transfer: &Arc<Transfer>) -> Self {
        Self {
            is_unlimited: false,
            transfers: vec![(start, Arc::clone(transfer))],
        }
    }

    fn join(&mut self, other: Self) {
        self.is_unlimited |= other.is_unlimited;
        self.transfers.extend(other.transfers);
    }

    /// Whether any transfer is unfinished. Once one has ended, its client may request the digest at any moment.
    fn is_followed(&mut self) -> bool {
        let before = self.transfers.len();
        self.transfers.retain(|(_, t)| t.outcome().is_none());
        self.is_unlimited |= self.transfers.len() < before;
        !self.transfers.is_empty()
    }

    /// How far a file of this length may be read.
    fn limit(&mut self, len: u64) -> u64 {
        self.is_followed();
        if self.is_unlimited {
            return len;
        }
        let reached = self.transfers.iter().map(|(start, t)| start + t.done());
        reached.max().map_or(len, |foremost| foremost.min(len))
    }
}

impl Completion {
    /// Sets the result.
    pub fn end(self, offer: Offer) {
        let _ = self.0.set(offer);
    }
}

impl Drop for Completion {
    fn drop(&mut self) {
        // Only the first result counts.
        let _ = self.0.set(Offer::Later);
    }
}

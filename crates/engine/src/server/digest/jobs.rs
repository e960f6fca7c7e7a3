//! Which files are being read for their digest, for whom, how far each may be read, and which is read next.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use super::reading::Reading;
use super::{Key, Offer};
use crate::share::SharedFile;
use crate::transfer::Transfer;
use landline_http1::digest::Sha256;

/// Jobs at a time; each holds a file open. When there are as many, see [`Jobs::make_room`].
pub(crate) const JOBS_MAX: usize = 64;

/// Jobs of one address at a time: those of two folders that are downloaded over eight connections each.
pub(super) const JOBS_PER_ADDRESS_MAX: usize = 16;

/// Addresses for which a job is read in turn. More may wait for it.
const OWNERS_MAX: usize = 8;

/// An address's job with the least left is read first, so that large files do not hold up small ones; but each time
/// after so many slices it is the one that was read the longest time ago, so that a large file gets on, too.
const OLDEST_EVERY: u32 = 4;

/// How long a job goes on for nobody. A client that was told `Retry-After: 1` asks again within
/// seconds; one that was cut off calls again after 30 s at the latest and may need 10 s for that. Who
/// comes later finds the job begun anew.
pub(super) const UNWANTED_MAX: Duration = Duration::from_secs(45);

/// How a job ends, for those who wait for it. Whoever holds it counts as waiting.
pub(super) type Job = Arc<OnceLock<Offer>>;

/// A job that needed no work.
pub(super) fn finished(digest: Sha256) -> Job {
    Arc::new(OnceLock::from(Offer::Digest(digest)))
}

/// All unfinished jobs, in the order of their coming.
#[derive(Debug, Default)]
pub(super) struct Jobs {
    list: Vec<Entry>,
    next: u64,
    /// The addresses that have jobs, in the order in which it is their turn (round-robin).
    turns: VecDeque<Turn>,
    /// Slices read so far.
    slices: u64,
}

/// An address that has jobs.
#[derive(Debug)]
struct Turn {
    address: IpAddr,
    /// Slices read for it so far.
    slices: u32,
}

#[derive(Debug)]
struct Entry {
    number: u64,
    key: Key,
    /// Who wants it: at least one, and [`OWNERS_MAX`] at most.
    owners: Vec<IpAddr>,
    pace: Pace,
    /// When somebody was last seen to want it.
    wanted: Instant,
    /// Not here while the worker reads.
    reading: Option<Box<Reading>>,
    /// Bytes that are not read yet.
    left: u64,
    /// Which slice was its last; at first, the last before it came.
    last_slice: u64,
    ending: Ending,
}

/// How fast a job goes on: behind the foremost of the transfers, or as fast as it can.
#[derive(Debug)]
pub(super) struct Pace {
    is_free: bool,
    /// Those that send the file, each from an offset in it. Looking drops those that have ended.
    transfers: Vec<(u64, Arc<Transfer>)>,
}

/// Ends the job when it is dropped, so that nobody waits in vain: they are told to ask again.
#[derive(Debug)]
pub(super) struct Ending(Job);

impl Jobs {
    /// The job of this key, which goes on at the faster pace from now on, or a new one, for `address`; `None`
    /// when there are too many or the file cannot be kept open: asking again may help.
    pub fn join_or_add(
        &mut self,
        key: Key,
        file: &SharedFile,
        pace: Pace,
        address: IpAddr,
        now: Instant,
    ) -> Option<Job> {
        if let Some(entry) = self.list.iter_mut().find(|entry| entry.key == key) {
            let job = entry.join(pace, address, now);
            self.add_turn(address);
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
            pace,
            wanted: now,
            left: reading.left(),
            reading: Some(reading),
            last_slice: self.slices,
            ending: Ending(Job::clone(&job)),
        });
        self.add_turn(address);
        Some(job)
    }

    /// The job of this key, if there is one; `address` waits for it now.
    pub fn join(&mut self, key: &Key, address: IpAddr, now: Instant) -> Option<Job> {
        let entry = self.list.iter_mut().find(|entry| entry.key == *key)?;
        let job = entry.join(Pace::free(), address, now);
        self.add_turn(address);
        Some(job)
    }

    /// Whether there may be one more job, of `len` bytes and for `address`. Where there are too many, a longer one of
    /// the same address makes room, or one of an address that has more of them. Who waits for that one is told to ask
    /// again.
    fn make_room(&mut self, address: IpAddr, len: u64) -> bool {
        if self.held(address) >= JOBS_PER_ADDRESS_MAX {
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
        let held = self.held(address);
        // As many as whoever of its owners has the fewest: those are not to lose it to others who have more.
        let rank = |entry: &Entry| entry.owners.iter().map(|owner| self.held(*owner)).min();
        let ranked = self
            .list
            .iter()
            .enumerate()
            .map(|(index, entry)| (rank(entry), entry.left, index));
        let Some((Some(rank), left, index)) = ranked.max() else {
            return false;
        };
        let makes_room = rank > held + 1 || rank >= held && left > len;
        if makes_room {
            self.list.remove(index);
        }
        makes_room
    }

    /// How many jobs there are for `address`.
    fn held(&self, address: IpAddr) -> usize {
        let own = self.list.iter().filter(|e| e.owners.contains(&address));
        own.count()
    }

    fn add_turn(&mut self, address: IpAddr) {
        if !self.turns.iter().any(|turn| turn.address == address) {
            self.turns.push_back(Turn { address, slices: 0 });
        }
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
        for entry in self.list.drain(..) {
            entry.ending.end(Offer::Nothing);
        }
    }

    /// Take what is to be read next, with its number and how far it may be read; `None` while all wait
    /// for their transfers.
    pub fn next_step(&mut self) -> Option<(u64, Box<Reading>, u64)> {
        let list = &mut self.list;
        self.turns
            .retain(|turn| list.iter().any(|e| e.owners.contains(&turn.address)));
        let entries = list.iter_mut().enumerate();
        let ready = entries.filter_map(|(index, entry)| Some((index, entry.ready()?)));
        let ready: Vec<_> = ready.collect();
        let next = |turn: &Turn| {
            let own = ready
                .iter()
                .filter(|(index, _)| list[*index].owners.contains(&turn.address));
            if turn.slices % OLDEST_EVERY == OLDEST_EVERY - 1 {
                own.min_by_key(|(index, _)| list[*index].last_slice)
            } else {
                own.min_by_key(|(index, _)| list[*index].left)
            }
        };
        let mut turns = self.turns.iter().enumerate();
        let (place, &(index, limit)) =
            turns.find_map(|(place, turn)| Some((place, next(turn)?)))?;
        let mut turn = self.turns.remove(place)?;
        turn.slices = turn.slices.wrapping_add(1);
        self.turns.push_back(turn);
        self.slices += 1;
        let entry = &mut self.list[index];
        entry.last_slice = self.slices;
        Some((entry.number, entry.reading.take()?, limit))
    }

    /// After a step that did not reach the end.
    pub fn put_back(&mut self, number: u64, reading: Box<Reading>) {
        if let Some(entry) = self.list.iter_mut().find(|entry| entry.number == number) {
            entry.left = reading.left();
            entry.reading = Some(reading);
        }
    }

    /// Take one out that is over, unless it has made room or all were cleared.
    pub fn remove(&mut self, number: u64) -> Option<(Key, Ending)> {
        let index = self.list.iter().position(|entry| entry.number == number)?;
        let entry = self.list.remove(index);
        Some((entry.key, entry.ending))
    }
}

impl Entry {
    /// `address` wants it, too, at this pace.
    fn join(&mut self, pace: Pace, address: IpAddr, now: Instant) -> Job {
        self.pace.join(pace);
        self.wanted = now;
        if !self.owners.contains(&address) && self.owners.len() < OWNERS_MAX {
            self.owners.push(address);
        }
        Job::clone(&self.ending.0)
    }

    /// Whether somebody waits for it, or will ask once a transfer is over.
    fn is_wanted(&mut self) -> bool {
        Arc::strong_count(&self.ending.0) > 1 || self.pace.is_followed()
    }

    /// How far it may be read, if that is worth a slice.
    fn ready(&mut self) -> Option<u64> {
        self.reading.as_ref()?.ready(|len| self.pace.limit(len))
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
    /// With this, and not for others to ask again.
    pub fn end(self, offer: Offer) {
        let _ = self.0.set(offer);
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        // Only the first end counts.
        let _ = self.0.set(Offer::Later);
    }
}

//! ZIP archives that are being sent or were sent recently, and the limits on them.
//!
//! A request for an archive walks through the folder first, because the length and the version of the archive depend on
//! all of it. Requests that find the same version share one [`Archive`], which remembers the checksums of the files; it is
//! kept for a while after the last of them, so that a download that was cut resumes without reading everything again.

mod archive;
mod sending;
#[cfg(test)]
mod tests;

use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

pub(super) use self::archive::Archive;
pub(super) use self::sending::send;

/// The maximum number of walks at the same time: each reads folders as fast as the disk allows.
const WALKS_MAX: usize = 4;

/// The same for one address, so that others find a free one.
const WALKS_PER_ADDRESS_MAX: usize = 2;

/// How long an archive is kept that nobody downloads: as long as a person takes to notice and resume. Writes through a
/// mapping (`mmap(2)`) may change a file without changing its times for half a minute; readers of the archive notice
/// that by the checksum.
const IDLE_MAX: Duration = Duration::from_mins(30);

/// Memory for archives that nobody downloads, in bytes: about 300,000 files.
const IDLE_BYTES_MAX: usize = 32 << 20;

/// How many archives are kept that nobody downloads, however small.
const IDLE_COUNT_MAX: usize = 64;

/// How often to check whether a client that waits has disconnected.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// The archives of a server.
#[derive(Debug)]
pub(super) struct Archives {
    state: Mutex<State>,
    /// Notified when a walk ends.
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    /// The memory limit in bytes.
    max: usize,
    walks: Vec<Walking>,
    next_walk: u64,
    kept: Vec<Kept>,
}

#[derive(Debug)]
struct Walking {
    number: u64,
    address: IpAddr,
    bytes: usize,
}

/// An archive that is being sent, or may be asked for again.
#[derive(Debug)]
struct Kept {
    archive: Arc<Archive>,
    /// Who asked for it first.
    owner: IpAddr,
    /// When it was last used.
    used: Instant,
}

/// Why there is no memory for an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoRoom {
    /// Others use it.
    Busy,
    /// It needs more than there is for one address.
    TooLarge,
}

/// The permission to walk through a folder.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    archives: &'a Archives,
    number: u64,
    address: IpAddr,
}

/// An archive in use.
#[derive(Debug)]
pub(super) struct Held<'a> {
    archives: &'a Archives,
    archive: Option<Arc<Archive>>,
}

impl Archives {
    /// `max` is the memory limit in bytes.
    pub fn new(max: usize) -> Self {
        Self {
            state: Mutex::new(State {
                max,
                walks: Vec::new(),
                next_walk: 0,
                kept: Vec::new(),
            }),
            changed: Condvar::new(),
        }
    }

    /// Waits up to `time` for the permission to walk through a folder for `address`; `None` on timeout, or once
    /// `should_continue` returns false.
    pub fn admit(
        &self,
        address: IpAddr,
        time: Duration,
        should_continue: impl Fn() -> bool,
    ) -> Option<Walk<'_>> {
        let until = Instant::now() + time;
        let mut state = self.state.lock();
        loop {
            if let Some(number) = state.admit(address) {
                return Some(Walk {
                    archives: self,
                    number,
                    address,
                });
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || !should_continue() {
                return None;
            }
            self.changed.wait_for(&mut state, left.min(POLL_INTERVAL));
        }
    }
}

impl<'a> Walk<'a> {
    /// Asks for `bytes` of memory in all.
    ///
    /// # Errors
    /// There is not enough.
    pub fn grow(&self, bytes: usize) -> Result<(), NoRoom> {
        self.archives.state.lock().grow(self.number, bytes)
    }

    /// Ends the walk. Returns `archive`, or an equal one that others use.
    ///
    /// # Errors
    /// There is not enough memory.
    pub fn finish(self, archive: Archive) -> Result<Held<'a>, NoRoom> {
        self.grow(archive.bytes())?;
        let mut state = self.archives.state.lock();
        let archive = state.keep(archive, self.address, Instant::now());
        Ok(Held {
            archives: self.archives,
            archive: Some(archive),
        })
    }
}

impl Drop for Walk<'_> {
    fn drop(&mut self) {
        let mut state = self.archives.state.lock();
        state.walks.retain(|walk| walk.number != self.number);
        drop(state);
        self.archives.changed.notify_all();
    }
}

impl Deref for Held<'_> {
    type Target = Archive;

    fn deref(&self) -> &Archive {
        // Taken only by `drop`.
        self.archive
            .as_ref()
            .expect("an archive until it is dropped")
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let mut state = self.archives.state.lock();
        if let Some(archive) = self.archive.take() {
            state.release(archive, Instant::now());
        }
    }
}

impl State {
    fn admit(&mut self, address: IpAddr) -> Option<u64> {
        let own = self.walks.iter().filter(|walk| walk.address == address);
        if self.walks.len() >= WALKS_MAX || own.count() >= WALKS_PER_ADDRESS_MAX {
            return None;
        }
        self.next_walk += 1;
        self.walks.push(Walking {
            number: self.next_walk,
            address,
            bytes: 0,
        });
        Some(self.next_walk)
    }

    /// Sets the memory of a walk. Half of all is for one address at most; archives that nobody downloads give way.
    fn grow(&mut self, number: u64, bytes: usize) -> Result<(), NoRoom> {
        let share = self.max / 2;
        if bytes > share {
            return Err(NoRoom::TooLarge);
        }
        let Some(index) = self.walks.iter().position(|walk| walk.number == number) else {
            return Err(NoRoom::Busy);
        };
        let address = self.walks[index].address;
        let others = |is_counted: &dyn Fn(IpAddr) -> bool| {
            let walks = self.walks.iter().filter(|walk| walk.number != number);
            let walks = walks
                .filter(|walk| is_counted(walk.address))
                .map(|walk| walk.bytes);
            let kept = self
                .kept
                .iter()
                .filter(|kept| kept.is_used() && is_counted(kept.owner));
            walks
                .chain(kept.map(|kept| kept.archive.bytes()))
                .sum::<usize>()
        };
        let all = others(&|_| true);
        if others(&|owner| owner == address) + bytes > share || all + bytes > self.max {
            return Err(NoRoom::Busy);
        }
        self.walks[index].bytes = bytes;
        self.drop_idle(self.max - all - bytes, Instant::now());
        Ok(())
    }

    /// Returns an archive that is equal to `archive`, if one is kept, or `archive` itself, which is kept then.
    fn keep(&mut self, archive: Archive, owner: IpAddr, now: Instant) -> Arc<Archive> {
        let is_same = |kept: &&mut Kept| kept.archive.etag == archive.etag && is_strong(&archive);
        if let Some(kept) = self.kept.iter_mut().find(is_same) {
            kept.used = now;
            return Arc::clone(&kept.archive);
        }
        let archive = Arc::new(archive);
        self.kept.push(Kept {
            archive: Arc::clone(&archive),
            owner,
            used: now,
        });
        archive
    }

    /// Gives back an archive.
    fn release(&mut self, archive: Arc<Archive>, now: Instant) {
        let same = self
            .kept
            .iter_mut()
            .find(|kept| Arc::ptr_eq(&kept.archive, &archive));
        if let Some(kept) = same {
            kept.used = now;
        }
        drop(archive);
        self.drop_idle(IDLE_BYTES_MAX, now);
    }

    /// Drops archives that nobody downloads: those that are too old or may be outdated, and the oldest of the others
    /// until they take no more than `max` bytes.
    fn drop_idle(&mut self, max: usize, now: Instant) {
        self.kept.retain(|kept| {
            let is_valid =
                is_strong(&kept.archive) && now.saturating_duration_since(kept.used) < IDLE_MAX;
            kept.is_used() || is_valid
        });
        loop {
            let idle = self
                .kept
                .iter()
                .enumerate()
                .filter(|(_, kept)| !kept.is_used());
            let (mut bytes, mut count, mut oldest) = (0, 0, None);
            for (index, kept) in idle {
                bytes += kept.archive.bytes();
                count += 1;
                if oldest.is_none_or(|(_, used)| kept.used < used) {
                    oldest = Some((index, kept.used));
                }
            }
            match oldest {
                Some((index, _)) if bytes > max || count > IDLE_COUNT_MAX => {
                    self.kept.swap_remove(index);
                }
                _ => return,
            }
        }
    }
}

impl Kept {
    fn is_used(&self) -> bool {
        Arc::strong_count(&self.archive) > 1
    }
}

/// Whether the archive's files changed so long ago that its etag names one version.
fn is_strong(archive: &Archive) -> bool {
    archive.etag.matches_strongly(archive.etag.opaque())
}

//! Listings of large folders. Concurrent listings of a folder share one list of names, and the memory for all
//! lists is limited, since a list lives as long as its slowest reader.
//!
//! A request never gets a list whose reading started before it, so that a file that existed by then is never
//! missing, whatever the file system reports as modification times. Instead, one of the waiting requests reads
//! the folder again and compares it with the existing list, which takes no memory: most folders do not change
//! in the meantime.

mod state;
#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::io::{self, ErrorKind};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use self::state::{Lead, Names, Stage, State};
use crate::share::{Listing, ListingKey, NameList, SharedFolder};

/// How often to check whether the client has disconnected.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// Large folders that are sent in another order at the same time. With a million entries, each takes 24 MB. The page's
/// script sorts in the browser, so hardly anybody asks for it.
const SORTED_MAX: usize = 8;

/// The lists of a server. Empty while nobody lists a large folder.
#[derive(Debug)]
pub(super) struct Listings {
    state: Mutex<State>,
    /// Notified when a list is complete or no longer used.
    changed: Condvar,
    /// How many lists are sent in another order than that of their names.
    sorted: AtomicUsize,
}

/// The permission to sort a large folder by something else than its names, which takes up to 24 bytes for each entry and
/// then 8 until it is dropped.
#[derive(Debug)]
pub(super) struct SortPermit<'a>(&'a AtomicUsize);

impl Drop for SortPermit<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The permission of a request to list a large folder. Drop it after the names.
#[derive(Debug)]
pub(super) struct Permit<'a> {
    listings: &'a Listings,
    user: u64,
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        // Freed after the lock is released.
        let freed = self.listings.state.lock().leave(self.user);
        drop(freed);
        self.listings.changed.notify_all();
    }
}

impl Listings {
    /// `max` is the memory limit in bytes.
    pub fn new(max: usize) -> Self {
        Self {
            state: Mutex::new(State::new(max)),
            changed: Condvar::new(),
            sorted: AtomicUsize::new(0),
        }
    }

    /// Permits sorting a large folder; `None` while [`SORTED_MAX`] are sent.
    pub fn sort(&self) -> Option<SortPermit<'_>> {
        let one_more = |sorted| (sorted < SORTED_MAX).then_some(sorted + 1);
        let (set, fetch) = (Ordering::Relaxed, Ordering::Relaxed);
        self.sorted.fetch_update(set, fetch, one_more).ok()?;
        Some(SortPermit(&self.sorted))
    }

    /// Admits a request from `address` to list the folder with `key`, waiting up to `time` for memory; `None`
    /// on timeout, if too many are waiting already, or once `should_continue` returns false.
    pub fn admit(
        &self,
        key: &ListingKey,
        address: IpAddr,
        time: Duration,
        should_continue: impl Fn() -> bool,
    ) -> Option<Permit<'_>> {
        let permit = |user| Permit {
            listings: self,
            user,
        };
        let until = Instant::now() + time;
        let mut state = self.state.lock();
        if let Some(user) = state.admit(key, address) {
            return Some(permit(user));
        }
        if !state.enter_queue(address) {
            return None;
        }
        let mut user = None;
        while user.is_none() && should_continue() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            self.changed.wait_for(&mut state, left.min(POLL_INTERVAL));
            user = state.admit(key, address);
        }
        state.leave_queue(address);
        user.map(permit)
    }
}

impl Permit<'_> {
    /// The names in `folder`; `first` is a listing already started. Waits until one of the requests admitted
    /// before the reading started has read the folder. Calls `should_continue` regularly, which must not block.
    ///
    /// # Errors
    /// The folder cannot be read; `Interrupted` once `should_continue` returns false; `QuotaExceeded` if there is not
    /// enough memory besides other lists.
    pub fn names(
        &self,
        folder: &SharedFolder,
        first: Listing<'_>,
        mut should_continue: impl FnMut() -> bool,
    ) -> io::Result<Arc<NameList>> {
        let mut first = Some(first);
        let mut state = self.listings.state.lock();
        loop {
            match state.stage(self.user) {
                Stage::Done(names) => return Ok(names),
                Stage::Failed(kind) => return Err(kind.into()),
                Stage::Due => {
                    if let Some(lead) = state.lead(self.user) {
                        drop(state);
                        // Entries read before other requests arrived may miss files that their clients know of.
                        let first = first.take().filter(|_| lead.is_alone);
                        self.read(folder, first, lead, &mut should_continue)?;
                        state = self.listings.state.lock();
                        continue;
                    }
                }
                Stage::Reading => {}
            }
            // Many requests may wait: release its memory.
            first = None;
            self.listings.changed.wait_for(&mut state, POLL_INTERVAL);
            drop(state);
            if !should_continue() {
                return Err(ErrorKind::Interrupted.into());
            }
            state = self.listings.state.lock();
        }
    }

    /// Reads the folder for all waiting requests, until none is left.
    fn read<'a>(
        &self,
        folder: &'a SharedFolder,
        first: Option<Listing<'a>>,
        lead: Lead,
        mut should_continue: impl FnMut() -> bool,
    ) -> io::Result<()> {
        let mut reading = Reading {
            listings: self.listings,
            list: lead.list,
            result: Err(ErrorKind::Other),
        };
        let has_room = Cell::new(true);
        let grow = |bytes| {
            has_room.set(self.listings.state.lock().grow(lead.list, bytes));
            has_room.get()
        };
        let is_awaited = |bytes| {
            grow(bytes) && (should_continue() || self.listings.state.lock().users_of(lead.list) > 1)
        };
        let names = read(folder, first, lead.newest, is_awaited);
        if let Ok(Names::New(names)) = &names {
            grow(names.bytes());
        }
        let names = if has_room.get() {
            names
        } else {
            Err(ErrorKind::QuotaExceeded.into())
        };
        match names {
            Ok(names) => reading.result = Ok(names),
            Err(e) => {
                reading.result = Err(e.kind());
                return Err(e);
            }
        }
        Ok(())
    }
}

fn read<'a>(
    folder: &'a SharedFolder,
    mut first: Option<Listing<'a>>,
    newest: Option<(u64, Arc<NameList>)>,
    mut is_awaited: impl FnMut(usize) -> bool,
) -> io::Result<Names> {
    let mut begin = || first.take().map_or_else(|| folder.listing(), Ok);
    if let Some((list, names)) = newest
        && begin()?.is_same(&names, || is_awaited(0))?
    {
        return Ok(Names::Same(list, names));
    }
    begin()?.finish(is_awaited).map(Names::New)
}

/// Publishes the result on drop, also after a panic.
struct Reading<'a> {
    listings: &'a Listings,
    list: u64,
    result: Result<Names, ErrorKind>,
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        let result = std::mem::replace(&mut self.result, Err(ErrorKind::Other));
        self.listings.state.lock().end(self.list, result);
        self.listings.changed.notify_all();
    }
}

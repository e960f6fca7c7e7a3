//! Large folders while they are listed. All who list the same folder share one list of its names, and the memory of
//! all lists is limited: a list is held for as long as its slowest reader takes.
//!
//! Nobody gets a list that was begun before they asked, so that a file that was there then is never missing, whatever
//! the file system says of its folders' dates. Instead the folder is read again, by one of those who wait for it, and
//! compared with the list that is held, which takes no memory: most folders do not change while they are listed.

mod state;
#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::io::{self, ErrorKind};
use std::net::IpAddr;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use self::state::{Lead, Names, Stage, State};
use super::shared::lock;
use crate::share::{Listing, ListingKey, NameList, SharedFolder};

/// How often to look whether the client is still connected: its socket tells nobody else.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// The lists of one server. Nothing is held when nobody is reading.
#[derive(Debug)]
pub(super) struct Listings {
    state: Mutex<State>,
    /// A list is whole, or nobody uses it any more.
    changed: Condvar,
}

/// A request's permit to list a large folder. To be dropped after the names that it was given.
#[derive(Debug)]
pub(super) struct Permit<'a> {
    listings: &'a Listings,
    user: u64,
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        // Freed after the lock is.
        let freed = lock(&self.listings.state).leave(self.user);
        drop(freed);
        self.listings.changed.notify_all();
    }
}

impl Listings {
    /// `max` is how many bytes they may hold.
    pub fn new(max: usize) -> Self {
        Self {
            state: Mutex::new(State::new(max)),
            changed: Condvar::new(),
        }
    }

    /// Let a request from `address` list the folder with `key`, as soon as there is memory for it; nothing when there
    /// is none within `time`, too many wait already, or `goes_on` says no.
    pub fn admit(
        &self,
        key: &ListingKey,
        address: IpAddr,
        time: Duration,
        goes_on: impl Fn() -> bool,
    ) -> Option<Permit<'_>> {
        let permit = |user| Permit {
            listings: self,
            user,
        };
        let until = Instant::now() + time;
        let mut state = lock(&self.state);
        if let Some(user) = state.admit(key, address) {
            return Some(permit(user));
        }
        if !state.enter_queue(address) {
            return None;
        }
        let mut user = None;
        while user.is_none() && goes_on() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let waited = self.changed.wait_timeout(state, left.min(POLL_INTERVAL));
            (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
            user = state.admit(key, address);
        }
        state.leave_queue(address);
        user.map(permit)
    }
}

impl Permit<'_> {
    /// The names in `folder`, which the request asked for; `first` is its beginning. Waits until one of those who asked
    /// before it was read has read it. Meanwhile it calls `goes_on` now and then, which is not to wait.
    ///
    /// # Errors
    /// It cannot be read; `Interrupted` when `goes_on` says no; `QuotaExceeded` when there is no memory for so much
    /// beside other lists.
    pub fn names(
        &self,
        folder: &SharedFolder,
        first: Listing<'_>,
        mut goes_on: impl FnMut() -> bool,
    ) -> io::Result<Arc<NameList>> {
        let mut first = Some(first);
        let mut state = lock(&self.listings.state);
        loop {
            match state.stage(self.user) {
                Stage::Done(names) => return Ok(names),
                Stage::Failed(kind) => return Err(kind.into()),
                Stage::Due => {
                    if let Some(lead) = state.lead(self.user) {
                        drop(state);
                        // What was read before others came may miss what they have seen.
                        let first = first.take().filter(|_| lead.is_alone);
                        self.read(folder, first, lead, &mut goes_on)?;
                        state = lock(&self.listings.state);
                        continue;
                    }
                }
                Stage::Reading => {}
            }
            // Many may wait.
            first = None;
            let waited = self.listings.changed.wait_timeout(state, POLL_INTERVAL);
            drop(waited.unwrap_or_else(PoisonError::into_inner));
            if !goes_on() {
                return Err(ErrorKind::Interrupted.into());
            }
            state = lock(&self.listings.state);
        }
    }

    /// Read the folder for all who wait for it, until none of them does.
    fn read<'a>(
        &self,
        folder: &'a SharedFolder,
        first: Option<Listing<'a>>,
        lead: Lead,
        mut goes_on: impl FnMut() -> bool,
    ) -> io::Result<()> {
        let mut reading = Reading {
            listings: self.listings,
            list: lead.list,
            result: Err(ErrorKind::Other),
        };
        let has_room = Cell::new(true);
        let grow = |bytes| {
            has_room.set(lock(&self.listings.state).grow(lead.list, bytes));
            has_room.get()
        };
        let is_awaited = |bytes| {
            grow(bytes) && (goes_on() || lock(&self.listings.state).users_of(lead.list) > 1)
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

/// Tells those who wait what came of it when it is dropped, after a panic, too.
struct Reading<'a> {
    listings: &'a Listings,
    list: u64,
    result: Result<Names, ErrorKind>,
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        let result = std::mem::replace(&mut self.result, Err(ErrorKind::Other));
        lock(&self.listings.state).end(self.list, result);
        self.listings.changed.notify_all();
    }
}

//! What all connections of one server have in common.

use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::admission::Slots;
use super::digest::Digests;
use super::listings::Listings;
use super::uploads::Uploads;
use super::{Limits, Live, LogEntry, PageTexts, ServerEvent};
use crate::share::Share;
use crate::transfer::Reporter;

#[derive(Debug)]
pub(super) struct Shared {
    pub share: Share,
    pub limits: Limits,
    pub slots: Slots,
    pub uploads: Uploads,
    pub allowed_hosts: Vec<String>,
    pub texts: Arc<dyn PageTexts>,
    pub digests: Arc<Digests>,
    pub listings: Listings,
    live: Arc<Live>,
    reporter: Reporter<ServerEvent>,
    busy: Rarely,
    few_threads: Rarely,
}

impl Shared {
    pub fn new(
        share: Share,
        limits: Limits,
        allowed_hosts: Vec<String>,
        texts: Arc<dyn PageTexts>,
        live: Arc<Live>,
        reporter: Reporter<ServerEvent>,
    ) -> Self {
        Self {
            share,
            slots: Slots::new(limits.slots),
            listings: Listings::new(limits.listing_bytes),
            uploads: Uploads::default(),
            limits,
            allowed_hosts,
            texts,
            digests: Arc::default(),
            live,
            reporter,
            busy: Rarely::default(),
            few_threads: Rarely::default(),
        }
    }

    pub fn report(&self, event: ServerEvent) {
        self.reporter.report(event);
    }

    /// A line for the log.
    pub fn log(&self, peer: IpAddr, entry: LogEntry) {
        log::debug!("{peer}: {entry:?}");
        self.report(ServerEvent::Logged { peer, entry });
    }

    /// That there is no room for more connections.
    pub fn log_busy(&self, peer: IpAddr) {
        if self.busy.is_due() {
            self.log(peer, LogEntry::Busy);
        }
    }

    /// That no more threads can start.
    pub fn log_out_of_threads(&self, peer: IpAddr, error: &io::Error) {
        if self.few_threads.is_due() {
            log::warn!("no worker for the next request: {error}");
            self.log(peer, LogEntry::OutOfThreads);
        }
    }

    pub fn message(&self, peer: IpAddr, text: String) {
        self.report(ServerEvent::Message { peer, text });
    }

    /// What to answer to messages, if they are to be answered.
    pub fn answer(&self) -> Option<String> {
        lock(&self.live.answer).clone()
    }

    /// Cancel every connection, now and later, and what is done for them.
    pub fn close(&self) {
        self.slots.close();
        // After the cancel, so that nobody who waited for one answers as if all were well.
        self.digests.close();
    }
}

/// Says what goes on, but not each time.
#[derive(Debug, Default)]
struct Rarely(Mutex<Option<Instant>>);

impl Rarely {
    fn is_due(&self) -> bool {
        /// Long enough that a log stays readable, short enough to see whether it goes on.
        const QUIET: Duration = Duration::from_secs(10);
        let mut said = lock(&self.0);
        let is_due = said.is_none_or(|said| said.elapsed() >= QUIET);
        if is_due {
            *said = Some(Instant::now());
        }
        is_due
    }
}

/// Nothing under these locks can be left half changed by a panic.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

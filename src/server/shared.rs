//! What all connections of one server have in common.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::digest::Digests;
use super::slots::Slots;
use super::uploads::Uploads;
use super::{Limits, Live, ServerEvent};
use crate::net::Reporter;
use crate::share::Share;
use crate::text::Sentence;

#[derive(Debug)]
pub(super) struct Shared {
    pub share: Share,
    pub limits: Limits,
    pub slots: Slots,
    pub uploads: Uploads,
    pub allowed_hosts: Vec<String>,
    pub digests: Arc<Digests>,
    live: Arc<Live>,
    reporter: Reporter<ServerEvent>,
}

impl Shared {
    pub fn new(
        share: Share,
        limits: Limits,
        allowed_hosts: Vec<String>,
        live: Arc<Live>,
        reporter: Reporter<ServerEvent>,
    ) -> Self {
        Self {
            share,
            slots: Slots::new(limits.slots),
            uploads: Uploads::default(),
            limits,
            allowed_hosts,
            digests: Arc::default(),
            live,
            reporter,
        }
    }

    pub fn report(&self, event: ServerEvent) {
        self.reporter.report(event);
    }

    /// A line for the log.
    pub fn note(&self, peer: IpAddr, what: Sentence) {
        log::debug!("{peer}: {what}");
        self.report(ServerEvent::Noted { peer, what });
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

/// Nothing under these locks can be left half changed by a panic.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

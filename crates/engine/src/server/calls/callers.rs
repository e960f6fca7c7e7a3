//! The settings, counts and memory that all callers of a server share.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;

use crate::call::{Answering, Budget};
use crate::server::Limits;

/// What all callers of a server share.
#[derive(Debug, Default)]
pub(in crate::server) struct Callers {
    held: Mutex<Held>,
    pub(super) budget: Budget,
    /// See [`Answering::keeps_open`].
    pub(super) keeps_open: Arc<AtomicBool>,
    /// Whether messages are answered at all.
    is_on: AtomicBool,
    /// Raw requests, and so messages, are refused.
    are_refused: AtomicBool,
}

#[derive(Debug, Default)]
struct Held {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

impl Callers {
    /// Follows a change of the setting.
    pub(in crate::server) fn set(&self, answering: Option<&Answering>) {
        if let Some(answering) = answering {
            // Those who are connected follow it, too.
            self.keeps_open
                .store(answering.keeps_open, Ordering::Relaxed);
        }
        self.is_on.store(answering.is_some(), Ordering::Relaxed);
    }

    /// Sets whether there may be messages, besides [`Callers::set`].
    pub(in crate::server) fn allow(&self, are_allowed: bool) {
        self.are_refused.store(!are_allowed, Ordering::Relaxed);
    }

    /// Whether messages are answered.
    pub(in crate::server) fn is_on(&self) -> bool {
        self.is_on.load(Ordering::Relaxed) && !self.are_refused.load(Ordering::Relaxed)
    }

    /// Whether a connection that says nothing is a caller.
    pub(in crate::server) fn shows_silent(&self) -> bool {
        self.is_on() && self.keeps_open.load(Ordering::Relaxed)
    }

    /// Counts a caller at `address`; false where there are too many.
    pub(super) fn enter(&self, address: IpAddr, limits: &Limits) -> bool {
        let mut held = self.held.lock();
        let mine = held.by_address.get(&address).copied().unwrap_or(0);
        if held.all >= limits.callers || mine >= limits.callers_per_address {
            return false;
        }
        held.all += 1;
        held.by_address.insert(address, mine + 1);
        true
    }

    /// One is gone.
    pub(super) fn leave(&self, address: IpAddr) {
        let mut held = self.held.lock();
        held.all -= 1;
        if let Some(mine) = held.by_address.get_mut(&address) {
            *mine -= 1;
            if *mine == 0 {
                held.by_address.remove(&address);
            }
        }
    }
}

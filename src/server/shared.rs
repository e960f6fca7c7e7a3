//! What all connections of one server have in common.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::digest::Digests;
use super::{Limits, Live, ServerEvent};
use crate::net::{Cancel, Reporter};
use crate::share::Share;
use crate::text::Sentence;

#[derive(Debug)]
pub(super) struct Shared {
    pub share: Share,
    pub limits: Limits,
    pub allowed_hosts: Vec<String>,
    pub digests: Arc<Digests>,
    live: Arc<Live>,
    reporter: Reporter<ServerEvent>,
    connections: Mutex<Connections>,
    /// Rung when a connection ends.
    ended: Condvar,
}

#[derive(Debug, Default)]
struct Connections {
    open: HashMap<u64, Cancel>,
    next: u64,
    closed: bool,
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
            limits,
            allowed_hosts,
            digests: Arc::default(),
            live,
            reporter,
            connections: Mutex::default(),
            ended: Condvar::new(),
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

    /// Wait for a free slot; false once the server closes.
    pub fn wait_for_slot(&self) -> bool {
        let connections = lock(&self.connections);
        let full = |connections: &mut Connections| {
            connections.open.len() >= self.limits.slots && !connections.closed
        };
        let connections = self
            .ended
            .wait_while(connections, full)
            .unwrap_or_else(PoisonError::into_inner);
        !connections.closed
    }

    /// Enter a new connection; what ends it, and the number to leave with.
    pub fn enter(&self) -> (u64, Cancel) {
        let mut connections = lock(&self.connections);
        let number = connections.next;
        connections.next += 1;
        let cancel = Cancel::new();
        if connections.closed {
            cancel.cancel();
        }
        connections.open.insert(number, cancel.clone());
        (number, cancel)
    }

    /// A connection is over.
    pub fn leave(&self, number: u64) {
        lock(&self.connections).open.remove(&number);
        self.ended.notify_all();
    }

    /// Cancel every connection, now and later, and what is done for them.
    pub fn close(&self) {
        let mut connections = lock(&self.connections);
        connections.closed = true;
        for cancel in connections.open.values() {
            cancel.cancel();
        }
        drop(connections);
        self.ended.notify_all();
        // After the cancel, so that nobody who waited for one answers as if all were well.
        self.digests.close();
    }

    /// Wait until every connection has ended, but not longer than `time`; how many have not.
    pub fn wait_until_empty(&self, time: Duration) -> usize {
        let connections = lock(&self.connections);
        let (connections, _) = self
            .ended
            .wait_timeout_while(connections, time, |connections| {
                !connections.open.is_empty()
            })
            .unwrap_or_else(PoisonError::into_inner);
        connections.open.len()
    }
}

/// Nothing under these locks can be left half changed by a panic.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

//! What all connections of one server have in common.

use std::collections::HashMap;
use std::io::{self, ErrorKind};
use std::net::IpAddr;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{Limits, ServerEvent};
use crate::net::{Cancel, Reporter};
use crate::sentence;
use crate::share::Share;
use crate::share::name::ShareName;
use crate::text::Sentence;

#[derive(Debug)]
pub(super) struct Shared {
    pub share: Share,
    pub limits: Limits,
    pub allowed_hosts: Vec<String>,
    answer: Mutex<Option<String>>,
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
        answer: Option<String>,
        reporter: Reporter<ServerEvent>,
    ) -> Self {
        Self {
            share,
            limits,
            allowed_hosts,
            answer: Mutex::new(answer),
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

    pub fn answer(&self) -> Option<String> {
        lock(&self.answer).clone()
    }

    pub fn set_answer(&self, answer: Option<String>) {
        *lock(&self.answer) = answer;
    }

    /// Why `name` could not be opened, for the log.
    #[expect(clippy::unused_self, reason = "reads as a question to the share")]
    pub fn failed_to_open(&self, name: &ShareName, error: &io::Error) -> Sentence {
        let name = name.to_string();
        match error.kind() {
            ErrorKind::NotFound => sentence!("log-no-file", name = name),
            ErrorKind::PermissionDenied => sentence!("log-forbidden", name = name),
            _ => sentence!("log-failed", name = name, reason = error.to_string()),
        }
    }

    /// Wait for a free slot; `None` once the server closes.
    pub fn take_slot(&self) -> Option<()> {
        let connections = lock(&self.connections);
        let full = |connections: &mut Connections| {
            connections.open.len() >= self.limits.slots && !connections.closed
        };
        let connections = self
            .ended
            .wait_while(connections, full)
            .unwrap_or_else(PoisonError::into_inner);
        (!connections.closed).then_some(())
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

    /// Cancel every connection, now and later.
    pub fn close(&self) {
        let mut connections = lock(&self.connections);
        connections.closed = true;
        for cancel in connections.open.values() {
            cancel.cancel();
        }
        drop(connections);
        self.ended.notify_all();
    }

    /// Wait until every connection has ended, but not longer than `time`; how many have not.
    pub fn wait_until_empty(&self, time: Duration) -> usize {
        let deadline = Instant::now() + time;
        let connections = lock(&self.connections);
        let left = deadline.saturating_duration_since(Instant::now());
        let (connections, _) = self
            .ended
            .wait_timeout_while(connections, left, |connections| {
                !connections.open.is_empty()
            })
            .unwrap_or_else(PoisonError::into_inner);
        connections.open.len()
    }
}

/// Nothing under these locks can be left half changed by a panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

//! The open connections of the reactor for Linux: each waits here, or a worker serves it.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::server::ServerEvent;
use crate::server::connection::Connection;

/// What has waited for less long is not sent away to make room: its request may be on its way.
const SETTLED: Duration = Duration::from_secs(1);

/// By their numbers.
#[derive(Debug, Default)]
pub(super) struct OpenConnections(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    connections: HashMap<u64, Open>,
    is_closed: bool,
}

#[derive(Debug)]
enum Open {
    /// Here, until something happens to it.
    Waiting(Box<Connection>),
    /// With a worker.
    Served {
        /// Something happened to it meanwhile.
        is_due: bool,
    },
}

/// A connection that is served is forgotten when this is dropped, also after a panic, unless it [waits](Served::wait)
/// again.
#[derive(Debug)]
pub(super) struct Served<'a> {
    open: &'a OpenConnections,
    number: u64,
    waits_again: bool,
}

impl Drop for Served<'_> {
    fn drop(&mut self) {
        if !self.waits_again {
            self.open.forget(self.number);
        }
    }
}

impl Served<'_> {
    /// Let `connection`, which was served, wait again; whether something happened to it meanwhile. Nothing where nobody
    /// waits any more; then it is cut.
    pub fn wait(mut self, connection: Box<Connection>) -> Option<bool> {
        let is_due = self.open.wait(connection)?;
        self.waits_again = true;
        Some(is_due)
    }
}

impl OpenConnections {
    /// Let `connection` wait; see [`Served::wait`].
    pub fn wait(&self, connection: Box<Connection>) -> Option<bool> {
        let number = connection.number();
        let mut state = self.0.lock();
        if state.is_closed {
            drop(state);
            connection.cut();
            return None;
        }
        let waiting = Open::Waiting(connection);
        let before = state.connections.insert(number, waiting);
        Some(matches!(before, Some(Open::Served { is_due: true })))
    }

    /// Something happened to a connection: it is to be served, unless it is already, or was let go.
    pub fn serve(&self, number: u64) -> Option<(Box<Connection>, Served<'_>)> {
        let mut state = self.0.lock();
        let open = state.connections.get_mut(&number)?;
        if let Open::Served { is_due } = open {
            *is_due = true;
            return None;
        }
        let served = Open::Served { is_due: false };
        let connection = std::mem::replace(open, served).into_waiting()?;
        let served = Served {
            open: self,
            number,
            waits_again: false,
        };
        Some((connection, served))
    }

    /// A connection is over.
    pub fn forget(&self, number: u64) {
        let gone = self.0.lock().connections.remove(&number);
        // Closed here and not under the lock.
        drop(gone);
    }

    /// Let go those whose deadline is over.
    pub fn expire(&self, now: Instant) {
        let is_late = |open: &mut Open| open.waiting().is_some_and(|it| it.deadline() <= now);
        let mut state = self.0.lock();
        let late = state.connections.extract_if(|_, open| is_late(open));
        let late: Vec<_> = late.collect();
        drop(state);
        for connection in late.into_iter().filter_map(|(_, open)| open.into_waiting()) {
            connection.expire();
        }
    }

    /// Make callers of those that have said nothing for long enough; what to report.
    pub fn show_silent(&self, now: Instant) -> Vec<ServerEvent> {
        let mut state = self.0.lock();
        let waiting = state
            .connections
            .values_mut()
            .filter_map(|open| match open {
                Open::Waiting(connection) => Some(connection),
                Open::Served { .. } => None,
            });
        waiting
            .filter_map(|connection| connection.show_silent(now))
            .collect()
    }

    /// Let go whoever has waited longest without a word, of those at one address where one is given; whether
    /// there was one.
    pub fn make_way(&self, address: Option<IpAddr>) -> bool {
        let mut state = self.0.lock();
        let longest = state
            .connections
            .values()
            .filter_map(Open::waiting)
            .filter(|connection| address.is_none_or(|address| connection.peer == address))
            .filter(|connection| connection.waits_since().elapsed() >= SETTLED)
            .min_by_key(|connection| connection.waits_since())
            .map(Connection::number);
        let gone = longest.and_then(|number| state.connections.remove(&number));
        drop(state);
        let gone = gone.and_then(Open::into_waiting);
        gone.map(|connection| connection.let_go()).is_some()
    }

    /// Cut those that wait, and whoever is to wait from now on.
    pub fn close(&self) {
        let mut state = self.0.lock();
        state.is_closed = true;
        let connections = std::mem::take(&mut state.connections);
        drop(state);
        for connection in connections.into_values().filter_map(Open::into_waiting) {
            connection.cut();
        }
    }
}

impl Open {
    fn waiting(&self) -> Option<&Connection> {
        match self {
            Self::Waiting(connection) => Some(connection),
            Self::Served { .. } => None,
        }
    }

    fn into_waiting(self) -> Option<Box<Connection>> {
        match self {
            Self::Waiting(connection) => Some(connection),
            Self::Served { .. } => None,
        }
    }
}

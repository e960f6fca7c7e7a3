//! A thread for each connection, which waits for it.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use super::blocked::Blocked;
use crate::server::connection::{Connection, Step};
use crate::server::shared::Shared;
use crate::threads;

/// Starts a thread for each connection.
#[derive(Debug)]
pub(crate) struct Reactor {
    pub shared: Arc<Shared>,
    /// All that have a thread.
    blocked: Blocked,
}

/// Nothing has to be done where a connection has a thread of its own.
#[derive(Debug)]
pub(crate) struct Blocking;

/// The place of a connection among those that have a thread.
struct Held(Arc<Reactor>, u64);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.blocked.remove(self.1);
    }
}

impl Reactor {
    /// A connection waits in its batch.
    pub const IS_EVENT_DRIVEN: bool = false;

    /// # Errors
    /// None here.
    #[expect(clippy::unnecessary_wraps, reason = "other systems can fail")]
    pub fn open(shared: Arc<Shared>) -> io::Result<Arc<Self>> {
        Ok(Arc::new(Self {
            shared,
            blocked: Blocked::default(),
        }))
    }

    /// Serve a connection from now on.
    ///
    /// # Errors
    /// The system has no thread left; the connection is over.
    pub fn add(self: &Arc<Self>, connection: Connection) -> io::Result<()> {
        let reactor = Arc::clone(self);
        let stream = Arc::clone(&connection.stream);
        let (number, peer) = (connection.number(), connection.peer);
        self.blocked.add(&connection, false);
        let held = Held(Arc::clone(self), number);
        let serve = move || {
            let (mut connection, held) = (connection, held);
            while connection.serve() != Step::Over {}
            drop((connection, held));
            reactor.admit_waiting();
        };
        let started = if self.blocked.len() > self.shared.limits.threads {
            Err(io::ErrorKind::WouldBlock.into())
        } else {
            threads::spawn("connection", serve)
        };
        started.map(drop).inspect_err(|e| {
            stream.abort();
            self.shared.log_out_of_threads(peer, e);
            self.blocked.make_way(peer);
        })
    }

    /// Never: what [wakes](crate::transport::Listener::wake) the listener may fail here.
    #[expect(clippy::unused_self, reason = "other systems look")]
    pub fn is_at_rest(&self) -> bool {
        false
    }

    /// Begin with those that waited for a slot.
    pub fn admit_waiting(self: &Arc<Self>) {
        while let Some(connection) = Connection::next_waiting(self) {
            if let Err(e) = self.add(connection) {
                log::warn!("a connection that waited cannot begin: {e}");
            }
        }
    }

    /// Says that the caller is going to wait; see [`Connection::blocking`].
    ///
    /// # Errors
    /// None here.
    #[expect(
        clippy::unused_self,
        clippy::unnecessary_wraps,
        reason = "other systems count who waits"
    )]
    pub fn blocking(self: &Arc<Self>, _: &Connection) -> io::Result<Blocking> {
        Ok(Blocking)
    }

    /// Says that the caller is going to wait, but not for long.
    ///
    /// # Errors
    /// None here.
    pub fn briefly(self: &Arc<Self>, connection: &Connection) -> io::Result<Blocking> {
        self.blocking(connection)
    }

    /// Each thread looks at its own deadline.
    pub fn maintain(self: &Arc<Self>) {
        self.blocked.measure();
        self.shared.slots.expire(self.shared.limits.stalled);
        self.admit_waiting();
    }

    /// A waiting connection costs as much as any other here.
    #[expect(clippy::unused_self, reason = "other systems can")]
    pub fn make_way(&self, _: Option<IpAddr>) -> bool {
        false
    }

    /// Nobody waits here.
    #[expect(
        clippy::unused_self,
        reason = "other systems have workers to shut down"
    )]
    pub fn shut_down(&self) {}
}

//! A thread for each connection, which waits for it.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use crate::net::threads;
use crate::server::connection::{Connection, Step, abort};
use crate::server::shared::Shared;

/// Starts a thread for each connection.
#[derive(Debug)]
pub(in crate::server) struct Room {
    pub shared: Arc<Shared>,
}

/// Nothing has to be done where a connection has a thread of its own.
#[derive(Debug)]
pub(in crate::server) struct Blocking;

impl Room {
    /// # Errors
    /// None here.
    #[expect(clippy::unnecessary_wraps, reason = "other systems can fail")]
    pub fn open(shared: Arc<Shared>) -> io::Result<Arc<Self>> {
        Ok(Arc::new(Self { shared }))
    }

    /// Serve a connection from now on.
    ///
    /// # Errors
    /// The system has no thread left; the connection is over.
    pub fn add(self: &Arc<Self>, connection: Connection) -> io::Result<()> {
        let room = Arc::clone(self);
        let socket = Arc::clone(&connection.socket);
        let started = threads::spawn("connection", move || {
            let mut connection = connection;
            while connection.serve() != Step::Over {}
            drop(connection);
            room.admit_waiting();
        });
        if started.is_err() {
            abort(&socket);
        }
        started.map(drop)
    }

    /// Begin with those that waited for a slot.
    pub fn admit_waiting(self: &Arc<Self>) {
        while let Some(connection) = Connection::next_waiting(self) {
            if let Err(e) = self.add(connection) {
                log::warn!("a connection that waited cannot begin: {e}");
            }
        }
    }

    /// Says that the caller is going to wait for the client or the disk.
    #[expect(clippy::unused_self, reason = "other systems count who waits")]
    pub fn blocking(self: &Arc<Self>) -> Blocking {
        Blocking
    }

    /// Each thread looks at its own deadline.
    pub fn look_after(self: &Arc<Self>) {
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
        reason = "other systems have workers to send home"
    )]
    pub fn close(&self) {}
}

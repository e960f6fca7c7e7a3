//! `epoll(7)`, edge-triggered, so that a connection need not be armed again after each request. Where an event comes
//! while a worker serves its connection, that worker arms it again when it is done; so it does where it may not have
//! read everything. A short read proves that it has, unless the client has closed its side.

use std::io;
use std::mem::MaybeUninit;
use std::sync::Arc;

use rustix::event::epoll::{self, EventData, EventFlags};
use rustix::event::{EventfdFlags, eventfd};
use rustix::fd::OwnedFd;
use rustix::io::Errno;

use crate::server::connection::Connection;
use crate::server::reactor::open::{OpenConnections, Served};
use crate::transport::Stream;

/// Stands for the shutdown eventfd in events. No connection has this number.
const SHUTDOWN: u64 = u64::MAX;

/// The open connections, and what happens to them.
#[derive(Debug)]
pub(super) struct Poller {
    pub(super) open: OpenConnections,
    set: OwnedFd,
    /// Readable from the shutdown on, for all workers to see.
    shutdown: OwnedFd,
}

/// What [`Poller::wait`] waits for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event {
    /// Something happened to a connection.
    Connection { number: u64, flags: EventFlags },
    /// All workers are to end.
    Shutdown,
}

impl Poller {
    /// Without connections.
    ///
    /// # Errors
    /// The system has no descriptor left.
    pub(super) fn open() -> io::Result<Self> {
        let poller = Self {
            open: OpenConnections::default(),
            set: epoll::create(epoll::CreateFlags::CLOEXEC)?,
            shutdown: eventfd(0, EventfdFlags::CLOEXEC)?,
        };
        let data = EventData::new_u64(SHUTDOWN);
        epoll::add(&poller.set, &poller.shutdown, data, EventFlags::IN)?;
        Ok(poller)
    }

    /// Wait for the next event. It is given to one worker.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn wait(&self) -> io::Result<Event> {
        loop {
            let mut events = [MaybeUninit::uninit(); 1];
            return match epoll::wait(&self.set, &mut events, None) {
                Ok(([event], _)) => Ok(match event.data.u64() {
                    SHUTDOWN => Event::Shutdown,
                    number => Event::Connection {
                        number,
                        flags: event.flags,
                    },
                }),
                Ok(_) | Err(Errno::INTR) => continue,
                Err(e) => Err(e.into()),
            };
        }
    }

    /// Wait for the first byte of `connection`, too.
    ///
    /// # Errors
    /// The system has no memory for it; the connection is over.
    pub(super) fn add(&self, connection: Connection) -> io::Result<()> {
        let stream = Arc::clone(&connection.stream);
        let number = connection.number();
        // Before it is armed: the worker that hears of it must find it.
        if self.open.wait(Box::new(connection)).is_none() {
            return Ok(());
        }
        let data = EventData::new_u64(number);
        let armed = epoll::add(&self.set, &stream, data, something_to_read());
        self.check(armed, &stream, number)
    }

    /// Wait for the next event of `connection`, which was `served` because of `flags`. Where it `has_more` to answer, it
    /// is served again as soon as it takes answers.
    ///
    /// # Errors
    /// The system cannot wait for it; the connection is over.
    pub(super) fn resume(
        &self,
        connection: Box<Connection>,
        served: Served<'_>,
        flags: EventFlags,
        has_more: bool,
    ) -> io::Result<()> {
        // Part of a TLS handshake or of its end, for instance.
        let wants_write = connection.stream.wants_write();
        let armed_for = if has_more || wants_write {
            something_to_read() | EventFlags::OUT
        } else {
            something_to_read()
        };
        // A hang-up is reported once, and nobody waits for `OUT` any more.
        let is_unusual = flags != EventFlags::IN;
        let is_unread =
            !connection.is_half_closed() && (has_more || is_unusual || connection.is_unread());
        let is_unread = is_unread || wants_write;
        let (stream, number) = (Arc::clone(&connection.stream), connection.number());
        let Some(is_due) = served.wait(connection) else {
            return Ok(());
        };
        if !is_unread && !is_due {
            return Ok(());
        }
        let data = EventData::new_u64(number);
        let armed = epoll::modify(&self.set, &stream, data, armed_for);
        self.check(armed, &stream, number)
    }

    /// Forget a connection that could not be armed.
    fn check(&self, armed: Result<(), Errno>, stream: &Stream, number: u64) -> io::Result<()> {
        armed.map_err(|e| {
            stream.abort();
            self.open.forget(number);
            e.into()
        })
    }

    /// Reset the connections that wait, and end the workers when they are done.
    pub(super) fn shut_down(&self) {
        self.open.close();
        if let Err(e) = rustix::io::write(&self.shutdown, &1_u64.to_ne_bytes()) {
            log::warn!("workers are not told of the shutdown: {e}");
        }
    }
}

/// What a connection waits for.
fn something_to_read() -> EventFlags {
    EventFlags::IN | EventFlags::RDHUP | EventFlags::ET
}

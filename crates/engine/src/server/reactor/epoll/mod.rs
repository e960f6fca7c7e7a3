//! The reactor for Linux: several workers wait for the events of all connections together.
//!
//! As many workers as there are processors serve the connections in batches, so that under load none has to be woken
//! for each request. A batch is short; one that is not says so ([`Connection::blocking`]), and another worker takes the
//! place of its worker until the batch is over.

mod poller;

use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread::available_parallelism;
use std::time::Instant;

use rustix::event::epoll::EventFlags;

use self::poller::{Event, Poller};
use super::blocked::Blocked;
use super::open::Served;
use super::pool_size::{RESERVE, Workers, target};
use crate::server::connection::{Connection, Step};
use crate::server::shared::Shared;
use crate::threads;

/// Connections that wait for the client, and the workers that wait with them.
#[derive(Debug)]
pub(crate) struct Reactor {
    pub shared: Arc<Shared>,
    poller: Poller,
    blocked: Blocked,
    /// All workers.
    workers: AtomicUsize,
    /// See [`Workers`].
    ready: AtomicUsize,
    target: usize,
    idle: AtomicUsize,
    careful: AtomicU64,
    /// How many events workers have taken, and how many they had at the last [`Reactor::maintain`].
    events: AtomicU64,
    events_before: AtomicU64,
}

/// Held for the rest of a batch that takes long.
#[derive(Debug)]
pub(crate) struct Blocking {
    reactor: Arc<Reactor>,
    /// Of the connection.
    number: u64,
}

impl Drop for Blocking {
    fn drop(&mut self) {
        self.reactor.blocked.remove(self.number);
        self.reactor.ready.fetch_add(1, Ordering::AcqRel);
    }
}

/// A connection that a worker is to serve.
struct Ready<'a> {
    connection: Box<Connection>,
    served: Served<'a>,
    flags: EventFlags,
}

/// Counted among all workers, and among those that are ready.
struct Worker {
    reactor: Arc<Reactor>,
    /// It does not count as ready any more.
    is_surplus: bool,
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.reactor.workers.fetch_sub(1, Ordering::AcqRel);
        if !self.is_surplus {
            self.reactor.ready.fetch_sub(1, Ordering::AcqRel);
        }
    }
}

impl Reactor {
    /// A connection has its batch when something has happened to it, which may be nothing to read.
    pub const IS_EVENT_DRIVEN: bool = true;

    /// Without connections, but with its workers.
    ///
    /// # Errors
    /// The system has no descriptor or thread left.
    pub fn open(shared: Arc<Shared>) -> io::Result<Arc<Self>> {
        let processors = available_parallelism().map_or(1, std::num::NonZero::get);
        let reactor = Arc::new(Self {
            shared,
            poller: Poller::open()?,
            blocked: Blocked::default(),
            workers: AtomicUsize::new(0),
            ready: AtomicUsize::new(0),
            target: target(processors),
            idle: AtomicUsize::new(0),
            careful: AtomicU64::new(0),
            events: AtomicU64::new(0),
            events_before: AtomicU64::new(0),
        });
        reactor.spawn()?;
        while reactor.ready.load(Ordering::Acquire) < reactor.target && reactor.spawn().is_ok() {}
        Ok(reactor)
    }

    /// Serve a connection from its next byte on.
    ///
    /// # Errors
    /// The system has no memory for it; the connection is over.
    pub fn add(&self, connection: Connection) -> io::Result<()> {
        self.poller.add(connection)
    }

    /// Begin with those that waited for a slot.
    pub fn admit_waiting(self: &Arc<Self>) {
        while let Some(connection) = Connection::next_waiting(self) {
            if let Err(e) = self.add(connection) {
                log::warn!("a connection that waited cannot begin: {e}");
            }
        }
    }

    /// Says that the batch of the calling worker takes long; see [`Connection::blocking`].
    ///
    /// # Errors
    /// [`ErrorKind::ResourceBusy`]: hardly a worker would be left, no other can start, and the address of `connection`
    /// has as many as any. Otherwise a transfer of an address that has more is ended.
    pub fn blocking(self: &Arc<Self>, connection: &Connection) -> io::Result<Blocking> {
        self.hold(connection, RESERVE, false).or_else(|e| {
            self.shared.log_out_of_threads(connection.peer, &e);
            if self.blocked.make_way(connection.peer) {
                self.ready.fetch_sub(1, Ordering::AcqRel);
                Ok(self.block(connection, false))
            } else {
                Err(ErrorKind::ResourceBusy.into())
            }
        })
    }

    /// The same for a wait that is soon over: each address may take even the last worker for one of them.
    ///
    /// # Errors
    /// See [`Reactor::blocking`].
    pub fn briefly(self: &Arc<Self>, connection: &Connection) -> io::Result<Blocking> {
        self.hold(connection, 1, true).or_else(|_| {
            if self.blocked.has_brief(connection.peer) {
                self.blocking(connection)
            } else {
                self.hold(connection, 0, true)
            }
        })
    }

    /// Says that the batch of the calling worker may take long.
    ///
    /// # Errors
    /// It would be the last worker to wait, and no other can start.
    pub fn spare(self: &Arc<Self>, connection: &Connection) -> io::Result<Blocking> {
        self.hold(connection, 1, false)
    }

    /// Let the calling worker block if another can start, or at least `left` are ready.
    fn hold(
        self: &Arc<Self>,
        connection: &Connection,
        left: usize,
        is_brief: bool,
    ) -> io::Result<Blocking> {
        let ready = self.ready.fetch_sub(1, Ordering::AcqRel) - 1;
        let blocking = self.block(connection, is_brief);
        if self.workers(ready).needs_another()
            && let Err(e) = self.spawn()
            // Not what it was before: others try to start workers, too, and count them until they fail.
            && self.ready.load(Ordering::Acquire) < left
        {
            return Err(e);
        }
        Ok(blocking)
    }

    /// With one worker fewer that is ready.
    fn block(self: &Arc<Self>, connection: &Connection, is_brief: bool) -> Blocking {
        self.blocked.add(connection, is_brief);
        Blocking {
            reactor: Arc::clone(self),
            number: connection.number(),
        }
    }

    /// The workers as they are now, with so many that are ready.
    fn workers(&self, ready: usize) -> Workers {
        Workers {
            target: self.target,
            ready,
            idle: self.idle.load(Ordering::Relaxed),
            careful: self.careful.load(Ordering::Relaxed),
        }
    }

    /// To be called now and then: lets go whoever has said nothing until the deadline, and sees to it that
    /// there are workers, also where one panicked or the disk does not answer.
    pub fn maintain(self: &Arc<Self>) {
        self.poller.open.expire(Instant::now());
        if self.shared.live.callers.shows_silent() {
            for event in self.poller.open.show_silent(Instant::now()) {
                self.shared.report(event);
            }
        }
        let events = self.events.load(Ordering::Relaxed);
        let before = self.events_before.swap(events, Ordering::Relaxed);
        let workers = self.workers(self.ready.load(Ordering::Acquire));
        let review = workers.review(events.saturating_sub(before));
        self.careful.store(review.careful, Ordering::Relaxed);
        if review.starts
            && let Err(e) = self.spawn()
        {
            let nobody = Ipv4Addr::UNSPECIFIED.into();
            self.shared.log_out_of_threads(nobody, &e);
            // Two workers that began to wait at the same moment took each other for one that is left.
            if self.ready.load(Ordering::Acquire) == 0 {
                self.blocked.make_way(nobody);
            }
        }
        self.blocked.measure();
        self.shared.slots.expire(self.shared.limits.stalled);
        self.admit_waiting();
    }

    /// Whether [`Reactor::maintain`] has nothing to do while there is no connection.
    pub fn is_at_rest(&self) -> bool {
        self.careful.load(Ordering::Relaxed) == 0
    }

    /// Let go whoever has waited longest without a word, of those at one address where one is given; whether
    /// there was one.
    pub fn make_way(&self, address: Option<IpAddr>) -> bool {
        self.poller.open.make_way(address)
    }

    /// Reset the connections that wait. Workers end when they are done.
    pub fn shut_down(&self) {
        self.poller.shut_down();
    }

    /// Start a worker.
    fn spawn(self: &Arc<Self>) -> io::Result<()> {
        self.ready.fetch_add(1, Ordering::AcqRel);
        let workers = self.workers.fetch_add(1, Ordering::AcqRel);
        let mut worker = Worker {
            reactor: Arc::clone(self),
            is_surplus: false,
        };
        if workers >= self.shared.limits.threads {
            return Err(ErrorKind::WouldBlock.into());
        }
        threads::spawn("connection", move || {
            // All of it moves here, and with it what is to be done at the end.
            let worker = &mut worker;
            while !worker.is_surplus
                && let Some(ready) = worker.reactor.next()
            {
                worker.reactor.serve(ready);
                worker.is_surplus = worker.reactor.is_one_too_many();
            }
        })
        .map(drop)
    }

    /// Whether the calling worker has to end. It does not count as ready any more then.
    fn is_one_too_many(&self) -> bool {
        let fewer = |ready| {
            let workers = self.workers(ready);
            workers.has_one_too_many().then(|| ready - 1)
        };
        self.ready
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, fewer)
            .is_ok()
    }

    /// Serve a connection for one batch.
    fn serve(self: &Arc<Self>, ready: Ready<'_>) {
        let Ready {
            mut connection,
            served,
            flags,
        } = ready;
        if self.careful.load(Ordering::Relaxed) > 0 {
            // Where no thread is left, it goes on without.
            let _ = connection.hold(Self::spare);
        }
        let has_more = match connection.serve() {
            Step::Over => {
                drop((connection, served));
                return self.admit_waiting();
            }
            Step::Wait => false,
            Step::Again => true,
        };
        if let Err(e) = self.poller.resume(connection, served, flags, has_more) {
            log::warn!("a connection cannot wait: {e}");
        }
    }

    /// The next connection to serve; `None` ends the worker.
    fn next(&self) -> Option<Ready<'_>> {
        loop {
            self.idle.fetch_add(1, Ordering::Relaxed);
            let event = self.poller.wait();
            self.idle.fetch_sub(1, Ordering::Relaxed);
            let (number, flags) = match event {
                Ok(Event::Connection { number, flags }) => (number, flags),
                Ok(Event::Shutdown) => return None,
                Err(e) => {
                    log::error!("waiting for requests: {e}");
                    return None;
                }
            };
            self.events.fetch_add(1, Ordering::Relaxed);
            if let Some((connection, served)) = self.poller.open.serve(number) {
                return Some(Ready {
                    connection,
                    served,
                    flags,
                });
            }
        }
    }
}

#[cfg(test)]
mod tests;

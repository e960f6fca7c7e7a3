//! The room for Linux: `epoll_wait(2)` by several workers on one edge-triggered set, so that a connection need not be
//! armed again after each request. Where an event comes while a worker serves its connection, that worker arms it again
//! when it is done; so it does where it may not have read everything. A short read proves that it has (`epoll(7)`),
//! unless the client has closed its side.
//!
//! As many workers as there are processors give the connections their turns, so that under load none has to be
//! woken for each request. A turn is short; one that is going to wait for its client or the disk says so
//! ([`Reactor::blocking`]), and another worker takes the place of its worker until the turn is over.

use std::io::{self, ErrorKind};
use std::mem::MaybeUninit;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread::available_parallelism;
use std::time::Instant;

use rustix::event::epoll::{self, EventData, EventFlags};
use rustix::event::{EventfdFlags, eventfd};
use rustix::fd::OwnedFd;
use rustix::io::Errno;

use super::blocked::Blocked;
use super::open::{OpenConnections, Served};
use crate::server::connection::{Connection, Step};
use crate::server::shared::Shared;
use crate::threads;
use crate::transport::Stream;

/// Once all workers were held up, by a disk that has to start or does not answer, each turn has a worker to
/// spare for this long, in looks (see [`Reactor::look_after`]).
const CAREFUL_LOOKS: u64 = 240;

/// So many workers are left for small requests and for names without an end, where no more can start.
const RESERVE: usize = 2;

/// Stands for the bell in events. No connection has this number.
const BELL: u64 = u64::MAX;

/// Connections that wait for the client, and the workers that wait with them.
#[derive(Debug)]
pub(crate) struct Reactor {
    pub shared: Arc<Shared>,
    set: OwnedFd,
    /// Readable from the end on, for all workers to see.
    bell: OwnedFd,
    open: OpenConnections,
    blocked: Blocked,
    /// All workers.
    workers: AtomicUsize,
    /// Workers that can be counted on: they wait for a request or will soon.
    ready: AtomicUsize,
    /// How many of them there should be.
    wanted: usize,
    /// Those of them that wait.
    idle: AtomicUsize,
    /// How often one was given something to do, and how often at the last look.
    served: AtomicU64,
    served_then: AtomicU64,
    /// For how many more looks every turn is taken for one that may take long.
    careful: AtomicU64,
}

/// Held for the rest of a turn that has to wait for its client or the disk.
#[derive(Debug)]
pub(crate) struct Blocking {
    room: Arc<Reactor>,
    /// Of the connection.
    number: u64,
}

impl Drop for Blocking {
    fn drop(&mut self) {
        self.room.blocked.remove(self.number);
        self.room.ready.fetch_add(1, Ordering::AcqRel);
    }
}

/// A connection that a worker is to serve.
struct Ready<'a> {
    connection: Box<Connection>,
    served: Served<'a>,
    happened: EventFlags,
}

/// A worker's place among all, and among those that are ready.
struct Place {
    room: Arc<Reactor>,
    is_given_up: bool,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.room.workers.fetch_sub(1, Ordering::AcqRel);
        if !self.is_given_up {
            self.room.ready.fetch_sub(1, Ordering::AcqRel);
        }
    }
}

impl Reactor {
    /// A connection has its turn when something has happened to it, which may be nothing to read.
    pub const IS_EVENT_DRIVEN: bool = true;

    /// An empty room and its workers.
    ///
    /// # Errors
    /// The system has no descriptor or thread left.
    pub fn open(shared: Arc<Shared>) -> io::Result<Arc<Self>> {
        /// Fewer could all be busy with a disk that is slow; more only wake each other.
        const WORKERS: std::ops::RangeInclusive<usize> = 2..=8;
        let processors = available_parallelism().map_or(1, std::num::NonZero::get);
        let room = Arc::new(Self {
            shared,
            set: epoll::create(epoll::CreateFlags::CLOEXEC)?,
            bell: eventfd(0, EventfdFlags::CLOEXEC)?,
            open: OpenConnections::default(),
            blocked: Blocked::default(),
            workers: AtomicUsize::new(0),
            ready: AtomicUsize::new(0),
            wanted: processors.clamp(*WORKERS.start(), *WORKERS.end()),
            idle: AtomicUsize::new(0),
            served: AtomicU64::new(0),
            served_then: AtomicU64::new(0),
            careful: AtomicU64::new(0),
        });
        let bell = EventData::new_u64(BELL);
        epoll::add(&room.set, &room.bell, bell, EventFlags::IN)?;
        room.hire()?;
        while room.ready.load(Ordering::Acquire) < room.wanted && room.hire().is_ok() {}
        Ok(room)
    }

    /// Serve a connection from its next byte on.
    ///
    /// # Errors
    /// The system has no memory for it; the connection is over.
    pub fn add(&self, connection: Connection) -> io::Result<()> {
        let socket = Arc::clone(&connection.socket);
        let number = connection.number();
        // Before it is armed: the worker that hears of it must find it.
        if self.open.wait(Box::new(connection)).is_none() {
            return Ok(());
        }
        let data = EventData::new_u64(number);
        let armed = epoll::add(&self.set, &socket, data, something_to_read());
        self.check(armed, &socket, number)
    }

    /// Forget a connection that could not be armed.
    fn check(&self, armed: Result<(), Errno>, socket: &Stream, number: u64) -> io::Result<()> {
        armed.map_err(|e| {
            socket.abort();
            self.open.forget(number);
            e.into()
        })
    }

    /// Begin with those that waited for a slot.
    pub fn admit_waiting(self: &Arc<Self>) {
        while let Some(connection) = Connection::next_waiting(self) {
            if let Err(e) = self.add(connection) {
                log::warn!("a connection that waited cannot begin: {e}");
            }
        }
    }

    /// Says that the turn of the calling worker takes long: it is going to wait for the client or the disk.
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

    /// Says that the turn of the calling worker may take long.
    ///
    /// # Errors
    /// It would be the last worker to wait, and no other can start.
    pub fn spare(self: &Arc<Self>, connection: &Connection) -> io::Result<Blocking> {
        self.hold(connection, 1, false)
    }

    /// Let the calling worker wait if another can start, or at least `left` are ready.
    fn hold(
        self: &Arc<Self>,
        connection: &Connection,
        left: usize,
        is_brief: bool,
    ) -> io::Result<Blocking> {
        let ready = self.ready.fetch_sub(1, Ordering::AcqRel) - 1;
        let blocking = self.block(connection, is_brief);
        // A disk may have held up some that count as ready: only one that is idle is certain to come.
        let is_careful = self.careful.load(Ordering::Relaxed) > 0;
        if (ready < self.wanted || is_careful && self.idle.load(Ordering::Relaxed) == 0)
            && let Err(e) = self.hire()
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
            room: Arc::clone(self),
            number: connection.number(),
        }
    }

    /// To be called now and then: lets go whoever has said nothing until the deadline, and sees to it that
    /// there are workers, also where one panicked or the disk does not answer.
    pub fn look_after(self: &Arc<Self>) {
        self.open.expire(Instant::now());
        let served = self.served.load(Ordering::Relaxed);
        let stuck = self.served_then.swap(served, Ordering::Relaxed) == served
            && self.idle.load(Ordering::Relaxed) == 0;
        let careful = self.careful.load(Ordering::Relaxed).saturating_sub(1);
        let careful = if stuck { CAREFUL_LOOKS } else { careful };
        self.careful.store(careful, Ordering::Relaxed);
        if (stuck || self.ready.load(Ordering::Acquire) < self.wanted)
            && let Err(e) = self.hire()
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

    /// Let go whoever has waited longest without a word, of those at one address where one is given; whether
    /// there was one.
    pub fn make_way(&self, address: Option<IpAddr>) -> bool {
        self.open.make_way(address)
    }

    /// Send everyone home: those that wait see a reset, workers leave when they are done.
    pub fn close(&self) {
        self.open.close();
        if let Err(e) = rustix::io::write(&self.bell, &1_u64.to_ne_bytes()) {
            log::warn!("workers are not told of the end: {e}");
        }
    }

    fn hire(self: &Arc<Self>) -> io::Result<()> {
        self.ready.fetch_add(1, Ordering::AcqRel);
        let workers = self.workers.fetch_add(1, Ordering::AcqRel);
        let mut place = Place {
            room: Arc::clone(self),
            is_given_up: false,
        };
        if workers >= self.shared.limits.threads {
            return Err(ErrorKind::WouldBlock.into());
        }
        threads::spawn("connection", move || {
            // The whole place moves here, and with it what is to be done at the end.
            let place = &mut place;
            while !place.is_given_up
                && let Some(ready) = place.room.next()
            {
                place.room.work(ready);
                place.is_given_up = place.room.is_one_too_many();
            }
        })
        .map(drop)
    }

    /// Whether a worker has to leave: whoever comes back from waiting may be one too many. Its place is given up
    /// then.
    fn is_one_too_many(&self) -> bool {
        // Where all are busy none is one too many, whatever keeps them.
        let is_awaited = self.idle.load(Ordering::Relaxed) == 0;
        let fewer = |ready: usize| (ready > self.wanted && !is_awaited).then(|| ready - 1);
        self.ready
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, fewer)
            .is_ok()
    }

    /// Give a connection its turn.
    fn work(self: &Arc<Self>, ready: Ready<'_>) {
        let Ready {
            mut connection,
            served,
            happened,
        } = ready;
        if self.careful.load(Ordering::Relaxed) > 0 {
            // Where no thread is left, it goes on without.
            let _ = connection.hold(Self::spare);
        }
        let step = connection.serve();
        let armed_for = match step {
            Step::Over => {
                drop((connection, served));
                return self.admit_waiting();
            }
            Step::Wait => something_to_read(),
            // There is more to answer, once it takes answers.
            Step::Again => something_to_read() | EventFlags::OUT,
        };
        // A hang-up is reported once, and nobody waits for `OUT` any more.
        let is_unusual = happened != EventFlags::IN;
        let is_unread = step == Step::Again || is_unusual || connection.is_unread();
        let (socket, number) = (Arc::clone(&connection.socket), connection.number());
        let Some(is_due) = served.wait(connection) else {
            return;
        };
        if is_unread || is_due {
            let data = EventData::new_u64(number);
            let armed = epoll::modify(&self.set, &socket, data, armed_for);
            if let Err(e) = self.check(armed, &socket, number) {
                log::warn!("a connection cannot wait: {e}");
            }
        }
    }

    /// The next connection that can go on; `None` sends the worker home.
    fn next(&self) -> Option<Ready<'_>> {
        loop {
            let mut events = [MaybeUninit::uninit(); 1];
            self.idle.fetch_add(1, Ordering::Relaxed);
            let happened = epoll::wait(&self.set, &mut events, None);
            self.idle.fetch_sub(1, Ordering::Relaxed);
            let (number, happened) = match happened {
                Ok(([event], _)) => (event.data.u64(), event.flags),
                Ok(_) | Err(Errno::INTR) => continue,
                Err(e) => {
                    log::error!("waiting for requests: {e}");
                    return None;
                }
            };
            if number == BELL {
                return None;
            }
            self.served.fetch_add(1, Ordering::Relaxed);
            if let Some((connection, served)) = self.open.serve(number) {
                return Some(Ready {
                    connection,
                    served,
                    happened,
                });
            }
        }
    }
}

/// What a connection waits for.
fn something_to_read() -> EventFlags {
    EventFlags::IN | EventFlags::RDHUP | EventFlags::ET
}

#[cfg(test)]
mod tests;

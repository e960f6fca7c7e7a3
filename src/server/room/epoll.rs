//! The room for Linux: `epoll_wait(2)` by several workers on one set. Every connection in it is armed for one
//! event, so that one worker at a time has it.

use std::collections::HashMap;
use std::io;
use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustix::event::{EventfdFlags, Timespec, epoll, eventfd};
use rustix::fd::OwnedFd;

use crate::net::threads;
use crate::server::connection::{Connection, Step, abort};
use crate::server::shared::{Shared, lock};

/// A worker that has had nothing to do for this long goes home, unless it is the last one.
const WORKER_IDLE: Duration = Duration::from_secs(5);

/// More workers than this never wait for something to do: after a rush their memory is given back at once.
const WORKERS_IDLE_MAX: usize = 32;

/// What has waited for less long is not sent away to make room: its request may be on its way.
const SETTLED: Duration = Duration::from_secs(1);

/// Stands for the bell in events. No connection has this number.
const BELL: u64 = u64::MAX;

/// Connections that wait for the client, and the workers that wait with them.
#[derive(Debug)]
pub(in crate::server) struct Room {
    shared: Arc<Shared>,
    set: OwnedFd,
    /// Readable from the end on, for all workers to see.
    bell: OwnedFd,
    state: Mutex<State>,
    /// Workers that wait.
    idle: AtomicUsize,
}

#[derive(Debug, Default)]
struct State {
    waiting: HashMap<u64, Waiting>,
    closed: bool,
}

#[derive(Debug)]
struct Waiting {
    connection: Connection,
    since: Instant,
}

impl Room {
    /// An empty room with one worker.
    ///
    /// # Errors
    /// The system has no descriptor or thread left.
    pub fn open(shared: Arc<Shared>) -> io::Result<Arc<Self>> {
        let room = Arc::new(Self {
            shared,
            set: epoll::create(epoll::CreateFlags::CLOEXEC)?,
            bell: eventfd(0, EventfdFlags::CLOEXEC)?,
            state: Mutex::default(),
            idle: AtomicUsize::new(0),
        });
        let bell = epoll::EventData::new_u64(BELL);
        epoll::add(&room.set, &room.bell, bell, epoll::EventFlags::IN)?;
        room.hire()?;
        Ok(room)
    }

    /// Serve a connection from its next byte on.
    ///
    /// # Errors
    /// The system has no memory for it; the connection is over.
    pub fn add(self: &Arc<Self>, connection: Connection) -> io::Result<()> {
        self.put(connection, true)
    }

    fn put(&self, connection: Connection, new: bool) -> io::Result<()> {
        let socket = Arc::clone(&connection.socket);
        let number = connection.number();
        let waiting = Waiting {
            connection,
            since: Instant::now(),
        };
        let mut state = lock(&self.state);
        if state.closed {
            abort(&socket);
            return Ok(());
        }
        // Before it is armed: the worker that hears of it must find it.
        state.waiting.insert(number, waiting);
        drop(state);
        let data = epoll::EventData::new_u64(number);
        let once = epoll::EventFlags::IN | epoll::EventFlags::RDHUP | epoll::EventFlags::ONESHOT;
        let armed = if new {
            epoll::add(&self.set, &*socket, data, once)
        } else {
            epoll::modify(&self.set, &*socket, data, once)
        };
        if let Err(e) = armed {
            abort(&socket);
            lock(&self.state).waiting.remove(&number);
            return Err(e.into());
        }
        Ok(())
    }

    /// Begin with those that waited for a slot.
    pub fn admit_waiting(self: &Arc<Self>) {
        while let Some(connection) = Connection::next_waiting(&self.shared) {
            if let Err(e) = self.add(connection) {
                log::warn!("a connection that waited cannot begin: {e}");
            }
        }
    }

    /// Let go whoever has said nothing until the deadline.
    pub fn expire(&self) {
        let now = Instant::now();
        let late: Vec<_> = lock(&self.state)
            .waiting
            .extract_if(|_, waiting| waiting.connection.deadline() <= now)
            .collect();
        // Closed here and not under the lock.
        drop(late);
    }

    /// Let go whoever has waited longest without a word; whether there was one.
    pub fn make_way(&self) -> bool {
        let mut state = lock(&self.state);
        let longest = state
            .waiting
            .iter()
            .filter(|(_, waiting)| waiting.since.elapsed() >= SETTLED)
            .min_by_key(|(_, waiting)| waiting.since)
            .map(|(number, _)| *number);
        let gone = longest.and_then(|number| state.waiting.remove(&number));
        drop(state);
        gone.is_some()
    }

    /// Send everyone home: those that wait see a reset, workers leave when they are done.
    pub fn close(&self) {
        let mut state = lock(&self.state);
        state.closed = true;
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        for waiting in waiting.values() {
            abort(&waiting.connection.socket);
        }
        if let Err(e) = rustix::io::write(&self.bell, &1_u64.to_ne_bytes()) {
            log::warn!("workers are not told of the end: {e}");
        }
    }

    fn hire(self: &Arc<Self>) -> io::Result<()> {
        let room = Arc::clone(self);
        threads::spawn("connection", move || room.work()).map(drop)
    }

    fn work(self: &Arc<Self>) {
        while let Some(mut connection) = self.next() {
            match connection.serve() {
                Step::Wait => {
                    if let Err(e) = self.put(connection, false) {
                        log::warn!("a connection cannot wait: {e}");
                    }
                }
                Step::Over => {
                    drop(connection);
                    self.admit_waiting();
                }
            }
        }
    }

    /// The next connection with something to read; `None` sends the worker home.
    fn next(self: &Arc<Self>) -> Option<Connection> {
        if self.idle.load(Ordering::Relaxed) >= WORKERS_IDLE_MAX {
            return None;
        }
        loop {
            let mut events = [MaybeUninit::uninit(); 1];
            self.idle.fetch_add(1, Ordering::AcqRel);
            let happened = epoll::wait(&self.set, &mut events, Some(&WORKER_IDLE_TIME));
            let others = self.idle.fetch_sub(1, Ordering::AcqRel) - 1;
            let number = match happened {
                Ok(([event], _)) => event.data.u64(),
                Ok(_) if others > 0 => return None,
                Ok(_) | Err(rustix::io::Errno::INTR) => continue,
                Err(e) => {
                    log::error!("waiting for requests: {e}");
                    return None;
                }
            };
            if number == BELL {
                return None;
            }
            // Somebody has to wait while this one works.
            if others == 0
                && let Err(e) = self.hire()
            {
                log::warn!("no worker for the next request: {e}");
            }
            // It may have been let go meanwhile.
            if let Some(waiting) = lock(&self.state).waiting.remove(&number) {
                return Some(waiting.connection);
            }
        }
    }
}

const WORKER_IDLE_TIME: Timespec = Timespec {
    tv_sec: WORKER_IDLE.as_secs().cast_signed(),
    tv_nsec: 0,
};

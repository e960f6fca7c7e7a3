//! Limits on the number of connections, in total and per address.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use super::shared::Shared;
use crate::transport::{CancelToken, Stream};

/// One slot in this many is reserved for addresses that have fewer than that share, so that a greedy address
/// leaves slots for others.
const RESERVE: usize = 8;

/// Connections that may wait for a slot, but not more than there are slots; further ones are refused. The
/// system's backlog holds as many.
const WAITING_MAX: usize = 1024;

/// The slots of a server and the connections waiting for one.
#[derive(Debug)]
pub(super) struct Slots {
    max: usize,
    state: Mutex<State>,
    /// Notified when a connection ends, and on close.
    ended: Condvar,
}

/// A slot, released on drop.
#[derive(Debug)]
pub(super) struct Slot {
    pub shared: Arc<Shared>,
    pub number: u64,
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.shared.slots.leave(self.number);
    }
}

#[derive(Debug, Default)]
struct State {
    open: HashMap<u64, (IpAddr, CancelToken)>,
    /// The number of slots per address.
    held: HashMap<IpAddr, usize>,
    /// Oldest first, with the time of arrival.
    waiting: VecDeque<(IpAddr, Stream, Instant)>,
    next: u64,
    closed: bool,
}

/// The result of admitting a connection.
#[derive(Debug)]
pub(super) enum Admission {
    /// It has a slot with this number. The token cancels it.
    Slot(Stream, u64, CancelToken),
    /// It is queued until its address may have a slot: [`Slots::next`].
    Waits,
    /// The queue is full, or the server is closing.
    Refused(Stream),
}

impl Slots {
    pub fn new(max: usize) -> Self {
        Self {
            max,
            state: Mutex::default(),
            ended: Condvar::new(),
        }
    }

    /// Waits up to `time` for a free slot; returns whether there is one.
    pub fn wait_for_one(&self, time: Duration) -> bool {
        let mut state = self.state.lock();
        let full = |state: &mut State| state.open.len() >= self.max && !state.closed;
        self.ended.wait_while_for(&mut state, full, time);
        state.open.len() < self.max
    }

    /// Gives a connection from `address` a slot, or queues it.
    pub fn admit(&self, socket: Stream, address: IpAddr) -> Admission {
        let mut state = self.state.lock();
        if state.closed {
            Admission::Refused(socket)
        } else if state.may_enter(address, self.max) && !state.has_waiting(address) {
            let (number, cancel) = state.enter(address);
            Admission::Slot(socket, number, cancel)
        } else if state.waiting.len() < WAITING_MAX.min(self.max) {
            let now = Instant::now();
            state.waiting.push_back((address, socket, now));
            Admission::Waits
        } else {
            Admission::Refused(socket)
        }
    }

    /// Takes the next queued connection that may have a slot.
    pub fn next(&self) -> Option<(Stream, IpAddr, u64, CancelToken)> {
        let mut state = self.state.lock();
        let first = state
            .waiting
            .iter()
            .position(|(address, ..)| state.may_enter(*address, self.max))?;
        let (address, socket, _) = state.waiting.remove(first)?;
        let (number, cancel) = state.enter(address);
        Some((socket, address, number, cancel))
    }

    /// Refuses connections that have been queued for longer than `time`.
    pub fn expire(&self, time: Duration) {
        let mut state = self.state.lock();
        while let Some((_, socket, since)) = state.waiting.front()
            && since.elapsed() > time
        {
            socket.abort();
            state.waiting.pop_front();
        }
    }

    /// Whether the server stops.
    pub fn is_closed(&self) -> bool {
        self.state.lock().closed
    }

    /// Whether there is no connection, and none that waits.
    pub fn is_empty(&self) -> bool {
        let state = self.state.lock();
        state.open.is_empty() && state.waiting.is_empty()
    }

    /// The number of slots in use.
    pub fn taken(&self) -> usize {
        self.state.lock().open.len()
    }

    /// Releases a slot.
    pub fn leave(&self, number: u64) {
        let mut state = self.state.lock();
        if let Some((address, _)) = state.open.remove(&number)
            && let Some(held) = state.held.get_mut(&address)
        {
            *held -= 1;
            if *held == 0 {
                state.held.remove(&address);
            }
        }
        drop(state);
        self.ended.notify_all();
    }

    /// Cancels every connection and admits no more.
    pub fn close(&self) {
        let mut state = self.state.lock();
        state.closed = true;
        for (_, socket, _) in state.waiting.drain(..) {
            socket.abort();
        }
        for (_, cancel) in state.open.values() {
            cancel.cancel();
        }
        drop(state);
        self.ended.notify_all();
    }

    /// Waits up to `time` for all connections to end; returns how many have not.
    pub fn wait_until_empty(&self, time: Duration) -> usize {
        let mut state = self.state.lock();
        let is_open = |state: &mut State| !state.open.is_empty();
        self.ended.wait_while_for(&mut state, is_open, time);
        state.open.len()
    }
}

impl State {
    fn may_enter(&self, address: IpAddr, max: usize) -> bool {
        let reserve = max / RESERVE;
        let held = self.held.get(&address).copied().unwrap_or(0);
        let free = max.saturating_sub(self.open.len());
        free > reserve || free > 0 && held < reserve.max(1)
    }

    fn has_waiting(&self, address: IpAddr) -> bool {
        self.waiting.iter().any(|(waiting, ..)| *waiting == address)
    }

    fn enter(&mut self, address: IpAddr) -> (u64, CancelToken) {
        let number = self.next;
        self.next += 1;
        let cancel = CancelToken::new();
        self.open.insert(number, (address, cancel.clone()));
        *self.held.entry(address).or_default() += 1;
        (number, cancel)
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const GREEDY: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));
    const OTHER: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 2));

    fn sockets() -> impl FnMut() -> Stream {
        || Stream::loopback().0
    }

    fn slot(admission: &Admission) -> Option<u64> {
        match admission {
            Admission::Slot(_, number, _) => Some(*number),
            _ => None,
        }
    }

    #[test]
    fn the_last_eighth_is_for_those_who_have_little() {
        let (slots, mut socket) = (Slots::new(16), sockets());
        for _ in 0..14 {
            assert!(slot(&slots.admit(socket(), GREEDY)).is_some());
        }
        assert!(matches!(slots.admit(socket(), GREEDY), Admission::Waits));
        let first = slot(&slots.admit(socket(), OTHER)).unwrap();
        assert!(slot(&slots.admit(socket(), OTHER)).is_some());
        assert!(!slots.wait_for_one(Duration::ZERO));
        // The greedy address does not get the slot that the other one released.
        slots.leave(first);
        assert!(slots.next().is_none());
        slots.leave(0);
        slots.leave(1);
        let (_, address, ..) = slots.next().unwrap();
        assert_eq!(address, GREEDY);
        assert!(slots.next().is_none());
    }

    #[test]
    fn a_server_with_one_slot_gives_it_to_anyone() {
        let (slots, mut socket) = (Slots::new(1), sockets());
        let number = slot(&slots.admit(socket(), GREEDY)).unwrap();
        assert!(matches!(slots.admit(socket(), OTHER), Admission::Waits));
        slots.leave(number);
        assert!(slots.next().is_some());
    }

    #[test]
    fn nobody_waits_forever() {
        let (slots, mut socket) = (Slots::new(1), sockets());
        let number = slot(&slots.admit(socket(), GREEDY)).unwrap();
        assert!(matches!(slots.admit(socket(), OTHER), Admission::Waits));
        slots.expire(Duration::from_hours(1));
        assert_eq!(slots.state.lock().waiting.len(), 1);
        slots.expire(Duration::ZERO);
        slots.leave(number);
        assert!(slots.next().is_none());
    }

    #[test]
    fn the_line_has_an_end() {
        let (slots, mut socket) = (Slots::new(3), sockets());
        for _ in 0..3 {
            assert!(slot(&slots.admit(socket(), GREEDY)).is_some());
        }
        for _ in 0..3 {
            assert!(matches!(slots.admit(socket(), GREEDY), Admission::Waits));
        }
        assert!(matches!(
            slots.admit(socket(), OTHER),
            Admission::Refused(_)
        ));
    }

    #[test]
    fn closing_cancels_and_admits_no_more() {
        let (slots, mut socket) = (Slots::new(2), sockets());
        let Admission::Slot(_, number, cancel) = slots.admit(socket(), GREEDY) else {
            panic!("not admitted");
        };
        slots.close();
        assert!(cancel.is_cancelled());
        assert!(matches!(
            slots.admit(socket(), OTHER),
            Admission::Refused(_)
        ));
        assert_eq!(slots.wait_until_empty(Duration::ZERO), 1);
        slots.leave(number);
        assert_eq!(slots.wait_until_empty(Duration::ZERO), 0);
    }
}

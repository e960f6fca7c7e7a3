//! What the work on a connection waited for. One thread records, any may read: a wait is counted while it lasts, so that
//! a disk that hangs is seen before it answers.

use std::array;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::time::Duration;

use super::{Trace, nanos};

/// What a transfer waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitFor {
    /// Bytes of the peer.
    Receive,
    /// Space for bytes to the peer.
    Send,
    /// Reading from the disk.
    DiskRead,
    /// Writing to the disk.
    DiskWrite,
    /// The program or the device that takes what is written to a pipe, a device or standard output.
    Output,
    /// The hasher.
    Hash,
    /// A processor, while this side sends.
    Processor,
}

impl WaitFor {
    const ALL: [Self; 7] = [
        Self::Receive,
        Self::Send,
        Self::DiskRead,
        Self::DiskWrite,
        Self::Output,
        Self::Hash,
        Self::Processor,
    ];
}

/// The times that a transfer waited, in all so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waits {
    /// For bytes of the peer.
    pub receive: Duration,
    /// For space for bytes to the peer.
    pub send: Duration,
    /// For the disk to read.
    pub disk_read: Duration,
    /// For the disk to write.
    pub disk_write: Duration,
    /// For the program or device that takes the bytes.
    pub output: Duration,
    /// For the hasher.
    pub hash: Duration,
    /// For a processor, while this side sends.
    pub processor: Duration,
    /// The long ones among `receive`.
    pub pauses: Pauses,
    /// The time in which a body was on its way; the waits are parts of it.
    pub active: Duration,
}

/// The time spent in single waits for bytes of the peer, by how long each wait was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pauses([Duration; PAUSE_KINDS]);

/// From 1 ms on, each twice as long as the one before: the last is 2 s or more.
const PAUSE_KINDS: usize = 12;

impl Pauses {
    /// The time in waits that lasted `least` or longer, rounded up to a power of two of milliseconds.
    pub fn of_at_least(&self, least: Duration) -> Duration {
        let first = (0..PAUSE_KINDS).find(|&kind| Duration::from_millis(1 << kind) >= least);
        let long = &self.0[first.unwrap_or(PAUSE_KINDS - 1)..];
        long.iter()
            .fold(Duration::ZERO, |sum, &time| sum.saturating_add(time))
    }

    /// What has come since `earlier`.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        Self(array::from_fn(|kind| {
            self.0[kind].saturating_sub(earlier.0[kind])
        }))
    }

    /// Both together.
    #[cfg(test)]
    #[must_use]
    pub(crate) fn plus(&self, other: &Self) -> Self {
        Self(array::from_fn(|kind| self.0[kind] + other.0[kind]))
    }

    /// Counts one wait.
    #[cfg(test)]
    pub(crate) fn add(&mut self, time: Duration) {
        if let Some(kind) = pause_kind(nanos(time)) {
            self.0[kind] += time;
        }
    }
}

fn pause_kind(nanos: u64) -> Option<usize> {
    let kind = (nanos / 1_000_000).checked_ilog2()?;
    Some((kind as usize).min(PAUSE_KINDS - 1))
}

/// The clock that keeps them. Times are in nanoseconds since the trace started.
#[derive(Debug, Default)]
pub(super) struct WaitClock {
    totals: [AtomicU64; WaitFor::ALL.len()],
    pauses: [AtomicU64; PAUSE_KINDS],
    /// What is waited for now, as an index plus one; 0 is nothing.
    current: AtomicU8,
    current_since: AtomicU64,
    /// The time of the bodies that are over.
    active: AtomicU64,
    /// When the body on its way began; 0 is none.
    body_since: AtomicU64,
    /// When the first of the last bodies without a long pause between them began.
    run_since: AtomicU64,
    /// When the last body ended.
    run_until: AtomicU64,
    /// All of the last body has passed.
    is_complete: AtomicBool,
}

/// The bodies that a connection carried lately.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// When the first of them began: there was no pause of more than a second since.
    pub since: Duration,
    /// When the last of them ended; `None` while it is on its way.
    pub until: Option<Duration>,
    /// Whether all of the last one has passed.
    pub is_complete: bool,
}

/// A body on its way; it is over when this is dropped.
#[derive(Debug)]
pub(crate) struct Body(Arc<Trace>);

impl Body {
    /// All of it has passed.
    pub(crate) fn complete(&self) {
        self.0.waits.is_complete.store(true, Ordering::Relaxed);
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        let (clock, now) = (&self.0.waits, self.0.now());
        clock.end(now);
        let since = clock.body_since.swap(0, Ordering::Relaxed);
        clock
            .active
            .fetch_add(now.saturating_sub(since), Ordering::Relaxed);
        clock.run_until.store(now, Ordering::Release);
    }
}

impl WaitClock {
    /// Ends the current wait, if any, at `now`.
    fn end(&self, now: u64) {
        let current = self.current.swap(0, Ordering::Relaxed);
        if current > 0 {
            let time = now.saturating_sub(self.current_since.load(Ordering::Relaxed));
            self.add(usize::from(current) - 1, time);
        }
    }

    fn add(&self, kind: usize, time: u64) {
        self.totals[kind].fetch_add(time, Ordering::Relaxed);
        if kind == WaitFor::Receive as usize
            && let Some(kind) = pause_kind(time)
        {
            self.pauses[kind].fetch_add(time, Ordering::Relaxed);
        }
    }

    fn read(&self, now: u64) -> Waits {
        let current = usize::from(self.current.load(Ordering::Relaxed));
        let lasted = now.saturating_sub(self.current_since.load(Ordering::Relaxed));
        let lasting = |kind: usize| if current == kind + 1 { lasted } else { 0 };
        let of = |what: WaitFor| {
            let kind = what as usize;
            let total = self.totals[kind].load(Ordering::Relaxed);
            Duration::from_nanos(total + lasting(kind))
        };
        let mut pauses =
            array::from_fn(|kind| Duration::from_nanos(self.pauses[kind].load(Ordering::Relaxed)));
        let waiting = lasting(WaitFor::Receive as usize);
        if let Some(kind) = pause_kind(waiting) {
            pauses[kind] += Duration::from_nanos(waiting);
        }
        let body = match self.body_since.load(Ordering::Relaxed) {
            0 => 0,
            since => now.saturating_sub(since),
        };
        Waits {
            receive: of(WaitFor::Receive),
            send: of(WaitFor::Send),
            disk_read: of(WaitFor::DiskRead),
            disk_write: of(WaitFor::DiskWrite),
            output: of(WaitFor::Output),
            hash: of(WaitFor::Hash),
            processor: of(WaitFor::Processor),
            pauses: Pauses(pauses),
            active: Duration::from_nanos(self.active.load(Ordering::Relaxed) + body),
        }
    }
}

impl Trace {
    fn now(&self) -> u64 {
        nanos(self.started.elapsed()).max(1)
    }

    /// What was waited for so far, the wait that has not ended included.
    pub fn waits(&self) -> Waits {
        self.waits.read(self.now())
    }

    /// The last bodies.
    pub fn run(&self) -> Run {
        let (clock, order) = (&self.waits, Ordering::Relaxed);
        let is_over = clock.body_since.load(order) == 0;
        let until = Some(clock.run_until.load(order)).filter(|&until| is_over && until > 0);
        Run {
            since: Duration::from_nanos(clock.run_since.load(order)),
            until: until.map(Duration::from_nanos),
            is_complete: clock.is_complete.load(order),
        }
    }

    /// A body is on its way until the returned value is dropped.
    pub(crate) fn body(self: &Arc<Self>) -> Body {
        /// So long after the last body, the next one is another matter.
        const LONG_NANOS: u64 = 1_000_000_000;

        let (clock, now, order) = (&self.waits, self.now(), Ordering::Relaxed);
        let until = clock.run_until.load(order);
        if until == 0 || now.saturating_sub(until) > LONG_NANOS {
            clock.run_since.store(now, order);
        }
        clock.is_complete.store(false, order);
        clock.body_since.store(now, order);
        Body(Arc::clone(self))
    }

    /// From now on, `what` is waited for, and nothing else.
    pub(crate) fn begin_wait(&self, what: WaitFor) {
        let now = self.now();
        self.waits.end(now);
        self.waits.current_since.store(now, Ordering::Relaxed);
        self.waits.current.store(what as u8 + 1, Ordering::Relaxed);
    }

    /// Nothing is waited for any more; `busy` of the wait was no wait, but work.
    pub(crate) fn end_wait(&self, busy: Duration) {
        let current = self.waits.current.load(Ordering::Relaxed);
        if current > 0 {
            self.waits.end(self.now());
            self.take_back(usize::from(current) - 1, busy);
        }
    }

    /// `time` of the waits for `one` was spent on `other`.
    pub(crate) fn move_wait(&self, one: WaitFor, other: WaitFor, time: Duration) {
        let before = self.waits.totals[one as usize].load(Ordering::Relaxed);
        let time = time.min(Duration::from_nanos(before));
        self.take_back(one as usize, time);
        self.waited(other, time);
    }

    /// Adds to the time that was waited.
    pub(crate) fn waited(&self, what: WaitFor, time: Duration) {
        self.waits.add(what as usize, nanos(time));
    }

    fn take_back(&self, kind: usize, time: Duration) {
        let total = &self.waits.totals[kind];
        let less = total.load(Ordering::Relaxed).saturating_sub(nanos(time));
        // Only the thread that works on the connection writes.
        total.store(less, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};

    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn pauses_are_counted_by_their_length() {
        let mut pauses = Pauses::default();
        for ms in [0, 1, 3, 16, 31, 5_000] {
            pauses.add(MS * ms);
        }
        assert_eq!(pauses.of_at_least(Duration::ZERO), MS * 5_051);
        assert_eq!(pauses.of_at_least(MS * 2), MS * 5_050);
        assert_eq!(pauses.of_at_least(MS * 9), MS * 5_047);
        assert_eq!(pauses.of_at_least(MS * 17), MS * 5_000);
        assert_eq!(pauses.of_at_least(MS * 60_000), MS * 5_000);
        assert_eq!(pauses.since(&pauses), Pauses::default());
    }

    #[test]
    fn a_wait_counts_while_it_lasts_and_once() {
        let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 1));
        let trace = Trace::accepted(nowhere, nowhere);
        let clock = &trace.waits;
        let ms = |count: u64| count * 1_000_000;
        clock.current_since.store(ms(10), Ordering::Relaxed);
        clock.current.store(1, Ordering::Relaxed);
        let lasting = clock.read(ms(40));
        assert_eq!(lasting.receive, MS * 30);
        assert_eq!(lasting.pauses.of_at_least(MS * 16), MS * 30);
        clock.end(ms(50));
        clock.end(ms(90));
        let ended = clock.read(ms(100));
        assert_eq!(ended.receive, MS * 40);
        assert_eq!(ended.pauses.of_at_least(MS * 32), MS * 40);
        trace.move_wait(WaitFor::Receive, WaitFor::Hash, MS * 60);
        let moved = clock.read(ms(100));
        assert_eq!((moved.receive, moved.hash), (Duration::ZERO, MS * 40));
    }

    #[test]
    fn bodies_that_follow_each_other_are_one_run() {
        let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 1));
        let trace = Trace::accepted(nowhere, nowhere);
        assert_eq!(trace.run(), Run::default());
        let body = trace.body();
        let first = trace.run();
        assert_eq!((first.until, first.is_complete), (None, false));
        body.complete();
        drop(body);
        let over = trace.run();
        assert!(over.is_complete && over.until >= Some(over.since));
        drop(trace.body());
        let again = trace.run();
        assert_eq!((again.since, again.is_complete), (first.since, false));
        assert!(trace.waits().active > Duration::ZERO);
    }
}

//! The backoff of one folder's workers: while any of them makes progress, the download does. Once all of them back off,
//! the download yields its slot to others.

use std::time::Duration;

use crossbeam_channel::select;
use parking_lot::Mutex;

use crate::transport::{CancelToken, Notify};

/// How many workers are active, and how many of them back off.
#[derive(Debug, Default)]
pub(super) struct Workers {
    state: Mutex<State>,
    slot_regained: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// Workers that have something to do, those that back off included.
    active: usize,
    backing_off: usize,
    /// One of those that back off has yielded the slot, and takes it again for all.
    is_slot_yielded: bool,
}

impl Workers {
    /// One more worker is active, as long as what comes back lives.
    pub(super) fn enter<'a>(&'a self, retry_now: &'a Notify) -> ActiveWorker<'a> {
        self.state.lock().active += 1;
        ActiveWorker {
            workers: self,
            retry_now,
        }
    }

    /// Wait for `delay`, or until `retry_now` is notified; false when nothing more is to be done. The worker that finds
    /// all others backing off calls `yield_slot` instead, which waits as long and returns with a slot; until then the
    /// others wait, too.
    pub(super) fn back_off(
        &self,
        delay: Duration,
        cancel: &CancelToken,
        retry_now: &Notify,
        yield_slot: impl FnOnce() -> bool,
    ) -> bool {
        // Before the last active worker can notify.
        let retry = retry_now.listen();
        let mut state = self.state.lock();
        state.backing_off += 1;
        let yields = !state.is_slot_yielded && state.backing_off >= state.active;
        state.is_slot_yielded |= yields;
        drop(state);
        let _backing_off = BackingOff {
            workers: self,
            yields,
        };
        if yields {
            yield_slot()
        } else {
            select! {
                recv(cancel.cancelled()) -> _ => {}
                recv(retry) -> _ => {}
                default(delay) => {}
            }
            self.wait_for_slot(cancel)
        }
    }

    fn wait_for_slot(&self, cancel: &CancelToken) -> bool {
        loop {
            let regained = self.slot_regained.listen();
            if cancel.is_cancelled() || !self.state.lock().is_slot_yielded {
                return !cancel.is_cancelled();
            }
            select! {
                recv(cancel.cancelled()) -> _ => {}
                recv(regained) -> _ => {}
            }
        }
    }

    #[cfg(test)]
    pub(super) fn backing_off(&self) -> usize {
        self.state.lock().backing_off
    }
}

/// A worker that has something to do.
pub(super) struct ActiveWorker<'a> {
    workers: &'a Workers,
    retry_now: &'a Notify,
}

impl ActiveWorker<'_> {
    /// Wait for something to do, without being active meanwhile. Only where there is nothing yet: when all others back
    /// off, each call makes them retry.
    pub(super) fn idle<T>(&self, wait: impl FnOnce() -> T) -> T {
        struct Idle<'a>(&'a Workers);
        impl Drop for Idle<'_> {
            fn drop(&mut self) {
                self.0.state.lock().active += 1;
            }
        }
        self.end();
        let _idle = Idle(self.workers);
        wait()
    }

    fn end(&self) {
        let mut state = self.workers.state.lock();
        state.active -= 1;
        let all_back_off =
            state.backing_off > 0 && state.backing_off >= state.active && !state.is_slot_yielded;
        drop(state);
        if all_back_off {
            // None of them knows yet that it would be the last. Each retries, which is reasonable after the progress of
            // the worker that was active until now, or backs off again and finds out.
            self.retry_now.notify_all();
        }
    }
}

impl Drop for ActiveWorker<'_> {
    fn drop(&mut self) {
        self.end();
    }
}

/// Ends whatever way the backoff does, a panic included.
struct BackingOff<'a> {
    workers: &'a Workers,
    yields: bool,
}

impl Drop for BackingOff<'_> {
    fn drop(&mut self) {
        let mut state = self.workers.state.lock();
        state.backing_off -= 1;
        if self.yields {
            state.is_slot_yielded = false;
            self.workers.slot_regained.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use crossbeam_channel::{TryRecvError, bounded};

    use super::*;

    const LONG: Duration = Duration::from_mins(1);

    #[test]
    fn only_the_last_to_back_off_yields_the_slot() {
        let (workers, cancel, retry_now) = <(Workers, CancelToken, Notify)>::default();
        let (one, _other) = (workers.enter(&retry_now), workers.enter(&retry_now));
        assert!(
            workers.back_off(Duration::ZERO, &cancel, &retry_now, || panic!(
                "one still works"
            ))
        );
        // An idle worker does not count.
        let is_given = one.idle(|| workers.back_off(LONG, &cancel, &retry_now, || true));
        assert!(is_given);
        let mut is_given = false;
        drop(one);
        assert!(!workers.back_off(LONG, &cancel, &retry_now, || {
            is_given = true;
            false
        }));
        assert!(is_given);
    }

    #[test]
    fn the_others_wait_for_the_slot() {
        let (workers, cancel, retry_now) = &<(Workers, CancelToken, Notify)>::default();
        let _both = (workers.enter(retry_now), workers.enter(retry_now));
        let (away, is_away) = bounded(0);
        let (back, is_back) = bounded(0);
        thread::scope(|scope| {
            // Workers until the cancel: it is not the last.
            let first =
                scope.spawn(|| workers.back_off(LONG, cancel, retry_now, || unreachable!()));
            while workers.backing_off() == 0 {
                thread::yield_now();
            }
            let last = scope.spawn(|| {
                workers.back_off(LONG, cancel, retry_now, || {
                    away.send(()).unwrap();
                    is_back.recv().unwrap();
                    true
                })
            });
            is_away.recv().unwrap();
            // Its delay is over meanwhile, and there is no slot yet.
            let third = scope
                .spawn(|| workers.back_off(Duration::ZERO, cancel, retry_now, || unreachable!()));
            while workers.backing_off() < 3 {
                thread::yield_now();
            }
            assert!(!third.is_finished());
            back.send(()).unwrap();
            assert!(last.join().unwrap() && third.join().unwrap());
            cancel.cancel();
            assert!(!first.join().unwrap());
        });
        assert_eq!(workers.backing_off(), 0);
    }

    #[test]
    fn those_that_back_off_retry_when_the_last_active_worker_ends() {
        let (workers, cancel, retry_now) = &<(Workers, CancelToken, Notify)>::default();
        let (_one, other) = (workers.enter(retry_now), workers.enter(retry_now));
        thread::scope(|scope| {
            let resting =
                scope.spawn(|| workers.back_off(LONG, cancel, retry_now, || unreachable!()));
            while workers.backing_off() == 0 {
                thread::yield_now();
            }
            drop(other);
            assert!(resting.join().unwrap());
        });
        // Nobody workers, and nobody is told.
        let retry = retry_now.listen();
        workers.enter(retry_now).idle(|| ());
        assert_eq!(retry.try_recv(), Err(TryRecvError::Empty));
    }

    #[test]
    fn those_that_back_off_retry_when_the_last_active_worker_is_idle() {
        let (workers, cancel, retry_now) = &<(Workers, CancelToken, Notify)>::default();
        let (_one, other) = (workers.enter(retry_now), workers.enter(retry_now));
        let mut retry = retry_now.listen();
        thread::scope(|scope| {
            let resting =
                scope.spawn(|| workers.back_off(LONG, cancel, retry_now, || unreachable!()));
            while workers.backing_off() == 0 {
                thread::yield_now();
            }
            other.idle(|| {
                assert_eq!(retry.try_recv(), Err(TryRecvError::Disconnected));
                retry = retry_now.listen();
                assert!(resting.join().unwrap());
            });
        });
        assert_eq!(retry.try_recv(), Err(TryRecvError::Empty));
        // It is active again: with the other one backing off alone, nobody yields the slot.
        assert!(
            workers.back_off(Duration::ZERO, cancel, retry_now, || panic!(
                "one still works"
            ))
        );
    }

    #[test]
    fn a_panic_without_the_slot_leaves_nobody_waiting() {
        let (workers, cancel, retry_now) = <(Workers, CancelToken, Notify)>::default();
        let _one = workers.enter(&retry_now);
        let panicked = thread::scope(|scope| {
            let away = scope
                .spawn(|| workers.back_off(LONG, &cancel, &retry_now, || panic!("on purpose")));
            away.join().is_err()
        });
        assert!(panicked);
        assert!(workers.back_off(Duration::ZERO, &cancel, &retry_now, || true));
        assert!(!workers.state.lock().is_slot_yielded);
    }
}

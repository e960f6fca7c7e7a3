//! The threads of one folder's download: while any of them gets on, the download does; once all of
//! them wait for the server, other downloads have its turn.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crossbeam_channel::select;

use crate::transport::{CancelToken, Notify};

/// Who works and who rests.
#[derive(Debug, Default)]
pub(super) struct Rests {
    state: Mutex<State>,
    /// The turn is back.
    back: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// Threads that have something to do, those that rest included.
    working: usize,
    resting: usize,
    /// One of those that rest has given the turn back, and takes it again for all.
    is_away: bool,
}

impl Rests {
    /// One more thread works, as long as what comes back lives.
    pub(super) fn work<'a>(&'a self, retry_now: &'a Notify) -> Working<'a> {
        self.state().working += 1;
        Working {
            rests: self,
            retry_now,
        }
    }

    /// Rest for `time`, or until `retry_now` is notified; false when nothing more is to be done. Who finds
    /// that all the others rest, too, calls `give_turn` instead, which waits as long and comes back with
    /// a turn; nobody goes on before it does.
    pub(super) fn rest(
        &self,
        time: Duration,
        cancel: &CancelToken,
        retry_now: &Notify,
        give_turn: impl FnOnce() -> bool,
    ) -> bool {
        // Before the last of them tells of it.
        let retry = retry_now.listen();
        let mut state = self.state();
        state.resting += 1;
        let goes_away = !state.is_away && state.resting >= state.working;
        state.is_away |= goes_away;
        drop(state);
        let _resting = Resting {
            rests: self,
            is_away: goes_away,
        };
        if goes_away {
            give_turn()
        } else {
            select! {
                recv(cancel.cancelled()) -> _ => {}
                recv(retry) -> _ => {}
                default(time) => {}
            }
            self.wait_for_turn(cancel)
        }
    }

    fn wait_for_turn(&self, cancel: &CancelToken) -> bool {
        loop {
            let back = self.back.listen();
            if cancel.is_cancelled() || !self.state().is_away {
                return !cancel.is_cancelled();
            }
            select! {
                recv(cancel.cancelled()) -> _ => {}
                recv(back) -> _ => {}
            }
        }
    }

    /// How many rest now.
    #[cfg(test)]
    pub(super) fn resting(&self) -> usize {
        self.state().resting
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Numbers, each changed in one step.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A thread that has something to do.
pub(super) struct Working<'a> {
    rests: &'a Rests,
    retry_now: &'a Notify,
}

impl Working<'_> {
    /// Wait for something to do, which does not count as work. Only where there is nothing yet: when all
    /// others rest, each call makes them try again.
    pub(super) fn idle<T>(&self, wait: impl FnOnce() -> T) -> T {
        struct Idle<'a>(&'a Rests);
        impl Drop for Idle<'_> {
            fn drop(&mut self) {
                self.0.state().working += 1;
            }
        }
        self.end();
        let _idle = Idle(self.rests);
        wait()
    }

    /// It works no more.
    fn end(&self) {
        let mut state = self.rests.state();
        state.working -= 1;
        let all_rest = state.resting > 0 && state.resting >= state.working && !state.is_away;
        drop(state);
        if all_rest {
            // None of them knows yet that it would be the last. Each tries, which the one that worked
            // until now gives a reason for, or rests anew and finds out.
            self.retry_now.notify_all();
        }
    }
}

impl Drop for Working<'_> {
    fn drop(&mut self) {
        self.end();
    }
}

/// Ends whatever way the rest does, a panic included.
struct Resting<'a> {
    rests: &'a Rests,
    is_away: bool,
}

impl Drop for Resting<'_> {
    fn drop(&mut self) {
        let mut state = self.rests.state();
        state.resting -= 1;
        if self.is_away {
            state.is_away = false;
            self.rests.back.notify_all();
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
    fn only_the_last_to_rest_gives_the_turn() {
        let (rests, cancel, retry_now) = <(Rests, CancelToken, Notify)>::default();
        let (one, _other) = (rests.work(&retry_now), rests.work(&retry_now));
        assert!(rests.rest(Duration::ZERO, &cancel, &retry_now, || panic!(
            "one still works"
        )));
        // A thread that waits for something to do does not count.
        let is_given = one.idle(|| rests.rest(LONG, &cancel, &retry_now, || true));
        assert!(is_given);
        let mut is_given = false;
        drop(one);
        assert!(!rests.rest(LONG, &cancel, &retry_now, || {
            is_given = true;
            false
        }));
        assert!(is_given);
    }

    #[test]
    fn the_others_wait_for_the_turn() {
        let (rests, cancel, retry_now) = &<(Rests, CancelToken, Notify)>::default();
        let _both = (rests.work(retry_now), rests.work(retry_now));
        let (away, is_away) = bounded(0);
        let (back, is_back) = bounded(0);
        thread::scope(|scope| {
            // Rests until the cancel: it is not the last.
            let first = scope.spawn(|| rests.rest(LONG, cancel, retry_now, || unreachable!()));
            while rests.resting() == 0 {
                thread::yield_now();
            }
            let last = scope.spawn(|| {
                rests.rest(LONG, cancel, retry_now, || {
                    away.send(()).unwrap();
                    is_back.recv().unwrap();
                    true
                })
            });
            is_away.recv().unwrap();
            // Whose time is over meanwhile has no turn yet.
            let third =
                scope.spawn(|| rests.rest(Duration::ZERO, cancel, retry_now, || unreachable!()));
            while rests.resting() < 3 {
                thread::yield_now();
            }
            assert!(!third.is_finished());
            back.send(()).unwrap();
            assert!(last.join().unwrap() && third.join().unwrap());
            cancel.cancel();
            assert!(!first.join().unwrap());
        });
        assert_eq!(rests.resting(), 0);
    }

    #[test]
    fn who_rests_tries_when_the_last_one_that_worked_is_done() {
        let (rests, cancel, retry_now) = &<(Rests, CancelToken, Notify)>::default();
        let (_one, other) = (rests.work(retry_now), rests.work(retry_now));
        thread::scope(|scope| {
            let resting = scope.spawn(|| rests.rest(LONG, cancel, retry_now, || unreachable!()));
            while rests.resting() == 0 {
                thread::yield_now();
            }
            drop(other);
            assert!(resting.join().unwrap());
        });
        // Nobody rests, and nobody is told.
        let retry = retry_now.listen();
        rests.work(retry_now).idle(|| ());
        assert_eq!(retry.try_recv(), Err(TryRecvError::Empty));
    }

    #[test]
    fn who_rests_tries_when_the_last_one_that_worked_waits_for_something_to_do() {
        let (rests, cancel, retry_now) = &<(Rests, CancelToken, Notify)>::default();
        let (_one, other) = (rests.work(retry_now), rests.work(retry_now));
        let mut retry = retry_now.listen();
        thread::scope(|scope| {
            let resting = scope.spawn(|| rests.rest(LONG, cancel, retry_now, || unreachable!()));
            while rests.resting() == 0 {
                thread::yield_now();
            }
            other.idle(|| {
                assert_eq!(retry.try_recv(), Err(TryRecvError::Disconnected));
                retry = retry_now.listen();
                assert!(resting.join().unwrap());
            });
        });
        assert_eq!(retry.try_recv(), Err(TryRecvError::Empty));
        // It works again: with it alone at rest, nobody gives the turn.
        assert!(rests.rest(Duration::ZERO, cancel, retry_now, || panic!(
            "one still works"
        )));
    }

    #[test]
    fn a_panic_with_the_turn_leaves_nobody_waiting() {
        let (rests, cancel, retry_now) = <(Rests, CancelToken, Notify)>::default();
        let _one = rests.work(&retry_now);
        let panicked = thread::scope(|scope| {
            let away =
                scope.spawn(|| rests.rest(LONG, &cancel, &retry_now, || panic!("on purpose")));
            away.join().is_err()
        });
        assert!(panicked);
        assert!(rests.rest(Duration::ZERO, &cancel, &retry_now, || true));
        assert!(!rests.state().is_away);
    }
}

//! Keeps the computer awake during transfers.
//!
//! The system call may take seconds (D-Bus on Linux), so a thread makes it. The thread follows the
//! latest state rather than events: however often that changes, it only catches up once.

use std::fmt;
use std::sync::Arc;

use parking_lot::{Condvar, Mutex, MutexGuard};

use crate::t;
use landline_engine::threads;

/// The reverse-DNS name that systems expect.
const APP_ID: &str = "io.github.landline";

/// The sleep inhibitor. Dropping it releases it without waiting.
#[derive(Debug)]
pub struct SleepInhibitor(Arc<Level>);

#[derive(Debug, Default)]
struct Level {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Clone, Copy, Debug, Default)]
struct State {
    wanted: bool,
    over: bool,
}

impl SleepInhibitor {
    /// Starts in the released state. On a system that does not support it, this has no effect but
    /// one line in the log.
    pub fn start() -> Self {
        Self::with(|| {
            let reason = t!("why-awake");
            let mut builder = keepawake::Builder::default();
            builder
                .idle(true)
                .reason(reason)
                .app_name("Landline")
                .app_reverse_domain(APP_ID);
            // The D-Bus client spawns a thread, and panics if it cannot.
            if !threads::can_start(2) {
                return Err("no thread is left".to_owned());
            }
            // Remote sessions are often allowed to inhibit idle, but not sleep.
            let both = builder.clone().sleep(true).create();
            both.or_else(|_| builder.create())
                .map_err(|error| error.to_string())
        })
    }

    /// The same with another way to acquire the inhibitor; it is released when the value returned
    /// by `ask` is dropped.
    fn with<G, E: fmt::Display>(ask: impl FnMut() -> Result<G, E> + Send + 'static) -> Self {
        let level = Arc::new(Level::default());
        let followed = Arc::clone(&level);
        let following = threads::spawn("awake", move || {
            warm_up();
            follow(&followed, ask);
        });
        if let Err(error) = following {
            log::info!("this computer may fall asleep: {error}");
        }
        Self(level)
    }

    /// Acquires or releases the inhibitor. Returns at once.
    pub fn set(&self, wanted: bool) {
        let mut state = self.0.state();
        if state.wanted != wanted {
            state.wanted = wanted;
            self.0.changed.notify_one();
        }
    }
}

impl Drop for SleepInhibitor {
    fn drop(&mut self) {
        self.0.state().over = true;
        self.0.changed.notify_one();
    }
}

impl Level {
    fn state(&self) -> MutexGuard<'_, State> {
        // Two independent flags, so a panic cannot leave them inconsistent.
        self.state.lock()
    }

    /// Waits until the wanted state differs from `held`.
    fn next(&self, held: bool) -> State {
        let unchanged = |state: &mut State| !state.over && state.wanted == held;
        let mut state = self.state();
        self.changed.wait_while(&mut state, unchanged);
        *state
    }
}

/// Spawns the thread that every D-Bus call needs. If it had to be created later, while connections
/// use up all threads that the system allows, its absence would abort the program.
fn warm_up() {
    #[cfg(target_os = "linux")]
    if threads::can_start(2) {
        zbus::block_on(async {});
    }
}

fn follow<G, E: fmt::Display>(level: &Level, mut ask: impl FnMut() -> Result<G, E>) {
    let mut held = None;
    loop {
        let state = level.next(held.is_some());
        if state.over {
            return;
        }
        // Neither call is made with the lock held: both may be slow.
        held = match state.wanted.then(&mut ask).transpose() {
            Ok(held) => held,
            Err(error) => {
                log::info!("this computer may fall asleep: {error}");
                return;
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crossbeam_channel::{Receiver, Sender, bounded, unbounded};

    use super::*;

    /// Far more than the thread needs.
    const PATIENCE: Duration = Duration::from_secs(20);

    /// Reports when it is created and dropped.
    struct Held(Sender<&'static str>);

    impl Held {
        fn new(tell: &Sender<&'static str>) -> Self {
            tell.send("awake").unwrap();
            Self(tell.clone())
        }
    }

    impl Drop for Held {
        fn drop(&mut self) {
            let _ = self.0.send("asleep");
        }
    }

    fn next(told: &Receiver<&'static str>) -> &'static str {
        told.recv_timeout(PATIENCE).unwrap_or("nothing")
    }

    #[test]
    fn the_inhibitor_is_held_as_long_as_it_is_wanted() {
        let (tell, told) = unbounded();
        let awake = SleepInhibitor::with(move || Ok::<_, String>(Held::new(&tell)));
        for _ in 0..3 {
            awake.set(true);
            awake.set(true);
            assert_eq!(next(&told), "awake");
            awake.set(false);
            assert_eq!(next(&told), "asleep");
        }
        assert!(told.is_empty());
    }

    #[test]
    fn dropping_it_lets_the_computer_sleep() {
        let (tell, told) = unbounded();
        let awake = SleepInhibitor::with(move || Ok::<_, String>(Held::new(&tell)));
        awake.set(true);
        assert_eq!(next(&told), "awake");
        drop(awake);
        assert_eq!(next(&told), "asleep");
    }

    #[test]
    fn a_system_that_does_not_respond_blocks_nothing() {
        let (tell, told) = unbounded();
        let (answer, answers) = bounded::<()>(0);
        let awake = SleepInhibitor::with(move || {
            let held = Held::new(&tell);
            let _ = answers.recv();
            Ok::<_, String>(held)
        });
        awake.set(true);
        assert_eq!(next(&told), "awake");
        // The thread is blocked. A request that is withdrawn meanwhile is never made.
        awake.set(false);
        awake.set(true);
        awake.set(false);
        drop(answer);
        assert_eq!(next(&told), "asleep");
        drop(awake);
        assert_eq!(told.recv(), Err(crossbeam_channel::RecvError));
    }

    #[test]
    fn an_unsupported_system_is_tried_only_once() {
        let (tell, told) = unbounded();
        let awake = SleepInhibitor::with(move || {
            tell.send("asked").unwrap();
            Err::<(), _>("no such service")
        });
        awake.set(true);
        assert_eq!(next(&told), "asked");
        awake.set(false);
        awake.set(true);
        assert_eq!(told.recv(), Err(crossbeam_channel::RecvError));
    }
}

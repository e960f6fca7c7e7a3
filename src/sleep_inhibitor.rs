//! Keeps the computer awake while something moves.
//!
//! Asking the system may take seconds (on Linux it is a call over D-Bus), so a thread does it. That
//! thread follows a level, not events: however fast the level changes, it only ever catches up with
//! the latest.

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::t;
use landline_engine::threads;

/// As systems want a program to be named.
const APP_ID: &str = "io.github.landline";

/// Whether the computer should stay awake. Dropping it lets it sleep again; that waits for nothing.
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
    /// Lets the computer sleep, at first. On a system that cannot be kept awake nothing ever
    /// happens but one line in the log.
    pub fn start() -> Self {
        Self::with(|| {
            let reason = t!("why-awake");
            let mut builder = keepawake::Builder::default();
            builder
                .idle(true)
                .reason(reason)
                .app_name("Landline")
                .app_reverse_domain(APP_ID);
            // What asks over D-Bus starts a thread, and panics where none is left.
            if !threads::can_start(2) {
                return Err("no thread is left".to_owned());
            }
            // Who logged in over the network may often forbid idleness, but not sleep.
            let both = builder.clone().sleep(true).create();
            both.or_else(|_| builder.create())
                .map_err(|error| error.to_string())
        })
    }

    /// The same with another way to keep a computer awake: as long as what `ask` returns.
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

    /// Whether the computer should stay awake from now on. Returns at once.
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
        // Two flags, each set at once.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wait until it is not `held`.
    fn next(&self, held: bool) -> State {
        let unchanged = |state: &mut State| !state.over && state.wanted == held;
        let state = self.changed.wait_while(self.state(), unchanged);
        *state.unwrap_or_else(PoisonError::into_inner)
    }
}

/// Start the thread that every call over D-Bus needs. Should it be missing once strangers can connect, and take all
/// threads that the system allows, its absence would abort the program.
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
        // Neither call is made under the lock: both may take their time.
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

    /// Far more than a thread needs to notice.
    const PATIENCE: Duration = Duration::from_secs(20);

    /// Tells when it is made and when it is gone.
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
    fn it_is_held_as_long_as_it_is_wanted() {
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
    fn a_system_that_does_not_answer_keeps_nobody_waiting() {
        let (tell, told) = unbounded();
        let (answer, answers) = bounded::<()>(0);
        let awake = SleepInhibitor::with(move || {
            let held = Held::new(&tell);
            let _ = answers.recv();
            Ok::<_, String>(held)
        });
        awake.set(true);
        assert_eq!(next(&told), "awake");
        // Its thread is stuck in there. What is wanted meanwhile and not any more is never asked for.
        awake.set(false);
        awake.set(true);
        awake.set(false);
        drop(answer);
        assert_eq!(next(&told), "asleep");
        drop(awake);
        assert_eq!(told.recv(), Err(crossbeam_channel::RecvError));
    }

    #[test]
    fn a_system_that_cannot_is_asked_once() {
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

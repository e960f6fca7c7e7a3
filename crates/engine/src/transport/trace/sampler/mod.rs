//! Takes samples of connections: four times a second on a thread that exists only while a connection is watched, or once.

#[cfg(all(test, target_os = "linux"))]
mod tests;

use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex, MutexGuard};

use super::super::sys::{self, Ends};
use super::super::tcp::{TcpSocket, TcpState};
use super::{Sample, Trace};
use crate::threads;

/// The time from one sample of a connection to the next.
pub(super) const PERIOD: Duration = Duration::from_millis(250);

static SAMPLER: Sampler = Sampler {
    state: Mutex::new(State {
        watched: Vec::new(),
        is_running: false,
    }),
    changed: Condvar::new(),
};

/// The watched connections and their thread.
struct Sampler {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    watched: Vec<Watched>,
    is_running: bool,
}

struct Watched {
    trace: Arc<Trace>,
    /// How many [`Watch`]es want it.
    watches: usize,
    /// No sample was taken yet.
    is_new: bool,
}

/// Keeps a connection watched until it is dropped.
#[derive(Debug)]
pub struct Watch(Arc<Trace>);

/// Watches `trace`, unless nothing can be seen of it any more.
pub(super) fn watch(trace: &Arc<Trace>) -> Watch {
    if is_observable(trace) {
        SAMPLER.add(trace);
    }
    Watch(Arc::clone(trace))
}

impl Drop for Watch {
    fn drop(&mut self) {
        SAMPLER.remove(&self.0);
    }
}

impl Sampler {
    fn add(&'static self, trace: &Arc<Trace>) {
        let mut state = self.state.lock();
        if let Some(watched) = state.find(trace) {
            watched.watches += 1;
            return;
        }
        state.watched.push(Watched {
            trace: Arc::clone(trace),
            watches: 1,
            is_new: true,
        });
        if !state.is_running {
            // Without a thread there are no samples, which is what a system that reports nothing has as well.
            state.is_running = threads::spawn("tcp samples", || self.run()).is_ok();
        }
        self.changed.notify_one();
    }

    fn remove(&self, trace: &Arc<Trace>) {
        let mut state = self.state.lock();
        let Some(watched) = state.find(trace) else {
            return;
        };
        watched.watches -= 1;
        if watched.watches == 0 {
            state.watched.retain(|of| !Arc::ptr_eq(&of.trace, trace));
            self.changed.notify_one();
        }
    }

    /// Takes samples as long as something is watched.
    fn run(&self) {
        let mut due = Instant::now();
        let mut state = self.state.lock();
        while !state.watched.is_empty() {
            let is_due = Instant::now() >= due;
            if is_due {
                // After a pause, as when the computer slept, nothing is made up for.
                due = (due + PERIOD).max(Instant::now());
            }
            let traces = state.take_due(is_due);
            if !traces.is_empty() {
                MutexGuard::unlocked(&mut state, || {
                    for trace in &traces {
                        trace.look_up_line_speed();
                    }
                    sample(traces.iter().map(Arc::as_ref));
                });
                state.watched.retain(|of| is_observable(&of.trace));
                continue;
            }
            self.changed.wait_until(&mut state, due);
        }
        state.is_running = false;
    }
}

impl State {
    fn find(&mut self, trace: &Arc<Trace>) -> Option<&mut Watched> {
        self.watched
            .iter_mut()
            .find(|of| Arc::ptr_eq(&of.trace, trace))
    }

    /// What to take a sample of now: everything if `is_due`, else what is new.
    fn take_due(&mut self, is_due: bool) -> Vec<Arc<Trace>> {
        let due = self.watched.iter_mut().filter(|of| is_due || of.is_new);
        due.map(|of| {
            of.is_new = false;
            Arc::clone(&of.trace)
        })
        .collect()
    }
}

/// Whether the system may still know the connection, and Landline which one it is.
fn is_observable(trace: &Trace) -> bool {
    let is_over = trace
        .last_sample()
        .is_some_and(|last| last.state == TcpState::Closed);
    !is_over && !trace.local().ip().is_unspecified()
}

/// Adds a sample to each of `traces`; none where the system says nothing.
pub(super) fn sample<'a>(traces: impl IntoIterator<Item = &'a Trace>) {
    let looks: Vec<_> = traces
        .into_iter()
        .filter(|trace| is_observable(trace))
        .map(Look::begin)
        .collect();
    let ends: Vec<_> = looks.iter().flat_map(Look::ends).collect();
    if ends.is_empty() {
        return;
    }
    match sys::find(&ends) {
        Ok(mut found) => {
            for (look, found) in looks.iter().zip(found.chunks_exact_mut(2)) {
                look.finish(found[0].take(), found[1].take());
            }
        }
        Err(e) => log::debug!("no TCP figures: {e}"),
    }
}

/// What Landline itself knows of a connection, read before the system is asked.
struct Look<'a> {
    trace: &'a Trace,
    at: Duration,
    was_closed: bool,
}

impl<'a> Look<'a> {
    fn begin(trace: &'a Trace) -> Self {
        Self {
            trace,
            at: trace.started().elapsed(),
            was_closed: trace.is_closed(),
        }
    }

    /// The connection from both sides.
    fn ends(&self) -> [Ends; 2] {
        let ends = Ends {
            local: self.trace.local(),
            peer: self.trace.peer(),
        };
        [ends, ends.reversed()]
    }

    fn finish(&self, own: Option<TcpSocket>, peer: Option<TcpSocket>) {
        use TcpState::{CloseWait, Closed, Established, SynReceived, SynSent};
        // Once the socket is closed, these states are those of a later connection between the same ports.
        let is_later = |own: &TcpSocket| {
            let open = [SynSent, SynReceived, Established, CloseWait];
            self.was_closed && open.contains(&own.state)
        };
        let (own, peer) = match own {
            Some(own) if is_later(&own) => (None, None),
            own => (own, peer),
        };
        let own = own.as_ref();
        let peer = peer.as_ref();
        self.trace.push(Sample {
            at: self.at,
            state: own.map_or(Closed, |own| own.state),
            peer_state: peer.map(|peer| peer.state),
            receive_queue: own.map_or(Some(0), |own| own.receive_queue),
            send_queue: own.map_or(Some(0), |own| own.send_queue),
            time_wait_left: own.and_then(|own| own.time_wait_left),
            peer_time_wait_left: peer.and_then(|peer| peer.time_wait_left),
            info: own.and_then(|own| own.info),
            sent: self.trace.sent().bytes,
            received: self.trace.received().bytes,
            waits: self.trace.waits(),
        });
    }
}

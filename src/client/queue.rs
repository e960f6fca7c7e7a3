//! Who downloads now and who waits: at most a few at once, in the order of asking.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::call::Halt;
use super::fetch;
use super::job::Job;
use super::known::Known;
use super::{ClientError, ClientEvent, Limits, Request};
use crate::net::{Cancel, Direction, Outcome, Reporter, Transfer, TransferId, threads};

/// What the workers share with their [`Client`](super::Client), which they may outlive.
#[derive(Debug)]
pub(super) struct Queue {
    pub(super) reporter: Reporter<ClientEvent>,
    pub(super) limits: Limits,
    known: Known,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<(Request, Arc<Transfer>)>,
    running: Vec<Arc<Transfer>>,
    closed: bool,
}

/// Let `request` wait for its turn, which may be now.
pub(super) fn add(queue: &Arc<Queue>, request: Request) -> Arc<Transfer> {
    let transfer = Arc::new(Transfer::new(
        Direction::Download,
        &request.name,
        &request.host,
        Cancel::new(),
    ));
    queue
        .state()
        .waiting
        .push_back((request, Arc::clone(&transfer)));
    start_next(queue);
    transfer
}

/// Give every free place to whoever waits longest.
fn start_next(queue: &Arc<Queue>) {
    while let Some((request, transfer)) = queue.take_next() {
        let worker = Arc::clone(queue);
        let own = Arc::clone(&transfer);
        let name = format!("get {}", request.name.escape_debug());
        let spawned = threads::spawn(thread_name(&name), move || {
            let _place = Place(&worker, &own);
            own.end(run(&worker, &request, &own));
        });
        if let Err(e) = spawned {
            let error = ClientError::from_system(&e);
            transfer.end(Outcome::Failed(error.sentence()));
            queue.leave(&transfer);
        }
    }
}

/// A place among the running; given back whatever way the download ends, a panic included.
struct Place<'a>(&'a Arc<Queue>, &'a Arc<Transfer>);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let Self(queue, transfer) = self;
        let name = transfer.name().to_owned();
        // Only the first end counts: there is none yet after a panic.
        transfer.end(Outcome::Failed(ClientError::Crashed { name }.sentence()));
        queue.leave(transfer);
        start_next(queue);
    }
}

/// How a transfer ends whose switch was used.
fn stopped(transfer: &Transfer) -> Outcome {
    if transfer.is_pausing() {
        Outcome::Paused(None)
    } else {
        Outcome::Cancelled
    }
}

/// Remove what is kept of a download.
pub(super) fn discard(request: Request) {
    drop(request);
}

/// Systems show little of a thread's name, and it must not hold a NUL (`escape_debug` sees to it).
fn thread_name(name: &str) -> String {
    name.chars().take(40).collect()
}

fn run(queue: &Queue, request: &Request, transfer: &Arc<Transfer>) -> Outcome {
    transfer.connecting();
    queue.changed(transfer);
    let job = Job {
        request,
        transfer,
        known: &queue.known,
        timeouts: &queue.limits.timeouts,
        moving: &|| queue.changed(transfer),
    };
    match fetch::fetch(&job) {
        Ok(saved) => Outcome::Saved(saved),
        // A cancel ends blocked calls by making them fail, and that is not the user's news.
        Err(_) if transfer.cancel().is_cancelled() => stopped(transfer),
        Err(Halt::Cancelled) => stopped(transfer),
        Err(Halt::Failed(error)) => {
            log::info!("{} from {}: {error}", request.name, request.host);
            Outcome::Failed(error.sentence())
        }
    }
}

impl Queue {
    pub(super) fn new(reporter: Reporter<ClientEvent>, limits: Limits) -> Self {
        Self {
            reporter,
            limits,
            known: Known::default(),
            state: Mutex::default(),
        }
    }

    pub(super) fn cancel(&self, id: TransferId) {
        let mut state = self.state();
        let waiting = state.waiting.iter().position(|(_, t)| t.id() == id);
        let removed = waiting.and_then(|at| state.waiting.remove(at));
        let running = state.running.iter().find(|t| t.id() == id).cloned();
        drop(state);
        if let Some(transfer) = running {
            transfer.cancel().cancel();
        }
        if let Some((_, transfer)) = removed {
            self.end_waiting(&transfer);
        }
    }

    pub(super) fn pause(&self, id: TransferId) {
        let state = self.state();
        let waiting = state.waiting.iter().map(|(_, transfer)| transfer);
        let found = waiting
            .chain(&state.running)
            .find(|t| t.id() == id)
            .cloned();
        drop(state);
        if let Some(transfer) = found {
            transfer.pause();
            self.cancel(id);
        }
    }

    /// No download begins any more, and those that run are cancelled.
    pub(super) fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        let waiting = std::mem::take(&mut state.waiting);
        let running = state.running.clone();
        drop(state);
        for transfer in running {
            transfer.cancel().cancel();
        }
        for (_, transfer) in waiting {
            self.end_waiting(&transfer);
        }
    }

    fn end_waiting(&self, transfer: &Arc<Transfer>) {
        transfer.cancel().cancel();
        transfer.end(stopped(transfer));
        self.reporter
            .report(ClientEvent::Ended(Arc::clone(transfer)));
    }

    fn take_next(&self) -> Option<(Request, Arc<Transfer>)> {
        let mut state = self.state();
        if state.closed || state.running.len() >= self.limits.at_once.max(1) {
            return None;
        }
        let next = state.waiting.pop_front()?;
        state.running.push(Arc::clone(&next.1));
        Some(next)
    }

    /// An ended transfer gives its place back.
    fn leave(&self, transfer: &Arc<Transfer>) {
        self.state().running.retain(|t| t.id() != transfer.id());
        self.reporter
            .report(ClientEvent::Ended(Arc::clone(transfer)));
    }

    fn changed(&self, transfer: &Arc<Transfer>) {
        self.reporter
            .report(ClientEvent::Changed(Arc::clone(transfer)));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every change under the lock is one call that cannot panic half-way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

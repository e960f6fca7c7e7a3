//! Who downloads now and who waits: at most a few at once, in the order of asking.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crossbeam_channel::select;

use super::connection::FetchError;
use super::job::{Job, place};
use super::protocol_cache::ProtocolCache;
use super::{ClientEvent, Limits, Request, fetch, folder};
use crate::error::ClientError;
use crate::secret::Secret;
use crate::store::part::{PartFile, Source};
use crate::store::seal::Seal;
use crate::threads;
use crate::transfer::{Direction, Outcome, Reporter, Stage, Transfer, TransferId};
use crate::transport::{CancelToken, Notify};

/// Downloads that rest, each on a thread of its own, while others have their turns.
const MAX_RESTING: usize = 16;

/// What the workers share with their [`Client`](super::Client), which they may outlive.
#[derive(Debug)]
pub(super) struct Queue {
    pub(super) reporter: Reporter<ClientEvent>,
    pub(super) limits: Limits,
    pub(super) known: ProtocolCache,
    /// What the records of parts are authenticated with.
    secret: Secret,
    state: Mutex<State>,
    /// Rung when a turn is given back.
    free: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// Those that may have their turn at the same time.
    at_once: usize,
    waiting: VecDeque<(Request, Arc<Transfer>)>,
    /// Those with a thread.
    running: Vec<Arc<Transfer>>,
    /// Of those, the ones that have their turn: the others rest before they try again.
    busy: Vec<TransferId>,
    /// Those that have rested and want a turn again; they come first.
    returning: VecDeque<TransferId>,
    /// By name: those of which an earlier version may have left parts.
    trusted: HashMap<String, Vec<Request>>,
    closed: bool,
}

/// Let `request` wait for its turn, which may be now.
pub(super) fn add(
    queue: &Arc<Queue>,
    request: Request,
    before: Option<&Transfer>,
) -> Arc<Transfer> {
    let (name, host) = (request.shown(), &request.host);
    let transfer = Transfer::new(Direction::Download, name, host, CancelToken::new());
    if let Some(before) = before {
        transfer.set_done(before.done());
        transfer.set_total(before.total());
        if let Some(files) = before.files() {
            transfer.set_files(files);
        }
        if let Some(place) = before.place() {
            transfer.set_place(place);
        }
    }
    let transfer = Arc::new(transfer);
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
        let name = format!("get {}", request.shown().escape_debug());
        let spawned = threads::spawn(thread_name(&name), move || {
            let _place = Place(&worker, &own);
            own.end(run(&worker, &request, &own));
        });
        if let Err(e) = spawned {
            let error = ClientError::from_system(&e);
            transfer.end(Outcome::Failed(error.into()));
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
        transfer.end(Outcome::Failed(ClientError::Crashed { name }.into()));
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

/// Remove what is kept of a download that does not run.
pub(super) fn discard(queue: &Queue, request: Request) {
    let seal = queue.seal(&request);
    let removing = threads::spawn("remove a part", move || {
        let Ok((folder, name)) = place(&request.target, &request.name) else {
            return;
        };
        if let Some(part) = PartFile::find(&folder, &name, &Source::from(&request), &seal) {
            part.remove();
        }
        folder::discard(&request, &seal);
    });
    if let Err(e) = removing {
        log::warn!("a part stays: {e}");
    }
}

/// Systems show little of a thread's name, and it must not hold a NUL (`escape_debug` sees to it).
fn thread_name(name: &str) -> String {
    name.chars().take(40).collect()
}

fn run(queue: &Arc<Queue>, request: &Request, transfer: &Arc<Transfer>) -> Outcome {
    transfer.connecting();
    queue.changed(transfer);
    let job = Job {
        request,
        transfer,
        known: &queue.known,
        seal: &queue.seal(request),
        timeouts: &queue.limits.timeouts,
        moving: &|| queue.changed(transfer),
        rest: &|why, time| rest(queue, transfer, why, time),
        modified: None,
        connections: queue.limits.connections,
        give_up: queue.limits.give_up,
        naming: &|_, _| {},
        most: queue.limits.most,
        progress: RefCell::default(),
    };
    let outcome = match fetch::fetch(&job) {
        Ok(outcome) => outcome,
        // A cancel ends blocked calls by making them fail, and that is not the user's news.
        Err(_) if transfer.cancel().is_cancelled() => stopped(transfer),
        Err(FetchError::Cancelled) => stopped(transfer),
        Err(FetchError::Failed(error)) => {
            log::info!("{} from {}: {error}", request.name, request.host);
            if let ClientError::NoSuchFile { nearest, .. } = &error {
                transfer.set_nearest(nearest.first().cloned());
            }
            match &error {
                ClientError::Store(reason) if reason.is_resumable() => Outcome::Paused(Some(error)),
                _ => Outcome::Failed(error.into()),
            }
        }
    };
    job.leave(outcome != Outcome::Cancelled);
    outcome
}

/// Let others have the turn for `time`, and take it again; false after a cancel.
fn rest(queue: &Arc<Queue>, transfer: &Arc<Transfer>, why: ClientError, time: Duration) -> bool {
    // From now on somebody may be impatient.
    let retry_now = transfer.retry_now().listen();
    transfer.interrupted(why, Instant::now() + time);
    queue.changed(transfer);
    let gives_turn = queue.may_rest();
    if gives_turn {
        queue.give_turn_back(transfer.id());
        start_next(queue);
    }
    select! {
        recv(transfer.cancel().cancelled()) -> _ => {}
        recv(retry_now) -> _ => {}
        default(time) => {}
    }
    if transfer.cancel().is_cancelled() {
        return false;
    }
    if gives_turn {
        // Others may have all turns for a while, and no click changes that.
        transfer.waiting();
        queue.changed(transfer);
        if !queue.take_turn(transfer) {
            return false;
        }
    }
    // Those that wait were held back while this one did; there may be room for more than one.
    start_next(queue);
    transfer.connecting();
    queue.changed(transfer);
    true
}

/// From now on so many run at the same time.
pub(super) fn set_at_once(queue: &Arc<Queue>, at_once: usize) {
    queue.state().at_once = at_once;
    // Those that have rested come first.
    queue.free.notify_all();
    start_next(queue);
}

impl State {
    /// Whether one more may have its turn.
    fn is_free(&self) -> bool {
        self.busy.len() < self.at_once.max(1)
    }
}

impl Queue {
    pub(super) fn new(reporter: Reporter<ClientEvent>, limits: Limits, secret: Secret) -> Self {
        let state = State {
            at_once: limits.at_once,
            ..State::default()
        };
        Self {
            reporter,
            limits,
            known: ProtocolCache::default(),
            secret,
            state: Mutex::new(state),
            free: Notify::default(),
        }
    }

    /// Accept what an earlier version left of `requests`.
    pub(super) fn trust(&self, requests: impl IntoIterator<Item = Request>) {
        let mut state = self.state();
        for request in requests {
            let named = state.trusted.entry(request.name.clone());
            named.or_default().push(request);
        }
    }

    /// What authenticates the records of `request`.
    fn seal(&self, request: &Request) -> Seal {
        let state = self.state();
        let named = state.trusted.get(&request.name);
        let is_trusted =
            named.is_some_and(|named| named.iter().any(|other| other.shares_part(request)));
        Seal::new(self.secret.clone(), is_trusted)
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
        if let Some((request, transfer)) = removed {
            self.end_waiting(&transfer);
            if !transfer.is_pausing() && !self.is_wanted(&request) {
                // It may have been begun at another time.
                discard(self, request);
            }
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

    pub(super) fn try_now(&self, id: TransferId) {
        let state = self.state();
        let found = state.running.iter().find(|t| t.id() == id);
        if let Some(transfer) = found.filter(|t| t.stage() == Stage::Interrupted) {
            transfer.retry_now().notify_all();
        }
    }

    /// Whether another that waits goes on from the same part. One that runs holds it.
    fn is_wanted(&self, request: &Request) -> bool {
        let state = self.state();
        let mut waiting = state.waiting.iter();
        waiting.any(|(other, _)| other.shares_part(request))
    }

    /// No download begins any more, and those that run are paused.
    pub(super) fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        let waiting = std::mem::take(&mut state.waiting);
        let running = state.running.clone();
        drop(state);
        for transfer in running {
            transfer.pause();
        }
        for (_, transfer) in waiting {
            transfer.pause();
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
        if state.closed || !state.returning.is_empty() || !state.is_free() {
            return None;
        }
        let next = state.waiting.pop_front()?;
        state.busy.push(next.1.id());
        state.running.push(Arc::clone(&next.1));
        Some(next)
    }

    /// Whether one more may rest without its turn. When that many do, the network is gone for all.
    fn may_rest(&self) -> bool {
        let state = self.state();
        state.running.len() - state.busy.len().min(state.running.len()) < MAX_RESTING
    }

    fn give_turn_back(&self, id: TransferId) {
        self.state().busy.retain(|busy| *busy != id);
        self.free.notify_all();
    }

    /// Wait for a turn; false after a cancel.
    fn take_turn(&self, transfer: &Transfer) -> bool {
        let id = transfer.id();
        let mut state = self.state();
        state.returning.push_back(id);
        loop {
            let free = self.free.listen();
            let is_cancelled = transfer.cancel().is_cancelled();
            if is_cancelled || (state.is_free() && state.returning.front() == Some(&id)) {
                state.returning.retain(|other| *other != id);
                if !is_cancelled {
                    state.busy.push(id);
                }
                drop(state);
                // The next one is first now.
                self.free.notify_all();
                return !is_cancelled;
            }
            drop(state);
            select! {
                recv(transfer.cancel().cancelled()) -> _ => {}
                recv(free) -> _ => {}
            }
            state = self.state();
        }
    }

    /// An ended transfer gives its place back.
    fn leave(&self, transfer: &Arc<Transfer>) {
        self.state().running.retain(|t| t.id() != transfer.id());
        self.give_turn_back(transfer.id());
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

#[cfg(test)]
mod tests;

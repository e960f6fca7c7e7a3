//! Starts downloads in the order of asking, at most a few at once. One that backs off before its next try gives its slot
//! to another, and comes first afterwards.

mod download;
mod retry;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use parking_lot::{Mutex, MutexGuard};

use self::download::Suspended;
use self::retry::Timer;
use super::protocol_cache::ProtocolCache;
use super::{ClientEvent, CopyNaming, KnownServers, Limits, Request, folder};
use crate::secret::Secret;
use crate::store::part::{PartFile, Source};
use crate::store::seal::Seal;
use crate::threads;
use crate::transfer::{Direction, Outcome, Reporter, Transfer, TransferId};
use crate::transport::{CancelToken, Notify};

/// What the threads of downloads share with their [`Client`](super::Client), which they may outlive.
#[derive(Debug)]
pub(super) struct Scheduler {
    pub(super) reporter: Reporter<ClientEvent>,
    pub(super) limits: Limits,
    pub(super) known: ProtocolCache,
    /// What the records of parts are authenticated with, and tokens are derived from.
    pub(super) secret: Secret,
    /// Those whose parts threads have yet to delete.
    discarding: Arc<Mutex<VecDeque<Request>>>,
    state: Mutex<State>,
    /// The thread of the timers has to look at them again.
    timers_changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// How many slots there are.
    at_once: usize,
    /// How a new file is called if the old one is kept.
    copies: CopyNaming,
    /// Those that have not started.
    waiting: VecDeque<(Request, Arc<Transfer>)>,
    /// Those that have started and not ended.
    running: Vec<Arc<Transfer>>,
    /// Of those, the ones that have a slot: the others back off.
    slots: Vec<TransferId>,
    timers: Vec<Timer>,
    /// Those whose backoff is over and that wait for a slot again; they come first.
    returning: Vec<Timer>,
    has_timer_thread: bool,
    /// By name: those of which an earlier version may have left parts.
    trusted: HashMap<String, Vec<Request>>,
    closed: bool,
}

/// Queue `request`, which may start at once: with the progress of `before`, and with `is_next` before the others.
pub(super) fn add(
    scheduler: &Arc<Scheduler>,
    request: Request,
    before: Option<&Transfer>,
    is_next: bool,
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
    // Its part is needed after all.
    let mut discarding = scheduler.discarding.lock();
    discarding.retain(|other| !other.shares_part(&request));
    drop(discarding);
    let waits = (request, Arc::clone(&transfer));
    let mut state = scheduler.state();
    if is_next {
        state.waiting.push_front(waits);
    } else {
        state.waiting.push_back(waits);
    }
    drop(state);
    start_next(scheduler);
    transfer
}

/// Give every free slot away: first to those whose backoff is over, then to those that have waited longest.
fn start_next(scheduler: &Arc<Scheduler>) {
    while let Some(next) = scheduler.take_next() {
        match next {
            Next::Resume(timer) => {
                // It waits for a slot no more.
                scheduler.timers_changed.notify_all();
                retry::resume(scheduler, timer);
            }
            Next::Start(request, transfer) => {
                download::start(scheduler, &transfer, Suspended::new(request));
            }
        }
    }
}

/// Who gets a slot.
enum Next {
    Resume(Timer),
    Start(Request, Arc<Transfer>),
}

/// How a transfer ends whose switch was used.
pub(super) fn stopped(transfer: &Transfer) -> Outcome {
    if transfer.is_pausing() {
        Outcome::Paused(None)
    } else {
        Outcome::Cancelled
    }
}

/// Remove what is kept of downloads that do not run, unless one is added again before its turn; then call `done`.
pub(super) fn discard(
    scheduler: &Scheduler,
    requests: Vec<Request>,
    done: impl FnOnce() + Send + 'static,
) {
    let sealed = requests.into_iter().map(|request| {
        let seal = scheduler.seal(&request);
        (request, seal)
    });
    let sealed: Vec<_> = sealed.collect();
    let requests = sealed.iter().map(|(request, _)| request.clone());
    scheduler.discarding.lock().extend(requests);
    let discarding = Arc::clone(&scheduler.discarding);
    let removing = threads::spawn("remove parts", move || {
        for (request, seal) in sealed {
            let mut discarding = discarding.lock();
            let at = discarding.iter().position(|other| *other == request);
            // Usually it is the first.
            let is_unwanted = at.and_then(|at| discarding.remove(at)).is_some();
            drop(discarding);
            if is_unwanted {
                discard_one(&request, &seal);
            }
        }
        done();
    });
    if let Err(e) = removing {
        log::warn!("parts stay: {e}");
    }
}

fn discard_one(request: &Request, seal: &Seal) {
    let Ok((folder, name)) = request.target.resolve(&request.name) else {
        return;
    };
    if let Some(part) = PartFile::find(&folder, &name, &Source::from(request), seal) {
        part.remove();
    }
    folder::discard(request, seal);
}

/// From now on there are so many slots.
pub(super) fn set_at_once(scheduler: &Arc<Scheduler>, at_once: usize) {
    scheduler.state().at_once = at_once;
    start_next(scheduler);
}

impl State {
    /// Whether there is a free slot.
    fn is_free(&self) -> bool {
        self.slots.len() < self.at_once.max(1)
    }
}

impl Scheduler {
    pub(super) fn new(
        reporter: Reporter<ClientEvent>,
        limits: Limits,
        secret: Secret,
        servers: KnownServers,
    ) -> Self {
        let state = State {
            at_once: limits.at_once,
            copies: limits.copies,
            ..State::default()
        };
        Self {
            reporter,
            limits,
            known: ProtocolCache::new(servers),
            secret,
            discarding: Arc::default(),
            state: Mutex::new(state),
            timers_changed: Notify::default(),
        }
    }

    pub(super) fn set_copies(&self, copies: CopyNaming) {
        self.state().copies = copies;
    }

    fn copies(&self) -> CopyNaming {
        self.state().copies
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
                discard(self, vec![request], || {});
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
        let mut state = self.state();
        if let Some(timer) = state.timers.iter_mut().find(|t| t.transfer.id() == id) {
            timer.due = Instant::now();
            // A folder's workers have timers of their own.
            timer.transfer.retry_now().notify_all();
            drop(state);
            self.timers_changed.notify_all();
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
        self.ended(transfer);
    }

    /// Give a slot away.
    fn take_next(&self) -> Option<Next> {
        let mut state = self.state();
        if !state.is_free() {
            return None;
        }
        if !state.returning.is_empty() {
            let timer = state.returning.remove(0);
            state.slots.push(timer.transfer.id());
            return Some(Next::Resume(timer));
        }
        if state.closed {
            return None;
        }
        let (request, transfer) = state.waiting.pop_front()?;
        state.slots.push(transfer.id());
        state.running.push(Arc::clone(&transfer));
        Some(Next::Start(request, transfer))
    }

    /// An ended transfer gives its slot back.
    fn leave(&self, transfer: &Arc<Transfer>) {
        let mut state = self.state();
        state.running.retain(|t| t.id() != transfer.id());
        state.slots.retain(|id| *id != transfer.id());
        drop(state);
        self.ended(transfer);
    }

    /// Report the end of a transfer.
    pub(super) fn ended(&self, transfer: &Arc<Transfer>) {
        self.reporter
            .report(ClientEvent::Ended(Arc::clone(transfer)));
    }

    pub(super) fn changed(&self, transfer: &Arc<Transfer>) {
        self.reporter
            .report(ClientEvent::Changed(Arc::clone(transfer)));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every change under the lock is one call that cannot panic half-way.
        self.state.lock()
    }
}

#[cfg(test)]
mod tests;

//! The timers of the downloads that back off before their next try. One thread waits for all of them; it runs while
//! there are any.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Select, Sender, bounded};

use super::download::{self, Suspended};
use super::{Scheduler, State, start_next};
use crate::error::ClientError;
use crate::threads;
use crate::transfer::{Outcome, Transfer, TransferState};
use crate::transport::Signal;

/// Downloads that back off without a slot, so that others can start. Each has open files, and when so many back off,
/// the network is gone for all: further ones keep their slots.
pub(super) const MAX_WITHOUT_SLOT: usize = 16;

/// A download that backs off, or that waits for a slot afterwards.
#[derive(Debug)]
pub(super) struct Timer {
    pub(super) transfer: Arc<Transfer>,
    pub(super) due: Instant,
    keeps_slot: bool,
    pub(super) resume: Resume,
}

/// How a download goes on.
#[derive(Debug)]
pub(super) enum Resume {
    /// In a new thread.
    Start(Box<Suspended>),
    /// In its thread, which waits for this: that of a folder, whose workers are inside its scope.
    Wake(Sender<()>),
}

/// Let others have the slot for so long, then resume the download. False where the thread that waits for that cannot be
/// started: then the download has failed.
pub(super) fn schedule(
    scheduler: &Arc<Scheduler>,
    transfer: &Arc<Transfer>,
    error: ClientError,
    after: Duration,
    resume: Resume,
) -> bool {
    let mut state = scheduler.state();
    if !state.has_timer_thread {
        let own = Arc::clone(scheduler);
        if let Err(e) = threads::spawn("retry timers", move || run_timers(&own)) {
            drop(state);
            match resume {
                Resume::Start(download) => download::end_without_thread(transfer, *download, &e),
                Resume::Wake(_) => {
                    let error = ClientError::from_system(&e);
                    transfer.end(Outcome::Failed(error.into()));
                }
            }
            return false;
        }
        state.has_timer_thread = true;
    }
    let slots = state.slots.len().min(state.running.len());
    let keeps_slot = state.running.len() - slots >= MAX_WITHOUT_SLOT;
    if !keeps_slot {
        state.slots.retain(|id| *id != transfer.id());
    }
    let due = Instant::now() + after;
    // Before the timer can end.
    transfer.back_off(error, due);
    state.timers.push(Timer {
        transfer: Arc::clone(transfer),
        due,
        keeps_slot,
        resume,
    });
    drop(state);
    scheduler.changed(transfer);
    scheduler.timers_changed.notify_all();
    start_next(scheduler);
    true
}

/// [`schedule`] the next try and wait for it on this thread; false after a cancel.
#[expect(clippy::disallowed_methods, reason = "waits on a folder's own thread")]
pub(super) fn wait(
    scheduler: &Arc<Scheduler>,
    transfer: &Arc<Transfer>,
    error: ClientError,
    after: Duration,
) -> bool {
    let (wake, woken) = bounded(1);
    let is_woken = schedule(scheduler, transfer, error, after, Resume::Wake(wake))
        // A cancel ends the timer, too.
        && woken.recv().is_ok()
        && !transfer.cancel().is_cancelled();
    if is_woken {
        transfer.set_state(TransferState::Connecting);
        scheduler.changed(transfer);
    }
    is_woken
}

/// Go on with a download, which has a slot unless it was cancelled.
pub(super) fn resume(scheduler: &Arc<Scheduler>, timer: Timer) {
    match timer.resume {
        Resume::Start(download) => download::start(scheduler, &timer.transfer, *download),
        // Only a panic could have ended the thread.
        Resume::Wake(wake) => _ = wake.try_send(()),
    }
}

/// The thread of all timers.
fn run_timers(scheduler: &Arc<Scheduler>) {
    let _panic = EndAllOnPanic(scheduler);
    loop {
        let changed = scheduler.timers_changed.listen();
        let (ready, waiting) = scheduler.state().take_due(Instant::now());
        for timer in ready {
            resume(scheduler, timer);
        }
        for transfer in waiting {
            scheduler.changed(&transfer);
        }
        start_next(scheduler);

        let mut state = scheduler.state();
        let cancelled = state.cancel_signals();
        if cancelled.is_empty() {
            // Under the same lock as the look: a new timer starts a new thread.
            state.has_timer_thread = false;
            return;
        }
        let due = state.timers.iter().map(|timer| timer.due).min();
        drop(state);
        let mut select = Select::new();
        for signal in cancelled.iter().chain([&changed]) {
            select.recv(signal);
        }
        match due {
            Some(due) => _ = select.ready_deadline(due),
            None => _ = select.ready(),
        }
    }
}

impl State {
    /// The downloads to resume now: those that were cancelled, so that they can end, and those that have kept their
    /// slots. All others whose time has come wait for a slot; they come second.
    fn take_due(&mut self, now: Instant) -> (Vec<Timer>, Vec<Arc<Transfer>>) {
        let is_cancelled = |timer: &Timer| timer.transfer.cancel().is_cancelled();
        let mut ready: Vec<_> = self
            .returning
            .extract_if(.., |timer| is_cancelled(timer))
            .collect();
        let is_due = |timer: &mut Timer| timer.due <= now || is_cancelled(timer);
        let mut due: Vec<_> = self.timers.extract_if(.., is_due).collect();
        due.sort_by_key(|timer| timer.due);
        let mut waiting = Vec::new();
        for timer in due {
            if timer.keeps_slot || is_cancelled(&timer) {
                ready.push(timer);
            } else {
                // Others may have all slots for a while, and no click changes that.
                timer.transfer.set_state(TransferState::Queued);
                waiting.push(Arc::clone(&timer.transfer));
                self.returning.push(timer);
            }
        }
        (ready, waiting)
    }

    fn cancel_signals(&self) -> Vec<Signal> {
        let all = self.timers.iter().chain(&self.returning);
        all.map(|timer| timer.transfer.cancel().cancelled().clone())
            .collect()
    }
}

/// Without the thread, no download would be resumed: it tells each of them.
struct EndAllOnPanic<'a>(&'a Arc<Scheduler>);

impl Drop for EndAllOnPanic<'_> {
    fn drop(&mut self) {
        if !thread::panicking() {
            return;
        }
        let mut state = self.0.state();
        state.has_timer_thread = false;
        let mut all = std::mem::take(&mut state.timers);
        all.append(&mut state.returning);
        drop(state);
        for Timer {
            transfer, resume, ..
        } in all
        {
            let name = transfer.name().to_owned();
            transfer.end(Outcome::Failed(ClientError::Crashed { name }.into()));
            // A thread that waits ends by itself.
            if matches!(resume, Resume::Start(_)) {
                self.0.leave(&transfer);
            }
        }
        start_next(self.0);
    }
}

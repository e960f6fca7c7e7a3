//! One download on a thread of its own, until it ends or has to wait before the next try.

use std::io;
use std::sync::Arc;

use parking_lot::Mutex;

use super::retry::{self, Resume};
use super::{Scheduler, start_next, stopped};
use crate::client::Request;
use crate::client::backoff::Backoff;
use crate::client::connection::FetchError;
use crate::client::fetch::{self, Step};
use crate::client::job::{Job, Progress, leave};
use crate::error::ClientError;
use crate::threads;
use crate::transfer::{Outcome, Transfer, TransferState};

/// Everything that a download has while it has no thread.
#[derive(Debug)]
pub(super) struct Suspended {
    request: Request,
    progress: Progress,
    /// None before the first try.
    backoff: Option<Backoff>,
}

impl Suspended {
    /// A download that has not begun.
    pub(super) fn new(request: Request) -> Self {
        Self {
            request,
            progress: Progress::default(),
            backoff: None,
        }
    }
}

/// Start or resume a download.
pub(super) fn start(scheduler: &Arc<Scheduler>, transfer: &Arc<Transfer>, download: Suspended) {
    let worker = Arc::clone(scheduler);
    let own = Arc::clone(transfer);
    let name = format!("get {}", download.request.shown().escape_debug());
    // A thread that cannot be started drops what it was given.
    let kept = Arc::new(Mutex::new(Some(download)));
    let given = Arc::clone(&kept);
    let spawned = threads::spawn(thread_name(&name), move || {
        let mut running = Running {
            scheduler: &worker,
            transfer: &own,
            is_suspended: false,
        };
        // Dropped before `running`: the part is unlocked when the next download may start.
        let Some(mut download) = given.lock().take() else {
            return;
        };
        match run(&worker, &own, &mut download) {
            Step::Done(outcome) => own.end(outcome),
            Step::Retry { after, error } => {
                let resume = Resume::Start(Box::new(download));
                running.is_suspended = retry::schedule(&worker, &own, error, after, resume);
            }
        }
    });
    if let Err(e) = spawned {
        if let Some(download) = kept.lock().take() {
            end_without_thread(transfer, download, &e);
        }
        scheduler.leave(transfer);
    }
}

/// End a download for which the system has no thread. Its part is kept, unless the user cancelled it.
pub(super) fn end_without_thread(transfer: &Transfer, mut download: Suspended, error: &io::Error) {
    let outcome = if transfer.cancel().is_cancelled() {
        stopped(transfer)
    } else {
        Outcome::Failed(ClientError::from_system(error).into())
    };
    let is_wanted = outcome != Outcome::Cancelled;
    leave(transfer, &mut download.progress, is_wanted);
    transfer.end(outcome);
}

/// A download with a thread. Gives its slot back whatever way it ends, a panic included.
struct Running<'a> {
    scheduler: &'a Arc<Scheduler>,
    transfer: &'a Arc<Transfer>,
    /// It goes on in another thread.
    is_suspended: bool,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if self.is_suspended {
            return;
        }
        let name = self.transfer.name().to_owned();
        // Only the first end counts: there is none yet after a panic.
        self.transfer
            .end(Outcome::Failed(ClientError::Crashed { name }.into()));
        self.scheduler.leave(self.transfer);
        start_next(self.scheduler);
    }
}

/// Systems show little of a thread's name, and it must not hold a NUL (`escape_debug` sees to it).
fn thread_name(name: &str) -> String {
    name.chars().take(40).collect()
}

fn run(
    scheduler: &Arc<Scheduler>,
    transfer: &Arc<Transfer>,
    download: &mut Suspended,
) -> Step<Outcome> {
    let is_resumed = download.backoff.is_some();
    let request = &download.request;
    let job = Job {
        request,
        transfer,
        known: &scheduler.known,
        seal: &scheduler.seal(request),
        timeouts: &scheduler.limits.timeouts,
        moving: &|| scheduler.changed(transfer),
        wait_to_retry: &|error, after| retry::wait(scheduler, transfer, error, after),
        modified: None,
        connections: scheduler.limits.connections,
        give_up: scheduler.limits.give_up,
        copies: scheduler.copies(),
        naming: &|_, _| {},
        most: scheduler.limits.most,
    };
    let fetched = if is_resumed && transfer.cancel().is_cancelled() {
        Err(FetchError::Cancelled)
    } else {
        transfer.set_state(TransferState::Connecting);
        scheduler.changed(transfer);
        fetch::fetch(&job, &mut download.progress, &mut download.backoff)
    };
    let outcome = match fetched {
        Ok(Step::Done(outcome)) => outcome,
        // A cancel ends blocked calls by making them fail, and that is not the user's news.
        _ if transfer.cancel().is_cancelled() => stopped(transfer),
        Ok(Step::Retry { after, error }) => {
            return Step::Retry { after, error };
        }
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
    leave(
        transfer,
        &mut download.progress,
        outcome != Outcome::Cancelled,
    );
    Step::Done(outcome)
}

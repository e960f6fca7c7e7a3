//! One delivery from the walk to its outcome.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crossbeam_channel::select;
use parking_lot::Mutex;

use super::head::{Batch, Sender};
use super::item::{Item, Unit, units};
use super::put::Begun;
use super::results::Results;
use super::walk::walk;
use super::work::Worker;
use super::{Recipient, SendRequest, localsend};
use crate::client::backoff::Backoff;
use crate::client::connection::FetchError;
use crate::client::location::check_host;
use crate::client::scheduler::{Scheduler, stopped};
use crate::error::{ClientError, DeliveryError};
use crate::secret::Secret;
use crate::threads;
use crate::transfer::{Outcome, Protocol, Transfer, TransferState};

/// Connections for forms: while the server flushes the files of one to its disk, others are read and sent.
const MAX_WORKERS: usize = 4;

/// Files with requests of their own that are sent at a time: while the server flushes one, the next is sent. More would
/// only share the same line and disk.
const MAX_PUTS: usize = 2;

/// What the workers of a delivery share.
#[derive(Debug)]
pub(super) struct Delivery<'a> {
    pub(super) scheduler: &'a Arc<Scheduler>,
    pub(super) transfer: &'a Arc<Transfer>,
    pub(super) request: &'a SendRequest,
    pub(super) sender: Sender,
    pub(super) items: Vec<Item>,
    /// Large files of which something was sent.
    pub(super) begun: Mutex<HashMap<usize, Begun>>,
    work: Mutex<Work>,
    results: Mutex<Results>,
    /// The owner has accepted what is sent, as far as is known.
    is_accepted: AtomicBool,
    /// The server has answered over HTTP.
    has_spoken: AtomicBool,
}

#[derive(Debug)]
struct Work {
    waiting: VecDeque<Unit>,
    /// Units of one file that are being sent.
    puts: usize,
    /// Why nothing more is sent for now.
    error: Option<FetchError>,
}

/// Sends everything; blocks until that has ended.
pub(super) fn send(
    scheduler: &Arc<Scheduler>,
    transfer: &Arc<Transfer>,
    request: &SendRequest,
) -> Outcome {
    let sent = match request.to {
        Recipient::Share => try_send(scheduler, transfer, request),
        Recipient::LocalSend => localsend::send(scheduler, transfer, request),
    };
    match sent {
        Ok(outcome) => outcome,
        // A cancel ends blocked calls by making them fail, and that is not the user's news.
        Err(FetchError::Failed(error)) if !transfer.cancel().is_cancelled() => {
            log::info!("sending to {}: {error}", request.host);
            Outcome::Failed(error.into())
        }
        Err(_) => stopped(transfer),
    }
}

fn try_send(
    scheduler: &Arc<Scheduler>,
    transfer: &Arc<Transfer>,
    request: &SendRequest,
) -> Result<Outcome, FetchError> {
    check_host(&request.host)?;
    transfer.set_state(TransferState::Connecting);
    scheduler.changed(transfer);
    let mut found = walk(&request.paths, transfer.cancel())?;
    let results = Results::new(&mut found);
    transfer.set_total(Some(found.len));
    if found.items.len() > 1 || found.failed > 0 {
        transfer.set_files(results.files());
    }
    if found.items.is_empty() {
        return match results.outcome(&request.host) {
            Outcome::Sent => Err(ClientError::from(DeliveryError::NothingToSend).into()),
            outcome => Ok(outcome),
        };
    }
    let id = batch_id(&scheduler.secret, request, &found.items);
    let batch = Batch {
        id: &id,
        files: found.items.len() as u64,
        len: found.len,
        from: &request.from,
    };
    let device = device_token(&scheduler.secret, &request.host);
    let delivery = Delivery {
        scheduler,
        transfer,
        request,
        sender: Sender::new(&request.host, request.port, batch, &device),
        work: Mutex::new(Work {
            waiting: units(&found.items).into(),
            puts: 0,
            error: None,
        }),
        items: found.items,
        begun: Mutex::default(),
        results: Mutex::new(results),
        is_accepted: AtomicBool::new(false),
        has_spoken: AtomicBool::new(false),
    };
    let sent = delivery.send_with_retries();
    let results = delivery.results.lock();
    transfer.set_notes(results.notes(&request.host));
    sent.map(|()| results.outcome(&request.host))
}

/// By what the server recognises another attempt to send the same files, unchanged.
fn batch_id(secret: &Secret, request: &SendRequest, items: &[Item]) -> String {
    let mut parts = vec![request.token.clone().into_bytes()];
    for item in items {
        parts.push(item.name.clone().into_bytes());
        parts.push(item.len.to_le_bytes().to_vec());
        parts.push(format!("{:?}", item.modified).into_bytes());
    }
    let parts: Vec<_> = parts.iter().map(Vec::as_slice).collect();
    URL_SAFE_NO_PAD.encode(secret.code("batch", &parts))
}

/// By what the server at `host` recognises this installation; it says nothing to other servers.
fn device_token(secret: &Secret, host: &str) -> String {
    let host = host.to_lowercase();
    URL_SAFE_NO_PAD.encode(secret.code("device", &[host.as_bytes()]))
}

impl Delivery<'_> {
    fn send_with_retries(&self) -> Result<(), FetchError> {
        let limits = &self.scheduler.limits;
        let mut backoff = Backoff::new(&limits.timeouts, limits.give_up);
        let mut furthest = (0, 0);
        loop {
            let error = match self.send_all() {
                Ok(()) => return Ok(()),
                Err(FetchError::Failed(error)) if !self.transfer.cancel().is_cancelled() => error,
                Err(error) => return Err(error),
            };
            let done = (self.results.lock().files().done, self.transfer.done());
            if done > furthest {
                backoff.progressed();
                furthest = done;
            }
            let is_there = self.is_http() || error.retry_after().is_some();
            let (true, Some(after)) = (is_there && error.is_passing(), backoff.after(&error))
            else {
                return Err(error.into());
            };
            log::info!("{error}");
            self.wait(error, after)?;
        }
    }

    /// Waits before another attempt.
    fn wait(&self, error: ClientError, after: Duration) -> Result<(), FetchError> {
        let retry_now = self.transfer.retry_now().listen();
        self.transfer.back_off(error, Instant::now() + after);
        self.scheduler.changed(self.transfer);
        select! {
            recv(retry_now) -> _ => {}
            recv(self.transfer.cancel().cancelled()) -> _ => return Err(FetchError::Cancelled),
            default(after) => {}
        }
        self.transfer.set_state(TransferState::Connecting);
        self.scheduler.changed(self.transfer);
        Ok(())
    }

    /// Sends everything that is left.
    fn send_all(&self) -> Result<(), FetchError> {
        let mut first = Worker::new(self);
        // One question, one request.
        while !self.is_accepted() {
            if !first.send_next()? {
                return Ok(());
            }
        }
        let waiting = self.work.lock().waiting.len();
        let limit = MAX_WORKERS.min(self.scheduler.limits.connections.max(1));
        thread::scope(|scope| {
            for _ in 1..waiting.min(limit) {
                let worker = || self.run(Worker::new(self));
                if let Err(e) = threads::spawn_within(scope, "send", worker) {
                    log::warn!("fewer connections: {e}");
                }
            }
            self.run(first);
        });
        self.work.lock().error.take().map_or(Ok(()), Err)
    }

    fn run(&self, mut worker: Worker<'_>) {
        loop {
            match worker.send_next() {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    self.work.lock().error.get_or_insert(error);
                    return;
                }
            }
        }
    }

    /// A unit to send. None at the end, after an error, and where others send enough.
    pub(super) fn next(&self) -> Option<Unit> {
        let mut work = self.work.lock();
        if work.error.is_some() {
            return None;
        }
        if let Some(Unit::File(_)) = work.waiting.front() {
            if work.puts == MAX_PUTS {
                return None;
            }
            work.puts += 1;
        }
        work.waiting.pop_front()
    }

    /// A unit of [`Self::next`] is not being sent any more.
    pub(super) fn finished(&self, unit: &Unit) {
        if matches!(unit, Unit::File(_)) {
            self.work.lock().puts -= 1;
        }
    }

    /// A unit is to be sent another time.
    pub(super) fn give_back(&self, unit: Unit) {
        let mut work = self.work.lock();
        match unit {
            Unit::Form(files) if files.is_empty() => {}
            Unit::Form(_) => work.waiting.push_front(unit),
            // After the forms.
            Unit::File(_) => {
                let is_file = |unit: &Unit| matches!(unit, Unit::File(_));
                let at = work.waiting.iter().position(is_file);
                let at = at.unwrap_or(work.waiting.len());
                work.waiting.insert(at, unit);
            }
        }
    }

    /// The server has confirmed the file `at`, and calls it `stored`.
    pub(super) fn stored(&self, at: usize, stored: Option<&str>) {
        let mut results = self.results.lock();
        results.stored(&self.items[at].name, stored);
        self.show(&results);
    }

    /// The file `at` cannot be sent.
    pub(super) fn failed(&self, at: usize, why: ClientError) {
        let mut results = self.results.lock();
        results.failed(&self.items[at].name, why);
        self.show(&results);
    }

    fn show(&self, results: &Results) {
        if self.transfer.files().is_some() {
            self.transfer.set_files(results.files());
        }
    }

    /// Whether the owner has accepted.
    pub(super) fn is_accepted(&self) -> bool {
        self.is_accepted.load(Ordering::Acquire)
    }

    /// The owner has accepted.
    pub(super) fn accepted(&self) {
        self.is_accepted.store(true, Ordering::Release);
    }

    /// Whether the server is known to speak HTTP.
    pub(super) fn is_http(&self) -> bool {
        let (host, port) = (&self.request.host, self.request.port);
        self.has_spoken.load(Ordering::Relaxed)
            || self.scheduler.known.get(host, port) == Some(Protocol::Http)
    }

    /// The server has answered over HTTP.
    pub(super) fn spoke(&self) {
        if !self.has_spoken.swap(true, Ordering::Relaxed) {
            let (host, port) = (&self.request.host, self.request.port);
            self.scheduler.known.learn(host, port, Protocol::Http);
        }
    }

    /// The server does not answer for now.
    pub(super) fn asks(&self) {
        if !self.is_accepted() {
            self.set_state(TransferState::Asking);
        }
    }

    /// Bytes of files are being sent.
    pub(super) fn moves(&self) {
        if self.transfer.protocol().is_none() {
            self.transfer.start(Protocol::Http, self.transfer.total());
            self.scheduler.changed(self.transfer);
        } else {
            self.set_state(TransferState::Moving);
        }
    }

    /// A body was sent to its end: the last one if everything was.
    pub(super) fn sent_all(&self) {
        if Some(self.transfer.done()) == self.transfer.total() {
            self.set_state(TransferState::Verifying);
        }
    }

    fn set_state(&self, state: TransferState) {
        if self.transfer.state() != state {
            self.transfer.set_state(state);
            self.scheduler.changed(self.transfer);
        }
    }
}

//! Sends the files that were chosen, and decides what each answer means.

use std::collections::VecDeque;
use std::io;
use std::thread;
use std::time::Duration;

use parking_lot::Mutex;

use super::answer::Chosen;
use super::failed::{Failed, is_cut, is_unreachable};
use super::link::{Body, Link, Reply, Request};
use super::offered::{Content, Offered, id};
use super::{BYTES, Delivery, encoded};
use crate::client::connection::FetchError;
use crate::client::send::exchange::Trouble;
use crate::client::send::put::{Stat, open};
use crate::client::send::results::Results;
use crate::error::{ClientError, DeliveryError};
use crate::threads;
use crate::transfer::{Protocol, Transfer, TransferState};

/// Files that are sent at a time, as the app does it: while the device stores one, the next is sent.
const AT_ONCE: usize = 2;

/// How often a file is sent that arrives damaged: receivers allow no more.
const TRIES: u32 = 3;

/// How often a file is sent again after its connection broke.
const RETRIES: u32 = 3;

/// A file of at most this many bytes is read into memory, and leaves together with the head of its request.
const SMALL_MAX: u64 = 64 * 1024;

/// The files that were chosen.
#[derive(Debug)]
pub(super) struct Uploads<'a> {
    delivery: &'a Delivery<'a>,
    offered: &'a [Offered],
    chosen: &'a Chosen,
    total: u64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Files by their index, with their tokens.
    waiting: VecDeque<(usize, String)>,
    results: Option<Results>,
    /// Why nothing more is sent.
    error: Option<FetchError>,
    /// Whether a file for which the device waits was not sent.
    is_owed: bool,
}

/// How all of it has ended.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) result: Result<Results, FetchError>,
    /// The device waits for nothing more.
    pub(super) is_finished: bool,
}

impl<'a> Uploads<'a> {
    /// Those of `offered` that were `chosen`; `results` lists the others.
    pub(super) fn new(
        delivery: &'a Delivery<'a>,
        offered: &'a [Offered],
        chosen: &'a Chosen,
        results: &mut Results,
    ) -> Self {
        let mut waiting = VecDeque::new();
        let mut total = 0;
        for (at, file) in offered.iter().enumerate() {
            if let Some(token) = chosen.tokens.get(&id(at)) {
                waiting.push_back((at, token.clone()));
                total += file.len;
                continue;
            }
            let (host, name) = (delivery.request.recipient().to_owned(), file.name.clone());
            results.failed(&file.name, DeliveryError::NotWanted { host, name }.into());
        }
        Self {
            delivery,
            offered,
            chosen,
            total,
            state: Mutex::new(State {
                waiting,
                ..State::default()
            }),
        }
    }

    /// Whether nothing was chosen.
    pub(super) fn is_empty(&self) -> bool {
        self.state.lock().waiting.is_empty()
    }

    /// Sends them, the first over `link`.
    pub(super) fn send(self, link: Link<'_>, results: Results) -> Sent {
        let transfer = self.delivery.transfer;
        transfer.start(Protocol::Http, Some(self.total));
        self.delivery.scheduler.changed(transfer);
        let count = {
            let mut state = self.state.lock();
            show(transfer, &results);
            state.results = Some(results);
            state.waiting.len()
        };
        let limit = AT_ONCE.min(self.delivery.scheduler.limits.connections.max(1));
        thread::scope(|scope| {
            for _ in 1..count.min(limit) {
                let worker = || self.run(Link::new(self.delivery.wire()));
                if let Err(e) = threads::spawn_within(scope, "send", worker) {
                    log::warn!("fewer connections: {e}");
                }
            }
            self.run(link);
        });
        let state = self.state.into_inner();
        let is_finished = state.error.is_none() && !state.is_owed;
        let results = state.results;
        let crashed = || {
            let name = transfer.name().to_owned();
            FetchError::from(ClientError::from(DeliveryError::Crashed { name }))
        };
        let host = self.delivery.request.recipient();
        if let Some(results) = &results {
            transfer.set_notes(results.notes(host));
        }
        Sent {
            result: match state.error {
                Some(error) => Err(error),
                None => results.ok_or_else(crashed),
            },
            is_finished,
        }
    }

    fn run(&self, mut link: Link<'_>) {
        while let Some((at, token)) = self.next() {
            if let Err(error) = self.send_file(&mut link, at, &token) {
                self.state.lock().error.get_or_insert(error);
                return;
            }
        }
    }

    fn next(&self) -> Option<(usize, String)> {
        let mut state = self.state.lock();
        if state.error.is_some() {
            return None;
        }
        state.waiting.pop_front()
    }

    /// Sends the file `at`, and counts the result. Fails only where the others would fail, too.
    fn send_file(&self, link: &mut Link<'_>, at: usize, token: &str) -> Result<(), FetchError> {
        let file = &self.offered[at];
        let progress = Transfer::of_file(self.delivery.transfer, &*file.name);
        let sent = self.send_with_retries(link, at, token, &progress);
        if sent.is_err() {
            progress.set_done(0);
        }
        match sent {
            Ok(()) => {
                progress.set_done(file.len);
                self.delivery.request.confirmed.add(file);
                self.settle(|results| results.stored(&file.name, None));
                Ok(())
            }
            Err(Failed::File(error)) => {
                log::info!("{error}");
                self.settle(|results| results.failed(&file.name, error));
                Ok(())
            }
            Err(Failed::All(error)) => Err(error),
        }
    }

    fn settle(&self, how: impl FnOnce(&mut Results)) {
        let mut state = self.state.lock();
        if let Some(results) = &mut state.results {
            how(results);
            show(self.delivery.transfer, results);
        }
    }

    fn send_with_retries(
        &self,
        link: &mut Link<'_>,
        at: usize,
        token: &str,
        progress: &Transfer,
    ) -> Result<(), Failed> {
        let name = &self.offered[at].name;
        let (mut damaged, mut cuts) = (0, 0);
        loop {
            self.delivery.set_state(TransferState::Moving);
            progress.set_done(0);
            let error = match self.attempt(link, at, token, progress) {
                Ok(reply) => match reply.head.status {
                    200 | 201 | 204 => return self.check_unchanged(at),
                    // No verdict about the content: localsendd answers so when its owner cancels. The next attempt shows.
                    422 if reply.is_early => self.delivery.cut(name),
                    422 if damaged + 1 < TRIES => {
                        damaged += 1;
                        self.check_unchanged(at)?;
                        continue;
                    }
                    403 | 404 | 409 | 410 if damaged > 0 => self.damaged(name),
                    // The owner has cancelled, or it takes no file again whose connection broke: the next file shows.
                    403 | 404 | 409 | 410 if cuts > 0 => {
                        return Err(Failed::File(self.delivery.cancelled_by_recipient()));
                    }
                    status => self.refusal(status, name),
                },
                Err(Trouble::Lost) => self.delivery.cut(name),
                Err(Trouble::Stop(FetchError::Failed(error))) if is_unreachable(&error) => error,
                Err(Trouble::Stop(error)) => return Err(error.into()),
                Err(Trouble::Short) => return Err(self.not_sent(changed(name))),
                Err(Trouble::Unreadable(e)) => return Err(self.not_sent(unreadable(name, &e))),
            };
            if !is_cut(&error) && !is_unreachable(&error) || cuts == RETRIES {
                return Err(error.into());
            }
            log::info!("{error}");
            self.back_off(cuts)?;
            cuts += 1;
        }
    }

    /// Sends the file once.
    fn attempt(
        &self,
        link: &mut Link<'_>,
        at: usize,
        token: &str,
        progress: &Transfer,
    ) -> Result<Reply, Trouble> {
        let offered = &self.offered[at];
        let query = format!(
            "?sessionId={}&fileId={}&token={}",
            encoded(&self.chosen.session),
            id(at),
            encoded(token)
        );
        let head = self.delivery.head("upload", &query, BYTES, offered.len);
        let (mut bytes, mut file) = (Vec::new(), None);
        match &offered.content {
            Content::Text(text) => bytes.extend_from_slice(text.as_bytes()),
            Content::File { item, stat } => {
                let opened = open(item).map_err(Trouble::Unreadable)?;
                let now = Stat::new(&opened.metadata().map_err(Trouble::Unreadable)?);
                if now != *stat {
                    return Err(Trouble::Short);
                }
                if stat.len <= SMALL_MAX {
                    bytes = read_all(&opened, stat.len).map_err(Trouble::Unreadable)?;
                    if bytes.len() as u64 != stat.len {
                        return Err(Trouble::Short);
                    }
                } else {
                    file = Some(opened);
                }
            }
        }
        let body = match &file {
            Some(file) => Body::File(file, offered.len),
            None => Body::Bytes(&bytes),
        };
        link.exchange(&Request {
            head: &head,
            body,
            progress: Some(progress),
            within: self.delivery.scheduler.limits.timeouts.digest,
            on_silence: &|| self.sent_all(),
        })
    }

    /// Nothing is left but the device's confirmation, if this was the last file.
    fn sent_all(&self) {
        let transfer = self.delivery.transfer;
        if Some(transfer.done()) == transfer.total() {
            self.delivery.set_state(TransferState::Verifying);
        }
    }

    /// Waits before a file is sent again.
    fn back_off(&self, times: u32) -> Result<(), FetchError> {
        let timeouts = &self.delivery.scheduler.limits.timeouts;
        let after: Duration = timeouts.first_backoff * 2_u32.pow(times);
        self.delivery
            .transfer
            .cancel()
            .wait(after.min(timeouts.longest_backoff));
        if self.delivery.transfer.cancel().is_cancelled() {
            return Err(FetchError::Cancelled);
        }
        Ok(())
    }

    /// What was sent may be a mixture of two versions.
    fn check_unchanged(&self, at: usize) -> Result<(), Failed> {
        let offered = &self.offered[at];
        let Content::File { item, stat } = &offered.content else {
            return Ok(());
        };
        let now = open(item).and_then(|file| file.metadata());
        match now {
            Ok(now) if Stat::new(&now) == *stat => Ok(()),
            // What was sent is what was hashed.
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
            _ => Err(self.not_sent(changed(&offered.name))),
        }
    }

    /// The device waits for this file, which will not come.
    fn not_sent(&self, why: DeliveryError) -> Failed {
        self.state.lock().is_owed = true;
        Failed::File(why.into())
    }

    fn damaged(&self, name: &str) -> ClientError {
        let (host, name) = (
            self.delivery.request.recipient().to_owned(),
            name.to_owned(),
        );
        DeliveryError::Damaged { host, name }.into()
    }

    /// What a status other than success means.
    fn refusal(&self, status: u16, name: &str) -> ClientError {
        let (host, name) = (
            self.delivery.request.recipient().to_owned(),
            name.to_owned(),
        );
        match status {
            403 | 404 | 409 | 410 => DeliveryError::CancelledByRecipient { host }.into(),
            413 => DeliveryError::TooLarge { host, name }.into(),
            422 => DeliveryError::Damaged { host, name }.into(),
            507 => DeliveryError::DiskFull { host }.into(),
            _ => DeliveryError::NotStored { host, name, status }.into(),
        }
    }
}

fn show(transfer: &Transfer, results: &Results) {
    if transfer.files().is_some() {
        transfer.set_files(results.files());
    }
}

fn read_all(file: &std::fs::File, len: u64) -> io::Result<Vec<u8>> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    file.take(len).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn changed(name: &str) -> DeliveryError {
    let name = name.to_owned();
    DeliveryError::Changed { name }
}

fn unreadable(name: &str, why: &io::Error) -> DeliveryError {
    let (name, reason) = (name.to_owned(), why.to_string());
    DeliveryError::Unreadable { name, reason }
}

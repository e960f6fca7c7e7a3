//! Whether the files of a sender are accepted: asks the owner, remembers the answer for the rest of a batch, and keeps
//! every sender within what was accepted.

mod batches;

use std::io::{self, ErrorKind};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use crossbeam_channel::select;
use parking_lot::Mutex;

use self::batches::{Batches, Limit};
use super::sender::{BatchClaim, key_of, new_token};
use super::unfinished::Unfinished;
use super::{Answer, NotReceived, Offer, OfferedFile, Receiving, Sender};
use crate::server::ServerEvent;
use crate::server::back_tests::network;
use crate::server::connection::Connection;
use crate::store::free_space;
use crate::store::seal::Seal;
use crate::transport::CancelToken;

/// Offers that wait for an answer at the same time: more than an owner looks through within a minute.
const OFFERS_MAX: usize = 16;

/// The same from one [network], so that one sender cannot keep out all others.
const OFFERS_PER_ADDRESS_MAX: usize = 2;

/// The longest time for which it goes unnoticed that the sender has left.
const POLL_INTERVAL: Duration = Duration::from_millis(300);

/// What a server knows about those who send files.
#[derive(Debug)]
pub(in crate::server) struct Reception {
    /// Authenticates the records of parts.
    pub seal: Seal,
    pub unfinished: Unfinished,
    /// What programs that were killed have left has been looked for.
    pub is_swept: AtomicBool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    waiting: Vec<Waiting>,
    batches: Batches,
}

/// An offer, and those who wait for its answer.
#[derive(Debug)]
struct Waiting {
    key: String,
    offer: Arc<Offer>,
    address: IpAddr,
    waiters: usize,
    /// For a browser that has none.
    new_token: Option<String>,
    batch: Option<BatchClaim>,
}

/// The owner agreed.
#[derive(Debug, Default)]
pub(in crate::server) struct Admitted {
    /// The browser is to keep this as its cookie.
    pub new_token: Option<String>,
}

/// What was accepted of a file; given back when it is dropped.
#[derive(Debug)]
pub(in crate::server) struct Claim<'a> {
    reception: &'a Reception,
    /// The key of the batch and the file's path, in a batch.
    of: Option<(String, String)>,
    /// The most bytes that the file may have.
    pub max_len: u64,
    /// Its name here, if this batch has stored it already.
    pub stored: Option<String>,
}

impl Reception {
    pub fn new(seal: Seal) -> Self {
        Self {
            seal,
            unfinished: Unfinished::default(),
            is_swept: AtomicBool::new(false),
            state: Mutex::default(),
        }
    }

    /// Waits until the owner has answered, if the owner is to be asked. Call [`Connection::blocking`] first.
    ///
    /// # Errors
    /// The sender has left, or the server stops.
    pub fn admit(
        &self,
        connection: &Connection,
        sender: &Sender,
        receiving: &Receiving,
        files: &[OfferedFile],
    ) -> io::Result<Result<Admitted, NotReceived>> {
        self.admit_until(connection, sender, receiving, files, &CancelToken::new())
    }

    /// The same, until the sender says over another connection that it does not ask any more, which cancels `withdrawn`.
    ///
    /// # Errors
    /// The sender has left or does not ask any more, or the server stops.
    pub fn admit_until(
        &self,
        connection: &Connection,
        sender: &Sender,
        receiving: &Receiving,
        files: &[OfferedFile],
        withdrawn: &CancelToken,
    ) -> io::Result<Result<Admitted, NotReceived>> {
        let key = sender.key();
        if sender.is_accepted(receiving) {
            if sender.batch.is_some() {
                let mut state = self.state.lock();
                state.batches.accept(&key, Limit::NONE);
            }
            return Ok(Ok(Admitted::default()));
        }
        if sender.batch.is_some()
            && let Some(is_accepted) = self.state.lock().batches.decision(&key)
        {
            let declined = Err(NotReceived::Declined);
            return Ok(is_accepted.then(Admitted::default).map_or(declined, Ok));
        }
        match self.join(connection, sender, receiving, files) {
            Some(offer) => self.wait(connection, sender, &key, &offer, withdrawn),
            None => Ok(Err(NotReceived::TooManyOffers)),
        }
    }

    /// The offer of this sender that waits already, with these files, or a new one. `None` if too many wait.
    fn join(
        &self,
        connection: &Connection,
        sender: &Sender,
        receiving: &Receiving,
        files: &[OfferedFile],
    ) -> Option<Arc<Offer>> {
        // Before the lock: the disk may be slow.
        let free = free_space::available(&receiving.folder);
        let key = sender.key();
        let mut state = self.state.lock();
        let is_same = |one: &&mut Waiting| one.key == key && one.offer.answered().is_none();
        if let Some(one) = state.waiting.iter_mut().find(is_same) {
            one.waiters += 1;
            one.offer.add(files, sender.batch.is_none());
            return Some(Arc::clone(&one.offer));
        }
        let of_address = state
            .waiting
            .iter()
            .filter(|one| network(one.address) == network(sender.address));
        if state.waiting.len() >= OFFERS_MAX || of_address.count() >= OFFERS_PER_ADDRESS_MAX {
            return None;
        }
        let can_remember = sender.device.is_some() || sender.is_browser;
        let until = Instant::now() + connection.shared.limits.answer;
        let offer = Offer::new(sender.address, sender.name.clone(), can_remember, until)
            .offered_by(sender.by);
        match &sender.batch {
            Some(batch) => offer.state_total(batch.files, batch.bytes, free),
            None => offer.state_total(0, Some(0), free),
        }
        offer.add(files, sender.batch.is_none());
        let offer = Arc::new(offer);
        state.waiting.push(Waiting {
            key,
            offer: Arc::clone(&offer),
            address: sender.address,
            waiters: 1,
            new_token: (sender.device.is_none() && sender.is_browser)
                .then(new_token)
                .flatten(),
            batch: sender.batch.clone(),
        });
        drop(state);
        let asked = ServerEvent::Offered(Arc::clone(&offer));
        connection.shared.report(asked);
        Some(offer)
    }

    fn wait(
        &self,
        connection: &Connection,
        sender: &Sender,
        key: &str,
        offer: &Offer,
        withdrawn: &CancelToken,
    ) -> io::Result<Result<Admitted, NotReceived>> {
        let leaving = Leaving {
            reception: self,
            connection,
            sender,
            offer,
        };
        let is_off = || connection.shared.receiving().is_none();
        let mut is_in_time = true;
        while offer.answered().is_none() {
            let left = offer.until().saturating_duration_since(Instant::now());
            if left.is_zero() {
                is_in_time = false;
                offer.answer(Answer::Decline);
                break;
            }
            if is_off() {
                // There is nothing to accept any more.
                offer.answer(Answer::Decline);
                break;
            }
            select! {
                recv(offer.answered_signal()) -> _ => {}
                recv(connection.cancel.cancelled()) -> _ => {}
                recv(withdrawn.cancelled()) -> _ => {}
                default(left.min(POLL_INTERVAL)) => {}
            }
            let is_over = connection.cancel.is_cancelled() || withdrawn.is_cancelled();
            if is_over || connection.stream.is_hung_up() {
                return Err(ErrorKind::ConnectionAborted.into());
            }
        }
        let is_accepted = offer.answered() != Some(Answer::Decline);
        let is_always = offer.answered() == Some(Answer::AcceptAlways);
        let is_off = is_off();
        let mut state = self.state.lock();
        let of_offer = |one: &&Waiting| one.offer.id() == offer.id();
        let waiting = state.waiting.iter().find(of_offer);
        let new_token = waiting.and_then(|one| one.new_token.clone());
        // What the owner has seen counts, and not what a later request says.
        let batch = waiting.and_then(|one| one.batch.as_ref()).map(Limit::of);
        match batch {
            Some(limit) if is_accepted => {
                state.batches.accept(key, limit);
                // The browser shows its cookie from its next request on, maybe before it counts as known.
                if let Some(token) = new_token.as_deref().filter(|_| is_always) {
                    let device = Some(key_of(token));
                    let known = Sender {
                        device,
                        ..sender.clone()
                    };
                    state.batches.accept(&known.key(), limit);
                }
            }
            Some(_) if is_in_time && !is_off => state.batches.decline(key),
            _ => {}
        }
        drop(state);
        drop(leaving);
        Ok(match (is_accepted, is_in_time) {
            (true, _) => Ok(Admitted {
                new_token: new_token.filter(|_| is_always),
            }),
            (false, true) if is_off => Err(NotReceived::Off),
            (false, true) => Err(NotReceived::Declined),
            (false, false) => Err(NotReceived::Unanswered),
        })
    }

    /// Takes the file with this path and length from what was accepted.
    ///
    /// # Errors
    /// It is more than that.
    pub fn claim(
        &self,
        sender: &Sender,
        path: &str,
        len: Option<u64>,
    ) -> Result<Claim<'_>, NotReceived> {
        let mut claim = Claim {
            reception: self,
            of: None,
            max_len: len.unwrap_or(u64::MAX),
            stored: None,
        };
        if sender.batch.is_some() {
            let key = sender.key();
            let claimed = self.state.lock().batches.claim(&key, path, len)?;
            (claim.max_len, claim.stored) = (claimed.max_len, claimed.stored);
            claim.of = Some((key, path.to_owned()));
        }
        Ok(claim)
    }

    /// A file of `sender` that was claimed as `path` has been stored under `name`.
    pub fn store(&self, sender: &Sender, path: &str, name: &str, len: u64) {
        if sender.batch.is_some() {
            let mut state = self.state.lock();
            state.batches.store(&sender.key(), path, name, len);
        }
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        if let Some((key, _)) = &self.of {
            self.reception.state.lock().batches.release(key);
        }
    }
}

/// Takes a request off its offer when it does not wait any more. The last one, or the first one after the answer, ends
/// the offer.
struct Leaving<'a> {
    reception: &'a Reception,
    connection: &'a Connection,
    sender: &'a Sender,
    offer: &'a Offer,
}

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        let shared = &self.connection.shared;
        let mut state = self.reception.state.lock();
        let of_offer = |one: &Waiting| one.offer.id() == self.offer.id();
        let Some(at) = state.waiting.iter().position(of_offer) else {
            return;
        };
        let is_first_answered = self.offer.answered().is_some() && !self.offer.end();
        let waiting = &mut state.waiting[at];
        waiting.waiters -= 1;
        let token = waiting.new_token.as_deref().map(key_of);
        let is_last = waiting.waiters == 0;
        let is_over = is_first_answered || is_last && !self.offer.end();
        if is_last {
            state.waiting.swap_remove(at);
        }
        drop(state);
        if is_over {
            shared.report(ServerEvent::OfferOver(self.offer.id()));
        }
        let key = self.sender.device.clone().or(token);
        if let (true, Some(Answer::AcceptAlways), Some(key)) =
            (is_first_answered, self.offer.answered(), key)
        {
            shared.report(ServerEvent::Trusted(self.sender.as_trusted(key)));
        }
    }
}

//! What somebody wants to send, until the owner has answered.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use crossbeam_channel::{Sender, bounded};
use parking_lot::Mutex;

use crate::identity::Fingerprint;
use crate::transport::Signal;

/// The names that are kept to be shown.
const FILES_MAX: usize = 100;

/// Unique in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OfferId(u64);

/// The owner's answer to an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Accept these files.
    Accept,
    /// Accept these files and all that this device will send.
    AcceptAlways,
    /// Store nothing.
    Decline,
}

/// How an offer came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OfferedBy {
    /// Over HTTP, to the share: from a browser, or from another Landline.
    #[default]
    Http,
    /// From a LocalSend device, with the certificate that it has proved to have, if any.
    LocalSend(Option<Fingerprint>),
}

/// A file of an offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferedFile {
    /// Its path as the sender calls it, printable, separated by `/`.
    pub name: String,
    /// Its length in bytes, if the sender states it.
    pub len: Option<u64>,
}

/// Somebody wants to send files, and waits for the owner's answer. No method blocks.
#[derive(Debug)]
pub struct Offer {
    id: OfferId,
    from: IpAddr,
    device: Option<String>,
    by: OfferedBy,
    can_remember: bool,
    until: Instant,
    answered: Signal,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    files: Vec<OfferedFile>,
    count: u64,
    len: Option<u64>,
    free: Option<u64>,
    answer: Option<Answer>,
    /// Closes the signal when it is dropped.
    not_yet: Option<Sender<Infallible>>,
    is_over: bool,
}

impl Offer {
    /// An offer from `from`, which is declined unless it is answered by `until`.
    pub fn new(from: IpAddr, device: Option<String>, can_remember: bool, until: Instant) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let (not_yet, answered) = bounded(0);
        Self {
            id: OfferId(NEXT.fetch_add(1, Ordering::Relaxed)),
            from,
            device,
            by: OfferedBy::default(),
            can_remember,
            until,
            answered,
            state: Mutex::new(State {
                files: Vec::new(),
                count: 0,
                len: Some(0),
                free: None,
                answer: None,
                not_yet: Some(not_yet),
                is_over: false,
            }),
        }
    }

    /// The id.
    pub fn id(&self) -> OfferId {
        self.id
    }

    /// The address of the sender.
    pub fn from(&self) -> IpAddr {
        self.from
    }

    /// What the sender calls itself, printable; never a proof of anything.
    pub fn device(&self) -> Option<&str> {
        self.device.as_deref()
    }

    /// The same offer, which came like this.
    #[must_use]
    pub fn offered_by(self, by: OfferedBy) -> Self {
        Self { by, ..self }
    }

    /// How it came.
    pub fn by(&self) -> OfferedBy {
        self.by
    }

    /// Whether the sender can be recognised next time, so that [`Answer::AcceptAlways`] has an effect.
    pub fn can_remember(&self) -> bool {
        self.can_remember
    }

    /// When it counts as declined.
    pub fn until(&self) -> Instant {
        self.until
    }

    /// The first few files.
    pub fn files(&self) -> Vec<OfferedFile> {
        self.state.lock().files.clone()
    }

    /// How many files there are.
    pub fn count(&self) -> u64 {
        self.state.lock().count
    }

    /// Their length in bytes together, if all are known.
    #[expect(clippy::len_without_is_empty, reason = "a length in bytes")]
    pub fn len(&self) -> Option<u64> {
        self.state.lock().len
    }

    /// The free space in the folder for received files, in bytes.
    pub fn free(&self) -> Option<u64> {
        self.state.lock().free
    }

    /// Sets what the sender states: how many files there are, their length together and the free space, in bytes.
    pub(super) fn state_total(&self, count: u64, len: Option<u64>, free: Option<u64>) {
        let mut state = self.state.lock();
        (state.count, state.len, state.free) = (count, len, free);
    }

    /// Adds files to those that are shown. They count, too, if the sender has not stated how many there are.
    pub(super) fn add(&self, files: &[OfferedFile], is_counted: bool) {
        let mut state = self.state.lock();
        for file in files {
            if state.files.len() < FILES_MAX {
                state.files.push(file.clone());
            }
            if is_counted {
                state.count += 1;
                state.len = state
                    .len
                    .zip(file.len)
                    .map(|(sum, len)| sum.saturating_add(len));
            }
        }
    }

    /// Answers it; only the first answer counts.
    pub fn answer(&self, answer: Answer) {
        let mut state = self.state.lock();
        state.answer.get_or_insert(answer);
        state.not_yet = None;
    }

    /// Marks it as over, and says whether it was before.
    pub(super) fn end(&self) -> bool {
        std::mem::replace(&mut self.state.lock().is_over, true)
    }

    /// Closed once it is answered.
    pub(super) fn answered_signal(&self) -> &Signal {
        &self.answered
    }

    /// The answer so far.
    pub fn answered(&self) -> Option<Answer> {
        self.state.lock().answer
    }
}

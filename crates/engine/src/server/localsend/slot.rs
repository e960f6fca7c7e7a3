//! The one session in which files are received, from the question to the last file. Pure: whoever asks says what time it
//! is.
//!
//! The states and what leads from one to the other:
//! - *free* to *asking*: [`Slot::begin`], for a `prepare-upload`;
//! - *asking* to *active*: [`Slot::activate`], when the files are accepted;
//! - *active* to *free*: [`Slot::finish`] of the last file, and [`Slot::expire`] when no upload runs for a while;
//! - either to *free*: [`Slot::free`], and [`Slot::cancel`] by the sender.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use landline_http1::digest::Sha256;

use crate::identity::Fingerprint;
use crate::secret::{Code, is_same};
use crate::transport::CancelToken;

/// How often the upload of a file may begin: the first time, and twice more after it came damaged or the connection broke.
const ATTEMPTS_MAX: u8 = 3;

/// How long a sender may take from a file that was stored to the next. Only then has it given up a session, so that the
/// same device may begin another.
const PAUSE_MAX: Duration = Duration::from_secs(2);

/// Who makes a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::server) struct Who {
    pub address: IpAddr,
    /// The certificate whose key it has.
    pub certificate: Option<Fingerprint>,
}

impl Who {
    /// Whether this is the device that began something as `other`.
    fn is_device(self, other: Self) -> bool {
        match (self.certificate, other.certificate) {
            (Some(own), Some(others)) => own == others,
            (None, None) => self.address == other.address,
            _ => false,
        }
    }

    /// Whether a request of this one may be part of what `beginner` began. A session that began without a certificate is
    /// protected by its tokens alone.
    fn may_continue(self, beginner: Self) -> bool {
        self.address == beginner.address
            && (beginner.certificate.is_none() || beginner.certificate == self.certificate)
    }
}

/// A file that was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::server) struct Accepted {
    /// Its path as the sender calls it, separated by `/`.
    pub path: String,
    /// In bytes.
    pub len: u64,
    pub sha256: Option<Sha256>,
    pub modified: Option<SystemTime>,
}

/// How an upload ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::server) enum End {
    /// The file is stored.
    Stored,
    /// It may be sent again: its digest is wrong, or the connection broke.
    Again,
    /// It cannot be stored.
    Failed,
    /// The owner does not want the rest either.
    Cancelled,
}

/// An upload that may go on.
#[derive(Clone, Debug)]
pub(in crate::server) struct Started {
    pub file: Arc<Accepted>,
    /// Its number in the session.
    pub number: usize,
    /// What the sender calls itself.
    pub from: Option<String>,
}

/// See the module.
#[derive(Debug, Default)]
pub(in crate::server) enum Slot {
    #[default]
    Free,
    /// The owner is asked.
    Asking {
        id: String,
        who: Who,
        withdrawn: CancelToken,
    },
    Active(Session),
}

/// Files were accepted.
#[derive(Debug)]
pub(in crate::server) struct Session {
    id: String,
    who: Who,
    /// What the sender calls itself.
    from: Option<String>,
    files: HashMap<String, File>,
    /// Files that are not done.
    left: usize,
    /// The connections of the uploads that run.
    running: Vec<(usize, CancelToken)>,
    /// When an upload began or ended last.
    touched: Instant,
    /// The last one ended well: the next is about to begin.
    is_between: bool,
}

#[derive(Debug)]
struct File {
    accepted: Arc<Accepted>,
    number: usize,
    token: Code,
    state: State,
    attempts: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Pending,
    Running,
    Done,
}

impl Slot {
    /// Whether somebody other than `who` has it, or `who` is still sending.
    pub fn is_busy(&self, who: Who, now: Instant) -> bool {
        match self {
            Self::Free => false,
            Self::Asking { .. } => true,
            Self::Active(session) => !session.is_stale(who, now),
        }
    }

    /// `who` asks whether it may send. Its own session in which nothing is being sent ends. `None` if the slot is taken.
    pub fn begin(&mut self, who: Who, id: String, now: Instant) -> Option<CancelToken> {
        if self.is_busy(who, now) {
            return None;
        }
        let withdrawn = CancelToken::new();
        *self = Self::Asking {
            id,
            who,
            withdrawn: withdrawn.clone(),
        };
        Some(withdrawn)
    }

    /// These files of the sender who asked as `id`, and calls itself `from`, are accepted, by their ids, each with its
    /// token. False if it does not ask any more.
    pub fn activate(
        &mut self,
        id: &str,
        from: Option<String>,
        files: Vec<(String, Accepted, Code)>,
        now: Instant,
    ) -> bool {
        let who = match self {
            Self::Asking { id: asks, who, .. } if asks == id => *who,
            _ => return false,
        };
        let numbered = files.into_iter().enumerate();
        let files: HashMap<_, _> = numbered
            .map(|(number, (file_id, accepted, token))| {
                let file = File {
                    accepted: Arc::new(accepted),
                    number,
                    token,
                    state: State::Pending,
                    attempts: 0,
                };
                (file_id, file)
            })
            .collect();
        *self = Self::Active(Session {
            id: id.to_owned(),
            who,
            from,
            left: files.len(),
            files,
            running: Vec::new(),
            touched: now,
            is_between: false,
        });
        true
    }

    /// `who` begins to send a file, over a connection that `cancel` ends. `None` if it may not: there is no such session,
    /// it is somebody else's, the token is wrong, or the file is done or on its way.
    pub fn start(
        &mut self,
        who: Who,
        (id, file_id, token): (&str, &str, &str),
        cancel: &CancelToken,
        now: Instant,
    ) -> Option<Started> {
        let Self::Active(session) = self else {
            return None;
        };
        if session.id != id || !who.may_continue(session.who) {
            return None;
        }
        let file = session.files.get_mut(file_id)?;
        let token = <&Code>::try_from(token.as_bytes()).ok()?;
        if !is_same(&file.token, token) || file.state != State::Pending {
            return None;
        }
        file.state = State::Running;
        file.attempts += 1;
        session.running.push((file.number, cancel.clone()));
        session.touched = now;
        Some(Started {
            file: Arc::clone(&file.accepted),
            number: file.number,
            from: session.from.clone(),
        })
    }

    /// An upload that was [started](Slot::start) ended. The last one frees the slot.
    pub fn finish(&mut self, (id, file_id): (&str, &str), end: End, now: Instant) {
        let Self::Active(session) = self else {
            return;
        };
        let file = session.files.get_mut(file_id);
        let Some(file) = file.filter(|file| session.id == id && file.state == State::Running)
        else {
            return;
        };
        let may_repeat = end == End::Again && file.attempts < ATTEMPTS_MAX;
        file.state = if may_repeat {
            State::Pending
        } else {
            session.left -= 1;
            State::Done
        };
        let number = file.number;
        session.running.retain(|(running, _)| *running != number);
        session.touched = now;
        session.is_between = end == End::Stored;
        if end == End::Cancelled || session.left == 0 {
            self.end();
        }
    }

    /// `who` cancels what it is asking, or the session `id`. Before the answer to its question it does not know the id.
    /// Returns whether there was anything.
    pub fn cancel(&mut self, who: Who, id: Option<&str>) -> bool {
        let is_its = match self {
            Self::Free => false,
            Self::Asking {
                id: asks, who: of, ..
            } => who.may_continue(*of) && id.is_none_or(|id| id == asks),
            Self::Active(session) => {
                who.may_continue(session.who) && id.is_some_and(|id| id == session.id)
            }
        };
        if is_its {
            self.end();
        }
        is_its
    }

    /// Ends `id`, whatever its state is.
    pub fn free(&mut self, id: &str) {
        let current = match self {
            Self::Free => return,
            Self::Asking { id, .. } => &*id,
            Self::Active(session) => &session.id,
        };
        if current == id {
            self.end();
        }
    }

    /// Ends a session in which nothing was sent for `idle`.
    pub fn expire(&mut self, idle: Duration, now: Instant) {
        if let Self::Active(session) = self
            && session.running.is_empty()
            && now.saturating_duration_since(session.touched) >= idle
        {
            self.end();
        }
    }

    /// Withdraws the question, or ends what is being sent.
    fn end(&mut self) {
        match std::mem::take(self) {
            Self::Free => {}
            Self::Asking { withdrawn, .. } => withdrawn.cancel(),
            Self::Active(session) => session.running.iter().for_each(|(_, it)| it.cancel()),
        }
    }
}

impl Session {
    /// Whether it is of `who`, none of its uploads runs, and none is about to: its sender has given it up.
    fn is_stale(&self, who: Who, now: Instant) -> bool {
        let pause = now.saturating_duration_since(self.touched);
        let goes_on = self.is_between && pause < PAUSE_MAX;
        who.is_device(self.who) && self.running.is_empty() && !goes_on
    }
}

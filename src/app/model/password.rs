//! The question for the password of another computer.

use std::fmt;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::Model;
use super::row::Row;
use landline_engine::client::{ClientEvent, Place};
use landline_engine::error::{ClientError, Failure, PasswordError};
use landline_engine::password::Password;
use landline_engine::transfer::{Outcome, Transfer, TransferId, TransferState};

/// A password counts as accepted after this long without an answer: a transfer may have to wait for others, or for the
/// consent of the other side. If it is wrong, the question comes back.
const ACCEPTED_AFTER: Duration = Duration::from_secs(3);

/// What waits for the password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Waiting {
    /// The listing of this folder.
    Listing(Place),
    /// The row with this key.
    Row(TransferId),
}

/// What the user wants to do with the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// See a folder.
    Open,
    /// Download.
    Download,
    /// Send files.
    Send,
}

/// Why the last password did not help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// It was not accepted.
    Wrong,
    /// The one that was known, or the token of a link, is not accepted any more.
    Outdated,
    /// Too many wrong ones came from here; until when no other is accepted, if that is known.
    TooMany(Option<Instant>),
    /// It cannot be a password.
    Unusable,
}

impl Problem {
    /// How long no other password is accepted, in whole seconds.
    pub(crate) fn left(self, now: Instant) -> Option<Duration> {
        let Self::TooMany(Some(until)) = self else {
            return None;
        };
        let left = until.saturating_duration_since(now);
        // Rounded up, so that the last second is not shown as zero.
        let secs = left.as_secs() + u64::from(left.subsec_nanos() > 0);
        (secs > 0).then(|| Duration::from_secs(secs))
    }
}

/// What was typed. Its memory is zeroed.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Typed(pub Zeroizing<String>);

impl Default for Typed {
    fn default() -> Self {
        // Never moved in memory, which would leave a copy behind.
        Self(Zeroizing::new(String::with_capacity(4 * Password::MAX_LEN)))
    }
}

/// Keeps it out of logs.
impl fmt::Debug for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Typed")
    }
}

/// The question for the password of a host.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct PasswordQuestion {
    /// The host.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// What it is called, for people.
    pub called: String,
    /// Whether it is the PIN of a LocalSend device.
    pub is_pin: bool,
    /// What the user wants to do.
    pub purpose: Purpose,
    /// What is tried with the password; everything else of that host goes on once it was accepted.
    pub waiting: Waiting,
    /// What was typed.
    pub typed: Typed,
    /// *Remember on this computer*.
    pub is_kept: bool,
    /// Whether it is shown in plain text.
    pub is_legible: bool,
    /// Why the last one did not help.
    pub problem: Option<Problem>,
    /// Since when one is being tried.
    pub tried: Option<Instant>,
    /// Whether the field takes the keyboard focus in the next frame.
    pub wants_focus: bool,
}

impl PasswordQuestion {
    /// A question about what `waiting` needs.
    fn new(error: &PasswordError, purpose: Purpose, waiting: Waiting, now: Instant) -> Self {
        let (host, port) = peer(error);
        Self {
            called: host.clone(),
            host,
            port,
            is_pin: is_pin(error),
            purpose,
            waiting,
            typed: Typed::default(),
            is_kept: false,
            is_legible: false,
            problem: problem(error, now),
            tried: None,
            wants_focus: true,
        }
    }

    /// The same about a device with this name.
    fn called(mut self, name: Option<String>) -> Self {
        if let Some(name) = name {
            self.called = name;
        }
        self
    }

    /// Whether it is about this host and port.
    pub(crate) fn is_about(&self, host: &str, port: u16) -> bool {
        self.port == port && self.host.eq_ignore_ascii_case(host)
    }

    /// What was typed did not help.
    pub(crate) fn failed(&mut self, why: Problem) {
        self.problem = Some(why);
        self.tried = None;
        self.wants_focus = true;
    }
}

/// The host and port that did not let this computer in.
fn peer(error: &PasswordError) -> (String, u16) {
    match error {
        PasswordError::Required { host, port, .. }
        | PasswordError::Wrong { host, port, .. }
        | PasswordError::TooMany { host, port, .. }
        | PasswordError::OtherScheme { host, port, .. } => (host.clone(), *port),
    }
}

fn is_pin(error: &PasswordError) -> bool {
    match error {
        PasswordError::Required { is_pin, .. }
        | PasswordError::Wrong { is_pin, .. }
        | PasswordError::TooMany { is_pin, .. } => *is_pin,
        PasswordError::OtherScheme { .. } => false,
    }
}

fn problem(error: &PasswordError, now: Instant) -> Option<Problem> {
    match error {
        PasswordError::Required { .. } | PasswordError::OtherScheme { .. } => None,
        PasswordError::Wrong { .. } => Some(Problem::Wrong),
        PasswordError::TooMany { retry_after, .. } => {
            let until = retry_after.and_then(|after| now.checked_add(after));
            Some(Problem::TooMany(until))
        }
    }
}

/// Whether a password may help after `error`.
pub(crate) fn of_error(error: &ClientError) -> Option<&PasswordError> {
    match error {
        ClientError::Password(PasswordError::OtherScheme { .. }) => None,
        ClientError::Password(error) => Some(error),
        _ => None,
    }
}

impl Model {
    /// The user asks this host for something, so that it may ask for a password.
    pub(crate) fn may_ask(&mut self, host: &str, port: u16) {
        self.client.may_ask.insert((host.to_lowercase(), port));
    }

    /// The user asks the host of a row for something.
    pub(crate) fn row_may_ask(&mut self, id: TransferId) {
        let row = self.client.transfers.get(id);
        if let Some((host, port)) = row.and_then(Row::peer) {
            let host = host.to_owned();
            self.may_ask(&host, port);
        }
    }

    /// Opens the question for the password of a host whose rows or listing wait for one.
    pub(crate) fn ask_for_password(&mut self, waiting: Waiting, now: Instant) {
        let error = match &waiting {
            Waiting::Listing(_) => self.client.browse.error().and_then(of_error),
            Waiting::Row(key) => {
                let mut rows = self.client.transfers.rows();
                let row = rows.find(|row| row.key == *key);
                row.and_then(Row::password_error)
            }
        };
        let Some(error) = error.cloned() else {
            return;
        };
        let purpose = self.purpose(&waiting);
        let called = self.called(&waiting);
        let mut question = PasswordQuestion::new(&error, purpose, waiting, now).called(called);
        if question.problem == Some(Problem::Wrong) {
            // The row or the card has said so, and nothing was typed yet.
            question.problem = None;
        }
        self.client.password = Some(question);
    }

    /// What the recipient of a row is called.
    fn called(&self, waiting: &Waiting) -> Option<String> {
        let Waiting::Row(key) = waiting else {
            return None;
        };
        let mut rows = self.client.transfers.rows();
        let row = rows.find(|row| row.key == *key)?;
        Some(row.delivery.as_ref()?.recipient().to_owned())
    }

    fn purpose(&self, waiting: &Waiting) -> Purpose {
        let Waiting::Row(key) = waiting else {
            return Purpose::Open;
        };
        let mut rows = self.client.transfers.rows();
        let row = rows.find(|row| row.key == *key);
        if row.is_some_and(|row| row.delivery.is_some()) {
            Purpose::Send
        } else {
            Purpose::Download
        }
    }

    /// Handles that `waiting` was not let in: says so in the open question, or opens one if the user has just asked for it.
    pub(crate) fn not_let_in(&mut self, error: &PasswordError, waiting: Waiting, now: Instant) {
        let purpose = self.purpose(&waiting);
        let called = self.called(&waiting);
        let new = PasswordQuestion::new(error, purpose, waiting, now).called(called);
        match &mut self.client.password {
            Some(open) if open.is_about(&new.host, new.port) => {
                if open.tried.is_some() && open.waiting == new.waiting {
                    open.failed(new.problem.unwrap_or(Problem::Wrong));
                }
            }
            // Its row or its card has a button.
            Some(_) => {}
            None => {
                let mut new = new;
                if new.problem == Some(Problem::Wrong) {
                    // Nothing was typed yet.
                    new.problem = Some(Problem::Outdated);
                }
                let key = (new.host.to_lowercase(), new.port);
                if self.client.may_ask.remove(&key) {
                    self.client.password = Some(new);
                }
            }
        }
    }

    /// The host and port of what was just not let in.
    pub(crate) fn refused(&self, event: &ClientEvent) -> Option<(String, u16)> {
        let error = match event {
            ClientEvent::Listed(_, result) => of_error(result.as_ref().err()?)?,
            ClientEvent::Ended(transfer) => {
                let row = self.client.transfers.get(transfer.id())?;
                row.password_error()?
            }
            _ => return None,
        };
        Some(peer(error))
    }

    /// Whether the open question is about the server that did not let this download in.
    pub(crate) fn asks_about(&self, transfer: &Transfer) -> bool {
        let why = match transfer.outcome() {
            Some(Outcome::Paused(Some(why)) | Outcome::Failed(Failure::Fetch(why))) => {
                of_error(why)
            }
            _ => None,
        };
        why.zip(self.client.password.as_ref())
            .is_some_and(|(why, question)| {
                let (host, port) = peer(why);
                question.is_about(&host, port)
            })
    }

    /// Handles what an event says about passwords.
    pub(crate) fn heard_of_password(&mut self, event: &ClientEvent, now: Instant) {
        match event {
            ClientEvent::Listed(place, result) => {
                if self.client.browse.place().is_none_or(|shown| {
                    // A redirect may have led to another path.
                    shown.port != place.port || shown.host != place.host
                }) {
                    return;
                }
                match result.as_ref().err().and_then(of_error) {
                    Some(error) => {
                        self.not_let_in(error, Waiting::Listing(place.clone()), now);
                    }
                    None if result.is_ok() => self.was_let_in(&place.host, place.port),
                    None => {}
                }
            }
            ClientEvent::Changed(transfer) if transfer.protocol().is_some() => {
                let row = self.client.transfers.get(transfer.id());
                if let Some((host, port)) = row.and_then(Row::peer) {
                    let host = host.to_owned();
                    self.was_let_in(&host, port);
                }
            }
            ClientEvent::Ended(transfer) => {
                let row = self.client.transfers.get(transfer.id());
                let failed = row.filter(|row| !row.has_waited);
                let failed = failed.and_then(|row| Some((row.key, row.password_error()?.clone())));
                if let Some((key, error)) = failed {
                    self.not_let_in(&error, Waiting::Row(key), now);
                }
            }
            _ => {}
        }
    }

    /// From now on a password that is missing there is news: the user did not just ask for something.
    fn was_let_in(&mut self, host: &str, port: u16) {
        self.client.may_ask.remove(&(host.to_lowercase(), port));
    }

    /// Whether the password that is being tried was accepted.
    pub(crate) fn is_let_in(&self, now: Instant) -> bool {
        let Some(question) = &self.client.password else {
            return false;
        };
        let Some(since) = question.tried else {
            return false;
        };
        let is_late = now.saturating_duration_since(since) >= ACCEPTED_AFTER;
        is_late
            || match &question.waiting {
                Waiting::Listing(place) => match self.client.browse.place() {
                    Some(shown) if shown.port == place.port && shown.host == place.host => {
                        let browse = &self.client.browse;
                        !browse.is_asking() && browse.error().and_then(of_error).is_none()
                    }
                    _ => true,
                },
                Waiting::Row(key) => {
                    let mut rows = self.client.transfers.rows();
                    let row = rows.find(|row| row.key == *key);
                    row.is_none_or(|row| match row.transfer.state() {
                        TransferState::Moving | TransferState::Verifying => true,
                        TransferState::Ended => row.password_error().is_none(),
                        _ => false,
                    })
                }
            }
    }

    /// The rows of this host that wait for a password.
    pub(crate) fn waiting_for_password(&self, host: &str, port: u16) -> Vec<TransferId> {
        let rows = self.client.transfers.rows();
        let waiting = rows.filter(|row| {
            let is_there = row
                .peer()
                .is_some_and(|(of, at)| at == port && of.eq_ignore_ascii_case(host));
            is_there && !row.is_active() && row.wants_password()
        });
        waiting.map(|row| row.transfer.id()).collect()
    }
}

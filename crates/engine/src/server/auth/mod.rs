//! The password of a share: what is accepted in its place, and how often an address may be wrong.
//!
//! Nothing here waits or reads from a connection: [`http::gate`](super::http) asks for every request.

mod keys;
mod limiter;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use parking_lot::{Mutex, RwLock};

pub(super) use self::keys::{Attempt, Keys};
use self::limiter::{Limiter, Verdict};
use super::shared::Shared;
use super::{LogEntry, Privacy};
use crate::secret::Secret;

/// Who is let in.
#[derive(Debug)]
pub(super) struct Auth {
    /// Makes cookies that are valid until the password changes, also after a restart.
    secret: Secret,
    /// None: there is no password, and everyone is let in.
    keys: RwLock<Option<Arc<Keys>>>,
    failed_attempts: FailedAttempts,
}

/// How often each address was wrong. Servers with the same password share one by cloning it, so that nobody gets more
/// attempts at two ports than at one.
#[derive(Clone, Debug, Default)]
pub struct FailedAttempts(Arc<Mutex<Limiter>>);

/// Why an [`Attempt`] lets nobody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Denied {
    /// It has no secrets.
    Missing,
    /// None of its secrets is right.
    Wrong,
    /// The address was wrong too often, and may try again after this many seconds. Whether a secret is right is not said.
    TooMany { secs: u64 },
}

impl Auth {
    /// For a server with these settings.
    pub fn new(secret: Secret, privacy: &Privacy, failed_attempts: FailedAttempts) -> Self {
        let auth = Self {
            secret,
            keys: RwLock::default(),
            failed_attempts,
        };
        auth.set(privacy);
        auth
    }

    /// Follows a change of the settings, from the next request on.
    pub fn set(&self, privacy: &Privacy) {
        let keys = Keys::of(privacy, &self.secret).map(Arc::new);
        *self.keys.write() = keys;
    }

    /// What is accepted; `None` if everyone is let in.
    pub fn keys(&self) -> Option<Arc<Keys>> {
        self.keys.read().clone()
    }
}

impl Shared {
    /// Decides on an attempt of `peer`, and logs what the owner has to know. The decision and its count are one step, so
    /// that requests in parallel find out no more than those in a row.
    pub fn decide(&self, peer: IpAddr, attempt: &Attempt) -> Result<(), Denied> {
        let limiter = &self.live.auth.failed_attempts.0;
        let (tried, is_right) = (&attempt.tried, attempt.is_right());
        let verdict = limiter.lock().count(peer, tried, is_right, Instant::now());
        match verdict {
            Verdict::Right => Ok(()),
            Verdict::Wrong { .. } if tried.is_empty() => Err(Denied::Missing),
            Verdict::Wrong { is_new } => {
                if is_new {
                    self.log(peer, LogEntry::WrongPassword);
                }
                Err(Denied::Wrong)
            }
            Verdict::TooMany(too_many) => {
                if too_many.is_first {
                    self.log(peer, LogEntry::TooManyPasswords);
                }
                // A whole second, and never none.
                let secs = too_many.retry_after.as_secs() + 1;
                Err(Denied::TooMany { secs })
            }
        }
    }
}

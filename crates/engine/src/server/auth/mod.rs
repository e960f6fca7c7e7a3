//! The password of a share: what is accepted in its place, and how often an address may be wrong.
//!
//! Nothing here waits or reads from a connection: [`http::gate`](super::http) asks for every request.

mod keys;
mod limiter;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Mutex, RwLock};

pub(super) use self::keys::{Attempt, Keys};
use self::limiter::{Limiter, Verdict};
use super::Privacy;
use crate::secret::Secret;

/// Who is let in.
#[derive(Debug)]
pub(super) struct Auth {
    /// Makes cookies that are valid until the password changes, also after a restart.
    secret: Secret,
    /// None: there is no password, and everyone is let in.
    keys: RwLock<Option<Arc<Keys>>>,
    limiter: Mutex<Limiter>,
}

/// The answer to an [`Attempt`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// One of its secrets is right.
    Right,
    /// None is.
    Wrong {
        /// It has not been tried within the last minute.
        is_new: bool,
    },
    /// Whether one is right is not said.
    TooMany(TooMany),
}

/// An address that has been wrong too often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooMany {
    /// How long until it may try again.
    pub retry_after: Duration,
    /// It has not been told before.
    pub is_first: bool,
}

impl Auth {
    /// For a server with these settings.
    pub fn new(secret: Secret, privacy: &Privacy) -> Self {
        let auth = Self {
            secret,
            keys: RwLock::default(),
            limiter: Mutex::default(),
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

    /// Whether `peer` has been wrong too often to ask for anything.
    pub fn too_many(&self, peer: IpAddr) -> Option<TooMany> {
        self.limiter.lock().too_many(peer, Instant::now())
    }

    /// Decides on an attempt of `peer`. The decision and its count are one step, so that requests in parallel find out no
    /// more than those in a row.
    pub fn decide(&self, peer: IpAddr, attempt: &Attempt) -> Answer {
        let verdict =
            self.limiter
                .lock()
                .count(peer, &attempt.tried, attempt.is_right(), Instant::now());
        match verdict {
            Verdict::Right => Answer::Right,
            Verdict::Wrong { is_new } => Answer::Wrong { is_new },
            Verdict::TooMany(too_many) => Answer::TooMany(too_many),
        }
    }
}

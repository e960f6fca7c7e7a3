//! Which of the devices that are known are asked whether they are still there: they do not say when they leave.

use std::collections::VecDeque;
use std::time::Instant;

use crate::localsend::Peer;

/// How many are asked at a time.
const RUNNING_MAX: usize = 8;

/// Those that are to be asked, each with when it must have been seen to be remembered if it does not answer; `None`: it
/// is remembered.
#[derive(Debug, Default)]
pub(super) struct Known {
    waiting: VecDeque<(Peer, Option<Instant>)>,
    running: usize,
}

impl Known {
    /// Asks these instead of those that wait.
    pub(super) fn ask(&mut self, peers: Vec<Peer>, forget: Option<Instant>) {
        self.waiting = peers.into_iter().map(|peer| (peer, forget)).collect();
    }

    /// The next one to ask. [`Known::done`] must follow.
    pub(super) fn next(&mut self) -> Option<(Peer, Option<Instant>)> {
        if self.running >= RUNNING_MAX {
            return None;
        }
        let next = self.waiting.pop_front()?;
        self.running += 1;
        Some(next)
    }

    /// One was asked.
    pub(super) fn done(&mut self) {
        self.running = self.running.saturating_sub(1);
    }
}

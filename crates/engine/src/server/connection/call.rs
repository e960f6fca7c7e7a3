//! A connection that is, or may become, a call.

use std::time::Instant;

use super::{Connection, Stage};
use crate::server::ServerEvent;
use crate::server::calls::{self, Caller};

/// What a call has to know of what was read before it was one.
#[derive(Debug, Default)]
pub(in crate::server) struct SoFar {
    /// Where each read of what is in the buffer ends, and when that was.
    pub pieces: Vec<(usize, Instant)>,
    /// The client has ended its side.
    pub has_eof: bool,
}

#[cfg_attr(
    not(target_os = "linux"),
    expect(dead_code, reason = "only the reactor of Linux asks for some")
)]
impl Connection {
    /// Whether nothing can come but the end: it is readable all the time, and need not be waited for.
    pub fn is_half_closed(&self) -> bool {
        self.stage == Stage::Call && self.so_far.has_eof
    }

    /// Whether what it says may turn out to be a message.
    pub(super) fn may_become_call(&self) -> bool {
        matches!(self.stage, Stage::New | Stage::Call)
            && self.shared.live.callers.is_on()
            && self.shared.localsend.is_none()
    }

    /// It is a call from now on.
    pub fn become_call(&mut self, caller: Caller) {
        self.stage = Stage::Call;
        self.waits_since = Instant::now();
        self.caller = Some(caller);
    }

    /// It is no call after all.
    pub fn withdraw_call(&mut self) {
        if let Some(caller) = self.caller.take() {
            caller.withdraw();
        }
    }

    /// If it has said nothing for long enough, and that makes it a caller: what to report.
    pub fn show_silent(&mut self, now: Instant) -> Option<ServerEvent> {
        let is_due = self.stage == Stage::New
            && self.buffer.is_empty()
            && self.waits_since + self.shared.limits.caller_appears <= now
            && self.shared.localsend.is_none();
        (is_due && !self.shared.is_encrypted_only())
            .then(|| calls::show_silent(self))
            .flatten()
    }

    /// The last read found nothing.
    pub fn set_read_empty(&mut self) {
        self.is_unread = false;
    }

    /// Where each connection has a thread: how long that waits for a word, before it looks whether this is a caller.
    pub(super) fn silence_ends(&self) -> Instant {
        let deadline = self.deadline();
        if self.stage == Stage::New && self.shared.live.callers.shows_silent() {
            let appears = self.waits_since + self.shared.limits.caller_appears;
            return deadline.min(appears.max(Instant::now()));
        }
        if self.caller.is_some() {
            // The owner may say something, and then it is settled.
            return deadline.min(Instant::now() + self.shared.limits.caller_appears);
        }
        deadline
    }

    /// End it because its deadline is over.
    pub fn expire(&self) {
        if let Some(caller) = &self.caller {
            caller.expire();
        }
    }
}

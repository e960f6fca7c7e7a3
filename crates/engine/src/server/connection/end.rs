//! How a connection ends: whether its client sees that everything was said.

use std::net::Shutdown;

use super::{Connection, Stage, Step};
use crate::server::reactor::Reactor;
use crate::transport::is_timeout;

#[cfg_attr(
    not(target_os = "linux"),
    expect(
        dead_code,
        reason = "a thread of its own asks for less than the reactor of Linux"
    )
)]
impl Connection {
    /// End it while it waits, for others. One that has not asked for anything sees an error: a clean end would say
    /// that there is no such file.
    pub fn let_go(self) {
        if let Some(caller) = &self.caller {
            caller.cut();
        } else if matches!(self.stage, Stage::New | Stage::Tls) {
            self.stream.abort();
        }
    }

    /// End it while it waits: a stopped server must not look like one that has said everything.
    pub fn cut(self) {
        if let Some(caller) = &self.caller {
            caller.cut();
        } else if self.stage != Stage::Closing {
            self.stream.abort();
        }
    }

    /// End the writing side, then read and drop what the client still sends: a plain close with
    /// unread input makes the kernel send RST, and RST throws away what the client has not read.
    pub(super) fn close_orderly(&mut self) -> Step {
        self.stage = Stage::Closing;
        self.wait_for(self.shared.limits.drain);
        self.buffer.clear();
        self.end_writing()
    }

    /// Ends the writing side as soon as the client takes what has to be said before.
    fn end_writing(&mut self) -> Step {
        let shut = || self.stream.shutdown(Shutdown::Write);
        match shut() {
            Ok(()) => Step::Wait,
            Err(e) if is_timeout(&e) && Reactor::IS_EVENT_DRIVEN => {
                self.wait_for(self.shared.limits.stalled);
                Step::Wait
            }
            Err(e) if is_timeout(&e) => match self.outgoing().wait(|| shut().map(|()| 0)) {
                Ok(_) => Step::Wait,
                Err(_) => Step::Over,
            },
            Err(_) => Step::Over,
        }
    }

    /// Goes on with the end, if it has begun.
    pub(super) fn continue_close(&mut self) -> Step {
        if self.stage == Stage::Closing && self.stream.is_encrypted() {
            // Does nothing if it is done.
            return match self.stream.shutdown(Shutdown::Write) {
                Err(e) if !is_timeout(&e) => Step::Over,
                _ => Step::Wait,
            };
        }
        Step::Wait
    }
}

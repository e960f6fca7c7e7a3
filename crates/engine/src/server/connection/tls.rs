//! TLS on a connection: the handshake, whose steps are batches like any other, and what it has decrypted.

use super::call::SoFar;
use super::{Batch, Connection, Ending, Filled, Stage};
use crate::server::reactor::Reactor;
use crate::server::{LogEntry, http};
use landline_http1::request::Refusal;

/// The first byte of every handshake (RFC 8446 section 5.1). No name of a file may begin with it.
const HANDSHAKE: u8 = 22;

impl Connection {
    /// Whether all that has come is the first byte of a handshake.
    pub(super) fn is_first_byte_of_tls(&self) -> bool {
        self.buffer == [HANDSHAKE] && self.shared.encryption.is_some()
    }

    /// Waits for the rest of the handshake's beginning.
    pub(super) fn await_tls(&mut self) -> Batch {
        self.stage = Stage::Tls;
        Batch::Handshake
    }

    /// Speaks TLS from now on. What is in the buffer is its beginning.
    pub(super) fn begin_tls(&mut self) -> Batch {
        self.withdraw_call();
        self.so_far = SoFar::default();
        let Some(offered) = &self.shared.encryption else {
            self.shared.log(self.peer, LogEntry::TlsClientHello);
            // In plain HTTP, so that the client can tell that from a connection that broke.
            return Batch::Ended(http::refuse(self, b"", Refusal::BadRequest));
        };
        self.stage = Stage::Tls;
        let first = std::mem::take(&mut self.buffer);
        if let Err(e) = self.stream.accept_tls(&offered.tls, &first) {
            log::debug!("{}: {e}", self.peer);
            return Batch::Ended(Ending::Drop);
        }
        // A deadline in the past, so that this never waits. Reading sends what the handshake needs.
        match self.fill(self.waits_since) {
            Filled::More => self.answer_tls(),
            Filled::TimedOut => Batch::Handshake,
            Filled::Eof | Filled::Broken => Batch::Ended(Ending::Drop),
        }
    }

    /// Acts on what came after the handshake has begun.
    pub(super) fn answer_tls(&mut self) -> Batch {
        if !self.stream.is_encrypted() {
            return self.begin_tls();
        }
        self.stage = Stage::Http;
        http::serve_encrypted(self, self.deadline)
    }

    /// Before the connection waits: takes what is already decrypted, for which there will be no event. `None` if nothing
    /// is left.
    pub(super) fn drain_tls(&mut self) -> Option<Filled> {
        if !Reactor::IS_EVENT_DRIVEN || !self.stream.may_have_more() {
            return None;
        }
        let filled = self.fill(self.waits_since);
        (filled != Filled::TimedOut).then_some(filled)
    }
}

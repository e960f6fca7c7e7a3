//! What comes from the other side.

use std::io::{self, ErrorKind};
use std::time::Instant;

use super::{Conversation, Fin, Heard, State};
use crate::call::{CallState, EntryKind};
use crate::error::ClientError;
use crate::transport::is_not_yet;

impl Conversation {
    /// Records a piece that was read then.
    pub(crate) fn received(&self, bytes: &[u8], at: Instant) {
        let bytes = bytes.into();
        self.push_at(&mut self.lock(), at, EntryKind::Received { bytes });
        self.changed();
    }

    /// Records the result of a read into `buffer`.
    pub(crate) fn heard(&self, read: &io::Result<usize>, buffer: &[u8]) -> Heard {
        let mut state = self.lock();
        if state.over.is_some() {
            return Heard::Over;
        }
        let heard = match read {
            Ok(0) => self.peer_fin(&mut state),
            Ok(len) => {
                let bytes = buffer[..*len].into();
                self.push(&mut state, EntryKind::Received { bytes });
                Heard::Bytes(*len)
            }
            Err(e) if e.kind() == ErrorKind::Interrupted || is_not_yet(e) => return Heard::Nothing,
            Err(e) => self.broke(&mut state, e),
        };
        drop(state);
        self.changed();
        heard
    }

    /// What a read of 0 bytes means.
    fn peer_fin(&self, state: &mut State) -> Heard {
        if let Some(error) = state.write_error.take() {
            // After a reset that a write has reported, a read returns nothing.
            return self.broke(state, &error);
        }
        if !state.has_peer_fin {
            state.has_peer_fin = true;
            self.push(state, EntryKind::PeerFin);
        }
        if state.fin == Fin::Sent {
            self.end(state, CallState::Ended);
            return Heard::Over;
        }
        Heard::Fin
    }

    /// After the peer's FIN: whether the connection has broken since. `error` is its pending one.
    pub(crate) fn check(&self, error: io::Result<Option<io::Error>>) -> Heard {
        let mut state = self.lock();
        if state.over.is_some() {
            return Heard::Over;
        }
        let error = match error {
            Ok(error) => error.or_else(|| state.write_error.take()),
            Err(e) => Some(e),
        };
        let Some(error) = error else {
            return Heard::Nothing;
        };
        let heard = self.broke(&mut state, &error);
        drop(state);
        self.changed();
        heard
    }

    fn broke(&self, state: &mut State, error: &io::Error) -> Heard {
        let host = self.host.clone();
        let error = match error.kind() {
            ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => {
                self.push(state, EntryKind::PeerReset);
                ClientError::CallReset { host }
            }
            _ => {
                let reason = error.to_string();
                let error = ClientError::CallBroken { host, reason };
                self.push(state, EntryKind::Failed(error.clone()));
                error
            }
        };
        self.end(state, CallState::Failed(error));
        Heard::Over
    }
}

//! What goes to the other side, as far as it can go at once. Nobody who sends waits.

use std::io::{self, ErrorKind, Write as _};
use std::net::Shutdown;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::{Conversation, Fin, Kind, Owner, State};
use crate::call::{CallState, EntryKind, QUEUE_MAX_LEN, outgoing};
use crate::error::ClientError;
use crate::transport::{Signal, is_not_yet};

impl Conversation {
    /// Sends what the owner typed.
    pub(in crate::call) fn send_by_hand(self: &Arc<Self>, bytes: Vec<u8>) {
        self.lock().owner = Owner::TookPart;
        if self.send(bytes, false) {
            self.answered();
        }
    }

    /// Sends a piece; whether it was sent or queued.
    pub(crate) fn send(self: &Arc<Self>, bytes: Vec<u8>, is_automatic: bool) -> bool {
        let mut state = self.lock();
        if bytes.is_empty() || state.fin != Fin::No || state.over.is_some() {
            return false;
        }
        let fits = state.queue.len() + bytes.len() <= QUEUE_MAX_LEN;
        if fits {
            let end = state.queue.add(bytes.clone());
            let bytes = bytes.into();
            let sent = EntryKind::Sent {
                bytes,
                end,
                is_automatic,
            };
            self.push(&mut state, sent);
            self.flush(&mut state);
        } else {
            let full = ClientError::CallQueueFull {
                max_len: QUEUE_MAX_LEN,
            };
            self.push(&mut state, EntryKind::Failed(full));
        }
        drop(state);
        self.changed();
        fits
    }

    pub(in crate::call) fn send_file(self: &Arc<Self>, path: PathBuf) {
        let mut state = self.lock();
        if state.fin != Fin::No || state.over.is_some() {
            return;
        }
        state.owner = Owner::TookPart;
        let number = state.entries.next_number();
        state.queue.add_file(path, number);
        self.flush(&mut state);
        drop(state);
        self.answered();
    }

    /// The file that was queued at entry `number` has a length.
    pub(in crate::call) fn file_begins(
        &self,
        state: &mut State,
        number: u64,
        name: String,
        len: u64,
    ) {
        let end = state.queue.grow(len);
        // What was queued behind it comes later by its length.
        for entry in state.entries.since_mut(number) {
            if let EntryKind::Sent { end, .. } | EntryKind::File { end, .. } = &mut entry.kind {
                *end += len;
            }
        }
        self.push(state, EntryKind::File { name, len, end });
    }

    /// Sends what can be sent now; a thread of its own waits for the rest.
    pub(super) fn flush(self: &Arc<Self>, state: &mut State) {
        let Some(stream) = state.stream.clone() else {
            return;
        };
        if !state.queue.has_writer {
            while let Some(bytes) = state.queue.next_bytes() {
                match (&*stream).write(bytes) {
                    Ok(written) => state.queue.advance(written),
                    Err(e) if e.kind() == ErrorKind::Interrupted => {}
                    Err(e) if is_not_yet(&e) => break,
                    Err(e) => {
                        self.write_failed(state, e);
                        return;
                    }
                }
            }
            if !state.queue.is_empty() {
                outgoing::start_writer(self, state, stream);
                return;
            }
        }
        self.finish_sending(state);
    }

    /// What cannot be sent is dropped. The reader ends the call, after what had arrived before.
    pub(in crate::call) fn write_failed(&self, state: &mut State, error: io::Error) {
        log::debug!("{}: writing: {error}", self.host);
        state.queue.clear();
        state.write_error.get_or_insert(error);
    }

    /// Sends the FIN, if that is wanted and nothing comes before it.
    pub(in crate::call) fn finish_sending(&self, state: &mut State) {
        if state.fin != Fin::Wanted || !state.queue.is_empty() {
            return;
        }
        let Some(stream) = state.stream.clone() else {
            return;
        };
        if let Err(e) = stream.shutdown(Shutdown::Write) {
            // It is broken; the next read says so.
            log::debug!("{}: hanging up: {e}", self.host);
            return;
        }
        state.fin = Fin::Sent;
        self.push(state, EntryKind::OwnFin);
        if state.has_peer_fin {
            self.end(state, CallState::Ended);
        }
    }

    /// An answer was given: a server that does not keep calls open hangs up.
    pub(crate) fn answered(self: &Arc<Self>) {
        if let Kind::Caller { keeps_open, .. } = &self.kind
            && !keeps_open.load(Ordering::Relaxed)
        {
            self.hang_up_by_itself();
        }
    }

    /// How many bytes wait to be sent.
    pub(crate) fn queued(&self) -> usize {
        self.lock().queue.len()
    }

    /// What is closed when fewer bytes wait to be sent than now.
    pub(crate) fn drained(&self) -> Signal {
        self.drained.listen()
    }
}

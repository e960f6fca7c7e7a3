//! The ways in which a call ends.

use std::net::Shutdown;
use std::sync::Arc;
use std::time::Duration;

use super::{Conversation, Fin, Kind, Owner, State};
use crate::call::{CallState, EntryKind};
use crate::error::ClientError;

impl Conversation {
    /// It could not connect.
    pub(crate) fn failed(&self, error: ClientError) {
        let mut state = self.lock();
        if state.over.is_none() {
            self.push(&mut state, EntryKind::Failed(error.clone()));
            self.end(&mut state, CallState::Failed(error));
        }
        drop(state);
        self.changed();
    }

    pub(in crate::call) fn stop_sending(self: &Arc<Self>) {
        self.close(false, true);
    }

    pub(in crate::call) fn hang_up(self: &Arc<Self>) {
        let state = self.lock();
        if state.fin != Fin::No || state.stream.is_none() {
            drop(state);
            self.close_at_once();
        } else {
            drop(state);
            self.close(true, true);
        }
    }

    /// Hangs up for a server: nobody asked for it by hand.
    pub(crate) fn hang_up_by_itself(self: &Arc<Self>) {
        self.close(true, false);
    }

    fn close(self: &Arc<Self>, hangs_up: bool, is_by_hand: bool) {
        let mut state = self.lock();
        if state.over.is_some() {
            return;
        }
        if is_by_hand {
            state.owner = Owner::TookPart;
        }
        state.hangs_up |= hangs_up;
        state.fin = state.fin.max(Fin::Wanted);
        state.stop_repeating();
        self.flush(&mut state);
        drop(state);
        self.changed();
    }

    /// Closes the connection without waiting for the other side.
    pub(crate) fn close_at_once(&self) {
        let mut state = self.lock();
        if state.over.is_some() {
            return;
        }
        if let Some(stream) = state.stream.clone() {
            if !state.queue.is_empty() {
                // A FIN would say that this is all.
                stream.abort();
                self.push(&mut state, EntryKind::OwnReset);
            } else if state.fin != Fin::Sent {
                self.push(&mut state, EntryKind::OwnFin);
            }
        }
        self.end(&mut state, CallState::Ended);
        drop(state);
        self.changed();
    }

    pub(crate) fn reset(&self) {
        let mut state = self.lock();
        if state.over.is_some() {
            return;
        }
        let over = if let Some(stream) = state.stream.clone() {
            stream.abort();
            self.push(&mut state, EntryKind::OwnReset);
            CallState::Reset
        } else {
            CallState::Ended
        };
        self.end(&mut state, over);
        drop(state);
        self.changed();
    }

    /// A server waited for so long, in vain.
    pub(crate) fn give_up(&self, after: Duration) {
        self.failed(ClientError::CallIdle {
            host: self.host.clone(),
            secs: after.as_secs(),
        });
    }

    /// See [`CallState::Withdrawn`].
    pub(crate) fn withdraw(&self) {
        let mut state = self.lock();
        // The connection goes on.
        state.stream = None;
        if state.over.is_none() {
            self.end(&mut state, CallState::Withdrawn);
        }
        drop(state);
        self.changed();
    }

    pub(super) fn end(&self, state: &mut State, over: CallState) {
        state.over = Some(over);
        state.queue.clear();
        state.stop_repeating();
        if let Some(stream) = state.stream.take() {
            // Wakes whoever reads, who drops the last reference: that closes the socket. Sends nothing.
            let _ = stream.shutdown(Shutdown::Read);
        } else {
            self.connecting.cancel();
        }
        self.drained.notify_all();
    }

    /// The last handle was dropped.
    pub(in crate::call) fn let_go(self: &Arc<Self>) {
        let mut state = self.lock();
        state.owner = Owner::Gone;
        let is_left_to_owner = state.is_left_to_owner;
        drop(state);
        match self.kind {
            Kind::Client => self.close_at_once(),
            Kind::Caller { .. } if is_left_to_owner => self.hang_up_by_itself(),
            // The server still answers by its rules, and hangs up when the caller has.
            Kind::Caller { .. } => {}
        }
    }

    /// What follows is left to the owner: no rule answers, or the caller has hung up. The server hangs up if there is no
    /// owner, or once there is none.
    pub(crate) fn leave_to_owner(self: &Arc<Self>) {
        let mut state = self.lock();
        state.is_left_to_owner = true;
        let has_owner = state.owner != Owner::Gone;
        drop(state);
        if !has_owner {
            self.hang_up_by_itself();
        }
    }
}

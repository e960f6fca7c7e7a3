//! A conversation over a raw connection that stays open: the lecture notes' first pair of programs, at either end.
//!
//! A call keeps every piece as it was read, because students have to learn that one `recv` may return several sends, or
//! a part of one.

mod conversation;
pub mod encoding;
mod entry;
pub mod hex;
mod outgoing;
mod repeat;
mod rules;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

pub(crate) use self::conversation::{Conversation, Heard, Kind};
pub(crate) use self::entry::Budget;
pub use self::entry::{Entry, EntryKind};
pub use self::repeat::INTERVAL_MIN;
pub use self::rules::{Answering, Reply, Rule, When};

use crate::error::ClientError;
use crate::transport::trace::{Role, Trace};

/// What may wait to be sent in a call, in bytes, files aside: more than anyone types, and not more than fits in memory.
pub const QUEUE_MAX_LEN: usize = 16 << 20;

/// The buffer of one `recv`, in bytes.
pub(crate) const RECV_LEN: usize = 64 << 10;

/// Unique in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallId(u64);

impl CallId {
    fn next() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// The state of a call, for whoever takes part in it. The states of TCP are in its [`Trace`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallState {
    /// Resolving and connecting.
    Connecting,
    /// Connected. Either side may have stopped sending.
    Open {
        /// Whether this side still sends.
        sends: bool,
        /// Whether the other side still sends.
        receives: bool,
    },
    /// This side has hung up and waits for the other side to do so.
    HangingUp,
    /// Over: both sides hung up, or this side did not wait for the other one.
    Ended,
    /// Over, because this side reset it.
    Reset,
    /// Could not connect, or broke off; a reset by the other side is an error, too.
    Failed(ClientError),
    /// It was none: a connection that had been silent asked for a file, or turned out to be HTTP or TLS. It goes on as
    /// that, and is not a call any more.
    Withdrawn,
}

impl CallState {
    /// Whether it will not change any more.
    pub fn is_over(&self) -> bool {
        match self {
            Self::Connecting | Self::Open { .. } | Self::HangingUp => false,
            Self::Ended | Self::Reset | Self::Failed(_) | Self::Withdrawn => true,
        }
    }
}

/// A call. No method waits for the network; what comes of it is an [`Entry`]. When the last handle of a client's call is
/// dropped, it ends; a caller of a server stays.
#[derive(Debug)]
pub struct Call(Arc<Conversation>);

impl Call {
    pub(crate) fn new(conversation: Arc<Conversation>) -> Self {
        Self(conversation)
    }

    /// The unique id.
    pub fn id(&self) -> CallId {
        self.0.id
    }

    /// Which end this side is.
    pub fn role(&self) -> Role {
        self.0.role()
    }

    /// The other side: the host as the user typed it, or the address of a caller.
    pub fn host(&self) -> &str {
        &self.0.host
    }

    /// The port of the other side.
    pub fn port(&self) -> u16 {
        self.0.port
    }

    /// The connection, once its SYN is sent.
    pub fn trace(&self) -> Option<Arc<Trace>> {
        self.0.trace()
    }

    /// The state.
    pub fn state(&self) -> CallState {
        self.0.state()
    }

    /// What happened so far, oldest first. After [`EntryKind::Dropped`], the first number is not 0.
    pub fn entries(&self) -> Vec<Entry> {
        self.0.entries()
    }

    /// The entries since the one with `number` (the first of all has 0), as far as they are kept, and the number of the
    /// next one.
    pub fn entries_since(&self, number: u64) -> (Vec<Entry>, u64) {
        self.0.entries_since(number)
    }

    /// Changes with every entry and state.
    pub fn version(&self) -> u64 {
        self.0.version()
    }

    /// Sends `bytes` as one piece, after all that was sent before. Nothing happens once this side has stopped sending.
    /// Where the other side takes nothing, up to [`QUEUE_MAX_LEN`] wait; beyond that, nothing of `bytes` is sent
    /// ([`ClientError::CallQueueFull`]).
    pub fn send(&self, bytes: Vec<u8>) {
        self.0.send_by_hand(bytes);
    }

    /// Sends the content of a file, after all that was sent before.
    pub fn send_file(&self, path: PathBuf) {
        self.0.send_file(path);
    }

    /// Sends `bytes` now and then every `interval` ([`INTERVAL_MIN`] at least), until [`Call::stop_repeating`] or this
    /// side stops sending. A turn is left out while the other side has not taken what was sent before. Replaces an
    /// earlier repetition.
    pub fn repeat(&self, bytes: Vec<u8>, interval: Duration) {
        repeat::start(&self.0, bytes, interval);
    }

    /// Ends the repetition.
    pub fn stop_repeating(&self) {
        self.0.set_repeating(None);
    }

    /// Whether something is being repeated.
    pub fn is_repeating(&self) -> bool {
        self.0.is_repeating()
    }

    /// Stops sending (FIN), after all that was sent before, and goes on receiving: a half-close.
    pub fn stop_sending(&self) {
        self.0.stop_sending();
    }

    /// Hangs up: stops sending (FIN), and closes the connection once the other side has hung up, too. What arrives
    /// until then is still shown, because TCP delivers it. After [`Call::stop_sending`], and the second time, closes it
    /// at once; with a reset if some of what was to be sent is still here, or something has arrived unread.
    pub fn hang_up(&self) {
        self.0.hang_up();
    }

    /// Resets the connection (RST).
    pub fn reset(&self) {
        self.0.reset();
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.0.let_go();
    }
}

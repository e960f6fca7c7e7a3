//! A conversation over a raw connection that stays open: the lecture notes' first pair of programs, at either end.
//!
//! A call keeps every piece as it was read, because students have to learn that one `recv` may return several sends, or
//! a part of one.

mod rules;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;

pub use self::rules::{Answering, Reply, Rule, When};

use crate::error::ClientError;
use crate::transport::trace::{Role, Trace};

/// Unique in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallId(u64);

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
    /// Over, after both sides hung up.
    Ended,
    /// Over, because this side reset it.
    Reset,
    /// Could not connect, or broke off; a reset by the other side is an error, too.
    Failed(ClientError),
}

/// One thing that happened in a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When, since the call began.
    pub at: Duration,
    /// What.
    pub kind: EntryKind,
}

/// What happened in a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// It was connected, after so long; a server cannot tell how long.
    Connected(Option<Duration>),
    /// One piece was sent.
    Sent {
        /// The bytes.
        bytes: Arc<[u8]>,
        /// The count of bytes sent on this connection, including these: acknowledged once the trace's `send_queue` no
        /// longer reaches into them.
        end: u64,
        /// Whether a rule answered, or a repetition sent it.
        is_automatic: bool,
    },
    /// One `recv` returned this.
    Received {
        /// The bytes.
        bytes: Arc<[u8]>,
    },
    /// This side stopped sending or hung up (FIN).
    OwnFin,
    /// The other side hung up (FIN).
    PeerFin,
    /// This side reset the connection (RST).
    OwnReset,
    /// The other side reset the connection (RST).
    PeerReset,
    /// A file began to be sent.
    File {
        /// Its name, without the folder.
        name: String,
        /// Its length in bytes.
        len: u64,
    },
    /// It failed.
    Failed(ClientError),
    /// Older entries were dropped, to save memory.
    Dropped {
        /// How many.
        count: u64,
    },
}

/// A call. Every method returns at once; what comes of it is an [`Entry`]. Dropping the last handle of a client's call
/// hangs up.
#[derive(Debug)]
pub struct Call {
    id: CallId,
    role: Role,
    host: String,
    port: u16,
    trace: Mutex<Option<Arc<Trace>>>,
    state: Mutex<CallState>,
    entries: Mutex<Vec<Entry>>,
    version: AtomicU64,
}

impl Call {
    pub(crate) fn new(role: Role, host: String, port: u16) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self {
            id: CallId(NEXT.fetch_add(1, Ordering::Relaxed)),
            role,
            host,
            port,
            trace: Mutex::default(),
            state: Mutex::new(CallState::Connecting),
            entries: Mutex::default(),
            version: AtomicU64::new(0),
        }
    }

    /// The unique id.
    pub fn id(&self) -> CallId {
        self.id
    }

    /// Which end this side is.
    pub fn role(&self) -> Role {
        self.role
    }

    /// The other side: the host as the user typed it, or the address of a caller.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port of the other side.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The connection, once its SYN is sent.
    pub fn trace(&self) -> Option<Arc<Trace>> {
        self.trace.lock().clone()
    }

    /// The state.
    pub fn state(&self) -> CallState {
        self.state.lock().clone()
    }

    /// What happened so far, oldest first.
    pub fn entries(&self) -> Vec<Entry> {
        self.entries.lock().clone()
    }

    /// Changes with every entry and state.
    pub fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    /// Sends `bytes` as one piece.
    pub fn send(&self, bytes: Vec<u8>) {
        let _ = bytes;
    }

    /// Sends the content of a file.
    pub fn send_file(&self, path: PathBuf) {
        let _ = path;
    }

    /// Sends `bytes` now and then every `interval`, until [`Call::stop_repeating`] or the end.
    pub fn repeat(&self, bytes: Vec<u8>, interval: Duration) {
        let _ = (bytes, interval);
    }

    /// Ends the repetition.
    pub fn stop_repeating(&self) {}

    /// Whether something is being repeated.
    pub fn is_repeating(&self) -> bool {
        false
    }

    /// Stops sending (FIN) and goes on receiving: a half-close.
    pub fn stop_sending(&self) {}

    /// Hangs up: stops sending (FIN), and closes the connection once the other side has hung up, too. What arrives
    /// until then is still shown, because TCP delivers it. After [`Call::stop_sending`], closes it at once.
    pub fn hang_up(&self) {}

    /// Resets the connection (RST).
    pub fn reset(&self) {}
}

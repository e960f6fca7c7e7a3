//! Shares one folder over one port, in every dialect of the wire.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use crate::net::addresses::Address;
use crate::net::{Reporter, Transfer, TransferId};
use crate::text::Sentence;

/// What to share and how.
#[derive(Clone, Debug)]
pub struct Config {
    /// The folder.
    pub folder: PathBuf,
    /// The TCP port; 0 lets the system choose one.
    pub port: u16,
    /// Only this address, instead of every one that the machine has.
    pub bind: Option<IpAddr>,
    /// Serve and list names that start with a dot.
    pub hidden: bool,
    /// Show a raw request that names no file as a message and answer with this text.
    pub answer: Option<String>,
    /// Names that `Host` may have beside addresses and local names.
    pub allowed_hosts: Vec<String>,
}

/// What happened, for whoever shows it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ServerEvent {
    /// It listens; the addresses are sorted, best first.
    Listening(Vec<Address>),
    /// The folder holds this many files (counted beside the sharing, again after a while).
    Counted { files: u64, more: bool },
    /// A file is going out. Its row is the transfer itself.
    Started(Arc<Transfer>),
    /// That one is over; `Transfer::outcome` says how.
    Ended(Arc<Transfer>),
    /// A line for the log: who, and what about it.
    Noted { peer: IpAddr, what: Sentence },
    /// A raw client said something and was answered.
    Message { peer: IpAddr, text: String },
    /// It does not share (any more): asked to stop, or why it could not.
    Stopped(Result<(), ServerError>),
}

/// Why nothing is shared. `Display` is the sentence for the user.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// Another program listens there.
    #[error("{}", self.sentence())]
    PortTaken {
        /// The port asked for.
        port: u16,
        /// One near it that is free.
        free: Option<u16>,
    },
}

impl ServerError {
    /// The reason, and in its hint the next step, in the user's language.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::PortTaken { port, .. } => crate::sentence!("port-taken", port = *port),
        }
    }
}

/// A share that runs. Dropping it stops it without waiting.
#[derive(Debug)]
pub struct Server {}

impl Server {
    /// Begin to share. Returns at once: opening the folder and the port happen on a worker, and
    /// [`ServerEvent::Listening`] or [`ServerEvent::Stopped`] says how it went.
    pub fn start(_config: Config, _reporter: Reporter<ServerEvent>) -> Self {
        Self {}
    }

    /// End it, whatever is going on. Returns at once; [`ServerEvent::Stopped`] follows.
    pub fn stop(&self) {}

    /// End one transfer.
    pub fn cancel(&self, _id: TransferId) {}

    /// Change the answer to messages while running.
    pub fn set_answer(&self, _answer: Option<String>) {}

    /// Wait until everything has ended. Blocks: for workers and commands, not for the window.
    pub fn join(self) {}
}

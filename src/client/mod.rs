//! Downloads from any HTTP or raw server, and says things to raw ones.

use std::path::PathBuf;
use std::sync::Arc;

use crate::net::{Dialect, Reporter, Transfer, TransferId};
use crate::text::Sentence;

/// What to fetch and where to put it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// A name or an address, without port and brackets.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// The file's name as the server knows it, `/` between folders, not percent-encoded.
    pub name: String,
    /// Where the file goes.
    pub target: Target,
    /// How to ask; `None` asks over HTTP first and falls back to raw.
    pub dialect: Option<Dialect>,
}

/// Where a download goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Into this folder under the file's own name, made safe.
    Folder(PathBuf),
    /// Exactly here.
    File(PathBuf),
}

/// What happened, for whoever shows it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ClientEvent {
    /// A download left the queue, or began to move.
    Changed(Arc<Transfer>),
    /// A download is over; `Transfer::outcome` says how.
    Ended(Arc<Transfer>),
    /// What a raw server answered to [`Client::say`].
    Replied {
        host: String,
        port: u16,
        text: String,
        reply: Result<String, ClientError>,
    },
}

/// Why a download or a message failed. `Display` is the sentence for the user.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// Nothing listens on that port.
    #[error("{}", self.sentence())]
    Refused { host: String, port: u16 },
}

impl ClientError {
    /// The reason, and in its hint the next step, in the user's language.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Refused { host, port } => crate::sentence!("refused", host = host, port = *port),
        }
    }
}

/// Runs downloads. Nothing here blocks; dropping it cancels what runs.
#[derive(Debug)]
pub struct Client {}

impl Client {
    /// A client with no downloads yet.
    pub fn new(_reporter: Reporter<ClientEvent>) -> Self {
        Self {}
    }

    /// Queue a download; it is shown by its transfer from now on.
    pub fn download(&self, _request: Request) -> Arc<Transfer> {
        unimplemented!()
    }

    /// End one download.
    pub fn cancel(&self, _id: TransferId) {}

    /// Send `text` over a raw connection; [`ClientEvent::Replied`] brings the reply.
    pub fn say(&self, _host: String, _port: u16, _text: String) {}
}

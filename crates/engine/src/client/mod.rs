//! Downloads files from HTTP and raw servers, sends files to shares, and messages to raw servers.

mod authorization;
mod backoff;
mod browse;
mod call;
mod connect;
pub(crate) mod connection;
mod connections;
mod digest_check;
mod encryption;
mod fetch;
pub(crate) mod folder;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
pub(crate) mod http;
mod http_fetch;
mod http_session;
mod job;
mod limits;
mod location;
mod message;
mod offers;
mod origin;
mod passwords;
mod protocol;
mod protocol_cache;
mod raw;
mod receive;
mod redirected;
pub(crate) mod resume;
mod scheduler;
mod secure;
mod send;
mod suggest;
mod trust;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::call::{Call, CallId};
use crate::error::ClientError;
use crate::name_bytes;
use crate::secret::Secret;
use crate::store::part::Source;
use crate::transfer::{Protocol, Reporter, Transfer, TransferId};
use crate::transport::CancelToken;
use crate::url_path;

pub use self::browse::{Place, RemoteEntry, RemoteFolder};
pub use self::encryption::{Encryption, KnownServers};
pub use self::limits::{FolderLimits, Limits, Timeouts};
pub use self::location::{Location, authority, halfwidth};
pub use self::message::MESSAGE_MAX_LEN;
pub use self::passwords::Passwords;
pub use self::send::{Recipient, SendRequest};
pub use crate::store::output::is_stream;
pub use crate::store::target::{CopyNaming, IfExists, Target};

/// What to download and where to store it. [`Request::shares_part`] says which requests resume the same partial
/// file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// A host name or IP address, without port and brackets.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// Whether over TLS.
    #[serde(default, skip_serializing_if = "Encryption::is_default")]
    pub encryption: Encryption,
    /// The path of the file on the server, separated by `/`, not percent-encoded, with
    /// [escapes](crate::name_bytes) for bytes that are not text. A folder may end in `/`; `/` alone is the
    /// root.
    pub name: String,
    /// The query of its URL, without the `?`, verbatim (RFC 3986 section 3.4). Different queries are different
    /// files; a URL with a query is never a folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// Where to store the file.
    pub target: Target,
    /// The protocol; `None` tries HTTP first and falls back to raw.
    #[serde(rename = "dialect")]
    pub protocol: Option<Protocol>,
    /// What to do if the file exists.
    pub exists: IfExists,
}

impl Request {
    /// The request target (RFC 9112 section 3.2.1): the percent-encoded path, and the query.
    fn request_target(&self) -> String {
        let path = url_path::path_of(&self.name);
        match &self.query {
            Some(query) => format!("{path}?{}", http::line_safe(query)),
            None => path,
        }
    }

    /// Its URL; also for a raw server, which has no other address.
    pub fn url(&self) -> String {
        let query = self.query.as_deref();
        location::url(&self.host, self.port, self.encryption, &self.name, query)
    }

    /// The name for display.
    pub fn shown(&self) -> String {
        let name = name_bytes::shown(&self.name);
        match &self.query {
            Some(query) => format!("{name}?{query}"),
            None => name.into_owned(),
        }
    }

    /// Whether `other` resumes the same partial file: only the treatment of an existing file, and the spelling
    /// of the host, may differ.
    pub fn shares_part(&self, other: &Self) -> bool {
        // Compared first, because names differ most often.
        self.name == other.name
            && self.target == other.target
            && Source::from(self) == Source::from(other)
    }
}

impl From<&Request> for Source {
    fn from(request: &Request) -> Self {
        Self {
            host: request.host.to_lowercase(),
            port: request.port,
            name: request.name.clone(),
            query: request.query.clone(),
            protocol: request.protocol,
        }
    }
}

/// An event of the client.
#[derive(Clone, Debug)]
pub enum ClientEvent {
    /// A download left the queue, or its body started.
    Changed(Arc<Transfer>),
    /// A download ended; see `Transfer::outcome`.
    Ended(Arc<Transfer>),
    /// The result of [`Client::list`].
    Listed(Place, Result<Arc<RemoteFolder>, ClientError>),
    /// Something happened in a call; not reported again before its owner has looked at it.
    CallChanged(CallId),
    /// The reply of a raw server to [`Client::say`].
    Replied {
        /// The host.
        host: String,
        /// The TCP port.
        port: u16,
        /// The message.
        text: String,
        /// The reply. Never empty: see [`ClientError::NoReply`].
        reply: Result<String, ClientError>,
    },
}

/// Manages downloads. No method blocks; dropping it pauses running downloads.
#[derive(Debug)]
pub struct Client {
    scheduler: Arc<self::scheduler::Scheduler>,
    /// Cancels what [`Client::say`] started.
    talking: CancelToken,
    /// Cancels what [`Client::list`] started.
    browsing: browse::Browsing,
    calls: call::Calls,
    deliveries: send::Deliveries,
}

impl Client {
    /// A client with the default [`Limits`], whose downloads can be resumed by this process only.
    pub fn new(reporter: Reporter<ClientEvent>) -> Self {
        Self::with_limits(reporter, Limits::default())
    }

    /// A client whose downloads can be resumed by this process only.
    pub fn with_limits(reporter: Reporter<ClientEvent>, limits: Limits) -> Self {
        Self::with_secret(reporter, limits, Secret::of_process())
    }

    /// A client that can resume the downloads of other clients with the same `secret`.
    pub fn with_secret(reporter: Reporter<ClientEvent>, limits: Limits, secret: Secret) -> Self {
        Self::with_servers(reporter, limits, secret, KnownServers::default())
    }

    /// The same, which knows `servers` from earlier.
    pub fn with_servers(
        reporter: Reporter<ClientEvent>,
        limits: Limits,
        secret: Secret,
        servers: KnownServers,
    ) -> Self {
        Self {
            scheduler: Arc::new(self::scheduler::Scheduler::new(
                reporter, limits, secret, servers,
            )),
            talking: CancelToken::new(),
            browsing: browse::Browsing::default(),
            calls: call::Calls::default(),
            deliveries: send::Deliveries::default(),
        }
    }

    /// Resumes partial files of `requests` even if their records have no authentication code, like those of
    /// version 0.1.0. Only for requests that are known to have been made here: anyone can write such a record.
    pub fn trust(&self, requests: impl IntoIterator<Item = Request>) {
        self.scheduler.trust(requests);
    }

    /// What it knows of servers.
    pub fn servers(&self) -> &KnownServers {
        &self.scheduler.known.servers
    }

    /// Queues a download.
    pub fn download(&self, request: Request) -> Arc<Transfer> {
        self::scheduler::add(&self.scheduler, request, None, false)
    }

    /// Queues a download that resumes `before`, initially with its progress.
    pub fn go_on(&self, request: Request, before: &Transfer) -> Arc<Transfer> {
        self::scheduler::add(&self.scheduler, request, Some(before), false)
    }

    /// Like [`Client::go_on`], but before the other queued downloads: for one that the user paused by mistake.
    pub fn go_on_next(&self, request: Request, before: &Transfer) -> Arc<Transfer> {
        self::scheduler::add(&self.scheduler, request, Some(before), true)
    }

    /// Sets the number of concurrent downloads (0 counts as 1), replacing [`Limits::at_once`]. Raising it
    /// starts the oldest queued downloads at once; lowering it lets running downloads finish.
    pub fn set_at_once(&self, count: usize) {
        self::scheduler::set_at_once(&self.scheduler, count);
    }

    /// Sets how new files are called from now on if the old ones are kept, replacing [`Limits::copies`].
    pub fn set_copies(&self, copies: CopyNaming) {
        self.scheduler.set_copies(copies);
    }

    /// Sends files and folders to a share, at once. The outcome is [`Outcome::Sent`](crate::transfer::Outcome) only when
    /// the server has confirmed every file.
    pub fn send(&self, request: SendRequest) -> Arc<Transfer> {
        send::start(&self.scheduler, &self.deliveries, request)
    }

    /// Cancels a download, or the sending of files. A queued one ends at once, a running one within milliseconds;
    /// [`ClientEvent::Ended`] follows. No effect on unknown or ended ones.
    pub fn cancel(&self, id: TransferId) {
        match self.deliveries.find(id) {
            Some(transfer) => transfer.cancel().cancel(),
            None => self.scheduler.cancel(id),
        }
    }

    /// Pauses a download and keeps its partial file; [`ClientEvent::Ended`] follows. Files that are being sent stop,
    /// too.
    pub fn pause(&self, id: TransferId) {
        match self.deliveries.find(id) {
            Some(transfer) => transfer.pause(),
            None => self.scheduler.pause(id),
        }
    }

    /// Ends the backoff of a transfer ([`TransferState::BackingOff`](crate::transfer::TransferState)) early. No
    /// effect on others.
    pub fn try_now(&self, id: TransferId) {
        match self.deliveries.find(id) {
            Some(transfer) => transfer.retry_now().notify_all(),
            None => self.scheduler.try_now(id),
        }
    }

    /// Deletes the partial files of downloads that are not running, and then calls `done` on the same thread. One that
    /// is added again before its turn keeps its partial file. `done` is dropped without a call if no thread can be
    /// started.
    pub fn discard(&self, requests: Vec<Request>, done: impl FnOnce() + Send + 'static) {
        self::scheduler::discard(&self.scheduler, requests, done);
    }

    /// Lists a folder of a server; [`ClientEvent::Listed`] follows, unless another call replaces it: that
    /// closes its connection at once. An event already sent still arrives; its [`Place`] identifies it.
    pub fn list(&self, place: Place) {
        browse::start(&self.scheduler, &self.browsing, place);
    }

    /// Calls a raw server and stays connected, until either side hangs up or the last handle is dropped.
    /// [`ClientEvent::CallChanged`] reports changes: the next one only after the owner has looked at the call.
    pub fn call(&self, host: String, port: u16) -> Arc<Call> {
        call::start(&self.scheduler, &self.calls, host, port)
    }

    /// Sends `text` over a raw connection; [`ClientEvent::Replied`] follows.
    pub fn say(&self, host: String, port: u16, text: String) {
        message::start(&self.scheduler, &self.talking, host, port, text);
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.talking.cancel();
        self.browsing.end();
        self.calls.end();
        self.deliveries.end();
        self.scheduler.close();
    }
}

//! Downloads from any HTTP or raw server, and says things to raw ones.

mod backoff;
mod browse;
mod connect;
pub(crate) mod connection;
mod connections;
mod digest_check;
mod fetch;
pub(crate) mod folder;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
pub(crate) mod http;
mod http_fetch;
mod http_session;
mod job;
mod location;
mod message;
mod protocol;
mod protocol_cache;
mod raw;
mod receive;
pub(crate) mod resume;
mod scheduler;
mod suggest;

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::error::ClientError;
use crate::name_bytes;
use crate::secret::Secret;
use crate::store::part::Source;
use crate::transfer::{Protocol, Reporter, Transfer, TransferId};
use crate::transport::CancelToken;
use crate::url_path;

pub use self::browse::{Place, RemoteEntry, RemoteFolder};
pub use self::location::{Location, authority};
pub use self::message::MESSAGE_MAX_LEN;
pub use crate::store::output::is_stream;
pub use crate::store::target::{IfExists, Target};

/// What to fetch and where to put it. [`Request::shares_part`] says which two go on from the same part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// A name or an address, without port and brackets.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// The file's name as the server knows it, `/` between folders, not percent-encoded, with
    /// [escapes](crate::name_bytes) for what text cannot hold. A folder's may end in `/`; `/` alone is
    /// everything.
    pub name: String,
    /// The query of its URL, without the `?`, as it was given (RFC 3986 section 3.4). Two queries are two
    /// files; what has one is never a folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// Where the file goes.
    pub target: Target,
    /// How to ask; `None` asks over HTTP first and falls back to raw.
    #[serde(rename = "dialect")]
    pub protocol: Option<Protocol>,
    /// What to do where the name is taken.
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

    /// What is downloaded, for a person.
    pub fn shown(&self) -> String {
        let name = name_bytes::shown(&self.name);
        match &self.query {
            Some(query) => format!("{name}?{query}"),
            None => name.into_owned(),
        }
    }

    /// Whether this and `other` go on from the same part: only how to treat an existing file, and how
    /// the host is written, may differ.
    pub fn shares_part(&self, other: &Self) -> bool {
        // The name says most, and first: most often it is another.
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

/// What happened, for whoever shows it.
#[derive(Clone, Debug)]
pub enum ClientEvent {
    /// A download left the queue, or began to move.
    Changed(Arc<Transfer>),
    /// A download is over; `Transfer::outcome` says how.
    Ended(Arc<Transfer>),
    /// What [`Client::list`] found.
    Listed(Place, Result<Arc<RemoteFolder>, ClientError>),
    /// What a raw server answered to [`Client::say`].
    Replied {
        /// Who was spoken to.
        host: String,
        /// The TCP port.
        port: u16,
        /// What was said.
        text: String,
        /// What came back. Never empty: [`ClientError::NoReply`] stands for that.
        reply: Result<String, ClientError>,
    },
}

/// How much at once, and how long to wait for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Downloads that run at the same time; the others wait. More than a few only share the same
    /// line and disk. 0 counts as 1.
    pub at_once: usize,
    /// Connections of one folder's download (8: enough to hide the round trips of small files).
    pub connections: usize,
    /// A download that was cut tries again until nothing has come for so long; `None` is for ever.
    pub give_up: Option<Duration>,
    /// How much a folder may have in it.
    pub most: FolderLimits,
    /// How long to wait for what.
    pub timeouts: Timeouts,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            at_once: 3,
            connections: 8,
            give_up: None,
            most: FolderLimits::default(),
            timeouts: Timeouts::default(),
        }
    }
}

/// What a folder may have in it, all the way down. One that leads back to itself twice has no end, and
/// the list of it would fill the disk; what was found until then is fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FolderLimits {
    /// 10 million: their list takes about a gigabyte.
    pub files: u64,
    /// 500,000: empty, they take about two gigabytes on most disks.
    pub folders: u64,
    /// Entries of one of its folders whose names would be another one's here, that one included (1,000: they come
    /// in twos and threes). The others are not fetched.
    pub namesakes: u64,
}

impl Default for FolderLimits {
    fn default() -> Self {
        Self {
            files: 10_000_000,
            folders: 500_000,
            namesakes: 1_000,
        }
    }
}

/// How long to wait for what. None of these limits how long a download takes: only how long
/// nothing at all may happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// To find a name's addresses (10 s; the system's resolver has its own, longer or shorter).
    pub resolve: Duration,
    /// To reach any of the addresses, all together (10 s: a machine that is awake on the local
    /// network answers in milliseconds, and one that sleeps may need to wake up).
    pub connect: Duration,
    /// For the first byte of an answer over HTTP from a peer that may be a raw server waiting for
    /// something else (5 s; then it is asked the raw way too).
    pub first_answer: Duration,
    /// For the next byte, anywhere (15 s: a disk that spins up, a Wi-Fi that changes its cell);
    /// then the connection counts as lost.
    pub silence: Duration,
    /// For the listing from which near names are suggested (3 s: the failure is known already and
    /// should be shown).
    pub listing: Duration,
    /// After some bytes of a reply to a message, for more of it (2 s: some servers never close).
    pub reply_end: Duration,
    /// For a digest that the server promises again and again (10 min: that of some 60 GB on a slow
    /// disk). A download is whole by then, and is not held back any longer.
    pub digest: Duration,
    /// The first backoff after an interruption (1 s: a server that is still there should not be asked in a loop); it
    /// doubles with each retry without progress.
    pub first_backoff: Duration,
    /// The longest backoff (30 s: a server that is back is found within this).
    pub longest_backoff: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            resolve: Duration::from_secs(10),
            connect: Duration::from_secs(10),
            first_answer: Duration::from_secs(5),
            silence: Duration::from_secs(15),
            listing: Duration::from_secs(3),
            reply_end: Duration::from_secs(2),
            digest: Duration::from_mins(10),
            first_backoff: Duration::from_secs(1),
            longest_backoff: Duration::from_secs(30),
        }
    }
}

/// Runs downloads. Nothing here blocks; dropping it pauses what runs.
#[derive(Debug)]
pub struct Client {
    scheduler: Arc<self::scheduler::Scheduler>,
    /// Ends what [`Client::say`] started.
    talking: CancelToken,
    /// Ends what [`Client::list`] started.
    browsing: browse::Browsing,
}

impl Client {
    /// A client with no downloads yet and the usual [`Limits`], whose downloads resume in this process only.
    pub fn new(reporter: Reporter<ClientEvent>) -> Self {
        Self::with_limits(reporter, Limits::default())
    }

    /// A client with no downloads yet, whose downloads resume in this process only.
    pub fn with_limits(reporter: Reporter<ClientEvent>, limits: Limits) -> Self {
        Self::with_secret(reporter, limits, Secret::of_process())
    }

    /// A client with no downloads yet. Its downloads resume what a client with the same `secret` left.
    pub fn with_secret(reporter: Reporter<ClientEvent>, limits: Limits, secret: Secret) -> Self {
        Self {
            scheduler: Arc::new(self::scheduler::Scheduler::new(reporter, limits, secret)),
            talking: CancelToken::new(),
            browsing: browse::Browsing::default(),
        }
    }

    /// Resume parts of `requests` even if their records carry no authentication code, as those of version 0.1.0. Only
    /// for requests that are known to have been begun here: anybody can write such a record.
    pub fn trust(&self, requests: impl IntoIterator<Item = Request>) {
        self.scheduler.trust(requests);
    }

    /// Queue a download; it is shown by its transfer from now on.
    pub fn download(&self, request: Request) -> Arc<Transfer> {
        self::scheduler::add(&self.scheduler, request, None)
    }

    /// Queue a download that goes on with what `before` has left, and is as far until it is known
    /// better.
    pub fn go_on(&self, request: Request, before: &Transfer) -> Arc<Transfer> {
        self::scheduler::add(&self.scheduler, request, Some(before))
    }

    /// From now on run `count` downloads at the same time (0 counts as 1) instead of
    /// [`Limits::at_once`]. With more, those that wait longest begin at once; with fewer, those that run
    /// go on to their end.
    pub fn set_at_once(&self, count: usize) {
        self::scheduler::set_at_once(&self.scheduler, count);
    }

    /// End one download. One that waits for its turn ends at once, one that runs within
    /// milliseconds; [`ClientEvent::Ended`] follows. An unknown or ended one is left alone.
    pub fn cancel(&self, id: TransferId) {
        self.scheduler.cancel(id);
    }

    /// End one download and keep what has arrived; [`ClientEvent::Ended`] follows.
    pub fn pause(&self, id: TransferId) {
        self.scheduler.pause(id);
    }

    /// Let a download that backs off ([`TransferState::BackingOff`](crate::transfer::TransferState)) retry now. Any
    /// other is left alone.
    pub fn try_now(&self, id: TransferId) {
        self.scheduler.try_now(id);
    }

    /// Remove from the disk what is kept of a download that does not run.
    pub fn discard(&self, request: Request) {
        self::scheduler::discard(&self.scheduler, request);
    }

    /// Ask what is in a folder of a server; [`ClientEvent::Listed`] follows, unless another folder is
    /// asked for before: that closes the connection of this one at once. What was on its way to whoever
    /// takes the events still arrives; its [`Place`] tells.
    pub fn list(&self, place: Place) {
        browse::start(&self.scheduler, &self.browsing, place);
    }

    /// Send `text` over a raw connection; [`ClientEvent::Replied`] brings the reply.
    pub fn say(&self, host: String, port: u16, text: String) {
        message::start(&self.scheduler, &self.talking, host, port, text);
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.talking.cancel();
        self.browsing.end();
        self.scheduler.close();
    }
}

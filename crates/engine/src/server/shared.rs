//! State shared by all connections of a server.

use std::io;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::admission::Slots;
use super::archives::Archives;
use super::back_tests::BackTests;
use super::digest::Digests;
use super::listings::Listings;
use super::localsend::Receiver;
use super::receiving::{Access, Receiving, Reception};
use super::uploads::Uploads;
use super::{Limits, Live, LogEntry, PageTexts, ServerEvent};
use crate::call::Answering;
use crate::share::Share;
use crate::store::seal::Seal;
use crate::transfer::Reporter;
use crate::transport::tls::ServerTls;

/// TLS, for those who want it.
#[derive(Debug)]
pub(super) struct OfferedEncryption {
    pub tls: ServerTls,
    /// The value of `Alt-Svc` (RFC 7838 section 3) in responses that are not encrypted.
    pub alt_svc: String,
}

impl OfferedEncryption {
    /// On `port`.
    pub fn new(tls: ServerTls, port: u16) -> Self {
        let alt_svc = format!("http%2F1.1=\":{port}\"");
        Self { tls, alt_svc }
    }
}

#[derive(Debug)]
pub(super) struct Shared {
    pub share: Share,
    pub limits: Limits,
    pub slots: Slots,
    pub uploads: Uploads,
    pub texts: Arc<dyn PageTexts>,
    /// What this computer is called; may be empty.
    pub name: String,
    pub back_tests: Arc<BackTests>,
    pub digests: Arc<Digests>,
    pub listings: Listings,
    pub reception: Reception,
    pub archives: Archives,
    pub live: Arc<Live>,
    pub encryption: Option<OfferedEncryption>,
    /// Set if this is no share but the receiver of a LocalSend device.
    pub localsend: Option<Receiver>,
    pub reporter: Reporter<ServerEvent>,
    busy: Rarely,
    few_threads: Rarely,
}

impl Shared {
    pub fn new(
        share: Share,
        limits: &Limits,
        (texts, name): (Arc<dyn PageTexts>, String),
        seal: Seal,
        live: Arc<Live>,
        (encryption, localsend): (Option<OfferedEncryption>, Option<Receiver>),
        reporter: Reporter<ServerEvent>,
    ) -> Self {
        Self {
            share,
            slots: Slots::new(limits.slots),
            listings: Listings::new(limits.listing_bytes),
            archives: Archives::new(limits.archive_bytes),
            uploads: Uploads::default(),
            limits: *limits,
            texts,
            name,
            back_tests: Arc::default(),
            digests: Arc::default(),
            reception: Reception::new(seal),
            live,
            encryption,
            localsend,
            reporter,
            busy: Rarely::default(),
            few_threads: Rarely::default(),
        }
    }

    pub fn report(&self, event: ServerEvent) {
        self.reporter.report(event);
    }

    /// Adds a log entry.
    pub fn log(&self, peer: IpAddr, entry: LogEntry) {
        log::debug!("{peer}: {entry:?}");
        self.report(ServerEvent::Logged { peer, entry });
    }

    /// Logs that no more connections are accepted.
    pub fn log_busy(&self, peer: IpAddr) {
        if self.busy.is_due() {
            self.log(peer, LogEntry::Busy);
        }
    }

    /// Logs that no more threads can start.
    pub fn log_out_of_threads(&self, peer: IpAddr, error: &io::Error) {
        if self.few_threads.is_due() {
            log::warn!("no worker for the next request: {error}");
            self.log(peer, LogEntry::OutOfThreads);
        }
    }

    pub fn message(&self, peer: IpAddr, text: String) {
        self.report(ServerEvent::Message {
            peer,
            name: None,
            text,
        });
    }

    /// How messages are answered, if they are accepted.
    pub fn answering(&self) -> Option<Answering> {
        let answering = self.live.answering.lock().clone();
        answering.filter(|_| self.live.callers.is_on())
    }

    /// What others may do. Nothing can be sent unless it is set how received files are stored.
    pub fn access(&self) -> Access {
        match &*self.live.receiving.lock() {
            (Access::Both, None) => Access::Download,
            (access, _) => *access,
        }
    }

    /// How received files are stored, if any can be sent.
    pub fn receiving(&self) -> Option<Receiving> {
        match &*self.live.receiving.lock() {
            (access, receiving) if access.sends() => receiving.clone(),
            _ => None,
        }
    }

    /// Whether what is not encrypted is refused.
    pub fn is_encrypted_only(&self) -> bool {
        self.live.privacy.lock().is_encrypted_only
    }

    /// Whether this server answers to `name`, which has neither a port nor a dot at its end. Some LocalSend devices write
    /// IPv6 addresses without brackets; no name of a web page looks like one.
    pub fn answers_to(&self, name: &str) -> bool {
        let is_of_device = self.localsend.is_some() && name.parse::<Ipv6Addr>().is_ok();
        is_of_device || self.live.host_names.contain(name)
    }

    /// Cancels every connection, now and later, and the work for them.
    pub fn close(&self) {
        self.slots.close();
        if let Some(receiver) = &self.localsend {
            receiver.close();
        }
        // After the cancellation, so that no waiting request answers as if it had succeeded.
        self.digests.close();
    }
}

/// A rate limiter for log entries.
#[derive(Debug, Default)]
struct Rarely(Mutex<Option<Instant>>);

impl Rarely {
    fn is_due(&self) -> bool {
        /// Long enough to keep the log readable, short enough to see whether it still happens.
        const QUIET: Duration = Duration::from_secs(10);
        let mut said = self.0.lock();
        let is_due = said.is_none_or(|said| said.elapsed() >= QUIET);
        if is_due {
            *said = Some(Instant::now());
        }
        is_due
    }
}

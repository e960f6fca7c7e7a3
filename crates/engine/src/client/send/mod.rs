//! Sends files and folders to a share (`PUT`, and forms for small files), or to a LocalSend device (`localsend`). The
//! recipient decides: its owner is asked once for all files, and what was sent counts only when the server has confirmed it.
//!
//! One thread (`delivery`) walks what was chosen, makes units of work of it, and sends the first; once that is
//! accepted, a few workers send the others, each over a connection of its own. When a connection breaks, all of them
//! end, and the thread tries again with what is left.

mod delivery;
mod exchange;
mod follower;
mod form;
mod head;
mod item;
mod localsend;
mod put;
mod results;
mod session;
mod walk;
mod work;

use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parking_lot::Mutex;

use self::localsend::Confirmed;
use super::Encryption;
use super::scheduler::Scheduler;
use crate::error::{ClientError, DeliveryError, Failure};
use crate::name_bytes;
use crate::printable::short_name;
use crate::secret;
use crate::threads;
use crate::transfer::{Direction, Outcome, Transfer, TransferId};
use crate::transport::CancelToken;

/// Files and folders to send to a share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendRequest {
    /// A host name or IP address, without port and brackets.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// Whether over TLS.
    pub encryption: Encryption,
    /// The files and folders. Folders are sent with all regular files in them, but without those whose names start
    /// with a dot, as they are shared, too.
    pub paths: Vec<PathBuf>,
    /// The name of this computer, for the owner of the share.
    pub from: String,
    /// What kind of device it is.
    pub to: Recipient,
    /// What the recipient is called, for people and in errors; empty: `host`.
    pub called: String,
    /// A text to send instead of files, to a LocalSend device.
    pub text: Option<String>,
    /// By which the server recognises another attempt.
    token: String,
    /// What a LocalSend device has confirmed: it does not recognise another attempt.
    confirmed: Confirmed,
}

/// What files are sent to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Recipient {
    /// A share.
    #[default]
    Share,
    /// A LocalSend device. It has the identity of [`Encryption::Pinned`], or speaks plain HTTP.
    LocalSend,
}

impl SendRequest {
    /// A request that no server has seen. Send a clone of it to try again: what has been stored is not stored twice.
    pub fn new(
        host: impl Into<String>,
        port: u16,
        paths: Vec<PathBuf>,
        from: impl Into<String>,
    ) -> Self {
        Self {
            host: host.into(),
            port,
            encryption: Encryption::default(),
            paths,
            from: from.into(),
            to: Recipient::default(),
            called: String::new(),
            text: None,
            token: URL_SAFE_NO_PAD.encode(secret::random::<16>()),
            confirmed: Confirmed::default(),
        }
    }

    /// Another attempt after `before`. A server that said no is asked anew; otherwise it goes on, and what was stored is
    /// not stored twice.
    #[must_use]
    pub fn again(&self, before: &Transfer) -> Self {
        let is_refused = matches!(
            before.outcome(),
            Some(Outcome::Failed(Failure::Fetch(ClientError::Delivery(
                DeliveryError::Declined { .. } | DeliveryError::Unanswered { .. }
            ))))
        );
        if is_refused {
            let (host, from) = (self.host.as_str(), self.from.as_str());
            return Self {
                encryption: self.encryption,
                to: self.to,
                called: self.called.clone(),
                text: self.text.clone(),
                confirmed: self.confirmed.clone(),
                ..Self::new(host, self.port, self.paths.clone(), from)
            };
        }
        self.clone()
    }

    /// Whom it is sent to, for people: a device's name or the host.
    pub fn recipient(&self) -> &str {
        if self.called.is_empty() {
            &self.host
        } else {
            &self.called
        }
    }

    /// What is sent, for display: the name of the first file, and how many others there are; or the beginning of a text.
    pub fn shown(&self) -> String {
        let Some(first) = self.paths.first() else {
            return self
                .text
                .as_deref()
                .and_then(short_name)
                .unwrap_or_default();
        };
        let name = first.file_name().unwrap_or(first.as_os_str());
        let name = name_bytes::shown(&name_bytes::from_os(name)).into_owned();
        match self.paths.len() {
            1 => name,
            count => format!("{name} + {}", count - 1),
        }
    }
}

/// What is being sent.
#[derive(Debug, Default)]
pub(super) struct Deliveries(Arc<Mutex<Vec<Arc<Transfer>>>>);

impl Deliveries {
    /// The running one with this id.
    pub(super) fn find(&self, id: TransferId) -> Option<Arc<Transfer>> {
        self.0.lock().iter().find(|t| t.id() == id).cloned()
    }

    /// Ends all of them.
    pub(super) fn end(&self) {
        for transfer in self.0.lock().iter() {
            transfer.pause();
        }
    }
}

/// Starts to send `request` on a thread of its own.
pub(super) fn start(
    scheduler: &Arc<Scheduler>,
    deliveries: &Deliveries,
    request: SendRequest,
) -> Arc<Transfer> {
    let (name, host) = (request.shown(), request.recipient());
    let transfer = Transfer::new(Direction::Upload, name, host, CancelToken::new());
    let transfer = Arc::new(transfer);
    deliveries.0.lock().push(Arc::clone(&transfer));
    let (own, running) = (Arc::clone(scheduler), Arc::clone(&transfer));
    let all = Arc::clone(&deliveries.0);
    let spawned = threads::spawn("send", move || {
        let running = Running {
            scheduler: own,
            deliveries: all,
            transfer: running,
        };
        let outcome = delivery::send(&running.scheduler, &running.transfer, &request);
        running.transfer.end(outcome);
    });
    if let Err(e) = spawned {
        transfer.end(Outcome::Failed(ClientError::from_system(&e).into()));
        let mut running = deliveries.0.lock();
        running.retain(|other| other.id() != transfer.id());
        drop(running);
        scheduler.ended(&transfer);
    }
    transfer
}

/// A delivery with a thread. Reports its end, whatever way it ends, a panic included.
struct Running {
    scheduler: Arc<Scheduler>,
    deliveries: Arc<Mutex<Vec<Arc<Transfer>>>>,
    transfer: Arc<Transfer>,
}

impl Drop for Running {
    fn drop(&mut self) {
        let name = self.transfer.name().to_owned();
        // Only the first end counts: there is none yet after a panic.
        let crashed = ClientError::from(DeliveryError::Crashed { name });
        self.transfer.end(Outcome::Failed(crashed.into()));
        self.deliveries
            .lock()
            .retain(|other| other.id() != self.transfer.id());
        self.scheduler.ended(&self.transfer);
    }
}

//! The receiver of a LocalSend device: who sends now, and what strangers may use up. [`http::localsend`](super::http) has
//! the requests.

mod budget;
mod confirm;
mod slot;
#[cfg(test)]
mod tests;
mod texts;

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use self::budget::Budget;
pub(super) use self::budget::Used;
use self::confirm::Confirming;
pub(super) use self::slot::{Accepted, End, Slot, Started, Who};
use self::texts::Texts;
use crate::identity::Fingerprint;
use crate::localsend::{Node, Peer};
use crate::server::back_tests::network;
use crate::transport::CancelToken;

/// The state of a receiver.
#[derive(Debug)]
pub(super) struct Receiver {
    pub node: Node,
    pub slot: Mutex<Slot>,
    pub budget: Budget,
    texts: Mutex<Texts>,
    confirming: Confirming,
    stop: CancelToken,
    /// Where it listens.
    address: Mutex<Option<SocketAddr>>,
}

impl Receiver {
    pub fn new(node: Node) -> Self {
        Self {
            node,
            slot: Mutex::default(),
            budget: Budget::default(),
            texts: Mutex::default(),
            confirming: Confirming::default(),
            stop: CancelToken::new(),
            address: Mutex::default(),
        }
    }

    /// It listens at `address` now.
    pub fn listens(&self, address: SocketAddr) {
        *self.address.lock() = Some(address);
        self.node.set_receiver(Some(address));
    }

    /// It does not listen any more.
    pub fn close(&self) {
        if let Some(address) = self.address.lock().take() {
            self.node.end_receiver(address);
        }
        self.stop.cancel();
    }

    /// Ends a session in which nothing was sent for `idle`.
    pub fn expire(&self, idle: Duration) {
        self.slot.lock().expire(idle, Instant::now());
    }

    /// Whether nobody sends or asks, so that there is nothing to [expire](Self::expire).
    pub fn is_free(&self) -> bool {
        matches!(*self.slot.lock(), Slot::Free)
    }

    /// Whether a text from `address` may be shown; it counts then.
    pub fn admits_text(&self, address: IpAddr) -> bool {
        self.texts.lock().admit(network(address), Instant::now())
    }

    /// `peer` has registered, and has proved to have this certificate, if any.
    pub fn registered(&self, peer: Peer, proved: Option<Fingerprint>) {
        let is_own = |identity| identity == self.node.fingerprint();
        if peer.identity.is_some_and(is_own) {
            return;
        }
        match (peer.identity, proved) {
            (Some(claimed), Some(proved)) if claimed == proved => self.node.peers().met(peer),
            // It claims to be somebody else.
            (Some(_), Some(_)) => {}
            (_, None) | (None, _) => self.confirming.start(&self.node, peer, &self.stop),
        }
    }
}

/// By what a device is known to the owner's list of those whose files are always accepted. No token of a browser or of
/// another Landline has such a key: those are digits only.
pub(super) fn device_key(certificate: Fingerprint) -> String {
    format!("localsend {certificate}")
}

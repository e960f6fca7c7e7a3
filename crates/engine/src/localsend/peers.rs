//! The devices that were found. Bounded; what they say is printable and unverified.

use std::net::SocketAddr;
use std::time::Instant;

use parking_lot::Mutex;

use super::DeviceType;
use super::message::{Info, Scheme};
use crate::identity::Fingerprint;
use crate::printable::short_name;
use crate::transport::{Notify, Signal};

/// The most devices that are remembered; the one that was not seen for the longest time is forgotten first.
pub(crate) const PEERS_MAX: usize = 256;

/// A LocalSend device that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// What it calls itself: printable, not empty, not verified.
    pub name: String,
    /// What kind of device it says it is.
    pub device_type: DeviceType,
    /// Where it is reached. A link-local IPv6 address has its scope.
    pub address: SocketAddr,
    /// Its certificate, which it has proved to have; `None`: it speaks plain HTTP.
    pub identity: Option<Fingerprint>,
}

impl Peer {
    /// The device that says `info` about itself and is reached at `address`; `None` if that makes no sense. Whether it has
    /// the certificate that it names is for the caller to find out.
    pub(crate) fn new(info: &Info, address: SocketAddr) -> Option<Self> {
        let identity = match info.protocol {
            Some(Scheme::Http) => None,
            _ => Some(info.identity()?),
        };
        Some(Self {
            name: short_name(&info.alias)?,
            device_type: info.device_type.unwrap_or_default(),
            address,
            identity,
        })
    }

    /// Whether `other` is the same device.
    fn is_same(&self, other: &Self) -> bool {
        match (self.identity, other.identity) {
            (Some(own), Some(others)) => own == others,
            (None, None) => self.address == other.address,
            _ => false,
        }
    }
}

/// The devices that were found.
#[derive(Debug, Default)]
pub struct Peers {
    known: Mutex<Vec<(Peer, Instant)>>,
    changed: Notify,
}

impl Peers {
    /// A device has shown that it is there. It replaces what was known of it.
    pub(crate) fn met(&self, peer: Peer) {
        let mut known = self.known.lock();
        let now = Instant::now();
        let is_new = match known.iter_mut().find(|(other, _)| other.is_same(&peer)) {
            Some((other, seen)) => {
                *seen = now;
                let is_new = *other != peer;
                *other = peer;
                is_new
            }
            None => {
                if known.len() >= PEERS_MAX {
                    let oldest = known.iter().enumerate().min_by_key(|(_, (_, seen))| *seen);
                    if let Some(at) = oldest.map(|(at, _)| at) {
                        known.swap_remove(at);
                    }
                }
                known.push((peer, now));
                true
            }
        };
        drop(known);
        if is_new {
            self.changed.notify_all();
        }
    }

    /// Forgets those that were not seen since `since`.
    pub(crate) fn forget_older(&self, since: Instant) {
        let mut known = self.known.lock();
        let before = known.len();
        known.retain(|(_, seen)| *seen >= since);
        let has_changed = known.len() != before;
        drop(known);
        if has_changed {
            self.changed.notify_all();
        }
    }

    /// All of them, in no order.
    pub fn all(&self) -> Vec<Peer> {
        self.known
            .lock()
            .iter()
            .map(|(peer, _)| peer.clone())
            .collect()
    }

    /// Closed when one comes, goes or changes.
    pub(crate) fn changed(&self) -> Signal {
        self.changed.listen()
    }
}

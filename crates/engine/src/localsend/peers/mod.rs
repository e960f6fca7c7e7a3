//! The devices that were found. Bounded; what they say is printable and unverified.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::DeviceType;
use super::message::{Info, Scheme};
use crate::identity::Fingerprint;
use crate::printable::short_name;
use crate::transport::addresses::order_of_remote;
use crate::transport::{Notify, Signal};

/// The most devices that are remembered. Beyond that, a new one replaces the one that came last, so that nobody who makes
/// up devices drives out those that were there before.
const PEERS_MAX: usize = 256;
/// The most of them that have IPv6 addresses only, of which a single computer can have any number: link-local ones, and
/// those that begin with the same 64 bits, tell nothing about who has them. Most devices have an IPv4 address, too.
const PEERS_MAX_IPV6: usize = PEERS_MAX / 2;
/// The most of them at one address, which could make up as many as it likes. Whoever runs several programs, or computers
/// behind one address, has fewer.
const PEERS_MAX_AT_ADDRESS: usize = 8;
/// The most addresses of a device.
const ADDRESSES_MAX: usize = 8;
/// How long an address counts that the device is not met at any more, while it is met at others.
const ADDRESS_TIME: Duration = Duration::from_mins(2);

/// A LocalSend device that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// What it calls itself: printable, not empty, not verified.
    pub name: String,
    /// What kind of device it says it is.
    pub device_type: DeviceType,
    /// Where it is reached, best first; never empty. Link-local IPv6 addresses have their scope.
    pub addresses: Vec<SocketAddr>,
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
            addresses: vec![address],
            identity,
        })
    }

    /// Whether `other` is the same device.
    fn is_same(&self, other: &Self) -> bool {
        match (self.identity, other.identity) {
            (Some(own), Some(others)) => own == others,
            (None, None) => self.addresses == other.addresses,
            _ => false,
        }
    }

    /// Whether it has all addresses of `other`.
    fn has_all(&self, other: &Self) -> bool {
        let mut others = other.addresses.iter();
        others.all(|address| self.addresses.contains(address))
    }

    fn has_ipv6_only(&self) -> bool {
        self.addresses.iter().all(SocketAddr::is_ipv6)
    }

    /// Whether one of its addresses has the same IP address as one of `other`.
    fn is_beside(&self, other: &Self) -> bool {
        let has = |ip| self.addresses.iter().any(|own| own.ip() == ip);
        other.addresses.iter().any(|address| has(address.ip()))
    }
}

/// The devices that were found.
#[derive(Debug, Default)]
pub struct Peers {
    known: Mutex<Vec<Known>>,
    changed: Notify,
}

#[derive(Debug)]
struct Known {
    peer: Peer,
    /// When it was met at each of its addresses.
    met: Vec<(SocketAddr, Instant)>,
    since: Instant,
    seen: Instant,
}

impl Known {
    fn new(peer: Peer, now: Instant) -> Self {
        Self {
            met: peer.addresses.iter().map(|&at| (at, now)).collect(),
            peer,
            since: now,
            seen: now,
        }
    }

    /// It was met again, as `peer`. Returns whether that changes anything.
    fn update(&mut self, peer: Peer, now: Instant) -> bool {
        self.seen = now;
        let is_met = |(at, seen): &(SocketAddr, Instant)| {
            !peer.addresses.contains(at) && now.saturating_duration_since(*seen) < ADDRESS_TIME
        };
        self.met.retain(is_met);
        let new = peer.addresses.iter().map(|&at| (at, now));
        self.met = new.chain(self.met.drain(..)).take(ADDRESSES_MAX).collect();
        let mut addresses: Vec<_> = self.met.iter().map(|(at, _)| *at).collect();
        addresses.sort_by_key(|at| (order_of_remote(at.ip()), *at));
        let peer = Peer { addresses, ..peer };
        let is_new = self.peer != peer;
        self.peer = peer;
        is_new
    }
}

impl Peers {
    /// A device has shown that it is there. What it says replaces what was known of it. Where a device has proved that it
    /// has a certificate, nobody can claim that it speaks plain HTTP.
    pub(crate) fn met(&self, peer: Peer) {
        self.met_at(peer, Instant::now());
    }

    fn met_at(&self, peer: Peer, now: Instant) {
        let mut known = self.known.lock();
        if peer.identity.is_none() {
            let is_there = |of: &Known| of.peer.identity.is_some() && of.peer.has_all(&peer);
            if known.iter().any(is_there) {
                return;
            }
        } else {
            known.retain(|of| of.peer.identity.is_some() || !peer.has_all(&of.peer));
        }
        let same = known.iter().position(|other| other.peer.is_same(&peer));
        let (of, is_new) = match same.map(|at| known.swap_remove(at)) {
            Some(mut of) => {
                let is_new = of.update(peer, now);
                (of, is_new)
            }
            None => (Known::new(peer, now), true),
        };
        while let Some(at) = one_too_many(&known, &of.peer) {
            known.swap_remove(at);
        }
        known.push(of);
        drop(known);
        if is_new {
            self.changed.notify_all();
        }
    }

    /// Forgets `peer` if it was not seen since `since`.
    pub(crate) fn forget(&self, peer: &Peer, since: Instant) {
        let mut known = self.known.lock();
        let before = known.len();
        known.retain(|other| other.seen >= since || !other.peer.is_same(peer));
        let has_changed = known.len() != before;
        drop(known);
        if has_changed {
            self.changed.notify_all();
        }
    }

    /// All of them, in no order.
    pub fn all(&self) -> Vec<Peer> {
        let known = self.known.lock();
        known.iter().map(|of| of.peer.clone()).collect()
    }

    /// Those that were not seen since `since`, in no order.
    pub(crate) fn unseen(&self, since: Instant) -> Vec<Peer> {
        let known = self.known.lock();
        let unseen = known.iter().filter(|of| of.seen < since);
        unseen.map(|of| of.peer.clone()).collect()
    }

    /// Closed when one comes, goes or changes.
    pub(crate) fn changed(&self) -> Signal {
        self.changed.listen()
    }
}

/// Which of the `others` has to make way for `peer`, if there are too many.
fn one_too_many(others: &[Known], peer: &Peer) -> Option<usize> {
    let all = others.iter().enumerate();
    let beside = all.clone().filter(|(_, of)| of.peer.is_beside(peer));
    let oldest = beside.clone().min_by_key(|(_, of)| of.seen);
    let oldest = oldest.filter(|_| beside.count() >= PEERS_MAX_AT_ADDRESS);
    let newest = |among: &dyn Fn(&Known) -> bool, most: usize| {
        let among = all.clone().filter(|(_, of)| among(of));
        let newest = among.clone().max_by_key(|(_, of)| of.since);
        newest.filter(|_| among.count() >= most)
    };
    let are_ipv6 = |of: &Known| peer.has_ipv6_only() && of.peer.has_ipv6_only();
    oldest
        .or_else(|| newest(&are_ipv6, PEERS_MAX_IPV6))
        .or_else(|| newest(&|_| true, PEERS_MAX))
        .map(|(at, _)| at)
}

#[cfg(test)]
mod tests;

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

/// The most devices that are remembered; the one that was not seen for the longest time is forgotten first.
pub(crate) const PEERS_MAX: usize = 256;
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
    seen: Instant,
}

impl Known {
    fn new(peer: Peer, now: Instant) -> Self {
        Self {
            met: peer.addresses.iter().map(|&at| (at, now)).collect(),
            peer,
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
        let mut known = self.known.lock();
        let now = Instant::now();
        if peer.identity.is_none() {
            let is_there = |of: &Known| of.peer.identity.is_some() && of.peer.has_all(&peer);
            if known.iter().any(is_there) {
                return;
            }
        } else {
            known.retain(|of| of.peer.identity.is_some() || !peer.has_all(&of.peer));
        }
        let same = known.iter_mut().find(|other| other.peer.is_same(&peer));
        let is_new = if let Some(other) = same {
            other.update(peer, now)
        } else {
            make_way(&mut known, &peer);
            known.push(Known::new(peer, now));
            true
        };
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

/// Forgets whoever was not seen for the longest time if there are too many, of all or of those at the address of `peer`.
fn make_way(known: &mut Vec<Known>, peer: &Peer) {
    let oldest = |among: &dyn Fn(&Known) -> bool, most: usize| {
        let all = known.iter().enumerate().filter(|(_, of)| among(of));
        let oldest = all.clone().min_by_key(|(_, of)| of.seen);
        oldest.map(|(at, _)| at).filter(|_| all.count() >= most)
    };
    let beside = oldest(&|of| of.peer.is_beside(peer), PEERS_MAX_AT_ADDRESS);
    if let Some(at) = beside.or_else(|| oldest(&|_| true, PEERS_MAX)) {
        known.swap_remove(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(identity: &str, address: &str) -> Peer {
        Peer {
            name: "Ann".to_owned(),
            device_type: DeviceType::Mobile,
            addresses: vec![address.parse().unwrap()],
            identity: (!identity.is_empty()).then(|| Fingerprint::of(identity.as_bytes())),
        }
    }

    fn addresses(peers: &Peers) -> Vec<Vec<String>> {
        let all = peers.all().into_iter();
        all.map(|of| of.addresses.iter().map(SocketAddr::to_string).collect())
            .collect()
    }

    #[test]
    fn a_device_has_all_addresses_that_it_is_met_at() {
        let peers = Peers::default();
        peers.met(peer("ann", "[fe80::1%3]:53317"));
        let changed = peers.changed();
        peers.met(peer("ann", "192.168.1.5:53317"));
        assert!(changed.try_recv().unwrap_err().is_disconnected());
        let changed = peers.changed();
        peers.met(peer("ann", "[fe80::1%3]:53317"));
        assert!(changed.try_recv().unwrap_err().is_empty());
        assert_eq!(
            addresses(&peers),
            [["192.168.1.5:53317", "[fe80::1%3]:53317"]]
        );
        peers.met(Peer {
            name: "Bo".to_owned(),
            ..peer("ann", "192.168.1.5:53317")
        });
        assert!(changed.try_recv().unwrap_err().is_disconnected());
        for at in 0..20 {
            peers.met(peer("ann", &format!("192.168.1.5:{}", 1000 + at)));
        }
        assert_eq!(peers.all()[0].addresses.len(), ADDRESSES_MAX);
    }

    #[test]
    fn an_address_counts_only_for_a_while() {
        let start = Instant::now();
        let mut known = Known::new(peer("ann", "192.168.1.5:1"), start);
        assert!(known.update(peer("ann", "192.168.1.6:1"), start + ADDRESS_TIME / 2));
        assert_eq!(known.peer.addresses.len(), 2);
        assert!(known.update(peer("ann", "192.168.1.6:1"), start + ADDRESS_TIME));
        assert_eq!(known.peer, peer("ann", "192.168.1.6:1"));
    }

    #[test]
    fn devices_without_an_identity_are_told_apart_by_address() {
        let peers = Peers::default();
        for (identity, address) in [
            ("", "192.168.1.5:1"),
            ("", "192.168.1.5:2"),
            ("", "192.168.1.5:1"),
        ] {
            peers.met(peer(identity, address));
        }
        assert_eq!(peers.all().len(), 2);
    }

    #[test]
    fn whoever_has_a_certificate_does_not_speak_plain_http() {
        let peers = Peers::default();
        let (plain, ann) = (peer("", "192.168.1.5:1"), peer("ann", "192.168.1.5:1"));
        peers.met(plain.clone());
        peers.met(ann.clone());
        assert_eq!(peers.all(), std::slice::from_ref(&ann));
        peers.met(plain);
        assert_eq!(peers.all(), [ann]);
        peers.met(peer("", "192.168.1.5:2"));
        assert_eq!(peers.all().len(), 2);
    }

    #[test]
    fn only_those_that_were_not_seen_are_forgotten() {
        let peers = Peers::default();
        let (ann, bo) = (peer("ann", "192.168.1.5:1"), peer("bo", "192.168.1.6:1"));
        peers.met(ann.clone());
        peers.met(bo.clone());
        let since = Instant::now();
        peers.met(bo.clone());
        assert_eq!(peers.unseen(since), std::slice::from_ref(&ann));
        peers.forget(&bo, since);
        assert_eq!(peers.all().len(), 2);
        peers.forget(&ann, since);
        assert_eq!(peers.all(), [bo]);
    }

    #[test]
    fn neither_one_address_nor_many_fill_the_memory() {
        let peers = Peers::default();
        peers.met(peer("ann", "192.168.1.5:1"));
        for at in 0..1000 {
            peers.met(peer(&at.to_string(), "192.168.1.6:1"));
        }
        assert_eq!(peers.all().len(), 1 + PEERS_MAX_AT_ADDRESS);
        assert!(peers.all().contains(&peer("ann", "192.168.1.5:1")));
        for at in 0..1000 {
            peers.met(peer(
                &at.to_string(),
                &format!("10.0.{}.{}:1", at / 250, at % 250),
            ));
        }
        assert_eq!(peers.all().len(), PEERS_MAX);
    }
}

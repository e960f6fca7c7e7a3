//! Where to announce and listen: the interfaces of this computer, and which addresses are near.

use std::net::{IpAddr, Ipv4Addr};

use if_addrs::{IfAddr, IfOperStatus, Interface};

use crate::discovery::devices::{Network, is_within};
use crate::transport::addresses::{Reach, reach};

/// The most sockets: computers with many virtual networks have dozens of interfaces.
const LINKS_MAX: usize = 64;
/// The most addresses that are asked one by one: those of two networks.
const HOSTS_MAX: usize = 512;
/// The prefix of the largest network that is searched address by address; of a larger one, this part around our address.
const SCANNED_PREFIX: u8 = 24;

/// What a socket belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Link {
    /// The interface that has this address.
    V4(Ipv4Addr),
    /// The interface with this index.
    V6(u32),
}

/// The interfaces of this computer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Links {
    /// Sorted.
    pub(super) all: Vec<Link>,
    /// The networks that they belong to.
    networks: Vec<Network>,
    /// The private IPv4 networks among them, the likeliest first.
    private: Vec<(Reach, Ipv4Addr, u8)>,
}

impl Links {
    /// Asks the system.
    pub(super) fn read() -> Self {
        let interfaces = if_addrs::get_if_addrs().unwrap_or_else(|error| {
            log::warn!("the network interfaces cannot be listed: {error}");
            Vec::new()
        });
        Self::of(&interfaces)
    }

    /// Those of `interfaces` that are up. Loopback counts only where there is nothing else.
    pub(super) fn of(interfaces: &[Interface]) -> Self {
        let is_up = |one: &&Interface| {
            !matches!(
                one.oper_status,
                IfOperStatus::Down | IfOperStatus::NotPresent | IfOperStatus::LowerLayerDown
            )
        };
        let up: Vec<_> = interfaces.iter().filter(is_up).collect();
        let is_alone = up.iter().all(|one| one.is_loopback());
        let mut found = Self::default();
        for interface in up {
            if interface.is_loopback() == is_alone {
                found.add(interface);
            }
        }
        found.all.sort_unstable();
        found.all.dedup();
        found.all.truncate(LINKS_MAX);
        found.private.sort_unstable();
        found
    }

    fn add(&mut self, interface: &Interface) {
        match &interface.addr {
            IfAddr::V4(v4) => {
                self.all.push(Link::V4(v4.ip));
                self.networks.push((IpAddr::V4(v4.ip), v4.prefixlen));
                let reach = reach(interface);
                // What is at the other end of a tunnel is not nearby.
                if v4.ip.is_private() && reach != Reach::Vpn {
                    self.private.push((reach, v4.ip, v4.prefixlen));
                }
            }
            IfAddr::V6(v6) => {
                self.all.extend(interface.index.map(Link::V6));
                self.networks.push((IpAddr::V6(v6.ip), v6.prefixlen));
            }
        }
    }

    /// Whether the device with the address `ip` may be on one of the links: only those are contacted, whatever is claimed.
    pub(super) fn is_near(&self, ip: IpAddr) -> bool {
        let is_device = match ip {
            IpAddr::V4(v4) => !v4.is_broadcast() && v4.octets()[0] != 0,
            IpAddr::V6(v6) if v6.is_unicast_link_local() => return true,
            IpAddr::V6(v6) => v6.to_ipv4_mapped().is_none(),
        };
        let is_ours = || self.networks.iter().any(|&network| is_within(ip, network));
        is_device && !ip.is_unspecified() && !ip.is_multicast() && is_ours()
    }

    /// The addresses to ask one by one where announcements do not arrive: those around ours in private networks, without
    /// our own and those that no device has.
    pub(super) fn hosts(&self) -> Vec<Ipv4Addr> {
        let mut hosts = Vec::new();
        for &(_, own, prefix) in &self.private {
            let prefix = prefix.max(SCANNED_PREFIX);
            let mask = u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0);
            let first = own.to_bits() & mask;
            let last = first | !mask;
            // In networks of one or two addresses, no address stands for the network or for all (RFC 3021).
            let edge = u32::from(prefix < 31);
            hosts.extend((first + edge..=last - edge).map(Ipv4Addr::from_bits));
        }
        let is_own = |ip: &Ipv4Addr| self.private.iter().any(|(_, own, _)| own == ip);
        let mut seen = std::collections::HashSet::new();
        hosts.retain(|ip| !is_own(ip) && seen.insert(*ip));
        hosts.truncate(HOSTS_MAX);
        hosts
    }
}

#[cfg(test)]
mod tests;

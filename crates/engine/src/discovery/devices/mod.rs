//! The devices that were found, merged from the services that they announce. Everything in here comes from strangers: it is
//! bounded, printable, and never trusted.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use crate::collation;
use crate::discovery::name::announced_name;
use crate::discovery::txt::Claims;
use crate::identity::Pin;
use crate::localsend::{DeviceType, Peer};
use crate::transport::addresses::order_of_remote;

/// The most services that are remembered; a network with more has an attacker. A Landline announces two.
const SERVICES_MAX: usize = 512;
/// The most devices in a list that announce a share: more than a person reads. Those with LocalSend are bounded where they
/// are found, so that no number of announcements, which prove nothing, hides them.
pub const DEVICES_MAX: usize = 256;
/// The most addresses of a device: each is tried when it is opened.
const ADDRESSES_MAX: usize = 8;
/// The maximum length of a DNS name in bytes (RFC 1035, section 2.3.4).
const DNS_NAME_MAX_LEN: usize = 255;

/// What a device announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeviceKind {
    /// Landline.
    Landline,
    /// Any web server.
    Web,
    /// A device with LocalSend, which has nothing to browse.
    LocalSend,
}

/// A device nearby that announces a share, or has LocalSend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its host name and port, or its identity or address if it has LocalSend, by which it is told apart. Not for display.
    pub id: String,
    /// The name that it gives itself: printable, not empty, not verified.
    pub name: String,
    /// What it announces.
    pub kind: DeviceKind,
    /// What kind of device it says it is, if it has LocalSend.
    pub device_type: DeviceType,
    /// Where it says it can be reached, best first; never empty.
    pub addresses: Vec<SocketAddr>,
    /// Whether this process announces it.
    pub is_own: bool,
    /// The identity that it says it has, if it speaks TLS. Not verified, unless it has LocalSend.
    pub identity: Option<Pin>,
    /// Whether it says that it asks for a password.
    pub has_password: bool,
}

/// One service as it was announced (RFC 6763): an instance of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Service {
    /// The type that it was found under.
    pub kind: DeviceKind,
    /// The instance name.
    pub instance: String,
    /// The host name of its SRV record.
    pub host: String,
    pub port: u16,
    pub addresses: Vec<IpAddr>,
    /// What it says about itself.
    pub claims: Claims,
}

/// An address of this computer and the length of its network's prefix in bits.
pub(super) type Network = (IpAddr, u8);

/// The services that are announced now.
#[derive(Debug, Default)]
pub(super) struct Devices {
    /// By type and instance in lower case: DNS ignores the case.
    services: BTreeMap<(DeviceKind, String), Service>,
}

impl Devices {
    /// Adds a service or what has changed about it. Returns whether that changes anything.
    pub(super) fn found(&mut self, mut service: Service) -> bool {
        service.addresses.retain(|&ip| is_usable(ip));
        service.addresses.sort_unstable();
        service.addresses.dedup();
        let key = key(service.kind, &service.instance);
        let is_bounded = service.host.len() <= DNS_NAME_MAX_LEN && key.1.len() <= DNS_NAME_MAX_LEN;
        if service.addresses.is_empty() || service.port == 0 || !is_bounded {
            return self.services.remove(&key).is_some();
        }
        service.addresses.sort_by_key(|&ip| order_of_remote(ip));
        service.addresses.truncate(ADDRESSES_MAX);
        if self.services.len() >= SERVICES_MAX && !self.services.contains_key(&key) {
            return false;
        }
        let is_new = self.services.get(&key) != Some(&service);
        self.services.insert(key, service);
        is_new
    }

    /// Removes a service. Returns whether it was there.
    pub(super) fn gone(&mut self, kind: DeviceKind, instance: &str) -> bool {
        self.services.remove(&key(kind, instance)).is_some()
    }

    /// The devices, Landline first and LocalSend last, then by name. `networks` are this computer's, `own_port` is what it
    /// announces; `peers` have LocalSend. One with the identity of a Landline is that Landline.
    pub(super) fn list(
        &self,
        networks: &[Network],
        own_port: Option<u16>,
        peers: Vec<Peer>,
    ) -> Vec<Device> {
        let mut merged: BTreeMap<String, Device> = BTreeMap::new();
        let mut claims: BTreeMap<String, Claims> = BTreeMap::new();
        // Landline's services come first and give a device its name and kind.
        for service in self.services.values() {
            let Some(name) = announced_name(&service.instance) else {
                continue;
            };
            let id = format!("{}:{}", service.host.to_lowercase(), service.port);
            let found = service
                .addresses
                .iter()
                .map(|&ip| SocketAddr::new(ip, service.port));
            if service.kind == DeviceKind::Landline {
                let of_share = claims.entry(id.clone()).or_insert(service.claims);
                *of_share = of_share.and(service.claims);
            }
            let of_share = claims.get(&id).copied().unwrap_or_default();
            let device = merged.entry(id.clone()).or_insert_with(|| Device {
                identity: None,
                has_password: false,
                id,
                name,
                kind: service.kind,
                device_type: DeviceType::default(),
                addresses: Vec::new(),
                is_own: false,
            });
            device.identity = of_share.identity;
            device.has_password = of_share.has_password;
            device.addresses.extend(found);
        }
        let mut devices: Vec<Device> = merged.into_values().collect();
        let landlines = devices.iter().filter_map(|device| device.identity);
        let landlines: Vec<Pin> = landlines.collect();
        let peers = peers.into_iter().map(localsend);
        let is_other = |of: &Device| of.identity.is_none_or(|pin| !landlines.contains(&pin));
        devices.extend(peers.filter(is_other));
        for device in &mut devices {
            let addresses = &mut device.addresses;
            addresses.sort_by_key(|address| {
                let ip = address.ip();
                let is_far = !networks.iter().any(|&network| is_within(ip, network));
                (is_far, order_of_remote(ip), ip)
            });
            addresses.dedup();
            addresses.truncate(ADDRESSES_MAX);
            let is_here = |address: &SocketAddr| networks.iter().any(|net| net.0 == address.ip());
            device.is_own = device.kind != DeviceKind::LocalSend
                && addresses
                    .iter()
                    .any(|address| Some(address.port()) == own_port && is_here(address));
        }
        devices.sort_by(|a, b| {
            let by_name = || collation::compare(&a.name, &b.name);
            a.kind
                .cmp(&b.kind)
                .then_with(by_name)
                .then_with(|| a.id.cmp(&b.id))
        });
        let mut announced = 0;
        devices.retain(|device| {
            announced += usize::from(device.kind != DeviceKind::LocalSend);
            device.kind == DeviceKind::LocalSend || announced <= DEVICES_MAX
        });
        devices
    }
}

/// A device that has LocalSend.
fn localsend(peer: Peer) -> Device {
    let pin = peer.identity.map(|identity| identity.pin());
    let at = || peer.addresses.first().map(SocketAddr::to_string);
    Device {
        id: pin
            .map(|pin| pin.to_string())
            .or_else(at)
            .unwrap_or_default(),
        name: peer.name,
        kind: DeviceKind::LocalSend,
        device_type: peer.device_type,
        addresses: peer.addresses,
        is_own: false,
        identity: pin,
        has_password: false,
    }
}

fn key(kind: DeviceKind, instance: &str) -> (DeviceKind, String) {
    (kind, instance.to_lowercase())
}

/// Whether another computer can have `ip`, and a browser can open it: a link-local IPv6 address needs a zone.
fn is_usable(ip: IpAddr) -> bool {
    let is_special = match ip {
        IpAddr::V4(v4) => v4.is_broadcast() || v4.octets()[0] == 0,
        IpAddr::V6(v6) => v6.is_unicast_link_local() || v6.to_ipv4_mapped().is_some(),
    };
    !(is_special || ip.is_loopback() || ip.is_unspecified() || ip.is_multicast())
}

/// Whether `ip` belongs to `network`, so that no router is between them.
pub(super) fn is_within(ip: IpAddr, (own, prefix): Network) -> bool {
    let same = |ip: u128, own: u128, bits: u8| {
        let differing = bits.saturating_sub(prefix);
        (ip ^ own).checked_shr(differing.into()).unwrap_or(0) == 0
    };
    match (ip, own) {
        (IpAddr::V4(ip), IpAddr::V4(own)) => same(ip.to_bits().into(), own.to_bits().into(), 32),
        (IpAddr::V6(ip), IpAddr::V6(own)) => same(ip.to_bits(), own.to_bits(), 128),
        _ => false,
    }
}

#[cfg(test)]
mod tests;

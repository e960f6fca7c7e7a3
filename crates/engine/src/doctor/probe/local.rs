//! What can be found out on this computer and in its own networks.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::time::Duration;

use if_addrs::{IfAddr, IfOperStatus};

use super::ports::connect_each;
use super::service::ask;
use crate::doctor::facts::{Answer, Medium, Network, OwnReach, Service};
use crate::doctor::sys;
use crate::transport::addresses::{Reach, reach};
use crate::transport::{CancelToken, DEFAULT_PORT};

/// The ports on which a Landline is looked for: the usual one, and those that are offered when that is taken.
pub(in crate::doctor) const PORTS: std::ops::RangeInclusive<u16> = DEFAULT_PORT..=DEFAULT_PORT + 9;

/// At this computer itself, connections take no time.
const OWN_TIMEOUT: Duration = Duration::from_secs(1);

/// How long neighbours have for their answers. Wi-Fi that saves power wakes up every 100 to 300 ms.
const SWEEP_TIME: Duration = Duration::from_millis(1200);

/// The networks that this computer is on, best first, without loopback, bridges to virtual machines, and interfaces that
/// are down.
pub(in crate::doctor) fn networks() -> Vec<Network> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_else(|e| {
        log::warn!("the network interfaces cannot be listed: {e}");
        Vec::new()
    });
    let gateways = sys::gateways();
    let mut networks: Vec<_> = interfaces
        .into_iter()
        .filter(|interface| {
            use IfOperStatus::{Down, LowerLayerDown, NotPresent};
            !matches!(interface.oper_status, Down | LowerLayerDown | NotPresent)
                && sys::may_be_connected(&interface.name)
        })
        .filter_map(|interface| {
            let (ip, reach) = (interface.ip(), reach(&interface));
            let is_v6 = ip.is_ipv6();
            let is_left_out = matches!(reach, Reach::Loopback | Reach::Container)
                // Every interface has one.
                || reach == Reach::LinkLocal && is_v6;
            let prefix = match &interface.addr {
                IfAddr::V4(v4) => v4.prefixlen,
                IfAddr::V6(v6) => v6.prefixlen,
            };
            let medium = if sys::is_wifi(&interface.name) {
                Medium::Wifi(None)
            } else {
                Medium::Other
            };
            let mut network = Network {
                interface: interface.name,
                ip,
                prefix,
                reach,
                medium,
                gateway: None,
            };
            let mut of_network = gateways.iter().filter(|(name, ip)| {
                name.as_ref().is_none_or(|name| *name == network.interface) && network.contains(*ip)
            });
            network.gateway = of_network.next().map(|(_, ip)| *ip);
            (!is_left_out).then_some(network)
        })
        .collect();
    networks.sort_by_key(|network| {
        let reach = match network.reach {
            Reach::Public => Reach::Lan,
            reach => reach,
        };
        let is_without = network.gateway.is_none();
        (reach, network.ip.is_ipv6(), is_without)
    });
    networks
}

/// The port on which a Landline of this computer shares something, if one does.
pub(in crate::doctor) fn own_share(own: &[IpAddr]) -> Option<u16> {
    let ports: Vec<_> = PORTS.collect();
    let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
    // It may be bound to one address.
    std::iter::once(loopback)
        .chain(own.iter().copied())
        .find_map(|ip| {
            let answers = connect_each(ip, &ports, OWN_TIMEOUT);
            let mut open = answers
                .into_iter()
                .filter(|(_, answer)| *answer == Answer::Open);
            open.find_map(|(port, _)| {
                let heard = ask(SocketAddr::new(ip, port), None, OWN_TIMEOUT)?;
                matches!(heard.service, Service::Landline { .. }).then_some(port)
            })
        })
}

/// What connecting to `port` at each own address leads to.
pub(in crate::doctor) fn own_reach(port: u16, own: &[IpAddr]) -> OwnReach {
    let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let addresses = own.iter().copied().chain([loopback]);
    let answers = addresses
        .filter_map(|ip| {
            let (_, answer) = connect_each(ip, &[port], OWN_TIMEOUT).pop()?;
            Some((ip, answer))
        })
        .collect();
    OwnReach::On { port, answers }
}

/// Makes the system ask for the hardware addresses of `also` and of all addresses near the own one in `network`, with an
/// empty datagram to each (the discard protocol, RFC 863), and waits for their answers. `None` if it is not an IPv4 network
/// of at least two computers.
pub(in crate::doctor) fn sweep(network: &Network, cancel: &CancelToken) -> Option<()> {
    let IpAddr::V4(own) = network.ip else {
        return None;
    };
    let socket = UdpSocket::bind((own, 0)).ok()?;
    for ip in near(own, network.prefix)? {
        // What does not leave is not answered.
        let _ = socket.send_to(&[], (ip, 9));
    }
    (!cancel.wait(SWEEP_TIME)).then_some(())
}

/// The other addresses in the same network, or in the part of it that has the same first three bytes.
fn near(own: Ipv4Addr, prefix: u8) -> Option<impl Iterator<Item = Ipv4Addr>> {
    /// 254 computers.
    const PREFIX_MIN: u8 = 24;
    if prefix > 30 {
        return None;
    }
    let mask = u32::MAX << (32 - u32::from(prefix.max(PREFIX_MIN)));
    let (first, last) = (own.to_bits() & mask, own.to_bits() | !mask);
    let others = (first + 1..last).filter(move |&ip| ip != own.to_bits());
    Some(others.map(Ipv4Addr::from_bits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_addresses_are_those_of_computers() {
        let near = |own: &str, prefix| {
            let found = near(own.parse().unwrap(), prefix)?;
            let found: Vec<_> = found.map(|ip| ip.to_string()).collect();
            Some((found.len(), found.first()?.clone(), found.last()?.clone()))
        };
        let expected = |len, first: &str, last: &str| Some((len, first.into(), last.into()));
        let large = expected(253, "10.1.2.1", "10.1.2.254");
        assert_eq!(near("10.1.2.3", 24), large);
        assert_eq!(near("10.1.2.3", 8), large);
        assert_eq!(near("10.1.2.1", 30), expected(1, "10.1.2.2", "10.1.2.2"));
        assert_eq!(near("10.1.2.3", 31), None);
        assert_eq!(near("10.1.2.3", 32), None);
        let top = expected(253, "255.255.255.2", "255.255.255.254");
        assert_eq!(near("255.255.255.1", 24), top);
    }
}

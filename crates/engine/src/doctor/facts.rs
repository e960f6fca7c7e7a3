//! What is known about the networks, this computer and the other one. `None` means: not known yet, or not at all.

use std::net::IpAddr;

use super::firewall::Firewall;
use crate::transport::addresses::Reach;

/// Everything that [`diagnose`](super::diagnose()) decides from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The networks that this computer is on, best first, without loopback and those of virtual machines.
    pub networks: Option<Vec<Network>>,
    /// The own share, unless nothing is to be known about it.
    pub share: Option<OwnReach>,
    /// The firewalls of this computer that were found, for the port of the share.
    pub firewalls: Option<Vec<Firewall>>,
    /// Whether another Landline could connect back to the own share.
    pub back: Option<WayBack>,
    /// The computer that cannot be reached, if one was named.
    pub peer: Option<Peer>,
    /// Who else answers on the local network.
    pub others: Option<Others>,
}

/// An address of this computer, and the network it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// The name of the interface.
    pub interface: String,
    /// The address.
    pub ip: IpAddr,
    /// The length of the network's prefix, in bits.
    pub prefix: u8,
    /// What kind of network it is.
    pub reach: Reach,
    /// What it runs over.
    pub medium: Medium,
    /// The router for everything beyond it, if there is one.
    pub gateway: Option<IpAddr>,
}

impl Network {
    /// Whether `ip` belongs to it.
    pub fn contains(&self, ip: IpAddr) -> bool {
        let same = |own: u128, other: u128, bits: u8| {
            let prefix = self.prefix.min(bits);
            prefix == 0 || (own ^ other) >> (bits - prefix) == 0
        };
        match (self.ip, ip) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                same(own.to_bits().into(), other.to_bits().into(), 32)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => same(own.to_bits(), other.to_bits(), 128),
            _ => false,
        }
    }

    /// Whether it is a local network, and not a tunnel.
    pub fn is_local(&self) -> bool {
        matches!(self.reach, Reach::Lan | Reach::Public)
    }
}

/// What a network runs over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Medium {
    /// Wi-Fi, with its name if the system says it to everyone.
    Wifi(Option<String>),
    /// A cable, or something that the system does not tell from one.
    Other,
}

/// Where the own share can be reached from this computer itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnReach {
    /// Nothing is shared.
    Off,
    /// It is shared on this port.
    On {
        /// The port.
        port: u16,
        /// What connecting to each address of this computer led to; loopback comes last.
        answers: Vec<(IpAddr, Answer)>,
    },
}

impl OwnReach {
    /// The port, while something is shared.
    pub fn port(&self) -> Option<u16> {
        match self {
            Self::Off => None,
            Self::On { port, .. } => Some(*port),
        }
    }
}

/// What connecting to a port led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It was accepted.
    Open,
    /// It was reset, as where nothing listens.
    Refused,
    /// An ICMP message came, as from a firewall that rejects it.
    Rejected,
    /// Nothing came in time.
    Silent,
    /// There is no way to that address, or nobody has it.
    Unreachable,
}

impl Answer {
    /// Whether it shows that the computer is there.
    pub fn is_sign_of_life(self) -> bool {
        matches!(self, Self::Open | Self::Refused | Self::Rejected)
    }
}

/// What is known about the computer that cannot be reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Peer {
    /// Its name or address, as it was typed.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Its addresses, best first; empty if the name has none.
    pub addresses: Option<Vec<IpAddr>>,
    /// The way that packets for the first address take from here.
    pub way: Option<Way>,
    /// What connecting to the port led to.
    pub answer: Option<Answer>,
    /// Other ports that showed that the computer is there.
    pub signs: Option<Vec<u16>>,
    /// Whether its hardware address could be found out; only asked in a local network, where the system says it.
    pub neighbour: Option<bool>,
    /// What answers on the port.
    pub service: Option<Service>,
    /// The other port on which a Landline answers; `Some(None)` if there is none.
    pub elsewhere: Option<Option<u16>>,
}

impl Peer {
    /// The address that was tested.
    pub fn ip(&self) -> Option<IpAddr> {
        self.addresses.as_ref()?.first().copied()
    }
}

/// The way that packets take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// It is this computer itself.
    Here,
    /// The system knows none.
    None,
    /// From this own address; its interface, if that is known.
    From(IpAddr),
}

/// What answers on a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Service {
    /// Landline.
    Landline {
        /// What the computer calls itself, printable; may be empty.
        name: String,
        /// The version, printable.
        version: String,
    },
    /// Another HTTP server.
    Http {
        /// What it calls itself, printable.
        software: Option<String>,
    },
    /// It closed the connection or said something that is not HTTP, as a raw server does.
    Raw,
    /// It speaks TLS.
    Tls,
    /// It accepts connections and says nothing.
    Mute,
}

/// What connecting back to the own share led to, at another computer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WayBack {
    /// The computer that tried, as it was named.
    pub from: String,
    /// The result there.
    pub answer: Answer,
}

/// Who else answers on the local network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Others {
    /// Whether the router answers, if there is one.
    pub gateway: Option<bool>,
    /// How many others have shown themselves.
    pub count: usize,
    /// Whether all addresses near the own one have been asked.
    pub is_complete: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_contains_what_has_its_prefix() {
        let network = |ip: &str, prefix| Network {
            interface: "eth0".into(),
            ip: ip.parse().unwrap(),
            prefix,
            reach: Reach::Lan,
            medium: Medium::Other,
            gateway: None,
        };
        for (own, prefix, other, expected) in [
            ("192.168.1.7", 24, "192.168.1.200", true),
            ("192.168.1.7", 24, "192.168.2.7", false),
            ("192.168.1.7", 25, "192.168.1.200", false),
            ("192.168.1.7", 32, "192.168.1.7", true),
            ("192.168.1.7", 0, "8.8.8.8", true),
            ("fd00::7", 64, "fd00::1:2:3:4", true),
            ("fd00::7", 64, "fd00:0:0:1::4", false),
            ("fd00::7", 64, "192.168.1.7", false),
        ] {
            let is_in = network(own, prefix).contains(other.parse().unwrap());
            assert_eq!(is_in, expected, "{own}/{prefix} {other}");
        }
    }
}

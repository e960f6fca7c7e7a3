//! The addresses under which other machines reach this one, best first.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use if_addrs::{IfAddr, Interface};

use landline_http1::encode_segment;

/// What kind of network an address belongs to, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// The local network.
    Lan,
    /// An address of the internet itself.
    Public,
    /// A tunnel.
    Vpn,
    /// A bridge to containers or virtual machines on this computer.
    Container,
    /// Made up by the system where nobody gave it an address.
    LinkLocal,
    /// This computer only.
    Loopback,
}

/// One address of this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The address itself.
    pub ip: IpAddr,
    /// The port that is listened on.
    pub port: u16,
    /// What kind of network it belongs to.
    pub reach: Reach,
}

impl Address {
    /// `http://192.168.1.5:8080`, ready for a browser.
    pub fn url(&self) -> String {
        format!("http://{}", SocketAddr::new(self.ip, self.port))
    }

    /// The address of the file `name` in the folder that is shared there.
    pub fn url_of(&self, name: &str) -> String {
        format!("{}/{}", self.url(), encode_segment(name))
    }
}

/// Where a socket bound to `ip` and `port` can be reached, best first; never empty. An unspecified
/// `ip` stands for every interface (`::` for both families, `0.0.0.0` for IPv4 alone).
pub fn reachable(ip: IpAddr, port: u16) -> Vec<Address> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_else(|e| {
        log::warn!("the network interfaces cannot be listed: {e}");
        Vec::new()
    });
    let known = interfaces
        .iter()
        .map(|interface| (interface.ip(), reach(interface)));
    sorted(ip, port, known)
}

fn sorted(bound: IpAddr, port: u16, known: impl Iterator<Item = (IpAddr, Reach)>) -> Vec<Address> {
    let mut addresses: Vec<Address> = known
        .filter(|(ip, _)| match bound {
            IpAddr::V6(Ipv6Addr::UNSPECIFIED) => true,
            bound if bound.is_unspecified() => ip.is_ipv4(),
            bound => *ip == bound,
        })
        // A link-local IPv6 address needs a zone, which browsers do not take.
        .filter(|(ip, _)| !matches!(ip, IpAddr::V6(v6) if v6.is_unicast_link_local()))
        .map(|(ip, reach)| Address { ip, port, reach })
        .collect();
    if addresses.iter().any(|a| a.reach != Reach::Loopback) {
        addresses.retain(|a| a.reach != Reach::Loopback);
    }
    addresses.sort_by_key(|a| order(a.ip, a.reach));
    addresses.dedup();
    if addresses.is_empty() {
        addresses.push(Address {
            ip: bound,
            port,
            reach: Reach::Lan,
        });
    }
    addresses
}

/// Sorts the best addresses first. IPv4 comes before IPv6: it is what a person can type.
fn order(ip: IpAddr, reach: Reach) -> (Reach, bool, Reach) {
    match reach {
        Reach::Lan | Reach::Public => (Reach::Lan, ip.is_ipv6(), reach),
        reach => (reach, ip.is_ipv6(), reach),
    }
}

/// Sorts the addresses of another computer like those of this one. Only the ranges tell its networks apart.
pub(crate) fn order_of_remote(ip: IpAddr) -> impl Ord {
    order(ip, classify("", ip, false))
}

/// Whether `ip` is in a network of this computer, or in a range that is not of the internet. An address that was mapped
/// from IPv4 counts as that.
pub(crate) fn is_near(ip: IpAddr) -> bool {
    let ip = ip.to_canonical();
    if classify("", ip, false) != Reach::Public {
        return true;
    }
    let own = if_addrs::get_if_addrs().unwrap_or_default();
    own.iter().any(|interface| match &interface.addr {
        IfAddr::V4(v4) => is_in(v4.ip.into(), v4.prefixlen, ip),
        IfAddr::V6(v6) => is_in(v6.ip.into(), v6.prefixlen, ip),
    })
}

/// Whether the first `len` bits of both addresses are the same. No network has all addresses.
fn is_in(network: IpAddr, len: u8, ip: IpAddr) -> bool {
    let same = match (network, ip) {
        (IpAddr::V4(own), IpAddr::V4(ip)) => (own.to_bits() ^ ip.to_bits()).leading_zeros(),
        (IpAddr::V6(own), IpAddr::V6(ip)) => (own.to_bits() ^ ip.to_bits()).leading_zeros(),
        _ => return false,
    };
    len > 0 && same >= u32::from(len)
}

/// What kind of network `interface` belongs to.
pub(crate) fn reach(interface: &Interface) -> Reach {
    classify(
        &interface.name.to_lowercase(),
        interface.ip(),
        interface.is_p2p(),
    )
}

/// Interfaces have no field that says what they are for, but their names follow the programs that
/// make them.
fn classify(name: &str, ip: IpAddr, point_to_point: bool) -> Reach {
    const TUNNELS: [&str; 9] = [
        "tun",
        "tap",
        "wg",
        "ppp",
        "tailscale",
        "zt",
        "utun",
        "ipsec",
        "nordlynx",
    ];
    const BRIDGES: [&str; 10] = [
        "docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "lxc", "lxd", "podman", "cni",
    ];
    let begins = |names: &[&str]| names.iter().any(|prefix| name.starts_with(prefix));
    let holds = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if ip.is_loopback() {
        Reach::Loopback
    } else if matches!(ip, IpAddr::V4(v4) if v4.is_link_local())
        || matches!(ip, IpAddr::V6(v6) if v6.is_unicast_link_local())
    {
        Reach::LinkLocal
    } else if begins(&BRIDGES)
        || holds(&["vethernet", "virtualbox", "vmware", "hyper-v", "bridge10"])
    {
        Reach::Container
    } else if point_to_point || begins(&TUNNELS) || holds(&["vpn", "wireguard", "tailscale"]) {
        Reach::Vpn
    } else if is_private(ip) {
        Reach::Lan
    } else {
        Reach::Public
    }
}

/// RFC 1918, RFC 6598 (shared by a provider) and RFC 4193.
fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            v4.is_private() || (a == 100 && b & 0xc0 == 64)
        }
        IpAddr::V6(v6) => v6.is_unique_local(),
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn networks_and_ranges_tell_what_is_near() {
        for near in [
            "127.0.0.1",
            "192.168.1.5",
            "fe80::1",
            "fd00::1",
            "::1",
            "::ffff:10.0.0.1",
        ] {
            assert!(is_near(near.parse().unwrap()), "{near}");
        }
        // Of documentation (RFC 5737, RFC 3849): no computer has them.
        for far in ["203.0.113.9", "2001:db8::9"] {
            assert!(!is_near(far.parse().unwrap()), "{far}");
        }
        let is = |own: &str, len, ip: &str| is_in(own.parse().unwrap(), len, ip.parse().unwrap());
        assert!(is("203.0.113.9", 24, "203.0.113.200") && !is("203.0.113.9", 24, "203.0.112.9"));
        assert!(is("203.0.113.9", 32, "203.0.113.9") && !is("203.0.113.9", 32, "203.0.113.8"));
        assert!(
            is("2001:db8::9", 64, "2001:db8::1:2") && !is("2001:db8::9", 64, "2001:db8:0:1::9")
        );
        assert!(!is("203.0.113.9", 0, "203.0.113.9") && !is("203.0.113.9", 8, "2001:db8::9"));
    }

    #[test]
    fn names_and_ranges_tell_what_an_address_is_for() {
        for (name, ip, expected) in [
            ("lo", "127.0.0.1", Reach::Loopback),
            ("eth0", "192.168.1.5", Reach::Lan),
            ("wlp3s0", "10.1.2.3", Reach::Lan),
            ("eth0", "fd00::5", Reach::Lan),
            ("eth0", "203.0.113.9", Reach::Public),
            ("eth0", "2001:db8::9", Reach::Public),
            ("tun0", "10.8.0.2", Reach::Vpn),
            ("docker0", "172.17.0.1", Reach::Container),
            ("vethernet (wsl)", "172.20.0.1", Reach::Container),
            ("eth0", "169.254.7.7", Reach::LinkLocal),
        ] {
            assert_eq!(
                classify(name, ip.parse().unwrap(), false),
                expected,
                "{name} {ip}"
            );
        }
        assert_eq!(
            classify("u7", "10.0.0.1".parse().unwrap(), true),
            Reach::Vpn
        );
    }

    #[test]
    fn the_local_network_comes_first_and_loopback_only_alone() {
        let known = [
            ("127.0.0.1", Reach::Loopback),
            ("10.8.0.2", Reach::Vpn),
            ("fd00::5", Reach::Lan),
            ("fe80::1", Reach::LinkLocal),
            ("192.168.1.5", Reach::Lan),
        ]
        .map(|(ip, reach)| (ip.parse::<IpAddr>().unwrap(), reach));
        let urls = |bound: IpAddr, known: &[(IpAddr, Reach)]| -> Vec<String> {
            sorted(bound, 8080, known.iter().copied())
                .iter()
                .map(Address::url)
                .collect()
        };
        assert_eq!(
            urls(Ipv6Addr::UNSPECIFIED.into(), &known),
            [
                "http://192.168.1.5:8080",
                "http://[fd00::5]:8080",
                "http://10.8.0.2:8080"
            ]
        );
        assert_eq!(
            urls(Ipv4Addr::UNSPECIFIED.into(), &known),
            ["http://192.168.1.5:8080", "http://10.8.0.2:8080"]
        );
        assert_eq!(
            urls(Ipv4Addr::UNSPECIFIED.into(), &known[..1]),
            ["http://127.0.0.1:8080"]
        );
        assert_eq!(
            urls(Ipv4Addr::LOCALHOST.into(), &known),
            ["http://127.0.0.1:8080"]
        );
        assert_eq!(
            urls(Ipv4Addr::new(10, 9, 9, 9).into(), &known),
            ["http://10.9.9.9:8080"]
        );
    }
}

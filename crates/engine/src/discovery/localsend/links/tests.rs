use super::*;
use if_addrs::{Ifv4Addr, Ifv6Addr};

fn interface(name: &str, index: u32, address: &str) -> Interface {
    let (ip, prefixlen) = address.split_once('/').unwrap();
    let prefixlen: u8 = prefixlen.parse().unwrap();
    let addr = match ip.parse().unwrap() {
        IpAddr::V4(ip) => IfAddr::V4(Ifv4Addr {
            ip,
            netmask: Ipv4Addr::UNSPECIFIED,
            prefixlen,
            broadcast: None,
        }),
        IpAddr::V6(ip) => IfAddr::V6(Ifv6Addr {
            ip,
            netmask: std::net::Ipv6Addr::UNSPECIFIED,
            prefixlen,
            broadcast: None,
        }),
    };
    Interface {
        name: name.to_owned(),
        addr,
        index: Some(index),
        oper_status: IfOperStatus::Up,
        is_p2p: name.starts_with("tun"),
        #[cfg(windows)]
        adapter_name: String::new(),
    }
}

fn v4(text: &str) -> Ipv4Addr {
    text.parse().unwrap()
}

#[test]
fn each_interface_has_one_socket_for_each_family() {
    let lo = [
        interface("lo", 1, "127.0.0.1/8"),
        interface("lo", 1, "::1/128"),
    ];
    let mut all = vec![
        interface("eth0", 2, "192.168.1.5/24"),
        interface("eth0", 2, "fe80::5/64"),
        interface("eth0", 2, "fd00::5/64"),
        interface("wlan0", 3, "10.0.0.5/24"),
    ];
    all.extend(lo.clone());
    let links = Links::of(&all).all;
    let expected = [
        Link::V4(v4("10.0.0.5")),
        Link::V4(v4("192.168.1.5")),
        Link::V6(2),
    ];
    assert_eq!(links, expected);
    for down in [IfOperStatus::Down, IfOperStatus::LowerLayerDown] {
        all[3].oper_status = down;
        assert_eq!(Links::of(&all).all, expected[1..]);
    }
    // Without a network, programs on this computer still find each other.
    let alone = [Link::V4(v4("127.0.0.1")), Link::V6(1)];
    assert_eq!(Links::of(&lo).all, alone);
    assert_eq!(Links::of(&[]), Links::default());
    let many: Vec<_> = (0..200)
        .map(|at| interface("eth", at, &format!("10.0.{at}.1/24")))
        .collect();
    assert_eq!(Links::of(&many).all.len(), LINKS_MAX);
}

#[test]
fn only_addresses_on_the_links_are_near() {
    let links = Links::of(&[
        interface("eth0", 2, "192.168.1.5/24"),
        interface("eth0", 2, "fd00::5/64"),
    ]);
    for (ip, is_near) in [
        ("192.168.1.9", true),
        ("192.168.1.5", true),
        ("192.168.2.9", false),
        ("127.0.0.1", false),
        ("8.8.8.8", false),
        ("255.255.255.255", false),
        ("0.0.0.0", false),
        ("224.0.0.167", false),
        ("fe80::9", true),
        ("fd00::9", true),
        ("fd00:1::9", false),
        ("::1", false),
        ("2001:db8::1", false),
        ("::ffff:192.168.1.9", false),
        ("ff12::fd3a:e420", false),
    ] {
        assert_eq!(links.is_near(ip.parse().unwrap()), is_near, "{ip}");
    }
}

#[test]
fn only_a_part_of_private_networks_is_scanned() {
    let hosts = |all: &[(&str, &str)]| {
        let all: Vec<_> = all
            .iter()
            .map(|(name, address)| interface(name, 2, address))
            .collect();
        Links::of(&all).hosts()
    };
    let home = hosts(&[("eth0", "192.168.1.5/24"), ("eth0", "fd00::5/64")]);
    assert_eq!(home.len(), 253);
    assert_eq!(
        (home[0], home[252]),
        (v4("192.168.1.1"), v4("192.168.1.254"))
    );
    assert!(!home.contains(&v4("192.168.1.5")));
    // Of a large network, the part around our address.
    let office = hosts(&[("eth0", "10.20.30.40/8")]);
    assert_eq!((office.len(), office[0]), (253, v4("10.20.30.1")));
    let small = hosts(&[("eth0", "172.16.0.5/30")]);
    assert_eq!(small, [v4("172.16.0.6")]);
    assert_eq!(hosts(&[("eth0", "10.0.0.4/31")]), [v4("10.0.0.5")]);
    assert!(hosts(&[("eth0", "10.0.0.4/32")]).is_empty());
    for other in [
        "8.8.8.8/24",
        "169.254.1.1/16",
        "100.64.0.1/10",
        "127.0.0.1/8",
    ] {
        assert!(hosts(&[("eth0", other)]).is_empty(), "{other}");
    }
    assert!(hosts(&[("tun0", "10.8.0.2/24")]).is_empty());
    // The local network comes before those of containers, and all of them are bounded.
    let many: Vec<_> = (0..9)
        .map(|at| ("docker0", format!("172.17.{at}.1/24")))
        .collect();
    let mut many: Vec<_> = many.iter().map(|(name, at)| (*name, &**at)).collect();
    many.push(("eth0", "192.168.1.5/24"));
    let found = hosts(&many);
    assert_eq!((found.len(), found[0]), (HOSTS_MAX, v4("192.168.1.1")));
    // Two addresses in one network are not scanned twice.
    let twice = hosts(&[("eth0", "192.168.1.5/24"), ("wlan0", "192.168.1.6/24")]);
    assert_eq!(twice.len(), 252);
}

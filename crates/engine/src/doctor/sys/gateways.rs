//! The routers of this computer: where packets go that are for no network of its own.
#![cfg_attr(
    all(not(test), target_os = "linux"),
    expect(
        clippy::disallowed_methods,
        reason = "it runs on a thread that may wait"
    )
)]

use std::net::{IpAddr, Ipv4Addr};

/// The IPv4 routers with the names of their interfaces, where the system says those.
#[cfg(target_os = "linux")]
pub(in crate::doctor) fn gateways() -> Vec<(Option<String>, IpAddr)> {
    std::fs::read_to_string("/proc/net/route")
        .map(|table| in_proc(&table))
        .unwrap_or_default()
}

/// The IPv4 routers. The system gives them in a table of text.
#[cfg(windows)]
pub(in crate::doctor) fn gateways() -> Vec<(Option<String>, IpAddr)> {
    let program = crate::system_program::path("route.exe");
    let said = program.and_then(|program| super::run(&program, &["print", "-4", "0.0.0.0"]));
    in_table(&said.map(|(_, said)| said).unwrap_or_default(), "0.0.0.0")
}

/// The IPv4 routers. The system gives them in a table of text.
#[cfg(not(any(windows, target_os = "linux")))]
pub(in crate::doctor) fn gateways() -> Vec<(Option<String>, IpAddr)> {
    let said = super::run::program("netstat")
        .and_then(|program| super::run(&program, &["-rn", "-f", "inet"]));
    in_table(&said.map(|(_, said)| said).unwrap_or_default(), "default")
}

/// `/proc/net/route`: interface, destination and gateway in hexadecimal digits of the bytes in memory, flags, and so on.
#[cfg(any(test, target_os = "linux"))]
fn in_proc(table: &str) -> Vec<(Option<String>, IpAddr)> {
    let router = |line: &str| {
        let words: Vec<_> = line.split_whitespace().collect();
        let &[interface, "00000000", gateway, ..] = &words[..] else {
            return None;
        };
        let bytes = u32::from_str_radix(gateway, 16).ok()?.to_ne_bytes();
        let ip = Ipv4Addr::from(bytes);
        (!ip.is_unspecified()).then(|| (Some(interface.to_owned()), IpAddr::V4(ip)))
    };
    table.lines().filter_map(router).collect()
}

/// A table whose lines begin with the destination; the first address behind it that is one of a computer is the router.
#[cfg(any(test, not(target_os = "linux")))]
fn in_table(table: &str, default: &str) -> Vec<(Option<String>, IpAddr)> {
    let router = |line: &str| {
        let mut words = line.split_whitespace();
        if words.next() != Some(default) {
            return None;
        }
        let mut addresses = words.filter_map(|word| word.parse::<Ipv4Addr>().ok());
        let ip = addresses.find(|ip| !ip.is_unspecified())?;
        Some((None, IpAddr::V4(ip)))
    };
    table.lines().filter_map(router).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_routes_have_a_router() {
        let table = "Iface\tDestination\tGateway \tFlags\n\
                     eth0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\n\
                     tun0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\n\
                     eth0\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\n";
        let own = if cfg!(target_endian = "little") {
            "192.168.1.1"
        } else {
            "1.1.168.192"
        };
        assert_eq!(
            in_proc(table),
            [(Some("eth0".into()), own.parse().unwrap())]
        );
        let windows = "Active Routes:\r\nNetwork Destination  Netmask  Gateway  Interface  Metric\r\n\
                       \x20 0.0.0.0    0.0.0.0    192.168.1.1    192.168.1.7    25\r\n";
        let router = (None, "192.168.1.1".parse().unwrap());
        assert_eq!(in_table(windows, "0.0.0.0"), std::slice::from_ref(&router));
        let mac = "Routing tables\nDestination Gateway Flags Netif\ndefault 192.168.1.1 UGScg en0\n\
                   default link#15 UCSIg utun3\n127 127.0.0.1 UCS lo0\n";
        assert_eq!(in_table(mac, "default"), [router]);
    }
}

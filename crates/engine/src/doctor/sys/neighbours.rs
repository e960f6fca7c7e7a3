//! The neighbours whose hardware addresses this computer has asked for (ARP, RFC 826).
#![cfg_attr(
    all(not(test), target_os = "linux"),
    expect(
        clippy::disallowed_methods,
        reason = "it runs on a thread that may wait"
    )
)]

use std::net::{IpAddr, Ipv4Addr};

/// An address of a local network that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::doctor) struct Neighbour {
    pub ip: IpAddr,
    /// Whether it has answered.
    pub answers: bool,
}

/// The table of IPv4 neighbours; `None` if the system does not give it.
#[cfg(target_os = "linux")]
pub(in crate::doctor) fn neighbours() -> Option<Vec<Neighbour>> {
    let table = std::fs::read_to_string("/proc/net/arp").ok()?;
    Some(in_proc(&table))
}

/// The table of IPv4 neighbours. Those that have not answered may be missing.
#[cfg(windows)]
pub(in crate::doctor) fn neighbours() -> Option<Vec<Neighbour>> {
    let (_, said) = super::run(&crate::system_program::path("arp.exe")?, &["-a"])?;
    Some(in_table(&said))
}

/// The table of IPv4 neighbours.
#[cfg(not(any(windows, target_os = "linux")))]
pub(in crate::doctor) fn neighbours() -> Option<Vec<Neighbour>> {
    let (_, said) = super::run(&super::run::program("arp")?, &["-an"])?;
    Some(in_table(&said))
}

/// `/proc/net/arp`: address, type, flags (2 if the hardware address is known), hardware address, mask, interface.
#[cfg(any(test, target_os = "linux"))]
fn in_proc(table: &str) -> Vec<Neighbour> {
    let neighbour = |line: &str| {
        let mut words = line.split_whitespace();
        let ip: Ipv4Addr = words.next()?.parse().ok()?;
        let flags = words.nth(1)?.strip_prefix("0x")?;
        let flags = u32::from_str_radix(flags, 16).ok()?;
        let hardware = words.next()?;
        Some(Neighbour {
            ip: ip.into(),
            answers: flags & 2 != 0 && hardware != "00:00:00:00:00:00",
        })
    };
    table.lines().filter_map(neighbour).collect()
}

/// What `arp` prints on Windows and macOS: lines with an address, in parentheses or not, and a hardware address.
#[cfg(any(test, not(target_os = "linux")))]
fn in_table(table: &str) -> Vec<Neighbour> {
    let is_hardware = |word: &str| {
        let parts: Vec<_> = word.split([':', '-']).collect();
        let is_byte =
            |part: &&str| (1..=2).contains(&part.len()) && u8::from_str_radix(part, 16).is_ok();
        parts.len() == 6
            && parts.iter().all(is_byte)
            && word != "ff-ff-ff-ff-ff-ff"
            && word != "ff:ff:ff:ff:ff:ff"
    };
    let neighbour = |line: &str| {
        let mut words = line.split_whitespace();
        let ip = words.find_map(|word| word.trim_matches(['(', ')']).parse::<Ipv4Addr>().ok())?;
        let hardware = words.find(|word| is_hardware(word) || *word == "(incomplete)")?;
        let is_one = !ip.is_multicast() && !ip.is_broadcast();
        is_one.then(|| Neighbour {
            ip: ip.into(),
            answers: hardware != "(incomplete)",
        })
    };
    table.lines().filter_map(neighbour).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn neighbour(ip: &str, answers: bool) -> Neighbour {
        Neighbour {
            ip: ip.parse().unwrap(),
            answers,
        }
    }

    #[test]
    fn neighbours_have_answered_or_not() {
        let linux = "IP address       HW type     Flags       HW address            Mask     Device\n\
                     192.168.1.1      0x1         0x2         02:fc:00:00:00:05     *        eth0\n\
                     192.168.1.9      0x1         0x0         00:00:00:00:00:00     *        eth0\n";
        let both = [
            neighbour("192.168.1.1", true),
            neighbour("192.168.1.9", false),
        ];
        assert_eq!(in_proc(linux), both);
        let mac = "? (192.168.1.1) at 2:fc:0:0:0:5 on en0 ifscope [ethernet]\n\
                   ? (192.168.1.9) at (incomplete) on en0 ifscope [ethernet]\n\
                   ? (224.0.0.251) at 1:0:5e:0:0:fb on en0 ifscope permanent [ethernet]\n";
        assert_eq!(in_table(mac), both);
        let windows = "\r\nInterface: 192.168.1.7 --- 0x8\r\n  Internet Address      Physical Address      Type\r\n\
                       \x20 192.168.1.1           02-fc-00-00-00-05     dynamic\r\n\
                       \x20 192.168.1.255         ff-ff-ff-ff-ff-ff     static\r\n\
                       \x20 224.0.0.22            01-00-5e-00-00-16     static\r\n";
        assert_eq!(in_table(windows), both[..1]);
    }
}

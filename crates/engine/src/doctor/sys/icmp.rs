//! How many ICMP messages of type *destination unreachable* (RFC 792) have arrived. An error of `connect` does not say
//! whether a RST or such a message came: a closed port answers with the one, a firewall often with the other.
#![cfg_attr(
    all(not(test), target_os = "linux"),
    expect(
        clippy::disallowed_methods,
        reason = "it runs on a thread that may wait"
    )
)]

/// The number since the system started, where it counts them (`/proc/net/snmp`).
#[cfg(target_os = "linux")]
pub(in crate::doctor) fn unreachables() -> Option<u64> {
    in_proc(&std::fs::read_to_string("/proc/net/snmp").ok()?)
}

/// Not known here.
#[cfg(not(target_os = "linux"))]
pub(in crate::doctor) fn unreachables() -> Option<u64> {
    None
}

/// Two lines that begin with `Icmp:`, names and numbers.
#[cfg(any(test, target_os = "linux"))]
fn in_proc(counters: &str) -> Option<u64> {
    let mut lines = counters
        .lines()
        .filter_map(|line| line.strip_prefix("Icmp: "));
    let (names, numbers) = (lines.next()?, lines.next()?);
    let mut counters = names.split(' ').zip(numbers.split(' '));
    let (_, number) = counters.find(|(name, _)| *name == "InDestUnreachs")?;
    number.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counter_is_found_by_its_name() {
        let counters = "Ip: Forwarding\nIp: 1\nIcmp: InMsgs InErrors InCsumErrors InDestUnreachs InTimeExcds\n\
                        Icmp: 47 1 0 44 3\nIcmpMsg: InType3\nIcmpMsg: 44\n";
        assert_eq!(in_proc(counters), Some(44));
        assert_eq!(in_proc("Icmp: InMsgs\nIcmp: 4\n"), None);
        assert_eq!(in_proc(""), None);
    }
}

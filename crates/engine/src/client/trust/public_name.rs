//! Which names are public: only for those do certificate authorities issue certificates.

use std::net::IpAddr;

/// Names under which only the local network has hosts (RFC 6762, RFC 8375, RFC 6761 and usage).
const LOCAL: [&str; 6] = ["local", "lan", "home", "home.arpa", "internal", "localhost"];

/// Whether `host` is a name in the public DNS: not an IP address, a single label, or a name of a local network.
pub(in crate::client) fn is_public_name(host: &str) -> bool {
    let name = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    let is_below = |domain: &str| {
        let rest = name.strip_suffix(domain);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    // Only an IPv6 address has a colon; its zone has no meaning elsewhere.
    let is_address = name.contains(':') || name.parse::<IpAddr>().is_ok();
    name.contains('.') && !is_address && !LOCAL.iter().any(|domain| is_below(domain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_the_public_dns_are_public() {
        for public in [
            "example.org",
            "EXAMPLE.ORG.",
            "a.b.example",
            "mylocal.org",
            "notlan.lan.org",
            "xlocal.de",
            "1.2.3.4.example",
            "münchen.de",
        ] {
            assert!(is_public_name(public), "{public}");
        }
        for local in [
            "",
            ".",
            "ann-pc",
            "ann-pc.",
            "localhost",
            "192.168.1.5",
            "8.8.8.8",
            "::1",
            "fe80::1%eth0",
            "2001:db8::1",
            "ann.local",
            "ann.LOCAL.",
            "ann.lan",
            "nas.home",
            "nas.home.arpa",
            "a.b.internal",
            "x.localhost",
        ] {
            assert!(!is_public_name(local), "{local}");
        }
    }
}

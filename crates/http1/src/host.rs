//! Checks `Host` (RFC 9110 section 7.2). Pure.
//!
//! A web page elsewhere can make its own name resolve to this machine (DNS rebinding); the browser would then let it read
//! the share. Such a name is never an address or a local name.

use std::net::{Ipv4Addr, Ipv6Addr};

use memchr::memchr;

/// The kind of a `Host`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostKind {
    /// An address, a local name, or one that the server answers to.
    Local,
    /// Any other name.
    Foreign,
    /// Not a host with an optional port.
    Malformed,
}

/// Domains that nobody can register.
const LOCAL_DOMAINS: [&str; 6] = [
    ".local",
    ".lan",
    ".home",
    ".home.arpa",
    ".internal",
    ".localhost",
];

/// Classifies `host[:port]`. `is_allowed` is asked about names that are not local by themselves, without the port and the
/// dot at the end; it should ignore case. It is also asked about IPv6 addresses without brackets, which are malformed, but
/// which some programs send.
pub fn classify(value: &str, is_allowed: impl FnOnce(&str) -> bool) -> HostKind {
    if let Some(rest) = value.strip_prefix('[') {
        let Some((address, port)) = rest.split_once(']') else {
            return HostKind::Malformed;
        };
        // A zone (`fe80::1%eth0`) has a meaning on the client only.
        let (address, zone) = address.split_once('%').unwrap_or((address, ""));
        let port_fits = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
        return match address.parse::<Ipv6Addr>() {
            Ok(_) if port_fits && zone.bytes().all(is_name_byte) => HostKind::Local,
            _ => HostKind::Malformed,
        };
    }
    if let Some(address) = bare_address(value) {
        return if is_allowed(address) {
            HostKind::Local
        } else {
            HostKind::Malformed
        };
    }
    let (name, port) = match memchr(b':', value.as_bytes()) {
        Some(colon) => (&value[..colon], &value[colon + 1..]),
        None => (value, ""),
    };
    let name = name.strip_suffix('.').unwrap_or(name);
    if !is_port(port) || !is_name(name) {
        return HostKind::Malformed;
    }
    let local = memchr(b'.', name.as_bytes()).is_none()
        || name.parse::<Ipv4Addr>().is_ok()
        || LOCAL_DOMAINS.iter().any(|domain| is_below(name, domain))
        || is_allowed(name);
    if local {
        HostKind::Local
    } else {
        HostKind::Foreign
    }
}

/// The IPv6 address that `value` is, maybe with a port behind one more colon.
fn bare_address(value: &str) -> Option<&str> {
    let is_address = |text: &&str| text.parse::<Ipv6Addr>().is_ok();
    let without_port = || {
        let (address, port) = value.rsplit_once(':')?;
        is_port(port).then_some(address).filter(is_address)
    };
    Some(value).filter(is_address).or_else(without_port)
}

/// Whether `name` ends with `domain`, ignoring case.
fn is_below(name: &str, domain: &str) -> bool {
    let (name, domain) = (name.as_bytes(), domain.as_bytes());
    name.len()
        .checked_sub(domain.len())
        .is_some_and(|start| name[start..].eq_ignore_ascii_case(domain))
}

fn is_port(port: &str) -> bool {
    port.len() <= 5 && port.bytes().all(|b| b.is_ascii_digit())
}

/// Whether no part between two dots is empty, and no character is one that a host cannot have. Those
/// that programs take for dots (UTS 46) are such: a foreign name would look like one without any.
fn is_name(name: &str) -> bool {
    let mut before = b'.';
    for b in name.bytes() {
        if !is_name_byte(b) || b == b'.' && before == b'.' {
            return false;
        }
        before = b;
    }
    before != b'.' && (name.is_ascii() || !name.contains(['\u{3002}', '\u{ff0e}', '\u{ff61}']))
}

fn is_name_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric()
        || matches!(
            b,
            b'-' | b'.' | b'_' | b'~' | b'!' | b'$' | b'&'..=b',' | b';' | b'='
        )
        || !b.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_local_names_are_local() {
        for host in [
            "192.168.1.5",
            "192.168.1.5:8080",
            "[::1]",
            "[fe80::1%25eth0]:80",
            "localhost:8080",
            "ann-pc",
            "ANN-PC.local",
            "nas.home.arpa:1",
            "box.lan",
            "a.internal.",
            "x.home",
            "LOCALHOST",
            "share.localhost:8080",
            "a.b.LocalHost.",
        ] {
            assert_eq!(classify(host, |_| false), HostKind::Local, "{host}");
        }
    }

    #[test]
    fn names_of_the_internet_are_foreign_unless_allowed() {
        for host in [
            "evil.example",
            "evil.example:8080",
            "local.evil.example",
            "192.168.1.5.evil.example",
            "1.2.3.4.5",
            "notlocal.xlan.com",
            "localhost.evil.example",
            "evil-localhost.example",
            "evil.localhost.example",
            "x.notlocalhost",
        ] {
            assert_eq!(classify(host, |_| false), HostKind::Foreign, "{host}");
        }
    }

    #[test]
    fn who_allows_a_name_gets_it_bare_and_only_if_it_matters() {
        for host in [
            "Files.example.org",
            "Files.example.org:80",
            "Files.example.org.:80",
        ] {
            let is_it = |name: &str| name == "Files.example.org";
            assert_eq!(classify(host, is_it), HostKind::Local, "{host}");
        }
        for host in [
            "",
            "a:b",
            "a..b",
            ".pc.example",
            "evil\u{3002}example",
            "pc",
            "10.0.0.1",
        ] {
            classify(host, |name| panic!("{name} is known or malformed"));
        }
    }

    #[test]
    fn addresses_without_brackets_are_malformed_unless_allowed() {
        for (host, address) in [
            ("::1", "::1"),
            ("::ffff:192.168.88.1:53317", "::ffff:192.168.88.1"),
            ("2001:db8:0:0:0:0:0:5:53317", "2001:db8:0:0:0:0:0:5"),
            // Nobody can tell the port from the address here.
            ("fe80::1:80", "fe80::1:80"),
            ("fe80::1:53317", "fe80::1"),
        ] {
            let is_it = |asked: &str| asked == address;
            assert_eq!(classify(host, is_it), HostKind::Local, "{host}");
            assert_eq!(classify(host, |_| false), HostKind::Malformed, "{host}");
        }
    }

    #[test]
    fn nonsense_is_malformed() {
        for host in [
            "",
            ":80",
            "a b",
            "a/b",
            "a@b",
            "[::1",
            "[nope]",
            "[::1]x",
            "a:b",
            "a:80:90",
            "a:123456",
            "::1.example",
            "::1:80:123456",
            ".",
            "..",
            ".local",
            "a..lan",
            "evil\u{3002}example",
            "a%2eb",
            "[fe80::1%a b]",
        ] {
            assert_eq!(classify(host, |_| true), HostKind::Malformed, "{host}");
        }
    }
}

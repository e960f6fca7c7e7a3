//! What a *Host* field may hold: a host, a host and a port, or a whole URL.

use std::net::Ipv6Addr;

use percent_encoding::percent_decode_str;

/// Where a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Location {
    /// A name or an address, without port and brackets.
    pub host: String,
    /// The port, where it was given.
    pub port: Option<u16>,
    /// The file's name, where it was given.
    pub name: Option<String>,
}

/// Take `text` apart; `None` where it is no host at all.
pub(crate) fn parse_host(text: &str) -> Option<Location> {
    let text = text.trim();
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (Some(scheme), rest),
        None => (None, text),
    };
    if scheme.is_some_and(|scheme| !scheme.eq_ignore_ascii_case("http")) {
        return None;
    }
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let name = percent_decode_str(path).decode_utf8_lossy();
    let (host, port) = host_and_port(authority)?;
    Some(Location {
        host: host.to_owned(),
        // A URL without a port means HTTP's own.
        port: port.or(scheme.map(|_| 80)),
        name: (!name.is_empty()).then(|| name.into_owned()),
    })
}

fn host_and_port(text: &str) -> Option<(&str, Option<u16>)> {
    if let Some(rest) = text.strip_prefix('[') {
        let (host, rest) = rest.split_once(']')?;
        return Some(match rest.strip_prefix(':') {
            Some(port) => (host, Some(port.parse().ok()?)),
            None => (host, None),
        });
    }
    if text.is_empty() || text.parse::<Ipv6Addr>().is_ok() || text.matches(':').count() > 1 {
        return (!text.is_empty()).then_some((text, None));
    }
    Some(match text.split_once(':') {
        Some((host, port)) => (host, Some(port.parse().ok()?)),
        None => (text, None),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_ports_and_urls() {
        for (text, host, port, name) in [
            ("192.168.1.5", "192.168.1.5", None, None),
            (" box.local:9000 ", "box.local", Some(9000), None),
            ("[fe80::1]:8080", "fe80::1", Some(8080), None),
            ("::1", "::1", None, None),
            (
                "http://192.168.1.5:8080/a%20b.txt?x",
                "192.168.1.5",
                Some(8080),
                Some("a b.txt"),
            ),
            ("HTTP://box/", "box", Some(80), None),
        ] {
            let parsed = parse_host(text).unwrap();
            assert_eq!(
                (&*parsed.host, parsed.port, parsed.name.as_deref()),
                (host, port, name)
            );
        }
        for wrong in ["", "ftp://box/a", "box:port", "[::1"] {
            assert_eq!(parse_host(wrong), None, "{wrong}");
        }
    }
}

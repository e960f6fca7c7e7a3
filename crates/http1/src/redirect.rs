//! Resolves redirects: to the same server or elsewhere (RFC 9110 section 10.2.2). Pure.

use percent_encoding::{
    AsciiSet, CONTROLS, percent_decode_str, percent_encode, utf8_percent_encode,
};

/// The most redirects to follow for one request.
pub const MAX_REDIRECTS: usize = 5;

/// The port of `http` (RFC 9110 section 4.2.1).
const HTTP_PORT: u16 = 80;

/// The port of `https` (RFC 9110 section 4.2.2).
const HTTPS_PORT: u16 = 443;

/// Not allowed in a request line unencoded.
const NOT_IN_A_LINE: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`');

/// The target of a redirect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hop {
    /// Another path of the same server, percent-encoded, ready for a request line.
    Path(String),
    /// Another server, port or protocol. The path there is that of [`Hop::Path`].
    Elsewhere {
        /// The whole URL.
        url: String,
        /// Its path.
        path: String,
    },
}

impl Hop {
    /// The path, whichever the server.
    pub fn path(&self) -> &str {
        match self {
            Self::Path(path) | Self::Elsewhere { path, .. } => path,
        }
    }
}

/// Resolves `location` in a response from `host` and `port` to a request for `path`. `http` and `https` on the same port
/// are the same server: whoever asked over TLS goes on over TLS.
pub fn follow(host: &str, port: u16, path: &str, location: &str) -> Hop {
    let location = location.split('#').next().unwrap_or_default().trim();
    let lower = location.to_ascii_lowercase();
    let is_https = lower.starts_with("https://");
    let rest = if is_https {
        Some(&location["https://".len()..])
    } else if lower.starts_with("http://") {
        Some(&location["http://".len()..])
    } else {
        location.strip_prefix("//")
    };
    let Some(rest) = rest else {
        return if has_scheme(location) {
            Hop::Elsewhere {
                url: location.to_owned(),
                path: "/".to_owned(),
            }
        } else {
            Hop::Path(join(path, location))
        };
    };
    let at = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, there) = rest.split_at(at);
    let there = join("/", there);
    let usual: &[u16] = match (is_https, location.starts_with("//")) {
        (_, true) => &[HTTP_PORT, HTTPS_PORT],
        (true, false) => &[HTTPS_PORT],
        (false, false) => &[HTTP_PORT],
    };
    if is_same(authority, usual, host, port) {
        Hop::Path(there)
    } else {
        let url = if location.starts_with("//") {
            format!("http:{location}")
        } else {
            location.to_owned()
        };
        Hop::Elsewhere { url, path: there }
    }
}

/// `file:`, `ftp:`, `javascript:` (RFC 3986 section 3.1).
fn has_scheme(location: &str) -> bool {
    location.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
    })
}

fn is_same(authority: &str, usual: &[u16], host: &str, port: u16) -> bool {
    let Some((name, number)) = split(authority) else {
        return false;
    };
    is_host(name, host) && number.map_or(usual.contains(&port), |number| number == port)
}

/// The host, with its brackets, and the port of an authority; nothing if that is no port.
fn split(authority: &str) -> Option<(&str, Option<u16>)> {
    match authority.rsplit_once(':') {
        Some((name, number)) if !number.contains(']') => Some((name, Some(number.parse().ok()?))),
        _ => Some((authority, None)),
    }
}

/// Whether `name` in a URL is `host`. A zone means something on one computer only (RFC 6874), so no URL of another has it.
pub fn is_host(name: &str, host: &str) -> bool {
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    let has_zone = host.contains(':') && !bare.contains('%');
    let host = host.split('%').next().filter(|_| has_zone).unwrap_or(host);
    bare.eq_ignore_ascii_case(host)
}

/// The host, with its brackets, and the port, if it is given, of an `https://` URL.
pub fn https_authority(location: &str) -> Option<(&str, Option<u16>)> {
    let location = location.trim();
    let scheme = location.get(.."https://".len())?;
    if !scheme.eq_ignore_ascii_case("https://") {
        return None;
    }
    let rest = &location[scheme.len()..];
    split(rest.split(['/', '?', '#']).next()?)
}

/// Resolves `reference` against `base` (RFC 3986 section 5.2, for paths).
fn join(base: &str, reference: &str) -> String {
    let (there, query) = match reference.split_once('?') {
        Some((there, query)) => (there, Some(query)),
        None => (reference, None),
    };
    let base = base.split('?').next().unwrap_or(base);
    let whole = if there.starts_with('/') {
        there.to_owned()
    } else if there.is_empty() {
        base.to_owned()
    } else {
        let folder = base.rfind('/').map_or("", |at| &base[..at]);
        format!("{folder}/{there}")
    };
    let mut path = without_dots(&whole);
    if let Some(query) = query {
        path.push('?');
        path.push_str(query);
    }
    line_safe(&path)
}

/// `text` with everything percent-encoded that a request line must not contain.
pub fn line_safe(text: &str) -> String {
    utf8_percent_encode(text, NOT_IN_A_LINE).to_string()
}

/// A URI reference as text. Bytes that are not UTF-8 are percent-encoded, so that none is lost.
pub fn reference(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(percent_encode(chunk.invalid(), CONTROLS));
    }
    text
}

/// `path` without dot segments, also percent-encoded ones (RFC 3986 section 5.2.4).
pub fn without_dots(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let mut is_folder = false;
    for part in path.split('/').skip(1) {
        let is = |dots: &[u8]| percent_decode_str(part).eq(dots.iter().copied());
        is_folder = part.is_empty() || is(b".") || is(b"..");
        if is(b"..") {
            parts.pop();
        } else if !is(b".") {
            parts.push(part);
        }
    }
    let mut path = format!("/{}", parts.join("/"));
    if is_folder && !path.ends_with('/') {
        path.push('/');
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(location: &str) -> String {
        match follow("Ann-PC", 8080, "/a/b?c", location) {
            Hop::Path(path) => path,
            Hop::Elsewhere { url, .. } => panic!("{url}"),
        }
    }

    #[test]
    fn the_same_server_is_recognised() {
        assert_eq!(path("/x/y?z#frag"), "/x/y?z");
        assert_eq!(path("c"), "/a/c");
        assert_eq!(path("../c/./d/"), "/c/d/");
        assert_eq!(path("../../../.."), "/");
        assert_eq!(path("/x/%2e%2E/%2e/y.txt"), "/y.txt");
        assert_eq!(path("/x/%2e%2e"), "/");
        assert_eq!(path("/a%2F..%2Fb/..."), "/a%2F..%2Fb/...");
        assert_eq!(path("?q=../.."), "/a/b?q=../..");
        assert_eq!(path("?q"), "/a/b?q");
        assert_eq!(path("http://ann-pc:8080/x"), "/x");
        assert_eq!(path("HTTP://ann-pc:8080"), "/");
        assert_eq!(path("//ann-pc:8080/x"), "/x");
        assert_eq!(path("https://ann-pc:8080/x"), "/x");
        assert_eq!(path("/海 b\r\nX: y"), "/%E6%B5%B7%20b%0D%0AX:%20y");
    }

    #[test]
    fn other_places_are_recognised() {
        for url in [
            "http://ann-pc/x",
            "https://ann-pc/x",
            "https://ann-pc:8081/x",
            "http://bo:8080/x",
            "https://bo:8080/x",
            "http://ann-pc:99999/x",
            "http://ann-pc:8080@evil/x",
        ] {
            let hop = follow("ann-pc", 8080, "/", url);
            assert!(matches!(hop, Hop::Elsewhere { .. }), "{url}: {hop:?}");
            assert_eq!(hop.path(), "/x");
        }
        for url in ["file:///etc/passwd", "ftp://ann-pc/x", "javascript:x"] {
            let hop = follow("ann-pc", 8080, "/", url);
            assert!(matches!(hop, Hop::Elsewhere { .. }), "{url}: {hop:?}");
        }
        let v6 = follow("fe80::1", 80, "/", "http://[fe80::1]/x");
        assert_eq!(v6, Hop::Path("/x".into()));
        let zone = follow("fe80::1%eth0", 81, "/", "http://[fe80::1]:81/x");
        assert_eq!(zone, Hop::Path("/x".into()));
    }

    #[test]
    fn a_url_without_a_port_has_that_of_its_scheme() {
        for (url, port, is_same) in [
            ("https://ann/x", 443, true),
            ("https://ann/x", 80, false),
            ("http://ann/x", 443, false),
            ("http://ann/x", 80, true),
            ("//ann/x", 443, true),
            ("//ann/x", 80, true),
            ("//ann/x", 8080, false),
        ] {
            let hop = follow("ann", port, "/", url);
            assert_eq!(matches!(hop, Hop::Path(_)), is_same, "{url} {port}");
        }
    }

    #[test]
    fn the_authority_of_https_is_found() {
        for (url, found) in [
            ("https://ann/x", Some(("ann", None))),
            (" HTTPS://ann:8443?x", Some(("ann", Some(8443)))),
            ("https://[::1]:1/", Some(("[::1]", Some(1)))),
            ("https://[::1]", Some(("[::1]", None))),
            ("https://", Some(("", None))),
            ("https://ann:x/", None),
            ("https://ann:70000/", None),
            ("http://ann/", None),
            ("//ann/", None),
            ("/https://ann", None),
            ("https:/", None),
            ("海海海海", None),
        ] {
            assert_eq!(https_authority(url), found, "{url}");
        }
    }
}

//! Parsing what users type or paste as a host.

use std::net::Ipv6Addr;

use super::Encryption;
use crate::error::ClientError;
use crate::name_bytes;
use crate::printable::is_deceptive;
use crate::url_path;

/// DNS names have at most 253 characters; an address with its zone has fewer.
const HOST_MAX_LEN: usize = 255;

/// A host, and the other parts of its address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// A host name or IP address, without port and brackets.
    pub host: String,
    /// The TCP port, if given. `http://` without a port means 80.
    pub port: Option<u16>,
    /// Whether over TLS: `https://`, or `#fp=` with the identity.
    pub encryption: Encryption,
    /// As in [`Request::name`](super::Request::name), if given; `/` for a query without a path.
    pub name: Option<String>,
    /// As in [`Request::query`](super::Request::query). Only URLs with a scheme have one.
    pub query: Option<String>,
}

impl Location {
    /// Parses `host`, `host:port`, `192.168.1.5/a.txt`, `fe80::1%eth0`, `[fe80::1]:8080` and
    /// `http://host:port/a%20b.txt?query`. The fragment of a URL is dropped: it is not sent to servers. Without
    /// a scheme, `?` and `#` are part of the name. Before the path, the full-width characters of an input method
    /// mean their ASCII counterparts: `http：//127。0。0。1：8080`.
    ///
    /// # Errors
    /// [`ClientError::BadHost`]; [`ClientError::BadPort`] if only the port is invalid; or
    /// [`ClientError::NotHttpAddress`] for `https://` and other schemes.
    pub fn parse(typed: &str) -> Result<Self, ClientError> {
        // Invisible characters are copied along from web pages and chats.
        let typed = typed.trim_matches(|c: char| c.is_whitespace() || is_deceptive(c));
        let bad = || ClientError::BadHost {
            typed: typed.to_owned(),
        };
        let plain = ascii_prefix(typed);
        let scheme = plain.split_once("://");
        let (rest, usual_port) = match scheme.filter(|(scheme, _)| is_scheme(scheme)) {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (rest, Some(80)),
            Some(_) => {
                return Err(ClientError::NotHttpAddress {
                    typed: typed.to_owned(),
                });
            }
            None => (&*plain, None),
        };
        let is_url = usual_port.is_some();
        let is_end = |c| c == '/' || is_url && (c == '?' || c == '#');
        let (authority, path) = match rest.find(is_end) {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        let (host, digits) = split_port(authority).ok_or_else(bad)?;
        let mut query = None;
        // Without a scheme it was typed, not pasted: percent signs may be literal.
        let mut name = if is_url {
            let path = path.split('#').next().unwrap_or_default();
            let (path, after) = path.split_once('?').unwrap_or((path, ""));
            query = Some(after.to_owned()).filter(|query| !query.is_empty());
            url_path::name_of(&landline_http1::redirect::without_dots(path))
        } else {
            name_bytes::from_path(path.trim_start_matches('/').as_bytes())
        };
        if name.is_empty() && query.is_some() {
            name.push('/');
        }
        // RFC 6874: the zone's percent sign is encoded in a URL.
        let host = host.replacen("%25", "%", usize::from(is_url));
        check_host(&host).map_err(|_| bad())?;
        let port = digits.map(port).transpose()?;
        Ok(Self {
            host,
            port: port.or(usual_port),
            encryption: Encryption::default(),
            name: Some(name).filter(|name| !name.is_empty()),
            query,
        })
    }
}

/// The authority of a URL, `host:port` (RFC 3986 section 3.2); the inverse of [`Location::parse`].
pub fn authority(host: &str, port: u16) -> String {
    if host.contains(':') {
        format!("[{host}]:{port}")
    } else {
        format!("{host}:{port}")
    }
}

/// The URL of the file or folder `name` on a server; the inverse of [`Location::parse`].
pub(super) fn url(host: &str, port: u16, name: &str) -> String {
    // RFC 6874: the percent sign of a zone is encoded.
    let host = host.replacen('%', "%25", 1);
    format!(
        "http://{}{}",
        authority(&host, port),
        url_path::path_of(name)
    )
}

/// The ASCII counterpart of a character that an input method types in its place: `：` is `:`, and `。` is `.`.
pub fn halfwidth(c: char) -> char {
    /// From a full-width form (U+FF01 to U+FF5E) to ASCII.
    const OFFSET: u32 = 0xFEE0;

    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - OFFSET).unwrap_or(c),
        '\u{3002}' | '\u{ff61}' => '.',
        '\u{3000}' => ' ',
        c => c,
    }
}

/// `typed` with [half-width](halfwidth) characters up to the slash, `?` or `#` that ends the authority. After it, names
/// may really contain the others.
fn ascii_prefix(typed: &str) -> String {
    let mut plain = String::with_capacity(typed.len());
    let mut chars = typed.chars();
    let mut is_url = false;
    while let Some(c) = chars.next().map(halfwidth) {
        plain.push(c);
        let before = plain.strip_suffix(":/").filter(|_| !is_url);
        if before.is_some_and(is_scheme) && chars.clone().next().map(halfwidth) == Some('/') {
            chars.next();
            plain.push('/');
            is_url = true;
        } else if c == '/' || is_url && (c == '?' || c == '#') {
            break;
        }
    }
    plain.push_str(chars.as_str());
    plain
}

/// Whether `text` is a scheme (RFC 3986 section 3.1).
fn is_scheme(text: &str) -> bool {
    let is_of_scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(is_of_scheme)
}

/// Checks the syntax of `host`. The system's resolver may still reject it.
pub(super) fn check_host(host: &str) -> Result<(), ClientError> {
    let is_odd = |c: char| {
        c.is_whitespace() || c.is_control() || is_deceptive(c) || "/\\@?#[]<>\"".contains(c)
    };
    let is_address = || {
        let address = host.split('%').next().unwrap_or_default();
        address.parse::<Ipv6Addr>().is_ok()
    };
    if host.is_empty()
        || host.len() > HOST_MAX_LEN
        || host.contains(is_odd)
        || host.contains([':', '%']) && !is_address()
    {
        return Err(ClientError::BadHost {
            typed: host.to_owned(),
        });
    }
    Ok(())
}

/// The host, and the digits after its colon.
fn split_port(authority: &str) -> Option<(&str, Option<&str>)> {
    let (host, digits) = if let Some(rest) = authority.strip_prefix('[') {
        let (host, after) = rest.split_once(']')?;
        match after {
            "" => (host, None),
            _ => (host, Some(after.strip_prefix(':')?)),
        }
    } else {
        match authority.split_once(':') {
            None => (authority, None),
            // Two colons and no brackets: an IPv6 address.
            Some((_, rest)) if rest.contains(':') => (authority, None),
            Some((host, "")) => (host, None),
            Some((host, digits)) => (host, Some(digits)),
        }
    };
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    digits.is_none_or(is_number).then_some((host, digits))
}

fn port(digits: &str) -> Result<u16, ClientError> {
    let number = digits.parse().ok().filter(|&number| number > 0);
    number.ok_or_else(|| ClientError::BadPort {
        typed: digits.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parts(typed: &str) -> (String, Option<u16>, Option<String>) {
        let location = Location::parse(typed).unwrap();
        (location.host, location.port, location.name)
    }

    #[test]
    fn everything_people_paste_is_understood() {
        for (typed, host, port, name) in [
            ("ann-pc", "ann-pc", None, None),
            ("  192.168.1.5 ", "192.168.1.5", None, None),
            ("\u{feff}\u{202a}ann-pc \u{200b}", "ann-pc", None, None),
            ("192.168.1.5:8080", "192.168.1.5", Some(8080), None),
            ("192.168.1.5:", "192.168.1.5", None, None),
            ("ann-pc:9/a b.txt", "ann-pc", Some(9), Some("a b.txt")),
            ("ann-pc/100%25", "ann-pc", None, Some("100%25")),
            ("::1", "::1", None, None),
            ("fe80::1%eth0", "fe80::1%eth0", None, None),
            ("[::1]:8080", "::1", Some(8080), None),
            ("[fe80::1]", "fe80::1", None, None),
            (
                "http://[fe80::1%25eth0]:81/",
                "fe80::1%eth0",
                Some(81),
                None,
            ),
            ("http://ann-pc", "ann-pc", Some(80), None),
            (
                "HTTP://ann-pc:8080/a%20b/%E6%B5%B7?x#y",
                "ann-pc",
                Some(8080),
                Some("a b/海"),
            ),
            (
                "http://ann-pc:8080/sub/",
                "ann-pc",
                Some(8080),
                Some("sub/"),
            ),
            ("http://ann-pc?x", "ann-pc", Some(80), Some("/")),
            ("http://ann-pc/?#x", "ann-pc", Some(80), None),
            ("ann-pc/C#.txt?x", "ann-pc", None, Some("C#.txt?x")),
            // Bytes that are not text, and a slash that is not a separator.
            (
                "http://ann-pc/caf%E9/a%2Fb",
                "ann-pc",
                Some(80),
                Some("caf\u{10fee9}/a\u{10fe2f}b"),
            ),
            // RFC 3986 section 5.2.4.
            (
                "http://ann-pc/x/../y.txt",
                "ann-pc",
                Some(80),
                Some("y.txt"),
            ),
            (
                "http://ann-pc/%2e%2E/./y/%2e",
                "ann-pc",
                Some(80),
                Some("y/"),
            ),
            ("http://ann-pc/x/..", "ann-pc", Some(80), None),
            ("海-pc", "海-pc", None, None),
        ] {
            let name = name.map(String::from);
            assert_eq!(parts(typed), (host.to_owned(), port, name), "{typed}");
        }
    }

    #[test]
    fn an_input_method_may_be_on() {
        for (typed, host, port, name) in [
            ("１２７。０。０。１", "127.0.0.1", None, None),
            ("127。0．0｡1：８０８０", "127.0.0.1", Some(8080), None),
            ("\u{3000}ann－pc\u{3000}", "ann-pc", None, None),
            ("ＡＮＮ：9／ａ：b。txt", "ANN", Some(9), Some("ａ：b。txt")),
            ("ann/ａ／b：//c", "ann", None, Some("ａ／b：//c")),
            ("ann/x://y", "ann", None, Some("x://y")),
            ("［::1］：9", "::1", Some(9), None),
            (
                "http：//127。0。0。1：8080/１。txt",
                "127.0.0.1",
                Some(8080),
                Some("１。txt"),
            ),
            ("ｈｔｔｐ：／／ann／／x", "ann", Some(80), Some("／x")),
            ("http://ann？x／", "ann", Some(80), Some("/")),
            ("海。pc", "海.pc", None, None),
        ] {
            let name = name.map(String::from);
            assert_eq!(parts(typed), (host.to_owned(), port, name), "{typed}");
        }
        for typed in [
            "ann　pc",
            "ann＠pc",
            "：8080",
            "ann？x",
            "ａ：b：c",
            "http：／／",
        ] {
            let typed = typed.to_owned();
            let error = Location::parse(&typed).unwrap_err();
            // The message names what was typed.
            assert_eq!(error, ClientError::BadHost { typed });
        }
        let error = Location::parse("https：//ann").unwrap_err();
        assert!(matches!(error, ClientError::NotHttpAddress { .. }));
    }

    #[test]
    fn only_an_address_has_a_query_and_keeps_it_as_it_is() {
        for (typed, query) in [
            (
                "http://ann-pc/download.php?file=a%20b.zip&x=/../?#top",
                Some("file=a%20b.zip&x=/../?"),
            ),
            ("http://ann-pc?a", Some("a")),
            ("http://ann-pc/a?", None),
            ("http://ann-pc/a#b?c", None),
            ("ann-pc/a?b", None),
        ] {
            let location = Location::parse(typed).unwrap();
            assert_eq!(location.query.as_deref(), query, "{typed}");
        }
    }

    #[test]
    fn what_is_no_host_is_said() {
        for typed in [
            "",
            " ",
            "a b",
            ":8080",
            ":99999",
            "[ann:0",
            "a b:0",
            "[::1]:",
            "ann:+1",
            "ann:-1",
            "ann:1x",
            "ann:x",
            "[::1",
            "[::1]8080",
            "me@ann",
            "/notes.txt",
            "http://",
            "a:b:c",
            "ann%20pc",
            "ann?x",
            "ann#x",
            "a\u{7f}",
            "ann\u{202e}pc",
            "ann\u{200b}pc",
            "[ann]x:1",
        ] {
            let error = Location::parse(typed).unwrap_err();
            assert!(
                matches!(error, ClientError::BadHost { .. }),
                "{typed}: {error:?}"
            );
        }
        for (typed, port) in [
            ("ann:0", "0"),
            ("ann:00000", "00000"),
            ("ann:65536", "65536"),
            ("[::1]:99999", "99999"),
            (
                "http://ann-pc:999999999999999999999/a",
                "999999999999999999999",
            ),
        ] {
            let error = Location::parse(typed).unwrap_err();
            let typed = port.to_owned();
            assert_eq!(error, ClientError::BadPort { typed });
        }
        let error = Location::parse("https://ann-pc/x").unwrap_err();
        assert!(matches!(error, ClientError::NotHttpAddress { .. }));
        assert!(check_host(&"x".repeat(256)).is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(typed in "\\PC{0,40}|[a-z0-9:\\[\\]/%.@ ：／。？]{0,40}") {
            if let Ok(location) = Location::parse(&typed) {
                prop_assert!(check_host(&location.host).is_ok());
            }
        }
    }
}

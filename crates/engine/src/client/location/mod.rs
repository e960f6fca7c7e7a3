//! Parsing what users type or paste as a host.

use std::net::Ipv6Addr;

use super::Encryption;
use crate::error::ClientError;
use crate::identity::Pin;
use crate::name_bytes;
use crate::password::{LinkToken, Password};
use crate::printable::is_deceptive;
use crate::url_path;
use landline_http1::redirect::line_safe;

/// The port of `http://` (RFC 9110 section 4.2.1).
pub(super) const HTTP_PORT: u16 = 80;

/// The port of `https://` (RFC 9110 section 4.2.2).
pub(super) const HTTPS_PORT: u16 = 443;

/// DNS names have at most 253 characters; an address with its zone has fewer.
const HOST_MAX_LEN: usize = 255;

/// A host, and the other parts of its address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// A host name or IP address, without port and brackets.
    pub host: String,
    /// The TCP port, if given. `http://` without a port means 80, `https://` 443.
    pub port: Option<u16>,
    /// Whether over TLS: `https://`, or `#fp=` with the identity.
    pub encryption: Encryption,
    /// As in [`Request::name`](super::Request::name), if given; `/` for a query without a path.
    pub name: Option<String>,
    /// As in [`Request::query`](super::Request::query). Only URLs with a scheme have one.
    pub query: Option<String>,
    /// The token of a link, `?k=TOKEN#fp=PIN`, which counts as the server's password.
    pub password: Option<Password>,
}

impl Location {
    /// Parses `host`, `host:port`, `192.168.1.5/a.txt`, `fe80::1%eth0`, `[fe80::1]:8080` and
    /// `http://host:port/a%20b.txt?query`. Of the fragment of a URL, only `fp=` counts, the identity of the server
    /// ([`Pin`]); it is not sent to servers. With it, a query `k=TOKEN` is the token of a link and no query. Without a
    /// scheme, `?` and `#` are part of the name. Before the path, the full-width characters of an input method mean their
    /// ASCII counterparts: `http：//127。0。0。1：8080`.
    ///
    /// # Errors
    /// [`ClientError::BadHost`]; [`ClientError::BadPort`] or [`ClientError::BadFingerprint`] if only that is invalid; or
    /// [`ClientError::NotHttpAddress`] for schemes other than `http` and `https`.
    pub fn parse(typed: &str) -> Result<Self, ClientError> {
        // Invisible characters are copied along from web pages and chats.
        let typed = typed.trim_matches(|c: char| c.is_whitespace() || is_deceptive(c));
        let bad = || ClientError::BadHost {
            typed: without_token(typed),
        };
        let plain = ascii_prefix(typed);
        let scheme = plain.split_once("://");
        let (rest, usual_port) = match scheme.filter(|(scheme, _)| is_scheme(scheme)) {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (rest, Some(HTTP_PORT)),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => {
                (rest, Some(HTTPS_PORT))
            }
            Some(_) => {
                return Err(ClientError::NotHttpAddress {
                    typed: without_token(typed),
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
        let (mut pin, mut password) = (None, None);
        // Without a scheme it was typed, not pasted: percent signs may be literal.
        let mut name = if is_url {
            let (path, fragment) = path.split_once('#').unwrap_or((path, ""));
            pin = pin_in(fragment);
            let (path, after) = path.split_once('?').unwrap_or((path, ""));
            password = token_in(after).filter(|_| pin.is_some());
            query = Some(after.to_owned()).filter(|query| !query.is_empty() && password.is_none());
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
        let encryption = match pin.transpose()? {
            Some(pin) => Encryption::Pinned(pin),
            None if usual_port == Some(HTTPS_PORT) => Encryption::Required,
            None => Encryption::IfOffered,
        };
        Ok(Self {
            host,
            port: port.or(usual_port),
            encryption,
            name: Some(name).filter(|name| !name.is_empty()),
            query,
            password,
        })
    }
}

/// The identity that a fragment names.
fn pin_in(fragment: &str) -> Option<Result<Pin, ClientError>> {
    let mut parts = fragment.split('&');
    let pin = parts.find_map(|part| part.strip_prefix("fp="))?;
    Some(pin.parse().map_err(|_| ClientError::BadFingerprint {
        typed: without_token(pin),
    }))
}

/// The token that a query consists of.
fn token_in(query: &str) -> Option<Password> {
    let token = query.strip_prefix("k=")?;
    token.parse::<LinkToken>().ok()?;
    Password::new(token)
}

/// `typed`, for a message about it.
fn without_token(typed: &str) -> String {
    let Some(at) = typed.find("?k=") else {
        return typed.to_owned();
    };
    let (before, after) = typed.split_at(at);
    let rest = after.find('#').map_or("", |end| &after[end..]);
    format!("{before}?k=…{rest}")
}

/// The authority of a URL, `host:port` (RFC 3986 section 3.2); the inverse of [`Location::parse`].
pub fn authority(host: &str, port: u16) -> String {
    if host.contains(':') {
        format!("[{host}]:{port}")
    } else {
        format!("{host}:{port}")
    }
}

/// The URL of the file or folder `name` on a server; the inverse of [`Location::parse`]. Names the identity only if a
/// link did: what a computer announces proves nothing.
pub(super) fn url(
    host: &str,
    port: u16,
    encryption: Encryption,
    name: &str,
    query: Option<&str>,
) -> String {
    // RFC 6874: the percent sign of a zone is encoded.
    let host = host.replacen('%', "%25", 1);
    let scheme = match encryption {
        Encryption::Required => "https",
        // With *Encrypted only*, the server redirects browsers to `https`.
        Encryption::IfOffered | Encryption::Announced(_) | Encryption::Pinned(_) => "http",
    };
    let mut url = format!(
        "{scheme}://{}{}",
        authority(&host, port),
        url_path::path_of(name)
    );
    if let Some(query) = query {
        url.push('?');
        url.push_str(&line_safe(query));
    }
    if let Encryption::Pinned(pin) = encryption {
        url.push_str("#fp=");
        url.push_str(&pin.to_string());
    }
    url
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
mod tests;

//! What the query of a target says to the gate, and the address to which it redirects. Pure.

use percent_encoding::{AsciiSet, utf8_percent_encode};

use crate::server::http::redirect::QUERY;

/// The field of a link's token.
const TOKEN: &str = "k";

/// The field, without a value, of the address to which the form is sent.
pub(super) const SIGN_IN: &str = "password";

/// Not allowed in a path or a query (RFC 3986 sections 3.3 and 3.4), though old clients send it. A browser would take a
/// backslash for a slash, and drop controls.
const ENCODED: &AsciiSet = &QUERY.add(b'#');

/// The token of a link, possibly empty: the first one. Nothing in it is decoded, because a token has only characters that
/// need no encoding.
pub(super) fn token(query: Option<&str>) -> Option<&str> {
    let mut fields = query?.split('&');
    fields.find_map(|field| match field.split_once('=') {
        Some((TOKEN, token)) => Some(token),
        None if field == TOKEN => Some(""),
        _ => None,
    })
}

/// Whether the query is that of the form's address.
pub(super) fn is_sign_in(query: Option<&str>) -> bool {
    query.is_some_and(|query| query.split('&').any(|field| field == SIGN_IN))
}

/// A query without what is meant for the gate.
pub(super) fn clean_query(query: Option<&str>) -> Option<String> {
    let is_kept = |field: &&str| {
        let name = field.split('=').next();
        name != Some(TOKEN) && *field != SIGN_IN
    };
    let kept: Vec<_> = query?.split('&').filter(is_kept).collect();
    let encoded = utf8_percent_encode(&kept.join("&"), ENCODED).to_string();
    Some(encoded).filter(|query| !query.is_empty())
}

/// The address of a target without what is meant for the gate, for `Location`. It is a path on this host, whatever the
/// path of the target is: one that begins with two slashes would name another host.
pub(super) fn location(path: &str, query: Option<&str>) -> String {
    let path = utf8_percent_encode(path.trim_start_matches('/'), ENCODED);
    match clean_query(query) {
        Some(query) => format!("/{path}?{query}"),
        None => format!("/{path}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_token_counts() {
        for (query, expected) in [
            ("k=abc", Some("abc")),
            ("k=", Some("")),
            ("k", Some("")),
            ("sort=size&k=abc", Some("abc")),
            ("k=a&k=b", Some("a")),
            ("k=a=b", Some("a=b")),
            ("k=%61", Some("%61")),
            ("", None),
            ("K=abc", None),
            ("%6B=abc", None),
            ("kk=abc", None),
            ("q=k", None),
            ("q=k=abc", None),
            ("?k=abc", None),
            ("k;=abc", None),
        ] {
            assert_eq!(token(Some(query)), expected, "{query}");
        }
        assert_eq!(token(None), None);
    }

    #[test]
    fn only_what_is_meant_for_the_gate_is_left_out() {
        for (query, expected) in [
            ("", None),
            ("k=abc", None),
            ("k", None),
            ("k=a&k=b&password", None),
            ("k=abc&sort=size", Some("sort=size")),
            ("sort=size&k=abc&q=a%20b+c", Some("sort=size&q=a%20b+c")),
            ("a&&b", Some("a&&b")),
            ("password=x", Some("password=x")),
            ("q=k=1", Some("q=k=1")),
            ("q=\"<海>\\^", Some("q=%22%3C%E6%B5%B7%3E%5C%5E")),
        ] {
            assert_eq!(clean_query(Some(query)).as_deref(), expected, "{query}");
        }
        assert!(is_sign_in(Some("password")) && is_sign_in(Some("q=a&password")));
        assert!(!is_sign_in(Some("password=")) && !is_sign_in(Some("Password")));
        assert!(!is_sign_in(Some("")) && !is_sign_in(None));
    }

    /// The address is a path on this host, for any reader of URLs.
    #[test]
    fn no_redirect_leads_to_another_host() {
        for (path, expected) in [
            ("/", "/"),
            ("/a/b.txt", "/a/b.txt"),
            ("/a%20b/", "/a%20b/"),
            ("//evil.example/x", "/evil.example/x"),
            ("///evil.example", "/evil.example"),
            ("/\\evil.example", "/%5Cevil.example"),
            ("/\t/evil.example", "/%09/evil.example"),
            ("/\\/\\evil.example", "/%5C/%5Cevil.example"),
            ("*", "/*"),
            ("", "/"),
            ("/..//evil.example", "/..//evil.example"),
            ("/海", "/%E6%B5%B7"),
            ("/a\r\nSet-Cookie: x", "/a%0D%0ASet-Cookie:%20x"),
            ("http://evil.example/", "/http://evil.example/"),
            ("javascript:alert(1)", "/javascript:alert(1)"),
        ] {
            let location = location(path, Some("k=abc"));
            assert_eq!(location, expected, "{path:?}");
            assert!(!location[1..].starts_with(['/', '\\']));
            assert!(location.bytes().all(|byte| byte.is_ascii_graphic()));
        }
        assert_eq!(location("/a", Some("k=1&q=//x")), "/a?q=//x");
    }
}

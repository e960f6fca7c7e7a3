//! `Alt-Svc` (RFC 7838 section 3): whether a server can also be reached over another protocol. Pure.

use std::iter;

use percent_encoding::percent_decode;

use crate::redirect::is_host;

/// Whether the value of an `Alt-Svc` field, in a response of `host`, offers the ALPN protocol `protocol` on the same host
/// at `port`, and not with `ma=0`. What follows a malformed alternative is ignored.
pub fn offers(value: &str, protocol: &str, host: &str, port: u16) -> bool {
    let mut rest = Cursor(value.as_bytes());
    iter::from_fn(|| rest.alternative()).any(|one| {
        one.is_fresh
            && percent_decode(one.protocol).eq(protocol.bytes())
            && is_same(&one.authority, host, port)
    })
}

/// One alternative.
#[derive(Debug)]
struct Alternative<'a> {
    /// Percent-encoded.
    protocol: &'a [u8],
    authority: Vec<u8>,
    /// Not with `ma=0`.
    is_fresh: bool,
}

/// Whether `authority`, `[host]:port`, is on `host` at `port`.
fn is_same(authority: &[u8], host: &str, port: u16) -> bool {
    let Ok(authority) = str::from_utf8(authority) else {
        return false;
    };
    let Some((name, digits)) = authority.rsplit_once(':') else {
        return false;
    };
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    is_number && digits.parse() == Ok(port) && (name.is_empty() || is_host(name, host))
}

/// What is left of the value.
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    /// The next alternative, up to its comma; nothing at the end, or where it is malformed.
    fn alternative(&mut self) -> Option<Alternative<'a>> {
        self.take_while(|b| matches!(b, b' ' | b'\t' | b','));
        let protocol = self.token()?;
        self.expect(b'=')?;
        let authority = self.quoted()?;
        let mut is_fresh = true;
        loop {
            self.spaces();
            match self.0.first() {
                None | Some(b',') => break,
                Some(b';') => self.expect(b';')?,
                Some(_) => return None,
            }
            self.spaces();
            let name = self.token()?;
            self.expect(b'=')?;
            let value = match self.0.first() {
                Some(b'"') => self.quoted()?,
                _ => self.token()?.to_vec(),
            };
            let is_zero = value.iter().all(|b| *b == b'0');
            is_fresh &= !(name.eq_ignore_ascii_case(b"ma") && is_zero);
        }
        Some(Alternative {
            protocol,
            authority,
            is_fresh,
        })
    }

    fn take_while(&mut self, is_in: impl Fn(u8) -> bool) -> &'a [u8] {
        let len = self.0.iter().take_while(|b| is_in(**b)).count();
        let (taken, rest) = self.0.split_at(len);
        self.0 = rest;
        taken
    }

    fn spaces(&mut self) {
        self.take_while(|b| matches!(b, b' ' | b'\t'));
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.0 = self.0.strip_prefix(&[byte])?;
        Some(())
    }

    /// RFC 9110 section 5.6.2.
    fn token(&mut self) -> Option<&'a [u8]> {
        let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
        Some(self.take_while(is_token)).filter(|token| !token.is_empty())
    }

    /// RFC 9110 section 5.6.4.
    fn quoted(&mut self) -> Option<Vec<u8>> {
        self.expect(b'"')?;
        let mut text = Vec::new();
        loop {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            match byte {
                b'"' => return Some(text),
                b'\\' => {
                    let (&escaped, rest) = self.0.split_first()?;
                    self.0 = rest;
                    text.push(escaped);
                }
                byte => text.push(byte),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn is_offered(value: &str) -> bool {
        offers(value, "http/1.1", "Ann-PC", 8080)
    }

    #[test]
    fn the_same_port_of_the_same_host_counts() {
        for value in [
            "http%2F1.1=\":8080\"",
            "http%2f1.1=\":8080\"",
            "  http%2F1.1=\":8080\" ; ma=60 ;persist=1 ",
            "http%2F1.1=\"ann-pc:8080\"",
            "h2=\":443\", http%2F1.1=\":8080\"; ma=\"60\"",
            "h3=\":8080\"; ma=86400,,http%2F1.1=\"\\:8080\"",
            "h2=\"a,b\\\"=:8080\",http%2F1.1=\":8080\"",
        ] {
            assert!(is_offered(value), "{value}");
        }
        assert!(offers(
            "http%2F1.1=\"[fe80::1]:9\"",
            "http/1.1",
            "fe80::1%eth0",
            9
        ));
    }

    #[test]
    fn nothing_else_does() {
        for value in [
            "",
            "clear",
            "http%2F1.1",
            "http%2F1.1=:8080",
            "http%2F1.1=\":8081\"",
            "http%2F1.1=\":08081\"",
            "http%2F1.1=\":+8080\"",
            "http%2F1.1=\"8080\"",
            "http%2F1.1=\"bo:8080\"",
            "http%2F1.1=\"bo@ann-pc:8080\"",
            "http%2F1.1=\":8080\"; ma=0",
            "http%2F1.1=\":8080\" x",
            "http/1.1=\":8080\"",
            "HTTP%2F1.1=\":8080\"",
            "h2=\":8080\"",
            "http%2F1.1=\":8080",
            "h2 ; http%2F1.1=\":8080\"",
            "h2=\":1\";, http%2F1.1=\":8080\"",
        ] {
            assert!(!is_offered(value), "{value}");
        }
    }

    #[test]
    fn a_prefix_offers_nothing_before_it_is_whole() {
        let value = "h2=\":443\"; ma=1, http%2F1.1=\":8080\"; ma=60; persist=1";
        let whole = value.find(":8080\"").unwrap() + ":8080\"".len();
        for len in 0..=value.len() {
            let is_complete = len >= whole && is_whole(&value[whole..len]);
            assert_eq!(is_offered(&value[..len]), is_complete, "{len}");
        }
    }

    /// Whether no parameter is cut short.
    fn is_whole(parameters: &str) -> bool {
        let last = parameters.rsplit(';').next().unwrap_or_default().trim();
        let is_value = |(_, value): (&str, &str)| !value.is_empty();
        parameters.is_empty() || last.split_once('=').is_some_and(is_value)
    }

    proptest! {
        #[test]
        fn no_value_makes_it_panic(value in "\\PC{0,60}|[hp2F1.%=\":80;, \\\\a]{0,60}") {
            is_offered(&value);
        }
    }
}

//! `Authorization` with the Basic scheme (RFC 7617): when a request carries the password of its server, and what a
//! `401` or `429` means.
//!
//! A password is looked up by the host and port that the request goes to, so that no redirect takes it elsewhere. In
//! plain text it is sent only to a server that has asked for it, and never to one that offers TLS.

use std::collections::VecDeque;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parking_lot::Mutex;
use zeroize::Zeroizing;

use super::connection::Connection;
use super::offers::Offer;
use super::protocol_cache::ProtocolCache;
use crate::error::{ClientError, PasswordError, TlsError};
use crate::password::Password;
use landline_http1::challenge::Challenge;
use landline_http1::response_head::Head;

/// The realm of a share. It has no user names.
const REALM: &str = "Landline";

/// Asks another Landline for TLS. A field of our own: with `Upgrade-Insecure-Requests`, what copies a browser's fields
/// would be sent away. Other servers ignore it.
const PREFERS_TLS: &str = "Landline-Prefer-TLS: 1";

/// More servers than anyone uses in one run; the oldest is forgotten first.
const MAX_SERVERS: usize = 256;

/// What follows `Basic` in the field. Never part of `Debug`, and zeroed on drop.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Credentials(Zeroizing<String>);

impl Credentials {
    /// `password` without a user name; or as it is, `name:password`, for a server that `has_names`.
    fn new(password: &Password, has_names: bool) -> Self {
        let colon = if has_names && password.reveal().contains(':') {
            ""
        } else {
            ":"
        };
        let pair = Zeroizing::new([colon, password.reveal()].concat());
        Self(Zeroizing::new(STANDARD.encode(pair.as_bytes())))
    }

    /// Adds the field to the head of a request.
    fn add_to(&self, head: &mut Vec<u8>) {
        let field = Zeroizing::new(["Authorization: Basic ", &self.0].concat());
        add_field(head, &field);
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials")
    }
}

/// Adds `field` to the head of a request.
fn add_field(head: &mut Vec<u8>, field: &str) {
    let end = b"\r\n";
    head.truncate(head.len() - end.len());
    // At once, so that no copy of a secret is left behind by growing.
    head.reserve_exact(field.len() + 2 * end.len());
    head.extend_from_slice(field.as_bytes());
    head.extend_from_slice(end);
    head.extend_from_slice(end);
}

/// How a request was sent.
#[derive(Clone, Debug, Default)]
pub(super) struct Sent {
    credentials: Option<Credentials>,
    is_encrypted: bool,
    /// It has said that TLS is preferred.
    pub(super) prefers_tls: bool,
}

/// The servers that have asked for a password in this run.
#[derive(Debug, Default)]
pub(super) struct Challenges(Mutex<VecDeque<Asked>>);

#[derive(Debug)]
struct Asked {
    host: String,
    port: u16,
    /// It is no share: it may have user names.
    has_names: bool,
}

impl Asked {
    fn is(&self, host: &str, port: u16) -> bool {
        self.port == port && self.host.eq_ignore_ascii_case(host)
    }
}

impl Challenges {
    fn note(&self, host: &str, port: u16, has_names: bool) {
        let mut asked = self.0.lock();
        // Once it has names, it keeps them: a server that alternates gets each form of the password once.
        let is_sticky = |one: &Asked| one.is(host, port) && one.has_names;
        let has_names = has_names || asked.iter().any(is_sticky);
        asked.retain(|one| !one.is(host, port));
        if asked.len() == MAX_SERVERS {
            asked.pop_front();
        }
        let host = host.to_owned();
        asked.push_back(Asked {
            host,
            port,
            has_names,
        });
    }

    /// Whether it may have user names; nothing if it has not asked.
    fn get(&self, host: &str, port: u16) -> Option<bool> {
        let asked = self.0.lock();
        let found = asked.iter().find(|one| one.is(host, port));
        found.map(|one| one.has_names)
    }
}

impl ProtocolCache {
    /// Adds the password of the server to the head of a request over `connection`, which remembers it, if it is known
    /// and may be sent. To a server of which it is not known whether it offers TLS, the request says that this is preferred.
    pub(super) fn authorize(
        &self,
        host: &str,
        port: u16,
        connection: &mut Connection,
        mut head: Vec<u8>,
    ) -> Zeroizing<Vec<u8>> {
        let is_encrypted = connection.stream().is_encrypted();
        let credentials = self.credentials(host, port, is_encrypted);
        let prefers_tls = !is_encrypted && self.offers.get(host, port).is_none();
        if prefers_tls {
            // A share that offers TLS need not begin to send the file then.
            add_field(&mut head, PREFERS_TLS);
        }
        if let Some(credentials) = &credentials {
            credentials.add_to(&mut head);
        }
        connection.sent = Sent {
            credentials,
            is_encrypted,
            prefers_tls,
        };
        Zeroizing::new(head)
    }

    fn credentials(&self, host: &str, port: u16, is_encrypted: bool) -> Option<Credentials> {
        let asked = self.challenges.get(host, port);
        if !is_encrypted && (asked.is_none() || self.offers_tls(host, port)) {
            return None;
        }
        let password = self.servers.passwords.get(host, port)?;
        Some(Credentials::new(&password, asked.unwrap_or(false)))
    }

    /// Whether a server that is reached in plain text offers TLS. If its handshakes fail, a man in
    /// the middle may be after the password in plain text.
    fn offers_tls(&self, host: &str, port: u16) -> bool {
        let offer = self.offers.get(host, port);
        !matches!(offer, None | Some(Offer::None))
    }

    /// Whether the request that was `sent`, and answered with `head`, is to be repeated over a new connection,
    /// because it carries the password then.
    ///
    /// # Errors
    /// [`PasswordError`]: the server does not let this client in. [`TlsError::NotEncrypted`]: it offers TLS and does not
    /// speak it.
    pub(super) fn must_repeat(
        &self,
        host: &str,
        port: u16,
        sent: &Sent,
        head: &Head,
    ) -> Result<bool, ClientError> {
        let of = || host.to_owned();
        match head.status {
            401 => {}
            429 if sent.credentials.is_some() => {
                let retry_after = head.retry_after;
                let host = of();
                return Err(PasswordError::TooMany {
                    host,
                    port,
                    retry_after,
                    is_pin: false,
                }
                .into());
            }
            _ => return Ok(false),
        }
        let Some(has_names) = names(&head.challenges) else {
            let scheme = head.challenges[0].scheme.clone();
            let host = of();
            return Err(PasswordError::OtherScheme { host, port, scheme }.into());
        };
        self.challenges.note(host, port, has_names);
        match self.credentials(host, port, sent.is_encrypted) {
            None if self.servers.passwords.get(host, port).is_some() => {
                Err(TlsError::NotEncrypted { host: of(), port }.into())
            }
            None => Err(PasswordError::Required {
                host: of(),
                port,
                is_pin: false,
            }
            .into()),
            Some(new) if sent.credentials.as_ref() == Some(&new) => Err(PasswordError::Wrong {
                host: of(),
                port,
                is_pin: false,
            }
            .into()),
            Some(_) => Ok(true),
        }
    }
}

/// Whether the server that sends `challenges` may have user names; nothing if none of them can be met. A share has its
/// own challenge, `Cookie`, for those who ask for HTML.
fn names(challenges: &[Challenge]) -> Option<bool> {
    let is_met = |one: &&Challenge| matches!(&*one.scheme, "basic" | "cookie");
    match challenges.iter().find(is_met) {
        Some(one) => Some(one.realm.as_deref() != Some(REALM)),
        None if challenges.is_empty() => Some(false),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_stands_alone_unless_the_server_has_names() {
        for (password, has_names, expected) in [
            ("secret", false, "OnNlY3JldA=="),
            ("secret", true, "OnNlY3JldA=="),
            ("ann:secret", false, "OmFubjpzZWNyZXQ="),
            ("ann:secret", true, "YW5uOnNlY3JldA=="),
            ("密码", false, "OuWvhueggQ=="),
        ] {
            let credentials = Credentials::new(&Password::new(password).unwrap(), has_names);
            let mut head = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n".to_vec();
            credentials.add_to(&mut head);
            let expected =
                format!("GET / HTTP/1.1\r\nHost: h\r\nAuthorization: Basic {expected}\r\n\r\n");
            assert_eq!(String::from_utf8(head).unwrap(), expected);
            assert_eq!(format!("{credentials:?}"), "Credentials");
        }
    }

    #[test]
    fn the_oldest_server_that_asked_is_forgotten_first() {
        let challenges = Challenges::default();
        challenges.note("Ann-PC", 80, false);
        challenges.note("ann-pc", 80, true);
        assert_eq!(challenges.get("ANN-pc", 80), Some(true));
        assert_eq!(challenges.get("ann-pc", 81), None);
        for port in 1000..1000 + 256 {
            challenges.note("other", port, false);
        }
        assert_eq!(challenges.get("ann-pc", 80), None);
    }
}

//! When TLS is used, and the client's handshake. Nothing else is sent before the server's certificate is verified.

use std::net::Shutdown;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{bounded, select};

use super::Encryption;
use super::connection::FetchError;
use super::connections::{STARVES_AFTER, Slot};
use super::offers::Offer;
use super::origin::Origin;
use super::protocol_cache::ProtocolCache;
use super::trust::{Expected, Judge, is_public_name};
use crate::error::{ClientError, TlsError};
use crate::identity::{Protection, Trust};
use crate::localsend::Node;
use crate::threads;
use crate::transport::tls::{ClientTls, HandshakeError};
use crate::transport::{CancelToken, Stream};

/// How a server is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plan {
    /// Without TLS.
    Plain,
    /// Over TLS.
    Tls {
        /// What is known of its certificate.
        expected: Expected,
        /// It is asked without TLS where no handshake succeeds: only the server itself has offered it.
        may_fall_back: bool,
    },
}

impl Plan {
    pub(super) fn is_plain(&self) -> bool {
        *self == Self::Plain
    }

    /// Whether the server is asked over TLS, whatever happens.
    pub(super) fn is_tls_only(&self) -> bool {
        matches!(
            self,
            Self::Tls {
                may_fall_back: false,
                ..
            }
        )
    }
}

impl ProtocolCache {
    /// How `origin` is asked, which is where requests [go](ProtocolCache::reach).
    pub(super) fn plan(&self, origin: Origin<'_>) -> Plan {
        let Origin { host, port, .. } = origin;
        if origin.device.is_some() {
            return match origin.encryption {
                Encryption::Pinned(pin) | Encryption::Announced(pin) => Plan::Tls {
                    expected: Expected::Pinned(pin),
                    may_fall_back: false,
                },
                Encryption::Required | Encryption::IfOffered => Plan::Plain,
            };
        }
        let known = self.servers.identities.get(host, port);
        let expected = match (origin.encryption, known) {
            (Encryption::Pinned(pin), _) => Expected::Pinned(pin),
            (_, Some(known)) => Expected::Known(known),
            (Encryption::Announced(pin), None) => Expected::Announced(pin),
            (Encryption::Required, None) if is_public_name(host) => Expected::Vouched,
            (Encryption::Required, None) => Expected::FirstTime,
            (Encryption::IfOffered, None) => {
                return match self.offers.get(host, port) {
                    // Plain HTTP would have been accepted, too, so that trust on first use is enough.
                    Some(Offer::SamePort) => Plan::Tls {
                        expected: Expected::FirstTime,
                        may_fall_back: true,
                    },
                    _ => Plan::Plain,
                };
            }
        };
        Plan::Tls {
            expected,
            may_fall_back: false,
        }
    }

    /// What was learned from a handshake.
    fn met(&self, origin: Origin<'_>, protection: Protection) {
        let Origin { host, port, .. } = origin;
        let Protection::Tls { fingerprint, trust } = protection else {
            return;
        };
        if origin.device.is_some() {
            return;
        }
        let identities = &self.servers.identities;
        match trust {
            Trust::Known => {}
            // Not remembered, but not downgraded to plain HTTP in this run.
            Trust::System => self.offers.learn(host, port, Offer::Only(port)),
            Trust::Pinned if identities.get(host, port) == Some(fingerprint) => {}
            Trust::Pinned | Trust::Announced | Trust::FirstTime => {
                identities.remember(host, port, fingerprint);
            }
        }
    }
}

/// Begins TLS on `stream`, which blocks and is attached to `cancel`, within `timeout`.
///
/// # Errors
/// The server is not the one that is expected, or no handshake succeeds.
pub(super) fn secure(
    known: &ProtocolCache,
    origin: Origin<'_>,
    expected: Expected,
    (stream, slot): (&Arc<Stream>, &Slot),
    cancel: &CancelToken,
    timeout: Duration,
) -> Result<Protection, FetchError> {
    let Origin { host, port, .. } = origin;
    let judge = Arc::new(Judge::new(host, port, expected));
    let verifier = Arc::clone(&judge);
    let own = origin.device.map(Node::identity);
    let tls = ClientTls::with_identity(host, verifier.clone(), own).or_else(|e| {
        if expected == Expected::Vouched && !is_short_address(host) {
            // A certificate of the address would be that of whoever has answered for the name.
            let (host, reason) = (host.to_owned(), e.to_string());
            return Err(TlsError::Untrusted { host, reason }.into());
        }
        // A name that is not valid in the DNS was resolved by other means: its address is the server name.
        let peer = stream.trace().map(|trace| trace.peer().ip().to_string());
        let tls = peer
            .ok_or(e)
            .and_then(|peer| ClientTls::with_identity(&peer, verifier, own));
        tls.map_err(|e| reason(host, port, &e.into()))
    })?;
    let error = match handshake((stream, slot), tls, cancel, timeout)? {
        Ok(()) => {
            if let Some(Ok(protection)) = judge.verdict() {
                known.met(origin, protection);
                return Ok(protection);
            }
            HandshakeError::Closed
        }
        Err(e) => e,
    };
    if let Some(Err(refused)) = judge.verdict() {
        return Err(ClientError::from(refused).into());
    }
    log::info!("TLS with {host}:{port}: {error}");
    Err(reason(host, port, &error).into())
}

/// Whether `host`, which cannot be a name in the DNS, is a short form of an IPv4 address: `127.1`.
fn is_short_address(host: &str) -> bool {
    host.bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// On a thread of its own, because the system's trust store cannot be interrupted.
fn handshake(
    (stream, slot): (&Arc<Stream>, &Slot),
    tls: ClientTls,
    cancel: &CancelToken,
    timeout: Duration,
) -> Result<Result<(), HandshakeError>, FetchError> {
    let (sender, receiver) = bounded(1);
    let own = Arc::clone(stream);
    threads::spawn("TLS handshake", move || {
        // Nobody listens after a cancel. There is room for it.
        let _ = sender.try_send(own.connect_tls(tls, timeout));
    })
    .map_err(|e| ClientError::from_system(&e))?;
    let deadline = Instant::now() + timeout;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        select! {
            recv(cancel.cancelled()) -> _ => return Err(FetchError::Cancelled),
            recv(receiver) -> ended => return match ended {
                _ if cancel.is_cancelled() => Err(FetchError::Cancelled),
                Ok(ended) => Ok(ended),
                // It has panicked.
                Err(_) => Ok(Err(HandshakeError::Closed)),
            },
            default(left.min(STARVES_AFTER)) => {}
        }
        if deadline <= Instant::now() {
            // The thread ends with the connection.
            let _ = stream.shutdown(Shutdown::Both);
            return Ok(Err(HandshakeError::TimedOut));
        }
        slot.starving();
    }
}

/// Whether no handshake succeeds, for a reason that says nothing about who the server is.
pub(super) fn is_technical(error: &ClientError) -> bool {
    !matches!(
        error,
        ClientError::Tls(
            TlsError::IdentityChanged { .. }
                | TlsError::WrongIdentity { .. }
                | TlsError::Untrusted { .. }
        )
    )
}

/// What a failed handshake means.
fn reason(host: &str, port: u16, error: &HandshakeError) -> ClientError {
    let host = host.to_owned();
    let reason = error.to_string();
    match error {
        HandshakeError::NotTls => TlsError::NotEncrypted { host, port }.into(),
        HandshakeError::Alert(_) | HandshakeError::Certificate(_) | HandshakeError::Protocol(_) => {
            TlsError::Handshake { host, port, reason }.into()
        }
        HandshakeError::TimedOut => ClientError::NoAnswer { host, port },
        // As whatever breaks a connection.
        HandshakeError::Closed | HandshakeError::Io(_) => ClientError::Network { host, reason },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_short_form_of_an_address_is_the_address() {
        for (host, expected) in [
            ("127.1", true),
            ("10.0.258", true),
            ("münchen.example", false),
            ("-a.example", false),
            ("a..example", false),
            ("127.example", false),
        ] {
            assert_eq!(is_short_address(host), expected, "{host}");
        }
    }
}

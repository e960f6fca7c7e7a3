//! Which servers offer TLS, as far as they have said so in this run of the program: by `Alt-Svc` (RFC 7838) in an answer
//! over plain HTTP, or by a redirect to `https://`.

use std::collections::VecDeque;

use parking_lot::Mutex;

use super::connection::Connection;
use super::origin::Origin;
use super::protocol_cache::ProtocolCache;
use super::{Encryption, location};
use landline_http1::response_head::Head;
use landline_http1::{alt_svc, redirect};

/// More servers than anyone uses in one run; the oldest is forgotten first.
const MAX_SERVERS: usize = 256;

/// What a server has said about TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Offer {
    /// It has answered over plain HTTP, and does not offer TLS.
    None,
    /// It offers TLS on the same port.
    SamePort,
    /// It offers TLS on the same port, but no handshake succeeds.
    Broken,
    /// It redirects to `https` at this port.
    Moved(u16),
    /// It has been asked over TLS at this port, and is asked there from now on.
    Only(u16),
}

/// What is known in this run.
#[derive(Debug, Default)]
pub(super) struct Offers(Mutex<VecDeque<Entry>>);

#[derive(Debug)]
struct Entry {
    host: String,
    port: u16,
    offer: Offer,
}

impl Offers {
    /// What the server at `host` and `port` offers; nothing if it has not been asked.
    pub(super) fn get(&self, host: &str, port: u16) -> Option<Offer> {
        let entries = self.0.lock();
        let found = entries.iter().find(|entry| entry.is(host, port));
        found.map(|entry| entry.offer)
    }

    /// It offers this. What is encrypted stays so.
    pub(super) fn learn(&self, host: &str, port: u16, offer: Offer) {
        let mut entries = self.0.lock();
        let old = entries.iter_mut().find(|entry| entry.is(host, port));
        if let Some(old) = old {
            if !matches!(old.offer, Offer::Only(_)) {
                old.offer = offer;
            }
            return;
        }
        if entries.len() == MAX_SERVERS {
            entries.pop_front();
        }
        let host = host.to_owned();
        entries.push_back(Entry { host, port, offer });
    }

    /// It cannot be reached where it has redirected to: it may redirect elsewhere by now.
    pub(super) fn forget_move(&self, host: &str, port: u16) {
        let is_moved = |entry: &Entry| matches!(entry.offer, Offer::Moved(_));
        self.0
            .lock()
            .retain(|entry| !(entry.is(host, port) && is_moved(entry)));
    }
}

impl Entry {
    fn is(&self, host: &str, port: u16) -> bool {
        self.port == port && self.host.eq_ignore_ascii_case(host)
    }
}

/// What an answer means for the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heeded {
    /// It is the answer.
    Nothing,
    /// It came over plain HTTP from a server that offers TLS: ask again, and do not use its body.
    AskAgain,
    /// It is a redirect to `https://` on the same host: what it leads to is asked for over another connection.
    Moved,
}

impl ProtocolCache {
    /// Where requests to `origin` go: it may have redirected them to TLS.
    pub(super) fn reach<'a>(&self, origin: Origin<'a>) -> Origin<'a> {
        match self.offers.get(origin.host, origin.port) {
            _ if origin.device.is_some() => origin,
            Some(Offer::Moved(port) | Offer::Only(port)) => Origin {
                port,
                encryption: match origin.encryption {
                    Encryption::IfOffered => Encryption::Required,
                    other => other,
                },
                ..origin
            },
            _ => origin,
        }
    }

    /// Whether nothing is known of the server's TLS, so that what is secret cannot be sent to it yet.
    pub(super) fn is_unsure(&self, origin: Origin<'_>) -> bool {
        let origin = self.reach(origin);
        self.plan(origin).is_plain() && self.offers.get(origin.host, origin.port).is_none()
    }

    /// Learns from `head`, which `origin` (see [`ProtocolCache::reach`]) has sent over `connection`, whether it is to be
    /// asked over TLS.
    pub(super) fn heed(&self, origin: Origin<'_>, connection: &Connection, head: &Head) -> Heeded {
        let Origin { host, port, .. } = origin;
        if connection.protection().is_encrypted() {
            return Heeded::Nothing;
        }
        let secure = head.redirect().and_then(redirect::https_authority);
        if let Some((name, there)) = secure
            && redirect::is_host(name, host)
        {
            let there = there.unwrap_or(location::HTTPS_PORT);
            log::info!("{host}:{port} redirects to https on port {there}");
            self.offers.learn(host, port, Offer::Moved(there));
            return Heeded::Moved;
        }
        let is_offered = head
            .alt_svc
            .iter()
            .any(|value| alt_svc::offers(value, "http/1.1", host, port));
        match self.offers.get(host, port) {
            Some(Offer::Broken) if is_offered => Heeded::Nothing,
            _ if is_offered => {
                self.offers.learn(host, port, Offer::SamePort);
                Heeded::AskAgain
            }
            _ => {
                self.offers.learn(host, port, Offer::None);
                // It wants TLS on another port, as a share behind a proxy does: then without asking for it.
                if head.status == 426 && connection.sent.prefers_tls {
                    Heeded::AskAgain
                } else {
                    Heeded::Nothing
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_to_tls_is_final_and_the_oldest_server_goes() {
        let offers = Offers::default();
        assert_eq!(offers.get("ann", 80), None);
        offers.learn("Ann", 80, Offer::SamePort);
        offers.learn("ann", 80, Offer::None);
        assert_eq!(offers.get("ANN", 80), Some(Offer::None));
        offers.learn("ann", 80, Offer::Moved(444));
        assert_eq!(offers.get("ann", 80), Some(Offer::Moved(444)));
        offers.forget_move("ANN", 80);
        assert_eq!(offers.get("ann", 80), None);
        offers.learn("ann", 80, Offer::Only(443));
        for offer in [Offer::None, Offer::SamePort, Offer::Only(444)] {
            offers.learn("ann", 80, offer);
            offers.forget_move("ann", 80);
            assert_eq!(offers.get("ann", 80), Some(Offer::Only(443)));
        }
        for port in 1000..1000 + 256 {
            offers.learn("other", port, Offer::None);
        }
        assert_eq!(offers.get("ann", 80), None);
        assert_eq!(offers.get("other", 1000), Some(Offer::None));
    }
}

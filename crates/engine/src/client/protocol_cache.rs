//! What is known of servers in this run of the program: which protocol each speaks, whether it offers TLS, and which
//! connections to it are open.

use std::collections::VecDeque;

use parking_lot::Mutex;

use super::KnownServers;
use super::authorization::Challenges;
use super::connections::Connections;
use super::offers::Offers;
use crate::transfer::Protocol;

/// More servers than anyone downloads from in one sitting; the oldest is forgotten first.
const MAX_SERVERS: usize = 256;

/// What was learned in this run of the program.
#[derive(Debug, Default)]
pub(super) struct ProtocolCache {
    spoken: Mutex<VecDeque<Server>>,
    pub(super) connections: Connections,
    pub(super) servers: KnownServers,
    pub(super) challenges: Challenges,
    pub(super) offers: Offers,
}

#[derive(Debug)]
struct Server {
    host: String,
    port: u16,
    protocol: Protocol,
}

impl ProtocolCache {
    pub(super) fn new(servers: KnownServers) -> Self {
        Self {
            spoken: Mutex::default(),
            connections: Connections::default(),
            servers,
            challenges: Challenges::default(),
            offers: Offers::default(),
        }
    }

    /// How `host` talks on `port`, if that is known.
    pub(super) fn get(&self, host: &str, port: u16) -> Option<Protocol> {
        let servers = self.spoken.lock();
        servers
            .iter()
            .find(|s| s.is(host, port))
            .map(|s| s.protocol)
    }

    /// It was heard talking like this.
    pub(super) fn learn(&self, host: &str, port: u16, protocol: Protocol) {
        let mut servers = self.spoken.lock();
        servers.retain(|s| !s.is(host, port));
        if servers.len() == MAX_SERVERS {
            servers.pop_front();
        }
        let host = host.to_owned();
        servers.push_back(Server {
            host,
            port,
            protocol,
        });
    }

    /// It did not answer as expected: another program may be there now.
    pub(super) fn forget(&self, host: &str, port: u16) {
        self.spoken.lock().retain(|s| !s.is(host, port));
    }
}

impl Server {
    fn is(&self, host: &str, port: u16) -> bool {
        self.port == port && self.host.eq_ignore_ascii_case(host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lesson_counts_and_the_oldest_goes() {
        let known = ProtocolCache::default();
        known.learn("Ann-PC", 80, Protocol::Raw);
        known.learn("ann-pc", 80, Protocol::Http);
        assert_eq!(known.get("ANN-pc", 80), Some(Protocol::Http));
        assert_eq!(known.get("ann-pc", 81), None);
        for port in 1000..1000 + 256 {
            known.learn("other", port, Protocol::Raw);
        }
        assert_eq!(known.get("ann-pc", 80), None);
        assert_eq!(known.get("other", 1000), Some(Protocol::Raw));
        known.forget("other", 1000);
        assert_eq!(known.get("other", 1000), None);
    }
}

//! Asks devices back that have registered without proving who they are.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use crate::localsend::exchange::{Ask, Reach, ask};
use crate::localsend::message::Info;
use crate::localsend::{Node, Peer};
use crate::threads;
use crate::transport::CancelToken;
use crate::transport::addresses::is_near;

/// Devices that are asked at the same time, for either version of IP: addresses of IPv6 can be made up without end.
/// Beyond that, a registration is forgotten: the device announces itself again.
const ASKED_MAX: usize = 8;

/// How long a device may take to accept a connection, and to answer.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Ports below are of services of other kinds, to which nobody is to make this computer talk.
const PORT_MIN: u16 = 1024;

/// The devices that are being asked, by their addresses.
#[derive(Debug, Default)]
pub(super) struct Confirming(Arc<Mutex<Vec<IpAddr>>>);

impl Confirming {
    /// Asks at `address`, on a thread, whether the device that says `info` about itself is there, and adds it to the
    /// devices that were found if it is. It is `peer` then. One device of each address is asked at a time, and none that is
    /// not near.
    pub fn start(&self, node: &Node, peer: Peer, stop: &CancelToken) {
        let Some(&address) = peer.addresses.first() else {
            return;
        };
        let ip = address.ip();
        if !may_ask(address) {
            return;
        }
        {
            let mut asked = self.0.lock();
            let alike = asked.iter().filter(|of| of.is_ipv6() == ip.is_ipv6());
            if alike.count() >= ASKED_MAX || asked.contains(&ip) {
                return;
            }
            asked.push(ip);
        }
        let asking = Asking(Arc::clone(&self.0), ip);
        let (node, stop) = (node.clone(), stop.clone());
        let started = threads::spawn("register", move || {
            let _asking = asking;
            if is_there(
                &node,
                address,
                peer.identity.map_or(Reach::Plain, Reach::Pinned),
                &stop,
            ) {
                node.peers().met(peer);
            }
        });
        if let Err(e) = started {
            log::debug!("{ip}: {e}");
        }
    }
}

/// Whether whoever has connected from this address may have this computer connect to it.
fn may_ask(address: SocketAddr) -> bool {
    address.port() >= PORT_MIN && is_near(address.ip())
}

/// Whether a device answers there. Over TLS, it has the expected certificate then.
fn is_there(node: &Node, to: SocketAddr, reach: Reach, stop: &CancelToken) -> bool {
    let request = Ask {
        to,
        reach,
        method: "GET",
        path: "info",
        body: &[],
        connect: TIMEOUT,
        answer: TIMEOUT,
    };
    match ask(node, &request, stop) {
        Ok(answer) => answer.status == 200 && Info::parse(&answer.body).is_ok(),
        Err(e) => {
            log::debug!("{to}: {e}");
            false
        }
    }
}

/// An address that is being asked, until this is dropped.
struct Asking(Arc<Mutex<Vec<IpAddr>>>, IpAddr);

impl Drop for Asking {
    fn drop(&mut self) {
        self.0.lock().retain(|ip| *ip != self.1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_far_away_and_no_other_service_is_asked() {
        let may = |address: &str| may_ask(address.parse().unwrap());
        assert!(may("127.0.0.1:1024") && may("192.168.1.5:53317") && may("[fe80::1%3]:53317"));
        assert!(!may("127.0.0.1:1023") && !may("192.168.1.5:80"));
        assert!(!may("203.0.113.9:53317") && !may("[2001:db8::9]:53317"));
    }
}

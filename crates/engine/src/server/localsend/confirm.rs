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

/// Devices that are asked at the same time. Beyond that, a registration is forgotten: the device announces itself again.
const ASKED_MAX: usize = 8;

/// How long a device may take to accept a connection, and to answer.
const TIMEOUT: Duration = Duration::from_secs(2);

/// The devices that are being asked, by their addresses.
#[derive(Debug, Default)]
pub(super) struct Confirming(Arc<Mutex<Vec<IpAddr>>>);

impl Confirming {
    /// Asks at `address`, on a thread, whether the device that says `info` about itself is there, and adds it to the
    /// devices that were found if it is. It is `peer` then. One device of each address is asked at a time.
    pub fn start(&self, node: &Node, peer: Peer, stop: &CancelToken) {
        let Some(&address) = peer.addresses.first() else {
            return;
        };
        let ip = address.ip();
        {
            let mut asked = self.0.lock();
            if asked.len() >= ASKED_MAX || asked.contains(&ip) {
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

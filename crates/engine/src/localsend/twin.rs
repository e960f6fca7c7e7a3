//! Whether another process of this computer is the same device.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::thread;
use std::time::Duration;

use crossbeam_channel::unbounded;

use super::exchange::{Ask, Reach, ask};
use super::{Node, PORT};
use crate::threads;
use crate::transport::CancelToken;

/// How long it may take to accept the connection, and to answer.
const WITHIN: Duration = Duration::from_millis(500);

/// The most addresses of this computer that are tried.
const TRIED_MAX: usize = 8;

impl Node {
    /// Whether another process of this computer has a receiver with the same identity on the usual port, as the window and
    /// `landline serve --localsend` have. Other devices remember one port for an address and an identity, so that whoever
    /// announced another would make that one unreachable. Blocks for a second at most.
    pub fn runs_elsewhere(&self) -> bool {
        self.answers_at(&own_addresses(), PORT)
    }

    pub(super) fn answers_at(&self, addresses: &[IpAddr], port: u16) -> bool {
        // At once: some systems try for a while where nobody listens.
        thread::scope(|scope| {
            let (sender, answers) = unbounded();
            for &ip in addresses {
                let sender = sender.clone();
                let asking = threads::spawn_within(scope, "localsend twin", move || {
                    let _ = sender.try_send(self.answers(SocketAddr::new(ip, port)));
                });
                if let Err(error) = asking {
                    log::warn!("LocalSend: {error}");
                }
            }
            drop(sender);
            answers.iter().any(|is_same| is_same)
        })
    }

    fn answers(&self, at: SocketAddr) -> bool {
        let info = Ask {
            to: at,
            reach: Reach::Pinned(self.fingerprint()),
            method: "GET",
            path: "info",
            body: &[],
            connect: WITHIN,
            answer: WITHIN,
        };
        let answer = ask(self, &info, &CancelToken::new());
        answer.is_ok_and(|answer| answer.status == 200)
    }
}

/// Where a receiver of this computer may listen: not every one listens on all addresses.
fn own_addresses() -> Vec<IpAddr> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    let others = interfaces.iter().map(if_addrs::Interface::ip);
    let others = others.filter(|ip| ip.is_ipv4() && !ip.is_loopback());
    let loopback = IpAddr::from(Ipv4Addr::LOCALHOST);
    std::iter::once(loopback)
        .chain(others)
        .take(TRIED_MAX)
        .collect()
}

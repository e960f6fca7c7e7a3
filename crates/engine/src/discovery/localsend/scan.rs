//! Asks one address after another where announcements do not arrive.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use parking_lot::Mutex;

use super::ask;
use crate::localsend::{Node, PORT};
use crate::threads;
use crate::transport::CancelToken;

/// How many are asked at a time.
const RUNNING_MAX: usize = 50;

/// A scan, which ends when this is dropped.
#[derive(Debug)]
pub(super) struct Scan {
    left: Arc<Mutex<std::vec::IntoIter<Ipv4Addr>>>,
    cancel: CancelToken,
}

impl Scan {
    /// Asks each of `hosts` on the usual port. The devices that answer are added to those that `node` knows.
    pub(super) fn start(node: &Node, hosts: Vec<Ipv4Addr>) -> Self {
        let running = hosts.len().min(RUNNING_MAX);
        let scan = Self {
            left: Arc::new(Mutex::new(hosts.into_iter())),
            cancel: CancelToken::new(),
        };
        for _ in 0..running {
            let (node, left, cancel) = (node.clone(), scan.left.clone(), scan.cancel.clone());
            let worker = threads::spawn("localsend scan", move || {
                while !cancel.is_cancelled()
                    && let Some(host) = { left.lock().next() }
                {
                    let at = SocketAddr::from((host, PORT));
                    if let Some(peer) = ask::anyone(&node, at, &cancel) {
                        node.peers().met(peer);
                    }
                }
            });
            if let Err(error) = worker {
                log::warn!("LocalSend: the network is searched more slowly: {error}");
                break;
            }
        }
        scan
    }

    /// Whether addresses are left.
    pub(super) fn is_running(&self) -> bool {
        self.left.lock().len() > 0
    }
}

impl Drop for Scan {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

//! Finding LocalSend devices and being found by them. A device announces itself to a multicast group, and whoever hears it
//! answers over HTTP; nobody answers by UDP. Where announcements do not arrive, addresses are asked one by one.
//!
//! `actor` decides, in a thread of its own; `sockets` has another, which listens. Both run while this computer takes part,
//! but sockets are open, and timers run, only while others can see it or a search is on. Requests are short and have a
//! thread each, a few at a time. What was found is in [`Node::peers`], where the server adds those that register.

mod actor;
mod ask;
mod guard;
mod known;
mod links;
mod scan;
mod sockets;
mod timers;
mod wake;

use std::io;
use std::net::SocketAddr;
use std::thread::JoinHandle;

use crossbeam_channel::{Sender, unbounded};

use self::actor::Actor;
use crate::localsend::message::Info;
use crate::localsend::{Node, Peer};
use crate::threads;
use crate::transport::CancelToken;

/// The device that listens at `at`, whoever that is: over TLS, or over plain HTTP if it does not speak that. `None` if no
/// device answers, or this computer does. Blocks for a few seconds at most.
pub fn device_at(node: &Node, at: SocketAddr) -> Option<Peer> {
    ask::anyone(node, at, &CancelToken::new())
}

/// A device that says something about itself which it has not proved.
#[derive(Clone, Debug)]
struct Claim {
    info: Info,
    /// Where it says it listens: the address that it came from, with the port that it names.
    address: SocketAddr,
}

/// A command to the thread.
#[derive(Clone, Copy, Debug)]
enum Order {
    /// Search, or search again.
    Search,
    /// Ask one address after another, although devices were found without that.
    Scan,
    /// The search has ended.
    Rest,
}

/// This computer's part in the discovery of LocalSend, until it is dropped.
#[derive(Debug)]
pub(super) struct LocalSend {
    node: Node,
    /// `None` once it is dropped.
    orders: Option<Sender<Order>>,
    thread: Option<JoinHandle<()>>,
}

impl LocalSend {
    /// Starts the thread.
    ///
    /// # Errors
    /// The system is out of threads.
    pub(super) fn start(node: Node) -> io::Result<Self> {
        let (orders, received) = unbounded();
        let actor = Actor::new(node.clone(), received);
        let thread = threads::spawn("localsend", move || actor.run())?;
        Ok(Self {
            node,
            orders: Some(orders),
            thread: Some(thread),
        })
    }

    /// This computer.
    pub(super) fn node(&self) -> &Node {
        &self.node
    }

    /// The devices that were found. This computer is none of them.
    pub(super) fn peers(&self) -> Vec<Peer> {
        let own = Some(self.node.fingerprint());
        let mut peers = self.node.peers().all();
        peers.retain(|peer| peer.identity != own);
        peers
    }

    /// Starts a search, or starts it again.
    pub(super) fn search(&self) {
        self.order(Order::Search);
    }

    /// Asks one address after another, if a search is on.
    pub(super) fn scan(&self) {
        self.order(Order::Scan);
    }

    /// Ends the search.
    pub(super) fn rest(&self) {
        self.order(Order::Rest);
    }

    fn order(&self, order: Order) {
        if let Some(orders) = &self.orders {
            let _ = orders.try_send(order);
        }
    }
}

impl Drop for LocalSend {
    /// Waits until the thread has ended, which waits for nothing itself.
    #[expect(
        clippy::disallowed_methods,
        reason = "only the thread of the discovery, which is not the window's, owns this"
    )]
    fn drop(&mut self) {
        self.orders = None;
        if let Some(Err(_)) = self.thread.take().map(JoinHandle::join) {
            log::error!("the thread of LocalSend's discovery has panicked");
        }
    }
}

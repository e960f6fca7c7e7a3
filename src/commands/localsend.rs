//! What a command needs to find LocalSend devices, and to be found by them while it runs.

use super::identity;
use landline_engine::discovery::computer_name;
use landline_engine::localsend::{DeviceType, Node};
use landline_engine::server::{Config, Server};
use landline_engine::transfer::Reporter;

/// This computer as a LocalSend device for the time of a search or a delivery. Others see it, because they answer only
/// whom they can register with, and may cancel what they are sent; they can send nothing. Beside a window or a `serve` that
/// they see already, it stays hidden, and asks one address after another.
pub(super) struct LocalSend {
    node: Node,
    receiver: Server,
}

impl LocalSend {
    /// Takes part under the computer's name; `None`, with a line in the log, if this computer can have no identity.
    pub(super) fn start() -> Option<Self> {
        let identity = identity::own()
            .inspect_err(|why| log::warn!("LocalSend cannot be used: {why}"))
            .ok()?;
        let node = Node::new(identity, computer_name(), DeviceType::Desktop);
        node.set_hidden(node.runs_elsewhere());
        let receiver = Server::start(Config::of_sender(node.clone()), Reporter::new(|_| {}));
        Some(Self { node, receiver })
    }

    /// The device.
    pub(super) fn node(&self) -> &Node {
        &self.node
    }

    /// Others do not see it any more. Blocks for less than a second.
    pub(super) fn end(self) {
        self.receiver.stop();
        self.receiver.join();
    }
}

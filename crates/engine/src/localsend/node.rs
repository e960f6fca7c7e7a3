//! This computer as a LocalSend device.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use parking_lot::Mutex;

use super::message::{Info, Scheme};
use super::{DeviceType, PORT, Peers, Sendings, VERSION};
use crate::identity::{Fingerprint, Identity};
use crate::printable::short_name;
use crate::transport::{Notify, Signal};

/// This computer as a LocalSend device: what it calls itself, whether it can be seen, the devices that were found, and
/// what is being sent to them. The server, the client and the discovery share it; clones are the same. No method blocks.
#[derive(Clone)]
pub struct Node(Arc<Inner>);

struct Inner {
    identity: Identity,
    state: Mutex<State>,
    changed: Notify,
    peers: Peers,
    sendings: Sendings,
}

struct State {
    alias: String,
    device_type: DeviceType,
    receiver: Option<SocketAddr>,
}

impl Node {
    /// A device that nobody sees yet. `alias` is its name for people, which is shortened as those of others are.
    pub fn new(identity: Identity, alias: impl Into<String>, device_type: DeviceType) -> Self {
        Self(Arc::new(Inner {
            identity,
            state: Mutex::new(State {
                alias: named(&alias.into()),
                device_type,
                receiver: None,
            }),
            changed: Notify::default(),
            peers: Peers::default(),
            sendings: Sendings::default(),
        }))
    }

    /// Changes its name.
    pub fn set_alias(&self, alias: impl Into<String>) {
        let alias = named(&alias.into());
        let old = std::mem::replace(&mut self.0.state.lock().alias, alias.clone());
        if old != alias {
            self.0.changed.notify_all();
        }
    }

    /// Its name.
    pub fn alias(&self) -> String {
        self.0.state.lock().alias.clone()
    }

    /// Sets where its receiver listens; `None`: it cannot be seen. For the server.
    pub(crate) fn set_receiver(&self, at: Option<SocketAddr>) {
        let old = std::mem::replace(&mut self.0.state.lock().receiver, at);
        if old != at {
            self.0.changed.notify_all();
        }
    }

    /// The port of its receiver, if that runs: other devices may see it then.
    pub fn receiver(&self) -> Option<u16> {
        self.0.state.lock().receiver.map(|at| at.port())
    }

    /// Closed when the name or the receiver changes.
    pub(crate) fn changed(&self) -> Signal {
        self.0.changed.listen()
    }

    /// Who it is.
    pub(crate) fn identity(&self) -> &Identity {
        &self.0.identity
    }

    /// The fingerprint by which other devices know it.
    pub fn fingerprint(&self) -> Fingerprint {
        self.0.identity.fingerprint()
    }

    /// What it says about itself. Without a receiver, the port is the usual one, on which nobody listens.
    pub(crate) fn info(&self) -> Info {
        let state = self.0.state.lock();
        Info {
            alias: state.alias.clone(),
            version: VERSION.to_owned(),
            device_model: Some("Landline".to_owned()),
            device_type: Some(state.device_type),
            fingerprint: self.fingerprint().to_string().to_uppercase(),
            port: Some(state.receiver.map_or(PORT, |at| at.port())),
            protocol: Some(Scheme::Https),
            download: false,
        }
    }

    /// The devices that were found.
    pub fn peers(&self) -> &Peers {
        &self.0.peers
    }

    /// What is being sent, so that a receiver can cancel it.
    pub fn sendings(&self) -> &Sendings {
        &self.0.sendings
    }
}

/// A name that fits into an announcement.
fn named(alias: &str) -> String {
    short_name(alias).unwrap_or_else(|| "Landline".to_owned())
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Node").field(&self.fingerprint()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(alias: &str) -> Node {
        let identity = Identity::generate().unwrap();
        Node::new(identity, alias, DeviceType::Headless)
    }

    #[test]
    fn what_it_says_is_what_the_app_accepts() {
        let node = node("desk");
        let info = node.info();
        assert_eq!(
            (info.alias.as_str(), info.version.as_str()),
            ("desk", "2.2")
        );
        assert_eq!(info.device_type, Some(DeviceType::Headless));
        assert_eq!(info.identity(), Some(node.fingerprint()));
        // Some programs compare it with what they have computed.
        let is_upper = |c: char| c.is_ascii_digit() || c.is_ascii_uppercase();
        assert!(info.fingerprint.chars().all(is_upper));
        let reached = (info.port, info.protocol);
        assert_eq!(reached, (Some(PORT), Some(Scheme::Https)));
        node.set_receiver(Some("0.0.0.0:1234".parse().unwrap()));
        assert_eq!(node.info().port, Some(1234));
        assert_eq!(Info::parse(&node.info().to_json()), Ok(node.info()));
    }

    #[test]
    fn only_a_change_is_announced() {
        let node = node("desk");
        let has_changed = |change: &dyn Fn()| {
            let changed = node.changed();
            change();
            changed.try_recv().unwrap_err().is_disconnected()
        };
        let at = "0.0.0.0:1234".parse().ok();
        assert!(!has_changed(&|| node.set_alias("desk")));
        assert!(has_changed(&|| node.set_alias("sofa")));
        assert!(has_changed(&|| node.clone().set_receiver(at)));
        assert!(!has_changed(&|| node.set_receiver(at)));
        assert!(has_changed(&|| node.set_receiver(None)));
        assert_eq!((node.alias(), node.receiver()), ("sofa".to_owned(), None));
    }

    #[test]
    fn a_name_is_short_and_never_empty() {
        assert_eq!(node(" \n").alias(), "Landline");
        let long = node(&"\u{6d77}".repeat(10_000));
        assert!(long.info().to_json().len() < 1000);
        long.set_alias("a\u{202e}b");
        assert_eq!(long.alias(), "a b");
    }
}

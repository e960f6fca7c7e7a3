//! This computer as a LocalSend device.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

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
    is_hidden: bool,
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
                is_hidden: false,
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

    /// The receiver that listened at `at` does not any more. Another may have begun meanwhile.
    pub(crate) fn end_receiver(&self, at: SocketAddr) {
        let ended = self.0.state.lock().receiver.take_if(|of| *of == at);
        if ended.is_some() {
            self.0.changed.notify_all();
        }
    }

    /// Waits until its receiver listens, for at most `time`. Does not wait for one that is not hidden: nobody need have
    /// started a receiver then.
    pub(crate) fn wait_for_receiver(&self, time: Duration) {
        let deadline = Instant::now() + time;
        loop {
            let changed = self.changed();
            if !self.is_hidden() || self.receiver().is_some() {
                return;
            }
            let changed = changed.recv_deadline(deadline);
            if changed.is_err_and(|error| error.is_timeout()) {
                return;
            }
        }
    }

    /// The port of its receiver, if that runs.
    pub fn receiver(&self) -> Option<u16> {
        self.0.state.lock().receiver.map(|at| at.port())
    }

    /// Hides it, or no longer: its receiver is for those that it sends files to, which may cancel, and nobody else is told
    /// of it.
    pub fn set_hidden(&self, is_hidden: bool) {
        let old = std::mem::replace(&mut self.0.state.lock().is_hidden, is_hidden);
        if old != is_hidden {
            self.0.changed.notify_all();
        }
    }

    /// Whether it is hidden, even if its receiver runs.
    pub fn is_hidden(&self) -> bool {
        self.0.state.lock().is_hidden
    }

    /// The port of its receiver, if that runs and other devices may know of it.
    pub(crate) fn visible(&self) -> Option<u16> {
        let state = self.0.state.lock();
        let receiver = state.receiver.filter(|_| !state.is_hidden);
        receiver.map(|at| at.port())
    }

    /// Closed when the name, the receiver or whether it is hidden changes.
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
        assert_eq!(node.visible(), Some(1234));
        assert!(has_changed(&|| node.set_hidden(true)));
        assert!(!has_changed(&|| node.set_hidden(true)));
        // Whoever is sent files learns where it listens.
        assert_eq!((node.visible(), node.info().port), (None, Some(1234)));
        assert!(has_changed(&|| node.set_receiver(None)));
        node.set_hidden(false);
        assert_eq!(node.visible(), None);
        let other = "0.0.0.0:1235".parse().unwrap();
        node.set_receiver(at);
        assert!(!has_changed(&|| node.end_receiver(other)));
        assert!(has_changed(&|| node.set_receiver(Some(other))));
        // The first one ends later.
        assert!(!has_changed(&|| node.end_receiver(at.unwrap())));
        assert!(has_changed(&|| node.end_receiver(other)));
        assert_eq!((node.alias(), node.receiver()), ("sofa".to_owned(), None));
    }

    #[test]
    fn a_receiver_that_is_about_to_start_is_waited_for() {
        let node = node("desk");
        let long = Duration::from_secs(20);
        // Nobody said that one is.
        node.wait_for_receiver(long);
        node.set_hidden(true);
        let began = Instant::now();
        node.wait_for_receiver(Duration::from_millis(20));
        assert!(began.elapsed() >= Duration::from_millis(20));
        let server = node.clone();
        let starting = std::thread::spawn(move || {
            server.set_alias("another change");
            server.set_receiver("0.0.0.0:1234".parse().ok());
        });
        node.wait_for_receiver(long);
        assert_eq!(node.info().port, Some(1234));
        starting.join().unwrap();
        assert!(began.elapsed() < long);
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

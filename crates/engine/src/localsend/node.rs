//! This computer as a LocalSend device.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, bounded};
use parking_lot::Mutex;

use super::message::{Info, Scheme};
use super::{DeviceType, PORT, Peers, Sendings, VERSION};
use crate::identity::{Fingerprint, Identity};
use crate::transport::{Notify, Signal};

/// How many claims wait for the discovery.
const CLAIMS_LEN: usize = 64;

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
    claims: (Sender<Claim>, Receiver<Claim>),
}

/// A device that says something about itself which it has not proved.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    pub info: Info,
    /// Where it says it listens: the address that it came from, with the port that it names.
    pub address: SocketAddr,
}

struct State {
    alias: String,
    device_type: DeviceType,
    receiver: Option<SocketAddr>,
}

impl Node {
    /// A device that nobody sees yet. `alias` is its name for people.
    pub fn new(identity: Identity, alias: impl Into<String>, device_type: DeviceType) -> Self {
        Self(Arc::new(Inner {
            identity,
            state: Mutex::new(State {
                alias: alias.into(),
                device_type,
                receiver: None,
            }),
            changed: Notify::default(),
            peers: Peers::default(),
            sendings: Sendings::default(),
            claims: bounded(CLAIMS_LEN),
        }))
    }

    /// Changes its name.
    pub fn set_alias(&self, alias: impl Into<String>) {
        self.0.state.lock().alias = alias.into();
        self.0.changed.notify_all();
    }

    /// Its name.
    pub fn alias(&self) -> String {
        self.0.state.lock().alias.clone()
    }

    /// Sets where its receiver listens; `None`: it cannot be seen. For the server.
    pub(crate) fn set_receiver(&self, at: Option<SocketAddr>) {
        self.0.state.lock().receiver = at;
        self.0.changed.notify_all();
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

    /// A device has registered without the certificate that it names, over plain HTTP or because it is older than version
    /// 2.2. The discovery asks it before it is listed, unless there are too many. For the server.
    pub(crate) fn claim(&self, claim: Claim) {
        let _ = self.0.claims.0.try_send(claim);
    }

    /// What was claimed.
    pub(crate) fn claims(&self) -> &Receiver<Claim> {
        &self.0.claims.1
    }

    /// What is being sent, so that a receiver can cancel it.
    pub fn sendings(&self) -> &Sendings {
        &self.0.sendings
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Node").field(&self.fingerprint()).finish()
    }
}

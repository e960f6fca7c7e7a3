//! The receiver for LocalSend beside the share.

use crossbeam_channel::{Receiver, never};

use super::running::{Report, Running, State};
use crate::commands::warn;
use crate::sentence;
use crate::text::{Describe as _, Sentence};
use landline_engine::error::ServerError;
use landline_engine::localsend::{DeviceType, Node, PORT};
use landline_engine::server::receiving::Access;
use landline_engine::server::{Config, Privacy};

/// Where it listens.
#[derive(Clone, Copy, Debug)]
pub(super) enum Port {
    /// On the usual port, or another if that is taken.
    Usual,
    /// On this one; 0 is a free one.
    Chosen(u16),
}

/// The receiver for LocalSend.
pub(super) struct LocalSend {
    node: Node,
    config: Config,
    /// Whether another port is better than none.
    may_move: bool,
    is_announced: bool,
    running: Option<Running>,
}

impl LocalSend {
    /// Starts it beside a share that has an identity and receives files: the two have the address, the name, the password
    /// and the folder for these in common.
    pub fn start(share: &Config, port: Port, announces: bool, report: &Report) -> Option<Self> {
        let (identity, receiving) = (share.identity.clone()?, share.receiving.clone()?);
        let node = Node::new(identity.clone(), share.name.clone(), DeviceType::Headless);
        let folder = receiving.folder.clone();
        let (port, may_move) = match port {
            Port::Usual => (PORT, true),
            Port::Chosen(port) => (port, false),
        };
        let config = Config {
            port,
            bind: share.bind,
            name: share.name.clone(),
            access: Access::Send,
            receiving: Some(receiving),
            privacy: Privacy {
                token: None,
                ..share.privacy.clone()
            },
            failed_attempts: share.failed_attempts.clone(),
            identity: Some(identity),
            localsend: Some(node.clone()),
            secret: share.secret.clone(),
            ..Config::new(folder)
        };
        let is_local = share.bind.is_some_and(|ip| ip.is_loopback());
        Some(Self {
            running: Some(Running::start(config.clone(), report)),
            node,
            config,
            may_move,
            is_announced: announces && !is_local,
        })
    }

    /// This computer as a device of LocalSend.
    pub fn node(&self) -> &Node {
        &self.node
    }

    /// Its states; none after it has stopped.
    pub fn states(&self) -> Receiver<State> {
        match &self.running {
            Some(running) => running.states().clone(),
            None => never(),
        }
    }

    /// Acts on its new state. Returns the reason if nothing can be received any more.
    pub fn changed(&mut self, state: State, report: &Report) -> Option<Sentence> {
        match state {
            State::Listening(port) => self.say_where(port),
            State::Stopped(Err(ServerError::PortTaken { port, free })) if self.may_move => {
                warn(sentence!("serve-localsend-moved", port = port));
                self.may_move = false;
                self.config.port = free.unwrap_or(0);
                self.running = Some(Running::start(self.config.clone(), report));
            }
            State::Stopped(result) => {
                self.running = None;
                // The hints are about shares.
                let reason = result.err()?.sentence().title();
                return Some(sentence!("serve-localsend-ended", reason = reason));
            }
        }
        None
    }

    fn say_where(&self, port: u16) {
        let name = self.node.alias();
        warn(if self.is_announced {
            sentence!("serve-localsend", name = name, port = port)
        } else {
            sentence!("serve-localsend-silent", name = name, port = port)
        });
    }

    /// Stops it.
    pub fn stop(&self) {
        if let Some(running) = &self.running {
            running.stop();
        }
    }

    /// Waits until it has stopped.
    pub fn join(self) {
        if let Some(running) = self.running {
            running.join();
        }
    }
}

//! Announcing the share of `landline serve` to others nearby, and its receiver to LocalSend devices.

use std::io::IsTerminal;

use super::warn;
use crate::sentence;
use crate::text::Describe as _;
use landline_engine::discovery::{AnnounceEvent, Announcement, Announcer, Discovery, Membership};
use landline_engine::identity::Identity;
use landline_engine::localsend::Node;
use landline_engine::server::Config;
use landline_engine::transfer::Reporter;

/// Announces the share as soon as it listens.
pub(super) struct Announcing {
    what: Announcement,
    /// `None` if the share is not to be announced.
    discovery: Option<Discovery>,
    announcer: Option<Announcer>,
    _membership: Option<Membership>,
}

impl Announcing {
    /// Prepares to announce the share of `config`, if that `is_wanted`, and the receiver of `localsend` whenever it listens.
    pub(super) fn new(config: &Config, is_wanted: bool, localsend: Option<&Node>) -> Self {
        let is_local = config.bind.is_some_and(|ip| ip.is_loopback());
        let discovery = (is_wanted && !is_local).then(Discovery::start);
        let join = |node: &Node| Some(discovery.as_ref()?.join_localsend(node.clone()));
        Self {
            what: Announcement {
                identity: config.identity.as_ref().map(Identity::fingerprint),
                has_password: config.privacy.password.is_some(),
                name: config.name.clone(),
                port: config.port,
                bind: config.bind,
            },
            _membership: localsend.and_then(join),
            discovery,
            announcer: None,
        }
    }

    /// The share listens on `port`.
    pub(super) fn listening(&mut self, port: u16) {
        self.what.port = port;
        let announce = |to: &Discovery| to.announce(self.what.clone(), Reporter::new(say));
        self.announcer = self.discovery.as_ref().map(announce);
    }

    /// Withdraws the announcement. Blocks for less than a second.
    pub(super) fn end(self) {
        if let Some(discovery) = self.discovery {
            discovery.join();
        }
    }
}

/// Says on a terminal under which name the share is visible. A log file needs no such line.
fn say(event: AnnounceEvent) {
    if !std::io::stderr().is_terminal() {
        return;
    }
    match event {
        AnnounceEvent::Announced(name) => warn(sentence!("visible-as", name = name)),
        AnnounceEvent::Failed(why) => {
            warn(sentence!("not-visible", why = why.sentence().to_string()));
        }
    }
}

//! Applies who may use the share, and reads the identity of this computer.

use std::path::Path;
use std::time::Instant;

use super::app::App;
use super::dialogs::worker;
use super::inbox::Event;
use super::model::privacy::OwnIdentity;
use crate::sentence;
use crate::settings::Settings;
use landline_engine::identity::Identity;

impl App {
    /// Reads the identity on a thread, because a disk may be slow, and sends [`Event::Identity`].
    pub(super) fn look_up_identity(&mut self) {
        self.model.privacy.identity = OwnIdentity::Loading;
        let dir = self.persistence.dir().map(Path::to_owned);
        worker("identity", &self.outbox, move |outbox| {
            outbox.send(Event::Identity(own_identity(dir.as_deref())));
        });
    }

    /// The identity was looked up. A share that has waited for it starts.
    pub(super) fn identity_found(&mut self, found: OwnIdentity) {
        if let OwnIdentity::Known(identity) = &found {
            self.become_node(identity);
        }
        self.model.privacy.identity = found;
        if std::mem::take(&mut self.model.privacy.is_awaited) {
            self.begin_sharing();
        }
    }

    /// Makes what was typed the password, from the next request on.
    pub(super) fn apply_privacy(&mut self) {
        self.model.take_privacy();
        self.set_privacy();
    }

    /// Makes old links worthless.
    pub(super) fn new_link(&mut self) {
        self.model.privacy.secrets.renew_token();
        self.set_privacy();
        let what = sentence!("old-links-ended");
        self.model.finished.say(what, Instant::now());
    }

    /// Applies settings that have changed. What must be encrypted and cannot be is no longer shared.
    pub(super) fn apply_privacy_settings(&mut self, before: &Settings) {
        self.set_privacy();
        let is_new = self.model.settings.encrypted_only && !before.encrypted_only;
        if is_new && self.server.is_some() && self.model.privacy.identity().is_none() {
            self.model.server.failure = self.model.not_private();
            self.stop_sharing();
        }
    }

    fn set_privacy(&self) {
        if let Some(server) = &self.server {
            server.set_privacy(self.model.privacy());
        }
        self.update_receiver();
    }
}

/// The identity in the settings folder. Without a folder, it lasts as long as the program.
fn own_identity(dir: Option<&Path>) -> OwnIdentity {
    let found = match dir {
        Some(dir) => Identity::of(dir),
        None => Identity::generate(),
    };
    match found {
        Ok(identity) => OwnIdentity::Known(identity),
        Err(error) => {
            log::warn!("the identity of this computer: {error}");
            OwnIdentity::Failed(error)
        }
    }
}

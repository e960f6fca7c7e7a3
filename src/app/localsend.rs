//! This computer as a LocalSend device: the receiver, which runs while the user wants others to see it, and what is sent
//! to others.

use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::Context;

use super::app::App;
use super::dialogs;
use super::model::localsend::{Draft, Visibility};
use super::model::privacy::OwnIdentity;
use super::model::send_to::Sent;
use super::model::{Failure, Model, Step};
use crate::text::Describe as _;
use crate::text::page::FluentTexts;
use crate::{sentence, t};
use landline_engine::identity::Identity;
use landline_engine::localsend::{DeviceType, Node};
use landline_engine::server::receiving::OfferedBy;
use landline_engine::server::{Config, Server, ServerEvent};
use landline_engine::transfer::Reporter;

/// How long a name must stay the same before others learn it, while the user types it.
const TYPED: Duration = Duration::from_millis(600);

/// What the window uses of LocalSend.
#[derive(Debug, Default)]
pub(super) struct LocalSend {
    /// This computer, once its identity is known.
    node: Option<Node>,
    /// The receiver.
    server: Option<Server>,
    /// Listens while files are sent by a computer that others do not see, so that the recipients can cancel.
    cancels: Option<Server>,
    /// Another name, and since when it is wanted.
    typed: Option<(String, Instant)>,
}

impl LocalSend {
    /// This computer, once its identity is known.
    pub(super) fn node(&self) -> Option<&Node> {
        self.node.as_ref()
    }

    /// Tells the receiver to stop; returns it, so that it can be joined.
    pub(super) fn close(&mut self) -> Option<Server> {
        self.server.take().inspect(Server::stop)
    }
}

impl App {
    /// The identity of this computer is known: files can be sent to LocalSend devices from now on.
    pub(super) fn become_node(&mut self, identity: &Identity) {
        if self.localsend.node.is_some() {
            return;
        }
        let name = self.model.computer_name();
        let node = Node::new(identity.clone(), name, DeviceType::Desktop);
        node.set_hidden(true);
        if let Some(client) = &self.client {
            // It can be set only once, and so can `node`.
            let _ = client.servers().localsend.set(node.clone());
        }
        self.localsend.node = Some(node);
    }

    /// Starts or stops the receiver, depending on the settings.
    pub(super) fn sync_localsend(&mut self, ctx: &Context, now: Instant) {
        self.name_node(ctx, now);
        self.hide_node();
        let wants = self.model.settings.localsend;
        let state = &mut self.model.localsend;
        match (&self.localsend.server, wants) {
            (Some(server), false) if state.visibility != Visibility::Stopping => {
                state.visibility = Visibility::Stopping;
                server.stop();
            }
            (None, false) => {
                state.visibility = Visibility::Hidden;
                state.failure = None;
            }
            (None, true) if state.visibility == Visibility::Hidden && state.failure.is_none() => {
                self.prepare_receiver();
            }
            _ => {}
        }
    }

    /// Keeps others from learning of a receiver that is there for those only to whom files are sent.
    fn hide_node(&mut self) {
        if let Some(node) = &self.localsend.node {
            node.set_hidden(!self.model.is_visible_to_localsend());
        }
        if self.model.client.transfers.deliveries_to_devices() == 0 {
            self.localsend.cancels = None;
        }
    }

    /// Files are about to be sent to a device: lets it cancel.
    pub(super) fn await_cancels(&mut self) {
        let is_hidden = self.model.localsend.visibility == Visibility::Hidden;
        if let Some(node) = self.localsend.node.as_ref().filter(|_| is_hidden)
            && self.localsend.cancels.is_none()
        {
            let config = Config::of_sender(node.clone());
            self.localsend.cancels = Some(Server::start(config, Reporter::new(|_| {})));
        }
    }

    /// Tells the other devices what this computer is called, once the user has typed that.
    fn name_node(&mut self, ctx: &Context, now: Instant) {
        let Some(node) = &self.localsend.node else {
            return;
        };
        let name = self.model.computer_name();
        if node.alias() == name {
            self.localsend.typed = None;
            return;
        }
        let since = match self.localsend.typed.take() {
            Some((typed, since)) if typed == name => since,
            _ => now,
        };
        let left = (since + TYPED).saturating_duration_since(now);
        if left.is_zero() {
            node.set_alias(name);
        } else {
            ctx.request_repaint_after(left);
            self.localsend.typed = Some((name, since));
        }
    }

    /// Looks at the folder for received files. The receiver starts once that is usable.
    fn prepare_receiver(&mut self) {
        if let Some(failure) = not_visible(&self.model) {
            self.model.localsend.failure = Some(failure);
            return;
        }
        if self.localsend.node.is_none() {
            // The identity is still being read or created.
            return;
        }
        self.model.localsend.visibility = Visibility::Starting;
        self.look_at_receive_folder();
    }

    /// The folder for received files was looked at: starts the receiver if it waits for that.
    pub(super) fn start_receiver(&mut self) {
        let is_awaited = self.model.localsend.visibility == Visibility::Starting
            && self.model.settings.localsend
            && self.model.server.receive_folder.problem.is_none();
        if !is_awaited || self.localsend.server.is_some() {
            return;
        }
        match self.receiver_config() {
            Ok(Some(config)) => {
                let reporter = self.outbox.localsend();
                self.localsend.server = Some(Server::start(config, reporter));
            }
            Ok(None) => self.model.localsend.visibility = Visibility::Hidden,
            Err(failure) => {
                self.model.localsend.visibility = Visibility::Hidden;
                self.model.localsend.failure = Some(failure);
            }
        }
    }

    fn receiver_config(&self) -> Result<Option<Config>, Failure> {
        let model = &self.model;
        let receiving = model.localsend_receiving()?;
        let Some((node, identity)) = self.localsend.node().zip(model.privacy.identity()) else {
            return Ok(None);
        };
        let folder = receiving.folder.clone();
        Ok(Some(Config {
            port: model.localsend.port(),
            name: model.computer_name(),
            access: Model::LOCALSEND_ACCESS,
            receiving: Some(receiving),
            privacy: model.localsend_privacy(),
            failed_attempts: self.failed_attempts.clone(),
            identity: Some(identity.clone()),
            localsend: Some(node.clone()),
            texts: Arc::new(FluentTexts),
            secret: self.secret.clone(),
            ..Config::new(folder)
        }))
    }

    /// Tells the receiver what was changed, from the next request on.
    pub(super) fn update_receiver(&self) {
        if let Some(server) = &self.localsend.server {
            let receiving = self.model.localsend_receiving().ok();
            server.set_receiving(Model::LOCALSEND_ACCESS, receiving);
            server.set_privacy(self.model.localsend_privacy());
        }
    }

    /// Becomes visible, although it has failed before; with `port`, on that one.
    pub(super) fn become_visible(&mut self, port: Option<u16>) {
        let model = &mut self.model;
        model.localsend.port = port.or(model.localsend.port);
        model.localsend.failure = None;
        model.settings.localsend = true;
        // The user has read that there is no password.
        model.privacy.is_lost = false;
        if let OwnIdentity::Failed(_) = model.privacy.identity {
            // It may have been repaired.
            self.look_up_identity();
        }
    }

    /// Handles an event of the receiver.
    pub(super) fn receiver_said(&mut self, at: String, event: ServerEvent) {
        match event {
            ServerEvent::Trusted(device) => {
                self.model.trust(device);
                self.set_receiving();
            }
            ServerEvent::Offered(offer) => {
                let device_type = match (offer.by(), self.localsend.node()) {
                    (OfferedBy::LocalSend(identity @ Some(_)), Some(node)) => {
                        let peers = node.peers().all();
                        let peer = peers.iter().find(|peer| peer.identity == identity);
                        peer.map(|peer| peer.device_type)
                    }
                    _ => None,
                };
                self.model.server.offers.add_from(offer, device_type);
            }
            other => {
                if self.model.localsend_event(at, other) {
                    self.localsend.server = None;
                }
            }
        }
    }

    /// Lets the user choose what is sent to a device.
    pub(super) fn send_to_device(&mut self, id: &str, what: Sent) {
        let Some(to) = self.model.localsend_device(id) else {
            return;
        };
        let title = t!("choose-files-to-send", host = to.name());
        match what {
            Sent::Text => {
                self.model.localsend.draft = Some(Draft {
                    to,
                    text: String::new(),
                });
            }
            _ if self.model.dialog_open => {}
            Sent::Files => {
                self.model.dialog_open = true;
                dialogs::pick_files(to, &title, &self.outbox);
            }
            Sent::Folder => {
                self.model.dialog_open = true;
                dialogs::pick_folder_to_send(to, &title, &self.outbox);
            }
        }
    }

    /// Sends the text that was written.
    pub(super) fn send_text(&mut self) {
        let Some(Draft { to, text }) = self.model.localsend.draft.take() else {
            return;
        };
        self.deliver(to, Vec::new(), Some(text));
    }
}

/// Why the receiver cannot start.
fn not_visible(model: &Model) -> Option<Failure> {
    let steps = || vec![Step::BecomeVisible(None)];
    if model.privacy.is_lost && !model.privacy.has_password() {
        let reason = sentence!("localsend-password-lost");
        return Some(Failure {
            reason,
            steps: steps(),
        });
    }
    let why = match &model.privacy.identity {
        OwnIdentity::Failed(why) => why.sentence(),
        OwnIdentity::Loading | OwnIdentity::Known(_) => {
            return model.localsend_receiving().err();
        }
    };
    let (why, hint) = (why.title(), why.hint().unwrap_or_default());
    Some(Failure {
        reason: sentence!("localsend-no-identity", why = why, hint = hint),
        steps: steps(),
    })
}

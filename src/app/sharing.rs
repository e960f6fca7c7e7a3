//! Starts and stops sharing, and shares what is dropped on the window.

use std::time::Instant;

use super::actions::Question;
use super::app::App;
use super::dropped;
use super::model::privacy::OwnIdentity;
use super::model::{Dropped, Sharing};
use crate::sentence;
use crate::settings::Tab;
use landline_engine::server::{Config, Server};

impl App {
    /// Shares what was dropped on the window. A folder that was dropped on the Client tab is where downloads go.
    pub(super) fn dropped(&mut self, dropped: Dropped) {
        let settings = &mut self.model.settings;
        if let (Tab::Client, Dropped::Folder(folder)) = (settings.tab, &dropped) {
            settings.save_to = folder.display().to_string();
            self.model.client.failure = None;
            return;
        }
        settings.tab = Tab::Server;
        if self.server.is_none() {
            self.next_share = Some(dropped);
            self.share_next();
        } else if self.model.is_sharing_all(&dropped) {
            let what = sentence!("shared-already", what = dropped.words());
            self.model.finished.say(what, Instant::now());
            self.model.server.offered = dropped.file();
        } else {
            self.model.question = Some(Question::Share(dropped));
        }
    }

    /// Counts the other files in the folder of a selection.
    pub(super) fn count_folder(&self) {
        if let Some(selection) = &self.model.server.selection {
            let folder = selection.folder.clone();
            dropped::count(folder, self.model.settings.hidden, &self.outbox);
        }
    }

    /// Starts the share that was waiting for the previous one to end.
    pub(super) fn share_next(&mut self) {
        if let Some(dropped) = self.next_share.take() {
            self.model.choose(dropped);
            self.count_folder();
            self.start_sharing();
        }
    }

    pub(super) fn start_sharing(&mut self) {
        if let OwnIdentity::Failed(_) = self.model.privacy.identity {
            // It may have been repaired.
            self.look_up_identity();
        }
        self.begin_sharing();
    }

    /// Starts the share, as soon as it is known who this computer is.
    pub(super) fn begin_sharing(&mut self) {
        if self.server.is_some() {
            return;
        }
        self.model.take_privacy();
        match self.model.share_config() {
            Ok(_) if matches!(self.model.privacy.identity, OwnIdentity::Loading) => {
                self.model.server.failure = None;
                self.model.server.sharing = Sharing::Starting;
                self.model.privacy.is_awaited = true;
            }
            Ok(config) => {
                let config = Config {
                    secret: self.secret.clone(),
                    failed_attempts: self.failed_attempts.clone(),
                    ..config
                };
                self.look_for_firewall(config.port);
                self.next_share = None;
                self.model.settings.shared_selection = config.only.is_some();
                self.model.server.failure = None;
                self.model.server.sharing = Sharing::Starting;
                self.server = Some(Server::start(config, self.outbox.server()));
                self.look_at_receive_folder();
            }
            Err(failure) => {
                self.model.server.sharing = Sharing::Off;
                self.model.server.failure = Some(failure);
            }
        }
    }

    pub(super) fn stop_sharing(&mut self) {
        if let Some(server) = &self.server {
            self.model.server.sharing = Sharing::Stopping;
            server.stop();
        } else if std::mem::take(&mut self.model.privacy.is_awaited) {
            self.model.server.sharing = Sharing::Off;
        }
    }
}

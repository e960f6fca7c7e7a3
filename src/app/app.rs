//! The window's heart: takes in what happened, draws the model, does what the user asks for.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use crossbeam_channel::Sender;
use egui::{Context, TextureHandle, Ui};

use super::actions::{Action, Clicks, Folder};
use super::inbox::{Event, Inbox, Outbox};
use super::keep::Keeper;
use super::model::{Model, Sharing};
use super::{dialogs, fonts, icon, theme, ui};
use crate::awake::Awake;
use crate::client::{Client, Request};
use crate::net::{TransferId, threads};
use crate::sentence;
use crate::server::Server;
use crate::settings;
use crate::t;

/// The program's icon in the colours of both themes.
struct Logos {
    light: TextureHandle,
    dark: TextureHandle,
}

/// The window.
pub(crate) struct App {
    model: Model,
    keeper: Keeper,
    /// Until the window closes.
    awake: Option<Awake>,
    server: Option<Server>,
    client: Option<Client>,
    inbox: Inbox,
    outbox: Outbox,
    logos: Logos,
    /// Clicks that end something.
    ending: Clicks,
    /// Workers that must finish before the program ends hold a clone; ours goes when the window
    /// closes, because eframe may keep the rest of us longer.
    unfinished: Option<Sender<()>>,
}

impl App {
    /// The window with the settings of last time. `unfinished` is cloned into what must finish
    /// before the program ends.
    pub(crate) fn new(
        ctx: &Context,
        model: Model,
        settings_dir: Option<&Path>,
        (inbox, outbox): (Inbox, Outbox),
        unfinished: Sender<()>,
    ) -> Self {
        fonts::install(ctx);
        theme::install(ctx);
        // Until the system says that it wants less motion.
        theme::set_calm(ctx, false);
        let app = Self {
            keeper: Keeper::new(&model, settings_dir, &outbox, &unfinished),
            model,
            awake: Some(Awake::start()),
            server: None,
            client: Some(Client::new(outbox.client())),
            inbox,
            outbox,
            logos: Logos {
                light: icon::texture(ctx, false),
                dark: icon::texture(ctx, true),
            },
            ending: Clicks::default(),
            unfinished: Some(unfinished),
        };
        // Where the system does not say what it likes.
        ctx.options_mut(|options| options.fallback_theme = egui::Theme::Light);
        ctx.set_theme(preference(app.model.settings.theme));
        app
    }

    /// Take in what happened. Draws nothing.
    pub(crate) fn take_in(&mut self, ctx: &Context) {
        let (events, more) = self.inbox.take();
        for event in events {
            self.happened(event);
        }
        let now = Instant::now();
        let again = self.model.sample(now);
        if more {
            ctx.request_repaint();
        } else if let Some(after) = again {
            ctx.request_repaint_after(after);
        }
        if let Some(awake) = &self.awake {
            awake.set(self.model.is_busy(now));
        }
        self.keeper.look_at(&self.model, now);
    }

    /// Draw the window and do what was asked for.
    pub(crate) fn draw(&mut self, ui: &mut Ui) {
        let logo = if ui.visuals().dark_mode {
            &self.logos.dark
        } else {
            &self.logos.light
        };
        let actions = ui::window(ui, &mut self.model, logo);
        for action in actions {
            self.apply(ui.ctx(), action);
        }
        if self.keeper.look_at(&self.model, Instant::now()) {
            ui.ctx().set_theme(preference(self.model.settings.theme));
        }
    }

    fn happened(&mut self, event: Event) {
        match event {
            Event::Server(at, event) => {
                if self.model.server.apply(at, event) {
                    self.server = None;
                }
            }
            Event::Client(event) => self.model.client.apply(event),
            Event::Picked(folder, path) => {
                *self.folder(folder) = path.display().to_string();
            }
            Event::DialogClosed => self.model.dialog_open = false,
            Event::Problem(what) => self.model.notice(what),
        }
    }

    fn folder(&mut self, folder: Folder) -> &mut String {
        match folder {
            Folder::Shared => &mut self.model.settings.folder,
            Folder::SaveTo => &mut self.model.settings.save_to,
        }
    }

    fn apply(&mut self, ctx: &Context, action: Action) {
        match action {
            Action::Show(tab) => self.model.settings.tab = tab,
            Action::Browse(folder) if !self.model.dialog_open => {
                self.model.dialog_open = true;
                let start = PathBuf::from(self.folder(folder).trim());
                dialogs::pick_folder(folder, &start, &t!("choose-folder"), &self.outbox);
            }
            Action::Browse(_) => {}
            Action::Dropped(folder, path) => dialogs::look_at_dropped(folder, path, &self.outbox),
            Action::StartSharing => self.start_sharing(),
            Action::StopSharing => self.stop_sharing(),
            Action::UsePort(port) => {
                self.model.settings.port = port.to_string();
                self.start_sharing();
            }
            Action::AnswerChanged => {
                if let Some(server) = &self.server {
                    server.set_answer(self.model.answer());
                }
            }
            Action::HiddenChanged => {
                if let Some(server) = &self.server {
                    server.set_hidden(self.model.settings.hidden);
                }
            }
            Action::Copy(text) => ctx.copy_text(text),
            Action::Download => self.download_fields(),
            Action::Again(id) => self.go_on(id),
            Action::Pause(id) => self.pause(id),
            Action::PauseAll => {
                for id in self.model.client.transfers.pausable() {
                    self.pause(id);
                }
            }
            Action::ResumeAll => {
                for id in self.model.client.transfers.resumable() {
                    self.go_on(id);
                }
            }
            Action::Cancel(id) => {
                if self.ending.is_meant(Instant::now()) {
                    self.cancel(id);
                }
            }
            Action::Remove(id) => {
                if self.ending.is_meant(Instant::now()) {
                    self.remove(id);
                }
            }
            Action::ClearFinished => self.model.client.transfers.clear_ended(),
            Action::Open(path) => dialogs::open(path, &self.outbox),
            Action::Reveal(path) => dialogs::reveal(path, &self.outbox),
            Action::Say => self.say(),
            Action::DismissNotice => {
                self.model.notices.pop_front();
            }
        }
    }

    fn start_sharing(&mut self) {
        if self.server.is_some() {
            return;
        }
        match self.model.share_config() {
            Ok(config) => {
                self.model.server.failure = None;
                self.model.server.sharing = Sharing::Starting;
                self.server = Some(Server::start(config, self.outbox.server()));
            }
            Err(failure) => self.model.server.failure = Some(failure),
        }
    }

    fn stop_sharing(&mut self) {
        if let Some(server) = &self.server {
            self.model.server.sharing = Sharing::Stopping;
            server.stop();
        }
    }

    fn download_fields(&mut self) {
        self.model.spread_host();
        match self.model.download_request() {
            Ok(request) => {
                self.model.client.failure = None;
                self.download(request);
            }
            Err(failure) => self.model.client.failure = Some(failure),
        }
    }

    /// What was begun and can go on does so in its row, as it is wanted now.
    fn download(&mut self, request: Request) {
        let transfers = &mut self.model.client.transfers;
        if transfers.is_active(&request) {
            let notice = sentence!("downloading-already", name = &request.name);
            self.model.notice(notice);
        } else if let Some(row) = transfers.unfinished_mut(&request) {
            let id = row.transfer.id();
            row.request = Some(request);
            self.go_on(id);
        } else if let Some(client) = &self.client {
            let transfer = client.download(request.clone());
            transfers.add(transfer, Some(request));
        }
    }

    fn go_on(&mut self, id: TransferId) {
        let transfers = &mut self.model.client.transfers;
        let ended = transfers.get(id).filter(|row| !row.is_active());
        let Some((request, before)) = ended.and_then(|row| {
            let before = row.is_unfinished().then(|| Arc::clone(&row.transfer));
            Some((row.again()?, before))
        }) else {
            return;
        };
        if let Some(client) = &self.client {
            let transfer = match before {
                Some(before) => client.go_on(request, &before),
                None => client.download(request),
            };
            transfers.go_on(id, transfer);
        }
    }

    fn pause(&self, id: TransferId) {
        if let Some(client) = &self.client {
            client.pause(id);
        }
    }

    fn cancel(&self, id: TransferId) {
        if let Some(upload) = self.model.server.transfers.get(id) {
            upload.transfer.cancel().cancel();
        } else if let Some(client) = &self.client {
            client.cancel(id);
        }
    }

    fn remove(&mut self, id: TransferId) {
        let request = self.model.client.transfers.remove(id);
        if let (Some(client), Some(request)) = (&self.client, request) {
            client.discard(request);
        }
    }

    fn say(&mut self) {
        self.model.spread_host();
        match (self.model.message(), &self.client) {
            (Ok(said), Some(client)) => {
                self.model.client.failure = None;
                client.say(said.host.clone(), said.port, said.text.clone());
                self.model.client.said(said);
                self.model.client.draft.clear();
            }
            (Err(failure), _) => self.model.client.failure = Some(failure),
            (Ok(_), None) => {}
        }
    }

    /// The window closes: end everything without waiting for it here.
    pub(crate) fn close(&mut self) {
        // First: what runs now is unfinished, however it ends.
        self.keeper.close(&self.model);
        self.awake = None;
        self.client = None;
        let unfinished = self.unfinished.take();
        let Some(server) = self.server.take() else {
            return;
        };
        server.stop();
        let waiting = threads::spawn("closing", move || {
            server.join();
            drop(unfinished);
        });
        if let Err(error) = waiting {
            log::error!("closing: {error}");
        }
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        self.take_in(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.draw(ui);
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.close();
    }

    fn persist_egui_memory(&self) -> bool {
        // Scroll positions of lists that are empty at the next start.
        false
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }
}

fn preference(theme: settings::Theme) -> egui::ThemePreference {
    match theme {
        settings::Theme::System => egui::ThemePreference::System,
        settings::Theme::Light => egui::ThemePreference::Light,
        settings::Theme::Dark => egui::ThemePreference::Dark,
    }
}

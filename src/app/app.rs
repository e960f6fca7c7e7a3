//! The window's heart: takes in what happened, draws the model, does what the user asks for.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::AtomicUsize;
use std::time::{Duration, Instant};

use crossbeam_channel::Sender;
use egui::{Context, TextureHandle, Ui};

use super::actions::{Action, Folder};
use super::inbox::{Event, Inbox, Outbox};
use super::model::{Model, Sharing};
use super::{dialogs, fonts, icon, theme, ui};
use crate::client::{Client, Request};
use crate::net::{TransferId, threads};
use crate::sentence;
use crate::server::Server;
use crate::settings::{self, Saver, Settings};
use crate::t;

/// How often moving transfers are looked at; see [`Model::sample`].
const SAMPLE_EVERY: Duration = Duration::from_millis(100);

/// The program's icon in the colours of both themes.
struct Logos {
    light: TextureHandle,
    dark: TextureHandle,
}

/// The window.
pub(crate) struct App {
    model: Model,
    /// What the settings file holds, as far as we know.
    saved: Settings,
    saver: Option<Saver>,
    server: Option<Server>,
    client: Option<Client>,
    inbox: Inbox,
    outbox: Outbox,
    logos: Logos,
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
        settings_dir: Option<PathBuf>,
        (inbox, outbox): (Inbox, Outbox),
        unfinished: Sender<()>,
    ) -> Self {
        fonts::install(ctx);
        theme::install(ctx);
        let saver = settings_dir.and_then(|dir| start_saver(dir, &outbox, &unfinished));
        let app = Self {
            saved: model.settings.clone(),
            model,
            saver,
            server: None,
            client: Some(Client::new(outbox.client())),
            inbox,
            outbox,
            logos: Logos {
                light: icon::texture(ctx, false),
                dark: icon::texture(ctx, true),
            },
            unfinished: Some(unfinished),
        };
        // Where the system does not say what it likes.
        ctx.options_mut(|options| options.fallback_theme = egui::Theme::Light);
        ctx.set_theme(preference(app.saved.theme));
        app
    }

    /// Take in what happened. Draws nothing.
    pub(crate) fn take_in(&mut self, ctx: &Context) {
        let (events, more) = self.inbox.take();
        for event in events {
            self.happened(event);
        }
        let moving = self.model.sample(Instant::now());
        if more {
            ctx.request_repaint();
        } else if moving {
            ctx.request_repaint_after(SAMPLE_EVERY);
        }
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
        if self.model.settings != self.saved {
            if self.model.settings.theme != self.saved.theme {
                ui.ctx().set_theme(preference(self.model.settings.theme));
            }
            self.saved = self.model.settings.clone();
            if let Some(saver) = &self.saver {
                saver.save(self.saved.clone());
            }
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
            Action::Again(request) => self.download(*request),
            Action::Cancel(id) => self.cancel(id),
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

    fn download(&mut self, request: Request) {
        if let Some(client) = &self.client {
            let transfer = client.download(request.clone());
            self.model.client.transfers.add(transfer, Some(request));
        }
    }

    fn cancel(&mut self, id: TransferId) {
        if let Some(upload) = self.model.server.transfers.get(id) {
            upload.cancel().cancel();
        } else if let Some(client) = &self.client {
            client.cancel(id);
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
        self.client = None;
        self.saver = None;
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

fn start_saver(dir: PathBuf, outbox: &Outbox, unfinished: &Sender<()>) -> Option<Saver> {
    let outbox = outbox.clone();
    let unfinished = unfinished.clone();
    // One complaint is enough: the next change would fail in the same way.
    let complaints = AtomicUsize::new(0);
    let failed = move |error: &io::Error| {
        let _until_the_thread_ends = &unfinished;
        if complaints.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0 {
            let why = error.to_string();
            outbox.send(Event::Problem(sentence!("settings-not-saved", why = why)));
        }
    };
    match Saver::start(dir, failed) {
        Ok((saver, _)) => Some(saver),
        Err(error) => {
            log::error!("settings: {error}");
            None
        }
    }
}

fn preference(theme: settings::Theme) -> egui::ThemePreference {
    match theme {
        settings::Theme::System => egui::ThemePreference::System,
        settings::Theme::Light => egui::ThemePreference::Light,
        settings::Theme::Dark => egui::ThemePreference::Dark,
    }
}

//! The window's main loop: handles events, draws the model, carries out actions.

use std::path::Path;
use std::time::Instant;

use crossbeam_channel::Sender;
use egui::{Context, TextureHandle, Ui};

use super::actions::Clicks;
use super::inbox::{Event, Inbox, Outbox};
use super::localsend::LocalSend;
use super::model::{self, Dropped, Model};
use super::nearby::Nearby;
use super::persistence::Persistence;
use super::system::autostart::Autostart;
use super::system::frames::Frames;
use super::system::taskbar::Taskbar;
use super::viewport::{fills, percent, points, raise};
use super::{fonts, icon, theme, ui};
use crate::settings::{AT_ONCE, ZOOM};
use crate::sleep_inhibitor::SleepInhibitor;
use crate::{settings, text};
use landline_engine::client::{Client, ClientEvent, KnownServers, Limits, Passwords};
use landline_engine::identity::KnownIdentities;
use landline_engine::secret::Secret;
use landline_engine::server::{FailedAttempts, Server, ServerEvent};

/// The icon in the colours of both themes.
struct Logos {
    light: TextureHandle,
    dark: TextureHandle,
}

/// The application.
pub(crate) struct App {
    pub(super) model: Model,
    pub(super) persistence: Persistence,
    /// `None` once the window closes.
    pub(super) sleep_inhibitor: Option<SleepInhibitor>,
    outside: Taskbar,
    frames: Frames,
    /// `None` if the system cannot be told to start the program.
    pub(super) autostart: Option<Autostart>,
    pub(super) server: Option<Server>,
    pub(super) client: Option<Client>,
    /// The key of this installation.
    pub(super) secret: Secret,
    /// Wrong passwords at the share and at the receiver.
    pub(super) failed_attempts: FailedAttempts,
    /// Finds devices and announces the share.
    pub(super) nearby: Nearby,
    /// This computer as a LocalSend device.
    pub(super) localsend: LocalSend,
    inbox: Inbox,
    pub(super) outbox: Outbox,
    logos: Logos,
    /// Clicks on buttons that cancel or remove.
    pub(super) ending: Clicks,
    /// What to share once the previous share has ended.
    pub(super) next_share: Option<Dropped>,
    /// Whether the user has confirmed closing.
    pub(super) closing: bool,
    /// The zoom in the last frame, in percent.
    zoom: u16,
    /// Held by workers that must finish before the program exits; our clone is dropped when the
    /// window closes, because eframe may keep the rest of `App` longer.
    pub(super) unfinished: Option<Sender<()>>,
}

impl App {
    /// The application with its saved settings. `unfinished` is cloned into workers that must
    /// finish before the program exits.
    pub(crate) fn new(
        ctx: &Context,
        model: Model,
        settings_dir: Option<&Path>,
        (inbox, outbox): (Inbox, Outbox),
        unfinished: Sender<()>,
    ) -> Self {
        text::set_language(model.settings.language);
        fonts::install(ctx);
        theme::install(ctx);
        // Until the system asks for reduced motion.
        theme::set_calm(ctx, false);
        let zoom = percent(model.settings.zoom_factor());
        ctx.set_zoom_factor(model.settings.zoom_factor());
        let secret = Secret::of(settings_dir);
        // Read before there is a window, as the settings are.
        let servers = settings_dir.map(|dir| KnownServers {
            identities: KnownIdentities::of(dir),
            passwords: Passwords::of(dir),
            localsend: <_>::default(),
        });
        let client = Client::with_servers(
            outbox.client(),
            Limits::default(),
            secret.clone(),
            servers.unwrap_or_default(),
        );
        let begun_before = model
            .client
            .transfers
            .rows()
            .filter(|row| row.has_bare_record);
        client.trust(begun_before.filter_map(|row| row.request.clone()));
        let mut app = Self {
            persistence: Persistence::new(&model, settings_dir, &outbox, &unfinished),
            model,
            sleep_inhibitor: Some(SleepInhibitor::start()),
            outside: Taskbar::new(),
            frames: Frames::default(),
            autostart: None,
            server: None,
            client: Some(client),
            secret,
            failed_attempts: FailedAttempts::default(),
            nearby: Nearby::new(),
            localsend: LocalSend::default(),
            inbox,
            outbox,
            logos: Logos {
                light: icon::texture(ctx, false),
                dark: icon::texture(ctx, true),
            },
            ending: Clicks::default(),
            next_share: None,
            closing: false,
            zoom,
            unfinished: Some(unfinished),
        };
        ctx.options_mut(|options| options.fallback_theme = usual_theme(None));
        ctx.set_theme(preference(app.model.settings.theme));
        let at_once = &mut app.model.settings.at_once;
        *at_once = (*at_once).clamp(*AT_ONCE.start(), *AT_ONCE.end());
        if let Some(client) = &app.client {
            client.set_at_once((*at_once).into());
        }
        app.discard(app.model.client.transfers.discarding().to_vec());
        app.name_copies();
        app.read_known();
        app.look_up_identity();
        if app.model.shares_at_launch() {
            app.start_sharing();
        }
        app
    }

    /// Sets when the program started.
    pub(crate) fn began(self, at: Instant) -> Self {
        let frames = Frames::since(at);
        Self { frames, ..self }
    }

    /// Sets how the system starts programs.
    pub(crate) fn starting_by(mut self, autostart: Option<Autostart>) -> Self {
        if autostart.is_some() {
            self.model.autostart = model::Autostart::Is(false);
        }
        self.autostart = autostart;
        self
    }

    /// Handles pending events. Draws nothing.
    pub(crate) fn handle_events(&mut self, ctx: &Context) {
        let (events, more) = self.inbox.take();
        for event in events {
            self.handle_event(ctx, event);
        }
        let now = Instant::now();
        let again = self.model.sample(now);
        self.settle_removed(now);
        self.check_password(now);
        if more {
            ctx.request_repaint();
        } else if let Some(after) = again {
            ctx.request_repaint_after(after);
        }
        if let Some(sleep_inhibitor) = &self.sleep_inhibitor {
            sleep_inhibitor.set(self.model.is_busy(now));
        }
        if ctx.input(|input| input.viewport().visible()) == Some(false) {
            self.model.stop_watching();
        }
        self.sync_localsend(ctx, now);
        self.sync_nearby(ctx, now);
        self.ask_before_closing(ctx);
        self.save_changes(ctx, now);
        self.outside.look_at(&mut self.model, ctx, now);
    }

    /// Draws the window and carries out the user's actions.
    pub(crate) fn draw(&mut self, ui: &mut Ui) {
        let logo = if ui.visuals().dark_mode {
            &self.logos.dark
        } else {
            &self.logos.light
        };
        let was_open = self.model.settings_open;
        let actions = ui::window(ui, &mut self.model, logo);
        if let Some(autostart) = &self.autostart
            && self.model.settings_open
            && !was_open
        {
            // Other programs change it, too.
            autostart.read(&self.outbox);
        }
        if self.model.settings_open && !was_open {
            self.read_known();
        }
        self.take_tokens();
        for action in actions {
            self.apply(ui.ctx(), action);
        }
        self.sync_zoom(ui.ctx());
        if self.save_changes(ui.ctx(), Instant::now()) {
            ui.ctx().set_theme(preference(self.model.settings.theme));
            text::set_language(self.model.settings.language);
            self.name_copies();
            // The language may have changed.
            ui.ctx().request_repaint();
        }
    }

    /// Tells the client how to name second copies: by the settings and the language.
    fn name_copies(&self) {
        if let Some(client) = &self.client {
            client.set_copies(self.model.settings.copies.naming());
        }
    }

    /// Saves what has changed, and schedules the next save. Returns whether the settings have
    /// changed.
    fn save_changes(&mut self, ctx: &Context, now: Instant) -> bool {
        let is_new = self.persistence.look_at(&self.model, now);
        if let Some(delay) = self.persistence.delay(&self.model, now) {
            ctx.request_repaint_after(delay);
        }
        is_new
    }

    /// Saves the size of the window.
    fn save_size(&mut self, ctx: &Context) {
        let (size, fills) =
            ctx.input(|input| (input.viewport_rect().size(), fills(input.viewport())));
        if let Some(maximized) = fills {
            let kept = &mut self.model.settings.window;
            kept.maximized = maximized;
            if !maximized {
                (kept.width, kept.height) = (points(size.x), points(size.y));
            }
        }
    }

    /// Synchronises the zoom between the settings and egui; the one that changed last wins.
    fn sync_zoom(&mut self, ctx: &Context) {
        let shown = percent(ctx.zoom_factor());
        let wanted = &mut self.model.settings.zoom;
        if shown != self.zoom {
            self.zoom = shown;
            *wanted = shown;
        }
        *wanted = (*wanted).clamp(*ZOOM.start(), *ZOOM.end());
        let (wanted, factor) = (*wanted, self.model.settings.zoom_factor());
        if wanted != shown {
            ctx.set_zoom_factor(factor);
            self.zoom = wanted;
        }
    }

    fn handle_event(&mut self, ctx: &Context, event: Event) {
        match event {
            Event::Server(_, ServerEvent::Trusted(device)) => {
                self.model.trust(device);
                self.set_receiving();
            }
            Event::Server(at, event) => {
                if self.model.server.apply(at, event) {
                    self.server = None;
                    self.share_next();
                }
            }
            Event::LocalSend(at, event) => self.receiver_said(at, event),
            Event::Client(event) => {
                if self.tries_next_address(&event) {
                    return;
                }
                self.model.remember_host(&event);
                if let ClientEvent::Ended(transfer) = &event {
                    self.model.delivery_ended(transfer, Instant::now());
                }
                let is_listed = matches!(event, ClientEvent::Listed(..));
                self.model.client.apply(event.clone());
                self.heard_of_password(&event);
                if is_listed {
                    self.model.choose_linked();
                }
            }
            Event::Picked(folder, path) => self.picked(folder, path),
            Event::FileToSend(tab, call, path) => self.send_file(tab, call, path),
            Event::FilesToSend(paths, to) => self.send_files(paths, to),
            Event::SaveCall(tab, call, path) => self.save_call(tab, call, path),
            Event::Sockets(found) => self.model.sockets_found(found),
            Event::Dropped(dropped) => self.dropped(dropped),
            Event::FolderCreated(folder, created) => self.folder_created(&folder, created),
            Event::InFolder {
                folder,
                files,
                more,
            } => {
                let selection = self.model.server.selection.as_mut();
                if let Some(selection) = selection.filter(|selection| selection.folder == folder) {
                    selection.in_folder = Some((files, more));
                }
            }
            Event::ReceiveFolder(found) => {
                if self.model.receive_folder_looked_at(found) {
                    self.start_receiver();
                }
            }
            Event::Discarded(requests) => self.model.client.transfers.discarded(&requests),
            Event::DialogClosed => self.model.dialog_open = false,
            Event::Problem(what) => self.model.notice(what),
            Event::Autostart { on, why } => {
                self.model.autostart = model::Autostart::Is(on);
                if let Some(why) = why {
                    self.model.notice(why);
                }
            }
            Event::Raise(raised) => {
                raise(ctx);
                // The channel has room for it.
                let _ = raised.try_send(());
            }
            Event::Nearby(event) => self.model.nearby.found(event),
            Event::Announced(event) => self.model.nearby.announced(Some(event)),
            Event::Diagnosed(number, diagnosis) => {
                if let Some(examination) = &mut self.model.doctor {
                    examination.found(number, diagnosis);
                }
            }
            Event::Known(known) => self.model.set_known(known),
            Event::PasswordSet(host, port) => self.password_set(&host, port),
            Event::IdentityForgotten(host, port) => self.identity_forgotten(&host, port),
            Event::Identity(found) => self.identity_found(found),
            Event::Firewall(found) => self.model.server.firewall = found,
            Event::Appearance { dark, calm } => {
                ctx.options_mut(|options| options.fallback_theme = usual_theme(dark));
                // This pass has already started in the old colours.
                ctx.request_discard("the system looks different");
                theme::set_calm(ctx, calm == Some(true));
            }
        }
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        self.handle_events(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, frame: &mut eframe::Frame) {
        self.frames.begin(frame.info().cpu_usage);
        self.draw(ui);
        self.save_size(ui.ctx());
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.close();
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }
}

/// The theme for *System*, if the system reports it to us rather than to egui.
fn usual_theme(dark: Option<bool>) -> egui::Theme {
    egui::Theme::from_dark_mode(dark == Some(true))
}

fn preference(theme: settings::Theme) -> egui::ThemePreference {
    match theme {
        settings::Theme::System => egui::ThemePreference::System,
        settings::Theme::Light => egui::ThemePreference::Light,
        settings::Theme::Dark => egui::ThemePreference::Dark,
    }
}

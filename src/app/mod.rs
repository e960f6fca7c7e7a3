//! The window: two tabs over the engine, drawn with egui.

mod actions;
#[expect(clippy::module_inception, reason = "the window's App lives in app.rs")]
mod app;
mod apply;
mod calling;
mod cannot_open;
mod closing;
mod dialogs;
mod doctor;
mod dropped;
mod fonts;
mod icon;
mod inbox;
mod known;
mod listing;
mod localsend;
mod model;
mod nearby;
mod new_folder;
mod persistence;
mod privacy;
mod receiving;
mod removing;
mod sending;
mod sharing;
mod symbols;
mod system;
mod theme;
mod ui;
mod viewport;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, bounded};
use egui::ViewportBuilder;

use self::app::App;
pub use self::dialogs::show_error;
use self::inbox::{Event, inbox};
use self::model::Model;
use self::model::history::History;
use self::system::appearance::Appearance;
use self::system::autostart::Autostart;
use self::system::single_instance::{self, Start};
use crate::settings::{Settings, WindowSize};
use crate::share_secrets::ShareSecrets;
use crate::stored::Stored as _;
use crate::text::Sentence;
use crate::{format, sentence, settings};
use landline_engine::threads;

/// The smallest usable size.
const MIN_SIZE: [f32; 2] = [440.0, 520.0];
/// How long the program runs after its window was closed, to shut connections down and save the
/// settings. The window itself included, that is below two seconds.
const CLOSING: Duration = Duration::from_millis(1500);
/// Events are shown in batches: invisible to the eye, but it saves CPU time.
const WAKE_AFTER: Duration = Duration::from_millis(33);

/// Shows the window of a program that started at `began` until it is closed. If a window with the same settings is open
/// already, raises that one instead.
///
/// # Errors
/// There is no display, it cannot draw a window, or a library is missing.
pub fn run(began: Instant) -> Result<(), Sentence> {
    // Loaded now, so that the window need not wait for it later.
    if let Err(error) = threads::spawn("time zone", format::warm_up) {
        log::info!("the time zone is asked for later: {error}");
    }
    let dir = settings::dir();
    let mut instance = match dir.as_deref().map(single_instance::start) {
        Some(Start::Raised) => return Ok(()),
        Some(Start::Window(instance)) => instance,
        None => None,
    };
    let appearance = Appearance::read();
    let model = model(dir.as_deref());
    let (unfinished, finished) = bounded::<()>(0);
    let options = eframe::NativeOptions {
        viewport: ViewportBuilder::default()
            .with_title("Landline")
            .with_app_id("landline")
            .with_icon(icon::for_system())
            .with_inner_size(window_size(&model.settings))
            .with_maximized(model.settings.window.maximized)
            .with_min_inner_size(MIN_SIZE)
            .with_drag_and_drop(true),
        renderer: eframe::Renderer::Glow,
        ..eframe::NativeOptions::default()
    };
    let listening = instance.as_mut();
    let autostart = Autostart::of_system();
    let shown = cannot_open::explained(|opened| {
        eframe::run_native_ext(
            "Landline",
            options,
            Some(context(&model.settings)),
            Box::new(move |cc| {
                let ctx = cc.egui_ctx.clone();
                let boxes = inbox(move || ctx.request_repaint_after(WAKE_AFTER));
                appearance.tell(boxes.1.clone());
                if let Some(instance) = listening {
                    let outbox = boxes.1.clone();
                    instance.listen(move |raised| outbox.send(Event::Raise(raised)));
                }
                let outbox = boxes.1.clone();
                threads::report_panics(move |what| {
                    outbox.send(Event::Problem(sentence!("panicked", what = what)));
                });
                let app = App::new(&cc.egui_ctx, model, dir.as_deref(), boxes, unfinished);
                opened.set(true);
                Ok(Box::new(app.began(began).starting_by(autostart)))
            }),
        )
    });
    wait(&finished);
    // From now on another start opens a window.
    drop(instance);
    shown
}

/// The saved size, but not below the minimum.
fn window_size(settings: &Settings) -> egui::Vec2 {
    let WindowSize { width, height, .. } = settings.window;
    egui::vec2(width.into(), height.into()).max(MIN_SIZE.into())
}

/// A context like eframe's, with the zoom already set, because the window's size is saved in zoomed
/// points.
fn context(settings: &Settings) -> egui::Context {
    let ctx = egui::Context::default();
    ctx.set_embed_viewports(false);
    ctx.options_mut(|options| options.zoom_factor = settings.zoom_factor());
    ctx
}

/// Waits for the last workers. Nothing is sent on this channel: it disconnects when they are done.
#[cfg_attr(
    not(test),
    expect(clippy::disallowed_methods, reason = "the window is gone already")
)]
fn wait(finished: &Receiver<()>) {
    let _ = finished.recv_timeout(CLOSING);
}

/// The system's downloads folder. A Linux without a desktop has no setting for it.
fn downloads(dirs: &directories::UserDirs) -> PathBuf {
    let usual = || dirs.home_dir().join("Downloads");
    dirs.download_dir().map_or_else(usual, Path::to_owned)
}

/// The initial model.
fn model(dir: Option<&Path>) -> Model {
    let dirs = directories::UserDirs::new();
    let mut model = Model {
        home: dirs.as_ref().map(|dirs| dirs.home_dir().to_owned()),
        downloads: dirs.as_ref().map(downloads),
        ..Model::default()
    };
    match dir.map(Settings::load) {
        Some(Ok(settings)) => model.settings = settings.bounded(),
        Some(Err(error)) => {
            log::warn!("the settings were not read: {error}");
            model.notice(sentence!("settings-not-read"));
        }
        None => {}
    }
    match dir.map(ShareSecrets::load) {
        Some(Ok(secrets)) => model.privacy.restore(secrets),
        Some(Err(error)) => {
            // It may quote the file.
            log::warn!("the password of the share was not read: {}", error.kind());
            model.notice(sentence!("password-not-read"));
            model.privacy.is_lost = true;
        }
        None => {}
    }
    match dir.map(History::load) {
        Some(Ok(history)) => history.restore(&mut model.client.transfers),
        Some(Err(error)) => {
            log::warn!("the list of downloads was not read: {error}");
            model.notice(sentence!("downloads-not-read"));
        }
        None => {}
    }
    if model.settings.save_to.is_empty() {
        let downloads = dirs.as_ref().and_then(|dirs| dirs.download_dir());
        let folder = downloads.map(PathBuf::from).or_else(|| model.home.clone());
        model.settings.save_to = folder.unwrap_or_default().display().to_string();
    }
    model
}

//! Tests of the window through its accessibility tree, without a display.

mod batches;
mod browser;
mod browser_menus;
mod callers;
mod calls;
mod client_tab;
mod dialogs;
mod dividers;
mod doctor;
mod downloads;
mod dropping;
mod dropping_folders;
mod failures;
mod flows;
mod focus;
mod following;
mod happenings;
mod identities;
mod keeping;
mod keyboard;
mod layout;
mod line;
mod localsend;
mod long_lists;
mod looks;
mod menus;
mod messages;
mod missing_folder;
mod nearby;
mod one_key;
mod passwords;
mod private_share;
mod qr_code;
mod questions;
mod receiving;
mod row_menus;
mod rows;
mod screen_reader;
mod selecting;
mod sending;
mod server_privacy;
mod server_tab;
mod settings_in_use;
mod shortcuts;
mod states;
mod tab_order;
mod texts;
mod typing;
mod undo;
mod upgrading;
mod words;

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Instant;

use egui::{Event, Key, Modifiers, TextureHandle, Theme, Vec2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::actions::Action;
use super::model::{self, Model};
use super::{fonts, icon, theme, ui};
use crate::settings::Tab;
use crate::text::{Language, set_language};
use landline_engine::error::ClientError;
use landline_engine::transfer::{Direction, Transfer};
use landline_engine::transport::CancelToken;

const USUAL: Vec2 = vec2(980.0, 700.0);
const SMALL: Vec2 = vec2(440.0, 520.0);

/// The error of an interrupted download from `box`.
fn no_answer() -> ClientError {
    ClientError::NoAnswer {
        host: "box".to_owned(),
        port: 8080,
    }
}

/// The window without the engine: shows a model and records actions.
struct Screen {
    model: Model,
    actions: Vec<Action>,
    logo: Option<TextureHandle>,
}

type Window = Harness<'static, Screen>;

fn window(size: Vec2, theme: Theme, model: Model) -> Window {
    let screen = Screen {
        model,
        actions: Vec::new(),
        logo: None,
    };
    let mut harness = Harness::builder()
        .with_size(size)
        .with_theme(theme)
        // The system's fonts for other scripts are unavailable.
        .allow_missing_glyphs()
        .with_max_steps(20)
        .with_context_setup(|ctx| {
            fonts::install(ctx);
            theme::install(ctx);
        })
        .build_ui_state(
            |ui, screen: &mut Screen| {
                // As the program does before it draws.
                screen.model.sample(Instant::now());
                let dark = ui.visuals().dark_mode;
                let logo = screen
                    .logo
                    .get_or_insert_with(|| icon::texture(ui.ctx(), dark));
                let actions = ui::window(ui, &mut screen.model, logo);
                for action in &actions {
                    if let Action::Show(tab) = action {
                        screen.model.settings.tab = *tab;
                    }
                }
                screen.actions.extend(actions);
            },
            screen,
        );
    harness.run();
    harness
}

fn usual(model: Model) -> Window {
    window(USUAL, Theme::Light, model)
}

/// Calls `check` in each language, then switches back to English.
fn in_both_languages(check: impl Fn(Language)) {
    for language in [Language::Chinese, Language::English] {
        set_language(language);
        check(language);
    }
}

/// A model with all fields filled in.
fn filled(tab: Tab) -> Model {
    let mut model = Model::default();
    let settings = &mut model.settings;
    settings.tab = tab;
    settings.folder = "/home/ann/Photos".to_owned();
    settings.host = "192.168.1.5".to_owned();
    settings.file_name = "film 海边.mkv".to_owned();
    settings.save_to = "/home/bo/Downloads".to_owned();
    model
}

fn transfer(direction: Direction, name: &str) -> Arc<Transfer> {
    Arc::new(Transfer::new(
        direction,
        name,
        "192.168.1.9",
        CancelToken::new(),
    ))
}

/// A free port outside of the ephemeral range, never returned twice.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 20_000 + u16::try_from(std::process::id() % 10_000).unwrap();
    loop {
        let port = first + NEXT.fetch_add(1, Ordering::Relaxed);
        if TcpListener::bind(("0.0.0.0", port)).is_ok() {
            return port;
        }
    }
}

fn click(window: &mut Window, name: &str) {
    window.get_by_label(name).click();
    window.run();
}

fn press(window: &mut Window, modifiers: Modifiers, key: Key) {
    window.key_press_modifiers(modifiers, key);
    window.run();
}

/// The name of the focused widget.
fn focused<S>(window: &Harness<'static, S>) -> Option<String> {
    let mut nodes = window.root().children_recursive();
    let node = nodes.find(|node| node.accesskit_node().is_focused())?;
    node.accesskit_node().label()
}

/// Replaces the text of a field by keyboard.
fn type_into(window: &mut Window, name: &str, text: &str) {
    window
        .get_by_role_and_label(egui::accesskit::Role::TextInput, name)
        .click();
    window.run();
    press(window, Modifiers::COMMAND, Key::A);
    window.event(Event::Text(text.to_owned()));
    window.run();
}

/// Drops files on the window, as the system reports it.
fn drop_on<S>(window: &mut Harness<'static, S>, paths: &[PathBuf]) {
    #[derive(Debug)]
    struct Dropped(PathBuf);
    impl egui::DroppedFile for Dropped {
        fn path(&self) -> &Path {
            &self.0
        }
        fn bytes(&self) -> Result<Vec<u8>, String> {
            Err("nobody reads it here".to_owned())
        }
    }
    for path in paths {
        let dropped = Arc::new(Dropped(path.clone()));
        window.input_mut().dropped_files.push(dropped);
    }
    window.step();
}

/// The actions since the last call.
fn asked(window: &mut Window) -> Vec<Action> {
    std::mem::take(&mut window.state_mut().actions)
}

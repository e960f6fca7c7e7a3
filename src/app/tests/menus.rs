//! Context menus, and those of the text fields.

use egui::accesskit::Role;
use egui::{OutputCommand, PointerButton, ViewportCommand, ViewportId};
use egui_kittest::kittest::{By, NodeT as _, Queryable as _};

use super::*;

const FILE: &str = "File name";
const SHARED: &str = "Shared folder";

/// The entries of the open menu with whether they can be chosen.
fn entries(window: &Window) -> Vec<(String, bool)> {
    let Some(menu) = window.query_by_role(Role::Menu) else {
        return Vec::new();
    };
    menu.query_all(By::new().role(Role::MenuItem))
        .map(|node| {
            let node = node.accesskit_node();
            (node.label().unwrap_or_default(), !node.is_disabled())
        })
        .collect()
}

pub(super) fn names(window: &Window) -> Vec<String> {
    entries(window).into_iter().map(|(name, _)| name).collect()
}

/// The names of the entries that can be chosen.
fn possible(window: &Window) -> Vec<String> {
    let entries = entries(window).into_iter();
    entries
        .filter_map(|(name, can)| can.then_some(name))
        .collect()
}

/// Runs until nothing changes; returns what was copied, and how often a paste was requested.
pub(super) fn settle(window: &mut Window) -> (Vec<String>, usize) {
    let (mut copied, mut pastes) = (Vec::new(), 0);
    for _ in 0..4 {
        window.step();
        let output = window.output();
        for command in &output.platform_output.commands {
            if let OutputCommand::CopyText(text) = command {
                copied.push(text.clone());
            }
        }
        let commands = &output.viewport_output[&ViewportId::ROOT].commands;
        let is_paste = |command: &&ViewportCommand| **command == ViewportCommand::RequestPaste;
        pastes += commands.iter().filter(is_paste).count();
    }
    (copied, pastes)
}

fn right_click(window: &mut Window, name: &str) {
    window
        .get_by_role_and_label(Role::TextInput, name)
        .click_button(PointerButton::Secondary);
    window.run();
}

fn choose(window: &mut Window, name: &str) -> (Vec<String>, usize) {
    window.get_by_role_and_label(Role::MenuItem, name).click();
    settle(window)
}

/// A window whose file name is selected.
fn selected() -> Window {
    let mut window = usual(filled(Tab::Client));
    window.get_by_role_and_label(Role::TextInput, FILE).click();
    window.run();
    press(&mut window, Modifiers::COMMAND, Key::A);
    window
}

fn file_name(window: &Window) -> &str {
    &window.state().model.settings.file_name
}

#[test]
fn a_field_has_a_menu_that_acts_on_its_selection() {
    let mut window = selected();
    right_click(&mut window, FILE);
    assert_eq!(names(&window), ["Cut", "Copy", "Paste", "Select all"]);
    assert_eq!(possible(&window), names(&window));
    // The right click has not dropped the selection.
    assert_eq!(choose(&mut window, "Copy").0, ["film 海边.mkv"]);
    assert_eq!(names(&window), [""; 0]);
    right_click(&mut window, FILE);
    assert_eq!(choose(&mut window, "Cut").0, ["film 海边.mkv"]);
    assert_eq!(file_name(&window), "");
    right_click(&mut window, FILE);
    assert_eq!(possible(&window), ["Paste"]);
    let (copied, pastes) = choose(&mut window, "Paste");
    assert_eq!((copied, pastes), (vec![], 1));
    // The pasted text arrives as an event.
    assert_eq!(focused(&window).as_deref(), Some(FILE));
    window.event(Event::Paste("new.txt".to_owned()));
    window.run();
    assert_eq!(file_name(&window), "new.txt");
}

#[test]
fn a_pasted_text_replaces_the_selection() {
    let mut window = selected();
    right_click(&mut window, FILE);
    choose(&mut window, "Paste");
    window.event(Event::Paste("new.txt".to_owned()));
    window.run();
    assert_eq!(file_name(&window), "new.txt");
}

#[test]
fn select_all_selects_the_text() {
    let mut window = usual(filled(Tab::Client));
    right_click(&mut window, FILE);
    assert_eq!(possible(&window), ["Paste", "Select all"]);
    choose(&mut window, "Select all");
    window.event(Event::Text("x".to_owned()));
    window.run();
    assert_eq!(file_name(&window), "x");
}

#[test]
fn a_menu_opens_and_closes_by_keyboard() {
    for (modifiers, key) in [(Modifiers::SHIFT, Key::F10), (Modifiers::NONE, Key::Menu)] {
        let mut window = selected();
        press(&mut window, modifiers, key);
        assert_eq!(focused(&window).as_deref(), Some("Cut"));
        // It does not cover what it is about.
        let field = window.get_by_role_and_label(Role::TextInput, FILE);
        let first = window.get_by_role_and_label(Role::MenuItem, "Cut");
        assert!(first.rect().top() >= field.rect().bottom() - 1.0);
        press(&mut window, Modifiers::NONE, Key::ArrowDown);
        assert_eq!(focused(&window).as_deref(), Some("Copy"));
        press(&mut window, Modifiers::NONE, Key::ArrowUp);
        press(&mut window, Modifiers::NONE, Key::ArrowUp);
        assert_eq!(focused(&window).as_deref(), Some("Select all"));
        press(&mut window, Modifiers::NONE, Key::Escape);
        assert_eq!(names(&window), [""; 0]);
        assert_eq!(focused(&window).as_deref(), Some(FILE));
        // The selection is still there.
        press(&mut window, modifiers, key);
        press(&mut window, Modifiers::NONE, Key::ArrowDown);
        window.key_down(Key::Enter);
        assert_eq!(settle(&mut window).0, ["film 海边.mkv"]);
        assert_eq!(names(&window), [""; 0]);
        assert_eq!(focused(&window).as_deref(), Some(FILE));
        assert_eq!(file_name(&window), "film 海边.mkv");
        assert_eq!(window.state().actions[..], []);
    }
}

#[test]
fn arrow_keys_choose_in_a_menu_opened_by_pointer() {
    let mut window = selected();
    right_click(&mut window, FILE);
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    assert_eq!(focused(&window).as_deref(), Some("Cut"));
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    window.key_down(Key::Space);
    assert_eq!(settle(&mut window).0, ["film 海边.mkv"]);
}

#[test]
fn the_key_that_chooses_an_entry_does_nothing_else() {
    let mut window = usual(filled(Tab::Server));
    // It is drawn after the title, and gets the focus back.
    window.get_by_label("Settings").focus();
    window.run();
    window
        .get(By::new().role(Role::Label).value("Landline"))
        .click_button(PointerButton::Secondary);
    window.run();
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    assert_eq!(focused(&window).as_deref(), Some("Copy"));
    window.key_down(Key::Enter);
    assert_eq!(settle(&mut window).0, ["Landline"]);
    assert_eq!(focused(&window).as_deref(), Some("Settings"));
    assert!(window.query_by_label("Share hidden files").is_none());
}

#[test]
fn the_pointer_moves_the_focus_to_the_entry_below_it() {
    let mut window = selected();
    right_click(&mut window, FILE);
    let paste = window.get_by_role_and_label(Role::MenuItem, "Paste").rect();
    window.hover_at(paste.center());
    window.run();
    assert_eq!(focused(&window).as_deref(), Some("Paste"));
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    assert_eq!(focused(&window).as_deref(), Some("Select all"));
}

#[test]
fn a_second_right_click_moves_the_menu() {
    let mut window = selected();
    let field = window.get_by_role_and_label(Role::TextInput, FILE).rect();
    let mut places = Vec::new();
    for x in [60.0, 20.0] {
        let pos = field.left_center() + vec2(x, 0.0);
        window.hover_at(pos);
        // In one frame, as on a slow machine.
        for pressed in [true, false] {
            window.input_mut().events.push(Event::PointerButton {
                pos,
                button: PointerButton::Secondary,
                pressed,
                modifiers: Modifiers::NONE,
            });
        }
        window.run();
        places.push(
            window
                .get_by_role_and_label(Role::MenuItem, "Cut")
                .rect()
                .left(),
        );
    }
    assert!((places[0] - places[1] - 40.0).abs() < 1.0, "{places:?}");
}

#[test]
fn a_click_elsewhere_closes_a_menu_and_keeps_its_own_focus() {
    let mut window = selected();
    right_click(&mut window, FILE);
    window
        .get_by_role_and_label(Role::TextInput, "Host")
        .click();
    window.run();
    assert_eq!(names(&window), [""; 0]);
    assert_eq!(focused(&window).as_deref(), Some("Host"));
}

#[test]
fn a_field_that_cannot_be_edited_can_be_copied() {
    let mut model = filled(Tab::Server);
    model.server.sharing = crate::app::model::Sharing::Starting;
    let mut window = usual(model);
    right_click(&mut window, SHARED);
    assert_eq!(names(&window), ["Copy"]);
    assert_eq!(choose(&mut window, "Copy").0, ["/home/ann/Photos"]);
}

#[test]
fn an_open_menu_draws_nothing_at_rest() {
    let mut window = selected();
    press(&mut window, Modifiers::SHIFT, Key::F10);
    let output = &window.output().viewport_output[&ViewportId::ROOT];
    assert!(output.repaint_delay > std::time::Duration::from_mins(1));
}

//! Dialogs, the settings panel, and the keyboard focus in them.

use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::*;
use crate::app::actions::Question;
use crate::app::model::{Dropped, Sharing};
use landline_engine::transfer::Protocol;

/// The confirmation for sharing another folder.
pub(super) fn share_instead(folder: &str, now: &str) -> Model {
    let mut model = filled(Tab::Server);
    model.settings.folder = now.to_owned();
    model.server.sharing = Sharing::On {
        addresses: Vec::new(),
        files: None,
    };
    model.question = Some(Question::Share(Dropped::Folder(folder.into())));
    model
}

/// The confirmation for closing with this many active transfers.
pub(super) fn close(downloads: usize, uploads: usize) -> Model {
    let mut model = filled(Tab::Client);
    model.server.sharing = Sharing::On {
        addresses: Vec::new(),
        files: None,
    };
    let begin = |direction, number| {
        let one = transfer(direction, &format!("file {number}"));
        one.start(Protocol::Http, Some(100));
        one
    };
    for number in 0..downloads {
        let one = begin(Direction::Download, number);
        model.client.transfers.add(one, None);
    }
    for number in 0..uploads {
        let one = begin(Direction::Upload, number);
        model.server.transfers.add(one, None);
    }
    model.question = Some(Question::Close);
    model
}

/// Handles the answer like the program.
fn answered(window: &mut Window) -> Vec<Action> {
    window.state_mut().model.question = None;
    window.run();
    asked(window)
}

#[test]
fn a_confirmation_explains_the_consequences() {
    for (downloads, uploads, words) in [
        (1, 0, "1 download will be paused; you can resume it later."),
        (
            3,
            0,
            "3 downloads will be paused; you can resume them later.",
        ),
        (
            0,
            1,
            "1 transfer with another computer will be interrupted.",
        ),
        (
            3,
            2,
            "3 downloads will be paused; you can resume them later. 2 transfers with other computers will be interrupted.",
        ),
    ] {
        let window = usual(close(downloads, uploads));
        let dialog = window.get_by_role_and_label(Role::AlertDialog, "Close Landline now?");
        let dialog = dialog.accesskit_node();
        assert_eq!(dialog.description().as_deref(), Some(words));
        assert!(dialog.is_modal());
        window.get_by_label(words);
    }
}

#[test]
fn a_confirmation_is_answered_by_enter_escape_and_its_buttons() {
    for (key, answer) in [(Key::Enter, true), (Key::Escape, false)] {
        let mut window = usual(close(1, 0));
        press(&mut window, Modifiers::NONE, key);
        assert_eq!(answered(&mut window), [Action::Answer(answer)]);
    }
    for (name, answer) in [("Share it", true), ("Keep current folder", false)] {
        let mut window = usual(share_instead("/new", "/old"));
        click(&mut window, name);
        assert_eq!(answered(&mut window), [Action::Answer(answer)]);
        // The same by keyboard.
        let mut window = usual(share_instead("/new", "/old"));
        let steps = (0..3).find(|_| {
            press(&mut window, Modifiers::NONE, Key::Tab);
            focused(&window).as_deref() == Some(name)
        });
        assert!(steps.is_some(), "{name}");
        press(&mut window, Modifiers::NONE, Key::Space);
        assert_eq!(answered(&mut window), [Action::Answer(answer)]);
    }
}

#[test]
fn enter_activates_the_focused_button() {
    let mut window = usual(close(1, 0));
    press(&mut window, Modifiers::NONE, Key::Tab);
    assert_eq!(focused(&window).as_deref(), Some("Keep open"));
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(answered(&mut window), [Action::Answer(false)]);
}

#[test]
fn a_confirmation_traps_and_restores_the_focus() {
    let mut window = usual(filled(Tab::Client));
    window
        .get_by_role_and_label(Role::TextInput, "Save to")
        .focus();
    window.run();
    window.state_mut().model.question = Some(Question::Close);
    window.run();
    let mut walked = vec![focused(&window).unwrap()];
    for modifiers in [Modifiers::NONE, Modifiers::NONE, Modifiers::SHIFT] {
        press(&mut window, modifiers, Key::Tab);
        walked.push(focused(&window).unwrap());
    }
    assert_eq!(walked, ["Close", "Keep open", "Close", "Keep open"]);
    // Keys do not reach the widgets behind it.
    press(&mut window, Modifiers::COMMAND, Key::Num1);
    window.event(Event::Text("x".to_owned()));
    window.run();
    assert_eq!(window.state().model.settings.save_to, "/home/bo/Downloads");
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!(answered(&mut window), [Action::Answer(false)]);
    assert_eq!(focused(&window).as_deref(), Some("Save to"));
}

#[test]
fn the_settings_panel_takes_and_restores_the_focus() {
    let mut window = usual(filled(Tab::Server));
    window.get_by_label("Settings").focus();
    window.run();
    press(&mut window, Modifiers::NONE, Key::Enter);
    let dialog = window.get_by_role_and_label(Role::Dialog, "Settings");
    assert!(dialog.accesskit_node().is_modal());
    assert_eq!(focused(&window).as_deref(), Some("Close settings"));
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(!window.state().model.settings_open);
    assert!(window.query_by_role(Role::Dialog).is_none());
    assert_eq!(focused(&window).as_deref(), Some("Settings"));
    // By shortcut without a focus, and closed by its own button.
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!(focused(&window), None);
    press(&mut window, Modifiers::COMMAND, Key::Comma);
    press(&mut window, Modifiers::NONE, Key::Space);
    assert!(!window.state().model.settings_open);
    assert_eq!(focused(&window).as_deref(), Some("Settings"));
    // By shortcut from a field: the focus returns to the field.
    let field = window.get_by_role_and_label(Role::TextInput, "Port");
    field.focus();
    window.run();
    press(&mut window, Modifiers::COMMAND, Key::Comma);
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!(focused(&window).as_deref(), Some("Port"));
}

#[test]
fn the_pointer_leaves_no_focus_ring() {
    let mut window = usual(filled(Tab::Server));
    click(&mut window, "Settings");
    assert_eq!(focused(&window), None);
    click(&mut window, "Close settings");
    assert!(!window.state().model.settings_open);
    assert_eq!(focused(&window), None);
}

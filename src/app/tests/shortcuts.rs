//! Every shortcut works, and a tooltip names it.

use egui::KeyboardShortcut;
use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::browser::{looking, opened};
use super::*;
use crate::app::actions::{Folder, Question};
use crate::app::ui::keys;

fn use_shortcut(window: &mut Window, shortcut: KeyboardShortcut) -> Vec<Action> {
    asked(window);
    press(window, shortcut.modifiers, shortcut.logical_key);
    asked(window)
}

/// The Client tab in a remote folder.
fn in_a_folder() -> Window {
    usual(looking("照片/2024", &["a.jpg", "b.jpg"]))
}

#[test]
fn every_shortcut_works() {
    let mut window = in_a_folder();
    let window = &mut window;
    assert_eq!(
        use_shortcut(window, keys::BROWSE),
        [Action::Browse(Folder::SaveTo)]
    );
    assert_eq!(use_shortcut(window, keys::REFRESH), [Action::Refresh]);
    assert_eq!(use_shortcut(window, keys::ABOVE), [opened("照片")]);
    assert_eq!(use_shortcut(window, keys::FILTER), []);
    assert_eq!(focused(window).as_deref(), Some("Filter"));
    assert_eq!(
        use_shortcut(window, keys::SERVER),
        [Action::Show(Tab::Server)]
    );
    assert_eq!(
        use_shortcut(window, keys::BROWSE),
        [Action::Browse(Folder::Shared)]
    );
    // No effect without the widget.
    for shortcut in [keys::REFRESH, keys::ABOVE, keys::FILTER] {
        assert_eq!(use_shortcut(window, shortcut), [], "{shortcut:?}");
    }
    assert_eq!(
        use_shortcut(window, keys::CLIENT),
        [Action::Show(Tab::Client)]
    );
    assert_eq!(
        use_shortcut(window, keys::SERVER),
        [Action::Show(Tab::Server)]
    );
    // Also from the other tab.
    assert_eq!(
        use_shortcut(window, keys::HOST),
        [Action::Show(Tab::Client)]
    );
    assert_eq!(focused(window).as_deref(), Some("Host"));
    assert_eq!(use_shortcut(window, keys::SETTINGS), []);
    assert!(window.state().model.settings_open);
}

#[test]
fn a_dialog_gets_all_keys() {
    for in_front in ["settings", "question"] {
        let mut model = looking("照片/2024", &["a.jpg"]);
        model.settings_open = in_front == "settings";
        model.question = (in_front == "question").then_some(Question::Close);
        let mut window = usual(model);
        for shortcut in [
            keys::SERVER,
            keys::CLIENT,
            keys::BROWSE,
            keys::HOST,
            keys::FILTER,
            keys::REFRESH,
            keys::ABOVE,
            keys::SETTINGS,
        ] {
            let actions = use_shortcut(&mut window, shortcut);
            assert_eq!(actions, [], "{shortcut:?} behind the {in_front}");
        }
        let model = &window.state().model;
        assert_eq!(model.settings_open, in_front == "settings");
    }
}

/// The description that a screen reader announces, which is the tooltip.
fn tooltip(window: &Window, role: Role, name: &str) -> String {
    let node = window.get_by_role_and_label(role, name);
    let tip = node.accesskit_node().description();
    tip.unwrap_or_default()
}

#[test]
fn tooltips_name_the_shortcuts() {
    let window = in_a_folder();
    for (role, name, shortcut) in [
        (Role::Button, "Server", keys::SERVER),
        (Role::Button, "Client", keys::CLIENT),
        (Role::Button, "Settings", keys::SETTINGS),
        (Role::Button, "Browse…", keys::BROWSE),
        (Role::TextInput, "Host", keys::HOST),
        (Role::TextInput, "Filter", keys::FILTER),
        (Role::Button, "Refresh", keys::REFRESH),
        (Role::Button, "Parent folder", keys::ABOVE),
    ] {
        let keys = window.ctx.format_shortcut(&shortcut);
        let tip = tooltip(&window, role, name);
        assert!(tip.ends_with(&format!("({keys})")), "{name}: {tip:?}");
    }
    let window = usual(filled(Tab::Server));
    let keys = window.ctx.format_shortcut(&keys::BROWSE);
    let tip = tooltip(&window, Role::Button, "Browse…");
    assert!(tip.ends_with(&format!("({keys})")), "{tip:?}");
}

#[test]
fn tooltips_match_the_descriptions() {
    let mut window = in_a_folder();
    window.get_by_label("Refresh").hover();
    window.run();
    let tip = tooltip(&window, Role::Button, "Refresh");
    let shown = window.get_all_by_label(&tip);
    assert_eq!(shown.count(), 1, "{tip}");
}

#[test]
fn the_zoom_changes_by_keyboard() {
    use egui::gui_zoom::kb_shortcuts::{ZOOM_IN, ZOOM_OUT, ZOOM_RESET};
    let mut window = in_a_folder();
    let mut zoom = |shortcut: KeyboardShortcut| {
        press(&mut window, shortcut.modifiers, shortcut.logical_key);
        window.ctx.zoom_factor()
    };
    assert!(zoom(ZOOM_IN) > 1.0);
    assert!((zoom(ZOOM_RESET) - 1.0).abs() < f32::EPSILON);
    assert!(zoom(ZOOM_OUT) < 1.0);
}

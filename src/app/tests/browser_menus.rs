//! The context menus of the files on another computer, and downloading a whole folder.

use egui::PointerButton;
use egui::accesskit::Role;
use egui_kittest::kittest::{By, NodeT as _, Queryable as _};

use super::browser::{looking, opened, place};
use super::*;

fn files() -> Window {
    usual(looking(
        "照片/a b",
        &["Photos/", "a.txt", "caf\u{10fee9}.txt", "z#.iso"],
    ))
}

fn right_click(window: &mut Window, name: &str) {
    window
        .get_by_role_and_label(Role::ListBoxOption, name)
        .click_button(PointerButton::Secondary);
    window.run();
}

/// The entries of the open menu.
fn entries(window: &Window) -> Vec<String> {
    let Some(menu) = window.query_by_role(Role::Menu) else {
        return Vec::new();
    };
    let entries = menu.query_all(By::new().role(Role::MenuItem));
    entries
        .filter_map(|node| node.accesskit_node().label())
        .collect()
}

/// Chooses an entry; returns what the user asked for with it.
fn choose(window: &mut Window, name: &str) -> Vec<Action> {
    window.get_by_role_and_label(Role::MenuItem, name).click();
    window.run();
    assert_eq!(entries(window), [""; 0]);
    asked(window)
}

fn chosen(window: &Window) -> usize {
    window.state().model.client.browse.chosen().0
}

/// The action that downloads these names from there.
fn taken(names: &[&str]) -> Action {
    let names = names.iter().map(|&name| name.to_owned()).collect();
    Action::DownloadFrom(place("照片/a b"), names)
}

#[test]
fn a_right_click_selects_the_row_and_acts_on_it() {
    let mut window = files();
    click(&mut window, "z#.iso");
    right_click(&mut window, "a.txt");
    assert_eq!(entries(&window), ["Download", "Copy link", "Copy name"]);
    assert_eq!(window.state().model.settings.file_name, "照片/a b/a.txt");
    assert_eq!(
        choose(&mut window, "Download"),
        [taken(&["照片/a b/a.txt"])]
    );
    right_click(&mut window, "Photos");
    assert_eq!(entries(&window)[0], "Open");
    assert_eq!(choose(&mut window, "Open"), [opened("照片/a b/Photos")]);
    right_click(&mut window, "z#.iso");
    let link = "http://192.168.1.5:8080/%E7%85%A7%E7%89%87/a%20b/z%23.iso";
    assert_eq!(
        choose(&mut window, "Copy link"),
        [Action::Copy(link.to_owned())]
    );
    right_click(&mut window, "caf\u{fffd}.txt");
    let link = "http://192.168.1.5:8080/%E7%85%A7%E7%89%87/a%20b/caf%E9.txt";
    assert_eq!(
        choose(&mut window, "Copy link"),
        [Action::Copy(link.to_owned())]
    );
    right_click(&mut window, "Photos");
    let name = Action::Copy("Photos".to_owned());
    assert_eq!(choose(&mut window, "Copy name"), [name]);
}

#[test]
fn a_right_click_on_the_selection_acts_on_all_of_it() {
    let mut window = files();
    click(&mut window, "Photos");
    press(&mut window, Modifiers::SHIFT, Key::ArrowDown);
    right_click(&mut window, "a.txt");
    assert_eq!((chosen(&window), entries(&window).len()), (2, 3));
    let both = taken(&["照片/a b/Photos/", "照片/a b/a.txt"]);
    assert_eq!(choose(&mut window, "Download"), [both]);
    right_click(&mut window, "Photos");
    let names = Action::Copy("Photos\na.txt".to_owned());
    assert_eq!(choose(&mut window, "Copy names"), [names]);
    // Escape closes the menu, then clears the selection.
    right_click(&mut window, "Photos");
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!((chosen(&window), entries(&window).len()), (2, 0));
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!(chosen(&window), 0);
}

#[test]
fn the_menus_open_by_keyboard() {
    for (modifiers, key) in [(Modifiers::SHIFT, Key::F10), (Modifiers::NONE, Key::Menu)] {
        let mut window = files();
        window.get_by_role(Role::ListBox).focus();
        window.run();
        press(&mut window, modifiers, key);
        assert_eq!(entries(&window), ["Refresh", "Download this folder"]);
        press(&mut window, Modifiers::NONE, Key::Escape);
        press(&mut window, Modifiers::NONE, Key::ArrowDown);
        press(&mut window, Modifiers::NONE, Key::ArrowDown);
        press(&mut window, modifiers, key);
        assert_eq!(entries(&window), ["Download", "Copy link", "Copy name"]);
        // It opens below its row.
        let row = window.get_by_role_and_label(Role::ListBoxOption, "a.txt");
        let first = window.get_by_role_and_label(Role::MenuItem, "Download");
        let gap = first.rect().top() - row.rect().bottom();
        assert!((0.0..12.0).contains(&gap), "{gap}");
        press(&mut window, Modifiers::NONE, Key::Enter);
        assert_eq!(asked(&mut window), [taken(&["照片/a b/a.txt"])]);
        // The keyboard is back in the list.
        press(&mut window, Modifiers::NONE, Key::End);
        assert_eq!(window.state().model.settings.file_name, "照片/a b/z#.iso");
    }
}

#[test]
fn the_whole_folder_can_be_downloaded() {
    for (path, name) in [("照片/a b", "照片/a b/"), ("", "/")] {
        for size in [USUAL, SMALL] {
            let model = looking(path, &["Photos/", "a.txt"]);
            let mut window = window(size, Theme::Light, model);
            click(&mut window, "Download this folder");
            let all = Action::DownloadFrom(place(path), vec![name.to_owned()]);
            assert_eq!(asked(&mut window), [all]);
        }
    }
    let window = usual(looking("", &[]));
    let button = window.get_by_label("Download this folder");
    assert!(button.accesskit_node().is_disabled());
}

#[test]
fn the_space_beside_the_rows_belongs_to_the_folder() {
    let mut window = files();
    click(&mut window, "a.txt");
    let last = window.get_by_role_and_label(Role::ListBoxOption, "z#.iso");
    let space = last.rect().center() + egui::vec2(0.0, 60.0);
    let header = window.get_by_label_contains("1 selected");
    let header = header.rect().center() + egui::vec2(20.0, 0.0);
    let press_at = |window: &mut Window, pos, button| {
        for pressed in [true, false] {
            window.event(Event::PointerMoved(pos));
            window.event(Event::PointerButton {
                pos,
                button,
                pressed,
                modifiers: Modifiers::NONE,
            });
            window.step();
        }
        window.run();
    };
    for at in [space, header] {
        press_at(&mut window, at, PointerButton::Secondary);
        assert_eq!(entries(&window), ["Refresh", "Download this folder"]);
        assert_eq!(choose(&mut window, "Refresh"), [Action::Refresh]);
        assert_eq!(chosen(&window), 1);
    }
    press_at(&mut window, space, PointerButton::Primary);
    assert_eq!(chosen(&window), 0);
    assert_eq!(window.state().model.settings.file_name, "");
}

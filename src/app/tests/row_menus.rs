//! The context menus of transfer rows.

use egui::PointerButton;
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;

use super::downloads::{in_every_state, request, saved};
use super::menus::names;
use super::*;
use landline_engine::client::Request;
use landline_engine::transfer::{Checked, Outcome, Protocol, TransferId};

const TALL: Vec2 = vec2(980.0, 2_600.0);

fn shown() -> Window {
    let mut model = filled(Tab::Client);
    in_every_state(&mut model);
    window(TALL, Theme::Light, model)
}

fn id(window: &Window, name: &str) -> TransferId {
    let mut rows = window.state().model.client.transfers.rows();
    let row = rows.find(|row| row.transfer.name() == name).unwrap();
    row.transfer.id()
}

/// Opens the menu of the row with this name.
fn open(window: &mut Window, name: &str) {
    let label = window.get_all_by_label(name).next().unwrap();
    label.click_button(PointerButton::Secondary);
    window.run();
}

fn choose(window: &mut Window, entry: &str) -> Vec<Action> {
    window.get_by_role_and_label(Role::MenuItem, entry).click();
    window.run();
    asked(window)
}

#[test]
fn each_row_offers_what_can_be_done_with_it() {
    let mut window = shown();
    for (row, wanted) in [
        (
            "moving",
            &[
                "Pause",
                "Show the connection",
                "Copy link",
                "Copy name",
                "Cancel",
            ][..],
        ),
        (
            "cut",
            &[
                "Pause",
                "Show the connection",
                "Copy error text",
                "Copy link",
                "Copy name",
                "Cancel",
            ],
        ),
        (
            "checked",
            &[
                "Open",
                "Show in folder",
                "Show the connection",
                "Download again",
                "Copy link",
                "Copy name",
                "Remove",
            ],
        ),
        (
            "paused",
            &[
                "Resume",
                "Show the connection",
                "Copy link",
                "Copy name",
                "Remove",
            ],
        ),
        (
            "failed",
            &[
                "Find out why",
                "Try again",
                "Show the connection",
                "Copy error text",
                "Copy link",
                "Copy name",
                "Remove",
            ],
        ),
        (
            "photos/",
            &[
                "Retry failed",
                "Show in folder",
                "Show the connection",
                "Copy link",
                "Copy name",
                "Remove",
            ],
        ),
    ] {
        open(&mut window, row);
        assert_eq!(names(&window), wanted, "{row}");
        press(&mut window, Modifiers::NONE, Key::Escape);
        assert!(names(&window).is_empty() && asked(&mut window).is_empty());
    }
}

#[test]
fn what_is_chosen_is_done_to_that_row() {
    let mut window = shown();
    let moving = id(&window, "moving");
    let checked = id(&window, "checked");
    for (row, entry, wanted) in [
        ("moving", "Pause", Action::Pause(moving)),
        ("moving", "Cancel", Action::Cancel(moving)),
        ("checked", "Download again", Action::Again(checked)),
        ("checked", "Remove", Action::Remove(checked)),
        ("checked", "Copy name", Action::Copy("checked".to_owned())),
        (
            "checked",
            "Copy link",
            Action::Copy("http://box:8080/checked".to_owned()),
        ),
    ] {
        open(&mut window, row);
        assert_eq!(choose(&mut window, entry), [wanted], "{entry}");
        assert!(names(&window).is_empty());
    }
    open(&mut window, "failed");
    let copied = choose(&mut window, "Copy error text");
    assert!(
        matches!(&copied[..], [Action::Copy(why)] if why.starts_with("box refused")),
        "{copied:?}"
    );
}

/// A window with one download.
fn moving() -> (Window, Arc<Transfer>) {
    let mut model = filled(Tab::Client);
    let one = transfer(Direction::Download, "moving");
    one.start(Protocol::Http, Some(100));
    let transfers = &mut model.client.transfers;
    transfers.add(Arc::clone(&one), Some(request("moving")));
    (usual(model), one)
}

fn save(one: &Transfer) {
    one.end(Outcome::Saved(saved("moving", Checked::Nothing)));
}

#[test]
fn a_menu_whose_entries_change_closes_and_does_nothing() {
    // The frame in which the entries change has the press, the release, or both.
    for change in 0..3 {
        let (mut window, one) = moving();
        open(&mut window, "moving");
        let pause = window.get_by_role_and_label(Role::MenuItem, "Pause").rect();
        window.hover_at(pause.center());
        window.run();
        for (at, pressed) in [true, false].into_iter().enumerate() {
            if at == change {
                save(&one);
            }
            window.input_mut().events.push(Event::PointerButton {
                pos: pause.center(),
                button: PointerButton::Primary,
                pressed,
                modifiers: Modifiers::NONE,
            });
            if change < 2 {
                window.step();
            }
        }
        if change == 2 {
            save(&one);
        }
        window.run();
        assert_eq!(asked(&mut window), [], "{change}");
        assert!(names(&window).is_empty());
        open(&mut window, "moving");
        assert_eq!(names(&window)[0], "Open");
        let opened = choose(&mut window, "Open");
        assert!(matches!(opened[..], [Action::Open(_)]), "{opened:?}");
    }
}

#[test]
fn a_key_does_nothing_in_a_menu_whose_entries_change() {
    for key in [Key::Enter, Key::Space] {
        for by_key in [true, false] {
            let (mut window, one) = moving();
            window.get_by_label("Pause moving").focus();
            window.run();
            if by_key {
                press(&mut window, Modifiers::SHIFT, Key::F10);
            } else {
                open(&mut window, "moving");
                press(&mut window, Modifiers::NONE, Key::ArrowDown);
            }
            assert_eq!(focused(&window).as_deref(), Some("Pause"));
            save(&one);
            press(&mut window, Modifiers::NONE, key);
            assert_eq!(asked(&mut window), [], "{key:?}");
            assert!(names(&window).is_empty());
        }
    }
}

#[test]
fn the_keyboard_opens_the_menu_of_the_row_with_the_focus() {
    for (modifiers, key) in [(Modifiers::SHIFT, Key::F10), (Modifiers::NONE, Key::Menu)] {
        let mut window = shown();
        window.get_by_label("Resume paused").focus();
        window.run();
        press(&mut window, modifiers, key);
        assert_eq!(names(&window)[0], "Resume");
        assert_eq!(focused(&window).as_deref(), Some("Resume"));
        for _ in 0..2 {
            press(&mut window, Modifiers::NONE, Key::ArrowDown);
        }
        press(&mut window, Modifiers::NONE, Key::Enter);
        let link = "http://box:8080/paused".to_owned();
        assert_eq!(asked(&mut window), [Action::Copy(link)]);
        assert_eq!(focused(&window).as_deref(), Some("Resume paused"));
    }
}

#[test]
fn a_link_is_percent_encoded() {
    let request = Request {
        host: "fe80::1%eth0".to_owned(),
        query: Some("v=1".to_owned()),
        ..request("海 边/50%.mkv")
    };
    let wanted = "http://[fe80::1%25eth0]:8080/%E6%B5%B7%20%E8%BE%B9/50%25.mkv?v=1";
    assert_eq!(request.url(), wanted);
}

#[test]
fn uploads_have_a_menu_too() {
    let mut model = filled(Tab::Server);
    let [film, notes] = ["film.mkv", "notes.txt"].map(|name| {
        let one = transfer(Direction::Upload, name);
        one.start(Protocol::Http, Some(100));
        model.server.transfers.add(Arc::clone(&one), None);
        one
    });
    notes.end(Outcome::Sent);
    let mut window = usual(model);
    open(&mut window, "film.mkv");
    assert_eq!(
        names(&window),
        ["Show the connection", "Copy name", "Cancel"]
    );
    assert_eq!(choose(&mut window, "Cancel"), [Action::Cancel(film.id())]);
    open(&mut window, "notes.txt");
    assert_eq!(
        names(&window),
        ["Show the connection", "Copy name", "Remove"]
    );
    assert_eq!(choose(&mut window, "Remove"), [Action::Remove(notes.id())]);
}

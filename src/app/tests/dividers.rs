//! The dividers between lists.

use egui::accesskit::Role;
use egui::{CursorIcon, Rect};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::downloads::request;
use super::*;
use crate::app::model::Sharing;
use crate::app::model::log::{Line, What};

const FILES: &str = "Divider between the files and the downloads";
const LOG: &str = "Divider between the transfers and the log";

/// A remote folder above many downloads.
fn client(size: Vec2) -> Window {
    let mut model = super::browser::looking("", &["a.txt", "b.txt"]);
    let all = (0..40).map(|number| {
        let one = transfer(Direction::Download, &format!("film {number}"));
        let request = request(one.name());
        (one, Some(request))
    });
    model.client.transfers.add_all(all.collect::<Vec<_>>());
    model.client.transfers.sample(Instant::now());
    window(size, Theme::Light, model)
}

fn server(size: Vec2) -> Window {
    let mut model = filled(Tab::Server);
    model.server.sharing = Sharing::Starting;
    for number in 0..40 {
        model.server.log.add(Line {
            at: "12:03:22".to_owned(),
            peer: None,
            what: What::Message(number.to_string()),
        });
    }
    window(size, Theme::Light, model)
}

fn place(window: &Window, name: &str) -> Rect {
    window.get_by_role_and_label(Role::Splitter, name).rect()
}

fn value(window: &Window, name: &str) -> f64 {
    let divider = window.get_by_role_and_label(Role::Splitter, name);
    divider.accesskit_node().numeric_value().unwrap()
}

/// Drags the divider down by `points`.
fn drag(window: &mut Window, name: &str, points: f32) {
    let from = place(window, name).center();
    let to = from + vec2(0.0, points);
    window.hover_at(from);
    window.run();
    window.drag_at(from);
    window.run();
    for part in [0.5, 1.0] {
        window.hover_at(from.lerp(to, part));
        window.run();
    }
    window.drop_at(to);
    window.run();
}

#[test]
fn dragging_moves_the_divider_and_a_double_click_resets_it() {
    for (mut window, name) in [(client(USUAL), FILES), (server(USUAL), LOG)] {
        let before = place(&window, name);
        let fraction = value(&window, name);
        drag(&mut window, name, -15.0);
        let after = place(&window, name);
        assert!(
            (after.top() - before.top() + 15.0).abs() <= 1.0,
            "{before} {after}"
        );
        assert!(value(&window, name) < fraction);
        window.hover_at(after.center());
        window.run();
        assert_eq!(
            window.output().platform_output.cursor_icon,
            CursorIcon::ResizeVertical
        );
        for _ in 0..2 {
            // A frame takes a quarter of a second in tests.
            let now = window.ctx.input(|input| input.time);
            window.get_by_role_and_label(Role::Splitter, name).click();
            window.input_mut().time = Some(now + 0.01);
            window.step();
        }
        window.run();
        assert_eq!(place(&window, name), before);
        let settings = &window.state().model.settings;
        assert_eq!(
            (settings.files_share, settings.transfers_share),
            (None, None)
        );
    }
}

#[test]
fn each_list_keeps_a_minimum_height() {
    for (mut window, name) in [(client(USUAL), FILES), (server(USUAL), LOG)] {
        drag(&mut window, name, -2000.0);
        let top = place(&window, name);
        assert!(top.top() > 300.0, "{top}");
        drag(&mut window, name, 2000.0);
        let bottom = place(&window, name);
        assert!(
            bottom.bottom() < USUAL.y - 80.0 && bottom.top() > top.top() + 50.0,
            "{bottom}"
        );
        // A drag back starts at the pointer, not beyond the limit.
        drag(&mut window, name, -20.0);
        assert!((place(&window, name).top() - bottom.top() + 20.0).abs() <= 1.0);
    }
}

#[test]
fn keys_move_the_divider() {
    for (mut window, name) in [(client(USUAL), FILES), (server(USUAL), LOG)] {
        drag(&mut window, name, 10.0);
        let before = place(&window, name).top();
        window.get_by_role_and_label(Role::Splitter, name).focus();
        window.run();
        press(&mut window, Modifiers::NONE, Key::ArrowUp);
        assert!((place(&window, name).top() - before + 16.0).abs() <= 1.0);
        press(&mut window, Modifiers::NONE, Key::ArrowDown);
        assert!((place(&window, name).top() - before).abs() <= 1.0);
        press(&mut window, Modifiers::NONE, Key::Home);
        let first = place(&window, name).top();
        press(&mut window, Modifiers::NONE, Key::End);
        assert!(first < before && place(&window, name).top() > before);
        // The keys go to the divider, and Tab leaves it.
        assert_eq!(focused(&window).as_deref(), Some(name));
        press(&mut window, Modifiers::NONE, Key::Tab);
        assert_ne!(focused(&window).as_deref(), Some(name));
    }
}

#[test]
fn a_position_holds_in_windows_of_any_size() {
    for share in [0, 300, 500, 700, 1000, u16::MAX] {
        for size in [SMALL, vec2(500.0, 720.0), USUAL, vec2(1600.0, 1000.0)] {
            let mut window = client(size);
            window.state_mut().model.settings.files_share = Some(share);
            window.run();
            let list = window.get_by_role(Role::ListBox).rect();
            assert!(list.height() > 75.0, "{size} {share} {list}");
            let downloads = window.get_by_label("Downloads").rect();
            assert!(downloads.top() > list.bottom(), "{size} {share}");
            if size.y >= 1000.0 {
                assert!(
                    downloads.top() < size.y - 80.0,
                    "{size} {share} {downloads}"
                );
            }
        }
    }
}

#[test]
fn expanding_the_log_makes_room_for_it() {
    let mut window = server(USUAL);
    drag(&mut window, LOG, 30.0);
    let low = place(&window, LOG).top();
    click(&mut window, "Show more lines");
    assert!(place(&window, LOG).top() < low);
    assert_eq!(window.state().model.settings.transfers_share, None);
}

#[test]
fn without_two_lists_there_is_no_divider() {
    for tab in [Tab::Server, Tab::Client] {
        assert!(usual(filled(tab)).query_by_role(Role::Splitter).is_none());
    }
}

//! Labels are selected with the pointer and copied.

use egui::accesskit::Role;
use egui::{CursorIcon, OutputCommand, Pos2, Rect};
use egui_kittest::kittest::Queryable as _;

use super::menus::settle;
use super::*;
use crate::app::model::Failure;
use crate::app::model::log::{Line, What};
use crate::sentence;

/// A window with a failure and two lines in the log.
fn logged() -> Window {
    let mut model = filled(Tab::Server);
    model.server.failure = Some(Failure {
        reason: sentence!("no-folder"),
        steps: Vec::new(),
    });
    model.server.log.expanded = true;
    for (at, text) in [("12:03:22", "hello"), ("12:03:25", "again")] {
        model.server.log.add(Line {
            at: at.to_owned(),
            peer: Some("192.168.1.9".to_owned()),
            what: What::Message(text.to_owned()),
        });
    }
    usual(model)
}

fn label(window: &Window, text: &str) -> Rect {
    // Its runs of text have the same value while it is selected.
    let mut labels = window.get_all_by_role(Role::Label);
    labels
        .find(|label| label.value().as_deref() == Some(text))
        .unwrap()
        .rect()
}

/// Drags from one place to another; returns what is copied with Ctrl+C.
fn drag(window: &mut Window, from: Pos2, to: Pos2) -> Vec<String> {
    window.hover_at(from);
    window.run();
    window.drag_at(from);
    window.run();
    window.hover_at(from.lerp(to, 0.5));
    window.run();
    window.hover_at(to);
    window.run();
    window.drop_at(to);
    window.run();
    copy(window)
}

fn press_at(window: &Window, pos: Pos2, button: egui::PointerButton, pressed: bool) {
    window.hover_at(pos);
    window.event(Event::PointerButton {
        pos,
        button,
        pressed,
        modifiers: Modifiers::NONE,
    });
}

fn copy(window: &mut Window) -> Vec<String> {
    window.event(Event::Copy);
    settle(window).0
}

#[test]
fn a_label_is_selected_by_dragging_and_copied() {
    let mut window = logged();
    let title = label(&window, "Log");
    window.hover_at(title.center());
    window.run();
    assert_eq!(
        window.output().platform_output.cursor_icon,
        CursorIcon::Text
    );
    let copied = drag(&mut window, title.left_center(), title.right_center());
    assert_eq!(copied, ["Log"]);
    // Escape deselects.
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!(copy(&mut window), [""; 0]);
}

#[test]
fn a_selection_spans_labels() {
    let mut window = logged();
    let from = label(&window, "12:03:22").left_center();
    let to = label(&window, "12:03:25").right_center();
    let copied = drag(&mut window, from, to);
    assert_eq!(copied, ["12:03:22 192.168.1.9 >>> hello\n12:03:25"]);
}

#[test]
fn a_click_selects_nothing() {
    let mut window = logged();
    let title = label(&window, "Log").center();
    window.hover_at(title);
    window.run();
    for pressed in [true, false] {
        press_at(&window, title, egui::PointerButton::Primary, pressed);
    }
    window.run();
    assert_eq!(copy(&mut window), [""; 0]);
    let is_settled =
        |command: &OutputCommand| matches!(command, OutputCommand::TextSelectionSettled(_));
    assert!(
        !window
            .output()
            .platform_output
            .commands
            .iter()
            .any(is_settled)
    );
}

/// Clicks `count` times; `at_once` in one frame each, as on a slow machine.
fn click_at(window: &mut Window, pos: Pos2, count: usize, at_once: bool) {
    window.hover_at(pos);
    window.run();
    for _ in 0..count {
        for pressed in [true, false] {
            window.input_mut().events.push(Event::PointerButton {
                pos,
                button: egui::PointerButton::Primary,
                pressed,
                modifiers: Modifiers::NONE,
            });
            if !(pressed && at_once) {
                window.step();
            }
        }
    }
}

#[test]
fn a_double_click_selects_a_word_and_a_triple_click_the_line() {
    for at_once in [false, true] {
        for (count, wanted) in [(2, "hello"), (3, "192.168.1.9 >>> hello")] {
            let mut window = logged();
            // The frames of a test are far apart.
            window
                .ctx
                .options_mut(|options| options.input_options.max_double_click_delay = 1.0);
            let line = label(&window, "192.168.1.9 >>> hello");
            let last_word = line.right_center() - egui::vec2(8.0, 0.0);
            click_at(&mut window, last_word, count, at_once);
            assert_eq!(copy(&mut window), [wanted], "at once: {at_once}");
        }
    }
}

#[test]
fn the_whole_of_an_elided_name_is_copied() {
    let name = format!("{}.tar.gz", "very long name ".repeat(20));
    let mut model = filled(Tab::Server);
    model
        .server
        .transfers
        .add(transfer(Direction::Upload, &name), None);
    model.server.transfers.sample(Instant::now());
    let mut window = usual(model);
    let place = label(&window, &name);
    assert!(place.width() < 700.0);
    let copied = drag(&mut window, place.left_center(), place.right_center());
    assert_eq!(copied, [name.as_str()]);
    // From the middle to the end, with what is hidden.
    let to = place.right_center();
    let [copied] = &drag(&mut window, place.center() - egui::vec2(40.0, 0.0), to)[..] else {
        panic!();
    };
    assert!(
        name.ends_with(copied.as_str()) && copied.len() > name.len() / 2,
        "{copied}"
    );
}

fn right_click(window: &mut Window, text: &str) {
    let place = label(window, text).center();
    for pressed in [true, false] {
        press_at(window, place, egui::PointerButton::Secondary, pressed);
    }
    window.run();
}

fn choose(window: &mut Window, name: &str) -> Vec<String> {
    window.get_by_role_and_label(Role::MenuItem, name).click();
    settle(window).0
}

#[test]
fn a_label_has_a_menu_that_copies_it() {
    let mut window = logged();
    right_click(&mut window, "Log");
    assert_eq!(choose(&mut window, "Copy"), ["Log"]);
    // Or what is selected, wherever the menu is.
    let title = label(&window, "Log");
    let middle = title.left_center() + egui::vec2(12.0, 0.0);
    assert_eq!(drag(&mut window, title.left_center(), middle), ["L"]);
    right_click(&mut window, "Log");
    assert_eq!(choose(&mut window, "Copy"), ["L"]);
    right_click(&mut window, "Log");
    assert_eq!(choose(&mut window, "Copy"), ["Log"]);
}

#[test]
fn log_lines_are_copied_one_by_one_or_all() {
    let mut window = logged();
    right_click(&mut window, "192.168.1.9 >>> hello");
    assert_eq!(
        choose(&mut window, "Copy"),
        ["12:03:22 192.168.1.9 >>> hello"]
    );
    let all = "12:03:22 192.168.1.9 >>> hello\n12:03:25 192.168.1.9 >>> again\n";
    right_click(&mut window, "192.168.1.9 >>> hello");
    assert_eq!(choose(&mut window, "Copy all"), [all]);
    window.get_by_label("Copy the whole log").click();
    assert_eq!(settle(&mut window).0, [all]);
}

#[test]
fn an_error_is_copied_with_its_hint() {
    let mut window = logged();
    window.get_by_label("Copy this error").click();
    let copied = settle(&mut window).0;
    assert_eq!(copied, [sentence!("no-folder").to_string()]);
}

#[test]
fn a_field_that_cannot_be_edited_can_be_selected() {
    let mut model = filled(Tab::Server);
    model.server.sharing = crate::app::model::Sharing::Starting;
    let mut window = usual(model);
    let field = window
        .get_by_role_and_label(Role::TextInput, "Shared folder")
        .rect();
    let copied = drag(
        &mut window,
        field.left_center() + egui::vec2(4.0, 0.0),
        field.center(),
    );
    assert_eq!(copied, ["/home/ann/Photos"]);
}

#[test]
fn a_focused_field_is_copied_instead_of_a_label() {
    let mut window = logged();
    let title = label(&window, "Log");
    drag(&mut window, title.left_center(), title.right_center());
    let field = window.get_by_role_and_label(Role::TextInput, "Shared folder");
    field.focus();
    window.run();
    press(&mut window, Modifiers::COMMAND, Key::A);
    assert_eq!(copy(&mut window), ["/home/ann/Photos"]);
}

#[test]
fn a_selection_draws_nothing_at_rest() {
    let mut window = logged();
    let title = label(&window, "Log");
    drag(&mut window, title.left_center(), title.right_center());
    let output = &window.output().viewport_output[&egui::ViewportId::ROOT];
    assert!(output.repaint_delay > std::time::Duration::from_mins(1));
}

#[test]
fn right_to_left_names_are_drawn_in_reading_order_and_copied_as_they_are() {
    let name = "שלום עולם.pdf";
    let mut model = filled(Tab::Server);
    model
        .server
        .transfers
        .add(transfer(Direction::Upload, name), None);
    model.server.transfers.sample(Instant::now());
    let mut window = usual(model);
    let drawn = |window: &Window| -> Vec<String> {
        let shapes = window.output().shapes.iter();
        let texts = shapes.filter_map(|clipped| match &clipped.shape {
            egui::Shape::Text(text) => Some(text.galley.text().to_owned()),
            _ => None,
        });
        texts.filter(|text| text.contains("עולם")).collect()
    };
    assert_eq!(drawn(&window), ["עולם שלום.pdf"]);
    let place = label(&window, name);
    let copied = drag(&mut window, place.left_center(), place.right_center());
    assert_eq!(copied, [name]);
    // The tooltip is in reading order, too.
    press(&mut window, Modifiers::NONE, Key::Escape);
    window.hover_at(place.center());
    window.run();
    let drawn = drawn(&window);
    assert_eq!(drawn.len(), 2, "{drawn:?}");
    assert!(
        drawn.iter().all(|text| text.starts_with("עולם שלום.pdf")),
        "{drawn:?}"
    );
}

#[test]
fn a_part_of_an_elided_right_to_left_line_is_copied_once() {
    let mut model = filled(Tab::Server);
    model.server.log.expanded = true;
    let line = Line {
        at: "12:03:22".to_owned(),
        peer: None,
        what: What::Message("שלום עולם ".repeat(40)),
    };
    let words = line.words();
    model.server.log.add(line);
    let mut window = usual(model);
    let place = label(&window, &words);
    assert!(place.width() < 980.0);
    let copied = drag(&mut window, place.center(), place.right_center());
    assert!(copied == [words], "{} letters", copied[0].chars().count());
}

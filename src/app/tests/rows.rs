//! The rows of transfers: what is the same for all of them.

use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::downloads::request;
use super::*;
use crate::net::{Dialect, Outcome};
use crate::sentence;

#[test]
fn uploads_are_cancelled_at_the_server() {
    let mut model = filled(Tab::Server);
    let film = transfer(Direction::Upload, "film.mkv");
    film.moving(Dialect::Http, Some(100));
    let notes = transfer(Direction::Upload, "notes.txt");
    notes.moving(Dialect::Raw, Some(10));
    notes.end(Outcome::Sent);
    model.server.transfers.add(Arc::clone(&film), None);
    model.server.transfers.add(notes, None);
    let mut window = usual(model);
    window.get_by_label("HTTP");
    window.get_by_label("done");
    click(&mut window, "Cancel film.mkv");
    assert_eq!(asked(&mut window), [Action::Cancel(film.id())]);
}

#[test]
fn every_row_can_be_reached_by_keyboard() {
    let mut model = filled(Tab::Client);
    let mut ids = Vec::new();
    for number in 0..30 {
        let failed = transfer(Direction::Download, &format!("file {number}"));
        failed.end(Outcome::Failed(sentence!("no-name")));
        ids.push(failed.id());
        let request = request(failed.name());
        model.client.transfers.add(failed, Some(request));
    }
    let mut window = usual(model);
    // The rows are shown newest first, so the last one is the oldest.
    for _ in 0..120 {
        press(&mut window, Modifiers::NONE, Key::Tab);
        let last = window.query_by_label("Try again file 0");
        if last.is_some_and(|last| last.is_focused()) {
            press(&mut window, Modifiers::NONE, Key::Enter);
            assert_eq!(asked(&mut window), [Action::Again(ids[0])]);
            return;
        }
    }
    panic!("Tab never came to the last row");
}

#[test]
fn an_unknown_length_has_no_bar() {
    let mut model = filled(Tab::Client);
    let film = transfer(Direction::Download, "film.mkv");
    film.moving(Dialect::Raw, None);
    film.advance(1_000_000);
    model.client.transfers.add(film, None);
    let window = usual(model);
    window.get_by_label("1 MB");
    assert!(window.query_by_label("Progress of film.mkv").is_none());
}

#[test]
fn a_long_name_keeps_both_ends_and_its_buttons() {
    let name = format!("{}-the-end.mkv", "a very long name ".repeat(20));
    for size in [USUAL, vec2(440.0, 700.0)] {
        let mut model = filled(Tab::Server);
        let film = transfer(Direction::Upload, &name);
        film.moving(Dialect::Http, Some(100));
        model.server.transfers.add(film, None);
        let window = window(size, Theme::Light, model);
        let label = window.get_by_label(&name).rect();
        let tag = window.get_by_label("HTTP").rect();
        let cancel = window.get_by_label(&format!("Cancel {name}")).rect();
        assert!(label.right() < tag.left() && tag.right() < cancel.left());
        assert!(cancel.right() <= size.x);
    }
}

#[test]
fn of_ten_thousand_rows_only_the_visible_are_drawn() {
    let mut model = filled(Tab::Client);
    for number in 0..10_000 {
        let one = transfer(Direction::Download, &number.to_string());
        // Straight into the list: looking for doubles is not what is tried here.
        model.client.transfers.add(one, None);
    }
    let window = usual(model);
    let shown = window
        .root()
        .children_recursive()
        .filter_map(|node| node.accesskit_node().label())
        .filter(|name| name.starts_with("Cancel "))
        .count();
    assert!((3..30).contains(&shown), "{shown}");
}

//! The rows of transfers in every state.

use std::path::PathBuf;

use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::*;
use crate::client::{Exists, Request, Target};
use crate::net::{Checked, Dialect, Outcome, Saved};
use crate::sentence;

/// One download in each state, by name.
pub(super) fn downloads(model: &mut Model) -> Vec<Arc<Transfer>> {
    let names = ["waiting", "dialling", "moving", "saved", "failed", "gone"];
    let all = names.map(|name| transfer(Direction::Download, name));
    all[1].connecting();
    for started in &all[2..] {
        started.moving(Dialect::Raw, Some(4_200_000_000));
        started.advance(2_600_000_000);
    }
    all[3].end(Outcome::Saved(Saved {
        path: PathBuf::from("/home/bo/Downloads/[新]saved"),
        checked: Checked::Nothing,
        skipped: false,
        notes: vec![sentence!("not-a-folder", path = "renamed")],
    }));
    all[4].end(Outcome::Failed(sentence!(
        "refused",
        host = "box",
        port = 8080_u16
    )));
    all[5].end(Outcome::Cancelled);
    for transfer in &all {
        let transfers = &mut model.client.transfers;
        transfers.add(Arc::clone(transfer), Some(request(transfer.name())));
    }
    all.to_vec()
}

fn request(name: &str) -> Request {
    Request {
        host: "box".to_owned(),
        port: 8080,
        name: name.to_owned(),
        target: Target::Folder(PathBuf::from("/tmp")),
        dialect: None,
        exists: Exists::Keep,
    }
}

#[test]
fn downloads_say_what_they_are_doing_and_how_they_ended() {
    for size in [vec2(980.0, 900.0), vec2(440.0, 1200.0)] {
        let mut model = filled(Tab::Client);
        let all = downloads(&mut model);
        let mut window = window(size, Theme::Dark, model);
        for text in [
            "Waiting…",
            "Connecting…",
            "2.6 / 4.2 GB",
            "/home/bo/Downloads/[新]saved",
            "Length unknown, not checked",
            "saved",
            "failed",
            "cancelled",
        ] {
            assert!(window.query_all_by_label(text).count() > 0, "{text}");
        }
        let bar = window.get_by_label("Progress of moving");
        assert_eq!(bar.accesskit_node().numeric_value(), Some(61.0));
        window.get_by_label_contains("box refused the call");
        for name in [
            "Cancel waiting",
            "Cancel dialling",
            "Cancel moving",
            "Open saved",
            "Show in folder saved",
            "Try again failed",
        ] {
            click(&mut window, name);
        }
        let path = PathBuf::from("/home/bo/Downloads/[新]saved");
        assert_eq!(
            asked(&mut window),
            [
                Action::Cancel(all[0].id()),
                Action::Cancel(all[1].id()),
                Action::Cancel(all[2].id()),
                Action::Open(path.clone()),
                Action::Reveal(path),
                Action::Again(Box::new(request("failed"))),
            ]
        );
    }
}

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
    for number in 0..30 {
        let failed = transfer(Direction::Download, &format!("file {number}"));
        failed.end(Outcome::Failed(sentence!("no-name")));
        let request = request(failed.name());
        model.client.transfers.add(failed, Some(request));
    }
    let mut window = usual(model);
    // The rows are shown newest first, so the last one is the oldest.
    for _ in 0..60 {
        press(&mut window, Modifiers::NONE, Key::Tab);
        let last = window.query_by_label("Try again file 0");
        if last.is_some_and(|last| last.is_focused()) {
            press(&mut window, Modifiers::NONE, Key::Enter);
            let again = Action::Again(Box::new(request("file 0")));
            assert_eq!(asked(&mut window), [again]);
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

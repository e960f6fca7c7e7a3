//! The list of downloads by keyboard alone, and what its header does with all of them.

use std::time::Instant;

use egui_kittest::kittest::Queryable as _;

use super::downloads::request;
use super::*;
use crate::net::{Dialect, Outcome};
use crate::sentence;

/// Downloads with these names, in this order, which ended like this.
fn ended(names: &[&str], outcome: impl Fn() -> Outcome) -> (Window, Vec<Arc<Transfer>>) {
    let mut model = filled(Tab::Client);
    let mut all = Vec::new();
    for name in names.iter().rev() {
        let one = transfer(Direction::Download, name);
        one.moving(Dialect::Http, Some(100));
        one.advance(50);
        model
            .client
            .transfers
            .add(Arc::clone(&one), Some(request(name)));
        one.end(outcome());
        model.client.transfers.sample(Instant::now());
        all.insert(0, one);
    }
    (usual(model), all)
}

fn failed() -> Outcome {
    Outcome::Failed(sentence!("no-name"))
}

fn focus(window: &mut Window, name: &str) {
    window.get_by_label(name).focus();
    window.run();
}

/// Do with what was asked for as the program does.
fn remove(window: &mut Window) {
    for action in asked(window) {
        let Action::Remove(id) = action else {
            panic!("{action:?}");
        };
        window.state_mut().model.client.transfers.remove(id);
    }
    window.run();
}

#[test]
fn delete_takes_a_row_off_and_the_keyboard_goes_on_with_the_next() {
    let (mut window, all) = ended(&["a", "b", "c"], failed);
    focus(&mut window, "Try again b");
    window.key_press(Key::Delete);
    window.run();
    let actions = &window.state().actions;
    assert_eq!(actions[..], [Action::Remove(all[1].id())]);
    remove(&mut window);
    assert!(window.query_by_label("Try again b").is_none());
    assert!(window.get_by_label("Try again c").is_focused());
    // After the last one the one above.
    window.key_press(Key::Delete);
    window.run();
    remove(&mut window);
    assert!(window.get_by_label("Try again a").is_focused());
    window.key_press(Key::Delete);
    window.run();
    remove(&mut window);
    assert!(window.state().model.client.transfers.is_empty());
    assert!(window.query_by_label("Try again a").is_none());
}

#[test]
fn the_keyboard_stays_on_remove_from_row_to_row() {
    let (mut window, _) = ended(&["a", "b"], || Outcome::Cancelled);
    focus(&mut window, "Remove a");
    press(&mut window, Modifiers::NONE, Key::Space);
    remove(&mut window);
    assert!(window.get_by_label("Remove b").is_focused());
}

#[test]
fn delete_asks_before_it_takes_a_part_off_the_disk() {
    let (mut window, all) = ended(&["a"], || Outcome::Paused(None));
    focus(&mut window, "Resume a");
    window.key_press(Key::Delete);
    window.run();
    assert_eq!(asked(&mut window), []);
    assert!(window.get_by_label("Remove a").is_focused());
    window.key_press(Key::Delete);
    window.run();
    assert_eq!(asked(&mut window), [Action::Remove(all[0].id())]);
}

#[test]
fn delete_leaves_what_is_on_its_way() {
    let mut model = filled(Tab::Client);
    let film = transfer(Direction::Download, "film.mkv");
    film.moving(Dialect::Http, Some(100));
    let transfers = &mut model.client.transfers;
    transfers.add(Arc::clone(&film), Some(request("film.mkv")));
    let mut window = usual(model);
    for name in ["Pause film.mkv", "Cancel film.mkv"] {
        focus(&mut window, name);
        window.key_press(Key::Delete);
        window.run();
        assert_eq!(asked(&mut window), []);
    }
    // Nor does it lose the keyboard when its button becomes another.
    film.end(failed());
    window.run();
    assert!(window.get_by_label("Remove film.mkv").is_focused());
}

#[test]
fn what_is_done_keeps_the_keyboard_in_its_row() {
    let mut model = filled(Tab::Client);
    let film = transfer(Direction::Download, "film.mkv");
    film.moving(Dialect::Http, Some(100));
    let transfers = &mut model.client.transfers;
    transfers.add(Arc::clone(&film), Some(request("film.mkv")));
    let mut window = usual(model);
    focus(&mut window, "Pause film.mkv");
    film.end(Outcome::Saved(crate::net::Saved {
        path: "/home/bo/film.mkv".into(),
        checked: crate::net::Checked::Digest,
        skipped: false,
        notes: Vec::new(),
    }));
    window.run();
    assert!(window.get_by_label("Open film.mkv").is_focused());
}

#[test]
fn many_are_paused_and_resumed_with_one_click() {
    for size in [USUAL, SMALL] {
        let mut model = filled(Tab::Client);
        let all: Vec<_> = ["a", "b"]
            .map(|name| transfer(Direction::Download, name))
            .into();
        for one in &all {
            let request = request(one.name());
            let transfers = &mut model.client.transfers;
            transfers.add(Arc::clone(one), Some(request));
        }
        let mut window = window(size, Theme::Light, model);
        assert!(window.query_by_label("Resume all").is_none());
        click(&mut window, "Pause all");
        assert_eq!(asked(&mut window), [Action::PauseAll]);
        all[0].end(Outcome::Paused(None));
        window.run();
        // For one its own button is there.
        assert!(window.query_by_label("Pause all").is_none());
        assert!(window.query_by_label("Resume all").is_none());
        all[1].end(Outcome::Paused(None));
        window.run();
        click(&mut window, "Resume all");
        assert_eq!(asked(&mut window), [Action::ResumeAll]);
    }
}

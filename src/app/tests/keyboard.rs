//! Keyboard navigation in the list of downloads, and the actions of its header.

use std::time::Instant;

use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::downloads::request;
use super::long_lists::scroll;
use super::*;
use landline_engine::error::{ClientError, Failure};
use landline_engine::transfer::{Outcome, Protocol};

/// Downloads with these names, in this order, with this outcome.
fn ended(names: &[&str], outcome: impl Fn() -> Outcome) -> (Window, Vec<Arc<Transfer>>) {
    let mut model = filled(Tab::Client);
    let mut all = Vec::new();
    for name in names.iter().rev() {
        let one = transfer(Direction::Download, name);
        one.start(Protocol::Http, Some(100));
        one.advance(50);
        model
            .client
            .transfers
            .add(Arc::clone(&one), Some(request(name)));
        one.end(outcome());
        model.client.transfers.sample(Instant::now());
        all.insert(0, one);
    }
    // The list starts at the top rather than at the requested row.
    model.client.transfers.take_wanted();
    (usual(model), all)
}

fn failed() -> Outcome {
    Outcome::Failed(Failure::Fetch(ClientError::NoName))
}

fn focus(window: &mut Window, name: &str) {
    window.get_by_label(name).focus();
    window.run();
}

/// Handles the removal like the program.
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
fn delete_removes_a_row_and_focuses_the_next() {
    let (mut window, all) = ended(&["a", "b", "c"], failed);
    focus(&mut window, "Try again: b");
    window.key_press(Key::Delete);
    window.run();
    let actions = &window.state().actions;
    assert_eq!(actions[..], [Action::Remove(all[1].id())]);
    remove(&mut window);
    assert!(window.query_by_label("Try again: b").is_none());
    assert!(window.get_by_label("Try again: c").is_focused());
    // After the last row, the focus moves to the one above.
    window.key_press(Key::Delete);
    window.run();
    remove(&mut window);
    assert!(window.get_by_label("Try again: a").is_focused());
    window.key_press(Key::Delete);
    window.run();
    remove(&mut window);
    assert!(window.state().model.client.transfers.is_empty());
    assert!(window.query_by_label("Try again: a").is_none());
}

#[test]
fn the_focus_stays_on_remove_from_row_to_row() {
    let (mut window, _) = ended(&["a", "b"], || Outcome::Cancelled);
    focus(&mut window, "Remove a");
    press(&mut window, Modifiers::NONE, Key::Space);
    remove(&mut window);
    assert!(window.get_by_label("Remove b").is_focused());
}

#[test]
fn delete_does_not_delete_a_part_without_confirmation() {
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
fn delete_leaves_active_downloads() {
    let mut model = filled(Tab::Client);
    let film = transfer(Direction::Download, "film.mkv");
    film.start(Protocol::Http, Some(100));
    let transfers = &mut model.client.transfers;
    transfers.add(Arc::clone(&film), Some(request("film.mkv")));
    let mut window = usual(model);
    for name in ["Pause film.mkv", "Cancel film.mkv"] {
        focus(&mut window, name);
        window.key_press(Key::Delete);
        window.run();
        assert_eq!(asked(&mut window), []);
    }
    // The row also keeps the focus when its button changes.
    film.end(failed());
    window.run();
    assert!(window.get_by_label("Remove film.mkv").is_focused());
}

#[test]
fn a_row_that_completes_keeps_the_focus() {
    let mut model = filled(Tab::Client);
    let film = transfer(Direction::Download, "film.mkv");
    film.start(Protocol::Http, Some(100));
    let transfers = &mut model.client.transfers;
    transfers.add(Arc::clone(&film), Some(request("film.mkv")));
    let mut window = usual(model);
    focus(&mut window, "Pause film.mkv");
    film.end(Outcome::Saved(landline_engine::transfer::Saved {
        path: "/home/bo/film.mkv".into(),
        checked: landline_engine::transfer::Checked::Digest,
        skipped: false,
        notes: Vec::new(),
    }));
    window.run();
    assert!(window.get_by_label("Open film.mkv").is_focused());
}

#[test]
fn all_are_paused_and_resumed_with_one_click() {
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
        // A single row has a button of its own.
        assert!(window.query_by_label("Pause all").is_none());
        assert!(window.query_by_label("Resume all").is_none());
        all[1].end(Outcome::Paused(None));
        window.run();
        click(&mut window, "Resume all");
        assert_eq!(asked(&mut window), [Action::ResumeAll]);
    }
}

/// As many rows as after downloading a folder's files one by one.
fn many(outcome: impl Fn() -> Outcome) -> Window {
    let names: Vec<_> = (0..300).map(|number| format!("file {number}")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    ended(&names, outcome).0
}

/// The name of the focused widget, which must be entirely visible.
fn seen(window: &Window) -> String {
    let name = focused(window).expect("nothing has the keyboard");
    let mut nodes = window.root().children_recursive();
    let node = nodes.find(|node| node.accesskit_node().is_focused());
    let place = node.unwrap().rect();
    let top = window.get_by_label("Downloads").rect().bottom();
    let is_row = name.contains(" file ");
    let is_seen =
        (!is_row || place.top() > top) && place.bottom() < window.ctx.content_rect().bottom();
    assert!(is_seen, "{name} at {place:?}");
    name
}

#[test]
fn the_arrow_keys_move_between_rows_and_delete_removes_the_visible_one() {
    let mut window = many(failed);
    focus(&mut window, "Try again: file 0");
    for number in 1..40 {
        press(&mut window, Modifiers::NONE, Key::ArrowDown);
        assert_eq!(seen(&window), format!("Try again: file {number}"));
    }
    for number in 39..60 {
        assert_eq!(seen(&window), format!("Try again: file {number}"));
        press(&mut window, Modifiers::NONE, Key::Delete);
        remove(&mut window);
        assert!(
            window
                .query_by_label(&format!("Remove file {number}"))
                .is_none()
        );
    }
    for number in (0..39).rev() {
        press(&mut window, Modifiers::NONE, Key::ArrowUp);
        assert_eq!(seen(&window), format!("Try again: file {number}"));
    }
    // Down to the last row and no further.
    for _ in 0..300 {
        press(&mut window, Modifiers::NONE, Key::ArrowDown);
    }
    assert_eq!(seen(&window), "Try again: file 299");
    press(&mut window, Modifiers::NONE, Key::Delete);
    remove(&mut window);
    assert_eq!(seen(&window), "Try again: file 298");
}

#[test]
fn home_end_and_the_page_keys_move_through_the_rows() {
    let mut window = many(failed);
    focus(&mut window, "Remove file 3");
    press(&mut window, Modifiers::NONE, Key::End);
    assert_eq!(seen(&window), "Remove file 299");
    press(&mut window, Modifiers::NONE, Key::End);
    assert_eq!(seen(&window), "Remove file 299");
    press(&mut window, Modifiers::NONE, Key::Home);
    assert_eq!(seen(&window), "Remove file 0");
    let mut steps = 0_u32;
    while seen(&window) != "Remove file 299" {
        press(&mut window, Modifiers::NONE, Key::PageDown);
        steps += 1;
        assert!((1..200).contains(&steps));
    }
    let down = std::mem::take(&mut steps);
    while seen(&window) != "Remove file 0" {
        press(&mut window, Modifiers::NONE, Key::PageUp);
        steps += 1;
        assert!((1..200).contains(&steps));
    }
    assert!(steps.abs_diff(down) < 3 && down > 20, "{down} {steps}");
}

#[test]
fn the_arrow_keys_enter_the_list_and_scroll_to_the_row() {
    for size in [USUAL, SMALL] {
        let mut window = many(|| Outcome::Cancelled);
        window.set_size(size);
        window.run_steps(5);
        focus(&mut window, "Clear finished");
        for step in 0..30 {
            press(&mut window, Modifiers::NONE, Key::ArrowDown);
            assert!(seen(&window).contains(" file "), "{step} {size:?}");
        }
    }
}

#[test]
fn no_key_acts_on_an_invisible_row() {
    for (button, key) in [
        ("Try again: file 0", Key::Delete),
        ("Try again: file 0", Key::Enter),
        ("Remove file 0", Key::Space),
        ("Remove file 0", Key::Enter),
    ] {
        let mut window = many(failed);
        focus(&mut window, button);
        // Just out of view: rows further away do not exist as widgets.
        scroll(&mut window, "Downloads", 130.0);
        let top = window.get_by_label("Downloads").rect().bottom();
        let place = window.get_by_label(button).rect();
        assert!(place.bottom() < top, "{place:?}");
        assert_eq!(focused(&window).as_deref(), Some(button));
        press(&mut window, Modifiers::NONE, key);
        assert_eq!(asked(&mut window), [], "{button} {key:?}");
        assert_eq!(seen(&window), button);
        press(&mut window, Modifiers::NONE, key);
        assert_eq!(asked(&mut window).len(), 1, "{button} {key:?}");
    }
}

#[test]
fn a_held_key_removes_one_row() {
    let mut window = many(failed);
    focus(&mut window, "Remove file 5");
    for _ in 0..4 {
        window.key_down(Key::Delete);
        window.run();
        remove(&mut window);
    }
    assert!(window.query_by_label("Remove file 5").is_none());
    assert_eq!(seen(&window), "Remove file 6");
    window.key_up(Key::Delete);
    for _ in 0..4 {
        window.key_down(Key::Space);
        window.run();
        remove(&mut window);
    }
    assert_eq!(seen(&window), "Remove file 7");
}

//! The scroll position of a long list: active rows stay in view unless the user has scrolled.

use std::time::Instant;

use egui::Rect;
use egui_kittest::kittest::Queryable as _;

use super::downloads::request;
use super::long_lists::scroll;
use super::*;
use landline_engine::transfer::{Outcome, Protocol};

/// The number of active downloads.
const AT_ONCE: usize = 3;

/// Queued downloads, starting with `file 0`.
fn batch(count: usize) -> Vec<Arc<Transfer>> {
    let name = |number| format!("file {number}");
    let all = (0..count).map(|number| transfer(Direction::Download, &name(number)));
    all.collect()
}

fn begin(window: &mut Window, all: &[Arc<Transfer>]) {
    let all = all
        .iter()
        .map(|one| (Arc::clone(one), Some(request(one.name()))));
    window.state_mut().model.client.transfers.add_all(all);
    window.run_steps(2);
}

/// Ends the first `over` of them and starts the next ones.
fn advance_batch(window: &mut Window, all: &[Arc<Transfer>], over: usize) {
    for one in &all[..over] {
        one.end(Outcome::Cancelled);
    }
    for one in all.iter().skip(over).take(AT_ONCE) {
        one.start(Protocol::Http, Some(100));
    }
    window.run_steps(2);
}

/// The rectangle of a row by its name, if it is drawn.
fn place(window: &Window, name: &str) -> Option<Rect> {
    Some(window.query_by_value(name)?.rect())
}

/// Whether the whole row is visible.
fn is_seen(window: &Window, name: &str) -> bool {
    let top = window.get_by_label("Downloads").rect().bottom();
    let place = place(window, name);
    place.is_some_and(|place| place.top() > top && place.bottom() < USUAL.y)
}

fn list() -> Window {
    let mut window = usual(filled(Tab::Client));
    // The rows of an earlier batch.
    let before = batch(40);
    for one in &before {
        one.end(Outcome::Cancelled);
    }
    begin(&mut window, &before);
    window
}

#[test]
fn active_rows_stay_in_view_while_hundreds_end() {
    let mut window = list();
    let all = batch(200);
    begin(&mut window, &all);
    assert!(is_seen(&window, "file 0"));
    for over in 0..=197 {
        advance_batch(&mut window, &all, over);
        for number in over..over + AT_ONCE {
            assert!(is_seen(&window, &format!("file {number}")), "{over}");
        }
    }
}

#[test]
fn a_batch_is_visible_from_its_first_row() {
    let mut window = list();
    let first = batch(30);
    begin(&mut window, &first);
    advance_batch(&mut window, &first, 0);
    let name = |number: usize| format!("second {number}");
    let second: Vec<_> = (0..200)
        .map(|number| transfer(Direction::Download, &name(number)))
        .collect();
    begin(&mut window, &second);
    for number in 0..4 {
        assert!(is_seen(&window, &name(number)), "{number}");
    }
    // The requested row stays in view for a while even if it is queued.
    advance_batch(&mut window, &first, 5);
    assert!(is_seen(&window, &name(0)) && !is_seen(&window, "file 5"));
    window.run_steps(40);
    assert!(!is_seen(&window, &name(0)) && is_seen(&window, "file 5"));
}

#[test]
fn a_requested_row_is_visible_until_it_ends() {
    let mut window = list();
    let first = batch(30);
    begin(&mut window, &first);
    advance_batch(&mut window, &first, 0);
    let other = transfer(Direction::Download, "other");
    begin(&mut window, &[Arc::clone(&other)]);
    other.start(Protocol::Http, Some(100));
    window.run_steps(40);
    assert!(is_seen(&window, "other") && !is_seen(&window, "file 0"));
    other.end(Outcome::Cancelled);
    window.run_steps(3);
    assert!(is_seen(&window, "file 0"));
}

#[test]
fn the_users_scroll_position_stays() {
    let mut window = list();
    let all = batch(100);
    begin(&mut window, &all);
    advance_batch(&mut window, &all, 0);
    scroll(&mut window, "Downloads", 1_000.0);
    let seen: Vec<_> = (0..100)
        .map(|number| format!("file {number}"))
        .filter(|name| is_seen(&window, name))
        .collect();
    assert!(seen.len() > 3 && seen[0] != "file 0", "{seen:?}");
    let tops = |window: &Window| -> Vec<Option<Rect>> {
        seen.iter().map(|name| place(window, name)).collect()
    };
    let before = tops(&window);
    advance_batch(&mut window, &all, 10);
    assert_eq!(tops(&window), before);
    // Its first row moves down; the others stay in place.
    let first: usize = seen[0].trim_start_matches("file ").parse().unwrap();
    all[first].end(Outcome::Cancelled);
    window.run_steps(2);
    assert!(!is_seen(&window, &seen[0]));
    for name in &seen[2..] {
        assert!(is_seen(&window, name), "{name} of {seen:?}");
    }
    // Back at the active rows, the list follows them again.
    scroll(&mut window, "Downloads", -100_000.0);
    for over in [20, 50, 90] {
        advance_batch(&mut window, &all, over);
        assert!(is_seen(&window, &format!("file {over}")), "{over}");
    }
}

#[test]
fn pausing_and_resuming_all_moves_nothing() {
    for scrolled in [0.0, 700.0] {
        let mut window = list();
        let all = batch(60);
        begin(&mut window, &all);
        advance_batch(&mut window, &all, 0);
        scroll(&mut window, "Downloads", scrolled);
        let names: Vec<_> = all.iter().map(|one| one.name().to_owned()).collect();
        let seen: Vec<_> = names
            .into_iter()
            .filter(|it| is_seen(&window, it))
            .collect();
        let tops = |window: &Window| -> Vec<f32> {
            let places = seen.iter().map(|name| place(window, name).unwrap());
            places.map(|place| place.top()).collect()
        };
        let before = tops(&window);
        for one in &all {
            one.end(Outcome::Paused(None));
        }
        window.run_steps(2);
        assert_eq!(tops(&window), before);
        let transfers = &mut window.state_mut().model.client.transfers;
        transfers.resume_where(|row| {
            let again = transfer(Direction::Download, row.transfer.name());
            row.is_paused().then_some(again)
        });
        transfers.sample(Instant::now());
        window.run_steps(2);
        for row in window.state().model.client.transfers.open().iter().take(3) {
            row.transfer.start(Protocol::Http, Some(100));
        }
        window.run_steps(2);
        assert_eq!(tops(&window), before);
    }
}

#[test]
fn a_row_that_is_added_at_the_end_is_shown_there_at_once() {
    let mut window = usual(filled(Tab::Client));
    begin(&mut window, &batch(40));
    let last = [transfer(Direction::Download, "last")];
    begin(&mut window, &last);
    let before = place(&window, "last").unwrap();
    assert!(is_seen(&window, "last"));
    // Nothing glides there.
    for _ in 0..5 {
        window.step();
        assert_eq!(place(&window, "last"), Some(before));
    }
}

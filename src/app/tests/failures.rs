//! Failures are found at once, however many rows there are.

use std::time::Instant;

use egui::Rect;
use egui_kittest::kittest::Queryable as _;

use super::downloads::request;
use super::*;
use landline_engine::error::{ClientError, Failure};
use landline_engine::transfer::{Checked, Outcome, Protocol, Saved};

fn saved(name: &str) -> Outcome {
    Outcome::Saved(Saved {
        path: format!("/home/bo/{name}").into(),
        checked: Checked::Digest,
        skipped: false,
        notes: Vec::new(),
    })
}

fn failed() -> Outcome {
    Outcome::Failed(Failure::Fetch(ClientError::NoName))
}

/// 300 downloads, of which every hundredth fails. The last `active` are queued.
fn batch(active: usize) -> Model {
    let mut model = filled(Tab::Client);
    for number in 0..300 {
        let one = transfer(Direction::Download, &format!("file {number}"));
        one.start(Protocol::Http, Some(100));
        let request = request(one.name());
        let transfers = &mut model.client.transfers;
        transfers.add(Arc::clone(&one), Some(request));
        if number % 100 == 0 {
            one.end(failed());
        } else if number < 300 - active {
            one.end(saved(one.name()));
        }
        model.client.transfers.sample(Instant::now());
    }
    model
}

fn place(window: &Window, name: &str) -> Option<Rect> {
    Some(window.query_by_label(name)?.rect())
}

#[test]
fn failures_stay_above_what_was_saved() {
    for size in [USUAL, SMALL] {
        let mut window = window(size, Theme::Light, batch(0));
        window.get_by_label("3 failed");
        click(&mut window, "3 failed");
        let tops = ["Try again: file 200", "Try again: file 100"]
            .map(|name| place(&window, name).unwrap().top());
        assert!(tops[0] < tops[1], "{tops:?} {size:?}");
        assert!(place(&window, "Remove file 299").is_none_or(|saved| saved.top() > tops[1]));
    }
}

#[test]
fn the_number_of_failures_leads_to_the_first() {
    for size in [USUAL, SMALL] {
        let mut window = window(size, Theme::Light, batch(150));
        let top = window.get_by_label("Downloads").rect().bottom();
        let is_seen = |window: &Window, name: &str| {
            place(window, name).is_some_and(|place| place.top() > top && place.bottom() < size.y)
        };
        let first = "Try again: file 200";
        assert!(!is_seen(&window, first));
        click(&mut window, "3 failed");
        assert!(is_seen(&window, first), "{:?}", place(&window, first));
        // It stays there while the others go on.
        let transfers = &mut window.state_mut().model.client.transfers;
        for row in transfers.open().iter().take(20) {
            row.transfer.end(saved(row.transfer.name()));
        }
        window.run();
        assert!(is_seen(&window, first), "{:?}", place(&window, first));
    }
}

#[test]
fn a_window_without_failures_says_nothing_about_them() {
    let mut model = batch(0);
    let transfers = &mut model.client.transfers;
    transfers.sample(Instant::now());
    for number in [0, 100, 200] {
        let name = format!("file {number}");
        let row = transfers.rows().find(|row| row.transfer.name() == name);
        let id = row.unwrap().transfer.id();
        transfers.remove(id);
    }
    let mut window = usual(model);
    click(&mut window, "Dismiss");
    assert!(window.query_by_label_contains("failed").is_none());
}

#[test]
fn the_toast_of_several_downloads_counts_failures_on_either_tab() {
    for tab in [Tab::Client, Tab::Server] {
        let mut model = batch(0);
        model.settings.tab = tab;
        let window = usual(model);
        let words = "297 of 300 downloads finished, 3 failed";
        assert!(window.get_by_label(words).rect().width() > 100.0);
    }
}

#[test]
fn a_shrinking_list_leaves_no_gap() {
    let mut window = usual(batch(0));
    for _ in 0..20 {
        super::long_lists::scroll(&mut window, "Downloads", 1_000.0);
    }
    let end = |window: &Window| place(window, "Remove file 1").map(|last| last.bottom());
    let before = end(&window).unwrap();
    assert!(before > USUAL.y - 60.0 && before < USUAL.y);
    let transfers = &mut window.state_mut().model.client.transfers;
    for number in 2..50 {
        let name = format!("file {number}");
        let row = transfers.rows().find(|row| row.transfer.name() == name);
        let id = row.unwrap().transfer.id();
        transfers.remove(id);
    }
    // The last row is at the bottom in each frame.
    for _ in 0..10 {
        window.step();
        assert!((end(&window).unwrap() - before).abs() < 1.0, "{before}");
    }
}

#[test]
fn the_bar_of_all_transfers_is_above_their_header() {
    let mut model = super::browser::looking("", &["a", "b"]);
    model.client.transfers = batch(150).client.transfers;
    let window = window(SMALL, Theme::Light, model);
    let bar = place(&window, "Progress of all transfers").unwrap();
    let title = place(&window, "Downloads").unwrap();
    assert!(bar.bottom() < title.top(), "{bar:?} {title:?}");
}

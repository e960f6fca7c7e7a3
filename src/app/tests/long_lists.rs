//! Long lists: invisible rows cost nothing, and visible rows stay in place.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::downloads::request;
use super::*;
use crate::app::model::transfers::ENDED_KEPT;
use landline_engine::error::{ClientError, Failure};
use landline_engine::transfer::{Outcome, Protocol};

/// The width of a window in which nothing has been measured yet.
const OTHER: Vec2 = vec2(440.0, 700.0);

/// A full list of ended downloads, and some active ones.
fn full(outcome: impl Fn(usize) -> Outcome) -> Model {
    let mut model = filled(Tab::Client);
    let transfers = &mut model.client.transfers;
    for number in 0..ENDED_KEPT + 50 {
        let one = transfer(Direction::Download, &format!("file {number}"));
        one.start(Protocol::Http, Some(100));
        if number < ENDED_KEPT {
            one.end(outcome(number));
        }
        let request = request(one.name());
        transfers.add(one, Some(request));
    }
    transfers.sample(Instant::now());
    model
}

fn failed(number: usize) -> Outcome {
    let host = format!("host {number}");
    let port = 8080;
    Outcome::Failed(Failure::Fetch(ClientError::NoAnswer { host, port }))
}

/// A window that shows this list from the next frame on.
fn showing(model: Model) -> Window {
    let mut window = usual(filled(Tab::Client));
    window.state_mut().model = model;
    window
}

/// Until nothing is to be drawn any more.
fn settle(window: &mut Window) {
    for _ in 0..1_000 {
        window.step();
        let viewports = &window.output().viewport_output;
        if viewports[&egui::ViewportId::ROOT].repaint_delay == Duration::MAX {
            return;
        }
    }
    panic!("it draws on and on");
}

/// How many texts were laid out for the last frame.
fn texts(window: &Window) -> usize {
    let (mut texts, fonts) = (0, &window.ctx);
    fonts.fonts(|fonts| texts = fonts.num_galleys_in_cache());
    texts
}

#[test]
fn a_frame_only_lays_out_visible_rows() {
    let sent = |_: usize| Outcome::Cancelled;
    for outcome in [&sent as &dyn Fn(usize) -> Outcome, &failed] {
        let mut window = showing(full(outcome));
        for size in [USUAL, OTHER, USUAL] {
            window.set_size(size);
            for _ in 0..5 {
                window.step();
                let texts = texts(&window);
                assert!((20..600).contains(&texts), "{texts}");
            }
        }
    }
}

#[test]
fn of_ten_thousand_rows_only_the_visible_are_drawn() {
    let mut window = showing(full(failed));
    window.run_steps(2);
    let shown = window
        .root()
        .children_recursive()
        .filter_map(|node| node.accesskit_node().label())
        .filter(|name| name.starts_with("Cancel "))
        .count();
    assert!((3..30).contains(&shown), "{shown}");
}

#[test]
fn eventually_every_row_has_its_actual_height() {
    let mut model = filled(Tab::Client);
    let transfers = &mut model.client.transfers;
    for number in 0..400 {
        let one = transfer(Direction::Download, &format!("file {number}"));
        one.end(failed(number));
        let request = request(one.name());
        transfers.add(one, Some(request));
    }
    let mut window = usual(model);
    // In whole points, and each only once.
    let heights = |window: &Window| -> BTreeSet<u32> {
        let rows = window.state().model.client.transfers.rows();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let heights = rows.map(|row| row.height.unwrap().0.round() as u32);
        heights.collect()
    };
    let before = heights(&window);
    assert_eq!(before.len(), 1, "{before:?}");
    window.set_size(OTHER);
    settle(&mut window);
    let after = heights(&window);
    assert_eq!(after.len(), 1, "{after:?}");
    assert!(after.first() > before.first());
}

/// Scroll the list below this title by so many points.
pub(super) fn scroll(window: &mut Window, title: &str, points: f32) {
    let over = window.get_by_label(title).rect().center() + vec2(0.0, 100.0);
    window.event(Event::PointerMoved(over));
    window.event(Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: vec2(0.0, -points),
        phase: egui::TouchPhase::Move,
        modifiers: Modifiers::NONE,
        source: egui::MouseWheelSource::Wheel,
    });
    window.run_steps(20);
}

#[test]
fn rows_added_above_do_not_move_the_visible_ones() {
    let mut model = filled(Tab::Server);
    let add = |model: &mut Model, number: usize| {
        let one = transfer(Direction::Upload, &format!("file {number}"));
        one.start(Protocol::Http, Some(100));
        one.end(Outcome::Sent);
        model.server.transfers.add(one, None);
    };
    for number in 0..100 {
        add(&mut model, number);
    }
    let mut window = usual(model);
    scroll(&mut window, "Transfers", 1_000.0);
    let shown = |window: &Window| -> Vec<(String, egui::Rect)> {
        let nodes = window.root().children_recursive();
        let named = nodes.filter_map(|node| Some((node.accesskit_node().value()?, node.rect())));
        named
            .filter(|(name, _)| name.starts_with("file "))
            .collect()
    };
    let before = shown(&window);
    assert!(before.iter().all(|(name, _)| name != "file 99"));
    for number in 100..130 {
        add(&mut window.state_mut().model, number);
    }
    window.run_steps(3);
    assert_eq!(shown(&window), before);
}

#[test]
fn requested_rows_are_scrolled_into_view() {
    let mut window = showing(full(failed));
    window.run_steps(2);
    scroll(&mut window, "Downloads", 100_000.0);
    assert!(window.query_by_label("Cancel film.mkv").is_none());
    let film = transfer(Direction::Download, "film.mkv");
    film.start(Protocol::Http, Some(100));
    let transfers = &mut window.state_mut().model.client.transfers;
    transfers.add(film, Some(request("film.mkv")));
    window.run_steps(3);
    let place = window.get_by_label("Cancel film.mkv").rect();
    assert!(place.top() > 300.0 && place.bottom() < USUAL.y, "{place:?}");
}

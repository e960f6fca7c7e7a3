//! Saving a list of downloads that changes all the time.

use std::time::{Duration, Instant};

use super::downloads::request;
use super::happenings::{Running, running_in};
use super::*;
use crate::app::model::history::History;
use crate::app::model::transfers::Transfers;
use crate::app::{MIN_SIZE, window_size};
use crate::settings::Settings;
use crate::stored::Stored as _;
use landline_engine::transfer::Outcome;

const ROWS: usize = 1000;
const PATIENCE: Duration = Duration::from_secs(20);

/// The repaint delay that the window requests once it has no immediate work.
fn again(window: &mut Harness<'static, Running>) -> Duration {
    for _ in 0..100 {
        window.step();
        let viewports = &window.output().viewport_output;
        let after = viewports[&egui::ViewportId::ROOT].repaint_delay;
        if !after.is_zero() {
            return after;
        }
    }
    panic!("it draws on and on");
}

fn remove_one(window: &mut Harness<'static, Running>) {
    let app = window.state_mut().app.as_mut().unwrap();
    let transfers = &mut app.model.client.transfers;
    let id = transfers.rows().next().unwrap().transfer.id();
    transfers.remove(id);
}

#[test]
fn the_last_of_many_changes_is_saved_without_another_event() {
    let dir = tempfile::tempdir().unwrap();
    let mut model = filled(Tab::Client);
    for number in 0..ROWS {
        let paused = transfer(Direction::Download, &format!("file {number}"));
        paused.end(Outcome::Paused(None));
        let request = request(paused.name());
        model.client.transfers.add(paused, Some(request));
    }
    let mut window = running_in(dir.path(), model);
    assert_eq!(again(&mut window), Duration::MAX);
    for _ in 0..3 {
        remove_one(&mut window);
        again(&mut window);
    }
    // It is redrawn only while something remains to be saved.
    let began = Instant::now();
    while again(&mut window) != Duration::MAX {
        assert!(began.elapsed() < PATIENCE);
    }
    let kept = || {
        let mut transfers = Transfers::default();
        History::load(dir.path()).unwrap().restore(&mut transfers);
        transfers.len()
    };
    while kept() != ROWS - 3 {
        assert!(began.elapsed() < PATIENCE, "{}", kept());
        std::thread::yield_now();
    }
    window.state_mut().app.take().unwrap().close();
}

#[test]
fn the_window_size_is_restored_within_limits() {
    let mut settings = Settings::default();
    assert_eq!(window_size(&settings), vec2(980.0, 700.0));
    settings.window.width = 1_200;
    settings.window.height = 0;
    assert_eq!(window_size(&settings), vec2(1_200.0, MIN_SIZE[1]));
}

//! The properties that all transfer rows share.

use std::time::{Duration, Instant};

use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::downloads::request;
use super::happenings::{asking, running_in};
use super::*;
use crate::app::model::Opened;
use landline_engine::error::{ClientError, Failure};
use landline_engine::transfer::{Outcome, Protocol};

#[test]
fn uploads_are_cancelled_at_the_server() {
    let mut model = filled(Tab::Server);
    let film = transfer(Direction::Upload, "film.mkv");
    film.start(Protocol::Http, Some(100));
    let notes = transfer(Direction::Upload, "notes.txt");
    notes.start(Protocol::Raw, Some(10));
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
        failed.end(Outcome::Failed(Failure::Fetch(ClientError::NoName)));
        ids.push(failed.id());
        let request = request(failed.name());
        model.client.transfers.add(failed, Some(request));
    }
    let mut window = usual(model);
    // The newest rows come first, so the last one is the oldest.
    for _ in 0..120 {
        press(&mut window, Modifiers::NONE, Key::Tab);
        let last = window.query_by_label("Try again: file 0");
        if last.is_some_and(|last| last.is_focused()) {
            press(&mut window, Modifiers::NONE, Key::Enter);
            assert_eq!(asked(&mut window), [Action::Again(ids[0])]);
            return;
        }
    }
    panic!("Tab never came to the last row");
}

#[test]
fn a_download_of_unknown_size_has_no_progress_bar() {
    let mut model = filled(Tab::Client);
    let film = transfer(Direction::Download, "film.mkv");
    film.start(Protocol::Raw, None);
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
        film.start(Protocol::Http, Some(100));
        model.server.transfers.add(film, None);
        let window = window(size, Theme::Light, model);
        let label = window.get_by_label(&name).rect();
        let tag = window.get_by_label("HTTP").rect();
        let cancel = window.get_by_label(&format!("Cancel {name}")).rect();
        assert!(label.right() < tag.left() && tag.right() < cancel.left());
        assert!(cancel.right() <= size.x);
    }
}

/// The rectangles of everything in the list that has a name: below the fields and above the end of
/// the window.
fn parts(window: &Window) -> Vec<(String, egui::Rect)> {
    let nodes = window.root().children_recursive();
    let named = nodes.filter_map(|node| {
        let own = node.accesskit_node();
        // A row is around all of its parts.
        let is_row = own.role() == egui::accesskit::Role::ListItem;
        let name = own.label().or_else(|| own.value()).filter(|_| !is_row)?;
        Some((name, node.rect()))
    });
    named.filter(|(_, rect)| rect.top() > 290.0).collect()
}

#[test]
fn in_every_state_everything_has_its_own_place() {
    for size in [vec2(980.0, 2600.0), vec2(440.0, 3200.0)] {
        for theme in [Theme::Light, Theme::Dark] {
            let mut model = filled(Tab::Client);
            super::downloads::in_every_state(&mut model);
            let mut window = window(size, theme, model);
            click(&mut window, "Show 10 failed files in photos/");
            let parts = parts(&window);
            assert!(parts.len() > 80, "{}", parts.len());
            for (index, (name, rect)) in parts.iter().enumerate() {
                assert!(
                    rect.left() >= 12.0 && rect.right() <= size.x - 12.0,
                    "{name}"
                );
                for (other, place) in &parts[index + 1..] {
                    // Rounding to pixels does not count as overlap.
                    let common = rect.intersect(*place).shrink(0.5);
                    assert!(
                        !common.is_positive(),
                        "{name} at {rect:?} is over {other} at {place:?} in {size:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_file_saved_under_another_name_is_shown_with_it() {
    let mut model = filled(Tab::Client);
    super::downloads::in_every_state(&mut model);
    let window = window(vec2(980.0, 2600.0), Theme::Light, model);
    assert!(window.query_by_label("renamed").is_none());
    window.get_by_label("[新]renamed");
    window.get_by_label("Open [新]renamed");
}

#[test]
fn a_double_click_on_the_name_opens_the_saved_file() {
    let mut model = filled(Tab::Client);
    super::downloads::in_every_state(&mut model);
    let mut window = window(vec2(980.0, 2600.0), Theme::Light, model);
    for name in ["checked", "failed"] {
        // The tag has the same text.
        let place = window.get_all_by_label(name).next().unwrap().rect();
        window.hover_at(place.center());
        window.step();
        // In a single frame, because each takes a quarter of a second here.
        let clicks = [true, false, true, false].map(|pressed| Event::PointerButton {
            pos: place.center(),
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        });
        window.input_mut().events.extend(clicks);
        window.step();
    }
    window.step();
    let path = std::path::PathBuf::from("/home/bo/Downloads/checked");
    let asked = asked(&mut window);
    let [open, line] = &asked[..] else {
        panic!("{asked:?}");
    };
    assert_eq!(*open, Action::Open(path));
    // The double click on the name of another row is a click on the row.
    assert!(matches!(line, Action::OpenLine(Tab::Client, _)));
}

#[test]
fn a_click_on_a_text_of_a_row_opens_its_line() {
    let mut model = filled(Tab::Server);
    let film = transfer(Direction::Upload, "film.mkv");
    film.start(Protocol::Http, Some(9_000_000_000));
    let key = film.id();
    model.server.transfers.add(film, None);
    model.server.transfers.sample(Instant::now());
    let mut window = usual(model);
    let line = Action::OpenLine(Tab::Server, Opened::Line(key));
    for text in ["film.mkv", "192.168.1.9", "0 / 9 GB"] {
        let label = window.get_by_role_and_label(Role::Label, text);
        let place = label.rect();
        label.click();
        window.run();
        assert_eq!(asked(&mut window), std::slice::from_ref(&line), "{text}");
        // Who selects a part of it wants to copy it.
        window.drag_at(place.left_center() + vec2(2.0, 0.0));
        window.run();
        window.hover_at(place.right_center() - vec2(2.0, 0.0));
        window.run();
        window.drop_at(place.right_center() - vec2(2.0, 0.0));
        window.run();
        assert_eq!(asked(&mut window), [], "{text}");
    }
}

#[test]
fn active_transfers_have_a_graph_of_the_last_minute() {
    for size in [USUAL, vec2(440.0, 700.0)] {
        let mut model = filled(Tab::Client);
        let film = transfer(Direction::Download, "film.mkv");
        film.start(Protocol::Http, Some(100_000_000));
        let transfers = &mut model.client.transfers;
        transfers.add(Arc::clone(&film), None);
        let start = Instant::now();
        for second in 0..=5 {
            transfers.sample(start + Duration::from_secs(second));
            film.advance(1_000_000);
        }
        let mut window = window(size, Theme::Light, model);
        let graph = window.get_by_label("Speed of film.mkv over the last minute");
        assert_eq!(graph.value().as_deref(), Some("1.0 MB/s"));
        let (graph, name) = (graph.rect(), window.get_by_label("film.mkv").rect());
        assert!(graph.left() > name.right() && graph.right() <= size.x - 12.0);
        film.end(Outcome::Cancelled);
        window.run();
        assert!(window.query_by_label_contains("Speed of").is_none());
    }
}

#[test]
fn numbers_that_change_move_nothing() {
    let places = |done: u64| {
        let mut model = filled(Tab::Server);
        for name in ["film.mkv", "notes.txt"] {
            let film = transfer(Direction::Upload, name);
            film.start(Protocol::Http, Some(9_000_000_000));
            film.advance(done);
            model.server.transfers.add(film, None);
        }
        let window = usual(model);
        parts(&window)
            .into_iter()
            .map(|(_, rect)| rect)
            .collect::<Vec<_>>()
    };
    let before = places(1_100_000_000);
    for done in [2_200_000_000, 3_100_000_000, 4_400_000_000] {
        assert_eq!(places(done), before);
    }
}

#[test]
fn progress_bars_jump_with_reduced_motion() {
    for calm in [false, true] {
        let mut model = filled(Tab::Client);
        let film = transfer(Direction::Download, "film.mkv");
        film.start(Protocol::Http, Some(100));
        model.client.transfers.add(Arc::clone(&film), None);
        let mut window = usual(model);
        theme::set_calm(&window.ctx, calm);
        film.advance(90);
        window.step();
        window.step();
        let viewports = &window.output().viewport_output;
        let delay = viewports[&egui::ViewportId::ROOT].repaint_delay;
        assert_eq!(delay == Duration::MAX, calm, "{delay:?}");
    }
}

#[test]
fn an_interrupted_download_can_be_retried_at_once() {
    for size in [USUAL, vec2(440.0, 900.0)] {
        let mut model = filled(Tab::Client);
        let film = transfer(Direction::Download, "film.mkv");
        let until = Instant::now() + Duration::from_hours(1);
        film.back_off(no_answer(), until);
        let transfers = &mut model.client.transfers;
        transfers.add(Arc::clone(&film), Some(request("film.mkv")));
        let mut window = window(size, Theme::Light, model);
        click(&mut window, "Try film.mkv now");
        assert_eq!(asked(&mut window), [Action::TryNow(film.id())]);
    }
}

#[test]
fn the_closest_file_name_is_suggested() {
    let mut model = filled(Tab::Client);
    let near = format!("films/{} the end.mkv", "a long name ".repeat(9));
    let failed = transfer(Direction::Download, "film.mkv");
    failed.set_nearest(Some(near.clone()));
    failed.end(Outcome::Failed(Failure::Fetch(ClientError::NoName)));
    let transfers = &mut model.client.transfers;
    transfers.add(Arc::clone(&failed), Some(request("film.mkv")));
    let mut window = usual(model);
    let name = format!("Download {near}");
    assert!(window.get_by_label(&name).rect().width() < 300.0);
    click(&mut window, &name);
    assert_eq!(asked(&mut window), [Action::Instead(failed.id(), near)]);
}

#[test]
fn the_suggested_file_replaces_the_missing_one() {
    let dir = tempfile::tempdir().unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut model = asking(dir.path());
    let port = listener.local_addr().unwrap().port();
    model.settings.host_port = port.to_string();
    let request = landline_engine::client::Request {
        host: "127.0.0.1".to_owned(),
        port,
        ..request("flim.mkv")
    };
    let failed = transfer(Direction::Download, "flim.mkv");
    failed.set_nearest(Some("film.mkv".to_owned()));
    failed.end(Outcome::Failed(Failure::Fetch(ClientError::NoName)));
    model.client.transfers.add(failed, Some(request));
    let mut window = running_in(dir.path(), model);
    window.get_by_label("Download film.mkv").click();
    window.run_steps(3);
    window.get_by_label("Cancel film.mkv");
    assert!(window.query_by_label("Try again: flim.mkv").is_none());
    window.state_mut().app.take().unwrap().close();
}

//! What is cancelled or removed can be brought back for some seconds.

use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};

use egui_kittest::kittest::Queryable as _;

use super::downloads::request;
use super::happenings::{Running, asking, history_in, running_in};
use super::*;
use crate::app::actions::Clicks;
use crate::app::model::history::History;
use crate::app::model::transfers::Transfers;
use crate::app::model::undo::UNDO;
use crate::stored::Stored as _;
use landline_engine::transfer::{Outcome, Protocol};

const PATIENCE: Duration = Duration::from_secs(20);

type Program = Harness<'static, Running>;

/// A program that downloads a file from a server that never responds.
fn downloading(dir: &Path, silent: &TcpListener) -> Program {
    let mut model = asking(dir);
    let port = silent.local_addr().unwrap().port();
    model.settings.host_port = port.to_string();
    model.settings.file_name = "film.mkv".to_owned();
    let mut program = running_in(dir, model);
    program.get_by_label("Download").click();
    program.run_steps(3);
    program
}

fn model(program: &mut Program) -> &mut Model {
    &mut program.state_mut().app.as_mut().unwrap().model
}

/// Draws frames until there is a widget with this name, or until there is none.
fn wait(program: &mut Program, name: &str, is_there: bool) {
    let started = Instant::now();
    while program.query_by_label(name).is_some() != is_there {
        assert!(started.elapsed() < PATIENCE, "{name}");
        program.step();
        std::thread::yield_now();
    }
}

/// A click that is no second click on what was there before.
fn use_button(program: &mut Program, name: &str) {
    let app = program.state_mut().app.as_mut().unwrap();
    app.ending = Clicks::default();
    program.get_by_label(name).click();
    program.run_steps(2);
}

fn expire(program: &mut Program) {
    model(program).undo.as_mut().unwrap().until = Instant::now();
    program.run_steps(2);
}

#[test]
fn a_cancelled_download_can_be_brought_back_again_and_again() {
    let dir = tempfile::tempdir().unwrap();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut program = downloading(dir.path(), &silent);
    for _ in 0..20 {
        use_button(&mut program, "Cancel film.mkv");
        wait(&mut program, "film.mkv was cancelled", true);
        assert!(program.query_by_label("film.mkv").is_none());
        // Without waiting until it is paused.
        use_button(&mut program, "Undo");
        wait(&mut program, "Cancel film.mkv", true);
        assert!(program.query_by_label("Undo").is_none());
    }
    let started = Instant::now();
    // It gets its slot back when the previous attempt has ended.
    while model(&mut program).client.transfers.active() != (1, 0) {
        assert!(started.elapsed() < PATIENCE);
        program.step();
    }
    assert_eq!(model(&mut program).client.transfers.len(), 1);
    program.state_mut().app.as_mut().unwrap().close();
}

#[test]
fn what_stays_removed_is_forgotten_after_some_seconds() {
    let dir = tempfile::tempdir().unwrap();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut program = downloading(dir.path(), &silent);
    use_button(&mut program, "Cancel film.mkv");
    wait(&mut program, "Undo", true);
    let left = model(&mut program).undo.as_ref().unwrap().until - Instant::now();
    assert!(left > UNDO / 2 && left <= UNDO);
    expire(&mut program);
    wait(&mut program, "Undo", false);
    // The keys bring back nothing any more.
    program.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    let started = Instant::now();
    let kept = || std::fs::read_to_string(dir.path().join("downloads.json"));
    let is_removed = |program: &mut Program| model(program).client.transfers.removed().len() > 0;
    while is_removed(&mut program) || kept().is_ok_and(|kept| kept.contains("film.mkv")) {
        assert!(started.elapsed() < PATIENCE);
        program.step();
        std::thread::yield_now();
    }
    assert!(model(&mut program).client.transfers.is_empty());
    // Nothing is left to draw or to wait for.
    let rests = |program: &mut Program| {
        program.step();
        let viewports = &program.output().viewport_output;
        viewports[&egui::ViewportId::ROOT].repaint_delay == Duration::MAX
    };
    while !rests(&mut program) {
        assert!(started.elapsed() < PATIENCE);
    }
    program.state_mut().app.as_mut().unwrap().close();
}

#[test]
fn a_removed_download_is_saved_as_long_as_it_can_be_brought_back() {
    let dir = tempfile::tempdir().unwrap();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut program = downloading(dir.path(), &silent);
    use_button(&mut program, "Cancel film.mkv");
    let kept = || {
        let mut transfers = Transfers::default();
        History::load(dir.path()).unwrap().restore(&mut transfers);
        transfers
    };
    // As if the program were killed now.
    let started = Instant::now();
    while kept().is_empty() {
        assert!(started.elapsed() < PATIENCE);
        program.step();
    }
    assert!(kept().rows().next().unwrap().is_unfinished());
    program.state_mut().app.as_mut().unwrap().close();
    // It was cancelled, so it is not there the next time, but its part is looked for once more.
    let started = Instant::now();
    while !kept().is_empty() {
        assert!(started.elapsed() < PATIENCE);
        std::thread::yield_now();
    }
    assert_eq!(kept().discarding().len(), 1);
    let mut next = Model::default();
    History::load(dir.path())
        .unwrap()
        .restore(&mut next.client.transfers);
    let mut program = running_in(dir.path(), next);
    let started = Instant::now();
    while !model(&mut program).client.transfers.discarding().is_empty() {
        assert!(started.elapsed() < PATIENCE);
        program.step();
    }
    program.state_mut().app.as_mut().unwrap().close();
}

#[test]
fn removed_and_failed_downloads_are_not_saved() {
    let dir = tempfile::tempdir().unwrap();
    let mut model = asking(dir.path());
    let rest = model.download_requests().unwrap().remove(0);
    let paused = transfer(Direction::Download, &rest.name);
    paused.end(Outcome::Paused(None));
    model.client.transfers.add(paused, Some(rest));
    History::of(&model.client.transfers)
        .save(dir.path())
        .unwrap();
    let mut window = running_in(dir.path(), model);
    window.get_by_label("Remove film 海边.mkv").click();
    window.step();
    window.step();
    assert!(window.query_by_label("Remove film 海边.mkv").is_none());
    // It is saved as long as it can be brought back.
    history_in(dir.path(), |all| all.len() == 1);
    window.step();
    window.get_by_label("Dismiss").click();
    window.step();
    window.step();
    history_in(dir.path(), Transfers::is_empty);
}

/// Downloads that were saved, and one that is paused.
fn with_rows(count: usize) -> Model {
    let mut model = filled(Tab::Client);
    for number in 0..=count {
        let one = transfer(Direction::Download, &format!("file {number}"));
        one.start(Protocol::Http, Some(100));
        one.end(if number < count {
            Outcome::Saved(landline_engine::transfer::Saved {
                path: format!("/home/bo/file {number}").into(),
                checked: landline_engine::transfer::Checked::Digest,
                skipped: false,
                notes: Vec::new(),
            })
        } else {
            Outcome::Paused(None)
        });
        let request = request(one.name());
        model.client.transfers.add(one, Some(request));
    }
    // The list starts at the top.
    model.client.transfers.take_wanted();
    model
}

#[test]
fn a_double_click_on_undo_removes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut program = running_in(dir.path(), with_rows(3));
    program.run_steps(3);
    use_button(&mut program, "Remove file 3");
    wait(&mut program, "Undo", true);
    use_button(&mut program, "Undo");
    // What the second click hits.
    program.get_by_label("Remove file 2").click();
    program.run_steps(2);
    assert_eq!(model(&mut program).client.transfers.len(), 4);
    program.state_mut().app.as_mut().unwrap().close();
}

#[test]
fn several_removals_are_brought_back_together() {
    let dir = tempfile::tempdir().unwrap();
    let mut program = running_in(dir.path(), with_rows(300));
    program.run_steps(3);
    use_button(&mut program, "Remove file 300");
    wait(&mut program, "file 300 was cancelled", true);
    use_button(&mut program, "Remove file 299");
    wait(&mut program, "2 entries removed from the list", true);
    use_button(&mut program, "Clear finished");
    wait(&mut program, "301 entries removed from the list", true);
    assert!(model(&mut program).client.transfers.is_empty());
    program.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    program.run_steps(3);
    let rows = model(&mut program).client.transfers.rows();
    let names: Vec<_> = rows.map(|row| row.transfer.name().to_owned()).collect();
    let wanted = (0..=300).rev().map(|number| format!("file {number}"));
    assert_eq!(names, wanted.collect::<Vec<_>>());
    // What was paused stays paused.
    program.get_by_label("Resume file 300");
    program.state_mut().app.as_mut().unwrap().close();
}

#[test]
fn in_a_text_field_the_keys_undo_what_was_typed() {
    let dir = tempfile::tempdir().unwrap();
    let mut program = running_in(dir.path(), with_rows(1));
    program.run_steps(3);
    use_button(&mut program, "Remove file 1");
    wait(&mut program, "Undo", true);
    let host = |program: &mut Program| {
        let role = egui::accesskit::Role::TextInput;
        program.get_by_role_and_label(role, "File name").click();
        program.run_steps(2);
    };
    host(&mut program);
    program.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    program.run_steps(2);
    program.get_by_label("Undo");
    program.get_by_label("Remove file 0").focus();
    program.run_steps(2);
    program.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    program.run_steps(2);
    program.get_by_label("Remove file 1");
    assert!(program.query_by_label("Undo").is_none());
    program.state_mut().app.as_mut().unwrap().close();
}

#[test]
fn finished_uploads_are_removed_and_cleared() {
    let mut server = filled(Tab::Server);
    for name in ["a", "b"] {
        let sent = transfer(Direction::Upload, name);
        sent.start(Protocol::Http, Some(100));
        sent.end(Outcome::Sent);
        server.server.transfers.add(sent, None);
    }
    let dir = tempfile::tempdir().unwrap();
    let mut program = running_in(dir.path(), server);
    program.run_steps(3);
    use_button(&mut program, "Remove a");
    wait(&mut program, "a was removed from the list", true);
    use_button(&mut program, "Clear finished");
    wait(&mut program, "2 entries removed from the list", true);
    assert!(model(&mut program).server.transfers.is_empty());
    use_button(&mut program, "Undo");
    program.get_by_label("Remove a");
    program.get_by_label("Remove b");
    program.state_mut().app.as_mut().unwrap().close();
}

#[test]
fn the_offer_stays_while_it_is_in_use_and_covers_no_field() {
    for size in [USUAL, SMALL] {
        let mut model = with_rows(5);
        let id = model.client.transfers.rows().next().unwrap().transfer.id();
        model.client.transfers.remove(id);
        let before = Instant::now();
        model.offer_undo(before);
        let mut window = window(size, Theme::Light, model);
        let undo = window.get_by_label("Undo").rect();
        assert!(undo.bottom() < size.y && undo.right() < size.x);
        let fields = window.get_by_label("Download").rect();
        assert!(undo.top() > fields.bottom());
        let until = |window: &Window| window.state().model.undo.as_ref().unwrap().until;
        let was = until(&window);
        window.get_by_label("Undo").hover();
        window.run_steps(2);
        assert!(until(&window) > was);
        click(&mut window, "Undo");
        assert_eq!(asked(&mut window), [Action::Undo]);
    }
}

#[test]
fn a_cancelled_folder_says_that_its_files_are_kept() {
    let mut model = filled(Tab::Client);
    let photos = transfer(Direction::Download, "photos");
    photos.start(Protocol::Http, None);
    photos.set_files(landline_engine::transfer::Files {
        done: 12,
        ..Default::default()
    });
    let transfers = &mut model.client.transfers;
    transfers.add(Arc::clone(&photos), Some(request("photos")));
    assert!(transfers.remove(photos.id()));
    model.offer_undo(Instant::now());
    let window = usual(model);
    window.get_by_label("photos was cancelled; its 12 complete files are kept");
}

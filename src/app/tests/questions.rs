//! The confirmation dialogs in the whole program.

use std::path::Path;

use super::happenings::{Running, running};
use super::*;
use crate::app::actions::{Folder, Question};
use crate::app::inbox::{Event as AppEvent, Outbox, inbox};
use crate::app::model::{Dropped, Selection, Sharing};
use crossbeam_channel::{Receiver, bounded};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use landline_engine::client::{Request, Target};
use landline_engine::error::StoreError;
use landline_engine::transfer::{Direction, Outcome};

pub(super) type Program = Harness<'static, Running>;

/// A program whose Server tab is ready to share `folder` on a free port.
pub(super) fn program(folder: &Path) -> (Program, Outbox, Receiver<()>) {
    let mut model = Model::default();
    model.settings.folder = folder.display().to_string();
    model.settings.port = free_port().to_string();
    let (unfinished, finished) = bounded(0);
    let boxes = inbox(|| {});
    let outbox = boxes.1.clone();
    (running(model, None, boxes, unfinished), outbox, finished)
}

pub(super) fn model(program: &mut Program) -> &mut Model {
    &mut program.state_mut().app.as_mut().unwrap().model
}

/// Runs frames until the condition holds; events come from other threads.
pub(super) fn until(program: &mut Program, condition: impl Fn(&Model) -> bool) {
    let start = std::time::Instant::now();
    while !condition(model(program)) {
        assert!(start.elapsed().as_secs() < 60);
        program.step();
        std::thread::yield_now();
    }
}

pub(super) fn is_on(model: &Model) -> bool {
    matches!(model.server.sharing, Sharing::On { .. })
}

pub(super) fn press(program: &mut Program, name: &str) {
    program.get_by_label(name).click();
    program.step();
    program.step();
}

/// The event for a dropped file that exists.
fn file(folder: &Path, name: &str) -> AppEvent {
    std::fs::write(folder.join(name), name).unwrap();
    AppEvent::Dropped(Dropped::Entries(Selection {
        folder: folder.to_owned(),
        names: [name.to_owned()].into(),
        folders: 0,
        in_folder: None,
    }))
}

pub(super) fn close(mut program: Program) {
    program.state_mut().app.take().unwrap().close();
}

#[test]
fn a_dropped_folder_is_shared_instead_only_if_the_user_says_so() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (mut program, outbox, _finished) = program(one.path());
    press(&mut program, "Start sharing");
    until(&mut program, is_on);
    let dropped = || file(other.path(), "a.txt");
    outbox.send(dropped());
    until(&mut program, |model| model.question.is_some());
    program.run_steps(3);
    press(&mut program, "Keep current folder");
    assert_eq!(
        model(&mut program).settings.folder,
        one.path().display().to_string()
    );
    outbox.send(dropped());
    until(&mut program, |model| model.question.is_some());
    program.run_steps(3);
    press(&mut program, "Share it");
    let there = other.path().display().to_string();
    until(&mut program, |model| {
        is_on(model) && model.shared_folder().display().to_string() == there
    });
    program.run_steps(3);
    program.get_by_label("Copy the link to a.txt");
    press(&mut program, "Stop sharing");
    until(&mut program, |model| model.server.sharing == Sharing::Off);
    assert!(model(&mut program).server.failure.is_none());
    close(program);
}

#[test]
fn a_share_stopped_meanwhile_does_not_start_later() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (mut program, _outbox, _finished) = program(one.path());
    // The share ended while the dialog was open.
    let folder = other.path().to_owned();
    model(&mut program).question = Some(Question::Share(Dropped::Folder(folder)));
    program.run_steps(3);
    press(&mut program, "Share it");
    until(&mut program, is_on);
    press(&mut program, "Stop sharing");
    until(&mut program, |model| model.server.sharing == Sharing::Off);
    program.run_steps(5);
    assert_eq!(model(&mut program).server.sharing, Sharing::Off);
    close(program);
}

#[test]
fn a_file_is_offered_only_while_its_folder_is_shared() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (mut program, outbox, _finished) = program(one.path());
    outbox.send(file(one.path(), "a.txt"));
    until(&mut program, is_on);
    assert!(model(&mut program).server.offered.is_some());
    program.run_steps(3);
    press(&mut program, "Stop sharing");
    until(&mut program, |model| model.server.sharing == Sharing::Off);
    outbox.send(AppEvent::Picked(Folder::Shared, other.path().to_owned()));
    let there = other.path().display().to_string();
    until(&mut program, |model| model.settings.folder == there);
    program.run_steps(2);
    press(&mut program, "Start sharing");
    until(&mut program, is_on);
    program.run_steps(3);
    assert!(program.query_by_label("Copy the link to a.txt").is_none());
    close(program);
}

#[test]
fn a_folder_that_is_already_shared_needs_no_confirmation() {
    let one = tempfile::tempdir().unwrap();
    let (mut program, outbox, _finished) = program(one.path());
    press(&mut program, "Start sharing");
    until(&mut program, is_on);
    outbox.send(file(one.path(), "b.txt"));
    until(&mut program, |model| model.server.offered.is_some());
    assert!(model(&mut program).question.is_none() && is_on(model(&mut program)));
    close(program);
}

#[test]
fn a_download_that_cannot_be_saved_can_be_saved_elsewhere() {
    let (bad, good) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    // Accepts connections but never responds.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut asked = filled(Tab::Client);
    let one = transfer(Direction::Download, "film.mkv");
    one.end(Outcome::Paused(Some(
        StoreError::DiskFull {
            folder: "/full".into(),
            lacking: None,
        }
        .into(),
    )));
    let request = Request {
        host: "127.0.0.1".to_owned(),
        port: silent.local_addr().unwrap().port(),
        target: Target::Folder(bad.path().to_owned()),
        ..super::downloads::request("film.mkv")
    };
    let id = one.id();
    asked.client.transfers.add(one, Some(request));
    let (unfinished, _finished) = bounded(0);
    let boxes = inbox(|| {});
    let outbox = boxes.1.clone();
    let mut program = running(asked, None, boxes, unfinished);
    program.get_by_label("Save film.mkv in another folder");
    let folder = good.path().to_owned();
    outbox.send(AppEvent::Picked(Folder::Download(id), folder.clone()));
    until(&mut program, |model| {
        model.client.transfers.get(id).is_none()
    });
    program.run_steps(2);
    program.get_by_label("Cancel film.mkv");
    let rows: Vec<_> = model(&mut program).client.transfers.rows().collect();
    let target = rows[0]
        .request
        .as_ref()
        .map(|request| request.target.clone());
    assert_eq!((rows.len(), target), (1, Some(Target::Folder(folder))));
    close(program);
}

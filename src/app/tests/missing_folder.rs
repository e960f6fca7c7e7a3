//! A *Save to* folder that does not exist can be created.

use std::fs;

use super::happenings::{asking, running_in};
use super::questions::{Program, close, model, press, until};
use super::*;
use egui_kittest::kittest::Queryable as _;

/// A program whose *Save to* is `to`, after *Download* has failed because of it.
fn failed(dir: &Path, to: &Path) -> Program {
    let mut asked = asking(dir);
    asked.settings.save_to = to.display().to_string();
    let mut program = running_in(dir, asked);
    press(&mut program, "Download");
    until(&mut program, |model| model.client.failure.is_some());
    program.run_steps(3);
    let said = format!("The folder {} does not exist.", to.display());
    assert!(program.query_all_by_label_contains(&said).count() > 0);
    program
}

#[test]
fn a_missing_folder_is_created_and_the_download_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let to = dir.path().join("a b/new");
    let mut program = failed(dir.path(), &to);
    press(&mut program, "Create it");
    until(&mut program, |_| to.is_dir());
    // The download has got as far as the server, which does not exist.
    until(&mut program, |model| {
        let mut rows = model.client.transfers.rows();
        model.client.failure.is_none()
            && rows.all(|row| row.missing_folder().is_none() && !row.is_active())
    });
    program.run_steps(3);
    assert_eq!(model(&mut program).client.transfers.len(), 1);
    program.get_by_label_contains("refused the connection");
    close(program);
}

#[test]
fn a_folder_that_cannot_be_created_is_explained() {
    let dir = tempfile::tempdir().unwrap();
    let to = dir.path().join("new");
    let mut program = failed(dir.path(), &to);
    fs::write(&to, "in the way").unwrap();
    press(&mut program, "Create it");
    until(&mut program, |model| {
        let failure = model.client.failure.as_ref();
        failure.is_some_and(|failure| failure.steps.is_empty())
    });
    program.run_steps(3);
    program.get_by_label_contains(&format!("{} is a file", to.display()));
    assert_eq!(fs::read(&to).unwrap(), b"in the way");
    close(program);
}

#[test]
fn many_downloads_to_a_missing_folder_go_on_with_one_click() {
    let dir = tempfile::tempdir().unwrap();
    let to = dir.path().join("new");
    let mut asked = asking(dir.path());
    asked.settings.save_to = to.display().to_string();
    let links: Vec<_> = (0..500)
        .map(|n| format!("http://127.0.0.1:1/{n}"))
        .collect();
    assert_eq!(asked.take_urls(&links.join("\n")), 500);
    let mut program = running_in(dir.path(), asked);
    press(&mut program, "Download all 500");
    let lacking = |model: &Model| {
        let rows = model.client.transfers.rows();
        rows.filter(|row| row.missing_folder().is_some()).count()
    };
    until(&mut program, |model| lacking(model) == 500);
    program.run_steps(3);
    press(&mut program, "Create it");
    until(&mut program, |model| lacking(model) == 0);
    assert!(model(&mut program).client.failure.is_none());
    assert_eq!(model(&mut program).client.transfers.len(), 500);
    close(program);
}

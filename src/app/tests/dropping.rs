//! What is dropped on the window is shared, and nothing else.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use crossbeam_channel::bounded;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::happenings::{running, running_in};
use super::questions::{Program, close, is_on, model, press, program, until};
use super::*;
use crate::app::actions::Folder;
use crate::app::inbox::{Event as AppEvent, inbox};
use crate::app::model::{Counted, Dropped, Selection, Sharing};
use crate::settings::Settings;
use crate::stored::Stored as _;

/// A folder with these files, each containing its own name.
pub(super) fn folder(files: &[&str]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for file in files {
        let path = dir.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, file).unwrap();
    }
    dir
}

pub(super) fn paths(folder: &Path, names: &[&str]) -> Vec<PathBuf> {
    names.iter().map(|name| folder.join(name)).collect()
}

/// Sends `request` to the server; returns the whole response.
pub(super) fn ask(program: &mut Program, request: &str) -> String {
    let port = model(program).settings.port.parse::<u16>().unwrap();
    let mut socket = TcpStream::connect(("127.0.0.1", port)).unwrap();
    socket.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    answer
}

pub(super) fn get(program: &mut Program, path: &str) -> String {
    let head = "HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\nConnection: close";
    ask(program, &format!("GET {path} {head}\r\n\r\n"))
}

/// The text in the field *Shared folder*.
pub(super) fn field(program: &Program) -> Option<String> {
    let role = egui::accesskit::Role::TextInput;
    let field = program.get_by_role_and_label(role, "Shared folder");
    field.accesskit_node().value()
}

/// Drops these paths and waits until they are shared.
pub(super) fn drop_and_look(program: &mut Program, paths: &[PathBuf]) {
    drop_on(program, paths);
    until(program, |model| {
        is_on(model) && model.server.selection.is_some()
    });
    until(program, |model| {
        let selection = model.server.selection.as_ref();
        selection.is_some_and(|selection| selection.in_folder.is_some())
    });
    program.run_steps(3);
}

fn stop(program: &mut Program) {
    program.run_steps(3);
    press(program, "Stop sharing");
    until(program, |model| model.server.sharing == Sharing::Off);
    program.run_steps(3);
}

#[test]
fn a_dropped_file_is_shared_and_nothing_else() {
    let before = folder(&[]);
    let home = folder(&["notes.txt", "taxes.pdf", "sub/a.txt"]);
    let (mut program, _outbox, _finished) = program(before.path());
    model(&mut program).settings.tab = Tab::Client;
    drop_and_look(&mut program, &paths(home.path(), &["notes.txt"]));
    assert_eq!(field(&program).as_deref(), Some("notes.txt"));
    assert!(get(&mut program, "/notes.txt").ends_with("\r\n\r\nnotes.txt"));
    assert_eq!(ask(&mut program, "notes.txt"), "notes.txt");
    for beside in ["/taxes.pdf", "/sub/a.txt", "/sub/", "/sub"] {
        let answer = get(&mut program, beside);
        assert!(answer.starts_with("HTTP/1.1 404 "), "{beside}: {answer}");
    }
    assert_eq!(ask(&mut program, "taxes.pdf"), "");
    let listing = get(&mut program, "/");
    assert!(listing.contains("notes.txt"), "{listing}");
    assert!(
        !listing.contains("taxes") && !listing.contains("sub"),
        "{listing}"
    );
    until(&mut program, |model| {
        matches!(
            &model.server.sharing,
            Sharing::On {
                files: Some(Counted {
                    files: 1,
                    omitted: 0,
                    more: false,
                }),
                ..
            }
        )
    });
    program.run_steps(3);
    program.get_by_label("Sharing 1 file");
    program.get_by_label("Copy the link to notes.txt");
    assert_eq!(field(&program).as_deref(), Some("notes.txt"));
    stop(&mut program);
    program.get_by_label_contains("Only notes.txt will be shared.");
    program.get_by_label("Share the whole folder (3 files)");
    close(program);
}

#[test]
fn several_files_of_one_folder_are_shared() {
    let photos = folder(&["a.jpg", "b.jpg", "c.jpg", "2024/d.jpg", "2025/e.jpg"]);
    let name = photos.path().file_name().unwrap().to_str().unwrap();
    let (mut program, _outbox, _finished) = program(photos.path());
    drop_and_look(&mut program, &paths(photos.path(), &["a.jpg", "b.jpg"]));
    assert_eq!(field(&program), Some(format!("2 files from {name}")));
    stop(&mut program);
    // The next drop replaces the selection.
    let dropped = paths(photos.path(), &["b.jpg", "2024", "a.jpg", "a.jpg"]);
    drop_on(&mut program, &dropped);
    until(&mut program, |model| {
        let selection = model.server.selection.as_ref();
        is_on(model) && selection.is_some_and(|selection| selection.folders == 1)
    });
    program.run_steps(3);
    assert_eq!(field(&program), Some(format!("3 items from {name}")));
    for there in ["/a.jpg", "/b.jpg", "/2024/d.jpg"] {
        let answer = get(&mut program, there);
        assert!(answer.ends_with(&there[1..]), "{there}: {answer}");
    }
    for beside in ["/c.jpg", "/2025/e.jpg"] {
        let answer = get(&mut program, beside);
        assert!(answer.starts_with("HTTP/1.1 404 "), "{beside}: {answer}");
    }
    close(program);
}

#[test]
fn the_whole_folder_is_one_click_away_and_says_how_much_that_is() {
    let (before, home) = (folder(&[]), folder(&["notes.txt", "taxes.pdf"]));
    let (mut program, _outbox, _finished) = program(before.path());
    drop_and_look(&mut program, &paths(home.path(), &["notes.txt"]));
    stop(&mut program);
    press(&mut program, "Share the whole folder (2 files)");
    assert_eq!(field(&program), Some(home.path().display().to_string()));
    assert!(program.query_by_label_contains("will be shared").is_none());
    press(&mut program, "Start sharing");
    until(&mut program, is_on);
    assert!(get(&mut program, "/taxes.pdf").ends_with("taxes.pdf"));
    program.run_steps(3);
    program.get_by_label("Copy the link to notes.txt");
    close(program);
}

#[test]
fn a_dropped_selection_can_be_discarded() {
    let (before, home) = (folder(&[]), folder(&["notes.txt"]));
    let (mut program, outbox, _finished) = program(before.path());
    let was = Some(before.path().display().to_string());
    drop_and_look(&mut program, &paths(home.path(), &["notes.txt"]));
    stop(&mut program);
    press(&mut program, "Do not share notes.txt");
    assert_eq!(field(&program), was);
    assert!(model(&mut program).server.offered.is_none());
    // A folder that is dropped or chosen is shared as a whole.
    for whole in [
        AppEvent::Dropped(Dropped::Folder(home.path().to_owned())),
        AppEvent::Picked(Folder::Shared, home.path().to_owned()),
    ] {
        drop_and_look(&mut program, &paths(home.path(), &["notes.txt"]));
        stop(&mut program);
        let is_dropped = matches!(whole, AppEvent::Dropped(_));
        outbox.send(whole);
        until(&mut program, |model| model.server.selection.is_none());
        program.run_steps(3);
        assert_eq!(field(&program), Some(home.path().display().to_string()));
        if is_dropped {
            until(&mut program, is_on);
            stop(&mut program);
        }
    }
    close(program);
}

#[test]
fn no_drop_is_ignored_silently() {
    let (one, other) = (folder(&["a.txt"]), folder(&["b.txt"]));
    let (mut program, _outbox, _finished) = program(one.path());
    let both = [one.path().join("a.txt"), other.path().join("b.txt")];
    drop_on(&mut program, &both);
    until(&mut program, |model| !model.notices.is_empty());
    program.run_steps(3);
    program.get_by_label_contains("shares items from one folder at a time");
    for path in both {
        program.get_by_label_contains(path.to_str().unwrap());
    }
    assert!(model(&mut program).server.selection.is_none());
    press(&mut program, "Dismiss this notice");
    // The valid files are shared, and the others are reported.
    drop_and_look(&mut program, &paths(one.path(), &["gone.txt", "a.txt"]));
    assert_eq!(field(&program).as_deref(), Some("a.txt"));
    let gone = one.path().join("gone.txt");
    let said = format!("Cannot share {}.", gone.display());
    program.get_by_label_contains(&said);
    close(program);
}

#[test]
fn while_sharing_drops_are_offered_or_need_confirmation() {
    let (one, other) = (folder(&["a.txt", ".rc"]), folder(&["b.txt", "c.txt"]));
    let (mut program, _outbox, _finished) = program(one.path());
    press(&mut program, "Start sharing");
    until(&mut program, is_on);
    drop_on(&mut program, &paths(one.path(), &["a.txt"]));
    until(&mut program, |model| model.server.offered.is_some());
    program.run_steps(3);
    program.get_by_label("Already shared: a.txt");
    program.get_by_label("Copy the link to a.txt");
    assert!(model(&mut program).server.selection.is_none());
    assert!(get(&mut program, "/a.txt").ends_with("a.txt"));
    // Hidden files are not shared with their folder, so they need a confirmation.
    for (folder, name) in [(&one, ".rc"), (&other, "b.txt")] {
        drop_on(&mut program, &paths(folder.path(), &[name]));
        until(&mut program, |model| model.question.is_some());
        program.run_steps(3);
        let title = format!("Share “{name}” instead?");
        program.get_by_label_contains(&title);
        press(&mut program, "Share it");
        until(&mut program, |model| {
            let selection = model.server.selection.as_ref();
            is_on(model) && selection.is_some_and(|selection| selection.names.contains(name))
        });
        assert!(get(&mut program, &format!("/{name}")).ends_with(name));
        for beside in ["/a.txt", "/c.txt"] {
            assert!(get(&mut program, beside).starts_with("HTTP/1.1 404 "));
        }
    }
    // Dropping the same files again needs none.
    drop_on(&mut program, &paths(other.path(), &["b.txt"]));
    until(&mut program, |model| {
        model.finished.toasts().last().is_some()
    });
    assert!(model(&mut program).question.is_none());
    close(program);
}

#[test]
fn a_restart_does_not_share_the_folder_of_a_selection() {
    let settings = tempfile::tempdir().unwrap();
    let home = folder(&["notes.txt", "taxes.pdf"]);
    let mut chosen = Model::default();
    chosen.settings.folder = home.path().display().to_string();
    chosen.settings.port = free_port().to_string();
    chosen.settings.share_at_launch = true;
    let (unfinished, finished) = bounded(0);
    let dir = Some(settings.path().to_owned());
    let mut program = running(chosen, dir, inbox(|| {}), unfinished);
    until(&mut program, is_on);
    press(&mut program, "Stop sharing");
    until(&mut program, |model| model.server.sharing == Sharing::Off);
    drop_and_look(&mut program, &paths(home.path(), &["notes.txt"]));
    close(program);
    // The last worker has dropped its sender.
    assert!(finished.recv().is_err());
    let kept = Settings::load(settings.path()).unwrap();
    assert!(kept.share_at_launch && !kept.shares_at_launch());
    let again = Model {
        settings: kept,
        ..Model::default()
    };
    let mut program = running_in(settings.path(), again);
    program.run_steps(3);
    assert_eq!(model(&mut program).server.sharing, Sharing::Off);
    // Once the folder itself is shared again, it is also shared at the next start.
    press(&mut program, "Start sharing");
    until(&mut program, is_on);
    assert!(model(&mut program).settings.shares_at_launch());
    close(program);
}

#[test]
fn a_selection_is_named_in_both_languages() {
    let selection = |names: &[&str], folders| Selection {
        folder: "/home/ann/Photos".into(),
        names: names.iter().map(|&name| name.to_owned()).collect(),
        folders,
        in_folder: None,
    };
    for (language, files, things) in [
        (
            Language::English,
            "2 files from Photos",
            "2 items from Photos",
        ),
        (
            Language::Chinese,
            "Photos 中的 2 个文件",
            "Photos 中的 2 项",
        ),
    ] {
        set_language(language);
        assert_eq!(selection(&["a", "b"], 0).words(), files);
        assert_eq!(selection(&["a", "b"], 1).words(), things);
        assert_eq!(selection(&["a\u{202e}b"], 0).words(), "a b");
    }
    set_language(Language::English);
    let root = Selection {
        folder: "/".into(),
        ..selection(&["a", "b"], 2)
    };
    assert_eq!(root.words(), "2 items from /");
}

//! Settings that reach what is running, and a second start that raises the window.

use crossbeam_channel::bounded;
use egui::ViewportCommand;
use egui_kittest::kittest::Queryable as _;

use super::dropping::ask;
use super::flows::{key, write};
use super::questions::{close, is_on, model, press, program, until};
use super::*;
use crate::app::inbox::Event as AppEvent;
use crate::settings::Copies;
use crate::text::set_language;
use landline_engine::client::CopyNaming;

#[test]
fn names_are_answered_as_soon_as_they_are_typed() {
    let folder = tempfile::tempdir().unwrap();
    let (mut program, _outbox, _finished) = program(folder.path());
    press(&mut program, "Start sharing");
    until(&mut program, is_on);
    let request = "GET / HTTP/1.1\r\nHost: files.example.org\r\nConnection: close\r\n\r\n";
    let refused = ask(&mut program, request);
    assert!(refused.starts_with("HTTP/1.1 421 "), "{refused}");
    key(&mut program, Modifiers::COMMAND, Key::Comma);
    let role = egui::accesskit::Role::TextInput;
    let names = |program: &mut questions::Program| {
        program
            .get_by_role_and_label(role, "Also answer to these names")
            .focus();
        program.run_steps(3);
    };
    names(&mut program);
    write(&mut program, "b\u{fc}cher.example，Files.Example.org");
    program.get_by_label("“b\u{fc}cher.example” is not a host name (a–z, 0–9, hyphens and dots)");
    let answered = ask(&mut program, request);
    assert!(answered.starts_with("HTTP/1.1 200 "), "{answered}");
    names(&mut program);
    write(&mut program, "other.example");
    let refused = ask(&mut program, request);
    assert!(refused.starts_with("HTTP/1.1 421 "), "{refused}");
    close(program);
}

#[test]
fn a_second_start_is_answered_once_the_window_is_told_to_rise() {
    let folder = tempfile::tempdir().unwrap();
    let (mut program, outbox, _finished) = program(folder.path());
    let (raised, answers) = bounded(1);
    program.run_steps(3);
    outbox.send(AppEvent::Raise(raised));
    assert!(answers.is_empty());
    program.step();
    let outputs = program.output().viewport_output.values();
    let commands: Vec<_> = outputs.flat_map(|output| &output.commands).collect();
    for expected in [ViewportCommand::Minimized(false), ViewportCommand::Focus] {
        assert!(commands.contains(&&expected), "{commands:?}");
    }
    answers.try_recv().unwrap();
    close(program);
}

#[test]
fn second_copies_are_named_by_language_until_the_user_chooses() {
    set_language(Language::English);
    assert_eq!(Copies::Automatic.naming(), CopyNaming::ByProtocol);
    assert_eq!(Copies::Prefix.naming(), CopyNaming::Prefix);
    set_language(Language::Chinese);
    assert_eq!(Copies::Automatic.naming(), CopyNaming::Prefix);
    assert_eq!(Copies::Number.naming(), CopyNaming::Number);
}

#[test]
fn a_changed_name_of_second_copies_is_used_at_once() {
    let (folder, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::write(folder.path().join("a.txt"), "theirs").unwrap();
    std::fs::write(to.path().join("a.txt"), "mine").unwrap();
    let (mut program, _outbox, _finished) = program(folder.path());
    press(&mut program, "Start sharing");
    until(&mut program, is_on);
    let settings = &mut model(&mut program).settings;
    settings.tab = Tab::Client;
    settings.host = "127.0.0.1".to_owned();
    settings.host_port = settings.port.clone();
    settings.file_name = "a.txt".to_owned();
    settings.save_to = to.path().display().to_string();
    for (choice, expected) in [
        ("Automatic", "a (2).txt"),
        ("[新]name", "[新]a.txt"),
        ("name (2)", "a (3).txt"),
    ] {
        key(&mut program, Modifiers::COMMAND, Key::Comma);
        // It may be below the visible part of the panel.
        program
            .get_by_label(&format!("Names of copies: {choice}"))
            .focus();
        program.run_steps(3);
        key(&mut program, Modifiers::NONE, Key::Space);
        press(&mut program, "Close settings");
        press(&mut program, "Download");
        let there = to.path().join(expected);
        until(&mut program, |_| {
            std::fs::read(&there).is_ok_and(|content| content == b"theirs")
        });
    }
    assert_eq!(std::fs::read(to.path().join("a.txt")).unwrap(), b"mine");
    close(program);
}

#[cfg(not(windows))]
#[test]
fn the_program_starts_when_the_user_logs_in_once_that_is_on() {
    use crate::app::model::Autostart as State;
    use crate::app::system::autostart::Autostart;

    let (folder, system) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (mut program, _outbox, _finished) = program(folder.path());
    program.run_steps(3);
    let app = program.state_mut().app.take().unwrap();
    let autostart = Autostart::in_dir(system.path(), std::path::Path::new("/usr/bin/landline"));
    program.state_mut().app = Some(app.starting_by(Some(autostart)));
    let toggle = |program: &mut questions::Program| {
        program.get_by_label("Start Landline when I log in").focus();
        program.run_steps(3);
        key(program, Modifiers::NONE, Key::Space);
    };
    let file = system.path().join("autostart/landline.desktop");
    key(&mut program, Modifiers::COMMAND, Key::Comma);
    until(&mut program, |model| model.autostart == State::Is(false));
    toggle(&mut program);
    until(&mut program, |model| model.autostart == State::Is(true));
    assert!(file.exists());
    // Another program removes it: the panel shows that when it opens again.
    std::fs::remove_file(&file).unwrap();
    press(&mut program, "Close settings");
    key(&mut program, Modifiers::COMMAND, Key::Comma);
    until(&mut program, |model| model.autostart == State::Is(false));
    // What fails is said, and the switch stays off.
    std::fs::remove_dir(file.parent().unwrap()).unwrap();
    std::fs::write(file.parent().unwrap(), "").unwrap();
    toggle(&mut program);
    until(&mut program, |model| !model.notices.is_empty());
    assert_eq!(model(&mut program).autostart, State::Is(false));
    close(program);
}

//! A call to a raw server that accepts only one connection: nothing else may connect first.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::thread::JoinHandle;

use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::flows::{Program, go_to, key, until, use_it, write};
use super::happenings::running_in;
use super::*;
use crate::app::model::browse::State;
use crate::settings::ProtocolChoice;
use landline_engine::call::{CallState, EntryKind};

/// The lecture notes' server: accepts one connection, replies "thanks", and exits. Returns its
/// port, and the message it received.
fn notes_server() -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let told = std::thread::spawn(move || {
        let (mut call, _) = listener.accept().unwrap();
        let mut told = [0; 1024];
        let count = call.read(&mut told).unwrap();
        call.write_all(b"thanks").unwrap();
        String::from_utf8_lossy(&told[..count]).into_owned()
    });
    (port, told)
}

fn program(dir: &tempfile::TempDir) -> Program {
    let mut program = running_in(dir.path(), Model::default());
    key(&mut program, Modifiers::COMMAND, Key::Num2);
    program
}

/// Sends a text in the call that was opened, and expects the reply.
fn says_and_hears(mut program: Program, told: JoinHandle<String>) {
    until(&mut program, "it is connected", |model| {
        let mut calls = model.client.calls.all();
        calls.any(|call| matches!(call.state(), CallState::Open { .. }))
    });
    // The field has the focus.
    assert_eq!(focused(&program).as_deref(), Some("Text to send"));
    write(&mut program, "are u ok?");
    key(&mut program, Modifiers::NONE, Key::Enter);
    until(&mut program, "it replies and hangs up", |model| {
        let call = model.client.calls.all().next().unwrap();
        let entries = call.entries();
        entries.iter().any(|entry| entry.kind == EntryKind::PeerFin)
    });
    assert_eq!(told.join().unwrap(), "are u ok?");
    program.run_steps(2);
    program.get_by_label("are u ok?");
    program.get_by_label("thanks");
    program.get_by_label_contains("The other side has hung up (FIN): you can still send");
    program.get_by_label("half closed");
    let app = program.state_mut().app.as_mut().unwrap();
    app.close();
}

#[test]
fn a_single_connection_server_gets_the_message_by_keyboard() {
    let dir = tempfile::tempdir().unwrap();
    let (port, told) = notes_server();
    let mut program = program(&dir);
    key(&mut program, Modifiers::COMMAND, Key::L);
    write(&mut program, "127.0.0.1");
    go_to(&mut program, Modifiers::NONE, "Port");
    write(&mut program, &port);
    use_it(&mut program, "Call");
    says_and_hears(program, told);
}

#[test]
fn a_single_connection_server_gets_the_message_by_pointer() {
    let dir = tempfile::tempdir().unwrap();
    let (port, told) = notes_server();
    let mut program = program(&dir);
    let click = |program: &mut Program, role, name: &str| {
        program.get_by_role_and_label(role, name).click();
        program.run_steps(4);
    };
    for (field, text) in [("Host", "127.0.0.1"), ("Port", &port)] {
        click(&mut program, Role::TextInput, field);
        write(&mut program, text);
    }
    click(&mut program, Role::Button, "Call");
    says_and_hears(program, told);
}

#[test]
fn with_the_raw_protocol_nothing_is_listed() {
    let dir = tempfile::tempdir().unwrap();
    let mut model = filled(Tab::Client);
    model.settings.protocol = ProtocolChoice::Raw;
    model.settings.host = "127.0.0.1".to_owned();
    model.settings.file_name.clear();
    let mut program = running_in(dir.path(), model);
    for field in ["Host", "Port"] {
        go_to(&mut program, Modifiers::NONE, field);
        key(&mut program, Modifiers::NONE, Key::Enter);
        key(&mut program, Modifiers::NONE, Key::F5);
    }
    go_to(&mut program, Modifiers::NONE, "File name");
    write(&mut program, "a");
    let app = program.state_mut().app.as_mut().unwrap();
    assert_eq!(*app.model.client.browse.state(), State::Nowhere);
    // The previous listing stays and is not refreshed.
    let mut window = usual(super::browser::looking("", &["a.txt"]));
    let is_enabled = |window: &Window| {
        let refresh = window.get_by_role_and_label(Role::Button, "Refresh");
        !refresh.accesskit_node().is_disabled()
    };
    assert!(is_enabled(&window));
    window.state_mut().model.settings.protocol = ProtocolChoice::Raw;
    window.run();
    assert!(!is_enabled(&window));
}

#[test]
fn a_new_host_is_listed_when_a_file_is_named() {
    let is_in = |window: &Window, field: &str| focused(window).as_deref() == Some(field);
    let mut window = usual(filled(Tab::Client));
    type_into(&mut window, "Port", "9000");
    // Tabbing through the field is not enough.
    press(&mut window, Modifiers::NONE, Key::Tab);
    assert!(is_in(&window, "File name"));
    press(&mut window, Modifiers::NONE, Key::Tab);
    assert_eq!(asked(&mut window), []);
    press(&mut window, Modifiers::SHIFT, Key::Tab);
    assert!(is_in(&window, "File name"));
    window.event(Event::Text("a".to_owned()));
    window.run();
    assert_eq!(asked(&mut window), [Action::List]);
    window.event(Event::Text("b".to_owned()));
    window.run();
    assert_eq!(asked(&mut window), []);
    type_into(&mut window, "Port", "9001");
    let file = window.get_by_role_and_label(Role::TextInput, "File name");
    file.click();
    window.run();
    assert_eq!(asked(&mut window), [Action::List]);
}

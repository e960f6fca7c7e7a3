//! Messages to a raw server, which may accept only one connection: nothing else may connect first,
//! and the text stays until there is a reply.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::thread::JoinHandle;

use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::flows::{Program, go_to, key, until, use_it, write};
use super::happenings::running_in;
use super::*;
use crate::app::model::browse::State;
use crate::app::model::client::Exchange;
use crate::settings::ProtocolChoice;
use landline_engine::client::ClientEvent;
use landline_engine::error::ClientError;

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

/// Sends the text in the focused field and expects the reply.
fn says_and_hears(mut program: Program, told: JoinHandle<String>) {
    write(&mut program, "are u ok?");
    key(&mut program, Modifiers::NONE, Key::Enter);
    until(&mut program, "it replies", |model| {
        let mut said = model.client.exchanges.iter();
        said.any(|said| said.reply == Some(Ok("thanks".to_owned())))
    });
    assert_eq!(told.join().unwrap(), "are u ok?");
    program.get_by_label("127.0.0.1 >>> thanks");
    let app = program.state_mut().app.as_mut().unwrap();
    assert_eq!(app.model.client.draft, "");
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
    use_it(&mut program, "More options");
    use_it(&mut program, "Message");
    assert_eq!(focused(&program).as_deref(), Some("Message text"));
    says_and_hears(program, told);
}

#[test]
fn a_single_connection_server_gets_the_message_by_pointer() {
    for message_first in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let (port, told) = notes_server();
        let mut program = program(&dir);
        let click = |program: &mut Program, role, name: &str| {
            program.get_by_role_and_label(role, name).click();
            program.run_steps(4);
        };
        if message_first {
            click(&mut program, Role::Button, "More options");
            click(&mut program, Role::Button, "Message");
        }
        for (field, text) in [("Host", "127.0.0.1"), ("Port", &port)] {
            click(&mut program, Role::TextInput, field);
            write(&mut program, text);
        }
        if message_first {
            // Some users click here on the way.
            click(&mut program, Role::TextInput, "File name");
            click(&mut program, Role::TextInput, "Message text");
        } else {
            click(&mut program, Role::Button, "More options");
            click(&mut program, Role::Button, "Message");
        }
        says_and_hears(program, told);
    }
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
    for with_message in [false, true] {
        let listed = || {
            let lists = (!with_message).then_some(Action::List);
            lists.into_iter().collect::<Vec<_>>()
        };
        let mut model = filled(Tab::Client);
        model.client.messages_open = with_message;
        let mut window = usual(model);
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
        assert_eq!(asked(&mut window), listed());
        window.event(Event::Text("b".to_owned()));
        window.run();
        assert_eq!(asked(&mut window), []);
        type_into(&mut window, "Port", "9001");
        let file = window.get_by_role_and_label(Role::TextInput, "File name");
        file.click();
        window.run();
        assert_eq!(asked(&mut window), listed());
    }
}

#[test]
fn a_message_stays_until_there_is_a_reply() {
    let mut model = filled(Tab::Client);
    model.client.more = true;
    model.client.messages_open = true;
    let mut window = usual(model);
    let draft = |window: &Window| window.state().model.client.draft.clone();
    let replied = |window: &mut Window, reply| {
        let (host, text) = ("192.168.1.5".to_owned(), "hello".to_owned());
        let port = 8080;
        let client = &mut window.state_mut().model.client;
        client.apply(ClientEvent::Replied {
            host,
            port,
            text,
            reply,
        });
        window.run();
    };
    // Handles the action like the program.
    let say = |window: &mut Window| {
        press(window, Modifiers::NONE, Key::Enter);
        assert_eq!(asked(window), [Action::Say]);
        let said: Exchange = window.state().model.message().unwrap();
        window.state_mut().model.client.said(said);
        window.run();
        assert_eq!(draft(window), "hello");
    };
    type_into(&mut window, "Message text", "hello");
    say(&mut window);
    // Sent only once.
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(asked(&mut window), []);
    let host = "192.168.1.5".to_owned();
    replied(&mut window, Err(ClientError::NoReply { host }));
    assert_eq!(draft(&window), "hello");
    say(&mut window);
    replied(&mut window, Ok("good day".to_owned()));
    assert_eq!(draft(&window), "");
    // The next draft is another message.
    type_into(&mut window, "Message text", "hello");
    say(&mut window);
    window.event(Event::Text(" again".to_owned()));
    window.run();
    replied(&mut window, Ok("good day".to_owned()));
    assert_eq!(draft(&window), "hello again");
}

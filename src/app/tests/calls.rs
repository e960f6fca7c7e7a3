//! Calls, against real servers.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::Arc;

use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::flows::{Program, go_to, key, until, use_it, write};
use super::happenings::running_in;
use super::*;
use crate::t;
use landline_engine::call::{Call, CallState, EntryKind};

/// The program after it has called a server of the test, and the server's end of the connection.
struct Called {
    program: Program,
    peer: TcpStream,
    _dir: tempfile::TempDir,
}

impl Called {
    /// Calls by keyboard.
    fn new() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let dir = tempfile::tempdir().unwrap();
        let mut model = filled(Tab::Client);
        model.settings.host = "127.0.0.1".to_owned();
        model.settings.host_port = port.to_string();
        let mut program = running_in(dir.path(), model);
        program.run_steps(3);
        use_it(&mut program, &t!("call"));
        let (peer, _) = listener.accept().unwrap();
        until(&mut program, "it is connected", |model| {
            matches!(call(model).state(), CallState::Open { .. })
        });
        program.run_steps(3);
        Self {
            program,
            peer,
            _dir: dir,
        }
    }

    /// Waits until the entries are `enough`, and draws them.
    fn until(&mut self, what: &str, enough: impl Fn(&[EntryKind]) -> bool) {
        until(&mut self.program, what, |model| {
            let entries = call(model).entries().into_iter();
            let kinds: Vec<_> = entries.map(|entry| entry.kind).collect();
            enough(&kinds)
        });
        self.program.run_steps(3);
    }

    /// What the server receives next.
    fn heard(&mut self) -> Vec<u8> {
        let mut bytes = [0; 1024];
        let count = self.peer.read(&mut bytes).unwrap();
        bytes[..count].to_vec()
    }

    /// Writes into the field by keyboard and presses Enter.
    fn say(&mut self, text: &str) {
        go_to(&mut self.program, Modifiers::NONE, &t!("call-text"));
        write(&mut self.program, text);
        key(&mut self.program, Modifiers::NONE, Key::Enter);
    }

    /// Chooses an entry of the menu by keyboard.
    fn choose(&mut self, name: &str) {
        use_it(&mut self.program, &t!("call-more"));
        for _ in 0..10 {
            if focused(&self.program).as_deref() == Some(name) {
                key(&mut self.program, Modifiers::NONE, Key::Enter);
                self.program.run_steps(3);
                return;
            }
            key(&mut self.program, Modifiers::NONE, Key::ArrowDown);
        }
        panic!("the menu has no {name}");
    }

    fn shows(&self, text: &str) -> bool {
        self.program
            .query_all_by_label_contains(text)
            .next()
            .is_some()
    }
}

impl Drop for Called {
    fn drop(&mut self) {
        if let Some(mut app) = self.program.state_mut().app.take() {
            app.close();
        }
    }
}

fn call(model: &Model) -> Arc<Call> {
    Arc::clone(model.client.calls.all().next().unwrap())
}

fn has(kinds: &[EntryKind], kind: &EntryKind) -> bool {
    kinds.contains(kind)
}

#[test]
fn a_conversation_by_keyboard() {
    in_both_languages(|_| {
        let mut called = Called::new();
        assert!(called.shows(&t!("call-connected", time = "0:0")));
        // The field has the focus.
        assert_eq!(focused(&called.program), Some(t!("call-text")));
        called.say("are u ok?");
        assert_eq!(called.heard(), b"are u ok?");
        called.peer.write_all(b"thanks").unwrap();
        called.until("it replies", |kinds| {
            matches!(kinds.last(), Some(EntryKind::Received { .. }))
        });
        for text in ["are u ok?", "thanks"] {
            called.program.get_by_label(text);
        }
        assert!(called.shows(&t!("call-bytes", count = 9_u64)));
        // The field is empty, so there is nothing to send.
        let send = t!("send");
        let send = called.program.get_by_role_and_label(Role::Button, &send);
        assert!(send.accesskit_node().is_disabled());

        called.choose(&t!("call-stop-sending"));
        called.until("it stops sending", |kinds| has(kinds, &EntryKind::OwnFin));
        assert_eq!(called.heard(), b"");
        called.program.get_by_label(&t!("call-half-closed"));
        called.peer.write_all(b"still here").unwrap();
        called.until("more comes", |kinds| {
            matches!(kinds.last(), Some(EntryKind::Received { .. }))
        });
        called.program.get_by_label("still here");
        called.peer.shutdown(Shutdown::Write).unwrap();
        until(&mut called.program, "it ends", |model| {
            call(model).state() == CallState::Ended
        });
        called.program.run_steps(3);
        assert!(called.shows(&t!("call-peer-fin")));
        called.program.get_by_label(&t!("call-again"));

        key(&mut called.program, Modifiers::NONE, Key::Escape);
        called.program.run_steps(3);
        let peer = t!("call-peer", host = "127.0.0.1", port = call_port(&called));
        let state = t!("call-ended");
        let row = t!(
            "call-row-said",
            peer = &peer,
            state = state,
            last = "still here"
        );
        go_to(&mut called.program, Modifiers::NONE, &row);
        key(&mut called.program, Modifiers::NONE, Key::Enter);
        called.program.run_steps(3);
        called.program.get_by_label("are u ok?");
        called.choose(&t!("call-remove"));
        let app = called.program.state_mut().app.as_ref().unwrap();
        assert!(app.model.client.calls.is_empty());
        assert_eq!(app.model.client.opened, None);
    });
}

fn call_port(called: &Called) -> u16 {
    called.peer.local_addr().unwrap().port()
}

#[test]
fn hex_and_gbk_by_keyboard() {
    in_both_languages(|_| {
        let mut called = Called::new();
        let as_hex = t!(
            "choice",
            about = t!("call-type-as"),
            choice = t!("call-as-hex")
        );
        use_it(&mut called.program, &as_hex);
        called.say("E4 BDA");
        assert!(called.shows(&t!("call-half-hex", digit = "A")));
        called.say("gh");
        assert!(called.shows(&t!("call-not-hex", character = "g")));
        called.say("E4 BD A0 0x0d");
        assert_eq!(called.heard(), [0xE4, 0xBD, 0xA0, 0x0D]);
        assert!(!called.shows(&t!("call-not-hex", character = "g")));
        assert!(called.shows("E4 BD A0 0D"));
        let as_text = t!(
            "choice",
            about = t!("call-type-as"),
            choice = t!("call-as-text")
        );
        use_it(&mut called.program, &as_text);
        let gbk = t!("choice", about = t!("call-encoding"), choice = "GBK");
        use_it(&mut called.program, &gbk);
        called.say("a😀");
        assert!(called.shows(&t!("call-not-in-gbk", character = "😀")));
        use_it(&mut called.program, &t!("call-line-feed"));
        called.say("你好");
        assert_eq!(called.heard(), b"\xc4\xe3\xba\xc3\n");
        called.peer.write_all(b"\xc4\xe3").unwrap();
        called.until("it replies", |kinds| {
            matches!(kinds.last(), Some(EntryKind::Received { .. }))
        });
        called.program.get_by_label("你好");
        called.program.get_by_label("你");
    });
}

#[test]
fn hanging_up_and_calling_again() {
    let mut called = Called::new();
    use_it(&mut called.program, "Hang up");
    called.until("it hangs up", |kinds| has(kinds, &EntryKind::OwnFin));
    // The other side has not, yet.
    called
        .program
        .get_by_label("waiting for the other side to hang up");
    assert_eq!(called.heard(), b"");
    called.peer.write_all(b"bye").unwrap();
    called.until("it says goodbye", |kinds| {
        matches!(kinds.last(), Some(EntryKind::Received { .. }))
    });
    called.peer.shutdown(Shutdown::Write).unwrap();
    until(&mut called.program, "it ends", |model| {
        call(model).state() == CallState::Ended
    });
    called.program.run_steps(3);
    let field = called
        .program
        .get_by_role_and_label(Role::TextInput, "Text to send");
    assert!(field.accesskit_node().is_disabled());
    // Nobody listens there any more.
    use_it(&mut called.program, "Call again");
    until(&mut called.program, "it fails", |model| {
        matches!(call(model).state(), CallState::Failed(_))
    });
    called.program.run_steps(3);
    assert!(called.shows("refused the connection"));
    let app = called.program.state_mut().app.as_ref().unwrap();
    assert_eq!(app.model.client.calls.len(), 2);
}

#[test]
fn a_toast_does_not_cover_the_field_and_its_buttons() {
    let mut called = Called::new();
    let app = called.program.state_mut().app.as_mut().unwrap();
    let what = crate::sentence!("shared-already", what = "notes.txt");
    app.model.finished.say(what, Instant::now());
    called.program.run_steps(3);
    let toast = called.program.get_by_label("Dismiss").rect();
    let field = called.program.get_by_label("Text to send").rect();
    assert!(toast.bottom() < field.top(), "{toast} {field}");
}

#[test]
fn a_reset_is_shown_as_one() {
    let mut called = Called::new();
    called.choose("Reset");
    called.until("it resets", |kinds| has(kinds, &EntryKind::OwnReset));
    assert!(called.shows("You have reset the connection (RST)"));
    let mut rest = [0];
    assert!(called.peer.read(&mut rest).is_err());
}

#[test]
fn pieces_are_joined_on_request() {
    let mut called = Called::new();
    for number in 1..=3_usize {
        called.peer.write_all(b"ab").unwrap();
        called.until("a piece arrives", |kinds| {
            let is_piece = |kind: &&EntryKind| matches!(kind, EntryKind::Received { .. });
            kinds.iter().filter(is_piece).count() == number
        });
    }
    assert_eq!(called.program.query_all_by_label("ab").count(), 3);
    called.choose("Join pieces");
    called.program.get_by_label("ababab");
    assert!(called.shows("3 pieces · 6 bytes"));
    called.choose("Show pieces separately");
    assert_eq!(called.program.query_all_by_label("ab").count(), 3);
}

#[test]
fn a_long_conversation_stays_at_its_end_until_it_is_scrolled() {
    let mut called = Called::new();
    for number in 0..300_usize {
        let app = called.program.state_mut().app.as_ref().unwrap();
        call(&app.model).send(format!("message {number}.").into_bytes());
    }
    called.until("all are sent", |kinds| kinds.len() > 300);
    called.program.run_steps(10);
    called.program.get_by_label("message 299.");
    assert!(called.program.query_by_label("message 3.").is_none());
    let place = called.program.get_by_label("message 299.").rect().center();
    called.program.hover_at(place);
    called.program.event(Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: vec2(0.0, 600.0),
        modifiers: Modifiers::NONE,
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Wheel,
    });
    called.program.run_steps(20);
    assert!(called.program.query_by_label("message 299.").is_none());
    let seen: Vec<_> = (0..300)
        .filter(|number| {
            let name = format!("message {number}.");
            called.program.query_by_label(&name).is_some()
        })
        .collect();
    // What is read stays in view while more arrives.
    let app = called.program.state_mut().app.as_ref().unwrap();
    call(&app.model).send(b"another".to_vec());
    called.until("it is sent", |kinds| kinds.len() > 301);
    for number in seen {
        called.program.get_by_label(&format!("message {number}."));
    }
    assert!(called.program.query_by_label("another").is_none());
    // What the user says comes into view.
    called.say("the end");
    called.until("it is sent", |kinds| kinds.len() > 302);
    called.program.get_by_label("the end");
}

#[test]
fn a_message_is_repeated_until_it_is_stopped() {
    let mut called = Called::new();
    called.choose("Repeat a message");
    go_to(&mut called.program, Modifiers::NONE, "Text to send");
    write(&mut called.program, "tick");
    go_to(
        &mut called.program,
        Modifiers::NONE,
        "Milliseconds between two",
    );
    write(&mut called.program, "soon");
    key(&mut called.program, Modifiers::NONE, Key::Enter);
    assert!(called.shows("Enter a number of milliseconds"));
    write(&mut called.program, "20");
    key(&mut called.program, Modifiers::NONE, Key::Enter);
    called.until("it repeats", |kinds| {
        let is_tick = |kind: &&EntryKind| matches!(kind, EntryKind::Sent { is_automatic, .. } if *is_automatic);
        kinds.iter().filter(is_tick).count() > 3
    });
    use_it(&mut called.program, "Stop repeating");
    let app = called.program.state_mut().app.as_ref().unwrap();
    assert!(!call(&app.model).is_repeating());
}

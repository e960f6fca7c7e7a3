//! Callers of the share, and its sockets, against real clients.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;

use super::flows::{Program, go_to, key, until, use_it, write};
use super::happenings::running_in;
use super::*;
use crate::app::model::Sharing;
use crate::t;

/// A program that shares and answers messages, with the line kept open.
struct Shared {
    program: Program,
    port: u16,
    _dirs: [tempfile::TempDir; 2],
}

impl Shared {
    fn new() -> Self {
        let dirs = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let mut model = filled(Tab::Server);
        let port = free_port();
        let settings = &mut model.settings;
        settings.folder = dirs[0].path().display().to_string();
        settings.port = port.to_string();
        settings.answering = true;
        settings.keeps_open = true;
        let mut program = running_in(dirs[1].path(), model);
        program.run_steps(3);
        use_it(&mut program, &t!("start-sharing"));
        until(&mut program, "it shares", |model| {
            matches!(model.server.sharing, Sharing::On { .. })
        });
        Self {
            program,
            port,
            _dirs: dirs,
        }
    }

    /// Calls and says something; returns the caller's end once it was answered.
    fn call(&mut self, text: &str) -> TcpStream {
        let mut caller = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        caller
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        caller.write_all(text.as_bytes()).unwrap();
        assert_eq!(heard(&mut caller), t!("usual-answer"));
        let port = caller.local_addr().unwrap().port();
        until(&mut self.program, "it is a row", |model| {
            model.server.calls.all().any(|call| call.port() == port)
        });
        self.program.run_steps(3);
        caller
    }

    /// The name of the row of `caller`, in which `last` was said last.
    fn row(caller: &TcpStream, last: &str) -> String {
        let port = caller.local_addr().unwrap().port();
        let peer = t!("call-peer", host = "127.0.0.1", port = port);
        t!(
            "call-row-said",
            peer = peer,
            state = t!("call-open"),
            last = last
        )
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        if let Some(mut app) = self.program.state_mut().app.take() {
            app.close();
        }
    }
}

fn heard(caller: &mut TcpStream) -> String {
    let mut bytes = [0; 1024];
    let count = caller.read(&mut bytes).unwrap();
    String::from_utf8_lossy(&bytes[..count]).into_owned()
}

#[test]
fn a_caller_is_answered_by_hand_and_hung_up_on() {
    in_both_languages(|_| {
        let mut shared = Shared::new();
        let mut caller = shared.call("are u ok?");
        let row = Shared::row(&caller, &t!("usual-answer"));
        go_to(&mut shared.program, Modifiers::NONE, &row);
        key(&mut shared.program, Modifiers::NONE, Key::Enter);
        shared.program.run_steps(3);
        shared.program.get_by_label("are u ok?");
        go_to(&mut shared.program, Modifiers::NONE, &t!("call-text"));
        write(&mut shared.program, "and you?");
        key(&mut shared.program, Modifiers::NONE, Key::Enter);
        assert_eq!(heard(&mut caller), "and you?");
        use_it(&mut shared.program, &t!("call-hang-up"));
        assert_eq!(heard(&mut caller), "");
        until(&mut shared.program, "it waits", |model| {
            let mut calls = model.server.calls.all();
            calls.all(|call| call.state() == landline_engine::call::CallState::HangingUp)
        });
        drop(caller);
        until(&mut shared.program, "it ends", |model| {
            model.server.calls.open() == 0
        });
        key(&mut shared.program, Modifiers::NONE, Key::Escape);
        // The row that was opened has the focus again.
        shared.program.run_steps(3);
        let focus = focused(&shared.program).unwrap();
        assert!(focus.contains("127.0.0.1"), "{focus}");
        use_it(&mut shared.program, &t!("clear-finished"));
        let app = shared.program.state_mut().app.as_ref().unwrap();
        assert!(app.model.server.calls.is_empty());
    });
}

#[test]
fn all_callers_are_answered_and_hung_up_on_at_once() {
    let mut shared = Shared::new();
    let mut callers: Vec<_> = (0..50)
        .map(|number| shared.call(&format!("caller {number}")))
        .collect();
    shared.program.get_by_label("50 calls");
    use_it(&mut shared.program, "Answer all");
    shared.program.run_steps(3);
    shared
        .program
        .get_by_role_and_label(Role::Switch, "to all 50 callers");
    go_to(&mut shared.program, Modifiers::NONE, "Text to send");
    write(&mut shared.program, "dinner!");
    key(&mut shared.program, Modifiers::NONE, Key::Enter);
    for caller in &mut callers {
        assert_eq!(heard(caller), "dinner!");
    }
    key(&mut shared.program, Modifiers::NONE, Key::Escape);
    shared.program.get_by_label("Hang up all").click();
    shared.program.run_steps(3);
    for caller in &mut callers {
        assert_eq!(heard(caller), "");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_sockets_are_listed_and_lead_to_their_calls() {
    let mut shared = Shared::new();
    let caller = shared.call("are u ok?");
    assert!(shared.program.query_by_label_contains("LISTEN").is_none());
    use_it(&mut shared.program, "Show the connections");
    until(
        &mut shared.program,
        "they are found",
        |model| matches!(&model.server.sockets.found, Some(Ok(rows)) if rows.len() >= 3),
    );
    shared.program.run_steps(3);
    shared.program.get_by_label_contains("LISTEN");
    let port = caller.local_addr().unwrap().port();
    let pair = format!("127.0.0.1:{} → 127.0.0.1:{port}", shared.port);
    let row = shared
        .program
        .query_all_by_role(Role::Button)
        .filter_map(|node| egui_kittest::kittest::NodeT::accesskit_node(&node).label())
        .find(|name| name.contains(&pair))
        .unwrap();
    assert!(row.starts_with("ESTABLISHED"), "{row}");
    go_to(&mut shared.program, Modifiers::NONE, &row);
    key(&mut shared.program, Modifiers::NONE, Key::Enter);
    shared.program.run_steps(3);
    shared.program.get_by_label("are u ok?");
    drop(caller);
}

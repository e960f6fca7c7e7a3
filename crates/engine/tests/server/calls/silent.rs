//! Connections that say nothing, and what becomes of them.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::time::{Duration, Instant};

use landline_engine::call::{Call, CallState, EntryKind};

use super::{OPEN, echo, with};
use crate::common::calls::{kinds, received, until_entry, until_state};
use crate::common::{PATIENCE, Shared, body, rest, status};

#[test]
fn a_silent_connection_is_a_caller_where_the_line_stays_open() {
    let shared = with(echo(), |config| {
        config.limits.caller_appears = Duration::from_millis(100);
        config.limits.head = Duration::from_millis(400);
    });
    let mut socket = shared.connect();
    let call = shared.caller();
    assert_eq!(kinds(&call), [EntryKind::Connected(None)]);
    assert_eq!(call.state(), OPEN);
    // The owner may speak first.
    call.send(b"hello?".to_vec());
    let mut hello = [0; 6];
    socket.read_exact(&mut hello).unwrap();
    // Whatever it says is a message then.
    socket.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    socket.shutdown(Shutdown::Write).unwrap();
    assert_eq!(
        received_until_fin(&call, &shared),
        b"GET / HTTP/1.1\r\n\r\n"
    );
    call.hang_up();
    assert_eq!(rest(socket), b"GET / HTTP/1.1\r\n\r\n");

    // One that hangs up without a word is a caller still.
    let socket = shared.connect();
    let call = shared.caller();
    socket.shutdown(Shutdown::Write).unwrap();
    until_entry(&call, &shared.events, &EntryKind::PeerFin);
    call.hang_up();
    assert_eq!(rest(socket), b"");
    // One that speaks late is answered.
    let mut socket = shared.connect();
    let call = shared.caller();
    socket.write_all(b"late").unwrap();
    let mut answer = [0; 4];
    socket.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"late");
    assert_eq!(received(&call), b"late");
}

fn received_until_fin(call: &Call, shared: &Shared) -> Vec<u8> {
    until_entry(call, &shared.events, &EntryKind::PeerFin);
    received(call)
}

#[test]
fn a_silent_caller_may_turn_out_to_be_a_browser_or_ask_for_a_file() {
    let shared = with(echo(), |config| {
        config.limits.caller_appears = Duration::from_millis(50);
    });
    shared.write("notes.txt", b"hello");
    let mut socket = shared.connect();
    let call = shared.caller();
    write!(socket, "GET /notes.txt HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    until_state(&call, &shared.events, &CallState::Withdrawn);
    // It is an HTTP connection like any other: it answers again.
    write!(
        socket,
        "GET /notes.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let answer = String::from_utf8(rest(socket)).unwrap();
    assert_eq!(status(&answer), 200);
    assert_eq!(answer.matches("HTTP/1.1 200").count(), 2, "{answer}");
    assert!(body(&answer).starts_with("hello"));

    let mut socket = shared.connect();
    let call = shared.caller();
    socket.write_all(b"notes.txt").unwrap();
    assert_eq!(rest(socket), b"hello");
    assert_eq!(call.state(), CallState::Withdrawn);

    let mut socket = shared.connect();
    let call = shared.caller();
    socket.write_all(&[0x16, 3, 1, 0, 0]).unwrap();
    until_state(&call, &shared.events, &CallState::Withdrawn);
}

/// The time that a connection may take to close is not that of a caller.
#[test]
fn a_silent_caller_that_names_a_folder_is_closed_once_messages_are_not_answered() {
    let shared = with(echo(), |config| {
        config.limits.caller_appears = Duration::from_millis(50);
        config.limits.drain = Duration::from_millis(100);
    });
    std::fs::create_dir(shared.dir.path().join("folder")).unwrap();
    let mut socket = shared.connect();
    let call = shared.caller();
    shared.server.as_ref().unwrap().set_answering(None);
    socket.write_all(b"folder").unwrap();
    until_state(&call, &shared.events, &CallState::Withdrawn);
    assert_eq!(socket.read(&mut [0]).unwrap(), 0);
    let deadline = Instant::now() + PATIENCE;
    while socket.write(b"still here").is_ok_and(|written| written > 0) {
        assert!(Instant::now() < deadline, "it is still open");
        std::thread::yield_now();
    }
}

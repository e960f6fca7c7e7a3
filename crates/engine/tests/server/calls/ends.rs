//! Who ends a call, and when.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use landline_engine::call::{Answering, CallState, EntryKind, Reply, When};
use landline_engine::server::Config;

use super::{answering, is_reset, rules, with};
use crate::common::calls::{until, until_entry, until_received};
use crate::common::{PATIENCE, rest};

#[test]
fn each_side_hangs_up_when_it_wants_to() {
    let shared = answering(rules(&[], true));
    let mut socket = shared.connect();
    socket.write_all(b"hello").unwrap();
    socket.shutdown(Shutdown::Write).unwrap();
    let call = shared.caller();
    until_entry(&call, &shared.events, &EntryKind::PeerFin);
    call.send(b"still here".to_vec());
    call.hang_up();
    assert_eq!(rest(socket), b"still here");
    assert_eq!(call.state(), CallState::Ended);

    let mut socket = shared.connect();
    socket.write_all(b"hello").unwrap();
    let call = shared.caller();
    call.hang_up();
    assert_eq!(socket.read(&mut [0]).unwrap(), 0);
    socket.write_all(b"one more thing").unwrap();
    until_received(&call, &shared.events, b"helloone more thing");
    assert_eq!(call.state(), CallState::HangingUp);
    drop(socket);
    shared.until_state(&call, &CallState::Ended);

    let mut socket = shared.connect();
    socket.write_all(b"hello").unwrap();
    let call = shared.caller();
    call.reset();
    assert!(is_reset(&socket.read(&mut [0]).unwrap_err()));
    assert_eq!(call.state(), CallState::Reset);
    // Also when the other side has hung up before.
    let mut socket = shared.connect();
    socket.write_all(b"hello").unwrap();
    socket.shutdown(Shutdown::Write).unwrap();
    let call = shared.caller();
    until_entry(&call, &shared.events, &EntryKind::PeerFin);
    call.reset();
    assert!(is_reset(&socket.read(&mut [0]).unwrap_err()));
}

#[test]
fn a_reset_by_the_caller_is_noticed_before_and_after_its_fin() {
    let shared = answering(rules(&[], true));
    for is_half_closed in [false, true] {
        let mut socket = shared.connect();
        socket.write_all(b"hello").unwrap();
        let call = shared.caller();
        if is_half_closed {
            socket.shutdown(Shutdown::Write).unwrap();
            until_entry(&call, &shared.events, &EntryKind::PeerFin);
        }
        socket2::SockRef::from(&socket)
            .set_linger(Some(Duration::ZERO))
            .unwrap();
        drop(socket);
        until_entry(&call, &shared.events, &EntryKind::PeerReset);
        assert!(matches!(call.state(), CallState::Failed(_)));
    }
}

/// Nothing changes by itself, in either order.
#[cfg(target_os = "linux")]
#[test]
fn a_half_closed_connection_stays_so() {
    use crate::common::calls::tcp_state;
    let shared = with(rules(&[], true), |config| {
        // Whatever would end it early.
        config.limits.drain = Duration::from_millis(20);
        config.limits.head = Duration::from_millis(200);
        config.limits.idle = Duration::from_millis(20);
        config.limits.stalled = Duration::from_millis(20);
    });
    let mut socket = shared.connect();
    socket.write_all(b"hello").unwrap();
    let call = shared.caller();
    let (own, client) = (shared.address.port(), socket.local_addr().unwrap().port());
    call.hang_up();
    assert_eq!(socket.read(&mut [0]).unwrap(), 0);
    stays(("FIN-WAIT-2", "CLOSE-WAIT"), &|| {
        (tcp_state(own, client), tcp_state(client, own))
    });
    drop(socket);
    shared.until_state(&call, &CallState::Ended);

    let mut socket = shared.connect();
    socket.write_all(b"hello").unwrap();
    let call = shared.caller();
    let client = socket.local_addr().unwrap().port();
    socket.shutdown(Shutdown::Write).unwrap();
    until_entry(&call, &shared.events, &EntryKind::PeerFin);
    stays(("CLOSE-WAIT", "FIN-WAIT-2"), &|| {
        (tcp_state(own, client), tcp_state(client, own))
    });
}

/// Waits for a pair of states, which is there as soon as the FIN is acknowledged, and sees that it lasts.
#[cfg(target_os = "linux")]
#[track_caller]
fn stays(
    expected: (&'static str, &'static str),
    states: &dyn Fn() -> (Option<&'static str>, Option<&'static str>),
) {
    let expected = (Some(expected.0), Some(expected.1));
    let deadline = Instant::now() + PATIENCE;
    while states() != expected {
        assert!(Instant::now() < deadline, "{:?}", states());
    }
    let until = Instant::now() + Duration::from_millis(700);
    while Instant::now() < until {
        assert_eq!(states(), expected);
        std::thread::yield_now();
    }
}

#[test]
fn nobody_waits_for_an_owner_who_is_not_there() {
    let (sender, _) = crossbeam_channel::bounded(0);
    let mut shared = answering(rules(&[], false));
    // Events are dropped, and calls with them.
    let mut config = Config::new(shared.dir.path());
    shared.stop();
    config.port = shared.address.port();
    config.bind = Some(shared.address.ip());
    config.answering = Some(rules(&[], false));
    let server = landline_engine::server::Server::start(config, sender.into());
    let mut socket = loop {
        match TcpStream::connect(shared.address) {
            Ok(socket) => break socket,
            Err(_) => std::thread::yield_now(),
        }
    };
    socket.write_all(b"anyone?").unwrap();
    assert_eq!(rest(socket), b"");
    server.stop();
    server.join();
}

#[test]
fn where_nobody_can_hang_up_the_server_does_when_the_caller_has() {
    let shared = answering(rules(&[], true));
    let mut socket = shared.connect();
    socket.write_all(b"hello").unwrap();
    drop(shared.caller());
    socket.shutdown(Shutdown::Write).unwrap();
    assert_eq!(rest(socket), b"");
    // What it said before is answered.
    let shared = answering(Answering::with_text("thanks"));
    let mut socket = shared.connect();
    socket.write_all(b"hello").unwrap();
    socket.shutdown(Shutdown::Write).unwrap();
    drop(shared.caller());
    assert_eq!(rest(socket), b"thanks");
}

#[test]
fn without_its_owner_a_call_ends_that_only_the_owner_could_have_ended() {
    let shared = answering(rules(&[], true));
    let mut socket = shared.connect();
    socket.write_all(b"hello").unwrap();
    socket.shutdown(Shutdown::Write).unwrap();
    let call = shared.caller();
    until_entry(&call, &shared.events, &EntryKind::PeerFin);
    drop(call);
    assert_eq!(rest(socket), b"");
    // An answer that no rule gives, where one ends the call.
    let shared = answering(rules(&[], false));
    let mut socket = shared.connect();
    socket.write_all(b"anyone?").unwrap();
    drop(shared.caller());
    assert_eq!(rest(socket), b"");
}

#[test]
fn a_caller_who_sends_on_after_the_answer_is_given_up() {
    let shared = with(
        rules(&[(When::Any, Reply::Text("bye".into()))], false),
        |config| config.limits.caller_idle = Duration::from_millis(400),
    );
    let mut socket = shared.connect();
    socket.write_all(b"hello").unwrap();
    let call = shared.caller();
    let deadline = Instant::now() + PATIENCE;
    while socket.write(b"and on").is_ok_and(|written| written > 0) {
        assert!(Instant::now() < deadline, "{:?}", call.state());
        std::thread::yield_now();
    }
    until(&call, &shared.events, |call| {
        matches!(call.state(), CallState::Failed(_)).then_some(())
    });
}

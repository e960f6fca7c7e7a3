//! Callers who are many, silent, deaf or loud.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use landline_engine::call::{CallState, EntryKind, Reply, When};

use super::{OPEN, answering, echo, is_reset, rules, with};
use crate::common::calls::{received, until, until_entry};
use crate::common::{PATIENCE, noise, rest, status};

#[test]
fn fifty_callers_at_once_are_all_answered() {
    let shared = answering(echo());
    let mut sockets: Vec<_> = (0..50).map(|_| shared.connect()).collect();
    for (number, socket) in sockets.iter_mut().enumerate() {
        write!(socket, "I am {number:02}").unwrap();
    }
    let calls: Vec<_> = (0..50).map(|_| shared.caller()).collect();
    for (number, socket) in sockets.iter_mut().enumerate() {
        let mut answer = [0; 7];
        socket.read_exact(&mut answer).unwrap();
        assert_eq!(answer, format!("I am {number:02}").as_bytes());
    }
    for call in &calls {
        call.send(b"goodbye".to_vec());
        call.hang_up();
    }
    for socket in sockets {
        assert_eq!(rest(socket), b"goodbye");
    }
    for call in &calls {
        shared.until_state(call, &CallState::Ended);
    }
}

#[test]
fn too_many_callers_of_one_address_are_answered_without_a_call() {
    let shared = with(rules(&[], true), |config| {
        config.limits.callers_per_address = 3;
        config.limits.caller_appears = Duration::from_millis(20);
        config.limits.head = Duration::from_millis(300);
    });
    let held: Vec<_> = (0..3)
        .map(|_| {
            let socket = shared.connect();
            (socket, shared.caller())
        })
        .collect();
    // A silent one is closed like one without calls, and a message gets the answer of the rules, or none.
    assert_eq!(shared.raw(b""), b"");
    assert_eq!(shared.raw(b"hello?"), b"");
    let server = shared.server.as_ref().unwrap();
    server.set_answering(Some(rules(
        &[(When::Any, Reply::Text("busy".into()))],
        true,
    )));
    assert_eq!(shared.raw(b"hello?"), b"busy");
    #[cfg(target_os = "linux")]
    {
        let mut elsewhere = shared.connect_from_elsewhere();
        elsewhere.write_all(b"hello?").unwrap();
        let call = shared.caller();
        assert_eq!(call.host(), "127.0.0.2");
    }
    // One that has ended leaves its place.
    let (socket, call) = held.into_iter().next().unwrap();
    drop(socket);
    until_entry(&call, &shared.events, &EntryKind::PeerFin);
    call.hang_up();
    let mut socket = shared.connect();
    socket.write_all(b"hello?").unwrap();
    until(&shared.caller(), &shared.events, |call| {
        (received(call) == b"hello?").then_some(())
    });
}

#[test]
fn a_caller_who_says_nothing_for_too_long_is_given_up() {
    let shared = with(rules(&[], true), |config| {
        config.limits.caller_idle = Duration::from_millis(300);
        config.limits.caller_attended = PATIENCE * 10;
        config.limits.idle = Duration::from_millis(80);
    });
    let mut attended = shared.connect();
    attended.write_all(b"hello").unwrap();
    let attended_call = shared.caller();
    attended_call.send(b"yes?".to_vec());
    let mut socket = shared.connect();
    socket.write_all(b"hello").unwrap();
    let call = shared.caller();
    assert_eq!(rest(socket), b"");
    until(&call, &shared.events, |call| {
        matches!(call.state(), CallState::Failed(_)).then_some(())
    });
    // The owner speaks with this one.
    assert_eq!(attended_call.state(), OPEN);
}

#[test]
fn a_caller_who_never_reads_is_ended_and_others_are_served() {
    let shared = with(echo(), |config| {
        config.limits.stalled = Duration::from_millis(500);
        config.limits.threads = 12;
    });
    shared.write("notes.txt", b"hello");
    let flood = vec![b'x'; 1 << 20];
    let floods: Vec<_> = (0..20)
        .map(|_| {
            let (mut socket, flood) = (shared.connect(), flood.clone());
            std::thread::spawn(move || {
                let mut sent = 0_usize;
                while let Ok(written) = socket.write(&flood) {
                    sent += written;
                    assert!(sent < 1 << 30);
                }
            })
        })
        .collect();
    while floods.iter().any(|flood| !flood.is_finished()) {
        assert_eq!(status(&shared.get("/notes.txt", "")), 200);
    }
    for flood in floods {
        flood.join().unwrap();
    }
}

#[test]
fn a_message_of_ten_megabytes_is_kept_in_part() {
    let shared = answering(rules(&[], true));
    let mut socket = shared.connect();
    let message = noise(10 << 20);
    socket.write_all(&message).unwrap();
    socket.shutdown(Shutdown::Write).unwrap();
    let call = shared.caller();
    until_entry(&call, &shared.events, &EntryKind::PeerFin);
    let received = received(&call);
    assert!(received.len() <= 8 << 20);
    assert!(message.ends_with(&received));
    assert_eq!(call.trace().unwrap().received().bytes, 10 << 20);
    call.send(b"got it".to_vec());
    call.hang_up();
    assert_eq!(rest(socket), b"got it");
}

/// Those of one address; others find a slot at once.
#[cfg(target_os = "linux")]
#[test]
fn hundreds_of_silent_callers_leave_room_for_downloads() {
    let shared = with(echo(), |config| {
        config.limits.caller_appears = Duration::from_millis(50);
        config.limits.slots = 100;
        config.limits.threads = 16;
        config.limits.callers_per_address = 1000;
    });
    shared.write("notes.txt", b"hello");
    let silent: Vec<_> = (0..300)
        .map(|_| TcpStream::connect(shared.address).unwrap())
        .collect();
    let began = Instant::now();
    for _ in 0..20 {
        let mut socket = shared.connect_from_elsewhere();
        socket.write_all(b"notes.txt\n").unwrap();
        assert_eq!(rest(socket), b"hello");
    }
    assert!(began.elapsed() < PATIENCE, "{:?}", began.elapsed());
    drop(silent);
}

#[test]
fn stopping_the_server_resets_its_calls() {
    let mut shared = answering(rules(&[], true));
    let mut talking = shared.connect();
    talking.write_all(b"hello").unwrap();
    let call = shared.caller();
    let mut half_closed = shared.connect();
    half_closed.write_all(b"hello").unwrap();
    half_closed.shutdown(Shutdown::Write).unwrap();
    let other = shared.caller();
    until_entry(&other, &shared.events, &EntryKind::PeerFin);
    // One that does not take what it is sent.
    let mut deaf = shared.connect();
    deaf.write_all(b"hello").unwrap();
    let unheard = shared.caller();
    unheard.send(vec![b'x'; 15 << 20]);
    let began = Instant::now();
    shared.stop();
    assert!(
        began.elapsed() < Duration::from_secs(1),
        "{:?}",
        began.elapsed()
    );
    for call in [call, other, unheard] {
        assert_eq!(call.state(), CallState::Reset);
    }
    for mut socket in [talking, half_closed, deaf] {
        assert!(is_reset(&socket.read_to_end(&mut Vec::new()).unwrap_err()));
    }
}

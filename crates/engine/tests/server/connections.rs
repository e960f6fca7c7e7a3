//! Many connections at a time: what they cost, and who is served while others wait.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use crate::common::alone::is_alone;
use crate::common::{Shared, rest};
use landline_engine::server::ServerEvent;

const REQUEST: &[u8] = b"GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// Long enough that no timeout ends what a test waits for.
const NEVER: Duration = Duration::from_hours(1);

/// Reads one response with the body `body`.
fn expect_answer(socket: &mut TcpStream, body: &[u8]) {
    let mut answer = Vec::new();
    let mut piece = [0; 4096];
    while !answer.ends_with(body) {
        let read = socket.read(&mut piece).unwrap();
        assert!(read > 0, "ended after {}", String::from_utf8_lossy(&answer));
        answer.extend_from_slice(&piece[..read]);
    }
    assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"));
}

/// How many threads serve connections.
#[cfg(target_os = "linux")]
fn workers() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let names =
        tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("comm")).ok());
    names.filter(|name| name.trim() == "connection").count()
}

#[test]
fn idle_connections_cost_little_and_block_nobody() {
    // It counts threads of the process.
    if !is_alone("connections::idle_connections_cost_little_and_block_nobody") {
        return;
    }
    let shared = Shared::with(|config| {
        config.limits.head = NEVER;
        config.limits.idle = NEVER;
        config.limits.stalled = NEVER;
    });
    shared.write("a", b"content");
    shared.write("big", &vec![1; 32 << 20]);

    // Some got a response and may send another request, some have not sent a byte.
    let mut kept: Vec<_> = (0..100).map(|_| shared.connect()).collect();
    let silent: Vec<_> = (0..100).map(|_| shared.connect()).collect();
    for socket in &mut kept {
        socket.write_all(REQUEST).unwrap();
        expect_answer(socket, b"content");
    }
    #[cfg(target_os = "linux")]
    assert!(workers() <= 8, "{} workers", workers());

    // Each of these occupies a worker until the end.
    let unread: Vec<_> = (0..40)
        .map(|_| {
            let mut socket = shared.connect();
            socket
                .write_all(b"GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n")
                .unwrap();
            socket
        })
        .collect();
    for _ in &unread {
        shared.wait(|event| matches!(event, ServerEvent::Started(_)).then_some(()));
    }
    #[cfg(target_os = "linux")]
    assert!(workers() >= 40, "{} workers", workers());
    for socket in &mut kept {
        socket.write_all(REQUEST).unwrap();
        expect_answer(socket, b"content");
    }
    let mut newcomer = shared.connect();
    newcomer.write_all(REQUEST).unwrap();
    expect_answer(&mut newcomer, b"content");

    // When they are gone, their workers go, too: each ends before it tells so for the next one.
    drop(unread);
    for _ in 0..40 {
        shared.wait(|event| matches!(event, ServerEvent::Ended(_)).then_some(()));
    }
    for mut socket in silent {
        socket.write_all(REQUEST).unwrap();
        expect_answer(&mut socket, b"content");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_greedy_address_leaves_slots_for_others() {
    let shared = Shared::with(|config| {
        config.limits.head = NEVER;
        config.limits.slots = 16;
    });
    shared.write("a", b"content");
    // They have started a request, so none is closed in favour of others.
    let mut greedy: Vec<_> = (0..30).map(|_| shared.connect()).collect();
    for socket in &mut greedy {
        socket.write_all(b"GET /a HT").unwrap();
    }
    let mut newcomer = shared.connect_from_elsewhere();
    newcomer.write_all(REQUEST).unwrap();
    expect_answer(&mut newcomer, b"content");
    // Those that had to wait are served as soon as others are done.
    for mut socket in greedy {
        socket
            .write_all(b"TP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            .unwrap();
        assert!(rest(socket).ends_with(b"content"));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn idle_connections_are_closed_when_all_slots_are_taken() {
    let shared = Shared::with(|config| {
        config.limits.head = NEVER;
        config.limits.slots = 4;
    });
    shared.write("a", b"content");
    let mut silent: Vec<_> = (0..4).map(|_| shared.connect()).collect();
    let mut newcomer = shared.connect();
    newcomer.write_all(REQUEST).unwrap();
    expect_answer(&mut newcomer, b"content");
    // The one that had waited longest, and not with a clean end.
    let cut = silent[0].read(&mut [0; 8]).unwrap_err();
    assert_eq!(cut.kind(), std::io::ErrorKind::ConnectionReset);
    silent[3].write_all(REQUEST).unwrap();
    expect_answer(&mut silent[3], b"content");
}

#[test]
fn a_client_that_pipelines_and_reads_late_gets_every_response() {
    const COUNT: usize = 5000;
    let shared = Shared::of(&[("a", &[b'x'; 2000])]);
    let mut socket = shared.connect();
    let mut asking = socket.try_clone().unwrap();
    // Far more responses than the socket buffers hold.
    let asker = std::thread::spawn(move || {
        asking.write_all(&REQUEST.repeat(COUNT)).unwrap();
        asking.shutdown(Shutdown::Write).unwrap();
    });
    shared.wait(|event| matches!(event, ServerEvent::Started(_)).then_some(()));
    let mut answers = Vec::new();
    socket.read_to_end(&mut answers).unwrap();
    asker.join().unwrap();
    let ends = answers
        .windows(4)
        .filter(|bytes| bytes == b"\r\n\r\n")
        .count();
    assert_eq!(ends, COUNT);
    assert!(answers.ends_with(&[b'x'; 2000]));
}

#[test]
fn a_small_upload_emits_one_event_and_a_big_one_two() {
    let shared = Shared::of(&[("small", b"content"), ("big", &vec![1; 1 << 20])]);
    assert_eq!(shared.raw(b"small\n"), b"content");
    let told = |event| match event {
        ServerEvent::Started(transfer) => Some(("started", transfer.name().to_owned())),
        ServerEvent::Ended(transfer) => Some(("ended", transfer.name().to_owned())),
        ServerEvent::Over(transfer) => Some(("over", transfer.name().to_owned())),
        _ => None,
    };
    assert_eq!(shared.wait(told), ("over", "small".to_owned()));
    assert_eq!(shared.raw(b"big\n").len(), 1 << 20);
    assert_eq!(shared.wait(told), ("started", "big".to_owned()));
    assert_eq!(shared.wait(told), ("ended", "big".to_owned()));
}

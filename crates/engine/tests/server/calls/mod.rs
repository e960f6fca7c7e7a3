//! Callers of a server.

mod hostile;

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use landline_engine::call::{Answering, Call, CallState, EntryKind, Reply, Rule, When};
use landline_engine::server::{Config, ServerEvent};

use crate::common::calls::{kinds, received, until_entry, until_received, until_state};
use crate::common::{PATIENCE, Shared, body, rest, status};

const OPEN: CallState = CallState::Open {
    sends: true,
    receives: true,
};

fn rules(rules: &[(When, Reply)], keeps_open: bool) -> Answering {
    let rules = rules
        .iter()
        .cloned()
        .map(|(when, reply)| Rule { when, reply });
    Answering {
        rules: rules.collect(),
        keeps_open,
    }
}

fn echo() -> Answering {
    rules(&[(When::Any, Reply::Echo)], true)
}

fn answering(answering: Answering) -> Shared {
    with(answering, |_| {})
}

fn with(answering: Answering, configure: impl FnOnce(&mut Config)) -> Shared {
    Shared::with(|config| {
        config.limits.silence = Duration::from_millis(30);
        config.answering = Some(answering);
        configure(config);
    })
}

impl Shared {
    /// The next caller.
    #[track_caller]
    fn caller(&self) -> Arc<Call> {
        self.wait(|event| match event {
            ServerEvent::Caller(call) => Some(call),
            _ => None,
        })
    }

    fn until_state(&self, call: &Call, state: &CallState) {
        until_state(call, &self.events, state);
    }
}

fn by_rule(bytes: &[u8], end: u64) -> EntryKind {
    EntryKind::Sent {
        bytes: bytes.into(),
        end,
        is_automatic: true,
    }
}

fn received_piece(bytes: &[u8]) -> EntryKind {
    let bytes = bytes.into();
    EntryKind::Received { bytes }
}

fn is_reset(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionReset | ErrorKind::BrokenPipe
    )
}

#[test]
fn a_message_is_a_call_with_one_answer() {
    let shared = answering(Answering::with_text("thanks"));
    assert_eq!(shared.raw(b"are u ok?"), b"thanks");
    let call = shared.caller();
    shared.until_state(&call, &CallState::Ended);
    let expected = [
        EntryKind::Connected(None),
        received_piece(b"are u ok?"),
        by_rule(b"thanks", 6),
        EntryKind::OwnFin,
        EntryKind::PeerFin,
    ];
    assert_eq!(kinds(&call), expected);
    assert_eq!(call.host(), "127.0.0.1");
    let times: Vec<_> = call.entries().iter().map(|entry| entry.at).collect();
    assert!(times.is_sorted(), "{times:?}");
    let trace = call.trace().unwrap();
    assert_eq!((trace.sent().bytes, trace.received().bytes), (6, 9));
}

#[test]
fn each_recv_is_an_entry_however_a_character_is_split() {
    let shared = with(Answering::with_text("好"), |config| {
        config.limits.silence = Duration::from_millis(600);
    });
    let mut socket = shared.connect();
    socket.set_nodelay(true).unwrap();
    let [first, second] = ["你".as_bytes(), "好".as_bytes()];
    socket.write_all(&first[..2]).unwrap();
    // Only a wait makes two reads of two writes; a slow machine may read them at once.
    std::thread::sleep(Duration::from_millis(150));
    socket.write_all(&[&first[2..], second].concat()).unwrap();
    assert_eq!(rest(socket), "好".as_bytes());
    let call = shared.caller();
    shared.until_state(&call, &CallState::Ended);
    let kinds = kinds(&call);
    assert!(kinds.contains(&received_piece(&first[..2])), "{kinds:?}");
    assert_eq!(received(&call), "你好".as_bytes());
    let text = shared.raw(b"\xe4\xbd");
    assert_eq!(text, "好".as_bytes());
}

#[test]
fn rules_are_tried_in_order() {
    let all = rules(
        &[
            (When::Equals("hello".into()), Reply::Text("hi".into())),
            (When::Contains("时间".into()), Reply::Text("现在".into())),
            (When::Hex(vec![0xff, 0]), Reply::Hex(vec![0, 0xff])),
            (When::Contains("echo".into()), Reply::Echo),
        ],
        false,
    );
    let shared = answering(all);
    assert_eq!(shared.raw(b" hello \n"), b"hi");
    assert_eq!(shared.raw("几点？时间".as_bytes()), "现在".as_bytes());
    assert_eq!(shared.raw(b"a\xff\x00b"), b"\x00\xff");
    assert_eq!(shared.raw(b"echo echo\r\n"), b"echo echo\r\n");
}

#[test]
fn the_owner_answers_by_hand_and_that_is_the_answer() {
    let shared = answering(rules(&[], false));
    let mut socket = shared.connect();
    socket.write_all(b"anyone?").unwrap();
    let call = shared.caller();
    assert_eq!(call.state(), OPEN);
    assert_eq!(received(&call), b"anyone?");
    call.send(b"me".to_vec());
    assert_eq!(call.state(), CallState::HangingUp);
    assert_eq!(rest(socket), b"me");
    shared.until_state(&call, &CallState::Ended);
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
fn an_open_line_answers_again_and_again() {
    let shared = answering(echo());
    let mut socket = shared.connect();
    let mut answer = [0; 3];
    for message in [b"one", b"two", b"thr"] {
        socket.write_all(message).unwrap();
        socket.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, message);
    }
    let call = shared.caller();
    assert_eq!(call.state(), OPEN);
    call.send(b"by hand".to_vec());
    let mut by_hand = [0; 7];
    socket.read_exact(&mut by_hand).unwrap();
    assert_eq!(call.state(), OPEN);
    // Closed here once one answer is enough again.
    let server = shared.server.as_ref().unwrap();
    server.set_answering(Some(Answering::with_text("bye")));
    socket.write_all(b"four").unwrap();
    assert_eq!(rest(socket), b"bye");
    shared.until_state(&call, &CallState::Ended);
}

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
fn without_answering_nothing_is_a_call() {
    let shared = Shared::with(|config| config.limits.head = Duration::from_millis(100));
    assert_eq!(shared.raw(b"hello\n"), b"");
    assert_eq!(shared.raw(b""), b"");
    let mut events = shared.events.try_iter();
    assert!(!events.any(|event| matches!(event, ServerEvent::Caller(_))));
}

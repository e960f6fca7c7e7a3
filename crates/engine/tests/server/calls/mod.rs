//! Callers of a server.

mod ends;
mod hostile;
mod silent;

use std::io::{ErrorKind, Read, Write};
use std::sync::Arc;
use std::time::Duration;

use landline_engine::call::{Answering, Call, CallState, EntryKind, Reply, Rule, When};
use landline_engine::server::{Config, ServerEvent};

use crate::common::calls::{kinds, received, until_state};
use crate::common::{Shared, rest};

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
fn without_answering_nothing_is_a_call() {
    let shared = Shared::with(|config| config.limits.head = Duration::from_millis(100));
    assert_eq!(shared.raw(b"hello\n"), b"");
    assert_eq!(shared.raw(b""), b"");
    let mut events = shared.events.try_iter();
    assert!(!events.any(|event| matches!(event, ServerEvent::Caller(_))));
}

//! Calls of the client, against sockets that do exactly what a test says.

mod files;

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, unbounded};
use landline_engine::call::{Call, CallState, EntryKind, INTERVAL_MIN, QUEUE_MAX_LEN};
use landline_engine::client::{Client, ClientEvent};
use landline_engine::error::ClientError;
use landline_engine::transport::trace::TraceEvent;
use socket2::SockRef;

use crate::common::calls::{kinds, received, until, until_entry, until_received, until_state};
use crate::common::{PATIENCE, noise};

const OPEN: CallState = CallState::Open {
    sends: true,
    receives: true,
};

struct Rig {
    client: Client,
    events: Receiver<ClientEvent>,
    call: Arc<Call>,
    peer: TcpStream,
}

impl Rig {
    /// A call that is connected.
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (sender, events) = unbounded();
        let client = Client::new(sender.into());
        let port = listener.local_addr().unwrap().port();
        let call = client.call("127.0.0.1".to_owned(), port);
        let (peer, _) = listener.accept().unwrap();
        peer.set_read_timeout(Some(PATIENCE)).unwrap();
        until_state(&call, &events, &OPEN);
        Self {
            client,
            events,
            call,
            peer,
        }
    }

    fn until_state(&self, state: &CallState) {
        until_state(&self.call, &self.events, state);
    }

    fn until_entry(&self, kind: &EntryKind) {
        until_entry(&self.call, &self.events, kind);
    }

    /// The peer reads so many bytes.
    fn read(&mut self, len: usize) -> Vec<u8> {
        let mut bytes = vec![0; len];
        self.peer.read_exact(&mut bytes).unwrap();
        bytes
    }

    fn reset_by_peer(self) -> (Client, Receiver<ClientEvent>, Arc<Call>) {
        SockRef::from(&self.peer)
            .set_linger(Some(Duration::ZERO))
            .unwrap();
        (self.client, self.events, self.call)
    }
}

fn sent(bytes: &[u8], end: u64) -> EntryKind {
    EntryKind::Sent {
        bytes: bytes.into(),
        end,
        is_automatic: false,
    }
}

#[test]
fn each_send_and_each_recv_is_an_entry() {
    let mut rig = Rig::new();
    rig.call.send(b"are u ok?".to_vec());
    assert_eq!(rig.read(9), b"are u ok?");
    rig.peer.write_all(b"thanks").unwrap();
    until_received(&rig.call, &rig.events, b"thanks");
    rig.call.send("再见".into());
    assert_eq!(rig.read(6), "再见".as_bytes());
    let kinds = kinds(&rig.call);
    let [EntryKind::Connected(Some(_)), first, answer, last] = &kinds[..] else {
        panic!("{kinds:?}");
    };
    assert_eq!(*first, sent(b"are u ok?", 9));
    let bytes = b"thanks"[..].into();
    assert_eq!(*answer, EntryKind::Received { bytes });
    assert_eq!(*last, sent("再见".as_bytes(), 15));
    let times: Vec<_> = rig.call.entries().iter().map(|entry| entry.at).collect();
    assert!(times.is_sorted(), "{times:?}");
    let (news, next) = rig.call.entries_since(3);
    assert_eq!((news.len(), next), (1, 4));
    let trace = rig.call.trace().unwrap();
    assert_eq!((trace.sent().bytes, trace.received().bytes), (15, 6));
}

#[test]
fn hanging_up_waits_for_the_other_side_and_shows_what_it_says() {
    let mut rig = Rig::new();
    rig.call.hang_up();
    rig.until_state(&CallState::HangingUp);
    assert_eq!(rig.peer.read(&mut [0]).unwrap(), 0);
    rig.peer.write_all(b"one more thing").unwrap();
    until_received(&rig.call, &rig.events, b"one more thing");
    assert_eq!(rig.call.state(), CallState::HangingUp);
    rig.peer.shutdown(Shutdown::Write).unwrap();
    rig.until_state(&CallState::Ended);
    let ends: Vec<_> = kinds(&rig.call).into_iter().skip(1).collect();
    assert_eq!(ends[0], EntryKind::OwnFin);
    assert_eq!(ends[2], EntryKind::PeerFin);
    // It is over: nothing is sent, and nothing fails.
    rig.call.send(b"late".to_vec());
    rig.call.reset();
    assert_eq!(rig.call.state(), CallState::Ended);
    assert_eq!(kinds(&rig.call).len(), 4);
}

#[test]
fn this_side_can_talk_after_the_other_one_hung_up() {
    let mut rig = Rig::new();
    rig.peer.shutdown(Shutdown::Write).unwrap();
    rig.until_entry(&EntryKind::PeerFin);
    assert_eq!(
        rig.call.state(),
        CallState::Open {
            sends: true,
            receives: false
        }
    );
    rig.call.send(b"still here".to_vec());
    assert_eq!(rig.read(10), b"still here");
    rig.call.hang_up();
    rig.until_state(&CallState::Ended);
    assert_eq!(rig.peer.read(&mut [0]).unwrap(), 0);
}

#[test]
fn after_a_half_close_the_answer_still_comes() {
    let mut rig = Rig::new();
    rig.call.send(b"question".to_vec());
    rig.call.stop_sending();
    assert_eq!(
        rig.call.state(),
        CallState::Open {
            sends: false,
            receives: true
        }
    );
    let mut question = Vec::new();
    rig.peer.read_to_end(&mut question).unwrap();
    assert_eq!(question, b"question");
    rig.call.send(b"nobody sends this".to_vec());
    rig.peer.write_all(b"answer").unwrap();
    until_received(&rig.call, &rig.events, b"answer");
    // Hanging up now closes the connection, whatever the other side does.
    rig.call.hang_up();
    assert_eq!(rig.call.state(), CallState::Ended);
    let end = until(&rig.call, &rig.events, |call| {
        let trace = call.trace().unwrap();
        // The socket is closed by a thread, which reports nothing more.
        while !trace.is_closed() {
            std::thread::yield_now();
        }
        trace.at(TraceEvent::Closed)
    });
    assert!(end > Duration::ZERO);
    // Whoever sends to a closed socket gets a reset.
    let error = loop {
        match rig.peer.write_all(&[0; 1000]) {
            Ok(()) => std::thread::yield_now(),
            Err(e) => break e,
        }
    };
    assert!(
        matches!(
            error.kind(),
            ErrorKind::BrokenPipe | ErrorKind::ConnectionReset
        ),
        "{error}"
    );
}

#[test]
fn a_reset_is_a_reset_at_either_end() {
    let mut rig = Rig::new();
    rig.call.reset();
    assert_eq!(rig.call.state(), CallState::Reset);
    let error = rig.peer.read(&mut [0]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert_eq!(kinds(&rig.call).last(), Some(&EntryKind::OwnReset));
    let trace = rig.call.trace().unwrap();
    assert!(trace.at(TraceEvent::ResetSent).is_some());
    // No FIN came before it.
    assert!(trace.at(TraceEvent::FinSent).is_none());

    let host = || "127.0.0.1".to_owned();
    let failed = CallState::Failed(ClientError::CallReset { host: host() });
    let (_client, events, call) = Rig::new().reset_by_peer();
    until_state(&call, &events, &failed);
    assert_eq!(kinds(&call).last(), Some(&EntryKind::PeerReset));

    // After the other side's FIN, too.
    let rig = Rig::new();
    rig.peer.shutdown(Shutdown::Write).unwrap();
    rig.until_entry(&EntryKind::PeerFin);
    let (_client, events, call) = rig.reset_by_peer();
    until_state(&call, &events, &failed);

    // And while this side waits for it.
    let rig = Rig::new();
    rig.call.hang_up();
    rig.until_state(&CallState::HangingUp);
    let (_client, events, call) = rig.reset_by_peer();
    until_state(&call, &events, &failed);
}

#[test]
fn a_peer_that_never_reads_blocks_nobody() {
    let rig = Rig::new();
    let began = Instant::now();
    let piece = vec![b'x'; 4 << 20];
    let full = EntryKind::Failed(ClientError::CallQueueFull {
        max_len: QUEUE_MAX_LEN,
    });
    let pieces = until(&rig.call, &rig.events, |call| {
        // What the systems buffer is less than this.
        for _ in 0..20 {
            call.send(piece.clone());
        }
        let kinds = kinds(call);
        let pieces = kinds
            .iter()
            .filter(|kind| matches!(kind, EntryKind::Sent { .. }));
        kinds.contains(&full).then(|| pieces.count())
    });
    assert!(pieces < 20);
    assert!(began.elapsed() < PATIENCE / 2);
    rig.call.hang_up();
    assert_eq!(rig.call.state(), CallState::HangingUp);
    assert!(!kinds(&rig.call).contains(&EntryKind::OwnFin));
    // The second time, what was not taken is given up: a FIN would say that it was all.
    rig.call.hang_up();
    assert_eq!(rig.call.state(), CallState::Ended);
    assert_eq!(kinds(&rig.call).last(), Some(&EntryKind::OwnReset));
    let mut peer = rig.peer;
    let error = peer.read_to_end(&mut Vec::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
}

#[test]
fn what_waits_is_sent_before_the_fin() {
    let mut rig = Rig::new();
    let piece = noise(12 << 20);
    rig.call.send(piece.clone());
    rig.call.send(b"end".to_vec());
    rig.call.hang_up();
    let mut got = Vec::new();
    rig.peer.read_to_end(&mut got).unwrap();
    assert!(got == [&piece[..], b"end"].concat());
    rig.until_entry(&EntryKind::OwnFin);
}

#[test]
fn a_piece_is_repeated_until_that_is_stopped() {
    let mut rig = Rig::new();
    rig.call.repeat(b"tick".to_vec(), Duration::ZERO);
    assert!(rig.call.is_repeating());
    let began = Instant::now();
    assert_eq!(rig.read(12), b"tickticktick");
    assert!(began.elapsed() >= INTERVAL_MIN, "{:?}", began.elapsed());
    rig.call.stop_repeating();
    assert!(!rig.call.is_repeating());
    rig.call.repeat(b"tock".to_vec(), PATIENCE);
    rig.call.hang_up();
    assert!(!rig.call.is_repeating());
    let mut rest = String::new();
    rig.peer.read_to_string(&mut rest).unwrap();
    let rest = rest.replace("tick", "");
    assert!(rest.is_empty() || rest == "tock", "{rest}");
}

#[test]
fn what_comes_is_kept_in_bounded_memory() {
    let mut rig = Rig::new();
    let flood = vec![b'x'; 1 << 20];
    for _ in 0..20 {
        rig.peer.write_all(&flood).unwrap();
    }
    rig.peer.shutdown(Shutdown::Write).unwrap();
    rig.until_entry(&EntryKind::PeerFin);
    let first = kinds(&rig.call).remove(0);
    assert!(matches!(first, EntryKind::Dropped { .. }), "{first:?}");
    assert!(received(&rig.call).len() <= 8 << 20);
    assert_eq!(rig.call.trace().unwrap().received().bytes, 20 << 20);
}

#[test]
fn changes_are_reported_once_until_somebody_looks() {
    let mut rig = Rig::new();
    while rig.events.try_recv().is_ok() {}
    let before = rig.call.version();
    for _ in 0..100 {
        rig.call.send(b"x".to_vec());
    }
    rig.read(100);
    assert_eq!(rig.events.try_iter().count(), 1);
    assert!(rig.call.version() > before);
    rig.call.send(b"x".to_vec());
    assert_eq!(rig.events.try_iter().count(), 1);
}

#[test]
fn dropping_the_call_or_the_client_ends_it() {
    let Rig {
        client,
        call,
        mut peer,
        ..
    } = Rig::new();
    drop(call);
    assert_eq!(peer.read(&mut [0]).unwrap(), 0);
    drop(client);
    let Rig {
        client,
        call,
        mut peer,
        ..
    } = Rig::new();
    drop(client);
    assert_eq!(call.state(), CallState::Ended);
    assert_eq!(peer.read(&mut [0]).unwrap(), 0);
}

#[test]
fn what_cannot_be_connected_fails_or_can_be_given_up() {
    let (sender, events) = unbounded();
    let client = Client::new(sender.into());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let call = client.call("127.0.0.1".to_owned(), port);
    call.send(b"queued until then".to_vec());
    let host = "127.0.0.1".to_owned();
    let refused = ClientError::Refused { host, port };
    until_state(&call, &events, &CallState::Failed(refused));
    let call = client.call("no/host".to_owned(), port);
    until(&call, &events, |call| {
        matches!(call.state(), CallState::Failed(ClientError::BadHost { .. })).then_some(())
    });
}

/// A connection whose SYN nobody answers can be looked at, and given up.
#[cfg(target_os = "linux")]
#[test]
fn a_call_that_nobody_accepts_is_in_syn_sent() {
    let listener =
        socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    let address: std::net::SocketAddr = "127.0.0.1:0".parse().unwrap();
    listener.bind(&address.into()).unwrap();
    listener.listen(0).unwrap();
    let address = listener.local_addr().unwrap().as_socket().unwrap();
    // The one that fits in the backlog.
    let _fills = TcpStream::connect(address).unwrap();
    let (sender, events) = unbounded();
    let client = Client::new(sender.into());
    let call = client.call("127.0.0.1".to_owned(), address.port());
    let trace = until(&call, &events, Call::trace);
    assert_eq!(call.state(), CallState::Connecting);
    let state = crate::common::calls::tcp_state(trace.local().port(), address.port());
    assert_eq!(state, Some("SYN-SENT"));
    call.hang_up();
    assert_eq!(call.state(), CallState::Ended);
}

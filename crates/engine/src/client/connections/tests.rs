use std::io::Read;
use std::net::TcpListener;
use std::thread;

use super::*;

const PATIENCE: Duration = Duration::from_secs(20);

fn open(connections: &Connections) -> Slot {
    connections
        .open("h", 1, &CancelToken::new(), PATIENCE)
        .unwrap()
}

fn is_one_at_a_time(slot: &Slot) -> bool {
    slot.server.state.lock().is_one_at_a_time(Instant::now())
}

/// An idle first connection, and a second one that got its response only when the first was closed.
fn one_at_a_time(connections: &Connections) -> (Slot, Slot) {
    let (first, second) = (open(connections), open(connections));
    first.responded(true);
    assert!(first.idle());
    second.starving();
    second.responded(true);
    assert!(is_one_at_a_time(&second) && !first.reuse());
    (first, second)
}

#[test]
fn idle_connections_close_for_one_that_waits() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let stream = Arc::new(Stream::connect(&address, PATIENCE, |_| {}).unwrap());
    let connections = Connections::default();
    let (idle, waiting) = (open(&connections), open(&connections));
    idle.connected(&stream);
    idle.responded(true);
    assert!(idle.idle() && idle.reuse() && idle.idle());
    waiting.starving();
    assert!(!idle.reuse());
    assert_eq!((&*stream).read(&mut [0]).unwrap(), 0);
}

#[test]
fn busy_connections_close_when_they_are_done() {
    let connections = Connections::default();
    let (busy, waiting) = (open(&connections), open(&connections));
    busy.responded(true);
    waiting.starving();
    assert!(busy.reuse() && !busy.idle());
}

#[test]
fn a_server_that_answers_when_another_is_closed_is_asked_one_at_a_time() {
    let connections = Connections::default();
    let (_first, second) = one_at_a_time(&connections);
    assert!(second.idle());
    // This closes the idle one.
    let third = open(&connections);
    assert!(!second.reuse());
    // Nobody waits for it.
    third.responded(true);
    assert!(third.idle() && third.reuse());
    thread::scope(|scope| {
        let fourth = scope.spawn(|| open(&connections));
        while third.server.state.lock().queue.is_empty() {
            thread::yield_now();
        }
        assert!(!third.idle());
        drop(third);
        drop(fourth.join().unwrap());
    });
}

#[test]
fn a_slow_answer_means_nothing() {
    let connections = Connections::default();
    let (first, second) = (open(&connections), open(&connections));
    first.responded(true);
    assert!(first.idle());
    second.starving();
    let mut state = second.server.state.lock();
    let late = Instant::now() + SOON;
    state.responded(second.id, true, late);
    assert!(!state.is_one_at_a_time(late));
}

#[test]
fn a_server_that_answers_on_two_is_left_alone() {
    let connections = Connections::default();
    let (_first, second) = one_at_a_time(&connections);
    // Two that were opened before the limit was detected.
    second.server.state.lock().one_at_a_time_until = None;
    let third = open(&connections);
    third.responded(true);
    third.starving();
    assert!(third.idle() && second.idle());
    // A server that closes each connection after its response proves nothing.
    let connections = Connections::default();
    let (first, second) = (open(&connections), open(&connections));
    first.responded(false);
    second.responded(true);
    assert!(!second.server.state.lock().is_concurrent);
}

#[test]
fn those_that_wait_hear_that_a_server_answers_on_two() {
    let connections = Connections::default();
    let (_first, second) = one_at_a_time(&connections);
    // Two that were opened before it was found out.
    let until = second.server.state.lock().one_at_a_time_until.take();
    let third = open(&connections);
    second.server.state.lock().one_at_a_time_until = until;
    thread::scope(|scope| {
        let fourth = scope.spawn(|| open(&connections));
        while third.server.state.lock().queue.is_empty() {
            thread::yield_now();
        }
        let answered = Instant::now();
        third.responded(true);
        drop(fourth.join().unwrap());
        assert!(answered.elapsed() < PATIENCE);
    });
}

#[test]
fn it_is_found_out_anew_after_a_while() {
    let connections = Connections::default();
    let (_first, second) = one_at_a_time(&connections);
    let state = second.server.state.lock();
    assert!(state.is_full(Instant::now()));
    assert!(!state.is_full(Instant::now() + ONE_AT_A_TIME));
}

#[test]
fn waiting_ends_with_the_patience_and_with_a_cancel() {
    let connections = Connections::default();
    let (_first, second) = one_at_a_time(&connections);
    let cancel = CancelToken::new();
    let failed = connections
        .open("H", 1, &cancel, Duration::ZERO)
        .unwrap_err();
    assert!(matches!(
        failed,
        FetchError::Failed(ClientError::NoAnswer { .. })
    ));
    cancel.cancel();
    let failed = connections.open("h", 1, &cancel, PATIENCE).unwrap_err();
    assert_eq!(failed, FetchError::Cancelled);
    assert!(second.server.state.lock().queue.is_empty());
    // Other servers are not affected.
    connections
        .open("h", 2, &CancelToken::new(), PATIENCE)
        .unwrap();
}

#[test]
fn bytes_that_come_are_no_silence() {
    let connections = Connections::default();
    let slot = open(&connections);
    let began = Instant::now();
    let short = Duration::from_millis(30);
    while !slot.server.silence_left(began, short).is_zero() {
        thread::yield_now();
    }
    slot.received();
    assert!(!slot.server.silence_left(began, short).is_zero());
}

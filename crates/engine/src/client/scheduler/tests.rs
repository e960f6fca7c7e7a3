use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener};
use std::time::Duration;

use crossbeam_channel::{Receiver, TryRecvError, unbounded};

use super::retry::Resume;
use super::*;
use crate::client::{IfExists, Target};
use crate::error::ClientError;
use crate::transfer::{Outcome, TransferState};

const PATIENCE: Duration = Duration::from_secs(20);

fn transfer() -> Arc<Transfer> {
    let cancel = CancelToken::new();
    Arc::new(Transfer::new(Direction::Download, "a", "host", cancel))
}

/// One that ends as soon as it starts.
fn request() -> Request {
    Request {
        host: "host".to_owned(),
        port: 1,
        encryption: <_>::default(),
        name: "a".to_owned(),
        query: None,
        target: Target::Folder("/none/such".into()),
        protocol: None,
        exists: IfExists::Keep,
    }
}

/// A scheduler with so many slots, and what it reports.
fn scheduler(at_once: usize) -> (Arc<Scheduler>, Receiver<ClientEvent>) {
    let (sender, events) = unbounded();
    let limits = Limits {
        at_once,
        ..Limits::default()
    };
    let scheduler = Scheduler::new(sender.into(), limits, Secret::of_process(), <_>::default());
    (Arc::new(scheduler), events)
}

#[expect(clippy::disallowed_methods, reason = "a test waits for what it tests")]
fn wait_for_end(events: &Receiver<ClientEvent>, id: TransferId) {
    loop {
        let event = events.recv_timeout(PATIENCE).expect("an end");
        if matches!(event, ClientEvent::Ended(ended) if ended.id() == id) {
            return;
        }
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test waits for what it tests")]
fn two_slots_that_become_free_at_once_go_to_two() {
    let (scheduler, events) = scheduler(2);
    let (resting, others) = (transfer(), [transfer(), transfer()]);
    scheduler
        .state()
        .slots
        .extend(others.iter().map(|t| t.id()));
    let waiting = add(
        &scheduler,
        Request {
            host: "host".to_owned(),
            port: 1,
            encryption: <_>::default(),
            name: "a".to_owned(),
            query: None,
            // It ends as soon as it has its turn.
            target: Target::Folder("/none/such".into()),
            protocol: None,
            exists: IfExists::Keep,
        },
        None,
        false,
    );
    let (own, back) = (Arc::clone(&scheduler), Arc::clone(&resting));
    let why = ClientError::NoName;
    let worker = threads::spawn("rest", move || {
        retry::wait(&own, &back, why, Duration::ZERO)
    });
    let began = Instant::now();
    while scheduler.state().returning.is_empty() {
        assert!(began.elapsed() < PATIENCE);
        std::thread::yield_now();
    }
    scheduler.state().slots.clear();
    start_next(&scheduler);
    assert!(worker.unwrap().join().unwrap());
    wait_for_end(&events, waiting.id());
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test waits for what it tests")]
fn after_its_backoff_a_download_waits_for_a_slot() {
    let (scheduler, events) = scheduler(1);
    let (resting, other) = (transfer(), transfer());
    scheduler.state().running.push(Arc::clone(&resting));
    scheduler.state().slots.push(other.id());
    let (own, back) = (Arc::clone(&scheduler), Arc::clone(&resting));
    let why = ClientError::NoName;
    let long = Duration::from_hours(1);
    let worker = threads::spawn("rest", move || retry::wait(&own, &back, why, long));
    let until = |is_it: fn(&TransferState) -> bool| {
        let is_it = |event| matches!(event, ClientEvent::Changed(t) if is_it(&t.state()));
        while !is_it(events.recv_timeout(PATIENCE).expect("a change")) {}
    };
    until(TransferState::is_backing_off);
    scheduler.try_now(resting.id());
    until(|state| *state == TransferState::Queued);
    assert_eq!(resting.interruption(), None);
    // There is nothing to hurry.
    let retry_now = resting.retry_now().listen();
    scheduler.try_now(resting.id());
    assert_eq!(retry_now.try_recv(), Err(TryRecvError::Empty));
    scheduler.state().slots.clear();
    start_next(&scheduler);
    until(|state| *state == TransferState::Connecting);
    assert!(worker.unwrap().join().unwrap());
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test waits for what it tests")]
fn a_file_that_was_cut_waits_without_a_thread() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = threads::spawn("server", move || {
        let (mut socket, _) = listener.accept().unwrap();
        let head = "HTTP/1.1 200 OK\r\nETag: \"a\"\r\nContent-Length: 9\r\n\r\n";
        socket.write_all(format!("{head}half").as_bytes()).unwrap();
        // Unread bytes would reset the connection.
        socket.shutdown(Shutdown::Write).unwrap();
        socket.read_to_end(&mut Vec::new()).unwrap();
    });
    let folder = tempfile::tempdir().unwrap();
    let (sender, events) = unbounded();
    let mut limits = Limits::default();
    limits.timeouts.first_backoff = Duration::from_hours(1);
    limits.timeouts.longest_backoff = Duration::from_hours(1);
    let scheduler = Arc::new(Scheduler::new(
        sender.into(),
        limits,
        Secret::of_process(),
        <_>::default(),
    ));
    let cut = Request {
        host: "127.0.0.1".to_owned(),
        port,
        target: Target::Folder(folder.path().to_owned()),
        ..request()
    };
    let transfer = add(&scheduler, cut, None, false);
    while !transfer.state().is_backing_off() {
        events.recv_timeout(PATIENCE).expect("an interruption");
    }
    {
        let state = scheduler.state();
        assert!(matches!(state.timers[0].resume, Resume::Start(_)));
        assert!(state.slots.is_empty());
    }
    scheduler.pause(transfer.id());
    wait_for_end(&events, transfer.id());
    assert_eq!(transfer.outcome(), Some(&Outcome::Paused(None)));
    assert!(transfer.is_kept());
    server.unwrap().join().unwrap();
}

#[test]
fn a_cancel_ends_a_download_that_has_no_thread() {
    let (sender, events) = unbounded();
    let scheduler = Scheduler::new(
        sender.into(),
        Limits::default(),
        Secret::of_process(),
        <_>::default(),
    );
    let scheduler = Arc::new(scheduler);
    let suspended = transfer();
    let resume = Resume::Start(Box::new(Suspended::new(request())));
    scheduler.state().running.push(Arc::clone(&suspended));
    let long = Duration::from_hours(1);
    let error = ClientError::NoName;
    assert!(retry::schedule(&scheduler, &suspended, error, long, resume));
    assert!(suspended.state().is_backing_off());
    suspended.cancel().cancel();
    wait_for_end(&events, suspended.id());
    assert_eq!(suspended.outcome(), Some(&Outcome::Cancelled));
    assert!(scheduler.state().running.is_empty());
    // Nothing is left to wait for.
    let began = Instant::now();
    while scheduler.state().has_timer_thread {
        assert!(began.elapsed() < PATIENCE);
        std::thread::yield_now();
    }
}

#[test]
fn only_so_many_back_off_without_a_slot() {
    let (scheduler, events) = scheduler(100);
    let all: Vec<_> = (0..=retry::MAX_WITHOUT_SLOT).map(|_| transfer()).collect();
    for transfer in &all {
        let mut state = scheduler.state();
        state.running.push(Arc::clone(transfer));
        state.slots.push(transfer.id());
    }
    for transfer in &all {
        let resume = Resume::Start(Box::new(Suspended::new(request())));
        let long = Duration::from_hours(1);
        let error = ClientError::NoName;
        assert!(retry::schedule(&scheduler, transfer, error, long, resume));
    }
    let last = all[retry::MAX_WITHOUT_SLOT].id();
    assert_eq!(scheduler.state().slots, [last]);
    // Both kinds go on at once.
    for id in [last, all[0].id()] {
        scheduler.try_now(id);
        wait_for_end(&events, id);
    }
    scheduler.close();
    for transfer in &all[1..retry::MAX_WITHOUT_SLOT] {
        while transfer.outcome().is_none() {
            std::thread::yield_now();
        }
        assert_eq!(transfer.outcome(), Some(&Outcome::Paused(None)));
    }
}

#[test]
fn what_is_downloaded_again_is_not_discarded() {
    let (scheduler, events) = scheduler(1);
    let other = Request {
        name: "b".to_owned(),
        ..request()
    };
    // A slow disk keeps the thread from them.
    let waiting = [request(), other.clone(), request()];
    scheduler.discarding.lock().extend(waiting);
    let again = add(&scheduler, request(), None, false);
    assert_eq!(*scheduler.discarding.lock(), [other]);
    wait_for_end(&events, again.id());
}

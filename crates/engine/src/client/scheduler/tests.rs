use crossbeam_channel::{TryRecvError, unbounded};

use super::*;
use crate::client::{IfExists, Target};

const PATIENCE: Duration = Duration::from_secs(20);

fn transfer() -> Arc<Transfer> {
    let cancel = CancelToken::new();
    Arc::new(Transfer::new(Direction::Download, "a", "host", cancel))
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test waits for what it tests")]
fn two_turns_given_back_at_once_go_to_two() {
    let (sender, events) = unbounded();
    let limits = Limits {
        at_once: 2,
        ..Limits::default()
    };
    let queue = Arc::new(Queue::new(sender.into(), limits, Secret::of_process()));
    let (resting, others) = (transfer(), [transfer(), transfer()]);
    queue.state().busy.extend(others.iter().map(|t| t.id()));
    let waiting = add(
        &queue,
        Request {
            host: "host".to_owned(),
            port: 1,
            name: "a".to_owned(),
            query: None,
            // It ends as soon as it has its turn.
            target: Target::Folder("/none/such".into()),
            protocol: None,
            exists: IfExists::Keep,
        },
        None,
    );
    let (own, back) = (Arc::clone(&queue), Arc::clone(&resting));
    let why = ClientError::NoName;
    let worker = threads::spawn("rest", move || rest(&own, &back, why, Duration::ZERO));
    let began = Instant::now();
    while queue.state().returning.is_empty() {
        assert!(began.elapsed() < PATIENCE);
        std::thread::yield_now();
    }
    queue.state().busy.clear();
    queue.free.notify_all();
    assert!(worker.unwrap().join().unwrap());
    loop {
        let event = events.recv_timeout(PATIENCE).expect("the one that waits");
        if matches!(event, ClientEvent::Ended(ended) if ended.id() == waiting.id()) {
            return;
        }
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test waits for what it tests")]
fn who_has_rested_waits_like_any_other_until_there_is_a_turn() {
    let (sender, events) = unbounded();
    let limits = Limits {
        at_once: 1,
        ..Limits::default()
    };
    let queue = Arc::new(Queue::new(sender.into(), limits, Secret::of_process()));
    let (resting, other) = (transfer(), transfer());
    queue.state().running.push(Arc::clone(&resting));
    queue.state().busy.push(other.id());
    let (own, back) = (Arc::clone(&queue), Arc::clone(&resting));
    let why = ClientError::NoName;
    let long = Duration::from_hours(1);
    let worker = threads::spawn("rest", move || rest(&own, &back, why, long));
    let until = |stage| {
        let is_it = |event| matches!(event, ClientEvent::Changed(t) if t.stage() == stage);
        while !is_it(events.recv_timeout(PATIENCE).expect("a change")) {}
    };
    until(Stage::Interrupted);
    queue.try_now(resting.id());
    until(Stage::Waiting);
    assert_eq!(resting.interruption(), None);
    // There is nothing to hurry.
    let retry_now = resting.retry_now().listen();
    queue.try_now(resting.id());
    assert_eq!(retry_now.try_recv(), Err(TryRecvError::Empty));
    queue.give_turn_back(other.id());
    until(Stage::Connecting);
    assert!(worker.unwrap().join().unwrap());
}

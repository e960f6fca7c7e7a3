//! The order of rows, and what remains of a removed one.

use super::counts::WAITING_EVERY;
use super::*;
use crate::app::model::request;
use landline_engine::client::IfExists;
use landline_engine::error::{ClientError, Failure, StoreError};
use landline_engine::transfer::{Direction, Outcome, Protocol};
use landline_engine::transport::CancelToken;

fn transfer() -> Arc<Transfer> {
    let transfer = Transfer::new(Direction::Download, "film.mkv", "box", CancelToken::new());
    transfer.start(Protocol::Http, None);
    Arc::new(transfer)
}

fn order(transfers: &Transfers) -> Vec<TransferId> {
    transfers.rows().map(|row| row.transfer.id()).collect()
}

#[test]
fn samples_are_limited_to_ten_per_second() {
    let (mut transfers, transfer) = (Transfers::default(), transfer());
    transfers.add(Arc::clone(&transfer), None);
    let now = Instant::now();
    transfers.sample(now);
    transfer.advance(10);
    transfers.sample(now + Duration::from_millis(1));
    assert_eq!(transfers.rows().next().unwrap().rate, None);
    transfers.sample(now + SAMPLE_EVERY);
    assert!(transfers.totals().unwrap().rate.is_some());
}

#[test]
fn ended_transfers_move_down_without_an_event() {
    let mut transfers = Transfers::default();
    let (first, second) = (transfer(), transfer());
    transfers.add(Arc::clone(&first), None);
    transfers.add(Arc::clone(&second), None);
    transfers.add(Arc::clone(&first), None);
    first.end(Outcome::Sent);
    assert_eq!(transfers.sample(Instant::now()), Some(SAMPLE_EVERY));
    assert_eq!(order(&transfers), [second.id(), first.id()]);
    second.end(Outcome::Cancelled);
    assert_eq!(transfers.sample(Instant::now()), None);
}

#[test]
fn resumable_downloads_resume_in_place() {
    let mut transfers = Transfers::default();
    let all = [transfer(), transfer(), transfer()];
    for (number, one) in all.iter().enumerate() {
        let request = request(&number.to_string());
        transfers.add(Arc::clone(one), Some(request));
    }
    all[0].end(Outcome::Paused(None));
    all[1].keep(true);
    all[1].end(Outcome::Failed(Failure::Fetch(ClientError::NoName)));
    transfers.sample(Instant::now());
    assert_eq!(order(&transfers), all.each_ref().map(|one| one.id()));
    let (key, again) = (transfers.open()[1].key, transfer());
    transfers.continue_with(all[1].id(), Arc::clone(&again));
    assert_eq!(order(&transfers), [all[0].id(), again.id(), all[2].id()]);
    assert_eq!(transfers.get(again.id()).unwrap().key, key);
    assert!(!transfers.open()[1].is_unfinished());
    assert!(transfers.is_open(&request("1")));
}

#[test]
fn a_row_is_identified_by_its_part() {
    let (mut transfers, paused) = (Transfers::default(), transfer());
    transfers.add(Arc::clone(&paused), Some(request("x")));
    paused.end(Outcome::Paused(None));
    transfers.sample(Instant::now());
    let same = Request {
        host: "BOX".to_owned(),
        exists: IfExists::Overwrite,
        ..request("x")
    };
    assert!(transfers.is_open(&same));
    let other = Request {
        port: 8081,
        ..request("x")
    };
    assert!(!transfers.is_open(&other));
}

#[test]
fn retried_downloads_come_after_active_and_before_paused_ones() {
    let mut transfers = Transfers::default();
    let [moving, paused, gone] = [transfer(), transfer(), transfer()];
    for one in [&moving, &paused, &gone] {
        transfers.add(Arc::clone(one), Some(request("x")));
    }
    paused.end(Outcome::Paused(None));
    gone.end(Outcome::Cancelled);
    transfers.sample(Instant::now());
    assert!(transfers.has_ended());
    let again = transfer();
    transfers.continue_with(gone.id(), Arc::clone(&again));
    assert_eq!(order(&transfers), [moving.id(), again.id(), paused.id()]);
    transfers.sample(Instant::now());
    assert!(!transfers.has_ended());
}

#[test]
fn clearing_leaves_resumable_and_failed_downloads() {
    let mut transfers = Transfers::default();
    let outcomes = [
        Outcome::Sent,
        Outcome::Cancelled,
        Outcome::Failed(Failure::Fetch(ClientError::NoName)),
        Outcome::Paused(None),
    ];
    let [.., failed, paused] = outcomes.map(|outcome| {
        let one = transfer();
        transfers.add(Arc::clone(&one), Some(request("x")));
        one.end(outcome);
        one.id()
    });
    transfers.sample(Instant::now());
    let before = transfers.changes();
    transfers.clear_ended();
    assert_eq!(order(&transfers), [paused, failed]);
    // Another row resumes the same part.
    assert!(transfers.replace(failed).is_none());
    assert!(transfers.replace(paused).is_some());
    assert!(transfers.is_empty() && transfers.changes() > before);
}

#[test]
fn removing_a_row_spares_the_part_of_another() {
    let mut transfers = Transfers::default();
    let [stale, moving, paused] = [transfer(), transfer(), transfer()];
    let skip = Request {
        host: "Box".to_owned(),
        exists: IfExists::Skip,
        ..request("x")
    };
    for (one, request) in [
        (&stale, request("x")),
        (&moving, skip.clone()),
        (&paused, request("y")),
    ] {
        transfers.add(Arc::clone(one), Some(request));
    }
    stale.end(Outcome::Paused(None));
    paused.end(Outcome::Paused(None));
    assert_eq!(transfers.replace(moving.id()), None);
    assert_eq!(transfers.replace(stale.id()), None);
    assert_eq!(order(&transfers).len(), 2);
    assert_eq!(transfers.replace(paused.id()), Some(request("y")));
    moving.end(Outcome::Paused(None));
    assert_eq!(transfers.replace(moving.id()), Some(skip));
    assert!(transfers.is_empty());
}

#[test]
fn queued_transfers_are_sampled_once_a_second() {
    let mut transfers = Transfers::default();
    let one = transfer();
    transfers.add(Arc::clone(&one), None);
    one.back_off(ClientError::NoName, Instant::now());
    assert_eq!(transfers.sample(Instant::now()), Some(WAITING_EVERY));
    assert_eq!(transfers.active(), (1, 0));
}

#[test]
fn ended_rows_are_limited() {
    let mut transfers = Transfers::default();
    for _ in 0..ENDED_KEPT + 10 {
        let transfer = transfer();
        transfer.end(Outcome::Sent);
        transfers.add(transfer, None);
    }
    assert_eq!(transfers.rows().count(), ENDED_KEPT);
}

#[test]
fn the_list_counts_its_rows_by_state() {
    let mut transfers = Transfers::default();
    let all: Vec<_> = (0..6).map(|_| transfer()).collect();
    let waiting = Transfer::new(Direction::Download, "film.mkv", "box", CancelToken::new());
    let waiting = Arc::new(waiting);
    for (number, one) in all.iter().chain([&waiting]).enumerate() {
        transfers.add(Arc::clone(one), Some(request(&number.to_string())));
    }
    all[0].back_off(ClientError::NoName, Instant::now());
    all[1].end(Outcome::Paused(None));
    all[2].end(Outcome::Paused(Some(
        StoreError::DiskFull {
            folder: "/tmp".into(),
            lacking: None,
        }
        .into(),
    )));
    all[3].end(Outcome::Cancelled);
    all[4].keep(true);
    all[4].end(Outcome::Failed(Failure::Fetch(ClientError::NoName)));
    transfers.sample(Instant::now());
    let counts = Counts {
        active: 1,
        waiting: 1,
        interrupted: 1,
        paused: 1,
        failed: 2,
        resumable: 2,
    };
    assert_eq!(transfers.counts(), counts);
    // Queued transfers come first, so that they do not start while the others are being paused.
    let ids = |rows: &[&Arc<Transfer>]| rows.iter().map(|one| one.id()).collect::<Vec<_>>();
    assert_eq!(transfers.pausable(), ids(&[&waiting, &all[0], &all[5]]));
    // Paused transfers resume in place, so that no row moves.
    transfers.take_wanted();
    let again = [transfer(), transfer()];
    let mut next = again.iter().cloned();
    transfers.resume_where(|row| row.is_paused().then(|| next.next()).flatten());
    let ids: Vec<_> = order(&transfers)[1..3].into();
    assert_eq!(ids, again.map(|one| one.id()));
    assert_eq!(transfers.take_wanted(), None);
}

#[test]
fn only_requested_rows_are_scrolled_to() {
    let row = |key| Some(Wanted { key, stays: false });
    let mut transfers = Transfers::default();
    transfers.add(transfer(), None);
    assert_eq!(transfers.take_wanted(), None);
    let asked = transfer();
    transfers.add(Arc::clone(&asked), Some(request("x")));
    // Of several, the first, which starts first.
    transfers.add_all([(transfer(), Some(request("y")))]);
    assert_eq!(transfers.take_wanted(), row(asked.id()));
    assert_eq!(transfers.take_wanted(), None);
    // A paused download resumes where the user clicked.
    asked.end(Outcome::Paused(None));
    transfers.sample(Instant::now());
    let again = transfer();
    transfers.continue_with(asked.id(), Arc::clone(&again));
    assert_eq!(transfers.take_wanted(), None);
    // A completed download moves up; its key remains the same.
    again.end(Outcome::Cancelled);
    transfers.sample(Instant::now());
    transfers.continue_with(again.id(), transfer());
    assert_eq!(transfers.take_wanted(), row(asked.id()));
}

#[test]
fn a_removed_row_can_be_added_again() {
    let mut transfers = Transfers::default();
    let [one, other] = [transfer(), transfer()];
    transfers.add(Arc::clone(&one), Some(request("x")));
    transfers.add(Arc::clone(&one), Some(request("x")));
    one.end(Outcome::Cancelled);
    transfers.sample(Instant::now());
    transfers.continue_with(one.id(), Arc::clone(&other));
    transfers.add(Arc::clone(&other), None);
    assert_eq!(order(&transfers), [other.id()]);
    other.end(Outcome::Cancelled);
    transfers.sample(Instant::now());
    transfers.replace(other.id());
    transfers.add(Arc::clone(&other), None);
    transfers.clear_ended();
    transfers.take_removed();
    transfers.add(other, None);
    assert_eq!(transfers.len(), 1);
    assert!(transfers.row_mut(0).is_some() && transfers.row_mut(1).is_none());
}

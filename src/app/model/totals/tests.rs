use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use super::*;
use crate::app::model::transfers::Transfers;
use landline_engine::client::{IfExists, Request, Target};
use landline_engine::error::{ClientError, Failure};
use landline_engine::transfer::{
    Checked, Direction, Files, Incomplete, Outcome, Protocol, Saved, Transfer, TransferId,
    TransferState,
};
use landline_engine::transport::CancelToken;

fn transfer(total: Option<u64>) -> Arc<Transfer> {
    let one = Transfer::new(Direction::Upload, "film.mkv", "box", CancelToken::new());
    let one = Arc::new(one);
    if total.is_some() {
        one.start(Protocol::Http, total);
    }
    one
}

fn add(transfers: &mut Transfers, total: Option<u64>) -> Arc<Transfer> {
    let one = transfer(total);
    transfers.add(Arc::clone(&one), None);
    one
}

/// The totals one second later.
fn sum(transfers: &mut Transfers, now: &mut Instant) -> Option<Totals> {
    *now += Duration::from_secs(1);
    transfers.sample(*now);
    transfers.totals()
}

fn fraction(transfers: &mut Transfers, now: &mut Instant) -> f32 {
    sum(transfers, now).unwrap().fraction().unwrap()
}

fn is(one: f32, other: f32) -> bool {
    (one - other).abs() < 0.001
}

#[test]
fn completed_transfers_stay_in_the_sum_until_the_batch_ends() {
    let (mut transfers, mut now) = (Transfers::default(), Instant::now());
    assert_eq!(sum(&mut transfers, &mut now), None);
    let small = add(&mut transfers, Some(100));
    let large = add(&mut transfers, Some(900));
    sum(&mut transfers, &mut now);
    small.advance(100);
    large.advance(100);
    let both = sum(&mut transfers, &mut now).unwrap();
    assert_eq!((both.over, both.count), (0, 2));
    assert_eq!((both.done, both.total), (200, Some(1_000)));
    assert!(is(both.fraction().unwrap(), 0.2));
    assert_eq!(both.time_left(), Some(Duration::from_secs(4)));
    small.end(Outcome::Sent);
    let rest = sum(&mut transfers, &mut now).unwrap();
    assert_eq!((rest.over, rest.count, rest.done), (1, 2, 200));
    assert_eq!(rest.total, Some(1_000));
    large.end(Outcome::Sent);
    assert_eq!(sum(&mut transfers, &mut now), None);
    // The next batch starts from zero.
    add(&mut transfers, Some(5));
    assert_eq!(sum(&mut transfers, &mut now).unwrap().count, 1);
}

#[test]
fn only_transfers_of_known_size_are_summed() {
    let (mut transfers, mut now) = (Transfers::default(), Instant::now());
    // One is at 4%, one failed at 98%, and one is connecting.
    let moves = add(&mut transfers, Some(1_000));
    moves.advance(40);
    let failed = add(&mut transfers, Some(1_000));
    failed.advance(980);
    failed.end(Outcome::Failed(Failure::Fetch(ClientError::NoName)));
    let connects = add(&mut transfers, None);
    connects.set_state(TransferState::Connecting);
    let all = sum(&mut transfers, &mut now).unwrap();
    assert_eq!((all.over, all.count), (0, 2));
    assert_eq!((all.done, all.total), (40, Some(1_000)));
    assert_eq!(all.percent(), Some(4));
    assert!(is(all.fraction().unwrap(), 0.04));
    // Unchanged until another size is known.
    moves.advance(60);
    let all = sum(&mut transfers, &mut now).unwrap();
    assert_eq!(all.percent(), Some(10));
    assert_eq!(all.rate, Some(60.0));
    // The time left for all of them is unknown.
    assert_eq!(all.time_left(), None);
    connects.start(Protocol::Http, Some(1_000));
    connects.advance(500);
    let all = sum(&mut transfers, &mut now).unwrap();
    assert_eq!((all.done, all.total), (600, Some(2_000)));
    assert!(all.time_left().is_some());
}

#[test]
fn without_a_known_size_there_is_no_progress() {
    let (mut transfers, mut now) = (Transfers::default(), Instant::now());
    let known = add(&mut transfers, Some(100));
    let unknown = add(&mut transfers, None);
    unknown.advance(7);
    known.advance(100);
    // Not complete.
    let both = sum(&mut transfers, &mut now).unwrap();
    assert_eq!((both.percent(), both.done), (Some(99), 100));
    known.end(Outcome::Sent);
    let rest = sum(&mut transfers, &mut now).unwrap();
    assert_eq!((rest.over, rest.count), (1, 2));
    assert_eq!((rest.done, rest.total), (107, None));
    assert_eq!((rest.fraction(), rest.percent()), (None, None));
    unknown.start(Protocol::Http, Some(900));
    assert!(is(fraction(&mut transfers, &mut now), 0.107));
}

#[test]
fn a_folder_has_a_size_once_it_is_counted() {
    let (mut transfers, mut now) = (Transfers::default(), Instant::now());
    let folder = add(&mut transfers, Some(300));
    let mut files = Files {
        done: 3,
        total: 4,
        ..Files::default()
    };
    folder.set_files(files);
    folder.advance(270);
    add(&mut transfers, Some(100)).advance(10);
    assert!(is(fraction(&mut transfers, &mut now), 0.1));
    files.is_counted = true;
    folder.set_files(files);
    folder.set_total(Some(700));
    assert!(is(fraction(&mut transfers, &mut now), 0.35));
}

#[test]
fn only_what_was_completed_stays_in_the_sum() {
    let (mut transfers, mut now) = (Transfers::default(), Instant::now());
    let incomplete = Incomplete {
        path: PathBuf::from("/tmp"),
        failed: 1,
        examples: Vec::new(),
        notes: Vec::new(),
    };
    for outcome in [
        Outcome::Cancelled,
        Outcome::Failed(Failure::Fetch(ClientError::NoName)),
        Outcome::Incomplete(incomplete),
        Outcome::Paused(None),
        Outcome::Paused(Some(ClientError::NoName)),
        Outcome::Sent,
    ] {
        let one = add(&mut transfers, Some(100));
        one.advance(40);
        one.end(outcome);
    }
    let last = add(&mut transfers, Some(100));
    let sent = sum(&mut transfers, &mut now).unwrap();
    assert_eq!((sent.over, sent.count), (1, 2));
    assert_eq!((sent.done, sent.total), (40, Some(140)));
    // A retry adds one to the total.
    let ended = |row: &&Row| matches!(row.transfer.outcome(), Some(Outcome::Failed(_)));
    let failed = transfers.rows().find(ended).unwrap().transfer.id();
    transfers.continue_with(failed, transfer(Some(100)));
    let again = sum(&mut transfers, &mut now).unwrap();
    assert_eq!((again.over, again.count), (1, 3));
    assert_eq!((again.done, again.total), (40, Some(240)));
    last.end(Outcome::Cancelled);
    let rest = sum(&mut transfers, &mut now).unwrap();
    assert_eq!((rest.over, rest.count, rest.total), (1, 2, Some(140)));
}

#[test]
fn existing_bytes_count_as_done_but_not_towards_the_rate() {
    let (mut transfers, mut now) = (Transfers::default(), Instant::now());
    let resumed = add(&mut transfers, Some(1_000));
    resumed.set_done(600);
    let skipped = add(&mut transfers, Some(500));
    skipped.set_done(500);
    let path = PathBuf::from("/tmp/a");
    skipped.end(Outcome::Saved(Saved {
        path,
        checked: Checked::Length,
        skipped: true,
        notes: Vec::new(),
    }));
    sum(&mut transfers, &mut now);
    resumed.advance(100);
    let both = sum(&mut transfers, &mut now).unwrap();
    assert_eq!((both.over, both.count), (1, 2));
    assert_eq!((both.done, both.total), (1_200, Some(1_500)));
    assert_eq!(both.rate, Some(100.0));
    assert_eq!(both.time_left(), Some(Duration::from_secs(3)));
}

#[test]
fn progress_goes_back_when_downloads_are_added() {
    let (mut transfers, mut now) = (Transfers::default(), Instant::now());
    add(&mut transfers, Some(100)).advance(50);
    assert!(is(fraction(&mut transfers, &mut now), 0.5));
    let second = add(&mut transfers, Some(900));
    assert!(is(fraction(&mut transfers, &mut now), 0.05));
    // A restart after a change begins at zero.
    second.advance(450);
    assert!(is(fraction(&mut transfers, &mut now), 0.5));
    second.set_done(0);
    assert!(is(fraction(&mut transfers, &mut now), 0.05));
}

#[test]
fn a_file_that_grew_does_not_offset_another() {
    let (mut transfers, mut now) = (Transfers::default(), Instant::now());
    add(&mut transfers, Some(100)).advance(150);
    add(&mut transfers, Some(100)).advance(50);
    assert!(is(fraction(&mut transfers, &mut now), 0.75));
}

#[test]
fn paused_transfers_count_neither_as_done_nor_as_remaining() {
    let (mut transfers, mut now) = (Transfers::default(), Instant::now());
    let request = Request {
        host: "box".to_owned(),
        port: 8080,
        encryption: <_>::default(),
        name: "film.mkv".to_owned(),
        query: None,
        target: Target::Folder(PathBuf::from("/tmp")),
        protocol: None,
        exists: IfExists::Keep,
    };
    let held = transfer(Some(900));
    transfers.add(Arc::clone(&held), Some(request));
    let other = add(&mut transfers, Some(100));
    held.advance(300);
    sum(&mut transfers, &mut now);
    held.end(Outcome::Paused(None));
    other.advance(50);
    let rest = sum(&mut transfers, &mut now).unwrap();
    assert_eq!((rest.over, rest.count), (0, 1));
    assert_eq!((rest.done, rest.total), (50, Some(100)));
    assert_eq!(rest.time_left(), Some(Duration::from_secs(1)));
    other.end(Outcome::Sent);
    // It does not keep the batch open.
    assert_eq!(sum(&mut transfers, &mut now), None);
    let ids: Vec<TransferId> = transfers.rows().map(|row| row.transfer.id()).collect();
    assert_eq!(ids, [held.id(), other.id()]);
}

#[test]
fn without_a_known_size_there_is_no_percentage() {
    let percent = |of: &[(u64, Option<u64>)]| {
        let (mut transfers, mut now) = (Transfers::default(), Instant::now());
        for (done, total) in of {
            add(&mut transfers, *total).advance(*done);
        }
        sum(&mut transfers, &mut now).unwrap().percent()
    };
    assert_eq!(percent(&[(50, None)]), None);
    assert_eq!(percent(&[(0, Some(0))]), None);
    assert_eq!(percent(&[(50, None), (50, Some(100))]), Some(50));
    assert_eq!(percent(&[(u64::MAX - 2, Some(u64::MAX - 1))]), Some(99));
    assert_eq!(percent(&[(7, Some(7))]), Some(100));
}

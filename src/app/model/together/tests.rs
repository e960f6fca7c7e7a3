use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use super::*;
use crate::app::model::transfers::Transfers;
use crate::client::{Exists, Request, Target};
use crate::net::{Cancel, Dialect, Direction, Outcome, Transfer, TransferId};
use crate::sentence;

fn transfer(total: Option<u64>) -> Arc<Transfer> {
    let one = Transfer::new(Direction::Upload, "film.mkv", "box", Cancel::new());
    let one = Arc::new(one);
    if total.is_some() {
        one.moving(Dialect::Http, total);
    }
    one
}

fn add(transfers: &mut Transfers, total: Option<u64>) -> Arc<Transfer> {
    let one = transfer(total);
    transfers.add(Arc::clone(&one), None);
    one
}

/// What it comes to a second after the last time.
fn sum(transfers: &mut Transfers, now: &mut Instant) -> Option<Together> {
    *now += Duration::from_secs(1);
    transfers.sample(*now);
    transfers.together()
}

fn fraction(transfers: &mut Transfers, now: &mut Instant) -> f32 {
    sum(transfers, now).unwrap().fraction
}

fn is(one: f32, other: f32) -> bool {
    (one - other).abs() < 0.001
}

#[test]
fn what_is_done_stays_in_the_sum_until_all_is() {
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
    assert!(is(both.fraction, 0.2));
    assert_eq!(both.time_left(), Some(Duration::from_secs(4)));
    small.end(Outcome::Sent);
    let rest = sum(&mut transfers, &mut now).unwrap();
    assert_eq!((rest.over, rest.count, rest.done), (1, 2, 200));
    assert_eq!(rest.total, Some(1_000));
    large.end(Outcome::Sent);
    assert_eq!(sum(&mut transfers, &mut now), None);
    // The next begins from nothing.
    add(&mut transfers, Some(5));
    assert_eq!(sum(&mut transfers, &mut now).unwrap().count, 1);
}

#[test]
fn without_every_total_it_counts_pieces() {
    let (mut transfers, mut now) = (Transfers::default(), Instant::now());
    add(&mut transfers, Some(100)).advance(50);
    add(&mut transfers, None);
    let sum = sum(&mut transfers, &mut now).unwrap();
    assert_eq!((sum.done, sum.total, sum.time_left()), (50, None, None));
    assert!(is(sum.fraction, 0.25));
}

#[test]
fn every_end_counts() {
    let (mut transfers, mut now) = (Transfers::default(), Instant::now());
    for outcome in [
        Outcome::Cancelled,
        Outcome::Failed(sentence!("no-name")),
        Outcome::Sent,
    ] {
        let one = add(&mut transfers, Some(100));
        one.advance(40);
        one.end(outcome);
    }
    let last = add(&mut transfers, Some(100));
    let three = sum(&mut transfers, &mut now).unwrap();
    assert_eq!((three.over, three.count), (3, 4));
    // Nothing more comes of those that are over.
    assert_eq!((three.done, three.total), (120, Some(220)));
    // A new try of one of them is one less that is over.
    let failed = transfers.rows().nth(2).unwrap().transfer.id();
    transfers.go_on(failed, transfer(Some(100)));
    let again = sum(&mut transfers, &mut now).unwrap();
    assert_eq!((again.over, again.count), (2, 4));
    assert_eq!((again.done, again.total), (80, Some(280)));
    last.end(Outcome::Cancelled);
    assert_eq!(sum(&mut transfers, &mut now).unwrap().over, 3);
}

#[test]
fn the_bar_does_not_go_back_when_the_last_size_is_the_largest() {
    let (mut transfers, mut now) = (Transfers::default(), Instant::now());
    let small: Vec<_> = (0..9).map(|_| add(&mut transfers, None)).collect();
    let large = add(&mut transfers, None);
    let mut before = fraction(&mut transfers, &mut now);
    for one in small {
        one.moving(Dialect::Http, Some(10));
        one.advance(10);
        one.end(Outcome::Sent);
        let shown = fraction(&mut transfers, &mut now);
        assert!(shown > before, "{shown}");
        before = shown;
    }
    large.moving(Dialect::Http, Some(1_000_000));
    for _ in 0..9 {
        large.advance(100_000);
        let shown = fraction(&mut transfers, &mut now);
        assert!(shown > before, "{shown}");
        before = shown;
    }
    // With less than all it is never full.
    assert!(before < 1.0);
}

#[test]
fn it_goes_back_where_more_is_asked_for() {
    let (mut transfers, mut now) = (Transfers::default(), Instant::now());
    add(&mut transfers, Some(100)).advance(50);
    assert!(is(fraction(&mut transfers, &mut now), 0.5));
    let second = add(&mut transfers, Some(900));
    assert!(is(fraction(&mut transfers, &mut now), 0.05));
    // What comes anew because it changed does not.
    second.advance(450);
    assert!(is(fraction(&mut transfers, &mut now), 0.5));
    second.set_done(0);
    assert!(is(fraction(&mut transfers, &mut now), 0.5));
}

#[test]
fn what_is_held_back_stays_in_the_sum_and_out_of_the_time() {
    let (mut transfers, mut now) = (Transfers::default(), Instant::now());
    let request = Request {
        host: "box".to_owned(),
        port: 8080,
        name: "film.mkv".to_owned(),
        target: Target::Folder(PathBuf::from("/tmp")),
        dialect: None,
        exists: Exists::Keep,
    };
    let held = transfer(Some(900));
    transfers.add(Arc::clone(&held), Some(request));
    let other = add(&mut transfers, Some(100));
    held.advance(300);
    sum(&mut transfers, &mut now);
    held.end(Outcome::Paused(None));
    other.advance(50);
    let rest = sum(&mut transfers, &mut now).unwrap();
    assert_eq!((rest.over, rest.count), (0, 2));
    assert_eq!((rest.done, rest.total), (350, Some(1_000)));
    assert_eq!(rest.time_left(), Some(Duration::from_secs(1)));
    other.end(Outcome::Sent);
    // It does not hold the batch open.
    assert_eq!(sum(&mut transfers, &mut now), None);
    let ids: Vec<TransferId> = transfers.rows().map(|row| row.transfer.id()).collect();
    assert_eq!(ids, [held.id(), other.id()]);
}

#[test]
fn percent_need_something_to_be_told_by() {
    let percent = |of: &[(u64, Option<u64>)]| {
        let (mut transfers, mut now) = (Transfers::default(), Instant::now());
        for (done, total) in of {
            add(&mut transfers, *total).advance(*done);
        }
        sum(&mut transfers, &mut now).unwrap().percent()
    };
    assert_eq!(percent(&[(50, None)]), None);
    assert_eq!(percent(&[(0, Some(0))]), None);
    assert_eq!(percent(&[(50, None), (50, Some(100))]), Some(25));
    assert_eq!(percent(&[(u64::MAX - 2, Some(u64::MAX - 1))]), Some(99));
    assert_eq!(percent(&[(7, Some(7))]), Some(100));
}

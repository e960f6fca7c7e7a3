//! Rates, and the name of a row.

use std::path::PathBuf;

use super::*;
use landline_engine::error::ClientError;
use landline_engine::transfer::{Checked, Direction, Files, Protocol, Saved};
use landline_engine::transport::CancelToken;

const STEP: Duration = Duration::from_millis(100);

fn row(total: Option<u64>) -> Row {
    let transfer = Transfer::new(Direction::Download, "film.mkv", "box", CancelToken::new());
    transfer.start(Protocol::Http, total);
    Row::new(Arc::new(transfer), None)
}

/// Measures every 100 ms with `step` more bytes each time; returns the time of the last
/// measurement.
fn run(row: &mut Row, from: Instant, steps: u32, step: u64) -> Instant {
    for number in 0..steps {
        row.measure(from + number * STEP);
        row.transfer.advance(step);
    }
    from + (steps - 1) * STEP
}

fn rate(row: &Row) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let rate = row.rate.unwrap().round() as u64;
    rate
}

#[test]
fn a_steady_stream_has_a_steady_rate_and_a_time_left() {
    let mut row = row(Some(100_000));
    run(&mut row, Instant::now(), 11, 1_000);
    assert_eq!(rate(&row), 10_000);
    // 89,000 bytes are left.
    assert_eq!(row.time_left().unwrap().as_millis(), 8_900);
}

#[test]
fn a_stall_clears_the_rate_and_the_time_left() {
    let mut row = row(Some(100_000));
    let start = Instant::now();
    run(&mut row, start, 11, 1_000);
    run(&mut row, start + Duration::from_secs(2), 50, 0);
    assert_eq!((row.rate, row.time_left()), (None, None));
}

#[test]
fn without_a_total_there_is_no_time_left() {
    let mut row = row(None);
    run(&mut row, Instant::now(), 5, 1_000);
    assert_eq!(row.time_left(), None);
}

#[test]
fn existing_bytes_do_not_count_towards_the_rate() {
    let mut row = row(Some(1_000_000));
    let last = run(&mut row, Instant::now(), 11, 1_000);
    // Interrupted: the next response starts at another offset.
    row.transfer.back_off(ClientError::NoName, last);
    row.measure(last + STEP);
    assert_eq!(row.rate, None);
    row.transfer.set_done(500_000);
    row.transfer.start(Protocol::Http, Some(1_000_000));
    let later = last + Duration::from_mins(1);
    run(&mut row, later, 3, 1_000);
    assert_eq!(rate(&row), 10_000);
    // Restarted from zero.
    row.transfer.set_done(0);
    run(&mut row, later + 3 * STEP, 3, 1_000);
    assert_eq!((rate(&row), row.transfer.done()), (10_000, 3_000));
}

#[test]
fn resuming_restarts_the_measurement() {
    let mut one = row(Some(1_000_000));
    let last = run(&mut one, Instant::now(), 11, 1_000);
    let (key, next) = (one.key, row(Some(1_000_000)).transfer);
    next.set_done(10_000);
    one.continue_with(next);
    assert_eq!((one.key, one.rate, one.ended), (key, None, None));
    run(&mut one, last + STEP, 3, 1_000);
    assert_eq!(rate(&one), 10_000);
}

#[test]
fn a_folder_that_is_not_counted_has_no_total() {
    let row = row(Some(1_000));
    let mut files = Files::default();
    row.transfer.set_files(files);
    assert_eq!((row.total(), row.fraction()), (None, None));
    files.is_counted = true;
    row.transfer.set_files(files);
    assert_eq!((row.total(), row.fraction()), (Some(1_000), Some(0.0)));
}

#[test]
fn a_row_has_the_name_of_the_saved_file() {
    for (asked, stored, shown) in [
        ("film.mkv", "film.mkv", "film.mkv"),
        ("film.mkv", "[新]film.mkv", "[新]film.mkv"),
        ("2024/a.jpg", "a.jpg", "2024/a.jpg"),
        ("photos/", "photos", "photos/"),
        ("/", "box", "box"),
    ] {
        let transfer = Transfer::new(Direction::Download, asked, "box", CancelToken::new());
        let row = Row::new(Arc::new(transfer), None);
        assert_eq!(row.name(), asked);
        row.transfer.end(Outcome::Saved(Saved {
            path: PathBuf::from("/home/bo").join(stored),
            checked: Checked::Digest,
            skipped: false,
            notes: Vec::new(),
        }));
        assert_eq!(row.name(), shown);
    }
}

#[test]
fn a_retried_folder_is_known_to_be_one() {
    let transfer = row(None).transfer;
    transfer.set_files(Files::default());
    let mut row = Row::new(transfer, None);
    row.transfer.end(Outcome::Paused(None));
    let next = Transfer::new(Direction::Download, "photos", "box", CancelToken::new());
    row.continue_with(Arc::new(next));
    // Not listed yet.
    assert!(row.is_folder() && row.transfer.files().is_none());
}

#[test]
fn a_stalled_download_lets_the_computer_sleep() {
    let mut row = row(None);
    let start = Instant::now();
    let last = run(&mut row, start, 3, 1_000);
    row.transfer.back_off(ClientError::NoName, last);
    row.measure(last + STEP);
    assert!(is_busy(&row, last + Duration::from_mins(1)));
    let late = last + STEP + IDLE_AFTER;
    assert!(!is_busy(&row, late));
    // The server answers but sends no bytes.
    row.transfer.start(Protocol::Http, None);
    row.measure(late);
    assert!(!is_busy(&row, late));
    row.transfer.end(Outcome::Paused(None));
    assert!(!is_busy(&row, last));
}

fn is_busy(row: &Row, now: Instant) -> bool {
    row.busy_until(now).is_some_and(|until| now < until)
}

#[test]
fn an_endless_verification_lets_the_computer_sleep() {
    let mut row = row(None);
    let last = run(&mut row, Instant::now(), 3, 1_000);
    row.transfer.set_state(TransferState::Verifying);
    row.measure(last + STEP);
    assert!(is_busy(&row, last + Duration::from_mins(1)));
    assert!(!is_busy(&row, last + STEP + IDLE_AFTER));
}

use super::*;
use landline_engine::error::{ClientError, Failure};
use landline_engine::transfer::{Checked, Direction, Incomplete, Saved};
use landline_engine::transport::CancelToken;

const SECOND: Duration = Duration::from_secs(1);

fn over(name: &str, outcome: Outcome) -> Arc<Transfer> {
    let transfer = Transfer::new(Direction::Download, name, "box", CancelToken::new());
    transfer.end(outcome);
    Arc::new(transfer)
}

fn saved(name: &str) -> Arc<Transfer> {
    let saved = Saved {
        path: Path::new("/home/bo").join(name),
        checked: Checked::Digest,
        skipped: false,
        notes: Vec::new(),
    };
    over("elsewhere/named", Outcome::Saved(saved))
}

fn failed(name: &str) -> Arc<Transfer> {
    over(name, Outcome::Failed(Failure::Fetch(ClientError::NoName)))
}

fn words(finished: &Finished) -> String {
    let toast = finished.toasts().last();
    toast.map_or_else(String::new, |toast| toast.what.to_string())
}

/// The notification, with nothing active.
fn outside(finished: &mut Finished, is_in_front: bool) -> Option<(String, String)> {
    let notice = finished.tick(Instant::now(), false, is_in_front)?;
    let body = notice.body.map(|body| body.to_string());
    Some((notice.title.to_string(), body.unwrap_or_default()))
}

/// All of these end shortly after each other, and nothing is active any more.
fn batch_ended(finished: &mut Finished, all: &[Arc<Transfer>], now: Instant) {
    for one in all {
        finished.ended(one);
    }
    finished.batch_ended(now);
}

#[test]
fn a_toast_for_one_file_names_and_opens_it() {
    let (mut finished, now) = (Finished::default(), Instant::now());
    batch_ended(&mut finished, &[saved("[新]film.mkv")], now);
    let toast = finished.toasts().last().unwrap();
    assert_eq!(toast.what.to_string(), "[新]film.mkv was downloaded");
    assert_eq!((toast.tone, toast.until), (Tone::Good, now + TOAST));
    assert_eq!(
        toast.path.as_deref(),
        Some(Path::new("/home/bo/[新]film.mkv"))
    );
}

#[test]
fn a_toast_waits_for_the_last_of_a_batch() {
    let (mut finished, now) = (Finished::default(), Instant::now());
    for one in [saved("a"), failed("b"), saved("c")] {
        finished.ended(&one);
        assert_eq!(finished.toasts().last(), None);
    }
    finished.batch_ended(now + SECOND);
    assert_eq!(words(&finished), "2 of 3 downloads finished, 1 failed");
    let toast = finished.toasts().last().unwrap();
    assert_eq!((toast.tone, &toast.path), (Tone::Bad, &None));
    assert_eq!(toast.until, now + SECOND + TOAST);
    // The toast is shown once, and an idle tick does not extend it.
    finished.batch_ended(now + 2 * SECOND);
    assert_eq!(
        finished.toasts().last().unwrap().until,
        now + SECOND + TOAST
    );
}

#[test]
fn a_toast_is_about_one_batch() {
    let (mut finished, now) = (Finished::default(), Instant::now());
    batch_ended(&mut finished, &[saved("a"), failed("b")], now);
    // Early enough for the first toast to be still visible.
    batch_ended(&mut finished, &[saved("c"), saved("d")], now + SECOND);
    assert_eq!(words(&finished), "2 downloads finished");
    batch_ended(&mut finished, &[failed("e")], now + SECOND);
    assert_eq!(words(&finished), "e could not be downloaded");
}

#[test]
fn another_toast_in_between_loses_no_download() {
    let (mut finished, now) = (Finished::default(), Instant::now());
    finished.ended(&saved("a"));
    finished.say(sentence!("no-name"), now);
    finished.dismiss(Topic::Other);
    finished.ended(&saved("b"));
    finished.batch_ended(now);
    assert_eq!(words(&finished), "2 downloads finished");
}

#[test]
fn what_ends_in_the_same_moment_is_all_seen() {
    let (mut finished, now) = (Finished::default(), Instant::now());
    finished.say(sentence!("no-name"), now);
    batch_ended(&mut finished, &[saved("a")], now);
    let [other, batch] = finished.toasts() else {
        panic!("{:?}", finished.toasts())
    };
    assert_eq!((other.topic, batch.topic), (Topic::Other, Topic::Batch));
    // The newer one of a topic replaces the older one, and is the newest.
    finished.say(sentence!("old-links-ended"), now + SECOND);
    let [batch, other] = finished.toasts() else {
        panic!("{:?}", finished.toasts())
    };
    assert_eq!((other.topic, batch.topic), (Topic::Other, Topic::Batch));
    assert_eq!(other.until, now + SECOND + TOAST);
    finished.stay(Topic::Batch, now + SECOND * 2);
    finished.tick(now + SECOND + TOAST, true, true);
    assert_eq!(words(&finished), "a was downloaded");
}

#[test]
fn a_toast_expires_and_the_next_starts_afresh() {
    let (mut finished, now) = (Finished::default(), Instant::now());
    batch_ended(&mut finished, &[saved("a")], now);
    finished.tick(now + TOAST / 2, true, true);
    assert_eq!(
        finished.toasts().last().unwrap().left(now + TOAST / 2),
        TOAST / 2
    );
    finished.tick(now + TOAST, true, true);
    assert_eq!(words(&finished), "");
    batch_ended(&mut finished, &[saved("b")], now + TOAST + SECOND);
    assert_eq!(words(&finished), "b was downloaded");
    finished.dismiss(Topic::Batch);
    assert_eq!(words(&finished), "");
}

#[test]
fn a_flood_is_one_toast_and_one_notice() {
    let (mut finished, now) = (Finished::default(), Instant::now());
    let one = saved("a");
    for _ in 0..10_000 {
        finished.ended(&one);
        assert_eq!(finished.tick(now, true, false), None);
    }
    finished.batch_ended(now);
    assert_eq!(words(&finished), "10,000 downloads finished");
    let title = "10,000 downloads finished".to_owned();
    let said = outside(&mut finished, false);
    assert_eq!(said, Some((title, String::new())));
    assert_eq!(outside(&mut finished, false), None);
}

#[test]
fn what_the_user_cancelled_is_not_reported() {
    let (mut finished, now) = (Finished::default(), Instant::now());
    for outcome in [Outcome::Cancelled, Outcome::Paused(None)] {
        batch_ended(&mut finished, &[over("a", outcome)], now);
    }
    assert_eq!(
        (words(&finished), outside(&mut finished, false)),
        <_>::default()
    );
}

#[test]
fn what_was_seen_in_the_window_gets_no_notification() {
    let (mut finished, now) = (Finished::default(), Instant::now());
    finished.ended(&saved("a"));
    assert_eq!(outside(&mut finished, true), None);
    assert_eq!(outside(&mut finished, false), None);
    // Seen while other downloads were still active.
    finished.ended(&saved("b"));
    assert_eq!(finished.tick(now, true, true), None);
    finished.ended(&saved("c"));
    let said = outside(&mut finished, false).unwrap();
    assert_eq!(
        said,
        (
            "c was downloaded".to_owned(),
            "Saved in /home/bo".to_owned()
        )
    );
}

#[test]
fn a_failure_shows_its_reason() {
    let (mut finished, now) = (Finished::default(), Instant::now());
    batch_ended(&mut finished, &[failed("photos/2026/a\u{7}b.jpg")], now);
    assert_eq!(words(&finished), "a b.jpg could not be downloaded");
    let (_, body) = outside(&mut finished, false).unwrap();
    assert_eq!(body, sentence!("no-name").to_string());
    assert_eq!(outside(&mut finished, true), None);
    let stopped = Outcome::Paused(Some(ClientError::NoName));
    finished.ended(&over("photos/", stopped));
    let (title, body) = outside(&mut finished, false).unwrap();
    assert_eq!(title, "photos could not be downloaded");
    assert_eq!(body, sentence!("no-name").to_string());
}

#[test]
fn a_notification_covers_everything_since_the_window_was_in_front() {
    let mut finished = Finished::default();
    finished.ended(&saved("a"));
    assert_eq!(outside(&mut finished, false).unwrap().0, "a was downloaded");
    assert_eq!(outside(&mut finished, false), None);
    finished.ended(&failed("b"));
    let (title, body) = outside(&mut finished, false).unwrap();
    assert_eq!(title, "1 of 2 downloads finished, 1 failed");
    assert_eq!(body, "See the list on the Client tab for details.");
    assert_eq!(outside(&mut finished, true), None);
    finished.ended(&saved("c"));
    assert_eq!(outside(&mut finished, false).unwrap().0, "c was downloaded");
}

#[test]
fn an_incomplete_folder_is_bad_news_but_can_be_opened() {
    let (mut finished, now) = (Finished::default(), Instant::now());
    let incomplete = Incomplete {
        path: PathBuf::from("/home/bo/photos"),
        failed: 1,
        examples: Vec::new(),
        notes: Vec::new(),
    };
    let photos = over("photos/", Outcome::Incomplete(incomplete));
    batch_ended(&mut finished, &[photos], now);
    assert_eq!(
        words(&finished),
        "photos was downloaded, but 1 file is missing"
    );
    let toast = finished.toasts().last().unwrap();
    assert_eq!(toast.tone, Tone::Bad);
    assert_eq!(toast.path.as_deref(), Some(Path::new("/home/bo/photos")));
}

#[test]
fn what_was_sent_waits_for_no_download() {
    let (mut finished, now) = (Finished::default(), Instant::now());
    let sent = || (over("b", Outcome::Sent), sentence!("no-name"));
    finished.ended(&saved("a"));
    assert_eq!(finished.tick(now, true, false), None);
    let (one, what) = sent();
    finished.sent(&one, what);
    let notice = finished.tick(now, true, false).unwrap();
    assert_eq!(notice.title.to_string(), "2 transfers finished");
    assert_eq!(finished.tick(now, true, false), None);
    let (one, what) = sent();
    finished.sent(&one, what);
    // Seen in the window.
    assert_eq!(finished.tick(now, true, true), None);
    assert_eq!(finished.tick(now, true, false), None);
}

//! The states of the one session.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use super::{Accepted, End, Slot, Who};
use crate::identity::Fingerprint;
use crate::secret::Code;
use crate::transport::CancelToken;

const IDLE: Duration = Duration::from_mins(1);
const TOKEN: &str = "0123456789abcdef0123456789abcdef";

fn who(last: u8, certificate: Option<&[u8]>) -> Who {
    Who {
        address: IpAddr::from([10, 0, 0, last]),
        certificate: certificate.map(Fingerprint::of),
    }
}

fn ann() -> Who {
    who(1, Some(b"ann"))
}

fn file(name: &str) -> (String, Accepted, Code) {
    let accepted = Accepted {
        path: name.to_owned(),
        len: 1,
        sha256: None,
        modified: None,
    };
    let token = TOKEN.as_bytes().try_into().unwrap();
    (name.to_owned(), accepted, token)
}

fn active(of: Who, names: &[&str], now: Instant) -> Slot {
    let mut slot = Slot::default();
    assert!(slot.begin(of, "s".to_owned(), now).is_some());
    let files = names.iter().map(|name| file(name)).collect();
    assert!(slot.activate("s", None, files, now));
    slot
}

fn starts(slot: &mut Slot, of: Who, file: &str, now: Instant) -> bool {
    slot.start(of, ("s", file, TOKEN), &CancelToken::new(), now)
        .is_some()
}

fn is_free(slot: &Slot) -> bool {
    matches!(slot, Slot::Free)
}

#[test]
fn only_who_began_a_session_may_send_in_it() {
    let now = Instant::now();
    for (beginner, other, may) in [
        (ann(), ann(), true),
        (ann(), who(2, Some(b"ann")), false),
        (ann(), who(1, Some(b"eve")), false),
        (ann(), who(1, None), false),
        (who(1, None), who(1, None), true),
        (who(1, None), who(2, None), false),
        // There is nothing but the token to tell by.
        (who(1, None), who(1, Some(b"eve")), true),
    ] {
        let mut slot = active(beginner, &["a"], now);
        assert_eq!(
            starts(&mut slot, other, "a", now),
            may,
            "{beginner:?} {other:?}"
        );
        let mut slot = active(beginner, &["a"], now);
        assert_eq!(slot.cancel(other, Some("s")), may, "{beginner:?} {other:?}");
        assert_eq!(is_free(&slot), may);
        let mut slot = Slot::default();
        let withdrawn = slot.begin(beginner, "s".to_owned(), now).unwrap();
        assert_eq!(slot.cancel(other, None), may, "{beginner:?} {other:?}");
        assert_eq!((is_free(&slot), withdrawn.is_cancelled()), (may, may));
    }
}

#[test]
fn a_file_is_sent_once_with_its_token() {
    let now = Instant::now();
    let mut slot = active(ann(), &["a", "b"], now);
    let cancel = CancelToken::new();
    for (id, file, token) in [
        ("x", "a", TOKEN),
        ("s", "c", TOKEN),
        ("s", "a", ""),
        ("s", "a", &TOKEN[1..]),
        ("s", "a", "0123456789abcdef0123456789abcdeF"),
    ] {
        assert!(slot.start(ann(), (id, file, token), &cancel, now).is_none());
    }
    assert!(starts(&mut slot, ann(), "a", now));
    // It is on its way.
    assert!(!starts(&mut slot, ann(), "a", now));
    slot.finish(("s", "a"), End::Stored, now);
    assert!(!starts(&mut slot, ann(), "a", now));
    // Nobody has started it.
    slot.finish(("s", "b"), End::Stored, now);
    assert!(starts(&mut slot, ann(), "b", now));
    slot.finish(("x", "b"), End::Stored, now);
    assert!(!is_free(&slot));
    slot.finish(("s", "b"), End::Stored, now);
    assert!(is_free(&slot));
}

#[test]
fn a_file_may_be_repeated_twice() {
    let now = Instant::now();
    let mut slot = active(ann(), &["a", "b"], now);
    for _ in 0..3 {
        assert!(starts(&mut slot, ann(), "a", now));
        slot.finish(("s", "a"), End::Again, now);
    }
    assert!(!starts(&mut slot, ann(), "a", now));
    assert!(starts(&mut slot, ann(), "b", now));
    slot.finish(("s", "b"), End::Failed, now);
    assert!(is_free(&slot), "all are done, however they ended");
}

#[test]
fn a_cancel_ends_everything_that_runs() {
    let now = Instant::now();
    for by_owner in [false, true] {
        let mut slot = active(ann(), &["a", "b", "c"], now);
        let tokens = [CancelToken::new(), CancelToken::new()];
        for (file, token) in ["a", "b"].iter().zip(&tokens) {
            assert!(slot.start(ann(), ("s", file, TOKEN), token, now).is_some());
        }
        if by_owner {
            slot.finish(("s", "a"), End::Cancelled, now);
            assert!(!tokens[0].is_cancelled(), "it has ended already");
        } else {
            // The id is needed now.
            assert!(!slot.cancel(ann(), None) && !slot.cancel(ann(), Some("x")));
            assert!(slot.cancel(ann(), Some("s")));
            assert!(tokens[0].is_cancelled());
        }
        assert!(tokens[1].is_cancelled() && is_free(&slot));
        assert!(!starts(&mut slot, ann(), "c", now));
    }
}

#[test]
fn one_sender_at_a_time_may_ask() {
    let now = Instant::now();
    let eve = who(2, Some(b"eve"));
    let mut slot = Slot::default();
    assert!(slot.begin(ann(), "s".to_owned(), now).is_some());
    for other in [ann(), eve] {
        assert!(slot.is_busy(other, now) && slot.begin(other, "t".to_owned(), now).is_none());
    }
    // Not what it asked for.
    assert!(!slot.activate("t", None, vec![file("a")], now));
    assert!(slot.activate("s", None, vec![file("a")], now));
    assert!(!slot.activate("s", None, vec![file("b")], now));
    assert!(slot.begin(eve, "t".to_owned(), now).is_none());
    assert!(starts(&mut slot, ann(), "a", now));
    assert!(
        slot.begin(ann(), "t".to_owned(), now).is_none(),
        "it is sending"
    );
    slot.finish(("s", "a"), End::Again, now);
    assert!(slot.begin(eve, "t".to_owned(), now).is_none());
    assert!(
        slot.begin(ann(), "t".to_owned(), now).is_some(),
        "its own stale one ends"
    );
    assert!(!starts(&mut slot, ann(), "a", now));
    slot.free("s");
    assert!(!is_free(&slot), "that is not this one");
    slot.free("t");
    assert!(is_free(&slot));
}

#[test]
fn a_session_between_two_files_is_not_given_up() {
    let now = Instant::now();
    let mut slot = active(ann(), &["a", "b", "c"], now);
    assert!(starts(&mut slot, ann(), "a", now));
    slot.finish(("s", "a"), End::Stored, now);
    let soon = now + Duration::from_secs(1);
    assert!(slot.begin(ann(), "t".to_owned(), soon).is_none());
    assert!(starts(&mut slot, ann(), "b", soon));
    slot.finish(("s", "b"), End::Stored, soon);
    let later = soon + Duration::from_secs(2);
    assert!(slot.is_busy(who(2, None), later));
    assert!(slot.begin(ann(), "t".to_owned(), later).is_some());
}

#[test]
fn only_a_session_without_uploads_expires() {
    let start = Instant::now();
    let mut slot = Slot::default();
    assert!(slot.begin(ann(), "s".to_owned(), start).is_some());
    slot.expire(IDLE, start + 10 * IDLE);
    assert!(!is_free(&slot), "the question has a time of its own");
    assert!(slot.activate("s", None, vec![file("a")], start));
    slot.expire(IDLE, start + IDLE / 2);
    assert!(starts(&mut slot, ann(), "a", start + IDLE / 2));
    slot.expire(IDLE, start + 10 * IDLE);
    assert!(!is_free(&slot));
    slot.finish(("s", "a"), End::Again, start + 10 * IDLE);
    slot.expire(IDLE, start + 10 * IDLE + IDLE / 2);
    assert!(!is_free(&slot));
    slot.expire(IDLE, start + 11 * IDLE);
    assert!(is_free(&slot));
}

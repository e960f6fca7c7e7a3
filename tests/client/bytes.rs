//! A small answer, cut or changed at every one of its bytes.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use landline::client::{Exists, Limits};
use landline::net::{Checked, Dialect, Outcome};

use crate::common::noise;
use crate::peer::{content, failure};
use crate::proxy::Script;
use crate::rig::{NAME, Rig, quick};

const LEN: u64 = 2_000;

/// Half of them wait for the disk or for each other.
const THREADS: u64 = 4;

/// Download with each of these scripts for the first connection, and tell `judge` which it was and what
/// came of it. Every other connection is sound.
fn try_all(
    scripts: impl Fn(u64) -> Option<Script> + Sync,
    dialect: Option<Dialect>,
    limits: &Limits,
    judge: impl Fn(u64, &Rig, &Outcome) + Sync,
) {
    let file = noise(usize::try_from(LEN).unwrap());
    let next = AtomicU64::new(0);
    let work = || {
        let mut rig = Rig::with(&file, limits.clone());
        loop {
            let number = next.fetch_add(1, Ordering::SeqCst);
            let Some(script) = scripts(number) else {
                return;
            };
            // What is known of the server was learned on a broken wire.
            rig.downloader.renew(limits.clone());
            let mut first = Some(script);
            rig.proxy.plan(move |_| first.take().unwrap_or_default());
            let mut request = rig.request();
            request.dialect = dialect;
            request.exists = Exists::Keep;
            let outcome = rig.downloader.run(request);
            let files = rig.downloader.files();
            match &outcome {
                Outcome::Saved(saved) => {
                    assert_eq!(files, [NAME], "{number}");
                    assert!(content(&saved.path) == file, "{number}: {saved:?}");
                    std::fs::remove_file(rig.path()).unwrap();
                }
                _ => assert!(files.is_empty(), "{number}: {files:?}"),
            }
            judge(number, &rig, &outcome);
        }
    };
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(work);
        }
    });
}

/// How many bytes come back when all goes well, and how many of them are the head.
fn answer_len() -> (u64, u64) {
    let file = noise(usize::try_from(LEN).unwrap());
    let rig = Rig::of(&file);
    rig.gets(&file, Checked::Digest);
    assert_eq!(rig.proxy.connections(), 1);
    let all = rig.proxy.bytes();
    (all, all - LEN)
}

#[track_caller]
fn is_checked(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Saved(saved) if saved.checked == Checked::Digest)
}

#[test]
fn an_end_after_any_byte_is_noticed() {
    let (all, head) = answer_len();
    let scripts = |at| (at < head).then(|| Script::pass().fin(at));
    // Where it is known to be HTTP, not even the first byte has to come.
    try_all(
        scripts,
        Some(Dialect::Http),
        &quick(),
        |at, _, outcome| match at {
            0 => assert_eq!(failure(outcome), "not-http"),
            _ => assert!(is_checked(outcome), "{at}: {outcome:?}"),
        },
    );
    let scripts = |at| (at + 1 < all).then(|| Script::pass().fin(at + 1));
    try_all(scripts, None, &quick(), |at, _, outcome| {
        assert!(is_checked(outcome), "{at}: {outcome:?}");
    });
}

#[test]
fn a_reset_after_any_byte_is_noticed() {
    let (all, _) = answer_len();
    let scripts = |at| (at < all).then(|| Script::pass().reset(at));
    try_all(scripts, None, &quick(), |at, _, outcome| {
        assert!(matches!(outcome, Outcome::Saved(_)), "{at}: {outcome:?}");
    });
}

#[test]
fn a_bit_that_turns_anywhere_is_never_saved() {
    let (all, head) = answer_len();
    let scripts = |number: u64| {
        // Each bit of the head; of the body, where all are alike, one here and there.
        let (at, bit) = match number.checked_sub(8 * head) {
            None => (number / 8, number % 8),
            Some(further) => (head + 7 * further, number % 8),
        };
        (at < all).then(|| Script::pass().flip(at, u8::try_from(bit).unwrap()))
    };
    try_all(scripts, None, &quick(), |number, _, outcome| {
        let is_fetched_anew = is_checked(outcome);
        assert!(
            number < 8 * head || is_fetched_anew,
            "{number}: {outcome:?}"
        );
    });
}

//! A small answer, cut or changed at every one of its bytes.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use landline_engine::client::IfExists;
use landline_engine::error::{ClientError, Failure};
use landline_engine::transfer::{Checked, Outcome, Protocol};

use crate::common::noise;
use crate::common::proxy::Script;
use crate::peer::{content, failure};
use crate::rig::{NAME, Rig, quick, until};

const LEN: usize = 2_000;

/// Beyond this size the server tells the digest later.
const LONGER: usize = 20_000;

/// Half of them wait for the disk or for each other.
const THREADS: u64 = 4;

/// Download `len` bytes with each of these rows of scripts for the first connections, and tell `judge` which
/// it was and what came of it. Every other connection is sound.
fn try_all<const N: usize>(
    len: usize,
    scripts: impl Fn(u64) -> Option<[Script; N]> + Sync,
    protocol: Option<Protocol>,
    judge: impl Fn(u64, &Outcome) + Sync,
) {
    let file = noise(len);
    let next = AtomicU64::new(0);
    let work = || {
        let mut rig = Rig::with(&file, quick());
        loop {
            let number = next.fetch_add(1, Ordering::SeqCst);
            let Some(scripts) = scripts(number) else {
                return;
            };
            // What is known of the server was learned on a broken wire.
            rig.downloader.renew(quick());
            let mut scripts = scripts.into_iter();
            rig.proxy.plan(move |_| scripts.next().unwrap_or_default());
            let mut request = rig.request();
            request.protocol = protocol;
            request.exists = IfExists::Keep;
            let outcome = rig.downloader.run(request);
            let files = rig.downloader.files();
            match &outcome {
                Outcome::Saved(saved) => {
                    assert_eq!(files, [NAME], "{number}");
                    assert!(content(&saved.path) == file, "{number}: {saved:?}");
                    std::fs::remove_file(rig.path()).unwrap();
                }
                // What came on a sound connection may be gone on from.
                _ if N > 1 && files.len() == 2 => {
                    assert_eq!(files, ["", ".json"].map(|end| format!("{NAME}.part{end}")));
                    rig.downloader.client.discard(vec![rig.request()], || {});
                    until(|| rig.downloader.files().is_empty());
                }
                _ => assert!(files.is_empty(), "{number}: {files:?}"),
            }
            judge(number, &outcome);
        }
    };
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(work);
        }
    });
}

/// How many bytes come back for `len` when all goes well.
fn answer_len(len: usize) -> u64 {
    let file = noise(len);
    let rig = Rig::of(&file);
    rig.gets(&file, Checked::Digest);
    assert_eq!(rig.proxy.connections(), 1);
    rig.proxy.bytes()
}

fn is_checked(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Saved(saved) if saved.checked == Checked::Digest)
}

#[test]
fn an_end_after_any_byte_is_noticed() {
    let all = answer_len(LEN);
    let scripts = |at| (at + 1 < all).then(|| [Script::pass().fin(at + 1)]);
    try_all(LEN, scripts, None, |at, outcome| {
        assert!(is_checked(outcome), "{at}: {outcome:?}");
    });
}

#[test]
fn where_http_is_said_not_even_the_first_byte_has_to_come() {
    let scripts = |at| (at < 8).then(|| [Script::pass().fin(at)]);
    try_all(LEN, scripts, Some(Protocol::Http), |at, outcome| match at {
        // Who says nothing at first may be someone else.
        0 => assert_eq!(failure(outcome), "not-http"),
        _ => assert!(is_checked(outcome), "{at}: {outcome:?}"),
    });
}

#[test]
fn an_end_after_any_byte_of_a_digest_is_noticed() {
    // Of the head before the body, too, but for its first byte.
    let (body, all) = (LONGER as u64, answer_len(LONGER));
    let scripts = |at| (body + at < all).then(|| [Script::pass().fin(body + at)]);
    try_all(LONGER, scripts, None, |at, outcome| {
        assert!(is_checked(outcome), "{at}: {outcome:?}");
    });
}

#[test]
fn a_reset_after_any_byte_is_noticed() {
    let all = answer_len(LEN);
    let scripts = |at| (at < all).then(|| [Script::pass().reset(at)]);
    try_all(LEN, scripts, None, |at, outcome| match outcome {
        // A reset right after the handshake may come before `connect(2)` returns.
        Outcome::Failed(Failure::Fetch(ClientError::Refused { .. })) if at == 0 => {}
        _ => assert!(matches!(outcome, Outcome::Saved(_)), "{at}: {outcome:?}"),
    });
}

#[test]
fn a_flipped_bit_is_never_saved() {
    let all = answer_len(LEN);
    let head = all - LEN as u64;
    let scripts = |number: u64| {
        // Each bit of the head; of the body, where all are alike, one here and there.
        let (at, bit) = match number.checked_sub(8 * head) {
            None => (number / 8, number % 8),
            Some(further) => (head + 7 * further, number % 8),
        };
        (at < all).then(|| [Script::pass().flip(at, u8::try_from(bit).unwrap())])
    };
    try_all(LEN, scripts, None, |number, outcome| {
        let is_fetched_anew = is_checked(outcome);
        assert!(
            number < 8 * head || is_fetched_anew,
            "{number}: {outcome:?}"
        );
    });
}

#[test]
fn a_flipped_bit_in_the_remainder_is_never_saved() {
    let all = answer_len(LEN);
    // The head of a part has a field more.
    let scripts = |at| {
        let bit = u8::try_from(at % 7).unwrap();
        let second = Script::pass().flip(at, bit);
        (at < all - 1_000).then(|| [Script::pass().fin(1_500), second])
    };
    try_all(LEN, scripts, None, |_, _| {});
}

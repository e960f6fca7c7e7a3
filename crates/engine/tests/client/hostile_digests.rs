//! Digests that are none, that are of something else, and that come in odd ways.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::peer::codes;
use landline_engine::transfer::{Checked, Note};

use crate::hostile::{Chosen, fails, wire};
use crate::peer::{Downloader, Peer, answer, content, failure, http, saved};
use crate::rig::quick;
use crate::web::{Reply, Web, json};

/// How the one file that a server gives, with these fields, was checked.
#[track_caller]
fn checked(fields: &str) -> Checked {
    let peer = Peer::new(wire(answer("200 OK", fields, b"hello")));
    let chosen = Chosen::new();
    let outcome = chosen.get(peer.port, "a.txt");
    assert_eq!(content(&saved(&outcome).path), b"hello");
    peer.done();
    saved(&outcome).checked
}

/// The SHA-256 of `hello`.
const RIGHT: &str = "sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:";
const WRONG: &str = "sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:";

#[test]
fn an_invalid_digest_verifies_nothing() {
    for digest in [
        "",
        "sha-256",
        "sha-256=:AA==:",
        "sha-256=::",
        "sha-256=:!!!!:",
        // One byte less than there have to be, and one more.
        "sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==:",
        "sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA:",
        "sha-512=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:",
        "md5=:AAAA:",
    ] {
        let field = format!("Repr-Digest: {digest}\r\n");
        assert_eq!(checked(&field), Checked::Length, "{digest}");
    }
    let one_of_ten = format!("Repr-Digest: {}{RIGHT}\r\n", "sha-512=:AA==:, ".repeat(9));
    assert_eq!(checked(&one_of_ten), Checked::Digest);
}

#[test]
fn a_digest_of_something_else_is_damage() {
    let field = format!("Repr-Digest: {WRONG}\r\n");
    let damaged = || http(answer("200 OK", &field, b"hello"));
    // Asked for a newer one it has none, or the same.
    let none = http(answer("404 Not Found", "", b""));
    let same = http(answer("200 OK", &field, b""));
    let handlers = vec![damaged(), none, damaged(), same];
    assert_eq!(fails(handlers).0, "damaged");
}

#[test]
fn a_digest_that_was_remembered_from_before_a_change_is_asked_for_anew() {
    for name in ["a.txt", "f/"] {
        let web = Web::new(move |asked| {
            let is_new = asked.head.contains("\r\ncache-control: max-age=0\r\n");
            let tag = "ETag: \"1\"\r\n";
            Reply::Say(match (asked.method.as_str(), asked.path.as_str()) {
                (_, "/f/") => json(r#"[{"name":"a.txt","size":5}]"#),
                // The first question begins the work, and those after it ask for its result.
                ("HEAD", _) if is_new => answer("200 OK", &format!("{tag}Retry-After: 1\r\n"), b""),
                ("HEAD", _) => {
                    assert!(asked.head.contains("\r\ncache-control: max-age="));
                    answer("200 OK", &format!("{tag}Repr-Digest: {RIGHT}\r\n"), b"")
                }
                _ => answer(
                    "200 OK",
                    &format!("{tag}Repr-Digest: {WRONG}\r\n"),
                    b"hello",
                ),
            })
        });
        let chosen = Chosen::new();
        let outcome = chosen.get(web.port, name);
        assert_eq!(saved(&outcome).checked, Checked::Digest);
        assert!(saved(&outcome).notes.is_empty());
        let asked = web.asked();
        let gets = asked
            .iter()
            .filter(|asked| asked.method == "GET" && !asked.path.ends_with('/'));
        // A small file of a folder is fetched once more before anything is asked.
        assert_eq!(gets.count(), if name == "f/" { 2 } else { 1 });
    }
}

#[test]
fn a_file_that_changes_while_its_digest_is_in_doubt_is_fetched_anew() {
    let web = Web::new(|asked| {
        let tag = |number| format!("ETag: \"{number}\"\r\n");
        Reply::Say(match (asked.method.as_str(), asked.before) {
            ("HEAD", _) => answer("412 Precondition Failed", "", b""),
            (_, 0) => answer(
                "200 OK",
                &format!("{}Repr-Digest: {WRONG}\r\n", tag(1)),
                b"hello",
            ),
            _ => answer(
                "200 OK",
                &format!("{}Repr-Digest: {RIGHT}\r\n", tag(2)),
                b"hello",
            ),
        })
    });
    let chosen = Chosen::with(quick());
    assert_eq!(failure(&chosen.get(web.port, "a.txt")), "keeps-changing");
}

#[test]
fn a_promised_digest_that_is_withheld_is_reported() {
    let web = Web::new(|asked| {
        let fields = match asked.method.as_str() {
            "GET" => "ETag: \"1\"\r\nRetry-After: 1\r\n",
            _ => "ETag: \"1\"\r\n",
        };
        Reply::Say(match (asked.method.as_str(), asked.path.as_str()) {
            (_, "/f/") => json(r#"[{"name":"small","size":5},{"name":"large","size":2000000}]"#),
            ("GET", _) => answer("200 OK", fields, b"hello"),
            _ => answer("200 OK", fields, b""),
        })
    });
    let downloader = Downloader::new();
    let outcome = downloader.get(web.port, "small");
    assert_eq!(saved(&outcome).checked, Checked::Length);
    assert_eq!(codes(&saved(&outcome).notes)[0], "digest-withheld");
    let outcome = downloader.get(web.port, "f/");
    assert_eq!(saved(&outcome).checked, Checked::Length);
    let note = &saved(&outcome).notes[0];
    assert!(
        matches!(note, Note::DigestsWithheld { count: 2, .. }),
        "{note:?}"
    );
    assert_eq!(saved(&outcome).notes.len(), 1);
}

#[test]
fn a_digest_is_not_asked_for_again_before_the_server_says_so() {
    let asked_at = std::sync::Mutex::new(Vec::new());
    let (tell, times) = crossbeam_channel::unbounded();
    let web = Web::new(move |asked| {
        let promise = "ETag: \"1\"\r\nRetry-After: 2\r\n";
        if asked.method == "GET" {
            return Reply::Say(answer("200 OK", promise, b"hello"));
        }
        let mut times = asked_at.lock().unwrap();
        times.push(Instant::now());
        Reply::Say(if times.len() < 2 {
            answer("503 Service Unavailable", promise, b"")
        } else {
            tell.send(times.clone()).unwrap();
            let told = format!("ETag: \"1\"\r\nRepr-Digest: {RIGHT}\r\n");
            answer("200 OK", &told, b"")
        })
    });
    let chosen = Chosen::new();
    let outcome = chosen.get(web.port, "a.txt");
    assert_eq!(saved(&outcome).checked, Checked::Digest);
    let times = times.recv().unwrap();
    let between = times[1].duration_since(times[0]);
    assert!(between >= Duration::from_secs(2), "{between:?}");
}

#[test]
fn a_body_after_an_answer_to_head_does_not_spoil_the_download() {
    let heads = AtomicUsize::new(0);
    let web = Web::new(move |asked| {
        let soon = "ETag: \"1\"\r\nRetry-After: 1\r\n";
        match (asked.method.as_str(), asked.before) {
            ("GET", _) => Reply::Say(answer("200 OK", soon, b"hello")),
            // With two line feeds: then the test's server leaves off no body, as `HEAD` asks for.
            _ if heads.fetch_add(1, Ordering::Relaxed) == 0 => {
                Reply::Say(b"HTTP/1.1 200 OK\nContent-Length: 5\n\nhello".to_vec())
            }
            _ => {
                let told = format!("ETag: \"1\"\r\nRepr-Digest: {RIGHT}\r\n");
                Reply::Say(answer("200 OK", &told, b""))
            }
        }
    });
    let chosen = Chosen::new();
    let outcome = chosen.get(web.port, "a.txt");
    assert_eq!(saved(&outcome).checked, Checked::Digest);
}

//! Weak entity tags, which a file has that has just changed: nothing is joined, and what arrived is compared.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use crate::peer::codes;
use landline_engine::transfer::Checked;

use crate::common::proxy::Script;
use crate::common::{Shared, noise};
use crate::peer::{Downloader, answer, content, failure, saved};
use crate::rig::{MIB, Rig, quick};
use crate::web::{Asked, Reply, Web};

fn append(path: &Path, bytes: &[u8]) {
    let mut file = OpenOptions::new().append(true).open(path).unwrap();
    file.write_all(bytes).unwrap();
}

#[test]
fn a_file_that_was_just_written_and_is_cut_is_fetched_from_its_start() {
    let file = noise(3 << 20);
    let rig = Rig::of(&file);
    let original = rig.original();
    let content = file.clone();
    rig.proxy.plan(move |number| match number {
        0 => {
            std::fs::write(&original, &content).unwrap();
            Script::pass().fin(MIB)
        }
        _ => Script::pass(),
    });
    assert!(rig.gets(&file, Checked::Digest).is_empty());
    // The whole, and what came before the cut.
    assert!(rig.proxy.bytes() > MIB + file.len() as u64);
}

#[test]
fn a_file_that_is_being_written_is_saved_as_it_was() {
    let file = noise(24 << 20);
    let shared = Shared::of(&[("log", &file)]);
    let path = shared.dir.path().join("log");
    append(&path, b"a line\n");
    let is_over = Arc::new(AtomicBool::new(false));
    let is_done = Arc::clone(&is_over);
    let writer = thread::spawn(move || {
        while !is_done.load(Ordering::Relaxed) {
            append(&path, b"a line\n");
        }
        std::fs::read(path).unwrap()
    });
    let port = shared.address.port();
    let downloader = Downloader::with(quick());
    let outcome = downloader.get(port, "log");
    is_over.store(true, Ordering::Relaxed);
    let whole = writer.join().unwrap();
    let saved = saved(&outcome);
    assert_eq!(saved.checked, Checked::Digest);
    let got = content(&saved.path);
    assert!(got.len() > file.len() && whole.starts_with(&got));
    let notes = codes(&saved.notes);
    assert_eq!(notes, ["grew"]);
}

/// The SHA-256 of `hello`.
const RIGHT: &str = "sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:";

/// A server whose file has the tag `W/"1"` and promises a digest, and what it answers to each `HEAD`.
fn fresh(heads: impl Fn(&Asked, usize) -> Vec<u8> + Send + Sync + 'static) -> Web {
    let number = AtomicUsize::new(0);
    Web::new(move |asked| {
        let promise = "ETag: W/\"1\"\r\nRetry-After: 1\r\n";
        Reply::Say(match asked.method.as_str() {
            "GET" => answer("200 OK", promise, b"hello"),
            _ => heads(asked, number.fetch_add(1, Ordering::Relaxed)),
        })
    })
}

fn told(tag: &str) -> Vec<u8> {
    let fields = format!("ETag: {tag}\r\nRepr-Digest: {RIGHT}\r\n");
    answer("200 OK", &fields, b"")
}

#[test]
fn a_digest_is_that_of_the_same_version_if_the_tags_are_equal_but_for_their_strength() {
    for tag in ["W/\"1\"", "\"1\""] {
        let web = fresh(move |asked, _| {
            // Which would never be true.
            assert!(!asked.head.contains("if-match"), "{}", asked.head);
            told(tag)
        });
        let downloader = Downloader::new();
        let outcome = downloader.get(web.port, "a");
        assert_eq!(saved(&outcome).checked, Checked::Digest);
        assert!(saved(&outcome).notes.is_empty());
    }
}

#[test]
fn the_digest_of_another_version_proves_nothing() {
    // Not even if it is right.
    let web = fresh(|asked, number| {
        if number.is_multiple_of(2) {
            return told("W/\"2\"");
        }
        let head = &asked.head;
        assert!(head.contains("\r\nif-match: w/\"1\"\r\n"), "{head}");
        answer("412 Precondition Failed", "", b"")
    });
    let downloader = Downloader::with(quick());
    assert_eq!(failure(&downloader.get(web.port, "a")), "keeps-changing");
    // One that does not know what `If-Match` is.
    let web = fresh(|_, _| told("\"2\""));
    assert_eq!(failure(&downloader.get(web.port, "a")), "keeps-changing");
    assert!(downloader.files().is_empty());
}

#[test]
fn a_grown_file_is_recognized_by_its_prefix() {
    let web = fresh(|_, number| {
        if number == 0 {
            return told("W/\"2\"");
        }
        let start = format!("Landline-Prefix-Digest: {RIGHT}\r\n");
        answer("412 Precondition Failed", &start, b"")
    });
    let downloader = Downloader::new();
    let outcome = downloader.get(web.port, "a");
    assert_eq!(saved(&outcome).checked, Checked::Digest);
    assert_eq!(codes(&saved(&outcome).notes)[0], "grew");
}

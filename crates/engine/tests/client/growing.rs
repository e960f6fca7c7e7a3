//! Files that grow while they are fetched, as a log or a recording does: they are saved as they were when
//! the download began.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::peer::codes;
use landline_engine::transfer::{Checked, Note};

use crate::common::proxy::Script;
use crate::common::{Shared, noise};
use crate::peer::{Downloader, answer, content, failure, saved};
use crate::rig::{MIB, Rig, change, quick};
use crate::web::{Asked, Reply, Web, json};

fn append(path: &Path, bytes: &[u8]) {
    let mut file = OpenOptions::new().append(true).open(path).unwrap();
    file.write_all(bytes).unwrap();
}

/// As other programs write a file anew.
fn rewrite(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn a_file_that_grows_all_the_time_is_saved_as_it_was() {
    let file = noise(24 << 20);
    let rig = Rig::of(&file);
    let (path, is_over) = (rig.original(), Arc::new(AtomicBool::new(false)));
    let is_done = Arc::clone(&is_over);
    let mut start = Some(move || {
        change(&path, || append(&path, b"a line\n"));
        thread::spawn(move || {
            while !is_done.load(Ordering::Relaxed) {
                append(&path, b"another line\n");
            }
        });
    });
    rig.proxy.plan(move |_| match start.take() {
        Some(start) => Script::pass().call(MIB, start),
        None => Script::pass(),
    });
    let outcome = rig.get();
    is_over.store(true, Ordering::Relaxed);
    let saved = saved(&outcome);
    assert!(content(&saved.path) == file);
    assert_eq!(saved.checked, Checked::Digest);
    let note = &saved.notes[0];
    assert!(
        matches!(note, Note::Grew { .. }) && saved.notes.len() == 1,
        "{note:?}"
    );
    assert!(rig.ratio(&file) < 1.1);
}

#[test]
fn a_file_that_grew_between_two_connections_is_fetched_as_it_is_then() {
    let file = noise(3 << 20);
    let longer = [&file[..], b"a line\n"].concat();
    let rig = Rig::of(&file);
    rig.also_right(&longer);
    let path = rig.original();
    let mut act = Some(move || change(&path, || rewrite(&path, &longer)));
    rig.proxy.plan(move |_| match act.take() {
        Some(act) => Script::pass().call(MIB, act).fin(MIB),
        None => Script::pass(),
    });
    let longer = [&file[..], b"a line\n"].concat();
    assert_eq!(rig.gets(&longer, Checked::Digest), ["changed"]);
}

#[test]
fn a_longer_file_that_is_another_is_fetched_anew() {
    let file = noise(32 << 20);
    // All of it is another, or a piece of it that was sent already.
    for change_at in [0..32 << 20, 0..1000] {
        let mut new = file.clone();
        new[change_at].iter_mut().for_each(|byte| *byte = !*byte);
        new.extend(b"and a line");
        let rig = Rig::of(&file);
        rig.also_right(&new);
        let (path, written) = (rig.original(), new.clone());
        let mut act = Some(move || change(&path, || rewrite(&path, &written)));
        rig.proxy.plan(move |_| match act.take() {
            Some(act) => Script::pass().call(MIB, act),
            None => Script::pass(),
        });
        let outcome = rig.get();
        assert!(content(&saved(&outcome).path) == new);
        assert_eq!(codes(&saved(&outcome).notes)[0], "changed");
    }
}

/// The SHA-256 of `hello`.
const RIGHT: &str = "sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:";
const WRONG: &str = "sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:";

/// A folder with a small file and a large one that promise a digest and have grown when that is asked for:
/// then they begin with what has this digest.
fn grown(digest: &'static str) -> Web {
    Web::new(move |asked: &Asked| {
        let soon = "ETag: \"1\"\r\nRetry-After: 1\r\n";
        Reply::Say(match (asked.method.as_str(), asked.path.as_str()) {
            (_, "/f/") => json(r#"[{"name":"small"},{"name":"large","size":2000000}]"#),
            ("GET", _) => answer("200 OK", soon, b"hello"),
            _ => {
                let told = format!("Landline-Prefix-Digest: {digest}\r\n");
                answer("412 Precondition Failed", &told, b"")
            }
        })
    })
}

#[test]
fn growing_files_of_a_folder_are_reported_together() {
    let web = grown(RIGHT);
    let downloader = Downloader::new();
    let outcome = downloader.get(web.port, "f/");
    assert_eq!(saved(&outcome).checked, Checked::Digest);
    let note = &saved(&outcome).notes[0];
    assert!(matches!(note, Note::FilesGrew { count: 2, .. }), "{note:?}");
}

#[test]
fn a_file_that_does_not_begin_with_what_arrived_keeps_changing() {
    let web = grown(WRONG);
    let downloader = Downloader::with(quick());
    assert_eq!(
        failure(&downloader.get(web.port, "small")),
        "keeps-changing"
    );
    assert!(downloader.files().is_empty());
}

#[test]
fn a_small_file_that_grows_is_saved() {
    let shared = Shared::start();
    shared.write("log", b"");
    let path = shared.dir.path().join("log");
    let is_over = Arc::new(AtomicBool::new(false));
    let is_done = Arc::clone(&is_over);
    let writer = thread::spawn(move || {
        let mut len = 0;
        while !is_done.load(Ordering::Relaxed) {
            let line = format!("line {len}\n");
            append(&path, line.as_bytes());
            len += line.len();
        }
        std::fs::read(path).unwrap()
    });
    let downloader = Downloader::with(quick());
    let mut got = Vec::new();
    for _ in 0..10 {
        let outcome = downloader.get(shared.address.port(), "log");
        got.push(content(&saved(&outcome).path));
    }
    is_over.store(true, Ordering::Relaxed);
    let whole = writer.join().unwrap();
    assert!(got.iter().all(|got| whole.starts_with(got)));
}

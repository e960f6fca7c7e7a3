//! Folders that replace older ones, as reproducible builds do: the same names, sizes and dates, and other bytes.
//! However the download is interrupted, no older file is taken for one of the newer ones, and none comes twice.

use std::collections::BTreeMap;
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use landline_engine::client::{IfExists, Limits, Request};
use landline_engine::transfer::Outcome;

use crate::peer::{Downloader, PATIENCE, answer, saved};
use crate::web::{self, Asked, Reply, Web, json};

const SMALL: usize = 40;

/// Too large for the memory.
const LARGE: [usize; 3] = [10, 20, 39];

/// Every file has this date.
const DATE: u64 = 1_000_000_000;

fn len(number: usize) -> usize {
    if LARGE.contains(&number) { 2 << 20 } else { 3 }
}

/// What the server has after so many `builds`, by name.
fn build(build: u8) -> BTreeMap<String, Vec<u8>> {
    let files = (0..SMALL).map(|number| (format!("{number:04}"), vec![b'0' + build; len(number)]));
    files.collect()
}

fn reply(build: u8, asked: &Asked) -> Vec<u8> {
    if asked.path == "/f/" {
        let entries = (0..SMALL).map(|number| {
            serde_json::json!({"name": format!("{number:04}"), "kind": "file", "size": len(number),
                "modified": "2001-09-09T01:46:40Z"})
        });
        return json(&serde_json::json!(entries.collect::<Vec<_>>()).to_string());
    }
    let fields = format!("ETag: \"{build}\"\r\nLast-Modified: Sun, 09 Sep 2001 01:46:40 GMT\r\n");
    let number = asked.path.rsplit('/').next().unwrap().parse().unwrap();
    answer("200 OK", &fields, &vec![b'0' + build; len(number)])
}

/// A server that stands still in the middle of the file number `at` and of all after it.
fn halting(build: u8, at: usize) -> (Web, Receiver<()>, Sender<()>) {
    let (there, is_there) = unbounded();
    let (go, gate) = bounded(0);
    let count = AtomicUsize::new(0);
    let web = Web::new(move |asked| {
        let mut bytes = reply(build, asked);
        if asked.path != "/f/" && count.fetch_add(1, Ordering::SeqCst) >= at {
            bytes.pop();
            let _ = there.send(());
            return Reply::Wait(bytes, gate.clone());
        }
        Reply::Say(bytes)
    });
    (web, is_there, go)
}

/// One after the other, so that it is known how many are there.
fn downloader() -> Downloader {
    Downloader::with(Limits {
        connections: 1,
        give_up: Some(Duration::ZERO),
        ..Limits::default()
    })
}

fn request(downloader: &Downloader, port: u16, exists: IfExists) -> Request {
    Request {
        exists,
        ..downloader.request(port, "f/")
    }
}

/// Begin it from a server of `build` and pause it in the middle of the file number `at`. The port, which is free.
fn interrupt(downloader: &Downloader, build: u8, at: usize, exists: IfExists) -> u16 {
    let (web, is_there, _go) = halting(build, at);
    let transfer = downloader
        .client
        .download(request(downloader, web.port, exists));
    is_there.recv_timeout(PATIENCE).unwrap();
    downloader.client.pause(transfer.id());
    assert_eq!(downloader.wait(transfer.id()), Outcome::Paused(None));
    web.port
}

/// The same, but the server is gone for good.
fn cut(downloader: &Downloader, build: u8, at: usize, exists: IfExists) -> u16 {
    let (web, is_there, _go) = halting(build, at);
    let port = web.port;
    let transfer = downloader
        .client
        .download(request(downloader, port, exists));
    is_there.recv_timeout(PATIENCE).unwrap();
    drop(web);
    let outcome = downloader.wait(transfer.id());
    assert!(!matches!(outcome, Outcome::Saved(_)), "{outcome:?}");
    port
}

fn old_folder(downloader: &Downloader) {
    let here = downloader.folder.path().join("f");
    fs::create_dir(&here).unwrap();
    for (name, bytes) in build(0) {
        let path = here.join(name);
        fs::write(&path, bytes).unwrap();
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(DATE);
        filetime::set_file_mtime(path, at.into()).unwrap();
    }
}

#[test]
fn an_overwrite_that_is_interrupted_leaves_nothing_old() {
    let ways = [interrupt, cut];
    for (at, way) in [0, 1, 5, 10, 11, 30, 39]
        .into_iter()
        .flat_map(|at| ways.map(|way| (at, way)))
    {
        let downloader = downloader();
        old_folder(&downloader);
        let port = way(&downloader, 1, at, IfExists::Overwrite);
        let again = Web::at(port, |asked| Reply::Say(reply(1, asked)));
        saved(&downloader.run(request(&downloader, port, IfExists::Overwrite)));
        assert_eq!(downloader.files(), ["f"]);
        let here = web::files(&downloader.folder.path().join("f"));
        let old = here.values().filter(|bytes| bytes[0] == b'0').count();
        assert_eq!((old, here.len()), (0, SMALL), "after {at}");
        assert!(here == build(1));
        // What it had fetched itself is not fetched again.
        assert_eq!(again.gets().len(), 1 + SMALL - at);
    }
}

#[test]
fn a_folder_that_is_complete_is_fetched_again_unless_it_may_be_skipped() {
    let downloader = downloader();
    old_folder(&downloader);
    let web = Web::new(|asked| Reply::Say(reply(1, asked)));
    let skipped = downloader.run(request(&downloader, web.port, IfExists::Skip));
    assert!(saved(&skipped).skipped);
    assert!(web::files(&downloader.folder.path().join("f")) == build(0));
    assert_eq!(web.gets(), ["/f/"]);
    saved(&downloader.run(request(&downloader, web.port, IfExists::Overwrite)));
    assert!(web::files(&downloader.folder.path().join("f")) == build(1));
    assert_eq!(web.gets().len(), 1 + SMALL);
}

#[test]
fn the_choice_of_the_resumed_download_counts() {
    let downloader = downloader();
    old_folder(&downloader);
    // Otherwise nothing is asked for.
    fs::write(downloader.folder.path().join("f/0030"), "mine").unwrap();
    let port = interrupt(&downloader, 1, 0, IfExists::Skip);
    let _again = Web::at(port, |asked| Reply::Say(reply(1, asked)));
    saved(&downloader.run(request(&downloader, port, IfExists::Overwrite)));
    assert!(web::files(&downloader.folder.path().join("f")) == build(1));
}

#[test]
fn only_the_newest_version_of_a_changed_file_remains() {
    // Also where nothing is replaced: what this download has fetched itself is nobody else's.
    for exists in [IfExists::Keep, IfExists::Skip, IfExists::Overwrite] {
        let downloader = downloader();
        let port = interrupt(&downloader, 1, 25, exists);
        let _again = Web::at(port, |asked| {
            let text = String::from_utf8(reply(2, asked)).unwrap();
            Reply::Say(text.replace("01:46:40", "01:46:50").into_bytes())
        });
        saved(&downloader.run(request(&downloader, port, exists)));
        assert_eq!(downloader.files(), ["f"]);
        let here = web::files(&downloader.folder.path().join("f"));
        assert_eq!(here.len(), SMALL, "{exists:?}: {:?}", here.keys());
        assert!(here == build(2), "{exists:?}");
    }
}

#[test]
fn older_files_that_are_one_on_the_disk_are_all_replaced_or_all_skipped() {
    // As a backup has them, or a disk without duplicates.
    let downloader = downloader();
    let here = downloader.folder.path().join("f");
    old_folder(&downloader);
    for number in (0..SMALL).filter(|number| !LARGE.contains(number)).skip(1) {
        let path = here.join(format!("{number:04}"));
        fs::remove_file(&path).unwrap();
        fs::hard_link(here.join("0000"), path).unwrap();
    }
    let web = Web::new(|asked| Reply::Say(reply(1, asked)));
    saved(&downloader.run(request(&downloader, web.port, IfExists::Skip)));
    assert!(web::files(&here) == build(0));
    assert_eq!(web.gets(), ["/f/"]);
    saved(&downloader.run(request(&downloader, web.port, IfExists::Overwrite)));
    assert!(web::files(&here) == build(1));
}

#[test]
fn what_somebody_changed_meanwhile_is_not_lost() {
    let downloader = downloader();
    let port = interrupt(&downloader, 1, 5, IfExists::Keep);
    let here = downloader.folder.path().join("f");
    fs::write(here.join("0002"), "mine").unwrap();
    let _again = Web::at(port, |asked| Reply::Say(reply(1, asked)));
    saved(&downloader.run(request(&downloader, port, IfExists::Keep)));
    let files = web::files(&here);
    assert_eq!(files.len(), SMALL + 1);
    assert_eq!(files["0002"], b"mine");
    assert_eq!(files["0002 (2)"], b"111");
}

#[test]
fn what_an_earlier_version_began_is_finished_and_has_nothing_twice() {
    // It noted nothing; but all files in a folder that it made are its own.
    let downloader = downloader();
    let port = interrupt(&downloader, 1, 25, IfExists::Keep);
    let scratch = downloader.folder.path().join("f.part");
    fs::remove_file(scratch.join("fetched")).unwrap();
    let path = scratch.join("landline.json");
    let text = fs::read_to_string(&path).unwrap();
    // And its record had neither an identifier nor an authentication code.
    let mut record: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    record.as_object_mut().unwrap().remove("id").unwrap();
    fs::write(&path, record.to_string()).unwrap();
    let resumed = request(&downloader, port, IfExists::Keep);
    downloader.client.trust([resumed.clone()]);
    let again = Web::at(port, |asked| Reply::Say(reply(1, asked)));
    saved(&downloader.run(resumed));
    assert!(web::files(&downloader.folder.path().join("f")) == build(1));
    assert_eq!(again.gets().len(), 1 + SMALL - 25);
}

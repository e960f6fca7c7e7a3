//! Folders whose download is stopped, and what the same request does afterwards.

use std::collections::BTreeMap;
use std::fs;
use std::time::Instant;

use crossbeam_channel::{Receiver, bounded, unbounded};
use landline_engine::client::{Client, ClientEvent, IfExists, Limits, Request, Target};
use landline_engine::transfer::{Outcome, Transfer};

use crate::halting::{Halting, files, is_file};
use crate::peer::{Downloader, PATIENCE, answer, failure, saved};
use crate::web::{self, Files, Reply, Web, json};

fn connections(connections: usize) -> Limits {
    Limits {
        connections,
        ..Limits::default()
    }
}

/// The file number `at`, if it is one that has a part.
fn part_at(at: usize) -> Option<&'static str> {
    match at {
        11 => Some("f/0010 big.part"),
        31 => Some("f/big 1.part"),
        32 => Some("f/big 2.part"),
        _ => None,
    }
}

/// Until something has arrived of the file number `at`, if it is one that has a part.
fn wait_for_part(downloader: &Downloader, at: usize) {
    let Some(part) = part_at(at) else { return };
    let began = Instant::now();
    let path = downloader.folder.path().join(part);
    while fs::metadata(&path).map_or(0, |found| found.len()) == 0 {
        assert!(began.elapsed() < PATIENCE, "{part}");
        std::thread::yield_now();
    }
}

fn end(transfer: &Transfer, events: &Receiver<ClientEvent>) -> Outcome {
    while transfer.outcome().is_none() {
        events.recv_timeout(PATIENCE).unwrap();
    }
    transfer.outcome().unwrap().clone()
}

#[test]
fn a_stopped_folder_downloads_only_missing_files() {
    for at in [0, 1, 7, 11, 12, 31, 32] {
        for is_dropped in [false, true] {
            let stopped = Halting::new(files(), at);
            // One after the other, so that it is known which is the last.
            let mut downloader = Downloader::with(connections(1));
            let transfer = downloader.start(stopped.web.port, "f/");
            stopped.wait();
            wait_for_part(&downloader, at);
            if is_dropped {
                let (sender, _) = unbounded();
                drop(std::mem::replace(
                    &mut downloader.client,
                    Client::new(sender.into()),
                ));
            } else {
                downloader.client.pause(transfer.id());
            }
            assert_eq!(end(&transfer, &downloader.events), Outcome::Paused(None));
            assert!(transfer.is_kept());
            assert_eq!(downloader.files(), ["f", "f.part"]);
            let folder = downloader.folder.path().join("f");
            let mut here = web::files(&folder);
            let parts = here.keys().filter(|name| name.contains(".part")).count();
            here.retain(|name, _| !name.contains(".part"));
            assert_eq!(
                (here.len(), parts),
                (at, 2 * usize::from(part_at(at).is_some()))
            );
            let port = stopped.web.port;
            drop(stopped);

            // A new client goes on, on the same port.
            let all = files();
            let again = Web::at(port, move |asked| all.reply(asked));
            let (sender, events) = unbounded();
            downloader.client = Client::with_limits(sender.into(), connections(3));
            let transfer = downloader.start(port, "f/");
            let outcome = end(&transfer, &events);
            assert_eq!(saved(&outcome).path, folder);
            assert!(saved(&outcome).notes.is_empty());
            assert_eq!(Some(transfer.done()), transfer.total());
            assert_eq!(downloader.files(), ["f"]);
            let same: BTreeMap<_, _> = files()
                .0
                .into_iter()
                .map(|(name, bytes)| (name.strip_prefix("f/").unwrap().to_owned(), bytes))
                .collect();
            assert!(web::files(&folder) == same);
            let asked = again.asked();
            let fetched = asked.iter().filter(|asked| is_file(asked));
            assert_eq!(fetched.count(), 33 - here.len(), "{asked:?}");
            let ranges = asked
                .iter()
                .filter(|asked| asked.head.contains("\r\nrange: "));
            assert_eq!(ranges.count(), parts / 2);
        }
    }
}

#[test]
fn a_cancel_leaves_only_what_is_whole() {
    // Among them two that have a part.
    for at in [0, 5, 11, 31] {
        for is_paused_first in [false, true] {
            let halting = Halting::new(files(), at);
            let downloader = Downloader::with(connections(1));
            let transfer = downloader.start(halting.web.port, "f/");
            halting.wait();
            wait_for_part(&downloader, at);
            if is_paused_first {
                downloader.client.pause(transfer.id());
                assert_eq!(downloader.wait(transfer.id()), Outcome::Paused(None));
                let request = downloader.request(halting.web.port, "f/");
                downloader.client.discard(vec![request], || {});
                // Nobody tells when that is done.
                while downloader.files().contains(&"f.part".to_owned()) {
                    std::thread::yield_now();
                }
                while at == 0 && !downloader.files().is_empty() {
                    std::thread::yield_now();
                }
            } else {
                downloader.client.cancel(transfer.id());
                assert_eq!(downloader.wait(transfer.id()), Outcome::Cancelled);
                assert!(!transfer.is_kept());
                let folder = downloader.folder.path().join("f");
                assert_eq!(transfer.place(), Some(folder));
            }
            if at == 0 {
                assert!(downloader.files().is_empty(), "{:?}", downloader.files());
                continue;
            }
            assert_eq!(downloader.files(), ["f"]);
            let whole = files();
            for (name, bytes) in web::files(downloader.folder.path()) {
                assert!(whole.0.get(&name) == Some(&bytes), "{name}");
            }
        }
    }
}

#[test]
fn a_cancelled_folder_resumes_in_the_same_folder() {
    let halting = Halting::new(files(), 12);
    let downloader = Downloader::with(connections(1));
    // It goes beside this one.
    fs::create_dir(downloader.folder.path().join("f")).unwrap();
    let transfer = downloader.start(halting.web.port, "f/");
    halting.wait();
    downloader.client.cancel(transfer.id());
    assert_eq!(downloader.wait(transfer.id()), Outcome::Cancelled);
    let place = transfer.place().unwrap();
    assert_eq!(place, downloader.folder.path().join("f (2)"));
    let here = web::files(&place).len();
    assert!(here > 0);
    let port = halting.web.port;
    drop(halting);

    let all = files();
    let again = Web::at(port, move |asked| all.reply(asked));
    let request = Request {
        target: Target::File(place.clone()),
        exists: IfExists::Skip,
        ..downloader.request(port, "f/")
    };
    let outcome = downloader.run(request);
    assert_eq!(saved(&outcome).path, place);
    assert_eq!(web::files(&place).len(), 33);
    assert_eq!(downloader.files(), ["f", "f (2)"]);
    let asked = again.asked();
    let fetched = asked.iter().filter(|asked| is_file(asked));
    assert_eq!(fetched.count(), 33 - here, "{asked:?}");
}

#[test]
fn a_cancel_before_anything_came_leaves_nothing() {
    let (there, is_there) = unbounded();
    let (_go, gate) = bounded(0);
    let web = Web::new(move |asked| {
        if asked.path == "/f/" {
            return Reply::Say(web::json(
                r#"{"entries":[{"name":"a","kind":"folder"},{"name":"b","kind":"folder"}]}"#,
            ));
        }
        let _ = there.send(());
        Reply::Wait(Vec::new(), gate.clone())
    });
    let downloader = Downloader::with(Limits::default());
    let transfer = downloader.start(web.port, "f/");
    is_there.recv_timeout(PATIENCE).unwrap();
    downloader.client.cancel(transfer.id());
    assert_eq!(downloader.wait(transfer.id()), Outcome::Cancelled);
    assert!(downloader.files().is_empty(), "{:?}", downloader.files());
}

#[test]
fn two_downloads_of_one_folder_do_not_mix() {
    let all = files();
    let web = Web::new(move |asked| all.reply(asked));
    let one = Downloader::new();
    let two = Downloader::new();
    let request = one.request(web.port, "f/");
    let transfers = [
        one.client.download(request.clone()),
        two.client.download(request),
    ];
    let outcomes = [one.wait(transfers[0].id()), two.wait(transfers[1].id())];
    let mut names: Vec<_> = outcomes
        .iter()
        .map(|outcome| saved(outcome).path.file_name().unwrap().to_owned())
        .collect();
    names.sort();
    // The second may have found the first one done.
    assert_eq!(names, ["f", "f (2)"]);
    assert_eq!(one.files(), ["f", "f (2)"]);
    for outcome in &outcomes {
        assert_eq!(web::files(&saved(outcome).path).len(), 33);
        let under = |(name, bytes)| (format!("f/{name}"), bytes);
        let here: BTreeMap<_, _> = web::files(&saved(outcome).path)
            .into_iter()
            .map(under)
            .collect();
        assert!(here == files().0);
    }
}

/// Windows renames no folder in which a file is open.
#[cfg(unix)]
#[test]
fn a_missing_disk_pauses_the_download() {
    let halting = Halting::new(files(), 5);
    let port = halting.web.port;
    let downloader = Downloader::with(connections(2));
    let target = downloader.folder.path().join("disk");
    let away = downloader.folder.path().join("away");
    fs::create_dir(&target).unwrap();
    let mut request = downloader.request(port, "f/");
    request.target = landline_engine::client::Target::Folder(target.clone());
    let transfer = downloader.client.download(request.clone());
    halting.wait();
    fs::rename(&target, &away).unwrap();
    drop(halting);
    let all = files();
    let _web = Web::at(port, move |asked| all.reply(asked));
    let outcome = downloader.wait(transfer.id());
    assert!(matches!(outcome, Outcome::Paused(Some(_))), "{outcome:?}");
    assert_eq!(failure(&outcome), "folder-missing");
    assert!(!target.exists());
    fs::rename(&away, &target).unwrap();
    saved(&downloader.run(request));
    assert_eq!(fs::read_dir(&target).unwrap().count(), 1);
    assert!(web::files(&target) == files().0);
}

#[test]
fn what_stood_beside_stays_beside() {
    // Each differs from what is here already, and is stored beside it, once.
    let halting = Halting::new(Files::many(30), 20);
    let port = halting.web.port;
    let downloader = Downloader::with(connections(1));
    let here = downloader.folder.path().join("f");
    fs::create_dir(&here).unwrap();
    for number in 0..30 {
        fs::write(here.join(format!("{number:04}")), "mine").unwrap();
    }
    let mut request = downloader.request(port, "f/");
    request.exists = IfExists::Skip;
    let transfer = downloader.client.download(request.clone());
    halting.wait();
    downloader.client.pause(transfer.id());
    downloader.wait(transfer.id());
    drop(halting);
    let all = Files::many(30);
    let _web = Web::at(port, move |asked| all.reply(asked));
    for _ in 0..2 {
        saved(&downloader.run(request.clone()));
        let files = web::files(&here);
        assert_eq!(files.len(), 60, "{:?}", files.keys());
        assert_eq!(files["0000 (2)"], b"f/0000");
    }
}

#[test]
fn a_disk_too_small_is_reported_before_the_download_starts() {
    let downloader = Downloader::with(Limits::default());
    let here = downloader.folder.path();
    let size = fs4::available_space(here).unwrap() / 10 * 6;
    let too_large = 1_u64 << 60;
    let listing = serde_json::json!([
        {"name": "a", "type": "file", "size": size},
        {"name": "b", "type": "file", "size": size},
        {"name": "device", "type": "file", "size": too_large},
    ])
    .to_string();
    let web = Web::new(move |asked| match asked.path.as_str() {
        "/f/" => Reply::Say(json(&listing)),
        _ => Reply::Say(answer("404 Not Found", "", b"")),
    });
    let outcome = downloader.get(web.port, "f/");
    assert!(matches!(outcome, Outcome::Paused(Some(_))), "{outcome:?}");
    assert_eq!(failure(&outcome), "disk-too-small");
    assert_eq!(web.gets(), ["/f/"]);
    assert!(downloader.files().is_empty());
    // What is here may be what is there, and may be replaced.
    fs::create_dir(here.join("f")).unwrap();
    for exists in [IfExists::Skip, IfExists::Overwrite] {
        let mut request = downloader.request(web.port, "f/");
        request.exists = exists;
        let outcome = downloader.run(request);
        assert!(matches!(outcome, Outcome::Incomplete(_)), "{outcome:?}");
    }
}

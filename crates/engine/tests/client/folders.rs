//! Whole folders from a real server: what arrives is what was there, and nothing else.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::net::Ipv4Addr;
use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::peer::{code, codes};
use landline_engine::client::{IfExists, Target};
use landline_engine::server::ServerEvent;
use landline_engine::transfer::{Checked, Files, Outcome, Protocol};

use crate::common::{Shared, noise};
use crate::peer::{Downloader, failure, saved};
use crate::web;

const MIB: usize = 1 << 20;

/// Names that are awkward on the wire, on a page or on a disk.
const ODD_NAMES: [&str; 12] = [
    "a b.txt",
    "100%.txt",
    "%41",
    "x&y;z=1",
    "#1?",
    "\"q\" 'q' `q`",
    "<b>",
    "海边/照片/夏 天.txt",
    "emoji/👩‍💻.bin",
    "a+b",
    "a\\b:c*d|e",
    "deep/1/2/3/4/5/6/7/8/9/10/11/12/end",
];

/// A folder `photos` of everything, dated in the past.
fn photos() -> Shared {
    let shared = Shared::start();
    let bytes = noise(5 * MIB);
    for len in [0, 1, 16 * 1024, MIB, MIB + 1, 5 * MIB] {
        shared.write(&format!("photos/sizes/{len}"), &bytes[..len]);
    }
    for name in ODD_NAMES.into_iter().filter(|name| is_possible(name)) {
        shared.write(&format!("photos/{name}"), name.as_bytes());
    }
    shared.write(&format!("photos/{}.txt", "长".repeat(83)), b"long");
    for name in ["empty", "empty too/inner/innermost"] {
        fs::create_dir_all(shared.dir.path().join("photos").join(name)).unwrap();
    }
    shared.write("beside.txt", b"not asked for");
    date(shared.dir.path(), &mut 0);
    shared
}

/// Whether this system has files that are called so.
fn is_possible(path: &str) -> bool {
    let is_odd =
        |part: &str| part.contains(|c| "\\:\"?*<>|".contains(c)) || part.ends_with(['.', ' ']);
    !cfg!(windows) || !path.split('/').any(is_odd)
}

/// What is inside first, because a folder's date changes with it.
fn date(folder: &Path, count: &mut u64) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            date(&path, count);
        }
        *count += 1;
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000 + 1000 * *count);
        filetime::set_file_mtime(path, at.into()).unwrap();
    }
}

/// The files and folders whose bytes were asked for so far.
fn started(shared: &Shared) -> BTreeSet<String> {
    let events = shared.events.try_iter();
    let names = events.filter_map(|event| match event {
        ServerEvent::Ended(transfer) | ServerEvent::Over(transfer) => {
            Some(transfer.name().to_owned())
        }
        _ => None,
    });
    names.collect()
}

#[test]
fn everything_arrives_as_it_is_there() {
    let shared = photos();
    let downloader = Downloader::new();
    let transfer = downloader.start(shared.address.port(), "photos/");
    let outcome = downloader.wait(transfer.id());
    let saved = saved(&outcome);
    assert_eq!(saved.path, downloader.folder.path().join("photos"));
    assert_eq!(saved.checked, Checked::Digest);
    assert!(!saved.skipped && saved.notes.is_empty(), "{saved:?}");
    assert_eq!(downloader.files(), ["photos"]);
    let theirs = web::tree(&shared.dir.path().join("photos"));
    assert_eq!(web::tree(&saved.path), theirs);
    let total = theirs.keys().filter(|name| !name.ends_with('/')).count() as u64;
    assert_eq!(
        transfer.files(),
        Some(Files {
            done: total,
            total,
            failed: 0,
            is_counted: true
        })
    );
    assert_eq!(Some(transfer.done()), transfer.total());
    assert_eq!(transfer.moved(), transfer.done());
    assert!(!transfer.is_kept());
}

#[test]
fn a_folder_has_many_names() {
    let shared = photos();
    let port = shared.address.port();
    for (name, here, there) in [
        ("photos", "photos", "photos"),
        ("photos/emoji/", "emoji", "photos/emoji"),
        ("photos/海边/照片", "照片", "photos/海边/照片"),
        ("photos/empty too/", "empty too", "photos/empty too"),
        ("/", "127.0.0.1", ""),
    ] {
        let downloader = Downloader::new();
        let outcome = downloader.get(port, name);
        assert!(saved(&outcome).notes.is_empty());
        assert_eq!(downloader.files(), [here]);
        let theirs = web::tree(&shared.dir.path().join(there));
        assert_eq!(web::tree(&saved(&outcome).path), theirs, "{name}");
    }
    let downloader = Downloader::new();
    let mut request = downloader.request(port, "photos/emoji/");
    let exactly = if cfg!(windows) {
        "exactly. this"
    } else {
        "exactly. this "
    };
    request.target = Target::File(downloader.folder.path().join(exactly));
    assert!(saved(&downloader.run(request)).notes.is_empty());
    assert_eq!(downloader.files(), [exactly]);
}

#[test]
fn a_non_folder_creates_nothing() {
    let shared = Shared::of(&[("file", b"x"), ("photos/a", b"x")]);
    let port = shared.address.port();
    let downloader = Downloader::new();
    let keys = [
        ("missing/", "no-such-file"),
        ("photos/missing/", "no-such-file"),
        ("photos/a/", "no-such-file"),
        ("file/", "no-such-file"),
    ];
    for (name, key) in keys {
        assert_eq!(failure(&downloader.get(port, name)), key, "{name}");
    }
    let raw = downloader.get_in(Protocol::Raw, port, "photos/");
    assert_eq!(failure(&raw), "nothing-sent");
    assert!(downloader.files().is_empty());
}

#[test]
fn a_download_resumes_when_its_server_comes_back() {
    let mut shared = Shared::start();
    for number in 0..40 {
        shared.write(&format!("d/{number}"), format!("{number}").as_bytes());
    }
    shared.write("d/big", &noise(8 * MIB));
    let port = shared.address.port();
    let downloader = Downloader::new();
    let transfer = downloader.start(port, "d/");
    while transfer.files().is_none_or(|files| files.done == 0) {
        std::thread::yield_now();
    }
    let server = shared.server.take().unwrap();
    server.stop();
    server.join();
    downloader.client.pause(transfer.id());
    downloader.wait(transfer.id());
    let folder = shared.dir.path().to_owned();
    let again = Shared::with(|config| {
        config.folder = folder;
        config.port = port;
        config.bind = Some(Ipv4Addr::LOCALHOST.into());
    });
    let Downloader { folder, .. } = downloader;
    let mut downloader = Downloader::new();
    downloader.folder = folder;
    let outcome = downloader.get(port, "d/");
    assert_eq!(saved(&outcome).path, downloader.folder.path().join("d"));
    assert_eq!(downloader.files(), ["d"]);
    assert_eq!(
        web::files(downloader.folder.path()),
        web::files(shared.dir.path())
    );
    drop(again);
}

#[test]
fn a_taken_name_is_kept_or_filled_or_replaced() {
    let shared = Shared::of(&[
        ("d/same", b"same"),
        ("d/other", b"theirs"),
        ("d/new", b"new"),
        ("d/way", b"a file"),
        ("d/under/file", b"x"),
    ]);
    let port = shared.address.port();
    for exists in [IfExists::Keep, IfExists::Skip, IfExists::Overwrite] {
        let downloader = Downloader::new();
        let here = downloader.folder.path().join("d");
        fs::create_dir_all(here.join("way")).unwrap();
        for (name, content) in [
            ("same", "same"),
            ("other", "own"),
            ("mine", "mine"),
            ("under", "in the way"),
        ] {
            fs::write(here.join(name), content).unwrap();
        }
        let there = fs::metadata(shared.dir.path().join("d/same")).unwrap();
        let same = File::options().write(true).open(here.join("same")).unwrap();
        same.set_modified(there.modified().unwrap()).unwrap();
        drop(same);
        let _ = started(&shared);
        let mut request = downloader.request(port, "d/");
        request.exists = exists;
        let outcome = downloader.run(request);
        let asked = started(&shared);
        let files = web::files(downloader.folder.path());
        let is = |name: &str, content: &str| {
            assert_eq!(
                files.get(name).map(|bytes| String::from_utf8_lossy(bytes)),
                Some(content.into()),
                "{name} {exists:?} {files:?}"
            );
        };
        is("d/mine", "mine");
        is("d/under", "in the way");
        is("d/same", "same");
        if exists == IfExists::Keep {
            assert_eq!(codes(&saved(&outcome).notes)[0], "saved-as");
            is("d (2)/other", "theirs");
            is("d/other", "own");
            assert_eq!(files.len(), 10, "{files:?}");
            continue;
        }
        let Outcome::Incomplete(incomplete) = outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!((incomplete.failed, incomplete.examples.len()), (1, 1));
        assert!(incomplete.examples[0].name.starts_with("under/"));
        assert_eq!(code(&incomplete.examples[0].why), "in-the-way");
        is("d/new", "new");
        is("d/way (2)", "a file");
        assert_eq!(asked.contains("d/same"), exists == IfExists::Overwrite);
        if exists == IfExists::Skip {
            is("d/other", "own");
            is("d/other (2)", "theirs");
        } else {
            is("d/other", "theirs");
        }
    }
}

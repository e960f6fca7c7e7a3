//! Entries of one folder that would have one name here: each arrives, under a name of its own, the same one after an
//! interruption.

use std::collections::BTreeMap;
use std::fs;

use crate::peer::{code, codes};
use crossbeam_channel::{bounded, unbounded};
use landline_engine::client::{FolderLimits, IfExists, Limits, Request};
use landline_engine::transfer::{Incomplete, Outcome};

use crate::hostile::Chosen;
use crate::peer::{Downloader, PATIENCE, answer, saved};
use crate::web::{self, Reply, Web, html, json, percent_decode};

/// Says its own path, as long as the longest of them, and dated like all others.
fn body(path: &str) -> Vec<u8> {
    let mut bytes = percent_decode(path).into_bytes();
    bytes.resize(60, b' ');
    bytes
}

fn dated(bytes: &[u8]) -> Vec<u8> {
    let fields = "ETag: \"1\"\r\nLast-Modified: Sun, 09 Sep 2001 01:46:40 GMT\r\n";
    answer("200 OK", fields, bytes)
}

/// A folder `f` of these files, all of one size and date; one that ends in a slash is a folder with `x` in it.
fn listing(names: &[&str]) -> String {
    let entries = names.iter().map(|name| match name.strip_suffix('/') {
        Some(name) => serde_json::json!({"name": name, "kind": "folder"}),
        None => serde_json::json!({"name": name, "kind": "file", "size": 60,
            "modified": "2001-09-09T01:46:40Z"}),
    });
    serde_json::json!(entries.collect::<Vec<_>>()).to_string()
}

fn server(port: u16, listed: Vec<u8>) -> Web {
    Web::at(port, move |asked| {
        Reply::Say(match asked.path.as_str() {
            "/f/" => listed.clone(),
            path if path.ends_with('/') => json(&listing(&["x"])),
            path => dated(&body(path)),
        })
    })
}

/// What is here, and which path of the server it is.
fn here(downloader: &Downloader) -> BTreeMap<String, String> {
    let files = web::files(&downloader.folder.path().join("f"));
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().trim_end().to_owned();
    files
        .into_iter()
        .map(|(name, bytes)| (name, text(bytes)))
        .collect()
}

/// Names that are one here, on any system.
const NAMES: [&str; 8] = [
    "b\u{202e}",
    "b",
    "b (2)",
    "c.part",
    "c.part_",
    "d\u{202e}/",
    "d/",
    "d",
];

fn expected() -> BTreeMap<String, String> {
    let pairs = [
        ("b", "/f/b"),
        ("b (2)", "/f/b (2)"),
        ("b (3)", "/f/b\u{202e}"),
        ("c.part_", "/f/c.part_"),
        ("c (2).part_", "/f/c.part"),
        ("d/x", "/f/d/x"),
        ("d (2)", "/f/d"),
        ("d (3)/x", "/f/d\u{202e}/x"),
    ];
    pairs.map(|(name, path)| (name.into(), path.into())).into()
}

#[test]
fn each_entry_arrives_under_a_name_of_its_own() {
    for exists in [IfExists::Keep, IfExists::Skip, IfExists::Overwrite] {
        for is_there in [false, true] {
            let web = server(0, json(&listing(&NAMES)));
            let downloader = Downloader::new();
            if is_there && exists != IfExists::Keep {
                fs::create_dir(downloader.folder.path().join("f")).unwrap();
            }
            let request = Request {
                exists,
                ..downloader.request(web.port, "f/")
            };
            let outcome = downloader.run(request);
            let notes = &saved(&outcome).notes;
            assert!(
                notes
                    .iter()
                    .any(|note| codes(std::slice::from_ref(note))[0] == "renamed")
            );
            assert_eq!(here(&downloader), expected(), "{exists:?}");
        }
    }
}

#[test]
fn the_order_of_a_listing_does_not_matter() {
    let mut names = NAMES;
    names.reverse();
    let web = server(0, json(&listing(&names)));
    let downloader = Downloader::new();
    saved(&downloader.get(web.port, "f/"));
    assert_eq!(here(&downloader), expected());
}

#[test]
fn what_is_there_does_for_one_entry_only() {
    // All have the size and the date of the one that is there.
    let web = server(0, json(&listing(&["a", "a\u{202e}", "a (2)"])));
    let downloader = Downloader::new();
    let folder = downloader.folder.path().join("f");
    fs::create_dir(&folder).unwrap();
    let write = |name: &str, content: &[u8], secs: u64| {
        fs::write(folder.join(name), content).unwrap();
        let at = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(secs);
        filetime::set_file_mtime(folder.join(name), at.into()).unwrap();
    };
    write("a", &body("/f/a"), 1_000_000_000);
    let request = Request {
        exists: IfExists::Skip,
        ..downloader.request(web.port, "f/")
    };
    for _ in 0..2 {
        saved(&downloader.run(request.clone()));
        let files = here(&downloader);
        let mut all: Vec<_> = files.values().map(String::as_str).collect();
        all.sort_unstable();
        assert_eq!(all, ["/f/a", "/f/a (2)", "/f/a\u{202e}"], "{files:?}");
    }
    assert_eq!(
        web.gets().len(),
        4,
        "each listing once, and each other file once"
    );
}

#[cfg(unix)]
#[test]
fn two_folders_that_a_link_here_makes_one_are_not_mixed() {
    for exists in [IfExists::Skip, IfExists::Overwrite] {
        let dated = |name, year| {
            let modified = format!("{year}-09-09T01:46:40Z");
            serde_json::json!({"name": name, "kind": "folder", "modified": modified})
        };
        let listed = [dated("in", 2001), dated("real", 2002), dated("up", 2003)];
        let web = server(0, json(&serde_json::json!(listed).to_string()));
        let downloader = Downloader::new();
        let folder = downloader.folder.path().join("f");
        fs::create_dir_all(folder.join("real")).unwrap();
        std::os::unix::fs::symlink("real", folder.join("in")).unwrap();
        std::os::unix::fs::symlink(".", folder.join("up")).unwrap();
        let request = Request {
            exists,
            ..downloader.request(web.port, "f/")
        };
        for _ in 0..2 {
            saved(&downloader.run(request.clone()));
            let mut found = BTreeMap::new();
            for name in ["real/x", "real (2)/x", "up (2)/x"] {
                let bytes = fs::read(folder.join(name)).unwrap();
                found.insert(
                    name,
                    String::from_utf8(bytes).unwrap().trim_end().to_owned(),
                );
            }
            let pairs = [
                ("real/x", "/f/in/x"),
                ("real (2)/x", "/f/real/x"),
                ("up (2)/x", "/f/up/x"),
            ];
            assert_eq!(found, pairs.map(|(name, path)| (name, path.into())).into());
            // 2002-09-09 and 2003-09-09, as the server says.
            let tree = web::tree(&folder);
            assert_eq!(tree["real (2)/"].1, 1_031_536_000);
            assert_eq!(tree["up (2)/"].1, 1_063_072_000);
        }
    }
}

#[test]
fn after_an_interruption_each_has_the_same_name() {
    for exists in [IfExists::Keep, IfExists::Overwrite] {
        for at in 0..6 {
            let (there, is_there) = unbounded();
            let (_go, gate) = bounded::<()>(0);
            let count = std::sync::atomic::AtomicUsize::new(0);
            let listed = json(&listing(&NAMES));
            let mut web = Web::new(move |asked| {
                let bytes = match asked.path.as_str() {
                    "/f/" => return Reply::Say(listed.clone()),
                    path if path.ends_with('/') => return Reply::Say(json(&listing(&["x"]))),
                    path => dated(&body(path)),
                };
                if count.fetch_add(1, std::sync::atomic::Ordering::SeqCst) >= at {
                    let _ = there.send(());
                    return Reply::Wait(bytes[..bytes.len() - 1].to_vec(), gate.clone());
                }
                Reply::Say(bytes)
            });
            let downloader = Downloader::with(Limits {
                connections: 1,
                ..Limits::default()
            });
            fs::create_dir(downloader.folder.path().join("f")).unwrap();
            let request = Request {
                exists,
                ..downloader.request(web.port, "f/")
            };
            let transfer = downloader.client.download(request.clone());
            is_there.recv_timeout(PATIENCE).unwrap();
            downloader.client.pause(transfer.id());
            downloader.wait(transfer.id());
            web.stop();
            // Another order, too: nobody promises one.
            let mut names = NAMES;
            names.reverse();
            let _again = server(web.port, json(&listing(&names)));
            let outcome = downloader.run(request);
            let place = &saved(&outcome).path;
            let files = web::files(place);
            assert_eq!(
                files.len(),
                NAMES.len(),
                "{exists:?} {at} {:?}",
                files.keys()
            );
            for (name, path) in expected() {
                assert_eq!(files[&name], body(&path), "{exists:?} {at}: {name}");
            }
            assert!(!place.with_file_name("f.part").exists());
        }
    }
}

#[test]
fn an_entry_that_is_listed_again_and_again_is_one() {
    let names = serde_json::json!(vec!["a"; 100_000]).to_string();
    let links = "<a href=a>a</a><a href=b>b</a>".repeat(10_000);
    let page = format!("<title>Index of /f/</title>{links}");
    for (listed, gets) in [
        (json(&names), &["/f/", "/f/a"][..]),
        (html(&page), &["/f/", "/f/a", "/f/b"]),
    ] {
        let web = server(0, listed);
        let chosen = Chosen::new();
        let outcome = chosen.get(web.port, "f/");
        assert!(saved(&outcome).notes.is_empty());
        let mut asked = web.gets();
        asked.sort();
        assert_eq!(asked, gets);
        assert_eq!(chosen.files().len(), gets.len() - 1);
    }
}

#[test]
fn so_many_entries_with_one_name_that_nobody_means_them_are_left_out() {
    let most = FolderLimits::default();
    let count = 20_000;
    // Each is another name for the server, and all of them are `a` here.
    let mark = |at: usize| char::from_u32(0x202a + u32::try_from(at % 5).unwrap()).unwrap();
    let name = |n: usize| {
        let marks = [
            n,
            n / 5,
            n / 25,
            n / 125,
            n / 625,
            n / 3125,
            n / 15_625,
            n / 78_125,
        ];
        format!("a{}", marks.map(mark).iter().collect::<String>())
    };
    let names: Vec<_> = (0..count).map(name).collect();
    let names: Vec<_> = names.iter().map(String::as_str).chain(["ok"]).collect();
    let web = server(0, json(&listing(&names)));
    let chosen = Chosen::with(Limits::default());
    let outcome = chosen.get(web.port, "f/");
    let Outcome::Incomplete(Incomplete {
        failed, examples, ..
    }) = &outcome
    else {
        panic!("{outcome:?}");
    };
    assert_eq!(*failed, count as u64 - most.namesakes);
    assert_eq!(code(&examples[0].why), "too-many-namesakes");
    let files = chosen.files();
    let came = files.keys().filter(|name| name.starts_with("f/")).count();
    assert_eq!(came as u64, most.namesakes + 1);
    assert_eq!(web.gets().len() as u64, 1 + most.namesakes + 1);
    // What is kept for another try has no files on their way in it.
    let kept: Vec<_> = files
        .keys()
        .filter(|name| !name.starts_with("f/"))
        .collect();
    let expected = ["begun", "fetched", "landline.json"].map(|name| format!("f.part/{name}"));
    assert_eq!(kept, expected.iter().collect::<Vec<_>>());
}

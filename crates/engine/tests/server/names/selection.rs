//! Some entries of a folder are shared, and nothing else in it can be seen, counted or fetched.

use std::fs;
use std::io::Write as _;

use landline_engine::error::ServerError;
use landline_engine::server::ServerEvent;

use super::rig::{GOOD, MARK, Rig};
use crate::common::{PATIENCE, Shared, rest};

/// Both dialects say that there is nothing.
fn assert_missing(rig: &Rig, name: &str) {
    assert!(rig.raw(name.as_bytes()).is_empty(), "{name}");
    let mut http = rig.http();
    let encoded = name.replace(' ', "%20");
    for target in [format!("/{encoded}"), format!("/{encoded}/")] {
        assert_eq!(http.get(&target).status, 404, "{target}");
    }
}

fn assert_served(rig: &Rig, name: &str) {
    assert_eq!(rig.raw(name.as_bytes()), GOOD, "{name}");
    assert_eq!(rig.http().get(&format!("/{name}")).body, GOOD, "{name}");
}

/// The whole answer to a request that closes its connection.
fn answer(rig: &Rig, request: &str) -> String {
    let mut socket = rig.shared.connect();
    write!(
        socket,
        "{request}\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    String::from_utf8(rest(socket)).unwrap()
}

#[test]
fn only_what_was_selected_is_listed_served_and_counted() {
    let rig = Rig::selected();
    let listing = rig.http().get("/").body;
    let listing: serde_json::Value = serde_json::from_slice(&listing).unwrap();
    let entries = listing["entries"].as_array().unwrap();
    let names: Vec<_> = entries.iter().map(|entry| &entry["name"]).collect();
    assert_eq!(names, ["sub", "a.txt"]);
    let page = answer(&rig, "GET / HTTP/1.1");
    assert!(
        page.contains("./a.txt") && page.contains("./sub/"),
        "{page}"
    );
    for beside in ["secret", "etc", ".rc"] {
        assert!(!page.contains(&format!("./{beside}")), "{beside}: {page}");
    }
    assert!(!page.contains(std::str::from_utf8(MARK).unwrap()), "{page}");
    for name in ["a.txt", "sub/b.txt", "sub/sub/c.txt"] {
        assert_served(&rig, name);
    }
    let inner = rig.http().get("/sub/").body;
    assert!(String::from_utf8(inner).unwrap().contains("b.txt"));
}

#[test]
fn what_was_not_selected_is_not_there() {
    let rig = Rig::selected();
    for name in [
        "secret.txt",
        "share-secret",
        "share-secret/secret.txt",
        "etc/passwd",
        ".rc",
        "share",
        "share/secret.txt",
        "a.txt/secret.txt",
        "a.txt/../secret.txt",
        "sub/../secret.txt",
        "sub/sub/../../secret.txt",
        // Names are compared as they are, whatever the file system takes for the same.
        "A.TXT",
        "Sub/b.txt",
        "A~1.TXT",
        "a.txt.",
        "a.txt ",
    ] {
        assert_missing(&rig, name);
    }
    let mut http = rig.http();
    for target in [
        "/%73ecret.txt",
        "/./secret.txt",
        "//secret.txt",
        "/sub/%2e%2e/secret.txt",
        "/sub%2f..%2fsecret.txt",
        "http://localhost/secret.txt",
    ] {
        assert_eq!(http.get(target).status, 404, "{target}");
    }
    for (method, more) in [("HEAD", ""), ("GET", "\r\nRange: bytes=0-3")] {
        let got = answer(&rig, &format!("{method} /secret.txt HTTP/1.1{more}"));
        assert!(got.starts_with("HTTP/1.1 404"), "{got}");
    }
}

#[test]
fn only_what_was_selected_is_counted() {
    let shared = Shared::with(|config| {
        for (name, content) in [("a.txt", GOOD), ("secret.txt", MARK)] {
            fs::write(config.folder.join(name), content).unwrap();
        }
        for (folder, files) in [("sub", 3), ("other", 5)] {
            fs::create_dir(config.folder.join(folder)).unwrap();
            for number in 0..files {
                fs::write(config.folder.join(format!("{folder}/{number}")), "x").unwrap();
            }
        }
        #[cfg(unix)]
        for (link, target) in [
            ("file", "../secret.txt"),
            ("folder", "../other"),
            ("up", ".."),
        ] {
            std::os::unix::fs::symlink(target, config.folder.join("sub").join(link)).unwrap();
        }
        config.only = Some(["a.txt", "sub"].map(str::to_owned).into());
    });
    let count = shared.wait(|event| match event {
        ServerEvent::Counted {
            files, more: false, ..
        } => Some(files),
        _ => None,
    });
    assert_eq!(count, 4);
}

/// Whether a name is hidden does not matter where it was selected; below it does.
#[test]
fn a_hidden_file_can_be_selected() {
    let shared = Shared::with(|config| {
        fs::create_dir(config.folder.join(".config")).unwrap();
        for name in [".bashrc", ".config/open", ".config/.key", ".other"] {
            fs::write(config.folder.join(name), name).unwrap();
        }
        config.only = Some([".bashrc", ".config"].map(str::to_owned).into());
        assert!(!config.hidden);
    });
    for name in [".bashrc", ".config/open"] {
        assert_eq!(shared.raw(name.as_bytes()), name.as_bytes(), "{name}");
    }
    for name in [".other", ".config/.key"] {
        assert!(shared.raw(name.as_bytes()).is_empty(), "{name}");
    }
    shared.server.as_ref().unwrap().set_hidden(true);
    assert_eq!(shared.raw(b".config/.key"), b".config/.key");
    assert!(shared.raw(b".other").is_empty());
}

#[test]
fn entries_that_cannot_be_shared_are_reported() {
    for (entry, make) in [
        ("gone.txt", None::<fn(&std::path::Path)>),
        ("../secret.txt", None),
        ("sub/a.txt", None),
        ("..", None),
        #[cfg(unix)]
        ("fifo", Some(crate::common::make_fifo)),
        #[cfg(unix)]
        (
            "link",
            Some(|path| std::os::unix::fs::symlink("a.txt", path).unwrap()),
        ),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let top = dir.path().join("share");
        fs::create_dir_all(top.join("sub")).unwrap();
        fs::write(dir.path().join("secret.txt"), MARK).unwrap();
        for inside in ["a.txt", "sub/a.txt"] {
            fs::write(top.join(inside), GOOD).unwrap();
        }
        if let Some(make) = make {
            make(&top.join(entry));
        }
        let mut config = landline_engine::server::Config::new(&top);
        config.port = 0;
        config.bind = Some(std::net::Ipv4Addr::LOCALHOST.into());
        config.only = Some(["a.txt", entry].map(str::to_owned).into());
        let (sender, events) = crossbeam_channel::unbounded();
        let server = landline_engine::server::Server::start(
            config,
            landline_engine::transfer::Reporter::from(sender),
        );
        let path = top.join(entry);
        match events.recv_timeout(PATIENCE).unwrap() {
            ServerEvent::Stopped(Err(error)) => {
                assert_eq!(error, ServerError::EntryUnavailable { path }, "{entry}");
            }
            event => panic!("{entry}: {event:?}"),
        }
        server.join();
    }
}

#[cfg(unix)]
mod links {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn no_link_leads_from_what_is_selected_to_what_is_not() {
        let rig = Rig::selected();
        for (name, target) in [
            ("sub/up", ".."),
            ("sub/secret", "../secret.txt"),
            ("sub/sub/secret", "../../share-secret"),
            ("sub/around", "../sub/../secret.txt"),
            ("sub/out", "../../secret.txt"),
            // Another one that was selected is outside of this one.
            ("sub/other", "../a.txt"),
            ("sub/fd", "/proc/self/cwd"),
        ] {
            symlink(target, rig.inside(name)).unwrap();
            assert_missing(&rig, name);
        }
        symlink(rig.inside("secret.txt"), rig.inside("sub/absolute")).unwrap();
        symlink(rig.inside(""), rig.inside("sub/all")).unwrap();
        for name in [
            "sub/absolute",
            "sub/all",
            "sub/up/secret.txt",
            "sub/all/secret.txt",
            "sub/sub/secret/secret.txt",
        ] {
            assert_missing(&rig, name);
        }
        let listing = rig.http().get("/sub/").body;
        let listing = String::from_utf8(listing).unwrap();
        for name in [
            "up", "secret", "around", "out", "other", "fd", "absolute", "all",
        ] {
            assert!(!listing.contains(&format!("{name:?}")), "{listing}");
        }
        // Links that stay inside work, so that it is for where they lead that the others do not.
        symlink("../b.txt", rig.inside("sub/sub/near")).unwrap();
        symlink(rig.inside("sub/b.txt"), rig.inside("sub/far")).unwrap();
        assert_served(&rig, "sub/sub/near");
        assert_served(&rig, "sub/far");
    }

    #[test]
    fn a_link_in_the_place_of_what_was_selected_is_not_followed() {
        let rig = Rig::selected();
        fs::rename(rig.inside("a.txt"), rig.inside("moved")).unwrap();
        fs::rename(rig.inside("sub"), rig.inside("away")).unwrap();
        for (file, folder) in [
            ("secret.txt", "share-secret"),
            ("moved", "away"),
            ("../secret.txt", "../share-secret"),
        ] {
            symlink(file, rig.inside("a.txt")).unwrap();
            symlink(folder, rig.inside("sub")).unwrap();
            for name in ["a.txt", "sub", "sub/secret.txt", "sub/b.txt"] {
                assert_missing(&rig, name);
            }
            let listing = rig.http().get("/").body;
            assert_eq!(listing, b"{\"path\":\"/\",\"entries\":[]}");
            fs::remove_file(rig.inside("a.txt")).unwrap();
            fs::remove_file(rig.inside("sub")).unwrap();
        }
        // What takes its place as an editor does it is served.
        fs::rename(rig.inside("moved"), rig.inside("a.txt")).unwrap();
        fs::rename(rig.inside("away"), rig.inside("sub")).unwrap();
        assert_served(&rig, "a.txt");
        assert_served(&rig, "sub/b.txt");
    }

    /// Elsewhere the system cannot open a name and refuse a link at once.
    #[cfg(target_os = "linux")]
    #[test]
    fn no_race_of_a_swap_reaches_unselected_entries() {
        use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

        const ROUNDS: usize = 1_000;

        let rig = Rig::selected();
        rig.shared.write("share/share-secret/b.txt", MARK);
        let over = AtomicBool::new(false);
        let swap = |name: &str, link: &str| {
            let (place, away) = (rig.inside(name), rig.inside(&format!("{name}.away")));
            while !over.load(Ordering::Relaxed) {
                fs::rename(&place, &away).unwrap();
                symlink(link, &place).unwrap();
                fs::remove_file(&place).unwrap();
                fs::rename(&away, &place).unwrap();
            }
        };
        let (served, missing) = (AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            scope.spawn(|| swap("a.txt", "secret.txt"));
            scope.spawn(|| swap("sub", "share-secret"));
            let client = scope.spawn(|| {
                let mut http = rig.http();
                for _ in 0..ROUNDS {
                    for name in ["a.txt", "sub/b.txt"] {
                        let is_good = http.get(&format!("/{name}")).body == GOOD;
                        let count = if is_good { &served } else { &missing };
                        count.fetch_add(1, Ordering::Relaxed);
                        rig.raw(name.as_bytes());
                    }
                    http.get("/");
                    http.get("/sub/");
                }
            });
            let ended = client.join();
            over.store(true, Ordering::Relaxed);
            assert!(ended.is_ok());
        });
        let (served, missing) = (served.into_inner(), missing.into_inner());
        assert!(served > 0 && missing > 0, "{served} served, {missing} not");
    }
}

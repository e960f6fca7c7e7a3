//! Names that strangers send.

use std::fs;

use landline_engine::server::receiving::NotReceived;
use landline_engine::server::{LogEntry, ServerEvent};

use super::rig::Rig;

#[test]
fn names_that_climb_or_hide_store_nothing() {
    let rig = Rig::start();
    for path in [
        "/",
        "/a/",
        "/..",
        "/../a",
        "/a/../../b",
        "/a/../b",
        "/%2e%2e/a",
        "/%2e%2e%2fa",
        "/..%2fa",
        "//a",
        "/a//b",
        "/.",
        "/./a",
        "/.ssh/authorized_keys",
        "/.bashrc",
        "/a/.b",
        "/%2ebashrc",
        "/%e2%80%ae.bashrc",
        "/a%00b",
        "/a%0ab",
        "/a%1bb",
        "/%ff",
        "/a%c2%85b",
        "*",
    ] {
        let answer = rig.put(path, "", b"evil");
        assert_eq!(answer.status, 400, "{path}");
    }
    let deep = format!("/{}a", "d/".repeat(100));
    assert_eq!(rig.put(&deep, "", b"evil").status, 400);
    rig.assert_empty();
}

#[test]
fn our_own_names_are_changed() {
    let rig = Rig::start();
    for (path, stored) in [
        ("/film.mkv.part", "film.mkv.part_"),
        ("/film.mkv.PART", "film.mkv.PART_"),
        ("/x.part.json", "x.part.json_"),
        ("/d.part/landline.json", "d.part_/landline.json"),
        ("/x.part.json~", "x.part.json~_"),
    ] {
        let answer = rig.put(path, "", b"x");
        assert_eq!(answer.status, 201, "{path}");
        assert_eq!(rig.read(stored), b"x", "{path}");
    }
}

#[test]
fn a_name_is_as_long_as_the_disk_can_have_it() {
    let rig = Rig::start();
    let path = format!("/{}.txt", "x".repeat(300));
    assert_eq!(rig.put(&path, "", b"x").status, 201);
    let (name, _) = &rig.stored()[0];
    let is_whole = name.len() <= 255 && name.strip_suffix(".txt").is_some();
    assert!(is_whole, "{name}");
}

#[cfg(unix)]
#[test]
fn links_in_the_folder_lead_nowhere_else() {
    use std::os::unix::fs::symlink;

    let rig = Rig::start();
    let outside = rig.around.path().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("file"), "mine").unwrap();
    symlink(&outside, rig.folder().join("out")).unwrap();
    symlink("..", rig.folder().join("up")).unwrap();
    symlink(outside.join("file"), rig.folder().join("a.txt")).unwrap();
    symlink(outside.join("new"), rig.folder().join("dangling")).unwrap();
    for path in ["/out/x", "/out/sub/x", "/up/x", "/a.txt/x"] {
        assert_eq!(rig.put(path, "", b"evil").status, 500, "{path}");
    }
    // A link is a name that is taken.
    for (path, stored) in [("/a.txt", "a (2).txt"), ("/dangling", "dangling (2)")] {
        assert_eq!(rig.put(path, "", b"new").status, 201);
        assert_eq!(rig.read(stored), b"new");
    }
    let found: Vec<_> = fs::read_dir(&outside).unwrap().collect();
    assert_eq!(found.len(), 1);
    assert_eq!(fs::read(outside.join("file")).unwrap(), b"mine");
}

#[cfg(unix)]
#[test]
fn a_link_where_the_part_would_be_is_not_followed() {
    let rig = Rig::start();
    let outside = rig.around.path().join("outside");
    fs::write(&outside, "mine").unwrap();
    for name in ["a.part", "a.part.json", "a.part.json~"] {
        std::os::unix::fs::symlink(&outside, rig.folder().join(name)).unwrap();
    }
    assert_eq!(rig.put("/a", "", b"new").status, 201);
    assert_eq!(fs::read(&outside).unwrap(), b"mine");
    assert_eq!(rig.read("a"), b"new");
}

#[test]
fn names_are_data_in_fields_and_in_the_log() {
    let rig = Rig::start();
    let path = "/%3cscript%3ealert(1)%3c%2fscript%3e";
    // An encoded slash is a separator.
    let answer = rig.put(path, "", b"x");
    assert_eq!(
        answer.field("Location"),
        Some("/%3Cscript%3Ealert(1)%3C/script%3E")
    );
    let answer = rig.put("/a%20%22%3c%3e%e6%b5%b7", "", b"x");
    assert_eq!(answer.field("Location"), Some("/a%20%22%3C%3E%E6%B5%B7"));
    assert_eq!(rig.put("/a%0d%0aSet-Cookie:%20x", "", b"x").status, 400);
    // What is refused before its name is known to be one is logged without it.
    let name = rig.shared.wait(|event| match event {
        ServerEvent::Logged {
            entry: LogEntry::NotReceived { name, why },
            ..
        } => Some((name, why)),
        _ => None,
    });
    assert_eq!(name, (String::new(), NotReceived::BadName));
}

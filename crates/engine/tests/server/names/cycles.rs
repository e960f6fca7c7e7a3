//! Links that lead back to a folder on their own path do not exist, whatever asks for them.

use std::fs;
use std::os::unix::fs::symlink;
use std::time::Instant;

use super::nodes::assert_missing;
use super::rig::{GOOD, Rig};
use crate::common::PATIENCE;

/// The names in the listing of a folder.
fn names(rig: &Rig, target: &str) -> Vec<String> {
    let listing: serde_json::Value = serde_json::from_slice(&rig.http().get(target).body).unwrap();
    let entries = listing["entries"].as_array().unwrap().iter();
    let names = entries.map(|entry| entry["name"].as_str().unwrap().to_owned());
    names.collect()
}

#[test]
fn a_folder_does_not_lie_in_itself() {
    let rig = Rig::new();
    for (link, target) in [
        ("self", "."),
        ("sub/self", "../sub"),
        ("sub/top", ".."),
        ("sub/sub/top", "../.."),
        ("a/l", "../b"),
        ("b/l", "../a"),
    ] {
        fs::create_dir_all(rig.inside(link).parent().unwrap()).unwrap();
        symlink(target, rig.inside(link)).unwrap();
    }
    symlink(rig.inside(""), rig.inside("sub/absolute")).unwrap();
    for folder in ["a", "b"] {
        rig.shared
            .write(&format!("share/{folder}/{folder}.txt"), GOOD);
    }
    assert_eq!(names(&rig, "/"), ["a", "b", "sub", "a.txt"]);
    assert_eq!(names(&rig, "/sub/"), ["sub", "b.txt"]);
    assert_eq!(names(&rig, "/sub/sub/"), ["c.txt"]);
    assert_eq!(names(&rig, "/a/"), ["l", "a.txt"]);
    assert_eq!(names(&rig, "/a/l/"), ["b.txt"]);
    assert_eq!(rig.raw(b"a/l/b.txt"), GOOD);
    assert_eq!(rig.http().get("/a/l/b.txt").body, GOOD);
    for name in [
        "self",
        "self/a.txt",
        "self/self/a.txt",
        "sub/self",
        "sub/self/b.txt",
        "sub/top/a.txt",
        "sub/sub/top/sub/b.txt",
        "sub/absolute",
        "sub/absolute/a.txt",
        "a/l/l",
        "a/l/l/a.txt",
        "a/l/l/l/l/b.txt",
        "b/l/l/b.txt",
    ] {
        assert_missing(&rig, name);
    }
}

#[test]
fn long_paths_over_links_cost_little() {
    let rig = Rig::new();
    symlink(".", rig.inside("s")).unwrap();
    symlink("../..", rig.inside("sub/sub/up")).unwrap();
    let mut paths = vec!["s/".repeat(3_000), "sub/sub/up/".repeat(700)];
    // Just within what the system follows.
    paths.extend((1..=40).map(|links| "s/".repeat(links)));
    paths.extend((1..=40).map(|links| "sub/sub/up/".repeat(links)));
    let targets: Vec<String> = paths.iter().map(|path| format!("/{path}a.txt")).collect();
    let targets = vec![targets; 20].concat();
    let began = Instant::now();
    for answer in rig.http().get_all(&targets) {
        assert_eq!(answer.status, 404);
    }
    assert!(began.elapsed() < PATIENCE, "{:?}", began.elapsed());
}

#[test]
fn a_link_that_becomes_a_cycle_is_one_from_then_on() {
    let rig = Rig::new();
    symlink("../other", rig.inside("sub/link")).unwrap();
    rig.shared.write("share/other/x.txt", GOOD);
    assert_eq!(rig.raw(b"sub/link/x.txt"), GOOD);
    fs::remove_file(rig.inside("sub/link")).unwrap();
    symlink("..", rig.inside("sub/link")).unwrap();
    assert_missing(&rig, "sub/link/a.txt");
    assert_missing(&rig, "sub/link/other/x.txt");
}

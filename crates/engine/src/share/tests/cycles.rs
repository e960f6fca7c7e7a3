//! Links to their own ancestors.

use std::collections::BTreeSet;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use super::*;
use crate::share::{Count, Kind};

/// A share with these files and links.
fn share_of(files: &[&str], links: &[(&str, &str)]) -> (tempfile::TempDir, Share) {
    let dir = tempfile::tempdir().unwrap();
    for file in files {
        let path = dir.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "x").unwrap();
    }
    for (link, target) in links {
        symlink(target, dir.path().join(link)).unwrap();
    }
    let share = Share::open(dir.path(), shown(false)).unwrap();
    (dir, share)
}

/// The paths of all files that a client finds by following the listings.
fn walk(share: &Share) -> BTreeSet<String> {
    fn into(share: &Share, path: &str, found: &mut BTreeSet<String>) {
        let folder = folder(share, path);
        for entry in folder.entries(&list(&folder)) {
            let path = [path, &entry.name].join(if path.is_empty() { "" } else { "/" });
            match entry.kind {
                Kind::Folder => into(share, &path, found),
                Kind::File => {
                    assert_eq!(file(share, &path).len, 1);
                    found.insert(path);
                }
            }
        }
    }
    let mut found = BTreeSet::new();
    into(share, "", &mut found);
    found
}

/// The files that `find -L` finds.
fn find(dir: &Path) -> BTreeSet<String> {
    let mut find = Command::new("find");
    let output = find.current_dir(dir).args(["-L", ".", "-type", "f"]);
    let output = String::from_utf8(output.output().unwrap().stdout).unwrap();
    let files = output.lines().map(|line| line[2..].to_owned());
    files.collect()
}

#[test]
fn links_to_ancestors_are_neither_listed_nor_served() {
    let (dir, share) = share_of(
        &["bin/tool", "x/y/f", "z"],
        &[
            ("bin/X11", "."),
            ("x/self", "../x"),
            ("x/y/top", "../.."),
            ("x/y/up", ".."),
            ("x/y/bin", "../../bin"),
            ("x/y/z", "../../z"),
            ("x/again", "self"),
        ],
    );
    symlink(dir.path(), dir.path().join("x/absolute")).unwrap();
    symlink(dir.path().join("x/y"), dir.path().join("x/y/here")).unwrap();
    assert_eq!(names(&share, ""), ["bin", "x", "z"]);
    assert_eq!(names(&share, "bin"), ["tool"]);
    assert_eq!(names(&share, "x"), ["y"]);
    // Links to siblings and to files stay.
    assert_eq!(names(&share, "x/y"), ["bin", "f", "z"]);
    assert_eq!(names(&share, "x/y/bin"), ["tool"]);
    assert_eq!(file(&share, "x/y/bin/tool").len, 1);
    for path in [
        "bin/X11",
        "bin/X11/tool",
        "bin/X11/X11/tool",
        "x/self",
        "x/self/y/f",
        "x/again/y/f",
        "x/y/top",
        "x/y/top/z",
        "x/y/up/y/f",
        "x/absolute",
        "x/absolute/z",
        "x/y/here",
        "x/y/here/f",
        "x/y/bin/X11",
        "x/y/bin/X11/tool",
    ] {
        assert_eq!(refusal(&share, path), ErrorKind::NotFound, "{path}");
    }
    let all = ["bin/tool", "x/y/bin/tool", "x/y/f", "x/y/z", "z"];
    assert_eq!(walk(&share), BTreeSet::from(all.map(str::to_owned)));
    let count = Count {
        files: all.len() as u64,
        omitted: 0,
    };
    assert_eq!(folder(&share, "").count(|_| true), count);
}

#[test]
fn mutual_links_end_where_the_path_would_repeat() {
    let (_dir, share) = share_of(
        &["a/1", "b/2", "p/q/3"],
        &[
            ("a/l", "../b"),
            ("b/l", "../a"),
            ("jump", "p/q"),
            ("p/q/up", ".."),
        ],
    );
    assert_eq!(names(&share, "a"), ["l", "1"]);
    assert_eq!(names(&share, "a/l"), ["2"]);
    assert_eq!(refusal(&share, "a/l/l"), ErrorKind::NotFound);
    assert_eq!(refusal(&share, "a/l/l/1"), ErrorKind::NotFound);
    assert_eq!(names(&share, "b/l"), ["1"]);
    // Here `q` is no link to an ancestor, but a real folder that a link has already led to.
    assert_eq!(names(&share, "jump"), ["up", "3"]);
    assert!(names(&share, "jump/up").is_empty());
    assert_eq!(refusal(&share, "jump/up/q"), ErrorKind::NotFound);
    assert_eq!(refusal(&share, "jump/up/q/3"), ErrorKind::NotFound);
    let all = ["a/1", "a/l/2", "b/2", "b/l/1", "jump/3", "p/q/3"];
    assert_eq!(walk(&share), BTreeSet::from(all.map(str::to_owned)));
}

#[test]
fn links_to_a_selected_ancestor_are_not_followed() {
    let (_dir, share) = share_of(&["d/sub/f", "d/g"], &[("d/sub/up", ".."), ("d/self", ".")]);
    let share = share.only(["d".to_owned()].into()).unwrap();
    let all = ["d/g", "d/sub/f"];
    assert_eq!(walk(&share), BTreeSet::from(all.map(str::to_owned)));
    assert_eq!(refusal(&share, "d/sub/up/g"), ErrorKind::NotFound);
    assert_eq!(folder(&share, "").count(|_| true).files, 2);
}

#[test]
fn random_trees_of_links_are_walked_like_find_does() {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap()
    };
    let mut folders_beside = 0;
    for _ in 0..60 {
        let dir = tempfile::tempdir().unwrap();
        let mut folders = vec![dir.path().to_owned()];
        for number in 0..6 {
            let folder = folders[random(folders.len())].join(format!("d{number}"));
            fs::create_dir(&folder).unwrap();
            fs::write(folder.join("f"), "x").unwrap();
            folders.push(folder);
        }
        for number in 0..4 {
            let from = folders[random(folders.len())].join(format!("l{number}"));
            let to = &folders[random(folders.len())];
            symlink(to, from).unwrap();
        }
        let share = Share::open(dir.path(), shown(false)).unwrap();
        let walked = walk(&share);
        assert_eq!(walked, find(dir.path()), "{}", dir.path().display());
        let count = folder(&share, "").count(|_| true);
        assert_eq!(count.files, walked.len() as u64);
        folders_beside += walked.len() - 6;
    }
    assert!(folders_beside > 60, "{folders_beside}");
}

#[test]
fn chains_of_links_end() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("d")).unwrap();
    fs::write(dir.path().join("d/f"), "x").unwrap();
    symlink("d", dir.path().join("l0")).unwrap();
    for number in 1..100 {
        let before = format!("l{}", number - 1);
        symlink(before, dir.path().join(format!("l{number}"))).unwrap();
    }
    symlink("../d", dir.path().join("d/self")).unwrap();
    let share = Share::open(dir.path(), shown(false)).unwrap();
    assert_eq!(file(&share, "l3/f").len, 1);
    assert_eq!(refusal(&share, "l99"), ErrorKind::NotFound);
    assert_eq!(refusal(&share, "l99/f"), ErrorKind::NotFound);
    // The system follows a limited number of links, and paths have a maximum length.
    for links in [1, 2, 30, 100, 800, 8_000] {
        let path = format!("d/{}f", "self/".repeat(links));
        assert_eq!(refusal(&share, &path), ErrorKind::NotFound, "{links}");
    }
    let count = folder(&share, "").count(|_| true);
    assert_eq!(count.files, walk(&share).len() as u64);
}

/// Two links in each folder to the next make 2^30 paths.
#[test]
fn counting_exponentially_many_paths_ends() {
    let dir = tempfile::tempdir().unwrap();
    for level in 0..30 {
        let folder = dir.path().join(format!("d{level}"));
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("f"), "x").unwrap();
        for link in ["a", "b"] {
            symlink(format!("../d{}", level + 1), folder.join(link)).unwrap();
        }
    }
    let share = Share::open(dir.path(), shown(false)).unwrap();
    let count = folder(&share, "").count(|_| true);
    assert!((10_000..20_000).contains(&count.files), "{count:?}");
    // The callback can still stop it.
    let mut calls = 0;
    folder(&share, "").count(|_| {
        calls += 1;
        calls < 3
    });
    assert_eq!(calls, 3);
}

use std::fs;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::*;
use crate::share::name::ShareName;
use crate::share::{Found, Share};

/// The root of a share of `dir`.
fn root(dir: &tempfile::TempDir) -> SharedFolder {
    let share = Share::open(dir.path(), Arc::new(AtomicBool::new(false))).unwrap();
    match share.find(&ShareName::default()).unwrap() {
        Found::Folder(folder) => folder,
        Found::File(_) => panic!("the root is a folder"),
    }
}

fn rows(folder: &SharedFolder, listing: Listing<'_>) -> Vec<(String, Kind, u64)> {
    let list = listing.finish(|_| true).unwrap();
    folder
        .entries(&list)
        .map(|entry| (entry.name, entry.kind, entry.size))
        .collect()
}

#[test]
fn a_large_folder_is_read_in_steps_and_sorted_as_a_whole() {
    let dir = tempfile::tempdir().unwrap();
    for number in (0..2_000).rev() {
        let letter = if number % 2 == 0 { 'N' } else { 'n' };
        fs::write(dir.path().join(format!("{letter}{number:04}")), "x").unwrap();
    }
    fs::create_dir(dir.path().join("z")).unwrap();
    let folder = root(&dir);
    let listing = folder.listing().unwrap();
    assert!(!listing.is_whole());
    let rows = rows(&folder, listing);
    assert_eq!(rows.len(), 2_001);
    assert_eq!(rows[0], (String::from("z"), Kind::Folder, 0));
    for (number, row) in rows[1..].iter().enumerate() {
        assert_eq!(row.0[1..], format!("{number:04}"));
    }
}

#[test]
fn entries_have_their_metadata_at_the_time_of_iteration() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["gone", "grows", "stays", "turns"] {
        fs::write(dir.path().join(name), "x").unwrap();
    }
    let folder = root(&dir);
    let listing = folder.listing().unwrap();
    assert!(listing.is_whole());
    fs::remove_file(dir.path().join("gone")).unwrap();
    fs::write(dir.path().join("grows"), "xyz").unwrap();
    fs::remove_file(dir.path().join("turns")).unwrap();
    fs::create_dir(dir.path().join("turns")).unwrap();
    let row = |name: &str, kind, size| (name.to_owned(), kind, size);
    let expected = [
        row("grows", Kind::File, 3),
        row("stays", Kind::File, 1),
        row("turns", Kind::Folder, 0),
    ];
    assert_eq!(rows(&folder, listing), expected);
}

#[cfg(unix)]
#[test]
fn a_link_that_replaces_a_folder_does_not_escape() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret"), "secret").unwrap();
    let dir = tempfile::tempdir().unwrap();
    for name in ["in", "out"] {
        fs::write(dir.path().join(name), "x").unwrap();
    }
    let folder = root(&dir);
    let listing = folder.listing().unwrap();
    for (name, target) in [
        ("in", dir.path().join("out")),
        ("out", outside.path().join("secret")),
    ] {
        fs::remove_file(dir.path().join(name)).unwrap();
        std::os::unix::fs::symlink(target, dir.path().join(name)).unwrap();
    }
    // One of them points to the other, which points outside.
    assert_eq!(rows(&folder, listing), []);
}

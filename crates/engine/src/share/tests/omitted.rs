//! Names that cannot be sent.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;

use super::*;
use crate::share::Count;

fn omitted(share: &Share, path: &str) -> u64 {
    list(&folder(share, path)).omitted()
}

#[test]
fn only_names_that_cannot_be_sent_are_counted() {
    let outside = tempfile::tempdir().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &[u8]| dir.path().join(OsStr::from_bytes(name));
    fs::create_dir(at(b"sub")).unwrap();
    for name in [
        &b"a.txt"[..],
        b"two\nlines",
        b"tab\there",
        b"caf\xe9",
        b"sub/\x01",
        b"sub/b",
    ] {
        fs::write(at(name), "x").unwrap();
    }
    // A folder counts once, whatever it contains.
    fs::create_dir(at(b"folder\x7f")).unwrap();
    fs::write(at(b"folder\x7f/inner"), "x").unwrap();
    symlink("a.txt", at(b"link\n")).unwrap();
    // Hidden, so not shared whatever its name.
    fs::write(at(b".hidden\n"), "x").unwrap();
    fs::write(at(b".caf\xe9"), "x").unwrap();
    symlink("none", at(b"dangling\n")).unwrap();
    symlink(outside.path(), at(b"out\n")).unwrap();
    symlink(".", at(b"self\n")).unwrap();
    let _socket = UnixListener::bind(at(b"socket\n")).unwrap();
    let hidden = shown(false);
    let share = Share::open(dir.path(), Arc::clone(&hidden)).unwrap();
    assert_eq!(names(&share, ""), ["sub", "a.txt"]);
    assert_eq!(omitted(&share, ""), 5);
    assert_eq!(names(&share, "sub"), ["b"]);
    assert_eq!(omitted(&share, "sub"), 1);
    let count = |files, omitted| Count { files, omitted };
    assert_eq!(folder(&share, "").count(|_| true), count(2, 6));
    hidden.store(true, Ordering::Relaxed);
    assert_eq!(omitted(&share, ""), 7);
    assert_eq!(folder(&share, "").count(|_| true), count(2, 8));
}

#[test]
fn omitted_names_are_counted_in_a_large_folder() {
    let dir = tempfile::tempdir().unwrap();
    for number in 0..1_500 {
        fs::write(dir.path().join(format!("{number}\n")), "").unwrap();
        fs::write(dir.path().join(format!("{number}")), "").unwrap();
    }
    let share = Share::open(dir.path(), shown(false)).unwrap();
    let folder = folder(&share, "");
    let listing = folder.listing().unwrap();
    // The first entries are available before the count.
    assert!(!listing.is_whole());
    let list = listing.finish(|_| true).unwrap();
    let entries = folder.entries(&list).count();
    assert_eq!((entries, list.omitted()), (1_500, 1_500));
}

#[test]
fn a_path_too_long_to_request_is_omitted() {
    let dir = tempfile::tempdir().unwrap();
    let mut deep = Dir::open_ambient_dir(dir.path(), ambient_authority()).unwrap();
    // Three bytes per character, and nine in a request.
    let part = "海".repeat(80);
    for _ in 0..13 {
        deep.create_dir(&part).unwrap();
        deep = deep.open_dir(&part).unwrap();
        deep.write("f", "x").unwrap();
    }
    let share = Share::open(dir.path(), shown(false)).unwrap();
    let most = [part.as_str(); 11].join("/");
    assert_eq!(names(&share, &most), ["f"]);
    assert_eq!(omitted(&share, &most), 1);
    let (files, omitted) = (11, 1);
    assert_eq!(folder(&share, "").count(|_| true), Count { files, omitted });
}

/// Elsewhere a path is opened component by component.
#[cfg(target_os = "linux")]
#[test]
fn a_path_too_long_to_open_is_omitted() {
    let dir = tempfile::tempdir().unwrap();
    let mut deep = Dir::open_ambient_dir(dir.path(), ambient_authority()).unwrap();
    let part = "d".repeat(200);
    let mut path = String::new();
    for _ in 0..20 {
        deep.create_dir(&part).unwrap();
        deep = deep.open_dir(&part).unwrap();
        path += &part;
        path.push('/');
    }
    let room = 4_095 - path.len();
    let (longest, longer) = ("f".repeat(room), "g".repeat(room + 1));
    for name in [&longest, &longer] {
        deep.write(name, "x").unwrap();
    }
    let share = Share::open(dir.path(), shown(false)).unwrap();
    assert_eq!(
        names(&share, path.trim_end_matches('/')),
        [longest.as_str()]
    );
    assert_eq!(omitted(&share, path.trim_end_matches('/')), 1);
    assert_eq!(file(&share, &format!("{path}{longest}")).len, 1);
    let refused = refusal(&share, &format!("{path}{longer}"));
    assert_eq!(refused, ErrorKind::NotFound);
}

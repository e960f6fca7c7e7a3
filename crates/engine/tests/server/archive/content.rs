//! What is in an archive.

use std::fs;
use std::time::{Duration, SystemTime};

use landline_engine::server::{LogEntry, ServerEvent};
use landline_engine::transfer::Outcome;

use super::{archive, get};
use crate::common::{Shared, noise};

#[test]
fn everything_in_the_folder_is_there() {
    let large = noise(700_000);
    let shared = Shared::of(&[
        ("photos/2024/b.jpg", b"jpg"),
        ("photos/2024/empty", b""),
        ("photos/海.txt", "文".as_bytes()),
        ("photos/large.bin", &large),
        ("photos/Large.bin", b"another file"),
        ("photos/.hidden", b"no"),
        ("photos/.git/config", b"no"),
        ("other.txt", b"no"),
    ]);
    let photos = shared.dir.path().join("photos");
    fs::create_dir(photos.join("2024/空")).unwrap();
    let at = SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_001_900);
    let file = fs::File::options()
        .write(true)
        .open(photos.join("海.txt"))
        .unwrap();
    file.set_modified(at).unwrap();
    let all = archive(&shared, "/photos/?zip");
    let expected = [
        "2024/",
        "2024/空/",
        "2024/b.jpg",
        "2024/empty",
        "Large.bin",
        "large.bin",
        "海.txt",
    ];
    assert_eq!(all.names(), expected);
    assert!(!all.has_64);
    assert_eq!(all.content("2024/b.jpg"), b"jpg");
    assert_eq!(all.content("2024/空/"), b"");
    assert_eq!(all.content("Large.bin"), b"another file");
    assert!(all.content("large.bin") == large);
    assert_eq!(all.content("海.txt"), "文".as_bytes());
    for item in &all.items {
        let mode = if item.name.ends_with('/') {
            0o040_755
        } else {
            0o100_644
        };
        assert_eq!(item.mode, mode, "{}", item.name);
    }
    assert_eq!(all.items[6].seconds, Some(1_700_000_001));
    // The shared folder itself.
    let names = archive(&shared, "/?zip").names().join(" ");
    assert!(names.starts_with("photos/ photos/2024/ "), "{names}");
    assert!(names.ends_with(" other.txt"), "{names}");
}

#[test]
fn an_empty_folder_is_an_empty_archive() {
    let shared = Shared::start();
    let answer = get(&shared, "/?zip");
    assert_eq!(answer.body.len(), 22);
    assert!(super::Archive::read(&answer.body).items.is_empty());
}

#[test]
fn an_archive_is_one_transfer_called_like_its_folder() {
    let large = noise(600_000);
    let shared = Shared::of(&[("a/b c/x", b"1234"), ("a/b c/y", &large)]);
    let len = get(&shared, "/a/b%20c/?zip").body.len() as u64;
    let transfer = shared.wait(|event| match event {
        ServerEvent::Ended(transfer) | ServerEvent::Over(transfer) => Some(transfer),
        _ => None,
    });
    assert_eq!(transfer.name(), "a/b c.zip");
    assert_eq!((transfer.total(), transfer.done()), (Some(len), len));
    assert_eq!(transfer.outcome(), Some(&Outcome::Sent));
}

#[cfg(unix)]
#[test]
fn names_that_cannot_be_sent_are_left_out_and_logged() {
    use std::os::unix::ffi::OsStrExt as _;
    let shared = Shared::of(&[
        ("a/ok", b"1"),
        ("a/line\nfeed", b"2"),
        ("a/x\\y", b"3"),
        ("a/x_y", b"4"),
    ]);
    let odd = std::ffi::OsStr::from_bytes(b"a/not utf-8 \xFF");
    fs::write(shared.dir.path().join(odd), "5").unwrap();
    // On Windows, a backslash separates folders. The file that is really called so keeps its name.
    assert_eq!(archive(&shared, "/a/?zip").names(), ["ok", "x_y"]);
    fs::remove_file(shared.dir.path().join("a/x_y")).unwrap();
    let all = archive(&shared, "/a/?zip");
    assert_eq!(
        (all.names(), all.content("x_y")),
        (vec!["ok", "x_y"], &b"3"[..])
    );
    for expected in [3, 2] {
        let count = shared.wait(|event| match event {
            ServerEvent::Logged {
                entry: LogEntry::ArchiveLacks { name, count },
                ..
            } => {
                assert_eq!(name, "a.zip");
                Some(count)
            }
            _ => None,
        });
        assert_eq!(count, expected);
    }
}

#[cfg(unix)]
#[test]
fn links_are_followed_but_not_out_of_the_share_and_not_in_circles() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret"), "secret").unwrap();
    let shared = Shared::of(&[("a/b/file", b"1")]);
    let link = |target: &std::path::Path, name: &str| {
        symlink(target, shared.dir.path().join(name)).unwrap();
    };
    link(outside.path(), "a/out");
    link(&outside.path().join("secret"), "a/secret");
    link("..".as_ref(), "a/b/up");
    link(".".as_ref(), "a/self");
    link("b/file".as_ref(), "a/link");
    link("b".as_ref(), "a/twice");
    link("nowhere".as_ref(), "a/dangling");
    crate::common::make_fifo(&shared.dir.path().join("a/pipe"));
    let all = archive(&shared, "/a/?zip");
    assert_eq!(
        all.names(),
        ["b/", "b/file", "twice/", "twice/file", "link"]
    );
    assert_eq!(all.content("link"), b"1");
}

#[test]
fn more_files_than_16_bits_can_count() {
    let shared = Shared::start();
    for folder in 0..66 {
        let path = shared.dir.path().join(format!("{folder:02}"));
        fs::create_dir(&path).unwrap();
        for file in 0..1_000 {
            fs::write(path.join(format!("{file:03}")), "").unwrap();
        }
    }
    let all = archive(&shared, "/?zip");
    assert_eq!((all.items.len(), all.has_64), (66_066, true));
    assert_eq!(all.items[66_065].name, "65/999");
}

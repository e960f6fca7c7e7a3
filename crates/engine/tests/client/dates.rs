//! Dates of files, those before 1970 included.

use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::common::Shared;
use crate::peer::{Downloader, Peer, answer, http, saved};

/// 1 January 1965.
fn at() -> SystemTime {
    SystemTime::UNIX_EPOCH - Duration::from_hours(1_826 * 24)
}

fn modified(path: &Path) -> SystemTime {
    path.metadata().unwrap().modified().unwrap()
}

#[test]
fn a_file_from_before_1970_keeps_its_date() {
    let shared = Shared::of(&[("old.txt", b"x"), ("d/old.txt", b"x")]);
    for name in ["old.txt", "d/old.txt"] {
        // The wire has whole seconds.
        let half = Duration::from_millis(500);
        let path = shared.dir.path().join(name);
        filetime::set_file_mtime(path, (at() + half).into()).unwrap();
    }
    let downloader = Downloader::new();
    for (name, file) in [("old.txt", "old.txt"), ("d/", "d/old.txt")] {
        saved(&downloader.get(shared.address.port(), name));
        assert_eq!(
            modified(&downloader.folder.path().join(file)),
            at(),
            "{name}"
        );
    }
}

#[test]
fn every_form_of_a_date_before_1970_is_read() {
    for date in [
        "Fri, 01 Jan 1965 00:00:00 GMT",
        "Friday, 01-Jan-65 00:00:00 GMT",
        "Fri Jan  1 00:00:00 1965",
    ] {
        let fields = format!("Last-Modified: {date}\r\n");
        let peer = Peer::new(vec![http(answer("200 OK", &fields, b"x"))]);
        let downloader = Downloader::new();
        let outcome = downloader.get(peer.port, "a");
        assert_eq!(modified(&saved(&outcome).path), at(), "{date}");
        peer.done();
    }
}

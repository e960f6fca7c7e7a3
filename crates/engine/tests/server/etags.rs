//! Entity tags of shared files: weak while a file has just changed, the same after a restart, and telling nobody what
//! they are made of.

use std::time::Instant;

use crate::common::{PATIENCE, Shared, body, field, settle, status};

/// The answer to a request for `/a` with the fields that `fields` makes of its weak tag and its date, while it has just
/// changed. On a slow machine that takes more than one attempt.
fn of_fresh(shared: &Shared, fields: impl Fn(&str, &str) -> String) -> String {
    let path = shared.dir.path().join("a");
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        std::fs::write(&path, "0123456789").unwrap();
        let fresh = shared.get("/a", "");
        let tag = field(&fresh, "ETag").unwrap();
        let date = field(&fresh, "Last-Modified").unwrap();
        let answer = shared.get("/a", &fields(tag, date));
        let is_fresh = field(&shared.get("/a", ""), "ETag") == Some(tag);
        if tag.starts_with("W/") && is_fresh {
            return answer;
        }
    }
    panic!("its tag was never weak");
}

#[test]
fn a_file_that_has_just_changed_has_a_weak_tag_that_becomes_strong() {
    let shared = Shared::start();
    let path = shared.dir.path().join("a");
    let get = |fields: &str| shared.get("/a", fields);
    let opaque = |tag: &str| tag.trim_start_matches("W/").to_owned();
    let weak = |tag: &str| tag.to_owned();
    let forms: [&dyn Fn(&str) -> String; 2] = [&weak, &opaque];
    for form in forms {
        // It may be another file by now that looks the same, so nothing can be added to what was sent of it.
        let rest = of_fresh(&shared, |tag, _| {
            format!("Range: bytes=5-\r\nIf-Range: {}\r\n", form(tag))
        });
        assert_eq!((status(&rest), body(&rest)), (200, "0123456789"));
        let same = of_fresh(&shared, |tag, _| format!("If-Match: {}\r\n", form(tag)));
        assert_eq!(status(&same), 412);
        let other = of_fresh(&shared, |tag, _| {
            format!("If-None-Match: {}\r\n", form(tag))
        });
        assert_eq!(status(&other), 304);
    }
    let rest = of_fresh(&shared, |_, date| {
        format!("Range: bytes=5-\r\nIf-Range: {date}\r\n")
    });
    assert_eq!(status(&rest), 200);
    // Two seconds later.
    settle(&path);
    let settled = get("");
    let strong = field(&settled, "ETag").unwrap();
    assert!(strong.starts_with('"'));
    let rest = get(&format!("Range: bytes=5-\r\nIf-Range: {strong}\r\n"));
    assert_eq!((status(&rest), body(&rest)), (206, "56789"));
    let rest = get(&format!("Range: bytes=5-\r\nIf-Range: W/{strong}\r\n"));
    assert_eq!(status(&rest), 200);
}

#[test]
fn an_etag_survives_a_restart_and_hides_the_inode() {
    let kept = tempfile::tempdir().unwrap();
    let secret = || landline_engine::secret::Secret::of(Some(kept.path()));
    let mut shared = Shared::with(|config| config.secret = secret());
    shared.write("a", b"0123456789");
    let tag = |shared: &Shared| field(&shared.get("/a", ""), "ETag").unwrap().to_owned();
    let before = tag(&shared);
    shared.begin(|config| config.secret = secret());
    assert_eq!(tag(&shared), before);
    // That of another installation, with which nobody can find out what the tag is made of.
    shared.begin(|config| {
        let other = tempfile::tempdir().unwrap();
        config.secret = landline_engine::secret::Secret::of(Some(other.path()));
    });
    assert_ne!(tag(&shared), before);
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let inode = shared.dir.path().join("a").metadata().unwrap().ino();
        let ends_with = format!("{inode:x}\"");
        assert!(!before.ends_with(&ends_with), "{before}");
    }
}

//! Ranges and versions of archives.

use super::{ask, get};
use crate::common::{Shared, noise};

#[test]
fn every_range_is_a_part_of_the_whole() {
    let shared = Shared::of(&[("a/b", b"12345"), ("a/empty", b""), ("海", b"678")]);
    let whole = get(&shared, "/?zip");
    let (len, etag) = (whole.body.len(), whole.field("ETag").unwrap());
    let mut socket = std::io::BufReader::new(shared.connect());
    for start in 0..len {
        for end in [start, start + 1, start + 13, start + 97, len - 1] {
            let head = format!(
                "GET /?zip HTTP/1.1\r\nHost: localhost\r\nIf-Range: {etag}\r\nRange: bytes={start}-{end}\r\n\r\n"
            );
            std::io::Write::write_all(socket.get_mut(), head.as_bytes()).unwrap();
            let part = crate::common::answers::next(&mut socket, true).unwrap();
            let end = end.min(len - 1);
            let range = format!("bytes {start}-{end}/{len}");
            assert_eq!(
                (part.status, part.field("Content-Range")),
                (206, Some(&*range))
            );
            assert_eq!(part.body, whole.body[start..=end]);
        }
    }
    let beyond = ask(
        &shared,
        "GET",
        "/?zip",
        &format!("Range: bytes={len}-\r\n"),
        b"",
    );
    let range = format!("bytes */{len}");
    assert_eq!(
        (beyond.status, beyond.field("Content-Range")),
        (416, Some(&*range))
    );
}

#[test]
fn a_download_resumes_after_a_restart() {
    let kept = tempfile::tempdir().unwrap();
    let secret = || landline_engine::secret::Secret::of(Some(kept.path()));
    let large = noise(900_000);
    let mut shared = Shared::with(|config| config.secret = secret());
    for (name, content) in [("a", &large[..]), ("b", b"small"), ("c", &large[5..])] {
        shared.write(name, content);
    }
    let whole = get(&shared, "/?zip");
    let etag = whole.field("ETag").unwrap();
    for start in [
        1,
        20,
        31,
        600_000,
        900_100,
        1_500_000,
        whole.body.len() - 100,
    ] {
        shared.begin(|config| config.secret = secret());
        let fields = format!("Range: bytes={start}-\r\nIf-Range: {etag}\r\n");
        let rest = ask(&shared, "GET", "/?zip", &fields, b"");
        assert_eq!(rest.status, 206);
        assert!(rest.body == whole.body[start..], "{start}");
    }
}

#[test]
fn another_version_has_another_etag() {
    let shared = Shared::of(&[("a", b"1"), ("b", b"2"), ("d/c", b"3")]);
    let etag = |target: &str| get(&shared, target).field("ETag").unwrap().to_owned();
    let first = etag("/?zip");
    assert!(first.starts_with("\"zip-"), "{first}");
    assert_eq!(etag("/?zip"), first);
    let mut known = vec![
        first.clone(),
        etag("/?zip&n=a"),
        etag("/?zip&n=a&n=b"),
        etag("/d/?zip"),
    ];
    let path = |name: &str| shared.dir.path().join(name);
    let changes: [&dyn Fn(); 5] = [
        &|| shared.write("a", b"9"),
        &|| shared.write("e", b""),
        &|| std::fs::rename(path("e"), path("f")).unwrap(),
        &|| std::fs::remove_file(path("d/c")).unwrap(),
        &|| std::fs::create_dir(path("d/c")).unwrap(),
    ];
    for change in changes {
        change();
        let tag = etag("/?zip");
        assert!(!known.contains(&tag), "{tag}");
        known.push(tag);
    }
    let fields = format!("If-None-Match: {first}\r\n");
    assert_eq!(ask(&shared, "GET", "/?zip", &fields, b"").status, 200);
    let last = known.last().unwrap();
    let fields = format!("If-None-Match: {last}\r\n");
    let same = ask(&shared, "GET", "/?zip", &fields, b"");
    assert_eq!((same.status, same.field("ETag")), (304, Some(&**last)));
    // A form is no condition.
    assert_eq!(ask(&shared, "POST", "/?zip", &fields, b"").status, 200);
    let fields = format!("If-Match: {first}\r\n");
    assert_eq!(ask(&shared, "GET", "/?zip", &fields, b"").status, 412);
    let fields = format!("Range: bytes=5-\r\nIf-Range: {first}\r\n");
    assert_eq!(ask(&shared, "GET", "/?zip", &fields, b"").status, 200);
}

#[test]
fn an_archive_with_a_file_that_has_just_changed_does_not_resume() {
    let shared = Shared::of(&[("a", b"1")]);
    let strong = get(&shared, "/?zip").field("ETag").unwrap().to_owned();
    assert!(strong.starts_with('"'));
    // It may change once more and look the same.
    let now = std::time::SystemTime::now() + std::time::Duration::from_mins(1);
    let file = std::fs::File::create(shared.dir.path().join("b")).unwrap();
    file.set_modified(now).unwrap();
    let weak = get(&shared, "/?zip").field("ETag").unwrap().to_owned();
    assert!(weak.starts_with("W/\"zip-"), "{weak}");
    let fields = format!("Range: bytes=5-\r\nIf-Range: {weak}\r\n");
    assert_eq!(ask(&shared, "GET", "/?zip", &fields, b"").status, 200);
}

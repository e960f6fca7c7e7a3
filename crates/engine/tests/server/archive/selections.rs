//! Archives of chosen entries.

use std::collections::BTreeSet;

use super::{Archive, archive, ask, get};
use crate::common::Shared;

const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";

fn shared() -> Shared {
    Shared::of(&[
        ("f/a.txt", b"a"),
        ("f/b c.txt", b"b"),
        ("f/海/x", b"x"),
        ("f/d/y", b"y"),
        ("f/.hidden", b"no"),
        ("g", b"no"),
    ])
}

#[test]
fn a_form_or_a_query_chooses_entries() {
    let shared = shared();
    let expected = ["海/", "海/x", "b c.txt"];
    for form in [
        "n=b+c.txt&n=%E6%B5%B7",
        "n=%E6%B5%B7/&n=b%20c.txt&n=b+c.txt&x=1&n=海",
    ] {
        let target = format!("/f/?zip&{}", form.replace('海', "%E6%B5%B7"));
        assert_eq!(archive(&shared, &target).names(), expected);
        let length = format!("{FORM}Content-Length: {}\r\n", form.len());
        let posted = ask(&shared, "POST", "/f/?zip", &length, form.as_bytes());
        assert_eq!(
            (posted.status, Archive::read(&posted.body).names()),
            (200, expected.to_vec())
        );
        assert_eq!(posted.field("Accept-Ranges"), None);
        let chunks = format!("{:x}\r\n{form}\r\n0\r\n\r\n", form.len());
        let chunked = format!("{FORM}Transfer-Encoding: chunked\r\n");
        let posted = ask(&shared, "POST", "/f/?zip", &chunked, chunks.as_bytes());
        assert_eq!(Archive::read(&posted.body).names(), expected);
    }
    // Nothing chosen is everything.
    let posted = ask(&shared, "POST", "/f/?zip", "Content-Length: 0\r\n", b"");
    let all = Archive::read(&posted.body);
    assert_eq!(
        all.names(),
        ["d/", "d/y", "海/", "海/x", "a.txt", "b c.txt"]
    );
    assert_eq!(archive(&shared, "/f/?zip&n=d").names(), ["d/", "d/y"]);
}

#[test]
fn what_is_not_an_entry_cannot_be_chosen() {
    let shared = shared();
    for (names, status) in [
        ("n=nothing", 404),
        ("n=a.txt&n=nothing", 404),
        ("n=g", 404),
        ("n=.hidden", 404),
        ("n=..", 400),
        ("n=../g", 400),
        ("n=%2e%2e%2fg", 400),
        ("n=/etc/passwd", 400),
        ("n=d/y", 400),
        ("n=", 400),
        ("n=%00", 400),
        ("n=%FF", 400),
        ("n=a.txt%0D%0A", 400),
    ] {
        assert_eq!(
            get(&shared, &format!("/f/?zip&{names}")).status,
            status,
            "{names}"
        );
        let fields = format!("{FORM}Content-Length: {}\r\n", names.len());
        let posted = ask(&shared, "POST", "/f/?zip", &fields, names.as_bytes());
        assert_eq!(posted.status, status, "{names}");
    }
}

#[test]
fn a_form_has_limits() {
    let shared = shared();
    for (len, status) in [("1048577", 413), ("99999999999999", 413), ("+5", 400)] {
        let fields = format!("{FORM}Content-Length: {len}\r\n");
        assert_eq!(
            ask(&shared, "POST", "/f/?zip", &fields, b"").status,
            status,
            "{len}"
        );
    }
    let mut chunks = b"100001\r\n".to_vec();
    chunks.extend(vec![b'&'; 0x10_0001]);
    chunks.extend(b"\r\n0\r\n\r\n");
    let chunked = format!("{FORM}Transfer-Encoding: chunked\r\n");
    let refused = shared.http(&format!(
        "POST /f/?zip HTTP/1.1\r\nHost: localhost\r\n{chunked}\r\n{}",
        String::from_utf8(chunks).unwrap()
    ));
    assert!(refused.starts_with("HTTP/1.1 413"), "{refused}");
    // As many names as fit.
    let many = "n=a.txt&".repeat(1 << 17);
    let fields = format!("{FORM}Content-Length: {}\r\n", many.len());
    let answer = ask(&shared, "POST", "/f/?zip", &fields, many.as_bytes());
    assert_eq!(Archive::read(&answer.body).names(), ["a.txt"]);
}

#[test]
fn only_shared_entries_are_in_an_archive() {
    let mut shared = shared();
    let only: BTreeSet<_> = ["a.txt", ".hidden", "d"].map(String::from).into();
    let folder = shared.dir.path().join("f");
    shared.begin(|config| {
        config.folder = folder;
        config.only = Some(only);
    });
    let names = ["d/", "d/y", ".hidden", "a.txt"];
    assert_eq!(archive(&shared, "/?zip").names(), names);
    assert_eq!(
        archive(&shared, "/?zip&n=a.txt&n=d").names(),
        ["d/", "d/y", "a.txt"]
    );
    assert_eq!(get(&shared, "/?zip&n=b+c.txt").status, 404);
    assert_eq!(archive(&shared, "/d/?zip").names(), ["y"]);
}

#[test]
fn what_is_hidden_by_now_is_in_no_archive() {
    let shared = Shared::with(|config| config.hidden = true);
    shared.write(".a", b"1");
    assert_eq!(archive(&shared, "/?zip").names(), [".a"]);
    shared.server.as_ref().unwrap().set_hidden(false);
    assert!(archive(&shared, "/?zip").names().is_empty());
    assert_eq!(get(&shared, "/?zip&n=.a").status, 404);
}

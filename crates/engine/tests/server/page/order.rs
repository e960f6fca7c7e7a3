//! The order of a page, and its search.

use std::fs::File;
use std::time::{Duration, SystemTime};

use super::dechunked;
use crate::common::{Shared, body};

#[test]
fn names_are_in_the_order_of_the_window() {
    let names = [
        "a",
        "\u{e4}pfel",
        "Apfelmus",
        "file9",
        "file10",
        "FILE11",
        "z",
        "10/x",
        "9/x",
    ];
    let files: Vec<_> = names.iter().map(|name| (*name, &b"x"[..])).collect();
    let shared = Shared::of(&files);
    let expected = [
        "9",
        "10",
        "a",
        "\u{e4}pfel",
        "Apfelmus",
        "file9",
        "file10",
        "FILE11",
        "z",
    ];
    let page = shared.get("/", "");
    let shown = body(&page)
        .split("<bdi>")
        .filter_map(|rest| rest.split_once("</bdi>"));
    let shown: Vec<_> = shown.map(|(name, _)| name).skip(1).collect();
    assert_eq!(shown, expected);
    let json = shared.get("/", "Accept: application/json\r\n");
    let listed = body(&json).split("\"name\":\"").skip(1);
    let listed: Vec<_> = listed.filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(listed, expected);
}

/// The names on a page, in its order.
fn shown(shared: &Shared, target: &str) -> Vec<String> {
    let page = dechunked(body(&shared.get(target, "")));
    let rows = page.split("<li class=").skip(1);
    let names = rows.filter_map(|row| row.split_once("<bdi>")?.1.split_once("</bdi>"));
    names.map(|(name, _)| name.to_owned()).collect()
}

#[test]
fn a_page_is_sorted_and_searched_without_script() {
    let shared = Shared::of(&[
        ("Beta.txt", b"333"),
        ("alpha.txt", b"22"),
        ("gamma.jpg", b"1"),
        ("folder b/x", b"x"),
        ("folder a/x", b"x"),
    ]);
    let day = Duration::from_hours(24);
    for (name, days) in [("Beta.txt", 2), ("alpha.txt", 3), ("gamma.jpg", 1)] {
        let file = File::options()
            .write(true)
            .open(shared.dir.path().join(name))
            .unwrap();
        file.set_modified(SystemTime::now() - days * day).unwrap();
    }
    for (query, files) in [
        ("", ["alpha.txt", "Beta.txt", "gamma.jpg"]),
        ("?sort=name", ["alpha.txt", "Beta.txt", "gamma.jpg"]),
        (
            "?sort=name&order=desc",
            ["gamma.jpg", "Beta.txt", "alpha.txt"],
        ),
        ("?sort=size", ["gamma.jpg", "alpha.txt", "Beta.txt"]),
        (
            "?sort=size&order=desc",
            ["Beta.txt", "alpha.txt", "gamma.jpg"],
        ),
        ("?sort=date", ["alpha.txt", "Beta.txt", "gamma.jpg"]),
        (
            "?order=desc&sort=date",
            ["gamma.jpg", "Beta.txt", "alpha.txt"],
        ),
        ("?sort=%3Cscript%3E", ["alpha.txt", "Beta.txt", "gamma.jpg"]),
    ] {
        let names = shown(&shared, &format!("/{query}"));
        assert_eq!(names[2..], files, "{query}");
        assert!(
            names[..2].iter().all(|name| name.starts_with("folder")),
            "{query}"
        );
    }
    for (query, expected) in [
        ("?q=BET", &["Beta.txt"][..]),
        ("?q=.txt&sort=size", &["alpha.txt", "Beta.txt"]),
        ("?q=folder+a", &["folder a"]),
        ("?q=none", &[]),
    ] {
        assert_eq!(shown(&shared, &format!("/{query}")), expected, "{query}");
    }
    let json = shared.get("/?q=.txt&sort=size", "Accept: application/json\r\n");
    let listed = body(&json).split("\"name\":\"").skip(1);
    let listed: Vec<_> = listed.filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(listed, ["alpha.txt", "Beta.txt"]);
}

#[test]
fn a_large_folder_is_sorted_and_searched_too() {
    let shared = Shared::start();
    for number in 0..1_500 {
        shared.write(&format!("file {number:04}"), &vec![b'x'; 1_500 - number]);
    }
    let names = shown(&shared, "/?sort=size");
    assert_eq!(
        (names.len(), &*names[0], &*names[1_499]),
        (1_500, "file 1499", "file 0000")
    );
    assert!(names.is_sorted_by(|a, b| a > b));
    assert_eq!(
        shown(&shared, "/?q=99&sort=name&order=desc")[..2],
        ["file 1499", "file 1399"]
    );
}

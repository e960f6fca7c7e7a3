//! All spellings over both dialects, and the odd names that are none of them.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use percent_encoding::percent_decode_str;

use super::rig::{GOOD, Rig, without_root};
use super::spellings;

/// How many clients ask at the same time.
const CLIENTS: usize = 4;

/// What a request's target cannot hold as it is.
fn target(name: &str) -> String {
    let escaped = name.chars().map(|c| match c {
        '\0'..=' ' | '\x7f' | '#' | '?' => format!("%{:02x}", u32::from(c)),
        c => c.to_string(),
    });
    format!("/{}", escaped.collect::<String>())
}

#[test]
fn no_spelling_leads_out_over_http() {
    ask_over_http(&Rig::new());
}

#[test]
fn no_spelling_leads_to_what_is_not_selected_over_http() {
    ask_over_http(&Rig::selected());
}

fn ask_over_http(rig: &Rig) {
    let names = spellings::all(&without_root(&rig.top));
    let distinct: HashSet<&String> = names.iter().collect();
    assert!(distinct.len() > 30_000, "{}", distinct.len());
    let targets: Vec<String> = names.iter().map(|name| target(name)).collect();
    let served = AtomicUsize::new(0);
    thread::scope(|scope| {
        for targets in targets.chunks(targets.len().div_ceil(CLIENTS)) {
            scope.spawn(|| {
                let answers = rig.http().get_all(targets);
                let good = answers.iter().filter(|answer| answer.body == GOOD).count();
                served.fetch_add(good, Ordering::Relaxed);
            });
        }
    });
    // None of them is the name of a file inside.
    assert_eq!(served.into_inner(), 0);
    // The same through the other form of a target.
    let mut http = rig.http();
    for name in targets.iter().step_by(37) {
        http.get(&format!("http://localhost{name}"));
    }
    assert_eq!(http.get("/a.txt").body, GOOD);
}

#[test]
fn no_spelling_leads_out_over_raw() {
    ask_over_raw(&Rig::new());
}

#[test]
fn no_spelling_leads_to_what_is_not_selected_over_raw() {
    ask_over_raw(&Rig::selected());
}

fn ask_over_raw(rig: &Rig) {
    let names = spellings::all(&without_root(&rig.top));
    // Some as they are, and all as the bytes that they stand for: a NUL, an overlong dot.
    let decoded = names
        .iter()
        .map(|name| percent_decode_str(name).collect::<Vec<u8>>());
    let names: HashSet<Vec<u8>> = names
        .iter()
        .step_by(7)
        .map(|name| name.clone().into_bytes())
        .chain(decoded)
        .collect();
    assert!(names.len() > 20_000, "{}", names.len());
    let names: Vec<Vec<u8>> = names.into_iter().collect();
    thread::scope(|scope| {
        for names in names.chunks(names.len().div_ceil(CLIENTS)) {
            scope.spawn(move || names.iter().for_each(|name| drop(rig.raw(name))));
        }
    });
    assert_eq!(rig.raw(b"sub/b.txt"), GOOD);
}

/// A name is decoded once; what it holds then is a name and nothing else.
#[cfg(unix)]
#[test]
fn odd_names_inside_are_names() {
    let rig = Rig::new();
    for name in [
        "...",
        "....",
        "..\\secret.txt",
        "%2e%2e",
        "%2e%2e%2fsecret.txt",
        "\u{ff0e}\u{ff0e}",
        "C:\\secret.txt",
        "CON",
        "a.txt.",
        "a.txt ",
        "~",
    ] {
        rig.shared.write(&format!("share/{name}"), GOOD);
        assert_eq!(rig.raw(name.as_bytes()), GOOD, "{name}");
        let encoded =
            percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC);
        assert_eq!(rig.http().get(&format!("/{encoded}")).body, GOOD, "{name}");
    }
}

#[test]
fn a_deep_file_is_served_and_a_deeper_one_is_not() {
    let rig = Rig::new();
    let deep = format!("{}c.txt", "d/".repeat(100));
    rig.shared.write(&format!("share/{deep}"), GOOD);
    assert_eq!(rig.raw(deep.as_bytes()), GOOD);
    let mut http = rig.http();
    assert_eq!(http.get(&format!("/{deep}")).body, GOOD);
    assert_eq!(http.get(&format!("/d/{deep}")).status, 404);
    assert_eq!(
        http.get(&format!("/{}c.txt", "d/".repeat(2_000))).status,
        404
    );
    assert_eq!(http.get(&format!("/{}", "d".repeat(5_000))).status, 404);
}

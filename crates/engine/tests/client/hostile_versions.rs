//! Versions that never stay the same, that nobody has room for, and that are too long to be kept.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use landline_engine::client::Limits;

use crate::hostile::Chosen;
use crate::peer::{failure, saved};
use crate::rig::quick;
use crate::web::{Reply, Web};

#[test]
fn a_version_for_each_answer_ends() {
    let number = AtomicU64::new(0);
    let web = Web::new(move |_| {
        let number = number.fetch_add(1, Ordering::Relaxed);
        let head = format!("HTTP/1.1 200 OK\r\nETag: \"{number}\"\r\nContent-Length: 99\r\n\r\n");
        Reply::Last([head.as_bytes(), b"hello"].concat())
    });
    let chosen = Chosen::with(Limits {
        give_up: Some(Duration::from_millis(50)),
        ..quick()
    });
    assert_eq!(failure(&chosen.get(web.port, "a.txt")), "cut");
}

#[test]
fn a_remainder_too_large_for_the_disk_is_reported_before_it_is_sent() {
    let web = Web::new(|asked| {
        let range = "Content-Range: bytes 5-18446744073709551613/18446744073709551614\r\n";
        Reply::Last(if asked.head.contains("\r\nrange: ") {
            format!("HTTP/1.1 206 Partial Content\r\nETag: \"1\"\r\n{range}\r\nx").into_bytes()
        } else {
            b"HTTP/1.1 200 OK\r\nETag: \"1\"\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
                .to_vec()
        })
    });
    let chosen = Chosen::with(quick());
    assert_eq!(failure(&chosen.get(web.port, "a.txt")), "disk-too-small");
}

#[test]
fn a_validator_as_long_as_a_page_is_none() {
    let tag = format!("\"{}\"", "\\".repeat(40_000));
    let head = format!("HTTP/1.1 200 OK\r\nETag: {tag}\r\nContent-Length: 5\r\n\r\n");
    let answers = AtomicU64::new(0);
    let web = Web::new(move |_| {
        let is_first = answers.fetch_add(1, Ordering::Relaxed) == 0;
        let body: &[u8] = if is_first { b"he" } else { b"hello" };
        Reply::Last([head.as_bytes(), body].concat())
    });
    // Nothing could go on from it, so nothing of it is left lying about.
    let chosen = Chosen::new();
    assert_eq!(failure(&chosen.get(web.port, "a.txt")), "cut");
    assert!(chosen.files().is_empty(), "{:?}", chosen.files().keys());
    saved(&chosen.get(web.port, "a.txt"));
    let longest = web.asked().into_iter().map(|asked| asked.head.len()).max();
    assert!(longest < Some(2_000), "{longest:?}");
    assert_eq!(chosen.files().into_keys().collect::<Vec<_>>(), ["a.txt"]);
}

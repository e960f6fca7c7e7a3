//! The fields of a head: their form, `Host`, ranges and what else is read.

use super::rows::Gets::{Closes, Goes};
use super::rows::{check, row, with};

#[test]
fn the_form_of_a_field() {
    check(&[
        with("X-Odd!#$%&'*+-.^_`|~1: \"(),/:;<=>?@[\\]{}\r\n", Goes(200)),
        with("X:\r\n", Goes(200)),
        with("X:\t a \t\r\n", Goes(200)),
        with("X: a\tb\r\n", Goes(200)),
        with(b"X: \x80\xff\r\n", Goes(200)),
        with("X : a\r\n", Closes(400)),
        with("X\t: a\r\n", Closes(400)),
        with(" X: a\r\n", Closes(400)),
        with("\tX: a\r\n", Closes(400)),
        with("X: a\r\n b\r\n", Closes(400)),
        with("X: a\r\n\tb\r\n", Closes(400)),
        with("X:\r\n a\r\n", Closes(400)),
        row("GET /a HTTP/1.1\r\n Host: localhost\r\n\r\n", Closes(400)),
        row(
            "GET /a HTTP/1.1\r\nHost:\r\n localhost\r\n\r\n",
            Closes(400),
        ),
        with("X\r\n", Closes(400)),
        with("just words\r\n", Closes(400)),
        with(": a\r\n", Closes(400)),
        with("X(Y): a\r\n", Closes(400)),
        with("\"X\": a\r\n", Closes(400)),
        with("X Y: a\r\n", Closes(400)),
        with(b"X\x80: a\r\n", Closes(400)),
        with("X\0: a\r\n", Closes(400)),
        with("X: a\0b\r\n", Closes(400)),
        with("X: a\u{1}b\r\n", Closes(400)),
        with("X: a\u{b}b\r\n", Closes(400)),
        with("X: a\u{1b}b\r\n", Closes(400)),
        with("X: a\u{7f}b\r\n", Closes(400)),
    ]);
}

#[test]
fn hosts() {
    let of = |host: &str| format!("GET /a HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let absolute = |host: &str| format!("GET http://localhost/a HTTP/1.1\r\nHost: {host}\r\n\r\n");
    check(&[
        row(of("127.0.0.1:8080"), Goes(200)),
        row(of("[::1]"), Goes(200)),
        row(of("ann-pc.local."), Goes(200)),
        row("GET /a HTTP/1.1\r\n\r\n", Closes(400)),
        row(
            "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
            Goes(200),
        ),
        row("GET /a HTTP/1.0\r\n\r\n", Closes(200)),
        row("GET /a HTTP/1.0\r\nHost: evil.example\r\n\r\n", Closes(421)),
        row("GET /a HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", Closes(400)),
        with("Host: localhost\r\n", Closes(400)),
        with("hOST: evil.example\r\n", Closes(400)),
        row(of("evil.example"), Closes(421)),
        row(of("localhost.evil.example"), Closes(421)),
        row(of("127.0.0.1.evil.example"), Closes(421)),
        row(of("evil.example#.local"), Closes(400)),
        row(of(""), Closes(400)),
        row(of("a b"), Closes(400)),
        row(of("a, b"), Closes(400)),
        row(of("localhost/a"), Closes(400)),
        row(of("user@localhost"), Closes(400)),
        row(of("localhost:-1"), Closes(400)),
        row(of("localhost:80:80"), Closes(400)),
        row(of("evil\u{3002}example"), Closes(400)),
        // An absolute target speaks for itself, but a Host must be there, once, and be one.
        row(absolute("other"), Goes(200)),
        row(absolute("evil.example"), Goes(200)),
        row(absolute(""), Closes(400)),
        row(absolute("a b"), Closes(400)),
        row(absolute("a\r\nHost: b"), Closes(400)),
        row("GET http://localhost/a HTTP/1.1\r\n\r\n", Closes(400)),
    ]);
}

#[test]
fn ranges_and_conditions() {
    let huge = (0..1_000).map(|n| format!("{n}-{n}")).collect::<Vec<_>>();
    check(&[
        with("Range: bytes=1-2\r\n", Goes(206)),
        with("Range: bytes=99-\r\n", Goes(416)),
        with("Range: bytes=18446744073709551615-\r\n", Goes(416)),
        with("Range: bytes=18446744073709551616-\r\n", Goes(416)),
        with("Range: bytes=0-18446744073709551615\r\n", Goes(206)),
        with("Range: bytes=0-99999999999999999999999\r\n", Goes(206)),
        with("Range: bytes=-99999999999999999999999\r\n", Goes(206)),
        with("Range: bytes=-0\r\n", Goes(416)),
        with("Range: bytes=5-1\r\n", Goes(200)),
        with("Range: bytes=--1\r\n", Goes(200)),
        with("Range: bytes=0x1-2\r\n", Goes(200)),
        with("Range: lines=1-2\r\n", Goes(200)),
        // The attack of many overlapping ranges: one whole file, not a thousand parts.
        with("Range: bytes=0-,0-,0-,0-,0-\r\n", Goes(200)),
        with(format!("Range: bytes={}\r\n", huge.join(",")), Goes(200)),
        with("Range: bytes=0-1\r\nRange: bytes=2-3\r\n", Closes(400)),
        with("If-Range: \"a\"\r\nIf-Range: \"b\"\r\n", Closes(400)),
        with(
            "If-Modified-Since: x\r\nIf-Modified-Since: x\r\n",
            Closes(400),
        ),
        with("If-Modified-Since: yesterday\r\n", Goes(200)),
        with("If-Match: \"a\"\r\nIf-Match: *\r\n", Goes(200)),
        with("If-Match: \"a\"\r\n", Goes(412)),
        with("If-None-Match: \"a\"\r\nIf-None-Match: *\r\n", Goes(304)),
        with(b"Range: bytes=0-1\xff\r\n", Closes(400)),
    ]);
}

#[test]
fn what_the_connection_is_told() {
    check(&[
        with("Connection: close\r\n", Closes(200)),
        with("Connection: keep-alive, CLOSE\r\n", Closes(200)),
        with(
            "Connection: close\r\nConnection: keep-alive\r\n",
            Closes(200),
        ),
        with(
            "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n",
            Goes(200),
        ),
        row(
            "GET /a HTTP/1.0\r\nConnection: close, keep-alive\r\n\r\n",
            Closes(200),
        ),
        with("Expect: tea\r\n", Closes(417)),
        with("Expect: 100-continue, tea\r\n", Closes(417)),
        with("Expect:\r\n", Closes(417)),
        with("Expect: 100-CONTINUE\r\n", Goes(200)),
    ]);
}

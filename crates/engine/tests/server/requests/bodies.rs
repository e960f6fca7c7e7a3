//! Where a request's body ends, which is where smugglers begin.

use std::io::{BufReader, Write};
use std::net::Shutdown;

use super::rows::Gets::{Closes, Goes};
use super::rows::{Row, check, row, with};
use crate::common::{PATIENCE, Shared, answers};

/// A request for `/a` with these fields and what follows its empty line.
fn sent(fields: &str, body: &str) -> Row {
    body_row(fields, body, Goes(200))
}

fn body_row(fields: &str, body: &str, gets: super::rows::Gets) -> Row {
    let head = format!("GET /a HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n");
    row(head + body, gets)
}

#[test]
fn lengths() {
    check(&[
        sent("Content-Length: 5\r\n", "hello"),
        sent("Content-Length: 0\r\n", ""),
        sent("Content-Length: 00005\r\n", "hello"),
        sent("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"),
        sent("Content-Length: 65536\r\n", &"x".repeat(65_536)),
        body_row(
            "Content-Length: 65537\r\n",
            &"x".repeat(65_537),
            Closes(200),
        ),
        sent("Expect: 100-continue\r\nContent-Length: 5\r\n", "hello"),
        // A body that looks like a request is a body.
        sent(
            "Content-Length: 43\r\n",
            "GET /behind HTTP/1.1\r\nHost: localhost\r\n\r\n\r\n",
        ),
        row(
            "GET /a HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello",
            Goes(200),
        ),
        with("Content-Length: 5\r\nContent-Length: 6\r\n", Closes(400)),
        with("Content-Length: 5\r\nContent-Length: 05\r\n", Closes(400)),
        with("Content-Length: 0\r\ncontent-length: 5\r\n", Closes(400)),
        with("Content-Length: 5, 5\r\n", Closes(400)),
        with("Content-Length: 5,\r\n", Closes(400)),
        with("Content-Length: +5\r\n", Closes(400)),
        with("Content-Length: -1\r\n", Closes(400)),
        with("Content-Length: 0x5\r\n", Closes(400)),
        with("Content-Length: 5.0\r\n", Closes(400)),
        with("Content-Length: 5 5\r\n", Closes(400)),
        with("Content-Length: 5;\r\n", Closes(400)),
        with("Content-Length: \u{661}\r\n", Closes(400)),
        with("Content-Length:\r\n", Closes(400)),
        with("Content-Length: 18446744073709551616\r\n", Closes(400)),
        with("Content-Length: 99999999999999999999999\r\n", Closes(400)),
        with("Content-Length: 18446744073709551615\r\n", Closes(200)),
        with("Content-Length : 5\r\n", Closes(400)),
        // Another name is another field.
        with(
            "Content_Length: 5\r\nContent-Lengt: 5\r\nXContent-Length: 5\r\n",
            Goes(200),
        ),
    ]);
}

#[test]
fn codings() {
    let chunked = "Transfer-Encoding: chunked\r\n";
    let end = "0\r\n\r\n";
    check(&[
        sent(chunked, end),
        sent("transfer-encoding:\tCHUNKED \r\n", end),
        sent("Transfer_Encoding: chunked\r\n", ""),
        body_row(
            "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
            end,
            Closes(400),
        ),
        body_row(
            "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
            end,
            Closes(400),
        ),
        body_row(
            "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n",
            end,
            Closes(400),
        ),
        body_row(
            "Content-Length: 5\r\nTransfer-Encoding: identity\r\n",
            end,
            Closes(400),
        ),
        body_row(&chunked.repeat(2), end, Closes(400)),
        body_row("Transfer-Encoding: gzip, chunked\r\n", end, Closes(501)),
        body_row(
            "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
            end,
            Closes(400),
        ),
    ]);
    let refused = [
        "gzip",
        "identity",
        "chunked, gzip",
        "chunked, chunked",
        "chunked, identity",
        "chunked,",
        ", chunked",
        "chunked;x",
        "chunked; q=1",
        "chunked x",
        "xchunked",
        "chunke",
        "\"chunked\"",
        "'chunked'",
        "[chunked]",
        "chun\tked",
        "\u{a0}chunked",
        "\u{17f}chunked",
        "chun\u{212a}ed",
        "\u{b}chunked",
        "chunked\0",
        "chunked\r",
        "\r\n chunked",
        "x\nTransfer-Encoding: chunked",
        "",
    ];
    let rows = refused.map(|coding| {
        let fields = format!("Transfer-Encoding: {coding}\r\n");
        body_row(&fields, end, Closes(400))
    });
    check(&rows);
    check(&[
        body_row("Transfer-Encoding : chunked\r\n", end, Closes(400)),
        body_row("Transfer-Encoding\t: chunked\r\n", end, Closes(400)),
        body_row(" Transfer-Encoding: chunked\r\n", end, Closes(400)),
        body_row("Transfer-Encoding\r\n: chunked\r\n", end, Closes(400)),
        body_row("X: y\rTransfer-Encoding: chunked\r\n", end, Closes(400)),
        row(
            "GET /a HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            Closes(400),
        ),
    ]);
}

#[test]
fn chunks() {
    let chunked = "Transfer-Encoding: chunked\r\n";
    for body in [
        "3\r\nabc\r\n0\r\n\r\n",
        "A;name=\"value\";other\r\n0123456789\r\n0\r\n\r\n",
        "3 ; x\r\nabc\r\n0\r\n\r\n",
        "0003\r\nabc\r\n000\r\n\r\n",
        "0\r\nTrailer: x\r\nContent-Length: 99\r\n\r\n",
        "29\r\nGET /behind HTTP/1.1\r\nHost: localhost\r\n\r\n\r\n0\r\n\r\n",
    ] {
        check(&[sent(chunked, body)]);
    }
    let wrong = [
        "zz\r\n",
        "\r\n\r\n",
        ";x\r\n\r\n",
        "+0\r\n\r\n",
        "-1\r\n",
        "0x0\r\n\r\n",
        " 0\r\n\r\n",
        "0 \r\n\r\n",
        "0\n\n",
        "0\r\n\n",
        "0\r\r\n\r\n",
        "0;x\ny\r\n\r\n",
        "0;x\ry\r\n\r\n",
        "0;\u{1}\r\n\r\n",
        "1\r\nabc\r\n0\r\n\r\n",
        "3\r\nabc0\r\n\r\n",
        "3\r\nabc\n0\r\n\r\n",
        "ffffffffffffffff\r\n",
        "10000000000000000\r\n\r\n",
        "10001\r\n",
        "0\r\nTrailer : x\r\n\r\n",
        "0\r\nTrailer: x\n\r\n",
        "0\r\nTrailer: x\r\n folded\r\n\r\n",
        "0\r\nno colon\r\n\r\n",
        "0\r\nTrailer: a\0\r\n\r\n",
    ];
    check(&wrong.map(|body| body_row(chunked, body, Closes(400))));
}

/// A client that stops half way gets no more than its head deserves.
#[test]
fn requests_that_are_cut_off() {
    let shared = Shared::with(|config| config.limits.head = PATIENCE * 10);
    shared.write("a", b"content");
    let head = b"GET /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n";
    let whole = [head.as_slice(), b"hello"].concat();
    let line_len = b"GET /a HTTP/1.1\r\n".len();
    for len in 0..=whole.len() {
        let mut socket = shared.connect();
        socket.write_all(&whole[..len]).unwrap();
        socket.shutdown(Shutdown::Write).unwrap();
        let mut reader = BufReader::new(socket);
        let status = answers::next(&mut reader, true).map(|answer| answer.status);
        let expected = match len {
            // Until its first line ends, it may be a name.
            _ if len < line_len => None,
            _ if len < head.len() => Some(400),
            _ => Some(200),
        };
        assert_eq!(status, expected, "{len} bytes");
        assert!(answers::next(&mut reader, true).is_none(), "{len} bytes");
    }
}

//! The request line, and what ends lines.

use super::rows::Gets::{Closes, Goes};
use super::rows::{check, nameless, row, with};

#[test]
fn request_lines() {
    let host = "Host: localhost\r\n\r\n";
    let line = |line: &str| format!("{line}\r\n{host}");
    check(&[
        row(line("GET /a HTTP/1.1"), Goes(200)),
        row(line("HEAD /a HTTP/1.1"), Goes(200)),
        row(line("GET /none HTTP/1.1"), Goes(404)),
        row(line("GET /a?b#c HTTP/1.1"), Closes(400)),
        row(line("GET /a#b HTTP/1.1"), Closes(400)),
        row(line("GET  /a HTTP/1.1"), Closes(400)),
        row(line("GET /a  HTTP/1.1"), Closes(400)),
        row(line("GET /a HTTP/1.1 "), Closes(400)),
        row(line(" GET /a HTTP/1.1"), Closes(400)),
        row(line("\tGET /a HTTP/1.1"), Closes(400)),
        row(line("GET\t/a HTTP/1.1"), Closes(400)),
        row(line("GET /a\tHTTP/1.1"), Closes(400)),
        row(line("GET /a\u{b}HTTP/1.1"), Closes(400)),
        row(line("GET /a b HTTP/1.1"), Closes(400)),
        row(line("GET /a\tb HTTP/1.1"), Closes(400)),
        row(line("GET /a\0 HTTP/1.1"), Closes(400)),
        row(line("\0GET /a HTTP/1.1"), Closes(400)),
        row(line("GET /a\u{7f} HTTP/1.1"), Closes(400)),
        row(line("GET /a\rb HTTP/1.1"), Closes(400)),
        row(line("GET /a HTTP/1.1\r"), Closes(400)),
        row(line("GET a HTTP/1.1"), Closes(400)),
        row(line("GET HTTP/1.1"), Closes(400)),
        row(line("GET /a XHTTP/1.1"), Closes(400)),
        row(line("G(T /a HTTP/1.1"), Closes(400)),
        row(line("get /a HTTP/1.1"), Closes(501)),
        row(line("BREW /a HTTP/1.1"), Closes(501)),
        row(line("GETX /a HTTP/1.1"), Closes(501)),
        row(line("POST /a HTTP/1.1"), Closes(405)),
        row(line("TRACE /a HTTP/1.1"), Closes(405)),
        row(line("CONNECT localhost:1 HTTP/1.1"), Closes(405)),
        row(line("OPTIONS * HTTP/1.1"), Goes(204)),
        row(line("GET * HTTP/1.1"), Closes(400)),
        row(line("GET localhost:80 HTTP/1.1"), Closes(400)),
        // Nobody speaks them, so that to refuse them is the safest reading.
        row(line("GET /a HTTP/1.2"), Closes(505)),
        row(line("GET /a HTTP/2.0"), Closes(505)),
        row(line("GET /a HTTP/0.9"), Closes(505)),
        row(line("GET /a http/1.1"), Closes(400)),
        row(line("GET /a HTTP/1.10"), Closes(400)),
        row(line("GET /a HTTP/01.1"), Closes(400)),
        row(line("GET /a HTTP/1,1"), Closes(400)),
        row(line("GET /a HTTP/1.x"), Closes(400)),
        // A name that ends so is none of ours, but a request neither.
        nameless("GET /a\r\n", Closes(400)),
        nameless("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Closes(505)),
    ]);
}

#[test]
fn targets() {
    let host = "Host: localhost\r\n\r\n";
    let target = |target: &str| format!("GET {target} HTTP/1.1\r\n{host}");
    check(&[
        row(target("http://localhost/a"), Goes(200)),
        row(target("HTTP://LOCALHOST:80/a?b"), Goes(200)),
        row(target("http://localhost"), Goes(200)),
        row(target("http://evil.example/a"), Closes(421)),
        row(target("http://user@localhost/a"), Closes(400)),
        row(target("http:///a"), Closes(400)),
        row(target("http://localhost:x/a"), Closes(400)),
        row(target("https://localhost/a"), Closes(400)),
        row(target("ftp://localhost/a"), Closes(400)),
        row(target("//localhost/a"), Goes(404)),
        row(target("/\u{6d77}"), Goes(404)),
        row(
            [b"GET /\xff HTTP/1.1\r\n".as_slice(), host.as_bytes()].concat(),
            Closes(400),
        ),
        // Line ends in a name stay in the name.
        row(target("/a%0d%0aX-Smuggled:%20yes"), Goes(404)),
        row(target("/a%0a"), Goes(404)),
        row(target("/a%00"), Goes(404)),
        row(target("/%zz"), Goes(404)),
        row(target("/a%"), Goes(404)),
    ]);
}

#[test]
fn ends_of_lines() {
    let good = "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n";
    check(&[
        // Typed at a terminal: nothing but line feeds.
        row("GET /a HTTP/1.1\nHost: localhost\n\n", Goes(200)),
        // Both kinds in one head: what one parser takes for a value is a field to another.
        row("GET /a HTTP/1.1\nHost: localhost\r\n\r\n", Closes(400)),
        row("GET /a HTTP/1.1\r\nHost: localhost\n\r\n", Closes(400)),
        row("GET /a HTTP/1.1\r\nHost: localhost\r\n\n", Closes(400)),
        row("GET /a HTTP/1.1\nHost: localhost\n\r\n", Closes(400)),
        with("X: a\nContent-Length: 5\r\n", Closes(400)),
        with("X: a\n\nGET /behind HTTP/1.1\r\n", Closes(400)),
        with("X: a\r\n\nGET /behind HTTP/1.1\r\n", Closes(400)),
        with("X: a\rContent-Length: 5\r\n", Closes(400)),
        with("X: a\r\rContent-Length: 5\r\n", Closes(400)),
        with("X: a\r\r\n", Closes(400)),
        with("\rX: a\r\n", Closes(400)),
        with("X\r: a\r\n", Closes(400)),
        with("X:\r a\r\n", Closes(400)),
        row("GET /a HTTP/1.1\rHost: localhost\r\r\n\r\n", Closes(400)),
        // One empty line between two requests is forgiven; on a new connection it is an empty name.
        nameless(format!("\r\n{good}"), Goes(200)),
        nameless(format!("\n{good}"), Closes(400)),
        nameless(format!("\r\n\r\n{good}"), Closes(400)),
        nameless(format!("\r\n\n{good}"), Closes(400)),
        row(format!("\r{good}"), Closes(400)),
    ]);
}

#[test]
fn sizes() {
    // A target of so many bytes, and a head.
    let target = |len: usize| {
        let path = "a".repeat(len - 1);
        format!("GET /{path} HTTP/1.1\r\nHost: localhost\r\n\r\n")
    };
    let head = |len: usize| {
        let start = "GET /a HTTP/1.1\r\nHost: localhost\r\nX: ";
        let value = "a".repeat(len - start.len() - 4);
        format!("{start}{value}\r\n\r\n")
    };
    let fields = |count: usize| "X: y\r\n".repeat(count - 1);
    check(&[
        row(target(8 * 1024 - 1), Goes(404)),
        row(target(8 * 1024), Goes(404)),
        row(target(8 * 1024 + 1), Closes(414)),
        row(target(9_000), Closes(414)),
        row(target(17_000), Closes(414)),
        // Behind so many bytes nobody looks for the version that would make a request of a name.
        nameless(target(1_100).replace("GET", "BREW"), Closes(501)),
        row(head(16 * 1024 - 1), Goes(200)),
        row(head(16 * 1024), Goes(200)),
        row(head(16 * 1024 + 1), Closes(431)),
        row(head(40_000), Closes(431)),
        with(fields(100), Goes(200)),
        with(fields(101), Closes(431)),
        with(fields(1_000), Closes(431)),
        with(format!("{}: x\r\n", "n".repeat(17_000)), Closes(431)),
    ]);
}

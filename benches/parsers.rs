//! Benchmarks the server's pure parsers: all parsing of a request before a file is opened.
//! `cargo bench --bench parsers`

use std::hint::black_box;
use std::time::{Duration, Instant};

use landline_engine::server::sniff::sniff;
use landline_engine::share::name::ShareName;
use landline_http1::head_end;
use landline_http1::range::select;
use landline_http1::request::{head_len, parse};

/// As curl 7.88 writes it.
const CURL: &[u8] = b"GET /notes.txt HTTP/1.1\r\n\
    Host: 192.168.1.5:8080\r\n\
    User-Agent: curl/7.88.1\r\n\
    Accept: */*\r\n\r\n";

/// As Chrome 142 writes it.
const CHROME: &[u8] = b"GET /%E6%B5%B7/film.mkv HTTP/1.1\r\n\
    Host: ann-pc.local:8080\r\n\
    Connection: keep-alive\r\n\
    Cache-Control: max-age=0\r\n\
    Landline-Prefer-TLS: 1\r\n\
    User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36\r\n\
    Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8\r\n\
    Accept-Encoding: gzip, deflate\r\n\
    Accept-Language: zh-CN,zh;q=0.9,en;q=0.8\r\n\
    If-None-Match: \"1a-2b\"\r\n\
    If-Modified-Since: Sun, 22 Nov 2026 10:00:00 GMT\r\n\r\n";

const HEADS: [(&str, &[u8]); 2] = [("curl", CURL), ("Chrome", CHROME)];

/// The figure of a round that nothing else disturbed is the least of several.
const ROUNDS: u32 = 20;
const ROUND: Duration = Duration::from_millis(50);

fn main() {
    time("sniff", "a raw name", || {
        sniff(black_box(b"photos/a.jpg\n"))
    });
    for (client, head) in HEADS {
        time("sniff", client, || sniff(black_box(head)));
        time("head_end", client, || head_end(black_box(head), 0));
        time("head_len", client, || head_len(black_box(head), 0));
        time("parse", client, || {
            parse(black_box(head), &|_| false).is_ok()
        });
    }
    for value in [
        "bytes=0-",
        "bytes=1048576-2097151",
        "bytes=-500",
        "bytes=0-1,3-4",
    ] {
        time("select", value, || select(black_box(value), 1 << 30));
    }
    for path in [
        "/notes.txt",
        "/photos/2026/a.jpg",
        "/%E6%B5%B7%E8%BE%B9/film%20a.mkv",
        "/%2e%2e/etc/passwd",
    ] {
        time("ShareName::from_target", path, || {
            ShareName::from_target(black_box(path))
        });
    }
}

/// Print the nanoseconds that one call of `parser` takes.
fn time<T>(name: &str, input: &str, mut parser: impl FnMut() -> T) {
    let mut least = f64::INFINITY;
    for _ in 0..ROUNDS {
        let (start, mut calls) = (Instant::now(), 0);
        while start.elapsed() < ROUND {
            for _ in 0..100 {
                black_box(parser());
            }
            calls += 100;
        }
        least = least.min(start.elapsed().as_secs_f64() / f64::from(calls));
    }
    println!("{name:<24}{input:<34}{:>9.1} ns", least * 1e9);
}

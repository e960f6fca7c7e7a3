//! Benchmarks the server's pure parsers: all parsing of a request before a file is opened.
//! `cargo bench --bench parsers`

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
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
    Upgrade-Insecure-Requests: 1\r\n\
    User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36\r\n\
    Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8\r\n\
    Accept-Encoding: gzip, deflate\r\n\
    Accept-Language: zh-CN,zh;q=0.9,en;q=0.8\r\n\
    If-None-Match: \"1a-2b\"\r\n\
    If-Modified-Since: Sun, 22 Nov 2026 10:00:00 GMT\r\n\r\n";

const HEADS: [(&str, &[u8]); 2] = [("curl", CURL), ("Chrome", CHROME)];

fn first_bytes(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("first bytes (sniff)");
    group.bench_function("a raw name", |b| {
        b.iter(|| sniff(black_box(b"photos/a.jpg\n")));
    });
    for (client, head) in HEADS {
        group.bench_function(client, |b| {
            b.iter(|| sniff(black_box(head)));
        });
    }
    group.finish();
}

fn heads(criterion: &mut Criterion) {
    for (client, head) in HEADS {
        let mut group = criterion.benchmark_group(format!("head of {client}"));
        group.throughput(Throughput::Bytes(head.len() as u64));
        group.bench_function("find its end (head_end)", |b| {
            b.iter(|| head_end(black_box(head), 0));
        });
        group.bench_function("find its end and limits (head_len)", |b| {
            b.iter(|| head_len(black_box(head), 0));
        });
        group.bench_function("read it (parse)", |b| {
            b.iter(|| parse(black_box(head), &[]).is_ok());
        });
        group.finish();
    }
}

fn ranges(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("range (select)");
    for value in [
        "bytes=0-",
        "bytes=1048576-2097151",
        "bytes=-500",
        "bytes=0-1,3-4",
    ] {
        group.bench_function(value, |b| {
            b.iter(|| select(black_box(value), 1 << 30));
        });
    }
    group.finish();
}

fn names(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("name (ShareName::from_target)");
    for path in [
        "/notes.txt",
        "/photos/2026/a.jpg",
        "/%E6%B5%B7%E8%BE%B9/film%20a.mkv",
        "/%2e%2e/etc/passwd",
    ] {
        group.bench_function(path, |b| {
            b.iter(|| ShareName::from_target(black_box(path)));
        });
    }
    group.finish();
}

criterion_group!(parsers, first_bytes, heads, ranges, names);
criterion_main!(parsers);

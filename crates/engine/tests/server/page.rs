//! What people read of a server, in their language, and that no name in it does more than be read.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use crate::common::{Shared, body, field, rest, status};
use landline_engine::server::receiving::Access;
use landline_engine::server::{PageText, PageTexts};

#[test]
fn the_language_is_negotiated_with_the_browser() {
    let shared = Shared::of(&[("a.txt", b"x")]);
    for (wish, lang, title) in [
        ("", "en", "Shared folder"),
        (
            "Accept-Language: zh-CN,zh;q=0.9,en;q=0.8\r\n",
            "zh-CN",
            "共享文件夹",
        ),
        (
            "Accept-Language: en-US,en;q=0.5\r\nAccept-Language: zh;q=0.6\r\n",
            "en",
            "Shared folder",
        ),
        // What cannot be read is no wish.
        ("Accept-Language: ;;q=x\r\n", "en", "Shared folder"),
    ] {
        let answer = shared.get("/", wish);
        assert_eq!(status(&answer), 200, "{answer}");
        assert_eq!(field(&answer, "Vary"), Some("Accept, Accept-Language"));
        assert!(
            answer.contains(&format!("<html lang=\"{lang}\">")),
            "{answer}"
        );
        assert!(
            answer.contains(&format!("<title>{title}</title>")),
            "{answer}"
        );
    }
}

/// In a made-up language or in English, whichever is to be for those who prefer neither.
#[derive(Debug, Default)]
struct Switching(AtomicBool);

impl PageTexts for Switching {
    fn languages(&self) -> &'static [&'static str] {
        if self.0.load(Ordering::Relaxed) {
            &["x-other", "en"]
        } else {
            &["en", "x-other"]
        }
    }

    fn text(&self, language: &str, text: PageText) -> String {
        format!("{language} {text:?}")
    }
}

#[test]
fn the_fallback_is_the_current_language_of_the_program() {
    let texts = Arc::new(Switching::default());
    let own = Arc::clone(&texts);
    let shared = Shared::with(|config| config.texts = own);
    let others_page = || {
        shared.http("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image\r\nAccept-Language: en\r\n\r\n")
    };
    let none = || shared.get("/none", "");
    assert_eq!(body(&none()), "en NotFound\n");
    assert_eq!(body(&others_page()), "en Embedding\n");
    texts.0.store(true, Ordering::Relaxed);
    assert_eq!(body(&none()), "x-other NotFound\n");
    assert!(shared.get("/", "").contains("<html lang=\"x-other\">"));
    // A request that is refused is not read for it.
    assert_eq!(body(&others_page()), "x-other Embedding\n");
    let english = "Accept-Language: en\r\n";
    assert_eq!(body(&shared.get("/none", english)), "en NotFound\n");
}

#[test]
fn what_is_not_there_is_told_in_the_readers_language() {
    let shared = Shared::start();
    for (wish, text) in [
        ("", "File not found.\n"),
        ("Accept-Language: zh\r\n", "找不到文件。\n"),
    ] {
        let answer = shared.get("/none.txt", wish);
        assert_eq!((status(&answer), body(&answer)), (404, text));
        assert_eq!(field(&answer, "Vary"), Some("Accept-Language"));
    }
}

#[test]
fn a_small_folder_leaves_in_one_segment_and_a_large_one_begins_at_once() {
    let shared = Shared::of(&[("a.txt", b"x"), ("b/c.txt", b"x")]);
    for accept in ["text/html", "application/json"] {
        let (mut socket, first) = first_read(&shared, accept);
        assert!(first.contains("a.txt") && first.contains("\r\n\r\n"));
        if accept == "text/html" {
            // The script of the page follows.
            continue;
        }
        assert!(first.ends_with("\r\n0\r\n\r\n"), "{first}");
        socket.set_nonblocking(true).unwrap();
        let nothing = socket.read(&mut [0; 1]).unwrap_err();
        assert_eq!(nothing.kind(), ErrorKind::WouldBlock);
    }
    for number in 0..1_500 {
        shared.write(&format!("many {number:04}"), b"");
    }
    for accept in ["text/html", "application/json"] {
        let (socket, first) = first_read(&shared, accept);
        socket.shutdown(Shutdown::Write).unwrap();
        let whole = first + &String::from_utf8(rest(socket)).unwrap();
        assert!(whole.ends_with("\r\n0\r\n\r\n"), "{whole}");
        let chunks = body(&whole);
        // What is before the first row did not wait for it.
        let (len, first) = chunks.split_once("\r\n").unwrap();
        let len = usize::from_str_radix(len, 16).unwrap();
        assert!(!first[..len].contains("many"), "{first}");
        let body = dechunked(chunks);
        let mut at = 0;
        for number in 0..1_500 {
            at += body[at..]
                .find(&format!("many {number:04}"))
                .expect("in order");
        }
    }
}

/// Ask for the root and take what comes first.
fn first_read(shared: &Shared, accept: &str) -> (TcpStream, String) {
    let mut socket = shared.connect();
    let request = format!("GET / HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\n\r\n");
    socket.write_all(request.as_bytes()).unwrap();
    let mut first = vec![0; 64 * 1024];
    let len = socket.read(&mut first).unwrap();
    first.truncate(len);
    (socket, String::from_utf8(first).unwrap())
}

/// The body of an answer in chunks.
fn dechunked(mut chunks: &str) -> String {
    let mut body = String::new();
    loop {
        let (len, rest) = chunks.split_once("\r\n").expect("a chunk");
        let len = usize::from_str_radix(len, 16).expect("its length");
        if len == 0 {
            assert_eq!(rest, "\r\n");
            return body;
        }
        body.push_str(&rest[..len]);
        chunks = rest[len..].strip_prefix("\r\n").expect("its end");
    }
}

#[cfg(unix)]
#[test]
fn each_link_leads_to_its_file_whatever_its_name() {
    let names = [
        "\"><img src=x onerror=alert(1)>",
        "<script>",
        "<",
        "javascript:alert(1)",
        "\\\\evil\\x",
        "C:",
        "?q",
        "#f",
        "%2e%2e",
        "%",
        "%2Fetc%2Fpasswd",
        "&lt;",
        "&amp;",
        "{{7*7}}",
        "..\u{2215}up",
        "a;b=c",
        "a+b",
        " ",
        "a  b ",
        "...",
        "~",
        "gpj.\u{202e}exe",
        "\u{200b}",
        "\u{feff}",
        "ﬀ",
        "e\u{301}",
        "é",
        "海边",
        "🦀",
    ];
    let shared = Shared::with(|config| config.hidden = true);
    for name in names {
        shared.write(name, name.as_bytes());
        shared.write(&format!("in {name}/{name}"), name.as_bytes());
    }
    shared.write("two\nlines", b"");
    // In the root each name has a file and a folder.
    let root = links(&shared, "/");
    assert_eq!(root.len(), 2 * names.len(), "{root:?}");
    for name in names {
        let mut links_to = root.iter().filter(|link| decoded(link) == name);
        let link = links_to.next().expect("a link");
        assert_eq!(links_to.next(), None, "{name}");
        let folder = format!("/in%20{link}/");
        assert!(root.contains(&folder[1..].to_owned()), "{folder}");
        assert_eq!(links(&shared, &folder), std::slice::from_ref(link));
        for target in [format!("/{link}"), format!("{folder}{link}")] {
            let answer = shared.get(&target, "");
            assert_eq!((status(&answer), body(&answer)), (200, name));
        }
    }
}

#[cfg(unix)]
fn decoded(link: &str) -> String {
    let bytes = percent_encoding::percent_decode_str(link);
    bytes.decode_utf8().unwrap().into_owned()
}

#[cfg(unix)]
/// Where the rows of the page of `folder` lead, relative to it.
fn links(shared: &Shared, folder: &str) -> Vec<String> {
    let answer = shared.get(folder, "");
    let page = dechunked(body(&answer));
    let links = page
        .split("<a href=\"./")
        .skip(1)
        .map(|link| link.split_once('"').unwrap());
    // A file has a second link, which saves it.
    let links = links.filter(|(_, rest)| !rest.starts_with(" download"));
    let links = links.map(|(link, _)| {
        let plain = link.strip_suffix('/').unwrap_or(link);
        // Nothing that a browser would read as anything but a part of a path.
        let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~%".contains(c);
        assert!(plain.chars().all(allowed), "{link}");
        link.to_owned()
    });
    links.collect()
}

#[test]
fn nothing_in_a_page_can_script() {
    let shared = Shared::of(&[("a.txt", b"x")]);
    for request in ["GET / HTTP/1.1", "HEAD / HTTP/1.1", "GET / HTTP/1.0"] {
        let answer = shared.http(&format!("{request}\r\nHost: localhost\r\n\r\n"));
        assert_eq!(
            field(&answer, "Content-Type"),
            Some("text/html; charset=utf-8")
        );
        let policy = field(&answer, "Content-Security-Policy").unwrap();
        let rules: Vec<&str> = policy.split("; ").collect();
        for rule in [
            "default-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "connect-src 'self'",
            "frame-ancestors 'none'",
        ] {
            assert!(rules.contains(&rule), "{policy}");
        }
        let script = rules
            .iter()
            .find_map(|rule| rule.strip_prefix("script-src "));
        let digest = script.and_then(|script| script.strip_prefix("'sha256-")?.strip_suffix('\''));
        assert_eq!(digest.map(str::len), Some(44), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(field(&answer, "X-Content-Type-Options"), Some("nosniff"));
        assert_eq!(field(&answer, "Referrer-Policy"), Some("same-origin"));
    }
    for request in [
        "GET /<script>alert(1)</script> HTTP/1.1\r\nHost: localhost",
        "GET /%3Cscript%3E HTTP/1.1\r\nHost: localhost",
        "GET / HTTP/1.1\r\nHost: <script>",
        "GET / HTTP/1.1\r\nHost: evil.example",
        "POST / HTTP/1.1\r\nHost: localhost",
    ] {
        let answer = shared.http(&format!("{request}\r\n\r\n"));
        assert!(status(&answer) >= 400, "{answer}");
        assert_eq!(
            field(&answer, "Content-Type"),
            Some("text/plain; charset=utf-8")
        );
        assert_eq!(field(&answer, "X-Content-Type-Options"), Some("nosniff"));
        assert!(!answer.contains("<script"), "{answer}");
    }
}

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

#[test]
fn the_page_says_whose_files_it_shows_and_where() {
    let shared = Shared::with(|config| config.name = "Ann’s <laptop>".to_owned());
    shared.write("sub/a", b"x");
    let page = shared.get("/sub/", "");
    for part in [
        "<title>sub – Ann’s &lt;laptop&gt;</title>",
        "<h1><bdi>Ann’s &lt;laptop&gt;</bdi></h1>",
        "<p id=\"count\">1 file</p>",
        &format!("on this network · {}</footer>", shared.address),
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("id=\"send\""), "{page}");
}

#[test]
fn who_may_only_send_sees_a_card_and_nothing_of_the_folder() {
    let shared = Shared::with(|config| {
        config.name = "Ann’s laptop".to_owned();
        config.access = Access::Send;
    });
    shared.write("secret.txt", b"x");
    for target in ["/", "/?sort=size", "/?q=secret&select"] {
        let answer = shared.get(target, "");
        assert_eq!(status(&answer), 200);
        assert!(
            answer.contains("Send files to Ann’s laptop</label>"),
            "{answer}"
        );
        assert!(
            !answer.contains("secret.txt") && !answer.contains("<ul"),
            "{answer}"
        );
        assert!(field(&answer, "Content-Security-Policy").is_some());
    }
    let head = shared.http("HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assert_eq!((status(&head), body(&head)), (200, ""));
}

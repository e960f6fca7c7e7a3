//! What people read of a server, in their language, and that no name in it does more than be read.

mod names;
mod order;

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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

#[test]
fn the_page_says_whose_files_it_shows_and_where() {
    let shared = Shared::with(|config| config.name = "Ann’s <laptop>".to_owned());
    shared.write("sub/a", b"x");
    let page = shared.get("/sub/", "");
    for part in [
        "<title>sub – Ann’s &lt;laptop&gt;</title>",
        "<h1><bdi>Ann’s &lt;laptop&gt;</bdi></h1>",
        "<p id=\"count\">1 file</p>",
        &format!(
            "on this network · {}<p class=\"lock\"><b>Not encrypted</b></p></footer>",
            shared.address
        ),
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
    // Our own client recognises the page by its class.
    let listing = shared.get("/", "Accept: application/json\r\n");
    assert_eq!(status(&listing), 200);
    assert!(!listing.contains("secret.txt"), "{listing}");
}

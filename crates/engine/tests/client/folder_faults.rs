//! Servers that fail in the middle of a folder: one bad file does not stop the others, and is told.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::peer::code;
use landline_engine::client::Limits;
use landline_engine::transfer::{Checked, Incomplete, Outcome};

use crate::common::noise;
use crate::peer::{Downloader, answer, failure, saved};
use crate::rig::quick;
use crate::web::{self, Asked, Files, Reply, Web, html, json};

fn files() -> Files {
    let mut files = Files::many(20);
    let more = [
        ("f/sub/inner", b"inner".to_vec()),
        ("f/sub/deep/er", b"deeper".to_vec()),
        ("f/big", noise((1 << 20) + 1)),
    ];
    files
        .0
        .extend(more.map(|(name, bytes)| (name.to_owned(), bytes)));
    files
}

#[track_caller]
fn incomplete(outcome: &Outcome) -> &Incomplete {
    match outcome {
        Outcome::Incomplete(incomplete) => incomplete,
        other => panic!("{other:?}"),
    }
}

/// What failed, and why.
fn reasons(incomplete: &Incomplete) -> BTreeMap<&str, &'static str> {
    let examples = incomplete.examples.iter();
    examples
        .map(|failed| (failed.name.as_str(), code(&failed.why)))
        .collect()
}

/// Patient enough for a file that is cut once or twice.
fn patient() -> Downloader {
    Downloader::with(quick())
}

#[test]
fn bad_files_do_not_stop_the_others() {
    let is_bad = Arc::new(AtomicBool::new(true));
    let (bad, all) = (Arc::clone(&is_bad), files());
    let digest = format!("Repr-Digest: sha-256=:{}=:\r\n", "A".repeat(43));
    let web = Web::new(move |asked| {
        let status = |status| Reply::Say(answer(status, "", b""));
        let path = asked.path.as_str();
        if !bad.load(Ordering::SeqCst) {
            return all.reply(asked);
        }
        match path {
            "/f/0001" => status("404 Not Found"),
            "/f/0003" => status("403 Forbidden"),
            "/f/0005" => status("500 Internal Server Error"),
            "/f/0007" => Reply::Say(answer("200 OK", &digest, b"damaged")),
            "/f/0009" => Reply::Last(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\ncut".to_vec()),
            "/f/0011" => Reply::Last(Vec::new()),
            "/f/0013" => status("503 Service Unavailable"),
            "/f/big" => Reply::Say(answer("200 OK", &digest, &noise(2 << 20))),
            "/f/sub/deep/" => status("403 Forbidden"),
            _ => all.reply(asked),
        }
    });
    let expected = BTreeMap::from([
        // No listing is read again for a name that looks like it.
        ("0001", "no-such-file"),
        ("0003", "status-denied"),
        ("0005", "status-server"),
        ("0007", "damaged"),
        ("0009", "cut"),
        ("0011", "cut"),
        ("0013", "status-server"),
        ("big", "damaged"),
        ("sub/deep/", "status-denied"),
    ]);
    let downloader = Downloader::new();
    for _ in 0..2 {
        let transfer = downloader.start(web.port, "f/");
        let outcome = downloader.wait(transfer.id());
        let told = incomplete(&outcome);
        assert_eq!(reasons(told), expected);
        assert_eq!(told.failed, 9);
        assert_eq!(told.path, downloader.folder.path().join("f"));
        let counted = transfer.files().unwrap();
        assert_eq!((counted.done, counted.total, counted.failed), (14, 22, 9));
        assert!(transfer.is_kept());
        assert_eq!(downloader.files(), ["f", "f.part"]);
    }
    is_bad.store(false, Ordering::SeqCst);
    let _ = web.asked();
    let outcome = downloader.get(web.port, "f/");
    assert_eq!(saved(&outcome).path, downloader.folder.path().join("f"));
    assert_eq!(downloader.files(), ["f"]);
    assert!(web::files(downloader.folder.path()) == files().0);
    let listings = ["/f/", "/f/sub/", "/f/sub/deep/"].map(String::from);
    let missing = expected.keys().map(|name| format!("/f/{name}"));
    let mut missing: Vec<_> = missing.filter(|path| !path.ends_with('/')).collect();
    missing.push("/f/sub/deep/er".to_owned());
    missing.extend(listings);
    missing.sort();
    assert_eq!(web.gets(), missing);
}

#[test]
fn a_digest_that_never_arrives_is_reported() {
    // The last of all: nothing else comes while it fails.
    for path in ["/f/0019", "/f/sub/"] {
        let all = files();
        let web = Web::new(move |asked| match asked.path.as_str() {
            asked if asked == path => Reply::Last(Vec::new()),
            _ => all.reply(asked),
        });
        let downloader = Downloader::with(Limits {
            connections: 1,
            give_up: Some(Duration::from_millis(100)),
            ..quick()
        });
        let outcome = downloader.get(web.port, "f/");
        let name = path.strip_prefix("/f/").unwrap();
        assert_eq!(
            reasons(incomplete(&outcome)),
            BTreeMap::from([(name, "cut")])
        );
    }
}

#[test]
fn a_connection_may_end_after_any_answer() {
    for after in 1..4 {
        let all = files();
        let web = Web::new(move |asked| match all.reply(asked) {
            Reply::Say(bytes) if asked.before + 1 == after => Reply::Last(bytes),
            reply => reply,
        });
        let downloader = Downloader::new();
        saved(&downloader.get(web.port, "f/"));
        assert!(web::files(downloader.folder.path()) == files().0);
    }
}

#[test]
fn a_connection_may_end_within_any_answer() {
    let files = files();
    for cut in ["head", "body"] {
        let all = files.clone();
        let cut_once = std::sync::Mutex::new(std::collections::HashSet::new());
        let web = Web::new(move |asked| {
            let mut bytes = all.answer(asked);
            let head = bytes.windows(4).position(|end| end == b"\r\n\r\n").unwrap() + 4;
            // The listing of the folder itself is not asked for again.
            if asked.path == "/f/" || !cut_once.lock().unwrap().insert(asked.path.clone()) {
                return Reply::Say(bytes);
            }
            bytes.truncate(match cut {
                "head" => head / 2,
                _ => head + (bytes.len() - head) / 2,
            });
            Reply::Last(bytes)
        });
        let downloader = patient();
        saved(&downloader.get(web.port, "f/"));
        assert!(web::files(downloader.folder.path()) == files.0);
        assert_eq!(downloader.files(), ["f"]);
    }
}

fn chunked(asked: &Asked, all: &Files) -> Vec<u8> {
    let bytes = all.answer(asked);
    let head = bytes.windows(4).position(|end| end == b"\r\n\r\n").unwrap() + 4;
    let fields = String::from_utf8(bytes[..head - 2].to_vec()).unwrap();
    let fields: Vec<_> = fields
        .split_inclusive("\r\n")
        .filter(|field| !field.starts_with("Content-Length"))
        .collect();
    let mut wire = fields.concat().into_bytes();
    wire.extend(b"Transfer-Encoding: chunked\r\n\r\n");
    for chunk in bytes[head..].chunks(1000) {
        wire.extend(format!("{:x}\r\n", chunk.len()).bytes());
        wire.extend(chunk);
        wire.extend(b"\r\n");
    }
    wire.extend(b"0\r\n\r\n");
    wire
}

#[test]
fn bodies_of_every_framing_are_read() {
    let files = files();
    for (framing, checked) in [
        ("chunked", Checked::Length),
        ("until the end", Checked::Nothing),
        ("HTTP/1.0", Checked::Length),
    ] {
        let all = files.clone();
        let web = Web::new(move |asked| {
            let whole = String::from_utf8_lossy(&all.answer(asked)[..15]).into_owned();
            if !whole.contains("200") {
                return all.reply(asked);
            }
            match framing {
                "chunked" => Reply::Say(chunked(asked, &all)),
                "HTTP/1.0" => {
                    let mut bytes = all.answer(asked);
                    bytes[7] = b'0';
                    Reply::Last(bytes)
                }
                _ => {
                    let bytes = all.answer(asked);
                    let head = bytes.windows(4).position(|end| end == b"\r\n\r\n").unwrap();
                    let mut wire = b"HTTP/1.0 200 OK\r\n".to_vec();
                    if asked.path.ends_with('/') {
                        wire.extend(b"Content-Type: application/json\r\n");
                    }
                    wire.extend(b"\r\n");
                    wire.extend(&bytes[head + 4..]);
                    Reply::Last(wire)
                }
            }
        });
        let downloader = Downloader::new();
        let outcome = downloader.get(web.port, "f/");
        assert_eq!(saved(&outcome).checked, checked, "{framing}");
        assert!(web::files(downloader.folder.path()) == files.0);
        assert_eq!(downloader.files(), ["f"]);
    }
}

#[test]
fn a_listing_may_be_wrong_about_sizes_and_kinds() {
    let web = Web::new(|asked| match asked.path.as_str() {
        "/f/" => Reply::Say(json(
            r#"{"entries":[{"name":"longer","kind":"file","size":9999999},
                {"name":"shorter","kind":"file","size":1},
                {"name":"negative","kind":"file","size":null},
                {"name":"now a folder","kind":"file","size":3},
                {"name":"now a file","kind":"folder"}]}"#,
        )),
        "/f/now%20a%20folder" => Reply::Say(answer(
            "301 Moved Permanently",
            "Location: /f/now%20a%20folder/\r\n",
            b"",
        )),
        "/f/now%20a%20file/" => Reply::Say(answer("404 Not Found", "", b"")),
        "/f/shorter" => Reply::Say(answer("200 OK", "", &noise(3 << 20))),
        _ => Reply::Say(answer("200 OK", "", b"x")),
    });
    let downloader = Downloader::new();
    let outcome = downloader.get(web.port, "f/");
    let expected = BTreeMap::from([
        ("now a folder/", "no-listing"),
        ("now a file/", "no-such-file"),
    ]);
    assert_eq!(reasons(incomplete(&outcome)), expected);
    let files = web::files(&downloader.folder.path().join("f"));
    // Both folders are there, and empty.
    assert_eq!(files.len(), 5);
    assert!(files["longer"] == b"x" && files["negative"] == b"x");
    assert!(files["shorter"] == noise(3 << 20));
}

#[test]
fn what_lists_nothing_is_said_and_makes_nothing() {
    for (reply, key) in [
        (
            answer("200 OK", "Content-Type: text/plain\r\n", b"hello"),
            "no-listing",
        ),
        (answer("200 OK", "", b"hello"), "no-listing"),
        (
            html("<h1>It works!</h1><a href='http://elsewhere/'>x</a>"),
            "no-listing",
        ),
        (answer("403 Forbidden", "", b""), "status-denied"),
        (
            answer("302 Found", "Location: /login\r\n", b""),
            "status-other",
        ),
        (answer("410 Gone", "", b""), "no-such-file"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\nhalf".to_vec(),
            "cut",
        ),
        (b"SSH-2.0-OpenSSH\r\n".to_vec(), "not-http"),
    ] {
        let web = Web::new(move |_| Reply::Last(reply.clone()));
        let downloader = Downloader::new();
        assert_eq!(failure(&downloader.get(web.port, "f/")), key);
        assert!(downloader.files().is_empty());
    }
    // An empty folder is one all the same.
    let web = Web::new(|_| Reply::Say(json(r#"{"entries":[]}"#)));
    let downloader = Downloader::new();
    let transfer = downloader.start(web.port, "f/");
    saved(&downloader.wait(transfer.id()));
    assert_eq!(downloader.files(), ["f"]);
}

#[test]
fn a_truncated_listing_is_reported_after_its_entries() {
    let web = Web::new(|asked| match asked.path.as_str() {
        "/f/" => Reply::Say(json(r#"{"entries":[{"name":"a","kind":"file","size":1},"#)),
        _ => Reply::Say(answer("200 OK", "", b"x")),
    });
    let downloader = Downloader::new();
    let outcome = downloader.get(web.port, "f/");
    assert_eq!(
        reasons(incomplete(&outcome))
            .into_values()
            .collect::<Vec<_>>(),
        ["no-listing"]
    );
    assert_eq!(web::files(&downloader.folder.path().join("f")).len(), 1);
}

#[test]
fn a_folder_may_be_somewhere_else_on_the_server() {
    let all = files();
    let moved = |to: &str| Reply::Say(answer("302 Found", &format!("Location: {to}\r\n"), b""));
    let web = Web::new(move |asked| match asked.path.as_str() {
        "/latest" => moved("/f"),
        "/f" => moved("/f/"),
        _ => all.reply(asked),
    });
    let downloader = patient();
    let outcome = downloader.get(web.port, "latest");
    assert_eq!(
        saved(&outcome).path,
        downloader.folder.path().join("latest")
    );
    let found = web::files(downloader.folder.path());
    for (name, content) in files().0 {
        let name = name.replacen("f/", "latest/", 1);
        assert!(found.get(&name) == Some(&content), "{name}");
    }
}

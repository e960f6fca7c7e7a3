//! Names that are more than plain text: with a query behind them, with bytes that are not UTF-8, with an
//! encoded slash, and those that only other systems cannot store.

use std::fs;
use std::path::PathBuf;

use crate::peer::codes;
use landline_engine::client::{IfExists, Location, Request};
use landline_engine::error::{ClientError, Failure};
use landline_engine::transfer::{Outcome, Protocol};

use crate::peer::{Downloader, Peer, answer, content, failure, head, http, saved, send};
use crate::web::{Reply, Web, html, json};

/// Answers every file with its own path.
fn echo() -> Web {
    Web::new(|asked| Reply::Say(answer("200 OK", "ETag: \"1\"\r\n", asked.path.as_bytes())))
}

/// What `landline get` makes of `url`, which has no host.
fn request(downloader: &Downloader, port: u16, url: &str) -> Request {
    let location = Location::parse(&format!("http://127.0.0.1:{port}{url}")).unwrap();
    Request {
        query: location.query,
        ..downloader.request(port, &location.name.unwrap())
    }
}

/// The names of everything that was saved.
fn names(downloader: &Downloader) -> Vec<PathBuf> {
    let entries = fs::read_dir(downloader.folder.path()).unwrap();
    let mut names: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().file_name().into())
        .collect();
    names.sort();
    names
}

/// `caf\xe9` where that is a name.
fn latin(ending: &str) -> PathBuf {
    #[cfg(all(unix, not(target_vendor = "apple")))]
    {
        use std::os::unix::ffi::OsStringExt;
        let bytes = [b"caf\xe9", ending.as_bytes()].concat();
        std::ffi::OsString::from_vec(bytes).into()
    }
    #[cfg(not(all(unix, not(target_vendor = "apple"))))]
    format!("caf_{ending}").into()
}

#[test]
fn a_query_is_asked_for_as_it_was_given() {
    let web = echo();
    let downloader = Downloader::new();
    for (url, asked, name) in [
        (
            "/download.php?file=a.zip",
            "/download.php?file=a.zip",
            "download.php",
        ),
        // What cannot stand in a request line is encoded, and nothing else.
        (
            "/x?q=%2F/../\u{6d77} \"&b#top",
            "/x?q=%2F/../%E6%B5%B7%20%22&b",
            "x",
        ),
        ("/sub/?all", "/sub/?all", "sub"),
        ("?all", "/?all", "download"),
    ] {
        let outcome = downloader.run(request(&downloader, web.port, url));
        let path = &saved(&outcome).path;
        assert_eq!(path.file_name(), Some(name.as_ref()), "{url}");
        assert_eq!(content(path), asked.as_bytes());
        assert_eq!(web.gets(), [asked]);
    }
}

#[test]
fn a_server_may_name_what_a_query_asks_for() {
    let field = "Content-Disposition: attachment; filename=\"a.zip\"\r\n";
    let peer = Peer::new(vec![http(answer("200 OK", field, b"zip"))]);
    let downloader = Downloader::new();
    let request = request(&downloader, peer.port, "/download.php?file=7");
    let transfer = downloader.client.download(request);
    assert_eq!(transfer.name(), "download.php?file=7");
    saved(&downloader.wait(transfer.id()));
    assert_eq!(downloader.files(), ["a.zip"]);
    peer.done();
}

#[test]
fn two_queries_are_two_files() {
    let cut = || {
        let bytes = b"HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 10\r\n\r\n01234";
        http(&bytes[..])
    };
    let downloader = Downloader::new();
    let field = "Content-Disposition: attachment; filename=\"a.zip\"\r\n";
    let peer = Peer::new(vec![
        cut(),
        // Nothing goes on from what another query has begun ...
        Box::new(move |socket| {
            let head = head(&socket);
            assert!(!head.contains("range:"), "{head}");
            send(&socket, &answer("200 OK", "ETag: \"1\"\r\n", b"other"));
        }),
        // ... and the same one does.
        Box::new(move |socket| {
            let head = head(&socket);
            assert!(head.contains("range: bytes=5-"), "{head}");
            let fields = format!("ETag: \"1\"\r\nContent-Range: bytes 5-9/10\r\n{field}");
            send(&socket, &answer("206 Partial Content", &fields, b"56789"));
        }),
    ]);
    let get = |query: &str| {
        let request = request(&downloader, peer.port, &format!("/get?{query}"));
        downloader.run(request)
    };
    assert_eq!(failure(&get("id=1")), "cut");
    assert_eq!(content(&saved(&get("id=2")).path), b"other");
    let outcome = get("id=1");
    assert_eq!(content(&saved(&outcome).path), b"0123456789");
    assert_eq!(downloader.files(), ["a.zip", "get"]);
    peer.done();
}

#[test]
fn a_page_that_a_query_asks_for_is_a_file() {
    let peer = Peer::new(vec![http(html("<a href=x>x</a>"))]);
    let downloader = Downloader::new();
    let outcome = downloader.run(request(&downloader, peer.port, "/page?id=1"));
    assert_eq!(content(&saved(&outcome).path), b"<a href=x>x</a>");
    peer.done();
}

#[test]
fn a_raw_server_has_no_queries() {
    let peer = Peer::new(Vec::new());
    let downloader = Downloader::new();
    let mut raw = request(&downloader, peer.port, "/a?b");
    raw.protocol = Some(Protocol::Raw);
    assert_eq!(failure(&downloader.run(raw)), "query-over-raw");
    // One that turns out to be raw is not asked for another file instead.
    let peer = Peer::new(vec![http("hello, not HTTP")]);
    let outcome = downloader.run(request(&downloader, peer.port, "/a?b"));
    assert_eq!(failure(&outcome), "not-http");
    peer.done();
    assert!(downloader.files().is_empty());
}

#[test]
fn dots_lead_to_another_path_before_it_is_asked_for() {
    let web = echo();
    let downloader = Downloader::new();
    for url in ["/x/../y.txt", "/x/%2e%2E/./y.txt", "/../y.txt"] {
        let outcome = downloader.run(request(&downloader, web.port, url));
        saved(&outcome);
        assert_eq!(web.gets(), ["/y.txt"], "{url}");
    }
    // The same name, not as an address.
    saved(&downloader.get(web.port, "x/../y.txt"));
    assert_eq!(web.gets(), ["/y.txt"]);
}

#[test]
fn bytes_that_are_not_text_are_asked_for_and_stored() {
    let web = echo();
    let downloader = Downloader::new();
    let outcome = downloader.run(request(&downloader, web.port, "/d%fc/caf%E9.txt"));
    let saved = saved(&outcome);
    assert_eq!(content(&saved.path), b"/d%FC/caf%E9.txt");
    assert_eq!(names(&downloader), [latin(".txt")]);
    let is_renamed = latin("").to_str().is_some();
    let notes = codes(&saved.notes);
    let expected: &[&str] = if is_renamed { &["safe-name"] } else { &[] };
    assert_eq!(notes, expected);
    // Where it is already: as before.
    let request = Request {
        exists: IfExists::Skip,
        ..request(&downloader, web.port, "/d%fc/caf%E9.txt")
    };
    let outcome = downloader.run(request);
    assert!(
        matches!(&outcome, Outcome::Saved(saved) if saved.skipped),
        "{outcome:?}"
    );
}

#[test]
fn a_download_with_a_non_utf_8_name_is_resumed() {
    let cut = b"HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 10\r\n\r\n01234";
    let peer = Peer::new(vec![
        http(&cut[..]),
        Box::new(|socket| {
            let head = head(&socket);
            assert!(head.starts_with("get /caf%e9 ") && head.contains("range: bytes=5-"));
            let fields = "ETag: \"1\"\r\nContent-Range: bytes 5-9/10\r\n";
            send(&socket, &answer("206 Partial Content", fields, b"56789"));
        }),
    ]);
    let downloader = Downloader::new();
    let get = || downloader.run(request(&downloader, peer.port, "/caf%E9"));
    let outcome = get();
    assert_eq!(failure(&outcome), "cut");
    let Outcome::Failed(Failure::Fetch(why)) = outcome else {
        unreachable!()
    };
    let is_named = matches!(&why, ClientError::Cut { name, .. } if name.contains("caf\u{fffd}"));
    assert!(is_named, "{why:?}");
    let left = names(&downloader);
    assert_eq!(left, [latin(".part"), latin(".part.json")]);
    let outcome = get();
    assert_eq!(content(&saved(&outcome).path), b"0123456789");
    assert_eq!(names(&downloader), [latin("")]);
    peer.done();
}

#[test]
fn an_encoded_slash_is_part_of_the_name() {
    let web = echo();
    let downloader = Downloader::new();
    let outcome = downloader.run(request(&downloader, web.port, "/d/a%2Fb"));
    let saved = saved(&outcome);
    assert_eq!(codes(&saved.notes)[0], "safe-name");
    assert_eq!(downloader.files(), ["a_b"]);
    assert_eq!(content(&saved.path), b"/d/a%2Fb");
}

#[test]
fn a_folder_has_all_its_names() {
    let large = vec![b'x'; 2 << 20];
    let page = b"<title>Index of /f/</title><a href='caf\xe9.txt'>x</a><a href='caf%E9/'>";
    let page = answer("200 OK", "Content-Type: text/html\r\n", page);
    let list = b"[{\"name\":\"caf\xe9.bin\",\"size\":2097152}]";
    let list = answer("200 OK", "Content-Type: application/json\r\n", list);
    let web = Web::new(move |asked| match asked.path.as_str() {
        "/f/" => Reply::Say(page.clone()),
        "/f/caf%E9/" => Reply::Say(list.clone()),
        "/f/caf%E9/caf%E9.bin" => Reply::Say(answer("200 OK", "ETag: \"1\"\r\n", &large)),
        "/f/caf%E9.txt" => Reply::Say(answer("200 OK", "ETag: \"1\"\r\n", b"small")),
        _ => Reply::Say(answer("404 Not Found", "", b"")),
    });
    let downloader = Downloader::new();
    for exists in [IfExists::Keep, IfExists::Skip] {
        let request = Request {
            exists,
            ..downloader.request(web.port, "f/")
        };
        saved(&downloader.run(request));
        let root = downloader.folder.path().join("f");
        assert_eq!(content(&root.join(latin(".txt"))), b"small");
        assert_eq!(
            content(&root.join(latin("")).join(latin(".bin"))).len(),
            2 << 20
        );
        assert_eq!(fs::read_dir(&root).unwrap().count(), 2);
        assert_eq!(names(&downloader), [PathBuf::from("f")]);
    }
    let shown = downloader.list(web.port, "f").unwrap();
    let name = &shown.entries[0].name;
    assert!(shown.entries[0].is_folder && shown.nameless == 0);
    // What was chosen from a list is asked for as it was listed.
    let into = downloader.list(web.port, &format!("f/{name}")).unwrap();
    assert_eq!(into.entries.len(), 1);
}

#[test]
fn redirects_keep_their_bytes() {
    let moved = b"HTTP/1.1 302 Found\r\nLocation: /caf\xe9?\xff\r\nContent-Length: 0\r\n\r\n";
    let peer = Peer::new(vec![
        http(&moved[..]),
        Box::new(|socket| {
            let head = head(&socket);
            assert!(head.starts_with("get /caf%e9?%ff http/1.1\r\n"), "{head}");
            send(&socket, &answer("200 OK", "", b"x"));
        }),
    ]);
    let downloader = Downloader::new();
    saved(&downloader.get(peer.port, "a"));
    peer.done();
    for (there, path) in [("/caf%E9/", "caf"), ("/a%2Fb/", "a"), ("/x/%2e%2e/y/", "y")] {
        let fields = format!("Location: {there}\r\n");
        let peer = Peer::new(vec![
            http(answer("302 Found", &fields, b"")),
            http(json(r#"[{"name":"x"}]"#)),
        ]);
        let folder = downloader.list(peer.port, "old").unwrap();
        assert!(folder.path.starts_with(path), "{}", folder.path);
        peer.done();
    }
}

#[test]
fn a_raw_server_gets_the_bytes_of_the_name() {
    for (url, name) in [("/d/caf%E9", &b"d/caf\xe9"[..]), ("/a%2Fb", b"a/b")] {
        let peer = Peer::new(vec![Box::new(move |mut socket| {
            let mut asked = [0; 1024];
            let len = std::io::Read::read(&mut socket, &mut asked).unwrap();
            assert_eq!(&asked[..len], name);
            send(&socket, b"raw");
        })]);
        let downloader = Downloader::new();
        let mut request = request(&downloader, peer.port, url);
        request.protocol = Some(Protocol::Raw);
        assert_eq!(content(&saved(&downloader.run(request)).path), b"raw");
        peer.done();
    }
}

#[test]
fn names_that_only_windows_cannot_store_stay() {
    let downloader = Downloader::new();
    let web = echo();
    let kept = [
        "aux.c",
        "CON",
        "nul.txt",
        "trailing dot.",
        "trailing space ",
        "\u{200f}דוח.pdf",
        "what?.txt",
    ];
    for name in kept {
        let outcome = downloader.get(web.port, name);
        let stored = saved(&outcome).path.file_name().unwrap();
        if cfg!(not(windows)) {
            assert_eq!(stored, name);
            assert!(saved(&outcome).notes.is_empty(), "{name}");
        }
    }
    // Elsewhere they would be taken for a download that was interrupted.
    for (name, stored) in [("a.part", "a.part_"), ("a.part.json", "a.part.json_")] {
        let outcome = downloader.get(web.port, name);
        assert_eq!(saved(&outcome).path.file_name(), Some(stored.as_ref()));
        assert_eq!(codes(&saved(&outcome).notes)[0], "safe-name");
    }
}

//! Browsing the folders of servers of every kind.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::time::{Duration, SystemTime};

use crate::peer::code;
use crossbeam_channel::bounded;
use landline_engine::client::{ClientEvent, Limits, RemoteFolder};
use landline_engine::error::ClientError;

use crate::common::Shared;
use crate::peer::{
    Downloader, Handler, PATIENCE, Peer, answer, content, hang_up, head, http, notes, place, reset,
    saved, send, wait_for_end,
};
use crate::web::{Reply, Web, html, json};

/// The names; folders have a trailing slash.
fn names(folder: &RemoteFolder) -> Vec<String> {
    let slash = |is_folder| if is_folder { "/" } else { "" };
    let entries = folder.entries.iter();
    entries
        .map(|entry| format!("{}{}", entry.name, slash(entry.is_folder)))
        .collect()
}

/// The code of the error for the folder at `path` of a server with these handlers.
#[track_caller]
fn fails(handlers: Vec<Handler>, path: &str) -> &'static str {
    let peer = Peer::new(handlers);
    let key = failure(Downloader::hasty().list(peer.port, path));
    peer.done();
    key
}

#[track_caller]
fn failure(found: Result<std::sync::Arc<RemoteFolder>, ClientError>) -> &'static str {
    code(&found.unwrap_err())
}

#[test]
fn a_folder_of_landline_is_listed_and_downloaded_from() {
    let shared = Shared::of(&[
        ("film 10.mkv", b"ten"),
        ("film 2.mkv", b"two"),
        ("Apples", b""),
        (".hidden", b""),
        ("a b/海/100%", b"x"),
        ("B/x", b"x"),
    ]);
    let modified = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_322_341);
    let file = fs::File::options()
        .write(true)
        .open(shared.dir.path().join("film 2.mkv"));
    file.unwrap().set_modified(modified).unwrap();
    let downloader = Downloader::new();
    let port = shared.address.port();
    let root = downloader.list(port, "").unwrap();
    let expected = ["a b/", "B/", "Apples", "film 2.mkv", "film 10.mkv"];
    assert_eq!(names(&root), expected);
    assert_eq!(
        (root.folders, root.nameless, root.is_cut, root.path.as_str()),
        (2, 0, false, "")
    );
    let listed = &root.entries[3];
    assert_eq!((listed.size, listed.modified), (Some(3), Some(modified)));
    assert_eq!(root.entries[0].size, None);

    let deep = downloader.list(port, "a b/海").unwrap();
    assert_eq!(names(&deep), ["100%"]);
    let name = format!("{}/{}", deep.path, deep.entries[0].name);
    assert_eq!(
        content(&saved(&downloader.get(port, &name)).path),
        b"x",
        "{name}"
    );

    fs::create_dir(shared.dir.path().join("empty")).unwrap();
    assert!(downloader.list(port, "empty").unwrap().entries.is_empty());
    for missing in ["none", "Apples"] {
        assert_eq!(failure(downloader.list(port, missing)), "no-such-folder");
    }
}

#[test]
fn pages_of_other_servers_are_listings() {
    let nginx = include_bytes!("../../src/listing/html/nginx.html");
    let python = include_bytes!("../../src/listing/html/python.html");
    let fields = "Content-Type: text/html\r\n";
    for (page, first) in [
        (&nginx[..], ["a b/", "sub/", "夜/", " lead.txt"].as_slice()),
        (
            python,
            ["a b/", "sub/", "夜/", " lead.txt", "%41.txt"].as_slice(),
        ),
    ] {
        let web = Web::new(|asked| match asked.path.as_str() {
            "/share/" => Reply::Say(answer("200 OK", fields, page)),
            _ => Reply::Say(answer("404 Not Found", "", b"")),
        });
        let downloader = Downloader::new();
        let folder = downloader.list(web.port, "share").unwrap();
        let names = names(&folder);
        assert_eq!(names[..first.len()], *first);
        assert!(names.contains(&"海边.txt".to_owned()));
        assert!(names.contains(&"a b&c.txt".to_owned()));
        // `tab\tx.txt` cannot be requested.
        assert_eq!((folder.folders, folder.nameless), (3, 1));
        let is_bare = |entry: &landline_engine::client::RemoteEntry| entry.size.is_none();
        assert!(folder.entries.iter().all(is_bare));
        let head = &web.asked()[0].head;
        assert!(
            head.contains("\r\naccept: application/json, text/html;q=0.9\r\n"),
            "{head}"
        );
    }
}

#[test]
fn an_empty_folder_of_another_server_is_empty() {
    for page in [
        "<title>Index of /</title><hr>",
        "<title>Directory listing for /</title><hr><ul></ul>",
    ] {
        let peer = Peer::new(vec![http(html(page))]);
        let folder = Downloader::new().list(peer.port, "").unwrap();
        assert!(folder.entries.is_empty());
    }
}

#[test]
fn a_page_that_is_not_a_listing_is_reported() {
    let text = answer("200 OK", "Content-Type: text/plain\r\n", b"welcome");
    for no_listing in [
        html("<title>It works!</title><a href='http://example.com/'>x</a>"),
        html(""),
        text,
        answer("200 OK", "", b"[]"),
        json("{}"),
        json("nonsense"),
        json(&"[".repeat(100_000)),
        answer("403 Forbidden", "", b""),
        answer("302 Found", "Location: /login?from=/\r\n", b""),
    ] {
        let root = fails(vec![http(no_listing.clone())], "");
        assert_eq!(root, "no-listing-root");
        assert_eq!(fails(vec![http(no_listing)], "photos"), "no-listing");
    }
    let missing = || vec![http(answer("404 Not Found", "", b""))];
    assert_eq!(fails(missing(), ""), "no-listing-root");
    assert_eq!(fails(missing(), "photos"), "no-such-folder");
}

#[test]
fn other_responses_have_their_own_errors() {
    let packed = "Content-Type: application/json\r\nContent-Encoding: gzip\r\n";
    for (wire, key) in [
        (answer("200 OK", packed, b"\x1f\x8b"), "encoded-listing"),
        (answer("401 Unauthorized", "", b""), "required"),
        (answer("503 Service Unavailable", "", b""), "status-server"),
        (b"HTTP/1.1 20x\r\n\r\n".to_vec(), "broken-http"),
    ] {
        assert_eq!(fails(vec![http(wire)], ""), key);
    }
    let away = |url| answer("302 Found", &format!("Location: {url}\r\n"), b"");
    for (url, key) in [
        ("http://192.0.2.1/", "redirect-elsewhere"),
        ("https://192.0.2.1/", "redirect-https"),
    ] {
        assert_eq!(fails(vec![http(away(url))], ""), key);
    }
    let around = || http(away("/"));
    assert_eq!(
        fails((0..6).map(|_| around()).collect(), ""),
        "too-many-redirects"
    );
}

#[test]
fn a_raw_server_is_distinguished_from_a_broken_connection() {
    assert_eq!(fails(vec![notes("a.txt", b"x")], ""), "raw-only");
    let chat: Handler = Box::new(|mut socket| {
        assert_ne!(socket.read(&mut [0; 1024]).unwrap(), 0);
        send(&socket, b"what?");
        hang_up(socket);
    });
    assert_eq!(fails(vec![chat], ""), "raw-only");
    let breaks = || -> Handler {
        Box::new(|socket| {
            head(&socket);
            reset(socket);
        })
    };
    assert_eq!(fails(vec![breaks()], ""), "raw-only");
    // A server that has spoken HTTP before is not raw.
    let peer = Peer::new(vec![http(json("[]")), breaks()]);
    let downloader = Downloader::new();
    downloader.list(peer.port, "").unwrap();
    assert_eq!(failure(downloader.list(peer.port, "")), "listing-cut");
}

#[test]
fn a_server_that_does_not_answer_is_reported() {
    let downloader = Downloader::hasty();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    assert_eq!(failure(downloader.list(port, "")), "no-answer");
    drop(listener);
    assert_eq!(failure(downloader.list(port, "")), "refused");
    let mut nobody = place(port, "");
    nobody.host = "not a host".to_owned();
    downloader.client.list(nobody);
    assert!(matches!(
        downloader.event(),
        ClientEvent::Listed(_, Err(ClientError::BadHost { .. }))
    ));
}

#[test]
fn a_cut_list_is_no_list() {
    let begun = r#"{"entries":[{"name":"a","kind":"file"},"#;
    let json = "Content-Type: application/json\r\n";
    for wire in [
        format!("HTTP/1.1 200 OK\r\n{json}Content-Length: 999\r\n\r\n{begun}"),
        format!("HTTP/1.1 200 OK\r\n{json}Transfer-Encoding: chunked\r\n\r\n27\r\n{begun}"),
        format!("HTTP/1.1 200 OK\r\n{json}\r\n{begun}"),
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99\r\n\r\n<a href=a>a</a>"
            .to_owned(),
        "HTTP/1.1 200 OK\r\nContent-Le".to_owned(),
    ] {
        assert_eq!(fails(vec![http(wire.clone())], ""), "listing-cut", "{wire}");
    }
    let stalls: Handler = Box::new(move |socket| {
        head(&socket);
        send(
            &socket,
            format!("HTTP/1.1 200 OK\r\n{json}\r\n{begun}").as_bytes(),
        );
        wait_for_end(&socket);
    });
    assert_eq!(fails(vec![stalls], ""), "listing-cut");
}

#[test]
fn redirects_lead_to_where_it_is() {
    let web = Web::new(|asked| {
        let to = |there: &str| {
            Reply::Say(answer(
                "301 Moved Permanently",
                &format!("Location: {there}\r\n"),
                b"gone",
            ))
        };
        match asked.path.as_str() {
            "/" => to("/files/?all=1"),
            "/files/?all=1" => Reply::Say(html(
                "<a href='a.txt'>a</a><a href='/files/b.txt'>b</a><a href='/c'>c</a>",
            )),
            "/old/" => to("new%20one/"),
            "/old/new%20one/" => Reply::Say(json(r#"[{"name":"x"}]"#)),
            other => panic!("{other}"),
        }
    });
    let downloader = Downloader::new();
    let root = downloader.list(web.port, "").unwrap();
    assert_eq!(names(&root), ["a.txt", "b.txt"]);
    assert_eq!(root.path, "files");
    let old = downloader.list(web.port, "old").unwrap();
    assert_eq!(
        (names(&old), old.path.as_str()),
        (vec!["x".into()], "old/new one")
    );
}

#[test]
fn a_redirect_to_what_cannot_be_asked_for_is_no_listing() {
    let moved = || {
        http(answer(
            "301 Moved Permanently",
            "Location: /a%0Ab/\r\n",
            b"",
        ))
    };
    assert_eq!(fails(vec![moved()], ""), "no-listing-root");
    assert_eq!(fails(vec![moved()], "photos"), "no-listing");
}

/// Signals a request, and stalls in the middle of the listing until the peer disconnects.
fn standing_still(asked: crossbeam_channel::Sender<()>) -> Handler {
    Box::new(move |socket| {
        head(&socket);
        send(
            &socket,
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[{\"name\":\"a\"},",
        );
        asked.send(()).unwrap();
        wait_for_end(&socket);
    })
}

#[test]
fn only_the_last_request_is_reported() {
    let (asked, was_asked) = bounded(1);
    // The second connection is accepted only once the first is closed.
    let peer = Peer::new(vec![standing_still(asked), http(json(r#"[{"name":"b"}]"#))]);
    let downloader = Downloader::with(Limits::default());
    downloader.client.list(place(peer.port, "first"));
    was_asked.recv_timeout(PATIENCE).unwrap();
    assert_eq!(names(&downloader.list(peer.port, "second").unwrap()), ["b"]);
    peer.done();
    // The channel closes when the last worker has exited.
    let Downloader { client, events, .. } = downloader;
    drop(client);
    assert_eq!(events.iter().count(), 0);
}

#[test]
fn dropping_the_client_closes_the_connection() {
    let (asked, was_asked) = bounded(1);
    let peer = Peer::new(vec![standing_still(asked)]);
    let Downloader { client, events, .. } = Downloader::with(Limits::default());
    client.list(place(peer.port, ""));
    was_asked.recv_timeout(PATIENCE).unwrap();
    drop(client);
    peer.done();
    assert_eq!(events.iter().count(), 0);
}

#[test]
fn a_hundred_thousand_entries_are_listed_in_order() {
    let entry = |number: u64| {
        let kind = if number.is_multiple_of(10) {
            "folder"
        } else {
            "file"
        };
        format!(r#"{{"name":"IMG {number}.jpg","kind":"{kind}","size":{number}}}"#)
    };
    let entries: Vec<_> = (0..100_000).rev().map(entry).collect();
    let listing = format!(r#"{{"path":"/","entries":[{}]}}"#, entries.join(","));
    let peer = Peer::new(vec![http(json(&listing))]);
    let folder = Downloader::new().list(peer.port, "").unwrap();
    assert_eq!((folder.entries.len(), folder.folders), (100_000, 10_000));
    assert!(!folder.is_cut);
    assert_eq!(folder.entries[1].name, "IMG 10.jpg");
    assert_eq!(folder.entries[10_000].name, "IMG 1.jpg");
    assert_eq!(folder.entries[99_999].size, Some(99_999));
}

#[test]
fn a_list_without_an_end_is_cut() {
    let endless: Handler = Box::new(|mut socket| {
        head(&socket);
        send(
            &socket,
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[{\"name\":\"a\"}",
        );
        let more = br#",{"name":"a"}"#.repeat(1000);
        // Until the client has disconnected.
        while socket.write_all(&more).is_ok() {}
    });
    let peer = Peer::new(vec![endless]);
    let folder = Downloader::new().list(peer.port, "").unwrap();
    assert!(folder.is_cut);
    assert_eq!(folder.entries.len(), 500_000);
    peer.done();
}

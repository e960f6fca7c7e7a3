//! Servers that list their files only by script, or in JSON of their own.

use crate::peer::code;
use landline_engine::transfer::{Note, Outcome};

use crate::peer::{Downloader, answer, failure, saved};
use crate::web::{self, Reply, Web, html, json};

#[test]
fn dufs_and_hfs_listings_are_requested_as_json() {
    let dufs = Web::new(|asked| match asked.path.as_str() {
        "/a%20b" | "/a%20b/" | "/a%20b/d/" => Reply::Say(html(
            "<!DOCTYPE html><link rel=\"stylesheet\" href=\"/__dufs_v0.43.0__/index.css\"><script>x</script>",
        )),
        "/a%20b/?json" => Reply::Say(json(
            r#"{"href":"/a b","kind":"Index","paths":[{"path_type":"Dir","name":"d","mtime":1795360567000,"size":1},
            {"path_type":"File","name":"x","mtime":1795360567000,"size":1}]}"#,
        )),
        "/a%20b/d/?json" => Reply::Say(json(r#"{"href":"/a b/d","kind":"Index","paths":[]}"#)),
        "/a%20b/x" => Reply::Say(answer("200 OK", "", b"x")),
        _ => Reply::Say(answer("404 Not Found", "", b"")),
    });
    let hfs = Web::new(|asked| {
        match asked.path.as_str() {
        "/a%20b" => Reply::Say(answer("302 Found", "Location: /a%20b/\r\n", b"")),
        "/a%20b/" | "/a%20b/d/" => Reply::Say(answer(
            "200 OK",
            "Content-Type: text/html\r\nETag: \r\n",
            b"<title>File server</title><script>\nHFS = {}\n</script><link href=\"/~/frontend/fontello.css\">",
        )),
        "/~/api/get_file_list?uri=/a%2520b/" => Reply::Say(json(
            r#"{"can_archive":true,"list":[{"n":"d/","m":"2026-11-22T15:16:07.000Z"},{"n":"x","m":"2026-11-22T15:16:07.000Z","s":1}]}"#,
        )),
        "/~/api/get_file_list?uri=/a%2520b/d/" => Reply::Say(json(r#"{"list":[]}"#)),
        "/a%20b/x" => Reply::Say(answer("200 OK", "", b"x")),
        _ => Reply::Say(answer("404 Not Found", "", b"")),
    }
    });
    for web in [dufs, hfs] {
        for name in ["a b/", "a b"] {
            let downloader = Downloader::new();
            saved(&downloader.get(web.port, name));
            let found: Vec<_> = web::files(downloader.folder.path()).into_keys().collect();
            assert_eq!(found, ["a b/d/", "a b/x"]);
        }
        let downloader = Downloader::new();
        let listed = downloader.list(web.port, "a b").unwrap();
        let entries: Vec<_> = listed
            .entries
            .iter()
            .map(|entry| (&*entry.name, entry.is_folder))
            .collect();
        assert_eq!(entries, [("d", true), ("x", false)]);
        assert!(listed.entries[0].modified.is_some());
        assert!(
            downloader
                .list(web.port, "a b/d")
                .unwrap()
                .entries
                .is_empty()
        );
    }
}

#[test]
fn a_page_rendered_by_a_script_is_reported() {
    let page = "<!doctype html><title>Files</title><div id=app></div><script src=/app.js></script>";
    let web = Web::new(move |asked| match asked.path.as_str() {
        "/f/" => Reply::Say(json(
            r#"{"entries":[{"name":"d","kind":"folder"},{"name":"a","kind":"file"}]}"#,
        )),
        "/f/a" => Reply::Say(answer("200 OK", "", b"x")),
        _ => Reply::Say(html(page)),
    });
    let downloader = Downloader::new();
    assert_eq!(failure(&downloader.get(web.port, "s/")), "scripted-listing");
    assert_eq!(
        failure(&downloader.get(web.port, "/")),
        "scripted-listing-root"
    );
    assert!(downloader.files().is_empty());
    // Further down it is no empty folder, either.
    let outcome = downloader.get(web.port, "f/");
    let Outcome::Incomplete(incomplete) = &outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(incomplete.examples[0].name, "d/");
    assert_eq!(code(&incomplete.examples[0].why), "scripted-listing");
    for (path, key) in [("", "scripted-listing-root"), ("s", "scripted-listing")] {
        assert_eq!(code(&downloader.list(web.port, path).unwrap_err()), key);
    }
}

#[test]
fn names_without_kinds_are_files_or_folders() {
    // As serve-index behind Express.
    let web = Web::new(|asked| match asked.path.as_str() {
        "/f/" => Reply::Say(json(r#"["v1","a.txt"]"#)),
        "/f/v1" => Reply::Say(answer("301 Moved Permanently", "Location: /f/v1/\r\n", b"")),
        "/f/v1/" => Reply::Say(json(r#"["b"]"#)),
        path => Reply::Say(answer("200 OK", "", path.as_bytes())),
    });
    let downloader = Downloader::new();
    saved(&downloader.get(web.port, "f/"));
    let found: Vec<_> = web::files(downloader.folder.path()).into_keys().collect();
    assert_eq!(found, ["f/a.txt", "f/v1/b"]);
    let listed = downloader.list(web.port, "f").unwrap();
    assert_eq!((listed.folders, listed.entries[0].name.as_str()), (1, "v1"));
}

#[test]
fn what_a_server_leaves_out_is_told() {
    let web = Web::new(|asked| match asked.path.as_str() {
        "/f/" => Reply::Say(json(
            r#"{"entries":[{"name":"d","kind":"folder"},{"name":"a","kind":"file","size":1}],"omitted":1}"#,
        )),
        "/f/d/" => Reply::Say(json(r#"{"entries":[],"omitted":2}"#)),
        _ => Reply::Say(answer("200 OK", "", b"x")),
    });
    let downloader = Downloader::new();
    let outcome = downloader.get(web.port, "f/");
    let Outcome::Incomplete(incomplete) = &outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(incomplete.failed, 0);
    assert_eq!(incomplete.notes, [Note::UnsendableNames { count: 3 }]);
    assert_eq!(downloader.list(web.port, "f").unwrap().nameless, 1);
}

//! Folders for which a server gives out a page that somebody has written, and hides the list of their files.

use std::collections::BTreeMap;

use crate::peer::codes;
use landline_engine::transfer::{Incomplete, Note, Outcome};

use crate::peer::{Downloader, answer, saved};
use crate::web::{self, Asked, Reply, Web, html, json};

const PAGE: &str = r#"<html><head><title>Index</title><link rel="stylesheet" href="style.css"></head><body>
    <a href="page2.html">2</a> <a href="./">home</a> <a href="index.html">home</a> <a href="/site/photos/">photos</a>
    <img src="img/logo%20a.png"> <a href="../elsewhere.txt">out</a> <a href="photos/known.jpg">known</a>
    <a href="http://192.0.2.1/site/x">away</a> <a href="?lang=zh">zh</a></body></html>"#;

const DATE: &str = "Content-Type: text/html\r\nLast-Modified: Sun, 22 Nov 2026 10:00:00 GMT\r\n";

/// A server whose folder `site` has the page, given out with `fields`, and beside it a file to which nothing
/// leads.
fn site(fields: &'static str, asked: &Asked) -> Vec<u8> {
    match asked.path.as_str() {
        "/site/" | "/site/index.html" => answer("200 OK", fields, PAGE.as_bytes()),
        "/site/photos/" => html("<title>Index of /site/photos/</title><a href=known.jpg>x</a>"),
        "/site/page2.html" => answer("200 OK", DATE, b"two"),
        "/site/style.css" | "/site/img/logo%20a.png" | "/site/photos/known.jpg" => {
            answer("200 OK", "", asked.path.as_bytes())
        }
        _ => answer("404 Not Found", "", b""),
    }
}

#[track_caller]
fn incomplete(outcome: &Outcome) -> &Incomplete {
    match outcome {
        Outcome::Incomplete(incomplete) => incomplete,
        other => panic!("{other:?}"),
    }
}

fn expected() -> BTreeMap<String, Vec<u8>> {
    let files: [(&str, &[u8]); 5] = [
        ("index.html", PAGE.as_bytes()),
        ("page2.html", b"two"),
        ("style.css", b"/site/style.css"),
        ("img/logo a.png", b"/site/img/logo%20a.png"),
        ("photos/known.jpg", b"/site/photos/known.jpg"),
    ];
    let files = files.map(|(name, bytes)| (format!("site/{name}"), bytes.to_vec()));
    files.into()
}

#[test]
fn the_page_and_what_it_leads_to_arrive_and_it_is_said() {
    // As nginx, Apache, Caddy, lighttpd and Python give it out; as serve does; and as PHP, which dates nothing.
    for fields in [
        DATE,
        "Content-Type: text/html\r\nETag: \"1\"\r\nContent-Disposition: inline; filename=\"index.html\"\r\n",
        "Content-Type: text/html\r\n",
    ] {
        let web = Web::new(move |asked| Reply::Say(site(fields, asked)));
        let downloader = Downloader::new();
        let outcome = downloader.get(web.port, "site/");
        let incomplete = incomplete(&outcome);
        assert_eq!(incomplete.failed, 0, "{incomplete:?}");
        let [note] = &*incomplete.notes else {
            panic!("{incomplete:?}");
        };
        let is_site = |name: &str| name.trim_matches('/') == "site";
        assert!(
            matches!(note, Note::IndexPages { name, count: 1, .. } if is_site(name)),
            "{note:?}"
        );
        let mut found = web::files(downloader.folder.path());
        found.retain(|name, _| name.starts_with("site/"));
        assert_eq!(found, expected());
    }
}

#[test]
fn an_index_page_in_a_subfolder_is_reported() {
    let web = Web::new(|asked| match asked.path.as_str() {
        "/" => Reply::Say(json(
            r#"[{"name":"site","type":"directory"},{"name":"a","type":"file","size":1}]"#,
        )),
        "/a" => Reply::Say(answer("200 OK", "", b"a")),
        _ => Reply::Say(site(DATE, asked)),
    });
    let downloader = Downloader::new();
    let outcome = downloader.get(web.port, "/");
    assert_eq!(codes(&incomplete(&outcome).notes)[0], "index-pages");
    let found = web::files(&downloader.folder.path().join("127.0.0.1"));
    assert_eq!(found["a"], b"a");
    assert_eq!(found["site/index.html"], PAGE.as_bytes());
    // It is shown as what it is.
    assert!(downloader.list(web.port, "site").unwrap().is_index);
    assert!(!downloader.list(web.port, "").unwrap().is_index);
}

#[test]
fn a_redirect_to_the_page_is_followed() {
    let web = Web::new(|asked| match asked.path.as_str() {
        // As weborf does, which tells no type.
        "/site/index.html" => Reply::Say(answer("200 OK", "ETag: \"1\"\r\n", PAGE.as_bytes())),
        "/site/" => Reply::Say(answer(
            "303 See Other",
            "Location: /site/index.html\r\n",
            b"",
        )),
        _ => Reply::Say(site(DATE, asked)),
    });
    let downloader = Downloader::new();
    let outcome = downloader.get(web.port, "site/");
    assert_eq!(codes(&incomplete(&outcome).notes)[0], "index-pages");
    let mut found = web::files(downloader.folder.path());
    found.retain(|name, _| name.starts_with("site/"));
    assert_eq!(found, expected());
}

#[test]
fn a_large_page_is_saved_as_well() {
    let page = format!("<a href=b>b</a>{}", " ".repeat(2 << 20));
    let bytes = page.clone().into_bytes();
    let web = Web::new(move |asked| match asked.path.as_str() {
        "/f/" => Reply::Say(answer("200 OK", DATE, page.as_bytes())),
        _ => Reply::Say(answer("200 OK", "", b"b")),
    });
    let downloader = Downloader::new();
    let outcome = downloader.get(web.port, "f/");
    assert_eq!(incomplete(&outcome).failed, 0, "{outcome:?}");
    let found = web::files(downloader.folder.path());
    assert!(found["f/index.html"] == bytes);
    assert_eq!(found["f/b"], b"b");
}

#[test]
fn a_page_may_be_asked_for_without_the_slash() {
    // As koa-static gives it out, without a redirect.
    let web = Web::new(|asked| match asked.path.as_str() {
        "/site" => Reply::Say(answer("200 OK", DATE, PAGE.as_bytes())),
        _ => Reply::Say(site(DATE, asked)),
    });
    let downloader = Downloader::new();
    let outcome = downloader.get(web.port, "site");
    assert_eq!(codes(&incomplete(&outcome).notes)[0], "index-pages");
    assert!(downloader.folder.path().join("site/index.html").is_file());
}

#[test]
fn a_listing_with_dates_is_not_an_index_page() {
    // As Go, rclone, http-server, mini_httpd, weborf and webfs write theirs.
    for page in [
        "<pre>\n<a href=\"a\">a</a>\n</pre>\n",
        "<!doctype html>\n<meta name=\"viewport\" content=\"width=device-width\">\n<pre>\n<a href=\"a\">a</a>\n</pre>\n",
        "<!DOCTYPE html><title>/f</title><h1><a href=\"../\">/</a></h1><a href=\"?sort=name&order=asc\">Name</a><a href=\"a\">a</a>",
        "<!doctype html><title>Index of /f/</title><a href=\"./a\">a</a>",
        "<head><title>h:80/f/</title></head>\n<h1>listing: \n<a href=\"/\">/</a><a href=\"/f/\">f/</a></h1><pre><a href=\"a\">a</a>",
        "<html><head><title>weborf</title></head><table><a href=\"../\">../</a><a href=\"a\">a</a></table>",
        "<html><head><title>Index of f/</title></head><pre><a href=\".\">.</a><a href=\"..\">..</a><a href=\"a\">a</a></pre>",
    ] {
        let web = Web::new(move |asked| match asked.path.as_str() {
            "/f/" => Reply::Say(answer("200 OK", DATE, page.as_bytes())),
            _ => Reply::Say(answer("200 OK", "", b"x")),
        });
        let downloader = Downloader::new();
        saved(&downloader.get(web.port, "f/"));
        let found: Vec<_> = web::files(downloader.folder.path()).into_keys().collect();
        assert_eq!(found, ["f/a"], "{page}");
    }
}

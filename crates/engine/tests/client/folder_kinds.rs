//! Servers that do not say which of their entries are folders: a slash is missing in their links, and some
//! answer with the folder's page where others redirect to the path with the slash.

use std::collections::{BTreeMap, BTreeSet};

use crate::peer::code;
use landline_engine::client::RemoteEntry;
use landline_engine::transfer::{Files, Outcome};

use crate::peer::{Downloader, answer, failure, saved};
use crate::web::{self, Asked, Reply, Web, html, percent_decode};

/// What a server shares: `b/c` is the file `c` in the folder `b`, and `d/` an empty folder.
type Shared = &'static [(&'static str, &'static [u8])];

const TREE: Shared = &[
    ("f/a.txt", b"a"),
    ("f/v1/b", b"b"),
    ("f/v1.2/deep er/c.bin", b"c"),
    ("f/empty/", b""),
    ("f/old.html/d", b"d"),
    ("f/page.html", b"<a href=x>x</a>"),
    ("f/NOTES", b"notes"),
];

/// What is directly in the folder at `path`, which has its slash; `None` where there is no such folder.
fn entries(shared: Shared, path: &str) -> Option<BTreeSet<String>> {
    let inside = shared
        .iter()
        .filter_map(|(name, _)| name.strip_prefix(path));
    let names: BTreeSet<_> = inside
        .clone()
        .filter_map(|rest| rest.split('/').next())
        .filter(|name| !name.is_empty())
        .map(String::from)
        .collect();
    (inside.count() > 0).then_some(names)
}

fn file(shared: Shared, path: &str) -> Option<&'static [u8]> {
    let mut files = shared.iter().filter(|(name, _)| !name.ends_with('/'));
    files
        .find(|(name, _)| *name == path)
        .map(|(_, bytes)| *bytes)
}

/// As aiohttp and updog: a folder's page is at both paths, and its links have no slashes. `title` is in
/// front of the path.
fn same_page(shared: Shared, title: &str, asked: &Asked) -> Vec<u8> {
    let path = percent_decode(&asked.path);
    let path = path.trim_matches('/');
    if let Some(bytes) = file(shared, path).filter(|_| !asked.path.ends_with('/')) {
        let html = "Content-Type: text/html\r\nLast-Modified: Sun, 22 Nov 2026 10:00:00 GMT\r\n";
        let fields = if path.ends_with("html") { html } else { "" };
        return answer("200 OK", fields, bytes);
    }
    let Some(names) = entries(shared, &format!("{path}/")) else {
        return answer("404 Not Found", "", b"");
    };
    let links = names
        .iter()
        .map(|name| format!("<li><a href=\"/{path}/{name}\">{name}</a></li>"));
    let links = links.collect::<Vec<_>>().concat();
    html(&format!("<title>{title}{path}</title><ul>{links}</ul>"))
}

/// As `mini_httpd`, and serve-index behind Express: links without slashes, and a redirect where one is missing.
fn redirecting(shared: Shared, asked: &Asked) -> Vec<u8> {
    let path = percent_decode(&asked.path);
    let path = path.strip_prefix('/').unwrap();
    if let Some(bytes) = file(shared, path) {
        return answer("200 OK", "ETag: \"1\"\r\n", bytes);
    }
    let with_slash = format!("{}/", path.trim_end_matches('/'));
    let Some(names) = entries(shared, &with_slash) else {
        return answer("404 Not Found", "", b"");
    };
    if !path.ends_with('/') {
        let there = format!("Location: {}/\r\n", asked.path);
        return answer("302 Found", &there, b"over there");
    }
    let links = names
        .iter()
        .map(|name| format!("<a href=\"{name}\">{name}</a>\n"));
    let links = links.collect::<Vec<_>>().concat();
    html(&format!("<title>Index of {path}</title>{links}"))
}

/// What has to arrive of `shared`.
fn expected(shared: Shared) -> BTreeMap<String, Vec<u8>> {
    shared
        .iter()
        .map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec()))
        .collect()
}

#[test]
fn what_is_a_folder_arrives_as_one_whatever_the_links_say() {
    type Answers = fn(&Asked) -> Vec<u8>;
    let servers: [Answers; 3] = [
        |asked| same_page(TREE, "Index of ", asked),
        |asked| same_page(TREE, "updog - ", asked),
        |asked| redirecting(TREE, asked),
    ];
    for answers in servers {
        let web = Web::new(move |asked| Reply::Say(answers(asked)));
        let downloader = Downloader::new();
        let transfer = downloader.start(web.port, "f/");
        let outcome = downloader.wait(transfer.id());
        assert!(saved(&outcome).notes.is_empty(), "{outcome:?}");
        assert_eq!(web::files(downloader.folder.path()), expected(TREE));
        let files = Files {
            done: 6,
            total: 6,
            failed: 0,
            is_counted: true,
        };
        assert_eq!(transfer.files(), Some(files));
    }
}

#[test]
fn a_folder_may_be_asked_for_without_its_slash() {
    for (name, inside) in [("f/v1", "v1/b"), ("f/v1.2", "v1.2/deep er/c.bin")] {
        let web = Web::new(|asked| Reply::Say(same_page(TREE, "Index of ", asked)));
        let downloader = Downloader::new();
        saved(&downloader.get(web.port, name));
        let files: Vec<_> = web::files(downloader.folder.path()).into_keys().collect();
        assert_eq!(files, [inside]);
    }
}

#[test]
fn a_page_without_an_extension_stays_a_file() {
    // A program's page, which is at every path below its own, and one that is not; its links are seen from
    // where it is.
    let page = "<title>About us</title><a href='team'>Team</a> <a href='/f/about'>here</a>";
    for is_below in [true, false] {
        let web = Web::new(move |asked| match asked.path.as_str() {
            "/f/" => Reply::Say(html("<title>Index of /f/</title><a href=about.us>x</a>")),
            "/f/about.us/" if !is_below => Reply::Say(answer("404 Not Found", "", b"")),
            _ => Reply::Say(html(page)),
        });
        let downloader = Downloader::new();
        saved(&downloader.get(web.port, "f/"));
        let one = saved(&downloader.get(web.port, "f/about.us")).path.clone();
        assert_eq!(one, downloader.folder.path().join("about.us"));
        let files = web::files(downloader.folder.path());
        let page = page.as_bytes().to_vec();
        let expected = [("about.us", page.clone()), ("f/about.us", page)];
        let expected = expected.map(|(name, bytes)| (name.to_owned(), bytes));
        assert_eq!(files, expected.into());
    }
}

#[test]
fn a_large_page_of_a_folder_is_not_saved_as_a_file() {
    let mut page = "<title>Index of /f/v1</title><a href='/f/v1/b'>b</a>".to_owned();
    page.push_str(&" ".repeat(3 << 20));
    let web = Web::new(move |asked| match asked.path.as_str() {
        "/f/" => Reply::Say(html("<title>Index of /f/</title><a href='/f/v1'>v1</a>")),
        "/f/v1" | "/f/v1/" => Reply::Say(html(&page)),
        _ => Reply::Say(answer("200 OK", "", b"b")),
    });
    let downloader = Downloader::new();
    saved(&downloader.get(web.port, "f/"));
    let files = web::files(downloader.folder.path());
    assert_eq!(files.into_keys().collect::<Vec<_>>(), ["f/v1/b"]);
}

#[test]
fn a_server_that_cannot_decide_ends() {
    // Without a slash it says that it is a folder, and with one that it is none.
    let web = Web::new(|asked| match asked.path.as_str() {
        "/f/" => Reply::Say(html(
            "<title>Index of /f/</title><a href=a>a</a><a href=b>b</a>",
        )),
        "/f/a" => Reply::Say(answer("301 Moved Permanently", "Location: /f/a/\r\n", b"")),
        "/f/a/" => Reply::Say(answer("301 Moved Permanently", "Location: /f/a\r\n", b"")),
        _ => Reply::Say(answer("200 OK", "", b"x")),
    });
    let downloader = Downloader::new();
    let outcome = downloader.get(web.port, "f/");
    let Outcome::Incomplete(incomplete) = &outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(incomplete.failed, 1);
    assert_eq!(incomplete.examples[0].name, "a/");
    assert_eq!(code(&incomplete.examples[0].why), "status-other");
    let gets = web.gets();
    assert!(gets.len() < 10, "{gets:?}");
}

#[test]
fn a_folder_that_never_ends_without_slashes_ends() {
    // Every path is a folder with another one in it.
    let web = Web::new(|asked| {
        let path = asked.path.trim_end_matches('/');
        let page = format!(
            "<title>Index of {path}</title><a href='{path}/{}'>x</a>",
            path.len()
        );
        Reply::Say(html(&page))
    });
    let downloader = Downloader::new();
    let outcome = downloader.get(web.port, "f/");
    let Outcome::Incomplete(incomplete) = &outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(code(&incomplete.examples[0].why), "too-deep");
    assert!(web.gets().len() < 64 * 4);
}

#[test]
fn the_list_shows_folders_as_folders() {
    type Answers = fn(&Asked) -> Vec<u8>;
    let servers: [Answers; 2] = [
        |asked| same_page(TREE, "updog - ", asked),
        |asked| redirecting(TREE, asked),
    ];
    for answers in servers {
        let web = Web::new(move |asked| Reply::Say(answers(asked)));
        let downloader = Downloader::new();
        let listed = downloader.list(web.port, "f").unwrap();
        let (folders, files) = listed.entries.split_at(listed.folders);
        let names = |entries: &[RemoteEntry]| -> Vec<String> {
            entries.iter().map(|entry| entry.name.clone()).collect()
        };
        assert_eq!(names(folders), ["empty", "v1", "v1.2"]);
        // What ends as files do is not asked about.
        assert_eq!(names(files), ["a.txt", "NOTES", "old.html", "page.html"]);
        let inside = downloader.list(web.port, "f/v1.2").unwrap();
        assert_eq!(inside.entries[0].name, "deep er");
        assert!(inside.entries[0].is_folder);
    }
}

#[test]
fn a_listing_of_folders_only_is_probed_within_limits() {
    let names = (0..1_000).map(|n| format!("<a href='/f/{n}'>{n}</a>"));
    let names = names.collect::<Vec<_>>().concat();
    let page = format!("<title>Index of /f/</title>{names}");
    let web = Web::new(move |asked| match asked.path.as_str() {
        "/f/" => Reply::Say(html(&page)),
        _ => Reply::Say(answer("200 OK", "", b"x")),
    });
    let listed = Downloader::new().list(web.port, "f").unwrap();
    assert_eq!((listed.entries.len(), listed.folders), (1_000, 0));
    assert!(web.asked().len() <= 65);
}

#[test]
fn a_redirect_that_is_not_encoded_leads_to_the_folder_all_the_same() {
    let folder = "/f/n%61 100% #1? 中";
    let web = Web::new(move |asked| {
        let path = asked.path.replace("%2561", "%61").replace("%25%20", "% ");
        let path = path
            .replace("%20", " ")
            .replace("%23", "#")
            .replace("%3F", "?");
        let path = path.replace("%E4%B8%AD", "中");
        Reply::Say(match path.strip_prefix(folder) {
            Some("") => answer("302 Found", &format!("Location: {folder}/\r\n"), b""),
            Some("/") => html("<title>Index of it</title><a href=b>b</a>"),
            Some("/b") => answer("200 OK", "", b"b"),
            _ if path == "/f/" => {
                html("<title>Index of /f/</title><a href='n%2561 100%25 %231%3F 中'>x</a>")
            }
            _ => panic!("{path}"),
        })
    });
    let downloader = Downloader::new();
    saved(&downloader.get(web.port, "f/"));
    let files: Vec<_> = web::files(downloader.folder.path()).into_keys().collect();
    assert_eq!(files, ["f/n%61 100% #1? 中/b"]);
}

#[test]
fn a_page_that_looks_like_a_list_stays_a_file() {
    // A saved list of another server: PHP gives it out below its own path, too, and serve without its extension.
    let page = "<title>Index of /pub/</title><a href='n01'>n01</a>";
    let web = Web::new(move |asked| match asked.path.as_str() {
        "/php/" => Reply::Say(html("<title>Index of /php/</title><a href=old.html>x</a>")),
        "/serve/" => Reply::Say(html(
            "<title>Index of /serve/</title><a href=old.html>x</a>",
        )),
        "/serve/old.html" => Reply::Say(answer("301 Moved", "Location: /serve/old\r\n", b"")),
        "/php/old.html" | "/php/old.html/" => Reply::Say(html(page)),
        "/serve/old" | "/serve/old/" => {
            let page = "<title>About</title><a href='n01'>n01</a>".as_bytes();
            let name = "Content-Disposition: inline; filename=\"old.html\"\r\n";
            let fields = format!("Content-Type: text/html\r\nETag: \"1\"\r\n{name}");
            Reply::Say(answer("200 OK", &fields, page))
        }
        _ => Reply::Say(answer("404 Not Found", "", b"")),
    });
    for folder in ["php", "serve"] {
        let downloader = Downloader::new();
        saved(&downloader.get(web.port, &format!("{folder}/")));
        let files: Vec<_> = web::files(downloader.folder.path()).into_keys().collect();
        assert_eq!(files, [format!("{folder}/old.html")]);
    }
}

#[test]
fn a_page_to_which_a_missing_file_redirects_is_not_that_file() {
    // As updog, whose links are not encoded: `%41` is asked for as `A`, and there is no `A`.
    let web = Web::new(|asked| {
        Reply::Say(match asked.path.as_str() {
            "/f/" => html(
                "<title>Index of /f</title><a href=\"a.txt\">a.txt</a> <a href=\"%41\">%41</a>",
            ),
            "/f/a.txt" => answer("200 OK", "", b"a"),
            "/" => html("<title>Index of /</title><a href=\"f\">f</a>"),
            _ => answer("302 Found", "Location: /\r\n", b""),
        })
    });
    let downloader = Downloader::new();
    let outcome = downloader.get(web.port, "f/");
    let Outcome::Incomplete(incomplete) = &outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(incomplete.failed, 1);
    let found: Vec<_> = web::files(&incomplete.path).into_keys().collect();
    assert_eq!(found, ["a.txt"]);
}

#[test]
fn a_page_for_logging_in_is_neither_a_file_nor_a_folder() {
    let web = Web::new(|asked| {
        Reply::Say(match asked.path.as_str() {
            "/f/" => html(
                "<title>Index of /f</title><a href=a.zip>a</a><a href=b>b</a><a href=sub/>s</a>",
            ),
            "/login" | "/login/" => html("<title>Who are you?</title><form action=/login></form>"),
            "/f/a.zip" | "/f/b" | "/get.php?file=a.zip" => {
                answer("302 Found", "Location: /login\r\n", b"")
            }
            _ => answer("302 Found", "Location: /login/\r\n", b""),
        })
    });
    let downloader = Downloader::new();
    let outcome = downloader.get(web.port, "f/");
    let Outcome::Incomplete(incomplete) = &outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(incomplete.failed, 3);
    let found: Vec<_> = web::files(&incomplete.path).into_keys().collect();
    assert_eq!(found, ["sub/"]);
    for name in ["f/a.zip", "f/b"] {
        failure(&downloader.get(web.port, name));
    }
}

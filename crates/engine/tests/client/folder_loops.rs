//! Folders that lead back to one above them, as symbolic links do on servers that follow them.

use std::collections::BTreeMap;

use crate::peer::codes;
use landline_engine::transfer::{Note, Outcome};

use crate::peer::{Downloader, answer, saved};
use crate::web::{self, Asked, Reply, Web, html, json};

/// What is in a folder: a file with its content, or a folder, which may be one above it.
type Tree = &'static [(
    &'static str,
    &'static [(&'static str, Option<&'static str>)],
)];

/// `bin/X11 -> .`, and two links to the folders above.
const LINKED: Tree = &[
    (
        "/f/",
        &[("bin", Some("/f/bin/")), ("a", Some("/f/a/")), ("n1", None)],
    ),
    (
        "/f/bin/",
        &[("X11", Some("/f/bin/")), ("n2", None), ("n3", None)],
    ),
    ("/f/a/", &[("up", Some("/f/")), ("b", Some("/f/a/b/"))]),
    ("/f/a/b/", &[("top", Some("/f/")), ("n4", None)]),
];

/// The folder to which `path` leads in `tree`; as Linux does, through 40 links at most.
fn resolve(tree: Tree, path: &str) -> Option<&'static str> {
    let mut at = "/f/";
    let mut links = 0;
    for name in path.strip_prefix("/f/")?.split_terminator('/') {
        let (_, entries) = tree.iter().find(|(folder, _)| *folder == at)?;
        let (_, there) = entries.iter().find(|(entry, _)| *entry == name)?;
        let there = (*there)?;
        links += usize::from(there != format!("{at}{name}/"));
        at = there;
    }
    (links <= 40).then_some(at)
}

#[derive(Clone, Copy)]
enum Listed {
    /// As nginx: relative links.
    Page,
    /// As aiohttp: whole paths without slashes.
    Paths,
    /// With sizes and dates.
    Json,
}

fn reply(tree: Tree, listed: Listed, asked: &Asked) -> Vec<u8> {
    let path = asked.path.as_str();
    let with_slash = format!("{}/", path.trim_end_matches('/'));
    let Some(folder) = resolve(tree, &with_slash) else {
        let (above, name) = path.rsplit_once('/').unwrap();
        let is_file = resolve(tree, &format!("{above}/")).is_some_and(|folder| {
            let mut folders = tree.iter().filter(|(at, _)| *at == folder);
            folders.any(|(_, entries)| entries.contains(&(name, None)))
        });
        return if is_file {
            answer("200 OK", "", name.as_bytes())
        } else {
            answer("404 Not Found", "", b"")
        };
    };
    let (_, entries) = tree.iter().find(|(at, _)| *at == folder).unwrap();
    let lines = entries.iter().map(|(name, there)| match (listed, there) {
        (Listed::Page, Some(_)) => format!("<a href='{name}/'>{name}/</a>"),
        (Listed::Page, None) => format!("<a href='{name}'>{name}</a>"),
        (Listed::Paths, _) => format!("<a href='{with_slash}{name}'>{name}</a>"),
        (Listed::Json, Some(_)) => {
            let date = "Sun, 22 Nov 2026 10:00:00 GMT";
            format!(r#"{{"name":"{name}","type":"directory","mtime":"{date}"}}"#)
        }
        (Listed::Json, None) => format!(r#"{{"name":"{name}","type":"file","size":2}}"#),
    });
    let lines: Vec<_> = lines.collect();
    match listed {
        Listed::Json => json(&format!("[{}]", lines.join(","))),
        _ => html(&format!("<title>Index of {path}</title>{}", lines.concat())),
    }
}

#[test]
fn folder_loops_are_skipped() {
    for listed in [Listed::Page, Listed::Paths, Listed::Json] {
        let web = Web::new(move |asked| Reply::Say(reply(LINKED, listed, asked)));
        let downloader = Downloader::new();
        let outcome = downloader.get(web.port, "f/");
        let notes = &*saved(&outcome).notes;
        assert!(matches!(notes, [Note::Loops { count: 3, .. }]), "{notes:?}");
        let expected = ["a/b/n4", "bin/n2", "bin/n3", "n1"].map(|path| {
            let name = path.rsplit('/').next().unwrap();
            (path.to_owned(), name.as_bytes().to_vec())
        });
        let found = web::files(&downloader.folder.path().join("f"));
        assert_eq!(found, BTreeMap::from(expected));
        assert!(web.gets().len() < 30);
    }
}

#[test]
fn a_folder_loop_is_reported_by_name() {
    const ONE: Tree = &[
        ("/f/", &[("bin", Some("/f/bin/"))]),
        ("/f/bin/", &[("X11", Some("/f/bin/")), ("n2", None)]),
    ];
    let web = Web::new(|asked| Reply::Say(reply(ONE, Listed::Page, asked)));
    let outcome = Downloader::new().get(web.port, "f/");
    let name = "bin/X11".to_owned();
    assert_eq!(saved(&outcome).notes[0], Note::Loops { name, count: 1 });
}

/// Everything below `f/`; a name that ends in a slash is an empty folder.
fn tree_of(files: &'static [&'static str]) -> Web {
    Web::new(move |asked| {
        let path = &asked.path[1..];
        let inside = files.iter().filter_map(|file| file.strip_prefix(path));
        if !path.ends_with('/') {
            return Reply::Say(answer("200 OK", "", b"x"));
        }
        let mut links: Vec<_> = inside
            .map(|rest| match rest.split_once('/') {
                Some((name, _)) => format!("<a href='{name}/'>x</a>"),
                None => format!("<a href='{rest}'>x</a>"),
            })
            .collect();
        links.dedup();
        Reply::Say(html(&format!(
            "<title>Index of {path}</title>{}",
            links.concat()
        )))
    })
}

#[test]
fn a_folder_with_a_copy_of_itself_is_whole() {
    for files in [
        // A backup in itself, with the same names.
        &["f/a", "f/b", "f/backup/a", "f/backup/b", "f/backup/backup/"][..],
        &[
            "f/x/a",
            "f/x/x/a",
            "f/x/x/x/a",
            "f/x/x/x/x/a",
            "f/x/x/x/x/x/b",
        ],
        &["f/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/end"],
        &["f/e/e/e/e/"],
        // The names on the way come again, and it is not the same folder.
        &[
            "f/p/q/a",
            "f/p/q/p/q/a",
            "f/p/q/p/q/p/q/a",
            "f/p/q/p/q/p/q/p/q/b",
        ],
    ] {
        let web = tree_of(files);
        let downloader = Downloader::new();
        let outcome = downloader.get(web.port, "f/");
        assert!(saved(&outcome).notes.is_empty(), "{outcome:?}");
        let found: Vec<_> = web::files(downloader.folder.path()).into_keys().collect();
        assert_eq!(found, files);
    }
}

#[test]
fn a_folder_that_redirects_to_one_above_it_is_left_out() {
    let web = Web::new(|asked| match asked.path.strip_prefix("/f/") {
        Some("again/") => Reply::Say(answer("302 Found", "Location: /f/\r\n", b"")),
        Some("") => Reply::Say(html(
            "<title>Index of /f/</title><a href=again/>x</a><a href=a>a</a>",
        )),
        Some(path) if path.starts_with("again/") => {
            let there = format!("Location: /f/{}\r\n", path.strip_prefix("again/").unwrap());
            Reply::Say(answer("302 Found", &there, b""))
        }
        _ => Reply::Say(answer("200 OK", "", b"x")),
    });
    let downloader = Downloader::new();
    let outcome = downloader.get(web.port, "f/");
    assert_eq!(codes(&saved(&outcome).notes)[0], "loops");
    let found: Vec<_> = web::files(downloader.folder.path()).into_keys().collect();
    assert_eq!(found, ["f/a"]);
}

#[test]
fn a_folder_is_not_left_out_because_the_server_redirects_what_it_does_not_have() {
    // As updog, which redirects to its first page; its lists have neither sizes nor dates.
    let elsewhere = || Reply::Say(answer("302 Found", "Location: /\r\n", b""));
    let list = |names: &str| {
        let links = names
            .split(' ')
            .map(|name| format!("<a href='{name}'>x</a>"));
        let links: String = links.collect();
        Reply::Say(html(&format!("<title>Index of it</title>{links}")))
    };
    let web = Web::new(move |asked| match asked.path.as_str() {
        "/" | "/backup/" => list("a b backup/"),
        "/backup/backup/" => Reply::Say(html("<title>Index of it</title>")),
        "/a" | "/b" | "/backup/a" | "/backup/b" => Reply::Say(answer("200 OK", "", b"x")),
        _ => elsewhere(),
    });
    let downloader = Downloader::new();
    saved(&downloader.get(web.port, "/"));
    let found = web::files(&downloader.folder.path().join("127.0.0.1"));
    let found: Vec<_> = found.into_keys().collect();
    assert_eq!(found, ["a", "b", "backup/a", "backup/b", "backup/backup/"]);

    // A folder that it does not give out.
    let web = Web::new(move |asked| match asked.path.as_str() {
        "/" => list("a private/"),
        "/a" => Reply::Say(answer("200 OK", "", b"x")),
        _ => elsewhere(),
    });
    let outcome = Downloader::new().get(web.port, "/");
    let Outcome::Incomplete(incomplete) = &outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(incomplete.failed, 1);
}

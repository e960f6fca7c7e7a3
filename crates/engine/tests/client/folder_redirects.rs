//! Folders that are somewhere else on the server than where they are asked for.

use std::collections::BTreeMap;

use crate::common::noise;
use crate::peer::{Downloader, answer, failure, saved};
use crate::web::{self, Asked, Files, Reply, Web};

fn files() -> Files {
    let mut files = Files::many(3);
    let more = [
        ("f/sub/inner", b"inner".to_vec()),
        ("f/sub/deep/er", b"deeper".to_vec()),
        ("f/sub/big", noise((1 << 20) + 1)),
    ];
    let more = more.map(|(name, bytes)| (name.to_owned(), bytes));
    files.0.extend(more);
    files
}

#[test]
fn a_folder_with_its_slash_may_be_somewhere_else_too() {
    let all = files();
    let moved = |to: String| Reply::Say(answer("302 Found", &format!("Location: {to}\r\n"), b""));
    let web = Web::new(move |asked| match asked.path.as_str() {
        "/" => moved("/share/f/?sort=name".to_owned()),
        "/latest/" => moved("old/".to_owned()),
        "/latest/old/" => moved("/share/f/".to_owned()),
        // A folder in it is elsewhere, too.
        "/share/f/sub/" => moved("/share/o%20s/".to_owned()),
        path => {
            let path = path.replacen("/share/o%20s/", "/share/f/sub/", 1);
            let Some(path) = path.strip_prefix("/share") else {
                panic!("{path}");
            };
            let path = path.split('?').next().unwrap().to_owned();
            all.reply(&Asked {
                path,
                ..asked.clone()
            })
        }
    });
    for (asked, name) in [("latest/", "latest"), ("/", "127.0.0.1")] {
        let downloader = Downloader::new();
        let outcome = downloader.get(web.port, asked);
        assert_eq!(saved(&outcome).path, downloader.folder.path().join(name));
        let found = web::files(downloader.folder.path());
        let expected = files().0.into_iter();
        let expected: BTreeMap<_, _> = expected
            .map(|(path, content)| (path.replacen('f', name, 1), content))
            .collect();
        assert!(found == expected, "{:?}", found.keys());
        let mut gets = web.gets();
        gets.retain(|path| path.starts_with("/share/f/sub/"));
        assert_eq!(gets, ["/share/f/sub/"]);
    }
}

#[test]
fn a_folder_on_another_server_is_reported_like_a_file() {
    for (url, key) in [
        ("http://192.0.2.1/f/", "redirect-elsewhere"),
        ("https://192.0.2.1/f/", "redirect-https"),
    ] {
        let away = answer(
            "301 Moved Permanently",
            &format!("Location: {url}\r\n"),
            b"",
        );
        let web = Web::new(move |_| Reply::Say(away.clone()));
        let downloader = Downloader::new();
        assert_eq!(failure(&downloader.get(web.port, "f/")), key);
        assert!(downloader.files().is_empty());
    }
}

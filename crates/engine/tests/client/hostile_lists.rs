//! Servers whose folders are traps: without an end, with entries that are none, or with more than anybody
//! could take.

use std::io::Write as _;
use std::time::{Duration, SystemTime};

use crate::peer::code;
use landline_engine::client::{ClientEvent, FolderLimits, Limits};
use landline_engine::transfer::{FailedFile, Incomplete, Outcome};

use crate::hostile::Chosen;
use crate::peer::{Downloader, Handler, PATIENCE, Peer, answer, head, http, place, saved};
use crate::web::{Reply, Web, html, json};

/// Of a server whose folders all have `listing`, and whose files are all `x`.
fn listing(listing: Vec<u8>) -> Web {
    Web::new(move |asked| {
        Reply::Say(if asked.path.ends_with('/') {
            listing.clone()
        } else {
            answer("200 OK", "", b"x")
        })
    })
}

#[track_caller]
fn incomplete(outcome: &Outcome) -> &Incomplete {
    match outcome {
        Outcome::Incomplete(incomplete) => incomplete,
        other => panic!("{other:?}"),
    }
}

fn keys(failed: &[FailedFile]) -> Vec<&'static str> {
    failed.iter().map(|failed| code(&failed.why)).collect()
}

fn at_most(files: u64, folders: u64) -> Chosen {
    Chosen::with(Limits {
        give_up: Some(Duration::ZERO),
        most: FolderLimits {
            files,
            folders,
            ..FolderLimits::default()
        },
        ..Limits::default()
    })
}

#[test]
fn a_folder_that_is_twice_in_itself_ends() {
    // It never looks the same.
    let web = Web::new(move |asked| {
        Reply::Say(if asked.path.ends_with('/') {
            let len = asked.path.len();
            json(&format!(
                r#"[{{"name":"d","type":"directory"}},{{"name":"e","type":"directory"}},
                {{"name":"file","type":"file","size":{len}}}]"#
            ))
        } else {
            answer("200 OK", "", b"x")
        })
    });
    let chosen = at_most(1_000, 20);
    let outcome = chosen.get(web.port, "f/");
    assert_eq!(keys(&incomplete(&outcome).examples), ["too-many"]);
    let text = incomplete(&outcome).examples[0].why.to_string();
    assert!(
        text.contains("\"f/\"") && text.contains("127.0.0.1"),
        "{text}"
    );
    // Of ten folders two more each were found; the first of the eleventh is one too many.
    let gets = web.gets();
    let (folders, files): (Vec<_>, Vec<_>) = gets.iter().partition(|path| path.ends_with('/'));
    assert_eq!((folders.len(), files.len()), (11, 10), "{gets:?}");
    let came = chosen.files();
    let came = came.keys().filter(|name| name.ends_with("/file"));
    assert_eq!(came.count(), 10);
}

#[test]
fn a_folder_with_more_files_than_anyone_downloads_ends() {
    let entries: Vec<_> = (0..1_000)
        .map(|n| format!(r#"{{"name":"{n:04}"}}"#))
        .collect();
    let web = listing(json(&format!("[{}]", entries.join(","))));
    let chosen = at_most(100, 1);
    let outcome = chosen.get(web.port, "f/");
    assert_eq!(keys(&incomplete(&outcome).examples), ["too-many"]);
    assert_eq!(incomplete(&outcome).failed, 1);
    let names: Vec<_> = chosen.files().into_keys().collect();
    let came = names.iter().filter(|name| name.starts_with("f/")).count();
    assert_eq!(came, 100, "{names:?}");
}

#[test]
fn odd_sizes_and_dates_cost_no_file() {
    let odd = [
        r#""size":-1"#,
        r#""size":1e300"#,
        r#""size":1.5"#,
        r#""size":18446744073709551615"#,
        r#""size":18446744073709551616"#,
        r#""size":"1""#,
        r#""size":[[1],{"a":2}]"#,
        r#""size":null"#,
        r#""size":1,"modified":1795322340"#,
        r#""size":1,"modified":"-009999-01-01T00:00:00Z""#,
        r#""size":1,"modified":"9999-12-31T23:59:59Z""#,
        r#""size":1,"modified":"Fri, 31 Dec 9999 23:59:59 GMT""#,
    ];
    let entries: Vec<_> = odd
        .iter()
        .enumerate()
        .map(|(number, odd)| format!(r#"{{"name":"{number:02}","type":"file",{odd}}}"#))
        .collect();
    let web = listing(json(&format!("[{}]", entries.join(","))));
    let chosen = Chosen::new();
    saved(&chosen.get(web.port, "f/"));
    assert_eq!(chosen.files().len(), odd.len());
    let folder = chosen.downloader.list(web.port, "f").unwrap();
    assert_eq!((folder.entries.len(), folder.nameless), (odd.len(), 0));
}

#[test]
fn a_date_before_all_calendars_of_computers_costs_no_large_file() {
    let large = vec![b'x'; 2 << 20];
    let entry = format!(
        r#"[{{"name":"a","size":{},"modified":"1601-01-01T00:00:00Z"}}]"#,
        large.len()
    );
    let web = Web::new(move |asked| {
        Reply::Say(if asked.path.ends_with('/') {
            json(&entry)
        } else {
            answer("200 OK", "ETag: \"1\"\r\n", &large)
        })
    });
    let chosen = Chosen::new();
    saved(&chosen.get(web.port, "f/"));
    assert_eq!(chosen.files()["f/a"].len(), 2 << 20);
    // Where the disk can have it, it has the date.
    let there = chosen.downloader.folder.path().join("chosen/f/a");
    let modified = there.metadata().unwrap().modified().unwrap();
    assert!(modified < SystemTime::UNIX_EPOCH || !cfg!(target_os = "linux"));
}

#[test]
fn an_invalid_name_is_reported() {
    let long = "x".repeat(5_000);
    let web = listing(json(&format!(r#"[{{"name":"{long}"}},{{"name":"ok"}}]"#)));
    let chosen = Chosen::new();
    let outcome = chosen.get(web.port, "f/");
    assert_eq!(keys(&incomplete(&outcome).examples), ["path-too-long"]);
    let text = incomplete(&outcome).examples[0].why.to_string();
    assert!(text.len() < 2_000, "{}", text.len());
    assert_eq!(chosen.files()["f/ok"], b"x");
}

#[test]
fn names_that_lead_elsewhere_are_not_shown() {
    let names = [
        "..",
        ".",
        "",
        "/abs",
        "a/b",
        "../up",
        "a\u{0}b",
        "a\nb",
        "\u{1b}[2J",
        "ok",
        "Ok",
        "a%2fb",
    ];
    let entries: Vec<_> = names
        .iter()
        .map(|name| serde_json::json!({"name": name}))
        .collect();
    let peer = Peer::new(vec![http(json(
        &serde_json::Value::from(entries).to_string(),
    ))]);
    let folder = Downloader::new().list(peer.port, "").unwrap();
    let shown: Vec<_> = folder.entries.iter().map(|entry| &entry.name).collect();
    assert_eq!(shown, ["a%2fb", "Ok", "ok"]);
    assert_eq!(folder.nameless, 9);
    peer.done();
}

#[test]
fn a_page_of_absurd_tags_is_read_or_refused() {
    let title = "<title>Index of /f/</title>";
    let attributes: Vec<_> = (0..100_000).map(|n| format!("a{n}={n}")).collect();
    let attributes = attributes.join(" ");
    let long = "a".repeat(3 << 20);
    for page in [
        format!("{title}<a {attributes} href=ok>"),
        format!("{title}<a {attributes}><a href=ok>"),
        format!("{title}<a href='{long}'><a href=ok>"),
        format!("{title}<{long}><a href=ok>"),
        format!("{title}<!-- {long} --><a href=ok>"),
        format!("{title}{}<a href=ok>", "<".repeat(500_000)),
        format!("{title}{}", "<a href=ok>".repeat(50_000)),
    ] {
        let web = listing(html(&page));
        let chosen = Chosen::new();
        saved(&chosen.get(web.port, "f/"));
        assert_eq!(chosen.files().into_keys().collect::<Vec<_>>(), ["f/ok"]);
        assert_eq!(web.gets(), ["/f/", "/f/ok"]);
    }
    let token = format!("{title}<a href='{}'><a href=ok>", "a".repeat(5 << 20));
    let web = listing(html(&token));
    let outcome = Chosen::new().get(web.port, "f/");
    assert_eq!(keys(&incomplete(&outcome).examples), ["no-listing"]);
}

#[test]
fn what_comes_after_an_answer_is_not_the_next_one() {
    let web = Web::new(|asked| {
        Reply::Say(if asked.path.ends_with('/') {
            let name = |n: usize| format!(r#"{{"name":"{n}","type":"file","size":1}}"#);
            json(&format!(
                "[{}]",
                (0..20).map(name).collect::<Vec<_>>().join(",")
            ))
        } else {
            let evil = answer("200 OK", "", b"evil");
            [answer("200 OK", "", b"x"), evil].concat()
        })
    });
    let chosen = Chosen::new();
    saved(&chosen.get(web.port, "f/"));
    let files = chosen.files();
    assert_eq!(files.len(), 20);
    assert!(files.values().all(|content| content == b"x"), "{files:?}");
}

#[test]
fn a_listing_that_is_somewhere_else_makes_nothing() {
    // What is on the same server is followed, as for files, but not for ever.
    for (location, asked) in [
        ("/f/", 6),
        ("/elsewhere/", 6),
        ("http://evil/f/", 1),
        ("file:///etc/", 1),
    ] {
        let away = answer("302 Found", &format!("Location: {location}\r\n"), b"");
        let web = Web::new(move |_| Reply::Say(away.clone()));
        let chosen = Chosen::new();
        let outcome = chosen.get(web.port, "f/");
        assert!(matches!(outcome, Outcome::Failed(_)), "{outcome:?}");
        assert!(chosen.files().is_empty());
        assert_eq!(web.gets().len(), asked);
    }
}

#[test]
fn an_endless_page_without_links_ends_with_the_next_look() {
    let (asked, was_asked) = crossbeam_channel::bounded(1);
    let endless: Handler = Box::new(move |mut socket| {
        head(&socket);
        asked.send(()).unwrap();
        let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n";
        let more = b"<p>nothing".repeat(1_000);
        let mut bytes = &head[..];
        while socket.write_all(bytes).is_ok() {
            bytes = &more;
        }
    });
    let peer = Peer::new(vec![endless, http(json(r#"[{"name":"b"}]"#))]);
    let downloader = Downloader::with(Limits::default());
    downloader.client.list(place(peer.port, "first"));
    was_asked.recv_timeout(PATIENCE).unwrap();
    // The second call is only taken once the first is closed.
    downloader.client.list(place(peer.port, "second"));
    match downloader.event() {
        ClientEvent::Listed(place, found) => {
            assert_eq!(place.path, "second");
            assert_eq!(found.unwrap().entries[0].name, "b");
        }
        other => panic!("{other:?}"),
    }
    peer.done();
}

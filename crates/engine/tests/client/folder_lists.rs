//! Listings by servers that mean ill, or mean something else: nothing outside of the folder is asked
//! for or written, and everything ends.

use std::collections::BTreeSet;
use std::fs;

use crate::peer::{code, codes};
use landline_engine::client::IfExists;
#[cfg(unix)]
use landline_engine::client::Limits;
use landline_engine::transfer::{FailedFile, Note, Outcome};

use crate::peer::{Downloader, answer, saved};
use crate::web::{self, Reply, Web, html, json};

fn asked(web: &Web) -> BTreeSet<String> {
    web.asked().into_iter().map(|asked| asked.path).collect()
}

#[test]
fn no_link_of_a_page_leads_out_of_the_folder() {
    let web = Web::new(|asked| match asked.path.as_str() {
        "/f/" => Reply::Say(html(
            r##"<html><head><title>Index of /f/</title></head><body><h1>Index of /f/</h1><pre>
            <a href="../">../</a> <a href="/">/</a> <a href="/etc/passwd">x</a> <a href="..">x</a>
            <a href="?C=M;O=A">Date</a> <a href="/f/?C=N">Name</a> <a href="#top">top</a>
            <a href="a.txt#part">part</a> <a href="//evil.example/x">x</a> <a href="///f/x">x</a>
            <a href="http://evil.example/f/x">x</a> <a href="https://127.0.0.1/f/x">x</a>
            <a href="javascript:alert(1)">x</a> <a href="mailto:a@b">x</a> <a href="ftp:x">x</a>
            <a href="data:text/html,x">x</a> <a href="%2e%2e%2f">x</a> <a href="%2e%2e/x">x</a>
            <a href="a%2fb">x</a> <a href="%00">x</a> <a href="a%0ab">x</a> <a href="deep/er">x</a>
            <a href="/f/../g/x">x</a> <a href="./">x</a> <a href=".">x</a> <a href="">x</a>
            <a href="\\evil.example\x">x</a> <a href="/g">x</a> <a href="/ff">x</a>
            <!-- <a href="comment">x</a> --><script>'<a href="script">x</a>'</script>
            <a href="a.txt">a.txt</a> 22-Nov-2026 04:39 1
            <a href="./b%20c.txt">b c.txt</a> <a href="/f/d.txt">d.txt</a> <a href="sub/">sub/</a>
            <a href="%252e%252e">%2e%2e</a> <a href="x&amp;y">x&amp;y</a></pre></body></html>"##,
        )),
        "/f/sub/" => Reply::Say(html(
            r#"<base href="/f/sub/"><a href="../a.txt">x</a><a href="/f/sub/inner">inner</a>"#,
        )),
        _ => Reply::Say(answer("200 OK", "", b"x")),
    });
    let downloader = Downloader::new();
    let outcome = downloader.get(web.port, "f/");
    let wanted = [
        "/f/",
        "/f/sub/",
        "/f/a.txt",
        "/f/b%20c.txt",
        "/f/d.txt",
        "/f/sub/inner",
        "/f/%252e%252e",
        // No slash for a server, so it is a name.
        "/f/%5C%5Cevil.example%5Cx",
        "/f/x&y",
        // An encoded slash is a character of the name.
        "/f/..%2F",
        "/f/a%2Fb",
    ];
    assert_eq!(asked(&web), wanted.map(String::from).into());
    // One with a NUL and one with a line break are told.
    let Outcome::Incomplete(incomplete) = &outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!((incomplete.failed, incomplete.notes.len()), (0, 1));
    let why = &incomplete.notes[0];
    assert!(matches!(why, Note::UnsendableNames { count: 2 }), "{why:?}");
    let names: Vec<_> = web::files(&downloader.folder.path().join("f"))
        .into_keys()
        .collect();
    // Where it has a slash, only its last part counts.
    let evil = if cfg!(windows) {
        "x"
    } else {
        "\\\\evil.example\\x"
    };
    let mut expected = [
        "%2e%2e",
        ".._",
        evil,
        "a.txt",
        "a_b",
        "b c.txt",
        "d.txt",
        "sub/inner",
        "x&y",
    ];
    expected.sort_unstable();
    assert_eq!(names, expected);
    assert_eq!(downloader.files(), ["f", "f.part"]);
}

#[test]
fn no_name_leads_out_of_the_folder() {
    let long = "x".repeat(5_000);
    let long_but_allowed = "y".repeat(1_000);
    let names = [
        "..",
        ".",
        "",
        "a/b",
        "/etc/passwd",
        "../up",
        "a\u{0}b",
        "a\nb",
        "\u{1b}[2J",
        "con",
        "NUL.txt",
        "twice",
        "twice",
        "\\..\\..\\x",
        "C:\\x",
        "a",
        "a.",
        "a ",
        "...",
        "\u{202e}gpj.exe",
        &long,
        &long_but_allowed,
        "landline.json",
        "list",
        "f.part",
        "..a",
        "%2e%2e",
        "?x",
        "#y",
    ];
    let entries: Vec<_> = names
        .iter()
        .map(|name| serde_json::json!({"name": name, "kind": "file", "size": 1}))
        .chain(
            ["..", "sub/../..", "/", "."]
                .map(|name| serde_json::json!({"name": name, "kind": "folder"})),
        )
        .collect();
    let listing = serde_json::json!({ "entries": entries }).to_string();
    let web = Web::new(move |asked| match asked.path.as_str() {
        "/f/" => Reply::Say(json(&listing)),
        _ => Reply::Say(answer("200 OK", "", b"x")),
    });
    let downloader = Downloader::new();
    let above = downloader.folder.path().join("above");
    fs::create_dir(&above).unwrap();
    let mut request = downloader.request(web.port, "f/");
    request.target = landline_engine::client::Target::Folder(above.clone());
    let outcome = downloader.run(request);
    let Outcome::Incomplete(incomplete) = &outcome else {
        panic!("{outcome:?}");
    };
    let is_told = |FailedFile { name, why }: &FailedFile| {
        name.starts_with("xxx") && name.len() < 300 && code(why) == "path-too-long"
    };
    assert!(incomplete.examples.iter().any(is_told), "{incomplete:?}");
    // Those that are no names.
    assert_eq!(codes(&incomplete.notes)[0], "unsendable-names");
    assert_eq!(incomplete.failed, 1);
    assert_eq!(downloader.files(), ["above"]);
    let beside: BTreeSet<_> = fs::read_dir(&above)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(beside, ["f", "f.part"].map(String::from).into());
    // What is listed twice is one, and both of what collides here are kept; one file for each name that can be asked for.
    let files = web::files(&above.join("f"));
    assert!(files.keys().all(|name| !name.contains(char::is_control)));
    // What Windows cannot store collides with others, or has another name there.
    let only_here = if cfg!(windows) {
        ["a (2)", "a (3)", "_con", "_NUL.txt"]
    } else {
        ["a.", "a ", "con", "NUL.txt"]
    };
    for name in only_here
        .into_iter()
        .chain(["a", "twice", "f.part_", "landline.json", "list"])
    {
        assert!(files.contains_key(name), "{name}: {files:?}");
    }
    assert!(!files.contains_key("twice (2)"));
    for asked in asked(&web) {
        assert!(
            asked == "/f/" || !asked["/f/".len()..].contains('/'),
            "{asked}"
        );
        assert!(
            asked.starts_with("/f/") && !asked.ends_with("/.."),
            "{asked}"
        );
    }
}

#[test]
fn a_folder_in_itself_ends() {
    for listing in [
        json(r#"{"entries":[{"name":"again","kind":"folder"}]}"#),
        html(r#"<title>Index of /</title><a href="again/">again/</a>"#),
    ] {
        let web = Web::new(move |_| Reply::Say(listing.clone()));
        let downloader = Downloader::new();
        let outcome = downloader.get(web.port, "f/");
        let Outcome::Incomplete(incomplete) = &outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!(incomplete.failed, 1);
        assert_eq!(code(&incomplete.examples[0].why), "too-deep");
        assert_eq!(web.asked().len(), 65);
    }
}

#[test]
fn what_is_no_json_ends() {
    let deep = format!("{{\"x\":{}", "[".repeat(100_000));
    let long = format!("{{\"entries\":[{{\"name\":\"{}", "a".repeat(1 << 20));
    for listing in [deep.as_str(), &long, "{}", "[1]", "nonsense", "[", "\u{0}"] {
        let listing = listing.to_owned();
        let web = Web::new(move |_| Reply::Say(json(&listing)));
        let downloader = Downloader::new();
        let outcome = downloader.get(web.port, "f/");
        let Outcome::Incomplete(incomplete) = &outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!(code(&incomplete.examples[0].why), "no-listing");
    }
}

#[cfg(unix)]
#[test]
fn links_that_lead_out_of_the_target_are_not_followed() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("file"), "mine").unwrap();
    let files = web::Files::of(&[
        ("f/out/new", b"theirs"),
        ("f/file", b"theirs"),
        ("f/in/new", b"theirs"),
    ]);
    let all = files.clone();
    let web = Web::new(move |asked| all.reply(asked));
    for exists in [IfExists::Skip, IfExists::Overwrite] {
        let downloader = Downloader::with(Limits::default());
        let here = downloader.folder.path().join("f");
        fs::create_dir_all(here.join("real")).unwrap();
        let link = |to: &std::path::Path, name: &str| {
            std::os::unix::fs::symlink(to, here.join(name)).unwrap();
        };
        link(outside.path(), "out");
        link(&outside.path().join("file"), "file");
        link("real".as_ref(), "in");
        let mut request = downloader.request(web.port, "f/");
        request.exists = exists;
        let outcome = downloader.run(request);
        let Outcome::Incomplete(incomplete) = &outcome else {
            panic!("{outcome:?}");
        };
        assert!(incomplete.examples.iter().all(|failed| {
            failed.name.starts_with("out/") && code(&failed.why) == "leads-elsewhere"
        }));
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1);
        assert_eq!(fs::read(outside.path().join("file")).unwrap(), b"mine");
        assert_eq!(fs::read(here.join("real/new")).unwrap(), b"theirs");
        let stored = match exists {
            IfExists::Skip => "file (2)",
            _ => "file",
        };
        assert!(fs::symlink_metadata(here.join(stored)).unwrap().is_file());
    }
}

#[test]
fn an_empty_page_further_down_is_an_empty_folder() {
    let web = Web::new(|asked| match asked.path.as_str() {
        "/f/" => Reply::Say(html(r#"<a href="sub/">sub/</a>"#)),
        _ => Reply::Say(html("<hr><ul></ul><hr>")),
    });
    let downloader = Downloader::new();
    saved(&downloader.get(web.port, "f/"));
    assert!(downloader.folder.path().join("f/sub").is_dir());
}

#[test]
fn colliding_names_do_not_replace_each_other() {
    let listing = r#"{"entries":[{"name":"a","kind":"file","size":3},{"name":"a\u202e","kind":"file","size":3}]}"#;
    let web = Web::new(move |asked| match asked.path.as_str() {
        "/f/" => Reply::Say(json(listing)),
        "/f/a" => Reply::Say(answer("200 OK", "", b"one")),
        _ => Reply::Say(answer("200 OK", "", b"two")),
    });
    // Into a new folder, and into one that is there.
    for is_there in [false, true] {
        let downloader = Downloader::new();
        if is_there {
            fs::create_dir(downloader.folder.path().join("f")).unwrap();
        }
        let mut request = downloader.request(web.port, "f/");
        request.exists = IfExists::Overwrite;
        let outcome = downloader.run(request);
        let notes = &saved(&outcome).notes;
        assert!(
            notes
                .iter()
                .any(|note| codes(std::slice::from_ref(note))[0] == "renamed")
        );
        let files = web::files(&downloader.folder.path().join("f"));
        let mut contents: Vec<_> = files.values().cloned().collect();
        contents.sort();
        assert_eq!(contents, [b"one".to_vec(), b"two".to_vec()], "{files:?}");
    }
}

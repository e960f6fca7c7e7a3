//! Answers that most servers never give and RFC 9110 allows: content codings that nobody asked for, and
//! names in `Content-Disposition`.

use crate::peer::codes;
use landline_engine::error::Failure;
use landline_engine::transfer::{Checked, Note, Outcome};

use crate::peer::{Downloader, Handler, Peer, answer, content, failure, http, saved};
use crate::versions::{TAG, asked, cut, ends_with};
use crate::web::{Asked, Reply, Web, files, html, json};

/// The beginning of what gzip makes; nobody unpacks it.
const PACKED: &[u8] = b"\x1f\x8b\x08\0\0\0\0\0\x02\x03";

/// Its SHA-256.
const DIGEST: &str = "sha-256=:uMCA0xJ29BVlmAPvnXJ1GtufJCBgDywiwAfHhOrhFxY=:";

/// What comes of `name` from a server that says it has `coding`, and what is said about it.
#[track_caller]
fn gets_coded(name: &str, coding: &str, notes: &[&str]) {
    let fields = format!("{TAG}Content-Encoding: {coding}\r\n");
    let peer = Peer::new(vec![http(answer("200 OK", &fields, PACKED))]);
    let downloader = Downloader::new();
    let outcome = downloader.get(peer.port, name);
    let saved = saved(&outcome);
    assert_eq!(content(&saved.path), PACKED, "{name} {coding}");
    assert_eq!(downloader.files(), [name]);
    let keys = codes(&saved.notes);
    assert_eq!(keys, notes, "{name} {coding}");
    peer.done();
}

#[test]
fn a_coded_file_is_saved_as_it_is_sent() {
    gets_coded("PACK.TAR.GZ", "x-gzip", &[]);
    gets_coded("pack.tgz", "gzip", &[]);
    gets_coded("pack.txz", "xz", &[]);
    // The name does not show it, so it is said.
    for coding in ["gzip", "xz", "utf-8", "x-unheard-of", "gzip, br"] {
        gets_coded("data.bin", coding, &["encoded"]);
    }
    gets_coded("data.bin", "identity", &[]);
}

#[test]
fn the_digest_of_a_coded_file_is_that_of_what_is_sent() {
    let fields = format!("Content-Encoding: gzip\r\nRepr-Digest: {DIGEST}\r\n");
    let peer = Peer::new(vec![http(answer("200 OK", &fields, PACKED))]);
    let outcome = Downloader::new().get(peer.port, "data.bin");
    assert_eq!(saved(&outcome).checked, Checked::Digest);
    let note = &saved(&outcome).notes[0];
    assert!(
        matches!(note, Note::Encoded { coding, .. } if coding == "gzip"),
        "{note:?}"
    );
    peer.done();
}

#[test]
fn an_encoded_file_is_resumed_if_the_coding_is_the_same() {
    let file = crate::common::noise(1000);
    let range = "Content-Range: bytes 400-999/1000\r\n";
    let gzip = "Content-Encoding: x-gzip\r\n";
    let rest = |coding: &str| {
        let fields = format!("{TAG}{range}{coding}");
        asked(
            Some("bytes=400-"),
            cut("206 Partial Content", &fields, &file[400..], 600),
        )
    };
    let first =
        |coding: &str, sent| asked(None, cut("200 OK", &format!("{TAG}{coding}"), &file, sent));
    for again in [gzip, "Content-Encoding: gzip\r\n", ""] {
        assert_eq!(
            ends_with(&file, vec![first(gzip, 400), rest(again)]),
            ["encoded"]
        );
    }
    // What is compressed on its way is another one, whatever its tag says.
    let handlers = vec![first("", 400), rest(gzip), first("", 1000)];
    assert_eq!(ends_with(&file, handlers), ["no-ranges"]);
}

#[test]
fn coded_files_of_a_folder_are_saved_as_they_are_sent() {
    let web = Web::new(|asked: &Asked| {
        Reply::Say(match asked.path.as_str() {
            "/f/" => json(
                r#"[{"name":"PACK.TAR.GZ","type":"file"},{"name":"data.bin","type":"file"},{"name":"big.bin","type":"file","size":2000000}]"#,
            ),
            "/f/PACK.TAR.GZ" => answer("200 OK", "Content-Encoding: x-gzip\r\n", PACKED),
            _ => answer("200 OK", "Content-Encoding: gzip\r\n", PACKED),
        })
    });
    let downloader = Downloader::new();
    let outcome = downloader.get(web.port, "f/");
    let notes = &*saved(&outcome).notes;
    assert!(
        matches!(notes, [Note::FilesEncoded { count: 2, .. }]),
        "{notes:?}"
    );
    let files = files(&saved(&outcome).path);
    assert_eq!(
        files.keys().collect::<Vec<_>>(),
        ["PACK.TAR.GZ", "big.bin", "data.bin"]
    );
    assert!(files.values().all(|bytes| bytes == PACKED));
}

#[test]
fn an_encoded_listing_is_reported() {
    for media_type in ["text/html", "application/json"] {
        let fields = format!("Content-Type: {media_type}\r\nContent-Encoding: gzip\r\n");
        let peer = Peer::new(vec![http(answer("200 OK", &fields, PACKED))]);
        let outcome = Downloader::new().get(peer.port, "f/");
        assert_eq!(failure(&outcome), "encoded-listing");
        let Outcome::Failed(Failure::Fetch(why)) = outcome else {
            panic!()
        };
        assert!(why.to_string().contains("gzip"), "{why}");
        peer.done();
    }
}

/// What is stored of `name` from a server that gives each request this answer.
#[track_caller]
fn stores(name: &str, fields: &str, stored: &str) {
    let wire = answer("200 OK", fields, b"<p>theirs");
    let web = Web::new(move |_| Reply::Last(wire.clone()));
    let downloader = Downloader::new();
    let outcome = downloader.get(web.port, name);
    assert_eq!(
        content(&saved(&outcome).path),
        b"<p>theirs",
        "{name} {fields}"
    );
    assert_eq!(downloader.files(), [stored], "{name} {fields}");
}

#[test]
fn a_page_with_a_name_of_its_own_is_a_file() {
    let page = "Content-Type: text/html\r\n";
    for (disposition, stored) in [
        ("attachment; filename=\"report.html\";", "report.html"),
        ("attachment; filename=\"a;b.html\"", "a;b.html"),
        ("filename=\"a;b.html\"", "a;b.html"),
        (
            "attachment; broken; filename*=UTF-8''%E6%B5%B7.html; x",
            "海.html",
        ),
    ] {
        let named = format!("Content-Disposition: {disposition}\r\n");
        // Undated, and asked for by a name that may be a folder's.
        stores("report", &format!("{page}{named}"), stored);
        stores("make.php", &format!("{page}{named}"), stored);
        // By a folder's path, whatever it is.
        for kind in [page, TAG, ""] {
            stores("reports/", &format!("{kind}{named}"), stored);
            stores("/", &format!("{kind}{named}"), stored);
        }
        // A file has the name by which it was asked for.
        stores("data.bin", &format!("{TAG}{named}"), "data.bin");
    }
}

#[test]
fn a_redirect_to_a_folders_path_may_lead_to_a_file() {
    let web = Web::new(|asked: &Asked| {
        let named = "Content-Disposition: attachment; filename=r.pdf\r\n";
        Reply::Last(match asked.path.as_str() {
            "/r" => answer("301 Moved", "Location: /r/\r\n", b""),
            _ => answer("200 OK", named, b"%PDF"),
        })
    });
    let downloader = Downloader::new();
    assert_eq!(
        content(&saved(&downloader.get(web.port, "r")).path),
        b"%PDF"
    );
    assert_eq!(downloader.files(), ["r.pdf"]);
}

#[test]
fn a_page_to_be_shown_is_no_file() {
    let inline = "Content-Type: text/html\r\nContent-Disposition: inline; filename=index.html\r\n";
    let list = "<title>Index of /f/</title><a href=a.txt>a.txt</a>";
    let web = Web::new(move |asked: &Asked| {
        Reply::Say(match asked.path.as_str() {
            "/f/" => answer("200 OK", inline, list.as_bytes()),
            _ => answer("200 OK", TAG, b"hello"),
        })
    });
    let downloader = Downloader::new();
    let outcome = downloader.get(web.port, "f/");
    let files = files(&saved(&outcome).path);
    assert_eq!(files["a.txt"], b"hello");
    let nameless = || -> Vec<Handler> { vec![http(html("<p>It works!"))] };
    let peer = Peer::new(nameless());
    assert_eq!(
        failure(&Downloader::new().get(peer.port, "report")),
        "not-a-file"
    );
}

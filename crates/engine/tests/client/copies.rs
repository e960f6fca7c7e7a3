//! What a second copy is called.

use std::fs;

use landline_engine::client::{CopyNaming, IfExists, Request};
use landline_engine::transfer::Protocol;

use crate::halting::Halting;
use crate::peer::{Downloader, Peer, answer, http, notes, saved};
use crate::web::{self, Files, Web};

/// The names after four downloads of `a.tar.gz`, two over each protocol.
fn four(copies: Option<CopyNaming>) -> Vec<String> {
    let name = "a.tar.gz";
    let handlers = vec![
        http(answer("200 OK", "", b"1")),
        http(answer("200 OK", "", b"2")),
        notes(name, b"3"),
        notes(name, b"4"),
    ];
    let peer = Peer::new(handlers);
    let downloader = Downloader::new();
    if let Some(copies) = copies {
        downloader.client.set_copies(copies);
    }
    for protocol in [Protocol::Http, Protocol::Http, Protocol::Raw, Protocol::Raw] {
        saved(&downloader.get_in(protocol, peer.port, name));
    }
    let files = web::files(downloader.folder.path());
    let mut files: Vec<_> = files
        .into_iter()
        .map(|(name, bytes)| (bytes, name))
        .collect();
    files.sort();
    peer.done();
    files.into_iter().map(|(_, name)| name).collect()
}

#[test]
fn the_prefix_is_for_the_raw_protocol_unless_chosen() {
    let mixed = [
        "a.tar.gz",
        "a (2).tar.gz",
        "[新]a.tar.gz",
        "[新]a (2).tar.gz",
    ];
    assert_eq!(four(None), mixed);
    assert_eq!(four(Some(CopyNaming::ByProtocol)), mixed);
    let numbers = ["a.tar.gz", "a (2).tar.gz", "a (3).tar.gz", "a (4).tar.gz"];
    assert_eq!(four(Some(CopyNaming::Number)), numbers);
    let prefixes = [
        "a.tar.gz",
        "[新]a.tar.gz",
        "[新]a (2).tar.gz",
        "[新]a (3).tar.gz",
    ];
    assert_eq!(four(Some(CopyNaming::Prefix)), prefixes);
}

#[test]
fn a_folders_name_has_no_ending() {
    let files = Files([("v1.2/a".to_owned(), b"x".to_vec())].into());
    let web = Web::new(move |asked| files.reply(asked));
    for (copies, expected) in [
        (CopyNaming::ByProtocol, ["v1.2", "v1.2 (2)", "v1.2 (3)"]),
        (CopyNaming::Prefix, ["[新]v1.2", "[新]v1.2 (2)", "v1.2"]),
    ] {
        let downloader = Downloader::new();
        downloader.client.set_copies(copies);
        for _ in 0..3 {
            saved(&downloader.get(web.port, "v1.2/"));
        }
        assert_eq!(downloader.files(), expected);
        assert_eq!(web::files(downloader.folder.path()).len(), 3);
    }
}

#[test]
fn an_interrupted_copy_goes_on_where_it_is_though_the_setting_has_changed() {
    for (before, after, place) in [
        (CopyNaming::Prefix, CopyNaming::Number, "[新]f"),
        (CopyNaming::Number, CopyNaming::Prefix, "f (2)"),
    ] {
        let halting = Halting::new(Files::many(30), 12);
        let port = halting.web.port;
        let downloader = Downloader::new();
        fs::create_dir(downloader.folder.path().join("f")).unwrap();
        downloader.client.set_copies(before);
        let transfer = downloader.start(port, "f/");
        halting.wait();
        downloader.client.pause(transfer.id());
        downloader.wait(transfer.id());
        drop(halting);
        downloader.client.set_copies(after);
        let all = Files::many(30);
        let _web = Web::at(port, move |asked| all.reply(asked));
        let outcome = downloader.get(port, "f/");
        let place = downloader.folder.path().join(place);
        assert_eq!(saved(&outcome).path, place);
        assert_eq!(web::files(&place).len(), 30);
        assert_eq!(downloader.files().len(), 2);
    }
}

#[test]
fn copies_under_another_setting_are_not_fetched_again() {
    let all = Files::many(10);
    let web = Web::new(move |asked| all.reply(asked));
    for (before, after, copy) in [
        (CopyNaming::Prefix, CopyNaming::Number, "[新]0000"),
        (CopyNaming::Number, CopyNaming::Prefix, "0000 (2)"),
    ] {
        let downloader = Downloader::new();
        let here = downloader.folder.path().join("f");
        fs::create_dir(&here).unwrap();
        for number in 0..10 {
            fs::write(here.join(format!("{number:04}")), "mine").unwrap();
        }
        let request = Request {
            exists: IfExists::Skip,
            ..downloader.request(web.port, "f/")
        };
        for copies in [before, after] {
            downloader.client.set_copies(copies);
            saved(&downloader.run(request.clone()));
            let files = web::files(&here);
            assert_eq!(files.len(), 20, "{:?}", files.keys());
            assert_eq!(files[copy], b"f/0000");
        }
    }
}

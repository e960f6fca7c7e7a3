//! Servers that handle one connection at a time and never close it: our own idle connections must not starve
//! the others.

use std::time::{Duration, Instant};

use landline_engine::client::ClientEvent;
use landline_engine::transfer::Outcome;

use crate::peer::{Downloader, place, saved};
use crate::web::{Asked, Files, Web, files};

/// Less than the timeout for a connection without a response.
const SOON: Duration = Duration::from_secs(12);

/// Folders in folders, with files in each. The root has so many that somebody fetches them before the
/// next listing is asked for.
fn deep() -> Files {
    let mut deep = Files::many(500);
    for folder in 0..12 {
        for below in ["", "one/", "one/two/"] {
            for file in 0..6 {
                let name = format!("f/{folder}/{below}{file}.txt");
                deep.0.insert(name.clone(), name.into_bytes());
            }
        }
    }
    deep
}

fn serial(files: &Files) -> Web {
    let files = files.clone();
    Web::serial(move |asked: &Asked| files.reply(asked))
}

/// The files of `all` below `folder`, by their names from there.
fn below(all: &Files, folder: &str) -> std::collections::BTreeMap<String, Vec<u8>> {
    let all = all.0.iter();
    let inside = all.filter_map(|(name, bytes)| Some((name.strip_prefix(folder)?, bytes)));
    inside
        .map(|(name, bytes)| (name.to_owned(), bytes.clone()))
        .collect()
}

#[test]
fn a_folder_arrives_soon() {
    let all = deep();
    let web = serial(&all);
    let downloader = Downloader::new();
    let began = Instant::now();
    let outcome = downloader.get(web.port, "f/");
    assert!(files(&saved(&outcome).path) == below(&all, "f/"));
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
}

#[test]
fn two_downloads_and_a_look_share_the_one_connection() {
    let all = deep();
    let web = serial(&all);
    let downloader = Downloader::new();
    let began = Instant::now();
    let first = downloader.start(web.port, "f/");
    let second = downloader.start(web.port, "f/3/");
    let (mut ended, mut looks) = (0, 0);
    let look = || downloader.client.list(place(web.port, "f/1"));
    look();
    while ended < 2 || looks < 3 {
        match downloader.event() {
            ClientEvent::Ended(_) => ended += 1,
            ClientEvent::Listed(_, found) => {
                assert_eq!(found.unwrap().entries.len(), 7);
                looks += 1;
                if looks < 3 {
                    look();
                }
            }
            _ => {}
        }
    }
    for (transfer, folder) in [(first, "f/"), (second, "f/3/")] {
        let Some(Outcome::Saved(saved)) = transfer.outcome() else {
            panic!("{:?}", transfer.outcome());
        };
        assert!(files(&saved.path) == below(&all, folder));
    }
    assert!(began.elapsed() < 2 * SOON, "{:?}", began.elapsed());
}

#[test]
fn a_file_that_is_missed_is_compared_with_those_that_are_there() {
    let all = deep();
    let web = serial(&all);
    let downloader = Downloader::new();
    let folder = downloader.start(web.port, "f/");
    let missed = downloader.start(web.port, "f/2/00.txt");
    while missed.outcome().is_none() || folder.outcome().is_none() {
        downloader.event();
    }
    assert_eq!(missed.nearest(), Some("f/2/0.txt".to_owned()));
}

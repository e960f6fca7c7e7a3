//! Busy servers that say when to retry (503 with `Retry-After`, RFC 9110 section 10.2.3).

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::peer::code;
use landline_engine::transfer::Outcome;

use crate::peer::{Downloader, answer, saved};
use crate::rig::quick;
use crate::web::{self, Files, Reply, Web};

/// A server of a folder `f` that responds 503 to the first `times` requests for anything in it.
fn busy(times: usize, fields: &'static str) -> (Files, Web) {
    let (all, asked_for) = (Files::many(2), AtomicUsize::new(0));
    let web = Web::new(move |asked| {
        if asked_for.fetch_add(1, Ordering::Relaxed) < times {
            return Reply::Say(answer("503 Service Unavailable", fields, b"busy"));
        }
        all.reply(asked)
    });
    (Files::many(2), web)
}

#[test]
fn a_folder_of_a_server_that_is_busy_is_asked_for_again() {
    let (files, web) = busy(3, "Retry-After: 5\r\n");
    let downloader = Downloader::with(quick());
    saved(&downloader.get(web.port, "f/"));
    assert!(web::files(downloader.folder.path()) == files.0);
    // A server that was never reached and has no `Retry-After` is more likely the wrong one.
    let (_, web) = busy(1, "");
    let outcome = Downloader::with(quick()).get(web.port, "f/");
    assert!(matches!(outcome, Outcome::Failed(_)), "{outcome:?}");
}

#[test]
fn a_file_of_a_server_that_is_busy_is_asked_for_again() {
    let (_, web) = busy(3, "Retry-After: 5\r\n");
    let downloader = Downloader::with(quick());
    saved(&downloader.get(web.port, "f/0000"));
}

#[test]
fn browsing_a_busy_server_retries_until_it_answers() {
    let (_, web) = busy(3, "Retry-After: 5\r\n");
    let downloader = Downloader::with(quick());
    let folder = downloader.list(web.port, "f").unwrap();
    assert_eq!(folder.entries.len(), 2);
    let (_, web) = busy(1, "");
    let error = downloader.list(web.port, "f").unwrap_err();
    assert_eq!(code(&error), "status-server");
}

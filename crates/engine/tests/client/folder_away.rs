//! Folders whose server goes away and comes back, and threads that panic meanwhile.

use std::collections::HashSet;
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use crate::peer::panicking;
use crossbeam_channel::unbounded;
use landline_engine::client::{Client, Limits, Timeouts};
use landline_engine::transfer::{Outcome, Transfer, TransferState};
use std::sync::atomic::AtomicBool;

use crate::common::noise;
use crate::halting::{Halting, files};
use crate::peer::{Downloader, PATIENCE, answer, failure, saved};
use crate::rig::patient;
use crate::web::{self, Files, Reply, Web};

/// A server that stops once a file has been asked for, and a download from it that waits.
fn interrupted(limits: Limits) -> (Web, Downloader, Arc<Transfer>) {
    let downloader = Downloader::with(limits);
    let (web, transfer) = interrupt(&downloader);
    (web, downloader, transfer)
}

/// The same of this downloader.
fn interrupt(downloader: &Downloader) -> (Web, Arc<Transfer>) {
    let mut halting = Halting::new(files(), 5);
    let transfer = downloader.start(halting.web.port, "f/");
    halting.wait();
    halting.web.stop();
    let all = files();
    let mut web = Web::new(move |asked| all.reply(asked));
    web.stop();
    web.port = halting.web.port;
    (web, transfer)
}

fn wait_for(downloader: &Downloader, transfer: &Transfer, is_it: impl Fn(&TransferState) -> bool) {
    let began = Instant::now();
    while !is_it(&transfer.state()) {
        assert!(began.elapsed() < PATIENCE, "{:?}", transfer.state());
        assert_ne!(
            transfer.state(),
            TransferState::Ended,
            "{:?}",
            transfer.outcome()
        );
        // The event may be about another state by now, or about nothing that changes.
        let _ = downloader.events.recv_timeout(Duration::from_millis(10));
    }
}

#[test]
fn a_server_that_is_gone_is_waited_for() {
    let (mut web, downloader, transfer) = interrupted(patient());
    wait_for(&downloader, &transfer, TransferState::is_backing_off);
    assert!(transfer.interruption().is_some());
    web.start();
    wait_for(&downloader, &transfer, |state| {
        *state == TransferState::Moving
    });
    let outcome = downloader.wait(transfer.id());
    assert_eq!(saved(&outcome).path, downloader.folder.path().join("f"));
    assert!(web::files(downloader.folder.path()) == files().0);
}

#[test]
fn retry_now_wakes_all_threads_of_a_folder() {
    let long = Duration::from_hours(1);
    let limits = Limits {
        timeouts: Timeouts {
            first_backoff: long,
            longest_backoff: long,
            ..Timeouts::default()
        },
        // Otherwise no file waits so long.
        give_up: Some(2 * long),
        ..Limits::default()
    };
    let (mut web, downloader, transfer) = interrupted(limits);
    wait_for(&downloader, &transfer, TransferState::is_backing_off);
    web.start();
    downloader.client.try_now(transfer.id());
    saved(&downloader.wait(transfer.id()));
    assert!(web::files(downloader.folder.path()) == files().0);
}

#[test]
fn refused_threads_back_off_while_another_makes_progress() {
    const FILES: usize = 200;
    let others = Limits::default().connections - 1;
    let (long, all) = (Duration::from_hours(1), Files::many(FILES));
    let refused = Arc::new(AtomicUsize::new(0));
    let (tell, told) = unbounded();
    let (first, served) = (OnceLock::new(), AtomicUsize::new(0));
    let count = Arc::clone(&refused);
    let web = Web::new(move |asked| {
        if asked.path.ends_with('/') {
            return all.reply(asked);
        }
        // One connection is enough for this server; each has a thread.
        let own = thread::current().id();
        if *first.get_or_init(|| own) == own {
            if served.fetch_add(1, Ordering::SeqCst) == 0 {
                let mut paths = HashSet::new();
                while paths.len() < others {
                    paths.insert(told.recv_timeout(PATIENCE).unwrap());
                }
            }
            return all.reply(asked);
        }
        // What the others hold is all that is left.
        if served.load(Ordering::SeqCst) >= FILES - others {
            return all.reply(asked);
        }
        count.fetch_add(1, Ordering::SeqCst);
        tell.send(asked.path.clone()).unwrap();
        Reply::Say(answer("503 Service Unavailable", "", b""))
    });
    let downloader = Downloader::with(Limits {
        timeouts: Timeouts {
            first_backoff: long,
            longest_backoff: long,
            ..Timeouts::default()
        },
        // Otherwise no file waits so long.
        give_up: Some(2 * long),
        ..Limits::default()
    });
    saved(&downloader.get(web.port, "f/"));
    assert!(web::files(downloader.folder.path()) == Files::many(FILES).0);
    // As a small file and like any other, and not again for each that the first one gets.
    let refused = refused.load(Ordering::SeqCst);
    assert!(refused <= 3 * others, "{refused}");
}

#[test]
fn a_server_that_stays_away_is_given_up_and_everything_kept() {
    let limits = Limits {
        give_up: Some(Duration::from_millis(100)),
        ..patient()
    };
    let (mut web, downloader, transfer) = interrupted(limits);
    let outcome = downloader.wait(transfer.id());
    assert_eq!(failure(&outcome), "refused", "{outcome:?}");
    assert!(matches!(outcome, Outcome::Failed(_)) && transfer.is_kept());
    assert_eq!(downloader.files(), ["f", "f.part"]);
    // It is not there at the start, either: what has arrived is kept still.
    let transfer = downloader.start(web.port, "f/");
    assert_eq!(failure(&downloader.wait(transfer.id())), "refused");
    assert!(transfer.is_kept());
    web.start();
    saved(&downloader.get(web.port, "f/"));
    assert_eq!(downloader.files(), ["f"]);
    assert!(web::files(downloader.folder.path()) == files().0);
}

#[test]
fn a_folder_that_failed_keeps_all_partial_files() {
    let big = ["f/big 1", "f/big 2", "f/big 3"];
    let files = Files(big.map(|name| (name.to_owned(), noise(2 << 20))).into());
    let mut halting = Halting::new(files.clone(), 0);
    let downloader = Downloader::with(Limits {
        give_up: Some(Duration::from_millis(100)),
        ..patient()
    });
    let transfer = downloader.start(halting.web.port, "f/");
    let began = Instant::now();
    // Half of each.
    while transfer.done() < 3 << 20 {
        assert!(began.elapsed() < PATIENCE, "{}", transfer.done());
        let _ = downloader.events.recv_timeout(Duration::from_millis(10));
    }
    halting.web.stop();
    assert_eq!(failure(&downloader.wait(transfer.id())), "refused");
    let kept = |name: &str| downloader.folder.path().join(format!("{name}.part"));
    for name in big {
        assert_eq!(fs::metadata(kept(name)).unwrap().len(), 1 << 20, "{name}");
    }
    let web = Web::at(halting.web.port, move |asked| files.reply(asked));
    saved(&downloader.get(web.port, "f/"));
    let ranges = web.asked().into_iter();
    let ranges = ranges.filter(|asked| asked.head.contains("\r\nrange: bytes=1048576-\r\n"));
    assert_eq!(ranges.count(), 3);
}

#[test]
fn a_folder_that_was_begun_waits_for_its_server() {
    // Without its slash, too.
    for name in ["f", "f/"] {
        let halting = Halting::new(files(), 3);
        let port = halting.web.port;
        let downloader = Downloader::with(patient());
        let transfer = downloader.start(port, name);
        halting.wait();
        downloader.client.pause(transfer.id());
        downloader.wait(transfer.id());
        drop(halting);
        let transfer = downloader.start(port, name);
        wait_for(&downloader, &transfer, TransferState::is_backing_off);
        assert!(transfer.is_kept());
        let all = files();
        let web = Web::at(port, move |asked| all.reply(asked));
        saved(&downloader.wait(transfer.id()));
        assert_eq!(downloader.files(), ["f"]);
        // One that was never begun, on a server never heard, is a slip of the finger.
        drop(web);
        let stranger = Downloader::with(patient());
        assert_eq!(failure(&stranger.get(port, "g/")), "refused");
    }
}

#[test]
fn other_downloads_run_while_a_folder_backs_off() {
    let limits = Limits {
        at_once: 1,
        ..patient()
    };
    let (mut web, downloader, transfer) = interrupted(limits);
    let other = Web::new(|_| Reply::Say(answer("200 OK", "", b"x")));
    saved(&downloader.get(other.port, "a"));
    assert_ne!(transfer.state(), TransferState::Ended);
    web.start();
    saved(&downloader.wait(transfer.id()));
    assert_eq!(downloader.files(), ["a", "f"]);
}

#[test]
fn a_panic_is_reported_as_an_error_and_the_download_resumes() {
    let all = files();
    let web = Web::new(move |asked| all.reply(asked));
    // Not before the folder is there.
    let mut downloader = panicking(|transfer| transfer.protocol().is_some());
    let outcome = downloader.get(web.port, "f/");
    assert_eq!(failure(&outcome), "crashed");
    let (sender, events) = unbounded();
    downloader.client = Client::new(sender.into());
    downloader.events = events;
    saved(&downloader.get(web.port, "f/"));
    assert_eq!(downloader.files(), ["f"]);
}

#[test]
fn a_download_resumes_after_a_panic() {
    // One of those that fetch tells that it goes on.
    let was_away = AtomicBool::new(false);
    let mut downloader = panicking(move |transfer| {
        let state = transfer.state();
        was_away.fetch_or(state.is_backing_off(), Ordering::SeqCst);
        state == TransferState::Moving && was_away.load(Ordering::SeqCst)
    });
    let (mut web, transfer) = interrupt(&downloader);
    wait_for(&downloader, &transfer, TransferState::is_backing_off);
    web.start();
    assert_eq!(failure(&downloader.wait(transfer.id())), "crashed");
    assert!(transfer.is_kept());
    let (sender, events) = unbounded();
    downloader.client = Client::new(sender.into());
    downloader.events = events;
    saved(&downloader.get(web.port, "f/"));
    assert_eq!(downloader.files(), ["f"]);
    assert!(web::files(downloader.folder.path()) == files().0);
}

//! The rows of downloads in each state.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::*;
pub(super) use crate::app::model::request;
use landline_engine::client::IfExists;
use landline_engine::error::{ClientError, Failure, StoreError};
use landline_engine::transfer::{
    Checked, FailedFile, Files, Incomplete, Note, Outcome, Protocol, Saved, TransferId,
    TransferState,
};

pub(super) fn saved(name: &str, checked: Checked) -> Saved {
    Saved {
        path: PathBuf::from("/home/bo/Downloads").join(name),
        checked,
        skipped: false,
        notes: Vec::new(),
    }
}

/// A download with 2.6 of 4.2 GB.
fn moving(name: &str) -> Arc<Transfer> {
    let one = transfer(Direction::Download, name);
    one.start(Protocol::Http, Some(4_200_000_000));
    one.advance(2_600_000_000);
    one
}

fn ended(name: &str, outcome: Outcome) -> Arc<Transfer> {
    let one = moving(name);
    one.end(outcome);
    one
}

fn folder(name: &str, files: Files) -> Arc<Transfer> {
    let one = moving(name);
    one.set_files(files);
    one
}

const COUNTED: Files = Files {
    done: 1_234,
    total: 10_000,
    failed: 2,
    is_counted: true,
};

/// Downloads in each active state.
fn active() -> Vec<Arc<Transfer>> {
    let waiting = transfer(Direction::Download, "waiting");
    let dialling = transfer(Direction::Download, "dialling");
    dialling.set_state(TransferState::Connecting);
    let cut = moving("cut");
    let until = Instant::now() + Duration::from_hours(1);
    cut.back_off(no_answer(), until);
    let checking = moving("checking");
    checking.set_state(TransferState::Verifying);
    let found = Files {
        is_counted: false,
        failed: 0,
        ..COUNTED
    };
    vec![
        moving("moving"),
        waiting,
        dialling,
        cut,
        checking,
        folder("counted/", COUNTED),
        folder("found/", found),
    ]
}

/// Downloads in each ended state.
fn over() -> Vec<Arc<Transfer>> {
    let mut renamed = saved("[新]renamed", Checked::Length);
    renamed.notes.push(Note::SafeName {
        stored: "renamed".to_owned(),
    });
    let mut there = saved("there", Checked::Digest);
    there.skipped = true;
    let album = folder("album/", COUNTED);
    album.end(Outcome::Saved(saved("album", Checked::Digest)));
    let why = || ClientError::Refused {
        host: "box".to_owned(),
        port: 8080,
    };
    let kept = ended("kept", Outcome::Failed(Failure::Fetch(why())));
    kept.keep(true);
    vec![
        ended("checked", Outcome::Saved(saved("checked", Checked::Digest))),
        ended("renamed", Outcome::Saved(renamed)),
        ended("raw", Outcome::Saved(saved("raw", Checked::Nothing))),
        ended("there", Outcome::Saved(there)),
        album,
        ended("paused", Outcome::Paused(None)),
        ended(
            "full",
            Outcome::Paused(Some(
                StoreError::DiskFull {
                    folder: "/tmp".into(),
                    lacking: None,
                }
                .into(),
            )),
        ),
        ended("failed", Outcome::Failed(Failure::Fetch(why()))),
        kept,
        ended("gone", Outcome::Cancelled),
        incomplete(),
    ]
}

fn incomplete() -> Arc<Transfer> {
    let files = Files {
        done: 9_990,
        failed: 10,
        ..COUNTED
    };
    let photos = folder("photos/", files);
    let example = |number: u32| FailedFile {
        name: format!("2024/a rather long name of a photo {number}.jpg"),
        why: no_answer(),
    };
    photos.end(Outcome::Incomplete(Incomplete {
        path: PathBuf::from("/home/bo/Downloads/photos"),
        failed: 10,
        examples: (0..8).map(example).collect(),
        notes: Vec::new(),
    }));
    photos
}

/// One download in each state.
pub(super) fn in_every_state(model: &mut Model) {
    add(model, &active());
    add(model, &over());
}

fn add(model: &mut Model, all: &[Arc<Transfer>]) {
    let transfers = &mut model.client.transfers;
    for one in all {
        transfers.add(Arc::clone(one), Some(request(one.name())));
    }
    transfers.sample(Instant::now());
}

/// A wide and a narrow window, both high enough for all rows.
fn windows(all: impl Fn() -> Vec<Arc<Transfer>>) -> Vec<(Window, Vec<Arc<Transfer>>)> {
    let sizes = [
        vec2(980.0, 1500.0),
        vec2(440.0, 2200.0),
        vec2(1600.0, 1500.0),
    ];
    let open = |size| {
        let (mut model, all) = (filled(Tab::Client), all());
        add(&mut model, &all);
        (window(size, Theme::Dark, model), all)
    };
    sizes.map(open).into()
}

fn id(all: &[Arc<Transfer>], name: &str) -> TransferId {
    let found = all.iter().find(|one| one.name() == name);
    found.expect(name).id()
}

fn shows(window: &Window, texts: &[&str]) {
    for text in texts {
        assert!(window.query_all_by_label(text).count() > 0, "{text}");
    }
}

#[test]
fn active_downloads_show_progress_and_can_be_paused_and_cancelled() {
    for (mut window, all) in windows(active) {
        shows(
            &window,
            &[
                "Waiting…",
                "Connecting…",
                "Verifying…",
                "2.6 / 4.2 GB",
                "2.6 GB",
                "0 of 7 done",
                "1,234 of 10,000 files · 2 failed",
                "1,234 of 10,000 files so far",
                "interrupted",
                "5 active · 1 waiting · 1 interrupted",
            ],
        );
        let bar = window.get_by_label("Progress of moving");
        assert_eq!(bar.accesskit_node().numeric_value(), Some(61.0));
        window.get_by_label("Progress of counted/");
        assert!(window.query_by_label("Progress of found/").is_none());
        window.get_by_label("box did not respond on port 8080.");
        window.get_by_label_contains("Trying again in ");
        assert!(window.query_by_label("Clear finished").is_none());
        for one in all {
            click(&mut window, &format!("Pause {}", one.name()));
            click(&mut window, &format!("Cancel {}", one.name()));
            let wanted = [Action::Pause(one.id()), Action::Cancel(one.id())];
            assert_eq!(asked(&mut window), wanted);
        }
    }
}

#[test]
fn saved_downloads_show_how_they_were_verified() {
    for (mut window, _) in windows(over) {
        shows(
            &window,
            &[
                "saved · SHA-256 verified",
                "saved · length checked",
                "saved, not verified",
                "Length unknown, not verified: incomplete if the connection was lost",
                "skipped",
                "[新]renamed",
                "The file was saved as “renamed”: its own name cannot be stored, or could be mistaken for another.",
            ],
        );
        let path = |name: &str| PathBuf::from("/home/bo/Downloads").join(name);
        click(&mut window, "Open raw");
        click(&mut window, "Show in folder: album/");
        let wanted = [Action::Open(path("raw")), Action::Reveal(path("album"))];
        assert_eq!(asked(&mut window), wanted);
    }
}

#[test]
fn an_empty_folder_claims_no_verification() {
    let empty = || {
        let files = Files {
            is_counted: true,
            ..Files::default()
        };
        let album = folder("album/", files);
        album.end(Outcome::Saved(saved("album", Checked::Digest)));
        vec![album]
    };
    for (window, _) in windows(empty) {
        shows(&window, &["saved"]);
        window.get_by_label_contains("0 files");
        assert!(window.query_by_label_contains("hecked").is_none());
    }
}

#[test]
fn unfinished_downloads_can_be_resumed_or_removed() {
    for (mut window, all) in windows(over) {
        let words = ["paused", "disk full", "failed", "cancelled", "2.6 / 4.2 GB"];
        shows(&window, &words);
        window.get_by_label_contains("There is not enough free space in /tmp.");
        window.get_by_label("Progress of paused");
        for name in ["full", "failed", "kept", "gone"] {
            let bar = format!("Progress of {name}");
            assert!(window.query_by_label(&bar).is_none(), "{name}");
        }
        for (button, wanted) in [
            ("Resume paused", Action::Again(id(&all, "paused"))),
            ("Remove paused", Action::Remove(id(&all, "paused"))),
            ("Resume full", Action::Again(id(&all, "full"))),
            ("Remove full", Action::Remove(id(&all, "full"))),
            ("Try again: failed", Action::Again(id(&all, "failed"))),
            ("Try again: kept", Action::Again(id(&all, "kept"))),
            ("Remove kept", Action::Remove(id(&all, "kept"))),
            ("Try again: gone", Action::Again(id(&all, "gone"))),
            ("Remove failed", Action::Remove(id(&all, "failed"))),
            ("Remove gone", Action::Remove(id(&all, "gone"))),
            ("Clear finished", Action::ClearFinished(Tab::Client)),
        ] {
            click(&mut window, button);
            assert_eq!(asked(&mut window), [wanted], "{button}");
        }
    }
}

#[test]
fn a_folder_with_a_truncated_listing_stays_incomplete_after_a_restart() {
    let photos = || {
        let photos = folder("photos/", COUNTED);
        photos.end(Outcome::Incomplete(Incomplete {
            path: PathBuf::from("/home/bo/Downloads/photos"),
            failed: 0,
            examples: Vec::new(),
            notes: Vec::new(),
        }));
        vec![photos]
    };
    for (window, _) in windows(photos) {
        shows(
            &window,
            &[
                "incomplete",
                "Something was left out. Download it again to see what.",
            ],
        );
    }
}

#[test]
fn an_incomplete_folder_lists_what_is_missing() {
    for (mut window, all) in windows(|| vec![incomplete()]) {
        let id = all[0].id();
        shows(
            &window,
            &["incomplete", "9,990 of 10,000 files saved; 10 failed"],
        );
        let example = "2024/a rather long name of a photo 7.jpg";
        assert!(window.query_by_label(example).is_none());
        click(&mut window, "Show 10 failed files in photos/");
        window.get_by_label(example);
        window.get_by_label("and 2 more");
        // A single reason for all of them.
        window.get_by_label("box did not respond on port 8080.");
        click(&mut window, "Copy the list of failed files in photos/");
        let copied = asked(&mut window);
        assert!(
            matches!(&copied[..], [Action::Copy(list)] if list.lines().count() == 8),
            "{copied:?}"
        );
        click(&mut window, "Hide failed files in photos/");
        assert!(window.query_by_label(example).is_none());
        click(&mut window, "Retry failed: photos/");
        click(&mut window, "Remove photos/");
        assert_eq!(asked(&mut window), [Action::Again(id), Action::Remove(id)]);
        assert!(window.query_by_label("Clear finished").is_none());
    }
}

#[test]
fn the_focus_stays_when_pause_becomes_resume() {
    let mut model = filled(Tab::Client);
    let film = moving("film.mkv");
    add(&mut model, &[Arc::clone(&film)]);
    let mut window = usual(model);
    window.get_by_label("Pause film.mkv").focus();
    window.run();
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(asked(&mut window), [Action::Pause(film.id())]);
    film.end(Outcome::Paused(None));
    let transfers = &mut window.state_mut().model.client.transfers;
    transfers.sample(Instant::now());
    window.run();
    assert!(window.get_by_label("Resume film.mkv").is_focused());
    let again = moving("film.mkv");
    let transfers = &mut window.state_mut().model.client.transfers;
    transfers.continue_with(film.id(), again);
    window.run();
    assert!(window.get_by_label("Pause film.mkv").is_focused());
}

#[test]
fn a_row_stays_in_place_when_it_is_paused() {
    for size in [USUAL, vec2(440.0, 700.0)] {
        let mut model = filled(Tab::Client);
        let film = moving("film.mkv");
        add(&mut model, &[Arc::clone(&film), moving("notes.txt")]);
        let mut window = window(size, Theme::Light, model);
        let place = |window: &Window, name: &str| window.get_by_label(name).rect();
        let before = ["Pause film.mkv", "Cancel film.mkv", "notes.txt"];
        let before = before.map(|name| place(&window, name));
        film.end(Outcome::Paused(None));
        window.run();
        let after = ["Resume film.mkv", "Remove film.mkv", "notes.txt"];
        assert_eq!(after.map(|name| place(&window, name)), before);
    }
}

#[test]
fn the_action_for_existing_files_is_a_setting() {
    // As high as the settings.
    let size = vec2(USUAL.x, 2400.0);
    let mut window = window(size, Theme::Light, filled(Tab::Client));
    click(&mut window, "Settings");
    window.get_by_label_contains("saved next to it");
    click(&mut window, "If the file already exists: Overwrite");
    window.get_by_label_contains("replaces it");
    click(&mut window, "If the file already exists: Skip");
    window.get_by_label_contains("not downloaded again");
    let model = &window.state().model;
    assert_eq!(
        model.download_requests().unwrap().remove(0).exists,
        IfExists::Skip
    );
}

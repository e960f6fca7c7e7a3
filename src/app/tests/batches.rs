//! Many downloads with one click.

use std::net::TcpListener;
use std::path::Path;

use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::happenings::{Running, running_in, titles};
use super::*;
use crate::app::model::plan::{MAX_REQUESTS, sizes};
use landline_engine::client::Request;
use landline_engine::error::{ClientError, Failure};
use landline_engine::transfer::{Outcome, Protocol, TransferState};

/// A model with `count` selected files of a host that accepts connections but never responds.
fn choosing(count: usize, silent: &TcpListener, folder: &Path) -> Model {
    let names: Vec<_> = (0..count).map(|number| format!("{number}.jpg")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let mut model = super::browser::looking("", &names);
    let mut place = model.client.browse.place().unwrap().clone();
    let listed = model.client.browse.folder().unwrap().clone();
    place.host = "127.0.0.1".to_owned();
    place.port = silent.local_addr().unwrap().port();
    model.settings.host.clone_from(&place.host);
    model.settings.host_port = place.port.to_string();
    model.settings.save_to = folder.display().to_string();
    model.client.browse.ask(place.clone());
    model.client.browse.answered(&place, Ok(Arc::new(listed)));
    model.client.browse.choose_all();
    model
}

/// Clicks *Download* and returns the number of rows.
fn download(window: &mut Harness<'static, Running>) -> usize {
    window.get_by_label("Download").click();
    window.run_steps(3);
    let app = window.state().app.as_ref().unwrap();
    app.model.client.transfers.len()
}

#[test]
fn active_downloads_are_reported_once() {
    let silent = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let settings = tempfile::tempdir().unwrap();
    let mut window = running_in(settings.path(), choosing(40, &silent, folder.path()));
    let app = window.state_mut().app.as_mut().unwrap();
    app.model.client.browse.click(0, true, false);
    assert_eq!(download(&mut window), 39);
    // The total is known from the listing before anything arrives.
    window.get_by_label_contains("0 / 39 MB");
    // The remaining file starts, and the others continue.
    let app = window.state_mut().app.as_mut().unwrap();
    app.model.client.browse.choose_all();
    assert_eq!(download(&mut window), 40);
    window.get_by_label("39 downloads are already in progress.");
    window.state_mut().app.as_mut().unwrap().close();
}

#[test]
fn twenty_thousand_selected_files_are_downloaded() {
    let silent = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let settings = tempfile::tempdir().unwrap();
    let mut window = running_in(settings.path(), choosing(20_000, &silent, folder.path()));
    assert_eq!(download(&mut window), 20_000);
    let app = window.state_mut().app.as_mut().unwrap();
    assert!(app.model.client.failure.is_none());
    app.close();
}

#[test]
fn more_than_a_hundred_thousand_files_need_a_folder() {
    let silent = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let settings = tempfile::tempdir().unwrap();
    let mut window = running_in(
        settings.path(),
        choosing(MAX_REQUESTS + 1, &silent, folder.path()),
    );
    assert_eq!(download(&mut window), 0);
    window.get_by_label_contains(
        "100,001 items are selected, but at most 100,000 can be downloaded at a time.",
    );
    window.get_by_label_contains("Download the whole folder instead");
    let app = window.state_mut().app.as_mut().unwrap();
    // A typed name is a single download, whatever is selected.
    app.model.settings.file_name = "7.jpg".to_owned();
    assert_eq!(download(&mut window), 1);
    assert!(window.query_by_label_contains("at most").is_none());
    // The folder is one download as well.
    let app = window.state_mut().app.as_mut().unwrap();
    app.model.settings.file_name.clear();
    assert_eq!(download(&mut window), 1);
    let buttons = window.get_all_by_label("Download this folder");
    buttons
        .min_by(|a, b| a.rect().top().total_cmp(&b.rect().top()))
        .unwrap()
        .click();
    window.run_steps(3);
    let app = window.state_mut().app.as_mut().unwrap();
    let rows = app.model.client.transfers.rows();
    let names: Vec<_> = rows.map(|row| row.transfer.name()).collect();
    assert_eq!(names, ["7.jpg", "/"]);
    assert!(app.model.client.failure.is_none());
    window.state_mut().app.as_mut().unwrap().close();
}

#[test]
fn only_entries_of_the_listed_folder_have_a_size() {
    let model = super::browser::looking("up", &["a.jpg", "sub/"]);
    let sizes = |host: &str, name: &str| {
        let request = Request {
            host: host.to_owned(),
            ..super::downloads::request(name)
        };
        sizes(&[request], &model.client.browse)
    };
    assert_eq!(sizes("192.168.1.5", "up/a.jpg"), [Some(1_000_000)]);
    for name in ["a.jpg", "upa.jpg", "up/b.jpg", "up/sub/", "up/sub/a.jpg"] {
        assert_eq!(sizes("192.168.1.5", name), [None], "{name}");
    }
    assert_eq!(sizes("box", "up/a.jpg"), [None]);
}

/// The progress of the totals in percent.
fn bar(window: &Harness<'static, Running>) -> Option<f64> {
    let bar = window.get_by_label("Progress of all transfers");
    bar.accesskit_node().numeric_value()
}

#[test]
fn the_bar_and_the_title_add_up_known_sizes_only() {
    let settings = tempfile::tempdir().unwrap();
    let all = ["moves", "failed", "cancelled", "connects"];
    let all = all.map(|name| transfer(Direction::Download, name));
    let [moves, failed, cancelled, connects] = &all;
    for one in [moves, failed, cancelled] {
        one.start(Protocol::Http, Some(1_000));
    }
    moves.advance(40);
    failed.advance(980);
    failed.end(Outcome::Failed(Failure::Fetch(ClientError::NoName)));
    cancelled.advance(300);
    cancelled.end(Outcome::Cancelled);
    connects.set_state(TransferState::Connecting);
    let mut window = running_in(settings.path(), filled(Tab::Client));
    let app = window.state_mut().app.as_mut().unwrap();
    let transfers = &mut app.model.client.transfers;
    transfers.add_all(all.iter().map(|one| (Arc::clone(one), None)));
    assert_eq!(titles(&mut window), ["4% - Landline"]);
    assert_eq!(bar(&window), Some(4.0));
    window.get_by_label("0 of 2 done");
    // Another download of unknown size, and then no known size at all.
    let app = window.state_mut().app.as_mut().unwrap();
    let unknown = transfer(Direction::Download, "unknown");
    app.model.client.transfers.add(unknown, None);
    moves.end(Outcome::Failed(Failure::Fetch(ClientError::NoName)));
    assert_eq!(titles(&mut window), ["Landline"]);
    assert_eq!(bar(&window), None);
    window.state_mut().app.as_mut().unwrap().close();
}

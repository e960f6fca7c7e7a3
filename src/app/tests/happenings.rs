//! Events reach the window, and settings and downloads are saved.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crossbeam_channel::bounded;
use egui::ViewportCommand;

use super::*;
use crate::app::actions::Folder;
use crate::app::app::App;
use crate::app::inbox::{Event as AppEvent, inbox};
use crate::app::model::Sharing;
use crate::app::model::history::History;
use crate::app::model::transfers::Transfers;
use crate::sentence;
use crate::settings::Settings;
use crate::stored::Stored as _;
use landline_engine::client::IfExists;
use landline_engine::error::ServerError;
use landline_engine::server::{LogEntry, ServerEvent};
use landline_engine::transfer::{Outcome, Protocol};

pub(super) struct Running {
    pub(super) app: Option<App>,
    /// The theme of the last frame.
    dark: bool,
}

pub(super) fn running(
    model: Model,
    dir: Option<PathBuf>,
    boxes: (crate::app::inbox::Inbox, crate::app::inbox::Outbox),
    unfinished: crossbeam_channel::Sender<()>,
) -> Harness<'static, Running> {
    let mut start = Some((model, boxes, unfinished));
    Harness::builder()
        .with_size(USUAL)
        .allow_missing_glyphs()
        .with_max_steps(20)
        .with_context_setup(fonts::install)
        .build_ui_state(
            move |ui, running: &mut Running| {
                let ctx = ui.ctx().clone();
                if let Some((model, boxes, unfinished)) = start.take() {
                    running.app = Some(App::new(&ctx, model, dir.as_deref(), boxes, unfinished));
                }
                let app = running.app.as_mut().unwrap();
                app.handle_events(&ctx);
                app.draw(ui);
                running.dark = ui.visuals().dark_mode;
            },
            Running {
                app: None,
                dark: false,
            },
        )
}

#[test]
fn events_change_what_is_shown() {
    let (unfinished, _finished) = bounded(0);
    let boxes = inbox(|| {});
    let outbox = boxes.1.clone();
    let mut model = filled(Tab::Server);
    model.server.sharing = Sharing::Starting;
    let mut window = running(model, None, boxes, unfinished);
    window.get_by_label("Starting…");
    let folder = PathBuf::from("/srv/new");
    // The shared folder stays the same until the share has ended.
    outbox.send(AppEvent::Picked(Folder::Shared, folder.clone()));
    outbox.send(AppEvent::Picked(Folder::SaveTo, folder.clone()));
    outbox.send(AppEvent::Problem(sentence!("panicked", what = "worker: x")));
    let taken = ServerError::PortTaken {
        port: 8080,
        free: Some(8081),
    };
    outbox.server().report(ServerEvent::Stopped(Err(taken)));
    window.run();
    window.get_by_label_contains("Port 8080 is already in use");
    window.get_by_label("Use port 8081");
    window.get_by_label_contains("A part of Landline stopped working (worker: x).");
    let shown = |window: &Harness<'static, Running>| {
        let model = &window.state().app.as_ref().unwrap().model;
        (
            model.settings.folder.clone(),
            model.settings.save_to.clone(),
        )
    };
    assert_eq!(
        shown(&window),
        ("/home/ann/Photos".to_owned(), "/srv/new".to_owned())
    );
    outbox.send(AppEvent::Picked(Folder::Shared, folder));
    window.run();
    assert_eq!(shown(&window).0, "/srv/new");
    window.get_by_label("Dismiss this notice").click();
    window.run();
    assert!(window.query_by_label_contains("Dismiss").is_none());
}

#[test]
fn a_change_of_language_takes_effect_at_once() {
    let (unfinished, _finished) = bounded(0);
    let mut model = filled(Tab::Server);
    model.notice(sentence!("no-dialog"));
    model.settings_open = true;
    let mut window = running(model, None, inbox(|| {}), unfinished);
    window.get_by_label("Language: 中文").click();
    window.run();
    window.get_by_label("语言：English");
    // Earlier messages are translated, too.
    window.get_by_label_contains("无法打开选择文件夹的对话框。");
    window.get_by_label("语言：English").click();
    window.run();
    window.get_by_label_contains("The dialog for choosing a folder could not be opened.");
}

#[test]
fn settings_are_restored_at_the_next_start() {
    let dir = tempfile::tempdir().unwrap();
    let (unfinished, finished) = bounded(0);
    let boxes = inbox(|| {});
    let path = dir.path().to_owned();
    let mut window = running(Model::default(), Some(path), boxes, unfinished);
    window.get_by_label("Client").click();
    window.run();
    window
        .get_by_role_and_label(egui::accesskit::Role::TextInput, "Host")
        .click();
    window.run();
    window.event(Event::Text("box".to_owned()));
    window.run();
    let mut app = window.state_mut().app.take().unwrap();
    app.close();
    drop(app);
    // The last worker has dropped its sender.
    assert!(finished.recv().is_err());
    let settings = Settings::load(dir.path()).unwrap();
    assert_eq!((settings.tab, &*settings.host), (Tab::Client, "box"));
}

#[test]
fn a_second_window_leaves_the_list_to_the_first() {
    let dir = tempfile::tempdir().unwrap();
    let first = running_in(dir.path(), Model::default());
    let is_locked = || {
        let lock = std::fs::File::open(dir.path().join("downloads.lock"));
        lock.is_ok_and(|lock| lock.try_lock().is_err())
    };
    let started = Instant::now();
    while !is_locked() {
        assert!(started.elapsed() < Duration::from_secs(20));
        std::thread::yield_now();
    }
    let (unfinished, _finished) = bounded(0);
    let (woken, wake) = bounded(1);
    let boxes = inbox(move || {
        let _ = woken.try_send(());
    });
    let path = Some(dir.path().to_owned());
    let mut second = running(Model::default(), path, boxes, unfinished);
    // Other events come first, such as the identity of this computer.
    let notice = "Another Landline window is open";
    while second.query_by_label_contains(notice).is_none() {
        wake.recv_timeout(Duration::from_secs(20)).unwrap();
        second.run();
    }
    drop(first);
}

/// A model whose fields name a file of a server that does not exist.
pub(super) fn asking(dir: &Path) -> Model {
    let mut model = filled(Tab::Client);
    // Nothing ever listens there, so that connecting fails at once.
    model.settings.host = "127.0.0.1".to_owned();
    model.settings.host_port = "1".to_owned();
    model.settings.save_to = dir.display().to_string();
    model
}

pub(super) fn running_in(dir: &Path, model: Model) -> Harness<'static, Running> {
    let (unfinished, _finished) = bounded(0);
    running(model, Some(dir.to_owned()), inbox(|| {}), unfinished)
}

/// The contents of the file in `dir` once they are `enough`.
pub(super) fn history_in(dir: &Path, mut enough: impl FnMut(&Transfers) -> bool) -> Transfers {
    let started = Instant::now();
    loop {
        let mut transfers = Transfers::default();
        History::load(dir).unwrap().restore(&mut transfers);
        if enough(&transfers) {
            return transfers;
        }
        assert!(started.elapsed() < Duration::from_secs(20), "{transfers:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_download_survives_a_killed_program() {
    let dir = tempfile::tempdir().unwrap();
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let mut model = asking(dir.path());
    // Accepts connections but never responds.
    model.settings.host_port = listener.local_addr().unwrap().port().to_string();
    let mut window = running_in(dir.path(), model);
    window.get_by_label("Download").click();
    window.step();
    window.step();
    // The window still exists and was not closed, as if the process had been killed.
    let transfers = history_in(dir.path(), |all| !all.is_empty());
    let mut again = Model::default();
    again.client.transfers = transfers;
    again.settings.tab = Tab::Client;
    let mut again = usual(again);
    again.get_by_label("paused");
    again.get_by_label("Resume film 海边.mkv");
    click(&mut again, "Remove film 海边.mkv");
    assert!(matches!(asked(&mut again)[..], [Action::Remove(_)]));
    window.state_mut().app.take().unwrap().close();
}

#[test]
fn a_download_survives_a_closed_window() {
    let dir = tempfile::tempdir().unwrap();
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let mut model = asking(dir.path());
    model.settings.host_port = listener.local_addr().unwrap().port().to_string();
    let (unfinished, finished) = bounded(0);
    let path = Some(dir.path().to_owned());
    let mut window = running(model, path, inbox(|| {}), unfinished);
    window.get_by_label("Download").click();
    window.step();
    window.step();
    window.state_mut().app.take().unwrap().close();
    assert!(finished.recv().is_err());
    let transfers = history_in(dir.path(), |_| true);
    let row = transfers.rows().next().unwrap();
    assert!(row.is_unfinished());
}

#[test]
fn the_same_request_resumes_in_its_row() {
    let dir = tempfile::tempdir().unwrap();
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let mut model = asking(dir.path());
    model.settings.host_port = listener.local_addr().unwrap().port().to_string();
    let request = model.download_requests().unwrap().remove(0);
    let paused = transfer(Direction::Download, &request.name);
    paused.end(Outcome::Paused(None));
    model.client.transfers.add(paused, Some(request));
    // The setting for existing files may have changed.
    model.settings.exists = IfExists::Overwrite;
    let mut window = running_in(dir.path(), model);
    window.get_by_label("Resume film 海边.mkv");
    window.get_by_label("Download").click();
    window.step();
    window.step();
    window.get_by_label("Pause film 海边.mkv");
    assert!(window.query_by_label("Resume film 海边.mkv").is_none());
    let is_taken_over = |all: &Transfers| {
        let mut asked = all.rows().filter_map(|row| row.request.as_ref());
        asked.any(|request| request.exists == IfExists::Overwrite)
    };
    let kept = history_in(dir.path(), is_taken_over);
    assert_eq!(kept.rows().count(), 1);
    window.state_mut().app.take().unwrap().close();
}

#[test]
fn the_lines_of_the_log_keep_their_distance() {
    let mut model = filled(Tab::Server);
    model.server.log.expanded = true;
    for number in 0..10 {
        let name = format!("file {number}");
        let peer = Ipv4Addr::LOCALHOST.into();
        let entry = LogEntry::NotFound { name };
        let logged = ServerEvent::Logged { peer, entry };
        model.server.apply("12:03:22".to_owned(), logged);
    }
    let window = usual(model);
    let mut tops: Vec<f32> = Vec::new();
    for number in 0..10 {
        let words = format!("“file {number}”");
        let line = window.query_by_label_contains(&words);
        tops.extend(line.map(|line| line.rect().top()));
    }
    assert!(tops.len() > 3, "{tops:?}");
    for pair in tops.windows(2) {
        assert!((pair[1] - pair[0] - 19.0).abs() < 0.01, "{tops:?}");
    }
}

#[test]
fn active_downloads_are_not_started_twice() {
    // Accepts connections but never responds.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut model = Model::default();
    let settings = &mut model.settings;
    settings.tab = Tab::Client;
    settings.host = "127.0.0.1".to_owned();
    settings.host_port = silent.local_addr().unwrap().port().to_string();
    settings.file_name = "film.mkv".to_owned();
    settings.save_to = folder.path().display().to_string();
    let (unfinished, _finished) = bounded(0);
    let mut window = running(model, None, inbox(|| {}), unfinished);
    for _ in 0..2 {
        window.get_by_label("Download").click();
        window.run_steps(2);
    }
    window.run_steps(2);
    assert_eq!(window.query_all_by_label("Cancel film.mkv").count(), 1);
    assert_eq!(
        window
            .query_all_by_label_contains("is already being downloaded")
            .count(),
        1
    );
    window.state_mut().app.as_mut().unwrap().close();
}

#[test]
fn the_window_title_shows_the_progress() {
    let film = transfer(Direction::Upload, "film.mkv");
    film.start(Protocol::Http, Some(100));
    film.advance(50);
    let (unfinished, _finished) = bounded(0);
    let mut window = running(Model::default(), None, inbox(|| {}), unfinished);
    let app = window.state_mut().app.as_mut().unwrap();
    app.model.server.transfers.add(Arc::clone(&film), None);
    assert_eq!(titles(&mut window), ["50% - Landline"]);
    assert!(titles(&mut window).is_empty());
    film.end(Outcome::Sent);
    assert_eq!(titles(&mut window), ["Landline"]);
}

/// The titles that the next frame sets.
pub(super) fn titles(window: &mut Harness<'static, Running>) -> Vec<String> {
    window.step();
    let outputs = window.output().viewport_output.values();
    let commands = outputs.flat_map(|output| &output.commands);
    let title = |command: &ViewportCommand| match command {
        ViewportCommand::Title(title) => Some(title.clone()),
        _ => None,
    };
    commands.filter_map(title).collect()
}

#[test]
fn the_theme_follows_the_system_unless_it_is_set() {
    let (unfinished, _finished) = bounded(0);
    let boxes = inbox(|| {});
    let outbox = boxes.1.clone();
    let mut window = running(Model::default(), None, boxes, unfinished);
    assert!(!window.state().dark);
    for (dark, calm, is_dark) in [
        (Some(true), Some(true), true),
        (Some(false), Some(false), false),
        (Some(true), None, true),
        (None, Some(true), false),
    ] {
        outbox.send(AppEvent::Appearance { dark, calm });
        // The very next frame, so that none is drawn in the old colours.
        window.step();
        assert_eq!(window.state().dark, is_dark);
        assert_eq!(theme::is_calm(&window.ctx), calm == Some(true));
    }
    let (unfinished, _finished) = bounded(0);
    let boxes = inbox(|| {});
    let mut model = Model::default();
    model.settings.theme = crate::settings::Theme::Light;
    boxes.1.send(AppEvent::Appearance {
        dark: Some(true),
        calm: None,
    });
    let window = running(model, None, boxes, unfinished);
    assert!(!window.state().dark);
}

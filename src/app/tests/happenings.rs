//! What happens outside reaches the window, and what was chosen is kept.

use std::net::Ipv4Addr;
use std::path::PathBuf;

use crossbeam_channel::bounded;

use super::*;
use crate::app::actions::Folder;
use crate::app::app::App;
use crate::app::inbox::{Event as Happening, inbox};
use crate::app::model::Sharing;
use crate::sentence;
use crate::server::{ServerError, ServerEvent};
use crate::settings::Settings;

struct Running {
    app: Option<App>,
}

fn running(
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
                    running.app = Some(App::new(&ctx, model, dir.clone(), boxes, unfinished));
                }
                let app = running.app.as_mut().unwrap();
                app.take_in(&ctx);
                app.draw(ui);
            },
            Running { app: None },
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
    outbox.send(Happening::Picked(Folder::Shared, folder));
    outbox.send(Happening::Problem(sentence!(
        "panicked",
        what = "worker: x"
    )));
    let taken = ServerError::PortTaken {
        port: 8080,
        free: Some(8081),
    };
    outbox.server().report(ServerEvent::Stopped(Err(taken)));
    window.run();
    window.get_by_label_contains("Port 8080 is taken");
    window.get_by_label("Use port 8081");
    window.get_by_label_contains("A part of Landline stopped working (worker: x).");
    let field = window.get_by_role_and_label(egui::accesskit::Role::TextInput, "Shared folder");
    assert_eq!(field.value().as_deref(), Some("/srv/new"));
    window.get_by_label("Dismiss").click();
    window.run();
    assert!(window.query_by_label("Dismiss").is_none());
}

#[test]
fn what_was_chosen_is_there_at_the_next_start() {
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
    // The last worker that had something to finish lets go of its end.
    assert!(finished.recv().is_err());
    let settings = Settings::load(dir.path()).unwrap();
    assert_eq!((settings.tab, &*settings.host), (Tab::Client, "box"));
}

#[test]
fn the_lines_of_the_log_keep_their_distance() {
    let mut model = filled(Tab::Server);
    model.server.log.expanded = true;
    for number in 0..10 {
        let what = sentence!("log-no-file", name = format!("file {number}"));
        let peer = Ipv4Addr::LOCALHOST.into();
        let noted = ServerEvent::Noted { peer, what };
        model.server.apply("12:03:22".to_owned(), noted);
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

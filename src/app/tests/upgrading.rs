//! After an update, the previous version's downloads can be resumed, but only those in its list.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use super::happenings::{asking, running_in};
use super::*;
use crate::app::model::history::History;

const PATIENCE: Duration = Duration::from_secs(20);

/// A half-complete part of `film`, as version 0.1.0 saved it in `folder`.
fn leave_half(folder: &Path, port: u16) {
    let record = serde_json::json!({
        "source": {"host": "127.0.0.1", "port": port, "name": "film", "dialect": "http"},
        "version": {"validator": "\"1\"", "length": 8},
        "durable": 4, "modified": null, "is_ending": false, "boot": null,
    });
    fs::write(folder.join("film.part"), "half").unwrap();
    fs::write(folder.join("film.part.json"), record.to_string()).unwrap();
}

/// The list of downloads in the format of that version.
fn list(folder: &Path, port: u16, state: &serde_json::Value) -> String {
    let request = serde_json::json!({
        "host": "127.0.0.1", "port": port, "name": "film", "target": {"Folder": folder},
        "dialect": "http", "exists": "keep",
    });
    let entry = serde_json::json!({"request": request, "added": 1, "ended": 2, "state": state});
    serde_json::json!({ "downloads": [entry] }).to_string()
}

/// The result of resuming a download from the previous version's list.
fn goes_on(state: impl Fn(&Path) -> serde_json::Value) -> Vec<u8> {
    let (settings, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    leave_half(folder.path(), port);
    let server = std::thread::spawn(move || {
        let (socket, _) = listener.accept().unwrap();
        let lines = BufReader::new(&socket).lines().map(Result::unwrap);
        let head: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
        let answer = if head.iter().any(|line| line == "Range: bytes=4-") {
            "206 Partial Content\r\nContent-Range: bytes 4-7/8\r\nContent-Length: 4\r\nETag: \"1\"\r\n\r\nrest"
        } else {
            "200 OK\r\nContent-Length: 8\r\nETag: \"1\"\r\n\r\nall anew"
        };
        let answer = format!("HTTP/1.1 {answer}");
        (&socket).write_all(answer.as_bytes()).unwrap();
    });
    let text = list(folder.path(), port, &state(folder.path()));
    let history: History = serde_json::from_str(&text).unwrap();
    let mut model = asking(folder.path());
    history.restore(&mut model.client.transfers);
    let mut window = running_in(settings.path(), model);
    window.step();
    let app = window.state_mut().app.as_mut().unwrap();
    let id = app
        .model
        .client
        .transfers
        .rows()
        .next()
        .unwrap()
        .transfer
        .id();
    app.apply(&egui::Context::default(), Action::Again(id));
    let began = Instant::now();
    let saved = loop {
        if let Ok(saved) = fs::read(folder.path().join("film")) {
            break saved;
        }
        assert!(began.elapsed() < PATIENCE);
        std::thread::yield_now();
    };
    server.join().unwrap();
    window.state_mut().app.take().unwrap().close();
    saved
}

#[test]
fn an_unfinished_download_is_resumed() {
    let state = serde_json::json!({"unfinished": {"done": 4, "total": 8, "files": null}});
    assert_eq!(goes_on(|_| state.clone()), b"halfrest");
}

#[test]
fn the_part_of_an_ended_download_is_not_trusted() {
    let saved = |folder: &Path| {
        serde_json::json!({"saved": {"path": folder.join("moved"), "size": 8, "files": null,
            "checked": "length", "skipped": false}})
    };
    assert_eq!(goes_on(saved), b"all anew");
}

//! The states of the Client tab.

use std::path::PathBuf;
use std::time::Instant;

use egui_kittest::kittest::Queryable as _;

use super::long;
use crate::app::model::Failure;
use crate::app::tests::browser::looking;
use crate::app::tests::downloads::{in_every_state, request};
use crate::app::tests::*;
use crate::sentence;
use landline_engine::client::{Place, RemoteEntry};
use landline_engine::discovery::{BrowseEvent, Device, DeviceKind};
use landline_engine::error::ClientError;
use landline_engine::transfer::{Checked, Outcome, Protocol, Saved};

pub(crate) fn recent_hosts() -> Model {
    let mut model = filled(Tab::Client);
    model.settings.host.clear();
    model.settings.hosts = ["ann-pc:8080", "[fe80::dead:beef:1234:5678]:9000", "box:1"]
        .map(str::to_owned)
        .into();
    model
}

/// The host field is the first field.
pub(crate) fn open_suggestions(window: &mut Window) {
    let host = window.get_all_by_role(egui::accesskit::Role::TextInput);
    host.into_iter().next().unwrap().focus();
    window.run();
    press(window, Modifiers::NONE, Key::ArrowDown);
}

fn device(name: &str, kind: DeviceKind, address: &str) -> Device {
    Device {
        identity: None,
        has_password: false,
        id: name.to_owned(),
        name: name.to_owned(),
        kind,
        addresses: vec![address.parse().unwrap()],
        is_own: false,
        device_type: <_>::default(),
    }
}

/// Devices nearby, and no host.
pub(crate) fn nearby() -> Model {
    let mut model = filled(Tab::Client);
    model.settings.host.clear();
    model.nearby.found(BrowseEvent::Devices(vec![
        device("Ann’s laptop", DeviceKind::Landline, "192.168.1.5:8080"),
        device(
            &long("书房"),
            DeviceKind::Landline,
            "[fd00::dead:beef:1234:5678]:8081",
        ),
        device("Studio NAS", DeviceKind::Web, "192.168.1.20:80"),
    ]));
    model
}

pub(crate) fn nearby_and_downloads() -> Model {
    let mut model = nearby();
    let one = transfer(Direction::Download, "film.mkv");
    one.start(Protocol::Http, Some(4_200_000_000));
    one.advance(2_600_000_000);
    let transfers = &mut model.client.transfers;
    transfers.add(one, Some(request("film.mkv")));
    model.client.transfers.sample(Instant::now());
    model
}

pub(crate) fn client_failed() -> Model {
    let mut model = filled(Tab::Client);
    model.client.failure = Some(Failure::new(sentence!("no-host")));
    model
}

pub(crate) fn options() -> Model {
    let mut model = filled(Tab::Client);
    model.client.more = true;
    model
}

pub(crate) fn files() -> Model {
    looking("", &["Photos/", "照片/", "a.txt", "film 海边.mkv", "z.iso"])
}

pub(crate) fn deep() -> Model {
    let path = format!("Photos/2024/照片/{}/May", long("x"));
    looking(&path, &["a.jpg", "b.jpg"])
}

pub(crate) fn long_names() -> Model {
    let names: Vec<_> = (0..40).map(|number| long(&number.to_string())).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    looking("", &names)
}

pub(crate) fn nothing_found() -> Model {
    let mut model = files();
    model.client.browse.set_filter("nothing like it".to_owned());
    model
}

fn place() -> Place {
    Place {
        host: "192.168.1.5".to_owned(),
        port: 8080,
        encryption: <_>::default(),
        path: String::new(),
    }
}

pub(crate) fn asking() -> Model {
    let mut model = filled(Tab::Client);
    model.client.browse.ask(place());
    model
}

pub(crate) fn no_answer() -> Model {
    let mut model = asking();
    let why = ClientError::NoAnswer {
        host: "192.168.1.5".to_owned(),
        port: 8080,
    };
    model.client.browse.answered(&place(), Err(why));
    model
}

pub(crate) fn several_chosen() -> Model {
    let mut model = files();
    model.client.browse.click(2, false, false);
    model.client.browse.click(4, false, true);
    model.show_chosen();
    assert_eq!(model.client.browse.chosen().0, 3);
    let last: Option<&RemoteEntry> = model.client.browse.row(4);
    assert!(last.is_some_and(|last| last.name == "z.iso"));
    model
}

pub(crate) fn files_and_downloads() -> Model {
    let mut model = several_chosen();
    for name in ["film.mkv", "notes.txt"] {
        let one = transfer(Direction::Download, name);
        one.start(Protocol::Http, Some(4_200_000_000));
        one.advance(2_600_000_000);
        let transfers = &mut model.client.transfers;
        transfers.add(one, Some(request(name)));
    }
    model.client.transfers.sample(Instant::now());
    model
}

pub(crate) fn downloads() -> Model {
    let mut model = filled(Tab::Client);
    in_every_state(&mut model);
    model
}

fn news(name: &str, outcome: Outcome) -> Model {
    let mut model = filled(Tab::Client);
    let one = transfer(Direction::Download, name);
    one.end(outcome);
    model.finished.ended(&one);
    model.finished.batch_ended(Instant::now());
    assert!(model.finished.toasts().last().is_some());
    model
}

pub(crate) fn good_news() -> Model {
    let name = long(".mkv");
    let saved = Saved {
        path: PathBuf::from("/home/bo/Downloads").join(&name),
        checked: Checked::Digest,
        skipped: false,
        notes: Vec::new(),
    };
    news(&name, Outcome::Saved(saved))
}

/// On the other tab, because on the Client tab the row reports it.
pub(crate) fn bad_news(tab: Tab) -> Model {
    let mut model = news("film.mkv", Outcome::Failed(ClientError::NoName.into()));
    model.settings.tab = tab;
    model
}

pub(crate) fn notice_and_news() -> Model {
    let mut model = good_news();
    model.notice(sentence!("settings-not-read"));
    model
}

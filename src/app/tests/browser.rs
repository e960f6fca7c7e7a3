//! Browsing a remote folder and selecting files.

use std::sync::Arc;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::*;
use landline_engine::client::{ClientEvent, Place, RemoteEntry, RemoteFolder};

pub(super) fn place(path: &str) -> Place {
    Place {
        host: "192.168.1.5".to_owned(),
        port: 8080,
        encryption: <_>::default(),
        path: path.to_owned(),
    }
}

/// The action that opens the folder with this path.
pub(super) fn opened(path: &str) -> Action {
    Action::OpenFolder(place(path))
}

/// The action that downloads these names from there.
pub(super) fn taken(names: &[&str]) -> Action {
    let names = names.iter().map(|&name| name.to_owned()).collect();
    Action::DownloadFrom(place(""), names)
}

pub(super) fn folder(path: &str, names: &[String]) -> Arc<RemoteFolder> {
    let entry = |name: &String| {
        let is_folder = name.ends_with('/');
        let size = (!is_folder).then_some(1_000_000);
        let modified = Some(std::time::SystemTime::UNIX_EPOCH);
        RemoteEntry::new(
            name.trim_end_matches('/').to_owned(),
            is_folder,
            size,
            modified,
        )
    };
    let entries: Vec<_> = names.iter().map(entry).collect();
    Arc::new(RemoteFolder {
        path: path.to_owned(),
        folders: entries.iter().filter(|entry| entry.is_folder).count(),
        entries,
        nameless: 0,
        is_cut: false,
        is_index: false,
        protection: landline_engine::identity::Protection::None,
    })
}

/// The Client tab with a listed folder.
pub(super) fn looking(path: &str, names: &[&str]) -> Model {
    let names: Vec<_> = names.iter().map(|&name| name.to_owned()).collect();
    let mut model = filled(Tab::Client);
    model.settings.file_name.clear();
    model.client.browse.ask(place(path));
    let listed = ClientEvent::Listed(place(path), Ok(folder(path, &names)));
    model.client.apply(listed);
    model
}

fn usual_files() -> Model {
    looking("", &["Photos/", "照片/", "a.txt", "film 海边.mkv", "z.iso"])
}

/// The selected rows according to a screen reader.
pub(super) fn chosen(window: &Window) -> Vec<String> {
    let rows = window.get_all_by_role(Role::ListBoxOption);
    let rows = rows.map(|row| row.accesskit_node());
    rows.filter(|row| row.is_selected() == Some(true))
        .filter_map(|row| row.label())
        .collect()
}

fn hold(window: &mut Window, modifiers: Modifiers, name: &str) {
    window
        .get_by_role_and_label(Role::ListBoxOption, name)
        .click_modifiers(modifiers);
    window.run();
}

#[test]
fn a_click_fills_in_the_name_to_download() {
    let mut window = usual(usual_files());
    window.get_by_label("5 items");
    click(&mut window, "film 海边.mkv");
    assert_eq!(chosen(&window), ["film 海边.mkv"]);
    assert_eq!(window.state().model.settings.file_name, "film 海边.mkv");
    click(&mut window, "Download");
    assert_eq!(asked(&mut window), [Action::Download]);
}

#[test]
fn names_that_are_not_utf_8_are_shown_and_requested() {
    let name = landline_engine::name_bytes::from_part(b"caf\xe9.txt");
    let mut window = usual(looking("", &[&name]));
    click(&mut window, "caf\u{fffd}.txt");
    let requests = window.state().model.download_requests().unwrap();
    assert_eq!(requests[0].name, name);
}

#[test]
fn control_and_shift_select_several() {
    let mut window = usual(usual_files());
    click(&mut window, "a.txt");
    hold(&mut window, Modifiers::COMMAND, "Photos");
    assert_eq!(chosen(&window), ["Photos", "a.txt"]);
    window.get_by_label_contains("2 selected");
    hold(&mut window, Modifiers::COMMAND, "a.txt");
    assert_eq!(window.state().model.settings.file_name, "Photos/");
    click(&mut window, "a.txt");
    hold(&mut window, Modifiers::SHIFT, "z.iso");
    assert_eq!(chosen(&window), ["a.txt", "film 海边.mkv", "z.iso"]);
    click(&mut window, "Download");
    assert_eq!(asked(&mut window), [Action::Download]);
    let requests = window.state().model.download_requests().unwrap();
    let names: Vec<_> = requests.iter().map(|request| &*request.name).collect();
    assert_eq!(names, ["a.txt", "film 海边.mkv", "z.iso"]);
    assert!(requests.iter().all(|request| request.host == "192.168.1.5"));
}

#[test]
fn typing_a_name_selects_it() {
    let mut window = usual(usual_files());
    click(&mut window, "a.txt");
    type_into(&mut window, "File name", "z.iso");
    assert_eq!(chosen(&window), ["z.iso"]);
    type_into(&mut window, "File name", "other");
    assert_eq!(chosen(&window).len(), 0);
}

#[test]
fn the_list_can_be_navigated_by_keyboard() {
    let mut window = usual(usual_files());
    window.get_by_role(Role::ListBox).focus();
    window.run();
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    assert_eq!(chosen(&window), ["照片"]);
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(asked(&mut window), [opened("照片")]);
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    press(&mut window, Modifiers::SHIFT, Key::ArrowDown);
    assert_eq!(chosen(&window), ["a.txt", "film 海边.mkv"]);
    press(&mut window, Modifiers::NONE, Key::Enter);
    let both = taken(&["a.txt", "film 海边.mkv"]);
    assert_eq!(asked(&mut window), [both]);
    press(&mut window, Modifiers::COMMAND, Key::A);
    assert_eq!(chosen(&window).len(), 5);
    press(&mut window, Modifiers::NONE, Key::End);
    assert_eq!(chosen(&window), ["z.iso"]);
    // A single Tab leaves the list, however long it is.
    press(&mut window, Modifiers::NONE, Key::Tab);
    assert!(!window.get_by_role(Role::ListBox).is_focused());
}

#[test]
fn a_double_click_opens_or_downloads() {
    for (name, action) in [("Photos", opened("Photos")), ("z.iso", taken(&["z.iso"]))] {
        let mut window = usual(usual_files());
        for _ in 0..2 {
            // A frame takes a quarter of a second in tests.
            let now = window.input().time.unwrap_or_default();
            window.get_by_label(name).click();
            window.input_mut().time = Some(now + 0.01);
            window.step();
        }
        assert_eq!(asked(&mut window), [action]);
    }
}

#[test]
fn enter_acts_on_the_clicked_row() {
    let mut window = usual(usual_files());
    click(&mut window, "照片");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(asked(&mut window), [opened("照片")]);
}

#[test]
fn breadcrumbs_are_shown_and_lead_up() {
    let mut window = usual(looking("照片/2024/May", &["a.jpg"]));
    window.get_by_label("May");
    for (name, path) in [
        ("Go to 192.168.1.5", ""),
        ("Go to 照片", "照片"),
        ("Go to 2024", "照片/2024"),
        ("Parent folder", "照片/2024"),
    ] {
        click(&mut window, name);
        assert_eq!(asked(&mut window), [opened(path)]);
    }
    press(&mut window, Modifiers::ALT, Key::ArrowUp);
    assert_eq!(asked(&mut window), [opened("照片/2024")]);
}

#[test]
fn columns_sort_and_the_filter_filters() {
    let mut window = usual(usual_files());
    click(&mut window, "Sort by name");
    let first = |window: &Window| {
        let mut rows = window.get_all_by_role(Role::ListBoxOption);
        rows.next().and_then(|row| row.accesskit_node().label())
    };
    assert_eq!(first(&window).as_deref(), Some("照片"));
    press(&mut window, Modifiers::COMMAND, Key::F);
    window.event(Event::Text("TXT".to_owned()));
    window.run();
    assert_eq!(first(&window).as_deref(), Some("a.txt"));
    window.event(Event::Text("x".to_owned()));
    window.run();
    window.get_by_label_contains("TXTx");
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(first(&window).is_some());
}

#[test]
fn refreshing_sends_another_request() {
    let mut window = usual(usual_files());
    click(&mut window, "Refresh");
    press(&mut window, Modifiers::NONE, Key::F5);
    assert_eq!(asked(&mut window), [Action::Refresh, Action::Refresh]);
}

#[test]
fn a_failed_listing_is_explained_and_can_be_retried() {
    let mut model = filled(Tab::Client);
    model.client.browse.ask(place(""));
    let mut window = usual(model);
    window.get_by_label_contains("Loading the file list");
    let why = ClientError::Refused {
        host: "box".to_owned(),
        port: 8080,
    };
    let browse = &mut window.state_mut().model.client.browse;
    browse.answered(&place(""), Err(why));
    window.run();
    window.get_by_label_contains("box refused the connection");
    click(&mut window, "Try again");
    assert_eq!(asked(&mut window), [Action::Refresh]);
}

#[test]
fn an_empty_folder_says_so() {
    let window = usual(looking("", &[]));
    window.get_by_label("This folder is empty");
}

#[test]
fn of_a_hundred_thousand_files_only_the_visible_are_drawn() {
    let names: Vec<_> = (0..100_000).map(|number| format!("{number}.jpg")).collect();
    let mut model = looking("", &[]);
    model.client.browse.ask(place(""));
    let answer = Ok(folder("", &names));
    model.client.browse.answered(&place(""), answer);
    let mut window = usual(model);
    let drawn = |window: &Window| window.get_all_by_role(Role::ListBoxOption).count();
    assert!((5..30).contains(&drawn(&window)), "{}", drawn(&window));
    window.get_by_role(Role::ListBox).focus();
    window.run();
    press(&mut window, Modifiers::NONE, Key::End);
    assert_eq!(chosen(&window), ["99999.jpg"]);
    assert!(drawn(&window) < 30);
    press(&mut window, Modifiers::NONE, Key::PageUp);
    press(&mut window, Modifiers::NONE, Key::Home);
    assert_eq!(chosen(&window), ["0.jpg"]);
}

#[test]
fn recent_hosts_are_suggested() {
    let mut model = filled(Tab::Client);
    model.settings.host.clear();
    model.settings.hosts = vec!["ann-pc:8080".to_owned(), "[fe80::1]:9000".to_owned()];
    let mut window = usual(model);
    click(&mut window, "Show files on ann-pc:8080");
    assert_eq!(asked(&mut window), [Action::List]);
    type_into(&mut window, "Host", "AN");
    let offered = window.get_all_by_role(Role::Button);
    let offered =
        offered.filter(|node| node.accesskit_node().label().as_deref() == Some("ann-pc:8080"));
    assert_eq!(offered.count(), 1);
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    press(&mut window, Modifiers::NONE, Key::Enter);
    let settings = &window.state().model.settings;
    assert_eq!((&*settings.host, &*settings.host_port), ("ann-pc", "8080"));
    assert!(asked(&mut window).contains(&Action::List));
}

//! The actions of the Client tab.

use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::*;
use crate::app::actions::Folder;
use crate::app::model::Failure;
use crate::sentence;
use crate::settings::ProtocolChoice;

#[test]
fn the_tabs_switch_by_pointer_and_by_keyboard() {
    let mut window = usual(Model::default());
    click(&mut window, "Client");
    window.get_by_label("Nobody found yet");
    press(&mut window, Modifiers::COMMAND, Key::Num1);
    window.get_by_label("Drop a folder here");
    press(&mut window, Modifiers::COMMAND, Key::Num2);
    window.get_by_label("Nobody found yet");
}

#[test]
fn a_download_needs_a_host_and_a_name() {
    let mut model = filled(Tab::Client);
    model.settings.host.clear();
    let mut window = usual(model);
    let download = window.get_by_label("Download");
    assert!(download.accesskit_node().is_disabled());
    type_into(&mut window, "Host", "192.168.1.5");
    click(&mut window, "Download");
    assert_eq!(asked(&mut window), [Action::List, Action::Download]);
}

#[test]
fn a_download_by_keyboard_alone() {
    let mut model = filled(Tab::Client);
    model.settings.host.clear();
    model.settings.file_name.clear();
    let mut window = usual(model);
    // Server, Client, Settings, then the fields.
    for _ in 0..4 {
        press(&mut window, Modifiers::NONE, Key::Tab);
    }
    window.event(Event::Text("box".to_owned()));
    // Skips the button that does the same as Enter.
    press(&mut window, Modifiers::NONE, Key::Tab);
    press(&mut window, Modifiers::NONE, Key::Tab);
    press(&mut window, Modifiers::COMMAND, Key::A);
    window.event(Event::Text("9000".to_owned()));
    press(&mut window, Modifiers::NONE, Key::Tab);
    window.event(Event::Text("a.txt".to_owned()));
    window.run();
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(asked(&mut window), [Action::List, Action::Download]);
    let request = window.state().model.download_requests().unwrap().remove(0);
    assert_eq!(
        (&*request.host, request.port, &*request.name),
        ("box", 9000, "a.txt")
    );
}

#[test]
fn enter_lists_the_host_or_downloads() {
    for (field, action) in [
        ("Host", Action::List),
        ("Port", Action::List),
        ("File name", Action::Download),
        ("Save to", Action::Download),
    ] {
        let mut window = usual(filled(Tab::Client));
        window
            .get_by_role_and_label(egui::accesskit::Role::TextInput, field)
            .click();
        window.run();
        press(&mut window, Modifiers::NONE, Key::Enter);
        assert_eq!(asked(&mut window), [action], "{field}");
    }
}

#[test]
fn a_pasted_url_fills_the_fields() {
    let mut model = filled(Tab::Client);
    model.settings.host.clear();
    let mut window = usual(model);
    // Independent of the focus.
    window.event(Event::Paste("http://10.0.0.7:8081/a%20b.txt".to_owned()));
    window.run();
    let settings = &window.state().model.settings;
    assert_eq!(
        (&*settings.host, &*settings.host_port, &*settings.file_name),
        ("10.0.0.7", "8081", "a b.txt")
    );
    assert_eq!(asked(&mut window), [Action::List]);
}

#[test]
fn a_pasted_query_is_downloaded_with_its_name_only() {
    let mut window = usual(filled(Tab::Client));
    let asked_for = |window: &Window| {
        let requests = window.state().model.download_requests().unwrap();
        let shown: Vec<_> = requests
            .iter()
            .map(landline_engine::client::Request::shown)
            .collect();
        shown.join(" ")
    };
    window.event(Event::Paste(
        "http://10.0.0.7/get.php?file=a.zip".to_owned(),
    ));
    window.run();
    assert_eq!(asked(&mut window), [Action::List]);
    click(&mut window, "Download");
    assert_eq!(asked(&mut window), [Action::Download]);
    assert_eq!(asked_for(&window), "get.php?file=a.zip");
    // Another name is typed afterwards.
    window.get_by_label("File name").focus();
    window.run();
    window.key_press(Key::End);
    window.event(Event::Text("5".to_owned()));
    window.run();
    assert_eq!(asked_for(&window), "get.php5");
}

#[test]
fn browse_opens_a_dialog_for_the_target_folder() {
    let mut window = usual(filled(Tab::Client));
    click(&mut window, "Browse…");
    assert_eq!(asked(&mut window), [Action::Browse(Folder::SaveTo)]);
}

#[test]
fn the_protocol_can_be_selected() {
    let mut window = usual(filled(Tab::Client));
    click(&mut window, "More options");
    for (name, protocol) in [
        ("Raw", ProtocolChoice::Raw),
        ("HTTP", ProtocolChoice::Http),
        ("Automatic", ProtocolChoice::Automatic),
    ] {
        click(&mut window, name);
        assert_eq!(window.state().model.settings.protocol, protocol);
    }
}

#[test]
fn invalid_fields_are_explained() {
    let mut model = filled(Tab::Client);
    model.client.failure = Some(Failure::new(sentence!("no-host")));
    let window = usual(model);
    window.get_by_label_contains("Enter the host first.");
}

#[test]
fn the_files_get_the_space_that_the_downloads_do_not_need() {
    let names: Vec<_> = (0..30).map(|number| format!("{number}.jpg")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let top = |count: usize| {
        let mut model = super::browser::looking("", &names);
        let transfers = &mut model.client.transfers;
        for number in 0..count {
            let one = transfer(Direction::Download, &format!("file {number}"));
            one.start(landline_engine::transfer::Protocol::Http, Some(100));
            let request = super::downloads::request(one.name());
            transfers.add(one, Some(request));
        }
        let window = usual(model);
        if count < 3 {
            // All of them are visible.
            let last = format!("Cancel file {}", count - 1);
            let bottom = window.get_by_label(&last).rect().bottom();
            assert!(bottom < USUAL.y - 20.0, "{count}");
        }
        window.get_by_label("Downloads").rect().top()
    };
    let [one, two, many, more] = [1, 2, 30, 300].map(top);
    assert!(one - two > 40.0, "{one} {two}");
    assert!(two >= many, "{two} {many}");
    assert!((many - more).abs() < 0.5, "{many} {more}");
}

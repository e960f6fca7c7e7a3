//! Each key press or click has one effect, on what was visible at the time.

use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::browser::{looking, opened, place, taken};
use super::flows::{go_to, key, write};
use super::happenings::running_in;
use super::*;
use crate::app::actions::Question;
use landline_engine::client::ClientEvent;

/// A listing of 192.168.1.5 with one selected row.
fn chosen(name: &str) -> Window {
    let mut window = usual(looking("", &["Photos/", "照片/", "a.txt", "z.iso"]));
    click(&mut window, name);
    window
}

fn fields(window: &Window) -> (&str, &str) {
    let settings = &window.state().model.settings;
    (&settings.host, &settings.host_port)
}

#[test]
fn enter_in_host_or_port_lists_what_was_typed_and_leaves_the_old_list_alone() {
    for row in ["a.txt", "Photos"] {
        for (field, typed, now) in [
            ("Host", "10.0.0.9", ("10.0.0.9", "8080")),
            ("Host", "10.0.0.9:81", ("10.0.0.9", "81")),
            ("Port", "9000", ("192.168.1.5", "9000")),
        ] {
            let mut window = chosen(row);
            type_into(&mut window, field, typed);
            press(&mut window, Modifiers::NONE, Key::Enter);
            assert_eq!(asked(&mut window), [Action::List], "{row} {field}");
            assert_eq!(fields(&window), now);
        }
    }
}

#[test]
fn a_button_that_focuses_the_list_does_nothing_else() {
    for key in [Key::Enter, Key::Space] {
        let mut window = chosen("a.txt");
        window.get_by_label("Show its files").focus();
        window.run();
        press(&mut window, Modifiers::NONE, key);
        assert_eq!(asked(&mut window), [Action::List]);
        for way_up in ["Parent folder", "Go to 192.168.1.5"] {
            let mut window = usual(looking("照片", &["2024/", "a.jpg"]));
            click(&mut window, "a.jpg");
            window.get_by_label(way_up).focus();
            window.run();
            press(&mut window, Modifiers::NONE, key);
            assert_eq!(asked(&mut window), [opened("")], "{way_up}");
            assert_eq!(window.state().model.client.browse.chosen().0, 1);
        }
    }
}

#[test]
fn key_repeats_trigger_nothing() {
    let mut window = chosen("a.txt");
    type_into(&mut window, "Host", "192.168.1.5");
    for _ in 0..5 {
        window.key_down(Key::Enter);
        window.run();
    }
    // The focus is now in the list, on the selected row.
    assert_eq!(focused(&window).as_deref(), Some("a.txt"));
    assert_eq!(asked(&mut window), [Action::List]);
    window.key_up(Key::Enter);
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(asked(&mut window), [taken(&["a.txt"])]);
    // Opens the parent folder, but not the root.
    let mut window = usual(looking("照片/2024", &["a.jpg"]));
    window.get_by_role(Role::ListBox).focus();
    window.run();
    for _ in 0..3 {
        window.key_down(Key::Backspace);
        window.run();
    }
    assert_eq!(asked(&mut window), [opened("照片")]);
    // Starting a share moves the focus to its button.
    let mut window = usual(filled(Tab::Server));
    let field = window.get_by_role_and_label(Role::TextInput, "Shared folder");
    field.focus();
    window.run();
    window.key_down(Key::Enter);
    window.run();
    window.state_mut().model.server.sharing = crate::app::model::Sharing::Starting;
    for _ in 0..3 {
        window.key_down(Key::Enter);
        window.run();
    }
    assert_eq!(focused(&window).as_deref(), Some("Stop sharing"));
    assert_eq!(asked(&mut window), [Action::StartSharing]);
}

#[test]
fn rows_are_downloaded_from_their_host_once_the_fields_agree() {
    for (row, wanted) in [("a.txt", taken(&["a.txt"])), ("Photos", opened("Photos"))] {
        for (field, typed) in [("Host", "10.0.0.9"), ("Port", "9000"), ("Port", "x")] {
            let mut window = chosen(row);
            type_into(&mut window, field, typed);
            window.get_by_role(Role::ListBox).focus();
            window.run();
            press(&mut window, Modifiers::NONE, Key::Enter);
            assert_eq!(asked(&mut window), []);
            assert_eq!(fields(&window), ("192.168.1.5", "8080"));
            press(&mut window, Modifiers::NONE, Key::Enter);
            assert_eq!(asked(&mut window)[..], *std::slice::from_ref(&wanted));
        }
    }
}

#[test]
fn a_selection_on_another_host_is_not_offered_for_download() {
    let mut window = chosen("a.txt");
    window.get_by_role(Role::ListBox).focus();
    window.run();
    press(&mut window, Modifiers::COMMAND, Key::A);
    let is_offered = |window: &Window| {
        let button = window.get_by_role_and_label(Role::Button, "Download");
        !button.accesskit_node().is_disabled()
    };
    assert!(is_offered(&window));
    type_into(&mut window, "Port", "9000");
    assert!(!is_offered(&window));
    type_into(&mut window, "Port", "8080");
    assert!(is_offered(&window));
}

#[test]
fn changing_the_host_clears_a_selected_name_but_not_a_typed_one() {
    for (is_typed, name) in [(false, ""), (true, "z.iso")] {
        let dir = tempfile::tempdir().unwrap();
        let mut model = looking("", &["a.txt", "z.iso"]);
        model.settings.save_to = dir.path().display().to_string();
        let mut program = running_in(dir.path(), model);
        go_to(&mut program, Modifiers::NONE, "Files on 192.168.1.5");
        key(&mut program, Modifiers::NONE, Key::ArrowDown);
        if is_typed {
            go_to(&mut program, Modifiers::SHIFT, "File name");
            write(&mut program, name);
        }
        key(&mut program, Modifiers::COMMAND, Key::L);
        // Nothing listens there.
        write(&mut program, "127.0.0.1:1");
        key(&mut program, Modifiers::NONE, Key::Enter);
        let settings = &program.state().app.as_ref().unwrap().model.settings;
        assert_eq!((&*settings.host, &*settings.file_name), ("127.0.0.1", name));
        program.state_mut().app.as_mut().unwrap().close();
    }
}

#[test]
fn keys_do_not_act_on_filtered_rows() {
    let mut window = chosen("a.txt");
    type_into(&mut window, "Filter", "iso");
    window.get_by_role(Role::ListBox).focus();
    window.run();
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(asked(&mut window), []);
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(asked(&mut window), [taken(&["z.iso"])]);
}

/// Two clicks at the speed of a double click.
fn clicks(window: &mut Window, names: [&str; 2], between: impl FnOnce(&mut Model)) {
    let mut between = Some(between);
    for name in names {
        let now = window.input().time.unwrap_or_default();
        window.get_by_label(name).click();
        window.input_mut().time = Some(now + 0.01);
        window.step();
        if let Some(between) = between.take() {
            between(&mut window.state_mut().model);
            window.input_mut().time = Some(now + 0.02);
            window.step();
        }
    }
}

#[test]
fn two_clicks_are_one_double_click_only_on_the_same_row() {
    let mut window = usual(looking("", &["Photos/", "a.txt", "z.iso"]));
    clicks(&mut window, ["a.txt", "z.iso"], |_| {});
    assert_eq!(asked(&mut window), []);
    clicks(&mut window, ["Refresh", "a.txt"], |_| {});
    assert_eq!(asked(&mut window), [Action::Refresh]);
    // The same position, but another folder since the first click.
    let mut window = usual(looking("Photos", &["2024/"]));
    clicks(&mut window, ["2024", "May"], |model| {
        let there = place("Photos/2024");
        let listed = looking("Photos/2024", &["May/"]);
        let listed = listed.client.browse.folder().cloned().unwrap();
        model.client.browse.ask(there.clone());
        model
            .client
            .apply(ClientEvent::Listed(there, Ok(Arc::new(listed))));
    });
    assert_eq!(asked(&mut window), []);
}

#[test]
fn an_earlier_key_press_does_not_answer_a_dialog() {
    let mut window = usual(filled(Tab::Client));
    window.state_mut().model.question = Some(Question::Close);
    window.key_down(Key::Enter);
    window.step();
    assert_eq!(asked(&mut window), []);
    window.key_up(Key::Enter);
    window.run();
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(asked(&mut window)[0], Action::Answer(true));
}

/// The Client tab with recent hosts, and the focus in *Host*.
fn with_hosts() -> Window {
    let mut model = looking("", &["a.txt"]);
    model.settings.host.clear();
    let hosts = ["ann-pc:8080", "bo-pc:8081", "cy-pc:8082"];
    model.settings.hosts = hosts.map(str::to_owned).into();
    let mut window = usual(model);
    window
        .get_by_role_and_label(Role::TextInput, "Host")
        .focus();
    window.run();
    window
}

#[test]
fn the_arrow_keys_stay_in_the_suggestions() {
    let mut window = with_hosts();
    for (key, host) in [
        (Key::ArrowDown, "ann-pc:8080"),
        (Key::ArrowDown, "bo-pc:8081"),
        (Key::ArrowDown, "cy-pc:8082"),
        (Key::ArrowDown, "cy-pc:8082"),
        (Key::ArrowUp, "bo-pc:8081"),
        (Key::ArrowUp, "ann-pc:8080"),
        (Key::ArrowUp, "Host"),
        (Key::ArrowUp, "Host"),
        (Key::ArrowDown, "ann-pc:8080"),
        (Key::ArrowDown, "bo-pc:8081"),
    ] {
        press(&mut window, Modifiers::NONE, key);
        assert_eq!(focused(&window).as_deref(), Some(host));
    }
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(fields(&window), ("bo-pc", "8081"));
    assert_eq!(asked(&mut window), [Action::List]);
}

#[test]
fn escape_leaves_the_suggestions_for_the_field() {
    let mut window = with_hosts();
    for key in [Key::ArrowDown, Key::ArrowDown, Key::Escape] {
        press(&mut window, Modifiers::NONE, key);
    }
    assert_eq!(focused(&window).as_deref(), Some("Host"));
    assert!(window.query_by_label("bo-pc:8081").is_none());
    // Enter now applies to the typed text.
    window.event(Event::Text("box".to_owned()));
    window.run();
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(fields(&window).0, "box");
    assert_eq!(asked(&mut window), [Action::List]);
    // Typing clears the highlight in the suggestions.
    let mut window = with_hosts();
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    window.event(Event::Text("b".to_owned()));
    window.run();
    assert_eq!(focused(&window).as_deref(), Some("Host"));
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(fields(&window).0, "b");
}

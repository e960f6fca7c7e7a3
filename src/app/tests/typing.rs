//! Input as people type and paste it.

use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::browser::{chosen, looking};
use super::*;

/// The text in a field.
fn text(window: &Window, name: &str) -> String {
    let field = window.get_by_role_and_label(Role::TextInput, name);
    field.accesskit_node().value().unwrap_or_default()
}

fn tab(window: &mut Window) {
    press(window, Modifiers::NONE, Key::Tab);
}

#[test]
fn a_pasted_path_loses_its_quotes_when_the_field_is_left() {
    for (tab_of, field) in [(Tab::Server, "Shared folder"), (Tab::Client, "Save to")] {
        let mut window = usual(filled(tab_of));
        for (pasted, shown) in [
            ("\"C:\\a b\"\r\n", "C:\\a b"),
            ("'/srv/a b'", "/srv/a b"),
            #[cfg(unix)]
            ("file:///srv/a%20b", "/srv/a b"),
        ] {
            type_into(&mut window, field, "");
            press(&mut window, Modifiers::COMMAND, Key::A);
            window.event(Event::Paste(pasted.to_owned()));
            window.run();
            tab(&mut window);
            assert_eq!(text(&window, field), shown);
        }
        type_into(&mut window, field, "file://evil-host/share");
        tab(&mut window);
        window.get_by_label_contains("is on another computer");
        type_into(&mut window, field, "/srv");
        assert!(window.query_by_label_contains("is on another").is_none());
        assert_eq!(asked(&mut window), []);
    }
}

#[test]
fn an_invalid_host_is_explained_when_the_field_is_left() {
    for (typed, why) in [
        ("ann pc", "“ann pc” is not a valid computer name or address"),
        ("ftp://ann", "“ftp://ann” is not"),
    ] {
        let mut model = filled(Tab::Client);
        model.settings.host.clear();
        let mut window = usual(model);
        type_into(&mut window, "Host", typed);
        assert!(window.query_by_label_contains(why).is_none());
        tab(&mut window);
        window.get_by_label_contains(why);
        assert_eq!(asked(&mut window), []);
        type_into(&mut window, "Host", "ann-pc");
        assert!(window.query_by_label_contains(why).is_none());
        tab(&mut window);
        assert!(window.state().model.client.failure.is_none());
    }
}

#[test]
fn an_invalid_port_is_explained_when_the_field_is_left() {
    for of in [Tab::Server, Tab::Client] {
        let mut window = usual(filled(of));
        type_into(&mut window, "Port", "70000");
        tab(&mut window);
        window.get_by_label_contains("“70000” is not a valid port");
        type_into(&mut window, "Port", "９０００");
        tab(&mut window);
        assert_eq!(text(&window, "Port"), "9000");
        // Empty, it is the default.
        type_into(&mut window, "Port", "x");
        press(&mut window, Modifiers::NONE, Key::Backspace);
        tab(&mut window);
        let model = &window.state().model;
        assert!(model.client.failure.is_none() && model.server.failure.is_none());
        match of {
            Tab::Server => assert_eq!(model.share_config().unwrap().port, 8080),
            Tab::Client => assert_eq!(model.download_requests().unwrap()[0].port, 8080),
        }
    }
}

#[test]
fn a_url_in_a_pasted_text_fills_the_fields() {
    let mut window = usual(filled(Tab::Client));
    let pasted = "look here: http：//１０。0.0.7：8081/ａ.mkv thanks";
    window.event(Event::Paste(pasted.to_owned()));
    window.run();
    assert_eq!(text(&window, "Host"), "10.0.0.7");
    assert_eq!(text(&window, "Port"), "8081");
    assert_eq!(text(&window, "File name"), "ａ.mkv");
    assert_eq!(asked(&mut window), [Action::List]);
}

#[test]
fn the_file_of_a_pasted_url_is_selected_once_it_is_listed() {
    let mut model = looking("docs", &["a.txt", "b.txt"]);
    model.settings.file_name = "docs/b.txt".to_owned();
    model.choose_linked();
    assert_eq!(model.selected_count(), 0);
    model.client.host.named = true;
    model.choose_linked();
    let mut window = usual(model);
    assert_eq!(chosen(&window), ["b.txt"]);
    // A later list leaves the selection alone.
    click(&mut window, "a.txt");
    window.state_mut().model.choose_linked();
    window.run();
    assert_eq!(chosen(&window), ["a.txt"]);
}

#[test]
fn several_pasted_urls_are_offered_for_download() {
    let mut window = usual(filled(Tab::Client));
    let paste = |window: &mut Window, text: &str| {
        window.event(Event::Paste(text.to_owned()));
        window.run();
    };
    window.get_by_label("Host").focus();
    window.run();
    paste(&mut window, "http://ann/a.txt\nhttp://bo:81/b/");
    // Nothing is sent before the user says so, and the fields stay as they are.
    assert_eq!(asked(&mut window), []);
    assert_eq!(text(&window, "Host"), "192.168.1.5");
    window.get_by_label_contains("2 links were found. a.txt, b");
    click(&mut window, "Do not download these links");
    assert!(window.query_by_label_contains("links were found").is_none());
    let many: Vec<_> = (0..10_000)
        .map(|number| format!("http://ann/{number}"))
        .collect();
    paste(&mut window, &many.join(" "));
    window.get_by_label_contains("10,000 links were found. 0, 1, 2 and 9,997 more");
    click(&mut window, "Download all 10,000");
    assert_eq!(asked(&mut window), [Action::DownloadPasted]);
    assert_eq!(
        window.state().model.pasted_requests().unwrap().len(),
        10_000
    );
}

#[test]
fn a_host_on_the_empty_page_can_be_removed() {
    let mut model = filled(Tab::Client);
    model.settings.hosts = ["ann:8080", "bo:8080"].map(String::from).to_vec();
    let mut window = usual(model);
    window
        .get_by_label("Show files on ann:8080")
        .click_button(egui::PointerButton::Secondary);
    window.run();
    click(&mut window, "Remove ann:8080 from this list");
    assert_eq!(window.state().model.settings.hosts, ["bo:8080"]);
    assert!(window.query_by_label("Show files on ann:8080").is_none());
    assert_eq!(asked(&mut window), []);
}

#[test]
fn recent_hosts_can_be_removed() {
    let mut model = filled(Tab::Client);
    model.settings.host.clear();
    model.settings.hosts = ["ann:8080", "bo:8080", "cy:8080"]
        .map(String::from)
        .to_vec();
    let mut window = usual(model);
    type_into(&mut window, "Host", "");
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    click(&mut window, "Remove bo:8080 from this list");
    assert_eq!(window.state().model.settings.hosts, ["ann:8080", "cy:8080"]);
    // The list stays open, and the keyboard in the field.
    assert_eq!(focused(&window).as_deref(), Some("Host"));
    window.get_by_label("Remove cy:8080 from this list");
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    press(&mut window, Modifiers::NONE, Key::Delete);
    assert_eq!(window.state().model.settings.hosts, ["ann:8080"]);
    press(&mut window, Modifiers::NONE, Key::Delete);
    assert!(window.state().model.settings.hosts.is_empty());
    assert_eq!(text(&window, "Host"), "");
    assert_eq!(asked(&mut window), []);
}

fn files() -> Window {
    usual(looking(
        "",
        &["Photos/", "照片/", "a b.txt", "a.txt", "ab.txt", "z.iso"],
    ))
}

/// Types a key that is also a letter, as the system reports it.
fn space(window: &mut Window) {
    window.key_press(Key::Space);
    window.event(Event::Text(" ".to_owned()));
    window.run_steps(1);
}

#[test]
fn typing_moves_to_the_name_that_starts_so() {
    let mut window = files();
    let letters = |window: &mut Window, text: &str| {
        window.event(Event::Text(text.to_owned()));
        window.run_steps(1);
    };
    window.get_by_role(Role::ListBox).focus();
    window.run();
    letters(&mut window, "Z");
    assert_eq!(chosen(&window), ["z.iso"]);
    // A pause starts another name.
    window.run_steps(10);
    letters(&mut window, "a");
    assert_eq!(chosen(&window), ["a b.txt"]);
    letters(&mut window, "B");
    assert_eq!(chosen(&window), ["ab.txt"]);
    window.run_steps(10);
    letters(&mut window, "a");
    space(&mut window);
    assert_eq!(chosen(&window), ["a b.txt"]);
    letters(&mut window, "x");
    assert_eq!(chosen(&window), ["a b.txt"]);
    // The same letter again and again goes through the names.
    window.run_steps(10);
    for name in ["a.txt", "ab.txt", "a b.txt", "a.txt"] {
        letters(&mut window, "a");
        assert_eq!(chosen(&window), [name]);
    }
    // Also after a pause.
    window.run_steps(10);
    letters(&mut window, "a");
    assert_eq!(chosen(&window), ["ab.txt"]);
    // Alone, a space adds to the selection or removes from it.
    window.run_steps(10);
    space(&mut window);
    assert_eq!(chosen(&window).len(), 0);
    letters(&mut window, "照");
    assert_eq!(chosen(&window), ["照片"]);
    assert_eq!(window.state().model.settings.file_name, "照片/");
    assert_eq!(asked(&mut window), []);
}

#[test]
fn backspace_corrects_a_name_before_it_leaves_the_folder() {
    let mut window = usual(looking("docs", &["ab.txt", "ac.txt"]));
    window.get_by_role(Role::ListBox).focus();
    window.run();
    window.event(Event::Text("abx".to_owned()));
    window.run_steps(1);
    for wrong in ["x", "b"] {
        window.key_press(Key::Backspace);
        window.run_steps(1);
        assert_eq!(asked(&mut window), [], "{wrong}");
    }
    window.event(Event::Text("c".to_owned()));
    window.run_steps(1);
    assert_eq!(chosen(&window), ["ac.txt"]);
    // A pause ends the name.
    window.run_steps(10);
    press(&mut window, Modifiers::NONE, Key::Backspace);
    assert!(matches!(asked(&mut window)[..], [Action::OpenFolder(_)]));
}

#[test]
fn escape_clears_the_selection() {
    let mut window = files();
    click(&mut window, "a.txt");
    press(&mut window, Modifiers::COMMAND, Key::A);
    assert_eq!(chosen(&window).len(), 6);
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!(chosen(&window).len(), 0);
    // The keyboard stays in the list, on its row.
    assert_eq!(focused(&window).as_deref(), Some("a.txt"));
    assert_eq!(window.state().model.settings.file_name, "");
    // In a field, the key leaves the field first.
    click(&mut window, "a.txt");
    window.get_by_label("Save to").focus();
    window.run();
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!((focused(&window), chosen(&window).len()), (None, 1));
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!(chosen(&window).len(), 0);
}

#[test]
fn enter_in_the_filter_moves_to_the_list() {
    let mut window = files();
    let filter = |window: &mut Window, text: &str| {
        press(window, Modifiers::COMMAND, Key::F);
        press(window, Modifiers::COMMAND, Key::A);
        window.event(Event::Text(text.to_owned()));
        press(window, Modifiers::NONE, Key::Enter);
    };
    filter(&mut window, "nothing");
    assert_eq!(focused(&window).as_deref(), Some("Filter"));
    filter(&mut window, "photo");
    assert_eq!(focused(&window).as_deref(), Some("Photos"));
    assert_eq!(chosen(&window), ["Photos"]);
    assert_eq!(asked(&mut window), []);
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(asked(&mut window), [super::browser::opened("Photos")]);
    // What is selected already stays so.
    filter(&mut window, "z.");
    assert_eq!(window.state().model.settings.file_name, "Photos/");
    press(&mut window, Modifiers::NONE, Key::Space);
    assert_eq!(window.state().model.client.browse.chosen().0, 2);
}

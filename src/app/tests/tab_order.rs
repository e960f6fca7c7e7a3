//! The tab order of the window: from top to bottom and from left to right.

use egui::accesskit::Role;

use super::browser::looking;
use super::states::{LOCALSEND, SETTINGS, STATES};
use super::*;
use crate::app::model::Autostart;
use landline_engine::transfer::{Outcome, Protocol};

/// Longer than any tab cycle in these tests.
const STEPS: usize = 80;

/// The names along a full tab cycle; with `SHIFT` in reverse.
fn way(window: &mut Window, held: Modifiers) -> Vec<String> {
    let mut way = Vec::new();
    for _ in 0..STEPS {
        press(window, held, Key::Tab);
        let name = focused(window).expect("nothing has the keyboard");
        if way.first() == Some(&name) {
            return way;
        }
        way.push(name);
    }
    panic!("it never comes back: {way:?}");
}

/// The tab cycle of a window with this model, checked in both directions.
fn both_ways(model: impl Fn() -> Model, size: Vec2) -> Vec<String> {
    let forth = way(&mut window(size, Theme::Light, model()), Modifiers::NONE);
    let mut back = way(&mut window(size, Theme::Light, model()), Modifiers::SHIFT);
    back.reverse();
    assert_eq!(forth, back);
    forth
}

#[test]
fn through_a_share_with_a_password() {
    let field = ["Password", "Show the password"];
    let links = ["Links open without the password", "New link"];
    let folder = ["Received files go to", "Browse for received files…"];
    let private = super::server_privacy::private;
    let about_to = || {
        let mut model = private();
        model.server.sharing = crate::app::model::Sharing::Off;
        model
    };
    let wide = vec2(980.0, 900.0);
    let narrow = vec2(440.0, 1300.0);
    // Where the folder is beside the password, it comes before what is below.
    let in_one_row = [field, folder, links].concat();
    let in_rows = [field, links, folder].concat();
    let check = |model: &dyn Fn() -> Model, size: Vec2, rows: &[&str]| {
        let way = both_ways(model, size);
        let at = way.iter().position(|name| name == "Password").unwrap();
        assert_eq!(way[at..][..rows.len()], *rows, "{size:?}");
    };
    check(&about_to, wide, &in_one_row);
    check(&private, wide, &in_rows);
    check(&private, narrow, &in_rows);
}

const TOP: [&str; 3] = ["Server", "Client", "Settings"];

#[test]
fn through_the_server_tab() {
    for size in [USUAL, SMALL] {
        let way = both_ways(|| filled(Tab::Server), size);
        assert_eq!(way[..3], TOP);
        let page = [
            "Shared folder",
            "Browse…",
            "Port",
            "Start sharing",
            "Others may: Download",
            "Others may: Send files to me",
            "Others may: Both",
            "Password",
            "Show the password",
        ];
        assert_eq!(way[3..], page);
    }
}

#[test]
fn through_the_server_tab_while_it_shares() {
    let way = both_ways(super::states::sharing, vec2(980.0, 900.0));
    assert_eq!(way[..3], TOP);
    let page = [
        "Stop sharing",
        "Copy",
        "Show http://10.8.0.2:8080 and its QR code",
        "Copy http://10.8.0.2:8080",
        "Show http://172.17.0.1:8080 and its QR code",
        "Copy http://172.17.0.1:8080",
        "Show 2 more addresses",
        "Others may: Download",
        "Others may: Send files to me",
        "Others may: Both",
        "Password",
        "Show the password",
        "Show large",
        "Show the connection of film.mkv",
        "Cancel film.mkv",
        "Show the connection of IMG_2041.raw",
        "Cancel IMG_2041.raw",
        "Divider between the transfers and the log",
        "Show more lines",
        "Show the connections",
    ];
    assert_eq!(way[3..], page);
}

/// Three downloads: active, paused and complete.
fn with_downloads() -> Model {
    let mut model = looking("照片/2024", &["a.jpg", "b.jpg"]);
    let names = ["done", "held", "too", "moves"];
    let outcomes = [
        Some(Outcome::Cancelled),
        Some(Outcome::Paused(None)),
        Some(Outcome::Paused(None)),
        None,
    ];
    for (name, outcome) in names.into_iter().zip(outcomes) {
        let one = transfer(Direction::Download, name);
        one.start(Protocol::Http, Some(100));
        let request = super::downloads::request(name);
        let transfers = &mut model.client.transfers;
        transfers.add(Arc::clone(&one), Some(request));
        if let Some(outcome) = outcome {
            one.end(outcome);
        }
    }
    model.client.transfers.sample(std::time::Instant::now());
    model.settings.file_name = "a.jpg".to_owned();
    model
}

#[test]
fn through_the_client_tab() {
    for size in [vec2(980.0, 1100.0), vec2(440.0, 1300.0)] {
        let way = both_ways(with_downloads, size);
        assert_eq!(way[..3], TOP);
        let page = [
            "Host",
            "Show its files",
            "Port",
            "File name",
            "Save to",
            "Browse…",
            "Download",
            "Send files…",
            "Call",
            // Before what it expands.
            "More options",
            "Filter",
            "Download this folder",
            "Refresh",
            "Parent folder",
            "Go to 192.168.1.5",
            "Go to 照片",
            "Sort by name",
            "Sort by size",
            "Sort by date",
            "Files on 192.168.1.5",
            "Divider between the files and the downloads",
            "Resume all",
            "Clear finished",
            "Show the connection of moves",
            "Pause moves",
            "Cancel moves",
            "Show the connection of too",
            "Resume too",
            "Remove too",
            "Show the connection of held",
            "Resume held",
            "Remove held",
            "Show the connection of done",
            "Try again: done",
            "Remove done",
        ];
        // A narrow window has no space for these.
        let is_left_out = |name: &str| ["Go to 192.168.1.5", "Sort by date"].contains(&name);
        let is_shown = |name: &&str| size.x > 600.0 || !is_left_out(name);
        let page: Vec<_> = page.into_iter().filter(is_shown).collect();
        assert_eq!(way[3..], page, "{size:?}");
    }
}

#[test]
fn through_the_call_and_the_options() {
    let model = || {
        let mut model = filled(Tab::Client);
        model.client.more = true;
        model
    };
    let way = both_ways(model, USUAL);
    let call = way.iter().position(|name| name == "Call").unwrap();
    assert_eq!(
        way[call + 1..],
        [
            "Fewer options",
            "Automatic",
            "HTTP",
            "Raw",
            "Find out why",
            "Turn on “Visible to LocalSend”"
        ]
    );
}

#[test]
fn through_the_settings_and_not_out_of_them() {
    let model = || {
        let mut model = filled(Tab::Server);
        model.settings.answering = true;
        model.settings_open = true;
        model.autostart = Autostart::Is(false);
        model
    };
    for size in [USUAL, SMALL] {
        // The first control is focused when it opens.
        let mut settings = window(size, Theme::Light, model());
        assert_eq!(focused(&settings).as_deref(), Some("Close settings"));
        let mut way = way(&mut settings, Modifiers::NONE);
        way.rotate_right(1);
        let panel = [
            "Close settings",
            "Language: System",
            "Language: English",
            "Language: 中文",
            "Appearance: System",
            "Appearance: Light",
            "Appearance: Dark",
            "Smaller (Ctrl+Minus)",
            "Larger (Ctrl+Plus)",
            "Port for sharing",
            "Start Landline when I log in",
            "Start sharing when Landline opens",
            "Share hidden files",
            "Ask before receiving files",
            "Answer messages",
            "Rule 1, messages: Every message",
            "Rule 1, kind of answer: Text",
            "Rule 1, answer",
            "Add a rule",
            "Keep the line open",
            "This computer’s name",
            "Visible to others nearby",
            "Visible to LocalSend",
            "Also answer to these names",
            "Encrypted only",
            "Answer raw requests despite the password",
            "If the file already exists: Keep both",
            "If the file already exists: Skip",
            "If the file already exists: Overwrite",
            "Names of copies: Automatic",
            "Names of copies: name (2)",
            "Names of copies: [新]name",
            "Fewer parallel downloads",
            "More parallel downloads",
            "Show log files",
        ];
        assert_eq!(way, panel);
    }
}

#[test]
fn tab_reaches_every_widget_in_every_state() {
    for state in STATES.iter().chain(SETTINGS).chain(LOCALSEND) {
        let (wide, _) = state.heights;
        let mut window = window(vec2(980.0, wide), Theme::Light, (state.model)());
        // The longest list has its own test.
        if state.name != "downloads" {
            way(&mut window, Modifiers::NONE);
        }
    }
}

#[test]
fn the_focused_widget_is_in_view() {
    for model in [super::states::sharing, with_downloads] {
        let mut window = window(SMALL, Theme::Light, model());
        for _ in 0..STEPS {
            press(&mut window, Modifiers::NONE, Key::Tab);
            let name = focused(&window).unwrap();
            let mut nodes = window.root().children_recursive();
            let node = nodes.find(|node| node.accesskit_node().is_focused());
            let rect = node.unwrap().rect();
            // A list may be higher than the window.
            let is_seen = rect.top() >= 0.0 && rect.top() + 20.0 <= SMALL.y;
            assert!(is_seen, "{name} at {rect:?}");
        }
    }
}

#[test]
fn the_target_of_the_arrow_keys_is_in_view() {
    for model in [super::states::sharing, with_downloads] {
        let mut window = window(SMALL, Theme::Light, model());
        window.get_by_label("Settings").focus();
        window.run();
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..STEPS {
            press(&mut window, Modifiers::NONE, Key::ArrowDown);
            let (name, rect, role) = {
                let mut nodes = window.root().children_recursive();
                let node = nodes.find(|node| node.accesskit_node().is_focused());
                let node = node.expect("nothing has the keyboard");
                let own = node.accesskit_node();
                (own.label(), node.rect(), own.role())
            };
            let is_seen = rect.top() >= 0.0 && rect.top() + 20.0 <= SMALL.y;
            assert!(is_seen, "{name:?} at {rect:?}");
            seen.insert(name);
            if role != Role::Button {
                // A field and a list use the arrow keys themselves.
                press(&mut window, Modifiers::NONE, Key::Tab);
            }
        }
        assert!(seen.len() > 4, "{seen:?}");
    }
}

//! What a screen reader announces.

use egui::accesskit::{Action as Deed, Live, Role, Toggled};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::browser::looking;
use super::states::{LOCALSEND, SETTINGS, STATES, everywhere};
use super::*;
use crate::app::model::Failure;
use crate::sentence;
use crate::text::Describe as _;
use landline_engine::client::Place;
use landline_engine::transfer::Protocol;

/// Every interactive widget has a role and a name.
fn everything_says_what_it_is(window: &mut Window, what: &str, _: Vec2) {
    let mut used = 0;
    for node in window.root().children_recursive() {
        let node = node.accesskit_node();
        let data = node.data();
        let is_used = data.supports_action(Deed::Click) || data.supports_action(Deed::Focus);
        // Text is not announced as something to click on.
        assert!(
            !(is_used && node.role() == Role::Label),
            "{:?}, {what}",
            node.value()
        );
        // A scroll bar is identified by its role.
        let needs_no_name = node.role() == Role::ScrollBar && !data.supports_action(Deed::Focus);
        if !is_used || needs_no_name {
            continue;
        }
        used += 1;
        let name = node.label().unwrap_or_default();
        let role = node.role();
        assert!(!name.trim().is_empty(), "a {role:?} without a name, {what}");
        let is_vague = matches!(role, Role::Unknown | Role::GenericContainer);
        assert!(!is_vague, "{name} has no role, {what}");
    }
    assert!(used > 3, "{what}");
}

#[test]
fn every_widget_has_a_role_and_a_name() {
    everywhere(STATES, everything_says_what_it_is);
    everywhere(LOCALSEND, everything_says_what_it_is);
    everywhere(SETTINGS, everything_says_what_it_is);
}

/// The names of the widgets with this role that are on, pressed or selected.
fn on(window: &Window, role: Role) -> Vec<String> {
    let nodes = window.root().children_recursive();
    let nodes = nodes.map(|node| node.accesskit_node());
    nodes
        .filter(|node| node.role() == role)
        .filter(|node| node.toggled() == Some(Toggled::True) || node.is_selected() == Some(true))
        .filter_map(|node| node.label())
        .collect()
}

#[test]
fn selections_are_announced() {
    let mut window = usual(filled(Tab::Server));
    let chosen = ["Server", "Others may: Download"];
    assert_eq!(on(&window, Role::Button), chosen);
    click(&mut window, "Client");
    assert_eq!(on(&window, Role::Button), ["Client"]);
    click(&mut window, "More options");
    click(&mut window, "Raw");
    assert_eq!(on(&window, Role::Button), ["Client", "Raw"]);
    click(&mut window, "Settings");
    click(&mut window, "Share hidden files");
    let switched = [
        "Share hidden files",
        "Ask before receiving files",
        "Visible to others nearby",
    ];
    assert_eq!(on(&window, Role::Switch), switched);
}

/// The announcements of the given urgency.
fn said(window: &Window, how: Live) -> Vec<String> {
    let nodes = window.root().children_recursive();
    let nodes = nodes.map(|node| node.accesskit_node());
    nodes
        .filter(|node| node.data().live() == Some(how))
        .filter_map(|node| node.label().or_else(|| node.value()))
        .collect()
}

#[test]
fn errors_are_announced_at_once() {
    let mut model = filled(Tab::Client);
    model.notice(sentence!("no-dialog"));
    model.client.failure = Some(Failure::new(sentence!("no-host")));
    let place = Place {
        host: "box".to_owned(),
        port: 1,
        encryption: <_>::default(),
        path: String::new(),
    };
    let why = ClientError::Refused {
        host: "box".to_owned(),
        port: 1,
    };
    let reasons = [sentence!("no-dialog"), sentence!("no-host"), why.sentence()];
    model.client.browse.ask(place.clone());
    model.client.browse.answered(&place, Err(why));
    let window = usual(model);
    let reasons = reasons.map(|why| why.to_string());
    assert_eq!(said(&window, Live::Assertive), reasons);
    assert_eq!(window.get_all_by_role(Role::Alert).count(), 3);
}

#[test]
fn results_are_announced_politely() {
    let mut window = usual(looking("", &["a.txt", "b.txt"]));
    assert_eq!(said(&window, Live::Polite), ["2 items"]);
    // The rows are announced from then on.
    click(&mut window, "a.txt");
    assert!(said(&window, Live::Polite).is_empty());

    let mut model = filled(Tab::Server);
    model.server.sharing = crate::app::model::Sharing::Starting;
    assert_eq!(said(&usual(model), Live::Polite), ["Starting…"]);
    let window = usual(super::states::sharing());
    let polite = said(&window, Live::Polite);
    assert_eq!(polite, ["Sharing more than 1,204 files"]);
    let window = usual(super::states::good_news());
    window.get_by_role(Role::Status);
    let polite = said(&window, Live::Polite);
    assert!(polite[0].ends_with("was downloaded"), "{polite:?}");
    // Whether the tab is visible or not.
    for tab in [Tab::Server, Tab::Client] {
        let window = usual(super::states::bad_news(tab));
        assert_eq!(
            said(&window, Live::Polite),
            ["film.mkv could not be downloaded"]
        );
    }
}

#[test]
fn a_progress_bar_announces_its_value() {
    let mut model = filled(Tab::Client);
    for name in ["a", "b"] {
        let one = transfer(Direction::Download, name);
        one.start(Protocol::Http, Some(200));
        one.advance(50);
        model.client.transfers.add(one, None);
    }
    model.client.transfers.sample(std::time::Instant::now());
    let window = usual(model);
    for name in [
        "Progress of a",
        "Progress of b",
        "Progress of all transfers",
    ] {
        let bar = window.get_by_role_and_label(Role::ProgressIndicator, name);
        let bar = bar.accesskit_node();
        let (least, most) = (bar.min_numeric_value(), bar.max_numeric_value());
        assert_eq!((least, most), (Some(0.0), Some(100.0)));
        assert_eq!(bar.numeric_value(), Some(25.0), "{name}");
    }
}

#[test]
fn the_focused_row_is_announced() {
    let mut window = usual(looking("", &["a/", "b.txt", "c.txt"]));
    let list = window.get_by_role(Role::ListBox);
    assert!(list.accesskit_node().is_multiselectable());
    let inside = list.children_recursive();
    let rows = inside.filter(|node| node.accesskit_node().role() == Role::ListBoxOption);
    let places = rows.map(|row| row.accesskit_node().position_in_set());
    let places: Vec<_> = places.collect();
    assert_eq!(places, [Some(0), Some(1), Some(2)]);
    assert_eq!(list.accesskit_node().size_of_set(), Some(3));
    list.focus();
    window.run();
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    assert_eq!(focused(&window).as_deref(), Some("b.txt"));
    assert_eq!(on(&window, Role::ListBoxOption), ["b.txt"]);
    press(&mut window, Modifiers::SHIFT, Key::ArrowDown);
    assert_eq!(focused(&window).as_deref(), Some("c.txt"));
    assert_eq!(on(&window, Role::ListBoxOption), ["b.txt", "c.txt"]);
}

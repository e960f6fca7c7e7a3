//! The actions of the Server tab.

use std::net::IpAddr;
use std::path::PathBuf;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::*;
use crate::app::actions::Folder;
use crate::app::model::Sharing;
use crate::app::model::privacy::Link;
use landline_engine::call::{Answering, Reply, Rule, When};
use landline_engine::doctor::firewall::{Firewall, FirewallKind};
use landline_engine::error::ServerError;
use landline_engine::server::{LogEntry, ServerEvent};
use landline_engine::transport::addresses::{Address, Reach};

fn address(ip: &str, reach: Reach) -> Address {
    Address {
        ip: ip.parse().unwrap(),
        port: 8080,
        reach,
    }
}

fn copy(address: Address) -> Action {
    let name = None;
    Action::CopyLink(Link { address, name })
}

fn sharing() -> Model {
    let mut model = filled(Tab::Server);
    let addresses = vec![
        address("192.168.1.5", Reach::Lan),
        address("10.8.0.2", Reach::Vpn),
        address("172.17.0.1", Reach::Container),
        address("fe80::1", Reach::LinkLocal),
        address("127.0.0.1", Reach::Loopback),
    ];
    model.server.sharing = Sharing::Starting;
    let now = || "12:03:22".to_owned();
    model.server.apply(now(), ServerEvent::Listening(addresses));
    let counted = ServerEvent::Counted {
        files: 1_204,
        omitted: 0,
        more: false,
    };
    model.server.apply(now(), counted);
    model
}

#[test]
fn without_a_folder_nothing_can_be_shared() {
    let mut window = usual(Model::default());
    window.get_by_label("Drop a folder here");
    let start = window.get_by_label("Start sharing");
    assert!(start.accesskit_node().is_disabled());
    click(&mut window, "Start sharing");
    assert_eq!(asked(&mut window), []);
    type_into(&mut window, "Shared folder", "/srv");
    click(&mut window, "Start sharing");
    assert_eq!(asked(&mut window), [Action::StartSharing]);
    assert_eq!(window.state().model.settings.folder, "/srv");
}

#[test]
fn a_firewall_warning_says_what_to_do() {
    let mut model = sharing();
    model.server.firewall = Some(Firewall {
        kind: FirewallKind::Ufw,
        blocks: None,
    });
    let mut window = usual(model);
    window.get_by_label_contains("The firewall (ufw) may be blocking other computers.");
    click(&mut window, "Copy command");
    let command = "sudo ufw allow 8080/tcp".to_owned();
    assert_eq!(asked(&mut window), [Action::Copy(command)]);

    let mut model = sharing();
    model.server.firewall = Some(Firewall {
        kind: FirewallKind::WindowsPublic,
        blocks: None,
    });
    let window = usual(model);
    window.get_by_label_contains("Windows treats this network as public");
    assert!(window.query_by_label("Copy command").is_none());
    let mut window = window;
    click(&mut window, "Find out why");
    assert_eq!(asked(&mut window), [Action::FindOutWhy(None)]);
}

#[test]
fn browse_opens_a_folder_dialog() {
    let mut window = usual(Model::default());
    click(&mut window, "Browse…");
    assert_eq!(asked(&mut window), [Action::Browse(Folder::Shared)]);
}

#[test]
fn enter_in_either_field_starts() {
    for field in ["Shared folder", "Port"] {
        let mut window = usual(filled(Tab::Server));
        window
            .get_by_role_and_label(egui::accesskit::Role::TextInput, field)
            .click();
        window.run();
        press(&mut window, Modifiers::NONE, Key::Enter);
        assert_eq!(asked(&mut window), [Action::StartSharing], "{field}");
    }
}

#[test]
fn everything_can_be_reached_by_keyboard() {
    let mut window = usual(filled(Tab::Server));
    let mut reached = Vec::new();
    for _ in 0..9 {
        press(&mut window, Modifiers::NONE, Key::Tab);
        let focused = window
            .root()
            .children_recursive()
            .find(egui_kittest::Node::is_focused)
            .and_then(|node| node.accesskit_node().label());
        reached.extend(focused);
    }
    for name in [
        "Server",
        "Client",
        "Settings",
        "Shared folder",
        "Browse…",
        "Port",
        "Start sharing",
    ] {
        assert!(
            reached.iter().any(|reached| reached == name),
            "{name} in {reached:?}"
        );
    }
}

#[test]
fn a_focused_button_is_pressed_by_keyboard() {
    let mut window = usual(filled(Tab::Server));
    window.get_by_label("Start sharing").focus();
    window.run();
    press(&mut window, Modifiers::NONE, Key::Space);
    assert_eq!(asked(&mut window), [Action::StartSharing]);
}

#[test]
fn a_taken_port_offers_the_next() {
    let mut model = filled(Tab::Server);
    let error = ServerError::PortTaken {
        port: 8080,
        free: Some(8081),
    };
    model
        .server
        .apply("12:03:22".to_owned(), ServerEvent::Stopped(Err(error)));
    let mut window = usual(model);
    window.get_by_label_contains("Port 8080 is already in use");
    click(&mut window, "Use port 8081");
    assert_eq!(asked(&mut window), [Action::UsePort(8081)]);
    assert!(window.query_by_label("Log").is_none());
    click(&mut window, "Show log");
    window.get_by_label("Log");
}

#[test]
fn unsendable_names_are_counted_separately() {
    let mut model = sharing();
    let counted = ServerEvent::Counted {
        files: 15,
        omitted: 2,
        more: false,
    };
    model.server.apply("12:03:23".to_owned(), counted);
    let window = usual(model);
    window.get_by_label("Sharing 15 files; 2 more have names that cannot be sent");
}

#[test]
fn while_sharing_the_addresses_are_shown_and_it_can_be_stopped() {
    let mut window = usual(sharing());
    window.get_by_label("http://192.168.1.5:8080");
    window.get_by_label("Sharing 1,204 files");
    window.get_by_label("VPN");
    window.get_by_label("Nobody is downloading");
    click(&mut window, "Copy");
    click(&mut window, "Copy http://10.8.0.2:8080");
    assert!(window.query_by_label("http://127.0.0.1:8080").is_none());
    click(&mut window, "Show 2 more addresses");
    click(&mut window, "Copy http://127.0.0.1:8080");
    click(&mut window, "Show fewer addresses");
    click(&mut window, "Stop sharing");
    assert_eq!(
        asked(&mut window),
        [
            copy(address("192.168.1.5", Reach::Lan)),
            copy(address("10.8.0.2", Reach::Vpn)),
            copy(address("127.0.0.1", Reach::Loopback)),
            Action::StopSharing,
        ]
    );
}

#[test]
fn while_sharing_the_fields_are_disabled() {
    let mut window = usual(sharing());
    window
        .get_by_role_and_label(egui::accesskit::Role::TextInput, "Shared folder")
        .click();
    window.run();
    window.event(Event::Text("x".to_owned()));
    click(&mut window, "Browse…");
    assert_eq!(asked(&mut window), []);
    assert_eq!(window.state().model.settings.folder, "/home/ann/Photos");
}

#[test]
fn starting_and_stopping_are_shown() {
    let mut model = filled(Tab::Server);
    model.server.sharing = Sharing::Starting;
    let mut window = usual(model);
    window.get_by_label("Starting…");
    click(&mut window, "Stop sharing");
    assert_eq!(asked(&mut window), [Action::StopSharing]);
    window.state_mut().model.server.sharing = Sharing::Stopping;
    window.run();
    window.get_by_label("Stopping…");
    click(&mut window, "Stop sharing");
    assert_eq!(asked(&mut window), []);
}

#[test]
fn messages_are_answered_when_the_switch_is_on() {
    let mut window = window(vec2(980.0, 1100.0), Theme::Light, filled(Tab::Server));
    click(&mut window, "Settings");
    assert!(window.query_by_label("Rule 1, answer").is_none());
    click(&mut window, "Answer messages");
    type_into(&mut window, "Rule 1, answer", "hello");
    let changes = |action: &Action| matches!(action, Action::SettingsChanged(_));
    assert!(asked(&mut window).iter().any(changes));
    let answering = |window: &Window| window.state().model.answering().unwrap();
    assert_eq!(answering(&window), Answering::with_text("hello"));
    // A new rule comes before the one that answers everything.
    click(&mut window, "Add a rule");
    window.get_by_label("This rule answers nothing until it is complete.");
    assert_eq!(answering(&window), Answering::with_text("hello"));
    type_into(&mut window, "Rule 1, text of messages", "ping");
    click(&mut window, "Rule 1, kind of answer: Text");
    window.get_by_role_and_label(Role::MenuItem, "Hex").click();
    window.run();
    type_into(&mut window, "Rule 1, answer", "06a");
    window.get_by_label_contains("two hexadecimal digits");
    type_into(&mut window, "Rule 1, answer", "06 0a");
    click(&mut window, "Keep the line open");
    let ping = || Rule {
        when: When::Equals("ping".to_owned()),
        reply: Reply::Hex(vec![6, 10]),
    };
    assert_eq!(answering(&window).rules[0], ping());
    assert!(answering(&window).keeps_open);
    click(&mut window, "Move rule 1 down");
    assert_eq!(answering(&window).rules[1], ping());
    click(&mut window, "Remove rule 2");
    assert_eq!(answering(&window).rules.len(), 1);
    assert!(window.query_by_label_contains("Remove rule").is_none());
}

#[test]
fn the_log_says_who_and_what() {
    let mut model = sharing();
    let peer: IpAddr = "192.168.1.7".parse().unwrap();
    let (at, later) = ("12:03:22".to_owned(), "12:03:29".to_owned());
    let name = "plans.pdf".to_owned();
    let entry = LogEntry::NotFound { name };
    model.server.apply(at, ServerEvent::Logged { peer, entry });
    let text = "hello there".to_owned();
    model.server.apply(
        later,
        ServerEvent::Message {
            peer,
            name: None,
            text,
        },
    );
    let mut window = window(vec2(980.0, 900.0), Theme::Light, model);
    window.get_by_label("12:03:29");
    window.get_by_label("192.168.1.7");
    window.get_by_label_contains("“plans.pdf” — no such file");
    window.get_by_label("192.168.1.7 >>> hello there");
    click(&mut window, "Show more lines");
    click(&mut window, "Show fewer lines");
}

#[test]
fn drops_are_handled_on_either_tab() {
    let paths = ["/home/ann/照片", "/home/ann/notes.txt"].map(PathBuf::from);
    for tab in [Tab::Server, Tab::Client] {
        let mut window = usual(filled(tab));
        drop_on(&mut window, &paths);
        window.run();
        assert_eq!(asked(&mut window), [Action::Dropped(paths.to_vec())]);
    }
}

#[test]
fn the_settings_can_be_opened_and_changed() {
    use crate::settings::Theme;
    let mut window = usual(filled(Tab::Server));
    click(&mut window, "Settings");
    click(&mut window, "Appearance: Dark");
    click(&mut window, "Share hidden files");
    let settings = &window.state().model.settings;
    assert_eq!((settings.theme, settings.hidden), (Theme::Dark, true));
}

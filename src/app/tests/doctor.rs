//! *Find out why*: the dialog and the buttons that open it.

use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::*;
use crate::app::model::Step;
use crate::app::model::doctor::Examination;
use landline_engine::doctor::firewall::{Firewall, FirewallKind};
use landline_engine::doctor::{Check, CheckKind, Diagnosis, Finding, Medium, Network};
use landline_engine::error;
use landline_engine::transfer::Outcome;
use landline_engine::transport::addresses::Reach;

fn ip(text: &str) -> std::net::IpAddr {
    text.parse().unwrap()
}

fn check(kind: CheckKind, finding: Finding) -> Check {
    let finding = Some(finding);
    Check { kind, finding }
}

fn networks() -> Check {
    let network = Network {
        interface: "wlp3s0".into(),
        ip: ip("192.168.1.7"),
        prefix: 24,
        reach: Reach::Lan,
        medium: Medium::Wifi(Some("home".into())),
        gateway: None,
    };
    check(CheckKind::Networks, Finding::Networks(vec![network]))
}

fn examined(peer: Option<&str>, diagnosis: Diagnosis) -> Model {
    let mut model = super::filled(Tab::Client);
    model.doctor = Some(Examination {
        peer: peer.map(|host| (host.to_owned(), 8080)),
        diagnosis,
        cancel: CancelToken::new(),
        number: 0,
    });
    model
}

/// The firewall of this computer is the cause.
pub(super) fn blocked() -> Model {
    let (port, kind) = (8080, FirewallKind::Ufw);
    let firewall = Firewall {
        kind,
        blocks: Some(true),
    };
    let checks = vec![
        networks(),
        check(CheckKind::Share, Finding::ShareReached { port }),
        check(
            CheckKind::Firewall,
            Finding::FirewallBlocks { firewall, port },
        ),
        check(CheckKind::Others, Finding::OthersAnswer { count: 3 }),
        check(CheckKind::Isolation, Finding::NotIsolated),
    ];
    examined(
        None,
        Diagnosis {
            checks,
            cause: Some(2),
            is_over: true,
            took: std::time::Duration::from_millis(1160),
        },
    )
}

/// The other computer shares on another port.
pub(super) fn elsewhere() -> Model {
    let (ip, port, other) = (ip("192.168.1.5"), 8080, 8083);
    let checks = vec![
        networks(),
        check(CheckKind::Host, Finding::HostAnswers { ip }),
        check(
            CheckKind::Port,
            Finding::LandlineElsewhere { ip, port, other },
        ),
    ];
    examined(
        Some("ann-pc"),
        Diagnosis {
            checks,
            cause: Some(2),
            is_over: true,
            ..Diagnosis::default()
        },
    )
}

/// Some checks still run.
pub(super) fn running() -> Model {
    let unknown = |kind| Check {
        kind,
        finding: None,
    };
    let checks = vec![
        networks(),
        unknown(CheckKind::Way),
        unknown(CheckKind::Host),
        unknown(CheckKind::Port),
    ];
    examined(
        Some("192.168.1.5"),
        Diagnosis {
            checks,
            ..Diagnosis::default()
        },
    )
}

#[test]
fn the_cause_comes_with_its_command() {
    let mut window = usual(blocked());
    let dialog = window.get_by_role_and_label(Role::Dialog, "Find out why");
    assert!(dialog.accesskit_node().is_modal());
    window.get_by_label("The firewall (ufw) blocks port 8080.");
    window.get_by_label("checked just now, in 1.2 s");
    window.get_by_label("Other devices on this network answer (3)");
    window.get_by_label("This computer is on Wi-Fi “home”, 192.168.1.7");
    click(&mut window, "Copy the command that opens it");
    let command = "sudo ufw allow 8080/tcp".to_owned();
    assert_eq!(asked(&mut window), [Action::Copy(command)]);
    click(&mut window, "Check again");
    assert_eq!(asked(&mut window), [Action::FindOutWhy(None)]);
    click(&mut window, "Copy report");
    let actions = asked(&mut window);
    let [Action::Copy(report)] = &actions[..] else {
        panic!("{actions:?}");
    };
    assert!(report.starts_with("The firewall (ufw) blocks port 8080.\n"));
    assert!(report.contains("\n✓ Port 8080 is open here\n"), "{report}");
}

#[test]
fn another_port_is_one_click_away() {
    let mut window = usual(elsewhere());
    click(&mut window, "Use port 8083");
    let action = Action::UseOtherPort("ann-pc".to_owned(), 8083);
    assert_eq!(asked(&mut window), [action]);
}

#[test]
fn checks_that_run_have_no_result_and_cannot_be_repeated() {
    let mut window = usual(running());
    window.get_by_label("Port of the other computer");
    assert!(window.query_by_label_contains("checked just now").is_none());
    let again = window.get_by_label("Check again");
    assert!(again.accesskit_node().is_disabled());
    // It closes, which ends them.
    window.key_press(Key::Escape);
    window.run();
    assert!(window.state().model.doctor.is_none());
}

#[test]
fn without_a_cause_all_is_well() {
    let window = usual(examined(
        None,
        Diagnosis {
            checks: vec![networks()],
            is_over: true,
            ..Diagnosis::default()
        },
    ));
    window.get_by_label("No problem was found.");
    let window = usual(examined(
        None,
        Diagnosis {
            is_over: true,
            ..Diagnosis::default()
        },
    ));
    window.get_by_label("The checks could not run");
}

#[test]
fn a_host_that_cannot_be_reached_leads_to_it() {
    let mut model = super::filled(Tab::Client);
    let place = landline_engine::client::Place {
        host: "box".to_owned(),
        port: 8081,
        encryption: <_>::default(),
        path: String::new(),
    };
    model.client.browse.ask(place.clone());
    let event = landline_engine::client::ClientEvent::Listed(place, Err(no_answer()));
    model.client.apply(event);
    let mut window = usual(model);
    click(&mut window, "Find out why");
    let peer = Some(("box".to_owned(), 8081));
    assert_eq!(asked(&mut window), [Action::FindOutWhy(peer)]);
}

#[test]
fn so_does_a_failed_download_unless_its_host_was_reached() {
    let of = |why: ClientError| {
        let mut model = Model::default();
        model.settings.tab = Tab::Client;
        let one = crate::app::model::add(&mut model.client.transfers, "film.mkv");
        one.end(Outcome::Failed(error::Failure::Fetch(why)));
        usual(model)
    };
    let label = "Find out why “film.mkv” cannot be downloaded";
    let mut window = of(no_answer());
    click(&mut window, label);
    let peer = Some(("box".to_owned(), 8080));
    assert_eq!(asked(&mut window), [Action::FindOutWhy(peer)]);
    let window = of(ClientError::NoName);
    assert!(window.query_by_label(label).is_none());
}

#[test]
fn so_does_the_button_of_a_failure() {
    let step = Step::FindOutWhy("box".to_owned(), 8080);
    let peer = Some(("box".to_owned(), 8080));
    assert_eq!(step.action(), Some(Action::FindOutWhy(peer)));
}

#[test]
fn the_dialog_fits_into_a_small_window() {
    for model in [blocked(), elsewhere(), running()] {
        let window = window(SMALL, Theme::Dark, model);
        let dialog = window.get_by_role_and_label(Role::Dialog, "Find out why");
        let bounds = dialog.accesskit_node().raw_bounds().unwrap();
        assert!(
            bounds.x0 >= 0.0 && bounds.x1 <= f64::from(SMALL.x),
            "{bounds:?}"
        );
        assert!(
            bounds.y0 >= 0.0 && bounds.y1 <= f64::from(SMALL.y),
            "{bounds:?}"
        );
    }
}

//! Each obstacle, as the facts that it shows itself by, and the cause that is named.

mod own;
mod peer;

use std::net::IpAddr;

use super::*;
use crate::doctor::check::Rating;
use crate::doctor::facts::{Medium, WayBack};
use crate::doctor::firewall::FirewallKind;

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn network(interface: &str, own: &str, prefix: u8, reach: Reach) -> Network {
    Network {
        interface: interface.into(),
        ip: ip(own),
        prefix,
        reach,
        medium: Medium::Other,
        gateway: None,
    }
}

fn lan() -> Network {
    network("eth0", "192.168.1.7", 24, Reach::Lan)
}

/// Nobody shares here, and nothing is wrong.
fn alone() -> Facts {
    Facts {
        networks: Some(vec![lan()]),
        share: Some(OwnReach::Off),
        firewalls: Some(Vec::new()),
        others: Some(Others {
            gateway: Some(true),
            count: 3,
            is_complete: false,
        }),
        ..Facts::default()
    }
}

/// The same, but sharing on port 8080.
fn sharing() -> Facts {
    Facts {
        share: Some(OwnReach::On {
            port: 8080,
            answers: vec![
                (ip("192.168.1.7"), Answer::Open),
                (ip("127.0.0.1"), Answer::Open),
            ],
        }),
        ..alone()
    }
}

/// A peer that is a Landline and answers.
fn peer() -> Peer {
    Peer {
        host: "192.168.1.5".into(),
        port: 8080,
        addresses: Some(vec![ip("192.168.1.5")]),
        way: Some(Way::From(ip("192.168.1.7"))),
        answer: Some(Answer::Open),
        signs: Some(Vec::new()),
        neighbour: None,
        service: Some(Service::Landline {
            name: "Ann".into(),
            version: "0.1.0".into(),
        }),
        elsewhere: Some(None),
    }
}

/// A peer whose port leads to `answer`, and other ports of it to signs of life.
fn closed(answer: Answer, signs: &[u16]) -> Peer {
    Peer {
        answer: Some(answer),
        signs: Some(signs.into()),
        service: None,
        neighbour: Some(true),
        ..peer()
    }
}

fn at(peer: Peer) -> Facts {
    Facts {
        peer: Some(peer),
        others: None,
        ..alone()
    }
}

fn firewall(kind: FirewallKind, blocks: Option<bool>) -> Firewall {
    Firewall { kind, blocks }
}

fn cause(facts: &Facts) -> Option<Finding> {
    diagnose(facts).cause().cloned()
}

fn finding(facts: &Facts, kind: CheckKind) -> Option<Finding> {
    let checks = diagnose(facts).checks;
    let of_kind = checks.into_iter().find(|check| check.kind == kind);
    of_kind.and_then(|check| check.finding)
}

#[test]
fn without_an_obstacle_there_is_no_cause() {
    for facts in [
        alone(),
        sharing(),
        at(peer()),
        Facts {
            peer: Some(peer()),
            ..sharing()
        },
    ] {
        assert_eq!(cause(&facts), None, "{facts:?}");
        let checks = diagnose(&facts).checks;
        assert!(checks.iter().all(|check| check.finding.is_some()));
    }
}

#[test]
fn this_computer_may_have_no_network() {
    let with = |networks: Vec<Network>| Facts {
        networks: Some(networks),
        ..at(Peer {
            way: Some(Way::None),
            answer: None,
            signs: None,
            service: None,
            elsewhere: None,
            ..peer()
        })
    };
    assert_eq!(cause(&with(Vec::new())), Some(Finding::NoNetwork));
    let made_up = network("eth0", "169.254.7.7", 16, Reach::LinkLocal);
    let no_dhcp = Finding::NoDhcp {
        ip: ip("169.254.7.7"),
    };
    assert_eq!(cause(&with(vec![made_up.clone()])), Some(no_dhcp));
    // This computer needs none for itself, and a cable without DHCP is enough for some.
    let reached = |way, answer, networks| Facts {
        networks: Some(networks),
        ..at(Peer {
            way: Some(way),
            answer: Some(answer),
            ..peer()
        })
    };
    let here = reached(Way::Here, Answer::Open, Vec::new());
    assert_eq!(cause(&here), None);
    let here = reached(Way::Here, Answer::Refused, Vec::new());
    assert!(matches!(cause(&here), Some(Finding::PortRefused { .. })));
    let from = Way::From(ip("169.254.7.7"));
    let by_cable = reached(from, Answer::Open, vec![made_up.clone()]);
    assert_eq!(cause(&by_cable), None);
    // Of two interfaces, one with an address is enough.
    let both = with(vec![lan(), made_up]);
    let expected = Finding::Networks(vec![lan()]);
    assert_eq!(finding(&both, CheckKind::Networks), Some(expected));
}

#[test]
fn the_obstacle_of_the_other_computer_comes_before_the_own_ones() {
    let both = Facts {
        peer: Some(closed(Answer::Refused, &[])),
        firewalls: Some(vec![firewall(FirewallKind::Ufw, Some(true))]),
        ..sharing()
    };
    assert!(matches!(cause(&both), Some(Finding::PortRefused { .. })));
    let diagnosis = diagnose(&both);
    let bad = diagnosis.checks.iter().filter(|check| {
        let finding = check.finding.as_ref();
        finding.is_some_and(|finding| finding.rating() == Rating::Bad)
    });
    assert_eq!(bad.count(), 2);
}

#[test]
fn that_nobody_else_answers_is_only_a_suspicion() {
    let lonely = |gateway, is_complete| Facts {
        others: Some(Others {
            gateway,
            count: 0,
            is_complete,
        }),
        ..alone()
    };
    for facts in [lonely(Some(true), true), lonely(None, true)] {
        assert_eq!(cause(&facts), Some(Finding::NobodyElse));
        let isolation = finding(&facts, CheckKind::Isolation);
        assert_eq!(isolation, Some(Finding::IsolationUnknown));
    }
    assert_eq!(cause(&lonely(Some(true), false)), None);
    assert_eq!(
        finding(&alone(), CheckKind::Isolation),
        Some(Finding::NotIsolated)
    );
}

#[test]
fn checks_run_until_their_facts_are_known() {
    let asked = Facts {
        peer: Some(Peer {
            host: "192.168.1.5".into(),
            port: 8080,
            ..Peer::default()
        }),
        ..Facts::default()
    };
    for facts in [Facts::default(), asked] {
        let diagnosis = diagnose(&facts);
        assert!(!diagnosis.checks.is_empty());
        let is_running = |check: &Check| check.finding.is_none();
        assert!(diagnosis.checks.iter().all(is_running), "{diagnosis:?}");
        assert_eq!(diagnosis.cause, None);
    }
}

//! Each obstacle, as the facts that it shows itself by, and the cause that is named.

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
    // Of two interfaces, one with an address is enough.
    let both = with(vec![lan(), made_up]);
    let expected = Finding::Networks(vec![lan()]);
    assert_eq!(finding(&both, CheckKind::Networks), Some(expected));
}

#[test]
fn the_other_computer_may_not_be_there() {
    let gone = |others| {
        let missing = Peer {
            neighbour: Some(false),
            ..closed(Answer::Silent, &[])
        };
        Facts {
            others: Some(others),
            ..at(missing)
        }
    };
    let others = |gateway, count, is_complete| Others {
        gateway,
        count,
        is_complete,
    };
    let nobody = Some(Finding::Nobody {
        ip: ip("192.168.1.5"),
    });
    assert_eq!(cause(&gone(others(Some(true), 2, false))), nobody);
    assert_eq!(cause(&gone(others(None, 0, true))), nobody);
    // The router does not answer either: nothing to conclude.
    assert_eq!(cause(&gone(others(Some(false), 0, true))), nobody);
    assert_eq!(cause(&gone(others(Some(true), 0, false))), nobody);
    let isolated = Some(Finding::Isolated);
    assert_eq!(cause(&gone(others(Some(true), 0, true))), isolated);
    // Until the others are known, neither is named.
    let waiting = Facts {
        others: None,
        ..gone(others(None, 0, false))
    };
    assert_eq!(cause(&waiting), None);
    let unknown = Peer {
        neighbour: None,
        ..closed(Answer::Silent, &[])
    };
    let silent = Finding::HostSilent {
        ip: ip("192.168.1.5"),
    };
    assert_eq!(cause(&at(unknown)), Some(silent));
}

#[test]
fn a_name_may_have_no_address() {
    let unknown = Peer {
        host: "ann-pc".into(),
        addresses: Some(Vec::new()),
        way: None,
        answer: None,
        signs: None,
        service: None,
        elsewhere: None,
        ..peer()
    };
    let host = "ann-pc".to_owned();
    let expected = Finding::NameNotFound { host };
    assert_eq!(cause(&at(unknown)), Some(expected));
    let known = Peer {
        host: "ann-pc".into(),
        ..peer()
    };
    let name = finding(&at(known), CheckKind::Name);
    assert!(matches!(name, Some(Finding::NameFound { .. })));
    assert_eq!(finding(&at(peer()), CheckKind::Name), None);
}

#[test]
fn the_way_may_lead_elsewhere() {
    let far = |way, answer| {
        at(Peer {
            addresses: Some(vec![ip("10.9.9.9")]),
            way: Some(way),
            neighbour: None,
            ..closed(answer, &[])
        })
    };
    let lost = far(Way::None, Answer::Unreachable);
    let no_route = Finding::NoRoute { ip: ip("10.9.9.9") };
    assert_eq!(cause(&lost), Some(no_route));
    let own = ip("192.168.1.7");
    let silent = Finding::OtherNetworkSilent {
        ip: ip("10.9.9.9"),
        own,
    };
    let way = Way::From(own);
    assert_eq!(cause(&far(way.clone(), Answer::Silent)), Some(silent));
    let refused = cause(&far(way, Answer::Refused));
    assert!(matches!(refused, Some(Finding::PortRefused { .. })));
}

#[test]
fn a_vpn_is_the_cause_only_if_the_peer_is_not_reached() {
    let over = |vpn: Network, peer: Peer| {
        let way = Some(Way::From(vpn.ip));
        Facts {
            networks: Some(vec![lan(), vpn]),
            ..at(Peer { way, ..peer })
        }
    };
    let tunnel = || network("tun0", "10.8.0.2", 24, Reach::Vpn);
    let silent = Peer {
        neighbour: None,
        ..closed(Answer::Silent, &[])
    };
    let takes = Finding::VpnTakesRoute {
        interface: "tun0".into(),
        ip: ip("192.168.1.5"),
    };
    assert_eq!(cause(&over(tunnel(), silent.clone())), Some(takes));
    assert_eq!(cause(&over(tunnel(), peer())), None);
    // One who is in the VPN is not looked for elsewhere.
    let member = Peer {
        addresses: Some(vec![ip("10.8.0.9")]),
        ..silent
    };
    let found = cause(&over(tunnel(), member));
    assert!(
        matches!(found, Some(Finding::HostSilent { .. })),
        "{found:?}"
    );
}

#[test]
fn a_port_may_be_closed_rejected_or_filtered() {
    let of = |peer| cause(&at(peer));
    let (ip, port) = (ip("192.168.1.5"), 8080);
    for (answer, signs, expected) in [
        (Answer::Refused, &[][..], Finding::PortRefused { ip, port }),
        (Answer::Refused, &[22], Finding::PortRefused { ip, port }),
        (Answer::Rejected, &[], Finding::PortRejected { ip, port }),
        (Answer::Silent, &[22], Finding::PortFiltered { ip, port }),
        (Answer::Silent, &[], Finding::AllFiltered { ip, port }),
    ] {
        assert_eq!(of(closed(answer, signs)), Some(expected), "{answer:?}");
    }
    let elsewhere = Peer {
        elsewhere: Some(Some(8083)),
        ..closed(Answer::Refused, &[8083])
    };
    let other = 8083;
    let expected = Finding::LandlineElsewhere { ip, port, other };
    assert_eq!(expected.other_port(), Some(8083));
    assert_eq!(of(elsewhere), Some(expected));
    // Not before it is known that no Landline is on another port.
    let unknown = Peer {
        elsewhere: None,
        ..closed(Answer::Refused, &[])
    };
    assert_eq!(of(unknown), None);
}

#[test]
fn what_answers_may_be_something_else() {
    let with = |service| {
        at(Peer {
            service: Some(service),
            ..peer()
        })
    };
    let host = || "192.168.1.5".to_owned();
    let (tls, mute) = (with(Service::Tls), with(Service::Mute));
    assert_eq!(
        cause(&tls),
        Some(Finding::Tls {
            host: host(),
            port: 8080
        })
    );
    assert_eq!(
        cause(&mute),
        Some(Finding::Mute {
            host: host(),
            port: 8080
        })
    );
    for service in [Service::Raw, Service::Http { software: None }] {
        let facts = with(service);
        // Files can be downloaded from it.
        assert_eq!(cause(&facts), None);
        let found = finding(&facts, CheckKind::Service).unwrap();
        assert_eq!(found.rating(), Rating::Neutral);
    }
}

#[test]
fn the_own_share_may_be_closed_to_others() {
    let with = |answers: &[(&str, Answer)]| {
        let answers = answers.iter().map(|(own, answer)| (ip(own), *answer));
        Facts {
            share: Some(OwnReach::On {
                port: 8080,
                answers: answers.collect(),
            }),
            ..alone()
        }
    };
    let (own, loopback) = ("192.168.1.7", "127.0.0.1");
    for (answers, expected) in [
        (
            &[(own, Answer::Refused), (loopback, Answer::Open)][..],
            Some(Finding::LoopbackOnly { port: 8080 }),
        ),
        (
            &[(own, Answer::Refused), (loopback, Answer::Refused)],
            Some(Finding::NothingListens { port: 8080 }),
        ),
        (
            &[(own, Answer::Silent), (loopback, Answer::Silent)],
            Some(Finding::ShareBlocked { port: 8080 }),
        ),
        (&[(own, Answer::Open), (loopback, Answer::Refused)], None),
        (&[(loopback, Answer::Open)], None),
    ] {
        assert_eq!(cause(&with(answers)), expected, "{answers:?}");
    }
}

#[test]
fn the_own_firewall_blocks_only_if_nobody_gets_in() {
    let with = |firewalls: &[Firewall], back: Option<Answer>| {
        let from = || "192.168.1.5".to_owned();
        Facts {
            firewalls: Some(firewalls.to_vec()),
            back: back.map(|answer| WayBack {
                from: from(),
                answer,
            }),
            ..sharing()
        }
    };
    let found = |facts: &Facts| finding(facts, CheckKind::Firewall).unwrap();
    let ufw = |blocks| firewall(FirewallKind::Ufw, blocks);
    let (port, blocks) = (8080, ufw(Some(true)));
    let blocking = with(std::slice::from_ref(&blocks), None);
    let expected = Finding::FirewallBlocks {
        firewall: blocks.clone(),
        port,
    };
    assert_eq!(expected.command().unwrap(), "sudo ufw allow 8080/tcp");
    assert_eq!(cause(&blocking), Some(expected));
    // Another computer cannot get in: the firewall is why.
    let silent = with(std::slice::from_ref(&blocks), Some(Answer::Silent));
    assert!(matches!(
        cause(&silent),
        Some(Finding::FirewallBlocks { .. })
    ));
    assert_eq!(cause(&with(&[blocks], Some(Answer::Open))), None);
    let perhaps = with(&[ufw(None)], None);
    assert_eq!(found(&perhaps).rating(), Rating::Suspect);
    assert!(matches!(
        cause(&perhaps),
        Some(Finding::FirewallMayBlock { .. })
    ));
    let reached = with(&[ufw(None)], Some(Answer::Open));
    assert!(matches!(found(&reached), Finding::FirewallOpen { .. }));
    let rules = firewall(FirewallKind::Nftables(String::new()), None);
    let unknown = with(&[rules], None);
    assert_eq!(found(&unknown), Finding::FirewallUnknown);
    assert_eq!(cause(&unknown), None);
    let open = with(&[ufw(Some(false))], None);
    assert!(matches!(found(&open), Finding::FirewallOpen { .. }));
    let answer = Answer::Silent;
    let cannot = with(&[], Some(answer));
    assert!(matches!(cause(&cannot), Some(Finding::OthersCannot { .. })));
    // Whoever shares nothing needs no open port, if another computer is asked about.
    let not_sharing = Facts {
        share: Some(OwnReach::Off),
        peer: Some(peer()),
        ..blocking
    };
    assert_eq!(cause(&not_sharing), None);
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

#[test]
fn no_command_turns_a_firewall_off() {
    for kind in [
        FirewallKind::Ufw,
        FirewallKind::Firewalld,
        FirewallKind::Iptables,
        FirewallKind::Nftables("inet filter input".into()),
        FirewallKind::Windows,
        FirewallKind::WindowsPublic,
        FirewallKind::MacOs("/Applications/Landline.app".into()),
    ] {
        let command = firewall(kind, Some(true)).command(8083).unwrap_or_default();
        for word in ["disable", "stop", "off", "flush", "-F", "-P"] {
            let mut words = command.split_whitespace();
            assert!(words.all(|found| found != word), "{command}");
        }
        assert!(
            command.contains("8083") || !command.contains("allow"),
            "{command}"
        );
    }
}

//! Obstacles on the way to the other computer, and there.

use super::*;

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
    let host = "192.168.1.5".to_owned();
    assert_eq!(
        cause(&with(Service::Mute)),
        Some(Finding::Mute { host, port: 8080 })
    );
    let http = Service::Http { software: None };
    for service in [Service::Raw, Service::Tls, http] {
        let facts = with(service);
        // Files can be downloaded from it.
        assert_eq!(cause(&facts), None);
        let found = finding(&facts, CheckKind::Service).unwrap();
        assert_eq!(found.rating(), Rating::Neutral);
    }
}

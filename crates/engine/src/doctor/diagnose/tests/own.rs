//! Obstacles on the way to the own share.

use super::*;

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

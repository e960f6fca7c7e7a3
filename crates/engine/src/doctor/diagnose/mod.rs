//! From facts to checks. Pure.

#[cfg(test)]
mod tests;

use super::check::{Check, CheckKind, Diagnosis, Finding};
use super::facts::{Answer, Facts, Network, Others, OwnReach, Peer, Service, Way};
use super::firewall::Firewall;
use crate::transport::addresses::Reach;

/// The checks that `facts` decide, those that still run, and the cause.
pub fn diagnose(facts: &Facts) -> Diagnosis {
    let mut checks = vec![check(
        CheckKind::Networks,
        facts.networks.as_deref().map(networks),
    )];
    let mut add = |kind, finding| checks.push(check(kind, finding));
    let is_sharing = facts.share.as_ref().and_then(OwnReach::port);
    if let Some(peer) = &facts.peer {
        let is_here = peer.way == Some(Way::Here);
        for_peer(facts, peer, &mut add);
        if is_sharing.is_some() && !is_here {
            own(facts, &mut add);
        }
    } else {
        own(facts, &mut add);
        let others = facts.others;
        add(CheckKind::Others, others.and_then(neighbours));
        // That nobody else answers may have many reasons.
        let isolation = others.map(isolation).map(|found| match found {
            Finding::Isolated => Finding::IsolationUnknown,
            found => found,
        });
        add(CheckKind::Isolation, isolation);
    }
    // Whoever is reached all the same, as this computer itself always is, is not kept away by the network.
    let needs_network =
        !(facts.peer.as_ref()).is_some_and(|peer| peer.way == Some(Way::Here) || is_reached(peer));
    let weights = checks.iter().enumerate().filter_map(|(index, check)| {
        let weight = check.finding.as_ref()?.weight()?;
        (needs_network || check.kind != CheckKind::Networks).then_some((weight, index))
    });
    let cause = weights.min().map(|(_, index)| index);
    Diagnosis {
        checks,
        cause,
        ..Diagnosis::default()
    }
}

fn check(kind: CheckKind, finding: Option<Finding>) -> Check {
    Check { kind, finding }
}

fn networks(found: &[Network]) -> Finding {
    let usable = found
        .iter()
        .filter(|network| network.reach != Reach::LinkLocal);
    let usable: Vec<_> = usable.cloned().collect();
    match found.first() {
        None => Finding::NoNetwork,
        Some(first) if usable.is_empty() => Finding::NoDhcp { ip: first.ip },
        Some(_) => Finding::Networks(usable),
    }
}

/// The own share: as seen from here, its firewall, and as seen from another computer.
fn own(facts: &Facts, add: &mut impl FnMut(CheckKind, Option<Finding>)) {
    add(CheckKind::Share, facts.share.as_ref().map(share));
    let port = facts.share.as_ref().map(OwnReach::port);
    let opened = facts
        .back
        .as_ref()
        .is_some_and(|back| back.answer == Answer::Open);
    let firewall = |firewalls: &[Firewall], port: Option<u16>| {
        let port = port.unwrap_or(crate::transport::DEFAULT_PORT);
        firewall(firewalls, port, opened)
    };
    let found = facts.firewalls.as_deref().zip(port);
    add(
        CheckKind::Firewall,
        found.map(|(firewalls, port)| firewall(firewalls, port)),
    );
    if let (Some(back), Some(Some(port))) = (&facts.back, port) {
        let from = back.from.clone();
        let finding = match back.answer {
            Answer::Open => Finding::OthersReach { from, port },
            answer => Finding::OthersCannot { from, port, answer },
        };
        add(CheckKind::Back, Some(finding));
    }
}

fn share(own: &OwnReach) -> Finding {
    let OwnReach::On { port, answers } = own else {
        return Finding::NotSharing;
    };
    let port = *port;
    let is_open = |is_loopback: bool| {
        let mut of_kind = answers
            .iter()
            .filter(move |(ip, _)| ip.is_loopback() == is_loopback);
        move || of_kind.find(|(_, answer)| *answer == Answer::Open)
    };
    let (outside, inside) = (is_open(false)(), is_open(true)());
    match (outside, inside) {
        (Some(_), Some(_)) => Finding::ShareReached { port },
        // Bound to it, or a firewall on the loopback interface, which nobody has.
        (Some((ip, _)), None) => Finding::OneAddressOnly { ip: *ip, port },
        _ if answers.iter().any(|(_, answer)| *answer == Answer::Silent) => {
            Finding::ShareBlocked { port }
        }
        (None, Some(_)) if answers.iter().all(|(ip, _)| ip.is_loopback()) => {
            // There is no network to be reached from.
            Finding::ShareReached { port }
        }
        (None, Some(_)) => Finding::LoopbackOnly { port },
        (None, None) => Finding::NothingListens { port },
    }
}

/// The most certain of `firewalls`; `opened` if another computer got in.
fn firewall(firewalls: &[Firewall], port: u16, opened: bool) -> Finding {
    let with = |blocks| {
        let mut found = firewalls.iter();
        found.find(move |firewall: &&Firewall| firewall.blocks == blocks)
    };
    if let (Some(firewall), false) = (with(Some(true)), opened) {
        let firewall = firewall.clone();
        return Finding::FirewallBlocks { firewall, port };
    }
    if let Some(firewall) = with(None) {
        let firewall = firewall.clone();
        return match (opened, firewall.is_named()) {
            (true, _) => Finding::FirewallOpen { firewall, port },
            (false, true) => Finding::FirewallMayBlock { firewall, port },
            (false, false) => Finding::FirewallUnknown,
        };
    }
    match firewalls.first() {
        Some(firewall) => {
            let firewall = firewall.clone();
            Finding::FirewallOpen { firewall, port }
        }
        None => Finding::NoFirewall { port },
    }
}

fn for_peer(facts: &Facts, peer: &Peer, add: &mut impl FnMut(CheckKind, Option<Finding>)) {
    let host = &peer.host;
    let is_name = host.parse::<std::net::IpAddr>().is_err();
    if is_name || peer.addresses.as_ref().is_some_and(Vec::is_empty) {
        let name = peer.addresses.as_ref().map(|addresses| {
            let host = host.clone();
            match addresses.first() {
                Some(&ip) => Finding::NameFound { host, ip },
                None => Finding::NameNotFound { host },
            }
        });
        let is_unknown = matches!(name, Some(Finding::NameNotFound { .. }));
        add(CheckKind::Name, name);
        if is_unknown {
            return;
        }
    }
    add(CheckKind::Way, way(facts, peer));
    if peer.way == Some(Way::None) {
        return;
    }
    let is_here = peer.way == Some(Way::Here);
    if !is_here {
        add(CheckKind::Host, self::host(facts, peer));
    }
    if peer.answer == Some(Answer::Open) {
        let port = peer.port;
        add(CheckKind::Port, Some(Finding::PortOpen { port }));
        add(
            CheckKind::Service,
            peer.service.as_ref().map(|found| service(peer, found)),
        );
    } else if is_there(peer) != Some(false) {
        add(CheckKind::Port, port(peer));
    }
    if let (Some(false), false, Some(others)) = (peer.neighbour, is_reached(peer), facts.others) {
        add(CheckKind::Isolation, Some(isolation(others)));
    }
}

/// The way to the peer. Whether it is a bad one depends on whether the peer was reached.
fn way(facts: &Facts, peer: &Peer) -> Option<Finding> {
    let (networks, ip) = (facts.networks.as_deref()?, peer.ip()?);
    let own = match peer.way.as_ref()? {
        Way::Here => {
            let host = peer.host.clone();
            return Some(Finding::SameComputer { host });
        }
        Way::None => return Some(Finding::NoRoute { ip }),
        Way::From(own) => *own,
    };
    let through = networks.iter().find(|network| network.ip == own);
    if let Some(vpn) = through.filter(|network| network.reach == Reach::Vpn) {
        let interface = vpn.interface.clone();
        // A peer of the VPN itself is where it should be looked for.
        let is_own = vpn.prefix < 32 && vpn.contains(ip);
        return match is_there(peer) {
            Some(true) => Some(Finding::ViaVpn { interface }),
            Some(false) if !is_own => Some(Finding::VpnTakesRoute { interface, ip }),
            Some(false) => Some(Finding::ViaVpn { interface }),
            None => None,
        };
    }
    let is_near = networks.iter().any(|network| network.contains(ip));
    if is_near {
        return Some(Finding::SameNetwork { ip, own });
    }
    Some(if is_there(peer)? {
        Finding::OtherNetwork { ip, own }
    } else {
        Finding::OtherNetworkSilent { ip, own }
    })
}

/// Whether connecting to the port, or to another, showed that the peer is there.
fn is_reached(peer: &Peer) -> bool {
    peer.answer.is_some_and(Answer::is_sign_of_life)
        || peer.signs.as_ref().is_some_and(|ports| !ports.is_empty())
}

/// Whether the peer is there, once that is known.
fn is_there(peer: &Peer) -> Option<bool> {
    if is_reached(peer) || peer.neighbour == Some(true) {
        return Some(true);
    }
    // Both are known before the answer of the neighbours.
    (peer.answer.is_some() && peer.signs.is_some()).then_some(false)
}

fn host(facts: &Facts, peer: &Peer) -> Option<Finding> {
    let ip = peer.ip()?;
    if is_reached(peer) {
        return Some(Finding::HostAnswers { ip });
    }
    let is_known = peer.answer.is_some() && peer.signs.is_some();
    match peer.neighbour {
        Some(true) if is_known => Some(Finding::HostPresent { ip }),
        Some(false) if is_known => {
            // Whether the network keeps it from being seen decides what this means.
            facts.others.map(|_| Finding::Nobody { ip })
        }
        None if is_known => Some(Finding::HostSilent { ip }),
        _ => None,
    }
}

/// What a port that is not open means.
fn port(peer: &Peer) -> Option<Finding> {
    let (ip, port) = (peer.ip()?, peer.port);
    if let Some(Some(other)) = peer.elsewhere {
        return Some(Finding::LandlineElsewhere { ip, port, other });
    }
    peer.elsewhere?;
    Some(match peer.answer? {
        Answer::Open => Finding::PortOpen { port },
        Answer::Refused => Finding::PortRefused { ip, port },
        Answer::Rejected => Finding::PortRejected { ip, port },
        Answer::Silent | Answer::Unreachable if peer.signs.as_ref()?.is_empty() => {
            Finding::AllFiltered { ip, port }
        }
        Answer::Silent | Answer::Unreachable => Finding::PortFiltered { ip, port },
    })
}

fn service(peer: &Peer, found: &Service) -> Finding {
    let (host, port) = (peer.host.clone(), peer.port);
    match found {
        Service::Landline { name, version } => Finding::IsLandline {
            name: name.clone(),
            version: version.clone(),
        },
        Service::Http { software } => Finding::OtherServer {
            host,
            software: software.clone(),
        },
        Service::Raw => Finding::RawServer { host },
        Service::Tls => Finding::Tls { host, port },
        Service::Mute => Finding::Mute { host, port },
    }
}

fn neighbours(others: Others) -> Option<Finding> {
    let count = others.count;
    match others.count {
        0 => others.is_complete.then_some(Finding::NobodyElse),
        _ => Some(Finding::OthersAnswer { count }),
    }
}

/// Whether the network keeps its devices apart: the router answers, and nobody else does.
fn isolation(others: Others) -> Finding {
    match (others.gateway, others.count) {
        (_, 1..) => Finding::NotIsolated,
        (Some(true), 0) if others.is_complete => Finding::Isolated,
        _ => Finding::IsolationUnknown,
    }
}

//! The probes of the computer that cannot be reached, one after another: each depends on what the last one found.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use crossbeam_channel::{Receiver, bounded};

use super::{Gatherer, ask_back, others};
use crate::doctor::facts::{Answer, Service, Way};
use crate::doctor::{probe, sys};

/// How long a name may take. The resolver asks its second server after 5 s, too late for a person who waits.
const RESOLVE_TIMEOUT: Duration = Duration::from_millis(2500);

/// How long the port may take. A lost SYN is repeated after a second.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(2200);

/// How long the port has before others are tried, so that an ICMP message in the meantime is its answer.
const HEAD_START: Duration = Duration::from_millis(300);

/// How long other ports may take: they end with the port.
const OTHERS_TIMEOUT: Duration = Duration::from_millis(1900);

/// How long an open port may take to say what it is.
const IDENTIFY_TIMEOUT: Duration = Duration::from_millis(1200);

/// Ports that often answer or refuse: SSH, HTTP, HTTPS and the file sharing of Windows.
const TELLING_PORTS: [u16; 5] = [22, 80, 139, 443, 445];

/// Examines `host`; `share` says on which port this computer shares something.
pub(super) fn examine(gatherer: &Gatherer, host: &str, port: u16, share: &Receiver<Option<u16>>) {
    let Some(ip) = locate(gatherer, host, port) else {
        return;
    };
    let way = probe::way(ip, &gatherer.own);
    let is_lost = way == Some(Way::None);
    let is_near = match &way {
        Some(Way::From(from)) => gatherer
            .networks
            .iter()
            .any(|network| network.ip == *from && network.contains(ip)),
        _ => false,
    };
    gatherer.tell_of_peer(|peer| peer.way = way);
    if is_lost {
        return;
    }
    let address = SocketAddr::new(ip, port);
    let (answer, signs) = knock(gatherer, address, is_near);
    if answer == Answer::Open {
        gatherer.tell_of_peer(move |peer| {
            peer.answer = Some(answer);
            peer.signs = Some(Vec::new());
            peer.elsewhere = Some(None);
        });
        let service = probe::identify(address, IDENTIFY_TIMEOUT);
        let is_landline = matches!(service, Service::Landline { .. });
        gatherer.tell_of_peer(|peer| peer.service = Some(service));
        if is_landline {
            ask_back(gatherer, host, address, share);
        }
        return;
    }
    let neighbour = (is_near && ip.is_ipv4())
        .then(|| is_neighbour(ip))
        .flatten();
    // The system itself sends such a message if nobody has the address.
    let answer = match (answer, neighbour) {
        (Answer::Rejected, Some(false)) => Answer::Unreachable,
        (answer, _) => answer,
    };
    let open = signs.iter().filter(|(_, answer)| *answer == Answer::Open);
    let mut possible = open.filter(|(port, _)| probe::PORTS.contains(port));
    let elsewhere = possible.find_map(|&(port, _)| {
        let heard = probe::ask(SocketAddr::new(ip, port), None, IDENTIFY_TIMEOUT)?;
        matches!(heard.service, Service::Landline { .. }).then_some(port)
    });
    let alive = signs
        .iter()
        .filter(|(_, answer)| answer.is_sign_of_life())
        .map(|(port, _)| *port)
        .collect::<Vec<_>>();
    let is_missing = neighbour == Some(false) && alive.is_empty() && !answer.is_sign_of_life();
    gatherer.tell_of_peer(move |peer| {
        peer.answer = Some(answer);
        peer.signs = Some(alive);
        peer.neighbour = neighbour;
        peer.elsewhere = Some(elsewhere);
    });
    if is_missing {
        let found = others(gatherer, Some(ip));
        gatherer.tell(move |facts| facts.others = Some(found.unwrap_or_default()));
    }
}

/// The address of `host` to examine: the first one, or of several the one that answers.
fn locate(gatherer: &Gatherer, host: &str, port: u16) -> Option<IpAddr> {
    let mut addresses = probe::resolve(host, RESOLVE_TIMEOUT);
    if addresses.len() > 1 {
        let (sender, receiver) = bounded(addresses.len());
        for (index, &ip) in addresses.iter().enumerate() {
            let sender = sender.clone();
            gatherer.spawn("address", move |_| {
                let answer = probe::connect(SocketAddr::new(ip, port), CONNECT_TIMEOUT);
                // Nobody listens once another one has answered.
                let _ = sender.send((index, answer));
            });
        }
        drop(sender);
        let mut answers = receiver.iter();
        if let Some((index, _)) = answers.find(|(_, answer)| *answer == Answer::Open) {
            addresses[..=index].rotate_right(1);
        }
    }
    let first = addresses.first().copied();
    gatherer.tell_of_peer(move |peer| peer.addresses = Some(addresses));
    first
}

/// Connects to the port, and unless that leads to something soon, to others beside it.
fn knock(gatherer: &Gatherer, address: SocketAddr, is_near: bool) -> (Answer, Vec<(u16, Answer)>) {
    let (sender, receiver) = bounded(1);
    gatherer.spawn("port", move |_| {
        let answer = probe::connect_telling(address, is_near, CONNECT_TIMEOUT);
        // There is space for it.
        let _ = sender.send(answer);
    });
    let soon = receiver.recv_timeout(HEAD_START).ok();
    if soon == Some(Answer::Open) {
        return (Answer::Open, Vec::new());
    }
    let ports: Vec<_> = TELLING_PORTS
        .into_iter()
        .chain(probe::PORTS)
        .filter(|port| *port != address.port())
        .collect();
    let others = probe::connect_each(address.ip(), &ports, OTHERS_TIMEOUT);
    let answer = soon.or_else(|| receiver.recv().ok());
    // If no thread could start, nothing came.
    (answer.unwrap_or(Answer::Silent), others)
}

/// Whether the neighbour `ip` has answered the question for its hardware address.
fn is_neighbour(ip: IpAddr) -> Option<bool> {
    let table = sys::neighbours()?;
    let known = table.iter().find(|known| known.ip == ip);
    Some(known.is_some_and(|known| known.answers))
}

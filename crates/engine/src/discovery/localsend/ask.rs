//! Asks a device whether it is there, and what it is.

use std::net::SocketAddr;
use std::time::Duration;

use super::Claim;
use crate::localsend::exchange::{self, Answer, Ask, NoAnswer, Reach};
use crate::localsend::message::{Info, Scheme};
use crate::localsend::{Node, Peer};
use crate::transport::CancelToken;

/// How long a device may take to accept a connection, and to answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    connect: Duration,
    answer: Duration,
}

/// For devices that may not be there.
pub(super) const SHORT: Times = Times {
    connect: Duration::from_millis(500),
    answer: Duration::from_secs(2),
};
/// For those that were: a phone may sleep.
const LONG: Times = Times {
    connect: Duration::from_secs(1),
    answer: Duration::from_secs(2),
};
/// So many addresses of a device are tried.
const TRIED_MAX: usize = 3;

/// Asks whether a claim is true. Whoever claims to speak plain HTTP is asked over TLS first, so that nobody can make
/// another device speak without.
pub(super) fn about(node: &Node, claim: &Claim, cancel: &CancelToken) -> Option<Peer> {
    let (info, at) = (&claim.info, claim.address);
    match info.protocol {
        Some(Scheme::Http) => anyone(node, at, cancel),
        _ => one(node, at, Reach::Pinned(info.identity()?), SHORT, cancel).ok()?,
    }
}

/// Asks whoever listens at `at`, over TLS or without.
pub(super) fn anyone(node: &Node, at: SocketAddr, cancel: &CancelToken) -> Option<Peer> {
    match one(node, at, Reach::Anyone, SHORT, cancel) {
        Ok(found) => found,
        Err(NoAnswer::NotTls) => one(node, at, Reach::Plain, SHORT, cancel).ok()?,
        Err(_) => None,
    }
}

/// Asks a device that is known, at one address after another.
pub(super) fn again(node: &Node, peer: &Peer, cancel: &CancelToken) -> Option<Peer> {
    let reach = peer.identity.map_or(Reach::Plain, Reach::Pinned);
    let mut tried = peer.addresses.iter().take(TRIED_MAX);
    tried.find_map(|&at| one(node, at, reach, LONG, cancel).ok()?)
}

/// Asks at `at`, and lets the device know about us if we can be seen. Returns nothing if that is no device, or we are it.
fn one(
    node: &Node,
    at: SocketAddr,
    reach: Reach,
    times: Times,
    cancel: &CancelToken,
) -> Result<Option<Peer>, NoAnswer> {
    let is_visible = node.visible().is_some();
    let body = if is_visible {
        node.info().to_json()
    } else {
        Vec::new()
    };
    let (method, path) = if is_visible {
        ("POST", "register")
    } else {
        ("GET", "info")
    };
    let ask = Ask {
        to: at,
        reach,
        method,
        path,
        body: &body,
        connect: times.connect,
        answer: times.answer,
    };
    let answer = exchange::ask(node, &ask, cancel)
        .inspect_err(|error| log::debug!("LocalSend: {at}: {error}"))?;
    Ok(peer(node, &answer, at))
}

/// The device at `at` that has given this answer.
fn peer(node: &Node, answer: &Answer, at: SocketAddr) -> Option<Peer> {
    if answer.status != 200 {
        return None;
    }
    let said = Info::parse(&answer.body).ok()?;
    let own = Some(node.fingerprint());
    if answer.identity == own || said.identity() == own {
        return None;
    }
    // What it has proved counts, whatever it says.
    let proved = match answer.identity {
        Some(identity) => Info {
            protocol: Some(Scheme::Https),
            fingerprint: identity.to_string(),
            ..said
        },
        None => Info {
            protocol: Some(Scheme::Http),
            ..said
        },
    };
    Peer::new(&proved, at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::{Fingerprint, Identity};
    use crate::localsend::DeviceType;

    #[test]
    fn the_certificate_counts_whatever_the_answer_says() {
        let own = Identity::generate().unwrap();
        let node = Node::new(own, "own", DeviceType::Desktop);
        let at: SocketAddr = "10.0.0.5:53317".parse().unwrap();
        let found = |status, body: &str, identity| {
            let answer = Answer {
                status,
                body: body.as_bytes().to_vec(),
                identity,
            };
            peer(&node, &answer, at)
        };
        let ann = Fingerprint::of(b"ann");
        let bo = Fingerprint::of(b"bo");
        let says = format!(r#"{{"alias":"Ann","deviceType":"mobile","fingerprint":"{bo}"}}"#);
        let device = found(200, &says, Some(ann)).unwrap();
        assert_eq!(device.identity, Some(ann));
        assert_eq!(
            (&*device.name, device.device_type),
            ("Ann", DeviceType::Mobile)
        );
        assert_eq!(device.addresses, [at]);
        // Over plain HTTP, nothing is proved, even if it says otherwise.
        let says = format!(r#"{{"alias":"Ann","protocol":"https","fingerprint":"{bo}"}}"#);
        assert_eq!(found(200, &says, None).unwrap().identity, None);
        let own = node.fingerprint();
        let ours = format!(r#"{{"alias":"Ann","fingerprint":"{own}"}}"#);
        for (status, says, identity) in [
            (200, &*ours, None),
            (200, &*says, Some(own)),
            (404, &*says, Some(ann)),
            (204, "", Some(ann)),
            (200, "<html>", Some(ann)),
            (200, r#"{"alias":"  "}"#, Some(ann)),
            (200, "{}", Some(ann)),
        ] {
            assert_eq!(found(status, says, identity), None, "{status} {says}");
        }
    }
}

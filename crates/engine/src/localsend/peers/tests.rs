use super::*;

fn peer(identity: &str, address: &str) -> Peer {
    Peer {
        name: "Ann".to_owned(),
        device_type: DeviceType::Mobile,
        addresses: vec![address.parse().unwrap()],
        identity: (!identity.is_empty()).then(|| Fingerprint::of(identity.as_bytes())),
    }
}

fn addresses(peers: &Peers) -> Vec<Vec<String>> {
    let all = peers.all().into_iter();
    all.map(|of| of.addresses.iter().map(SocketAddr::to_string).collect())
        .collect()
}

#[test]
fn a_device_has_all_addresses_that_it_is_met_at() {
    let peers = Peers::default();
    peers.met(peer("ann", "[fe80::1%3]:53317"));
    let changed = peers.changed();
    peers.met(peer("ann", "192.168.1.5:53317"));
    assert!(changed.try_recv().unwrap_err().is_disconnected());
    let changed = peers.changed();
    peers.met(peer("ann", "[fe80::1%3]:53317"));
    assert!(changed.try_recv().unwrap_err().is_empty());
    assert_eq!(
        addresses(&peers),
        [["192.168.1.5:53317", "[fe80::1%3]:53317"]]
    );
    peers.met(Peer {
        name: "Bo".to_owned(),
        ..peer("ann", "192.168.1.5:53317")
    });
    assert!(changed.try_recv().unwrap_err().is_disconnected());
    for at in 0..20 {
        peers.met(peer("ann", &format!("192.168.1.5:{}", 1000 + at)));
    }
    assert_eq!(peers.all()[0].addresses.len(), ADDRESSES_MAX);
}

#[test]
fn an_address_counts_only_for_a_while() {
    let start = Instant::now();
    let mut known = Known::new(peer("ann", "192.168.1.5:1"), start);
    assert!(known.update(peer("ann", "192.168.1.6:1"), start + ADDRESS_TIME / 2));
    assert_eq!(known.peer.addresses.len(), 2);
    assert!(known.update(peer("ann", "192.168.1.6:1"), start + ADDRESS_TIME));
    assert_eq!(known.peer, peer("ann", "192.168.1.6:1"));
}

#[test]
fn devices_without_an_identity_are_told_apart_by_address() {
    let peers = Peers::default();
    for (identity, address) in [
        ("", "192.168.1.5:1"),
        ("", "192.168.1.5:2"),
        ("", "192.168.1.5:1"),
    ] {
        peers.met(peer(identity, address));
    }
    assert_eq!(peers.all().len(), 2);
}

#[test]
fn whoever_has_a_certificate_does_not_speak_plain_http() {
    let peers = Peers::default();
    let (plain, ann) = (peer("", "192.168.1.5:1"), peer("ann", "192.168.1.5:1"));
    peers.met(plain.clone());
    peers.met(ann.clone());
    assert_eq!(peers.all(), std::slice::from_ref(&ann));
    peers.met(plain);
    assert_eq!(peers.all(), [ann]);
    peers.met(peer("", "192.168.1.5:2"));
    assert_eq!(peers.all().len(), 2);
}

#[test]
fn only_those_that_were_not_seen_are_forgotten() {
    let peers = Peers::default();
    let (ann, bo) = (peer("ann", "192.168.1.5:1"), peer("bo", "192.168.1.6:1"));
    peers.met(ann.clone());
    peers.met(bo.clone());
    let since = Instant::now();
    peers.met(bo.clone());
    assert_eq!(peers.unseen(since), std::slice::from_ref(&ann));
    peers.forget(&bo, since);
    assert_eq!(peers.all().len(), 2);
    peers.forget(&ann, since);
    assert_eq!(peers.all(), [bo]);
}

#[test]
fn neither_one_address_nor_many_fill_the_memory() {
    let peers = Peers::default();
    peers.met(peer("ann", "192.168.1.5:1"));
    for at in 0..1000 {
        peers.met(peer(&at.to_string(), "192.168.1.6:1"));
    }
    assert_eq!(peers.all().len(), 1 + PEERS_MAX_AT_ADDRESS);
    assert!(peers.all().contains(&peer("ann", "192.168.1.5:1")));
    for at in 0..1000 {
        peers.met(peer(
            &at.to_string(),
            &format!("10.0.{}.{}:1", at / 250, at % 250),
        ));
    }
    assert_eq!(peers.all().len(), PEERS_MAX);
    assert!(peers.all().contains(&peer("ann", "192.168.1.5:1")));
}

#[test]
fn a_computer_with_many_addresses_drives_nobody_out() {
    let peers = Peers::default();
    let address = |at: usize| format!("192.168.{}.{}:1", at / 250, at % 250);
    let mut real: Vec<_> = (0..100)
        .map(|at| peer(&format!("v4 {at}"), &address(at)))
        .collect();
    real.extend((0..20).map(|at| peer(&format!("v6 {at}"), &format!("[fe80::1:{at}%3]:1"))));
    for of in &real {
        peers.met(of.clone());
    }
    for network in ["fe80::", "fd00::", "fd00:0:0:1::", "2001:db8::"] {
        for at in 0..500 {
            let at = format!("[{network}{at:x}]:1");
            peers.met(peer(&at, &at));
        }
    }
    // Whoever comes while it goes on is found, too.
    let late = peer("late", "192.168.9.9:1");
    peers.met(late.clone());
    for at in 0..500 {
        peers.met(peer(
            &format!("more {at}"),
            &format!("[fe80::2:{at:x}%3]:1"),
        ));
    }
    let all = peers.all();
    assert!(real.iter().chain([&late]).all(|of| all.contains(of)));
    let ipv6 = all.iter().filter(|of| of.has_ipv6_only());
    assert_eq!(ipv6.count(), PEERS_MAX_IPV6);
}

#[test]
fn nobody_gets_round_a_limit_by_moving() {
    let peers = Peers::default();
    let start = Instant::now();
    let ipv6 = |at: usize| peer(&at.to_string(), &format!("[fe80::{at:x}%3]:1"));
    let ipv4 = |at: usize| peer(&at.to_string(), "192.168.1.6:1");
    for at in 0..PEERS_MAX {
        peers.met_at(ipv4(at), start);
        peers.met_at(ipv6(at), start);
    }
    let at_ipv4 = peers.all().into_iter().filter(|of| of.is_beside(&ipv4(0)));
    assert_eq!(at_ipv4.count(), PEERS_MAX_AT_ADDRESS);
    for at in 0..2 * PEERS_MAX {
        let now = start + ADDRESS_TIME * u32::try_from(at).unwrap();
        peers.met_at(ipv4(at), now);
        peers.met_at(ipv6(at), now + ADDRESS_TIME);
    }
    let all = peers.all();
    assert!(all.iter().filter(|of| of.has_ipv6_only()).count() <= PEERS_MAX_IPV6);
}

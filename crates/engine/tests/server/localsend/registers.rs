//! `register`: who is listed, and who only says so.

use landline_engine::identity::Identity;
use landline_engine::localsend::{DeviceType, Node};
use landline_engine::server::receiving::{Access, Consent};
use serde_json::json;

use super::rig::{Device, receiver, text};
use crate::receive::rig::{Rig, wait_until};

fn names(node: &Node) -> Vec<String> {
    node.peers()
        .all()
        .into_iter()
        .map(|peer| peer.name)
        .collect()
}

/// Another device, which can be asked back.
fn other() -> (Rig, Node) {
    let node = Node::new(Identity::generate().unwrap(), "Other", DeviceType::Mobile);
    let of_config = node.clone();
    let rig = Rig::with(Access::Send, Consent::Given, |config| {
        config.localsend = Some(of_config);
    });
    (rig, node)
}

#[test]
fn a_device_is_listed_with_the_certificate_that_it_has() {
    let (rig, node) = receiver();
    let device = Device::certified();
    let mut info = device.info();
    for (alias, port) in [
        ("Ann's phone", json!(4000)),
        ("Ann\n\u{202e}2", json!(null)),
    ] {
        (info["alias"], info["port"]) = (json!(alias), port);
        let answer = device.post(&rig, "register", info.to_string().as_bytes());
        assert_eq!(answer.status, 200, "{}", text(&answer));
    }
    let [peer] = node.peers().all().try_into().unwrap();
    assert_eq!(peer.name, "Ann  2");
    assert_eq!(peer.identity, device.fingerprint);
    assert_eq!(peer.device_type, DeviceType::Mobile);
    assert!(
        peer.addresses.contains(&([127, 0, 0, 1], 53317).into()),
        "{peer:?}"
    );
}

#[test]
fn a_false_fingerprint_is_ignored() {
    let (rig, node) = receiver();
    let device = Device::certified();
    let mut info = device.info();
    for false_one in [
        Device::certified().fingerprint.unwrap().to_string(),
        node.fingerprint().to_string(),
        "0".repeat(64),
        "whatever".to_owned(),
        String::new(),
    ] {
        info["fingerprint"] = json!(false_one);
        let answer = device.post(&rig, "register", info.to_string().as_bytes());
        assert_eq!(answer.status, 200, "{}", text(&answer));
        assert_eq!(names(&node), [""; 0], "{false_one}");
    }
}

#[test]
fn what_cannot_be_read_is_refused() {
    let (rig, node) = receiver();
    let device = Device::certified();
    let deep = format!("{{\"alias\":{}{}}}", "[".repeat(3000), "]".repeat(3000));
    let unknown_deep = format!("{{\"alias\":\"a\",\"x\":{}", "[".repeat(4000));
    let long = format!("{{\"alias\":\"{}\"}}", "x".repeat(9000));
    for (body, status) in [
        ("", 400),
        ("null", 400),
        ("[]", 400),
        ("{\"alias\":1}", 400),
        ("{\"alias\":\"a\",\"port\":70000}", 400),
        ("{\"alias\":\"a\",\"port\":-1}", 400),
        (&deep, 400),
        (&unknown_deep, 400),
        (&long, 413),
    ] {
        let answer = device.post(&rig, "register", body.as_bytes());
        assert_eq!(answer.status, status, "{}", &body[..body.len().min(50)]);
    }
    assert_eq!(names(&node), [""; 0]);
}

#[test]
fn a_device_that_proves_nothing_is_asked_back() {
    let (rig, node) = receiver();
    let (other_rig, right_node) = other();
    let port = other_rig.shared.address.port();
    let mut info = Device::uncertified().info();
    let right = right_node.fingerprint().to_string();
    let wrong = Device::certified().fingerprint.unwrap().to_string();
    let register = |info: &serde_json::Value, device: Device| {
        let answer = device.post(&rig, "register", info.to_string().as_bytes());
        assert_eq!(answer.status, 200, "{}", text(&answer));
    };
    info["port"] = json!(port);
    // One device of an address is asked at a time, so that the false ones are done with when the right one is listed.
    (info["alias"], info["fingerprint"]) = (json!("False"), json!(wrong));
    register(&info, Device::uncertified());
    (info["alias"], info["fingerprint"]) = (json!("Right"), json!(right));
    wait_until(|| {
        register(&info, Device::uncertified());
        names(&node).contains(&"Right".to_owned())
    });
    // Over plain HTTP, there is nothing but an answer. No other device has proved its certificate at that address.
    let (plain_rig, _plain) = other();
    (info["alias"], info["protocol"]) = (json!("Nobody"), json!("http"));
    info["port"] = json!(1);
    register(&info, Device::plain());
    (info["alias"], info["port"]) = (json!("Plain"), json!(plain_rig.shared.address.port()));
    wait_until(|| {
        register(&info, Device::plain());
        names(&node).contains(&"Plain".to_owned())
    });
    let mut peers = node.peers().all();
    peers.sort_by(|a, b| a.name.cmp(&b.name));
    let peers: Vec<_> = peers
        .into_iter()
        .map(|peer| (peer.name, peer.identity))
        .collect();
    let right = Some(right_node.fingerprint());
    assert_eq!(
        peers,
        [("Plain".to_owned(), None), ("Right".to_owned(), right)]
    );
}

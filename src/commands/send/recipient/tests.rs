use super::*;
use crate::text::{Language, set_language};
use landline_engine::identity::Fingerprint;
use landline_engine::localsend::DeviceType;

fn pin() -> Pin {
    Fingerprint::of(b"1").pin()
}

fn device(name: &str, kind: DeviceKind, address: &str) -> Device {
    Device {
        id: format!("{name} {address}"),
        name: name.to_owned(),
        kind,
        device_type: DeviceType::default(),
        addresses: vec![address.parse().unwrap()],
        is_own: false,
        identity: Some(pin()),
        has_password: false,
    }
}

/// What comes of `name` if the DNS says `lookup`, and these devices are found.
fn waited(name: &str, lookup: Lookup, devices: &[Device]) -> Result<Target, Sentence> {
    let (sender, looked_up) = bounded(1);
    sender.send(lookup).unwrap();
    let (report, found) = unbounded();
    report.send(BrowseEvent::Devices(devices.to_vec())).unwrap();
    // Nothing more is found.
    drop(report);
    wait(name, true, &looked_up, &found, &never(), &|| {}).map(Option::unwrap)
}

#[test]
fn an_address_a_port_or_a_url_is_a_host() {
    for (typed, expected) in [
        ("192.168.1.5", true),
        ("fe80::1%eth0", true),
        ("ann-pc:81", true),
        ("[::1]:81", true),
        ("http://ann-pc", true),
        ("ann-pc", false),
        ("Phone", false),
    ] {
        let location = Location::parse(typed).unwrap();
        assert_eq!(is_host(typed, &location), expected, "{typed}");
    }
}

#[test]
fn a_host_that_is_there_comes_first_and_a_device_before_one_that_is_not() {
    let phone = device("Ann's  Phone", DeviceKind::LocalSend, "192.168.1.7:53317");
    let share = device("desk", DeviceKind::Landline, "[fe80::1%3]:8080");
    let devices = [phone, share];
    let host = |name: &str| Target {
        host: name.to_owned(),
        port: 8080,
        encryption: Encryption::IfOffered,
        called: String::new(),
        to: Recipient::Share,
    };
    let found = waited("ANN'S phone", Lookup::Unknown, &devices).unwrap();
    let expected = Target {
        host: "192.168.1.7".to_owned(),
        port: 53317,
        encryption: Encryption::Pinned(pin()),
        called: "Ann's  Phone".to_owned(),
        to: Recipient::LocalSend,
    };
    assert_eq!(found, expected);
    let found = waited("Desk", Lookup::Silent, &devices).unwrap();
    let expected = Target {
        host: "fe80::1%3".to_owned(),
        port: 8080,
        encryption: Encryption::Announced(pin()),
        called: "desk".to_owned(),
        to: Recipient::Share,
    };
    assert_eq!(found, expected);
    assert_eq!(waited("desk", Lookup::There, &devices), Ok(host("desk")));
    assert_eq!(waited("other", Lookup::Silent, &devices), Ok(host("other")));
}

#[test]
fn a_device_without_tls_is_sent_plain_http() {
    let mut plain = device("p", DeviceKind::LocalSend, "192.168.1.7:53317");
    plain.identity = None;
    let target = choose(&[plain], "p").unwrap();
    assert_eq!(target.encryption, Encryption::IfOffered);
}

#[test]
fn a_name_that_nobody_has_lists_the_others() {
    let mut own = device("own", DeviceKind::Landline, "192.168.1.1:8080");
    own.is_own = true;
    let web = device("NAS", DeviceKind::Web, "192.168.1.2:80");
    let phone = device("Phone", DeviceKind::LocalSend, "192.168.1.7:53317");
    set_language(Language::English);
    let text = |devices: &[Device]| {
        let why = waited("nas", Lookup::Unknown, devices).unwrap_err();
        why.title()
    };
    let some = text(&[own.clone(), web.clone(), phone]);
    assert!(some.contains("“Phone”") && !some.contains("own"), "{some}");
    assert_ne!(text(&[own, web]), some);
}

#[test]
fn two_devices_of_one_name_are_named_with_their_addresses() {
    let one = device("Phone", DeviceKind::LocalSend, "192.168.1.7:53317");
    let other = device("phone", DeviceKind::LocalSend, "192.168.1.8:53317");
    let why = choose(&[one.clone(), other], "phone").unwrap_err().title();
    assert!(
        why.contains("192.168.1.7:53317") && why.contains("192.168.1.8:53317"),
        "{why}"
    );
    // The same computer, which shares, too.
    let mut share = device("Phone", DeviceKind::Landline, "192.168.1.7:8080");
    let target = choose(&[one.clone(), share.clone()], "phone").unwrap();
    assert_eq!((target.to, target.port), (Recipient::Share, 8080));
    // It may claim to be elsewhere, too.
    share
        .addresses
        .insert(0, "192.168.1.66:8080".parse().unwrap());
    let target = choose(&[one, share], "phone").unwrap();
    assert_eq!((&*target.host, target.port), ("192.168.1.7", 8080));
}

#[test]
fn ctrl_c_ends_the_search() {
    let (interrupt, interrupted) = bounded(1);
    interrupt.send(()).unwrap();
    let (_report, found) = unbounded();
    let waited = wait("a", true, &never(), &found, &interrupted, &|| {});
    assert_eq!(waited, Ok(None));
}

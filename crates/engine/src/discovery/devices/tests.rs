use super::*;

fn service(kind: DeviceKind, instance: &str, at: &str, addresses: &[&str]) -> Service {
    let (host, port) = at.split_once(':').unwrap();
    Service {
        kind,
        instance: instance.to_owned(),
        host: host.to_owned(),
        port: port.parse().unwrap(),
        addresses: addresses.iter().map(|ip| ip.parse().unwrap()).collect(),
        claims: Claims::default(),
    }
}

fn rows(devices: &Devices) -> Vec<String> {
    let networks = [("10.0.0.5".parse().unwrap(), 24)];
    let list = devices.list(&networks, Some(8081), Vec::new());
    let row = |device: &Device| {
        let addresses: Vec<_> = device.addresses.iter().map(SocketAddr::to_string).collect();
        let kind = device.kind;
        format!("{} {kind:?} {}", device.name, addresses.join(" "))
    };
    list.iter().map(row).collect()
}

use DeviceKind::{Landline, Web};

#[test]
fn one_row_for_each_device_with_the_best_address_first() {
    let mut devices = Devices::default();
    for found in [
        service(Web, "Studio NAS", "nas.local.:80", &["192.168.1.20"]),
        service(Web, "Ann's laptop", "ann.local.:8080", &["10.0.0.7"]),
        service(
            Landline,
            "Ann's laptop",
            "ANN.local.:8080",
            &["fd00::7", "192.168.7.7", "fe80::7", "127.0.0.1"],
        ),
        service(Landline, "Ann's laptop", "bo.local.:8080", &["10.0.0.9"]),
        service(Web, "Studio NAS", "nas.local.:5000", &["192.168.1.20"]),
    ] {
        assert!(devices.found(found.clone()), "{found:?}");
    }
    // The last announcement of an instance counts, and every port of a host is a share of its own.
    let expected = [
        "Ann's laptop Landline 10.0.0.9:8080",
        "Ann's laptop Web 10.0.0.7:8080",
        "Studio NAS Web 192.168.1.20:5000",
    ];
    assert_eq!(rows(&devices), expected);
    let again = ["fd00::7", "192.168.7.7", "fe80::7", "127.0.0.1"];
    devices.found(service(Landline, "Ann's laptop", "ann.local.:8080", &again));
    let expected = [
        "Ann's laptop Landline 10.0.0.7:8080 192.168.7.7:8080 [fd00::7]:8080",
        "Studio NAS Web 192.168.1.20:5000",
    ];
    assert_eq!(rows(&devices), expected);
    assert!(devices.gone(Landline, "ANN'S LAPTOP"));
    assert!(!devices.gone(Landline, "Ann's laptop"));
    assert_eq!(rows(&devices)[0], "Ann's laptop Web 10.0.0.7:8080");
    assert!(devices.gone(Web, "Ann's laptop") && devices.gone(Web, "Studio NAS"));
    assert_eq!(rows(&devices), [""; 0]);
}

#[test]
fn repeated_announcements_change_nothing() {
    let mut devices = Devices::default();
    let found = service(Web, "a", "a.local.:80", &["10.0.0.9", "10.0.0.8"]);
    assert!(devices.found(found.clone()));
    let again = service(
        Web,
        "a",
        "a.local.:80",
        &["10.0.0.8", "10.0.0.9", "10.0.0.8"],
    );
    assert!(!devices.found(again));
    let moved = service(Web, "a", "a.local.:80", &["10.0.0.8"]);
    assert!(devices.found(moved));
    // Without an address that can be used, it is not there.
    for wrong in [
        &["127.0.0.1"][..],
        &["::1"],
        &["0.0.0.0"],
        &["0.1.2.3"],
        &["255.255.255.255"],
        &["224.0.0.1"],
        &["ff02::1"],
        &["fe80::1"],
        &["::ffff:127.0.0.1"],
        &[],
    ] {
        devices.found(found.clone());
        assert!(
            devices.found(service(Web, "a", "a.local.:80", wrong)),
            "{wrong:?}"
        );
        assert_eq!(rows(&devices), [""; 0], "{wrong:?}");
    }
    assert!(!devices.found(service(Web, "b", "b.local.:0", &["10.0.0.8"])));
}

#[test]
fn only_what_this_process_announces_is_its_own() {
    let mut devices = Devices::default();
    for found in [
        service(Landline, "own", "pc.local.:8081", &["10.0.0.5"]),
        service(Landline, "other port", "pc.local.:8080", &["10.0.0.5"]),
        service(Landline, "other host", "ann.local.:8081", &["10.0.0.6"]),
    ] {
        devices.found(found);
    }
    let networks = [("10.0.0.5".parse().unwrap(), 24)];
    let own = |port| -> Vec<String> {
        let list = devices.list(&networks, port, Vec::new());
        let own = list.into_iter().filter(|device| device.is_own);
        own.map(|device| device.name).collect()
    };
    assert_eq!(own(Some(8081)), ["own"]);
    assert_eq!(own(None), [""; 0]);
}

#[test]
fn a_flood_is_bounded_and_names_are_printable() {
    let mut devices = Devices::default();
    for at in 0..2000_u32 {
        let address = IpAddr::V4(std::net::Ipv4Addr::from_bits(0x0a00_0000 | at));
        let addresses = (0..64)
            .map(|more| IpAddr::V4(std::net::Ipv4Addr::from_bits(0x0b00_0000 | more)))
            .chain([address])
            .collect();
        devices.found(Service {
            kind: if at % 2 == 0 { Landline } else { Web },
            instance: format!("\u{202e}x\u{1b}[2J\n{at}{}", "海".repeat(50)),
            host: format!("h{at}.local."),
            port: 8080,
            addresses,
            claims: Claims::default(),
        });
    }
    assert_eq!(devices.services.len(), SERVICES_MAX);
    let phone = Peer {
        name: "Ann's phone".to_owned(),
        device_type: DeviceType::Mobile,
        addresses: vec!["10.0.0.9:53317".parse().unwrap()],
        identity: None,
    };
    let list = devices.list(&[], None, vec![phone]);
    assert_eq!(list.len(), DEVICES_MAX + 1);
    assert_eq!(list[DEVICES_MAX].name, "Ann's phone");
    for device in list {
        assert!(device.addresses.len() <= ADDRESSES_MAX && device.name.len() <= 63);
        assert!(!device.name.contains(['\u{202e}', '\u{1b}', '\n']));
    }
    let long = "x".repeat(300);
    assert!(!devices.found(service(Web, &long, "h.local.:80", &["10.0.0.1"])));
    assert!(!devices.found(service(Web, "h", &format!("{long}:80"), &["10.0.0.1"])));
    // A device that is known may still change and go.
    let first = devices.services.values().next().unwrap().clone();
    assert!(devices.found(Service {
        port: 9090,
        ..first.clone()
    }));
    assert!(devices.gone(first.kind, &first.instance));
}

#[test]
fn a_name_of_blanks_has_no_row() {
    let mut devices = Devices::default();
    devices.found(service(
        Web,
        " \u{202e}\u{200b} ",
        "h.local.:80",
        &["10.0.0.1"],
    ));
    assert_eq!(rows(&devices), [""; 0]);
}

#[test]
fn the_own_network_is_told_by_its_prefix() {
    for (ip, own, prefix, expected) in [
        ("10.0.0.9", "10.0.0.5", 24, true),
        ("10.0.1.9", "10.0.0.5", 24, false),
        ("10.0.1.9", "10.0.0.5", 8, true),
        ("10.0.0.5", "10.0.0.5", 32, true),
        ("10.0.0.4", "10.0.0.5", 32, false),
        ("1.2.3.4", "10.0.0.5", 0, true),
        ("fd00::9", "fd00::1", 64, true),
        ("fd00:1::9", "fd00::1", 64, false),
        ("fd00::9", "10.0.0.5", 0, false),
        ("10.0.0.9", "10.0.0.5", 255, false),
    ] {
        let (ip, own) = (ip.parse().unwrap(), own.parse().unwrap());
        assert_eq!(
            is_within(ip, (own, prefix)),
            expected,
            "{ip} {own}/{prefix}"
        );
    }
}

#[test]
fn only_landlines_own_records_say_who_it_is() {
    use crate::identity::Fingerprint;

    let saying = |kind, instance: &str, identity: &str, has_password| Service {
        claims: Claims {
            identity: Some(Fingerprint::of(identity.as_bytes()).pin()),
            has_password,
        },
        ..service(kind, instance, "ann.local.:8080", &["10.0.0.7"])
    };
    let mut devices = Devices::default();
    let said = |devices: &Devices| -> Vec<(Option<Pin>, bool)> {
        let list = devices.list(&[], None, Vec::new()).into_iter();
        list.map(|of| (of.identity, of.has_password)).collect()
    };
    let pin = Fingerprint::of(b"ann").pin();
    devices.found(saying(Web, "Ann", "web", true));
    assert_eq!(said(&devices), [(None, false)]);
    devices.found(saying(Landline, "Ann", "ann", false));
    assert_eq!(said(&devices), [(Some(pin), false)]);
    // A new password is a change.
    assert!(devices.found(saying(Landline, "Ann", "ann", true)));
    assert_eq!(said(&devices), [(Some(pin), true)]);
    // Somebody says otherwise about the same share: nobody is believed.
    devices.found(saying(Landline, "Bo", "bo", false));
    assert_eq!(said(&devices), [(None, true)]);
    devices.found(saying(Landline, "Cy", "ann", false));
    assert_eq!(said(&devices), [(None, true)]);
    devices.gone(Landline, "Bo");
    assert_eq!(said(&devices), [(Some(pin), true)]);
}

#[test]
fn localsend_devices_come_last_and_a_landline_is_listed_once() {
    use crate::identity::Fingerprint;

    let fingerprint = |of: &str| Fingerprint::of(of.as_bytes());
    let peer = |name: &str, identity: Option<&str>, addresses: &[&str]| Peer {
        name: name.to_owned(),
        device_type: DeviceType::Mobile,
        addresses: addresses.iter().map(|at| at.parse().unwrap()).collect(),
        identity: identity.map(fingerprint),
    };
    let mut devices = Devices::default();
    devices.found(service(Web, "NAS", "nas.local.:80", &["10.0.0.20"]));
    devices.found(Service {
        claims: Claims {
            identity: Some(fingerprint("ann").pin()),
            has_password: false,
        },
        ..service(Landline, "Ann", "ann.local.:8080", &["10.0.0.7"])
    });
    let phone = ["192.168.7.9:53317", "10.0.0.9:53317", "[fe80::9%2]:53317"];
    let peers = vec![
        peer("Cy", None, &["10.0.0.5:8081"]),
        peer("Bo", Some("bo"), &phone),
        peer("Ann as well", Some("ann"), &["10.0.0.7:53317"]),
    ];
    let networks = [("10.0.0.5".parse().unwrap(), 24)];
    let list = devices.list(&networks, Some(8081), peers);
    let found: Vec<_> = list
        .iter()
        .map(|of| (&*of.name, of.kind, of.is_own))
        .collect();
    let expected = [
        ("Ann", Landline, false),
        ("NAS", Web, false),
        ("Bo", DeviceKind::LocalSend, false),
        ("Cy", DeviceKind::LocalSend, false),
    ];
    assert_eq!(found, expected);
    let bo = &list[2];
    assert_eq!(
        (bo.identity, bo.device_type),
        (Some(fingerprint("bo").pin()), DeviceType::Mobile)
    );
    let addresses: Vec<_> = bo.addresses.iter().map(SocketAddr::to_string).collect();
    assert_eq!(addresses, ["10.0.0.9:53317", phone[0], phone[2]]);
    // They are told apart by identity, or by address.
    assert_eq!(bo.id, fingerprint("bo").pin().to_string());
    assert_eq!(list[3].id, "10.0.0.5:8081");
}

//! Who a device is, and whom this computer shows its certificate to.

use landline_engine::client::{Encryption, SendRequest};
use landline_engine::error::TlsError;
use landline_engine::identity::Fingerprint;

use super::*;

#[test]
fn a_device_sees_who_sends() {
    let (device, phone) = (Device::new(), Phone::new());
    assert_sent(&phone.send(&device, &[phone.write("a", b"x")]));
    let own = Some(phone.node.fingerprint());
    assert!(device.asked().iter().all(|asked| asked.client == own));
    // Devices are not servers that are visited.
    let identities = &phone.sender.downloader.client.servers().identities;
    assert_eq!(identities.get("127.0.0.1", device.port), None);
}

#[test]
fn nothing_is_sent_to_another_device() {
    let (device, phone) = (Device::new(), Phone::new());
    let mut request = Phone::request(&device, &[phone.write("a", b"x")]);
    let pin = Fingerprint::of(b"another").pin();
    request.encryption = Encryption::Pinned(pin);
    let transfer = phone.send_request(request);
    let wrong = TlsError::WrongIdentity {
        host: host(),
        port: device.port,
        pin,
        found: device.identity.unwrap(),
    };
    let expected = Outcome::Failed(Failure::Fetch(wrong.into()));
    assert_eq!(transfer.outcome(), Some(&expected));
    assert_eq!((device.connections(), device.asked().len()), (1, 0));
}

#[test]
fn other_servers_do_not_see_the_certificate() {
    let device = Device::with(|_| Act::Early(status("404 Not Found")));
    let phone = Phone::new();
    // As if it were a share.
    let mut request = SendRequest::new(
        "127.0.0.1",
        device.port,
        vec![phone.write("a", b"x")],
        "Ann",
    );
    request.encryption = Encryption::Pinned(device.identity.unwrap().pin());
    let transfer = phone.send_request(request);
    assert!(matches!(transfer.outcome(), Some(Outcome::Failed(_))));
    assert_eq!(device.clients(), [None]);
}

#[test]
fn what_is_known_of_a_share_says_nothing_of_a_device() {
    // A device at the address of a server whose identity is remembered.
    let (device, phone) = (Device::new(), Phone::new());
    let identities = &phone.sender.downloader.client.servers().identities;
    identities.remember("127.0.0.1", device.port, Fingerprint::of(b"share"));
    assert_sent(&phone.send(&device, &[phone.write("a", b"x")]));
    let known = identities.get("127.0.0.1", device.port);
    assert_eq!(known, Some(Fingerprint::of(b"share")));
}

#[test]
fn without_an_identity_nothing_is_sent() {
    let (device, sender) = (Device::new(), Sender::new());
    let request = Phone::request(&device, &[sender.write("a", b"x")]);
    let transfer = sender.downloader.client.send(request);
    let outcome = sender.downloader.wait(transfer.id());
    assert_eq!(outcome, failed(DeliveryError::NoIdentity));
    assert_eq!(device.connections(), 0);
}

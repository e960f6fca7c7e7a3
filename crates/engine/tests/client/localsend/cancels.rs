//! A transfer that either side cancels.

use std::sync::OnceLock;

use landline_engine::localsend::Node;

use super::*;

#[test]
fn a_cancel_before_the_answer_names_no_session() {
    let device = Device::with(|asked| match &*asked.what {
        "prepare-upload" => Act::Wait,
        _ => Act::Usual,
    });
    let phone = Phone::new();
    let transfer = phone.start(&device, &[phone.write("a.txt", b"hello")]);
    device.wait_for("prepare-upload");
    phone.sender.downloader.client.cancel(transfer.id());
    let outcome = phone.sender.downloader.wait(transfer.id());
    assert_eq!(outcome, Outcome::Cancelled);
    let asked = device.asked();
    let last = asked.last().unwrap();
    assert_eq!((&*last.what, &*last.query), ("cancel", ""));
}

#[test]
fn a_cancel_in_the_middle_names_the_session() {
    let device = Device::with(|asked| match &*asked.what {
        "upload" => Act::Wait,
        _ => Act::Usual,
    });
    let phone = Phone::new();
    let transfer = phone.start(&device, &[phone.write("film", &noise(30 * MIB))]);
    device.wait_for("upload");
    phone.sender.downloader.client.cancel(transfer.id());
    let outcome = phone.sender.downloader.wait(transfer.id());
    assert_eq!(outcome, Outcome::Cancelled);
    let asked = device.asked();
    let last = asked.last().unwrap();
    assert_eq!((&*last.what, &*last.query), ("cancel", "sessionId=s%201"));
}

#[test]
fn the_recipient_cancels_at_our_receiver() {
    let node: std::sync::Arc<OnceLock<Node>> = std::sync::Arc::default();
    let own = std::sync::Arc::clone(&node);
    let device = Device::with(move |asked| match &*asked.what {
        "upload" => {
            let sendings = own.get().unwrap().sendings();
            let other = "127.0.0.2".parse().unwrap();
            let address = "127.0.0.1".parse().unwrap();
            // Neither somebody else, nor of another session.
            assert!(!sendings.cancel(other, "s 1") && !sendings.cancel(address, "s 2"));
            assert!(sendings.cancel(address, "s 1"));
            Act::Wait
        }
        _ => Act::Usual,
    });
    let phone = Phone::new();
    node.set(phone.node.clone()).unwrap();
    let files = ["a", "b"].map(|name| phone.write(name, &noise(30 * MIB)));
    let transfer = phone.send(&device, &files);
    let expected = failed(DeliveryError::CancelledByRecipient { host: host() });
    assert_eq!(transfer.outcome(), Some(&expected));
    assert_eq!(device.count("cancel"), 0);
    assert!(
        !phone
            .node
            .sendings()
            .cancel("127.0.0.1".parse().unwrap(), "s 1")
    );
}

#[test]
fn the_recipient_cancels_by_a_reset() {
    // One file is on its way; from now on the session is unknown.
    let device = Device::with(|asked| match &*asked.what {
        "upload" if asked.number == 1 => Act::Cut(MIB),
        "upload" => Act::Answer(status("403 Forbidden")),
        _ => Act::Usual,
    });
    let phone = Phone::new();
    let transfer = phone.send(&device, &[phone.write("film", &noise(30 * MIB))]);
    let expected = failed(DeliveryError::CancelledByRecipient { host: host() });
    assert_eq!(transfer.outcome(), Some(&expected));
}

//! Whose session it is, and how it ends.

use std::io::{Read as _, Write as _};
use std::time::Duration;

use landline_engine::server::receiving::{Answer, Consent, NotReceived, Offer};
use landline_engine::server::{LogEntry, ServerEvent};
use landline_engine::transfer::Outcome;
use serde_json::{Value, json};

use super::rig::{
    Connected, Device, Session, asking, file, message, offered, prepare, receiver, receiver_with,
};
use crate::common::noise;
use crate::receive::rig::{Rig, wait_until};

pub fn two() -> Value {
    json!({ "1": file("a", b"abc"), "2": file("b", b"de") })
}

fn over(rig: &Rig, offer: &Offer) {
    rig.shared.wait(|event| match event {
        ServerEvent::OfferOver(id) if id == offer.id() => Some(()),
        _ => None,
    });
}

/// A device that waits for the owner's answer.
fn ask(device: &Device, rig: &Rig) -> Connected {
    let mut connected = device.connect(rig);
    connected.send(rig, "POST", "prepare-upload", &prepare(&two()));
    connected
}

/// An upload of which half has been sent.
pub fn half(device: &Device, rig: &Rig, session: &Session, content: &[u8]) -> Connected {
    let mut connected = device.connect(rig);
    let fields = format!("Content-Length: {}\r\n", content.len());
    connected.begin(rig, "POST", &session.target("1"), &fields);
    connected.write_all(&content[..content.len() / 2]).unwrap();
    rig.shared
        .wait(|event| matches!(event, ServerEvent::Started(_)).then_some(()));
    connected
}

#[cfg(target_os = "linux")]
#[test]
fn nobody_else_can_use_a_session() {
    let (rig, _node) = receiver();
    let device = Device::certified();
    let session = Session::begin(&device, &rig, &two());
    for other in [
        device.at(2),
        Device::certified(),
        Device::certified().at(2),
        Device::uncertified(),
        Device::plain(),
        Device::plain().at(2),
    ] {
        let answer = session.upload(&other, &rig, "1", b"abc");
        assert_eq!(
            (answer.status, &*message(&answer)),
            (403, "Invalid token or IP address")
        );
        // The answer to a cancel says nothing.
        assert_eq!(session.cancel(&other, &rig).status, 200);
    }
    rig.assert_empty();
    assert_eq!(session.upload(&device, &rig, "1", b"abc").status, 200);
    assert_eq!(session.cancel(&device, &rig).status, 200);
    assert_eq!(session.upload(&device, &rig, "2", b"de").status, 403);
    assert_eq!(rig.stored().len(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn a_session_in_plain_text_stays_at_its_address() {
    let (rig, _node) = receiver();
    let device = Device::plain().at(2);
    let session = Session::begin(&device, &rig, &two());
    assert_eq!(
        session.upload(&Device::plain(), &rig, "1", b"abc").status,
        403
    );
    assert_eq!(session.upload(&device.at(3), &rig, "1", b"abc").status, 403);
    assert_eq!(session.upload(&device, &rig, "1", b"abc").status, 200);
}

#[test]
fn a_token_is_for_one_file_and_once() {
    let (rig, _node) = receiver();
    let device = Device::certified();
    let session = Session::begin(&device, &rig, &two());
    let id = &session.id;
    let (one, two) = (session.token("1").unwrap(), session.token("2").unwrap());
    assert_ne!(one, two);
    let short = &one[1..];
    for (target, status) in [
        (format!("upload?sessionId={id}&fileId=1&token={two}"), 403),
        (format!("upload?sessionId={id}&fileId=1&token={short}"), 403),
        (format!("upload?sessionId={id}&fileId=1&token="), 403),
        (format!("upload?sessionId={id}&fileId=3&token={one}"), 403),
        (format!("upload?sessionId={one}&fileId=1&token={one}"), 403),
        (format!("upload?sessionId=&fileId=1&token={one}"), 403),
        (format!("upload?fileId=1&token={one}"), 400),
        (format!("upload?sessionId={id}&token={one}"), 400),
        (format!("upload?sessionId={id}&fileId=1"), 400),
        ("upload".to_owned(), 400),
    ] {
        assert_eq!(
            device.post(&rig, &target, b"abc").status,
            status,
            "{target}"
        );
    }
    rig.assert_empty();
    assert_eq!(session.upload(&device, &rig, "1", b"abc").status, 200);
    assert_eq!(session.upload(&device, &rig, "1", b"abc").status, 403);
    assert_eq!(session.upload(&device, &rig, "2", b"de").status, 200);
    assert_eq!(rig.stored().len(), 2);
}

#[test]
fn a_file_is_not_sent_twice_at_the_same_time() {
    let (rig, _node) = receiver();
    let device = Device::certified();
    let content = noise(300_000);
    let session = Session::begin(&device, &rig, &json!({ "1": file("a", &content) }));
    let mut first = half(&device, &rig, &session, &content);
    assert_eq!(session.upload(&device, &rig, "1", &content).status, 403);
    first.write_all(&content[150_000..]).unwrap();
    assert_eq!(first.answer().status, 200);
    assert!(rig.read("a") == content);
    assert_eq!(rig.stored().len(), 1);
}

#[test]
fn files_of_one_name_are_stored_beside_each_other() {
    let (rig, _node) = receiver();
    let device = Device::certified();
    let (one, two) = (noise(200_000), vec![7; 200_000]);
    let files = json!({ "1": file("d/a.txt", &one), "2": file("d/a.txt", &two) });
    let session = Session::begin(&device, &rig, &files);
    let mut first = half(&device, &rig, &session, &one);
    assert_eq!(session.upload(&device, &rig, "2", &two).status, 200);
    first.write_all(&one[100_000..]).unwrap();
    assert_eq!(first.answer().status, 200);
    let stored: Vec<_> = rig
        .stored()
        .into_iter()
        .filter(|(name, _)| name.contains('a'))
        .collect();
    assert_eq!(stored.len(), 2);
    assert!(stored.iter().any(|(_, content)| *content == one));
    assert!(stored.iter().any(|(_, content)| *content == two));
}

#[test]
fn one_device_at_a_time_is_served() {
    let (rig, _node) = asking();
    let (device, other) = (Device::certified(), Device::certified());
    let mut asks = ask(&device, &rig);
    let offer = offered(&rig);
    let refused = |device: &Device| {
        let answer = device.prepare(&rig, &two());
        assert_eq!(
            (answer.status, &*message(&answer)),
            (409, "Blocked by another session")
        );
        let entry = rig.shared.wait(|event| match event {
            ServerEvent::Logged { entry, .. } => Some(entry),
            ServerEvent::Offered(_) => panic!("a second offer"),
            _ => None,
        });
        let (name, why) = ("a".to_owned(), NotReceived::Busy);
        assert_eq!(entry, LogEntry::NotReceived { name, why });
    };
    refused(&other);
    refused(&device);
    offer.answer(Answer::Accept);
    let session = Session::of(&asks.answer());
    refused(&other);
    refused(&Device::plain());
    // Its own session in which nothing is sent is given up.
    let mut again = ask(&device, &rig);
    offered(&rig).answer(Answer::Accept);
    let newer = Session::of(&again.answer());
    assert_eq!(session.upload(&device, &rig, "1", b"abc").status, 403);
    for (id, content) in [("1", &b"abc"[..]), ("2", b"de")] {
        assert_eq!(newer.upload(&device, &rig, id, content).status, 200);
    }
    let mut next = ask(&other, &rig);
    offered(&rig).answer(Answer::Accept);
    assert_eq!(next.answer().status, 200);
}

#[test]
fn an_idle_session_makes_way() {
    let (rig, _node) = receiver_with(Consent::Given, |config| {
        config.limits.session_idle = Duration::from_millis(300);
    });
    let content = noise(300_000);
    let device = Device::certified();
    let session = Session::begin(&device, &rig, &json!({ "1": file("a", &content) }));
    let uploads = half(&device, &rig, &session, &content);
    std::thread::sleep(Duration::from_millis(500));
    let other = Device::certified();
    assert_eq!(other.prepare(&rig, &two()).status, 409, "it is sending");
    uploads.socket().shutdown(std::net::Shutdown::Both).unwrap();
    drop(uploads);
    wait_until(|| other.prepare(&rig, &two()).status == 200);
    assert_eq!(session.upload(&device, &rig, "1", &content).status, 403);
}

#[test]
fn a_broken_upload_may_be_repeated() {
    let (rig, _node) = receiver();
    let content = noise(3_000_000);
    let device = Device::certified();
    let session = Session::begin(&device, &rig, &json!({ "1": file("a", &content) }));
    for _ in 0..2 {
        let uploads = half(&device, &rig, &session, &content);
        uploads.socket().shutdown(std::net::Shutdown::Both).unwrap();
        assert!(matches!(rig.ended().outcome(), Some(Outcome::Failed(_))));
        assert!(rig.stored().is_empty(), "no part stays");
    }
    assert_eq!(session.upload(&device, &rig, "1", &content).status, 200);
    assert!(rig.read("a") == content);
}

#[test]
fn a_cancel_while_the_owner_is_asked_withdraws_the_question() {
    let (rig, _node) = asking();
    let device = Device::certified();
    for target in ["cancel", "cancel?sessionId"] {
        let mut asks = ask(&device, &rig);
        let offer = offered(&rig);
        for other in [Device::certified(), Device::uncertified(), Device::plain()] {
            assert_eq!(other.post(&rig, "cancel", b"").status, 200);
        }
        assert_eq!(device.post(&rig, "cancel?sessionId=other", b"").status, 200);
        assert!(offer.answered().is_none());
        if target == "cancel" {
            assert_eq!(device.post(&rig, target, b"").status, 200);
            let answer = asks.answer();
            assert_eq!(
                (answer.status, &*message(&answer)),
                (403, "Cancelled by the sender")
            );
        } else {
            asks.socket().shutdown(std::net::Shutdown::Both).unwrap();
        }
        over(&rig, &offer);
    }
    let mut asks = ask(&Device::certified(), &rig);
    offered(&rig).answer(Answer::Accept);
    assert_eq!(asks.answer().status, 200);
}

#[test]
fn a_cancel_of_the_sender_ends_what_it_sends() {
    let (rig, _node) = receiver();
    let content = noise(300_000);
    let device = Device::certified();
    let files = json!({ "1": file("a", &content), "2": file("b", &content) });
    let session = Session::begin(&device, &rig, &files);
    let mut uploads = half(&device, &rig, &session, &content);
    assert_eq!(session.cancel(&device, &rig).status, 200);
    let _ = uploads.read(&mut [0]);
    assert!(rig.ended().outcome().is_some());
    assert_eq!(session.upload(&device, &rig, "2", &content).status, 403);
    wait_until(|| rig.stored().is_empty());
}

#[test]
fn a_cancel_of_the_owner_ends_the_session() {
    let (rig, _node) = receiver();
    let content = noise(300_000);
    let device = Device::certified();
    let files = json!({ "1": file("a", &content), "2": file("b", &content) });
    let session = Session::begin(&device, &rig, &files);
    let mut uploads = device.connect(&rig);
    let fields = format!("Content-Length: {}\r\n", content.len());
    uploads.begin(&rig, "POST", &session.target("1"), &fields);
    uploads.write_all(&content[..150_000]).unwrap();
    let transfer = rig.shared.wait(|event| match event {
        ServerEvent::Started(transfer) => Some(transfer),
        _ => None,
    });
    transfer.cancel().cancel();
    assert!(matches!(rig.ended().outcome(), Some(Outcome::Cancelled)));
    wait_until(|| session.upload(&device, &rig, "2", &content).status == 403);
    assert!(rig.stored().is_empty());
    assert_eq!(Device::certified().prepare(&rig, &two()).status, 200);
}

#[test]
fn stopping_ends_questions_and_uploads() {
    let (mut rig, node) = asking();
    let mut asks = ask(&Device::certified(), &rig);
    offered(&rig);
    rig.shared.stop();
    assert_eq!(node.receiver(), None);
    assert!(asks.read(&mut [0]).is_err(), "a reset");

    let (mut rig, node) = receiver();
    let content = noise(300_000);
    let device = Device::certified();
    let session = Session::begin(&device, &rig, &json!({ "1": file("a", &content) }));
    let mut uploads = half(&device, &rig, &session, &content);
    rig.shared.stop();
    assert_eq!(node.receiver(), None);
    assert!(uploads.read(&mut [0]).is_err(), "a reset");
    // The owner has stopped it: nothing has failed.
    assert!(matches!(rig.ended().outcome(), Some(Outcome::Cancelled)));
    assert!(rig.stored().is_empty());
}

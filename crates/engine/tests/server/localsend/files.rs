//! Files and texts from well-behaved devices.

use std::fs;
use std::io::{Read as _, Write as _};
use std::time::{Duration, SystemTime};

use landline_engine::server::ServerEvent;
use landline_engine::transfer::{Checked, Outcome};
use serde_json::{Value, json};

use super::rig::{Device, PATH, Session, asking, file, offered, receiver, text};
use landline_engine::server::receiving::{Answer, OfferedBy};

#[test]
fn a_device_learns_what_this_one_is() {
    let (rig, node) = receiver();
    assert_eq!(node.receiver(), Some(rig.shared.address.port()));
    for device in [Device::certified(), Device::uncertified(), Device::plain()] {
        let info: Value =
            serde_json::from_slice(&device.ask(&rig, "GET", "info", b"").body).unwrap();
        assert_eq!(info["alias"], "Desk");
        assert_eq!(info["version"], "2.2");
        assert_eq!(
            info["fingerprint"],
            node.fingerprint().to_string().to_uppercase()
        );
        assert_eq!(info["port"], rig.shared.address.port());
        let registered = device.post(&rig, "register", device.info().to_string().as_bytes());
        assert_eq!(registered.status, 200, "{}", text(&registered));
        assert_eq!(
            serde_json::from_slice::<Value>(&registered.body).unwrap(),
            info
        );
    }
    drop(rig);
    assert_eq!(node.receiver(), None);
}

#[test]
fn files_are_stored_with_their_folders_and_dates() {
    for device in [Device::certified(), Device::uncertified(), Device::plain()] {
        let (rig, _node) = receiver();
        let mut dated = file("Trip/day 1/海.jpg", b"picture");
        dated["metadata"] = json!({ "modified": "2020-09-13T12:26:40Z", "accessed": null });
        let files = json!({ "1": dated, "2": file("a.txt", b"text"), "3": file("empty", b"") });
        let session = Session::begin(&device, &rig, &files);
        let mut connected = device.connect(&rig);
        for (id, content) in [("1", &b"picture"[..]), ("2", b"text"), ("3", b"")] {
            connected.send(&rig, "POST", &session.target(id), content);
            let answer = connected.answer();
            assert_eq!((answer.status, &*answer.body), (200, &b""[..]), "{id}");
        }
        assert_eq!(rig.read("Trip/day 1/海.jpg"), b"picture");
        assert_eq!(rig.read("a.txt"), b"text");
        assert_eq!(rig.read("empty"), b"");
        let modified = fs::metadata(rig.folder().join("Trip/day 1/海.jpg"))
            .unwrap()
            .modified();
        let expected = SystemTime::UNIX_EPOCH + Duration::from_secs(1_600_000_000);
        assert_eq!(modified.unwrap(), expected);
        let ended = rig.ended();
        assert_eq!(
            (ended.peer(), ended.peer_name()),
            ("127.0.0.1", "Ann's phone")
        );
        match ended.outcome() {
            Some(Outcome::Saved(saved)) => assert_eq!(saved.checked, Checked::Digest),
            other => panic!("{other:?}"),
        }
        // The session is over.
        assert_eq!(session.upload(&device, &rig, "1", b"picture").status, 403);
        assert_eq!(rig.stored().len(), 5);
    }
}

#[test]
fn a_large_file_arrives_whole_in_any_framing() {
    let content = crate::common::noise(5_000_000);
    let device = Device::certified();
    for is_chunked in [false, true] {
        let (rig, _node) = receiver();
        let session = Session::begin(&device, &rig, &json!({ "1": file("a", &content) }));
        let answer = if is_chunked {
            let mut connected = device.connect(&rig);
            connected.begin(
                &rig,
                "POST",
                &session.target("1"),
                "Transfer-Encoding: chunked\r\n",
            );
            for piece in content.chunks(99_999) {
                write!(connected, "{:x}\r\n", piece.len()).unwrap();
                connected.write_all(piece).unwrap();
                connected.write_all(b"\r\n").unwrap();
            }
            connected.write_all(b"0\r\n\r\n").unwrap();
            connected.answer()
        } else {
            session.upload(&device, &rig, "1", &content)
        };
        assert_eq!(answer.status, 200);
        assert!(rig.read("a") == content);
    }
}

#[test]
fn the_owner_decides_and_may_trust_a_certificate() {
    let (rig, _node) = asking();
    for (device, answer) in [
        (Device::certified(), Answer::AcceptAlways),
        (Device::certified(), Answer::Decline),
        (Device::plain(), Answer::Accept),
        (Device::uncertified(), Answer::Decline),
    ] {
        let mut connected = device.connect(&rig);
        let files = json!({ "1": file("d/a", b"abc"), "2": file("d/b", b"de") });
        connected.send(&rig, "POST", "prepare-upload", &super::rig::prepare(&files));
        let offer = offered(&rig);
        assert_eq!(offer.by(), OfferedBy::LocalSend(device.fingerprint));
        assert_eq!(offer.device(), Some("Ann's phone"));
        assert_eq!(offer.can_remember(), device.fingerprint.is_some());
        assert_eq!((offer.count(), offer.len()), (2, Some(5)));
        let names: Vec<_> = offer.files().into_iter().map(|file| file.name).collect();
        assert_eq!(names, ["d/a", "d/b"]);
        offer.answer(answer);
        let response = connected.answer();
        if answer == Answer::Decline {
            assert_eq!(response.status, 403, "{}", text(&response));
            continue;
        }
        let session = Session::of(&response);
        assert_eq!(session.count(), 2);
        if answer == Answer::AcceptAlways {
            let trusted = rig.shared.wait(|event| match event {
                ServerEvent::Trusted(device) => Some(device),
                _ => None,
            });
            assert_eq!(trusted.name, "Ann's phone");
            let fingerprint = device.fingerprint.unwrap().to_string();
            assert!(trusted.key.contains(&fingerprint), "{}", trusted.key);
        }
        assert_eq!(session.upload(&device, &rig, "1", b"abc").status, 200);
        assert_eq!(session.upload(&device, &rig, "2", b"de").status, 200);
    }
}

#[test]
fn a_text_is_shown_and_nothing_is_stored() {
    let (rig, _node) = asking();
    let device = Device::certified();
    let text = "Hello, 海!\nhttps://example.org\u{202e}\u{1b}";
    let files = json!({ "1": {
        "id": "1", "fileName": "x.txt", "size": text.len(), "fileType": "text/plain", "preview": text,
    }});
    let answer = device.prepare(&rig, &files);
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    let (name, shown) = rig.shared.wait(|event| match event {
        ServerEvent::Message { name, text, .. } => Some((name, text)),
        ServerEvent::Offered(_) => panic!("an offer"),
        _ => None,
    });
    assert_eq!(name.as_deref(), Some("Ann's phone"));
    assert_eq!(shown, "Hello, 海!\nhttps://example.org  ");
    rig.assert_empty();
}

#[test]
fn nothing_else_is_served() {
    let (rig, _node) = receiver();
    rig.shared.write("secret.txt", b"content");
    let request = |method: &str, target: &str, fields: &str| {
        let head = format!("{method} {target} HTTP/1.1\r\nHost: localhost\r\n{fields}");
        rig.shared.http(&format!("{head}Connection: close\r\n\r\n"))
    };
    for (method, target, fields) in [
        ("GET", "/", ""),
        ("GET", "/secret.txt", ""),
        ("GET", "/secret.txt", "Landline-Prefer-TLS: 1\r\n"),
        ("HEAD", "/secret.txt", ""),
        ("OPTIONS", "/", ""),
        ("OPTIONS", "*", ""),
        ("GET", "/.well-known/landline", ""),
        ("POST", "/.well-known/landline", ""),
        ("GET", "/?zip", ""),
        ("POST", "/", "Content-Length: 0\r\n"),
        (
            "POST",
            "/?password",
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 0\r\n",
        ),
        ("PUT", "/new", "Content-Length: 0\r\n"),
        ("PUT", &format!("{PATH}upload"), "Content-Length: 0\r\n"),
        ("GET", &format!("{PATH}prepare-download"), ""),
        (
            "POST",
            &format!("{PATH}prepare-download"),
            "Content-Length: 0\r\n",
        ),
    ] {
        let answer = request(method, target, fields);
        assert!(
            answer.starts_with("HTTP/1.1 404 "),
            "{method} {target}: {answer}"
        );
        assert!(!answer.contains("Alt-Svc"), "{answer}");
    }
    rig.assert_empty_but(&["secret.txt"]);
    // A raw request gets neither the file nor a clean end.
    let mut socket = rig.shared.connect();
    socket.write_all(b"secret.txt\n").unwrap();
    let mut bytes = Vec::new();
    assert!(socket.read_to_end(&mut bytes).is_err() && bytes.is_empty());
}

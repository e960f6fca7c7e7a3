//! Malformed and hostile requests.

use std::fs;
use std::io::Write as _;
use std::time::Duration;

use landline_engine::password::Password;
use landline_engine::server::receiving::{Answer, Consent, NotReceived};
use landline_engine::server::{LogEntry, ServerEvent};
use serde_json::{Value, json};

use super::rig::{
    Device, PATH, Session, asking, file, message, offered, prepare, receiver, receiver_with,
};
use crate::receive::rig::{Rig, wait_until};

fn one(name: &str, size: &Value) -> Value {
    json!({ "1": { "id": "1", "fileName": name, "size": size, "fileType": "a/b" } })
}

/// The session of an offer of one file, which is uploaded as `content`.
fn status_of(rig: &Rig, size: u64, framing: &str, content: &[u8]) -> u16 {
    let device = Device::certified();
    let session = Session::begin(&device, rig, &one("a", &json!(size)));
    let mut connected = device.connect(rig);
    connected.begin(rig, "POST", &session.target("1"), framing);
    let _ = connected.write_all(content);
    let status = connected.answer().status;
    session.cancel(&device, rig);
    status
}

pub fn refused(rig: &Rig) -> (String, NotReceived) {
    rig.shared.wait(|event| match event {
        ServerEvent::Logged {
            entry: LogEntry::NotReceived { name, why },
            ..
        } => Some((name, why)),
        _ => None,
    })
}

#[test]
fn a_body_has_to_be_as_long_as_it_was_said() {
    let (rig, _node) = receiver();
    let chunked = "Transfer-Encoding: chunked\r\n";
    for (framing, body) in [
        ("Content-Length: 2\r\n", &b"ab"[..]),
        ("Content-Length: 4\r\n", b"abcd"),
        ("Content-Length: 99999999999999\r\n", b"abcd"),
        ("", b""),
        (chunked, b"2\r\nab\r\n0\r\n\r\n"),
        (chunked, b"4\r\nabcd\r\n0\r\n\r\n"),
        (chunked, b"3\r\nabc\r\nx\r\n"),
        (chunked, b"-3\r\nabc\r\n0\r\n\r\n"),
    ] {
        assert_eq!(status_of(&rig, 3, framing, body), 400, "{framing}");
        rig.assert_empty();
    }
    let whole = b"1\r\na\r\n2\r\nbc\r\n0\r\n\r\n";
    assert_eq!(status_of(&rig, 3, chunked, whole), 200);
    assert_eq!(rig.read("a"), b"abc");
}

#[test]
fn sizes_are_numbers_that_fit_on_the_disk() {
    let (rig, _node) = receiver();
    let device = Device::certified();
    for size in [json!(-1), json!(1.5), json!("1"), json!(null), json!([1])] {
        assert_eq!(device.prepare(&rig, &one("a", &size)).status, 400, "{size}");
    }
    let huge = [json!(u64::MAX), json!(u64::MAX / 2), json!(1_u64 << 60)];
    for size in huge {
        let answer = device.prepare(&rig, &one("a", &size));
        assert_eq!(
            (answer.status, &*message(&answer)),
            (507, "Not enough space")
        );
        assert_eq!(refused(&rig), ("a".to_owned(), NotReceived::DiskFull));
    }
    let many = json!({
        "1": one("a", &json!(u64::MAX))["1"],
        "2": one("b", &json!(u64::MAX))["1"],
    });
    assert_eq!(device.prepare(&rig, &many).status, 507);
    rig.assert_empty();
}

#[test]
fn names_lead_nowhere_else() {
    let (rig, _node) = receiver();
    let device = Device::certified();
    let long = "x".repeat(300) + ".txt";
    let kept = "x".repeat(251) + ".txt";
    for (name, expected) in [
        ("../x", "x"),
        ("/etc/x", "etc/x"),
        ("a/../../b", "a/b"),
        ("C:\\x", if cfg!(windows) { "x" } else { "C:\\x" }),
        ("CON", if cfg!(windows) { "CON_" } else { "CON" }),
        ("x\u{0}y\u{7}", "xy"),
        ("\u{202e}gpj.exe", "gpj.exe"),
        (&long, &kept),
        ("a.part", "a.part_"),
    ] {
        let session = Session::begin(&device, &rig, &json!({ "1": file(name, b"abc") }));
        assert_eq!(
            session.upload(&device, &rig, "1", b"abc").status,
            200,
            "{name:?}"
        );
        let stored = rig.stored();
        let files: Vec<_> = stored
            .iter()
            .filter(|(name, _)| !name.ends_with('/'))
            .collect();
        assert_eq!(files.len(), 1, "{name:?}: {files:?}");
        if !cfg!(windows) || expected.is_ascii() {
            assert_eq!(files[0].0, expected, "{name:?}");
        }
        fs::remove_dir_all(rig.folder()).unwrap();
        fs::create_dir(rig.folder()).unwrap();
        rig.assert_empty();
    }
    for name in ["", "/", "..", ".bashrc", "a/.ssh/keys", &"a/".repeat(100)] {
        let answer = device.prepare(&rig, &json!({ "1": file(name, b"abc") }));
        assert_eq!(
            (answer.status, &*message(&answer)),
            (400, "Invalid file name"),
            "{name:?}"
        );
        let files = json!({ "1": file(name, b"abc"), "2": file("b", b"abc") });
        let session = Session::begin(&device, &rig, &files);
        assert_eq!((session.count(), session.token("1")), (1, None));
        session.cancel(&device, &rig);
    }
    rig.assert_empty();
}

#[test]
fn an_offer_is_bounded_and_well_formed() {
    let (rig, _node) = receiver();
    let device = Device::certified();
    let many = |count: usize| {
        let files = (0..count).map(|at| (at.to_string(), file(&at.to_string(), b"")));
        prepare(&Value::Object(files.collect()))
    };
    let deep = |text: &str| text.repeat(200_000).into_bytes();
    let preview = json!({ "1": {
        "id": "1", "fileName": "a.jpg", "size": 3, "fileType": "image/jpeg", "preview": "x".repeat(10_000_000),
    }});
    let wrong_digest = json!({ "1": {
        "id": "1", "fileName": "a", "size": 3, "fileType": "a/b", "sha256": "abc",
    }});
    for (body, status) in [
        (many(20_000), 200),
        (many(20_001), 413),
        (prepare(&preview), 200),
        (prepare(&wrong_digest), 400),
        (prepare(&json!({})), 400),
        (prepare(&json!([])), 400),
        (deep("{\"files\":"), 400),
        (deep("["), 400),
        (b"{}".to_vec(), 400),
        (b"\xff\xfe".to_vec(), 400),
        (Vec::new(), 400),
    ] {
        let answer = device.post(&rig, "prepare-upload", &body);
        assert_eq!(answer.status, status, "{} bytes", body.len());
    }
    // Refused by its length alone, or where that is not said, as soon as it is too long.
    let mut connected = device.connect(&rig);
    connected.begin(
        &rig,
        "POST",
        "prepare-upload",
        "Content-Length: 100000000\r\n",
    );
    assert_eq!(connected.answer().status, 413);
    let mut connected = device.connect(&rig);
    connected.begin(
        &rig,
        "POST",
        "prepare-upload",
        "Transfer-Encoding: chunked\r\n",
    );
    let piece = [b"100000\r\n".as_slice(), &vec![b' '; 0x10_0000], b"\r\n"].concat();
    for _ in 0..17 {
        let _ = connected.write_all(&piece);
    }
    assert_eq!(connected.answer().status, 413);
}

#[test]
fn slow_offers_and_registers_have_a_deadline() {
    let (rig, _node) = receiver_with(Consent::Given, |config| {
        config.limits.head = Duration::from_millis(300);
        config.limits.stalled = Duration::from_millis(300);
    });
    for (path, device) in [
        ("prepare-upload", Device::certified()),
        ("register", Device::plain()),
    ] {
        let mut connected = device.connect(&rig);
        connected.begin(&rig, "POST", path, "Content-Length: 4000\r\n");
        // It never pauses for as long as a sender may that sends nothing.
        for _ in 0..200 {
            if connected.write_all(b" ").is_err() {
                break;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(connected.answer().status, 408, "{path}");
    }
}

#[test]
fn a_flood_of_offers_asks_once() {
    let (rig, _node) = asking();
    let device = Device::certified();
    let large = json!({ "1": {
        "id": "1", "fileName": "a", "size": 3, "fileType": "a/b", "preview": "x".repeat(2_000_000),
    }});
    let body = prepare(&large);
    let statuses: Vec<_> = std::thread::scope(|scope| {
        let one = || {
            scope.spawn(|| {
                let mut connected = device.connect(&rig);
                connected.send(&rig, "POST", "prepare-upload", &body);
                connected.answer().status
            })
        };
        let all: Vec<_> = (0..40).map(|_| one()).collect();
        let offer = offered(&rig);
        wait_until(|| all.iter().filter(|one| one.is_finished()).count() == 39);
        offer.answer(Answer::Decline);
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let count = |status: u16| statuses.iter().filter(|it| **it == status).count();
    assert_eq!(count(403), 1, "{statuses:?}");
    assert_eq!(count(409) + count(429), 39, "{statuses:?}");
}

#[test]
fn texts_are_few() {
    let (rig, _node) = receiver();
    let device = Device::certified();
    let text = json!({ "1": {
        "id": "1", "fileName": "a", "size": 2, "fileType": "text/plain", "preview": "hi",
    }});
    let statuses: Vec<_> = (0..25)
        .map(|_| device.prepare(&rig, &text).status)
        .collect();
    assert_eq!(statuses, [[204; 20].as_slice(), &[429; 5]].concat());
    rig.assert_empty();
}

#[test]
fn a_pin_is_needed_and_guesses_are_counted() {
    let (rig, _node) = receiver_with(Consent::Given, |config| {
        config.privacy.password = Some(Password::new("12 34").unwrap());
    });
    let device = Device::certified();
    let files = json!({ "1": file("a", b"abc") });
    let ask = |query: &str| {
        let answer = device.post(&rig, &format!("prepare-upload{query}"), &prepare(&files));
        let said = if answer.status == 200 {
            String::new()
        } else {
            message(&answer)
        };
        (answer.status, said)
    };
    for _ in 0..20 {
        assert_eq!(ask(""), (401, "PIN required".to_owned()));
        assert_eq!(ask("?pin="), (401, "PIN required".to_owned()));
    }
    assert_eq!(ask("?pin=1234"), (401, "Invalid PIN".to_owned()));
    rig.shared.wait(|event| match event {
        ServerEvent::Logged { entry, .. } => (entry == LogEntry::WrongPassword).then_some(()),
        _ => None,
    });
    assert_eq!(ask("?pin=12+34").0, 200);
    assert_eq!(ask("?pin=12%2034").0, 200);
    for pin in 0..20 {
        let (status, _) = ask(&format!("?pin={pin}"));
        assert_eq!(status, if pin < 9 { 401 } else { 429 }, "{pin}");
    }
    assert_eq!(ask("?pin=12+34"), (429, "Too many requests".to_owned()));
    // Everything else needs none.
    assert_eq!(device.ask(&rig, "GET", "info", b"").status, 200);
    let register = device.post(&rig, "register", device.info().to_string().as_bytes());
    assert_eq!(register.status, 200);
    let server = rig.shared.server.as_ref().unwrap();
    server.set_privacy(landline_engine::server::Privacy::default());
    assert_eq!(ask("?pin=9").0, 200, "a PIN that nobody asked for");
}

#[test]
fn an_address_without_brackets_is_a_host_here() {
    let (rig, _node) = receiver();
    let ask = |host: &str| {
        let mut connected = Device::uncertified().connect(&rig);
        let head =
            format!("POST {PATH}cancel HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n");
        connected.write_all(head.as_bytes()).unwrap();
        connected.answer().status
    };
    assert_eq!(ask("::ffff:192.168.88.1:53317"), 200);
    assert_eq!(ask("fe80::1"), 200);
    assert_eq!(ask("::ffff:192.168.88.1:evil.example"), 400);
    assert_eq!(ask("evil.example"), 421);
}

#[test]
fn pages_of_browsers_may_not_send() {
    let (rig, _node) = receiver();
    let body = prepare(&json!({ "1": file("a", b"abc") }));
    let port = rig.shared.address.port();
    for origin in [
        "http://evil.example",
        "null",
        &format!("http://127.0.0.1:{port}"),
    ] {
        for path in ["prepare-upload", "register", "cancel", "upload"] {
            let mut connected = Device::plain().connect(&rig);
            let fields = format!("Origin: {origin}\r\nContent-Length: {}\r\n", body.len());
            connected.begin(&rig, "POST", path, &fields);
            let _ = connected.write_all(&body);
            assert_eq!(connected.answer().status, 403, "{origin} {path}");
        }
    }
    rig.assert_empty();
}

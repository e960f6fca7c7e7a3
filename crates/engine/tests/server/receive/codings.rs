//! Content codings other than `identity`, none of which is decoded (RFC 9110 section 8.4).

use landline_engine::server::LogEntry;
use landline_engine::server::ServerEvent;
use landline_engine::server::receiving::{Access, Consent};
use serde_json::json;

use super::rig::Rig;
use crate::common::{field, status};
use crate::localsend::rig::{self as localsend, Device, Session};
use crate::password;

/// Begins as a file of gzip does.
const PACKED: &[u8] = b"\x1f\x8b\x08 packed";

const FORM: &[u8] = b"--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\n\r\n\
    \x1f\x8b\x08\r\n--b--\r\n";

const CODED: [&str; 9] = [
    "Content-Encoding: gzip\r\n",
    "content-encoding: GZIP\r\n",
    "Content-Encoding: x-gzip\r\n",
    "Content-Encoding: br\r\n",
    "Content-Encoding: aws-chunked\r\n",
    "Content-Encoding: identity, zstd\r\n",
    "Content-Encoding: identity\r\nContent-Encoding: deflate\r\n",
    "Content-Encoding: identity;q=1\r\n",
    "Content-Encoding: \u{e4}\r\n",
];

#[test]
fn what_is_encoded_is_refused_before_the_owner_is_asked() {
    let trusted = Vec::new();
    let rig = Rig::with(Access::Both, Consent::Ask { trusted }, |_| {});
    let form = "Content-Type: multipart/form-data; boundary=b\r\n";
    for coded in CODED {
        for (method, more, body) in [("PUT", "", PACKED), ("PUT", "", b""), ("POST", form, FORM)] {
            let fields = format!("Content-Length: {}\r\n{coded}{more}", body.len());
            let answer = rig.send(method, "/a", &fields, body);
            assert_eq!(answer.status, 415, "{method} {coded}");
            assert_eq!(answer.field("Accept-Encoding"), Some("identity"));
            assert_eq!(answer.field("Connection"), Some("close"));
        }
        let fields = format!("Transfer-Encoding: chunked\r\n{coded}");
        let chunk = [b"b\r\n", PACKED, b"\r\n0\r\n\r\n"].concat();
        assert_eq!(rig.send("PUT", "/a", &fields, &chunk).status, 415);
        // Nothing of it has to be sent.
        let fields = format!("Content-Length: 9000000\r\nExpect: 100-continue\r\n{coded}");
        assert_eq!(rig.send("PUT", "/a", &fields, b"").status, 415);
    }
    let logged = rig.shared.wait(|event| match event {
        ServerEvent::Offered(offer) => panic!("{offer:?}"),
        ServerEvent::Logged { entry, .. } => Some(entry),
        _ => None,
    });
    let reason = "Unsupported Media Type";
    let status = 415;
    assert_eq!(logged, LogEntry::Refused { status, reason });
    rig.assert_empty();
}

#[test]
fn identity_is_no_coding() {
    let rig = Rig::start();
    for identity in ["identity", "Identity", "", " ,", "identity, identity"] {
        let fields = format!("Content-Encoding: {identity}\r\n");
        assert_eq!(rig.put("/a", &fields, b"hello").status, 201, "{identity:?}");
    }
    assert_eq!(rig.stored().len(), 5);
    // There is nothing that could be encoded.
    rig.shared.write("known.txt", b"known");
    for method in ["GET", "HEAD"] {
        let request = format!(
            "{method} /known.txt HTTP/1.1\r\nHost: localhost\r\n{}\r\n",
            CODED[0]
        );
        assert_eq!(status(&rig.shared.http(&request)), 200);
    }
}

#[test]
fn an_encoded_password_is_no_guess() {
    let rig = password::rig::Rig::start();
    for number in 0..20 {
        let answer = rig.sign_in("/?password", &format!("password={number}"), CODED[0]);
        assert_eq!(status(&answer), 415);
        assert_eq!(field(&answer, "Accept-Encoding"), Some("identity"));
    }
    rig.cookie();
}

#[test]
fn nothing_encoded_comes_from_devices() {
    let (rig, _node) = localsend::receiver();
    let device = Device::certified();
    let files = json!({ "1": localsend::file("a", PACKED) });
    let ask = |path: &str, body: &[u8]| {
        let mut connected = device.connect(&rig);
        let fields = format!("Content-Length: {}\r\n{}", body.len(), CODED[0]);
        connected.begin(&rig, "POST", path, &fields);
        // It may answer before it has read everything.
        let _ = std::io::Write::write_all(&mut connected, body);
        let answer = connected.answer();
        assert_eq!(answer.field("Accept-Encoding"), Some("identity"), "{path}");
        answer.status
    };
    let info = device.info().to_string();
    assert_eq!(ask("register", info.as_bytes()), 415);
    assert_eq!(ask("prepare-upload", &localsend::prepare(&files)), 415);
    let session = Session::begin(&device, &rig, &files);
    assert_eq!(ask(&session.target("1"), PACKED), 415);
    rig.assert_empty();
    assert_eq!(session.upload(&device, &rig, "1", PACKED).status, 200);
}

#[test]
fn parts_of_a_form_are_not_encoded_for_mail() {
    let rig = Rig::start();
    let form = |coding: &str| {
        let head = "Content-Disposition: form-data; name=\"f\"; filename=\"a\"\r\n";
        let body =
            format!("--b\r\n{head}Content-Transfer-Encoding: {coding}\r\n\r\naGk=\r\n--b--\r\n");
        let kind = "Content-Type: multipart/form-data; boundary=b\r\n";
        let fields = format!("Content-Length: {}\r\n{kind}", body.len());
        rig.send("POST", "/", &fields, body.as_bytes()).status
    };
    for coding in ["base64", "Quoted-Printable", "x-uuencode", ""] {
        assert_eq!(form(coding), 400, "{coding}");
    }
    rig.assert_empty();
    for coding in ["binary", "8bit", "7BIT"] {
        assert_eq!(form(coding), 201, "{coding}");
    }
    assert_eq!(rig.read("a"), b"aGk=");
}

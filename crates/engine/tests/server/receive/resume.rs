//! An upload that was interrupted goes on where it was.

use std::io::Write;
use std::net::TcpStream;

use landline_engine::secret::Secret;
use landline_engine::server::ServerEvent;
use landline_engine::server::receiving::{Access, Consent};
use landline_http1::digest::{self, Hasher};

use super::rig::{Rig, answer, receiving, wait_until};
use crate::common::{field, noise, status};

const LEN: usize = 5_000_000;
const ARRIVED: usize = 3_000_000;

/// Sends the first bytes and vanishes; returns how many the server has.
fn interrupted(rig: &Rig, fields: &str, body: &[u8]) -> usize {
    let socket = begun(rig, fields, body);
    drop(socket);
    let transfer = rig.ended();
    assert!(transfer.is_kept());
    let offset = offset(rig, fields).expect("an offset");
    assert!(offset <= ARRIVED && offset > 0, "{offset}");
    offset
}

/// Sends the first bytes.
fn begun(rig: &Rig, fields: &str, body: &[u8]) -> TcpStream {
    let fields = format!("Content-Length: {LEN}\r\n{fields}");
    let mut socket = rig.begin("PUT", "/d/a", &fields);
    socket.write_all(&body[..ARRIVED]).unwrap();
    let transfer = rig.shared.wait(|event| match event {
        ServerEvent::Started(transfer) => Some(transfer),
        _ => None,
    });
    wait_until(|| transfer.done() == ARRIVED as u64);
    socket
}

fn offset(rig: &Rig, fields: &str) -> Option<usize> {
    let host = rig.shared.address;
    let answer = rig.shared.http(&format!(
        "HEAD /d/a HTTP/1.1\r\nHost: {host}\r\n{fields}\r\n"
    ));
    let offset = field(&answer, "Upload-Offset");
    assert_eq!(status(&answer) == 204, offset.is_some(), "{answer}");
    offset.map(|offset| offset.parse().unwrap())
}

fn rest(from: usize) -> String {
    format!("Content-Range: bytes {from}-{}/{LEN}\r\n", LEN - 1)
}

fn sha256(bytes: &[u8]) -> String {
    let mut hasher = Hasher::new();
    hasher.update(bytes);
    digest::field(&hasher.finish())
}

#[test]
fn the_rest_is_appended_and_the_whole_is_checked() {
    let rig = Rig::start();
    let body = noise(LEN);
    let at = interrupted(&rig, "", &body);
    let rest = format!(
        "{}Repr-Digest: {}\r\nContent-Digest: {}\r\n",
        rest(at),
        sha256(&body),
        sha256(&body[at..])
    );
    let answer = rig.put("/d/a", &rest, &body[at..]);
    assert_eq!(
        (answer.status, answer.field("Location")),
        (201, Some("/d/a"))
    );
    assert!(rig.read("d/a") == body);
    let transfer = rig.ended();
    assert_eq!(transfer.moved(), (LEN - at) as u64);
    assert_eq!(offset(&rig, ""), None);
    assert_eq!(rig.stored().len(), 2);
}

#[test]
fn a_range_has_to_follow_what_is_stored() {
    let rig = Rig::start();
    let body = noise(LEN);
    let at = interrupted(&rig, "", &body);
    for wrong in [1, at - 1, at + 1, LEN - 1] {
        let answer = rig.put("/d/a", &rest(wrong), &body[wrong..]);
        assert_eq!(answer.status, 409, "{wrong}");
        assert_eq!(answer.field("Upload-Offset"), Some(&*at.to_string()));
    }
    // A file of another length is another file.
    let other = format!("Content-Range: bytes {at}-{at}/{}\r\n", at + 1);
    let answer = rig.put("/d/a", &other, b"x");
    assert_eq!(
        (answer.status, answer.field("Upload-Offset")),
        (409, Some("0"))
    );
    let nothing = rig.put("/other", &rest(at), &body[at..]);
    assert_eq!(nothing.field("Upload-Offset"), Some("0"));
    for malformed in [
        "bytes 5-9/*",
        "bytes 5-8/10",
        "bytes */10",
        "bytes 9-5/10",
        "bytes 0-18446744073709551615/18446744073709551616",
        "bytes 1-18446744073709551614/18446744073709551615",
        "bytes 0-4/5, 5-9/10",
        "lines 0-4/5",
    ] {
        let field = format!("Content-Range: {malformed}\r\n");
        assert_eq!(rig.put("/d/a", &field, b"hello").status, 400, "{malformed}");
    }
    assert_eq!(offset(&rig, ""), Some(at));
}

#[test]
fn only_its_sender_goes_on_with_it() {
    let rig = Rig::start();
    let body = noise(LEN);
    let device = "Landline-Device: 0123456789abcdef\r\n";
    let at = interrupted(&rig, device, &body);
    for other in [
        "",
        "Landline-Device: 0123456789abcdeX\r\n",
        "Landline-Device: 0123456789abcdef\r\nLandline-Batch: id=0123456789abcdef, files=1\r\n",
    ] {
        assert_eq!(offset(&rig, other), None, "{other}");
        let rest = rest(at) + other;
        assert_eq!(rig.put("/d/a", &rest, &body[at..]).status, 409);
    }
    assert_eq!(offset(&rig, device), Some(at));
}

#[test]
fn it_survives_the_server() {
    let body = noise(LEN);
    let secret = tempfile::tempdir().unwrap();
    let secret = Secret::of(Some(secret.path()));
    let mut rig = Rig::with(Access::Both, Consent::Given, |config| {
        config.secret = secret.clone();
    });
    let _socket = begun(&rig, "", &body);
    rig.shared.stop();
    let receiving = receiving(rig.around.path(), Consent::Given);
    let port = rig.shared.address.port();
    rig.shared.begin(|config| {
        config.port = port;
        config.access = Access::Both;
        config.receiving = Some(receiving);
        config.secret = secret.clone();
    });
    let at = offset(&rig, "").expect("an offset");
    assert_eq!(at, ARRIVED);
    assert_eq!(rig.put("/d/a", &rest(at), &body[at..]).status, 201);
    assert!(rig.read("d/a") == body);
}

#[test]
fn a_connection_that_hangs_is_replaced() {
    let rig = Rig::start();
    let body = noise(LEN);
    let hanging = begun(&rig, "", &body);
    let at = offset(&rig, "").expect("an offset");
    assert_eq!(at, ARRIVED);
    assert_eq!(rig.put("/d/a", &rest(at), &body[at..]).status, 201);
    assert!(rig.read("d/a") == body);
    drop(hanging);
    assert_eq!(rig.stored().len(), 2);
}

#[test]
fn what_is_sent_anew_replaces_the_part() {
    let rig = Rig::start();
    let body = noise(LEN);
    interrupted(&rig, "", &body);
    let other = vec![7; LEN];
    assert_eq!(rig.put("/d/a", "", &other).status, 201);
    assert!(rig.read("d/a") == other);
    assert_eq!(rig.stored().len(), 2);
}

#[test]
fn curl_style_continuation_from_the_start_needs_no_part() {
    let rig = Rig::start();
    let body = noise(LEN);
    let fields = rest(0) + "Expect: 100-continue\r\n";
    let mut socket = rig.begin("PUT", "/d/a", &format!("Content-Length: {LEN}\r\n{fields}"));
    socket.write_all(&body).unwrap();
    assert_eq!(answer(&socket).status, 201);
}

#[test]
fn a_stranger_leaves_only_so_many_parts() {
    let rig = Rig::start();
    let body = noise(1_100_000);
    for number in 0..70 {
        let fields = "Content-Length: 2000000\r\n";
        let mut socket = rig.begin("PUT", &format!("/{number:02}"), fields);
        socket.write_all(&body).unwrap();
        drop(socket);
        rig.ended();
    }
    wait_until(|| rig.stored().len() == 2 * 64);
    let stored = rig.stored();
    assert!(
        stored.iter().all(|(name, _)| name.as_str() >= "06"),
        "{}",
        stored[0].0
    );
}

#[test]
fn a_body_that_is_shorter_than_it_says_is_not_a_whole_file() {
    let rig = Rig::start();
    let body = noise(LEN);
    let at = interrupted(&rig, "", &body);
    for from in [at, 0] {
        // In chunks, so that only the range tells the length.
        let fields = format!("Transfer-Encoding: chunked\r\n{}", rest(from));
        let chunk = b"3\r\nabc\r\n0\r\n\r\n";
        assert_eq!(rig.send("PUT", "/d/a", &fields, chunk).status, 400);
        assert!(rig.stored().iter().all(|(name, _)| name != "d/a"));
    }
}

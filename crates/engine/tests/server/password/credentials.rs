//! What programs send with each request.

use super::rig::{PASSWORD, Rig, basic};
use crate::common::{body, status};

#[test]
fn the_password_or_the_token_counts_in_either_field() {
    let rig = Rig::start();
    let token = rig.token.reveal();
    for credentials in [
        format!(":{PASSWORD}"),
        format!("{PASSWORD}:"),
        format!("ann:{PASSWORD}"),
        format!("{PASSWORD}:{PASSWORD}"),
        format!("{PASSWORD}:x"),
        format!(":{token}"),
        format!("{token}:"),
    ] {
        for fields in [
            basic(&credentials),
            basic(&credentials).replace("Basic ", "basic "),
            basic(&credentials).replace("Basic ", "BASIC   "),
            basic(&credentials).replace('=', ""),
        ] {
            let answer = rig.shared.get("/known.txt", &fields);
            assert_eq!(status(&answer), 200, "{credentials} {fields}");
            assert_eq!(body(&answer), "the content");
        }
    }
    let fields = basic(format!(":{PASSWORD}"));
    for (target, expected) in [
        ("/", 200),
        ("/folder", 301),
        ("/none", 404),
        ("/folder/?zip", 200),
    ] {
        assert_eq!(rig.status(target, &fields), expected, "{target}");
    }
    let range = format!("{fields}Range: bytes=4-\r\n");
    assert_eq!(body(&rig.shared.get("/known.txt", &range)), "content");
    // What is sent is received.
    let put =
        format!("PUT /new.txt HTTP/1.1\r\nHost: localhost\r\n{fields}Content-Length: 3\r\n\r\nnew");
    assert_eq!(status(&rig.shared.http(&put)), 201);
    assert_eq!(
        std::fs::read(rig.received.path().join("new.txt")).unwrap(),
        b"new"
    );
}

#[test]
fn what_is_malformed_is_refused_and_does_not_count() {
    let rig = Rig::start();
    let right = basic(format!(":{PASSWORD}"));
    for fields in [
        "Authorization:\r\n".to_owned(),
        "Authorization: Basic\r\n".to_owned(),
        "Authorization: Basic !!!\r\n".to_owned(),
        "Authorization: Basic YWI=\r\n".to_owned(),
        format!("Authorization: {PASSWORD}\r\n"),
        format!("Authorization: Bearer {PASSWORD}\r\n"),
        right.replace("Basic", "Bearer"),
        right.replace("Basic ", "Basic"),
        right.replace("Basic ", "Basic,"),
        right.replace("Authorization", "Proxy-Authorization"),
        // Another parser may take the other one.
        format!("{right}{right}"),
        format!("Authorization: Basic Og==\r\n{right}"),
        basic(":"),
        basic(""),
    ] {
        assert_eq!(rig.status("/known.txt", &fields), 401, "{fields}");
    }
    let mut latin =
        b"GET /known.txt HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic \xff\xfe\r\n\r\n"
            .to_vec();
    latin.extend(b"GET /known.txt HTTP/1.0\r\n\r\n");
    let answer = rig.shared.raw(&latin);
    assert_eq!(status(&String::from_utf8_lossy(&answer)), 401);
    // A NUL is no text at all.
    assert_eq!(rig.status("/known.txt", "Authorization: Basic \0\r\n"), 400);
    assert_eq!(rig.log().len(), 1, "only the NUL");
    assert_eq!(rig.status("/known.txt", &right), 200);
}

#[test]
fn wrong_secrets_of_any_form_are_refused() {
    let rig = Rig::start();
    let huge = "x".repeat(10_000);
    for credentials in [
        b"ann:corr\xe9ct horse".to_vec(),
        b":\xff\xfe\0".to_vec(),
        format!(":{PASSWORD}\0").into_bytes(),
        format!(": {PASSWORD}").into_bytes(),
        format!(":{}", &PASSWORD[..4]).into_bytes(),
        huge.into_bytes(),
        format!(":{}", "y".repeat(10_000)).into_bytes(),
    ] {
        assert_eq!(rig.status("/known.txt", &basic(credentials)), 401);
    }
    assert_eq!(
        rig.status("/known.txt", &basic(format!(":{PASSWORD}"))),
        200
    );
    // Longer than any head.
    assert_eq!(rig.status("/known.txt", &basic("z".repeat(20_000))), 431);
}

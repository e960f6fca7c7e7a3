//! The form of the page, and the cookie that it gets.

use std::io::Write;

use landline_engine::server::LogEntry;

use super::rig::{PASSWORD, Rig, basic, cookie_of, dateless};
use crate::common::{body, field, status};

const RIGHT: &str = "password=corr%C3%A9ct+horse";
const PAGE: &str = "Accept: text/html\r\n";

#[test]
fn the_right_password_leads_to_the_page_that_was_asked_for() {
    let rig = Rig::start();
    let port = rig.shared.address.port();
    for (target, location) in [
        ("/?password", "/"),
        ("/folder/?password", "/folder/"),
        ("/missing?password", "/missing"),
        (
            "/folder/?sort=size&q=a%20b&password",
            "/folder/?sort=size&q=a%20b",
        ),
        ("/folder/?zip&password", "/folder/?zip"),
        ("/a?k=x&password", "/a"),
        // Never another host.
        ("//evil.example/?password", "/evil.example/"),
        ("///evil.example?password", "/evil.example"),
        ("/\\evil.example/?password", "/%5Cevil.example/"),
        ("http://localhost//evil.example?password", "/evil.example"),
    ] {
        let answer = rig.sign_in(target, RIGHT, PAGE);
        assert_eq!(status(&answer), 303, "{target}");
        assert_eq!(field(&answer, "Location"), Some(location), "{target}");
        let cookie = field(&answer, "Set-Cookie").unwrap();
        assert!(cookie.starts_with(&format!("landline-{port}=")), "{cookie}");
        let attributes = "; HttpOnly; SameSite=Lax; Path=/; Max-Age=31536000";
        assert!(cookie.ends_with(attributes), "{cookie}");
    }
    let by_token = format!("password={}", rig.token.reveal());
    assert_eq!(status(&rig.sign_in("/?password", &by_token, PAGE)), 303);
    assert_eq!(rig.log(), []);
}

#[test]
fn a_browser_with_the_cookie_notices_nothing() {
    let rig = Rig::start();
    let cookie = rig.cookie();
    for (target, expected) in [
        ("/", 200),
        ("/known.txt", 200),
        ("/folder", 301),
        ("/missing", 404),
        ("/folder/?zip", 200),
    ] {
        assert_eq!(rig.status(target, &cookie), expected, "{target}");
    }
    // Also beside others, of whatever value.
    let value = cookie.trim_start_matches("Cookie: ").trim_end();
    let name = value.split('=').next().unwrap();
    for fields in [
        format!("Cookie: a=b; {value}; landline-device=0123456789abcdef\r\n"),
        format!("Cookie: {name}=forged; {value}\r\n"),
        format!("Cookie: {value}; {name}=\r\n"),
        format!("Cookie: {name}=forged\r\nCookie: {value}\r\n"),
    ] {
        assert_eq!(rig.status("/known.txt", &fields), 200, "{fields}");
    }
    let put = format!("PUT /a HTTP/1.1\r\nHost: localhost\r\n{cookie}Content-Length: 1\r\n\r\na");
    assert_eq!(status(&rig.shared.http(&put)), 201);
    // A page keeps its validator.
    let etag = field(&rig.shared.get("/known.txt", &cookie), "ETag")
        .unwrap()
        .to_owned();
    let again = format!("{cookie}If-None-Match: {etag}\r\n");
    assert_eq!(rig.status("/known.txt", &again), 304);
}

#[test]
fn forged_cookies_open_nothing() {
    let rig = Rig::start();
    let cookie = rig.cookie();
    let value = cookie.trim_start_matches("Cookie: ").trim_end();
    let (name, secret) = value.split_once('=').unwrap();
    for forged in [
        format!("{name}="),
        name.to_owned(),
        format!("{name}={PASSWORD}"),
        format!("{name}={}", rig.token.reveal()),
        format!("{name}={}", &secret[1..]),
        format!("{name}={secret}x"),
        format!("{name}=\"{secret}\""),
        format!("{name}={}", secret.to_ascii_uppercase()),
        format!("x{value}"),
        format!("landline-1={secret}"),
        format!("{name} = {secret}"),
        format!("x={name}={secret}"),
        format!("{name}={secret},{name}={secret}"),
    ] {
        let fields = format!("Cookie: {forged}\r\n");
        assert_eq!(rig.status("/known.txt", &fields), 401, "{forged}");
    }
    let many = format!("Cookie: {}\r\n", format!("{name}=x; ").repeat(500));
    assert_eq!(rig.status("/known.txt", &many), 401);
    // None of that counts as a wrong password.
    assert_eq!(rig.log(), []);
}

#[test]
fn a_wrong_password_gets_the_page_again() {
    let rig = Rig::start();
    let answer = rig.sign_in("/folder/?sort=size&password", "password=wrong", PAGE);
    assert_eq!(status(&answer), 401);
    assert!(
        answer.contains("role=\"alert\">The password is wrong.<"),
        "{answer}"
    );
    assert!(
        answer.contains("action=\"?sort=size&amp;password\""),
        "{answer}"
    );
    assert!(answer.contains("autofocus") && !answer.contains("wrong\""));
    let missing = rig.sign_in("/none/?sort=size&password", "password=wrong", PAGE);
    assert_eq!(dateless(&answer), dateless(&missing));
    assert_eq!(rig.log(), [LogEntry::WrongPassword]);
    // Nothing typed is nothing wrong.
    for form in ["password=", "", "other=x"] {
        let answer = rig.sign_in("/?password", form, PAGE);
        assert_eq!(status(&answer), 401);
        assert!(!answer.contains("role=\"alert\""), "{form}");
    }
    assert_eq!(rig.log(), []);
}

#[test]
fn pages_of_other_sites_cannot_sign_in() {
    let rig = Rig::start();
    for fields in [
        "Origin: http://evil.example\r\n",
        "Origin: null\r\n",
        "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n",
    ] {
        let answer = rig.sign_in("/?password", RIGHT, fields);
        assert_eq!(status(&answer), 403, "{fields}");
        assert_eq!(field(&answer, "Set-Cookie"), None);
    }
    let own = "Origin: http://localhost\r\nSec-Fetch-Site: same-origin\r\n";
    assert_eq!(status(&rig.sign_in("/?password", RIGHT, own)), 303);
}

#[test]
fn only_the_form_itself_signs_in() {
    let rig = Rig::start();
    let len = RIGHT.len();
    for head in [
        format!(
            "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len}\r\n\r\n"
        ),
        format!(
            "POST /?password HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: {len}\r\n\r\n"
        ),
        format!("POST /?password HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len}\r\n\r\n"),
        format!(
            "PUT /?password HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len}\r\n\r\n"
        ),
    ] {
        let answer = rig.shared.http(&format!("{head}{RIGHT}"));
        assert_eq!(status(&answer), 401, "{head}");
        assert_eq!(field(&answer, "Set-Cookie"), None, "{head}");
    }
    let get = format!("/?password&{RIGHT}");
    assert_eq!(rig.status(&get, ""), 401);
}

#[test]
fn a_body_is_read_within_limits_and_hides_no_request() {
    let rig = Rig::start();
    let head = |framing: &str| {
        format!(
            "POST /?password HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n{framing}\r\n"
        )
    };
    let chunked = |body: &str| {
        let chunks: Vec<_> = body.chars().map(|c| format!("1\r\n{c}\r\n")).collect();
        let chunks = chunks.concat();
        format!(
            "{}{chunks}0\r\n\r\n",
            head("Transfer-Encoding: chunked\r\n")
        )
    };
    let long = "x".repeat(4_000);
    for (request, expected) in [
        (chunked(RIGHT), 303),
        (chunked(&format!("a={long}")), 413),
        (format!("{}a={long}", head("Content-Length: 4002\r\n")), 413),
        (head("Content-Length: 1000000000\r\n"), 413),
        (
            format!("{}zz\r\n", head("Transfer-Encoding: chunked\r\n")),
            400,
        ),
        (
            format!(
                "{}{RIGHT}",
                head("Content-Length: 27\r\nTransfer-Encoding: chunked\r\n")
            ),
            400,
        ),
        (
            format!(
                "{}{RIGHT}",
                head("Content-Length: 5\r\nContent-Length: 27\r\n")
            ),
            400,
        ),
        // It ends too early.
        (format!("{}{RIGHT}", head("Content-Length: 1000\r\n")), 408),
    ] {
        let answer = rig.shared.http(&request);
        assert_eq!(status(&answer), expected, "{request:.200}");
        assert!(!answer.contains("the content"));
    }
    // Byte by byte; what follows is a request of its own, without credentials.
    let hidden = "GET /known.txt HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let len = RIGHT.len();
    let both = format!(
        "{}{RIGHT}{hidden}",
        head(&format!("Content-Length: {len}\r\n"))
    );
    let mut socket = rig.shared.connect();
    socket.set_nodelay(true).unwrap();
    for byte in both.as_bytes() {
        socket.write_all(&[*byte]).unwrap();
    }
    socket.shutdown(std::net::Shutdown::Write).unwrap();
    let all = String::from_utf8(crate::common::rest(socket)).unwrap();
    let (first, second) = all.split_once("HTTP/1.1 401").unwrap();
    assert_eq!(status(first), 303, "{all}");
    assert!(!second.contains("the content"));
}

#[test]
fn a_cookie_is_no_way_to_try_passwords() {
    let rig = Rig::start();
    let link = rig.shared.get(&format!("/?k={}", rig.token.reveal()), "");
    let cookie = cookie_of(&link);
    let statuses: Vec<u16> = (0..12)
        .map(|number| status(&rig.sign_in("/?password", &format!("password={number}"), &cookie)))
        .collect();
    assert_eq!(statuses, [&[401; 10][..], &[429; 2]].concat());
    // With the cookie, credentials are not looked at.
    let both = format!("{cookie}{}", basic(":wrong"));
    assert_eq!(body(&rig.shared.get("/known.txt", &both)), "the content");
    assert_eq!(
        rig.status("/known.txt", &basic(format!(":{PASSWORD}"))),
        429
    );
}

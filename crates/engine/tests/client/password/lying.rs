//! Servers that ask for a password in odd ways.

use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crossbeam_channel::unbounded;

use super::{CHALLENGE, basic, carries_any, know};
use crate::peer::{Downloader, Peer, answer, failure, hang_up, head, http, saved, send};
use crate::rig::quick;
use crate::web::{Files, Reply, Web};

fn asks(fields: &str) -> Web {
    let fields = fields.to_owned();
    Web::new(move |_| Reply::Say(answer("401 Unauthorized", &fields, b"")))
}

#[test]
fn a_failed_handshake_does_not_reveal_the_password() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, heads) = unbounded();
    // It ends with the test program.
    thread::spawn(move || {
        let fields = format!("{CHALLENGE}Alt-Svc: http%2F1.1=\":{port}\"\r\n");
        for socket in listener.incoming() {
            let socket = socket.unwrap();
            let mut first = [0];
            if socket.peek(&mut first).is_ok_and(|_| first == [0x16]) {
                continue;
            }
            let _ = sender.send(head(&socket));
            send(&socket, &answer("401 Unauthorized", &fields, b""));
            hang_up(socket);
        }
    });
    let downloader = Downloader::new();
    know(&downloader, port, "secret");
    for _ in 0..2 {
        assert_eq!(failure(&downloader.get(port, "a.txt")), "not-encrypted");
    }
    let heads: Vec<_> = heads.try_iter().collect();
    assert!(heads.len() >= 2);
    assert!(!heads.iter().any(|head| head.contains("authorization")));
}

/// How a download ends from a server that answers 401 with `fields` to everything, and how many requests it gets.
fn ends(fields: &str, password: Option<&str>) -> (&'static str, usize) {
    let web = asks(fields);
    let downloader = Downloader::with(quick());
    if let Some(password) = password {
        know(&downloader, web.port, password);
    }
    let outcome = downloader.get(web.port, "a.txt");
    (failure(&outcome), web.asked().len())
}

#[test]
fn a_challenge_that_is_missing_or_odd_is_taken_for_one() {
    let huge = format!(
        "WWW-Authenticate: Basic realm=\"{}\"\r\n",
        "x".repeat(50_000)
    );
    let many = "WWW-Authenticate: Basic realm=x\r\n".repeat(60);
    let page = "WWW-Authenticate: Cookie realm=\"Landline\"\r\n";
    for fields in [
        "",
        CHALLENGE,
        page,
        &huge,
        &many,
        "WWW-Authenticate: \"\r\n",
    ] {
        assert_eq!(ends(fields, None), ("required", 1), "{fields:.80}");
        assert_eq!(ends(fields, Some("secret")), ("wrong", 2), "{fields:.80}");
    }
}

#[test]
fn a_head_without_end_is_no_answer() {
    let endless = format!(
        "WWW-Authenticate: Basic realm=\"{}\"\r\n",
        "x".repeat(200_000)
    );
    assert_eq!(ends(&endless, Some("secret")).0, "broken-http");
}

#[test]
fn another_kind_of_authentication_has_an_error_of_its_own() {
    for scheme in ["Digest realm=x, nonce=\"y\"", "Negotiate", "Bearer"] {
        let fields = format!("WWW-Authenticate: {scheme}\r\n");
        let web = asks(&fields);
        let downloader = Downloader::new();
        know(&downloader, web.port, "secret");
        let outcome = downloader.get(web.port, "a.txt");
        assert_eq!(failure(&outcome), "other-scheme");
        let asked = web.asked();
        assert!(asked.len() == 1 && !carries_any(&asked[0]), "{scheme}");
    }
}

#[test]
fn a_server_that_changes_its_mind_ends_the_download() {
    let count = AtomicUsize::new(0);
    let web = Web::new(move |_| {
        let realm = ["Landline", "other"][count.fetch_add(1, Ordering::Relaxed) % 2];
        let fields = format!("WWW-Authenticate: Basic realm=\"{realm}\"\r\n");
        Reply::Say(answer("401 Unauthorized", &fields, b""))
    });
    let downloader = Downloader::with(quick());
    know(&downloader, web.port, "ann:secret");
    assert_eq!(failure(&downloader.get(web.port, "a.txt")), "wrong");
    assert_eq!(web.asked().len(), 3);
}

#[test]
fn a_proxy_gets_no_password() {
    let web = Web::new(|_| {
        let fields = "Proxy-Authenticate: Basic realm=\"Landline\"\r\n";
        Reply::Say(answer("407 Proxy Authentication Required", fields, b""))
    });
    let downloader = Downloader::new();
    know(&downloader, web.port, "secret");
    assert_eq!(failure(&downloader.get(web.port, "a.txt")), "status-denied");
    assert!(!web.asked().iter().any(carries_any));
}

#[test]
fn a_redirect_takes_no_password_elsewhere() {
    let other = Web::new(|_| Reply::Say(answer("401 Unauthorized", CHALLENGE, b"")));
    let to = [
        format!("http://127.0.0.1:{}/a.txt", other.port),
        format!("http://127.0.0.2:{}/a.txt", other.port),
        format!("//localhost:{}/a.txt", other.port),
    ];
    for there in to {
        let fields = format!("Location: {there}\r\n");
        let web = Web::new(move |asked| {
            Reply::Say(if asked.head.contains(&basic(":secret")) {
                answer("302 Found", &fields, b"")
            } else {
                answer("401 Unauthorized", CHALLENGE, b"")
            })
        });
        let downloader = Downloader::new();
        know(&downloader, web.port, "secret");
        let outcome = downloader.get(web.port, "a.txt");
        assert_eq!(failure(&outcome), "redirect-elsewhere", "{there}");
        assert!(!other.asked().iter().any(carries_any));
    }
}

#[test]
fn a_redirect_on_the_same_server_keeps_it() {
    let files = Files([("b.txt".to_owned(), b"hello".to_vec())].into());
    let web = Web::new(move |asked| {
        if !asked.head.contains(&basic(":secret")) {
            Reply::Say(answer("401 Unauthorized", CHALLENGE, b""))
        } else if asked.path == "/a.txt" {
            Reply::Say(answer("302 Found", "Location: /b.txt\r\n", b""))
        } else {
            files.reply(asked)
        }
    });
    let downloader = Downloader::new();
    know(&downloader, web.port, "secret");
    saved(&downloader.get(web.port, "a.txt"));
}

#[test]
fn too_many_wrong_passwords_are_not_followed_by_more() {
    let web = Web::new(|asked| {
        Reply::Say(if carries_any(asked) {
            answer("429 Too Many Requests", "Retry-After: 0\r\n", b"")
        } else {
            answer("401 Unauthorized", CHALLENGE, b"")
        })
    });
    let downloader = Downloader::with(quick());
    know(&downloader, web.port, "secret");
    assert_eq!(failure(&downloader.get(web.port, "a.txt")), "too-many");
    assert_eq!(web.asked().len(), 2);
}

#[test]
fn a_busy_server_without_a_password_is_asked_again() {
    let peer = Peer::new(vec![
        http(answer("429 Too Many Requests", "Retry-After: 0\r\n", b"")),
        http(answer("200 OK", "", b"hello")),
    ]);
    let downloader = Downloader::with(quick());
    know(&downloader, peer.port, "secret");
    saved(&downloader.get(peer.port, "a.txt"));
    peer.done();
}

//! `/.well-known/landline`: what it says, and that its test of the way back serves nobody as a tool against others.

use std::io::Read;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use landline_engine::server::receiving::Access;
use serde_json::{Value, json};

use crate::common::{Shared, body, field, status};

/// The field without which nothing is connected to.
const CHECK: &str = "Landline-Check: 1\r\n";

fn about(answer: &str) -> Value {
    assert_eq!(status(answer), 200, "{answer}");
    serde_json::from_str(body(answer)).unwrap()
}

fn named(name: &str) -> Shared {
    Shared::with(|config| name.clone_into(&mut config.name))
}

#[test]
fn it_says_what_this_is() {
    let shared = named("Ann's <laptop> \"é\"");
    let answer = shared.get("/.well-known/landline", "");
    assert_eq!(field(&answer, "Content-Type"), Some("application/json"));
    let version = env!("CARGO_PKG_VERSION");
    let expected = json!({"landline": 1, "name": "Ann's <laptop> \"é\"", "version": version});
    assert_eq!(about(&answer), expected);
    let head = shared.http("HEAD /.well-known/landline HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!((status(&head), body(&head)), (200, ""));
    assert_eq!(
        field(&head, "Content-Length"),
        field(&answer, "Content-Length")
    );
}

#[test]
fn it_is_there_whatever_others_may_do() {
    for access in [Access::Download, Access::Send, Access::Both] {
        let shared = Shared::with(|config| config.access = access);
        assert_eq!(
            about(&shared.get("/.well-known/landline", ""))["landline"],
            1
        );
    }
}

#[test]
fn it_is_never_a_file_of_the_share() {
    let shared = Shared::with(|config| config.hidden = true);
    shared.write(".well-known/landline", b"mine");
    assert_eq!(
        about(&shared.get("/.well-known/landline", ""))["landline"],
        1
    );
    assert_eq!(status(&shared.get("/.well-known/landline/", "")), 404);
}

#[test]
fn others_methods_and_hosts_are_refused() {
    let shared = Shared::start();
    for method in ["POST", "PUT", "DELETE"] {
        let request = format!(
            "{method} /.well-known/landline?back=80 HTTP/1.1\r\nHost: localhost\r\n{CHECK}\r\n"
        );
        assert_eq!(status(&shared.http(&request)), 405, "{method}");
    }
    let options =
        shared.http("OPTIONS /.well-known/landline?back=80 HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!(status(&options), 204);
    let foreign =
        format!("GET /.well-known/landline?back=80 HTTP/1.1\r\nHost: evil.example\r\n{CHECK}\r\n");
    assert_eq!(status(&shared.http(&foreign)), 421);
    let embedded = format!("{CHECK}Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n");
    let answer = shared.get("/.well-known/landline?back=80", &embedded);
    assert_eq!(status(&answer), 403);
}

#[test]
fn the_way_back_is_tested_once() {
    let (shared, listener) = (Shared::start(), TcpListener::bind("127.0.0.1:0").unwrap());
    let port = listener.local_addr().unwrap().port();
    let target = format!("/.well-known/landline?back={port}");
    assert_eq!(about(&shared.get(&target, CHECK))["back"], "open");
    let (mut socket, _) = listener.accept().unwrap();
    // It connects and says nothing.
    assert_eq!(socket.read(&mut [0; 8]).unwrap(), 0);
    listener.set_nonblocking(true).unwrap();
    assert!(listener.accept().is_err());
    drop(listener);
    assert_eq!(about(&shared.get(&target, CHECK))["back"], "refused");
}

#[test]
fn pages_of_other_sites_cannot_ask_for_a_test() {
    let (shared, listener) = (Shared::start(), TcpListener::bind("127.0.0.1:0").unwrap());
    let port = listener.local_addr().unwrap().port();
    let target = format!("/.well-known/landline?back={port}");
    // All that a page can set without asking first.
    let fields =
        "Origin: http://evil.example\r\nAccept: application/json\r\nAccept-Language: en\r\n";
    assert_eq!(about(&shared.get(&target, fields)).get("back"), None);
    // Nor does a HEAD, which would not say the result.
    let head = format!("HEAD {target} HTTP/1.1\r\nHost: localhost\r\n{CHECK}\r\n");
    assert_eq!(status(&shared.http(&head)), 200);
    listener.set_nonblocking(true).unwrap();
    assert!(listener.accept().is_err());
}

#[test]
fn only_a_port_can_be_chosen() {
    let shared = Shared::start();
    for query in [
        "back=",
        "back=0",
        "back=65536",
        "back=99999999999999999999999",
        "back=-1",
        "back=%38080",
        "back=10.0.0.1:80",
        "back=80&host=10.0.0.1",
        "host=10.0.0.1&back=80",
        "back=80&back=81",
        "back=[::1]:80",
    ] {
        let answer = shared.get(&format!("/.well-known/landline?{query}"), CHECK);
        assert_eq!(status(&answer), 400, "{query}");
    }
    let fields = format!("{CHECK}X-Forwarded-For: 10.0.0.1\r\nForwarded: for=10.0.0.1\r\n");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let answer = shared.get(&format!("/.well-known/landline?back={port}"), &fields);
    assert_eq!(about(&answer)["back"], "open");
    assert!(listener.accept().is_ok());
}

#[test]
fn a_flood_is_answered_without_a_test() {
    let (shared, listener) = (Shared::start(), TcpListener::bind("127.0.0.1:0").unwrap());
    let port = listener.local_addr().unwrap().port();
    let target = format!("/.well-known/landline?back={port}");
    let request = format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n{CHECK}\r\n");
    // Pipelined on one connection.
    let answers = shared.http(&request.repeat(200));
    assert_eq!(answers.matches("HTTP/1.1 200").count(), 200);
    assert_eq!(answers.matches("\"back\":\"open\"").count(), 10);
    listener.set_nonblocking(true).unwrap();
    assert_eq!(std::iter::from_fn(|| listener.accept().ok()).count(), 10);
    // Everything else goes on.
    assert_eq!(status(&shared.get("/", "")), 200);
}

/// A listener whose queue is full answers no SYN.
#[cfg(target_os = "linux")]
#[test]
fn a_client_that_does_not_answer_holds_up_nobody() {
    use socket2::{Domain, SockAddr, Socket, Type};

    let mut shared = Shared::start();
    let mute = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    let address: std::net::SocketAddr = "127.0.0.1:0".parse().unwrap();
    mute.bind(&SockAddr::from(address)).unwrap();
    mute.listen(0).unwrap();
    let address = mute.local_addr().unwrap().as_socket().unwrap();
    let filling: Vec<_> = (0..4)
        .map(|_| {
            let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
            socket.set_nonblocking(true).unwrap();
            let _ = socket.connect(&SockAddr::from(address));
            socket
        })
        .collect();
    let target = format!("/.well-known/landline?back={}", address.port());
    let request = format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n{CHECK}\r\n");
    let waiting: Vec<_> = (0..6)
        .map(|_| {
            let mut socket = shared.connect();
            std::io::Write::write_all(&mut socket, request.as_bytes()).unwrap();
            socket
        })
        .collect();
    // Others are served meanwhile.
    assert_eq!(status(&shared.get("/", "")), 200);
    let mut answer = [0; 1024];
    let len = (&waiting[0]).read(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer[..len]).into_owned();
    assert_eq!(about(&answer)["back"], "timeout");
    drop(filling);
    // Nor is the end of the share delayed by them.
    let mut socket = shared.connect();
    std::io::Write::write_all(&mut socket, request.as_bytes()).unwrap();
    let began = Instant::now();
    shared.stop();
    assert!(began.elapsed() < Duration::from_millis(1900));
}

//! `landline serve` with a password, a link, and encryption.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Stdio;

use super::{Computer, Serve, fails, set_mode, stderr, succeeds};

fn ask(port: u16, request: &str) -> String {
    let mut socket = TcpStream::connect(("127.0.0.1", port)).unwrap();
    socket.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    let _ = socket.read_to_string(&mut answer);
    answer
}

fn get(port: u16, fields: &str) -> String {
    let head = "GET /notes.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    ask(port, &format!("{head}{fields}\r\n"))
}

#[test]
fn a_password_comes_from_a_file_or_the_environment() {
    let ann = Computer::new();
    let by_file = ann.serve_with_password(&[]);
    let mut command = ann.landline();
    command.env("LANDLINE_PASSWORD", "hunter2");
    let by_variable = Serve::by(command, ann.folder.path(), &[]);
    for serve in [&by_file, &by_variable] {
        let refused = get(serve.port, "");
        assert!(refused.starts_with("HTTP/1.1 401 "), "{refused}");
        // `:hunter2`, as `curl -u` sends it.
        let answer = get(serve.port, "Authorization: Basic Omh1bnRlcjI=\r\n");
        assert!(answer.ends_with("\r\n\r\nhello"), "{answer}");
        assert_eq!(ask(serve.port, "notes.txt\n"), "");
    }
}

#[test]
fn what_is_no_password_is_an_error() {
    let ann = Computer::new();
    let missing = ann.settings.path().join("missing");
    for (path, expected) in [
        (
            ann.file("empty", "\nhunter2\n"),
            "There is no password on the first line",
        ),
        (
            ann.file("long", &"x".repeat(257)),
            "There is no password on the first line",
        ),
        (missing, "could not be read"),
    ] {
        let output = ann.run(&["serve", "--password-file", path.to_str().unwrap()]);
        fails(&output, expected);
        assert!(!stderr(&output).contains("xxx"));
    }
    for value in ["", "a\tb"] {
        let mut command = ann.landline();
        command.env("LANDLINE_PASSWORD", value).arg("serve");
        fails(&command.output().unwrap(), "LANDLINE_PASSWORD");
    }
}

#[cfg(unix)]
#[test]
fn a_password_file_that_others_can_read_is_warned_about() {
    let ann = Computer::new();
    let path = ann.file("password", "hunter2");
    set_mode(&path, 0o644);
    let output = ann.get(9, &["--password-file", path.to_str().unwrap()]);
    let warning = "Others on this computer can read the password file";
    assert!(stderr(&output).contains(warning), "{output:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn no_password_is_an_argument_or_printed() {
    let ann = Computer::new();
    let mut serve = ann.serve_with_password(&["--link"]);
    let link = serve.line();
    let (_, token) = link.split_once("?k=").unwrap();
    let (token, _) = token.split_once('#').unwrap();
    let bob = Computer::new();
    let into = bob.folder.path().to_str().unwrap();
    let got = bob.run(&["get", &link.replace("/?", "/notes.txt?"), "--dir", into]);
    succeeds(&got);
    let logged = serve.line();
    assert!(logged.contains("notes.txt"), "{logged}");
    let cmdline = fs::read(format!("/proc/{}/cmdline", serve.child.id())).unwrap();
    let words = String::from_utf8(cmdline).unwrap();
    let shown = format!("{logged} {words} {got:?}");
    for secret in ["hunter2", token] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn only_with_link_is_there_a_link() {
    let ann = Computer::new();
    let mut serve = ann.serve_with_password(&[]);
    assert!(get(serve.port, "").starts_with("HTTP/1.1 401 "));
    // The next line is about the request, or about none.
    let answer = get(serve.port, "Authorization: Basic Omh1bnRlcjI=\r\n");
    assert!(answer.starts_with("HTTP/1.1 200 "));
    let logged = serve.line();
    assert!(!logged.contains("http://"), "{logged}");
    let mut public = ann.serve(&["--link"]);
    let link = public.line();
    assert!(
        link.starts_with(&format!("http://127.0.0.1:{}/#fp=", public.port)),
        "{link}"
    );
    assert!(!link.contains("k="));
}

#[test]
fn a_share_that_is_encrypted_only_redirects_browsers_and_refuses_raw_requests() {
    let ann = Computer::new();
    let serve = ann.serve(&["--encrypted-only"]);
    let answer = get(serve.port, "");
    assert!(answer.starts_with("HTTP/1.1 308 "), "{answer}");
    assert!(answer.contains("https://localhost"), "{answer}");
    assert_eq!(ask(serve.port, "notes.txt\n"), "");
    let bob = Computer::new();
    succeeds(&bob.get(serve.port, &[]));
    let into = bob.folder.path().to_str().unwrap();
    let url = format!("https://127.0.0.1:{}/notes.txt", serve.port);
    succeeds(&bob.run(&["get", &url, "--dir", into]));
    assert_eq!(bob.get(serve.port, &["--raw"]).status.code(), Some(1));
    // It is recognised all the same.
    let examined = bob.run(&["doctor", &format!("127.0.0.1:{}", serve.port)]);
    let printed = String::from_utf8(examined.stdout).unwrap();
    assert!(printed.contains("answers, with Landline"), "{printed}");
}

#[test]
fn raw_requests_are_answered_if_the_owner_wants_that() {
    let ann = Computer::new();
    let serve = ann.serve_with_password(&["--allow-raw"]);
    assert_eq!(ask(serve.port, "notes.txt\n"), "hello");
    assert!(get(serve.port, "").starts_with("HTTP/1.1 401 "));
}

#[cfg(unix)]
#[test]
fn without_an_identity_nothing_is_encrypted() {
    let ann = Computer::new();
    ann.words();
    set_mode(&ann.settings.path().join("identity.pem"), 0o644);
    fails(
        &ann.run(&["serve", "--encrypted-only"]),
        "so it is not used",
    );
    fails(&ann.run(&["identity"]), "so it is not used");
    let mut command = ann.landline();
    command.stderr(Stdio::piped());
    let mut serve = Serve::by(command, ann.folder.path(), &[]);
    let answer = get(serve.port, "");
    assert!(
        answer.starts_with("HTTP/1.1 404 ") && !answer.contains("Alt-Svc"),
        "{answer}"
    );
    serve.child.kill().unwrap();
    let mut said = String::new();
    serve
        .child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert!(said.contains("Connections are not encrypted."), "{said}");
}

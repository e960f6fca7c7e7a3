//! Ports that are taken, wrong usage, and how it ends.

use std::fs;
use std::net::TcpListener;
use std::process::Output;
use std::time::{Duration, Instant};

use super::Serving;
use crate::landline;

/// It ends by itself with this status, and says this.
#[track_caller]
fn ends(output: &Output, expected: i32, said: &str) {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(expected), "{stderr}");
    assert!(stderr.contains(said), "{stderr}");
}

#[test]
fn without_a_folder_there_is_nothing_to_receive_into() {
    let output = landline().args(["serve", "--localsend"]).output().unwrap();
    ends(&output, 2, "--localsend needs a folder for received files");
    let words = ["serve", "--receive", ".", "--localsend-port", "9"];
    let output = landline().args(words).output().unwrap();
    ends(&output, 2, "--localsend must be given");
}

#[test]
fn a_port_that_was_chosen_has_to_be_free() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let mut serving = Serving::spawn(&["--localsend-port", &port]);
    let status = serving.child.wait().unwrap();
    assert_eq!(status.code(), Some(1));
    let line = serving.says("so the share ends as well");
    assert!(
        line.contains(&format!("Port {port} is already in use")),
        "{line}"
    );
}

#[test]
fn another_port_is_used_if_the_app_itself_runs() {
    // Or somebody else has it.
    let _app = TcpListener::bind("127.0.0.1:53317");
    let mut serving = Serving::spawn(&[]);
    serving.says("Port 53317 is already in use, probably by LocalSend");
    serving.port = serving.port();
    assert_ne!(serving.port, 53317);
    let answer = serving
        .device(true)
        .ask("GET /api/localsend/v2/info", "", b"");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

#[cfg(unix)]
#[test]
fn without_an_identity_it_does_not_start() {
    use std::os::unix::fs::PermissionsExt;

    let (settings, received) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let landline = |words: &[&str]| {
        let mut command = landline();
        command.env("LANDLINE_CONFIG_DIR", settings.path());
        command.args(words).output().unwrap()
    };
    landline(&["identity"]);
    let identity = settings.path().join("identity.pem");
    fs::set_permissions(identity, fs::Permissions::from_mode(0o644)).unwrap();
    let received = received.path().to_str().unwrap();
    let output = landline(&["serve", "--receive", received, "--localsend"]);
    ends(&output, 1, "so it is not used");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_both_at_once() {
    let mut serving = Serving::start(&[]);
    // A device that is connected, and silent.
    let _device = std::net::TcpStream::connect(("127.0.0.1", serving.port)).unwrap();
    let began = Instant::now();
    let pid = serving.child.id().to_string();
    let sent = std::process::Command::new("kill")
        .args(["-INT", &pid])
        .status();
    assert!(sent.unwrap().success());
    let status = serving.child.wait().unwrap();
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(status.code(), Some(0));
}

//! The exit status and the message of what cannot work.

use std::net::TcpListener;

use super::outcome;
use crate::common::Shared;
use crate::landline;

#[test]
fn failures_exit_with_status_1_and_one_line() {
    let shared = Shared::of(&[("notes.txt", b"x")]);
    let port = shared.address.port().to_string();
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
        .to_string();
    let dir = tempfile::tempdir().unwrap();
    for (words, expected) in [
        (
            vec!["get", "127.0.0.1", "note.txt", "--port", &port],
            "notes.txt",
        ),
        (
            vec!["get", "127.0.0.1", "note.txt", "--port", &port, "--raw"],
            "sent nothing",
        ),
        (vec!["get", "127.0.0.1", "a", "--port", &free], "refused"),
        (
            vec![
                "get",
                "127.0.0.1",
                "a",
                "--port",
                &port,
                "--dir",
                "/none/such",
            ],
            "/none/such",
        ),
        (
            vec!["say", "127.0.0.1", "hi", "--port", &port],
            "without a reply",
        ),
        (
            vec!["serve", "--port", &port, "--bind", "127.0.0.1"],
            "in use",
        ),
        // Windows prints it with a drive and backslashes.
        (vec!["serve", "/none/such"], "such"),
    ] {
        let output = landline()
            .args(&words)
            .current_dir(dir.path())
            .output()
            .unwrap();
        let (status, out, err) = outcome(&output);
        assert_eq!((status, out), (Some(1), ""), "{words:?}: {err}");
        assert_eq!(err.lines().count(), 1, "{words:?}: {err}");
        assert!(err.contains(expected), "{words:?}: {err}");
    }
    assert_eq!(
        std::fs::read_dir(dir.path()).unwrap().count(),
        0,
        "something was left behind"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_display_the_window_suggests_the_commands() {
    let output = landline()
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("WAYLAND_SOCKET")
        .output()
        .unwrap();
    let (status, out, err) = outcome(&output);
    assert_eq!(
        (status, out, err.lines().count()),
        (Some(1), "", 1),
        "{err}"
    );
    assert!(err.contains("landline serve"), "{err}");
}

#[test]
fn wrong_usage_exits_with_status_2() {
    for words in [
        vec!["get"],
        vec!["get", "127.0.0.1"],
        vec!["get", "not a host", "a"],
        vec!["get", "h", "n", "--raw", "--http"],
        vec!["say"],
        vec!["say", "h", "--hex", "--encoding", "gbk"],
        vec!["say", "h", "--encoding", "latin-1"],
        vec!["say", "h", "xyz", "--hex"],
        vec!["serve", "--keep-open"],
        vec!["serve", "--port", "65536"],
        vec!["dance"],
    ] {
        let output = landline().args(&words).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{words:?}");
    }
}

//! Standard output: what is written there, and how a command fails that cannot write to it.

use landline_engine::call::Answering;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::thread;

use super::{Serve, outcome, text};
use crate::common::Shared;
use crate::landline;

/// One of each command that prints; the last one runs until it is interrupted.
fn printing(port: &str, dir: &std::path::Path) -> Vec<Vec<String>> {
    let (dir, over) = (dir.to_str().unwrap(), "--exists=overwrite");
    let printing = [
        vec!["--version"],
        vec!["--help"],
        vec!["get", "--help"],
        vec![
            "get",
            "127.0.0.1",
            "notes.txt",
            "-p",
            port,
            "--dir",
            dir,
            over,
        ],
        vec!["get", "127.0.0.1", "/", "-p", port, "--dir", dir, over],
        vec!["say", "127.0.0.1", "hello", "-p", port],
        vec!["lines", "-p", port],
        vec!["serve", "-p", "0", "--bind", "127.0.0.1", dir],
    ];
    printing
        .map(|words| words.into_iter().map(String::from).collect())
        .into()
}

#[test]
fn output_that_cannot_be_written_is_a_failure() {
    let shared = Shared::with(|config| config.answering = Some(Answering::with_text("thanks")));
    shared.write("notes.txt", b"x");
    let port = shared.address.port().to_string();
    let dir = tempfile::tempdir().unwrap();
    for words in printing(&port, dir.path()) {
        let full = std::fs::File::options().write(true).open("/dev/full");
        let output = landline()
            .args(&words)
            .stdout(full.unwrap())
            .output()
            .unwrap();
        let (status, _, err) = outcome(&output);
        assert_eq!(status, Some(1), "{words:?}: {err}");
        assert_eq!(err.lines().count(), 1, "{words:?}: {err}");
        assert!(err.contains("standard output"), "{words:?}: {err}");

        let mut closed = Command::new("sh");
        closed.args(["-c", "exec \"$0\" \"$@\" >&-"]);
        let command = landline();
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => closed.env(name, value),
                None => closed.env_remove(name),
            };
        }
        let output = closed
            .arg(command.get_program())
            .args(&words)
            .output()
            .unwrap();
        let (status, _, err) = outcome(&output);
        assert_eq!(status, Some(1), "{words:?}: {err}");
        assert!(err.contains("standard output"), "{words:?}: {err}");

        // A closed pipe: Unix programs exit silently.
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = landline().args(&words).stdout(writer).output().unwrap();
        let (status, _, err) = outcome(&output);
        assert_eq!((status, err), (Some(1), ""), "{words:?}");
    }
    assert_eq!(std::fs::read(dir.path().join("notes.txt")).unwrap(), b"x");
}

#[test]
fn standard_output_and_devices_take_a_file() {
    let dir = tempfile::tempdir().unwrap();
    let shared = Shared::of(&[("notes.txt", b"\xffbytes\0\n"), ("sub/a", b"x")]);
    let url = |name: &str| format!("http://127.0.0.1:{}/{name}", shared.address.port());
    let get = |name: &str, output: &str| {
        let mut get = landline();
        get.args(["get", &url(name), "--exists=overwrite", "-o", output]);
        get.current_dir(dir.path());
        get
    };
    for output in ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"] {
        let got = get("notes.txt", output).output().unwrap();
        assert_eq!(got.status.code(), Some(0), "{got:?}");
        assert_eq!(
            (&*got.stdout, text(&got.stderr)),
            (&b"\xffbytes\0\n"[..], "")
        );
    }
    let got = get("notes.txt", "/dev/null").output().unwrap();
    assert_eq!(outcome(&got), (Some(0), "/dev/null\n", ""));
    let got = get("notes.txt", "/dev/full").output().unwrap();
    let (status, out, err) = outcome(&got);
    assert_eq!(
        (status, out, err.lines().count()),
        (Some(1), "", 1),
        "{err}"
    );
    let full = std::fs::File::options().write(true).open("/dev/full");
    let got = get("notes.txt", "-")
        .stdout(full.unwrap())
        .output()
        .unwrap();
    let (status, _, err) = outcome(&got);
    assert_eq!((status, err.lines().count()), (Some(1), 1), "{err}");
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let got = get("notes.txt", "-").stdout(writer).output().unwrap();
    assert_eq!((got.status.code(), text(&got.stderr)), (Some(1), ""));
    for (name, output, status) in [("sub/", "-", 2), ("sub", "-", 1), ("", "/dev/null", 2)] {
        let got = get(name, output).output().unwrap();
        let (code, out, err) = outcome(&got);
        assert_eq!(
            (code, out, err.lines().count()),
            (Some(status), "", 1),
            "{err}"
        );
        assert!(err.contains("folder"), "{err}");
    }
    // The existing contents stay, whatever the position of the file descriptor.
    let log = dir.path().join("log");
    std::fs::write(&log, "a line that is there already\n").unwrap();
    let appending = std::fs::File::options().append(true).open(&log);
    let got = get("notes.txt", "/dev/stderr")
        .stderr(appending.unwrap())
        .output();
    assert_eq!(got.unwrap().status.code(), Some(0));
    let content = std::fs::read(&log).unwrap();
    assert_eq!(content, b"a line that is there already\n\xffbytes\0\n");
    std::fs::remove_file(&log).unwrap();
    // A path refers to a file with that name.
    let got = get("notes.txt", "./-").output().unwrap();
    assert_eq!(got.status.code(), Some(0), "{got:?}");
    let names = std::fs::read_dir(dir.path()).unwrap();
    let names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["-"]);
}

#[test]
fn a_damaged_or_truncated_stream_is_a_failure() {
    for (fields, body, said) in [
        (
            "Repr-Digest: sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:\r\n",
            "other",
            "other",
        ),
        ("ETag: \"1\"\r\n", "hel", "hello"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n{fields}\r\n{body}",
            said.len()
        );
        thread::spawn(move || {
            // The second response is for another version of the file.
            for etag in ["\"1\"", "\"2\""] {
                let (mut socket, _) = listener.accept().unwrap();
                let _ = socket.read(&mut [0; 4096]).unwrap();
                let answer = answer.replace("\"1\"", etag);
                socket.write_all(answer.as_bytes()).unwrap();
            }
        });
        let got = landline()
            .args(["get", &format!("http://127.0.0.1:{port}/a"), "-o", "-"])
            .output()
            .unwrap();
        let (status, out, err) = outcome(&got);
        assert_eq!((status, out), (Some(1), body), "{err}");
        assert_eq!(err.lines().count(), 1, "{err}");
    }
}

#[test]
fn serve_exits_when_its_output_is_closed() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("notes.txt"), "x").unwrap();
    let mut child = landline()
        .args(["serve", "--port", "0", "--bind", "127.0.0.1"])
        .arg(dir.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut address = String::new();
    // Like `head -1`.
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut address)
        .unwrap();
    let authority = address.trim().trim_start_matches("http://");
    let mut client = TcpStream::connect(authority).unwrap();
    let request = format!("GET /notes.txt HTTP/1.0\r\nHost: {authority}\r\n\r\n");
    client.write_all(request.as_bytes()).unwrap();
    let mut response = [0; 12];
    client.read_exact(&mut response).unwrap();
    assert_eq!(&response, b"HTTP/1.0 200");
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(1), ""));
}

#[test]
fn peers_cannot_spoof_terminal_output() {
    const ODD: &str = "gpj\u{202e}exe\u{2028}\u{2066}\u{200b}x";
    let dir = tempfile::tempdir().unwrap();
    let mut serve = Serve::start(dir.path(), &["--answer", ODD]);
    let port = serve.port.to_string();
    let said = landline()
        .args(["say", "127.0.0.1", ODD, "--port", &port])
        .output()
        .unwrap();
    assert_eq!(outcome(&said), (Some(0), "gpj exe   x\n", ""));
    assert_eq!(serve.line(), "127.0.0.1 >>> gpj exe   x");
    let got = landline()
        .args(["get", "127.0.0.1", ODD, "--http", "--port", &port])
        .output()
        .unwrap();
    let (status, out, err) = outcome(&got);
    assert_eq!((status, out), (Some(1), ""));
    for text in [err, &serve.line()] {
        assert!(text.contains("gpj exe   x"), "{text:?}");
    }
}

#[test]
fn a_page_is_in_the_language_that_the_browser_prefers() {
    let dir = tempfile::tempdir().unwrap();
    let serve = Serve::start(dir.path(), &[]);
    for (language, empty) in [
        ("zh-CN,en;q=0.5", "这个文件夹是空的。"),
        ("en", "This folder is empty."),
    ] {
        let mut socket = TcpStream::connect(("127.0.0.1", serve.port)).unwrap();
        let request = format!("GET / HTTP/1.0\r\nAccept-Language: {language}\r\n\r\n");
        socket.write_all(request.as_bytes()).unwrap();
        let mut page = String::new();
        socket.read_to_string(&mut page).unwrap();
        assert!(page.contains(empty), "{page}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_second_copy_is_named_in_the_system_language() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("notes.tar.gz"), "theirs").unwrap();
    let serve = Serve::start(dir.path(), &[]);
    for (locale, expected) in [
        ("en_GB.UTF-8", "notes (2).tar.gz"),
        ("zh_CN.UTF-8", "[新]notes.tar.gz"),
    ] {
        let to = tempfile::tempdir().unwrap();
        std::fs::write(to.path().join("notes.tar.gz"), "mine").unwrap();
        let got = landline()
            .args(["get", "127.0.0.1", "notes.tar.gz", "--port"])
            .arg(serve.port.to_string())
            .arg("--dir")
            .arg(to.path())
            .env("LC_ALL", locale)
            .output()
            .unwrap();
        let (status, out, err) = outcome(&got);
        let saved = to.path().join(expected);
        assert_eq!(
            (status, out.trim_end()),
            (Some(0), saved.to_str().unwrap()),
            "{err}"
        );
        assert_eq!(std::fs::read(saved).unwrap(), b"theirs");
    }
}

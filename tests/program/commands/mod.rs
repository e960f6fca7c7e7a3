//! Tests of the subcommands, as seen from a shell.

mod checked;
mod conversation;
#[cfg(target_os = "linux")]
mod lines;
// What the system counts, it tells on Linux.
#[cfg(target_os = "linux")]
mod explain;
mod failures;
#[cfg(unix)]
mod interrupted;
#[cfg(target_os = "linux")]
mod output;
mod privacy;
mod send;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Child, Command, Output, Stdio};
use std::thread;

use crate::landline;

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// Exit status, stdout, and stderr.
fn outcome(output: &Output) -> (Option<i32>, &str, &str) {
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

/// A `landline serve` that is killed at the end of the test.
struct Serve {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
    port: u16,
}

impl Serve {
    fn start(folder: &std::path::Path, more: &[&str]) -> Self {
        Self::by(landline(), folder, more)
    }

    fn by(mut landline: Command, folder: &std::path::Path, more: &[&str]) -> Self {
        let any_port: &[_] = if more.contains(&"--port") {
            &[]
        } else {
            &["--port", "0"]
        };
        let mut child = landline
            .args(["serve", "--bind", "127.0.0.1"])
            .args(any_port)
            .args(more)
            .arg(folder)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines.next().unwrap().unwrap();
        let (_, port) = address.rsplit_once("://127.0.0.1:").unwrap();
        let port = port.parse().unwrap();
        Self { child, lines, port }
    }

    fn line(&mut self) -> String {
        self.lines.next().unwrap().unwrap()
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn serve_prints_its_address_and_a_line_for_each_request() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("notes.txt"), "hello").unwrap();
    let mut serve = Serve::start(dir.path(), &["--answer", "thanks"]);
    let to = tempfile::tempdir().unwrap();
    let port = serve.port.to_string();
    let got = landline()
        .args(["get", "127.0.0.1", "notes.txt", "--port", &port, "--dir"])
        .arg(to.path())
        .output()
        .unwrap();
    let saved = to.path().join("notes.txt");
    let (status, printed, said) = outcome(&got);
    assert_eq!(
        (status, printed),
        (Some(0), &*format!("{}\n", saved.display()))
    );
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.starts_with("landline: First visit to 127.0.0.1"));
    assert_eq!(std::fs::read(saved).unwrap(), b"hello");
    let line = serve.line();
    assert!(
        line.contains("127.0.0.1") && line.contains("notes.txt") && line.contains("HTTP"),
        "{line}"
    );
    let said = landline()
        .args(["say", "127.0.0.1", "are u ok?", "--port", &port])
        .output()
        .unwrap();
    assert_eq!(outcome(&said), (Some(0), "thanks\n", ""));
    let messages = std::iter::from_fn(|| Some(serve.line())).filter(|line| line.contains(">>>"));
    assert_eq!(
        messages.take(1).collect::<Vec<_>>(),
        ["127.0.0.1 >>> are u ok?"]
    );
}

#[test]
fn the_address_that_serve_prints_downloads_everything() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("sub")).unwrap();
    std::fs::write(dir.path().join("sub/notes.txt"), "hello").unwrap();
    let serve = Serve::start(dir.path(), &[]);
    for (slash, introductions) in [("", 1), ("/", 0)] {
        let to = tempfile::tempdir().unwrap();
        let got = landline()
            .args([
                "get",
                &format!("http://127.0.0.1:{}{slash}", serve.port),
                "--dir",
            ])
            .arg(to.path())
            .output()
            .unwrap();
        let saved = to.path().join("127.0.0.1");
        let (status, printed, said) = outcome(&got);
        assert_eq!(
            (status, printed),
            (Some(0), &*format!("{}\n", saved.display()))
        );
        assert_eq!(said.lines().count(), introductions, "{said}");
        assert_eq!(
            std::fs::read(saved.join("sub/notes.txt")).unwrap(),
            b"hello"
        );
    }
}

/// A server that responds to each request with its target.
fn echo() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for socket in listener.incoming() {
            let socket = socket.unwrap();
            let mut lines = BufReader::new(&socket).lines();
            let first = lines.next().unwrap().unwrap();
            while !lines.next().unwrap().unwrap().is_empty() {}
            let target = first.split(' ').nth(1).unwrap();
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n",
                target.len()
            );
            (&socket)
                .write_all(format!("{head}{target}").as_bytes())
                .unwrap();
        }
    });
    port
}

#[test]
fn the_target_of_a_url_is_requested_verbatim() {
    let port = echo();
    for (path, asked) in [
        ("download.php?file=a.zip", "/download.php?file=a.zip"),
        ("caf%E9.txt", "/caf%E9.txt"),
        ("a%2Fb", "/a%2Fb"),
        ("x/../y.txt", "/y.txt"),
    ] {
        let to = tempfile::tempdir().unwrap();
        let got = landline()
            .args(["get", &format!("http://127.0.0.1:{port}/{path}"), "--dir"])
            .arg(to.path())
            .output()
            .unwrap();
        assert_eq!(got.status.code(), Some(0), "{got:?}");
        let saved = std::fs::read_dir(to.path())
            .unwrap()
            .next()
            .unwrap()
            .unwrap();
        assert_eq!(std::fs::read(saved.path()).unwrap(), asked.as_bytes());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_not_utf_8_is_saved_and_printed_verbatim() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let port = echo().to_string();
    let to = tempfile::tempdir().unwrap();
    let name = OsStr::from_bytes(b"caf\xe9.txt");
    let got = landline()
        .args(["get", "127.0.0.1", "--port", &port, "--dir"])
        .arg(to.path())
        .arg(name)
        .output()
        .unwrap();
    assert_eq!(got.status.code(), Some(0), "{got:?}");
    // A script can use it.
    let saved = to.path().join(name);
    assert_eq!(got.stdout, [saved.as_os_str().as_bytes(), b"\n"].concat());
    assert_eq!(std::fs::read(saved).unwrap(), b"/caf%E9.txt");
}

#[cfg(unix)]
fn interrupt(child: &Child) {
    let pid = child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &pid]).status().unwrap();
    assert!(sent.success());
}

#[cfg(unix)]
#[test]
fn serve_reports_how_many_names_cannot_be_sent() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["a.txt", "two\nlines", "tab\t"] {
        std::fs::write(dir.path().join(name), "").unwrap();
    }
    let mut serve = landline()
        .args(["serve", "--port", "0", "--bind", "127.0.0.1"])
        .arg(dir.path())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut said = BufReader::new(serve.stderr.take().unwrap());
    said.read_line(&mut line).unwrap();
    serve.kill().unwrap();
    serve.wait().unwrap();
    assert!(
        line.starts_with("landline: 2 files and folders are left out"),
        "{line}"
    );
}

#[test]
fn only_the_window_keeps_a_log() {
    let dir = tempfile::tempdir().unwrap();
    let output = landline()
        .args(["say", "127.0.0.1", "hello", "--port", "1"])
        .env("LANDLINE_CONFIG_DIR", dir.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn get_downloads_from_the_lecture_notes_raw_server() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    thread::spawn(move || {
        for socket in listener.incoming() {
            let mut socket = socket.unwrap();
            let mut name = [0; 1024];
            let len = socket.read(&mut name).unwrap();
            if &name[..len] == "海.txt".as_bytes() {
                socket.write_all(b"sea").unwrap();
            }
        }
    });
    let to = tempfile::tempdir().unwrap();
    std::fs::write(to.path().join("海.txt"), "mine").unwrap();
    let got = landline()
        .args(["get", "127.0.0.1", "海.txt", "-p", &port, "--dir"])
        .arg(to.path())
        .output()
        .unwrap();
    let (status, out, err) = outcome(&got);
    assert_eq!(
        (status, out.trim_end()),
        (Some(0), to.path().join("[新]海.txt").to_str().unwrap())
    );
    assert!(err.contains("not verified"), "{err}");
    assert_eq!(std::fs::read(to.path().join("[新]海.txt")).unwrap(), b"sea");
    assert_eq!(std::fs::read(to.path().join("海.txt")).unwrap(), b"mine");
}

#[cfg(target_os = "linux")]
#[test]
fn the_output_is_in_the_system_language() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr();
    let port = free.unwrap().port().to_string();
    for (locale, expected) in [
        ("zh_CN.UTF-8", "对方拒绝连接"),
        ("zh_TW.UTF-8", "对方拒绝连接"),
        ("en_GB.UTF-8", "refused"),
        ("de_DE.UTF-8", "refused"),
        ("POSIX", "refused"),
        ("", "refused"),
    ] {
        let output = landline()
            .args(["get", "127.0.0.1", "a", "--port", &port])
            .env("LC_ALL", locale)
            .env_remove("LC_MESSAGES")
            .env_remove("LANG")
            .output()
            .unwrap();
        let (status, _, err) = outcome(&output);
        assert_eq!((status, err.lines().count()), (Some(1), 1), "{err}");
        assert!(err.contains(expected) && err.contains(&port), "{err}");
    }
}

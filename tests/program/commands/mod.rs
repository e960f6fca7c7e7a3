//! Tests of the subcommands, as seen from a shell.

mod checked;
mod conversation;
#[cfg(target_os = "linux")]
mod lines;
// What the system counts, it tells on Linux.
#[cfg(target_os = "linux")]
mod explain;
#[cfg(target_os = "linux")]
mod output;
mod send;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
#[cfg(unix)]
use std::process::Command;
use std::process::{Child, Output, Stdio};
use std::thread;

#[cfg(unix)]
use crate::common::PATIENCE;
use crate::common::Shared;
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
        let mut child = landline()
            .args(["serve", "--port", "0", "--bind", "127.0.0.1"])
            .args(more)
            .arg(folder)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines.next().unwrap().unwrap();
        let port = address
            .strip_prefix("http://127.0.0.1:")
            .unwrap()
            .parse()
            .unwrap();
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
    assert_eq!(
        outcome(&got),
        (Some(0), format!("{}\n", saved.display()).as_str(), "")
    );
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
    assert_eq!(serve.line(), "127.0.0.1 >>> are u ok?");
}

#[test]
fn the_address_that_serve_prints_downloads_everything() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("sub")).unwrap();
    std::fs::write(dir.path().join("sub/notes.txt"), "hello").unwrap();
    let serve = Serve::start(dir.path(), &[]);
    for slash in ["", "/"] {
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
        assert_eq!(
            outcome(&got),
            (Some(0), format!("{}\n", saved.display()).as_str(), "")
        );
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

#[cfg(unix)]
#[test]
fn ctrl_c_stops_serve_with_success() {
    let dir = tempfile::tempdir().unwrap();
    let mut serve = Serve::start(dir.path(), &[]);
    interrupt(&serve.child);
    assert_eq!(serve.child.wait().unwrap().code(), Some(0));
}

/// The output of `get` after Ctrl-C with settings in this folder, when half of a file has arrived.
#[cfg(unix)]
fn interrupted_get(settings: Option<&std::path::Path>) -> String {
    // Half of the file arrives, and then nothing.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let to = tempfile::tempdir().unwrap();
    let mut get = landline();
    if let Some(settings) = settings {
        get.env("LANDLINE_CONFIG_DIR", settings);
    }
    let mut get = get
        .args(["get", "127.0.0.1", "a.txt", "--port", &port, "--dir"])
        .arg(to.path())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut socket, _) = listener.accept().unwrap();
    assert_ne!(socket.read(&mut [0; 4096]).unwrap(), 0);
    let half = b"HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 10\r\n\r\nhello";
    socket.write_all(half).unwrap();
    let arrived = to.path().join("a.txt.part");
    let began = std::time::Instant::now();
    while !std::fs::metadata(&arrived).is_ok_and(|found| found.len() == 5) {
        assert!(began.elapsed() < PATIENCE);
        std::thread::yield_now();
    }
    interrupt(&get);
    assert_eq!(get.wait().unwrap().code(), Some(1));
    let mut why = String::new();
    get.stderr.take().unwrap().read_to_string(&mut why).unwrap();
    assert_eq!(std::fs::read(&arrived).unwrap(), b"hello");
    why
}

#[cfg(unix)]
#[test]
fn ctrl_c_stops_get_and_keeps_the_part() {
    let why = interrupted_get(None);
    assert!(
        why.contains("the 5 B received so far are kept. Run the same command"),
        "{why}"
    );
    // Without a persistent key, its part could not be told from somebody else's.
    let file = tempfile::NamedTempFile::new().unwrap();
    let why = interrupted_get(Some(file.path()));
    assert!(
        why.contains("The 5 B received so far are kept, but the download cannot resume"),
        "{why}"
    );
    assert!(why.contains("LANDLINE_CONFIG_DIR"), "{why}");
}

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
